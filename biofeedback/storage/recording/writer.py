"""A thread that saves rows in batches, and keeps them while they cannot be saved."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from sqlalchemy import Table

from biofeedback.storage.engine import Trouble
from biofeedback.storage.faults import FaultLog
from biofeedback.storage.rows import Values

MOST_BEHIND = 4_000
"""So many rows may wait for a healthy disk before the caller has to wait too (a recording read at full speed)."""

AT_ONCE = 1_000
"""So many rows are saved without waiting for the next turn."""

Batch = dict[Table, list[Values]]
"""Rows by table, in the order in which they were given."""

UNFORESEEN = Trouble(
    "The program met an error of its own while it saved what was measured",
    "Keep the program open for a while",
)


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of a batch: the rows that could not be saved, and why; nothing left and no trouble where all were."""

    left: Batch = field(default_factory=dict)
    trouble: Trouble | None = None


@dataclass(frozen=True, slots=True)
class Pace:
    """Rows are saved at most every `commit_every_s`, and again `retry_every_s` after a failure."""

    commit_every_s: float = 0.25
    retry_every_s: float = 3.0


class Writer:
    """Holds rows until it is released, then saves them as they come.

    A row is saved at once where nothing was saved for `commit_every_s`, else at the end of that time together with
    the others. Rows that cannot be saved go back to the head of the queue, and nothing ends the thread but `close`.

    Parameters
    ----------
    name : str
        Of the thread.
    save : callable
        Saves a batch and gives back what it could not. Called in the thread.
    tell : callable
        Called in the thread with the trouble when saving begins to fail, and with None when it works again.
    pace : Pace
    faults : FaultLog
    """

    def __init__(
        self,
        name: str,
        save: Callable[[Batch], Saved],
        tell: Callable[[Trouble | None], None],
        pace: Pace,
        faults: FaultLog,
    ) -> None:
        self._save = save
        self._tell = tell
        self._pace = pace
        self._faults = faults
        self._changed = threading.Condition(threading.Lock())
        self._pending: Batch = {}
        self._n_pending = 0
        self._n_saving = 0
        self._trouble: Trouble | None = None
        self._released = self._asked = self._closing = self._stopped = False
        self._n_attempts_begun = self._n_attempts_over = 0
        self._due_s = 0.0
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    @property
    def released(self) -> bool:
        """Whether rows are saved already, rather than held."""
        return self._released

    @property
    def trouble(self) -> Trouble | None:
        """Why the latest attempt failed."""
        return self._trouble

    @property
    def n_unsaved(self) -> int:
        """Rows that are in memory only."""
        with self._changed:
            return self._n_pending + self._n_saving

    def put(self, table: Table, values: list[Values], *, release: bool = False) -> bool:
        """Hand over rows, and begin to save where `release` is set; False where the writer is closed."""
        with self._changed:
            if self._n_pending >= MOST_BEHIND and self._released:
                self._changed.wait_for(lambda: self._n_pending < MOST_BEHIND or self._trouble or self._stopped)
            if self._closing or self._stopped:
                return False
            self._pending.setdefault(table, []).extend(values)
            was, self._n_pending = self._n_pending, self._n_pending + len(values)
            if release and not self._released:
                self._released = True
                self._changed.notify_all()
            elif not was or was < AT_ONCE <= self._n_pending:
                self._changed.notify_all()
            return True

    def drop(self) -> bool:
        """Forget what is held; False where the writer was released, for then there is no way back."""
        with self._changed:
            if not self._released:
                self._take_all()
            return not self._released

    def flush(self) -> bool:
        """Try now to save what is there, and wait for it; True where nothing is left in memory."""
        with self._changed:
            if self._released:
                # An attempt under way may have begun before the newest rows came
                goal = self._n_attempts_begun + 1
                self._asked = True
                self._changed.notify_all()
                self._changed.wait_for(lambda: self._stopped or self._n_attempts_over >= goal)
            return self._n_pending + self._n_saving == 0

    def close(self) -> Batch:
        """Save what is left with a last attempt, end the thread, and give what could not be saved.

        Rows that were never released are dropped.
        """
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        self._thread.join()
        return self._pending

    def _run(self) -> None:
        try:
            while self._take_turn():
                pass
        finally:
            with self._changed:
                self._stopped = True
                self._changed.notify_all()

    def _has_work(self) -> bool:
        return self._closing or self._asked or (self._released and self._n_pending > 0)

    def _cannot_wait(self) -> bool:
        return self._closing or self._asked or (self._trouble is None and self._n_pending >= AT_ONCE)

    def _take_turn(self) -> bool:
        with self._changed:
            self._changed.wait_for(self._has_work)
            self._changed.wait_for(self._cannot_wait, max(0.0, self._due_s - time.monotonic()))
            last = self._closing
            self._asked = False
            self._n_saving = self._n_pending if self._released else 0
            batch = self._take_all()
            self._n_attempts_begun += 1
            # A caller that waited for room may go on while this batch is saved
            self._changed.notify_all()
        begun_s = time.monotonic()
        saved = self._saved(batch) if self._n_saving else Saved()
        with self._changed:
            before, self._trouble = self._trouble, saved.trouble
            if saved.trouble is None:
                self._due_s = begun_s + self._pace.commit_every_s
            else:
                self._due_s = time.monotonic() + self._pace.retry_every_s
                self._put_back(saved.left)
            self._n_saving = 0
        if saved.trouble != before:
            with self._faults.contained("telling of the recorder's trouble"):
                self._tell(saved.trouble)
        with self._changed:
            self._n_attempts_over += 1
            self._changed.notify_all()
        return not last

    def _saved(self, batch: Batch) -> Saved:
        """An error that nobody foresaw leaves the rows where they are: the next attempt may go well."""
        with self._faults.contained("saving"):
            return self._save(batch)
        return Saved(batch, UNFORESEEN)

    def _take_all(self) -> Batch:
        batch, self._pending, self._n_pending = self._pending, {}, 0
        return batch

    def _put_back(self, batch: Batch) -> None:
        self._n_pending += sum(map(len, batch.values()))
        for table, newer in self._pending.items():
            batch.setdefault(table, []).extend(newer)
        self._pending = batch


def halves(batch: Batch) -> list[Batch]:
    """The rows in two parts, in their order; none where there is but one row."""
    listed = [(table, row) for table, rows_of in batch.items() for row in rows_of]
    if len(listed) < 2:
        return []
    parts: list[Batch] = []
    for half in (listed[: len(listed) // 2], listed[len(listed) // 2 :]):
        part: Batch = {}
        for table, row in half:
            part.setdefault(table, []).append(row)
        parts.append(part)
    return parts
