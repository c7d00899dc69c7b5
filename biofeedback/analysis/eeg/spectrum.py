"""The density of an electroencephalogram from the seconds that can be used."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from biofeedback.analysis.eeg.epochs import Epoch
from biofeedback.analysis.eeg.filters import BROAD_HZ, Floats, broad_sections, gain
from biofeedback.analysis.eeg.rhythms import Band

STEP_HZ = 0.125
"""Of the density, by zeros after each window; its own fineness is that of the Hann window."""
LONG_S, SHORT_S = 4, 2
"""Lengths of windows: in the long one, alpha hardly runs over the edges of its band; the short one is found more often
between blinks, and tells more of how alpha comes and goes."""
APART = {LONG_S: 0.5, SHORT_S: 0.95}
"""Windows that begin a second after each other tell as much as such a share of them would if they were apart: one by
the squared correlations of Hann windows (Welch 1967)."""


@dataclass(frozen=True, slots=True)
class Densities:
    """One-sided densities of Hann windows, each beginning a second after the one before.

    Attributes
    ----------
    hz : array, shape (n_hz,)
        1 to 45 Hz.
    uv2_per_hz : array, shape (n_windows, n_hz)
        With what the filters took given back.
    long_s : int
        How long each window is.
    """

    hz: Floats
    uv2_per_hz: Floats
    long_s: int

    @property
    def n(self) -> int:
        return len(self.uv2_per_hz)

    @property
    def n_apart(self) -> float:
        """How many windows that do not overlap would tell as much."""
        return APART[self.long_s] * self.n

    @property
    def mean(self) -> Floats:
        return np.asarray(self.uv2_per_hz.mean(axis=0))


def densities(
    epochs: Sequence[Epoch], channel: int, usable: Sequence[bool], rate_hz: float, mains_hz: float, long_s: int
) -> Densities:
    """Of every so many seconds in a row that can be used.

    Welch 1967, IEEE Trans Audio Electroacoust 15(2), 70-73.
    """
    firsts = [i for i in range(len(epochs) - long_s + 1) if all(usable[i : i + long_s])]
    n_fft = round(rate_hz / STEP_HZ)
    hz = np.asarray(np.fft.rfftfreq(n_fft, 1.0 / rate_hz), dtype=np.float64)
    inside = (hz >= BROAD_HZ[0] - 1e-9) & (hz <= BROAD_HZ[1] + 1e-9)
    if not firsts:
        return Densities(hz[inside], np.zeros((0, int(inside.sum()))), long_s)
    seconds = [epoch.clean_uv[channel] for epoch in epochs]
    windows = np.stack([np.concatenate(seconds[i : i + long_s]) for i in firsts])
    n = windows.shape[1]
    taper = 0.5 - 0.5 * np.cos(2.0 * math.pi * np.arange(n) / n)
    power = np.abs(np.fft.rfft(windows * taper, n_fft)[:, inside]) ** 2
    given_back = gain(broad_sections(rate_hz, mains_hz), hz[inside], rate_hz)
    return Densities(hz[inside], np.asarray(2.0 * power / (rate_hz * np.sum(taper**2)) / given_back), long_s)


def band_power(hz: Floats, uv2_per_hz: Floats, band: Band | tuple[float, float]) -> Floats:
    """The power in a band in µV², over the last axis, cut at the edges of the band."""
    low_hz, high_hz = band if isinstance(band, tuple) else (band.low_hz, band.high_hz)
    step_hz = hz[1] - hz[0]
    shares = np.clip(np.minimum(hz + step_hz / 2, high_hz) - np.maximum(hz - step_hz / 2, low_hz), 0.0, None)
    return np.asarray(uv2_per_hz @ shares)
