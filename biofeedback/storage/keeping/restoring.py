"""The way back from a backup: tried to the end before it takes the place of what is there, which is kept beside."""

import contextlib
import secrets
import shutil
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from biofeedback.storage.engine import DATABASE_ERRORS, connect, is_in_use, open_engine, trouble_of
from biofeedback.storage.errors import StoreError
from biofeedback.storage.folder import (
    DATABASE,
    LOCKS,
    OWN_FOLDERS,
    PART,
    SETTINGS,
    is_plain,
    is_vacant,
    made_private,
    make_private,
    refuse_links,
    settle,
    wipe,
)
from biofeedback.storage.keeping.backup import opened_backup, unpacked
from biofeedback.storage.keeping.checking import faults_in
from biofeedback.storage.permits.access_log import AccessLog
from biofeedback.storage.permits.acts import Act
from biofeedback.storage.permits.roles import RefusedError
from biofeedback.storage.permits.users import Users
from biofeedback.storage.presence import news_of_log, opening, somebody_is_in
from biofeedback.storage.protection.conversion import keep_others_out
from biofeedback.storage.protection.key_file import COPY, KEYS, read_key_file
from biofeedback.storage.protection.keys import IDENT_BYTES, DataKey
from biofeedback.storage.protection.opening import PAGE_BYTES, Ask, Protection, by_word, key_of
from biofeedback.storage.revisions import bring_up_to_date

REPLACED = "biofeedback.replaced-"
"""Beginning of the name of a folder with the data that were there before."""
_LOGS = (f"{DATABASE}-wal", f"{DATABASE}-shm")
_ZIP = b"PK\3\4"


@dataclass(frozen=True, slots=True)
class Restored:
    """What came of it: of when the backup is, None for a bare database; where the data of before lie, None for none."""

    made_utc: str | None
    n_sessions: int
    encrypted: bool
    upgraded: bool
    kept: Path | None


def restore(path: Path, folder: Path, ask: Ask | None = None) -> Restored:
    """Put a backup in the place of the data in a folder.

    Parameters
    ----------
    path : Path
        A backup of the program, or a database that somebody copied.
    folder : Path
        Made where there is none.
    ask : callable, optional
        Asks for the passphrase or the recovery key.

    Raises
    ------
    LockedError
        If one is needed and was not told.
    StoreError
        If it is damaged or of a newer version, does not open, or the data are in use, or who is at the data may not;
        nothing was changed then.
    """
    if not path.is_file():
        raise StoreError(f"There is no file {path}. Nothing was changed: check its name.")
    staging = folder / f".{secrets.token_hex(6)}{PART}"
    try:
        refuse_links(folder / DATABASE)
        make_private(folder)
        make_private(folder / LOCKS)
        with opening(folder / LOCKS):
            if somebody_is_in(folder / LOCKS):
                raise _in_use(folder)
            who, ask = _permitted(folder, ask)
            staging.mkdir(mode=0o700)
            made_utc = _unpack(path, staging, folder)
            opened, upgraded, n_sessions = _tried(path, staging, folder, ask)
            if not who and opened.user:
                who = _permit(staging, opened)
            news_of_log(folder / LOCKS)  # of data that are replaced now
            kept = _put_in_place(staging, folder, opened.key)
            _write_down(folder, opened.key, who, made_utc)
            return Restored(made_utc, n_sessions, opened.key is not None, upgraded, kept)
    except StoreError as error:
        # Whoever reads it knows the backup, not where it was tried
        told = (
            str(error)
            .replace(f"The data in {staging}", f"The data in {path}")
            .replace(f"{staging / DATABASE}", str(path))
        )
        raise type(error)(told.replace(f"{staging / KEYS}", f"The {KEYS} in it")) from error
    except DATABASE_ERRORS as error:
        if is_in_use(error):
            raise _in_use(folder) from error
        trouble = trouble_of(error, path)
        raise StoreError(f"{trouble.what}. The data are as they were. Try an older backup.") from error
    except OSError as error:
        where = error.filename or folder
        raise StoreError(
            f"{where} cannot be read or written ({error.strerror}). The data are as they were. Check the name, the "
            "rights and the room on the disk."
        ) from error
    finally:
        _clear(staging)


def replaced_data(folder: Path) -> list[Path]:
    """The folders with data that a backup took the place of; they hold everything that was in them."""
    with contextlib.suppress(OSError):
        return sorted(path for path in folder.glob(f"{REPLACED}*") if path.is_dir() and not path.is_symlink())
    return []


def _unpack(path: Path, staging: Path, folder: Path) -> str | None:
    """Bring the files of a backup into a folder; when it was made."""
    with path.open("rb") as file:
        if file.read(len(_ZIP)) != _ZIP:
            _copy_bare(path, staging, folder)
            return None
        file.seek(0)
        with opened_backup(file, str(path)) as (archive, about):
            for name in about.sums:
                make_private((staging / name).parent)
                unpacked(archive, about, name, staging / name)
            return about.made_utc


def _copy_bare(path: Path, staging: Path, folder: Path) -> None:
    """A database that somebody copied, with the log that was copied with it."""
    if (folder / DATABASE).exists() and path.samefile(folder / DATABASE):
        raise StoreError(f"{path} is the database that is in use. Nothing was changed: name a backup of it.")
    for end in ("", "-wal"):
        source = path.with_name(path.name + end)
        if source.is_file():
            shutil.copyfile(source, made_private(staging / (DATABASE + end)))
    if (path.parent / KEYS).is_file():
        shutil.copyfile(path.parent / KEYS, staging / KEYS)


def _permitted(folder: Path, ask: Ask | None) -> tuple[str, Ask | None]:
    """Who puts a backup in the place of data with users, and how their word is asked for: once for both.

    Alone at home nobody is asked. Where the data are damaged, the owner's passphrase needs nothing of them.
    """
    file = read_key_file(folder)
    if is_vacant(folder) or file is None or not file.users:
        return "", ask
    word = ask() if ask is not None else ""
    (key, ident), told = by_word(folder, file, lambda: word), (lambda: word)
    return (_permit(folder, Protection(key, user=ident)) if ident else ""), told


def _permit(folder: Path, opened: Protection) -> str:
    """The name of a user who may put a backup in the place of the data in a folder.

    Raises
    ------
    RefusedError
        If they may not; it is written down in those data.
    StoreError
        If the data cannot tell who it is.
    """
    database = folder / DATABASE
    engine = open_engine(database, opened.key)
    try:
        try:
            user = Users(engine, database).user(opened.user, "")
        except StoreError as error:
            raise StoreError(
                f"{database} does not tell whose passphrase that is. Nothing was changed. Use the first passphrase of "
                "these data or the recovery key."
            ) from error
        if why := user.why_not(Act.RESTORE, None):
            AccessLog(engine, database, user.name).note(Act.REFUSED, None, Act.RESTORE)
            raise RefusedError(why)
        return user.name
    finally:
        engine.dispose()


def _write_down(folder: Path, key: DataKey | None, who: str, made_utc: str | None) -> None:
    """Let the log go on from where it ends in the data that are back; they are back also where it cannot."""
    engine = open_engine(folder / DATABASE, key)
    try:
        with contextlib.suppress(StoreError):
            AccessLog(engine, folder / DATABASE, who).restart(Act.RESTORE, f"of {made_utc}" if made_utc else "")
    finally:
        engine.dispose()


def _tried(path: Path, staging: Path, folder: Path, ask: Ask | None) -> tuple[Protection, bool, int]:
    """How what was unpacked opens, whether it was upgraded, and how many sessions are in it."""
    database = staging / DATABASE
    opened = Protection() if is_plain(database) else _key_of(path, staging, folder, ask)
    key = opened.key
    with closing(connect(database, key)) as connection:
        if faults := faults_in(connection, key):
            raise StoreError(f"{path} is damaged ({faults[0]}). Nothing was changed. Try an older backup.")
        before = _revision(connection)
    engine = open_engine(database, key)
    try:
        bring_up_to_date(engine, database)
    finally:
        engine.dispose()
    with closing(connect(database, key)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE").close()
        n_sessions = connection.execute("SELECT count(*) FROM sessions").fetchone()[0]
        return opened, before != _revision(connection), n_sessions


def _key_of(path: Path, staging: Path, folder: Path, ask: Ask | None) -> Protection:
    """How an encrypted database opens: by the file of keys that came with it, or that of the data of now."""
    database, there = staging / DATABASE, read_key_file(folder)
    with database.open("rb") as file:
        head = file.read(IDENT_BYTES)
    if len(head) < IDENT_BYTES or database.stat().st_size % PAGE_BYTES:
        raise StoreError(f"{path} is no backup of this program, or it is cut short. Nothing was changed.")
    if there is not None and there.ident == head:  # its passphrase is the newest
        there.keep(staging)
    elif (brought := read_key_file(staging)) is not None and brought.ident != head:
        (staging / KEYS).unlink()
    return key_of(staging, database, ask)


def _revision(connection: Any) -> str | None:
    found = connection.execute("SELECT name FROM sqlite_master WHERE name = 'alembic_version'")
    if found.fetchone() is None:
        return None
    return str(connection.execute("SELECT version_num FROM alembic_version").fetchone()[0])


def _put_in_place(staging: Path, folder: Path, key: DataKey | None) -> Path | None:
    """Let what was tried take the place of what is there; where that is kept."""
    database = folder / DATABASE
    is_new = is_vacant(folder)
    there = read_key_file(folder)
    is_same_key = key is not None and there is not None and (there.ident, there.check) == (key.ident, key.check)
    taken = [DATABASE] if is_same_key and not is_new else [DATABASE, KEYS, SETTINGS]
    kept = None
    if not is_new:
        _let_go(database)
        kept = _kept_beside(folder, [*taken, *_LOGS])
    for name in _LOGS:
        (folder / name).unlink(missing_ok=True)
    for name in taken:
        if (staging / name).exists():
            (staging / name).replace(folder / name)
        elif name == KEYS:  # a lock of other data would be asked for
            (folder / KEYS).unlink(missing_ok=True)
        if name == KEYS:  # it was of other data; the next opening makes it anew where it is needed
            (folder / COPY).unlink(missing_ok=True)
    for path in (path for name in OWN_FOLDERS for path in (staging / name).glob("*")):
        make_private(folder / path.parent.name)
        with contextlib.suppress(FileExistsError):  # what is there is the person's own, and stays
            _linked(path, folder / path.parent.name / path.name)
    settle(folder)
    return kept


def _let_go(database: Path) -> None:
    """Have the log of plain data brought in, and nobody else in them; what is damaged is left as it is."""
    if not database.stat().st_size or not is_plain(database):
        return  # no other program than this one opens them, and their log is kept with them
    try:
        with closing(connect(database)) as connection:
            keep_others_out(connection)
    except DATABASE_ERRORS as error:
        if is_in_use(error):
            raise


def _kept_beside(folder: Path, names: list[str]) -> Path:
    kept = folder / f"{REPLACED}{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(2)}"
    kept.mkdir(mode=0o700)
    for name in names:
        if (folder / name).is_file():
            _linked(folder / name, kept / name)
    settle(kept)
    return kept


def _linked(path: Path, target: Path) -> None:
    """Give a file a second name, or a copy where the disk knows no second names."""
    try:
        target.hardlink_to(path)
    except FileExistsError:
        raise
    except OSError:
        shutil.copyfile(path, made_private(target))


def _in_use(folder: Path) -> StoreError:
    return StoreError(
        f"Another window or command has the data in {folder} open. Nothing was changed. Close it, then try again."
    )


def _clear(staging: Path) -> None:
    with contextlib.suppress(OSError):
        for path in [each for each in staging.rglob("*") if each.is_file()]:
            if path.stat().st_nlink == 1:  # else it is in its place already
                wipe(path)
        shutil.rmtree(staging)
