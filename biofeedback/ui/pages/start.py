"""The start: one practice for now, three others, the strap's state."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from biofeedback.ui.offers import for_now
from biofeedback.ui.parts.announcing import announce
from biofeedback.ui.parts.basics import Card, button, clear, hairline, label, scrolling
from biofeedback.ui.parts.icons import with_icon
from biofeedback.ui.parts.page import Page
from biofeedback.ui.parts.practice_card import Change, PracticeCard
from biofeedback.ui.parts.top_bar import Ways, top_bar
from biofeedback.ui.settings import Settings
from biofeedback.ui.words import common as words
from biofeedback.ui.words import course as course_words
from biofeedback.ui.words import exercises as exercise_words
from protocols.specification import Activity, Exercise

if TYPE_CHECKING:
    from biofeedback.care.ahead import Ahead

WAIT_MS = 2000
"""So long the page waits at most for what the store knows, instead of changing before one's eyes."""


class StartPage(Page):
    """What the person sees first.

    Parameters
    ----------
    exercises : sequence of Exercise
    settings : Settings
    hour : int
        For the greeting.
    begin : callable
        Called with the exercise as adapted, and the ratings given.
    changed : callable
        Called with what to change in the settings, so that choices are remembered.
    ways : Ways
    faults : sequence of str
        Of the person's own exercise files.
    """

    def __init__(
        self,
        exercises: Sequence[Exercise],
        settings: Settings,
        hour: int,
        begin: Callable[[Exercise, Mapping[str, int]], None],
        changed: Callable[[Change], None],
        ways: Ways,
        faults: Sequence[str] = (),
    ) -> None:
        super().__init__()
        self._exercises = {exercise.id: exercise for exercise in exercises}
        self._settings = settings
        self._begin, self._changed, self._go = begin, changed, ways.go
        self.ahead: Ahead | None = None
        self._chosen = ""
        self._shown: tuple[Exercise, float | None, str] | None = None
        self._waiting = QTimer(self, singleShot=True)
        self._waiting.timeout.connect(self._reveal)
        self.card = PracticeCard(settings, begin, changed, ways.go)
        self.primary = self.card.primary
        self._instead = label("", "muted", wrap=True)
        self._besides, self._others = QGridLayout(), QGridLayout()
        for row in (self._besides, self._others):
            row.setSpacing(12)
        self._faults = label(exercise_words.told_faults(faults), "muted", wrap=True)
        self._faults.setToolTip("\n".join(faults))
        self._faults.setVisible(bool(faults))
        self._trouble = label("", wrap=True)
        self._trouble.hide()
        layout = QVBoxLayout(self)
        layout.setSpacing(12)
        layout.addLayout(top_bar(words.greeting(hour), ways, with_back=False))
        layout.addWidget(self._middle(), 1)
        layout.addWidget(hairline())
        layout.addLayout(self._bottom())
        self.refresh(settings)

    def _middle(self) -> QScrollArea:
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addStretch(1)  # in a tall window a little above, and more below
        for widget in (self._instead, self.card):
            column.addWidget(widget)
        column.addLayout(self._besides)
        column.addLayout(self._others)
        for widget in (self._trouble, self._faults):
            column.addWidget(widget)
        column.addStretch(2)
        scroll = scrolling(inside, words.START)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll, self._inside = scroll, inside
        return scroll

    def _bottom(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        self._strap = with_icon(button("", "flush", lambda: self._go("strap"), words.CHOOSE_STRAP), "heartbeat")
        row.addWidget(self._strap)
        row.addStretch()
        ways = (
            (words.COURSE, "path", "course"),
            (words.HISTORY, "calendar-dots", "history"),
            (words.SETTINGS, "gear-six", "settings"),
        )
        for text, icon, name in ways:
            row.addWidget(with_icon(button(text, "quiet", lambda name=name: self._go(name)), icon))  # type: ignore[misc]
        return row

    def enter(self) -> None:
        self.primary.setFocus()

    def show_strap(self, name: str, band: str = "") -> None:
        """Tell which strap and which band will be used; an empty name for none."""
        worn = words.with_band(name or words.WITHOUT_STRAP, band)
        self._strap.setText(worn)  # the icon beside it says what it is
        told = f"Strap: {worn}" if name else worn
        self._strap.setAccessibleName(f"{told}. {words.CHOOSE_STRAP}")

    def show_trouble(self, sentence: str) -> None:
        """Say what is wrong; nothing for an empty sentence."""
        self._trouble.setText(sentence)
        self._trouble.setVisible(bool(sentence))
        announce(self, sentence)

    def offer(self, exercises: Sequence[Exercise], settings: Settings) -> None:
        """Offer these from now on, with what is known of the person."""
        offered = {exercise.id: exercise for exercise in exercises}
        if (offered, settings.answers) != (self._exercises, self._settings.answers):
            self._exercises = offered
            self.refresh(settings)

    def refresh(self, settings: Settings) -> None:
        """Make the page anew, with empty ratings; the first time what lies ahead is waited for, where there is more."""
        self._settings = settings
        self.show_strap(settings.device_name, settings.band_name)
        if self.ahead is None and (settings.in_course or not settings.settled_in):
            self._inside.hide()
            self._waiting.start(WAIT_MS)
        self._fill()

    def forget(self) -> None:
        """Somebody else practises: what lies ahead of them is not known yet."""
        self.ahead, self._chosen = None, ""

    def forget_choice(self) -> None:
        """What was chosen is being practised: the next offer is that of the course again."""
        self._chosen = ""

    def choose(self, exercise: str) -> None:
        """Put another exercise on the card, and remember it."""
        if exercise in self._exercises:
            self._chosen = exercise
            self._fill()
            self.card.remember()

    def turn_to(self, what: str) -> None:
        """Put a practice on the card, without remembering it."""
        self._chosen = what
        self._fill()

    def show_ahead(self, ahead: "Ahead") -> None:
        """Show what the course holds today on the large card, and the rest of it one press away; else first steps."""
        if ahead != self.ahead:
            self.ahead = ahead
            self._fill(anew=False)
        self._reveal()

    def _reveal(self) -> None:
        self._waiting.stop()
        if self._inside.isHidden():
            self._inside.show()
            if self.isVisible():
                self.primary.setFocus()

    def _fill(self, *, anew: bool = True) -> None:
        """What was chosen stands on the large card, else the practice of today, else what was practised last.

        Where it stands there already and nothing is to be `anew`, what somebody has begun to tell on it stays.
        """
        ahead, settings = self.ahead, self._settings
        today = ahead.today if ahead else None
        planned = ahead.practice if ahead else None
        if planned is not None and self._chosen not in ("", planned.id):
            planned = None
        offer = for_now(self._exercises, settings, self._chosen or (planned.id if planned else ""))
        is_planned = planned is not None and offer.main.id == planned.id
        minutes = planned.minutes if is_planned and planned is not None and planned.stretches else None
        why = course_words.why_today(today) if is_planned and today else ""
        shown = offer.main, minutes, why
        if anew or self._shown != shown:
            self.card.show_exercise(offer.main, settings, planned_minutes=minutes, why=why)
            self._shown = shown
        said = exercise_words.NOT_NOW if offer.instead else ""
        if today is not None and today.practice is None and not self._chosen:
            said = today.because[0]
        self._instead.setText(said)
        self._instead.setVisible(bool(said))
        _in_a_row(self._besides, [] if ahead is None else self._beside(ahead))
        others = [self._offer(exercise) for exercise in offer.others]
        if ahead is not None and ahead.practice is not None and not is_planned:
            others[:1] = [self._step_of_today(ahead.practice)]
        others.append(
            Card(exercise_words.SOMETHING_ELSE, "", exercise_words.ALL_PRACTICES, lambda: self._go("exercises"))
        )
        _in_a_row(self._others, others)
        self._scroll.verticalScrollBar().setValue(0)

    def _beside(self, ahead: "Ahead") -> list[QWidget]:
        """What is to be read and told; before there is a course, the first steps, which can be put away."""
        cards: list[QWidget] = []
        if (lesson := ahead.lesson) is not None and not (ahead.today is None and self._settings.settled_in):
            side = course_words.MINUTES.format(lesson.minutes) if lesson.minutes else ""
            cards.append(self._way(course_words.A_LESSON, lesson.title, "lessons", lesson.id, side))
        if (asked := ahead.questionnaire) is not None:
            cards.append(self._way(course_words.A_QUESTIONNAIRE, asked.title, "questionnaires", asked.id))
        if ahead.today is not None and ahead.today.checkin:
            cards.append(self._way(course_words.A_CHECKIN, course_words.CHECKIN_ABOUT, "checkin"))
        if ahead.today is None and not self._settings.settled_in:
            cards.append(self._way(course_words.A_COURSE, course_words.COURSE_ABOUT, "course"))
            cards.append(button(course_words.LATER, "quiet", self._settle_in, course_words.LATER_MEANING))
        return cards

    def _step_of_today(self, practice: Exercise) -> Card:
        """The step of today, where something else was chosen."""
        title, side = exercise_words.today(practice.title), course_words.MINUTES.format(round(practice.minutes, 1))
        return Card(title, side, practice.purpose, lambda: self.turn_to(practice.id))

    def _way(self, title: str, sentence: str, name: str, what: str = "", side: str = "") -> Card:
        return Card(title, side, sentence, lambda: self._go(name, what))

    def _settle_in(self) -> None:
        self._settings = replace(self._settings, settled_in=True)
        self._changed(lambda settings: replace(settings, settled_in=True))
        self._fill()
        self.primary.setFocus()

    def _offer(self, exercise: Exercise) -> Card:
        """A practice that one press begins."""
        side = exercise_words.lengths(exercise)
        made = Card(exercise.title, side, exercise.purpose, lambda: self._begin(exercise, {}))
        made.setAccessibleDescription(f"{exercise.purpose} {exercise_words.BEGINS_AT_ONCE}")
        return made

    def begin_about(self, activity: Activity) -> None:
        """Begin what is on the card, about an activity."""
        self.card.begin_about(activity)


def _in_a_row(row: QGridLayout, widgets: Sequence[QWidget]) -> None:
    clear(row)
    for column in range(row.columnCount()):
        row.setColumnStretch(column, 0)
    for column, widget in enumerate(widgets):
        row.addWidget(widget, 0, column)
        row.setColumnStretch(column, int(isinstance(widget, Card)))
