"""Frames of an electrocardiogram and an accelerometer."""

from alembic import op

revision = "0002"
down_revision = "0001"

TABLES = (
    """
    CREATE TABLE streams (
        session INTEGER NOT NULL,
        n INTEGER NOT NULL,
        received_s REAL NOT NULL,
        payload BLOB NOT NULL,
        PRIMARY KEY (session, n),
        FOREIGN KEY(session) REFERENCES sessions (session)
    )
     WITHOUT ROWID
    """,
    """
    CREATE TABLE blocks (
        session INTEGER NOT NULL,
        stream INTEGER NOT NULL,
        n INTEGER NOT NULL,
        frames BLOB NOT NULL,
        PRIMARY KEY (session, stream, n),
        FOREIGN KEY(session) REFERENCES sessions (session)
    )
    """,
)


def upgrade() -> None:
    for statement in TABLES:
        op.execute(statement)
