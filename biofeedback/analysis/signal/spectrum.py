"""Power spectra of RR intervals: one recipe, for a short live window and for whole recordings.

NN over the time of their beats, cubic spline to 4 Hz, linear detrend, Hann, density in ms^2/Hz (Task Force
1996; science B3 and the recipe at its head).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from math import ceil, floor, log

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

RATE_HZ = 4.0
VLF_HZ, LF_HZ, HF_HZ = (0.0033, 0.04), (0.04, 0.15), (0.15, 0.40)
TOTAL_HZ = (0.0033, 0.40)
PEAK_HZ = (0.04, 0.26)
PEAK_HALF_WIDTH_HZ = 0.015
LIVE_S, LIVE_NFFT, LIVE_UP_TO_HZ = 64.0, 4096, 0.41
SEGMENT_S = 300.0

_N_NODES, _N_BLOCKS = 60, 4
_N_LIVE_BINS = int(LIVE_UP_TO_HZ / RATE_HZ * LIVE_NFFT) + 1
_EDGE_BIN = _N_LIVE_BINS - 0.5

RECIPE = "NN, cubic spline, 4 Hz, linear detrend, Hann"
COHERENCE_VARIANT = "(peak / (total - peak))^2, peak 0.04-0.26 Hz +/- 0.015 Hz, total 0.0033-0.4 Hz"


@dataclass(frozen=True, slots=True)
class Spectrum:
    """Density (ms^2/Hz) at evenly spaced frequencies from 0, in steps of `step_hz`.

    Attributes
    ----------
    summed : ndarray, shape (n,)
        Sum of the density up to each frequency, that one included.
    """

    density: FloatArray
    step_hz: float
    summed: FloatArray = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "summed", np.add.accumulate(self.density))

    def band_ms2(self, low_hz: float, high_hz: float) -> float:
        """Power from one frequency to another, trapezoids with both ends interpolated."""
        return self.bands_ms2((low_hz, high_hz))[0]

    def bands_ms2(self, *bands_hz: tuple[float, float]) -> list[float]:
        """Power of several bands."""
        step_hz = self.step_hz
        return [(self._below(high / step_hz) - self._below(low / step_hz)) * step_hz for low, high in bands_hz]

    def _below(self, position: float) -> float:
        """Integral of the density up to a fractional bin, in bins."""
        density = self.density
        position = min(position, len(density) - 1.0)
        bins = int(position)
        here: float = density.item(bins)
        whole: float = self.summed.item(bins) - 0.5 * (density.item(0) + here)
        part = position - bins
        return whole + part * (here + 0.5 * part * (density.item(bins + 1) - here)) if part else whole


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How much of the variability is one smooth wave.

    Attributes
    ----------
    peak_hz : float
        Frequency of the highest peak from 0.04 to 0.26 Hz.
    smoothness : float
        Power within 0.015 Hz of it over that from 0.0033 to 0.4 Hz, 0 to 1.
    coherence_ratio : float
        (peak / (total - peak)) squared (McCraty 2009).
    """

    peak_hz: float
    smoothness: float
    coherence_ratio: float


def resample(time_s: FloatArray, values: FloatArray, at_s: FloatArray) -> FloatArray:
    """Cubic spline through (time, value), read at other times within.

    Parameters
    ----------
    time_s, values : ndarray, shape (n,)
        n of 5 or more, times strictly increasing.
    at_s : ndarray, shape (m,)

    Returns
    -------
    ndarray, shape (m,)
    """
    step = time_s[1:] - time_s[:-1]
    slope = (values[1:] - values[:-1]) / step
    curvature = _curvature(step, slope)
    square = 0.5 * curvature[:-1]
    cubic = (curvature[1:] - curvature[:-1]) / (6.0 * step)
    linear = slope - step * (square + step * cubic)
    piece = time_s[1:-1].searchsorted(at_s, side="right")
    since_s = at_s - time_s.take(piece)
    course: FloatArray = cubic.take(piece)
    for part in (square, linear, values):
        course *= since_s
        course += part.take(piece)
    return course


@cache
def _solver() -> Callable[..., tuple[FloatArray, ...]]:
    """LAPACK's, for tridiagonal equations; the window waits without the 30 MB of scipy's linear algebra."""
    from scipy.linalg.lapack import dgtsv

    return dgtsv  # type: ignore[no-any-return]


def _curvature(step: FloatArray, slope: FloatArray) -> FloatArray:
    """Second derivatives at the knots; at both ends the outer two pieces are one polynomial (not a knot)."""
    below, diagonal, above = step[1:-1].copy(), 2.0 * (step[:-1] + step[1:]), step[1:-1].copy()
    begin: float = step.item(0)
    end: float = step.item(-1)
    first, last = begin / step.item(1), end / step.item(-2)
    diagonal[0] += begin * (1.0 + first)
    diagonal[-1] += end * (1.0 + last)
    above[0] -= begin * first
    below[-1] -= end * last
    bend = 6.0 * (slope[1:] - slope[:-1])
    inner = _solver()(below, diagonal, above, bend)[3]
    whole = np.empty(len(inner) + 2)
    whole[1:-1] = inner
    whole[0] = (1.0 + first) * inner.item(0) - first * inner.item(1)
    whole[-1] = (1.0 + last) * inner.item(-1) - last * inner.item(-2)
    return whole


@cache
def _window(n: int) -> tuple[FloatArray, FloatArray, float]:
    """Hann window (periodic), a unit ramp to detrend with, and the scale to density."""
    hann = 0.5 - 0.5 * np.cos(2.0 * np.pi * np.arange(n) / n)
    ramp = np.arange(n) - (n - 1) / 2.0
    return hann, ramp / np.sqrt(np.dot(ramp, ramp)), 2.0 / (RATE_HZ * float(np.dot(hann, hann)))


def spectrum(samples: FloatArray, nfft: int) -> Spectrum:
    """Density of evenly sampled values (4 Hz, ms), detrended and tapered as a whole, padded to `nfft`."""
    n = len(samples)
    hann, ramp, scale = _window(n)
    centred = samples - np.add.reduce(samples) / n
    transform = np.fft.rfft((centred - np.dot(ramp, centred) * ramp) * hann, nfft)
    density = (transform.real**2 + transform.imag**2) * scale
    density[0] /= 2.0
    density[-1] /= 2.0  # at half the sampling rate there is no mirror image, as at 0
    return Spectrum(density, RATE_HZ / nfft)


def live_spectrum(samples: FloatArray) -> Spectrum:
    """The spectrum of a window of 64 s, up to 0.41 Hz, in the bins of a transform of 4096 points.

    A window that short has a transform so smooth that its values at 60 frequencies tell all others below 0.41 Hz, to
    1e-14 of the highest. That is a quarter of the work of all 4096.
    """
    to_nodes, to_bins = _narrow()
    at_nodes = (to_nodes @ samples[:, np.newaxis]).reshape(2, 1, _N_NODES, 1)
    parts = (to_bins @ at_nodes).reshape(2, -1)[:, :_N_LIVE_BINS]
    parts *= parts
    return Spectrum(parts[0] + parts[1], RATE_HZ / LIVE_NFFT)


@cache
def _narrow() -> tuple[FloatArray, FloatArray]:
    """From samples to cosine and sine parts at Chebyshev's frequencies, and from there to those of all bins.

    Detrending, taper and scale are in them. Polynomials through Chebyshev's points are barycentric (Berrut and
    Trefethen 2004, SIAM Review 46:501, 5.3); the cosine part is even in frequency, the sine part odd. Both matrices are
    cut into blocks, each too small for the linear algebra to share it among threads, which would change the last digit
    with their number.
    """
    n = int(LIVE_S * RATE_HZ)
    angle = (2.0 * np.arange(2 * _N_NODES) + 1.0) * np.pi / (4 * _N_NODES)
    places, bins = np.cos(angle), np.arange(_N_LIVE_BINS)
    near = (-1.0) ** np.arange(2 * _N_NODES) * np.sin(angle) / (bins[:, np.newaxis] / _EDGE_BIN - places)
    near /= near.sum(axis=1, keepdims=True)
    above, below = near[:, :_N_NODES], near[:, : _N_NODES - 1 : -1]
    hann, ramp, scale = _window(n)
    turns = 2.0 * np.pi * _EDGE_BIN / LIVE_NFFT * np.multiply.outer(places[:_N_NODES], np.arange(n) - (n - 1) / 2.0)
    to_nodes = np.concatenate((np.cos(turns), np.sin(turns))) * hann
    to_nodes -= to_nodes.mean(axis=1, keepdims=True)
    to_nodes -= np.multiply.outer((to_nodes * ramp).sum(axis=1), ramp)
    to_bins = np.zeros((2, -(-_N_LIVE_BINS // _N_BLOCKS) * _N_BLOCKS, _N_NODES))
    to_bins[:, :_N_LIVE_BINS] = np.sqrt(scale) * np.stack((above + below, above - below))
    to_bins[:, 0] *= np.sqrt(0.5)
    return to_nodes.reshape(_N_BLOCKS, -1, n), to_bins.reshape(2, _N_BLOCKS, -1, _N_NODES)


def welch(samples: FloatArray) -> Spectrum:
    """Mean density of segments of 300 s with half overlap; a shorter recording is one segment."""
    n = min(len(samples), int(SEGMENT_S * RATE_HZ))
    nfft = max(2048, 1 << (n - 1).bit_length())
    spectra = [spectrum(samples[i : i + n], nfft).density for i in range(0, len(samples) - n + 1, max(1, n // 2))]
    return Spectrum(np.mean(spectra, axis=0), RATE_HZ / nfft)


def rhythm(of: Spectrum) -> Rhythm | None:
    """The highest peak from 0.04 to 0.26 Hz and its share; None where there is no power at all."""
    low_hz, high_hz = PEAK_HZ
    low, high = ceil(low_hz / of.step_hz), floor(high_hz / of.step_hz)
    density = of.density
    top = low + int(density[low : high + 1].argmax())
    peak_hz = min(max((top + _vertex(density, top)) * of.step_hz, low_hz), high_hz)
    around_hz = (max(peak_hz - PEAK_HALF_WIDTH_HZ, TOTAL_HZ[0]), peak_hz + PEAK_HALF_WIDTH_HZ)
    total, peak = of.bands_ms2(TOTAL_HZ, around_hz)
    if total <= 1e-9:
        return None
    peak = min(peak, total)
    rest = max(total - peak, 1e-6 * total)
    return Rhythm(peak_hz, peak / total, (peak / rest) ** 2)


def _vertex(density: FloatArray, top: int) -> float:
    """Where between the bins the peak lies: the vertex of a parabola through three logarithms."""
    around = density[top - 1 : top + 2].tolist()
    if len(around) < 3 or min(around) <= 0 or around[1] < max(around):
        return 0.0
    before, here, after = (log(value) for value in around)
    bend = before - 2.0 * here + after
    return 0.5 * (before - after) / bend if bend < 0 else 0.0
