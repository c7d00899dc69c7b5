"""What a recorder could not write at its end: put into a file of its own, which the next start takes in."""

import os
import stat
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

import platformdirs
from sqlalchemy import Column, Connection, Engine, Insert, MetaData, Table, Text, func, insert, select, update
from sqlalchemy.exc import SQLAlchemyError

from biofeedback.storage import rows, schema
from biofeedback.storage.access import person_key
from biofeedback.storage.engine import BUSY_TIMEOUT_S, DATABASE_ERRORS, Trouble, open_engine, reading, writing
from biofeedback.storage.errors import StoreError
from biofeedback.storage.folder import PART, PRIVATE_FILE, holds_data, is_plain, settle, wipe
from biofeedback.storage.locks import SessionLocks
from biofeedback.storage.protection import keychain
from biofeedback.storage.protection.keys import IDENT_BYTES, DataKey
from biofeedback.storage.recording.writer import Batch

PREFIX = "biofeedback.rescue-"
ASK_AGAIN_S = 0.02

UPSERTS: dict[Table, Insert] = {
    table: insert(table).prefix_with("OR REPLACE")
    for table in schema.metadata.sorted_tables
    if "session" in table.columns and table is not schema.sessions
}

NOT_OURS, RUNNING, DAMAGED = "belongs to other data", "is of a session that still runs", "cannot be read"
"""Why a rescue file is left as it is."""

_belongs = Table("rescued_from", MetaData(), Column("folder", Text, nullable=False))


def places(folder: Path) -> tuple[Path, ...]:
    """Where a rescue file may lie, the best place first."""
    return folder, platformdirs.user_state_path("biofeedback"), Path(tempfile.gettempdir())


def saved_rows(engine: Engine, session_id: str) -> Batch | None:
    """What a connection still sees of a session whose database was removed; None where none does in time.

    Only a connection from before sees it. While others have all of those, a new one finds nothing at the place, or
    other data.
    """
    until_s = time.monotonic() + BUSY_TIMEOUT_S
    of = schema.sessions.c
    while True:
        with suppress(*DATABASE_ERRORS), reading(engine) as connection:
            key = connection.execute(select(of.session).where(of.session_id == session_id)).scalar()
            if key is not None:
                of_session = {table: select(table).where(table.c.session == key) for table in UPSERTS}
                return {
                    table: [dict(row) for row in connection.execute(query).mappings()]
                    for table, query in of_session.items()
                }
        if time.monotonic() > until_s:
            return None
        time.sleep(ASK_AGAIN_S)


def put_by(
    folder: Path, key: DataKey | None, session: rows.Values, person: str, left: Batch, saved: Batch
) -> Path | None:
    """Write rows and the row of their session into a rescue file; None where no place takes it.

    Parameters
    ----------
    folder : Path
        Of the data.
    key : DataKey or None
    session : dict
        The row of the session as it began.
    person : str
    left : dict
        Rows that were never written.
    saved : dict
        Rows that were, of a database that is no more.
    """
    for place in places(folder):
        with suppress(OSError, *DATABASE_ERRORS):
            if place != folder:
                place.mkdir(parents=True, exist_ok=True)
            elif not place.is_dir():
                continue
            path = place / f"{PREFIX}{session['session_id']}.db"
            part = place / f".{path.name}{PART}"
            try:
                os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE))
                _fill(part, folder, key, session, person, (saved, left))
                part.replace(path)
            finally:
                part.unlink(missing_ok=True)
            settle(place)
            return path
    return None


def parting(trouble: Trouble, put: Path | None, *, gone: bool, whole: bool) -> str:
    """What happened at the end of a session, what was kept and where, and what to do.

    Parameters
    ----------
    trouble : Trouble
    put : Path or None
        The rescue file, if there is one.
    gone : bool
        Whether the database is no longer where it was.
    whole : bool
        Whether the rescue file has, then, also what was saved before.
    """
    if put is None:
        return (
            f"{trouble.what}, and the rest of the session could not be put anywhere else. "
            f"{'What was there may be lost' if gone else trouble.kept}. {trouble.advice}."
        )
    if gone and not whole:
        return (
            f"{trouble.what}. What was not saved yet of this session was put into {put}; what was saved before went "
            "with your data. If you moved them, put them back; the next start takes the rest in by itself."
        )
    if gone:
        return (
            f"{trouble.what}. What there was of this session was put into {put}. "
            "If you moved your data, put them back; the next start takes the session in by itself."
        )
    return (
        f"{trouble.what}. {trouble.kept}, and the rest of the session was put into {put}. "
        f"{trouble.advice}; the next start takes the rest in by itself."
    )


def _fill(
    part: Path, folder: Path, key: DataKey | None, session: rows.Values, person: str, batches: Iterable[Batch]
) -> None:
    engine = open_engine(part, key)
    try:
        with writing(engine) as connection:
            schema.make_tables(connection)
            _belongs.create(connection)
            connection.execute(insert(_belongs).values(folder=str(folder.resolve())))
            ended = [batch[schema.sessions][-1] for batch in batches if schema.sessions in batch]
            values = session | (ended[-1] if ended else {}) | {"session": 1, "person": person_key(connection, person)}
            connection.execute(insert(schema.sessions).values(values))
            for table, values_of in ((table, found) for batch in batches for table, found in batch.items()):
                if table is not schema.sessions and values_of:
                    is_new_block = table is schema.blocks and "packets" in values_of[0]
                    written = rows.coded_blocks(values_of) if is_new_block else values_of
                    connection.execute(UPSERTS[table], [row | {"session": 1} for row in written])
    finally:
        engine.dispose()


def take_in(folder: Path, key: DataKey | None, engine: Engine, locks: SessionLocks) -> dict[Path, str]:
    """Bring the rows of all rescue files of a folder into its database, and remove each once they are there.

    Returns
    -------
    dict
        The files of this folder that wait on, each with the reason.
    """
    waiting: dict[Path, str] = {}
    for path in list(_found(folder)):
        with writing(engine) as target:
            why = _taken(path, folder, key, target, locks)
        if not why:
            path.unlink()
        elif why != NOT_OURS:
            waiting[path] = why
    return waiting


def awaits(folder: Path) -> bool:
    """Whether a folder, which may have no data any more, has something to take in."""
    return any(path.parent == folder or _told_folder(path) == folder.resolve() for path in _found(folder))


def waits_under(ident: bytes, folder: Path) -> bool:
    """Whether something waits that only a key opens, told by its ident."""
    return any(_head(path) == ident for path in _found(folder))


def _told_folder(path: Path) -> Path | None:
    """The folder that a file is the rest of; None where it cannot be read."""
    engine = open_engine(path, _key_of(path, None))
    try:
        with reading(engine) as source:
            return Path(source.execute(select(_belongs.c.folder)).scalar_one())
    except (SQLAlchemyError, UnicodeError):
        return None
    finally:
        engine.dispose()


def forget(folder: Path, session_ids: Iterable[str]) -> None:
    """Wipe what was rescued of sessions that are deleted.

    Raises
    ------
    StoreError
        If a file cannot be removed.
    """
    gone = {f"{PREFIX}{session_id}.db" for session_id in session_ids}
    for path in list(_found(folder)):
        if path.name in gone:
            try:
                wipe(path)
            except OSError as error:
                raise StoreError(
                    f"Deleted from your data, but {path}, which holds a part of it, cannot be removed "
                    f"({error.strerror}). Remove it, or the next start takes it in again."
                ) from error


def _found(folder: Path) -> Iterator[Path]:
    for place in places(folder):
        for path in sorted(place.glob(f"{PREFIX}*.db")):
            with suppress(OSError):
                found = path.lstat()
                if stat.S_ISREG(found.st_mode) and (os.name != "posix" or found.st_uid == os.geteuid()):
                    yield path


def _taken(path: Path, folder: Path, key: DataKey | None, target: Connection, locks: SessionLocks) -> str:
    """Empty where all of a file is in; else why it is left as it is."""
    of_file = _key_of(path, key)
    engine = open_engine(path, of_file)
    try:
        with reading(engine) as source:
            told_folder = Path(source.execute(select(_belongs.c.folder)).scalar() or folder)
            told = dict(source.execute(select(schema.sessions)).mappings().one())
            name = source.execute(select(schema.persons.c.name)).scalar() or ""
            content = {table: [dict(row) for row in source.execute(select(table)).mappings()] for table in UPSERTS}
    except (SQLAlchemyError, UnicodeError):
        return DAMAGED if path.parent == folder or (key is not None and _head(path) == key.ident) else NOT_OURS
    finally:
        engine.dispose()
    # A folder that was moved has its rest elsewhere, under the key that it took along
    moved_here = key is not None and of_file == key and not holds_data(told_folder)
    if path.parent != folder and told_folder != folder.resolve() and not moved_here:
        return NOT_OURS
    if locks.running([told["session_id"]]):
        return RUNNING
    session = _session_in(target, told, name)
    for table, found in content.items():
        if found:
            before = _count(target, table, session)
            target.execute(UPSERTS[table], [row | {"session": session} for row in found])
            if _count(target, table, session) < max(before, len(found)):
                raise RuntimeError(f"rows of {path.name} are missing from {table.name}")
    return ""


def _key_of(path: Path, key: DataKey | None) -> DataKey | None:
    """The key of a rescue file: that of the data or, where they were removed and made anew, the one before."""
    if is_plain(path):
        return None
    head = _head(path)
    if key is not None and key.ident == head:
        return key
    secret = keychain.read(head)
    return DataKey(head, secret) if secret is not None else key


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(IDENT_BYTES)


def _session_in(target: Connection, told: rows.Values, name: str) -> int:
    of = schema.sessions.c
    key: int | None = target.execute(select(of.session).where(of.session_id == told["session_id"])).scalar()
    if key is None:
        values = {c: v for c, v in told.items() if c != "session"} | {"person": person_key(target, name)}
        target.execute(insert(schema.sessions).values(values))
        return _session_in(target, told, name)
    if told["ended_utc"] is not None:
        end = {c: told[c] for c in ("ended_utc", "end_cause", "duration_s")}
        target.execute(update(schema.sessions).where(of.session == key).values(end))
    return key


def _count(target: Connection, table: Table, session: int) -> int:
    return target.execute(select(func.count()).select_from(table).where(table.c.session == session)).scalar_one()
