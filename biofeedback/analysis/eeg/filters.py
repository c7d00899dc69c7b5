"""Causal filters of an electroencephalogram that carry their state: the output is the same however the input is cut."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.signal import butter, iirnotch, lfilter, sosfilt, sosfilt_zi, sosfreqz, tf2sos

Floats = NDArray[np.float64]
Signal = NDArray[Any]
"""Real or complex."""

BROAD_HZ = (1.0, 45.0)
"""What is looked at (science C15)."""
ORDER = 2
NOTCH_Q = 15.0
"""Width of the notch: 3.3 Hz at 50 Hz [D]; a narrower one rings for longer than an epoch."""
N_NOTCHES = 2
"""One leaves a fortieth of mains that are 0.05 Hz off, which at a dry electrode is more than the brain gives."""
MAINS_HZ = (50.0, 60.0)
LEAST_RATE_HZ, MOST_RATE_HZ = 125.0, 5000.0
"""Slower ones hold neither the mains nor a muscle above the band."""


class Filter:
    """Second-order sections in a row over channels, one after the other in time.

    Parameters
    ----------
    sections : array, shape (n_sections, 6)
    n_channels : int
    """

    def __init__(self, sections: Floats, n_channels: int, *, of_complex: bool = False) -> None:
        self._sections = sections
        kind = np.complex128 if of_complex else np.float64
        self._state: Signal = np.zeros((len(sections), n_channels, 2), dtype=kind)

    def settle(self, levels: Floats) -> None:
        """Begin as if each channel (shape (n_channels,)) had stood at its level for ever."""
        self._state = np.asarray(sosfilt_zi(self._sections)[:, None, :] * levels[None, :, None])

    def push(self, samples: Signal) -> Signal:
        """Filter the next samples, shape (n_channels, n)."""
        if len(self._sections) == 1:  # the same, without what `sosfilt` looks at before each call
            numerator, denominator = self._sections[0, :3], self._sections[0, 3:]
            filtered, self._state[0] = lfilter(numerator, denominator, samples, axis=-1, zi=self._state[0])
        else:
            filtered, self._state = sosfilt(self._sections, samples, axis=-1, zi=self._state)
        return np.asarray(filtered)


def broad_sections(rate_hz: float, mains_hz: float) -> Floats:
    """1 to 45 Hz, and two notches at the mains; shape (n_sections, 6)."""
    above = butter(ORDER, BROAD_HZ[0], "highpass", fs=rate_hz, output="sos")
    below = butter(ORDER, BROAD_HZ[1], "lowpass", fs=rate_hz, output="sos")
    return np.vstack([above, below, *[notch_sections(rate_hz, mains_hz)] * N_NOTCHES])


def notch_sections(rate_hz: float, mains_hz: float) -> Floats:
    """A notch at the mains; shape (1, 6)."""
    return np.asarray(tf2sos(*iirnotch(mains_hz, NOTCH_Q, fs=rate_hz)))


def gain(sections: Floats, hz: Floats, rate_hz: float) -> Floats:
    """How much power passes at some frequencies, 0 to 1."""
    return np.asarray(np.abs(sosfreqz(sections, hz, fs=rate_hz)[1]) ** 2)


class Broad:
    """The band of the brain, as it comes; begins at the level of the first samples, so that an offset is no step."""

    def __init__(self, rate_hz: float, mains_hz: float, n_channels: int) -> None:
        self._filter = Filter(broad_sections(rate_hz, mains_hz), n_channels)
        self._begun = False

    def push(self, samples_uv: Floats) -> Floats:
        """Filter the next samples, shape (n_channels, n)."""
        if not self._begun and samples_uv.shape[1]:
            self._filter.settle(samples_uv[:, 0])
            self._begun = True
        return np.asarray(self._filter.push(samples_uv), dtype=np.float64)
