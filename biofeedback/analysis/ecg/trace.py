"""An electrocardiogram without a gap, as it grows: filtered, and judged whether it can be trusted."""

import math
from collections import deque
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import correlate1d

Floats = NDArray[np.float64]

HOP_S = 0.25
"""The trace grows by steps of this length from its beginning, so that no cut of the input shows."""
KEEP_S = 8.0
NARROW_S, BROAD_S = 0.05, 0.2
"""Widths of the two Hann windows whose difference passes 5 to 20 Hz, what a QRS complex has and its neighbours lack."""
CLEAN_S, LEVEL_S = 0.04, 0.4
"""A Hann window of the first width is blind at 50 Hz, and nearly at 60; one of the second follows the wander of the
level, which is taken away: R then agrees better with the strap's own intervals than without."""
ENERGY_S = 0.1
FLAT_UV, FLAT_S = 30.0, 2.0
"""A heart moves the trace by more than this within this time [D]."""
CLIPPED_S, CLIPPED_UV = 0.03, 500.0
"""The end of the range: the greatest or least value lasts so long, so far from the middle [D]."""
NOISE_S, NOISE_SHARE = 1.0, 0.25
"""Too noisy to trust: for half of the time the band holds more than this share of a beat's energy [D]."""
AROUND_S = 0.4
"""Noise that has just begun is looked for so far to either side of a beat."""
JOLT_SHARE, JOLT_ASIDE_S, JOLT_MEAN_S = 0.6, 0.1, 0.05
"""A jolt moves the level from before to after it by more than this share of its height [D]."""


class Flaw(StrEnum):
    """Why a stretch of the trace cannot be trusted."""

    FLAT = "flat line"
    CLIPPED = "out of range"
    NOISE = "noise"
    JOLT = "a jolt"
    GAP = "gap"


@dataclass(frozen=True, slots=True)
class Marred:
    """A stretch that cannot be trusted, seconds on the time axis of the samples."""

    from_s: float
    to_s: float
    flaw: Flaw


def hann(width_s: float, rate_hz: float) -> Floats:
    """A Hann window of sum 1 with an odd number of samples."""
    half = math.floor(width_s * rate_hz / 2.0)
    window = 0.5 + 0.5 * np.cos(2.0 * math.pi * np.arange(-half, half + 1) / (width_s * rate_hz))
    return np.asarray(window / window.sum())


def band_filter(narrow_s: float, broad_s: float, rate_hz: float) -> Floats:
    """The difference of two Hann windows: a symmetric filter that passes neither an offset nor a slope."""
    broad, narrow = hann(broad_s, rate_hz), hann(narrow_s, rate_hz)
    band = -broad
    aside = (len(broad) - len(narrow)) // 2
    band[aside : aside + len(narrow)] += narrow
    return np.asarray(band)


def middle(values: Floats) -> float:
    """The median of finite values, at a quarter of the cost of `np.median`, which looks for NaN and shapes."""
    half = len(values) // 2
    if len(values) % 2:
        return float(np.partition(values, half)[half])
    ordered = np.partition(values, (half - 1, half))
    return float(ordered[half - 1] + ordered[half]) / 2.0


class _Symmetric:
    """A symmetric filter whose output belongs to the middle of its window; it begins as if all had been zero."""

    def __init__(self, taps: Floats) -> None:
        self._taps = taps
        self._half = len(taps) // 2
        self._before = np.zeros(self._half)

    def push(self, samples: Floats) -> Floats:
        """Take the next samples; return what they bring: half a window less in all than was taken."""
        known = np.concatenate([self._before, samples])
        self._before = known[-2 * self._half :]
        filtered = correlate1d(known, self._taps, mode="constant")
        return np.asarray(filtered[self._half : len(known) - self._half])


class Trace:
    """The latest seconds of an electrocardiogram without a gap.

    Samples are counted from its beginning. Each filtered signal lags behind the samples by half of its window.
    """

    def __init__(self, rate_hz: float) -> None:
        self._rate_hz = rate_hz
        self._keep = round(KEEP_S * rate_hz)
        self._offset_uv: float | None = None
        self._band_filter = _Symmetric(band_filter(NARROW_S, BROAD_S, rate_hz))
        n_energy = 2 * math.floor(ENERGY_S * rate_hz / 2.0) + 1
        self._energy_filter = _Symmetric(np.full(n_energy, 1.0 / n_energy))
        self._clean_filter = _Symmetric(band_filter(CLEAN_S, LEVEL_S, rate_hz))
        empty = np.zeros(0)
        self._time_s, self._raw, self._band, self._energy, self.clean = empty, empty, empty, empty, empty
        self.first = 0
        """The sample with which the arrays begin."""
        self._marred: deque[tuple[int, int]] = deque()

    @property
    def end_s(self) -> float | None:
        """Instant of the newest sample."""
        return float(self._time_s[-1]) if len(self._time_s) else None

    @property
    def n_energy(self) -> int:
        """The energy is known for the samples before this one."""
        return self.first + len(self._energy)

    def extend(self, time_s: Floats, ecg_uv: Floats, signal_uv: float) -> Marred | None:
        """Take the next samples; return them as a stretch if they cannot be trusted.

        Parameters
        ----------
        time_s, ecg_uv : ndarray, shape (n,)
        signal_uv : float
            The usual energy of a beat; 0 while that is unknown.
        """
        if self._offset_uv is None:
            self._offset_uv = float(ecg_uv[0])
        begin = self.first + len(self._raw)
        samples = ecg_uv - self._offset_uv
        band = self._band_filter.push(samples)
        energy = np.sqrt(np.maximum(self._energy_filter.push(band * band), 0.0))
        self._time_s = np.concatenate([self._time_s, time_s])
        self._raw = np.concatenate([self._raw, samples])
        self._band = np.concatenate([self._band, band])
        self._energy = np.concatenate([self._energy, energy])
        self.clean = np.concatenate([self.clean, self._clean_filter.push(samples)])
        self._forget()
        flaw = self._flaw(signal_uv)
        if flaw is None:
            return None
        return self._remember(begin, begin + len(ecg_uv), flaw)

    def _remember(self, begin: int, end: int, flaw: Flaw) -> Marred:
        self._marred.append((begin, end))
        return Marred(self.time_at(begin), self.time_at(end - 1) + 1.0 / self._rate_hz, flaw)

    def _forget(self) -> None:
        over = len(self._raw) - self._keep
        if over <= 0:
            return
        self.first += over
        self._time_s, self._raw = self._time_s[over:], self._raw[over:]
        self._band, self._energy, self.clean = self._band[over:], self._energy[over:], self.clean[over:]
        while self._marred and self._marred[0][1] <= self.first:
            self._marred.popleft()

    def _flaw(self, signal_uv: float) -> Flaw | None:
        lately = self._raw[-round(FLAT_S * self._rate_hz) :]
        if len(lately) >= round(FLAT_S * self._rate_hz) and np.ptp(lately) < FLAT_UV:
            return Flaw.FLAT
        lately = self._raw[-round(NOISE_S * self._rate_hz) :]
        if self._is_clipped(lately):
            return Flaw.CLIPPED
        band = self._band[-round(NOISE_S * self._rate_hz) :]
        if signal_uv > 0.0 and len(band) and middle(np.abs(band)) > NOISE_SHARE * signal_uv:
            return Flaw.NOISE
        return None

    def _is_clipped(self, samples: Floats) -> bool:
        level = middle(samples)
        n = max(3, math.ceil(CLIPPED_S * self._rate_hz))
        for extreme in (samples.max(), samples.min()):
            if abs(extreme - level) >= CLIPPED_UV:
                places = np.flatnonzero(samples == extreme)
                if len(places) >= n and np.any(places[n - 1 :] - places[: 1 - n] == n - 1):
                    return True
        return False

    def peaks(self, begin: int, end: int, apart: int) -> list[int]:
        """Samples from `begin` to before `end` whose energy is the greatest within `apart` samples."""
        low, high = max(begin, self.first + 1) - self.first, end - self.first
        if high <= low:
            return []
        energy = self._energy
        here = energy[low:high]
        tops = low + np.flatnonzero((here > energy[low - 1 : high - 1]) & (here >= energy[low + 1 : high + 1]))
        return [
            self.first + int(top) for top in tops if energy[top] >= energy[max(0, top - apart) : top + apart + 1].max()
        ]

    @property
    def n_clean(self) -> int:
        """The clean trace is known for the samples before this one."""
        return self.first + len(self.clean)

    def flaw_at(self, at: int, signal_uv: float) -> Marred | None:
        """What is wrong with the trace around a beat, if anything; it is remembered."""
        around, i = round(AROUND_S * self._rate_hz), at - self.first
        if self._is_jolted(i):
            flaw, reach = Flaw.JOLT, round(JOLT_ASIDE_S * self._rate_hz)
        elif middle(np.abs(self._band[max(0, i - around) : i + around])) > NOISE_SHARE * signal_uv:
            flaw, reach = Flaw.NOISE, around
        else:
            return None
        begin, end = max(self.first, at - reach), min(at + reach, self.first + len(self._raw))
        return self._remember(begin, end, flaw)

    def _is_jolted(self, i: int) -> bool:
        """Whether the level steps at a sample, more than it wanders before and after."""
        aside, mean = round(JOLT_ASIDE_S * self._rate_hz), round(JOLT_MEAN_S * self._rate_hz)
        ends = [i - 3 * aside, i - aside, i + aside + mean, i + 3 * aside + mean]
        if ends[0] < mean or ends[-1] > len(self._raw):
            return False
        levels_uv = np.array([self._raw[end - mean : end].mean() for end in ends])
        left, step, right = np.diff(levels_uv)
        height_uv = np.ptp(self._raw[i - aside : i + aside])
        return bool(min(abs(step), abs(step - left), abs(step - right)) > JOLT_SHARE * height_uv)

    def energy_at(self, at: int) -> float:
        """Energy of a sample, microvolts."""
        return float(self._energy[at - self.first])

    def around(self, at: int, within_s: float) -> Floats:
        """The trace around a sample."""
        within, at = round(within_s * self._rate_hz), at - self.first
        return self.clean[max(0, at - within) : at + within + 1]

    def time_at(self, at: float) -> float:
        """The instant of a place between samples."""
        return float(np.interp(at - self.first, np.arange(len(self._time_s)), self._time_s))

    def is_marred(self, begin: int, end: int) -> bool:
        """Whether any of the samples from `begin` to `end` lies in a stretch that cannot be trusted."""
        return any(begin < to and end >= since for since, to in self._marred)
