"""A step of the ladder as a row: its words, and how it went as marks on a line."""

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from biofeedback.storage.records import StoredTry
from biofeedback.theme import Sizes, Tokens
from biofeedback.ui.parts.basics import LaidOutButton, label
from biofeedback.ui.words import ladder as words
from protocols.ladder import Experience, Rung

LINE_PX, HEIGHT_PX, SETTLED_PX, TEXT_PX = 230, 24, 104, 15
RING_PX, DOT_PX, TICK_PX, EDGE_PX = 6.5, 4.0, 7.0, 8.0
"""Radius of ring and dot, half the height of the small line, room at the ends for them."""
BAR_PX, BAR_INSET_PX = 4, 8
LINE_ALPHA = 110
MOST = 10.0


class Marks(QWidget):
    """Expected fear as a ring and fear as a dot on a line from 0 to 10, and how hard the step seems as a small line."""

    def __init__(self, rung: Rung, last: Experience | None, tokens: Tokens, sizes: Sizes) -> None:
        super().__init__()
        self._rung, self._last, self._tokens = rung, last, tokens
        self.setFixedSize(LINE_PX, sizes.px(HEIGHT_PX))

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            middle = self.height() / 2.0
            faint = QColor(self._tokens.muted)
            faint.setAlpha(LINE_ALPHA)
            painter.setPen(QPen(faint, 1.0))
            painter.drawLine(QPointF(EDGE_PX, middle), QPointF(self.width() - EDGE_PX, middle))
            painter.setPen(QPen(QColor(self._tokens.muted), 1.0))
            tick = self._x(self._rung.distress)
            painter.drawLine(QPointF(tick, middle - TICK_PX), QPointF(tick, middle + TICK_PX))
            if self._last is not None:
                self._paint(painter, middle, self._last)

    def _paint(self, painter: QPainter, middle: float, last: Experience) -> None:
        colour = QColor(self._tokens.breath)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if last.expected_fear is not None:
            painter.setPen(QPen(colour, 1.5))
            painter.drawEllipse(QPointF(self._x(last.expected_fear), middle), RING_PX, RING_PX)
        if last.fear is not None:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour)
            painter.drawEllipse(QPointF(self._x(last.fear), middle), DOT_PX, DOT_PX)

    def _x(self, value: float) -> float:
        return EDGE_PX + (self.width() - 2.0 * EDGE_PX) * value / MOST


class Ends(QWidget):
    """What the ends of the lines mean, over the column of lines."""

    def __init__(self, tokens: Tokens, sizes: Sizes) -> None:
        super().__init__()
        self._tokens = tokens
        self._font = QFont(self.font())
        self._font.setPixelSize(sizes.px(TEXT_PX))
        self.setFixedSize(LINE_PX, sizes.px(HEIGHT_PX))

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setFont(self._font)
            painter.setPen(QColor(self._tokens.muted))
            area = QRectF(self.rect())
            painter.drawText(area, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, words.NO_FEAR)
            painter.drawText(area, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, words.MOST_FEAR)


class RungButton(LaidOutButton):
    """Begins with a step.

    Parameters
    ----------
    rung : Rung
    tries : tuple of StoredTry
        What was tried of it, oldest first.
    suggested : str
        Words beside the step where it is suggested; empty where it is not.
    tokens : Tokens
    sizes : Sizes
    pressed : callable
    """

    def __init__(
        self,
        rung: Rung,
        tries: tuple[StoredTry, ...],
        suggested: str,
        tokens: Tokens,
        sizes: Sizes,
        pressed: Callable[[], None],
    ) -> None:
        super().__init__()
        self._bar = QColor(tokens.calm) if suggested else None
        self.setProperty("kind", "row")
        self.setStyleSheet("QPushButton { padding: 0; min-height: 0; }")  # ten steps are to be seen at once
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAutoDefault(True)
        self.setAccessibleName(words.told_rung(rung, tries, suggested))
        self.setAccessibleDescription(words.CHOOSE_ONE)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        last = tries[-1].experience if tries else None
        row = QHBoxLayout(self)
        row.setContentsMargins(24, 9, 16, 9)
        row.setSpacing(24)
        row.addWidget(label(rung.text, wrap=True), 1)
        row.addStretch()
        row.addWidget(label(suggested, "muted", wrap=True))
        row.addWidget(Marks(rung, last, tokens, sizes))
        back = label(words.settled(last.recovery_s) if last else "", "muted")
        back.setFixedWidth(sizes.px(SETTLED_PX))
        row.addWidget(back)
        for part in self.findChildren(QWidget):
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.clicked.connect(lambda: pressed())

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._bar is None:
            return
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._bar)
            bar = QRectF(BAR_INSET_PX, BAR_INSET_PX, BAR_PX, self.height() - 2 * BAR_INSET_PX)
            painter.drawRoundedRect(bar, BAR_PX / 2, BAR_PX / 2)


def headings(tokens: Tokens, sizes: Sizes, beside_px: int) -> QHBoxLayout:
    """What stands over the rows; `beside_px` is the room that the button beside each row takes."""
    row = QHBoxLayout()
    row.setContentsMargins(24, 0, 16 + beside_px, 0)
    row.setSpacing(24)
    row.addStretch(1)
    row.addWidget(Ends(tokens, sizes))
    settled: QLabel = label(words.SETTLED, "muted")
    settled.setFixedWidth(sizes.px(SETTLED_PX))
    row.addWidget(settled)
    return row
