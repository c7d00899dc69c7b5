"""The answer of the heart as a dot on a quiet line: no number, only where it is, how sure that is, and the mark."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from biofeedback.theme import Sizes, Tokens
from biofeedback.ui.model import Answer, SessionModel
from biofeedback.ui.plots.heart_trace import AXIS_PX
from biofeedback.ui.words import numbers as words
from protocols.feedback import Score
from protocols.phases import Feedback

HEIGHT_PX, TEXT_PX = 24, 14
DOT_PX, BAND_PX, MARK_PX = 5.0, 8.0, 14.0
"""Radius of the dot, height of the band and of the mark."""
BAND_ALPHA = 80
WORD_GAP_PX = 12.0


class ScoreLine(QWidget):
    """Shows the answer of a `SessionModel`, from 0 at the left to 1; painted only when it changes.

    While nothing can be told the dot stays where it was, hollow, without a band. In parts without feedback there is
    nothing to see, and the place stays free.
    """

    def __init__(self, tokens: Tokens, sizes: Sizes, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model: SessionModel | None = None
        self._answer = Answer()
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.apply(tokens, sizes)

    def apply(self, tokens: Tokens, sizes: Sizes) -> None:
        self._tokens, self._sizes = tokens, sizes
        self._font = QFont(self.font())
        self._font.setPixelSize(sizes.px(TEXT_PX))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(240, self._sizes.px(HEIGHT_PX))

    def show_model(self, model: SessionModel | None) -> None:
        self._model = model
        self.refresh()

    def refresh(self) -> None:
        """Show the answer as it stands."""
        answer = self._model.answer() if self._model else Answer()
        if answer == self._answer:
            return
        self._answer = answer
        line = words.LINES.get(answer.feedback)
        self.setToolTip(line.meaning if line else "")
        self.setAccessibleName(line.name if line else "")
        self.setAccessibleDescription(self.spoken())
        self.update()

    def spoken(self) -> str:
        """What is to be seen, in words."""
        answer = self._answer
        if answer.feedback is Feedback.NONE:
            return ""
        if answer.current:
            return words.place_on_line(answer.score)
        return f"{words.KEPT_LINE if answer.score.value is not None else words.WAITING_LINE} {answer.reason}".strip()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(event.rect(), QColor(self._tokens.background))
            if line := words.LINES.get(self._answer.feedback):
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                self._paint(painter, line.end)

    def _paint(self, painter: QPainter, end: str) -> None:
        tokens, answer = self._tokens, self._answer
        word = QFontMetricsF(self._font).horizontalAdvance(end)
        middle = round(self.height() / 2.0) + 0.5
        track = QRectF(0.0, middle, self.width(), 0.0)
        track.setLeft(self._sizes.px(AXIS_PX) + DOT_PX)
        track.setRight(self.width() - word - WORD_GAP_PX)
        painter.setPen(QPen(QColor(tokens.line), 1.0))
        painter.drawLine(track.topLeft(), track.topRight())
        painter.setFont(self._font)
        painter.setPen(QColor(tokens.muted))
        side = QRectF(self.width() - word - 1.0, 0.0, word + 1.0, self.height())
        painter.drawText(side, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, end)
        if answer.goal is not None:
            x = round(track.left() + answer.goal * track.width()) + 0.5
            painter.setPen(QPen(QColor(tokens.muted), 1.0))
            painter.drawLine(QPointF(x, middle - MARK_PX / 2.0), QPointF(x, middle + MARK_PX / 2.0))
        if answer.score.value is not None:
            self._paint_dot(painter, track, answer.score, answer.score.value)

    def _paint_dot(self, painter: QPainter, track: QRectF, score: Score, value: float) -> None:
        tokens, current = self._tokens, self._answer.current
        if current and score.low is not None and score.high is not None:
            soft = QColor(tokens.calm)
            soft.setAlpha(BAND_ALPHA)
            left = track.left() + score.low * track.width()
            band = QRectF(left, track.top() - BAND_PX / 2.0, (score.high - score.low) * track.width(), BAND_PX)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(soft)
            painter.drawRoundedRect(band, BAND_PX / 2.0, BAND_PX / 2.0)
        painter.setPen(QPen(QColor(tokens.calm if current else tokens.muted), 1.0))
        painter.setBrush(QColor(tokens.calm if current else tokens.background))
        painter.drawEllipse(QPointF(track.left() + value * track.width(), track.top()), DOT_PX, DOT_PX)
