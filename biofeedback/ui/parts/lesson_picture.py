"""Pictures beside a lesson, drawn in the colours of the theme: the alarm, the circle of fear, one's own ladder."""

import math
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from biofeedback.theme import Sizes, Tokens
from biofeedback.ui.words import learning as words
from protocols.lessons.specification import Picture

WIDTH_PX, HEIGHT_PX, TEXT_PX = 560, 260, 16
"""At usual type; all that is painted is measured in it."""
N_RUNGS_MOST = 6
"""Further ones would be too small to read."""


class LessonPicture(QWidget):
    """A picture with its description.

    Parameters
    ----------
    rungs : sequence of str
        The person's own ladder, from easy to hard.
    """

    def __init__(self, picture: Picture, rungs: Sequence[str], tokens: Tokens, sizes: Sizes) -> None:
        super().__init__()
        self._picture, self._rungs, self._tokens = picture, list(rungs)[:N_RUNGS_MOST], tokens
        self.setFixedSize(sizes.px(WIDTH_PX), sizes.px(HEIGHT_PX))
        described = words.PICTURES[picture]
        if picture is Picture.LADDER:
            described = described.format("; ".join(rungs)) if rungs else words.NO_LADDER
        self.setAccessibleName(described)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        larger = self.width() / WIDTH_PX
        painter.scale(larger, larger)
        font = QFont(self.font())
        font.setPixelSize(TEXT_PX)
        painter.setFont(font)
        {Picture.ALARM: self._alarm, Picture.FEAR_CIRCLE: self._circle, Picture.LADDER: self._ladder}[self._picture](
            painter
        )
        painter.end()

    def _pen(self, painter: QPainter, colour: str, width: float = 2.5) -> None:
        painter.setPen(QPen(QColor(colour), width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))

    def _words(self, painter: QPainter, middle: QPointF, text: str) -> None:
        self._pen(painter, self._tokens.text)
        painter.drawText(QRectF(middle.x() - 90, middle.y() - 14, 180, 28), Qt.AlignmentFlag.AlignCenter, text)

    def _alarm(self, painter: QPainter) -> None:
        """A bell, and a dial that is turned down."""
        self._pen(painter, self._tokens.heart)
        bell = QPainterPath(QPointF(100, 165))
        bell.cubicTo(125, 140, 112, 60, 160, 60)
        bell.cubicTo(208, 60, 195, 140, 220, 165)
        bell.closeSubpath()
        painter.drawPath(bell)
        painter.drawArc(QRectF(145, 160, 30, 30), 180 * 16, 180 * 16)
        for i, reach in enumerate((30, 52)):
            self._pen(painter, self._tokens.heart if i == 0 else self._tokens.line)
            painter.drawArc(QRectF(160 - 60 - reach, 110 - 60, 2 * (60 + reach), 120), -25 * 16, 50 * 16)
            painter.drawArc(QRectF(160 - 60 - reach, 110 - 60, 2 * (60 + reach), 120), 155 * 16, 50 * 16)
        middle, radius = QPointF(410, 125), 70.0
        self._pen(painter, self._tokens.line)
        painter.drawArc(QRectF(middle.x() - radius, middle.y() - radius, 2 * radius, 2 * radius), -45 * 16, 270 * 16)
        for degrees, colour, style in (
            (60, self._tokens.line, Qt.PenStyle.DashLine),
            (190, self._tokens.calm, Qt.PenStyle.SolidLine),
        ):
            at = math.radians(degrees)
            painter.setPen(QPen(QColor(colour), 4.0, style, Qt.PenCapStyle.RoundCap))
            painter.drawLine(middle, middle + QPointF(55 * math.cos(at), -55 * math.sin(at)))
        self._words(painter, QPointF(335, 205), words.SOFT)
        self._words(painter, QPointF(485, 205), words.LOUD)

    def _circle(self, painter: QPainter) -> None:
        """Four words around, an arrow from each to the next, and one that leads out."""
        middle, across, down = QPointF(180, 130), 105.0, 95.0
        places = [QPointF(180, 35), QPointF(285, 130), QPointF(180, 225), QPointF(75, 130)]
        box = QRectF(middle.x() - across, middle.y() - down, 2 * across, 2 * down)
        for i in range(4):
            self._pen(painter, self._tokens.heart)
            painter.drawArc(box, round((65 - 90 * i) * 16), -40 * 16)
            at = math.radians(25 - 90 * i)
            tip = QPointF(middle.x() + across * math.cos(at), middle.y() - down * math.sin(at))
            self._head(painter, tip, math.atan2(down * math.cos(at), across * math.sin(at)))
        for place, text in zip(places, words.CIRCLE, strict=True):
            self._words(painter, place, text)
        self._pen(painter, self._tokens.calm, 3.5)
        way = QPainterPath(QPointF(325, 130))
        way.cubicTo(350, 130, 365, 75, 425, 75)
        painter.drawPath(way)
        self._head(painter, QPointF(425, 75), 0.0)
        self._words(painter, QPointF(465, 45), words.WAY_OUT)

    def _head(self, painter: QPainter, tip: QPointF, towards: float) -> None:
        for turn in (2.6, -2.6):
            painter.drawLine(tip, tip + QPointF(11 * math.cos(towards + turn), 11 * math.sin(towards + turn)))

    def _ladder(self, painter: QPainter) -> None:
        self._pen(painter, self._tokens.breath)
        painter.drawLine(QPointF(30, 250), QPointF(30, 10))
        painter.drawLine(QPointF(90, 250), QPointF(90, 10))
        n = len(self._rungs) or 4
        for i in range(n):
            y = 230.0 - i * 200.0 / max(n - 1, 1)
            self._pen(painter, self._tokens.calm if self._rungs else self._tokens.line)
            painter.drawLine(QPointF(30, y), QPointF(90, y))
            if self._rungs:
                self._beside(painter, y, self._rungs[i])
        if not self._rungs:
            self._beside(painter, 130.0, words.NO_LADDER_SHORT)

    def _beside(self, painter: QPainter, y: float, text: str) -> None:
        self._pen(painter, self._tokens.text)
        room = QRectF(110, y - 14, WIDTH_PX - 120, 28)
        fitting = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(room.width()))
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, fitting)
