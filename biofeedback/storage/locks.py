"""Which sessions are being recorded right now, by any process of this machine.

A recorder holds a lock of the operating system as long as it lives; it falls with the process, however that ends. A
session that was not ended and whose lock is free was interrupted.
"""

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from filelock import FileLock, Timeout

from biofeedback.storage.errors import StoreError
from biofeedback.storage.folder import PRIVATE_FILE, made_private

GUARD_TIMEOUT_S = 10.0
_CALLED = ".called"


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
            raise unwritable(self._folder, error) from error
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
            raise unwritable(self._folder, error) from error

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
            raise unwritable(self._folder, error) from error

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


def unwritable(folder: Path, error: OSError) -> StoreError:
    """The refusal where the folder of the locks cannot be written."""
    return StoreError(
        f"{folder} cannot be written ({error.strerror}). Nothing was recorded. "
        "Give yourself the right to write there, free some space, or choose another folder with --data."
    )
