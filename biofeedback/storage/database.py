"""The store: everything that was measured, in one SQLite database in one folder."""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from biofeedback.storage import schema
from biofeedback.storage.engine import open_engine, trouble_of, use_write_ahead_log, writing
from biofeedback.storage.errors import StoreError
from biofeedback.storage.faults import FaultLog
from biofeedback.storage.folder import DATABASE, LOCKS, data_directory, is_vacant, prepare_folder
from biofeedback.storage.history import History
from biofeedback.storage.identity import checked_session_id
from biofeedback.storage.journal import Journal
from biofeedback.storage.ladders import Ladders
from biofeedback.storage.locks import SessionLocks, opening
from biofeedback.storage.outcomes import Outcomes
from biofeedback.storage.people import People
from biofeedback.storage.recorder import Recorder
from biofeedback.storage.records import NewSession
from biofeedback.storage.revisions import bring_up_to_date
from biofeedback.storage.writer import Pace

__all__ = ["Store", "data_directory"]


class Store(History):
    """An open data folder. Several processes may have the same one open.

    Attributes
    ----------
    folder : Path
    ladders : Ladders
    people : People
    journal : Journal
    outcomes : Outcomes
    faults : FaultLog
        Where errors that nobody foresaw are written down.
    """

    def __init__(self, folder: Path, engine: Engine, database: Path) -> None:
        super().__init__(engine, database, SessionLocks(folder / LOCKS))
        self.folder = folder
        self.ladders = Ladders(engine, database)
        self.people = People(engine, database, self._locks)
        self.journal = Journal(engine, database)
        self.outcomes = Outcomes(engine, database)
        self.faults = FaultLog(folder)
        self._recorders: list[Recorder] = []

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Open the data in a folder; make folder and database where there are none, upgrade an older database.

        Raises
        ------
        StoreError
            If that is not possible; nothing was changed then.
        """
        database = prepare_folder(folder)
        engine = open_engine(database)
        try:
            with opening(folder / LOCKS):
                bring_up_to_date(engine, database)
                use_write_ahead_log(engine)
        except (SQLAlchemyError, sqlite3.Error) as error:
            engine.dispose()
            trouble = trouble_of(error, database)
            raise StoreError(f"{trouble.what}. Nothing was changed. {trouble.advice}.") from error
        except StoreError:
            engine.dispose()
            raise
        return cls(folder, engine, database)

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Open the data in a folder to be read: where there are none, the store is empty, and nothing is made.

        Raises
        ------
        StoreError
            As of `open`.
        """
        if not is_vacant(folder):
            return cls.open(folder)
        engine = open_engine(None)
        with writing(engine) as connection:
            schema.metadata.create_all(connection)
        return cls(folder, engine, folder / DATABASE)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the recorders that are still open, and let go of the database."""
        for recorder in self._recorders:
            recorder.close()
        self._recorders.clear()
        self._engine.dispose()

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
        recorder = Recorder(
            self._engine, self._database, self._locks, new_session, self.faults, on_trouble, on_recovery, pace
        )
        self._recorders.append(recorder)
        return recorder
