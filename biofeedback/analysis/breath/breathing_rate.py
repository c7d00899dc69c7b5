"""How often a person breathes, told from the heartbeat alone.

The heart speeds up and slows down with the breath (respiratory sinus arrhythmia), but not with the breath alone: slow
waves are larger, and near six a minute the Mayer wave looks like slow breathing (science B6). So each stretch of up to
a minute gives evidence for every rate from 2.5 to 30 a minute, and the evidence is carried along in time: a breath
changes its rate little by little, or, seldom, all at once. What remains is a probability for each rate. Where two
rates stay about as likely as each other there is no figure; where one is likely, it is read from the beats near it.

The estimate is one of the heart's rhythm: a breath that the heart does not answer is not seen.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from math import ceil, log, sqrt

import numpy as np
from numpy.typing import NDArray
from scipy.fft import next_fast_len

from biofeedback.analysis.signal.spectrum import RATE_HZ, FloatArray, resample

WINDOW_S, SHORTEST_S = 60.0, 32.0
"""Evidence comes from the newest minute, and at first from half of one (science B6: 32 s)."""
STEP_S = 5.0
COVERED_S = 50.0
"""A minute of a recording needs beats over so much of it."""

IntArray = NDArray[np.int_]

BIN_PER_MIN = 0.25
_N_FFT = round(60 * RATE_HZ / BIN_PER_MIN)
_FIRST, _LAST = 10, 120
RATES_PER_MIN = BIN_PER_MIN * np.arange(_FIRST, _LAST + 1)
"""2.5 to 30 a minute. Longer breaths cannot be told from slow drift in a minute."""
_QUICK = 47
_SLOW_PER_MIN, _QUICK_PER_MIN = float(np.median(RATES_PER_MIN[:_QUICK])), float(np.median(RATES_PER_MIN[_QUICK:]))
_QUICK_OVER_SLOW = log(_QUICK_PER_MIN / _SLOW_PER_MIN)
_MIDDLE_PER_MIN = (_QUICK_PER_MIN * _SLOW_PER_MIN) ** 0.5
_LOBE = np.ones(11)
_PER_SLOPE = 1.0 / RATES_PER_MIN**2
_LOG_RATES = np.log(RATES_PER_MIN / _MIDDLE_PER_MIN)

MAYER_PER_MIN, MAYER_SPREAD_PER_MIN, MAYER_EXCESS = 6.0, 1.2, 12.0
"""Around 0.1 Hz the heart swings by itself: evidence counts from a floor up to 13 times as high, but less so where
that wave is most of what there is, as in slow breathing."""
OVERTONE = 0.25
"""Share of the power at half a rate that may be its harmonic rather than a breath."""
_HALF = np.arange(_FIRST, _LAST + 1) // 2
_HALF_UP = (np.arange(_FIRST, _LAST + 1) + 1) // 2
WEIGHT = 0.125
"""Windows of a minute, 5 s apart, are nearly the same data: each counts so much, a minute of them for 1.5."""
WANDER = 0.02
"""Usual change of the breathing rate in 5 s, as a share of it."""
N_STEPS_MOST = 24
"""After two minutes without a figure the breath may have gone anywhere."""
JUMP = 0.015
"""Probability in 5 s that the breath turns to any other rate."""
HIGHEST_SHARE_OF_BEATS = 0.47
"""Two beats a breath are needed to see it."""
NEAR, NEAR_PER_MIN = 0.25, 1.2
"""How far from the likely rate its peak is looked for."""
CYCLE_SHARE = 0.6
"""Half of the band, as a share of the rate, in which cycles are counted."""
NOISE_SE = 0.7
"""Standard error (a minute) of the peak of a minute of wave that is as strong as the noise."""
KIN = 2.0
"""A breath is like the one before: so many count as one towards the standard error of their mean."""

SURE, UNCERTAIN_BELOW = 0.5, 0.8
"""No rate below the first probability, an uncertain one below the second."""
RIVAL_MOST = 0.6
"""A rate is uncertain where another rhythm stands out this much beside it (science B6)."""
N_OVERTONES, OVERTONE_WIDTH = 4, 0.1
"""Rates near two to four times a rate, by this share of them, are its overtones."""

SEEN = 3.0
"""A peak that is not so many times the noise shows no breath; the minutes around may still tell of it."""

NOT_SEEN = "The heart does not show the breath."
UNCLEAR = "The breath cannot be told from the heart's other waves."
TOO_SHORT = "There are too few beats in a row."


@dataclass(frozen=True, slots=True)
class BreathingRate:
    """Breaths a minute over the minute (or less) before `at_s`.

    Attributes
    ----------
    at_s : float
        End of the stretch that it speaks of.
    per_min : float or None
        None where it cannot be told; `reason` then says why.
    se_per_min : float or None
        Standard error, taking it that the rhythm found is the breath.
    confidence : float
        Probability, 0 to 1, that the breath is near this rate (within 15 % or 1 a minute) and not elsewhere.
    rival : float
        How far the next rhythm of this minute stands out, as a share of this one; its overtones do not count.
    reason : str
    """

    at_s: float
    per_min: float | None = None
    se_per_min: float | None = None
    confidence: float = 0.0
    rival: float = 0.0
    reason: str = ""

    @property
    def uncertain(self) -> bool:
        """Whether another rate is likely enough that this one should be shown with care."""
        return self.per_min is not None and (self.confidence < UNCERTAIN_BELOW or self.rival > RIVAL_MOST)


class RateFinder:
    """Follows the breathing rate in beats as they come: hand it the newest minute every few times 5 s."""

    def __init__(self) -> None:
        self._likely: FloatArray | None = None
        self._at_s = 0.0
        self._turned: FloatArray | None = None

    def gap(self) -> None:
        """What comes next does not follow on."""
        self._likely = self._turned = None

    def update(self, at_s: float, rr_ms: FloatArray) -> BreathingRate:
        """Take the newest stretch, and tell the rate as it stands.

        Parameters
        ----------
        at_s : float
            Time of the newest sample.
        rr_ms : ndarray, shape (n,)
            RR intervals resampled at 4 Hz, newest last; of more than 60 s the newest 60 s are used.
        """
        window = _Window.of(rr_ms[-round(WINDOW_S * RATE_HZ) :])
        n_steps = max(1, round((at_s - self._at_s) / STEP_S))
        self._at_s, self._turned = at_s, None
        if window is None:
            return BreathingRate(at_s, reason=TOO_SHORT)
        if self._likely is None:  # all of the first stretch is new
            self._likely = _normal(window.likelihood ** (window.n / RATE_HZ / STEP_S))
        else:
            self._likely = _normal((self._likely @ _moving(min(n_steps, N_STEPS_MOST))) * window.likelihood**n_steps)
        rate, self._turned = _read(at_s, self._likely, window)
        return rate

    def cycles_at(self, time_s: FloatArray) -> FloatArray | None:
        """Cycles of the heart's wave at some times of the newest window, from any start; None while no rate is told."""
        if self._turned is None:
            return None
        sampled_s = self._at_s + np.arange(1 - len(self._turned), 1) / RATE_HZ
        return np.interp(time_s, sampled_s, self._turned)


def rate_by_minute(
    stretches: Sequence[tuple[FloatArray, FloatArray]], every_s: float = WINDOW_S
) -> list[BreathingRate]:
    """Breathing rate minute by minute, each with all of its stretch in view.

    Parameters
    ----------
    stretches : sequence of (ndarray, ndarray)
        Times of beats (s, strictly increasing) and the intervals before them (ms), without holes; one time axis.
    every_s : float
        A minute begins so often; less than 60 s makes them overlap.

    Returns
    -------
    list of BreathingRate
        One for each minute from the begin of the first interval, the last where at least 50 s of it are there; of
        less than that but 32 s or more, one for the whole. A minute with less than 50 s of one stretch has no rate.
    """
    begin_s = float(stretches[0][0][0] - stretches[0][1][0] / 1000.0) if stretches else 0.0
    end_s = float(stretches[-1][0][-1]) if stretches else 0.0
    n_minutes = max(1, int((end_s - begin_s - COVERED_S) / every_s) + 1)
    minutes = [BreathingRate(begin_s + every_s * m + WINDOW_S, reason=TOO_SHORT) for m in range(n_minutes)]
    whole_s = COVERED_S if end_s - begin_s >= COVERED_S else SHORTEST_S
    for times, values in stretches:
        even = _Even.of(times, values)
        if even is None:
            continue
        centres, likely = _smoothed(even)
        for m in range(n_minutes):
            from_s, to_s = begin_s + every_s * m, begin_s + every_s * m + WINDOW_S
            window = _Window.of(even.between(from_s, to_s))
            if window is None or window.n < whole_s * RATE_HZ:
                continue
            inside = likely[(centres >= from_s) & (centres < to_s)]
            minutes[m], _ = _read(to_s, inside.mean(axis=0), window)
    return minutes


def rate_of_all(minutes: Sequence[BreathingRate]) -> BreathingRate:
    """One rate for a whole recording: the mean of the minutes that have one, if at least half of them do."""
    told = [minute for minute in minutes if minute.per_min is not None]
    if not told or 2 * len(told) < len(minutes):
        reasons = {minute.reason for minute in minutes if minute.reason}
        reason = UNCLEAR if len(reasons) > 1 else next(iter(reasons), TOO_SHORT)
        return BreathingRate(minutes[-1].at_s if minutes else 0.0, reason=reason)
    rates = np.array([minute.per_min for minute in told], dtype=float)
    errors = np.array([minute.se_per_min for minute in told], dtype=float)
    se = float(np.sqrt(np.sum(errors**2))) / len(told)
    confidence = sum(minute.confidence for minute in told) / len(told)
    return BreathingRate(minutes[-1].at_s, float(rates.mean()), se, confidence)


@dataclass(frozen=True, slots=True)
class _Even:
    """Intervals resampled at 4 Hz from `begin_s` on."""

    begin_s: float
    rr_ms: FloatArray

    @classmethod
    def of(cls, times: FloatArray, values: FloatArray) -> "_Even | None":
        if len(times) < 5 or times[-1] - times[0] + values[0] / 1000.0 < SHORTEST_S:
            return None
        middle_s = times - values / 2000.0
        begin_s = float(times[0] - values[0] / 1000.0)
        at_s = np.arange(begin_s, times[-1] + 0.5 / RATE_HZ, 1.0 / RATE_HZ)
        return cls(begin_s, resample(middle_s, values, np.clip(at_s, middle_s[0], middle_s[-1])))

    def between(self, from_s: float, to_s: float) -> FloatArray:
        first = max(0, round((from_s - self.begin_s) * RATE_HZ))
        return self.rr_ms[first : max(first, round((to_s - self.begin_s) * RATE_HZ))]


@dataclass(frozen=True, slots=True)
class _Window:
    """Up to a minute of heartbeats and what it says of each rate.

    `steepness` is the slope of the intervals, which evens out their slow waves, `power` its Hann spectrum in bins of
    0.25 a minute, `floor` the power that noise has at each rate, `strength` how far each rate stands out.
    """

    steepness: FloatArray
    power: FloatArray
    floor: FloatArray
    strength: FloatArray
    likelihood: FloatArray

    @property
    def n(self) -> int:
        return len(self.steepness) + 1

    @classmethod
    def of(cls, rr_ms: FloatArray) -> "_Window | None":
        if len(rr_ms) < SHORTEST_S * RATE_HZ - 1:
            return None
        steepness = rr_ms[1:] - rr_ms[:-1]
        steepness -= np.add.reduce(steepness) / len(steepness)
        transform = np.fft.rfft(steepness * _hann(len(steepness)), _N_FFT)[: _LAST + 2]
        power = transform.real**2 + transform.imag**2
        band = power[_FIRST : _LAST + 1]
        floor = _floor(band)
        own = np.maximum(band - OVERTONE * 0.5 * (power[_HALF] + power[_HALF_UP]), 0.0)
        slow = band * _PER_SLOPE
        share = np.minimum(np.convolve(slow, _LOBE, "same") / (np.add.reduce(slow) + 1e-9), 1.0)
        strength = own / (floor * (1.0 + _mayer() * (1.0 - share) ** 2))
        evidence = np.log1p(strength)
        highest_per_min = HIGHEST_SHARE_OF_BEATS * 60000.0 * len(rr_ms) / np.add.reduce(rr_ms)
        evidence[RATES_PER_MIN.searchsorted(highest_per_min, side="right") :] = 0.0
        return cls(steepness, power, floor, strength, np.exp(WEIGHT * (evidence - evidence.max())))


def _floor(band: FloatArray) -> FloatArray:
    """Power that noise has at each rate, from the medians of the slow and of the quick rates.

    The slope of intervals that wander slowly has about the same power everywhere (steepness 0); that of intervals that
    know nothing of each other grows with the square of the rate (steepness 2).
    """
    slow, quick = _median(band[:_QUICK]) + 1e-9, _median(band[_QUICK:]) + 1e-9
    steepness = min(max(log(quick / slow) / _QUICK_OVER_SLOW, 0.0), 2.0)
    return np.asarray(np.exp(steepness * _LOG_RATES + log(sqrt(slow * quick) / log(2.0))))


def _median(values: FloatArray) -> float:
    """As numpy's, which takes ten times as long for so few."""
    ordered, n = np.sort(values), len(values)
    return float(ordered[(n - 1) // 2] + ordered[n // 2]) / 2.0


@cache
def _hann(n: int) -> FloatArray:
    return np.asarray(0.5 - 0.5 * np.cos(2.0 * np.pi * np.arange(n) / n))


@cache
def _mayer() -> FloatArray:
    return np.asarray(MAYER_EXCESS * np.exp(-(((RATES_PER_MIN - MAYER_PER_MIN) / MAYER_SPREAD_PER_MIN) ** 2) / 2))


@cache
def _moving(n_steps: int) -> FloatArray:
    """Probability of each rate (column) so many times 5 s after another (row)."""
    once = (1.0 - JUMP) * _wandering() + JUMP / len(RATES_PER_MIN)
    return np.asarray(np.linalg.matrix_power(once, n_steps))


@cache
def _wandering() -> FloatArray:
    """Probability of each rate (column) 5 s after another (row), where the breath does not turn."""
    apart = (RATES_PER_MIN[:, None] - RATES_PER_MIN[None, :]) / (WANDER * RATES_PER_MIN[:, None])
    near = np.exp(-np.minimum(apart**2, 80.0) / 2)  # smaller ones are slow to calculate with
    return np.asarray(near / near.sum(axis=1, keepdims=True))


def _normal(likely: FloatArray) -> FloatArray:
    return np.asarray(likely / np.add.reduce(likely))


def _smoothed(even: _Even) -> tuple[FloatArray, NDArray[np.float32]]:
    """Probability of each rate every 5 s, given all of a stretch: forward and backward through time."""
    n, n_window = len(even.rr_ms), round(WINDOW_S * RATE_HZ)
    middles = np.arange(STEP_S / 2, n / RATE_HZ, STEP_S)
    firsts = np.clip(np.round(middles * RATE_HZ).astype(int) - n_window // 2, 0, max(0, n - n_window))
    # a night has thousands of windows: nothing more of each is kept, in half of the room
    evidence = np.empty((len(middles), len(RATES_PER_MIN)), dtype=np.float32)
    n_whole = 0
    for first in firsts.tolist():
        window = _Window.of(even.rr_ms[first : first + n_window])
        if window is not None:
            evidence[n_whole] = window.likelihood
            n_whole += 1
    evidence = evidence[:n_whole]
    both = np.empty_like(evidence)
    ahead = np.ones(len(RATES_PER_MIN))
    for i, likelihood in enumerate(evidence):
        ahead = _normal((ahead @ _moving(1) if i else ahead) * likelihood)
        both[i] = ahead
    after = np.ones(len(RATES_PER_MIN))
    for i in range(len(evidence) - 2, -1, -1):
        after = _normal(_moving(1) @ (after * evidence[i + 1]))
        both[i] *= after
    both /= both.sum(axis=1, keepdims=True)
    return even.begin_s + middles, both


@cache
def _reach() -> tuple[IntArray, IntArray]:
    reach_per_min = np.maximum(1.0, 0.15 * RATES_PER_MIN)
    first = np.searchsorted(RATES_PER_MIN, RATES_PER_MIN - reach_per_min)
    after = np.searchsorted(RATES_PER_MIN, RATES_PER_MIN + reach_per_min, side="right")
    return first, after


def _read(at_s: float, likely: FloatArray, window: _Window) -> tuple[BreathingRate, FloatArray | None]:
    """The likeliest rate, read closely from a window, and the cycles of its wave at each sample."""
    first, after = _reach()
    sums = np.zeros(len(likely) + 1)
    np.add.accumulate(likely, out=sums[1:])
    near = sums[after] - sums[first]
    best = int(near.argmax())
    confidence = min(1.0, float(near[best]))
    if confidence < SURE:
        return BreathingRate(at_s, confidence=confidence, reason=UNCLEAR), None
    here = slice(first[best], after[best])
    rough = float(np.dot(likely[here], RATES_PER_MIN[here])) / confidence
    peak, above = _peak(window, rough)
    if above < SEEN and confidence < UNCERTAIN_BELOW:
        return BreathingRate(at_s, confidence=confidence, reason=NOT_SEEN), None
    noise = NOISE_SE * WINDOW_S * RATE_HZ / window.n / sqrt(above)
    pace, weight, turned = _cycles(window.steepness, peak if above >= SEEN else rough)
    if above < SEEN:
        spread2 = float(np.dot(likely[here], (RATES_PER_MIN[here] - rough) ** 2)) / confidence
        return BreathingRate(at_s, rough, sqrt(noise**2 + spread2), confidence, 1.0), turned
    counted = float(np.add.reduce(pace)) / len(pace)
    scatter2 = float(np.dot(weight, (pace - np.dot(weight, pace)) ** 2))
    n_breaths = peak * window.n / (60.0 * RATE_HZ)
    se = sqrt(noise**2 + ((peak - counted) / 2.0) ** 2 + KIN * scatter2 / n_breaths)
    return BreathingRate(at_s, (peak + counted) / 2.0, se, confidence, _rival(window, peak)), turned


def _rival(window: _Window, peak: float) -> float:
    """How far the next rhythm stands out beside this one."""
    reach = max(NEAR_PER_MIN, NEAR * peak)
    first, after = RATES_PER_MIN.searchsorted((peak - reach, peak + reach)).tolist()
    strength = window.strength
    here = float(strength[first:after].max())
    if here <= 0.0:
        return 0.0
    elsewhere = strength.copy()
    elsewhere[first:after] = 0.0
    for times in range(2, N_OVERTONES + 1):
        low, high = (1.0 - OVERTONE_WIDTH) * times * peak, (1.0 + OVERTONE_WIDTH) * times * peak
        first, after = RATES_PER_MIN.searchsorted((low, high)).tolist()
        elsewhere[first:after] = 0.0
    return float(elsewhere.max()) / here


def _peak(window: _Window, rough: float) -> tuple[float, float]:
    """Rate and height of the highest peak of the spectrum near a rate."""
    reach = max(NEAR_PER_MIN, NEAR * rough)
    first = max(_FIRST, round((rough - reach) / BIN_PER_MIN))
    last = min(_LAST, round((rough + reach) / BIN_PER_MIN))
    top = first + int(window.power[first : last + 1].argmax())
    before, here, after = (log(power + 1e-12) for power in window.power[top - 1 : top + 2].tolist())
    bend = before - 2.0 * here + after
    shift = 0.5 * (before - after) / bend if bend < 0 else 0.0
    at = top + min(max(shift, -0.5), 0.5)
    return at * BIN_PER_MIN, float(window.power[top]) / float(window.floor[max(top - _FIRST, 0)])


def _cycles(steepness: FloatArray, rate: float) -> tuple[FloatArray, FloatArray, FloatArray]:
    """The wave near a rate: its pace (a minute) at each step with its weight, and its cycles at each sample."""
    n_fft = _good_length(2 * len(steepness))
    # outside of the band nothing passes: its edges lie a share of the rate to either side
    per_bin = 60.0 * RATE_HZ / n_fft
    first = max(0, ceil((1.0 - CYCLE_SHARE) * rate / per_bin))
    after = min(n_fft // 2 + 1, int((1.0 + CYCLE_SHARE) * rate / per_bin) + 1)
    off = (np.arange(first, after) * per_bin - rate) * (np.pi / (CYCLE_SHARE * rate))
    analytic = np.zeros(n_fft, dtype=complex)
    analytic[first:after] = np.fft.rfft(steepness, n_fft)[first:after] * (0.5 + 0.5 * np.cos(off))
    wave = np.fft.ifft(analytic)[: len(steepness)]
    step = wave[1:] * wave[:-1].conj()
    turn = np.angle(step) / (2.0 * np.pi)
    weight = np.abs(step)
    turned = np.empty(len(turn) + 2)
    turned[0], turned[1], turned[2:] = 0.0, turn[0], turn
    np.add.accumulate(turned, out=turned)
    return turn * (60.0 * RATE_HZ), weight / np.add.reduce(weight), turned


@cache
def _good_length(n: int) -> int:
    return int(next_fast_len(n))
