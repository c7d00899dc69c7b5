"""What each part of the paperwork has: a title, what it is for, and what came of it."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from biofeedback.ui.parts.announcing import announce
from biofeedback.ui.parts.asking import AskOfAll
from biofeedback.ui.parts.basics import button, label
from biofeedback.ui.parts.flow import Flow
from biofeedback.ui.words import paperwork as words

if TYPE_CHECKING:
    from biofeedback.storage.database import Store


class PaperPart(QWidget):
    """Does one thing at a time, beside the window; what comes back after `forget` is not shown any more.

    Parameters
    ----------
    ask : callable
        As `ThreadedWorkshop.ask_of_all`.
    title, about : str
    """

    def __init__(self, ask: AskOfAll, title: str, about: str) -> None:
        super().__init__()
        self._ask, self._turn = ask, 0
        self._deeds: list[QPushButton] = []
        self.title, self.said = label(title, wrap=True), label("", wrap=True)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(8)
        self.column.addWidget(self.title)
        self.column.addWidget(label(about, "muted", wrap=True))

    def offer(self, deeds: dict[str, Callable[[], None]]) -> list[QPushButton]:
        """Buttons side by side, which rest while something is being done."""
        row = QWidget()
        side_by_side = Flow(row, 8)
        made = [button(text, "", do) for text, do in deeds.items()]
        for each in made:
            side_by_side.addWidget(each)
        self._deeds += made
        self.column.addWidget(row)
        return made

    def do(self, work: "Callable[[Store], Any]", then: Callable[[Any], None]) -> None:
        """Do something beside the window."""
        turn = self._turn
        self._let(possible=False)

        def hear(told: Callable[[Any], None], value: Any) -> None:
            if turn == self._turn:
                self._let(possible=True)
                told(value)

        self._ask(work, lambda value: hear(then, value), lambda sentence: hear(self.say, sentence))

    def say(self, sentence: str) -> None:
        """Say what came of it."""
        self.said.setText(sentence)
        self.said.setVisible(bool(sentence))
        announce(self, sentence)

    def work(self) -> None:
        """Say that something is being done."""
        self.say(words.WORKING)

    def forget(self) -> None:
        """Nothing of what was done is left."""
        self._turn += 1
        self._let(possible=True)
        self.say("")

    def _let(self, *, possible: bool) -> None:
        for deed in self._deeds:
            deed.setEnabled(possible)
