"""The units in which intervals and clocks are written, by their size."""

from collections.abc import Sequence
from statistics import median

MS_OF = {"s": 1000.0, "ms": 1.0, "us": 1e-3, "ns": 1e-6, "1/1024 s": 1000.0 / 1024.0}
"""Milliseconds in one unit of an interval."""
SHORTEST_USUAL_MS, LONGEST_USUAL_MS = 150.0, 6000.0
"""Where the usual interval of a file lies, however bad the signal; the units lie further apart than these."""
PADDING = frozenset({0.0, 65535.0, 63999.0, 63999.0234375, 65.535, 63.999, 63.9990234375})
"""What fills up rows: 0 or the greatest of 16 bits, as it is or turned into ms or s."""
POSSIBLE_MS = (300.0, 2000.0)


def unit_of(values: Sequence[float]) -> str | None:
    """The unit in which numbers are the intervals of a heart; None where they are in no unit.

    One long gap or a few tiny intervals do not change the unit: the median tells.
    """
    if not values:
        return None
    usual = median(values)
    for unit in ("ms", "s", "us", "ns"):
        if SHORTEST_USUAL_MS <= usual * MS_OF[unit] < LONGEST_USUAL_MS:
            return unit
    return None
