"""Sums by which a value that changed on the disk is told from one that was written.

Encrypted data have a check sum a page; this is for plain ones, and holds for both. Each row has a seal, a number made
of all its values. The seals of the rows of a session in a table, and those of each row that hangs on no session, are
added up in the table `seals`, by triggers: whoever writes a row, in whatever way, changes the sum in the same
transaction, so that no writer can forget it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from sqlalchemy import ColumnElement, Connection, MetaData, Table, case, event, func, select, text

from biofeedback.storage import schema

SEAL = "seal"
"""Name of the function in SQL."""
SIZE_BYTES = 5
N_AT_ONCE = 500
"""SQLite takes a limited number of values in one statement."""
MODULUS = 1 << 8 * SIZE_BYTES
"""A changed row is missed once in 10^12 times, and the sum of millions of rows fits into 63 bits."""


def seal(*values: float | str | bytes | None) -> int:
    """The seal of a row."""
    digest = blake2b(digest_size=SIZE_BYTES)
    for value in values:
        if isinstance(value, bytes):
            digest.update(b"%d:" % len(value))
            digest.update(value)
        else:  # the driver gives text to a function up to its first NUL, and -0.0 comes back from the disk as 0.0
            same = value.partition("\0")[0] if isinstance(value, str) else value
            same = same + 0.0 if isinstance(same, float) else same
            digest.update(f"{same!r};".encode("utf-8", "surrogatepass"))
    return int.from_bytes(digest.digest(), "big")


def seal_of_rows(rows: Iterable[Sequence[Any]]) -> int:
    """The sum of the seals of rows; 0 for none."""
    return sum(seal(*row) for row in rows) % MODULUS


@dataclass(frozen=True, slots=True)
class Sealed:
    """A part of a table that has sums: `owner` is the column with the number of what its rows belong to."""

    kind: str
    table: Table
    owner: str
    columns: tuple[str, ...]


def _whole(table: Table, owner: str) -> Sealed:
    return Sealed(table.name, table, owner, tuple(column.name for column in table.columns))


LONG = ("exercise_source", "settings")
"""Columns of a session that its line in the list does not need."""
SESSION = Sealed(
    "sessions", schema.sessions, "session", tuple(c.name for c in schema.sessions.columns if c.name not in LONG)
)
SETTINGS = Sealed("settings", schema.sessions, "session", LONG)
OF_SESSIONS = tuple(
    _whole(table, "session")
    for table in schema.metadata.sorted_tables
    if any(key.column.table is schema.sessions for key in table.foreign_keys)
)
"""What was recorded in a session, a table each."""
RATINGS, RESULTS = (next(each for each in OF_SESSIONS if each.table is t) for t in (schema.ratings, schema.results))
ENTRIES = _whole(schema.entries, "entry")
SEALED = (SESSION, SETTINGS, *OF_SESSIONS, ENTRIES, _whole(schema.rungs, "rung"), _whole(schema.persons, "person"))
_BY_TABLE = {each.table: each for each in SEALED if each not in (SESSION, SETTINGS)}


def is_sound(connection: Connection, of: Sealed, owner: int, rows: Iterable[Sequence[Any]]) -> bool:
    """Whether the rows of an owner, whole and all of them, are those that were written."""
    told = select(schema.seals.c.sum).where(schema.seals.c.kind == of.kind, schema.seals.c.owner == owner)
    return (connection.scalar(told) or 0) == seal_of_rows(rows)


def value_in(document: ColumnElement[str], path: str) -> ColumnElement[Any]:
    """A value of a document; none of one that is spoilt, where SQLite would fail for all rows."""
    return case((func.json_valid(document), func.json_extract(document, path)))


def checked_rows(connection: Connection, table: Table, session: int, rows: Iterable[Any]) -> list[Any]:
    """The rows of a session in a table, whole and all of them.

    Raises
    ------
    ValueError
        If they are not those that were written.
    """
    found = list(rows)
    if not is_sound(connection, _BY_TABLE[table], session, found):
        raise ValueError(f"its {table.name} changed on the disk")
    return found


def sound_rows(connection: Connection, of: Sealed, rows: Iterable[Any]) -> list[Any]:
    """Of the rows of many owners, those of the owners whose rows are all as they were written.

    Each row begins with the columns of the sealed part.
    """
    sums, width = dict[int, int](), len(of.columns)
    found = list(rows)
    for row in found:
        number = getattr(row, of.owner)
        sums[number] = (sums.get(number, 0) + seal(*row[:width])) % MODULUS
    kept = _kept_of(connection, of, list(sums))
    return [row for row in found if sums[number := getattr(row, of.owner)] == kept.get(number, 0)]


def _kept(connection: Connection, of: Sealed) -> dict[int, int]:
    told = select(schema.seals.c.owner, schema.seals.c.sum).where(schema.seals.c.kind == of.kind)
    return {row.owner: row.sum for row in connection.execute(told)}


def _kept_of(connection: Connection, of: Sealed, owners: list[int]) -> dict[int, int]:
    """The sums of some owners: those of all would be read anew for each person of a clinic."""
    kept, owner = dict[int, int](), schema.seals.c.owner
    for begin in range(0, len(owners), N_AT_ONCE):
        some = owner.in_(owners[begin : begin + N_AT_ONCE])
        told = select(owner, schema.seals.c.sum).where(schema.seals.c.kind == of.kind, some)
        kept |= {row.owner: row.sum for row in connection.execute(told)}
    return kept


def unsound(connection: Connection) -> list[tuple[Sealed, int]]:
    """Everything whose rows are not those that were written, by its owner."""
    found = []
    for of in SEALED:
        owner, rows = of.table.c[of.owner], select(of.table.c[of.owner], *(of.table.c[name] for name in of.columns))
        sums: dict[int, int] = {}
        for number, *values in connection.execute(rows.order_by(owner)):
            sums[number] = (sums.get(number, 0) + seal(*values)) % MODULUS
        kept = _kept(connection, of)
        found += [(of, number) for number in {**sums, **kept} if sums.get(number, 0) != kept.get(number, 0)]
    return found


def triggers(of: Sealed) -> list[str]:
    """The statements that make the database keep the sums of a part of a table."""
    new, old = (f"{SEAL}({', '.join(f'{row}.{name}' for name in of.columns)})" for row in ("NEW", "OLD"))
    where = f"WHERE kind = '{of.kind}' AND owner"
    take = f"UPDATE seals SET sum = (sum + {MODULUS} - {old}) % {MODULUS} {where} = OLD.{of.owner};"
    put = (
        f"INSERT INTO seals VALUES ('{of.kind}', NEW.{of.owner}, {new}) "
        f"ON CONFLICT (kind, owner) DO UPDATE SET sum = (sum + excluded.sum) % {MODULUS};"
    )
    drop = f"DELETE FROM seals {where} = OLD.{of.owner} AND sum = 0;"
    return [
        f"CREATE TRIGGER {of.kind}_{name} AFTER {when} ON {of.table.name} BEGIN {then} END"
        for name, when, then in (
            ("put", "INSERT", put),
            ("changed", "UPDATE", f"{take} {put}"),
            ("taken", "DELETE", f"{take} {drop}"),
        )
    ]


def _make_triggers(_: MetaData, connection: Connection, **__: Any) -> None:
    for of in SEALED:
        for statement in triggers(of):
            connection.execute(text(statement))


event.listen(schema.metadata, "after_create", _make_triggers)
