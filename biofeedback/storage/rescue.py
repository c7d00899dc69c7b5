"""What a recorder could not write at its end: put into a file of its own, which the next start takes in."""

import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import platformdirs
from sqlalchemy import Column, Connection, Engine, Insert, MetaData, Table, Text, func, insert, select, update
from sqlalchemy.exc import SQLAlchemyError

from biofeedback.storage import rows, schema
from biofeedback.storage.access import person_key
from biofeedback.storage.engine import DATABASE_ERRORS, open_engine, reading, writing
from biofeedback.storage.folder import PART, PRIVATE_FILE, is_plain, settle
from biofeedback.storage.locks import SessionLocks
from biofeedback.storage.protection.keys import DataKey
from biofeedback.storage.writer import Batch

PREFIX = "biofeedback.rescue-"

UPSERTS: dict[Table, Insert] = {
    table: insert(table).prefix_with("OR REPLACE")
    for table in schema.metadata.sorted_tables
    if "session" in table.columns and table is not schema.sessions
}

_belongs = Table("rescued_from", MetaData(), Column("folder", Text, nullable=False))


def places(folder: Path) -> tuple[Path, ...]:
    """Where a rescue file may lie, the best place first."""
    return folder, platformdirs.user_state_path("biofeedback"), Path(tempfile.gettempdir())


def put_by(folder: Path, key: DataKey | None, session: rows.Values, person: str, left: Batch) -> Path | None:
    """Write rows and the row of their session into a rescue file; None where no place takes it."""
    for place in places(folder):
        with suppress(OSError, *DATABASE_ERRORS):
            if place != folder:
                place.mkdir(parents=True, exist_ok=True)
            path = place / f"{PREFIX}{session['session_id']}.db"
            part = place / f".{path.name}{PART}"
            try:
                os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE))
                _fill(part, folder, key, session, person, left)
                part.replace(path)
            finally:
                part.unlink(missing_ok=True)
            settle(place)
            return path
    return None


def _fill(part: Path, folder: Path, key: DataKey | None, session: rows.Values, person: str, left: Batch) -> None:
    engine = open_engine(part, key)
    try:
        with writing(engine) as connection:
            schema.metadata.create_all(connection)
            _belongs.create(connection)
            connection.execute(insert(_belongs).values(folder=str(folder.resolve())))
            ended = left[schema.sessions][-1] if schema.sessions in left else {}
            values = session | ended | {"session": 1, "person": person_key(connection, person)}
            connection.execute(insert(schema.sessions).values(values))
            for table, values_of in left.items():
                if table is not schema.sessions and values_of:
                    written = rows.coded_blocks(values_of) if table is schema.blocks else values_of
                    connection.execute(UPSERTS[table], [row | {"session": 1} for row in written])
    finally:
        engine.dispose()


def take_in(folder: Path, key: DataKey | None, engine: Engine, locks: SessionLocks) -> None:
    """Bring the rows of all rescue files of a folder into its database, and remove each once they are there."""
    for path in list(_found(folder)):
        with writing(engine) as target:
            taken = _taken(path, folder, key, target, locks)
        if taken:
            path.unlink()


def _found(folder: Path) -> Iterator[Path]:
    for place in places(folder):
        for path in sorted(place.glob(f"{PREFIX}*.db")):
            with suppress(OSError):
                found = path.lstat()
                if stat.S_ISREG(found.st_mode) and (os.name != "posix" or found.st_uid == os.geteuid()):
                    yield path


def _taken(path: Path, folder: Path, key: DataKey | None, target: Connection, locks: SessionLocks) -> bool:
    """Whether all of a file is in; one that cannot be read or belongs elsewhere is left as it is."""
    engine = open_engine(path, None if is_plain(path) else key)
    try:
        with reading(engine) as source:
            if source.execute(select(_belongs.c.folder)).scalar() != str(folder.resolve()):
                return False
            told = dict(source.execute(select(schema.sessions)).mappings().one())
            name = source.execute(select(schema.persons.c.name)).scalar() or ""
            content = {table: [dict(row) for row in source.execute(select(table)).mappings()] for table in UPSERTS}
    except SQLAlchemyError:
        return False
    finally:
        engine.dispose()
    if locks.running([told["session_id"]]):
        return False
    session = _session_in(target, told, name)
    for table, found in content.items():
        if found:
            before = _count(target, table, session)
            target.execute(UPSERTS[table], [row | {"session": session} for row in found])
            if _count(target, table, session) < max(before, len(found)):
                raise RuntimeError(f"rows of {path.name} are missing from {table.name}")
    return True


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
