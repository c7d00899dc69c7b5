"""Taking a number away again and again, silently and at one's own pace; nothing tells right from wrong."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout

from biofeedback.theme import Sizes, Tokens
from biofeedback.ui.parts.basics import button, label
from biofeedback.ui.tasks.task import Task
from biofeedback.ui.words import exercises as words

START, STEP, EASY_STEP = 1022, 13, 7
"""From 1022 by 13, a customary silent task; sevens are easier."""
MOST_DIGITS = 4
SUM_PX, KEY_PX = 44, 64
KEY_LEAST_PX, KEY_MOST_PX = 22, 52


class Sums:
    """Serial subtraction: each answer is judged by the one before it, so that a slip counts once.

    Attributes
    ----------
    number : int
        From which the next step is taken.
    step : int
    n_answers, n_right : int
    """

    def __init__(self) -> None:
        self.number, self.step = START, STEP
        self.n_answers = self.n_right = 0

    def answer(self, value: int) -> None:
        """Go on from there; where nothing more can be taken away, from the start."""
        self.n_answers += 1
        self.n_right += value == self.number - self.step
        self.number = value if value >= self.step else START

    def take(self, step: int) -> None:
        """Another number to take away, from the start."""
        self.number, self.step = START, step

    def told(self) -> str:
        """For the record; empty where nothing was answered."""
        return f"arithmetic: {self.n_answers} answers, {self.n_right} right" if self.n_answers else ""


class Arithmetic(Task):
    """A keypad, also by the keys of the keyboard."""

    def __init__(self, tokens: Tokens, sizes: Sizes) -> None:
        super().__init__(tokens, sizes)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.sums = Sums()
        self._typed = ""
        self._sum, self._entry = QLabel(), QLabel()
        self._entry.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self._sum.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._keys: list[QPushButton] = []
        self._other = button(words.BY_SEVEN, "quiet", self._take_other)
        line = QHBoxLayout()
        line.setSpacing(16)
        line.addWidget(self._sum, 6)
        line.addWidget(self._entry, 5)
        told = label(words.SUBTRACT, "muted")
        told.setAlignment(Qt.AlignmentFlag.AlignCenter)
        below = QHBoxLayout()
        below.setSpacing(8)
        below.addStretch()
        below.addWidget(self._other)
        below.addWidget(button(words.STOP_TASK, "quiet", self.stopped.emit))
        below.addStretch()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        layout.addStretch(1)
        layout.addWidget(told)
        layout.addLayout(line)
        layout.addLayout(self._keypad(), 6)
        layout.addLayout(below)
        layout.addStretch(1)
        self.apply(tokens, sizes, reduced_motion=False)

    def _keypad(self) -> QHBoxLayout:
        grid = QGridLayout()
        grid.setSpacing(8)
        places = {**{str(n): ((n - 1) // 3, (n - 1) % 3) for n in range(1, 10)}, "0": (3, 1)}
        for digit, place in places.items():
            grid.addWidget(self._key(digit, partial(self._type, digit)), *place)
        grid.addWidget(self._key(words.DELETE, self._delete), 3, 0)
        grid.addWidget(self._key(words.ENTER, self._enter), 3, 2)
        row = QHBoxLayout()
        row.addStretch()
        row.addLayout(grid)
        row.addStretch()
        return row

    def _key(self, text: str, pressed: Callable[[], None]) -> QPushButton:
        made = button(text, "", pressed)
        # the keyboard has its own digits: what it types must not depend on which key has the focus
        made.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        made.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self._keys.append(made)
        return made

    def apply(self, tokens: Tokens, sizes: Sizes, *, reduced_motion: bool) -> None:
        super().apply(tokens, sizes, reduced_motion=reduced_motion)
        for part in (self._sum, self._entry):
            part.setStyleSheet(f"QLabel {{ font-size: {sizes.px(SUM_PX)}px; font-weight: 300; }}")
        for key in self._keys:
            key.setFixedWidth(2 * sizes.px(KEY_PX))
            key.setMaximumHeight(sizes.px(KEY_MOST_PX))
            # the style sheet has a height of its own, too much for large type in a small window
            key.setStyleSheet(f"QPushButton {{ min-height: {sizes.px(KEY_LEAST_PX)}px; padding: 0; }}")
        self._write()

    def begin(self) -> None:
        self.sums = Sums()
        self._typed = ""
        self._write()
        self.setFocus()

    def finish(self) -> str:
        return self.sums.told()

    def _take_other(self) -> None:
        self.sums.take(STEP if self.sums.step == EASY_STEP else EASY_STEP)
        self._typed = ""
        self._write()
        self.setFocus()

    def _type(self, digit: str) -> None:
        if len(self._typed) < MOST_DIGITS:
            self._typed += digit
            self._write()

    def _delete(self) -> None:
        self._typed = self._typed[:-1]
        self._write()

    def _enter(self) -> None:
        if self._typed:
            self.sums.answer(int(self._typed))
            self._typed = ""
            self._write()

    def _write(self) -> None:
        self._sum.setText(f"{self.sums.number} \u2212 {self.sums.step} =")
        self._entry.setText(self._typed or "\u2026")
        self._entry.setAccessibleName(self._typed)
        self._other.setText(words.BY_SEVEN if self.sums.step == STEP else words.BY_THIRTEEN)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.text().isdecimal() and event.text().isascii():
            self._type(event.text())
        elif event.key() in (Qt.Key.Key_Backspace, Qt.Key.Key_Delete):
            self._delete()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._enter()
        else:
            super().keyPressEvent(event)
