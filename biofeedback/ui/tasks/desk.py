"""Holds the task of a part, and keeps it until nothing is left to decide."""

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from biofeedback.theme import Sizes, Tokens
from biofeedback.ui.tasks.choice import TASKS
from biofeedback.ui.tasks.task import Task
from protocols.phases import Show


class Desk(QWidget):
    """Empty in parts without a task.

    Parameters
    ----------
    tokens : Tokens
    sizes : Sizes
    told : callable
        Takes what was done, in words for the record, when a task is over.

    Attributes
    ----------
    stopped : Signal
        The person wants to go on to the next part.
    cleared : Signal
        What was still to be decided is decided.
    """

    stopped = Signal()
    cleared = Signal()

    def __init__(self, tokens: Tokens, sizes: Sizes, told: Callable[[str], None]) -> None:
        super().__init__()
        self._tokens, self._sizes, self._reduced_motion = tokens, sizes, False
        self._told = told
        self._show = Show.WAVE
        self._then: Callable[[], None] | None = None
        self.task: Task | None = None
        # beside a task that is as wide as it gets, the room stays free
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)

    def apply(self, tokens: Tokens, sizes: Sizes, *, reduced_motion: bool) -> None:
        self._tokens, self._sizes, self._reduced_motion = tokens, sizes, reduced_motion
        if self.task is not None:
            self.task.apply(tokens, sizes, reduced_motion=reduced_motion)

    @property
    def busy(self) -> bool:
        """Whether a task is on it."""
        return self.task is not None

    @property
    def parting(self) -> bool:
        """Whether the person is just deciding what becomes of it."""
        return self.task is not None and self.task.parting

    def turn(self, show: Show) -> None:
        """Another part begins: what was on ends, what it shows begins."""
        self._show = show
        self._finish()
        if self.task is None and show in TASKS:
            self._put(TASKS[show](self._tokens, self._sizes))

    def finish(self) -> None:
        """The session is about to end: what was done goes into the record."""
        self._show = Show.WAVE
        self._finish()

    def drop(self) -> None:
        """Away with all, whatever is on it."""
        self._show, self._then = Show.WAVE, None
        self._clear()

    def ask_to_leave(self) -> bool:
        """Whether the next part may begin at once; else it is asked for later."""
        return self.task is None or self.task.ask_to_leave()

    def when_free(self, then: Callable[[], None]) -> None:
        """The session is over: do something once nothing is left to decide."""
        self.finish()
        if self.task is None:
            then()
        else:
            self._then = then

    def rest(self, *, resting: bool) -> None:
        if self.task is not None:
            self.task.rest(resting=resting)

    def focus(self) -> None:
        """Let the keyboard be at the task."""
        if self.task is not None:
            self.task.take_focus()

    def _finish(self) -> None:
        if self.task is None:
            return
        if told := self.task.finish():
            self._told(told)
        if not self.task.open:
            self._clear()

    def _put(self, task: Task) -> None:
        self.task = task
        task.apply(self._tokens, self._sizes, reduced_motion=self._reduced_motion)
        task.stopped.connect(self.stopped)
        task.settled.connect(self._settle)
        self._layout.addWidget(task)
        task.begin()

    def _settle(self) -> None:
        """Nothing is left to decide; a task whose part is still on stays."""
        if self.task is None or (self._show in TASKS and isinstance(self.task, TASKS[self._show])):
            return
        self._clear()
        if self._show in TASKS:
            self._put(TASKS[self._show](self._tokens, self._sizes))
        then, self._then = self._then, None
        self.cleared.emit()
        if then is not None:
            then()

    def _clear(self) -> None:
        if self.task is not None:
            self.task.hide()
            self._layout.removeWidget(self.task)
            self.task.deleteLater()
            self.task = None
