"""An electroencephalogram cut into seconds as it comes, with what each second shows on each channel."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.signal import butter

from biofeedback.analysis.eeg.bands import Envelopes
from biofeedback.analysis.eeg.filters import (
    LEAST_RATE_HZ,
    MAINS_HZ,
    MOST_RATE_HZ,
    N_NOTCHES,
    Broad,
    Filter,
    Floats,
    Signal,
    notch_sections,
)

EPOCH_S = 1.0
MUSCLE_HZ = (52.0, 95.0)
"""Where a muscle shows and the brain does not: 51 to 59 Hz (science C15), and on as far as
the rate goes, for a muscle reaches far higher; 60 Hz is taken away."""
MUSCLE_SHARE = 0.45
"""Of the rate: where the band ends at the latest."""
MUSCLE_ORDER = 4
SLOW_HZ = 5.0
"""A blink is slower than this, the rhythm of closed eyes faster."""
SAME_S = 0.03
"""The end of the range: the greatest or least value stands for so long [D]."""


@dataclass(frozen=True, slots=True)
class Epoch:
    """One second of all channels.

    Attributes
    ----------
    index : int
        Of the epoch, from 0.
    clean_uv : array, shape (n_channels, n)
        1 to 45 Hz without the mains.
    band_uv2, band_now_uv2 : array, shape (n_bands, n_channels)
        Power of each of `BANDS`, through causal filters (`Envelopes`): the mean, and at the last sample.
    lost, clipped : array of bool, shape (n_channels,)
        Whether a sample is missing; whether it stands at an end of its range.
    raw_range_uv, clean_peak_uv, slow_peak_uv : array, shape (n_channels,)
        Greatest less least sample as it came; greatest size in the band and below 5 Hz.
    mains_uv, mains_left_uv, muscle_uv : array, shape (n_channels,)
        Root mean square at the mains as they came, what the notch left of them, and from 52 Hz on.
    movement_g : float or None
        Greatest less least length of what an accelerometer tells.
    """

    index: int
    clean_uv: Floats
    band_uv2: Floats
    band_now_uv2: Floats
    lost: NDArray[np.bool_]
    clipped: NDArray[np.bool_]
    raw_range_uv: Floats
    clean_peak_uv: Floats
    slow_peak_uv: Floats
    mains_uv: Floats
    mains_left_uv: Floats
    muscle_uv: Floats
    movement_g: float | None


class EpochStream:
    """Samples in, epochs out; the same epochs however the samples are cut.

    Parameters
    ----------
    rate_hz : float
    mains_hz : float
        50 or 60.
    n_channels : int
    step_s : float
        How far apart epochs begin; less than a second makes them overlap.

    Raises
    ------
    ValueError
        If the rate is too low for the band of muscles, or beyond any recorder.
    """

    def __init__(self, rate_hz: float, mains_hz: float, n_channels: int, step_s: float = EPOCH_S) -> None:
        if not LEAST_RATE_HZ <= rate_hz <= MOST_RATE_HZ:
            raise ValueError(f"{rate_hz:g} samples a second: must be {LEAST_RATE_HZ:g} to {MOST_RATE_HZ:g}")
        if mains_hz not in MAINS_HZ:
            raise ValueError(f"mains of {mains_hz:g} Hz: must be 50 or 60")
        self.rate_hz = rate_hz
        self.n_epoch, self.n_step = round(EPOCH_S * rate_hz), round(step_s * rate_hz)
        self._broad = Broad(rate_hz, mains_hz, n_channels)
        self._envelopes = Envelopes(rate_hz, mains_hz, n_channels)
        muscle = butter(
            MUSCLE_ORDER,
            (MUSCLE_HZ[0], min(MUSCLE_HZ[1], MUSCLE_SHARE * rate_hz)),
            "bandpass",
            fs=rate_hz,
            output="sos",
        )
        notches = [notch_sections(rate_hz, hz) for hz in MAINS_HZ] * N_NOTCHES
        self._muscle = Filter(np.vstack([*notches, muscle]), n_channels)
        self._slow = Filter(butter(2, SLOW_HZ, fs=rate_hz, output="sos"), n_channels)
        turn = np.exp(-2j * math.pi * ((mains_hz / rate_hz * np.arange(self.n_epoch)) % 1.0))
        window = np.hanning(self.n_epoch)
        waves = math.sqrt(2.0) * turn * window / window.sum()
        waves -= waves.mean()  # an offset is no hum
        self._mains = np.column_stack([waves.real, waves.imag])
        self._last_uv: Floats | None = None
        self._index = 0
        self._kept: list[tuple[Signal, ...]] = []
        self._n_kept = 0

    def push(self, samples_uv: Floats, movement_g: Floats | None = None) -> list[Epoch]:
        """Take the next samples; return the epochs that they complete.

        Parameters
        ----------
        samples_uv : array, shape (n_channels, n)
            NaN where a sample is missing.
        movement_g : array, shape (n,), optional
            Length of the acceleration at each sample.
        """
        if not samples_uv.shape[1]:
            return []
        lost = ~np.isfinite(samples_uv)
        held = self._held(samples_uv, lost)
        if self._last_uv is None:
            self._muscle.settle(held[:, 0])
        self._last_uv = held[:, -1].copy()
        clean = self._broad.push(held)
        bands = self._envelopes.push(clean)
        movement = np.full(samples_uv.shape[1], np.nan) if movement_g is None else movement_g
        muscle, slow = self._muscle.push(held), self._slow.push(clean)
        parts: tuple[Signal, ...] = (held, lost, clean, bands, np.asarray(muscle), np.asarray(slow), movement)
        self._kept.append(parts)
        self._n_kept += samples_uv.shape[1]
        if self._n_kept < self.n_epoch:
            return []
        whole = [np.concatenate(piece, axis=-1) for piece in zip(*self._kept, strict=True)]
        begins = range(0, self._n_kept - self.n_epoch + 1, self.n_step)
        found = [self._epoch(*(piece[..., first : first + self.n_epoch] for piece in whole)) for first in begins]
        n_done = min(len(begins) * self.n_step, self._n_kept)
        self._n_kept -= n_done
        self._kept = [tuple(piece[..., n_done:].copy() for piece in whole)] if self._n_kept else []
        return found

    def _held(self, samples_uv: Floats, lost: NDArray[np.bool_]) -> Floats:
        """The samples with each that is missing in place of the last that came, so that a gap is no impulse."""
        if not lost.any():
            return samples_uv
        before = np.zeros(len(samples_uv)) if self._last_uv is None else self._last_uv
        known = np.concatenate([before[:, None], samples_uv], axis=1)
        places = np.where(np.concatenate([np.zeros_like(lost[:, :1]), lost], axis=1), 0, np.arange(known.shape[1]))
        return np.asarray(np.take_along_axis(known, np.maximum.accumulate(places, axis=1), axis=1)[:, 1:])

    def _epoch(
        self, held: Floats, lost: Floats, clean: Floats, bands: Floats, muscle: Floats, slow: Floats, movement: Floats
    ) -> Epoch:
        self._index += 1
        moved = movement[np.isfinite(movement)]
        return Epoch(
            self._index - 1,
            clean,
            bands.mean(axis=2),
            bands[:, :, -1].copy(),
            np.asarray(lost.any(axis=1), dtype=np.bool_),
            stands_at_end(held, math.ceil(SAME_S * self.rate_hz)),
            np.ptp(held, axis=1),
            np.abs(clean).max(axis=1),
            np.abs(slow).max(axis=1),
            np.hypot(*(held @ self._mains).T),
            np.hypot(*(clean @ self._mains).T),
            np.sqrt(np.mean(muscle**2, axis=1)),
            float(np.ptp(moved)) if len(moved) else None,
        )


def stands_at_end(samples: Floats, n_same: int) -> NDArray[np.bool_]:
    """Whether the greatest or least value of each row comes so often in a row."""
    found = np.zeros(len(samples), dtype=bool)
    for ends in (samples.max(axis=1), samples.min(axis=1)):
        # A value that stands so long is met at one of every `n_same` samples: few rows are looked through
        for row in (samples[:, n_same - 1 :: n_same] == ends[:, None]).any(axis=1).nonzero()[0]:
            at_end = samples[row] == ends[row]
            if np.count_nonzero(at_end) >= n_same:
                counts = np.cumsum(at_end)
                counts[n_same:] -= counts[:-n_same].copy()
                found[row] |= bool((counts >= n_same).any())
    return found


def mains_of(samples_uv: Floats, rate_hz: float) -> float:
    """The mains that the samples hold more of, 50 or 60 Hz; shape (n_channels, n), NaN where one is missing."""
    sizes = []
    known = np.where(np.isfinite(samples_uv), samples_uv, 0.0)
    n = round(rate_hz)
    whole = known[:, : known.shape[1] // n * n].reshape(len(known), -1, n)
    whole = whole - whole.mean(axis=2, keepdims=True)
    for hz in MAINS_HZ:
        turn = np.hanning(n) * np.exp(-2j * math.pi * ((hz / rate_hz * np.arange(n)) % 1.0))
        sizes.append(float(np.median(np.abs(whole @ turn))) if whole.size else 0.0)
    return MAINS_HZ[int(sizes[1] > sizes[0])]
