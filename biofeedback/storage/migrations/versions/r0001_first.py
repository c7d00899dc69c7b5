"""The first schema."""

from alembic import op

revision = "0001"
down_revision = None

TABLES = (
    """
    CREATE TABLE persons (
        person INTEGER NOT NULL,
        name TEXT NOT NULL,
        PRIMARY KEY (person),
        UNIQUE (name)
    )
    """,
    """
    CREATE TABLE sessions (
        session INTEGER NOT NULL,
        session_id TEXT NOT NULL,
        person INTEGER,
        exercise TEXT NOT NULL,
        exercise_title TEXT NOT NULL,
        exercise_source TEXT NOT NULL,
        settings TEXT NOT NULL,
        device TEXT NOT NULL,
        simulated INTEGER NOT NULL,
        started_utc TEXT NOT NULL,
        started_clock_s REAL NOT NULL,
        ended_utc TEXT,
        end_cause TEXT,
        duration_s REAL,
        PRIMARY KEY (session),
        UNIQUE (session_id),
        FOREIGN KEY(person) REFERENCES persons (person)
    )
    """,
    """
    CREATE TABLE beats (
        session INTEGER NOT NULL,
        ordinal INTEGER NOT NULL,
        time_s REAL NOT NULL,
        rr_ms REAL NOT NULL,
        segment INTEGER NOT NULL,
        verdict TEXT NOT NULL,
        reason TEXT NOT NULL,
        nn_ms REAL,
        PRIMARY KEY (session, ordinal),
        FOREIGN KEY(session) REFERENCES sessions (session)
    )
     WITHOUT ROWID
    """,
    """
    CREATE TABLE live (
        session INTEGER NOT NULL,
        n INTEGER NOT NULL,
        at_s REAL NOT NULL,
        hr_bpm REAL,
        rmssd_ms REAL,
        swing_bpm REAL,
        respiration_per_min REAL,
        smoothness REAL,
        coherence_ratio REAL,
        peak_hz REAL,
        artifact_percent REAL,
        withheld TEXT NOT NULL,
        score REAL,
        goal REAL,
        reason TEXT NOT NULL,
        PRIMARY KEY (session, n),
        FOREIGN KEY(session) REFERENCES sessions (session)
    )
     WITHOUT ROWID
    """,
    """
    CREATE TABLE markers (
        session INTEGER NOT NULL,
        n INTEGER NOT NULL,
        at_s REAL NOT NULL,
        label TEXT NOT NULL,
        PRIMARY KEY (session, n),
        FOREIGN KEY(session) REFERENCES sessions (session)
    )
     WITHOUT ROWID
    """,
    """
    CREATE TABLE news (
        session INTEGER NOT NULL,
        n INTEGER NOT NULL,
        at_s REAL NOT NULL,
        kind TEXT NOT NULL,
        detail TEXT NOT NULL,
        PRIMARY KEY (session, n),
        FOREIGN KEY(session) REFERENCES sessions (session)
    )
     WITHOUT ROWID
    """,
    """
    CREATE TABLE packets (
        session INTEGER NOT NULL,
        n INTEGER NOT NULL,
        received_s REAL NOT NULL,
        format TEXT NOT NULL,
        payload BLOB NOT NULL,
        PRIMARY KEY (session, n),
        FOREIGN KEY(session) REFERENCES sessions (session)
    )
     WITHOUT ROWID
    """,
    """
    CREATE TABLE phases (
        session INTEGER NOT NULL,
        position INTEGER NOT NULL,
        name TEXT NOT NULL,
        title TEXT NOT NULL,
        role TEXT NOT NULL,
        feedback TEXT NOT NULL,
        pacing TEXT,
        start_s REAL NOT NULL,
        end_s REAL,
        PRIMARY KEY (session, position),
        FOREIGN KEY(session) REFERENCES sessions (session)
    )
     WITHOUT ROWID
    """,
    """
    CREATE TABLE ratings (
        session INTEGER NOT NULL,
        moment TEXT NOT NULL,
        question TEXT NOT NULL,
        value INTEGER NOT NULL,
        PRIMARY KEY (session, moment, question),
        FOREIGN KEY(session) REFERENCES sessions (session)
    )
     WITHOUT ROWID
    """,
    """
    CREATE TABLE reference_figures (
        session INTEGER NOT NULL,
        n INTEGER NOT NULL,
        at_s REAL NOT NULL,
        window_s REAL NOT NULL,
        method TEXT NOT NULL,
        figures TEXT NOT NULL,
        PRIMARY KEY (session, n),
        FOREIGN KEY(session) REFERENCES sessions (session)
    )
     WITHOUT ROWID
    """,
    """
    CREATE TABLE results (
        session INTEGER NOT NULL,
        n INTEGER NOT NULL,
        computed_utc TEXT NOT NULL,
        method TEXT NOT NULL,
        document TEXT NOT NULL,
        PRIMARY KEY (session, n),
        FOREIGN KEY(session) REFERENCES sessions (session)
    )
    """,
    """
    CREATE TABLE timeline_events (
        session INTEGER NOT NULL,
        n INTEGER NOT NULL,
        at_s REAL NOT NULL,
        kind TEXT NOT NULL,
        elapsed_s REAL NOT NULL,
        detail TEXT NOT NULL,
        PRIMARY KEY (session, n),
        FOREIGN KEY(session) REFERENCES sessions (session)
    )
     WITHOUT ROWID
    """,
)


def upgrade() -> None:
    for statement in TABLES:
        op.execute(statement)
