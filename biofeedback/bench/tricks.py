"""What somebody does with jaw and eyes to be rewarded, or because they are, and what electrodes do by themselves."""

import math
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from scipy.signal import butter, sosfilt

from devices.eeg.head import Head, Trouble
from devices.eeg.recording import Floats

REACTION_S = 0.3
"""From the sound to what somebody does in answer to it."""
BLINK_S, BLINK_UV = 0.35, 120.0
JAW_HZ = 20.0
"""A jaw is noise from here on, as that of the simulated head."""


class When(StrEnum):
    """When the jaw is clenched."""

    ALWAYS = "throughout"
    REWARDED = "while it is rewarded"
    UNREWARDED = "while it is not"


@dataclass(frozen=True, slots=True)
class Trick:
    """What is done in a practice, and what happens to the electrodes.

    Attributes
    ----------
    jaw_uv : float
        Root mean square at every electrode while the jaw is clenched.
    when : When
        The jaw is clenched.
    blinks : bool
        Whether the eyes blink each time that a reward begins.
    grows_by : float
        So much larger all samples are at the end than at the beginning, as where an electrode comes to conduct better.
    sways_uv : float
        How far each electrode wanders within a second, root mean square.
    """

    jaw_uv: float = 0.0
    when: When = When.ALWAYS
    blinks: bool = False
    grows_by: float = 1.0
    sways_uv: float = 0.0


class Trickster:
    """Plays a trick from one second to another.

    Attributes
    ----------
    troubles : list of Trouble
        What was done with jaw and eyes, in pieces of a frame.
    """

    def __init__(self, trick: Trick, head: Head, from_s: float, to_s: float) -> None:
        self._trick, self._head, self._from_s, self._to_s = trick, head, from_s, to_s
        self._rng = np.random.default_rng([head.seed, 7])
        n_channels = len(head.electrodes)
        self._high = butter(2, JAW_HZ, "high", fs=head.rate, output="sos")
        self._jaw_state = np.zeros((len(self._high), n_channels, 2))
        # noise of 1 loses what lies below
        self._jaw_gain = 1.0 / math.sqrt(1.0 - 2.0 * JAW_HZ / head.rate)
        self._swayed_uv = np.zeros((n_channels, 1))
        self._rewarded_since_s = self._unrewarded_since_s = self._blink_s = math.inf
        self.troubles: list[Trouble] = []

    def spoil(self, first: int, samples_uv: Floats, *, rewarded: bool) -> Floats:
        """The next samples, shape (n_channels, n), with the trick; the last answer was rewarded or not."""
        at_s = (first + np.arange(samples_uv.shape[1])) / self._head.rate
        if not self._from_s <= at_s[0] < self._to_s:
            return samples_uv
        self._hear(float(at_s[0]), rewarded)
        spoilt = samples_uv + self._jaw(at_s) + self._blink(at_s) + self._sway(samples_uv.shape)
        grown = (at_s - self._from_s) / (self._to_s - self._from_s)
        return np.asarray(spoilt * (1.0 + (self._trick.grows_by - 1.0) * grown))

    def _hear(self, at_s: float, rewarded: bool) -> None:
        if rewarded and self._rewarded_since_s == math.inf:
            self._rewarded_since_s, self._unrewarded_since_s = at_s, math.inf
            if self._trick.blinks and (self._blink_s == math.inf or at_s > self._blink_s + BLINK_S):
                self._blink_s = at_s + REACTION_S
        elif not rewarded and self._unrewarded_since_s == math.inf:
            self._rewarded_since_s, self._unrewarded_since_s = math.inf, at_s

    def _jaw(self, at_s: Floats) -> Floats:
        noise = self._rng.standard_normal((len(self._head.electrodes), len(at_s)))
        jaw, self._jaw_state = sosfilt(self._high, noise, axis=1, zi=self._jaw_state)
        since_s = {
            When.ALWAYS: -math.inf,
            When.REWARDED: self._rewarded_since_s + REACTION_S,
            When.UNREWARDED: self._unrewarded_since_s + REACTION_S,
        }[self._trick.when]
        bites = (at_s >= since_s) & (self._trick.jaw_uv > 0.0)
        self._note("muscle", at_s[bites], np.full(len(noise), self._trick.jaw_uv))
        return np.asarray(bites * self._trick.jaw_uv * self._jaw_gain * jaw)

    def _blink(self, at_s: Floats) -> Floats:
        phase = (at_s - self._blink_s) / BLINK_S
        inside = (phase > 0.0) & (phase < 1.0)
        size_uv = BLINK_UV * self._head.weights[2]
        self._note("blink", at_s[inside], size_uv)
        return np.outer(size_uv, np.where(inside, np.sin(math.pi * np.clip(phase, 0.0, 1.0)) ** 2, 0.0))

    def _sway(self, shape: tuple[int, ...]) -> Floats:
        steps = self._rng.standard_normal(shape) * self._trick.sways_uv / math.sqrt(self._head.rate)
        swayed = self._swayed_uv + np.cumsum(steps, axis=1)
        self._swayed_uv = swayed[:, -1:]
        return np.asarray(swayed)

    def _note(self, kind: str, at_s: Floats, size_uv: Floats) -> None:
        if len(at_s):
            self.troubles.append(Trouble(kind, float(at_s[0]), float(at_s[-1]) + 1.0 / self._head.rate, size_uv))
