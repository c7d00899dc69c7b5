"""A whole exercise's sound, rendered as fast as the machine can: to be measured, or kept as a file."""

import wave
from collections.abc import Callable, Iterator
from typing import IO

import numpy as np
from numpy.typing import NDArray

from biofeedback.sound.course import Moment, Scene
from biofeedback.sound.loops import RATE_HZ, Samples
from biofeedback.sound.settings import SoundSettings
from biofeedback.sound.synthesizer import N_CHANNELS, Synthesizer
from protocols.timeline import Timeline

TAIL_S = 8.0
"""After the end of the practice, for the last bell."""
_BLOCK = 48_000

Calm = Callable[[float], float | None]


def render(timeline: Timeline, seconds: float | None, settings: SoundSettings, calm: Calm | None = None) -> Samples:
    """The sound of an exercise from its beginning.

    Parameters
    ----------
    timeline : Timeline
    seconds : float or None
        How much of it; None for all, with the ringing of the last bell.
    settings : SoundSettings
    calm : callable, optional
        Calm, 0 to 1 or None, at a second of practice.

    Returns
    -------
    ndarray
        Shape (number of frames, 2), float32, -1 to 1, `RATE_HZ` frames a second.
    """
    return np.concatenate(list(_blocks(timeline, seconds, settings, calm)))


def render_to_wav(
    opened: IO[bytes], timeline: Timeline, seconds: float | None, settings: SoundSettings, calm: Calm | None = None
) -> None:
    """The same as `render`, kept as a WAV file of 16 bits in a file that can be sought in."""
    with wave.open(opened, "wb") as file:
        file.setnchannels(N_CHANNELS)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        for block in _blocks(timeline, seconds, settings, calm):
            file.writeframes(in_16_bits(block).tobytes())


def in_16_bits(samples: Samples) -> NDArray[np.int16]:
    """Samples of -1 to 1 as little-endian integers."""
    integers: NDArray[np.int16] = np.rint(samples * 32767.0).astype("<i2")
    return integers


def _blocks(timeline: Timeline, seconds: float | None, settings: SoundSettings, calm: Calm | None) -> Iterator[Samples]:
    scene = Scene.of(timeline)

    def listen(frame: int) -> Moment:
        elapsed_s = frame / RATE_HZ
        return Moment(scene, elapsed_s, settings, calm=calm(elapsed_s) if calm else None)

    synthesizer = Synthesizer(listen)
    n_left = round((timeline.total_s + TAIL_S if seconds is None else seconds) * RATE_HZ)
    while n_left > 0:
        block = synthesizer.render(min(_BLOCK, n_left))
        n_left -= len(block)
        yield block
