"""The schema by its migrations, and every released one from a frozen file."""

import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory

from biofeedback.storage import revisions
from biofeedback.storage.database import Store
from biofeedback.storage.engine import open_engine
from biofeedback.storage.errors import StoreError
from biofeedback.storage.folder import DATABASE
from biofeedback.storage.records import StoredLive, StoredMarker
from devices.samples import Packet, PacketFormat
from protocols.feedback import Score
from protocols.ladder import Rung
from tests.storage.examples import (
    DOCUMENT,
    EVENTS,
    FRAMES,
    LIVE,
    NEWS,
    PHASES,
    REFERENCE,
    SESSION_ID,
    WITHHELD,
    new_session,
)

FROZEN = Path(__file__).parent / "frozen"

MORE = """
from alembic import op

revision = "9999"
down_revision = "{newest}"


def upgrade() -> None:
    op.execute("ALTER TABLE markers ADD COLUMN colour TEXT NOT NULL DEFAULT 'grey'")
    op.execute("{then}")
"""


def thaw(revision: str, folder: Path) -> None:
    """Make a database of an old version."""
    folder.mkdir(exist_ok=True)
    with closing(sqlite3.connect(folder / DATABASE)) as connection:
        connection.executescript((FROZEN / f"revision_{revision}.sql").read_text(encoding="utf-8"))


def structure(path: Path) -> dict[str, object]:
    """Columns, keys, indexes and triggers of every table."""
    with closing(sqlite3.connect(path)) as connection:
        tables = connection.execute("SELECT name, wr, strict FROM pragma_table_list WHERE schema = 'main'").fetchall()
        return {
            name: (
                without_rowid,
                strict,
                connection.execute(f"PRAGMA table_xinfo({name})").fetchall(),
                connection.execute(f"PRAGMA foreign_key_list({name})").fetchall(),
                [
                    (index, connection.execute(f"PRAGMA index_xinfo({index[1]})").fetchall())
                    for index in connection.execute(f"PRAGMA index_list({name})").fetchall()
                ],
                connection.execute(
                    "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ? ORDER BY name", (name,)
                ).fetchall(),
            )
            for name, without_rowid, strict in tables
            if name != "alembic_version" and not name.startswith("sqlite_")
        }


def newest_revision(path: Path) -> str:
    with closing(sqlite3.connect(path)) as connection:
        ((revision,),) = connection.execute("SELECT version_num FROM alembic_version")
        return str(revision)


def add_migration(then: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pretend that a further migration was released."""
    migrations = tmp_path / "migrations"
    shutil.copytree(revisions.MIGRATIONS, migrations, ignore=shutil.ignore_patterns("__pycache__"))
    more = MORE.format(newest=revisions.KNOWN[-1], then=then)
    (migrations / "versions" / "r9999_more.py").write_text(more, encoding="utf-8")
    monkeypatch.setattr(revisions, "MIGRATIONS", migrations)
    monkeypatch.setattr(revisions, "KNOWN", (*revisions.KNOWN, "9999"))


def test_the_known_revisions_are_the_migrations_in_their_order() -> None:
    config = Config()
    config.set_main_option("script_location", str(revisions.MIGRATIONS))
    scripts = ScriptDirectory.from_config(config)
    assert tuple(script.revision for script in scripts.walk_revisions())[::-1] == revisions.KNOWN


def test_the_migrations_lead_to_the_schema_in_use(tmp_path: Path) -> None:
    migrated = tmp_path / "migrated.sqlite"
    engine = open_engine(migrated)
    revisions.upgrade(engine, migrated)
    engine.dispose()
    Store.open(tmp_path).close()
    assert structure(migrated) == structure(tmp_path / DATABASE)
    assert newest_revision(migrated) == newest_revision(tmp_path / DATABASE) == revisions.KNOWN[-1]


@pytest.mark.parametrize("revision", revisions.KNOWN)
def test_a_frozen_database_is_upgraded_and_keeps_its_rows(tmp_path: Path, revision: str) -> None:
    thaw(revision, tmp_path)
    with Store.open(tmp_path) as store:
        saved = store.session(SESSION_ID)
        assert saved.began == new_session()
        assert (saved.ended_utc, saved.end_cause, saved.row.duration_s) == ("2026-11-21T08:33:00Z", "done", 120.0)
        packets = list(store.packets(SESSION_ID))
        assert [found.received_s for found in packets] == [0.5, 1.0, 1.5]
        assert packets[1] == Packet(1.0, PacketFormat.HEART_RATE_MEASUREMENT, b"\x10")
        assert [found.rr_ms for found in store.beats(SESSION_ID)] == [900.0, 1400.0]
        assert store.live(SESSION_ID) == [
            StoredLive(WITHHELD, Score(None, None, "too little data")),
            StoredLive(LIVE, Score(0.5, 0.6)),
        ]
        assert store.phases(SESSION_ID) == list(PHASES)
        frozen = replace(EVENTS[2], detail={"pattern": {"inhale_s": 4.1}})
        assert store.timeline_events(SESSION_ID) == [*EVENTS[:2], frozen]
        assert store.markers(SESSION_ID) == [StoredMarker(75.5, "coughed")]
        assert store.news(SESSION_ID) == [NEWS[0]]
        assert store.references(SESSION_ID) == [REFERENCE]
        assert store.ratings(SESSION_ID) == {"before": {"pain": 6}, "after": {"pain": 4}}
        frames = FRAMES if revision >= "0002" else ()
        assert [frame.packet.payload for frame in store.frames(SESSION_ID)] == [f.packet.payload for f in frames]
        ladder = [Rung("1", "Bend to the shoes, é", 4.0)] if revision >= "0003" else []
        assert store.ladders.rungs("Ann") == ladder
        told = [entry.document for entry in store.journal.entries("Ann")]
        assert told == ([{"value": 4}] if revision >= "0005" else [])
        log = [(entry.who, entry.person, entry.act) for entry in store.log.entries()]
        assert log == ([("", None, "begun"), ("Dr. Ö", "Ann", "export")] if revision >= "0008" else [])
        assert [user.people for user in store.users.list()] == ([{"ann"}] if revision >= "0008" else [])
        results = store.results(SESSION_ID)
        assert [(result.method, result.document) for result in results] == [("beats 1", DOCUMENT)]
    newest = tmp_path / "newest"
    Store.open(newest).close()
    assert structure(tmp_path / DATABASE) == structure(newest / DATABASE)


def test_a_database_with_rows_takes_a_further_migration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    thaw(revisions.KNOWN[-1], tmp_path)
    add_migration("UPDATE markers SET colour = 'red'", tmp_path, monkeypatch)
    with Store.open(tmp_path) as store:
        assert store.markers(SESSION_ID) == [StoredMarker(75.5, "coughed")]
    with closing(sqlite3.connect(tmp_path / DATABASE)) as connection:
        assert connection.execute("SELECT colour FROM markers").fetchall() == [("red",)]
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [("9999",)]


def test_a_migration_that_fails_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    thaw(revisions.KNOWN[-1], tmp_path)
    before = structure(tmp_path / DATABASE)
    with monkeypatch.context() as patched:
        add_migration("UPDATE nowhere SET colour = 'red'", tmp_path, patched)
        with pytest.raises(StoreError, match=r"no such table: nowhere.*Nothing was changed"):
            Store.open(tmp_path)
    assert structure(tmp_path / DATABASE) == before
    with Store.open(tmp_path) as store:
        assert store.markers(SESSION_ID) == [StoredMarker(75.5, "coughed")]


SPELLINGS = [
    (2, "ANN "), (3, "ána"), (4, "Ana"), (5, "A\u0301na"), (6, " ana"), (7, "\uff21\uff2e\uff21"),
    (8, "  "), (9, "Ben"),
]  # fmt: skip


def test_spellings_of_one_name_become_one_person_under_the_oldest(tmp_path: Path) -> None:
    thaw("0003", tmp_path)
    with closing(sqlite3.connect(tmp_path / DATABASE)) as connection, connection:
        connection.executemany("INSERT INTO persons VALUES (?, ?)", SPELLINGS)
        for person, _ in [(1, ""), *SPELLINGS]:
            connection.execute(
                "INSERT INTO sessions SELECT NULL, session_id || '-' || ?1, ?1, exercise, exercise_title,"
                " exercise_source, settings, device, simulated, started_utc, started_clock_s, ended_utc,"
                " end_cause, duration_s FROM sessions WHERE session = 1",
                (person,),
            )
        rungs = [(person, n, f"{person} step {n}") for person in (4, 6) for n in range(8)]
        connection.executemany("INSERT INTO rungs VALUES (NULL, ?, ?, ?, 5, 0)", rungs)
    with Store.open(tmp_path) as store:
        assert store.persons() == ["Ana", "Ann", "Ben", "ána"]
        told = {name: len(store.sessions(name)) for name in ("", "ana", "Ann", "Ben", "Ána")}
        assert told == {"": 1, "ana": 3, "Ann": 3, "Ben": 1, "Ána": 2}
        assert {row.person for row in store.sessions("ANA")} == {"Ana"}
        assert {rung.text for rung in store.ladders.rungs("ana")} == {text for _, _, text in rungs[:10]}
    with closing(sqlite3.connect(tmp_path / DATABASE)) as connection:
        assert connection.execute(
            "SELECT count(*) FROM rungs WHERE archived = 1 AND text LIKE '% step _'"
        ).fetchone() == (6,)
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
