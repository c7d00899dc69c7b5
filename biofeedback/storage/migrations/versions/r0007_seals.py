"""The database keeps sums of what it holds, by which a value that changed on the disk is told."""

from alembic import op

revision = "0007"
down_revision = "0006"

MODULUS = 1 << 40
SEALED = (
    (
        "sessions",
        "sessions",
        "session",
        (
            "session session_id person exercise exercise_title device simulated started_utc "
            "started_clock_s ended_utc end_cause duration_s"
        ),
    ),
    ("settings", "sessions", "session", "exercise_source settings"),
    ("beats", "beats", "session", "session ordinal time_s rr_ms segment verdict reason nn_ms"),
    ("blocks", "blocks", "session", "session stream n frames"),
    (
        "live",
        "live",
        "session",
        (
            "session n at_s hr_bpm rmssd_ms swing_bpm respiration_per_min smoothness coherence_ratio "
            "peak_hz artifact_percent withheld score goal reason"
        ),
    ),
    ("markers", "markers", "session", "session n at_s label"),
    ("news", "news", "session", "session n at_s kind detail"),
    ("packed", "packed", "session", "session content"),
    ("packets", "packets", "session", "session n received_s format payload"),
    ("phases", "phases", "session", "session position name title role feedback pacing start_s end_s"),
    ("ratings", "ratings", "session", "session moment question value"),
    ("reference_figures", "reference_figures", "session", "session n at_s window_s method figures"),
    ("results", "results", "session", "session n computed_utc method document"),
    ("streams", "streams", "session", "session n received_s payload"),
    ("timeline_events", "timeline_events", "session", "session n at_s kind elapsed_s detail"),
    ("entries", "entries", "entry", "entry person kind subject on_day told_utc document"),
    ("rungs", "rungs", "rung", "rung person position text distress archived"),
    ("persons", "persons", "person", "person name folded archived"),
)
"""Kind, table, the column of the owner, the columns."""


def upgrade() -> None:
    op.execute("""
    CREATE TABLE seals (
        kind TEXT NOT NULL,
        owner INTEGER NOT NULL,
        sum INTEGER NOT NULL,
        PRIMARY KEY (kind, owner)
    )
     WITHOUT ROWID
    """)
    for kind, table, owner, columns in SEALED:
        of_row = f"seal({', '.join(columns.split())})"
        op.execute(
            f"INSERT INTO seals SELECT '{kind}', {owner}, sum({of_row}) % {MODULUS} FROM {table} GROUP BY {owner}"
        )
        for statement in _triggers(kind, table, owner, columns.split()):
            op.execute(statement)


def _triggers(kind: str, table: str, owner: str, columns: list[str]) -> list[str]:
    new, old = (f"seal({', '.join(f'{row}.{name}' for name in columns)})" for row in ("NEW", "OLD"))
    where = f"WHERE kind = '{kind}' AND owner"
    take = f"UPDATE seals SET sum = (sum + {MODULUS} - {old}) % {MODULUS} {where} = OLD.{owner};"
    put = (
        f"INSERT INTO seals VALUES ('{kind}', NEW.{owner}, {new}) "
        f"ON CONFLICT (kind, owner) DO UPDATE SET sum = (sum + excluded.sum) % {MODULUS};"
    )
    drop = f"DELETE FROM seals {where} = OLD.{owner} AND sum = 0;"
    return [
        f"CREATE TRIGGER {kind}_{name} AFTER {when} ON {table} BEGIN {then} END"
        for name, when, then in (
            ("put", "INSERT", put),
            ("changed", "UPDATE", f"{take} {put}"),
            ("taken", "DELETE", f"{take} {drop}"),
        )
    ]
