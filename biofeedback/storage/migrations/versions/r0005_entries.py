"""What a person tells besides their sessions, people who are put aside, sessions found quickly and kept small."""

from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.execute("ALTER TABLE persons ADD COLUMN archived INTEGER DEFAULT '0' NOT NULL")
    op.execute("""
    CREATE TABLE entries (
        entry INTEGER NOT NULL,
        person INTEGER,
        kind TEXT NOT NULL,
        subject TEXT NOT NULL,
        on_day TEXT NOT NULL,
        told_utc TEXT NOT NULL,
        document TEXT NOT NULL,
        PRIMARY KEY (entry),
        FOREIGN KEY(person) REFERENCES persons (person)
    )
    """)
    op.execute("""
    CREATE TABLE packed (
        session INTEGER NOT NULL,
        content BLOB NOT NULL,
        PRIMARY KEY (session),
        FOREIGN KEY(session) REFERENCES sessions (session)
    )
    """)
    op.execute("CREATE INDEX entries_told ON entries (person, kind, subject, on_day)")
    op.execute("CREATE INDEX sessions_of_person ON sessions (person, started_utc)")
