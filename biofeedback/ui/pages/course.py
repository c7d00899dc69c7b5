"""The course: what today holds and why, the week, the map of five stages, and the ways to all that belongs to it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QPushButton, QVBoxLayout, QWidget

from biofeedback.care.plan import (
    Plan,
    at_stage,
    begin_course,
    keep_plan,
    read_plan,
    staying,
    with_goals,
    with_practices,
)
from biofeedback.care.today import DayPractised, Today, know, today, week
from biofeedback.storage.folder import own_courses, own_exercises
from biofeedback.ui.parts.asking import Ask
from biofeedback.ui.parts.basics import Card, button, clear, label
from biofeedback.ui.parts.drawer import Drawer
from biofeedback.ui.parts.flow import Flow
from biofeedback.ui.parts.goals import Goals
from biofeedback.ui.parts.halves import Halves
from biofeedback.ui.parts.page import Page
from biofeedback.ui.parts.plan_week import PlanWeek
from biofeedback.ui.parts.top_bar import Ways, top_bar
from biofeedback.ui.words import course as words
from protocols.courses.library import load_shelf
from protocols.courses.specification import STAGES, Course
from protocols.library import load_shelf as load_exercises
from protocols.specification import Exercise

if TYPE_CHECKING:
    from biofeedback.storage.database import Store

MOST_BLOCKS, MINUTES_A_BLOCK = 6, 5.0
"""A day of the week is shown by a soft block for each five minutes, and no more than so many."""


@dataclass(frozen=True, slots=True)
class Way:
    """Where a person is on their way; no plan and nothing of today before a course was chosen.

    `days` are those of the week that is looked at, `earlier` whether something was practised before them.
    """

    courses: tuple[Course, ...]
    plan: Plan | None
    today: Today | None
    days: tuple[DayPractised, ...]
    exercises: Mapping[str, Exercise]
    earlier: bool = False


def read_way(n_weeks_ago: int, store: "Store", person: str) -> Way:
    """What there is to show to a person, with the days of this week or of one so many weeks ago."""
    on = date.today()
    plan, known = read_plan(store, person), know(store, person, on)
    held = today(plan, known, on) if plan else None
    days = week(plan, known, on - timedelta(weeks=n_weeks_ago))
    earlier = any(day < days[0].on for day, _ in known.practised())
    profile = known.profile.offered
    offered = {each.id: each for each in known.exercises.values() if not profile or each.id in profile}
    return Way(_ready(store), plan, held, days, offered, earlier)


def _ready(store: "Store") -> tuple[Course, ...]:
    exercises = {each.id: each for each in load_exercises(own_exercises(store.folder)).exercises}
    return load_shelf(exercises, own_courses(store.folder)).courses


class CoursePage(Page):
    """Shows where a person is, and leads on from there.

    Parameters
    ----------
    ask : callable
        As `ThreadedWorkshop.ask`.
    ways : Ways
    """

    def __init__(self, ask: Ask, ways: Ways) -> None:
        super().__init__()
        self._ask, self._go = ask, ways.go
        self._begin_it: QPushButton | None = None
        self._n_weeks_ago = 0
        self.goals = Goals(lambda goals: self._keep(lambda _, plan: with_goals(plan, goals)))
        self.week = PlanWeek(
            lambda practices: self._keep(lambda _, plan: with_practices(plan, practices, date.today()))
        )
        self._plan_parts = QWidget()
        parts = QVBoxLayout(self._plan_parts)
        parts.setContentsMargins(0, 0, 0, 0)
        parts.setSpacing(12)
        parts.addWidget(self.goals)
        parts.addWidget(self.week)
        self._column, self._beside = QVBoxLayout(), QVBoxLayout()
        for column in (self._column, self._beside):
            column.setSpacing(12)
        self._said = label("", wrap=True)
        layout = QVBoxLayout(self)
        layout.setSpacing(12)
        layout.addLayout(top_bar(words.COURSE, ways))
        layout.addWidget(self._said)
        area = Halves(self._column, self._beside)
        area.setAccessibleName(words.COURSE)
        layout.addWidget(area, 1)
        self._lay_out()
        self._tell("")

    def _lay_out(self) -> None:
        """What is read stands in rows of its own; what is written in stays, whatever is read."""
        self._above, self._below = QVBoxLayout(), QVBoxLayout()
        for part in (self._above, self._below):
            part.setSpacing(12)
        self._column.addLayout(self._above)
        self._column.addWidget(self._plan_parts)
        self._column.addLayout(self._below)
        self._column.addStretch()
        self._beside.addWidget(label(words.MORE, "muted"))
        for name, title, about in words.PAGES:
            self._beside.addWidget(Card(title, "", about, partial(self._go, name)))
        self._beside.addStretch()

    def enter(self) -> None:
        """Read where the person is."""
        self._n_weeks_ago = 0
        self._ask(partial(read_way, 0), self._arrive, self._tell)

    def leave(self) -> None:
        self.goals.settle()

    def settle(self) -> None:
        self.goals.settle()

    def _arrive(self, way: Way) -> None:
        self.show_way(way)
        courses = self._below.itemAt(0)
        first = self._begin_it or (courses.widget() if courses and way.plan is None else None)
        if first is not None and self.isVisible():
            first.setFocus()

    def show_way(self, way: Way) -> None:
        """Show where the person is."""
        focused = self.focusWidget()
        name = focused.accessibleName() if focused else ""
        self._begin_it = None
        self._tell("")
        for column in (self._above, self._below):
            clear(column)
        courses = [self._course(each) for each in way.courses]
        self._plan_parts.setVisible(way.plan is not None)
        if way.plan is not None and way.today is not None:
            self._show_today(way.today)
            self._show_week(way.plan, way)
            self.goals.show_goals(way.plan.goals)
            self.week.show_practices(way.plan.week_on(date.today()).practices, way.exercises)
            self._show_map(way.today.stage)
            self._below.addWidget(_others(courses))
        else:
            for widget in (label(words.NO_PLAN, wrap=True), label(words.CHOOSE, "muted")):
                self._above.addWidget(widget)
            for card in courses:
                self._below.addWidget(card)
        self._focus_again(name)

    def _focus_again(self, name: str) -> None:
        """Let the keyboard be where it was, in what was made anew."""
        for each in self.findChildren(QPushButton) if name else ():
            if each.accessibleName() == name and not each.isHidden():
                each.setFocus()
                return

    def _show_today(self, held: Today) -> None:
        self._above.addWidget(label(words.todays_practice(held), "title", wrap=True))
        for sentence in filter(None, dict.fromkeys((*held.because, held.about, words.given(held)))):
            self._above.addWidget(label(sentence, "muted", wrap=True))
        if (offer := held.practice) is not None:
            self._begin_it = button(words.BEGIN_IT, "primary", lambda: self._go("start", offer.exercise))
            self._above.addWidget(self._begin_it, 0, Qt.AlignmentFlag.AlignLeft)

    def _show_week(self, plan: Plan, way: Way) -> None:
        held, days = QWidget(), way.days
        grid = QGridLayout(held)
        grid.setContentsMargins(0, 8, 0, 0)
        grid.setHorizontalSpacing(16)
        title = words.week_of(days[0].on) if self._n_weeks_ago else words.WEEK
        grid.addWidget(label(title, "muted"), 0, 0, 1, len(days))
        for column, lived in enumerate(days):
            blocks = min(round(lived.minutes / MINUTES_A_BLOCK + 0.4), MOST_BLOCKS)
            marks = label("\u25cf" * blocks or "\u2013")
            marks.setAccessibleName(words.day(lived))
            marks.setToolTip(words.day(lived))
            grid.addWidget(label(words.short_day(lived), "muted"), 1, column)
            grid.addWidget(marks, 2, column)
        grid.setColumnStretch(len(days), 1)
        self._above.addWidget(held)
        ways = QWidget()
        row = Flow(ways, 8)
        for text, pressed, there in (
            (words.WEEK_BEFORE, partial(self._look, 1), way.earlier),
            (words.WEEK_AFTER, partial(self._look, -1), self._n_weeks_ago > 0),
            (words.GO_ON if plan.stays else words.STAY, partial(self._stay, not plan.stays), True),
        ):
            if there:
                row.addWidget(button(text, "flush", pressed))
        self._above.addWidget(ways)

    def _look(self, weeks: int) -> None:
        """Look at a week before, or on again."""
        self._n_weeks_ago = max(self._n_weeks_ago + weeks, 0)
        self._ask(partial(read_way, self._n_weeks_ago), self.show_way, self._tell)

    def _show_map(self, here: int) -> None:
        self._below.addWidget(label(words.MAP, "muted"))
        for each in STAGES.values():
            at = each.number == here
            told = words.stage(each.number, each.title, here=at)
            card = Card(told, "", each.about, partial(self._keep, partial(_at_stage, each.number)))
            card.setCheckable(True)
            card.setChecked(at)
            self._below.addWidget(card)

    def _course(self, course: Course) -> Card:
        return Card(course.title, words.offered(course), course.about, partial(self._begin, course))

    def _begin(self, course: Course) -> None:
        self._change(lambda store, person: begin_course(store, person, course))

    def _stay(self, stays: bool) -> None:
        self._keep(lambda store, plan: staying(plan, date.today(), stays))

    def _keep(self, changed: "Callable[[Store, Plan], Plan]") -> None:
        """Keep the plan as it is once changed."""

        def work(store: "Store", person: str) -> None:
            plan = read_plan(store, person)
            if plan is not None:
                keep_plan(store, person, changed(store, plan))

        self._change(work)

    def _change(self, work: "Callable[[Store, str], object]") -> None:
        """Do something to the plan, then show how it is."""

        def done(store: "Store", person: str) -> Way:
            work(store, person)
            return read_way(self._n_weeks_ago, store, person)

        self._ask(done, self.show_way, self._tell)

    def _tell(self, sentence: str) -> None:
        self._said.setText(sentence)
        self._said.setVisible(bool(sentence))


def _at_stage(number: int, store: "Store", plan: Plan) -> Plan:
    return at_stage(plan, number, date.today(), _ready(store))


def _others(courses: list[Card]) -> Drawer:
    """The courses, behind a line."""
    drawer, held = Drawer(), QWidget()
    drawer.show_words(words.OTHER_COURSE)
    column = QVBoxLayout(held)
    column.setContentsMargins(0, 0, 0, 0)
    for card in courses:
        column.addWidget(card)
    drawer.hold(held)
    return drawer
