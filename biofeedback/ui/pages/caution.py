"""Before an exercise is begun for the first time: what it needs care with, asked plainly."""

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from biofeedback.ui.parts.answers import Choices
from biofeedback.ui.parts.asked_card import asked_card
from biofeedback.ui.parts.basics import button, clear, label, scrolling
from biofeedback.ui.parts.page import Page
from biofeedback.ui.parts.top_bar import Ways, top_bar
from biofeedback.ui.words import exercises as words
from protocols.safety import CHECKS, Caution


class CautionPage(Page):
    """Asks the safety questions on one page, or says what follows from a yes.

    Parameters
    ----------
    answered : callable
        Called with the answers once all are given.
    begin, ask_again : callable
        The person wants to begin all the same, or to answer anew.
    go : callable
        Called with the name of another page.
    """

    def __init__(
        self,
        answered: Callable[[Mapping[Caution, bool]], None],
        begin: Callable[[], None],
        ask_again: Callable[[], None],
        ways: Ways,
    ) -> None:
        super().__init__()
        self._answered = answered
        self._begin, self._ask_again, self._ways = begin, ask_again, ways
        self._choices: dict[Caution, Choices] = {}
        self._title = label("", "title", wrap=True)
        self._why = label("", "muted", wrap=True)
        inside = QWidget()
        self._column = QVBoxLayout(inside)
        self._column.setContentsMargins(0, 0, 8, 0)
        self._column.setSpacing(12)
        scroll = scrolling(inside, words.BEFORE_YOU_BEGIN)
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(8)
        layout = QVBoxLayout(self)
        layout.setSpacing(12)
        layout.addLayout(top_bar(self._title, ways, with_back=False))
        layout.addWidget(self._why)
        layout.addWidget(scroll)
        layout.addLayout(self._buttons)

    def ask(self, title: str, cautions: Sequence[Caution]) -> None:
        """Ask these questions before the exercise of that title."""
        self._say(f"{words.BEFORE_YOU_BEGIN}: {title}", words.WHY_ASKED)
        for caution in cautions:
            check = CHECKS[caution]
            choices = Choices([(words.NO, False), (words.YES, True)], None, check.question)
            choices.when_chosen(lambda _: self._look())
            self._choices[caution] = choices
            self._column.addWidget(asked_card(check.question, check.examples, choices))
        self._column.addStretch()
        self._go_on = button(words.GO_ON, "primary", self._tell)
        self._go_on.setEnabled(False)
        self._buttons.addWidget(self._go_on)
        self._buttons.addWidget(button("Back", "quiet", self._ways.back, "Escape"))
        self._buttons.addStretch()

    def advise(self, title: str, cautions: Sequence[Caution], written: Sequence[Caution] = ()) -> None:
        """Say what a yes to these means; where one of them stands in the way, the exercise is not begun.

        Those that are `written` down about the person are not asked anew, but changed where they are written.
        """
        stops = any(CHECKS[caution].stops for caution in cautions)
        if stops:
            self._say(f"{title}: {words.NOT_THIS_ONE[0].lower()}{words.NOT_THIS_ONE[1:]}", words.OTHERS_ARE_HERE)
        else:
            self._say(words.GOOD_TO_KNOW, "")
        for caution in cautions:
            self._column.addWidget(_advice(words.known(caution, written=caution in written), CHECKS[caution].advice))
        self._column.addStretch()
        first = button(words.SOMETHING_ELSE, "primary", lambda: self._ways.go("exercises"))
        if not stops:
            first = button(words.BEGIN, "primary", self._begin)
            self._buttons.addWidget(first)
            self._buttons.addWidget(button(words.CHANGE_IT, "quiet", self._ways.back))
            self._buttons.addWidget(button(words.SOMETHING_ELSE, "quiet", lambda: self._ways.go("exercises")))
        else:
            self._buttons.addWidget(first)
            self._buttons.addWidget(button("Back", "quiet", self._ways.back, "Escape"))
        self._buttons.addStretch()
        if set(cautions) & set(written):
            self._buttons.addWidget(button(words.ABOUT_YOU, "quiet", lambda: self._ways.go("profile")))
        if set(cautions) - set(written):
            self._buttons.addWidget(button(words.ASK_AGAIN, "quiet", self._ask_again))
        first.setFocus()

    def focus_first(self) -> None:
        """Let the keyboard begin at the first answer."""
        for choices in list(self._choices.values())[:1]:
            choices.focus_first()

    def _say(self, title: str, why: str) -> None:
        self._title.setText(title)
        self._why.setText(why)
        self._why.setVisible(bool(why))
        self._choices = {}
        clear(self._column)
        clear(self._buttons)

    def _given(self) -> dict[Caution, bool]:
        return {caution: choices.value for caution, choices in self._choices.items() if isinstance(choices.value, bool)}

    def _look(self) -> None:
        self._go_on.setEnabled(len(self._given()) == len(self._choices))

    def _tell(self) -> None:
        self._answered(self._given())


def _advice(known: str, text: str) -> QFrame:
    card = QFrame()
    card.setProperty("kind", "card")
    column = QVBoxLayout(card)
    column.setContentsMargins(24, 16, 24, 16)
    column.setSpacing(4)
    column.addWidget(label(known, "muted", wrap=True))
    column.addWidget(label(text, wrap=True))
    return card
