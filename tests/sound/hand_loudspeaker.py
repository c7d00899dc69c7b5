"""A loudspeaker that a test plays by hand: with a clock of its own, late, stalled or gone."""

from collections.abc import Callable

import numpy as np

from biofeedback.sound.loops import RATE_HZ, Samples
from devices.clock import Clock

PERIOD = 2880


class HandLoudspeaker:
    """Asks for blocks as its queue has room, and keeps what it played with the time at which that was heard.

    Parameters
    ----------
    clock : Clock
        One that stands still until it is advanced.
    faster : float
        How much faster than told the device runs: 0.001 is a thousandth.
    """

    queue_s = 0.1

    def __init__(self, clock: Clock, faster: float = 0.0) -> None:
        self._clock = clock
        self._period_s = PERIOD / RATE_HZ / (1.0 + faster)
        self._blocks: Callable[[int], Samples] | None = None
        self._heard_s = clock.now() + self.queue_s
        self.played: list[Samples] = []
        self.heard_at_s: list[float] = []
        self.closed = False

    def start(self, blocks: Callable[[int], Samples]) -> None:
        self._blocks = blocks

    def close(self) -> None:
        self.closed = True

    def ask(self, late_s: float = 0.0) -> None:
        """The next request, so much later than there was room; too late, and the queue runs dry."""
        assert self._blocks is not None
        asks_s = self._heard_s - self.queue_s + late_s
        self._clock.advance(max(0.0, asks_s - self._clock.now()))
        if self._clock.now() > self._heard_s:
            self._heard_s = self._clock.now() + self.queue_s
        self.played.append(self._blocks(PERIOD))
        self.heard_at_s.append(self._heard_s)
        self._heard_s += self._period_s

    def stall(self, for_s: float) -> None:
        """Play nothing for a while, with a full queue."""
        self._heard_s += for_s

    def play(self, seconds: float) -> None:
        """Go on without trouble."""
        for _ in range(round(seconds / self._period_s)):
            self.ask()

    @property
    def sound(self) -> Samples:
        """All that was played."""
        return np.concatenate(self.played)
