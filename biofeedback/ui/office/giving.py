"""Where the wrong person was chosen: the session that is shown is given to whose it is."""

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QVBoxLayout, QWidget

from biofeedback.care.visit import Listed, read_list
from biofeedback.ui.office.people import PeopleColumn
from biofeedback.ui.parts.announcing import announce
from biofeedback.ui.parts.asking import Ask
from biofeedback.ui.parts.basics import button, label
from biofeedback.ui.parts.flow import Flow
from biofeedback.ui.words import office as words

LINES = 9
"""So high is the list of people, in lines of type."""


class Giving(QWidget):
    """One quiet button; behind it the people, then what is about to be done, then what was done and the way back.

    Parameters
    ----------
    ask : callable
        As `ThreadedWorkshop.ask`.
    give : callable
        Called with the name of whose the session is to be; what came of it is told by `tell_given` or `tell_refused`.
    running : bool
        Whether the session is still running: then it is given once it has ended, and taken back till then.
    """

    def __init__(self, ask: Ask, give: Callable[[str], None], *, running: bool = False) -> None:
        super().__init__()
        self._ask, self._give, self._running = ask, give, running
        self._now = self._to = self._before = ""
        self.wrong = button(words.SOMEBODY_ELSES_NOW if running else words.SOMEBODY_ELSES, "quiet", self._open)
        self.finder = PeopleColumn(self.propose)
        self.finder.typed.setPlaceholderText(words.WHOSE)
        self.finder.typed.setAccessibleName(words.WHOSE)
        self.finder.typed.setToolTip("")
        self._told = label("", wrap=True)
        self.sure = button(words.GIVE, "primary", self._do)
        self.undo = button(words.UNDO, "quiet", self._undo)
        self.leave = button(words.LEAVE_IT, "quiet", self.fold)
        deeds = QWidget()
        row = Flow(deeds, 8)
        for made in (self.wrong, self.sure, self.undo, self.leave):
            row.addWidget(made)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        for part in (self._told, self.finder, deeds):
            column.addWidget(part)
        self.forget()

    def show_session_of(self, person: str) -> None:
        """A session of somebody is shown; nothing is asked yet."""
        self._now = person
        self.fold()

    def forget(self) -> None:
        """Nothing of anybody is left."""
        self._now = self._to = self._before = ""
        self.finder.forget()
        self._show("")

    def fold(self) -> None:
        """It stays whose it is."""
        self._show("", self.wrong)

    def _show(self, told: str, *parts: QWidget) -> None:
        self._told.setText(told)
        self._told.setVisible(bool(told))
        for part in (self.finder, self.wrong, self.sure, self.undo, self.leave):
            part.setVisible(part in parts)
        announce(self, told)

    def _open(self) -> None:
        self.finder.setFixedHeight(LINES * 2 * self.fontMetrics().height())
        self._show("", self.finder, self.leave)
        self._ask(lambda store, person: read_list(store), self._offer, self.tell_refused)
        self.finder.search()

    def _offer(self, listed: Sequence[Listed]) -> None:
        self.finder.show_people(listed, self._now)

    def propose(self, person: str) -> None:
        """Ask whether it is somebody's."""
        if person == self._now:
            self._show(words.theirs_already(person), self.finder, self.leave)
            return
        self._to = person
        told = words.becomes_at_end if self._running else words.becomes
        self._show(told(person, self._now), self.sure, self.leave)
        self.sure.setFocus()

    def _do(self) -> None:
        if self._running:
            self._show(words.given_at_end(self._to), self.undo)
        else:
            self._show(words.GIVING)
        self._give(self._to)

    def _undo(self) -> None:
        if self._running:
            self.fold()
            self._give(self._now)
        else:
            self._show(words.GIVING)
            self._give(self._before)

    def tell_given(self, now: str, before: str) -> None:
        """It is somebody else's now; one press gives it back."""
        self._now, self._before = now, before
        self._show(words.given(now, before), self.undo, self.wrong)

    def tell_refused(self, sentence: str) -> None:
        """It stays whose it is, and why."""
        self._show(sentence, self.wrong)
