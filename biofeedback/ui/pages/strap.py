"""The straps in reach, as cards; simulated persons last."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from biofeedback.theme import Tokens
from biofeedback.ui.messages import SeenStrap
from biofeedback.ui.parts.basics import button, clear, label
from biofeedback.ui.parts.top_bar import Ways, top_bar
from biofeedback.ui.words import common as words
from devices.simulated import SCENARIOS

SEARCHING = "Looking for straps..."
NEAREST = "Nearest strap, whichever it is"


class StrapPage(QWidget):
    """Choose a strap.

    Parameters
    ----------
    chosen : callable
        Called with the device URI and a name.
    ways : Ways
    """

    def __init__(self, tokens: Tokens, chosen: Callable[[str, str], None], ways: Ways) -> None:
        super().__init__()
        self.setObjectName("page")
        self._chosen = chosen
        self._shown: tuple[SeenStrap, ...] | None = None
        self.picture = WearPicture(tokens)
        self._state = label(SEARCHING, "muted", wrap=True)
        self._real = QVBoxLayout()
        self._real.setSpacing(8)
        cards = QWidget()
        column = QVBoxLayout(cards)
        column.setContentsMargins(0, 0, 8, 0)
        column.setSpacing(8)
        column.addWidget(self._state)
        column.addLayout(self._real)
        self._nearest = _row(NEAREST, lambda: chosen("ble:", NEAREST))
        column.addWidget(self._nearest)
        column.addWidget(label("Simulated persons, to try the program without a strap", "muted"))
        grid = QGridLayout()
        grid.setSpacing(8)
        for i, scenario in enumerate(SCENARIOS.values()):
            grid.addWidget(_row(scenario.title, self._choose(f"sim:{scenario.name}", scenario.title)), i // 2, i % 2)
        column.addLayout(grid)
        column.addStretch()
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(cards)
        layout = QVBoxLayout(self)
        top = top_bar("Your strap", ways)
        layout.addLayout(top)
        halves = QHBoxLayout()
        halves.setSpacing(48)
        halves.addWidget(scroll, 3)
        halves.addLayout(self._help(), 2)
        layout.addLayout(halves)

    def _help(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(12)
        column.addWidget(self.picture)
        for line in words.WEAR:
            column.addWidget(label(line, "muted", wrap=True))
        column.addStretch()
        return column

    def _choose(self, uri: str, name: str) -> Callable[[], None]:
        return lambda: self._chosen(uri, name)

    def show_straps(self, straps: Sequence[SeenStrap]) -> None:
        """Show the straps now in reach, nearest first."""
        if tuple(straps) == self._shown:
            return
        self._shown = tuple(straps)
        focused = next((i for i in range(self._real.count()) if self._has_focus(i)), None)
        clear(self._real)
        for strap in straps:
            self._real.addWidget(StrapCard(strap, self._choose(f"ble:{strap.address}", strap.name)))
        if focused is not None and (item := self._real.itemAt(focused)) and (widget := item.widget()):
            widget.setFocus()
        self._state.setText("" if straps else SEARCHING)
        self._state.setVisible(not straps)

    def _has_focus(self, index: int) -> bool:
        item = self._real.itemAt(index)
        widget = item.widget() if item is not None else None
        return widget is not None and widget.hasFocus()

    def show_trouble(self, sentence: str) -> None:
        """Bluetooth cannot be used, and what to do."""
        self._shown = None
        clear(self._real)
        self._state.setText(sentence)
        self._state.show()


class StrapCard(QPushButton):
    """A strap in reach: its name, and how strong its signal is."""

    def __init__(self, strap: SeenStrap, pressed: Callable[[], None]) -> None:
        super().__init__(strap.name or "Unnamed strap")
        self.setProperty("kind", "row")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        bars = words.signal_bars(strap.rssi_dbm)
        self.setAccessibleName(f"{strap.name}, signal {bars} of 4")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 16, 0)
        row.addStretch()
        row.addWidget(SignalBars(bars, self))
        self.clicked.connect(lambda: pressed())


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


class WearPicture(QWidget):
    """Where the strap goes: a chest with the strap below it."""

    def __init__(self, tokens: Tokens) -> None:
        super().__init__()
        self._tokens = tokens
        self.setMinimumSize(240, 220)
        self.setAccessibleName("The strap goes around the chest, just below the breast, the sender in the middle")

    def apply(self, tokens: Tokens) -> None:
        self._tokens = tokens
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(self.width() / 2.0, self.height() / 2.0)
        painter.setPen(QPen(QColor(self._tokens.muted), 1.5))
        painter.drawEllipse(QPointF(0, -82), 22, 26)
        body = QPainterPath(QPointF(-14, -56))
        body.cubicTo(-16, -40, -70, -44, -84, -16)
        body.lineTo(-92, 60)
        body.moveTo(14, -56)
        body.cubicTo(16, -40, 70, -44, 84, -16)
        body.lineTo(92, 60)
        body.moveTo(-58, 0)
        body.cubicTo(-54, 40, -52, 70, -56, 104)
        body.moveTo(58, 0)
        body.cubicTo(54, 40, 52, 70, 56, 104)
        painter.drawPath(body)
        painter.setPen(QPen(QColor(self._tokens.breath), 2.0))
        strap = QPainterPath(QPointF(-55, 28))
        strap.cubicTo(-30, 40, 30, 40, 55, 28)
        strap.moveTo(-54, 40)
        strap.cubicTo(-30, 52, 30, 52, 54, 40)
        painter.drawPath(strap)
        painter.setBrush(QColor(self._tokens.breath))
        painter.drawRoundedRect(QRectF(-14, 33, 28, 14), 6, 6)
        painter.end()


def _row(text: str, pressed: Callable[[], None]) -> QPushButton:
    return button(text, "row", pressed)
