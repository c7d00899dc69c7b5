"""Opening the data with their key, and encrypting those that are plain wherever that can be.

A database tells by its head what it is: nothing, plain, or not to be read without a key. Its key comes from the
keychain of the computer, from a passphrase, or from the recovery key.
"""

import contextlib
import os
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import Engine

from biofeedback.storage.engine import DATABASE_ERRORS, connect, open_engine, use_write_ahead_log
from biofeedback.storage.errors import StoreError
from biofeedback.storage.faults import LOGS
from biofeedback.storage.folder import is_plain, wipe, wipe_parts
from biofeedback.storage.permits.access_note import count_wrong
from biofeedback.storage.presence import STRANGE_LOG
from biofeedback.storage.protection import keychain
from biofeedback.storage.protection.conversion import change_key, clear
from biofeedback.storage.protection.kept import seal_kept
from biofeedback.storage.protection.key_file import (
    KEYS,
    PASSPHRASE,
    KeyFile,
    checked_passphrase,
    head_of,
    put_aside,
    read_key_file,
    wrong_word,
)
from biofeedback.storage.protection.keys import DataKey, recovered
from biofeedback.storage.protection.renewing import finish, renew
from biofeedback.storage.revisions import bring_up_to_date

PAGE_BYTES = 4096
"""An encrypted database is made of whole pages."""
NO_KEYCHAIN = "this computer has no keychain to use, and no passphrase is set"
UNFINISHED = "the program ended while a passphrase was being set or removed; set it again"
ENCRYPTED_NOW = "Your data are encrypted from now on. Write down the recovery key: `biofeedback lock recovery-key`."

Ask = Callable[[], str]
"""Asks for the passphrase or the recovery key; empty where nobody answers."""


class LockedError(StoreError):
    """The data are encrypted, and nothing that opens them was told."""


@dataclass(frozen=True, slots=True)
class Protection:
    """How the data in a folder are protected.

    Attributes
    ----------
    key : DataKey or None
        None where they are plain.
    by : str
        What opens them: "keychain", "passphrase", or "recovery key" where it is neither; empty where they are plain.
    user : str
        Id of the user whose passphrase it was; empty for the owner's, and where there are none.
    why_plain : str
    news : str
        To be said once.
    """

    key: DataKey | None = field(default=None, repr=False)
    by: str = ""
    user: str = ""
    why_plain: str = ""
    news: str = ""

    @property
    def told(self) -> str:
        """The same where the data were not spoken of before."""
        return self.sentence.replace("They", "Your data", 1)

    @property
    def sentence(self) -> str:
        """How it is, in one sentence."""
        return {
            "keychain": "They are encrypted; the keychain of this computer has the key, and opens with your account.",
            "passphrase": "They are encrypted, and open with your passphrase only.",
            "recovery key": "They are encrypted, but this computer does not keep the key: set a passphrase.",
            "": f"They are not encrypted: {self.why_plain}.",
        }[self.by]


def open_protected(folder: Path, database: Path, ask: Ask | None = None) -> tuple[Engine, Protection]:
    """Open the database of a folder, made or brought up to date and encrypted where that can be.

    Raises
    ------
    LockedError
        If a passphrase or the recovery key is needed.
    StoreError
        If it cannot be opened; nothing was changed then.
    sqlalchemy.exc.SQLAlchemyError
        As above.
    """
    is_new = database.stat().st_size == 0
    plain = not is_new and is_plain(database)
    protection = Protection() if plain else _for_new(folder, ask) if is_new else _for_sealed(folder, database, ask)
    engine = open_engine(database, protection.key)
    try:
        bring_up_to_date(engine, database, lambda: _keep_before(folder, protection.key))
        if plain:
            engine.dispose()  # or it would keep others out of its own file
            protection = _encrypted(folder, database)
            engine = open_engine(database, protection.key)
            bring_up_to_date(engine, database)
        if not is_new:  # else an old copy may be all that there is
            clear(database)
        if protection.key is not None:
            seal_kept(folder, protection.key)
        use_write_ahead_log(engine)
    except BaseException:
        engine.dispose()
        raise
    return engine, protection


def key_of(folder: Path, database: Path, ask: Ask | None = None) -> Protection:
    """The key of an encrypted database, tried on it, and what it came from.

    Raises
    ------
    LockedError, StoreError
        As `open_protected`.
    """
    file = read_key_file(folder)
    head = head_of(database)
    user = ""
    if file is not None and file.lock is not None:
        (key, user), by = by_word(folder, file, ask), "passphrase"
    elif (found := _in_keychain(file, head)) is not None:
        key, by = found, "keychain"
    else:
        key, by = _from_paper(folder, database, head, file, ask), "recovery key"
    _try(database, key, file)
    return Protection(key, by, user)


def by_word(folder: Path, file: KeyFile, ask: Ask | None) -> tuple[DataKey, str]:
    """The key that a word opens, and whose word it is; one that opens nothing is counted."""
    word = _word(ask) or _locked(folder)
    try:
        opened = file.opened(word)
    except StoreError:
        count_wrong(folder)
        raise
    if (kept := file.with_kept(opened)) is not None:
        with contextlib.suppress(StoreError):  # the next word tries it again
            kept.keep(folder)
    return opened.key, opened.user


def _for_sealed(folder: Path, database: Path, ask: Ask | None) -> Protection:
    protection = key_of(folder, database, ask)
    key = protection.key
    if key is None:
        return protection
    file = read_key_file(folder)
    if file is None or (file.ident, file.check) != (key.ident, key.check):
        put_aside(folder)
        KeyFile.of(key).keep(folder)
    finish(folder, key)
    if file is not None and file.due:
        with contextlib.suppress(StoreError):  # when the data are closed, or the next start, tries it again
            protection = replace(protection, key=renew(folder, key))
            key = protection.key or key
    if protection.by == "recovery key" and keychain.keep(key.ident, key.secret):
        return replace(protection, by="keychain")
    return protection


def _for_new(folder: Path, ask: Ask | None) -> Protection:
    """For a database that is not made yet: the key that is there already, which older copies may need, or a new one."""
    file = read_key_file(folder)
    if file is not None and file.lock is not None:
        return Protection(file.key_of(_word(ask) or _locked(folder))[0], "passphrase")
    return _new_protection(folder, file)


def _new_protection(folder: Path, file: KeyFile | None) -> Protection:
    if passphrase := os.environ.get(PASSPHRASE, ""):
        try:
            checked_passphrase(passphrase)
        except ValueError as error:
            raise StoreError(f"{PASSPHRASE}: {error}. Nothing was changed.") from error
        key = DataKey.new()
        put_aside(folder)
        KeyFile.of(key, passphrase).keep(folder)
        return Protection(key, "passphrase")
    if not keychain.works():
        return Protection(why_plain=NO_KEYCHAIN)
    key = _in_keychain(file, b"") or DataKey.new()
    if file is None or file.ident != key.ident:
        put_aside(folder)
        KeyFile.of(key).keep(folder)
    if not keychain.keep(key.ident, key.secret):
        return Protection(why_plain=NO_KEYCHAIN)
    return Protection(key, "keychain")


def _encrypted(folder: Path, database: Path) -> Protection:
    """Encrypt a plain database where that can be; else it stays as it is, with the reason."""
    file = read_key_file(folder)
    # A lock on plain data is one that was being set: its passphrase was told to a program that has ended
    unfinished = file is not None and file.lock is not None
    protection = _new_protection(folder, None if unfinished else file)
    if protection.key is None:
        return replace(protection, why_plain=UNFINISHED) if unfinished else protection
    if why := change_key(database, None, protection.key):
        return Protection(why_plain=why)
    close_rest(folder, protection.key)
    return Protection(protection.key, protection.by, news=ENCRYPTED_NOW)


def _keep_before(folder: Path, key: DataKey | None) -> None:
    """Data of an older version are upgraded only once there is a backup of them."""
    from biofeedback.storage.keeping.rotation import keep_backup  # needed once a version

    try:
        keep_backup(folder, key, datetime.now(UTC))
    except StoreError as error:
        raise StoreError(
            f"The data in {folder} are of an older version, and are upgraded only after a backup. They are as they "
            f"were. {error}"
        ) from error


def close_rest(folder: Path, key: DataKey) -> None:
    """What lies beside data that were encrypted just now: settings are sealed, old logs and backups overwritten."""
    from biofeedback.storage.keeping.rotation import forget_backups

    seal_kept(folder, key)
    with contextlib.suppress(StoreError):  # the next backup tries it again
        forget_backups(folder)
    wipe_parts(folder)
    # Earlier versions wrote messages that may quote what was told; a log that was put aside may be of the plain data
    for path in (folder / log for log in (*LOGS, STRANGE_LOG)):
        with contextlib.suppress(OSError):
            wipe(path)


def _word(ask: Ask | None) -> str:
    return (ask() if ask is not None else "") or os.environ.get(PASSPHRASE, "")


def _locked(folder: Path) -> str:
    raise LockedError(
        f"The data in {folder} are locked with a passphrase. Nothing was changed. Start the program in a terminal or "
        f"its window, which ask for it, or put it into {PASSPHRASE}."
    )


def _in_keychain(file: KeyFile | None, head: bytes) -> DataKey | None:
    """The key that the keychain has for these data, by the head of the database or else by their file of keys."""
    for ident in dict.fromkeys(filter(None, (head, file.ident if file else b""))):
        if (secret := keychain.read(ident)) is not None:
            key = DataKey(ident, secret)
            if file is None or file.ident != ident or file.check == key.check:
                return key
    return None


def _from_paper(folder: Path, database: Path, head: bytes, file: KeyFile | None, ask: Ask | None) -> DataKey:
    if file is None and database.stat().st_size % PAGE_BYTES:
        raise StoreError(
            f"{database} is not a database. Nothing was changed. "
            "Move the file away, or choose another folder with --data."
        )
    lost = "" if file else f", and {KEYS} is missing or damaged"
    text = _word(ask)
    if not text:
        raise LockedError(
            f"The data in {folder} are encrypted, and this computer does not have their key{lost}. "
            "Nothing was changed. `biofeedback unlock` opens them with the recovery key; so does the window."
        )
    if (secret := recovered(text)) is None:
        raise StoreError(wrong_word(text) if file else f"That is not a recovery key{lost}. Nothing was changed.")
    if file is not None and file.recovery is not None and file.ident == head:
        return file.opened(text).key
    by_file = DataKey(file.ident if file else head, secret)
    return by_file if file and by_file.check == file.check else DataKey(head, secret)


def _try(database: Path, key: DataKey, file: KeyFile | None) -> None:
    """See that a key opens a database, and tell a wrong key from damage."""
    try:
        with closing(connect(database, key)) as connection:
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
            return
    except DATABASE_ERRORS as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF != sqlcipher.SQLITE_NOTADB:
            raise
    if file is not None and file.ident == head_of(database) and file.check == key.check:
        raise StoreError(
            f"{database} is damaged: the key is the right one, but the first page cannot be read. Nothing was changed. "
            "Make a copy of the whole folder, then restore a backup or choose another folder with --data."
        )
    if file is not None and file.check == key.check:
        raise StoreError(
            f"{database.parent / KEYS} belongs to other data than {database.name}. Nothing was changed. Put back the "
            "one that belongs to them, or move it away and use the recovery key of these data."
        )
    if file is not None and file.ident == key.ident:
        raise StoreError(wrong_word(key.recovery))
    raise StoreError(f"That key does not open {database}, or the file is damaged. Nothing was changed.")
