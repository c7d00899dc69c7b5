"""The parts of a session past and to come, where it is, and what was marked."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from biofeedback.theme import Sizes, Tokens
from biofeedback.ui.model import SessionModel
from biofeedback.ui.office.log import OfficeLog
from biofeedback.ui.words.common import minutes_left
from biofeedback.ui.words.office import TIMELINE
from protocols.timeline import PlannedPhase

HEIGHT_PX, TEXT_PX, RADIUS_PX, MARK_PX, GAP_PX = 48, 13, 4.0, 5.0, 2.0
DONE_ALPHA = 90


class PhaseLine(QWidget):
    """A block a part, as wide as it lasts; a line where practice is, a small triangle a marker."""

    def __init__(self, tokens: Tokens, sizes: Sizes) -> None:
        super().__init__()
        self._model: SessionModel | None = None
        self._log = OfficeLog()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(TIMELINE)
        self.apply(tokens, sizes)

    def apply(self, tokens: Tokens, sizes: Sizes) -> None:
        self._tokens, self._sizes = tokens, sizes
        self._font = QFont(self.font())
        self._font.setPixelSize(sizes.px(TEXT_PX))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(240, self._sizes.px(HEIGHT_PX))

    def show_session(self, model: SessionModel | None, log: OfficeLog) -> None:
        self._model, self._log = model, log
        self.refresh()

    def refresh(self) -> None:
        """Show where it is now."""
        model = self._model
        told = f"{model.title}, {minutes_left(model.left_s())}" if model is not None and model.planned else ""
        marks = "; ".join(mark.label for mark in self._log.marks)
        self.setAccessibleDescription(f"{told}. {marks}" if marks else told)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(event.rect(), QColor(self._tokens.background))
            if self._model is not None and self._model.timeline is not None:
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                painter.setFont(self._font)
                self._paint(painter, self._model)

    def _paint(self, painter: QPainter, model: SessionModel) -> None:
        timeline, now_s = model.timeline, model.elapsed_s
        if timeline is None or timeline.total_s <= 0.0:
            return
        px_s = self.width() / timeline.total_s
        top = 2.0 * MARK_PX + GAP_PX
        for planned in timeline.phases:
            block = QRectF(planned.start_s * px_s, top, (planned.end_s - planned.start_s) * px_s - GAP_PX, 0.0)
            block.setBottom(self.height() - 1.0)
            self._paint_part(painter, block, planned, done=planned.end_s <= now_s)
        painter.setPen(QPen(QColor(self._tokens.text), 2.0))
        painter.drawLine(QPointF(now_s * px_s, top - 2.0), QPointF(now_s * px_s, self.height()))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._tokens.attention))
        for mark in self._log.marks:
            x = mark.elapsed_s * px_s
            painter.drawPolygon(
                QPolygonF([QPointF(x - MARK_PX, 0.0), QPointF(x + MARK_PX, 0.0), QPointF(x, 2.0 * MARK_PX)])
            )

    def _paint_part(self, painter: QPainter, block: QRectF, planned: PlannedPhase, *, done: bool) -> None:
        tokens = self._tokens
        on = self._model is not None and self._model.planned is not None and self._model.planned.index == planned.index
        painter.setPen(QPen(QColor(tokens.breath if on else tokens.hairline), 1.0))
        ground = QColor(tokens.surface)
        ground.setAlpha(DONE_ALPHA if done else 255)
        painter.setBrush(ground)
        painter.drawRoundedRect(block, RADIUS_PX, RADIUS_PX)
        inside = block.adjusted(6.0, 0.0, -4.0, 0.0)
        shown = QFontMetrics(self._font).elidedText(
            planned.phase.title, Qt.TextElideMode.ElideRight, max(0, int(inside.width()))
        )
        if len(shown) > 1:
            painter.setPen(QColor(tokens.text if on else tokens.muted))
            painter.drawText(inside, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)
