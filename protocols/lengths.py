"""Phases made to last so long in all, each as long as it needs to be."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import ceil, inf, isinf

from protocols.needs import too_short
from protocols.phases import Phase

FIXED_SHARE = 1 / 3
"""At most this share of a shortened session goes to its phases of fixed length."""
TENTHS_MOST = 1800
"""No session needs more than three hours."""

Phases = tuple[Phase, ...]


def laid_out(phases: Sequence[Phase], minutes: float) -> Phases | None:
    """The phases made to last so many minutes in all; None where what they promise takes more.

    The phases of fixed length keep it where they take no more than a third of the time, else they shrink to that; the
    stretching phases share the rest as they usually do. A phase that would come out too short for the feedback in it
    or after it is made as long as it must be, and the others have what is left. Where that does not go, the mark of
    smoothness is given up.
    """
    return _keeping_least(phases, minutes, with_mark=True) or _keeping_least(phases, minutes, with_mark=False)


def least_minutes(phases: Sequence[Phase]) -> float:
    """The least length that can be asked for, in tenths of a minute; infinite where none would do."""
    tenths = range(1, TENTHS_MOST + 1)
    i = bisect_left(tenths, True, key=lambda n: laid_out(phases, n / 10.0) is not None)
    return tenths[i] / 10.0 if i < len(tenths) else inf


def _keeping_least(phases: Sequence[Phase], minutes: float, *, with_mark: bool) -> Phases | None:
    held: dict[int, float] = {}
    while (laid := _shared(phases, minutes, held)) is not None:
        lacking = too_short(laid, with_mark=with_mark)
        if not lacking:
            return laid
        if any(isinf(each.least_s) or each.key != "minutes" for each in lacking):
            return None
        # in whole seconds, for a rest that counts on what stands before it grows as that shrinks, without an end
        held |= {each.index: ceil(each.least_s) / 60.0 for each in lacking}
    return None


def _shared(phases: Sequence[Phase], minutes: float, held: Mapping[int, float]) -> Phases | None:
    """Some phases as long as they are held to be, the others sharing what is left; None where nothing is."""
    left = minutes - sum(held.values())
    fixed, stretching = (
        sum(phase.minutes for i, phase in enumerate(phases) if i not in held and phase.stretch == kind)
        for kind in (False, True)
    )
    if left <= 0.0 or not fixed + stretching:
        return None
    all_fixed = sum(phase.minutes for phase in phases if not phase.stretch)
    # What is held is taken from the stretching phases first
    shrink = min(1.0, FIXED_SHARE * minutes / all_fixed, FIXED_SHARE * left / fixed) if fixed else 1.0
    if not stretching:
        shrink = left / fixed
    grow = (left - fixed * shrink) / stretching if stretching else 1.0
    return tuple(
        replace(phase, minutes=held.get(i, phase.minutes * (grow if phase.stretch else shrink)))
        for i, phase in enumerate(phases)
    )
