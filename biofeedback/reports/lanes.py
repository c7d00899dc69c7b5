"""What pictures of sessions are made of: an axis of time with minutes and parts, a scale of heart rate, the heart."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPainterPath, QPen

from biofeedback.analysis.beats.beat import Beat
from biofeedback.reports.visible import visible
from biofeedback.session.summary import PhaseSummary
from biofeedback.theme import Tokens

LEAST_SPAN_BPM = 20.0
LONGEST_JOIN_S = 5.0
STEPS_BPM, LEAST_STEP = (5, 10, 20, 50), 2.0
"""Lines of the scale, and how far apart they are at least, in heights of the type."""
STEPS_MIN, MOST_MINUTES_TOLD = (1, 2, 5, 10, 30, 60), 10
PART_ALPHA = 26
HAIR, CURVE, DOT, RING, RING_RADIUS = 0.05, 0.09, 0.27, 0.07, 0.22
"""Widths of lines and the radius of a circle, in heights of the type."""

Span = tuple[float, float]
"""The least and the greatest heart rate that are shown."""


@contextmanager
def drawing(painter: QPainter, text: float) -> Iterator[None]:
    """Paint in type of a height; the painter is left as it was."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    font = QFont(painter.font())
    font.setPixelSize(max(1, round(text)))
    painter.setFont(font)
    try:
        yield
    finally:
        painter.restore()


def span_of(beats: Iterable[Beat]) -> Span:
    """What of the kept beats is shown: all but the farthest out, with some room, and never too little."""
    rates = sorted(60000.0 / beat.rr_ms for beat in beats if beat.kept) or [60.0]
    low, high = rates[len(rates) // 200] - 2.0, rates[-1 - len(rates) // 200] + 2.0
    spare = max(0.0, LEAST_SPAN_BPM - (high - low)) / 2.0
    return low - spare, high + spare


class Lanes:
    """Paints into areas that share one axis of time.

    Parameters
    ----------
    painter : QPainter
    tokens : Tokens
    text : float
        Height of the type in the painter's units, as all sizes are.
    length_s : float
        Of the axis.
    """

    def __init__(self, painter: QPainter, tokens: Tokens, text: float, length_s: float) -> None:
        self.painter, self.tokens, self.text, self.length_s = painter, tokens, text, length_s

    def x(self, area: QRectF, at_s: float) -> float:
        return area.left() + area.width() * min(1.0, max(0.0, at_s / self.length_s))

    def parts(self, area: QRectF, lived: Iterable[tuple[PhaseSummary, float, float]]) -> None:
        """Parts with their titles over the area where there is the room, from and to a time; practice is tinted."""
        for number, (phase, from_s, to_s) in enumerate(lived):
            x0, x1 = self.x(area, from_s), self.x(area, to_s)
            if phase.role == "practice":
                tint = QColor(self.tokens.breath)
                tint.setAlpha(PART_ALPHA)
                self.painter.fillRect(QRectF(x0, area.top(), x1 - x0, area.height()), tint)
            if number:
                self.line(QPointF(x0, area.top()), QPointF(x0, area.bottom()))
            beside = 0.3 * self.text
            box = QRectF(x0 + beside, area.top() - 1.6 * self.text, x1 - x0 - beside, 1.4 * self.text)
            title = visible(phase.title or phase.name)
            if self.painter.fontMetrics().horizontalAdvance(title) <= box.width():
                self.write(box, title)

    def scale(self, area: QRectF, span: Span) -> None:
        """Lines of the heart rate."""
        low, high = span
        px_per_bpm = area.height() / (high - low)
        step = next((step for step in STEPS_BPM if step * px_per_bpm >= LEAST_STEP * self.text), STEPS_BPM[-1])
        value = step * (int(low // step) + 1)
        while value < high:
            self.level(area, (value - low) / (high - low), f"{value:g}")
            value += step

    def level(self, area: QRectF, share: float, words: str) -> None:
        """A line at a share of the height, with words before it."""
        y = area.bottom() - area.height() * share
        self.line(QPointF(area.left(), y), QPointF(area.right(), y))
        box = QRectF(area.left() - 4.0 * self.text, y - 0.7 * self.text, 3.7 * self.text, 1.4 * self.text)
        self.write(box, words, Qt.AlignmentFlag.AlignRight)

    def heart(self, area: QRectF, placed: Sequence[tuple[float, Beat]], span: Span) -> None:
        """The curve through kept beats, open at gaps, and a circle for each other; beats with their times."""
        kept = [(at_s, beat) for at_s, beat in placed if beat.kept]
        joined = [
            before.segment == beat.segment and 0.0 <= at_s - before_s < LONGEST_JOIN_S
            for (before_s, before), (at_s, beat) in pairwise(kept)
        ]
        self.painter.save()
        self.painter.setClipRect(area)
        self.curve([self._point(area, at_s, beat, span) for at_s, beat in kept], joined, self.tokens.heart)
        self.painter.restore()
        self.painter.setPen(QPen(QColor(self.tokens.heart), RING * self.text))
        for at_s, beat in placed:
            if not beat.kept:
                radius = RING_RADIUS * self.text
                self.painter.drawEllipse(self._point(area, at_s, beat, span), radius, radius)

    def curve(self, places: Sequence[QPointF], joined: Sequence[bool], colour: str) -> None:
        """Draw a thin line through places, open where one is not joined to the next; one alone is a dot."""
        path, alone = QPainterPath(), []
        for place, from_before, to_next in zip(places, (False, *joined), (*joined, False), strict=False):
            (path.lineTo if from_before else path.moveTo)(place)
            if not from_before and not to_next:
                alone.append(place)
        self.painter.setBrush(Qt.BrushStyle.NoBrush)
        self.painter.setPen(QPen(QColor(colour), CURVE * self.text))
        self.painter.drawPath(path)
        self.painter.setPen(QPen(QColor(colour), DOT * self.text, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        self.painter.drawPoints(alone)

    def minutes(self, area: QRectF) -> None:
        """Minutes under an area."""
        minutes = self.length_s / 60.0
        step = next((step for step in STEPS_MIN if minutes / step <= MOST_MINUTES_TOLD), 120)
        for minute in range(0, int(minutes) + 1, step):
            x = self.x(area, 60.0 * minute)
            box = QRectF(x - 2.5 * self.text, area.bottom() + 0.3 * self.text, 5.0 * self.text, 1.4 * self.text)
            self.write(box, f"{minute} min" if minute else "0", Qt.AlignmentFlag.AlignHCenter)

    def line(self, begin: QPointF, end: QPointF) -> None:
        self.painter.setPen(QPen(QColor(self.tokens.hairline), HAIR * self.text))
        self.painter.drawLine(begin, end)

    def write(
        self, box: QRectF, words: str, align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft, *, muted: bool = True
    ) -> None:
        self.painter.setPen(QColor(self.tokens.muted if muted else self.tokens.text))
        self.painter.drawText(box, align | Qt.AlignmentFlag.AlignVCenter, words)

    def _point(self, area: QRectF, at_s: float, beat: Beat, span: Span) -> QPointF:
        share = (60000.0 / max(beat.rr_ms, 100.0) - span[0]) / (span[1] - span[0])
        return QPointF(self.x(area, at_s), area.bottom() - area.height() * min(1.0, max(0.0, share)))
