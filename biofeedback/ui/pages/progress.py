"""How it goes: one measure at a time over the weeks, and the figures behind each point."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from biofeedback.care.measures import PRACTICE, Measure, Point
from biofeedback.care.progress import Trend, change, read_trends
from biofeedback.theme import Sizes, Tokens
from biofeedback.ui.parts.announcing import announce
from biofeedback.ui.parts.answers import Choices
from biofeedback.ui.parts.asking import Ask
from biofeedback.ui.parts.basics import button, clear, label, scrolling
from biofeedback.ui.parts.calendar import Calendar
from biofeedback.ui.parts.flow import Flow
from biofeedback.ui.parts.page import Page
from biofeedback.ui.parts.side_by_side import SideBySide
from biofeedback.ui.parts.top_bar import Ways, top_bar
from biofeedback.ui.parts.trend_plot import TrendPlot
from biofeedback.ui.practice import Week, by_week, practised
from biofeedback.ui.words import progress as words
from biofeedback.ui.words.days import not_kept

if TYPE_CHECKING:
    from biofeedback.storage.database import Store
    from biofeedback.storage.records import Outcome

Told = tuple[list[tuple[Measure, Trend]], list[Week]]
PERIOD_DAYS = 28


def read_progress(store: "Store", person: str) -> Told:
    """All that can be shown of a person."""
    weeks = by_week(practised(store.sessions(person), store.rated(person)))
    return read_trends(store, person), weeks


class ProgressPage(Page):
    """What to look at above, its picture, what it says, and two sessions side by side.

    Parameters
    ----------
    tokens : Tokens
    sizes : Sizes
    ask : callable
        As `ThreadedWorkshop.ask`.
    open_session : callable
        Called with the id of a session to be shown.
    ways : Ways
    """

    def __init__(self, tokens: Tokens, sizes: Sizes, ask: Ask, open_session: Callable[[str], None], ways: Ways) -> None:
        super().__init__()
        self._ask, self._open_session, self._go = ask, open_session, ways.go
        self._trends: dict[str, tuple[Measure, Trend]] = {}
        self._name = ""
        self._held: Point | None = None
        self._groups, self._measures = QVBoxLayout(), QVBoxLayout()
        self.span = Choices(words.SPANS, 91, words.SPAN)
        self.span.when_chosen(lambda _: self._show_trend())
        self.plot = TrendPlot(tokens, sizes, self._choose, self._open)
        self.calendar = Calendar(tokens, sizes)
        self._told, self._changed = label("", wrap=True), label("", wrap=True)
        self._usual, self._left_out = label("", "muted", wrap=True), label("", "muted", wrap=True)
        self.open_it = button(words.OPEN_SESSION, "choice", self._open_chosen)
        self.compare = button(words.COMPARE, "choice", self._hold)
        for made in (self.open_it, self.compare):
            made.setCheckable(False)
        self.beside = SideBySide()
        self._empty = label(words.EMPTY, wrap=True)
        self._said = label("", wrap=True)
        layout = QVBoxLayout(self)
        layout.setSpacing(12)
        layout.addLayout(top_bar(words.PROGRESS, ways))
        layout.addWidget(self._all(), 1)
        layout.addWidget(self._said)
        self._said.hide()
        self._show_trend()

    def _all(self) -> QWidget:
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 8, 0)
        column.setSpacing(10)
        column.addWidget(self._empty)
        for part in (self._groups, self._measures):
            column.addLayout(part)
        actions = QWidget()
        row = Flow(actions, 8)
        for made in (self.open_it, self.compare):
            row.addWidget(made)
        self._keys = label(words.KEYS, "muted", wrap=True)
        below = (self._usual, self._left_out, self._changed, self._keys, self.calendar)
        for widget in (self.span, self.plot, self._told, actions, self.beside, *below):
            column.addWidget(widget)
        column.addStretch()
        self._scroll = scrolling(inside, words.PROGRESS)
        return self._scroll

    def apply(self, tokens: Tokens, sizes: Sizes, *, still: bool = False) -> None:
        self.plot.apply(tokens, sizes)
        self.calendar.apply(tokens, sizes)

    def enter(self) -> None:
        """Read all anew, and show what was looked at last."""
        self._tell("")
        self._ask(read_progress, self._show, lambda reason: self._tell(not_kept(reason)))

    def _show(self, told: Told) -> None:
        trends, weeks = told
        self._trends = {measure.name: (measure, trend) for measure, trend in trends}
        self.calendar.show_weeks(weeks, date.today())
        if self._name not in self._trends:
            self._name = next(iter(self._trends), "")
        self._show_choices()
        self._show_trend()
        (self.plot if self._name else self).setFocus()

    # Choosing

    def _show_choices(self) -> None:
        for part in (self._groups, self._measures):
            clear(part)
        if not self._name:
            return
        groups = list(dict.fromkeys(map(words.group_of, self._trends)))
        group = words.group_of(self._name)
        choice = Choices([(each, each) for each in groups], group, words.GROUP)
        choice.when_chosen(self._choose_group)
        self._groups.addWidget(choice)
        inside = [(m.title, m.name) for m, _ in self._trends.values() if words.group_of(m.name) == group]
        measure = Choices(inside, self._name, words.MEASURE)
        measure.when_chosen(self._choose_measure)
        self._measures.addWidget(measure)
        self._choice = choice

    def _choose_group(self, group: object) -> None:
        self._name = next(name for name in self._trends if words.group_of(name) == group)
        self._show_choices()
        self._choice.focus()
        self._show_trend()

    def _choose_measure(self, name: object) -> None:
        self._name = str(name)
        self._show_trend()

    def _show_trend(self) -> None:
        there = bool(self._name)
        for shown in (self.span, self.plot, self._usual, self._keys):
            shown.setVisible(there)
        self._empty.setVisible(not there)
        self.calendar.setVisible(self._name == PRACTICE)
        self._held = None
        self.beside.hide()
        for quiet in (self._told, self.open_it, self.compare, self._changed, self._left_out):
            quiet.hide()
        if not there:
            return
        measure, trend = self._trends[self._name]
        n_days = self.span.value
        self.plot.show_trend(measure, trend, n_days if isinstance(n_days, int) else 0)
        self._usual.setText(words.usual(trend))
        self._left_out.setText(words.left_out(sum(point.cut for point in self.plot.points)))
        self._left_out.setVisible(bool(self._left_out.text()))
        last = date.today()
        middle = last - timedelta(PERIOD_DAYS)
        periods = (middle - timedelta(PERIOD_DAYS - 1), middle), (middle + timedelta(1), last)
        told = "" if measure.grows else words.changed(change(measure.name, trend.points, *periods))
        self._changed.setText(told)
        self._changed.setVisible(bool(self._changed.text()))

    # A point

    def _choose(self, point: Point) -> None:
        measure, _ = self._trends[self._name]
        self._told.setText(words.value(point, measure))
        announce(self, self._told.text())
        self.open_it.setText(words.OPEN_SESSION if point.session_id else words.OPEN_DAY)
        self.open_it.setAccessibleName(self.open_it.text())
        self._told.show()
        self.open_it.show()
        self.compare.setVisible(point.session_id is not None)
        if self._held is not None and point.session_id not in (None, self._held.session_id):
            wanted = [str(self._held.session_id), str(point.session_id)]
            self._held = None
            self._ask(lambda store, _: _sessions(store, wanted), self._show_beside)

    def _open_chosen(self) -> None:
        if self.plot.point is not None:
            self._open(self.plot.point)

    def _open(self, point: Point) -> None:
        if point.session_id is not None:
            self._open_session(point.session_id)
        else:
            self._go(words.page_of(self._name))

    def _hold(self) -> None:
        self._held = self.plot.point
        self._told.setText(words.CHOOSE_OTHER)
        announce(self, words.CHOOSE_OTHER)
        self.plot.setFocus()

    def _show_beside(self, sessions: "Sequence[Outcome]") -> None:
        if len(sessions) == 2:
            self.beside.show_sessions(sessions)
            self.beside.show()

    def _tell(self, sentence: str) -> None:
        self._said.setText(sentence)
        self._said.setVisible(bool(sentence))
        announce(self, sentence)


def _sessions(store: "Store", wanted: Sequence[str]) -> "list[Outcome]":
    there = {each.session_id: each for each in store.outcomes.whole(wanted)}
    return [there[each] for each in wanted if each in there]
