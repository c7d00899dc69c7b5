"""Ladders back to activity."""

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.execute("""
    CREATE TABLE rungs (
        rung INTEGER NOT NULL,
        person INTEGER,
        position INTEGER NOT NULL,
        text TEXT NOT NULL,
        distress INTEGER NOT NULL,
        archived INTEGER NOT NULL,
        PRIMARY KEY (rung),
        FOREIGN KEY(person) REFERENCES persons (person)
    )
    """)
