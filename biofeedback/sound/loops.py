"""Stored sound that layers are mixed from: loops without a seam, and the strike of a bell.

Noise is made once, from a fixed seed, and only mixed while playing. That costs little, and makes the sound a function
of the frame's number alone.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]

RATE_HZ = 48_000
HOP = 480
"""Frames that are rendered at a time: 10 ms. In pieces of this size numpy keeps the interpreter to the end of a block:
with larger ones a busy thread beside could hold the sound up at every step."""

NOISE_EDGES_HZ = (90.0, 250.0, 600.0, 1200.0, 2400.0, 4800.0)
NOISE_LENGTHS = (262_144, 259_200, 250_000, 245_760, 240_000)
"""About five seconds, each band another length, so that the mixture does not come round."""

BED_NOTES_HZ = ((110.0, 164.8), (220.0, 329.6), (440.0, 659.3), (880.0, 1318.5), (1760.0, 2637.0))
"""Layers of the bed, dark to bright: octaves and fifths, which are neither glad nor sad."""
BED_LENGTHS = (262_144, 259_200, 250_000, 245_760, 240_000)
BED_WIDTH = 0.004
"""Standard deviation of a note's line as a share of its frequency: it shimmers as a choir does."""

BELL_S = 7.0
BELL_ATTACK_S = 0.15
BELL_PARTIALS = ((1.0, 1.0, 2.2), (1.003, 0.6, 2.0), (2.0, 0.22, 1.1), (2.76, 0.10, 0.7))
"""Ratio to the pitch, strength, seconds to a fall by the factor e. The close pair beats slowly."""


@dataclass(frozen=True, slots=True)
class LoopBank:
    """Loops that are heard together, each with its own gain.

    Attributes
    ----------
    loops : tuple of ndarray
        Mean square 1 each; the first `HOP` samples stand again at the end, so that any hop is one slice.
    """

    loops: tuple[Samples, ...]

    def hop_at(self, frame: int) -> tuple[Samples, Samples]:
        """The hop that begins at a frame, left and right.

        Returns
        -------
        tuple of ndarray
            Shape (number of loops, `HOP`) each. The right side is half a loop ahead: the same sound, elsewhere.
        """
        left = np.empty((len(self.loops), HOP), np.float32)
        right = np.empty_like(left)
        for i, loop in enumerate(self.loops):
            length = loop.size - HOP
            start, ahead = frame % length, (frame + length // 2) % length
            left[i], right[i] = loop[start : start + HOP], loop[ahead : ahead + HOP]
        return left, right


@cache
def noise() -> LoopBank:
    """Bands of noise, low to high."""
    random = np.random.default_rng(1)
    shapes = [
        _band(length, low, high)
        for length, low, high in zip(NOISE_LENGTHS, NOISE_EDGES_HZ[:-1], NOISE_EDGES_HZ[1:], strict=True)
    ]
    return LoopBank(tuple(_loop(shape, random) for shape in shapes))


@cache
def bed() -> LoopBank:
    """Layers of notes, dark to bright, each note a narrow line of noise."""
    random = np.random.default_rng(2)
    shapes = [_lines(length, notes) for length, notes in zip(BED_LENGTHS, BED_NOTES_HZ, strict=True)]
    return LoopBank(tuple(_loop(shape, random) for shape in shapes))


@cache
def bell(pitch_hz: float) -> Samples:
    """A soft strike: a slow attack, few partials, silence at the end. Peak 1.

    Returns
    -------
    ndarray
        Shape (`BELL_S` times `RATE_HZ`,).
    """
    t = np.arange(int(BELL_S * RATE_HZ)) / RATE_HZ
    sound = np.zeros(t.size)
    for ratio, strength, decay_s in BELL_PARTIALS:
        sound += strength * np.exp(-t / decay_s) * np.sin(2 * np.pi * ratio * pitch_hz * t)
    sound *= _eased(t / BELL_ATTACK_S) * _eased((BELL_S - t) / 2.0)
    strike: Samples = (sound / np.abs(sound).max()).astype(np.float32)
    return strike


def _eased(progress: NDArray[np.float64]) -> NDArray[np.float64]:
    return 0.5 - 0.5 * np.cos(np.pi * np.clip(progress, 0.0, 1.0))


def _band(length: int, low_hz: float, high_hz: float) -> NDArray[np.float64]:
    """Strength of each frequency: flat, with edges a tenth of an octave wide that neighbours share."""
    octaves = np.log2(np.maximum(np.fft.rfftfreq(length, 1 / RATE_HZ), 1e-3))
    return _eased((octaves - np.log2(low_hz)) * 10.0 + 0.5) * _eased((np.log2(high_hz) - octaves) * 10.0 + 0.5)


def _lines(length: int, notes_hz: tuple[float, ...]) -> NDArray[np.float64]:
    hz = np.fft.rfftfreq(length, 1 / RATE_HZ)
    shape = np.zeros(hz.size)
    for note in notes_hz:
        shape += np.exp(-0.5 * ((hz - note) / (BED_WIDTH * note)) ** 2)
    return shape


def _loop(shape: NDArray[np.float64], random: np.random.Generator) -> Samples:
    length = 2 * (shape.size - 1)
    spectrum = shape * np.exp(2j * np.pi * random.random(shape.size))
    spectrum[0] = 0.0
    loop = np.fft.irfft(spectrum, length)
    loop /= np.sqrt(np.mean(loop**2))
    return np.concatenate([loop, loop[:HOP]]).astype(np.float32)
