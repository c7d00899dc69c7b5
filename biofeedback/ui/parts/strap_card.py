"""A strap as a card: its name, how strong its signal is, and whether it is the chosen one."""

from collections.abc import Callable

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from biofeedback.ui.parts.basics import label
from biofeedback.ui.words import straps as words


class StrapCard(QPushButton):
    """One press chooses it.

    Parameters
    ----------
    name : str
    pressed : callable
    bars : int, optional
        How strong the signal is, 0 to 4; None where there is none to measure.
    """

    def __init__(self, name: str, pressed: Callable[[], None], bars: int | None = None) -> None:
        super().__init__(name)
        self.setProperty("kind", "row")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAutoDefault(True)
        self.setCheckable(True)
        self._bars = bars
        self._mark = label("", "muted")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 16, 0)
        row.setSpacing(16)
        row.addStretch()
        row.addWidget(self._mark)
        if bars is not None:
            row.addWidget(SignalBars(bars, self))
        for part in self.findChildren(QLabel):
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.clicked.connect(lambda: pressed())
        self.mark(chosen=False)

    def mark(self, *, chosen: bool) -> None:
        """Show whether it is the chosen one."""
        self.setChecked(chosen)
        self._mark.setText(words.CHOSEN if chosen else "")
        signal = "" if self._bars is None else f", signal {self._bars} of 4"
        self.setAccessibleName(f"{self.text()}{signal}{f', {words.CHOSEN}' if chosen else ''}")


class SignalBars(QLabel):
    """Four bars, as many filled as the signal is strong."""

    def __init__(self, bars: int, parent: QWidget) -> None:
        super().__init__(parent)
        self._bars = bars
        self.setFixedSize(40, 24)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colour = self.palette().windowText().color()
        for i in range(4):
            height = 6.0 + 6.0 * i
            bar = QRectF(10.0 * i, 24.0 - height, 6.0, height)
            painter.setPen(QPen(colour, 1.0))
            painter.setBrush(colour if i < self._bars else Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(bar.adjusted(0.5, 0.5, -0.5, -0.5), 2.0, 2.0)
        painter.end()
