"""What a minute of heartbeats says of each breathing rate.

The heart speeds up and slows down with the breath (respiratory sinus arrhythmia), but not with the breath alone: slow
waves are larger, and near six a minute the Mayer wave looks like slow breathing (science B6). The slope of the
intervals evens out the slow waves; what stands out of its noise at a rate is evidence for a breath there. Near the
Mayer wave it is evidence only as far as that wave is nearly all that there is, as it is in slow breathing.
"""

from dataclasses import dataclass
from functools import cache
from math import log

import numpy as np

from biofeedback.analysis.signal.spectrum import RATE_HZ, FloatArray, resample

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
MEAN_RR_STEP_MS = 20.0

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
        n = len(rr_ms)
        if n < SHORTEST_S * RATE_HZ - 1:
            return None
        slope_ms = rr_ms[1:] - rr_ms[:-1]
        slope_ms -= np.add.reduce(slope_ms) / len(slope_ms)
        if np.dot(slope_ms, slope_ms) <= LEAST_MS * LEAST_MS * len(slope_ms):
            return None
        mean_ms = float(np.add.reduce(rr_ms)) / n
        transform = np.fft.rfft(slope_ms * _hann(len(slope_ms)), _N_FFT)[: LAST_BIN + 2]
        power = transform.real**2 + transform.imag**2
        band = power[FIRST_BIN : LAST_BIN + 1]
        floor = _floor(band, mean_ms)
        share = _share(band)
        own = np.maximum(band - _overtones(power, share), 0.0)
        besides = 1.0 - share
        strength = own / (floor * (1.0 + _MAYER * besides * besides))
        strength[RATES_PER_MIN.searchsorted(HIGHEST_SHARE_OF_BEATS * 60000.0 / mean_ms, side="right") :] = 0.0
        return cls(slope_ms, power, floor, strength)


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
    up_to = np.add.accumulate(slow)
    alone = (up_to.take(_LOBE_END) - up_to.take(_LOBE_BEGIN) + slow.take(_LOBE_BEGIN)) / up_to[-1]
    share = alone.copy()
    share[:_N_WITH_SECOND] += np.minimum(alone[_FROM_SECOND::2], SECOND * alone[:_N_WITH_SECOND])
    share[:_N_WITH_THIRD] += np.minimum(alone[_FROM_THIRD::3], THIRD * alone[:_N_WITH_THIRD])
    return np.asarray(np.minimum(share, 1.0))


def _overtones(power: FloatArray, share: FloatArray) -> FloatArray:
    """Power at each rate that may be an overtone of a wave of half or a third of it."""
    explained, found = share * share, np.zeros(len(share))
    explained *= explained
    lower = power[FIRST_BIN : FIRST_BIN + _N_WITH_SECOND]
    found[_FROM_SECOND:] = (np.maximum(explained[:_N_WITH_SECOND], OVERTONE) * lower).repeat(2)[1:]
    found[_FROM_THIRD:] += (explained[:_N_WITH_THIRD] * lower[:_N_WITH_THIRD]).repeat(3)[1:-1]
    return found


def _floor(band: FloatArray, mean_ms: float) -> FloatArray:
    """Power that noise has at each rate, from the medians of the slow and of the quick rates.

    Two kinds of noise: the slope of intervals that wander slowly has the same power everywhere; intervals that know
    nothing of each other have that of white noise, seen through the spline.
    """
    white, white_slow, white_quick = _white(round(mean_ms / MEAN_RR_STEP_MS))
    slow, quick = _median(band[:QUICK_FROM]) / log(2.0), _median(band[QUICK_FROM:]) / log(2.0)
    rough = max(quick - slow, 0.0) / (white_quick - white_slow) if white_quick > white_slow else 0.0
    wander = max(slow - rough * white_slow, 0.0)
    if rough == 0.0:
        wander = (slow * quick) ** 0.5
    return np.asarray(wander + rough * white + 1e-9)


@cache
def _white(mean_rr_steps: int) -> tuple[FloatArray, float, float]:
    """Shape of white noise of one interval a beat: slope of its cubic spline, and its medians below and above.

    The spline through samples passes sinc^4 (3 / (2 + cos)) of each frequency (Unser 1999, IEEE Signal Process Mag
    16:22, table of cardinal splines).
    """
    per_beat = RATES_PER_MIN * mean_rr_steps * MEAN_RR_STEP_MS / 60000.0
    passed = np.sinc(per_beat) ** 4 * 3.0 / (2.0 + np.cos(2.0 * np.pi * per_beat))
    shape = (RATES_PER_MIN * passed) ** 2
    return shape, _median(shape[:QUICK_FROM]), _median(shape[QUICK_FROM:])


def _median(values: FloatArray) -> float:
    """As numpy's, which takes ten times as long for so few."""
    ordered, n = np.sort(values), len(values)
    return float(ordered[(n - 1) // 2] + ordered[n // 2]) / 2.0


@cache
def _hann(n: int) -> FloatArray:
    return np.asarray(0.5 - 0.5 * np.cos(2.0 * np.pi * np.arange(n) / n))
