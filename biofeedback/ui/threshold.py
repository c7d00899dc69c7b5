"""Between the wish to practise and the first breath: safety questions, where an exercise needs them."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date

from biofeedback.ui.cautions import answered_yes, standing_in_the_way, to_ask, with_answers, without
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
        if cautions := to_ask(exercise, answers, self._today()):
            self._ask(exercise, cautions)
        elif stopping := standing_in_the_way(exercise, answers):
            self._advise(exercise, stopping)
        else:
            self._go_on()

    def _ask(self, exercise: Exercise, cautions: tuple[Caution, ...]) -> None:
        self.page.ask(exercise.title, cautions)
        self._show(self.page)
        self.page.focus_first()

    def _advise(self, exercise: Exercise, cautions: tuple[Caution, ...]) -> None:
        self.page.advise(exercise.title, cautions)
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
        if stopping or said_yes:
            self._advise(exercise, tuple(dict.fromkeys((*stopping, *said_yes))))
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
            self._begin(exercise, ratings)
