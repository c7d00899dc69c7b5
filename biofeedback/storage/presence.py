"""Who has the data open, and whether the log beside them is theirs.

Whoever opens the data holds a lock of the operating system as long as they have them. After each write they note how
far the log goes: who opens the data next compares, for SQLite takes in whatever log it finds, as far as it is whole,
and says nothing.
"""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from biofeedback.storage.errors import StoreError
from biofeedback.storage.folder import DATABASE, NO_LINK, PRIVATE_FILE, made_private, place_private, read_private
from biofeedback.storage.locks import unwritable
from biofeedback.storage.write_ahead import Extent, look_through, written_extent

OPENING_TIMEOUT_S = 60.0
_OPEN, _LOGGED = ".open", ".logged"
_CLOSED, _TO_TELL = ".closed", ".told"
_FIRST_LOCKED, _LOCKED_BYTES = 0x40000002, 510
"""Of a database, by whoever has it open (https://sqlite.org/src/file/src/os.h, SHARED_FIRST and SHARED_SIZE)."""
STRANGE_LOG = f"{DATABASE}-wal.strange"
LOST_LOG = (
    f"The newest of your data may be missing: the program was ended while they were open, and {DATABASE}-wal, the log "
    "with what was saved last, is gone since. What was saved before is kept. Nothing but that program should remove "
    "it; a backup of after that time has it all (`biofeedback restore`)."
)
"""Said once, as the next two."""
CUT_LOG = (
    f"The newest of your data may be missing: {DATABASE}-wal, the log with what was saved last, was damaged or cut off "
    "while the program was not running. What was saved before is kept. A backup of after that time has it all "
    "(`biofeedback restore`); check the disk."
)
OTHER_LOG = (
    f"The log that lay beside your data, {DATABASE}-wal, was not written with them: it is older, or of other data. It "
    f"was not taken in, and lies as {STRANGE_LOG} in the same folder. What was saved with your data is kept, but for "
    "what only a log had that is gone now. Remove that file, unless you know what it is."
)
_SENTENCES = {"lost": LOST_LOG, "cut": CUT_LOG, "other": OTHER_LOG}


@contextmanager
def opening(folder: Path) -> Iterator[None]:
    """One process at a time makes or upgrades a database; the others wait for it.

    Parameters
    ----------
    folder : Path
        The folder of the lock files.

    Raises
    ------
    StoreError
        If it takes another process very long, or the lock file cannot be written.
    """
    lock = FileLock(folder / ".opening", timeout=OPENING_TIMEOUT_S, mode=PRIVATE_FILE)
    try:
        lock.acquire()
    except Timeout as error:
        raise StoreError(
            f"Another window of this program has been opening {folder.parent} for more than {OPENING_TIMEOUT_S:.0f} s. "
            "Nothing was changed. Close it, then try again."
        ) from error
    except OSError as error:
        raise unwritable(folder, error) from error
    try:
        if not somebody_is_in(folder):
            _judge_log(folder)
        (folder / _CLOSED).unlink(missing_ok=True)  # from here on a log may be ours
        _sweep(folder)
        try:
            yield
        finally:
            _note_closed(folder)
    finally:
        lock.release()


def come_in(folder: Path) -> FileLock:
    """Show that somebody has the data open, as long as the lock is held, and whether their log is beside them."""
    lock = FileLock(folder / f"{secrets.token_hex(6)}{_OPEN}", thread_local=False, mode=PRIVATE_FILE)
    try:
        lock.acquire(blocking=False)
        if _log_of(folder).exists():
            made_private(_logged(lock))
    except OSError as error:
        raise unwritable(folder, error) from error
    return lock


class LogNote:
    """How far the log goes, noted for whoever opens the data after a kill.

    Parameters
    ----------
    lock : FileLock
        Of `come_in`.
    """

    def __init__(self, lock: FileLock) -> None:
        self._path = _logged(lock)
        self._extent: Extent | None = None

    def keep(self) -> None:
        """Note it; called after each write."""
        self._keep(self._path)

    def keep_for_others(self) -> None:
        """Note it for those who still have the data open too: who closes them may have emptied the log."""
        for path in self._path.parent.glob(f"*{_LOGGED}"):
            self._keep(path)

    def _keep(self, path: Path) -> None:
        self._extent = written_extent(_log_of(path.parent), self._extent)
        with suppress(OSError):
            if self._extent is not None:
                with os.fdopen(os.open(path, os.O_WRONLY | os.O_TRUNC | NO_LINK), "w", encoding="ascii") as file:
                    file.write(self._extent.line())


def about_to_close(lock: FileLock) -> None:
    """The log goes with the last who closes the data; called before that."""
    folder = Path(lock.lock_file).parent
    with suppress(Timeout, OSError), FileLock(folder / ".opening", blocking=False, mode=PRIVATE_FILE):
        _sweep(folder)  # else who opens them next would miss it for those who were killed
    with suppress(OSError):
        _logged(lock).unlink(missing_ok=True)


def go_out(lock: FileLock) -> None:
    """Show that nobody does any more."""
    lock.release()
    with suppress(OSError):
        Path(lock.lock_file).unlink(missing_ok=True)


def note_closed(folder: Path) -> None:
    """Note that the data are closed, if nobody else has them open: another log beside them is not theirs then."""
    with suppress(Timeout, OSError), FileLock(folder / ".opening", blocking=False, mode=PRIVATE_FILE):
        _note_closed(folder)


def _note_closed(folder: Path) -> None:
    with suppress(OSError):
        is_left = somebody_is_in(folder) or _log_of(folder).exists() or any(folder.glob(f"*{_LOGGED}"))
        if not is_left:
            (folder / _CLOSED).unlink(missing_ok=True)
            made_private(folder / _CLOSED).write_text(_as_closed(folder), encoding="ascii")


def somebody_is_in(folder: Path) -> bool:
    """Whether anybody has the data open; what a killed program left shows nothing. Asked within `opening`."""
    return any(_is_held(path) for path in folder.glob(f"*{_OPEN}"))


def news_of_log(folder: Path) -> str:
    """What there is to say of the log that was there, or is gone, since the data were closed; told once.

    Asked within `opening`, before the data are opened.
    """
    left = [path for path in folder.glob(f"*{_OPEN}") if not _is_held(path)]
    lost = any(path.with_suffix(_LOGGED).exists() for path in left) and not _log_of(folder).exists()
    for path in left:
        _remove(path)
    told = folder / _TO_TELL
    with suppress(OSError, ValueError):
        what = read_private(told)
        told.unlink()
        return _SENTENCES.get(what, "")
    return LOST_LOG if lost else ""


def _judge_log(folder: Path) -> None:
    """See whether the log beside the data is the one that was written with them, and whole; nobody has them open."""
    log = _log_of(folder)
    if log.is_symlink() or not log.is_file() or (found := look_through(log)) is None:
        return
    noted = _newest_note(folder)
    if noted is None:
        strange = found.extent is not None and _was_closed(folder)
    else:
        strange = (
            found.extent is not None and found.extent.salts != noted.salts and not found.extent.goes_on_from(noted)
        )
    with suppress(OSError):
        if strange and _is_nobodys(_database_of(folder)):
            log.replace(log.with_name(STRANGE_LOG))
            log.with_name(f"{DATABASE}-shm").unlink(missing_ok=True)
            _tell(folder, "other")
        elif found.falls_short_of(noted):
            _tell(folder, "cut")


def _is_nobodys(database: Path) -> bool:
    """Whether no other program has the data open, whose log must not be moved."""
    try:
        import fcntl
    except ImportError:
        return True  # there what is open cannot be moved
    with database.open("rb+") as file:
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, _LOCKED_BYTES, _FIRST_LOCKED)
        except OSError:
            return False
    return True


def _tell(folder: Path, what: str) -> None:
    place_private(folder / _TO_TELL, what.encode())


def _newest_note(folder: Path) -> Extent | None:
    """How far the log went, by who noted it last."""
    with suppress(OSError, ValueError):
        left = [path for path in folder.glob(f"*{_LOGGED}") if path.with_suffix(_OPEN).exists()]
        notes = sorted(left, key=lambda path: path.stat().st_mtime_ns)
        return Extent.of_line(read_private(notes[-1])) if notes else None
    return None


def _as_closed(folder: Path) -> str:
    """By what the database is known to be as it was when it was closed."""
    found = _database_of(folder).stat()
    return f"{found.st_size} {found.st_mtime_ns}"


def _was_closed(folder: Path) -> bool:
    with suppress(OSError, ValueError):
        return read_private(folder / _CLOSED) == _as_closed(folder)
    return False


def _sweep(folder: Path) -> None:
    """Remove what killed programs left, but where it tells that a log is gone."""
    is_logged = _log_of(folder).exists()
    for path in folder.glob(f"*{_OPEN}"):
        if (is_logged or not path.with_suffix(_LOGGED).exists()) and not _is_held(path):
            _remove(path)


def _is_held(path: Path) -> bool:
    lock = FileLock(path, mode=PRIVATE_FILE)
    try:
        lock.acquire(blocking=False)
    except Timeout:
        return True
    lock.release()
    return False


def _remove(path: Path) -> None:
    with suppress(OSError):
        path.with_suffix(_LOGGED).unlink(missing_ok=True)
        path.unlink(missing_ok=True)


def _logged(lock: FileLock) -> Path:
    return Path(lock.lock_file).with_suffix(_LOGGED)


def _log_of(folder: Path) -> Path:
    return folder.parent / f"{DATABASE}-wal"


def _database_of(folder: Path) -> Path:
    return folder.parent / DATABASE
