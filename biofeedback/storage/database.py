"""The store: everything that was measured, in one SQLite database in one folder."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from filelock import FileLock
from sqlalchemy import Engine

from biofeedback.storage import schema
from biofeedback.storage.deletion import DeletedSessions
from biofeedback.storage.engine import DATABASE_ERRORS, call_after_writes, open_engine, trouble_of, writing
from biofeedback.storage.errors import StoreError
from biofeedback.storage.faults import FaultLog
from biofeedback.storage.folder import DATABASE, LOCKS, data_directory, is_vacant, prepare_folder, wipe, wipe_parts
from biofeedback.storage.locks import SessionLocks
from biofeedback.storage.moving.identity import checked_session_id
from biofeedback.storage.moving.transfer import Transfer
from biofeedback.storage.of_people.journal import Journal
from biofeedback.storage.of_people.ladders import Ladders
from biofeedback.storage.of_people.outcomes import Outcomes
from biofeedback.storage.of_people.people import People
from biofeedback.storage.permits.acts import Act
from biofeedback.storage.permits.guarded import Guarded
from biofeedback.storage.presence import (
    STRANGE_LOG,
    LogNote,
    about_to_close,
    come_in,
    go_out,
    news_of_log,
    note_closed,
    opening,
    somebody_is_in,
)
from biofeedback.storage.protection.opening import Ask, Protection, open_protected
from biofeedback.storage.protection.renewing import is_due, make_due, renew_when_closed
from biofeedback.storage.recording.recorder import Recorder
from biofeedback.storage.recording.rescue import DAMAGED, awaits, forget, take_in
from biofeedback.storage.recording.writer import Pace
from biofeedback.storage.records import NewSession

if TYPE_CHECKING:
    from biofeedback.storage.keeping.checking import Damage
    from biofeedback.storage.keeping.rotation import OwnBackup

__all__ = ["Store", "data_directory"]


class Store(Guarded):
    """An open data folder. Several processes may have the same one open.

    Attributes
    ----------
    folder : Path
    ladders : Ladders
    people : People
    journal : Journal
    outcomes : Outcomes
    transfer : Transfer
    faults : FaultLog
        Where errors that nobody foresaw are written down.
    protection : Protection
        Whether they are encrypted, and how they open.
    waiting : dict
        Rescue files of this folder that could not be taken in, each with the reason.
    loss : str
        What was lost since the data were closed, to be said once; empty for nothing.
    parting : tuple of str
        Once closed: what became of what could not be saved before.
    erased : bool or None
        Once closed: whether what was deleted cannot be read from older copies either, for the data have another key
        since; None where nothing was deleted, and where they are plain.
    not_erased : str
        Why they have not, in the middle of a sentence; the next start gives them one then.
    """

    def __init__(
        self,
        folder: Path,
        engine: Engine,
        database: Path,
        protection: Protection | None = None,
        presence: FileLock | None = None,
    ) -> None:
        self.protection = protection or Protection()
        super().__init__(engine, database, SessionLocks(folder / LOCKS), self.protection.user)
        self.folder = folder
        self.ladders = Ladders(engine, database)
        self.people = People(engine, database, self._locks, self.settle_rescued, self._deleted, self)
        self.journal = Journal(engine, database)
        self.outcomes = Outcomes(engine, database)
        self.transfer = Transfer(engine, database, self._locks)
        self.faults = FaultLog(folder)
        self.waiting: dict[Path, str] = {}
        self.loss = ""
        self.parting: tuple[str, ...] = ()
        self.erased: bool | None = None
        self.not_erased = ""
        self._recorders: list[Recorder] = []
        self._presence = presence
        self._note: LogNote | None = None

    @classmethod
    def open(cls, folder: Path, ask: Ask | None = None) -> Self:
        """Open the data in a folder; make folder and database where there are none, upgrade an older database.

        Plain data are encrypted where the computer has a keychain.

        Parameters
        ----------
        folder : Path
        ask : callable, optional
            Asks for the passphrase or the recovery key where one is needed.

        Raises
        ------
        LockedError
            If one is needed and was not told.
        StoreError
            If that is not possible; nothing was changed then.
        """
        database = prepare_folder(folder)
        try:
            with opening(folder / LOCKS):
                news = news_of_log(folder / LOCKS)
                is_new = database.stat().st_size == 0
                engine, protection = open_protected(folder, database, ask)
                if not somebody_is_in(folder / LOCKS):
                    wipe_parts(folder)
                presence = come_in(folder / LOCKS)
                note = LogNote(presence)
                note.keep()
                call_after_writes(engine, note.keep)
                store = cls(folder, engine, database, protection, presence)
                store._note = note
                store.loss = "" if is_new else news
                store.take_in()
        except DATABASE_ERRORS as error:
            trouble = trouble_of(error, database)
            raise StoreError(f"{trouble.what}. Nothing was changed. {trouble.advice}.") from error
        store.log.open()
        return store

    @classmethod
    def read(cls, folder: Path, ask: Ask | None = None) -> Self:
        """Open the data in a folder to be read: where there are none, the store is empty, and nothing is made.

        Where they are gone, and something of them was rescued, they are made again with that.

        Raises
        ------
        StoreError
            As of `open`.
        """
        if not is_vacant(folder) or awaits(folder):
            return cls.open(folder, ask)
        engine = open_engine(None)
        with writing(engine) as connection:
            schema.make_tables(connection)
        return cls(folder, engine, folder / DATABASE)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the recorders that are still open, and let go of the database."""
        open_ones = [recorder for recorder in self._recorders if not recorder.parting]
        for recorder in open_ones:
            recorder.close()
        self.parting = tuple(recorder.parting for recorder in open_ones if recorder.parting)
        self._recorders.clear()
        with suppress(StoreError):
            self.log.settle()
        if self._presence is not None:
            about_to_close(self._presence)
        if self._note is not None:
            self._note.keep_for_others()
        self._engine.dispose()
        if self._presence is not None:
            go_out(self._presence)
            self._presence = None
            self._erase()
            note_closed(self.folder / LOCKS)

    def _deleted(self) -> None:
        """Something was deleted: the data are to get another key."""
        self.erased = False if self.protection.key else None
        make_due(self.folder, self.protection.key)
        with suppress(OSError):
            wipe(self.folder / STRANGE_LOG)  # it may be an older one, with what is deleted

    def _erase(self) -> None:
        key = self.protection.key
        if key is not None and is_due(self.folder):
            self.not_erased = renew_when_closed(self.folder, key)
            self.erased = not self.not_erased

    def damage(self) -> "Damage":
        """What is not as it was written; reads everything that is stored."""
        from biofeedback.storage.keeping.checking import damage_of

        return damage_of(self._engine, self._database, self.protection.key)

    def keep_backup(self, *, at_once: bool = False) -> "OwnBackup | None":
        """Make a backup among the program's own; None where none was needed, or another is being made.

        Parameters
        ----------
        at_once : bool
            Whether one is needed though the newest is of today; one that is being made is waited for.

        Raises
        ------
        StoreError
            If none can be made.
        """
        from biofeedback.storage.keeping.rotation import LONGEST_WAIT_S, keep_backup  # for most commands of no use
        from biofeedback.storage.keeping.rotation import is_due as is_backup_due

        now = datetime.now(UTC)
        if self.erased is not None:  # one is made under the key to come, which alone opens it then
            return None
        if not at_once and not is_backup_due(self.folder, now):
            return None
        return keep_backup(self.folder, self.protection.key, now, LONGEST_WAIT_S if at_once else 0.0)

    def recorder(
        self,
        new_session: NewSession,
        on_trouble: Callable[[str], None] | None = None,
        on_recovery: Callable[[], None] | None = None,
        pace: Pace | None = None,
    ) -> Recorder:
        """Begin to record a session; see `Recorder`.

        Raises
        ------
        StoreError
            If there is a session of that id already.
        ValueError
            If the id cannot name a file.
        """
        session_id = checked_session_id(new_session.session_id)
        if self.holds(session_id):
            raise StoreError(f"There is a session {session_id} already. Nothing was changed. Start a new session.")
        self.permit(Act.PRACTISE, new_session.person, session_id)
        recorder = Recorder(
            self._engine,
            self._database,
            self._locks,
            new_session,
            self.faults,
            on_trouble,
            on_recovery,
            pace,
            self.protection.key,
        )
        self._recorders.append(recorder)
        return recorder

    def stop_unwell(self, session_id: str) -> None:
        """Have a running session ended, by whatever process runs it, because the person does not feel well.

        Raises
        ------
        StoreError
            If there is no such session, it does not run, or the folder cannot be written.
        """
        row = self.find(session_id)
        if not row.running:
            raise StoreError(f"Session {row.session_id} is not running. Nothing was changed.")
        self.permit(Act.CHANGE, row.person, row.session_id)
        self._locks.call(row.session_id)

    def is_stopped_unwell(self, session_id: str) -> bool:
        """Whether a session that runs here is to be ended for that."""
        return self._locks.called(session_id)

    def take_in(self) -> None:
        """Take in what recorders had to put elsewhere; where that fails, it stays there for the next start."""
        with self.faults.contained("taking in what was rescued"):
            self.waiting = take_in(self.folder, self.protection.key, self._engine, self._locks)

    def settle_rescued(self) -> None:
        """See that what was rescued is in the data, before something of them is deleted.

        Raises
        ------
        StoreError
            If there is some of which nobody can tell whose it is.
        """
        self.take_in()
        if damaged := [path for path, why in self.waiting.items() if why == DAMAGED]:
            raise StoreError(
                f"{damaged[0]} holds the rest of a session and cannot be read, so nobody can tell whose it is. "
                "Nothing was deleted. Remove that file first, then try again."
            )

    def delete(self, session_ids: Iterable[str]) -> DeletedSessions:
        wanted = tuple(session_ids)
        self.settle_rescued()
        deleted = super().delete(wanted)
        forget(self.folder, wanted)
        if wanted:
            self._deleted()
        return deleted
