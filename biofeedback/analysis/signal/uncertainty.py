"""How sure a live figure is: bands that hold what an endless stretch in the same state would give, 19 times in 20.

They tell of chance, not of a wrong beat or a change of state. Where the state changes within the window they are wider.
"""

from collections.abc import Mapping, Sequence
from math import exp, log, sqrt

import numpy as np
from scipy.special import fdtri, gammaincinv

from biofeedback.analysis.signal import spectrum
from biofeedback.analysis.signal.band import Band
from biofeedback.analysis.signal.spectrum import Rhythm, Spectrum

NORMAL_95 = 1.96
T_95 = (float("inf"), 12.71, 4.30, 3.18, 2.78, 2.57, 2.45, 2.36, 2.31, 2.26, 2.23)
"""Student's t, two-sided 95 %, by degrees of freedom from 0; above 10 the normal one is near enough."""
N_LAGS = 6
"""Beats over which squared differences may depend on each other: about one and a half quick breaths."""
HANN_BINS = 1.5
"""Independent frequencies are so many resolutions apart under a Hann window (Harris 1978, equivalent noise width)."""
HANN_WIDTH = 35.0 / 18.0
"""Mean of the fourth power of a Hann window over the square of that of its square (Percival and Walden 1993)."""
LEVEL = 0.95
TONE = 0.9
"""Share of a pure wave's power within 0.015 Hz of its peak in a window of 64 s (science B4)."""
LOBE_HZ, AROUND_HZ = 0.035, 0.075
"""A pure wave spreads this far from its peak; noise is looked at beyond, near it up to the second."""
UNSURE_MOST = 0.5
_RUN = np.ones(N_LAGS + 1)
PEAK_PRECISION = 0.45
"""Error of the frequency of a wave over that of its smoothness, in resolutions (found by simulation)."""


def scatter(like: Sequence[float]) -> float | None:
    """How far the band of one value reaches to either side, from how much values like it scatter.

    Parameters
    ----------
    like : sequence of float
        Values taken in the same way from stretches that do not overlap.

    Returns
    -------
    float or None
        None for fewer than three.
    """
    n = len(like)
    if n < 3:
        return None
    mean = sum(like) / n
    return _t(n - 1) * sqrt(sum([(x - mean) ** 2 for x in like]) / (n - 1))


def reaching(value: float, half: float) -> Band:
    """The band of a value that cannot be below 0."""
    return Band(max(0.0, value - half), value + half)


def around(value: float, standard_error: float, n: int | None = None) -> Band:
    """Band of a value with its standard error; n where that was found from the scatter of n values."""
    half = standard_error * (NORMAL_95 if n is None else _t(n - 1))
    return Band(value - half, value + half)


def rmssd_spread(squares_ms2: Sequence[float]) -> float | None:
    """How far the band of RMSSD reaches, as a factor either way: its squared differences depend on their neighbours.

    After Newey and West (1987, Econometrica 55:703), on the scale of the logarithm.

    Parameters
    ----------
    squares_ms2 : sequence of float
        Squared differences of adjacent kept intervals.

    Returns
    -------
    float or None
        1 or more; None for fewer than 20, and where nothing varies.
    """
    squares = np.array(squares_ms2)
    n = len(squares)
    mean = float(np.add.reduce(squares)) / max(n, 1)
    if n < 20 or mean <= 0:
        return None
    off = squares - mean
    least = float(np.dot(off, off)) / n
    # the sum over lags with weights that fall to 0 is that of the squares of running sums
    sums = np.convolve(off, _RUN)
    variance = float(np.dot(sums, sums)) / (N_LAGS + 1)
    relative = sqrt(max(variance, least)) / n / mean
    return exp(_t(n // (2 * N_LAGS)) * relative / 2.0)


def wave_bands(of: Spectrum, wave: Rhythm) -> dict[str, Band]:
    """Bands of smoothness, coherence ratio and peak (Hz) of one window of 64 s, by the names of the figures.

    On the scale of ln(S / (1 - S)) three things add up: the power of the noise beyond the wave, by its equivalent
    degrees of freedom; the noise that adds to the wave or takes from it; and how much broader the wave is than a pure
    one.
    """
    density, summed, step_hz = of.density, of.summed, of.step_hz
    low, high = (round(edge_hz / step_hz) for edge_hz in spectrum.TOTAL_HZ)
    at, lobe, around = (round(width_hz / step_hz) for width_hz in (wave.peak_hz, LOBE_HZ, AROUND_HZ))
    before, after = max(low, at - lobe), min(high, at + lobe) + 1
    from_near, to_near = max(low, before - (around - lobe)), min(high + 1, after + (around - lobe))
    bins = (low - 1, from_near - 1, before - 1, after - 1, to_near - 1, high)
    up_to: list[float] = [summed.item(i) for i in bins]
    total = up_to[5] - up_to[0]
    noise = up_to[2] - up_to[0] + up_to[5] - up_to[3]
    noise_near = up_to[2] - up_to[1] + up_to[4] - up_to[3]
    n_near = before - from_near + to_near - after
    peak, rest = wave.smoothness * total, (1.0 - wave.smoothness) * total
    if noise <= 0.0 or rest <= 0.0:
        return {}
    below, above = density[low:before], density[after : high + 1]
    squares = float(np.dot(below, below)) + float(np.dot(above, above))
    freedom = 2.0 * noise**2 / squares * spectrum.LIVE_S * step_hz / HANN_BINS
    under = min(1.0, noise_near / n_near * 2.0 * spectrum.PEAK_HALF_WIDTH_HZ / step_hz / peak)
    broader = max(0.0, 1.0 - peak / TONE / (total - noise))
    variance = (noise / rest) ** 2 * 2.0 / freedom + min(4.0 * under / HANN_BINS, UNSURE_MOST**2) + broader
    middle, half = log(wave.smoothness / (1.0 - wave.smoothness)), NORMAL_95 * sqrt(variance)
    half_hz = PEAK_PRECISION * half / spectrum.LIVE_S
    return {
        "smoothness": Band(1.0 / (1.0 + exp(half - middle)), 1.0 / (1.0 + exp(-half - middle))),
        "coherence_ratio": Band(exp(2.0 * (middle - half)), exp(2.0 * (middle + half))),
        "peak_hz": Band(wave.peak_hz - half_hz, wave.peak_hz + half_hz),
    }


def power_bands(
    of: Spectrum, powers: Mapping[str, float], bands_hz: Mapping[str, tuple[float, float]], lengths_s: Sequence[float]
) -> dict[str, Band]:
    """Bands of the powers of a stretch, and of LF over HF, by the names of the figures.

    A power is distributed about as chi-squared over its equivalent degrees of freedom, 2 (integral of S)^2 over the
    integral of S^2 times `HANN_WIDTH` over the length of a segment (Percival and Walden 1993, Spectral Analysis for
    Physical Applications, 6.10), times 18 K^2 / (19 K - 1) for K segments that overlap by half (Welch 1967, IEEE Trans
    Audio Electroacoust 15:70). The ratio of two powers is distributed as F.

    Parameters
    ----------
    of : Spectrum
    powers : mapping of str to float
        ms^2 by the names of `bands_hz`, and `lf_hf` where it is known.
    bands_hz : mapping of str to (float, float)
    lengths_s : sequence of float
        Of the stretches that the spectrum is the mean of.
    """
    segment_s = min(spectrum.SEGMENT_S, max(lengths_s))
    n_segments = sum(max(1, int(2.0 * length_s / segment_s) - 1) for length_s in lengths_s)
    overlapping = 18.0 * n_segments**2 / (19.0 * n_segments - 1.0)
    freedom: dict[str, float] = {}
    for name, (low_hz, high_hz) in bands_hz.items():
        density = of.density[round(low_hz / of.step_hz) : round(high_hz / of.step_hz) + 1]
        squares = float(np.dot(density, density)) * of.step_hz
        if squares > 0.0:
            alike = (float(density.sum()) * of.step_hz) ** 2 / squares
            freedom[name] = overlapping * max(2.0, 2.0 * alike * segment_s / HANN_WIDTH)
    low, high = (1.0 - LEVEL) / 2.0, (1.0 + LEVEL) / 2.0
    found = {
        name: Band(*(powers[name] * n / 2.0 / float(gammaincinv(n / 2.0, share)) for share in (high, low)))
        for name, n in freedom.items()
    }
    if "lf_hf" in powers and {"lf_ms2", "hf_ms2"} <= freedom.keys():
        both = freedom["lf_ms2"], freedom["hf_ms2"]
        found["lf_hf"] = Band(*(powers["lf_hf"] / float(fdtri(*both, share)) for share in (high, low)))
    return found


def _t(freedom: int) -> float:
    return T_95[freedom] if freedom < len(T_95) else NORMAL_95 + 2.5 / freedom
