"""The database connection: made in one place, for an encrypted database as for a plain one."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from threading import Lock
from typing import Any

import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.util import LRUCache

from biofeedback.storage.protection.keys import DataKey
from biofeedback.storage.seals import SEAL, seal

DATABASE_ERRORS = (SQLAlchemyError, sqlcipher.Error)
"""What goes wrong with a database, by SQLAlchemy or by the driver alone; its errors are none of `sqlite3`."""

BUSY_TIMEOUT_S = 5.0

_AFTER = "after"
"""Under this, what is called after each write."""
_TURN = "turn"
"""Under this an engine keeps whose turn it is to write."""

LEAST_ROOM_BYTES = 65_536
"""SQLite's companion files need about this much before the database itself can be written."""


class Dialect(SQLiteDialect_pysqlite):
    """Of all databases alike, so that what was put into SQL for one of them is known for the next that is opened."""

    supports_statement_cache = True

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other)

    def __hash__(self) -> int:
        return hash(type(self))


registry.register("sqlite.alike", __name__, Dialect.__name__)
_KNOWN: LRUCache[Any, Any] = LRUCache(500)


def open_engine(database: Path | None, key: DataKey | None = None) -> Engine:
    """The only function that decides which driver opens the database and with which settings; None: one in memory.

    SQLCipher opens plain databases too, where no key is given. A commit is on the disk before it returns (synchronous
    FULL), so that a pulled plug loses nothing committed.
    """
    engine = create_engine(
        URL.create("sqlite+alike", database=str(database) if database else None),
        module=sqlcipher,
        connect_args={"timeout": BUSY_TIMEOUT_S},
        execution_options={_TURN: Lock(), "compiled_cache": _KNOWN},
        hide_parameters=True,
    )
    event.listen(engine, "connect", partial(_set_up, key))
    event.listen(engine, "begin", _begin)
    return engine


def connect(database: Path, key: DataKey | None = None) -> Any:
    """A connection of the driver's own, set up alike, for what SQLAlchemy has no words for."""
    connection = sqlcipher.connect(str(database), timeout=BUSY_TIMEOUT_S)
    try:
        _set_up(key, connection, None)
    except sqlcipher.Error:
        connection.close()
        raise
    return connection


def _set_up(key: DataKey | None, connection: Any, _record: Any) -> None:
    # The driver's own transactions begin too late for DDL and reads; `_begin` says BEGIN instead
    connection.isolation_level = None
    connection.execute("PRAGMA cipher_log_level = NONE").close()  # a wrong key is told by an error, not on the terminal
    if key is not None:
        connection.execute(f'PRAGMA key = "{key.spelled}"').close()
    connection.create_function(SEAL, -1, seal, deterministic=True)
    connection.execute("PRAGMA recursive_triggers = ON").close()  # or what is replaced would not count as deleted
    connection.execute("PRAGMA foreign_keys = ON").close()
    connection.execute("PRAGMA synchronous = FULL").close()


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def call_after_writes(engine: Engine, then: Callable[[], None]) -> None:
    """Have something called after each write that is on the disk."""
    engine.update_execution_options(**{_AFTER: then})


def _written(engine: Engine) -> None:
    if then := engine.get_execution_options().get(_AFTER):
        then()


def use_write_ahead_log(engine: Engine) -> None:
    """Let readers and a writer work at once; the database remembers it. Its log is beside it once it was read."""
    _run(engine, "PRAGMA journal_mode = WAL", "SELECT count(*) FROM sqlite_master")


def rewrite(engine: Engine) -> None:
    """Write the database anew without what was deleted, and empty its log."""
    _run(engine, "VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)")


def give_back_on_demand(engine: Engine) -> None:
    """Let a database without tables be one that can give room back; only then can it become so at once."""
    _run(engine, "PRAGMA auto_vacuum = INCREMENTAL")


def give_room_back(engine: Engine) -> None:
    """Make the file smaller by what is free in it, where the database was made to do so."""
    _run(engine, "PRAGMA incremental_vacuum")


def _run(engine: Engine, *commands: str) -> None:
    """Run what cannot be part of a transaction, each to its end."""
    connection = engine.raw_connection()
    try:
        cursor = connection.cursor()
        # As a script: execute takes one step, which gives one page back
        cursor.executescript(f"{'; '.join(commands)};")
        cursor.close()
        _written(engine)
    finally:
        connection.close()


def empty_log(engine: Engine) -> None:
    """Bring the log into the database and empty it, as far as nobody reads there now."""
    connection = engine.raw_connection()
    try:
        cursor = connection.cursor()
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        cursor.close()
        _written(engine)
    finally:
        connection.close()


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A transaction that sees one state of the database."""
    with engine.connect() as connection, connection.begin():
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction that is written as a whole or not at all; it takes its turn at once.

    Within this program one waits for the other here: SQLite only asks again now and then, so that of many who record at
    once some would wait for seconds.
    """
    turn: Lock = engine.get_execution_options()[_TURN]
    with turn, engine.connect().execution_options(writes=True) as connection:
        with connection.begin():
            yield connection
        _written(engine)  # while there is a connection: the last one takes the log with it


def identity_of(database: Path) -> tuple[int, int] | None:
    """What tells a file from any other at the same place; None where there is none.

    An open database writes on into a file that was removed, and nothing fails.
    """
    try:
        found = database.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


@dataclass(frozen=True, slots=True)
class Trouble:
    """What happened to the database, what a person can do about it, and what became of what was saved before."""

    what: str
    advice: str
    kept: str = "What was saved before is kept"


def trouble_of(error: Exception, database: Path, *, has_key: bool = False) -> Trouble:
    """Put an error of the database into words; `has_key` where the key is known to be the right one."""
    # The low byte is the primary result code (https://sqlite.org/rescode.html, section 2)
    code = getattr(getattr(error, "orig", error), "sqlite_errorcode", 0) & 0xFF
    match code:
        case _ if code == sqlcipher.SQLITE_FULL or (code == sqlcipher.SQLITE_IOERR and _has_no_room(database)):
            return Trouble(f"The disk that holds {database} is full", "Free some space on it")
        case sqlcipher.SQLITE_READONLY | sqlcipher.SQLITE_CANTOPEN | sqlcipher.SQLITE_PERM:
            return Trouble(
                f"{database} cannot be written",
                "Give yourself the right to write to the file and its folder, or choose another folder with --data",
            )
        case sqlcipher.SQLITE_IOERR:
            return Trouble(
                f"The disk failed while {database} was read or written",
                "Check that the disk is connected and sound, or choose another folder with --data",
            )
        case sqlcipher.SQLITE_BUSY | sqlcipher.SQLITE_LOCKED:
            return Trouble(
                f"Another program has held {database} for more than {BUSY_TIMEOUT_S:.0f} s",
                "Close the other program",
            )
        case sqlcipher.SQLITE_NOTADB if not has_key:
            return Trouble(f"{database} is not a database", "Move the file away, or choose another folder with --data")
        case sqlcipher.SQLITE_CORRUPT | sqlcipher.SQLITE_NOTADB:  # encrypted, and its first page is damaged
            return Trouble(
                f"{database} is damaged",
                "Make a copy of the whole folder, then restore a backup or choose another folder with --data",
            )
        case _:
            cause = " ".join(str(getattr(error, "orig", error)).split())
            return Trouble(f"{database} cannot be used ({cause})", "Choose another folder with --data")


def is_in_use(error: Exception) -> bool:
    """Whether an error of the database says that somebody else has it open."""
    code = getattr(getattr(error, "orig", error), "sqlite_errorcode", 0) & 0xFF
    return code in (sqlcipher.SQLITE_BUSY, sqlcipher.SQLITE_LOCKED)


def _has_no_room(database: Path) -> bool:
    # Where not even the shared memory file fits, SQLite tells of a failing disk instead of a full one
    try:
        return shutil.disk_usage(database.parent).free < LEAST_ROOM_BYTES
    except OSError:
        return False
