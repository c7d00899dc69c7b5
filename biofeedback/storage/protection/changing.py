"""What a person changes about how their data open."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from biofeedback.storage.database import Store
from biofeedback.storage.engine import DATABASE_ERRORS, open_engine, trouble_of
from biofeedback.storage.errors import StoreError
from biofeedback.storage.folder import DATABASE, LOCKS, is_plain, is_vacant, refuse_links, settle
from biofeedback.storage.permits.access_log import AccessLog
from biofeedback.storage.permits.acts import Act
from biofeedback.storage.permits.roles import RefusedError, Role, User
from biofeedback.storage.permits.users import Users
from biofeedback.storage.presence import opening
from biofeedback.storage.protection import keychain
from biofeedback.storage.protection.conversion import IN_USE, change_key, clear
from biofeedback.storage.protection.kept import unseal_kept
from biofeedback.storage.protection.key_file import KEYS, KeyFile, checked_passphrase, put_aside, read_key_file
from biofeedback.storage.protection.keys import SECRET_BYTES, DataKey, on_paper
from biofeedback.storage.protection.opening import Ask, Protection, close_rest, key_of
from biofeedback.storage.protection.renewing import renew


def set_passphrase(folder: Path, passphrase: str, ask: Ask | None = None) -> str:
    """Let the data open with a passphrase only, a new one where there is one already; the old one is refused at once.

    Returns
    -------
    str
        The recovery key; empty where it is one of before that is on paper only.

    Raises
    ------
    LockedError, StoreError
        If the data cannot be opened or encrypted; nothing was changed then.
    ValueError
        If it is no good passphrase.
    """
    checked_passphrase(passphrase)
    if is_vacant(folder) or is_plain(folder / DATABASE):
        Store.open(folder, ask).close()  # made where there are none, and up to date
    with _alone(folder) as database:
        if is_plain(database):
            key = DataKey.new()
            put_aside(folder)
            KeyFile.of(key, passphrase).keep(folder)
            _change(database, None, key)
            close_rest(folder, key)
            _note(database, Protection(key), "passphrase set")
            return key.recovery
        opened = key_of(folder, database, ask)
        key = _checked(opened)
        file = read_key_file(folder) or KeyFile.of(key)
        file.changed(key, opened.user, passphrase).keep(folder)
        _note(database, opened, "passphrase changed", own=True)
        if not keychain.forget(key.ident):
            raise StoreError(
                "The passphrase is set, but the keychain of this computer still has the key. Remove the entry "
                f"{keychain.SERVICE} {key.ident.hex()} there."
            )
        return file.paper(key)


def remove_passphrase(folder: Path, ask: Ask | None = None, *, plain: bool = False) -> None:
    """Let the data open with the account of this computer, by its keychain.

    Parameters
    ----------
    folder : Path
    ask : callable, optional
    plain : bool
        Whether they may be written without encryption where there is no keychain.

    Raises
    ------
    LockedError, StoreError
        If that cannot be; nothing was changed then.
    """
    with _alone(folder) as database:
        if is_plain(database):
            raise StoreError("There is no passphrase: these data are not encrypted. Nothing was changed.")
        opened = key_of(folder, database, ask)
        key = _checked(opened)
        if (file := read_key_file(folder)) is not None and file.users:
            raise StoreError("Users have passphrases of their own. Nothing was changed: remove the users first.")
        _note(database, opened, "passphrase removed")
        if keychain.keep(key.ident, key.secret):
            (replace(file, lock=None) if file else KeyFile.of(key)).keep(folder)
        elif plain:
            _change(database, key, None)
            unseal_kept(folder, key)
            put_aside(folder)
        else:
            raise StoreError(
                "This computer has no keychain that the program can use, so without a passphrase the data would not be "
                "encrypted. Nothing was changed. With --plain they are written so all the same."
            )


def add_user(store: Store, name: str, role: Role, ask: Ask) -> User:
    """Let somebody open the data with a passphrase of their own, which is asked for.

    Raises
    ------
    StoreError
        If who is at the data may not, or there is a user of that name, or the owner has no passphrase yet.
    ValueError
        If it is no good name or passphrase, or that of another; nobody was added then.
    """
    store.permit(Act.USERS, detail="add")
    file, key = read_key_file(store.folder), store.protection.key
    if file is None or file.lock is None or key is None:
        raise StoreError("Set a passphrase of your own first: `biofeedback passphrase`. Nothing was changed.")
    passphrase = checked_passphrase(ask())
    user = store.users.add(name, role)
    try:
        file.changed(key, user.ident, passphrase).keep(store.folder)
    except (StoreError, ValueError):
        store.users.remove(user)
        raise
    return user


def remove_user(store: Store, name: str) -> User:
    """Let the passphrase of a user open the data no more; what they did stays in the log.

    Raises
    ------
    StoreError
        If who is at the data may not, or there is no such user.
    """
    user = store.users.find(name)
    store.permit(Act.USERS, detail=f"remove {user.ident}")
    if (file := read_key_file(store.folder)) is not None:
        file.without(user.ident).keep(store.folder)
    store.users.remove(user)
    return user


def recovery_key(folder: Path, ask: Ask | None = None) -> str:
    """The recovery key of the data.

    Raises
    ------
    LockedError, StoreError
        If the data cannot be opened, or are not encrypted, or it is on paper only.
    """
    with _alone(folder) as database:
        opened = _opened(folder, database, ask)
        _note(database, opened, "recovery key shown")
        return shown_paper(folder, _checked(opened))


def shown_paper(folder: Path, key: DataKey) -> str:
    """The recovery key as it is shown.

    Raises
    ------
    StoreError
        If it is on paper only.
    """
    if paper := (read_key_file(folder) or KeyFile.of(key)).paper(key):
        return paper
    raise StoreError(
        "The recovery key that was written down opens these data still, but is kept nowhere: something was deleted "
        "since, and the data have another key. `biofeedback lock recovery-key --new` makes another one."
    )


def new_recovery_key(folder: Path, ask: Ask | None = None) -> str:
    """Another recovery key, and another key of the data with it: the old one opens nothing of now any more.

    Raises
    ------
    LockedError, StoreError
        As `recovery_key`, and if they are open elsewhere; nothing was changed then.
    """
    secret = secrets.token_bytes(SECRET_BYTES)
    with _alone(folder) as database:
        opened = _opened(folder, database, ask)
        _note(database, opened, "recovery key made anew")
        try:
            renew(folder, _checked(opened), secret)
        except StoreError as error:
            raise StoreError(f"The recovery key is the old one still: {error}. Nothing was changed.") from error
        return on_paper(secret)


def _opened(folder: Path, database: Path, ask: Ask | None) -> Protection:
    if is_plain(database):
        raise StoreError("These data are not encrypted, so there is no recovery key. Set a passphrase first.")
    return key_of(folder, database, ask)


def forget(folder: Path) -> bool:
    """Let the keychain of this computer forget the key; False where it did not have it.

    Raises
    ------
    StoreError
        If it cannot be forgotten.
    """
    with _alone(folder) as database:
        file = read_key_file(folder)
        if is_plain(database) or file is None or keychain.read(file.ident) is None:
            return False
        if not keychain.forget(file.ident):
            raise StoreError("The keychain of this computer did not let go of the key. Nothing was changed.")
        return True


@contextmanager
def _alone(folder: Path) -> Iterator[Path]:
    """The database of a folder, while no other window opens it."""
    database = folder / DATABASE
    refuse_links(database)
    if not database.is_file() or not database.stat().st_size:
        raise StoreError(f"There are no data in {folder} yet. Nothing was changed.")
    try:
        with opening(folder / LOCKS):
            yield database
    except DATABASE_ERRORS as error:
        trouble = trouble_of(error, database)
        raise StoreError(f"{trouble.what}. Nothing was changed. {trouble.advice}.") from error


def _checked(opened: Protection) -> DataKey:
    if opened.key is None:
        raise StoreError("These data are not encrypted. Nothing was changed.")
    return opened.key


def _note(database: Path, opened: Protection, detail: str, *, own: bool = False) -> None:
    """Write it down in the log of the data, where they are as new as that; refused to those who may not.

    What is one's `own` everybody may change.
    """
    engine = open_engine(database, opened.key)
    try:
        users = Users(engine, database)
        user = users.user(opened.user, "") if opened.user else None
        log = AccessLog(engine, database, user.name if user else "")
        if user is not None and not own and (why := user.why_not(Act.LOCK, None)):
            log.note(Act.REFUSED, None, detail)
            raise RefusedError(why)
        with suppress(StoreError):
            log.note(Act.LOCK, None, detail)
    finally:
        engine.dispose()


def _change(database: Path, before: DataKey | None, after: DataKey | None) -> None:
    """Write the database anew, and remove the old one."""
    if why := change_key(database, before, after):
        if before is None:
            (database.parent / KEYS).unlink(missing_ok=True)
            settle(database.parent)
        if why == IN_USE:
            why = "another window has these data open. Close it, then try again"
        raise StoreError(f"Nothing was changed: {why}.")
    clear(database)
