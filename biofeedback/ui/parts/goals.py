"""What somebody wants to do again, in their own words."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from biofeedback.care.plan import LONGEST_GOAL, N_GOALS_MOST
from biofeedback.ui.parts.basics import button, clear, label
from biofeedback.ui.parts.kept_line import kept_line
from biofeedback.ui.words import course as words


class Goals(QWidget):
    """A line for each goal, and one to write in.

    Parameters
    ----------
    changed : callable
        Called with the goals as they are to be.
    """

    def __init__(self, changed: Callable[[tuple[str, ...]], None]) -> None:
        super().__init__()
        self._changed = changed
        self._goals: tuple[str, ...] = ()
        self.text = QLineEdit()
        self.text.setPlaceholderText(words.GOAL_HINT)
        self.text.setAccessibleName(words.GOAL_HINT)
        self.text.setMaxLength(LONGEST_GOAL)
        self.text.returnPressed.connect(self.settle)
        self._add = button(words.ADD_GOAL, "choice", self.settle)
        self._add.setCheckable(False)
        self._lines = QVBoxLayout()
        row = QHBoxLayout()
        row.addWidget(self.text, 1)
        row.addWidget(self._add)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(label(words.GOALS, "muted"))
        column.addLayout(self._lines)
        column.addLayout(row)

    def show_goals(self, goals: Sequence[str]) -> None:
        """Show what is kept."""
        self._goals = tuple(goals)
        clear(self._lines)
        for goal in goals:
            self._lines.addWidget(kept_line(goal, "", words.TAKE_OUT, partial(self._take_off, goal)))
        for each in (self.text, self._add):
            each.setVisible(len(goals) < N_GOALS_MOST)

    def settle(self) -> None:
        """Keep what was written, also where the page is left before it was done."""
        if text := self.text.text().strip():
            self.text.clear()
            self._changed((*self._goals, text))

    def _take_off(self, goal: str) -> None:
        self._changed(tuple(each for each in self._goals if each != goal))
