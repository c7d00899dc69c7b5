"""The picture of a session: heart rate by phase, and how smooth its wave was or how calm the heart. For any device."""

from itertools import pairwise

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPainterPath, QPen

from biofeedback.analysis.beats.beat import Beat
from biofeedback.reports.sentences import reason_afterwards
from biofeedback.reports.visible import visible
from biofeedback.session.summary import SessionSummary
from biofeedback.theme import Tokens

LEAST_SPAN_BPM = 20.0
LONGEST_JOIN_S = 5.0
HEART_SHARE = 0.66
STEPS_BPM, LEAST_STEP = (5, 10, 20, 50), 2.0
"""Lines of the scale, and how far apart they are at least, in heights of the type."""
CAPTIONS = {
    "smoothness": ("How smooth the heart's wave was", ((0.0, "mixed"), (1.0, "smooth"))),
    "alpha": ("Alpha, its place in the person's own rest", ((0.0, "least"), (0.5, "middle"), (1.0, "most"))),
    "smr": ("SMR, its place in the person's own rest", ((0.0, "least"), (0.5, "middle"), (1.0, "most"))),
    "theta-smr": ("SMR against theta, its place in own rest", ((0.0, "least"), (0.5, "middle"), (1.0, "most"))),
    "heart-and-alpha": ("Heart and alpha together, beside own rest", ((0.0, "less"), (0.5, "middle"), (1.0, "more"))),
    "calm": ("How calm the heart was, beside its own rest", ((0.0, "less"), (0.5, "usual"), (1.0, "more"))),
}
"""What the lower part shows, and the words of its scale, by the kind of the score."""


def paint_session_picture(
    painter: QPainter, area: QRectF, summary: SessionSummary, tokens: Tokens, text: float
) -> None:
    """Paint a session into a rectangle.

    Parameters
    ----------
    painter : QPainter
    area : QRectF
        In the painter's units.
    summary : SessionSummary
    tokens : Tokens
    text : float
        Height of the type in the painter's units.
    """
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    font = QFont(painter.font())
    font.setPixelSize(max(1, round(text)))
    painter.setFont(font)
    left, title, gap = 4.0 * text, 3.4 * text, 2.4 * text
    height = area.height() - title - gap - 1.9 * text
    heart = QRectF(area.left() + left, area.top() + title, area.width() - left - 2.0 * text, height * HEART_SHARE)
    wave = QRectF(heart.left(), heart.bottom() + gap, heart.width(), height * (1.0 - HEART_SHARE))
    if _head_alone(summary):
        heart = wave = QRectF(heart.left(), heart.top() + gap, heart.width(), height)
    _Picture(painter, summary, tokens, text).paint(heart, wave)
    painter.restore()


def picture_name(summary: SessionSummary) -> str:
    """What the picture shows."""
    return "Feedback over the session" if _head_alone(summary) else "Heart rate and feedback over the session"


def _head_alone(summary: SessionSummary) -> bool:
    """Whether a band was worn without a strap: there is nothing of the heart to paint."""
    return summary.eeg is not None and not summary.n_beats


class _Picture:
    def __init__(self, painter: QPainter, summary: SessionSummary, tokens: Tokens, text: float) -> None:
        self._painter = painter
        self._summary = summary
        self._tokens = tokens
        self._text = text
        self._length_s = max(summary.duration_s, 1.0)

    def paint(self, heart: QRectF, wave: QRectF) -> None:
        self._paint_phases(heart, wave)
        if heart != wave:
            self._caption(heart.translated(0.0, -1.7 * self._text), "Heart rate, beats a minute")
        kept = [beat for beat in self._summary.beats if beat.kept]
        if kept:
            low, high = self._span(kept)
            self._paint_scale(heart, low, high)
            self._paint_heart(heart, kept, low, high)
            self._paint_rejected(heart, low, high)
        self._paint_course(wave)
        self._paint_minutes(wave)

    def _x(self, area: QRectF, at_s: float) -> float:
        return area.left() + area.width() * min(1.0, max(0.0, at_s / self._length_s))

    def _span(self, kept: list[Beat]) -> tuple[float, float]:
        rates = sorted(60000.0 / beat.rr_ms for beat in kept)
        low, high = rates[len(rates) // 200] - 2.0, rates[-1 - len(rates) // 200] + 2.0
        spare = max(0.0, LEAST_SPAN_BPM - (high - low)) / 2.0
        return low - spare, high + spare

    def _paint_phases(self, heart: QRectF, wave: QRectF) -> None:
        for i, phase in enumerate(self._summary.phases):
            x0, x1 = self._x(heart, phase.start_s), self._x(heart, phase.end_s)
            if phase.role == "practice":
                tint = QColor(self._tokens.breath)
                tint.setAlpha(26)
                self._painter.fillRect(QRectF(x0, heart.top(), x1 - x0, wave.bottom() - heart.top()), tint)
            self._painter.setPen(QPen(QColor(self._tokens.hairline), 0.05 * self._text))
            if i:
                self._painter.drawLine(QPointF(x0, heart.top()), QPointF(x0, wave.bottom()))
            name = QRectF(
                x0 + 0.3 * self._text, heart.top() - 1.6 * self._text, x1 - x0 - 0.3 * self._text, 1.4 * self._text
            )
            title = visible(phase.title or phase.name)
            if self._painter.fontMetrics().horizontalAdvance(title) <= name.width():
                self._write(name, title, Qt.AlignmentFlag.AlignLeft)

    def _paint_scale(self, area: QRectF, low: float, high: float) -> None:
        px_per_bpm = area.height() / (high - low)
        step = next((step for step in STEPS_BPM if step * px_per_bpm >= LEAST_STEP * self._text), STEPS_BPM[-1])
        value = step * (int(low // step) + 1)
        while value < high:
            y = area.bottom() - area.height() * (value - low) / (high - low)
            self._painter.setPen(QPen(QColor(self._tokens.hairline), 0.05 * self._text))
            self._painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
            self._write(self._before(area, y), f"{value:g}", Qt.AlignmentFlag.AlignRight)
            value += step

    def _paint_heart(self, area: QRectF, kept: list[Beat], low: float, high: float) -> None:
        path = QPainterPath()
        path.moveTo(self._point(area, kept[0], low, high))
        for before, beat in pairwise(kept):
            point = self._point(area, beat, low, high)
            joined = before.segment == beat.segment and beat.time_s - before.time_s < LONGEST_JOIN_S
            (path.lineTo if joined else path.moveTo)(point)
        self._painter.save()
        self._painter.setClipRect(area)
        self._painter.setBrush(Qt.BrushStyle.NoBrush)
        self._painter.setPen(QPen(QColor(self._tokens.heart), 0.09 * self._text))
        self._painter.drawPath(path)
        self._painter.restore()

    def _paint_rejected(self, area: QRectF, low: float, high: float) -> None:
        self._painter.setBrush(Qt.BrushStyle.NoBrush)
        self._painter.setPen(QPen(QColor(self._tokens.heart), 0.07 * self._text))
        radius = 0.22 * self._text
        for beat in self._summary.beats:
            if not beat.kept:
                self._painter.drawEllipse(self._point(area, beat, low, high), radius, radius)

    def _point(self, area: QRectF, beat: Beat, low: float, high: float) -> QPointF:
        share = (60000.0 / max(beat.rr_ms, 100.0) - low) / (high - low)
        return QPointF(self._x(area, beat.time_s), area.bottom() - area.height() * min(1.0, max(0.0, share)))

    def _paint_course(self, area: QRectF) -> None:
        kind = self._summary.score.kind
        caption, scale = CAPTIONS.get(kind, CAPTIONS["smoothness"])
        above = 1.7 if _head_alone(self._summary) else 0.0  # the titles of the parts stand between
        self._caption(area.translated(0.0, -above * self._text), caption)
        for share, word in scale:
            y = area.bottom() - share * area.height()
            self._painter.setPen(QPen(QColor(self._tokens.hairline), 0.05 * self._text))
            self._painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
            self._write(self._before(area, y), word, Qt.AlignmentFlag.AlignRight)
        course = self._summary.course
        if not course:
            why = reason_afterwards(self._summary.course_reason)
            self._write(area, f"not told: {why}" if why else "not told", Qt.AlignmentFlag.AlignCenter)
            return
        path = QPainterPath()
        last_s = float("-inf")
        for at_s, value in course:
            point = QPointF(self._x(area, at_s), area.bottom() - value * area.height())
            (path.lineTo if at_s - last_s < LONGEST_JOIN_S else path.moveTo)(point)
            last_s = at_s
        self._painter.setBrush(Qt.BrushStyle.NoBrush)
        self._painter.setPen(QPen(QColor(self._tokens.calm), 0.09 * self._text))
        self._painter.drawPath(path)

    def _paint_minutes(self, area: QRectF) -> None:
        minutes = self._length_s / 60.0
        step = next((s for s in (1, 2, 5, 10, 30, 60) if minutes / s <= 10), 120)
        for minute in range(0, int(minutes) + 1, step):
            x = self._x(area, 60.0 * minute)
            box = QRectF(x - 2.0 * self._text, area.bottom() + 0.3 * self._text, 4.0 * self._text, 1.4 * self._text)
            self._write(box, f"{minute} min" if minute else "0", Qt.AlignmentFlag.AlignHCenter)

    def _before(self, area: QRectF, y: float) -> QRectF:
        """The place of a word at the left edge."""
        return QRectF(area.left() - 4.0 * self._text, y - 0.7 * self._text, 3.7 * self._text, 1.4 * self._text)

    def _caption(self, area: QRectF, words: str) -> None:
        """Words over an area, at its left."""
        box = QRectF(area.left(), area.top() - 1.6 * self._text, area.width(), 1.4 * self._text)
        self._write(box, words, Qt.AlignmentFlag.AlignLeft)

    def _write(self, box: QRectF, words: str, align: Qt.AlignmentFlag) -> None:
        self._painter.setPen(QColor(self._tokens.muted))
        self._painter.drawText(box, align | Qt.AlignmentFlag.AlignVCenter, words)
