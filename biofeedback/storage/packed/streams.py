"""What was recorded of a session beat by beat: rows while it lasts, packed once it is over."""

from collections import namedtuple
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Engine, Select, Table, delete, insert, select

from biofeedback.storage import schema
from biofeedback.storage.engine import give_room_back, writing
from biofeedback.storage.packed.packing import columns_of, pack_rows, unpack_rows
from biofeedback.storage.seals import checked_rows

PACKED = (schema.packets, schema.beats, schema.live)


def rows_of(connection: Connection, table: Table, key: int) -> Iterable[Any]:
    """The rows of a session in a table, in their order, with a field for each column.

    Raises
    ------
    ValueError
        If they are not those that were written.
    """
    plain = checked_rows(connection, table, key, connection.execute(_of(table, key)))
    if table not in PACKED:
        return plain
    row = namedtuple(table.name, [column.name for column in columns_of(table)])  # type: ignore[misc]
    return [*(row._make(values) for values in _unpacked(connection, table, key)), *plain]


def pack(engine: Engine, key: int) -> None:
    """Pack the rows of a session that is over, once it is sure that each comes back as it was."""
    with writing(engine) as connection:
        found = {table: _all(connection, table, key) for table in PACKED}
        packed = pack_rows(found)
        if any(unpack_rows(packed, table) != rows for table, rows in found.items()):
            raise ValueError(f"packed rows of session {key} differ from those recorded; they stay as they are")
        put = insert(schema.packed).prefix_with("OR REPLACE").values(session=key, content=packed)
        connection.execute(put)
        for table in PACKED:
            connection.execute(delete(table).where(table.c.session == key))
    give_room_back(engine)


def _all(connection: Connection, table: Table, key: int) -> list[tuple[Any, ...]]:
    """All rows, those that came after an earlier packing behind those of it."""
    names = [column.name for column in columns_of(table)]
    plain = connection.execute(_of(table, key).with_only_columns(*(table.c[name] for name in names)))
    return [*_unpacked(connection, table, key), *(tuple(row) for row in plain)]


def _unpacked(connection: Connection, table: Table, key: int) -> list[tuple[Any, ...]]:
    found = checked_rows(connection, schema.packed, key, connection.execute(_of(schema.packed, key)))
    return [row for packed in found for row in unpack_rows(packed.content, table)]


def _of(table: Table, key: int) -> Select[Any]:
    return select(table).where(table.c.session == key).order_by(*table.primary_key.columns)
