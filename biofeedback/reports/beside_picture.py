"""The picture of two sessions side by side: two lanes of heart rate, on one axis of practice time and one scale."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter

from biofeedback.reports.beside import named
from biofeedback.reports.lanes import Lanes, drawing, span_of
from biofeedback.session.kept.beside import Beside, Side
from biofeedback.theme import Tokens

UNHEARD = "No heart was heard."


def paint_beside(painter: QPainter, area: QRectF, beside: Beside, tokens: Tokens, text: float) -> None:
    """Paint both into a rectangle; sizes are in the painter's units, `text` is the height of the type."""
    with drawing(painter, text):
        _Beside(painter, beside, tokens, text).paint(area)


class _Beside(Lanes):
    def __init__(self, painter: QPainter, beside: Beside, tokens: Tokens, text: float) -> None:
        lived = [side.lived(phase)[1] for side in beside.sides for phase in side.summary.phases]
        super().__init__(painter, tokens, text, max([1.0, *lived]))
        self._beside = beside
        self._span = span_of(beat for side in beside.sides for beat in side.summary.beats)

    def paint(self, area: QRectF) -> None:
        text = self.text
        above, below, left = 3.6 * text, 1.9 * text, 4.0 * text
        height = max(1.0, (area.height() - 2.0 * above - below) / 2.0)
        for number, (side, name) in enumerate(zip(self._beside.sides, named(self._beside), strict=True)):
            top = area.top() + above + number * (height + above)
            lane = QRectF(area.left() + left, top, area.width() - left - 2.5 * text, height)
            self.write(QRectF(lane.left(), top - 3.4 * text, lane.width(), 1.5 * text), name, muted=False)
            self.parts(lane, ((phase, *side.lived(phase)) for phase in side.summary.phases))
            self._paint_heart(lane, side)
        self.minutes(lane)

    def _paint_heart(self, lane: QRectF, side: Side) -> None:
        """Gaps, pauses, and what was passed over or left out stay open."""
        placed = [(at_s, beat) for beat in side.summary.beats if (at_s := side.practised_at(beat.time_s)) is not None]
        if not placed:
            self.write(lane, UNHEARD, Qt.AlignmentFlag.AlignCenter)
            return
        self.scale(lane, self._span)
        self.heart(lane, placed, self._span)
