"""Which sessions are being recorded right now, by any process of this machine.

A recorder holds a lock of the operating system as long as it lives; it falls with the process, however that ends. A
session that was not ended and whose lock is free was interrupted.
"""

import os
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from biofeedback.storage.errors import StoreError
from biofeedback.storage.folder import DATABASE, NO_LINK, PRIVATE_FILE, made_private, place_private, read_private
from biofeedback.storage.write_ahead import Extent, look_through, mend, written_extent

GUARD_TIMEOUT_S = 10.0
OPENING_TIMEOUT_S = 60.0
_OPEN, _LOGGED, _CALLED = ".open", ".logged", ".called"
_CLOSED, _TO_TELL = ".closed", ".told"
_FIRST_LOCKED, _LOCKED_BYTES = 0x40000002, 510
"""Of a database, by whoever has it open (https://sqlite.org/src/file/src/os.h, SHARED_FIRST and SHARED_SIZE)."""
STRANGE_LOG = f"{DATABASE}-wal.strange"
LOST_LOG = (
    f"The newest of your data may be missing: the program was ended while they were open, and {DATABASE}-wal, the log "
    "with what was saved last, is gone since. What was saved before is kept. Nothing but that program should remove "
    "it; a backup of after that time has it all (`biofeedback restore`)."
)
"""Said once, as the next three."""
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
MENDED_LOG = (
    f"The disk had changed a bit of {DATABASE}-wal, the log with what was saved last. It was put right, and nothing is "
    "lost. Check the disk, and make a backup elsewhere (`biofeedback backup`)."
)
_SENTENCES = {"lost": LOST_LOG, "cut": CUT_LOG, "other": OTHER_LOG, "mended": MENDED_LOG}


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
        raise _unwritable(folder, error) from error
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
        raise _unwritable(folder, error) from error
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
            return
        if found.mended:
            mend(log, found.mended)
        if found.falls_short_of(noted):
            _tell(folder, "cut")
        elif found.mended:
            _tell(folder, "mended")


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


class SessionLocks:
    """The lock files of a data folder.

    Trying a lock takes it for a moment. All tries go through one guard, so that none mistakes another for a recorder.

    Parameters
    ----------
    folder : Path
        The folder of the lock files.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._own: set[str] = set()

    def take(self, session_id: str) -> FileLock:
        """Hold the lock of a session until it is released; sweep away those that a killed process left.

        Raises
        ------
        StoreError
            If the session is being recorded already, or the lock file cannot be written.
        """
        lock = self._lock(session_id)
        try:
            with self._guard():
                for left in self._folder.glob("*.lock"):
                    if left.stem not in self._own:  # a group would try those of its own again with each session
                        self._is_held(left.stem)
                lock.acquire(blocking=False)
                self._own.add(session_id)
        except Timeout as error:
            raise StoreError(
                f"Session {session_id} is being recorded by another window of this program. "
                "Nothing was changed. Close that window, or start a new session."
            ) from error
        except OSError as error:
            raise _unwritable(self._folder, error) from error
        return lock

    def release(self, lock: FileLock) -> None:
        """Give the lock back and remove its file; one that cannot be removed is free all the same."""
        path = Path(lock.lock_file)
        self._own.discard(path.stem)
        with suppress(OSError):
            lock.release()
            path.unlink(missing_ok=True)
            self._call(path.stem).unlink(missing_ok=True)

    def call(self, session_id: str) -> None:
        """Call whoever records a session, in whatever process; why is not written, for anybody could read it here.

        Raises
        ------
        StoreError
            If the folder cannot be written.
        """
        try:
            with suppress(FileExistsError):  # called already
                made_private(self._call(session_id))
        except OSError as error:
            raise _unwritable(self._folder, error) from error

    def called(self, session_id: str) -> bool:
        """Whether somebody called."""
        return self._call(session_id).exists()

    def running(self, session_ids: Iterable[str]) -> frozenset[str]:
        """Those of the sessions that are being recorded; one whose lock cannot be tried may be.

        Raises
        ------
        StoreError
            If the locks cannot be looked at.
        """
        with_files = [name for name in session_ids if self._path(name).exists()]
        if not with_files:
            return frozenset()
        try:
            with self._guard():
                return frozenset(name for name in with_files if self._is_held(name))
        except Timeout as error:
            raise StoreError(
                f"Another window of this program has held {self._folder} for more than {GUARD_TIMEOUT_S:.0f} s. "
                "Nothing was changed. Close it, then try again."
            ) from error
        except OSError as error:
            raise _unwritable(self._folder, error) from error

    def _is_held(self, session_id: str) -> bool:
        lock = self._lock(session_id)
        try:
            lock.acquire(blocking=False)
        except (Timeout, OSError):
            return True
        self.release(lock)
        return False

    def _guard(self) -> FileLock:
        return FileLock(self._folder / ".guard", timeout=GUARD_TIMEOUT_S, mode=PRIVATE_FILE)

    def _call(self, session_id: str) -> Path:
        return self._folder / f"{session_id}{_CALLED}"

    def _path(self, session_id: str) -> Path:
        return self._folder / f"{session_id}.lock"

    def _lock(self, session_id: str) -> FileLock:
        # Taken by the thread that begins a session, given back by the one that ends it
        return FileLock(self._path(session_id), thread_local=False, mode=PRIVATE_FILE)


def _unwritable(folder: Path, error: OSError) -> StoreError:
    return StoreError(
        f"{folder} cannot be written ({error.strerror}). Nothing was recorded. "
        "Give yourself the right to write there, free some space, or choose another folder with --data."
    )
