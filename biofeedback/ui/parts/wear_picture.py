"""How the strap is worn, as a picture with its words."""

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QVBoxLayout, QWidget

from biofeedback.theme import Sizes, Tokens
from biofeedback.ui.parts.basics import label
from biofeedback.ui.words import common as words

WIDTH_PX, HEIGHT_PX = 240, 220
"""Of the picture at usual type."""


def wearing(picture: "WearPicture") -> QVBoxLayout:
    """The picture over its words."""
    column = QVBoxLayout()
    column.setSpacing(12)
    column.addWidget(picture)
    column.addWidget(wearing_words())
    column.addStretch()
    return column


def wearing_words() -> QWidget:
    """How it is worn, in words."""
    made = QWidget()
    column = QVBoxLayout(made)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(12)
    for line in words.WEAR:
        column.addWidget(label(line, "muted", wrap=True))
    return made


class WearPicture(QWidget):
    """Where the strap goes: a chest with the strap below it."""

    def __init__(self, tokens: Tokens) -> None:
        super().__init__()
        self._tokens = tokens
        self.setMinimumSize(WIDTH_PX, HEIGHT_PX)
        self.setAccessibleName("The strap goes around the chest, just below the breast, the sensor in the middle")

    def apply(self, tokens: Tokens, sizes: Sizes) -> None:
        self._tokens = tokens
        self.setMinimumSize(sizes.px(WIDTH_PX), sizes.px(HEIGHT_PX))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(self.width() / 2.0, self.height() / 2.0)
        larger = self.minimumHeight() / HEIGHT_PX
        painter.scale(larger, larger)
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
