"""The picture of a session: heart rate by phase, and how smooth its wave was or how calm the heart. For any device."""

from itertools import pairwise

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from biofeedback.reports.lanes import LONGEST_JOIN_S, Lanes, drawing, span_of
from biofeedback.reports.sentences import reason_afterwards
from biofeedback.session.summary import SessionSummary
from biofeedback.theme import Tokens

HEART_SHARE = 0.66
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
    left, title, gap = 4.0 * text, 3.4 * text, 2.4 * text
    height = area.height() - title - gap - 1.9 * text
    heart = QRectF(area.left() + left, area.top() + title, area.width() - left - 2.0 * text, height * HEART_SHARE)
    wave = QRectF(heart.left(), heart.bottom() + gap, heart.width(), height * (1.0 - HEART_SHARE))
    if _head_alone(summary):
        heart = wave = QRectF(heart.left(), heart.top() + gap, heart.width(), height)
    with drawing(painter, text):
        _Picture(painter, summary, tokens, text).paint(heart, wave)


def picture_name(summary: SessionSummary) -> str:
    """What the picture shows."""
    return "Feedback over the session" if _head_alone(summary) else "Heart rate and feedback over the session"


def _head_alone(summary: SessionSummary) -> bool:
    """Whether a band was worn without a strap: there is nothing of the heart to paint."""
    return summary.eeg is not None and not summary.n_beats


class _Picture(Lanes):
    def __init__(self, painter: QPainter, summary: SessionSummary, tokens: Tokens, text: float) -> None:
        super().__init__(painter, tokens, text, max(summary.duration_s, 1.0))
        self._summary = summary

    def paint(self, heart: QRectF, wave: QRectF) -> None:
        summary = self._summary
        both = QRectF(heart.left(), heart.top(), heart.width(), wave.bottom() - heart.top())
        self.parts(both, ((phase, phase.start_s, phase.end_s) for phase in summary.phases))
        if heart != wave:
            self._caption(heart.translated(0.0, -1.7 * self.text), "Heart rate, beats a minute")
        if any(beat.kept for beat in summary.beats):
            span = span_of(summary.beats)
            self.scale(heart, span)
            self.heart(heart, [(beat.time_s, beat) for beat in summary.beats], span)
        self._paint_course(wave)
        self.minutes(wave)

    def _paint_course(self, area: QRectF) -> None:
        kind = self._summary.score.kind
        caption, scale = CAPTIONS.get(kind, CAPTIONS["smoothness"])
        above = 1.7 if _head_alone(self._summary) else 0.0  # the titles of the parts stand between
        self._caption(area.translated(0.0, -above * self.text), caption)
        for share, word in scale:
            self.level(area, share, word)
        course = self._summary.course
        if not course:
            why = reason_afterwards(self._summary.course_reason)
            self.write(area, f"not told: {why}" if why else "not told", Qt.AlignmentFlag.AlignCenter)
            return
        places = [QPointF(self.x(area, at_s), area.bottom() - value * area.height()) for at_s, value in course]
        joined = [next_s - at_s < LONGEST_JOIN_S for (at_s, _), (next_s, _) in pairwise(course)]
        self.curve(places, joined, self.tokens.calm)

    def _caption(self, area: QRectF, words: str) -> None:
        """Words over an area, at its left."""
        self.write(QRectF(area.left(), area.top() - 1.6 * self.text, area.width(), 1.4 * self.text), words)
