"""The log of who opened the data, by aliases of people; users of a clinic, and whose data they may see."""

from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.execute("""
    CREATE TABLE access_log (
        n INTEGER NOT NULL,
        at_utc TEXT NOT NULL,
        who TEXT NOT NULL,
        act TEXT NOT NULL,
        alias TEXT NOT NULL,
        detail TEXT NOT NULL,
        seal TEXT NOT NULL,
        PRIMARY KEY (n)
    )
    """)
    op.execute("""
    CREATE TABLE aliases (
        alias TEXT NOT NULL,
        person INTEGER NOT NULL,
        PRIMARY KEY (alias),
        FOREIGN KEY(person) REFERENCES persons (person)
    )
    """)
    op.execute("""
    CREATE TABLE users (
        user TEXT NOT NULL,
        name TEXT NOT NULL,
        role TEXT NOT NULL,
        PRIMARY KEY (user)
    )
    """)
    op.execute("""
    CREATE TABLE assigned (
        n INTEGER NOT NULL,
        user TEXT NOT NULL,
        person INTEGER NOT NULL,
        PRIMARY KEY (n),
        FOREIGN KEY(user) REFERENCES users (user),
        FOREIGN KEY(person) REFERENCES persons (person)
    )
    """)
