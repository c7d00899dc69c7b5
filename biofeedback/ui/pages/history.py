"""The history: practice over weeks, a calendar, and the sessions themselves."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from biofeedback.storage.records import Rated, SessionRow
from biofeedback.theme import Sizes, Tokens
from biofeedback.ui.parts.announcing import announce
from biofeedback.ui.parts.basics import button, label, scrolling
from biofeedback.ui.parts.calendar import Calendar
from biofeedback.ui.parts.flow import Flow
from biofeedback.ui.parts.history_filter import HistoryFilter
from biofeedback.ui.parts.icons import with_icon
from biofeedback.ui.parts.page import Page
from biofeedback.ui.parts.session_list import SessionList
from biofeedback.ui.parts.top_bar import Ways, top_bar
from biofeedback.ui.parts.undo import Undo
from biofeedback.ui.parts.weeks_picture import WeeksPicture
from biofeedback.ui.practice import Practised, by_week, practised
from biofeedback.ui.words import history as words

LEAST_SHARE = 2.4
"""Beside the picture there is room for the list in a page so many times as wide as the picture is at the least."""


class HistoryPage(Page):
    """Shows what was practised, opens and deletes it.

    Parameters
    ----------
    tokens : Tokens
    sizes : Sizes
    chosen : callable
        Called with the id of a session to open.
    deleted : callable
        Called with the ids of sessions to delete, once that cannot be undone any more.
    ways : Ways
    """

    def __init__(
        self,
        tokens: Tokens,
        sizes: Sizes,
        chosen: Callable[[str], None],
        deleted: Callable[[Sequence[str]], None],
        ways: Ways,
    ) -> None:
        super().__init__()
        self._sessions: list[Practised] = []
        self._state = label(words.READING, "muted", wrap=True)
        self.weeks, self.calendar = WeeksPicture(tokens, sizes), Calendar(tokens, sizes)
        self.filter = HistoryFilter(self._refresh)
        self._none_shown = label(words.NONE_SHOWN, "muted", wrap=True)
        self.list = SessionList(
            tokens, sizes, lambda session: chosen(session.row.session_id), self._delete, self._show_actions
        )
        self.undo = Undo(deleted, self._refresh)
        self._delete_button = with_icon(button(words.DELETE, "quiet", self._delete_current, words.DELETE_KEY), "trash")
        self._remove = button("", "quiet", lambda: self._ask(asking=True))
        self._question = _Question(self._remove_simulated, lambda: self._ask(asking=False))
        self._halves = QWidget()
        halves = QHBoxLayout(self._halves)
        halves.setContentsMargins(0, 0, 0, 0)
        halves.setSpacing(32)
        self._over_weeks, self._column = self._pictures(), self._listed()
        halves.addWidget(self._over_weeks, 2)
        halves.addWidget(self._column, 3)
        layout = QVBoxLayout(self)
        self._other = button(words.SHOW_PICTURES, "quiet", self._show_other)
        top = top_bar("History", ways)
        top.insertWidget(1, self._other)
        layout.addLayout(top)
        layout.addWidget(self._state)
        layout.addWidget(self._halves, 1)
        layout.addStretch()
        layout.addWidget(self.undo)
        self._halves.hide()

    def _pictures(self) -> QWidget:
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 8, 0)
        column.setSpacing(24)
        column.addWidget(self.weeks)
        column.addWidget(self.calendar, 1)
        return scrolling(inside, words.WEEKS)

    def _listed(self) -> QWidget:
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.filter)
        column.addWidget(self._none_shown)
        column.addWidget(self.list, 1)
        actions = QWidget()
        row = Flow(actions, 8)
        row.addWidget(self._delete_button)
        row.addWidget(self._remove)
        column.addWidget(actions)
        column.addWidget(self._question)
        return inside

    def apply(self, tokens: Tokens, sizes: Sizes, *, still: bool = False) -> None:
        for part in (self.weeks, self.calendar, self.list):
            part.apply(tokens, sizes)
        self._fit(pictures=False)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit(pictures=False)

    def _fit(self, *, pictures: bool) -> None:
        """Both beside each other, or where there is no room for it one at a time."""
        beside = self.contentsRect().width() >= LEAST_SHARE * self.weeks.minimumWidth()
        self._other.setVisible(not beside and bool(self._there()))
        self._other.setText(words.SHOW_SESSIONS if pictures else words.SHOW_PICTURES)
        self._other.setAccessibleName(self._other.text())
        self._over_weeks.setVisible(beside or pictures)
        self._column.setVisible(beside or not pictures)

    def _show_other(self) -> None:
        self._fit(pictures=self._over_weeks.isHidden())

    def show_rows(self, rows: Sequence[SessionRow], rated: Mapping[str, Rated]) -> None:
        """Show all sessions and what was answered before and after them."""
        self._sessions = practised(rows, rated)
        had_list = self.list.hasFocus() or self._halves.isHidden()
        self._refresh()
        if had_list and self.isVisible():
            self.enter()

    def settle(self) -> None:
        self.undo.settle()

    def enter(self) -> None:
        """Let the keyboard be in the list, where it was before."""
        self.list.setFocus()

    def delete(self, session_id: str) -> None:
        """Delete a session, unless that is undone."""
        for session in self._there():
            if session.row.session_id == session_id:
                self._delete(session)

    def _there(self) -> list[Practised]:
        """All but what is to be deleted."""
        gone = set(self.undo.ids)
        return [each for each in self._sessions if each.row.session_id not in gone]

    def _simulated(self) -> list[SessionRow]:
        return [each.row for each in self._there() if each.row.simulated and not each.row.running]

    def _refresh(self) -> None:
        there, today = self._there(), datetime.now().astimezone().date()
        weeks = by_week(there)
        self._state.setText("" if there else words.EMPTY)
        self._state.setVisible(not there)
        self._halves.setVisible(bool(there))
        self.weeks.setVisible(any(each.own for each in there))
        self.weeks.show_weeks(weeks, today)
        self.calendar.show_weeks(weeks, today)
        self.filter.offer(there)
        shown = [each for each in there if self.filter.shown.shows(each)]
        self._none_shown.setVisible(not shown)
        self.list.show_weeks(weeks if len(shown) == len(there) else by_week(shown))
        self._ask(asking=False)
        self._fit(pictures=self._column.isHidden())

    def _show_actions(self) -> None:
        self._delete_button.setEnabled(self.list.current is not None)

    def _delete_current(self) -> None:
        if (session := self.list.current) is not None:
            self._delete(session)

    def _delete(self, session: Practised) -> None:
        if session.row.running:
            self._question.tell(words.STILL_RUNNING)
            announce(self, words.STILL_RUNNING)
        else:
            self.undo.delete([session.row.session_id], words.deleted([session.row]))

    def _ask(self, *, asking: bool) -> None:
        """Whether all simulated sessions are to be removed."""
        n = len(self._simulated())
        self._remove.setText(words.remove_simulated(n))
        self._remove.setAccessibleName(words.remove_simulated(n))
        self._remove.setVisible(n > 0 and not asking)
        if asking:
            self._question.ask(words.ask_remove(n))
        elif self._question.isVisible():
            self._question.hide()
            self.list.setFocus()

    def _remove_simulated(self) -> None:
        rows = self._simulated()
        self._ask(asking=False)
        if rows:
            self.undo.delete([row.session_id for row in rows], words.deleted(rows))


class _Question(QWidget):
    """Asked before much is removed; the answer that changes nothing is the one at hand."""

    def __init__(self, remove: Callable[[], None], keep: Callable[[], None]) -> None:
        super().__init__()
        self._words = label("", wrap=True)
        self._keep, self._remove = button(words.KEEP, "choice", keep), button(words.REMOVE, "choice", remove)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._words, 1)
        for made in (self._keep, self._remove):
            made.setCheckable(False)
            row.addWidget(made)
        self.hide()

    def ask(self, question: str) -> None:
        self._show(question, answers=True)
        self._keep.setFocus()

    def tell(self, sentence: str) -> None:
        """Say something that asks for nothing."""
        self._show(sentence, answers=False)

    def _show(self, sentence: str, *, answers: bool) -> None:
        self._words.setText(sentence)
        self._keep.setVisible(answers)
        self._remove.setVisible(answers)
        self.show()
