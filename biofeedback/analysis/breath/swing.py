"""How far the heart rate swings with a breath, without the part that noise adds.

Highest less lowest heart rate in a breath counts every chance excursion as swing, and beats seldom fall on the top.
So a wave that repeats with the breath, of up to three harmonics, is fitted to a few breaths at a time; what a fit to
noise alone would give is taken off; the swing is the height of the wave that remains (peak to trough, science B2).

60 / RR is the mean of the heart rate between two beats, so the fitted harmonics are averaged over the same time: the
wave is that of the heart rate itself, whatever the number of beats in a breath.
"""

import cmath
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt

import numpy as np
from numpy.typing import NDArray
from scipy.linalg.lapack import dgesv

from biofeedback.analysis.breath.reading import BreathingRate
from biofeedback.analysis.signal.spectrum import RATE_HZ, FloatArray, resample

ComplexArray = NDArray[np.complex128]

N_HARMONICS = 3
HIGHEST_SHARE_OF_BEATS = 0.45
"""A harmonic needs more than two beats a cycle."""
N_BREATHS, N_BREATHS_MIN = 6, 3
"""Breaths fitted at a time, and the fewest that give a figure (science B2)."""
N_SPARE = 4
"""A fit needs so many beats more than it has unknowns."""
BAND_SHARE = 0.4
"""Half of the band around the breathing rate, as a share of it, that the heart's own phase is taken from."""
LEAST_SE = 1.0
"""A swing of less than so many of its standard errors is not told."""
AROUND_S = 10.0
"""A minute's phase is taken with so much before and after, so that its ends are as good as its middle."""

_HARMONICS = np.arange(1.0, N_HARMONICS + 1)
_TURN = np.exp(2j * np.pi * np.outer(_HARMONICS, np.arange(64) / 64))
_IDENTITY = np.eye(2 + 2 * N_HARMONICS)


@dataclass(frozen=True, slots=True)
class Swing:
    """Peak-to-trough of heart rate in a breath.

    Attributes
    ----------
    bpm : float
        Beats a minute; 0 where there is no more than noise would give.
    se_bpm : float
        Standard error, from the scatter of groups of breaths where there are three or more. Of fewer it is that of the
        fit, which knows nothing of waves as slow as the breath: it is then too small (it held in 60 of 100 trials), and
        the scatter of swings that do not overlap tells more.
    n_groups : int
        Groups of breaths that it is the mean of.
    """

    bpm: float
    se_bpm: float
    n_groups: int

    @property
    def lost(self) -> bool:
        """Whether noise alone may have given it: no heart stands still, so that none is told to swing by nothing."""
        return self.bpm <= 0.0 or self.bpm < LEAST_SE * self.se_bpm


@dataclass(frozen=True, slots=True)
class Breaths:
    """Beats with their place in the breath.

    Attributes
    ----------
    time_s : ndarray, shape (n,)
        When each interval ended.
    rr_ms : ndarray, shape (n,)
    cycles : ndarray, shape (n,)
        Breaths completed at the middle of each interval, with their fraction; increasing.
    """

    time_s: FloatArray
    rr_ms: FloatArray
    cycles: FloatArray


@dataclass(frozen=True, slots=True)
class Wave:
    """A few breaths as harmonics of heart rate.

    Attributes
    ----------
    harmonics : ndarray, shape (3,)
        Complex amplitudes, beats a minute: the wave is the real part of the sum of amplitude times
        exp(2 pi i h cycles), h from 1; 0 where there are too few beats to tell.
    variance : ndarray, shape (3,)
        What noise adds to the squares of each.
    """

    harmonics: ComplexArray
    variance: FloatArray


def swing(breaths: Sequence[Breaths], n_breaths: int = N_BREATHS) -> Swing | None:
    """Mean swing of heart rate with a breath.

    Parameters
    ----------
    breaths : sequence of Breaths
        Stretches of beats without holes, each with its place in the breath: that of the pacer where one is followed,
        else the heart's own (`own_breaths`).
    n_breaths : int
        So many are fitted at a time. More lets less noise through; a breath that drifts off them swings less.

    Returns
    -------
    Swing or None
        None for fewer than three breaths in a row, or too few beats in them.
    """
    waves = [wave for stretch in breaths for wave in fitted_waves(stretch, n_breaths)]
    if not waves:
        return None
    harmonics = np.array([wave.harmonics for wave in waves])
    variance = np.array([wave.variance for wave in waves])
    power = np.abs(harmonics) ** 2 - variance
    strength = np.sqrt(np.maximum(power.mean(axis=0), 0.0))
    height = _height(strength * _shape(harmonics))
    spread = float(power[:, 0].std(ddof=1)) if len(waves) >= 3 else 0.0
    # the square of a wave that is half noise scatters by the noise and by the wave times the noise
    expected = sqrt(np.mean(variance[:, 0] * (variance[:, 0] + 2.0 * strength[0] ** 2)))
    return _swing(height, float(strength[0]), max(spread, expected), len(waves))


def newest_swing(
    time_s: FloatArray, rr_ms: FloatArray, cycles: FloatArray, n_breaths: int = N_BREATHS_MIN
) -> Swing | None:
    """Swing of the last breaths, by default three: what `swing` gives of them, without its work for many groups.

    Parameters
    ----------
    time_s, rr_ms, cycles : ndarray, shape (n,)
        The newest beats, as for `Breaths`; more than so many breaths of them.
    n_breaths : int
    """
    first = int(cycles.searchsorted(cycles[-1] - n_breaths - 0.25)) if len(cycles) else 0
    wave = next(fitted_waves(Breaths(time_s[first:], rr_ms[first:], cycles[first:]), n_breaths, n_breaths), None)
    if wave is None:
        return None
    harmonics, variance = wave.harmonics.tolist(), wave.variance.tolist()
    strength = [sqrt(max(abs(a) ** 2 - noise, 0.0)) for a, noise in zip(harmonics, variance, strict=True)]
    begin = cmath.phase(harmonics[0])
    shift = [cmath.phase(harmonics[h]) - begin * (h + 1) for h in range(N_HARMONICS)]
    height = _height(np.array([cmath.rect(size, angle) for size, angle in zip(strength, shift, strict=True)]))
    return _swing(height, strength[0], sqrt(variance[0] * (variance[0] + 2.0 * strength[0] ** 2)), 1)


def _swing(height: float, strength: float, scatter: float, n_groups: int) -> Swing:
    """With the standard error that follows from the scatter of the first harmonic's power between groups of breaths."""
    se_power = scatter / sqrt(n_groups)
    per_strength = height / strength if strength > 0.0 else 2.0
    se = per_strength * se_power / (strength + sqrt(strength**2 + se_power)) if se_power > 0.0 else 0.0
    return Swing(height, se, n_groups)


def own_breaths(stretches: Sequence[tuple[FloatArray, FloatArray]], minutes: Sequence[BreathingRate]) -> list[Breaths]:
    """Beats with their place in the breath, as the heart itself shows it, for the minutes whose rate is known.

    Parameters
    ----------
    stretches : sequence of (ndarray, ndarray)
        Times of beats (s) and intervals (ms), as for `breathing_rate.rate_by_minute`.
    minutes : sequence of BreathingRate
        What that function told of them.
    """
    found = []
    for minute in minutes:
        if minute.per_min is None:
            continue
        from_s, to_s = minute.at_s - minute.span_s, minute.at_s
        for time_s, rr_ms in stretches:
            first, last = np.searchsorted(time_s, (from_s, to_s), side="right")
            if last - first < N_SPARE + 2:
                continue
            begin, end = np.searchsorted(time_s, (from_s - AROUND_S, to_s + AROUND_S), side="right")
            cycles = own_cycles(time_s[begin:end], rr_ms[begin:end], minute.per_min)
            found.append(Breaths(time_s[first:last], rr_ms[first:last], cycles[first - begin : last - begin]))
    return found


def own_cycles(time_s: FloatArray, rr_ms: FloatArray, per_min: float) -> FloatArray:
    """Cycles of the heart's wave at the middle of each interval: its phase near a rate, from any start.

    Parameters
    ----------
    time_s, rr_ms : ndarray, shape (n,)
        n of 6 or more, times increasing, without holes.
    per_min : float
        The breathing rate.
    """
    middle_s = time_s - rr_ms / 2000.0
    at_s = np.arange(middle_s[0], middle_s[-1], 1.0 / RATE_HZ)
    even = resample(middle_s, 60000.0 / rr_ms, at_s)
    n_fft = 2 * len(even)
    transform = np.fft.rfft(even - even.mean(), n_fft)
    off = (np.arange(len(transform)) * 60.0 * RATE_HZ / n_fft - per_min) / (BAND_SHARE * per_min)
    analytic = np.zeros(n_fft, dtype=complex)
    analytic[: len(off)] = transform * np.where(np.abs(off) < 1.0, 0.5 + 0.5 * np.cos(np.pi * off), 0.0)
    wave = np.fft.ifft(analytic)[: len(even)]
    cycles = np.maximum.accumulate(np.unwrap(np.angle(wave)) / (2.0 * np.pi))
    return np.interp(middle_s, at_s, cycles)


def fitted_waves(stretch: Breaths, n_breaths: int, least: int = N_BREATHS_MIN) -> Iterator[Wave]:
    """A wave for each group of about so many whole breaths; of fewer than the least, by default three, none."""
    cycles = stretch.cycles
    n_all = int((cycles[-1] - cycles[0]) * len(cycles) / (len(cycles) - 1)) if len(cycles) > 1 else 0
    if n_all < least:
        return
    n_groups = max(1, round(n_all / n_breaths))
    if n_groups == 1:
        edges = cycles[-1:] - n_all
    else:
        edges = cycles[-1] - n_all + np.round(np.linspace(0, n_all, n_groups + 1)[:-1])
    for begin, end in pairwise([*cycles.searchsorted(edges - 1e-9).tolist(), len(cycles)]):
        wave = _fitted(stretch.rr_ms[begin:end], cycles[begin:end])
        if wave is not None:
            yield wave


def _fitted(rr_ms: FloatArray, cycles: FloatArray) -> Wave | None:
    """Least squares of a level, a trend and harmonics, each averaged over the intervals."""
    n = len(rr_ms)
    if n < 2 + 2 + N_SPARE:
        return None
    breaths_per_beat = float(cycles[-1] - cycles[0]) / (n - 1)
    n_harmonics = min(N_HARMONICS, int(HIGHEST_SHARE_OF_BEATS / breaths_per_beat), (n - 2 - N_SPARE) // 2)
    if n_harmonics < 1:
        return None
    n_columns = 2 + 2 * n_harmonics
    columns = np.empty((n_columns, n))
    columns[0] = 1.0
    columns[1] = np.arange(-1.0, 1.0 + 1.0 / n, 2.0 / (n - 1))
    turns = np.multiply.outer(
        np.pi * _HARMONICS[:n_harmonics], (2.0 * cycles, breaths_per_beat * n * rr_ms / rr_ms.sum())
    )
    along = turns[:, 1]
    wave = np.exp(1j * turns[:, 0]) * (np.sin(along) / along)
    columns[2::2] = wave.real
    columns[3::2] = wave.imag
    inverse, singular = dgesv(columns @ columns.T, _IDENTITY[:n_columns, :n_columns])[2:]
    if singular:
        return None
    hr_bpm = 60000.0 / rr_ms
    weights = inverse @ (columns @ hr_bpm)
    off = hr_bpm - weights @ columns
    noise = float(off @ off) / (n - n_columns)
    scatter = noise * np.maximum(inverse.diagonal(), 0.0)  # an inverse that rounding spoilt may be below 0
    harmonics, variance = np.zeros(N_HARMONICS, dtype=complex), np.zeros(N_HARMONICS)
    harmonics[:n_harmonics] = weights[2::2] - 1j * weights[3::2]
    variance[:n_harmonics] = scatter[2::2] + scatter[3::2]
    return Wave(harmonics, variance)


def _shape(harmonics: ComplexArray) -> ComplexArray:
    """Mean phase of each harmonic when every wave is shifted to begin with its first."""
    first = np.angle(harmonics[:, :1])
    return np.asarray(np.exp(1j * np.angle((harmonics * np.exp(-1j * first * np.arange(1, N_HARMONICS + 1))).sum(0))))


def _height(harmonics: ComplexArray) -> float:
    wave = (harmonics @ _TURN).real
    return float(wave.max() - wave.min())
