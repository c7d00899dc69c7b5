"""A practice as a card: what it is, one button to begin, and what may be decided behind a line each."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLayout, QVBoxLayout, QWidget

from biofeedback.ui.offers import adapted, lengths_of, option_key, paces_of, usual_length, usual_pace
from biofeedback.ui.parts.answers import Choices, RatingRow, align
from biofeedback.ui.parts.basics import button, label
from biofeedback.ui.parts.drawer import Drawer
from biofeedback.ui.parts.icons import with_icon
from biofeedback.ui.settings import Settings
from biofeedback.ui.words import exercises as words
from biofeedback.ui.words.ladder import MY_LADDER
from biofeedback.ui.worn import missing_for
from protocols.specification import Activity, Choice, Exercise

Begin = Callable[[Exercise, Mapping[str, int]], None]
Change = Callable[[Settings], Settings]


class PracticeCard(QFrame):
    """One exercise, ready to begin.

    Parameters
    ----------
    settings : Settings
    begin : callable
        Called with the exercise as adapted, and the ratings given.
    changed : callable
        Called with what to change in the settings, so that choices are remembered.
    go : callable
        Called with the name of another page.
    """

    def __init__(
        self, settings: Settings, begin: Begin, changed: Callable[[Change], None], go: Callable[[str], None]
    ) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self._settings, self._begin, self._changed = settings, begin, changed
        self._planned_minutes: float | None = None
        self._ratings: list[RatingRow] = []
        self._title, self._purpose = label("", "prompt", wrap=True), label("", wrap=True)
        self._why, self._needs = label("", "muted", wrap=True), label("", "muted", wrap=True)
        self._advice = label("", "muted", wrap=True)
        self.primary = button(words.BEGIN, "primary", self._press)
        self._ladder = with_icon(button(MY_LADDER, "", lambda: go("ladder")), "list-bullets")
        self._how, self._now = Drawer(), Drawer()
        self._kindly = label("", wrap=True)
        row = QHBoxLayout()
        row.setSpacing(16)
        row.addWidget(self.primary)
        row.addWidget(self._ladder)
        row.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(32, 24, 32, 24)
        column.setSpacing(12)
        for told in (self._title, self._purpose, self._why, self._needs):
            column.addWidget(told)
        column.addLayout(row)
        for widget in (self._how, self._now, self._kindly, self._advice):
            column.addWidget(widget)
        self._kindly.hide()

    def show_exercise(
        self, exercise: Exercise, settings: Settings, *, planned_minutes: float | None = None, why: str = ""
    ) -> None:
        """Put an exercise on the card, with what was decided last and no ratings.

        What is planned for today is as long as it is planned, and says why it is there.
        """
        self.exercise, self._settings, self._planned_minutes = exercise, settings, planned_minutes
        if planned_minutes is not None and planned_minutes < exercise.least_minutes:
            self._planned_minutes = None  # a file of the person's own was changed meanwhile
        self._title.setText(words.today(exercise.title) if why else exercise.title)
        self._purpose.setText(exercise.purpose)
        self._purpose.setVisible(not why)
        self._why.setText(why)
        self._why.setVisible(bool(why))
        self._advice.setText(exercise.advice)
        self._advice.setVisible(bool(exercise.advice))
        self._ladder.setVisible(exercise.takes_activity)
        self._kindly.hide()
        self._offer()
        self._ask()

    # How

    def _offer(self) -> None:
        """What the person may decide: options, length, pace."""
        exercise = self.exercise
        picks = {choice.id: self._pick_of(choice) for choice in exercise.offered}
        self._picks = {
            choice.id: Choices([(title, option) for option, title in choice.options], picks[choice.id], choice.title)
            for choice in exercise.offered
        }
        chosen = exercise.choosing(picks) if picks else exercise
        missing = missing_for(chosen, self._settings)
        self._needs.setText(missing)
        self._needs.setVisible(bool(missing))
        planned, paces = self._planned_minutes, paces_of(chosen)
        lengths = lengths_of(chosen, planned)
        length = planned if planned in lengths else usual_length(chosen, self._settings.minutes)
        self._minutes = Choices([(f"{m:g} min", m) for m in lengths], length, words.HOW_LONG)
        self._rates = Choices(list(paces), usual_pace(chosen, self._settings.rate_per_min), words.HOW_FAST)
        rows = [(choice.title, self._picks[choice.id]) for choice in exercise.offered]
        if length is not None:
            rows.append((words.HOW_LONG, self._minutes))
        if paces:
            rows.append((words.HOW_FAST, self._rates))
        self._how.hold(_holding(_in_rows(rows)))
        self._how.handle.setEnabled(bool(rows))
        self._how.setVisible(True)
        rate = self._rates.value
        self._how.show_words(words.how(chosen, length, rate if isinstance(rate, float) else None, self._told_picks()))
        for _, choices in rows:  # what stands nowhere would never be let go of, nor would this card
            choices.when_chosen(lambda _: self._decide())

    def _told_picks(self) -> list[str]:
        options = {choice.id: dict(choice.options) for choice in self.exercise.offered}
        return [options[name][str(choices.value)] for name, choices in self._picks.items()]

    def _pick_of(self, choice: Choice) -> str:
        """The option that was taken last time, or the usual one."""
        options = [option for option, _ in choice.options]
        before = self._settings.picked.get(option_key(self.exercise, choice.id))
        return before if before in options else options[0]

    def _decide(self) -> None:
        """Something was decided: remember it; the exercise may have another length now."""
        all_choices = {**self._picks, words.HOW_LONG: self._minutes, words.HOW_FAST: self._rates}
        focus = self.focusWidget()
        focused = next((name for name, made in all_choices.items() if focus and made.isAncestorOf(focus)), None)
        self._remember()
        if self._minutes.value != self._planned_minutes:
            self._planned_minutes = None
        self._offer()
        if focused is not None:
            {**self._picks, words.HOW_LONG: self._minutes, words.HOW_FAST: self._rates}[focused].focus()

    def _remember(self) -> None:
        minutes, rate, planned = self._minutes.value, self._rates.value, self._planned_minutes
        picked = {option_key(self.exercise, name): str(choices.value) for name, choices in self._picks.items()}

        def change(settings: Settings) -> Settings:
            return replace(
                settings,
                exercise=self.exercise.id,
                minutes=minutes if isinstance(minutes, float) and minutes != planned else settings.minutes,
                rate_per_min=rate if isinstance(rate, float) else settings.rate_per_min,
                picked={**settings.picked, **picked},
            )

        self._settings = change(self._settings)
        self._changed(change)

    def remember(self) -> None:
        """Keep this exercise as the usual one."""
        self._remember()

    # How it is now

    def _ask(self) -> None:
        self._ratings = [RatingRow(question, changed=self._tell_ratings) for question in self.exercise.ratings]
        align(self._ratings)
        asked = QVBoxLayout()
        asked.setSpacing(4)
        for row in self._ratings:
            asked.addWidget(row)
        self._now.hold(_holding(asked))
        self._now.open(opened=False)
        self._now.setVisible(bool(self._ratings))
        self._tell_ratings()

    def _tell_ratings(self) -> None:
        given = self.ratings()
        self._now.show_words(words.told_now(given))
        kindly = words.kindly(self.exercise, given)
        self._kindly.setText(kindly)
        self._kindly.setVisible(bool(kindly))

    def ratings(self) -> dict[str, int]:
        return {row.question: row.value for row in self._ratings if row.value is not None}

    # Beginning

    def _press(self) -> None:
        self.begin_as(self.exercise)

    def begin_about(self, activity: Activity) -> None:
        """Begin what is on the card, about an activity."""
        self.begin_as(self.exercise.about(activity))

    def begin_as(self, exercise: Exercise) -> None:
        minutes, rate = self._minutes.value, self._rates.value
        exercise = adapted(
            exercise,
            {name: str(choices.value) for name, choices in self._picks.items()},
            minutes if isinstance(minutes, float) else None,
            rate if isinstance(rate, float) else None,
        )
        self._begin(exercise, self.ratings())


def _in_rows(rows: list[tuple[str, Choices]]) -> QGridLayout:
    cells = QGridLayout()
    cells.setHorizontalSpacing(16)
    cells.setVerticalSpacing(8)
    cells.setColumnStretch(1, 1)
    for i, (name, widget) in enumerate(rows):
        cells.addWidget(label(name, "muted"), i, 0)
        cells.addWidget(widget, i, 1)
    return cells


def _holding(layout: QLayout) -> QWidget:
    """A layout that goes when its widget goes."""
    made = QWidget()
    layout.setContentsMargins(12, 0, 0, 0)
    made.setLayout(layout)
    return made
