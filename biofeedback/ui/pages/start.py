"""The start: today's practice, the strap's state, one button."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from biofeedback.ui.cautions import FIRST_AID
from biofeedback.ui.offers import adapted, lengths_of, option_key, paces_of, usual_length, usual_pace
from biofeedback.ui.parts.answers import Choices, RatingRow, align
from biofeedback.ui.parts.basics import (
    button,
    clear,
    hairline,
    label,
)
from biofeedback.ui.parts.person import PersonName
from biofeedback.ui.settings import Settings
from biofeedback.ui.words import common as words
from biofeedback.ui.words import exercises as exercise_words
from biofeedback.ui.words.ladder import MY_LADDER
from protocols.specification import Activity, Choice, Exercise

LEAST_CARD_PX = 160


class StartPage(QWidget):
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
    go : callable
        Called with the name of another page.
    faults : sequence of str
        Of the person's own exercise files.
    """

    def __init__(
        self,
        exercises: Sequence[Exercise],
        settings: Settings,
        hour: int,
        begin: Callable[[Exercise, Mapping[str, int]], None],
        changed: Callable[[Callable[[Settings], Settings]], None],
        go: Callable[[str], None],
        faults: Sequence[str] = (),
    ) -> None:
        super().__init__()
        self.setObjectName("page")
        self._exercises = {exercise.id: exercise for exercise in exercises}
        self._settings = settings
        self._begin = begin
        self._changed = changed
        self._go = go
        self._ratings: list[RatingRow] = []
        layout = QVBoxLayout(self)
        layout.setSpacing(16)
        top = QHBoxLayout()
        top.addWidget(label(words.greeting(hour), "title"))
        top.addStretch()
        top.addWidget(PersonName())
        layout.addLayout(top)
        layout.addWidget(self._make_card())
        self._others = QHBoxLayout()
        self._others.setSpacing(8)
        layout.addLayout(self._others)
        layout.addStretch()
        self._faults = label(exercise_words.told_faults(faults), "muted", wrap=True)
        self._faults.setToolTip("\n".join(faults))
        self._faults.setVisible(bool(faults))
        self._trouble = label("", wrap=True)
        self._trouble.hide()
        for line in (self._faults, self._trouble, hairline()):
            layout.addWidget(line)
        layout.addLayout(self._bottom(go))
        self._show(self._exercises.get(settings.exercise, exercises[0]))

    def _make_card(self) -> QFrame:
        """The practice: what there is to decide scrolls where it needs more than the window has, the button stays."""
        card = QFrame()
        card.setProperty("kind", "card")
        layout = QVBoxLayout(card)
        layout.setContentsMargins(32, 24, 24, 24)
        layout.setSpacing(12)
        inside = QWidget()
        self._card_layout = QVBoxLayout(inside)
        self._card_layout.setContentsMargins(0, 0, 8, 0)
        self._card_layout.setSpacing(12)
        self._scroll = CardScroll()
        self._scroll.setWidget(inside)
        layout.addWidget(self._scroll)
        self.primary = button(exercise_words.BEGIN, "primary", self._press)
        self._ladder = button(MY_LADDER, "", lambda: self._go("ladder"))
        row = QHBoxLayout()
        row.setSpacing(16)
        row.addWidget(self.primary)
        row.addWidget(self._ladder)
        row.addStretch()
        layout.addLayout(row)
        return card

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

    def choose(self, exercise: str) -> None:
        """Put another exercise on the card, and remember it."""
        if exercise in self._exercises:
            self._show(self._exercises[exercise])
            self._remember()

    def _show(self, exercise: Exercise) -> None:
        self._exercise = exercise
        self._ladder.setVisible(exercise.takes_activity)
        column = self._card_layout
        clear(column)
        heading = QHBoxLayout()
        heading.addWidget(label(exercise.title, "prompt", wrap=True), 1)
        self._takes = label("", "muted")
        heading.addWidget(self._takes, 0, Qt.AlignmentFlag.AlignBaseline)
        column.addWidget(_holding(heading))
        column.addWidget(label(exercise.purpose, wrap=True))
        self._offer(exercise)
        if exercise.ratings:
            column.addWidget(label(exercise_words.HOW_IS_IT, "muted"))
        self._ratings = [RatingRow(question) for question in exercise.ratings]
        align(self._ratings)
        if self._ratings:
            asked = QVBoxLayout()
            asked.setSpacing(4)
            for row in self._ratings:
                asked.addWidget(row)
            column.addWidget(_holding(asked))
        if exercise.advice:
            column.addWidget(label(exercise.advice, "muted", wrap=True))
        self._scroll.verticalScrollBar().setValue(0)
        self._scroll.updateGeometry()
        self._show_others()

    def _offer(self, exercise: Exercise) -> None:
        """What the person may decide: options, length, pace; or how long it takes."""
        picks = {choice.id: self._pick_of(exercise, choice) for choice in exercise.offered}
        self._picks = {
            choice.id: Choices([(title, option) for option, title in choice.options], picks[choice.id], choice.title)
            for choice in exercise.offered
        }
        chosen = exercise.choosing(picks) if picks else exercise
        length, paces = usual_length(chosen, self._settings.minutes), paces_of(chosen)
        self._minutes = Choices([(f"{m:g} min", m) for m in lengths_of(chosen)], length, exercise_words.HOW_LONG)
        self._rates = Choices(list(paces), usual_pace(chosen, self._settings.rate_per_min), exercise_words.HOW_FAST)
        rows: list[tuple[str, QWidget]] = [(c.title, self._picks[c.id]) for c in exercise.offered]
        if length is not None:
            rows.append((exercise_words.HOW_LONG, self._minutes))
        self._takes.setText(exercise_words.about(chosen) if length is None else "")
        if paces:
            rows.append((exercise_words.HOW_FAST, self._rates))
        if rows:
            self._card_layout.addWidget(_holding(self._in_rows(rows)))
        for choices in (self._minutes, self._rates):
            choices.when_chosen(lambda _: self._remember())
        for choices in self._picks.values():
            choices.when_chosen(lambda _: self._pick())

    def _in_rows(self, rows: Sequence[tuple[str, QWidget]]) -> QGridLayout:
        cells = QGridLayout()
        cells.setHorizontalSpacing(16)
        cells.setVerticalSpacing(8)
        cells.setColumnStretch(1, 1)
        for i, (name, widget) in enumerate(rows):
            cells.addWidget(label(name, "muted"), i, 0)
            cells.addWidget(widget, i, 1)
        return cells

    def _pick_of(self, exercise: Exercise, choice: Choice) -> str:
        """The option that was taken last time, or the usual one."""
        options = [option for option, _ in choice.options]
        before = self._settings.picked.get(option_key(exercise, choice.id))
        return before if before in options else options[0]

    def _show_others(self) -> None:
        clear(self._others)
        self._others.addWidget(button(exercise_words.SOMETHING_ELSE, "quiet", lambda: self._go("exercises")))
        first_aid = self._exercises.get(FIRST_AID)
        if first_aid is not None and first_aid is not self._exercise:
            self._others.addWidget(button(first_aid.title, "quiet", lambda: self._show_first_aid(first_aid)))
        self._others.addStretch()

    def _show_first_aid(self, exercise: Exercise) -> None:
        """For now, without taking the place of the usual practice."""
        self._show(exercise)
        self.primary.setFocus()

    def _pick(self) -> None:
        """Another option was taken: the exercise may now have another length."""
        self._remember()
        focused = next((name for name, choices in self._picks.items() if choices.isAncestorOf(self._focus())), None)
        self._show(self._exercise)
        if focused is not None:
            self._picks[focused].focus()

    def _focus(self) -> QWidget:
        return self.focusWidget() or self

    def _remember(self) -> None:
        ident, minutes, rate = self._exercise.id, self._minutes.value, self._rates.value
        picked = {option_key(self._exercise, name): str(choices.value) for name, choices in self._picks.items()}

        def change(settings: Settings) -> Settings:
            return replace(
                settings,
                exercise=ident,
                minutes=minutes if isinstance(minutes, float) else settings.minutes,
                rate_per_min=rate if isinstance(rate, float) else settings.rate_per_min,
                picked={**settings.picked, **picked},
            )

        self._settings = change(self._settings)
        self._changed(change)

    def _press(self) -> None:
        self._begin_as(self._exercise)

    def begin_about(self, activity: Activity) -> None:
        """Begin what is on the card, about an activity."""
        self._begin_as(self._exercise.about(activity))

    def _begin_as(self, exercise: Exercise) -> None:
        minutes, rate = self._minutes.value, self._rates.value
        exercise = adapted(
            exercise,
            {name: str(choices.value) for name, choices in self._picks.items()},
            minutes if isinstance(minutes, float) else None,
            rate if isinstance(rate, float) else None,
        )
        self._begin(exercise, {row.question: row.value for row in self._ratings if row.value is not None})


class CardScroll(QScrollArea):
    """As high as what it holds while there is room, else it scrolls."""

    def __init__(self) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        self.setStyleSheet("QScrollArea, QScrollArea > QWidget > QWidget { background: transparent; }")

    def sizeHint(self) -> QSize:
        inside = self.widget()
        return QSize(320, inside.heightForWidth(self.viewport().width()) if inside is not None else 0)

    def minimumSizeHint(self) -> QSize:
        return QSize(320, min(LEAST_CARD_PX, self.sizeHint().height()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()


def _holding(layout: QLayout) -> QWidget:
    """A layout that goes when its widget goes."""
    made = QWidget()
    layout.setContentsMargins(0, 0, 0, 0)
    made.setLayout(layout)
    return made
