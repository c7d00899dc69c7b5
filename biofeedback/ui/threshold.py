"""Between the wish to practise and the first breath: safety questions, where an exercise needs them."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date

from biofeedback.ui.cautions import (
    answered_yes,
    standing_in_the_way,
    to_ask,
    to_tell,
    with_answers,
    without,
    written,
)
from biofeedback.ui.pages.caution import CautionPage
from biofeedback.ui.parts.top_bar import Ways
from biofeedback.ui.settings import Settings
from protocols.safety import Caution
from protocols.specification import Exercise


class Threshold:
    """Lets an exercise begin at once where nothing is to be asked.

    Parameters
    ----------
    settings : callable
        Gives the settings as they are.
    change : callable
        Takes what to change in them.
    begin : callable
        Begins an exercise, with the ratings given.
    show : callable
        Shows the page of the questions.
    ways : Ways
    today : callable
    """

    def __init__(
        self,
        settings: Callable[[], Settings],
        change: Callable[[Callable[[Settings], Settings]], None],
        begin: Callable[[Exercise, Mapping[str, int]], None],
        show: Callable[[CautionPage], None],
        ways: Ways,
        today: Callable[[], date],
    ) -> None:
        self._settings, self._change, self._today = settings, change, today
        self._begin, self._show = begin, show
        self._wish: tuple[Exercise, Mapping[str, int]] | None = None
        self.page = CautionPage(self._take, self._go_on, self._ask_again, ways)

    def step(self, exercise: Exercise, ratings: Mapping[str, int]) -> None:
        """Somebody wants to practise."""
        self._wish = exercise, ratings
        answers = self._settings().answers
        stopping = standing_in_the_way(exercise, answers)
        asked = to_ask(exercise, answers, self._today())
        if asked and not set(stopping) & set(written(exercise, answers)):
            self._ask(exercise, asked)
        elif advised := stopping or to_tell(exercise, answers):
            self._advise(exercise, advised)
        else:
            self._go_on()

    def _ask(self, exercise: Exercise, cautions: tuple[Caution, ...]) -> None:
        self.page.ask(exercise.title, cautions)
        self._show(self.page)
        self.page.focus_first()

    def _advise(self, exercise: Exercise, cautions: tuple[Caution, ...]) -> None:
        self.page.advise(exercise.title, cautions, written(exercise, self._settings().answers))
        self._show(self.page)

    def _take(self, given: Mapping[Caution, bool]) -> None:
        """Answers came: what was said yes to just now is talked about, and what stands in the way."""
        answers = with_answers(self._settings().answers, given, self._today())
        self._change(lambda settings: replace(settings, answers=answers))
        if self._wish is None:
            return
        exercise, _ = self._wish
        stopping = standing_in_the_way(exercise, answers)
        said_yes = tuple(caution for caution in answered_yes(exercise, answers) if given.get(caution))
        advised = tuple(dict.fromkeys((*stopping, *said_yes, *to_tell(exercise, answers))))
        if advised:
            self._advise(exercise, advised)
        else:
            self._go_on()

    def _ask_again(self) -> None:
        if self._wish is not None:
            exercise, ratings = self._wish
            cautions = answered_yes(exercise, self._settings().answers)
            self._change(lambda settings: replace(settings, answers=without(settings.answers, cautions)))
            self.step(exercise, ratings)

    def _go_on(self) -> None:
        if self._wish is not None:
            (exercise, ratings), self._wish = self._wish, None
            self._remember_told(exercise)
            self._begin(exercise, ratings)

    def _remember_told(self, exercise: Exercise) -> None:
        """What is written down is told once, as if it had been answered here."""
        answers = self._settings().answers
        if told := to_tell(exercise, answers):
            answers = with_answers(answers, dict.fromkeys(told, True), self._today())
            self._change(lambda settings: replace(settings, answers=answers))
