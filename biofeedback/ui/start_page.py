"""The start: today's practice, the strap's state, one button."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from biofeedback.ui import words
from biofeedback.ui.parts import Choices, RatingRow, button, clear, hairline, label
from biofeedback.ui.settings import Settings
from protocols.breathing import BreathPattern
from protocols.specification import Exercise

MINUTES = (5.0, 10.0, 15.0, 20.0)
RATES_PER_MIN = (4.5, 5.0, 5.5, 6.0, 6.5, 7.0)


class StartPage(QWidget):
    """What the person sees first.

    Parameters
    ----------
    hour : int
        For the greeting.
    begin : callable
        Called with the exercise as adapted, and the ratings given.
    changed : callable
        Called with the exercise chosen, minutes and breaths a minute, to be remembered.
    go : callable
        Called with the name of another page.
    """

    def __init__(
        self,
        exercises: Sequence[Exercise],
        settings: Settings,
        hour: int,
        begin: Callable[[Exercise, Mapping[str, int]], None],
        changed: Callable[[str, float, float], None],
        go: Callable[[str], None],
    ) -> None:
        super().__init__()
        self.setObjectName("page")
        self._exercises = {exercise.id: exercise for exercise in exercises}
        self._settings = settings
        self._begin = begin
        self._changed = changed
        self._ratings: list[RatingRow] = []
        layout = QVBoxLayout(self)
        layout.setSpacing(16)
        layout.addWidget(label(words.greeting(hour), "title"))
        self._card = QFrame()
        self._card.setProperty("kind", "card")
        self._card_layout = QVBoxLayout(self._card)
        self._card_layout.setContentsMargins(32, 24, 32, 24)
        self._card_layout.setSpacing(12)
        layout.addWidget(self._card)
        self._others = QHBoxLayout()
        self._others.setSpacing(8)
        layout.addLayout(self._others)
        layout.addStretch()
        self._trouble = label("", wrap=True)
        self._trouble.hide()
        layout.addWidget(self._trouble)
        layout.addWidget(hairline())
        layout.addLayout(self._bottom(go))
        self._show(self._exercises.get(settings.exercise, exercises[0]))

    def _bottom(self, go: Callable[[str], None]) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        self._strap = label("", "muted")
        row.addWidget(self._strap)
        row.addWidget(button("Choose a strap", "quiet", lambda: go("strap")))
        row.addStretch()
        row.addWidget(button("History", "quiet", lambda: go("history")))
        row.addWidget(button("Settings and help", "quiet", lambda: go("settings")))
        self.show_strap(self._settings.device_name)
        return row

    def show_strap(self, name: str) -> None:
        """Tell which strap will be used."""
        self._strap.setText(f"Strap: {name}")

    def show_trouble(self, sentence: str) -> None:
        """Say what is wrong; nothing for an empty sentence."""
        self._trouble.setText(sentence)
        self._trouble.setVisible(bool(sentence))

    def refresh(self, settings: Settings) -> None:
        """Make the page anew, with empty ratings."""
        self._settings = settings
        self._show(self._exercises.get(settings.exercise, next(iter(self._exercises.values()))))
        self.show_strap(settings.device_name)

    def _show(self, exercise: Exercise) -> None:
        self._exercise = exercise
        clear(self._card_layout)
        self._card_layout.addWidget(_heading(exercise.title))
        self._card_layout.addWidget(label(exercise.purpose, wrap=True))
        self._minutes = Choices([(f"{m:g} min", m) for m in MINUTES], self._settings.minutes, "How long")
        self._rates = Choices([(f"{r:g}", r) for r in RATES_PER_MIN], self._settings.rate_per_min, "Breaths a minute")
        self._card_layout.addWidget(_with_name("How long", self._minutes))
        if exercise.pacing:
            self._card_layout.addWidget(_with_name("Breaths a minute", self._rates))
        self._card_layout.addWidget(label("How is it now? A tap, if you like.", "muted"))
        self._ratings = [RatingRow(question) for question in exercise.ratings]
        for row in self._ratings:
            self._card_layout.addWidget(row)
        self._card_layout.addWidget(label(exercise.advice, "muted", wrap=True))
        self.primary = button("Begin", "primary", self._press)
        self._card_layout.addWidget(self.primary, alignment=Qt.AlignmentFlag.AlignLeft)
        for choices in (self._minutes, self._rates):
            choices.when_chosen(lambda _: self._remember())
        clear(self._others)
        self._others.addWidget(label("Something else:", "muted"))
        for other in self._exercises.values():
            if other is not exercise:
                self._others.addWidget(button(other.title, "quiet", partial(self._switch, other)))
        self._others.addStretch()

    def _switch(self, exercise: Exercise) -> None:
        self._show(exercise)
        self._remember()

    def _remember(self) -> None:
        minutes, rate = self._chosen()
        self._changed(self._exercise.id, minutes, rate)

    def _chosen(self) -> tuple[float, float]:
        minutes, rate = self._minutes.value, self._rates.value
        return (
            minutes if isinstance(minutes, float) else self._settings.minutes,
            rate if isinstance(rate, float) else self._settings.rate_per_min,
        )

    def _press(self) -> None:
        minutes, rate = self._chosen()
        exercise = self._exercise.lasting(minutes)
        if pattern := exercise.pacing:
            exercise = exercise.paced(
                BreathPattern(rate, pattern.inhale, pattern.hold_full, pattern.exhale, pattern.hold_empty)
            )
        self._begin(exercise, {row.question: row.value for row in self._ratings if row.value is not None})


def _heading(text: str) -> QLabel:
    return label(text, "prompt")


def _with_name(name: str, choices: Choices) -> QWidget:
    made = QWidget()
    row = QHBoxLayout(made)
    row.setContentsMargins(0, 0, 0, 0)
    title = label(name, "muted")
    title.setMinimumWidth(152)
    row.addWidget(title)
    row.addWidget(choices)
    return made
