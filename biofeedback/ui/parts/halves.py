"""Two columns that scroll as one, and stand below each other where there is no room for both."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QLayout, QScrollArea, QWidget

from biofeedback.ui.parts.basics import Prose

LEAST_LETTERS = 70
"""Both columns together have room for so many letters of usual text, or they stand below each other."""
GAP_PX = 48


class Halves(QScrollArea):
    """Shows two layouts.

    Parameters
    ----------
    first, second : QLayout
    shares : (int, int)
        How they share the width.
    """

    def __init__(self, first: QLayout, second: QLayout, shares: tuple[int, int] = (3, 2)) -> None:
        super().__init__()
        self._shares = shares
        inside = QWidget()
        self._both = QBoxLayout(QBoxLayout.Direction.LeftToRight, inside)
        self._both.setContentsMargins(0, 0, 8, 0)
        self._both.setSpacing(GAP_PX)
        self._both.addLayout(first)
        self._both.addLayout(second)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(inside)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.FontChange):
            self._fit()

    def _fit(self) -> None:
        inside = self.widget()
        if inside is None:
            return
        beside = self.viewport().width() >= LEAST_LETTERS * _letter_px(inside)
        self._both.setDirection(QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom)
        for i, share in enumerate(self._shares):
            self._both.setStretch(i, share if beside else 0)


def _letter_px(inside: QWidget) -> int:
    """Width of a letter of the text that is read here."""
    texts = inside.findChildren(Prose)
    return (texts[0] if texts else inside).fontMetrics().averageCharWidth()
