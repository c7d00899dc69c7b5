"""The heart's rate of the last two minutes, beat by beat, with what is thought of each."""

import numpy as np

from biofeedback.analysis.beats.beat import Verdict
from biofeedback.theme import Sizes, Tokens
from biofeedback.ui.plots.heart_trace import HeartTrace, Traced
from biofeedback.ui.plots.marks import Form, Marks
from biofeedback.ui.session_state import TracePoint

SPAN_S = 120.0
LAST_MINUTES = "the last two minutes"
EXTRA = (Verdict.ECTOPIC, Verdict.EXTRA, Verdict.SHORT)
EDGE_SHARE = 0.03


class Tachogram(HeartTrace):
    """Kept beats as dots, extra beats as crosses, all others that are not used as circles; no wave of the guide."""

    def __init__(self, tokens: Tokens, sizes: Sizes) -> None:
        self._marked: tuple[list[TracePoint], list[TracePoint]] = ([], [])
        self._kept, self._extra = Marks(Form.DOT), Marks(Form.CROSS)
        super().__init__(tokens, sizes, span_s=SPAN_S)
        for drawn in (self._kept, self._extra):
            self._plot.addItem(drawn, ignoreBounds=True)
        self._span.setText(LAST_MINUTES)
        self.setAccessibleName(f"Heart rate of {LAST_MINUTES}, beat by beat")

    def apply(self, tokens: Tokens, sizes: Sizes) -> None:
        super().apply(tokens, sizes)
        self._kept.colour(tokens.heart)
        self._extra.colour(tokens.attention)

    def _draw_heart(self, points: list[TracePoint], now_s: float) -> None:
        circles = [point for point in points if point.kept or point.verdict not in EXTRA]
        super()._draw_heart(circles, now_s)
        kept = [point for point in points if point.kept]
        extra = [point for point in points if not point.kept and point.verdict in EXTRA]
        if (kept, extra) != self._marked:  # else they only move on, which takes a tenth of the time
            self._marked = (kept, extra)
            edge = EDGE_SHARE * (self._high - self._low)
            inside = np.clip([point.bpm for point in extra], self._low + edge, self._high - edge)
            self._kept.show_at([point.at_s for point in kept], [point.bpm for point in kept])
            self._extra.show_at([point.at_s for point in extra], inside)
        for marked in (self._kept, self._extra):
            marked.setPos(-now_s, 0.0)

    def _draw_wave(self, model: Traced, now_s: float) -> None:
        """The guide has a picture of its own."""
