"""A strap as a card: its name, how strong its signal is, and whether it is the chosen one."""

from collections.abc import Callable

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QResizeEvent, QShowEvent
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
        super().__init__()
        self._name = name
        self.setProperty("kind", "row")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAutoDefault(True)
        self.setCheckable(True)
        self._bars = bars
        self._mark = label("", "muted")
        self._row = row = QHBoxLayout(self)
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
        self._fit()
        self.setAccessibleName(f"{self._name}{signal}{f', {words.CHOSEN}' if chosen else ''}")

    def minimumSizeHint(self) -> QSize:
        """A long name makes no room wider: it is cut, and told whole by the pointer that rests on it."""
        return QSize(self._beside_px(), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._fit()

    def _fit(self) -> None:
        cut = self.fontMetrics().elidedText(self._name, Qt.TextElideMode.ElideRight, self.width() - self._beside_px())
        shown = (cut if self.isVisible() else self._name).replace("&", "&&")  # else it would stand for a key
        if shown != self.text():
            self.setText(shown)
            self.setToolTip(self._name if cut != self._name else "")

    def _beside_px(self) -> int:
        """What stands around the name and beside it."""
        words_px = self.fontMetrics().size(Qt.TextFlag.TextShowMnemonic, self.text()).width()
        return super().sizeHint().width() - words_px + self._row.sizeHint().width()


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
