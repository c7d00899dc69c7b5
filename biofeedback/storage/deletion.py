"""Sessions deleted for good: every row of every table that hangs on them, and not to be read from the file either."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, delete, select, text

from biofeedback.storage import schema
from biofeedback.storage.errors import StoreError
from biofeedback.storage.locks import SessionLocks
from biofeedback.storage.records import EntryKind
from biofeedback.storage.seals import N_AT_ONCE, value_in


@dataclass(frozen=True, slots=True)
class DeletedSessions:
    """What was deleted for good.

    Attributes
    ----------
    session_ids : tuple of str
    activities : tuple of str
        Those of the ladder that were tried in them, in their words.
    first_utc : str
        When the first of them began; empty for none.
    n_backups : int
        The program's own backups that held it too, and were removed.
    """

    session_ids: tuple[str, ...]
    activities: tuple[str, ...]
    first_utc: str = ""
    n_backups: int = 0


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
    began_utc: list[str] = []
    for some in _parts(wanted):
        found = _checked(connection, some)
        activities |= dict.fromkeys(row.activity for row in found if row.activity)
        began_utc += [row.started_utc for row in found]
        chosen = schema.sessions.c.session_id.in_(some)
        delete_rows_of(connection, chosen)
        told = schema.entries.c.kind == EntryKind.COMMENT.value
        connection.execute(delete(schema.entries).where(told, schema.entries.c.subject.in_(some)))
        connection.execute(delete(schema.sessions).where(chosen))
    return DeletedSessions(tuple(wanted), tuple(activities), min(began_utc, default=""))


def _checked(connection: Connection, session_ids: list[str]) -> Sequence[Any]:
    """When sessions began, and the activities that they were about; raises where one is not there."""
    sessions = schema.sessions
    activity = value_in(sessions.c.settings, "$.activity.text")
    columns = (sessions.c.session_id, sessions.c.started_utc, activity.label("activity"))
    found = connection.execute(select(*columns).where(sessions.c.session_id.in_(session_ids))).all()
    there = {row.session_id for row in found}
    missing = [each for each in session_ids if each not in there]
    if missing:
        raise StoreError(f"There is no session {missing[0]!r}. Nothing was deleted.")
    return found


def _parts(session_ids: list[str]) -> Iterator[list[str]]:
    for begin in range(0, len(session_ids), N_AT_ONCE):
        yield session_ids[begin : begin + N_AT_ONCE]
