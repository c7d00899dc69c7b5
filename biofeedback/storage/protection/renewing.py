"""Another key for the data: so that older copies cannot be read any more with anything that is kept.

It is made where something was deleted for good, and where the recovery key is to be another. Whoever has a passphrase
or the recovery key keeps it: its lock goes over to the new key.
"""

import contextlib
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from biofeedback.storage.engine import DATABASE_ERRORS, connect
from biofeedback.storage.errors import StoreError
from biofeedback.storage.folder import DATABASE, LOCKS, wipe, wipe_parts
from biofeedback.storage.keeping.checking import faults_in
from biofeedback.storage.presence import opening, somebody_is_in
from biofeedback.storage.protection import conversion, keychain
from biofeedback.storage.protection.conversion import change_key, clear
from biofeedback.storage.protection.kept import reseal_kept
from biofeedback.storage.protection.key_file import COPY, KEYS, KeyFile, head_of, read_key_file, read_key_file_at
from biofeedback.storage.protection.keys import DataKey
from biofeedback.storage.recording.rescue import waits_under

IN_USE = "another window has the data open"
WAITS = "a part of a session waits to be taken in"


def make_due(folder: Path, key: DataKey | None) -> None:
    """Have the data get another key as soon as nobody has them open.

    Raises
    ------
    StoreError
        If that cannot be written down.
    """
    if key is not None:
        replace(read_key_file(folder) or KeyFile.of(key), due=True).keep(folder)


def is_due(folder: Path) -> bool:
    """Whether the data are to get another key."""
    file = read_key_file(folder)
    return file is not None and file.due


def renew_when_closed(folder: Path, key: DataKey) -> str:
    """Give the data another key, where nobody has them open; why that is still to come, empty where it is done."""
    try:
        with opening(folder / LOCKS):
            renew(folder, key)
    except StoreError as error:
        return str(error).rstrip(".")
    return ""


def renew(folder: Path, before: DataKey, secret: bytes | None = None) -> DataKey:
    """Write the data anew under another key, and destroy the one before; called within `opening`.

    Whatever ends the program on the way leaves the data under one of the two, and the file of keys that fits.

    Parameters
    ----------
    folder : Path
    before : DataKey
    secret : bytes, optional
        Of a new recovery key; without it the old one stays.

    Raises
    ------
    StoreError
        If that cannot be now: why, in the middle of a sentence. The data are as they were then.
    """
    database, file = folder / DATABASE, read_key_file(folder) or KeyFile.of(before)
    if somebody_is_in(folder / LOCKS):
        raise StoreError(IN_USE)
    if waits_under(before.ident, folder):
        raise StoreError(WAITS)
    _check_sound(database, before)
    after = DataKey.new()
    renewed = file.renewed(before, after, secret)
    if keychain.read(before.ident) is not None and not keychain.keep(after.ident, after.secret):
        raise StoreError("the keychain of this computer does not take another key")
    try:
        reseal_kept(folder, before, after)
        file.keep_as(folder / KEYS)
        renewed.keep_as(folder / COPY)
        why = change_key(database, before, after)
    except StoreError as error:
        why = str(error)
    if head_of(database) != after.ident:
        keychain.forget(after.ident)
        with contextlib.suppress(StoreError):
            file.keep(folder)
        raise StoreError(IN_USE if why == conversion.IN_USE else why)
    with closing(connect(database, after)) as connection:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    finish(folder, after)
    clear(database)
    return after


def finish(folder: Path, key: DataKey) -> None:
    """Destroy what the key of before was kept in, where the data have another; nothing where that was done."""
    file, named = read_key_file(folder), read_key_file_at(folder / KEYS)
    if file is None or file.recovery is None or file.ident != head_of(folder / DATABASE):
        return
    if named == file == read_key_file_at(folder / COPY):
        return
    if named is not None and named.ident != file.ident:
        keychain.forget(named.ident)
        _forget_copies(folder, key)
        with contextlib.suppress(OSError):
            wipe(folder / KEYS)
    file.keep(folder)
    wipe_parts(folder)


def _forget_copies(folder: Path, key: DataKey) -> None:
    """The program's own backups are of the key of before: they go, and one of now takes their place."""
    from biofeedback.storage.keeping.rotation import forget_backups, keep_backup

    reseal_kept(folder, key)
    with contextlib.suppress(StoreError):
        forget_backups(folder)
    with contextlib.suppress(StoreError):  # the next start tries it again
        keep_backup(folder, key, datetime.now(UTC))


def _check_sound(database: Path, key: DataKey) -> None:
    """Data that are damaged keep their key: their backups may be needed yet."""
    try:
        with closing(connect(database, key)) as connection:
            damaged = faults_in(connection, key)
    except DATABASE_ERRORS:
        damaged = ["unreadable"]
    if damaged:
        raise StoreError("the data are damaged; `biofeedback doctor` tells more")
