"""What a strap needs from its wearer, said seldom: moisture where contact comes and goes, a battery where it ends."""

from collections import deque

LOW_PERCENT, EMPTY_PERCENT = 10, 3
"""Straps tell their battery in steps of ten or so; at the last steps an hour of practice may be too long for it."""
N_LOSSES, LOSSES_S = 3, 60.0
"""So many losses of contact in so much time are a strap that sits badly, not a movement."""
QUIET_S, QUIET_LONG_S = 20.0, 300.0
"""After a word on contact there is none for so long; after one on contact that comes and goes, for longer."""

NO_CONTACT = "The strap does not feel your skin. Moisten it and wear it a little tighter."
FLAPPING = (
    "The strap feels your skin and loses it, again and again. Moisten it and wear it a little tighter; "
    "until then some beats cannot be used."
)
LOW = "The strap's battery is nearly empty ({percent} %). It should last for this practice; put in a new one soon."
EMPTY = (
    "The strap says that its battery is empty ({percent} %). It may stop at any time. What comes until then is kept."
)


class ContactCare:
    """Says what there is to say when the skin contact is lost, and else nothing."""

    def __init__(self) -> None:
        self._touching = True
        self._losses_s: deque[float] = deque(maxlen=N_LOSSES)
        self._quiet_until_s = float("-inf")

    def touched(self, at_s: float, *, touching: bool) -> str:
        """The contact as it is at a second of the session; a sentence, or nothing."""
        lost, self._touching = self._touching and not touching, touching
        if not lost:
            return ""
        self._losses_s.append(at_s)
        if at_s < self._quiet_until_s:
            return ""
        flapping = len(self._losses_s) == N_LOSSES and at_s - self._losses_s[0] <= LOSSES_S
        self._quiet_until_s = at_s + (QUIET_LONG_S if flapping else QUIET_S)
        return FLAPPING if flapping else NO_CONTACT


class BatteryCare:
    """Says what there is to say of the battery: once for each level that has a sentence."""

    def __init__(self) -> None:
        self._told_percent = 100

    def told(self, percent: int) -> str:
        """The battery in percent; a sentence, or nothing."""
        level = next((level for level in (EMPTY_PERCENT, LOW_PERCENT) if percent <= level), 100)
        if level >= self._told_percent:
            return ""
        self._told_percent = level
        return (EMPTY if level == EMPTY_PERCENT else LOW).format(percent=percent)
