"""Questions of a part, quietly above its words: one tap each, and nothing happens where they are left."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEasingCurve, QPropertyAnimation
from PySide6.QtWidgets import QGraphicsOpacityEffect, QHBoxLayout, QVBoxLayout, QWidget

from biofeedback.ui.parts.answers import RatingRow, align
from biofeedback.ui.parts.basics import clear

FADE_MS = 600


class Questions(QWidget):
    """Rating rows that fade in.

    Parameters
    ----------
    answered : callable
        Called with the question and each answer.
    """

    def __init__(self, answered: Callable[[str, int], None]) -> None:
        super().__init__()
        self._answered = answered
        self.rows: list[RatingRow] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self.hide()

    def ask(self, questions: Sequence[str], *, reduced_motion: bool) -> None:
        """Ask these; none for an empty sequence."""
        clear(self._column)
        self.rows = [RatingRow(question, self._answered) for question in questions]
        align(self.rows)
        for row in self.rows:
            self._column.addWidget(_in_the_middle(row))
        self.setVisible(bool(self.rows))
        if self.rows and not reduced_motion:
            self._fade_in()

    def _fade_in(self) -> None:
        effect = QGraphicsOpacityEffect(self)
        self.setGraphicsEffect(effect)
        fade = QPropertyAnimation(effect, b"opacity", self)
        fade.setDuration(FADE_MS)
        fade.setStartValue(0.0)
        fade.setEndValue(1.0)
        fade.setEasingCurve(QEasingCurve.Type.InOutSine)
        fade.finished.connect(lambda: self.setGraphicsEffect(None))  # type: ignore[arg-type]
        fade.start(QPropertyAnimation.DeletionPolicy.DeleteWhenStopped)


def _in_the_middle(row: RatingRow) -> QWidget:
    made = QWidget()
    layout = QHBoxLayout(made)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.addStretch()
    layout.addWidget(row)
    layout.addStretch()
    return made
