"""The layers of the sound. Each renders one hop of `HOP` frames; every gain moves along a line within it."""

import math
from dataclasses import dataclass

import numpy as np

from biofeedback.sound.loops import HOP, RATE_HZ, LoopBank, Samples, bell

HOP_S = HOP / RATE_HZ
ALONG = (np.arange(HOP) / HOP).astype(np.float32)
"""How far through the hop each frame lies."""
_FRAMES = np.arange(HOP, dtype=np.float64)

LOWEST_HZ = 220.0
GLIDE_OCTAVES = 7 / 12
"""The tone rises by a fifth from empty to full lungs."""

BELL_AGAIN_S = 5.0
"""A bell does not ring again within this time, however the clocks are set."""
BELL_LATE_S = 0.5
"""A bell that was passed by more than this is left out."""


@dataclass(frozen=True, slots=True)
class Span:
    """A value from the beginning of a hop to its end."""

    start: float
    end: float

    def samples(self) -> Samples:
        line: Samples = np.float32(self.start) + np.float32(self.end - self.start) * ALONG
        return line

    @property
    def silent(self) -> bool:
        return self.start == 0.0 and self.end == 0.0


def product(*spans: Span) -> Span:
    """The spans multiplied, as a line again."""
    start = end = 1.0
    for span in spans:
        start *= span.start
        end *= span.end
    return Span(start, end)


class Glide:
    """A value that moves towards its goal no faster than so much a second.

    Parameters
    ----------
    value : float
        To begin with.
    up_per_s, down_per_s : float
        Fastest rise and fall.
    """

    def __init__(self, value: float, up_per_s: float, down_per_s: float) -> None:
        self.value = value
        self._up_per_s = up_per_s
        self._down_per_s = down_per_s

    def towards(self, goal: float, down_per_s: float | None = None, up_per_s: float | None = None) -> Span:
        """One hop nearer to the goal, with other limits where some are told."""
        start = self.value
        down = (self._down_per_s if down_per_s is None else down_per_s) * HOP_S
        up = (self._up_per_s if up_per_s is None else up_per_s) * HOP_S
        self.value = min(max(goal, start - down), start + up)
        return Span(start, self.value)


def eased(span: Span) -> Span:
    """A fade from 0 to 1 without a corner at its ends."""
    return Span(_smoothstep(span.start), _smoothstep(span.end))


def _smoothstep(x: float) -> float:
    return x * x * (3.0 - 2.0 * x)


class Tone:
    """A soft tone whose pitch, brightness and strength rise and fall with the lungs."""

    def __init__(self) -> None:
        self._cycles = 0.0

    def hop(self, volume: Span) -> Samples:
        """One hop at a lung volume; peak below 1.5, mean square about 0.5 at full lungs.

        Returns
        -------
        ndarray
            Shape (`HOP`,).
        """
        start_hz, end_hz = (LOWEST_HZ * 2.0 ** (GLIDE_OCTAVES * v) for v in (volume.start, volume.end))
        bend = (end_hz - start_hz) / (2 * HOP)
        angle = (2 * np.pi) * (self._cycles + (start_hz + bend * _FRAMES) * _FRAMES / RATE_HZ)
        self._cycles = (self._cycles + (start_hz + bend * HOP) * HOP_S) % 1.0
        sine = np.sin(angle).astype(np.float32)
        cosine = np.cos(angle).astype(np.float32)
        second = 2.0 * sine * cosine
        third = sine * (3.0 - 4.0 * sine * sine)
        v = volume.samples()
        sound: Samples = (0.3 + 0.7 * v) * (sine + (0.10 + 0.25 * v) * second + (0.02 + 0.13 * v) * third)
        return sound


class Mixture:
    """Loops of a bank, mixed so that each is weaker than the darker one before it by so many decibels.

    Parameters
    ----------
    bank : LoopBank
    """

    def __init__(self, bank: LoopBank) -> None:
        self._bank = bank
        self._steps = np.arange(len(bank.loops))
        self._ended, self._gained = (math.nan, math.nan), np.zeros(len(bank.loops), np.float32)

    def hop(self, frame: int, tilt_db: Span, level: Span) -> Samples:
        """One hop, its mean square that of `level` squared, whatever the tilt.

        Returns
        -------
        ndarray
            Shape (2, `HOP`): left and right.
        """
        start, end = self._gains(tilt_db.start, level.start), self._gains(tilt_db.end, level.end)
        left, right = self._bank.hop_at(frame)
        return np.stack([start @ side + ((end - start) @ side) * ALONG for side in (left, right)])

    def _gains(self, tilt_db: float, level: float) -> Samples:
        if self._ended != (tilt_db, level):  # a hop begins as the one before it ended
            gains = 10.0 ** (tilt_db * self._steps / 20.0)
            self._gained = (gains * (level / math.sqrt(float(np.sum(gains**2))))).astype(np.float32)
            self._ended = tilt_db, level
        return self._gained


class Bells:
    """Rings the bells that practice time passes."""

    def __init__(self) -> None:
        self._ringing: list[tuple[Samples, int]] = []
        self._rung: dict[float, int] = {}

    def strike(self, at_s: float, pitch_hz: float, passed: Span, frame: int) -> None:
        """Ring a bell if practice time passes it in the hop that begins at `frame`."""
        if not passed.start < at_s <= passed.end or passed.end - at_s > BELL_LATE_S:
            return
        if frame - self._rung.get(at_s, -RATE_HZ * 60) < BELL_AGAIN_S * RATE_HZ:
            return
        self._rung[at_s] = frame
        late_s = passed.end - at_s
        self._ringing.append((bell(pitch_hz), -max(0, HOP - round(late_s * RATE_HZ))))

    def hop(self) -> Samples | None:
        """One hop of all that ring; None where none does."""
        if not self._ringing:
            return None
        sound = np.zeros(HOP, np.float32)
        for strike, position in self._ringing:
            begin = max(0, -position)
            part = strike[max(0, position) : position + HOP]
            sound[begin : begin + part.size] += part
        self._ringing = [(strike, at + HOP) for strike, at in self._ringing if at + HOP < strike.size]
        return sound
