"""One question of a form at a time, in large rows, answered by a press or a key."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from biofeedback.ui.parts.announcing import announce
from biofeedback.ui.parts.basics import button, clear, label
from biofeedback.ui.parts.flow import Flow
from biofeedback.ui.words import learning as words

Value = int | str | None


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it is asked.

    Attributes
    ----------
    text : str
    options : sequence of (str, int or str)
        Words and what is kept of each; the key of a number answers with the option of that place in `keys`.
    place, of : int
        Which question it is, and of how many.
    before : str
        Said before it.
    low, high : str
        What the ends of a scale of numbers mean; empty where each answer has words of its own.
    chosen : int, str or None
        What was answered before.
    first_key : int
        The key of the first option.
    may_leave_out : bool
    """

    text: str
    options: Sequence[tuple[str, int | str]]
    place: int
    of: int
    before: str = ""
    low: str = ""
    high: str = ""
    chosen: Value = None
    first_key: int = 0
    may_leave_out: bool = True


class OneQuestion(QWidget):
    """Shows an `Asked`.

    Parameters
    ----------
    answered : callable
        Called with the answer; None where the question is left out.
    back : callable
        One question back.
    """

    def __init__(self, answered: Callable[[Value], None], back: Callable[[], None]) -> None:
        super().__init__()
        self._answered, self._back = answered, back
        self._buttons: list[QPushButton] = []
        self._first_key = 0
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 8, 0)
        self._column.setSpacing(12)

    def ask(self, asked: Asked) -> None:
        """Ask a question in place of the one before."""
        clear(self._column)
        self._first_key, self._buttons = asked.first_key, []
        progress = words.OF.format(asked.place, asked.of)
        if asked.before:
            self._column.addWidget(label(asked.before, wrap=True))
        self._column.addWidget(label(progress, "muted"))
        self._column.addWidget(label(asked.text, "prompt", wrap=True))
        answers = QWidget()
        laid = Flow(answers, 8) if asked.low else QVBoxLayout(answers)
        laid.setContentsMargins(0, 0, 0, 0)
        for text, value in asked.options:
            made = button(text, "rating" if asked.low else "")
            made.setCheckable(True)
            made.setChecked(value == asked.chosen)
            made.setAccessibleName(f"{asked.text} {text}")
            made.clicked.connect(lambda _=False, value=value: self._answered(value))
            self._buttons.append(made)
            laid.addWidget(made)
        self._column.addWidget(answers)
        if asked.low:
            low, high = asked.options[0][0], asked.options[-1][0]
            self._column.addWidget(label(f"{low}: {asked.low}. {high}: {asked.high}.", "muted", wrap=True))
        below = QWidget()
        row = QHBoxLayout(below)
        row.setContentsMargins(0, 0, 0, 0)
        if asked.place > 1:
            row.addWidget(button(words.EARLIER_QUESTION, "quiet", self._back))
        if asked.may_leave_out:
            row.addWidget(button(words.LEAVE_OUT, "quiet", lambda: self._answered(None)))
        row.addStretch()
        self._column.addWidget(below)
        self._column.addWidget(label(words.KEYS, "muted", wrap=True))
        self._column.addStretch()
        next((each for each in self._buttons if each.isChecked()), self._buttons[0]).setFocus()
        announce(self, f"{progress}. {asked.text}")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        place = event.key() - Qt.Key.Key_0 - self._first_key
        if Qt.Key.Key_0 <= event.key() <= Qt.Key.Key_9 and 0 <= place < len(self._buttons) and not event.isAutoRepeat():
            self._buttons[place].click()
        else:
            super().keyPressEvent(event)
