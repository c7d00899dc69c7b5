"""The sessions of people are counted from the index alone, so that their list is there at once."""

from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.execute("DROP INDEX sessions_of_person")
    op.execute("CREATE INDEX sessions_of_person ON sessions (person, started_utc, simulated)")
