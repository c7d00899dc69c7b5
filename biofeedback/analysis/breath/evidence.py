"""What a minute of heartbeats says of each breathing rate.

The heart speeds up and slows down with the breath (respiratory sinus arrhythmia), but not with the breath alone: slow
waves are larger, and near six a minute the Mayer wave looks like slow breathing (science B6). The slope of the
intervals evens out the slow waves; what stands out of its noise at a rate is evidence for a breath there. Near the
Mayer wave it is evidence only as far as that wave is nearly all that there is, as it is in slow breathing.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from math import log

import numpy as np
from numpy.typing import NDArray

from biofeedback.analysis.signal.spectrum import RATE_HZ, FloatArray, resample

IntArray = NDArray[np.int_]

WINDOW_S, SHORTEST_S = 60.0, 32.0
"""Evidence comes from the newest minute, and at first from half of one (science B6: 32 s)."""

BIN_PER_MIN = 0.25
_N_FFT = round(60 * RATE_HZ / BIN_PER_MIN)
FIRST_BIN, LAST_BIN = 10, 120
RATES_PER_MIN = BIN_PER_MIN * np.arange(FIRST_BIN, LAST_BIN + 1)
"""2.5 to 30 a minute. Longer breaths cannot be told from slow drift in a minute."""
QUICK_FROM = 47
"""The first of the quicker half of the rates."""

MAYER_PER_MIN, MAYER_SPREAD_PER_MIN, MAYER_EXCESS = 6.0, 1.2, 60.0
"""Around 0.1 Hz the heart swings by itself: evidence counts from a floor so many times as high, but less so, by the
square of what it leaves over, where that wave is most of what there is, as in slow breathing."""
LOBE_BINS = 11
"""A wave of a minute is spread over so many bins."""
OVERTONE = 0.25
"""So much of the power at half a rate may be seen again at the rate as its overtone; all of it where that wave, with
its overtones, is all that there is."""
SECOND, THIRD = 0.5, 0.25
"""An overtone adds to its wave by no more than so much of it: a larger wave there is one of its own."""
HIGHEST_SHARE_OF_BEATS = 0.47
"""Two beats a breath are needed to see it."""
LEAST_MS = 0.01
"""Intervals that vary by less than this, standard deviation, do not vary: a strap tells them in steps of 1 ms."""
MEAN_RR_STEP_MS, LONGEST_MEAN_MS = 20.0, 5000.0
N_AT_ONCE = 256

_LOBE_BEGIN = np.maximum(np.arange(len(RATES_PER_MIN)) - LOBE_BINS // 2, 0)
_LOBE_END = np.minimum(np.arange(len(RATES_PER_MIN)) + LOBE_BINS // 2, len(RATES_PER_MIN) - 1)
_PER_SLOPE = 1.0 / RATES_PER_MIN**2
_N_WITH_SECOND, _N_WITH_THIRD = LAST_BIN // 2 - FIRST_BIN + 1, LAST_BIN // 3 - FIRST_BIN + 1
_FROM_SECOND, _FROM_THIRD = FIRST_BIN, 2 * FIRST_BIN
"""Where in the array of rates the overtones of the first one stand."""
_MAYER = MAYER_EXCESS * np.exp(-(((RATES_PER_MIN - MAYER_PER_MIN) / MAYER_SPREAD_PER_MIN) ** 2) / 2)


@dataclass(frozen=True, slots=True)
class Evidence:
    """Up to a minute of heartbeats and what it says of each rate.

    Attributes
    ----------
    slope_ms : ndarray, shape (n - 1,)
        Slope of the intervals, their mean taken off.
    power : ndarray
        Its Hann spectrum in bins of 0.25 a minute, from 0.
    floor : ndarray, shape (111,)
        Power that noise has at each of `RATES_PER_MIN`.
    strength : ndarray, shape (111,)
        How far each rate stands out of what may be there without a breath; 0 where no breath could be seen.
    """

    slope_ms: FloatArray
    power: FloatArray
    floor: FloatArray
    strength: FloatArray

    @property
    def n(self) -> int:
        return len(self.slope_ms) + 1

    @classmethod
    def of(cls, rr_ms: FloatArray) -> "Evidence | None":
        """Of intervals resampled at 4 Hz; None for less than 32 s of them, and where they do not vary."""
        if len(rr_ms) < SHORTEST_S * RATE_HZ - 1:
            return None
        slope_ms = _slope_ms(rr_ms)
        if not _varies(slope_ms):
            return None
        return cls(slope_ms, *_seen(rr_ms, slope_ms))


def strengths(rr_ms: FloatArray, firsts: IntArray, n_window: int) -> Iterator[tuple[IntArray, FloatArray]]:
    """`Evidence.strength` of many windows of one length.

    Parameters
    ----------
    rr_ms : ndarray, shape (n,)
        Intervals resampled at 4 Hz.
    firsts : ndarray of int, shape (m,)
        Where the windows begin.
    n_window : int

    Yields
    ------
    number : ndarray of int, shape (k,)
        Which windows, a few hundred at a time; those that are too short or do not vary are left out.
    strength : ndarray, shape (k, 111)
    """
    if min(n_window, len(rr_ms)) < SHORTEST_S * RATE_HZ - 1:
        return
    windows = np.lib.stride_tricks.sliding_window_view(rr_ms, min(n_window, len(rr_ms)))
    for begin in range(0, len(firsts), N_AT_ONCE):
        here = windows[firsts[begin : begin + N_AT_ONCE]]
        slope_ms = _slope_ms(here)
        vary = np.flatnonzero(_varies(slope_ms))
        yield begin + vary, _seen(here[vary], slope_ms[vary])[2]


def _slope_ms(rr_ms: FloatArray) -> FloatArray:
    slope_ms = rr_ms[..., 1:] - rr_ms[..., :-1]
    slope_ms -= np.add.reduce(slope_ms, axis=-1, keepdims=True) / slope_ms.shape[-1]
    return slope_ms


def _varies(slope_ms: FloatArray) -> NDArray[np.bool_]:
    return np.asarray(np.einsum("...i,...i", slope_ms, slope_ms) > LEAST_MS * LEAST_MS * slope_ms.shape[-1])


def _seen(rr_ms: FloatArray, slope_ms: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Power, floor and strength of a window, or of windows in rows."""
    mean_ms = np.add.reduce(rr_ms, axis=-1, keepdims=True) / rr_ms.shape[-1]
    transform = np.fft.rfft(slope_ms * _hann(slope_ms.shape[-1]), _N_FFT)[..., : LAST_BIN + 2]
    power = transform.real**2 + transform.imag**2
    band = power[..., FIRST_BIN : LAST_BIN + 1]
    floor = _floor(band, mean_ms)
    share = _share(band)
    own = np.maximum(band - _overtones(power, share), 0.0)
    besides = 1.0 - share
    strength = own / (floor * (1.0 + _MAYER * besides * besides))
    strength[HIGHEST_SHARE_OF_BEATS * 60000.0 / mean_ms < RATES_PER_MIN] = 0.0
    return power, floor, strength


@dataclass(frozen=True, slots=True)
class Even:
    """Intervals of beats in a row, resampled at 4 Hz from `begin_s` on."""

    begin_s: float
    rr_ms: FloatArray

    @classmethod
    def of(cls, times: FloatArray, values: FloatArray) -> "Even | None":
        """Of times of beats (s) and the intervals before them (ms); None for less than 32 s."""
        if len(times) < 5 or times[-1] - times[0] + values[0] / 1000.0 < SHORTEST_S:
            return None
        middle_s = times - values / 2000.0
        begin_s = float(times[0] - values[0] / 1000.0)
        at_s = np.arange(begin_s, times[-1] + 0.5 / RATE_HZ, 1.0 / RATE_HZ)
        return cls(begin_s, resample(middle_s, values, np.clip(at_s, middle_s[0], middle_s[-1])))

    @property
    def end_s(self) -> float:
        return self.begin_s + (len(self.rr_ms) - 1) / RATE_HZ

    def between(self, from_s: float, to_s: float) -> FloatArray:
        first = max(0, round((from_s - self.begin_s) * RATE_HZ))
        return self.rr_ms[first : max(first, round((to_s - self.begin_s) * RATE_HZ))]


def _share(band: FloatArray) -> FloatArray:
    """How much of the power of the intervals a wave of each rate holds, its overtones included."""
    slow = band * _PER_SLOPE
    up_to = np.add.accumulate(slow, axis=-1)
    alone = (up_to[..., _LOBE_END] - up_to[..., _LOBE_BEGIN] + slow[..., _LOBE_BEGIN]) / up_to[..., -1:]
    share = alone.copy()
    share[..., :_N_WITH_SECOND] += np.minimum(alone[..., _FROM_SECOND::2], SECOND * alone[..., :_N_WITH_SECOND])
    share[..., :_N_WITH_THIRD] += np.minimum(alone[..., _FROM_THIRD::3], THIRD * alone[..., :_N_WITH_THIRD])
    return np.asarray(np.minimum(share, 1.0))


def _overtones(power: FloatArray, share: FloatArray) -> FloatArray:
    """Power at each rate that may be an overtone of a wave of half or a third of it."""
    explained, found = share * share, np.zeros(share.shape)
    explained *= explained
    lower = power[..., FIRST_BIN : FIRST_BIN + _N_WITH_SECOND]
    of_half = np.maximum(explained[..., :_N_WITH_SECOND], OVERTONE) * lower
    found[..., _FROM_SECOND:] = of_half.repeat(2, axis=-1)[..., 1:]
    of_third = explained[..., :_N_WITH_THIRD] * lower[..., :_N_WITH_THIRD]
    found[..., _FROM_THIRD:] += of_third.repeat(3, axis=-1)[..., 1:-1]
    return found


def _floor(band: FloatArray, mean_ms: FloatArray) -> FloatArray:
    """Power that noise has at each rate, from the medians of the slow and of the quick rates.

    Two kinds of noise: the slope of intervals that wander slowly has the same power everywhere; intervals that know
    nothing of each other have that of white noise, seen through the spline.
    """
    shapes, slow_of, quick_of = _white()
    steps = np.minimum(np.rint(mean_ms[..., 0] / MEAN_RR_STEP_MS).astype(int), len(shapes) - 1)
    white_slow, steeper = slow_of[steps], quick_of[steps] - slow_of[steps]
    slow, quick = _median(band[..., :QUICK_FROM]) / log(2.0), _median(band[..., QUICK_FROM:]) / log(2.0)
    rough = np.maximum(quick - slow, 0.0) / np.where(steeper > 0.0, steeper, np.inf)
    wander = np.where(rough > 0.0, np.maximum(slow - rough * white_slow, 0.0), np.sqrt(slow * quick))
    return np.asarray(wander + rough * shapes[steps] + 1e-9)


@cache
def _white() -> tuple[FloatArray, FloatArray, FloatArray]:
    """Shapes of white noise of one interval a beat, a row for each mean interval in steps of 20 ms from 0 to 5 s.

    Each is the slope of its cubic spline; its medians below and above go along. The spline through samples passes
    sinc^4 (3 / (2 + cos)) of each frequency (Unser 1999, IEEE Signal Process Mag 16:22, table of cardinal splines).
    """
    mean_ms = MEAN_RR_STEP_MS * np.arange(round(LONGEST_MEAN_MS / MEAN_RR_STEP_MS) + 1)
    per_beat = np.multiply.outer(mean_ms, RATES_PER_MIN) / 60000.0
    passed = np.sinc(per_beat) ** 4 * 3.0 / (2.0 + np.cos(2.0 * np.pi * per_beat))
    shapes = (RATES_PER_MIN * passed) ** 2
    return shapes, _median(shapes[:, :QUICK_FROM]), _median(shapes[:, QUICK_FROM:])


def _median(values: FloatArray) -> FloatArray:
    """As numpy's along the last axis, which takes ten times as long for so few."""
    ordered, n = np.sort(values, axis=-1), values.shape[-1]
    return np.asarray(ordered[..., (n - 1) // 2] + ordered[..., n // 2])[..., np.newaxis] / 2.0


@cache
def _hann(n: int) -> FloatArray:
    return np.asarray(0.5 - 0.5 * np.cos(2.0 * np.pi * np.arange(n) / n))
