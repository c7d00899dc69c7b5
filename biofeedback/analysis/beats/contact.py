"""Whether a strap's word on its contact with the skin can be believed.

Some straps set the bit that says they know of their contact, and never the bit that says they have it (science A1). As
long as it never changes it is held against the beats; a bit that does change is believed.
"""

from collections import deque
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from biofeedback.analysis.beats.shapes import LONGEST_MS, SHORTEST_MS

N_GOOD = 20
"""So many intervals without a fault speak against the bit: a strap without contact tells none, one and the same, or
noise."""
N_DIFFERENT, STEP_MOST = 5, 0.25
TIME_NEAR, RATE_NEAR, EDGE_S = 0.15, 0.15, 1.5
"""Good intervals differ, go on from one to the next, last as long as they take to come, and fit the rate beside."""

DISBELIEVED = (
    "This strap says that it has no contact with the skin, and never anything else, while its beats are good. "
    "Its word on contact is not believed."
)


@dataclass(frozen=True, slots=True)
class Touch:
    """A packet with what is believed of its contact: arrival (s), intervals (ms), heart rate as told."""

    at_s: float
    rr_ms: tuple[float, ...]
    rate_bpm: int | None
    touching: bool = False


class ContactBit:
    """Says of each packet whether the strap touched the skin; holds the first ones until that is known.

    Attributes
    ----------
    disbelieved : bool
        Whether the bit has said the same all the time against good beats.
    """

    def __init__(self) -> None:
        self.disbelieved = False
        self._changes = False
        self._held: deque[Touch] = deque()

    def take(self, at_s: float, rr_ms: tuple[float, ...], rate_bpm: int | None, *, touching: bool) -> list[Touch]:
        """Take a packet; give back those that are decided, oldest first."""
        touch = Touch(at_s, rr_ms, rate_bpm, touching or self.disbelieved)
        if touching:
            self._changes, self.disbelieved = True, False
            return [*self.finish(), touch] if self._held else [touch]
        if touch.touching or self._changes or not (rr_ms or self._held):
            return [touch]
        self._held.append(touch)
        return self._weigh()

    def finish(self) -> list[Touch]:
        """What is still held, the bit believed."""
        held = list(self._held)
        self._held.clear()
        return held

    def _weigh(self) -> list[Touch]:
        held = self._held
        if sum(len(touch.rr_ms) for touch in held) < N_GOOD:
            return []
        if not _are_good(held):
            return [held.popleft()]
        self.disbelieved = True
        return [replace(touch, touching=True) for touch in self.finish()]


def _are_good(held: deque[Touch]) -> bool:
    rr_ms = [interval_ms for touch in held for interval_ms in touch.rr_ms]
    mean_ms = sum(rr_ms) / len(rr_ms)
    if not (min(rr_ms) >= SHORTEST_MS and max(rr_ms) <= LONGEST_MS and len(set(rr_ms)) >= N_DIFFERENT):
        return False
    if median(abs(b - a) for a, b in pairwise(rr_ms)) > STEP_MOST * mean_ms:
        return False
    took_s, told_s = held[-1].at_s - held[0].at_s, (sum(rr_ms) - sum(held[0].rr_ms)) / 1000.0
    rates = [touch.rate_bpm for touch in held if touch.rate_bpm]
    return (
        abs(told_s - took_s) <= TIME_NEAR * took_s + EDGE_S
        and bool(rates)
        and abs(median(rates) * mean_ms / 60000.0 - 1.0) <= RATE_NEAR
    )
