"""The heart's wave over the pacer's wave, of the last minute."""

import math
import time
from collections import deque
from collections.abc import Callable, Sequence
from itertools import groupby
from typing import Protocol

import numpy as np
import pyqtgraph
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QGraphicsItem, QLabel, QVBoxLayout, QWidget

from biofeedback.theme import Sizes, Tokens
from biofeedback.ui.plots.marks import Form, Marks
from biofeedback.ui.session_state import TRACE_S, TracePoint
from biofeedback.ui.words.common import LAST_MINUTE

SCROLL_EVERY, SCROLL_AT = 4, 1
"""The wave moves on at every fourth frame of the breath: by a pixel in a window of usual size."""
AHEAD_S = 3.0
WAVE_STEP_S, SETTLED_S = 0.25, 0.5
"""A change of pace is told within so long, and the guide's wave then stays as it is."""
MARGIN_BPM, LEAST_SPAN_BPM = 3.0, 20.0
"""The axis never zooms below 20 beats a minute, so that a small wave looks small."""
SPAN_SHARE = 8
"""The words under the wave are left out where it is not so many times as high."""
OPEN = np.array([math.nan])
"""Where the curve is broken off."""
CURVE_STEP_S = 0.2
"""The curve through the beats is drawn at such steps: two or three pixels."""
EASE = 0.2
MOVES_FROM, MOVES_TO = 0.05, 0.005
"""The axis moves where it is so much of its height away from where it should be, until it is nearly there: to paint
it anew takes longer than all else, and what is left is far less than the room over the wave."""
WIDE_BPM = 36.0
N_PAINTS = 10_000
WAVE_ALPHA, GRID_ALPHA = 180, 60
EDGE_SHARE = 0.03
LEFT_LABEL = "beats a minute"
TICK_PX, LABEL_PX = 13, 14
AXIS_PX = 52
"""Width of the words at the left, at a scale of 100 %."""


class Traced(Protocol):
    """What is drawn: a session as it goes on, or one that is seen again."""

    @property
    def session_s(self) -> float: ...
    @property
    def n_beats(self) -> int: ...
    def points(self) -> list[TracePoint]: ...
    def breath_volume_at(self, session_s: float) -> float | None: ...


class _Plot(pyqtgraph.PlotWidget):  # type: ignore[misc]
    """A plot that tells when it has been painted."""

    def __init__(self, painted: Callable[[], None]) -> None:
        super().__init__()
        self._painted = painted

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        self._painted()


class HeartTrace(QWidget):
    """Draws what the model holds; a new beat is drawn at once, the scrolling goes by ticks.

    Parameters
    ----------
    span_s : float
        So many seconds are to be seen.

    Attributes
    ----------
    painted : deque of (int, float)
        How many beats the latest paints showed, and when they were done, by `time.perf_counter`.
    """

    def __init__(self, tokens: Tokens, sizes: Sizes, parent: QWidget | None = None, span_s: float = TRACE_S) -> None:
        super().__init__(parent)
        self._span_s = span_s
        pyqtgraph.setConfigOptions(antialias=True)
        self._model: Traced | None = None
        self._low, self._high = 50.0, 90.0
        self._moving = True
        self._n_drawn = 0
        self._drawn: tuple[TracePoint, TracePoint, int] | None = None
        self._breathed: dict[float, float | None] = {}
        self._shape = smooth_curve(())
        self.painted: deque[tuple[int, float]] = deque(maxlen=N_PAINTS)
        self._plot = _Plot(self._note_paint)
        self._plot.setMenuEnabled(False)
        self._plot.setMouseEnabled(False, False)
        self._plot.hideButtons()
        self._plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._plot.viewport().setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._plot.setFrameShape(pyqtgraph.QtWidgets.QFrame.Shape.NoFrame)
        self._plot.setXRange(-span_s, AHEAD_S, padding=0)
        self._plot.setYRange(self._low, self._high, padding=0)
        self._wave = self._plot.plot()
        self._heart = self._plot.plot()
        self._rejected = Marks(Form.CIRCLE)
        self._plot.addItem(self._rejected, ignoreBounds=True)
        self._span = QLabel(LAST_MINUTE, self)
        self._span.setProperty("kind", "muted")
        self._span.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._plot.hideAxis("bottom")
        self._plot.getAxis("left").setCacheMode(QGraphicsItem.CacheMode.DeviceCoordinateCache)
        self._plot.getPlotItem().layout.setContentsMargins(0, 0, 0, 0)
        self._margins = layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._plot)
        self.setAccessibleName("Heart rate of the last minute")
        self.apply(tokens, sizes)

    def apply(self, tokens: Tokens, sizes: Sizes) -> None:
        self._plot.setBackground(tokens.background)
        wave = QColor(tokens.breath)
        wave.setAlpha(WAVE_ALPHA)
        self._wave.setPen(pyqtgraph.mkPen(wave, width=1))
        self._heart.setPen(pyqtgraph.mkPen(tokens.heart, width=1))
        self._rejected.colour(tokens.heart)
        font = QFont(self.font())
        font.setPixelSize(sizes.px(TICK_PX))
        left = self._plot.getAxis("left")
        left.setTextPen(tokens.muted)
        left.setPen(pyqtgraph.mkPen(None))
        left.setStyle(tickLength=0, tickFont=font)
        left.setWidth(sizes.px(AXIS_PX))
        style = {"color": tokens.muted, "font-size": f"{sizes.px(LABEL_PX)}px"}
        left.setLabel(LEFT_LABEL, **style)
        left.setTickPen(pyqtgraph.mkPen(tokens.hairline))
        left.setGrid(GRID_ALPHA)
        self._label_px = QFontMetrics(font).horizontalAdvance(LEFT_LABEL) * LABEL_PX / TICK_PX
        self._show_labels()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_labels()
        self._place_span()

    def _place_span(self) -> None:
        """What the wave is of, under it in the middle, where the axis leaves room."""
        self._span.adjustSize()
        left_px = int(self._plot.getAxis("left").width())
        middle_px = left_px + (self.width() - left_px - self._span.width()) // 2
        self._span.move(middle_px, self.height() - self._margins.contentsMargins().bottom() - self._span.height())
        self._span.setVisible(self._plot.height() > SPAN_SHARE * self._span.height())
        self._span.raise_()

    def _show_labels(self) -> None:
        """The words at the left, where there is the height for them."""
        self._plot.getAxis("left").showLabel(self._plot.height() > self._label_px)

    def level(self, inset_px: int) -> None:
        """Begin so far below the top, and end so far above the bottom, as the circle beside it does."""
        if self._margins.contentsMargins().top() != inset_px:
            self._margins.setContentsMargins(0, inset_px, 0, inset_px)
            self._place_span()

    def show_model(self, model: Traced | None) -> None:
        self._model = model
        self._n_drawn, self._drawn, self._shape = 0, None, smooth_curve(())
        self._moving = True
        self._breathed.clear()
        if model is None:  # nothing of the one before is left
            self._heart.setData([], [])
            self._rejected.show_at(np.array([]), np.array([]))
            self._wave.setData([], [])

    def tick(self, number: int) -> None:
        """A frame of the breath goes by."""
        if number % SCROLL_EVERY == SCROLL_AT and self.isVisible():
            self.refresh()

    def refresh(self) -> None:
        """Draw the state as it stands."""
        model = self._model
        if model is None:
            return
        now_s = model.session_s
        points = [point for point in model.points() if point.at_s > now_s - self._span_s]
        self._draw_heart(points, now_s)
        self._ease_range(points)
        self._draw_wave(model, now_s)
        self._n_drawn = model.n_beats

    def _note_paint(self) -> None:
        self.painted.append((self._n_drawn, time.perf_counter()))

    def _draw_heart(self, points: list[TracePoint], now_s: float) -> None:
        kept = [point for point in points if point.kept]
        rejected = [point for point in points if not point.kept]
        self._heart.setData(*self._curve(kept, now_s), connect="finite")
        edge = EDGE_SHARE * (self._high - self._low)
        inside = np.clip(_bpm(rejected), self._low + edge, self._high - edge)
        self._rejected.show_at(_at(rejected, now_s), inside)

    def _curve(self, kept: list[TracePoint], now_s: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """A smooth curve through the beats, anew only where a beat came or left; open where beats are missing."""
        key = (kept[0], kept[-1], len(kept)) if kept else None
        if key != self._drawn:
            self._drawn, self._shape = key, smooth_curve(kept)
        at_s, bpm = self._shape
        return at_s - now_s, bpm

    def _ease_range(self, points: list[TracePoint]) -> None:
        kept = [point.bpm for point in points if point.kept]
        if not kept:
            return
        low, high = min(kept) - MARGIN_BPM, max(kept) + MARGIN_BPM
        if high - low < LEAST_SPAN_BPM:
            middle = (high + low) / 2.0
            low, high = middle - LEAST_SPAN_BPM / 2.0, middle + LEAST_SPAN_BPM / 2.0
        away = max(abs(low - self._low), abs(high - self._high)) / (high - low)
        self._moving = away > (MOVES_TO if self._moving else MOVES_FROM)
        if not self._moving:
            return
        if not self._low < (low + high) / 2.0 < self._high:
            self._low, self._high = low, high
        self._low += EASE * (low - self._low)
        self._high += EASE * (high - self._high)
        self._plot.setYRange(self._low, self._high, padding=0)
        step = 5.0 if self._high - self._low < WIDE_BPM else 10.0
        self._plot.getAxis("left").setTickSpacing(step, step)

    def _draw_wave(self, model: Traced, now_s: float) -> None:
        first = math.ceil(max(0.0, now_s - self._span_s) / WAVE_STEP_S) * WAVE_STEP_S
        times = np.arange(first, now_s + AHEAD_S, WAVE_STEP_S)
        gone_by, self._breathed = self._breathed, {}
        for at_s in times.tolist():
            known = at_s in gone_by and at_s < now_s - SETTLED_S  # what was asked for then is not asked again
            self._breathed[at_s] = gone_by[at_s] if known else model.breath_volume_at(at_s)
        values = np.array([math.nan if volume is None else volume for volume in self._breathed.values()])
        span = self._high - self._low
        self._wave.setData(times - now_s, self._low + span * (0.1 + 0.8 * values), connect="finite")


def smooth_curve(points: Sequence[TracePoint]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Cubics through the beats of each segment, their slope at a beat that of the parabola through its neighbours.

    Parameters
    ----------
    points : sequence of TracePoint
        In the order of time.

    Returns
    -------
    at_s, bpm : ndarray
        Not a number between segments.
    """
    at_s, bpm = [np.zeros(0)], [np.zeros(0)]
    for _, each in groupby(points, key=lambda point: point.segment):
        beats = list(each)
        times, rates = np.array([beat.at_s for beat in beats]), _bpm(beats)
        rising = np.concatenate([[True], np.diff(times) > 0.0])
        times, rates = times[rising], rates[rising]
        if len(times) > 2:
            fine = np.sort(np.concatenate([np.arange(times[0], times[-1], CURVE_STEP_S), times]))
            times, rates = fine, _between(times, rates, fine)
        at_s += [times, OPEN]
        bpm += [rates, OPEN]
    return np.concatenate(at_s), np.concatenate(bpm)


def _between(times: NDArray[np.float64], rates: NDArray[np.float64], fine: NDArray[np.float64]) -> NDArray[np.float64]:
    width, rise = np.diff(times), np.diff(rates)
    slope = rise / width
    inner = (slope[:-1] * width[1:] + slope[1:] * width[:-1]) / (width[1:] + width[:-1])
    at = np.concatenate([slope[:1], inner, slope[-1:]])
    i = np.clip(np.searchsorted(times, fine, side="right") - 1, 0, len(width) - 1)
    t = (fine - times[i]) / width[i]
    bends = t * (1.0 - t) * width[i] * (at[i] * (1.0 - t) - at[i + 1] * t)
    return np.asarray(rates[i] + rise[i] * t * t * (3.0 - 2.0 * t) + bends)


def _at(points: list[TracePoint], now_s: float) -> NDArray[np.float64]:
    return np.array([point.at_s - now_s for point in points], dtype=np.float64)


def _bpm(points: list[TracePoint]) -> NDArray[np.float64]:
    return np.array([point.bpm for point in points], dtype=np.float64)
