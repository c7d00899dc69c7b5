"""A rate read closely: the likeliest one, from the beats of a window near it, and how sure it is."""

from dataclasses import dataclass
from functools import cache
from math import ceil, log, sqrt

import numpy as np
from numpy.typing import NDArray
from scipy.fft import next_fast_len

from biofeedback.analysis.breath.evidence import BIN_PER_MIN, FIRST_BIN, LAST_BIN, RATES_PER_MIN, WINDOW_S, Evidence
from biofeedback.analysis.signal.spectrum import RATE_HZ, FloatArray

IntArray = NDArray[np.int_]

SURE = 0.9
"""A rate is told from this probability on."""
REACH, REACH_PER_MIN = 0.15, 1.0
"""So near a rate, as a share of it or a minute, another one counts as the same breath."""
NEAR, NEAR_PER_MIN = 0.25, 1.2
"""How far from the likely rate its peak is looked for."""
SEEN = 3.0
"""A peak that is not so many times the noise is no breath of this minute, whatever the minutes around tell."""
RIVAL, RIVAL_SEEN = 0.6, 8.0
"""No rate is told where another rhythm stands out this much beside it (science B6), and by more than chance gives."""
N_OVERTONES, OVERTONE_WIDTH = 4, 0.1
"""Rates near two to four times a rate, by this share of them, are its overtones."""
CYCLE_SHARE = 0.6
"""Half of the band, as a share of the rate, in which cycles are counted."""
NOISE_SE = 0.7
"""Standard error (a minute) of the peak of a minute of wave that is as strong as the noise."""
KIN = 2.0
"""A breath is like the one before: so many count as one towards the standard error of their mean."""

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
        None where it is not sure; `reason` then says why.
    se_per_min : float or None
        Standard error, taking it that the rhythm found is the breath.
    confidence : float
        Probability, 0 to 1, that the breath is near this rate (within 15 % or 1 a minute) and not elsewhere.
    reason : str
    span_s : float
        Length of the stretch.
    """

    at_s: float
    per_min: float | None = None
    se_per_min: float | None = None
    confidence: float = 0.0
    reason: str = ""
    span_s: float = WINDOW_S


def read(
    at_s: float, likely: FloatArray, window: Evidence, span_s: float = WINDOW_S
) -> tuple[BreathingRate, FloatArray | None]:
    """The likeliest rate, read closely from a window, and the cycles of its wave at each sample of it.

    Parameters
    ----------
    at_s, span_s : float
        End and length of what the rate speaks of.
    likely : ndarray, shape (112,)
        Probability of each state.
    window : Evidence
    """
    first, after = _reach()
    sums = np.zeros(len(likely))
    np.add.accumulate(likely[:-1], out=sums[1:])
    near = sums[after] - sums[first]
    best = int(near.argmax())
    confidence = min(1.0, float(near[best]))
    if confidence < SURE:
        reason = NOT_SEEN if likely[-1] > 0.5 else UNCLEAR
        return BreathingRate(at_s, confidence=confidence, reason=reason, span_s=span_s), None
    here = slice(first[best], after[best])
    rough = float(np.dot(likely[here], RATES_PER_MIN[here])) / confidence
    peak, above = _peak(window, rough)
    if above < SEEN:
        return BreathingRate(at_s, confidence=confidence, reason=NOT_SEEN, span_s=span_s), None
    if _has_rival(window.strength, peak):
        return BreathingRate(at_s, confidence=confidence, reason=UNCLEAR, span_s=span_s), None
    noise = NOISE_SE * WINDOW_S * RATE_HZ / window.n / sqrt(above)
    pace, weight, turned = _cycles(window.slope_ms, peak)
    counted = float(np.add.reduce(pace)) / len(pace)
    scatter2 = float(np.dot(weight, (pace - np.dot(weight, pace)) ** 2))
    n_breaths = peak * window.n / (60.0 * RATE_HZ)
    se = sqrt(noise**2 + ((peak - counted) / 2.0) ** 2 + KIN * scatter2 / n_breaths)
    return BreathingRate(at_s, (peak + counted) / 2.0, se, confidence, span_s=span_s), turned


@cache
def _reach() -> tuple[IntArray, IntArray]:
    reach_per_min = np.maximum(REACH_PER_MIN, REACH * RATES_PER_MIN)
    first = np.searchsorted(RATES_PER_MIN, RATES_PER_MIN - reach_per_min)
    after = np.searchsorted(RATES_PER_MIN, RATES_PER_MIN + reach_per_min, side="right")
    return first, after


def _has_rival(strength: FloatArray, peak: float) -> bool:
    """Whether another rhythm of this minute stands out nearly as much."""
    near, width = max(NEAR_PER_MIN, NEAR * peak), OVERTONE_WIDTH * peak
    here, elsewhere = _bins(peak, near), strength.copy()
    highest = max(RIVAL_SEEN, RIVAL * float(strength[here].max()))
    elsewhere[here] = 0.0
    for n in range(2, N_OVERTONES + 1):
        elsewhere[_bins(n * peak, n * width)] = 0.0
    return float(elsewhere.max()) > highest


def _bins(per_min: float, aside_per_min: float) -> slice:
    """The rates that lie no further aside of one."""
    first = ceil((per_min - aside_per_min) / BIN_PER_MIN) - FIRST_BIN
    return slice(max(0, first), max(0, int((per_min + aside_per_min) / BIN_PER_MIN) + 1 - FIRST_BIN))


def _peak(window: Evidence, rough: float) -> tuple[float, float]:
    """Rate and height of the highest peak of the spectrum near a rate."""
    reach = max(NEAR_PER_MIN, NEAR * rough)
    first = max(FIRST_BIN, round((rough - reach) / BIN_PER_MIN))
    last = min(LAST_BIN, round((rough + reach) / BIN_PER_MIN))
    top = first + int(window.power[first : last + 1].argmax())
    before, here, after = (log(power + 1e-12) for power in window.power[top - 1 : top + 2].tolist())
    bend = before - 2.0 * here + after
    shift = 0.5 * (before - after) / bend if bend < 0 else 0.0
    at = top + min(max(shift, -0.5), 0.5)
    return at * BIN_PER_MIN, float(window.power[top]) / float(window.floor[top - FIRST_BIN])


def _cycles(slope_ms: FloatArray, rate: float) -> tuple[FloatArray, FloatArray, FloatArray]:
    """The wave near a rate: its pace (a minute) at each step with its weight, and its cycles at each sample."""
    n_fft = _good_length(2 * len(slope_ms))
    # outside of the band nothing passes: its edges lie a share of the rate to either side
    per_bin = 60.0 * RATE_HZ / n_fft
    first = max(0, ceil((1.0 - CYCLE_SHARE) * rate / per_bin))
    after = min(n_fft // 2 + 1, int((1.0 + CYCLE_SHARE) * rate / per_bin) + 1)
    off = (np.arange(first, after) * per_bin - rate) * (np.pi / (CYCLE_SHARE * rate))
    analytic = np.zeros(n_fft, dtype=complex)
    analytic[first:after] = np.fft.rfft(slope_ms, n_fft)[first:after] * (0.5 + 0.5 * np.cos(off))
    wave = np.fft.ifft(analytic)[: len(slope_ms)]
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
