"""The picture of two sessions side by side: two lanes of heart rate, on one axis of practice time and one scale."""

from itertools import pairwise

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPainterPath, QPen

from biofeedback.analysis.beats.beat import Beat
from biofeedback.reports.beside import named
from biofeedback.reports.picture import LEAST_SPAN_BPM, LEAST_STEP, LONGEST_JOIN_S, STEPS_BPM
from biofeedback.reports.visible import visible
from biofeedback.session.kept.beside import Beside, Side
from biofeedback.theme import Tokens

UNHEARD = "No heart was heard."
MOST_MINUTES_TOLD = 10


def paint_beside(painter: QPainter, area: QRectF, beside: Beside, tokens: Tokens, text: float) -> None:
    """Paint both into a rectangle; sizes are in the painter's units, `text` is the height of the type."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    font = QFont(painter.font())
    font.setPixelSize(max(1, round(text)))
    painter.setFont(font)
    _Lanes(painter, beside, tokens, text).paint(area)
    painter.restore()


class _Lanes:
    def __init__(self, painter: QPainter, beside: Beside, tokens: Tokens, text: float) -> None:
        self._painter, self._beside, self._tokens, self._text = painter, beside, tokens, text
        lived = [side.lived(phase)[1] for side in beside.sides for phase in side.summary.phases]
        self._length_s = max([1.0, *lived])
        self._low, self._high = _span([beat for side in beside.sides for beat in side.summary.beats if beat.kept])

    def paint(self, area: QRectF) -> None:
        text = self._text
        above, below, left = 3.6 * text, 1.9 * text, 3.2 * text
        height = max(1.0, (area.height() - 2.0 * above - below) / 2.0)
        for number, (side, name) in enumerate(zip(self._beside.sides, named(self._beside), strict=True)):
            top = area.top() + above + number * (height + above)
            lane = QRectF(area.left() + left, top, area.width() - left - 2.5 * text, height)
            self._write(QRectF(lane.left(), top - 3.4 * text, lane.width(), 1.5 * text), name, muted=False)
            self._paint_phases(lane, side)
            self._paint_heart(lane, side)
        self._paint_minutes(lane)

    def _x(self, lane: QRectF, practised_s: float) -> float:
        return lane.left() + lane.width() * min(1.0, max(0.0, practised_s / self._length_s))

    def _paint_phases(self, lane: QRectF, side: Side) -> None:
        for number, phase in enumerate(side.summary.phases):
            x0, x1 = (self._x(lane, at_s) for at_s in side.lived(phase))
            if phase.role == "practice":
                tint = QColor(self._tokens.breath)
                tint.setAlpha(26)
                self._painter.fillRect(QRectF(x0, lane.top(), x1 - x0, lane.height()), tint)
            if number:
                self._line(QPointF(x0, lane.top()), QPointF(x0, lane.bottom()))
            title = visible(phase.title or phase.name)
            box = QRectF(x0 + 0.3 * self._text, lane.top() - 1.6 * self._text, x1 - x0, 1.4 * self._text)
            if self._painter.fontMetrics().horizontalAdvance(title) <= box.width() - 0.3 * self._text:
                self._write(box, title)

    def _paint_scale(self, lane: QRectF) -> None:
        px_per_bpm = lane.height() / (self._high - self._low)
        step = next((step for step in STEPS_BPM if step * px_per_bpm >= LEAST_STEP * self._text), STEPS_BPM[-1])
        value = step * (int(self._low // step) + 1)
        while value < self._high:
            y = self._y(lane, value)
            self._line(QPointF(lane.left(), y), QPointF(lane.right(), y))
            box = QRectF(lane.left() - 3.2 * self._text, y - 0.7 * self._text, 2.9 * self._text, 1.4 * self._text)
            self._write(box, f"{value:g}", Qt.AlignmentFlag.AlignRight)
            value += step

    def _paint_heart(self, lane: QRectF, side: Side) -> None:
        """Gaps, pauses, and what was passed over or left out stay open."""
        placed = [(at_s, beat) for beat in side.summary.beats if (at_s := side.practised_at(beat.time_s)) is not None]
        if not placed:
            self._write(lane, UNHEARD, Qt.AlignmentFlag.AlignCenter)
            return
        self._paint_scale(lane)
        kept = [(at_s, beat) for at_s, beat in placed if beat.kept]
        path = QPainterPath()
        if kept:
            path.moveTo(self._point(lane, *kept[0]))
        for (before_s, before), (at_s, beat) in pairwise(kept):
            joined = before.segment == beat.segment and 0.0 <= at_s - before_s < LONGEST_JOIN_S
            (path.lineTo if joined else path.moveTo)(self._point(lane, at_s, beat))
        self._painter.save()
        self._painter.setClipRect(lane)
        self._painter.setBrush(Qt.BrushStyle.NoBrush)
        self._painter.setPen(QPen(QColor(self._tokens.heart), 0.09 * self._text))
        self._painter.drawPath(path)
        for at_s, beat in placed:
            if not beat.kept:
                self._painter.drawEllipse(self._point(lane, at_s, beat), 0.22 * self._text, 0.22 * self._text)
        self._painter.restore()

    def _point(self, lane: QRectF, at_s: float, beat: Beat) -> QPointF:
        bpm = 60000.0 / max(beat.rr_ms, 100.0)
        return QPointF(self._x(lane, at_s), self._y(lane, min(self._high, max(self._low, bpm))))

    def _y(self, lane: QRectF, bpm: float) -> float:
        return lane.bottom() - lane.height() * (bpm - self._low) / (self._high - self._low)

    def _paint_minutes(self, lane: QRectF) -> None:
        minutes = self._length_s / 60.0
        step = next((step for step in (1, 2, 5, 10, 30, 60) if minutes / step <= MOST_MINUTES_TOLD), 120)
        for minute in range(0, int(minutes) + 1, step):
            x = self._x(lane, 60.0 * minute)
            box = QRectF(x - 2.5 * self._text, lane.bottom() + 0.3 * self._text, 5.0 * self._text, 1.4 * self._text)
            self._write(box, f"{minute} min" if minute else "0", Qt.AlignmentFlag.AlignHCenter)

    def _line(self, begin: QPointF, end: QPointF) -> None:
        self._painter.setPen(QPen(QColor(self._tokens.hairline), 0.05 * self._text))
        self._painter.drawLine(begin, end)

    def _write(
        self, box: QRectF, words: str, align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft, *, muted: bool = True
    ) -> None:
        self._painter.setPen(QColor(self._tokens.muted if muted else self._tokens.text))
        self._painter.drawText(box, align | Qt.AlignmentFlag.AlignVCenter, words)


def _span(kept: list[Beat]) -> tuple[float, float]:
    """The scale that both share."""
    rates = sorted(60000.0 / beat.rr_ms for beat in kept) or [60.0]
    low, high = rates[len(rates) // 200] - 2.0, rates[-1 - len(rates) // 200] + 2.0
    spare = max(0.0, LEAST_SPAN_BPM - (high - low)) / 2.0
    return low - spare, high + spare
