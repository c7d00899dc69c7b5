"""The power of each band as it goes: shifted to zero, smoothed, squared, with a delay that is known."""

import math

import numpy as np
from scipy.signal import butter

from biofeedback.analysis.eeg.filters import ORDER, Broad, Filter, Floats, broad_sections, gain
from biofeedback.analysis.eeg.rhythms import BANDS

NOISE_WIDTH = math.pi / (2.0 * ORDER) / math.sin(math.pi / (2.0 * ORDER))
"""A Butterworth low-pass lets as much white noise through as a perfect one that is so many times as wide."""
MOST_DELAY_MS = 250.0
"""Feedback of alpha that came later taught nothing (Belinskaia 2020; science C15)."""


class Envelopes:
    """The power of each band at each sample, of what `Broad` passes.

    A band is shifted to zero (multiplied with a turning pointer) and smoothed by a low-pass of half its width, so
    that there is hardly a ripple of twice its frequency and no second delay for a smoothing of the square. What
    `Broad` takes of a band is given back.
    """

    def __init__(self, rate_hz: float, mains_hz: float, n_channels: int) -> None:
        broad = broad_sections(rate_hz, mains_hz)
        passed = [gain(broad, np.linspace(band.low_hz, band.high_hz, 64), rate_hz).mean() for band in BANDS]
        self._scale = 2.0 / np.array(passed)[:, None, None]
        self._cycles = np.array([band.middle_hz / rate_hz for band in BANDS])
        self._n = 0
        self._filters = [
            Filter(
                butter(ORDER, band.width_hz / 2.0 / NOISE_WIDTH, fs=rate_hz, output="sos"), n_channels, of_complex=True
            )
            for band in BANDS
        ]

    def push(self, clean_uv: Floats) -> Floats:
        """The power in µV², shape (n_bands, n_channels, n), of the next samples, shape (n_channels, n)."""
        turns = self._cycles[:, None] * np.arange(self._n, self._n + clean_uv.shape[1])[None, :]
        pointers = np.exp(-2j * math.pi * (turns % 1.0))
        self._n += clean_uv.shape[1]
        shifted = [one.push(clean_uv * pointer[None, :]) for one, pointer in zip(self._filters, pointers, strict=True)]
        return np.asarray(self._scale * np.abs(np.stack(shifted)) ** 2)


def delays_ms(rate_hz: float, mains_hz: float) -> dict[str, float]:
    """By band, how long after an impulse its power is greatest, through all filters, in milliseconds."""
    n = round(2.0 * rate_hz)
    impulse = np.zeros((1, n))
    impulse[0, n // 4] = 1.0  # filters begin at the level of the first sample
    power = Envelopes(rate_hz, mains_hz, 1).push(Broad(rate_hz, mains_hz, 1).push(impulse))
    latest = power[:, 0, :].argmax(axis=1) - n // 4
    return {band.name: 1000.0 * int(lag) / rate_hz for band, lag in zip(BANDS, latest, strict=True)}
