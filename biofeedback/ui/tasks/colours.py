"""Words of colours in other colours (Stroop 1935): choose the colour that is seen, at one's own pace."""

import random
from functools import partial

from PySide6.QtCore import QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QFont, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from biofeedback.theme import Sizes, Tokens
from biofeedback.ui.parts.basics import button, label
from biofeedback.ui.tasks.task import Task
from biofeedback.ui.words import exercises as words

GROUND = "#10181b"
INKS = ("#c43e34", "#4a98e0", "#edbf2b", "#ffffff")
"""In the order of `words.COLOURS`, from dark to light: who does not tell hues apart can tell these by lightness."""
BETWEEN_MS, NEXT_MS = 400, 6000
"""A short rest after an answer; a new word where none comes."""
WORD_PX, LEAST_PX, MOST_PX = 72, 100, 360


class Inks:
    """Which word stands in which colour, and what was answered.

    Attributes
    ----------
    word, ink : int
        Of `words.COLOURS`; never the same, and never the ink of the word before.
    n_answers, n_right : int
    """

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self.word, self.ink = 0, 1
        self.n_answers = self.n_right = 0
        self.turn()

    def turn(self) -> None:
        """Another word in another colour."""
        n = len(words.COLOURS)
        self.ink = self._chance.choice([i for i in range(n) if i != self.ink])
        self.word = self._chance.choice([i for i in range(n) if i != self.ink])

    def answer(self, ink: int) -> None:
        self.n_answers += 1
        self.n_right += ink == self.ink

    def told(self) -> str:
        """For the record; empty where nothing was answered."""
        return f"colours: {self.n_answers} answers, {self.n_right} right" if self.n_answers else ""


class Colours(Task):
    """One word at a time, and a button and a key for each colour."""

    def __init__(self, tokens: Tokens, sizes: Sizes, chance: random.Random | None = None) -> None:
        super().__init__(tokens, sizes)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._chance = chance or random.Random()
        self.inks = Inks(self._chance)
        self.word = ColouredWord(sizes)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._turn)
        told = label(words.CHOOSE_COLOUR, "muted")
        told.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._buttons: list[QPushButton] = []
        row = QHBoxLayout()
        row.setSpacing(8)
        for i, name in enumerate(words.COLOURS):
            made = button(f"{i + 1}   {name}", "", partial(self._answer, i))
            made.setAccessibleName(name)
            made.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            self._buttons.append(made)
            row.addWidget(made)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(16)
        layout.addStretch(1)
        layout.addWidget(told)
        layout.addWidget(self.word, 8)
        layout.addLayout(row)
        layout.addWidget(button(words.STOP_TASK, "quiet", self.stopped.emit), alignment=Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(1)
        self._write()

    def apply(self, tokens: Tokens, sizes: Sizes, *, reduced_motion: bool) -> None:
        super().apply(tokens, sizes, reduced_motion=reduced_motion)
        self.word.apply(sizes)

    def begin(self) -> None:
        self.inks = Inks(self._chance)
        self._turn()
        self.setFocus()

    def rest(self, *, resting: bool) -> None:
        super().rest(resting=resting)
        if resting:
            self._timer.stop()
        elif not self._timer.isActive():
            self._timer.start(NEXT_MS)

    def finish(self) -> str:
        self._timer.stop()
        return self.inks.told()

    def _answer(self, ink: int) -> None:
        if self.word.text:
            self.inks.answer(ink)
            self.word.show_word("", GROUND)
            self._timer.start(BETWEEN_MS)

    def _turn(self) -> None:
        self.inks.turn()
        self._write()
        self._timer.start(NEXT_MS)

    def _write(self) -> None:
        self.word.show_word(words.COLOURS[self.inks.word], INKS[self.inks.ink])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.text() in [str(i + 1) for i in range(len(words.COLOURS))]:
            self._answer(int(event.text()) - 1)
        else:
            super().keyPressEvent(event)


class ColouredWord(QWidget):
    """A large word in its colour, on a ground that is the same in every theme."""

    def __init__(self, sizes: Sizes) -> None:
        super().__init__()
        self.text, self._ink = "", GROUND
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.apply(sizes)

    def apply(self, sizes: Sizes) -> None:
        self._font = QFont(self.font())
        self._font.setPixelSize(sizes.px(WORD_PX))
        self._font.setWeight(QFont.Weight.DemiBold)
        self.setMinimumHeight(sizes.px(LEAST_PX))
        self.setMaximumHeight(sizes.px(MOST_PX))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(480, 280)

    def show_word(self, text: str, ink: str) -> None:
        self.text, self._ink = text, ink
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(GROUND))
            painter.drawRoundedRect(QRectF(self.rect()), 12.0, 12.0)
            painter.setFont(self._font)
            painter.setPen(QColor(self._ink))
            painter.drawText(QRectF(self.rect()), Qt.AlignmentFlag.AlignCenter, self.text)
