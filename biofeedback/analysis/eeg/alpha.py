"""A person's own alpha: where its peak lies, told apart from the slope it stands on, and how it answers the eyes."""

import math
from dataclasses import dataclass

import numpy as np

from biofeedback.analysis.eeg.filters import Floats
from biofeedback.analysis.eeg.spectrum import Densities

SEARCH_HZ = (7.0, 13.0)
"""Where a person's alpha can lie."""
SLOPE_HZ = (2.0, 40.0)
RHYTHMS_HZ = (6.5, 16.0)
"""Left out where the slope is fitted first, for alpha and SMR stand there."""
LEAST_HEIGHT = 0.15
"""Of the decimal logarithm: a peak stands 1.4 times above the slope [D]."""
N_ERRORS = 4.0
"""And so many of its standard errors [D]: some twenty places are looked at."""
LEAST_WINDOWS = 15
"""Windows with closed eyes [D]."""
AROUND_HZ = 2.0
N_BLOCKS = 8
MOST_ERROR_HZ = 0.1
"""Twice the standard error is the 0.2 Hz within which a told frequency has to lie."""


@dataclass(frozen=True, slots=True)
class Slope:
    """The aperiodic part: density falls as frequency to the power of minus the exponent."""

    log10_offset: float
    exponent: float

    def log10_at(self, hz: Floats) -> Floats:
        return np.asarray(self.log10_offset - self.exponent * np.log10(hz))


@dataclass(frozen=True, slots=True)
class Peak:
    """A peak of alpha, or the reason why none is told.

    Attributes
    ----------
    hz, error_hz, height : float or None
        Where, its standard error, and how far it stands above the slope (decimal logarithm).
    reason : str
    """

    hz: float | None = None
    error_hz: float | None = None
    height: float | None = None
    reason: str = ""


def slope_of(hz: Floats, uv2_per_hz: Floats) -> Slope:
    """The straight line in logarithms under all peaks.

    Fitted once without the rhythms, then without all that stands out of that (after Donoghue 2020, Nat Neurosci
    23(12), 1655-1665).
    """
    within = (hz >= SLOPE_HZ[0]) & (hz <= SLOPE_HZ[1])
    x, y = np.log10(hz[within]), np.log10(np.maximum(uv2_per_hz[within], 1e-12))
    quiet = (hz[within] < RHYTHMS_HZ[0]) | (hz[within] > RHYTHMS_HZ[1])
    for _ in range(2):
        gradient, offset = np.polyfit(x[quiet], y[quiet], 1, w=1.0 / np.sqrt(hz[within][quiet]))
        left = y - (offset + gradient * x)
        quiet &= left < 1.5 * np.std(left[quiet])
    return Slope(float(offset), float(-gradient))


def peak_of(closed: Densities, opened: Densities) -> Peak:
    """The peak of alpha with closed eyes.

    Parameters
    ----------
    closed, opened : Densities
        Of the two stretches; without windows where a stretch is not known.
    """
    n = closed.n
    if n < LEAST_WINDOWS:
        return Peak(reason=f"fewer than {LEAST_WINDOWS} usable windows of {closed.long_s} s with closed eyes ({n})")
    slope = slope_of(closed.hz, closed.mean)
    at, height = _highest(closed.hz, closed.mean, slope)
    error = math.sqrt(1.0 / closed.n_apart) / math.log(10.0)
    if at is None or height < max(LEAST_HEIGHT, N_ERRORS * error):
        return Peak(reason="no peak of alpha stands out with closed eyes")
    if opened.n >= LEAST_WINDOWS:
        around = np.abs(closed.hz - at) <= 1.0
        if opened.mean[around].sum() >= closed.mean[around].sum():
            return Peak(reason="the peak is no smaller with open eyes, so it is not told as alpha")
    middle = _middle(closed.hz, closed.mean, slope, at)
    blocks = np.array_split(closed.uv2_per_hz, N_BLOCKS)
    total, sizes = closed.uv2_per_hz.sum(axis=0), [len(block) for block in blocks]
    left_out = np.array(
        [
            _middle(closed.hz, (total - block.sum(axis=0)) / (n - size), slope, at)
            for block, size in zip(blocks, sizes, strict=True)
        ]
    )
    spread = math.sqrt((N_BLOCKS - 1) / N_BLOCKS * float(np.sum((left_out - left_out.mean()) ** 2)))
    if spread > MOST_ERROR_HZ:
        return Peak(reason=f"the peak of alpha cannot be told to 0.2 Hz (standard error {spread:.2f} Hz)")
    return Peak(middle, spread, height)


def _highest(hz: Floats, uv2_per_hz: Floats, slope: Slope) -> tuple[float | None, float]:
    """The highest place above the slope that falls off to both sides, and its height; None where there is none."""
    above = np.log10(np.maximum(uv2_per_hz, 1e-12)) - slope.log10_at(hz)
    inside = np.flatnonzero((hz >= SEARCH_HZ[0]) & (hz <= SEARCH_HZ[1]))
    tops = [i for i in inside if above[i] >= above[i - 1] and above[i] >= above[i + 1]]
    if not tops:
        return None, 0.0
    best = max(tops, key=lambda i: above[i])
    return float(hz[best]), float(above[best])


def _middle(hz: Floats, uv2_per_hz: Floats, slope: Slope, around_hz: float) -> float:
    """Centre of what stands above the slope, from half of its height on either side.

    Klimesch 1999 (Brain Res Rev 29, 169-195) takes the centre of gravity, for the top of a rough peak is chance.
    """
    near = np.abs(hz - around_hz) <= AROUND_HZ
    excess = np.maximum(uv2_per_hz - 10.0 ** slope.log10_at(hz), 0.0)
    top = int(np.flatnonzero(near)[excess[near].argmax()])
    low, high = top, top
    while near[low - 1] and excess[low - 1] > excess[top] / 2.0:
        low -= 1
    while near[high + 1] and excess[high + 1] > excess[top] / 2.0:
        high += 1
    part = slice(low, high + 1)
    weight = excess[part]
    return float(hz[part] @ weight / weight.sum()) if weight.sum() > 0.0 else around_hz
