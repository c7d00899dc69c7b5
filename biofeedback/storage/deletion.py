"""Sessions deleted for good: every row of every table that hangs on them, and not to be read from the file either."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, Table, delete, func, select, text

from biofeedback.storage import schema
from biofeedback.storage.errors import StoreError
from biofeedback.storage.locks import SessionLocks

N_AT_ONCE = 500
"""SQLite takes a limited number of values in one statement."""


@dataclass(frozen=True, slots=True)
class DeletedSessions:
    """What was deleted for good; `activities` are those of the ladder that were tried in them, in their words."""

    session_ids: tuple[str, ...]
    activities: tuple[str, ...]


def hanging_on(owner: Table) -> Sequence[Table]:
    """The tables whose rows belong to a row of another, those that hang on others first."""
    return [
        table
        for table in reversed(schema.metadata.sorted_tables)
        if any(key.column.table is owner for key in table.foreign_keys)
    ]


def overwrite(connection: Connection) -> None:
    """What is deleted from now on is overwritten, not only given free."""
    connection.execute(text("PRAGMA secure_delete = ON"))


def delete_rows_of(connection: Connection, sessions: ColumnElement[bool]) -> None:
    """Delete what hangs on the sessions of which that is true; they themselves stay."""
    keys = select(schema.sessions.c.session).where(sessions)
    for table in hanging_on(schema.sessions):
        connection.execute(delete(table).where(table.c.session.in_(keys)))


def delete_sessions(connection: Connection, locks: SessionLocks, session_ids: Iterable[str]) -> DeletedSessions:
    """Delete sessions with all that hangs on them; all or, where one is being recorded or unknown, none.

    Raises
    ------
    StoreError
        If one of them is being recorded, by any process, or is not there.
    """
    wanted = list(dict.fromkeys(session_ids))
    if running := locks.running(wanted):
        raise StoreError(
            f"Session {min(running)} is still being recorded. Nothing was deleted: end it first, then try again."
        )
    overwrite(connection)
    activities: dict[str, None] = {}
    for some in _parts(wanted):
        activities |= dict.fromkeys(_checked(connection, some))
        chosen = schema.sessions.c.session_id.in_(some)
        delete_rows_of(connection, chosen)
        connection.execute(delete(schema.sessions).where(chosen))
    return DeletedSessions(tuple(wanted), tuple(activities))


def _checked(connection: Connection, session_ids: list[str]) -> list[str]:
    """The activities that sessions were about; raises where one is not there."""
    sessions = schema.sessions
    activity = func.json_extract(sessions.c.settings, "$.activity.text")
    query = select(sessions.c.session_id, activity.label("activity")).where(sessions.c.session_id.in_(session_ids))
    found = {row.session_id: row.activity for row in connection.execute(query)}
    missing = [each for each in session_ids if each not in found]
    if missing:
        raise StoreError(f"There is no session {missing[0]!r}. Nothing was deleted.")
    return [activity for activity in found.values() if activity]


def _parts(session_ids: list[str]) -> Iterator[list[str]]:
    for begin in range(0, len(session_ids), N_AT_ONCE):
        yield session_ids[begin : begin + N_AT_ONCE]
