"""What is practised in the week of a plan, to be changed: how long, on how many days, and what else."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from PySide6.QtWidgets import QVBoxLayout, QWidget

from biofeedback.ui.offers import lengths_of, usual_length
from biofeedback.ui.parts.answers import Choices
from biofeedback.ui.parts.basics import button, label
from biofeedback.ui.parts.drawer import Drawer
from biofeedback.ui.parts.flow import Flow
from biofeedback.ui.words import course as words
from protocols.courses.specification import DAYS, Practice
from protocols.specification import Exercise


class PlanWeek(Drawer):
    """The practices of a week behind a line; each change is told at once.

    Parameters
    ----------
    changed : callable
        Called with the practices as they are to be.
    """

    def __init__(self, changed: Callable[[tuple[Practice, ...]], None]) -> None:
        super().__init__()
        self._keep = changed
        self.show_words(words.CHANGE_WEEK)

    def show_practices(self, practices: Sequence[Practice], exercises: Mapping[str, Exercise]) -> None:
        """Show what is practised, and what else could be."""
        held = QWidget()
        column = QVBoxLayout(held)
        column.setContentsMargins(12, 0, 0, 0)
        column.setSpacing(8)
        for practice in practices:
            column.addWidget(self._practice(practice, practices, exercises.get(practice.exercise)))
        column.addWidget(label(words.ADD_PRACTICE, "muted"))
        column.addWidget(self._others(practices, exercises))
        self.hold(held)

    def _practice(self, practice: Practice, practices: Sequence[Practice], exercise: Exercise | None) -> QWidget:
        made = QWidget()
        row = Flow(made, 8)
        title = exercise.title if exercise else practice.exercise
        row.addWidget(label(title))

        def become(other: Practice | None) -> None:
            self._keep(tuple(new for each in practices if (new := other if each is practice else each) is not None))

        lengths = lengths_of(exercise, practice.minutes) if exercise else ()
        if lengths:
            long = Choices([(f"{m:g} min", m) for m in lengths], practice.minutes, f"{title}, {words.HOW_LONG}")
            long.when_chosen(lambda m: become(replace(practice, minutes=m)))  # type: ignore[arg-type]
            row.addWidget(long)
        most = DAYS - sum(each.days_a_week for each in practices if each is not practice)  # one practice a day
        days = Choices([(words.days(n), n) for n in range(1, most + 1)], practice.days_a_week, f"{title}, {words.DAYS}")
        days.when_chosen(lambda n: become(replace(practice, days_a_week=n)))  # type: ignore[arg-type]
        row.addWidget(days)
        out = button(words.TAKE_OUT, "quiet", lambda: become(None))
        out.setAccessibleName(f"{words.TAKE_OUT}: {title}")
        row.addWidget(out)
        return made

    def _others(self, practices: Sequence[Practice], exercises: Mapping[str, Exercise]) -> QWidget:
        made = QWidget()
        row = Flow(made, 8)
        there = {each.exercise for each in practices}
        free = DAYS - sum(each.days_a_week for each in practices)
        for exercise in exercises.values():
            if exercise.id not in there:
                row.addWidget(self._other(exercise, practices, free))
        return made

    def _other(self, exercise: Exercise, practices: Sequence[Practice], free: int) -> QWidget:
        minutes = usual_length(exercise, exercise.minutes)
        more = button(exercise.title, "choice", lambda: self._keep((*practices, Practice(exercise.id, minutes, 1))))
        more.setCheckable(False)
        more.setEnabled(free > 0)
        more.setAccessibleName(f"{words.ADD_PRACTICE}: {exercise.title}")
        return more
