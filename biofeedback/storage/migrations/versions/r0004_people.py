"""One person however the name is typed: spellings of the same name become one, under the oldest of them.

Keeps the folding of today: whoever changes `folded` adds a migration that folds all names anew.
"""

from alembic import op
from sqlalchemy import text

from biofeedback.storage.names import folded, tidy
from protocols.ladder import N_RUNGS_MOST

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.execute("ALTER TABLE persons ADD COLUMN folded TEXT NOT NULL DEFAULT ''")
    run = op.get_bind().execute
    first: dict[str, int] = {}
    names: dict[int, str] = {}
    for person, name in run(text("SELECT person, name FROM persons ORDER BY person")).all():
        owner = first.setdefault(folded(name), person) if folded(name) else None
        if owner == person:
            names[person] = name
            continue
        for table in ("sessions", "rungs"):
            run(text(f"UPDATE {table} SET person = :owner WHERE person = :person"), {"owner": owner, "person": person})
        run(text("DELETE FROM persons WHERE person = :person"), {"person": person})
    for person, name in names.items():
        values = {"person": person, "name": tidy(name), "folded": folded(name)}
        run(text("UPDATE persons SET name = :name, folded = :folded WHERE person = :person"), values)
    # What two ladders of one person have too much is taken off, the newest first, and kept
    op.execute(f"""
    UPDATE rungs SET archived = 1 WHERE archived = 0 AND {N_RUNGS_MOST} <= (
        SELECT COUNT(*) FROM rungs AS older
        WHERE older.person IS rungs.person AND older.archived = 0 AND older.rung < rungs.rung
    )
    """)
    op.execute("CREATE UNIQUE INDEX persons_folded ON persons (folded)")
