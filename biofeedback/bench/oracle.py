"""What could be reached at all: an oracle that knows the shape of a simulated person's wave and the noise around it.

It has two things to find, how large the wave is and where it lies, or how fast it goes; no unbiased estimate of them
errs by less than the bound of Cramer and Rao, and this one errs by just that (Kay 1993, Fundamentals of Statistical
Signal Processing I, 3.4 and 15.8). The noise is that of `devices.person`: a slow wandering, a wave around 0.1 Hz, and a
change with each beat.
"""

import math
from collections.abc import Sequence

import numpy as np

from biofeedback.analysis.signal.spectrum import FloatArray
from devices.person import MAYER_HZ, Traits

SLOW_SHARE, MAYER_SHARE, WHITE_SHARE = 0.4, 0.3, 0.3
SLOW_S, MAYER_S = 20.0, 30.0
"""Shares of the noise's variance, and how long its waves last (`Person`)."""
N_DRAWS = 200


def noise_ms2_per_hz(traits: Traits, per_min: FloatArray) -> FloatArray:
    """One-sided density of all that does not follow the breath, at some rates."""
    hz = per_min / 60.0
    slow = 2.0 * _decaying(hz, SLOW_S)
    mayer = _decaying(hz - MAYER_HZ, MAYER_S) + _decaying(hz + MAYER_HZ, MAYER_S)
    beat_s = 60.0 / traits.hr
    white = 2.0 * beat_s * np.sinc(hz * beat_s) ** 2
    return np.asarray(traits.noise_ms**2 * (SLOW_SHARE * slow + MAYER_SHARE * mayer + WHITE_SHARE * white))


def swing_se_share(traits: Traits, per_min: float, harmonics_ms: FloatArray, span_s: float) -> float:
    """Standard error of the size of a known wave, as a share of it; `harmonics_ms` are the heights of its parts."""
    ratios = harmonics_ms**2 / noise_ms2_per_hz(traits, per_min * np.arange(1.0, len(harmonics_ms) + 1.0))
    return float(1.0 / math.sqrt(span_s * ratios.sum()))


def lag_se_deg(traits: Traits, per_min: float, harmonics_ms: FloatArray, span_s: float) -> float:
    """Standard error of the place of a known wave, degrees of a breath."""
    order = np.arange(1.0, len(harmonics_ms) + 1.0)
    ratios = (order * harmonics_ms) ** 2 / noise_ms2_per_hz(traits, per_min * order)
    return math.degrees(1.0 / math.sqrt(span_s * ratios.sum()))


def rate_se_per_min(traits: Traits, per_min: float, harmonics_ms: FloatArray, span_s: float) -> float:
    """Standard error of the pace of a known wave: every part of it turns with the pace."""
    order = np.arange(1.0, len(harmonics_ms) + 1.0)
    ratios = (order * harmonics_ms) ** 2 / noise_ms2_per_hz(traits, per_min * order)
    return 60.0 / (2.0 * math.pi) * math.sqrt(12.0 / span_s**3 / ratios.sum())


def share_within(standard_errors: Sequence[float], limits: Sequence[float]) -> float:
    """Percent of normal errors that lie within their limits."""
    held = [math.erf(limit / se / math.sqrt(2.0)) for se, limit in zip(standard_errors, limits, strict=True)]
    return 100.0 * sum(held) / len(held)


def error_quantile(standard_errors: Sequence[float], share: float) -> float:
    """Quantile of the sizes of normal errors of different people, taken together."""
    draws = np.random.default_rng(0).standard_normal((N_DRAWS, len(standard_errors)))
    return float(np.quantile(np.abs(draws * np.asarray(standard_errors)), share))


def _decaying(hz: FloatArray, memory_s: float) -> FloatArray:
    """Two-sided density of a wandering of unit variance that forgets."""
    return np.asarray(2.0 * memory_s / (1.0 + (2.0 * np.pi * hz * memory_s) ** 2))
