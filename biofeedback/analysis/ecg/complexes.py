"""What a QRS complex looks like: its instant, height and width, and how much it is like the usual one."""

import math
from collections import deque
from dataclasses import dataclass, replace
from statistics import median

import numpy as np
from numpy.typing import NDArray

from biofeedback.analysis.ecg.trace import middle

Floats = NDArray[np.float64]

BEFORE_S, AFTER_S = 0.10, 0.16
"""The part of the trace around R that is compared."""
R_WITHIN_S = 0.09
"""R lies so near to the greatest energy of its complex."""
WIDTH_S = 0.16
"""A complex begins and ends within so much of its R."""
FINE_STEP_S, COARSE_STEP_S = 0.002, 0.01
SLOPE_SHARE, HEIGHT_SHARE, HOLE_S = 0.1, 0.25, 0.02
"""A complex goes on while the slope or the height is above these shares of its greatest, or is again soon after [D]."""
DOWNWARD = 1.6
"""The strap is upside down where the deflections down are so much larger than those up [D]."""
N_POLARITY, N_POLARITY_MIN = 8, 3
ALIKE = 0.9
"""Complexes of one kind correlate by at least this; of labelled beats one kind lies below 0.85 and 95 % of
the other above 0.97 [D]."""
N_SHAPES = 4
N_SEEN, N_KNOWN = 3, 5
"""The usual kind is known once so many of one kind came; kinds that came less often than the first number are none."""
SHARE_OF_USUAL = 0.3
"""A kind that comes less often than this share of the most frequent one is not the usual one [D]."""
FADE = 0.97
FOLLOW = 0.1
NARROWER = 0.85
"""Of two frequent kinds the one that is narrower by so much is the usual one, else the more frequent [D]."""
EARLY = 0.9
"""A beat is early where it comes before this share of the usual interval [D]."""
N_INTERVALS, N_PUNCTUAL = 8, 3

_FINE_S = np.arange(round(-WIDTH_S / FINE_STEP_S), round(WIDTH_S / FINE_STEP_S) + 1) * FINE_STEP_S
_MIDDLE = len(_FINE_S) // 2
_COARSE_S = np.arange(round(-BEFORE_S / COARSE_STEP_S), round(AFTER_S / COARSE_STEP_S) + 1) * COARSE_STEP_S


@dataclass(frozen=True, slots=True)
class QrsComplex:
    """One heartbeat in the electrocardiogram.

    Attributes
    ----------
    time_s : float
        The instant of R, on the time axis of the samples.
    rr_ms : float or None
        The interval since the complex before; None after a gap, and where the trace between cannot be trusted.
    amplitude_uv : float
        Height of R over the level around it; negative where the strap is upside down. Of the trace freed of hum, where
        a narrow R stands about a third lower: to compare beats.
    width_ms : float
        How long the complex stands out by its slope or height. Near to the QRS duration of a resting electrocardiogram,
        but of one lead at a low rate: to compare beats of one person, not to measure.
    likeness : float or None
        Correlation with the usual complex, 0 to 1; None until the usual one is known.
    usable : bool
        Whether the trace around it can be trusted.
    early : bool or None
        Whether it came before it was due; None where that is unknown.
    """

    time_s: float
    rr_ms: float | None
    amplitude_uv: float
    width_ms: float
    likeness: float | None = None
    usable: bool = True
    early: bool | None = None

    @property
    def usual(self) -> bool | None:
        """Whether it looks like the usual one; None where that is unknown."""
        return None if self.likeness is None or not self.usable else self.likeness >= ALIKE

    @property
    def extra_beat(self) -> bool:
        """Whether it is early and unlike the usual one."""
        return self.usual is False and self.early is True


@dataclass(frozen=True, slots=True)
class Outline:
    """A complex cut out of the trace: where its R is (in samples of the trace), and its measures."""

    at: float
    amplitude_uv: float
    width_ms: float
    wave: Floats


class Polarity:
    """Which way R points: up, unless the deflections down have been the larger ones for some beats."""

    def __init__(self) -> None:
        self.sign = 1.0
        self._ratios: deque[float] = deque(maxlen=N_POLARITY)

    def push(self, around_uv: Floats) -> bool:
        """Take the trace around a complex; return whether R now points the other way."""
        level = middle(around_uv)
        up, down = float(around_uv.max()) - level, level - float(around_uv.min())
        self._ratios.append(math.log(max(down, 1.0) / max(up, 1.0)))
        turned = len(self._ratios) >= N_POLARITY_MIN and self.sign * median(self._ratios) > math.log(DOWNWARD)
        if turned:
            self.sign = -self.sign
        return turned


def outline_reach(rate_hz: float) -> int:
    """So many samples of the trace must be known to either side of a sample for the outline of its complex."""
    return round(R_WITHIN_S * rate_hz) + math.ceil(max(AFTER_S, WIDTH_S) * rate_hz) + 2


def outline(trace_uv: Floats, near: int, rate_hz: float, sign: float) -> Outline | None:
    """Find R near a sample and measure the complex around it.

    Parameters
    ----------
    trace_uv : ndarray, shape (n,)
        The trace, free of hum, in microvolts.
    near : int
        The sample with the greatest energy.
    rate_hz : float
    sign : float
        1 where R points up, -1 where it points down.

    Returns
    -------
    Outline or None
        None where the trace does not reach far enough to either side.
    """
    within = round(R_WITHIN_S * rate_hz)
    reach = math.ceil(max(AFTER_S, WIDTH_S) * rate_hz) + 1
    low = near - within
    if low < 1 or near + within + 1 >= len(trace_uv):
        return None
    top = low + int(np.argmax(sign * trace_uv[low : near + within + 1]))
    if top - reach < 0 or top + reach >= len(trace_uv):
        return None
    at = top + vertex(*trace_uv[top - 1 : top + 2])
    piece, first = trace_uv[top - reach : top + reach + 1], top - reach
    fine = np.interp(at - first + _FINE_S * rate_hz, np.arange(len(piece)), piece)
    level = middle(fine)
    wave = np.interp(at - first + _COARSE_S * rate_hz, np.arange(len(piece)), piece)
    wave -= wave.mean()
    norm = float(np.sqrt(np.sum(wave * wave)))
    return Outline(at, float(fine[_MIDDLE]) - level, _width_ms(fine - level), wave / norm if norm else wave)


def vertex(before: float, here: float, after: float) -> float:
    """Where the parabola through three neighbouring samples has its extreme, in samples from the middle one."""
    bend = before - 2.0 * here + after
    return 0.0 if bend == 0.0 else float(min(0.5, max(-0.5, 0.5 * (before - after) / bend)))


def _width_ms(height_uv: Floats) -> float:
    slope = np.abs(np.gradient(height_uv))
    height = np.abs(height_uv)
    stands_out = (slope > SLOPE_SHARE * slope.max()) | (height > HEIGHT_SHARE * height.max())
    stands_out[_MIDDLE] = True
    points = np.flatnonzero(stands_out)
    ends = np.flatnonzero(np.diff(points) > HOLE_S / FINE_STEP_S)
    middle = int(np.searchsorted(points, _MIDDLE))
    k = int(np.searchsorted(ends, middle))
    begin = points[ends[k - 1] + 1] if k > 0 else points[0]
    end = points[ends[k]] if k < len(ends) else points[-1]
    return float(end - begin) * FINE_STEP_S * 1000.0


@dataclass(frozen=True, slots=True)
class _Shape:
    wave: Floats
    width_ms: float
    weight: float
    n: int


class Morphology:
    """Sorts complexes by their shape, and knows which shape is the usual one.

    Up to four shapes are kept, each the running mean of its complexes. In bigeminy two of them are equally frequent:
    then the narrow one is usual, for a beat that comes through the normal pathways is the narrower one.
    """

    def __init__(self) -> None:
        self._shapes: list[_Shape] = []

    def push(self, found: Outline) -> float | None:
        """Take a complex; return its likeness to the usual one as known before it, 0 to 1."""
        usual = self._usual()
        likeness = None if usual is None else max(0.0, float(np.sum(usual.wave * found.wave)))
        alike = [float(np.sum(shape.wave * found.wave)) for shape in self._shapes]
        self._shapes = [replace(shape, weight=shape.weight * FADE) for shape in self._shapes]
        best = int(np.argmax(alike)) if alike else -1
        if best >= 0 and alike[best] >= ALIKE:
            self._shapes[best] = _joined(self._shapes[best], found)
        else:
            if len(self._shapes) == N_SHAPES:
                del self._shapes[min(range(N_SHAPES), key=lambda i: self._shapes[i].weight)]
            self._shapes.append(_Shape(found.wave, found.width_ms, 1.0, 1))
        return likeness

    def _usual(self) -> _Shape | None:
        seen = [shape for shape in self._shapes if shape.n >= N_SEEN]
        if not any(shape.n >= N_KNOWN for shape in seen):
            return None
        heaviest = max(seen, key=lambda shape: shape.weight)
        frequent = [shape for shape in seen if shape.weight >= SHARE_OF_USUAL * heaviest.weight]
        narrowest = min(frequent, key=lambda shape: shape.width_ms)
        return narrowest if narrowest.width_ms < NARROWER * heaviest.width_ms else heaviest


def _joined(shape: _Shape, found: Outline) -> _Shape:
    share = max(FOLLOW, 1.0 / (shape.n + 1))
    wave = shape.wave + share * (found.wave - shape.wave)
    wave /= float(np.sqrt(np.sum(wave * wave)))
    width_ms = shape.width_ms + share * (found.width_ms - shape.width_ms)
    return _Shape(wave, width_ms, shape.weight + 1.0, shape.n + 1)


class Punctuality:
    """Knows the usual interval, extra beats left out, and so which beat comes early."""

    def __init__(self) -> None:
        self._intervals: deque[float] = deque(maxlen=N_INTERVALS)
        self.gap()

    def gap(self) -> None:
        """What comes next does not follow on."""
        self._since_ms = 0.0
        self._n_since = 0
        self._begun = False

    def early(self, rr_ms: float) -> bool | None:
        """Whether a beat so long after the one before is early."""
        return rr_ms < EARLY * median(self._intervals) if len(self._intervals) >= N_PUNCTUAL else None

    def push(self, rr_ms: float, usual: bool | None) -> None:
        """Take the interval that a beat ends, and whether that beat looks usual.

        Between two usual beats lie, in bigeminy, two intervals that together last as long as two usual ones.
        """
        self._since_ms += rr_ms
        self._n_since += 1
        if usual is False:
            return
        if self._begun:
            self._intervals.append(self._since_ms / self._n_since)
        self._begun = True
        self._since_ms, self._n_since = 0.0, 0
