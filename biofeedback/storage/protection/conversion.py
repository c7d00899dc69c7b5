"""A database written anew under another key: from plain to encrypted, and back where that is wanted.

The new one stands beside the old until every row was compared; then it takes its place in one step, and the old one is
overwritten once the new one was opened. Whatever ends the program on the way leaves a whole database in its place.
"""

import contextlib
import os
import shutil
from collections.abc import Iterator
from contextlib import closing
from itertools import zip_longest
from pathlib import Path
from typing import Any

from biofeedback.storage.engine import DATABASE_ERRORS, connect, is_in_use, trouble_of
from biofeedback.storage.errors import StoreError
from biofeedback.storage.folder import PART, PRIVATE_FILE, made_private, settle, wipe
from biofeedback.storage.protection.keys import DataKey

OLD = "biofeedback.before.sqlite"
PATIENCE_MS = 200
"""Another window that has the data open is not waited for longer: the next start does it."""
IN_USE = "another window has them open; the next start encrypts them"
_SETTINGS = ("user_version", "application_id")
_TABLES = "SELECT name FROM {}.sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
_SCHEMA = "SELECT type, name, tbl_name, sql FROM {}.sqlite_master ORDER BY type, name"


def convert(database: Path, before: DataKey | None, after: DataKey | None) -> None:
    """Write a database anew under another key; None for none.

    Nobody else may have it open. The old one stays beside until `clear`.

    Raises
    ------
    StoreError
        If what was written is not what was read.
    sqlcipher3.Error, OSError
        If it is in use, or cannot be written; the database is as it was then.
    """
    part = database.with_name(database.name + PART)
    wipe(part)
    made_private(part)
    try:
        with closing(connect(database, before)) as connection:
            keep_others_out(connection)
            _copy(connection, part, after)
        _sync(part)
        _keep_beside(database)
        part.replace(database)
        settle(database.parent)
    finally:
        with contextlib.suppress(OSError):
            wipe(part)


def change_key(database: Path, before: DataKey | None, after: DataKey | None) -> str:
    """Write the database anew under another key; why it could not be, empty where it was."""
    try:
        convert(database, before, after)
    except DATABASE_ERRORS as error:
        if is_in_use(error):
            return IN_USE
        trouble = trouble_of(error, database, has_key=True)
        return f"{trouble.what}. {trouble.advice}"
    except OSError as error:
        return f"the copy that takes their place cannot be written ({error.strerror})"
    except StoreError as error:
        return str(error).rstrip(".")
    return ""


def clear(database: Path) -> None:
    """Remove what a conversion left, once its database was opened; it is overwritten before."""
    old = database.with_name(OLD)
    with contextlib.suppress(OSError):
        wipe(database.with_name(database.name + PART))
        if old.exists() and old.samefile(database):
            old.unlink()  # the same file under a second name: the conversion did not come to its last step
        else:
            wipe(old)


def keep_others_out(connection: Any) -> None:
    """Have the database alone, its log brought in; an error of the driver where somebody else has it open."""
    connection.execute(f"PRAGMA busy_timeout = {PATIENCE_MS}").close()
    connection.execute("PRAGMA journal_mode = DELETE").close()
    connection.execute("PRAGMA main.locking_mode = EXCLUSIVE").close()
    connection.execute("BEGIN EXCLUSIVE").close()
    connection.execute("COMMIT").close()


def _copy(connection: Any, part: Path, key: DataKey | None) -> None:
    connection.execute("ATTACH DATABASE ? AS fresh KEY ?", (str(part), key.spelled if key else "")).close()
    connection.execute("PRAGMA fresh.auto_vacuum = INCREMENTAL").close()
    connection.execute("SELECT sqlcipher_export('fresh')").fetchall()
    for name in _SETTINGS:
        value = connection.execute(f"PRAGMA main.{name}").fetchone()[0]
        connection.execute(f"PRAGMA fresh.{name} = {value}").close()
    if not _is_same(connection) or connection.execute("PRAGMA fresh.integrity_check").fetchall() != [("ok",)]:
        raise StoreError("What was written is not what was read. Nothing was changed: the disk may be failing.")
    if key is not None and connection.execute("PRAGMA fresh.cipher_integrity_check").fetchall():
        raise StoreError("What was written cannot be read again. Nothing was changed: the disk may be failing.")
    connection.execute("DETACH DATABASE fresh").close()


def _is_same(connection: Any) -> bool:
    """Whether the two databases hold the same tables with the same rows, each value to the bit."""
    if not _alike(connection, _SCHEMA):
        return False
    tables = [name for (name,) in connection.execute(_TABLES.format("main"))]
    return all(_alike(connection, f'SELECT * FROM {{}}."{name}"') for name in tables)


def _alike(connection: Any, query: str) -> bool:
    return all(a == b for a, b in zip_longest(*(_rows(connection, query.format(name)) for name in ("main", "fresh"))))


def _rows(connection: Any, query: str) -> Iterator[Any]:
    yield from connection.execute(query)


def _keep_beside(database: Path) -> None:
    """Give the old database a second name, or a copy where the disk knows no second names."""
    old = database.with_name(OLD)
    if old.exists() and old.samefile(database):
        old.unlink()
    wipe(old)
    try:
        old.hardlink_to(database)
    except OSError:
        shutil.copyfile(database, old)
        old.chmod(PRIVATE_FILE)
        _sync(old)
    settle(database.parent)


def _sync(path: Path) -> None:
    with path.open("r+b") as file:
        os.fsync(file.fileno())
