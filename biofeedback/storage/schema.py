"""The tables as the newest migration leaves them.

Rows of a session hang on its small integer key. Streams are numbered in the order in which they were recorded and lie
in that order on the disk (no rowid), so that a session is read in one sweep. Times are seconds of the session.
"""

from functools import cache
from typing import Any

from sqlalchemy import (
    REAL,
    ClauseElement,
    Column,
    Connection,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    create_mock_engine,
)

metadata = MetaData()


def make_tables(connection: Connection) -> None:
    """Make all tables in a database that has none."""
    for statement in _statements():
        connection.exec_driver_sql(statement)


@cache
def _statements() -> tuple[str, ...]:
    """What makes them: put into SQL once, which takes longer than all of them take to run."""
    statements: list[str] = []

    def keep(statement: ClauseElement, *_: Any, **__: Any) -> None:
        statements.append(str(statement.compile(dialect=engine.dialect)))

    engine = create_mock_engine("sqlite://", keep)
    metadata.create_all(engine, checkfirst=False)
    return tuple(statements)


def _stream(name: str, number: str, *columns: Column[object]) -> Table:
    return Table(
        name,
        metadata,
        Column("session", Integer, ForeignKey("sessions.session"), primary_key=True),
        Column(number, Integer, primary_key=True),
        *columns,
        sqlite_with_rowid=False,
    )


def _real(name: str, *, nullable: bool = False) -> Column[object]:
    return Column(name, REAL, nullable=nullable)


def _text(name: str, *, nullable: bool = False) -> Column[object]:
    return Column(name, Text, nullable=nullable)


def _integer(name: str) -> Column[object]:
    return Column(name, Integer, nullable=False)


persons = Table(
    "persons",
    metadata,
    Column("person", Integer, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("folded", Text, nullable=False, server_default=""),
    Column("archived", Integer, nullable=False, server_default="0"),
)
Index("persons_folded", persons.c.folded, unique=True)

sessions = Table(
    "sessions",
    metadata,
    Column("session", Integer, primary_key=True),
    Column("session_id", Text, nullable=False, unique=True),
    Column("person", Integer, ForeignKey("persons.person")),
    _text("exercise"),
    _text("exercise_title"),
    _text("exercise_source"),
    _text("settings"),
    _text("device"),
    _integer("simulated"),
    _text("started_utc"),
    _real("started_clock_s"),
    _text("ended_utc", nullable=True),
    _text("end_cause", nullable=True),
    _real("duration_s", nullable=True),
)

# The last column lets the list of people be counted without a look at the sessions, a page of the file each
Index("sessions_of_person", sessions.c.person, sessions.c.started_utc, sessions.c.simulated)

phases = _stream(
    "phases",
    "position",
    _text("name"),
    _text("title"),
    _text("role"),
    _text("feedback"),
    _text("pacing", nullable=True),
    _real("start_s"),
    _real("end_s", nullable=True),
)

packets = _stream("packets", "n", _real("received_s"), _text("format"), Column("payload", LargeBinary, nullable=False))

streams = _stream("streams", "n", _real("received_s"), Column("payload", LargeBinary, nullable=False))

# With rowid, for without it a page holds no more than a quarter of itself of a row
blocks = Table(
    "blocks",
    metadata,
    Column("session", Integer, ForeignKey("sessions.session"), primary_key=True),
    Column("stream", Integer, primary_key=True),
    Column("n", Integer, primary_key=True),
    Column("frames", LargeBinary, nullable=False),
)

beats = _stream(
    "beats",
    "ordinal",
    _real("time_s"),
    _real("rr_ms"),
    _integer("segment"),
    _text("verdict"),
    _text("reason"),
    _real("nn_ms", nullable=True),
)

live = _stream(
    "live",
    "n",
    _real("at_s"),
    _real("hr_bpm", nullable=True),
    _real("rmssd_ms", nullable=True),
    _real("swing_bpm", nullable=True),
    _real("respiration_per_min", nullable=True),
    _real("smoothness", nullable=True),
    _real("coherence_ratio", nullable=True),
    _real("peak_hz", nullable=True),
    _real("artifact_percent", nullable=True),
    _text("withheld"),
    _real("score", nullable=True),
    _real("goal", nullable=True),
    _text("reason"),
)

# What was in the three tables above of a session that is over
packed = Table(
    "packed",
    metadata,
    Column("session", Integer, ForeignKey("sessions.session"), primary_key=True),
    Column("content", LargeBinary, nullable=False),
)

timeline_events = _stream("timeline_events", "n", _real("at_s"), _text("kind"), _real("elapsed_s"), _text("detail"))

markers = _stream("markers", "n", _real("at_s"), _text("label"))

news = _stream("news", "n", _real("at_s"), _text("kind"), _text("detail"))

reference_figures = _stream(
    "reference_figures", "n", _real("at_s"), _real("window_s"), _text("method"), _text("figures")
)

ratings = Table(
    "ratings",
    metadata,
    Column("session", Integer, ForeignKey("sessions.session"), primary_key=True),
    Column("moment", Text, primary_key=True),
    Column("question", Text, primary_key=True),
    _integer("value"),
    sqlite_with_rowid=False,
)

results = Table(
    "results",
    metadata,
    Column("session", Integer, ForeignKey("sessions.session"), primary_key=True),
    Column("n", Integer, primary_key=True),
    _text("computed_utc"),
    _text("method"),
    _text("document"),
)

rungs = Table(
    "rungs",
    metadata,
    Column("rung", Integer, primary_key=True),
    Column("person", Integer, ForeignKey("persons.person")),
    _integer("position"),
    _text("text"),
    _integer("distress"),
    _integer("archived"),
)

entries = Table(
    "entries",
    metadata,
    Column("entry", Integer, primary_key=True),
    Column("person", Integer, ForeignKey("persons.person")),
    _text("kind"),
    _text("subject"),
    _text("on_day"),
    _text("told_utc"),
    _text("document"),
)
Index("entries_told", entries.c.person, entries.c.kind, entries.c.subject, entries.c.on_day)

# Sums of what other tables hold, which the database keeps by itself: `biofeedback.storage.seals`
seals = Table(
    "seals",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("owner", Integer, primary_key=True),
    Column("sum", Integer, nullable=False),
    sqlite_with_rowid=False,
)

# Who opened the data and what became of them; whom an entry concerns, the table below tells
access_log = Table(
    "access_log",
    metadata,
    Column("n", Integer, primary_key=True),
    _text("at_utc"),
    _text("who"),
    _text("act"),
    _text("alias"),
    _text("detail"),
    _text("seal"),
)

# Forgotten with the person; two who became one have those of both
aliases = Table(
    "aliases",
    metadata,
    Column("alias", Text, primary_key=True),
    Column("person", Integer, ForeignKey("persons.person"), nullable=False),
)

# Of a clinic: who may open the data besides the owner, and whose they may see
users = Table(
    "users",
    metadata,
    Column("user", Text, primary_key=True),
    _text("name"),
    _text("role"),
)

assigned = Table(
    "assigned",
    metadata,
    Column("n", Integer, primary_key=True),
    Column("user", Text, ForeignKey("users.user"), nullable=False),
    Column("person", Integer, ForeignKey("persons.person"), nullable=False),
)
