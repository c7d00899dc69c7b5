"""The start: one practice for now, three others, the strap's state."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
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
from protocols.courses.specification import Practice
from protocols.specification import Activity, Exercise

if TYPE_CHECKING:
    from biofeedback.care.today import Today


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
        self._begin, self._go = begin, ways.go
        self.card = PracticeCard(settings, begin, changed, ways.go)
        self.primary = self.card.primary
        self._instead = label("", "muted", wrap=True)
        self._today = QVBoxLayout()
        self._others = QGridLayout()
        self._others.setSpacing(12)
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
        column.addLayout(self._today)
        column.addLayout(self._others)
        for widget in (self._trouble, self._faults):
            column.addWidget(widget)
        column.addStretch(2)
        scroll = scrolling(inside, words.START)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll = scroll
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

    def show_strap(self, name: str) -> None:
        """Tell which strap will be used; an empty name for none."""
        self._strap.setText(name or words.WITHOUT_STRAP)  # the icon beside it says what it is
        told = f"Strap: {name}" if name else words.WITHOUT_STRAP
        self._strap.setAccessibleName(f"{told}. {words.CHOOSE_STRAP}")

    def show_trouble(self, sentence: str) -> None:
        """Say what is wrong; nothing for an empty sentence."""
        self._trouble.setText(sentence)
        self._trouble.setVisible(bool(sentence))
        announce(self, sentence)

    def refresh(self, settings: Settings) -> None:
        """Make the page anew, with empty ratings."""
        self._settings = settings
        offer = for_now(self._exercises, settings)
        self._show(offer.main, offer.others, instead=offer.instead)
        self.show_strap(settings.device_name)

    def choose(self, exercise: str) -> None:
        """Put another exercise on the card, and remember it."""
        if exercise in self._exercises:
            offer = for_now(self._exercises, self._settings, exercise)
            self._show(offer.main, offer.others, instead=offer.instead)
            self.card.remember()

    def _show(self, main: Exercise, others: Sequence[Exercise], *, instead: bool) -> None:
        self._instead.setText(exercise_words.NOT_NOW)
        self._instead.setVisible(instead)
        self.card.show_exercise(main, self._settings)
        clear(self._others)
        cards = [self._offer(exercise) for exercise in others]
        cards.append(
            Card(exercise_words.SOMETHING_ELSE, "", exercise_words.ALL_PRACTICES, lambda: self._go("exercises"))
        )
        for i, card in enumerate(cards):
            self._others.addWidget(card, 0, i)
            self._others.setColumnStretch(i, 1)
        self._scroll.verticalScrollBar().setValue(0)

    def show_today(self, held: "Today | None") -> None:
        """Show what the course holds today, one press away; nothing where there is no course."""
        clear(self._today)
        if held is None:
            return
        offer = held.practice
        exercise = self._exercises.get(offer.exercise) if offer else None
        if offer is None or exercise is None:
            self._today.addWidget(Card(course_words.TODAY, "", held.because[0], lambda: self._go("course")))
            return
        practice = Practice(exercise.id, offer.minutes if exercise.stretches else None, 1).of(exercise)
        title = f"{course_words.TODAY}: {exercise.title}"
        sentence = held.because[0] if held.because else held.about
        self._today.addWidget(Card(title, f"{offer.minutes:.0f} min", sentence, lambda: self._begin(practice, {})))

    def _offer(self, exercise: Exercise) -> Card:
        """A practice that one press begins."""
        side = exercise_words.lengths(exercise)
        made = Card(exercise.title, side, exercise.purpose, lambda: self._begin(exercise, {}))
        made.setAccessibleDescription(f"{exercise.purpose} {exercise_words.BEGINS_AT_ONCE}")
        return made

    def begin_about(self, activity: Activity) -> None:
        """Begin what is on the card, about an activity."""
        self.card.begin_about(activity)
