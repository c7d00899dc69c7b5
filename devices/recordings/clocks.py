"""What the times beside intervals tell: which column is a clock, in which unit, and whether it can be believed."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from devices.recordings.cells import decimal_mark, number, seconds

FloatArray = NDArray[np.float64]

MS_OF_CLOCK = {"s": 1e3, "ms": 1.0, "us": 1e-3, "ns": 1e-6, "min": 6e4, "days": 8.64e7}
LEAST_RATIO, MOST_RATIO = 0.3, 5.0
"""A clock that goes on by less or more than this, for each second of intervals, is none. What is lost makes it go
faster, what is told twice slower; its unit lies further off."""
TIGHT = 0.1
"""Steps that differ by less than this share of an interval are those of the intervals themselves."""
BLOCK_MS = 10_000.0
MOST_BACKWARD = 0.1
"""Share of rows that may lie before those above them; more are another order, not spoilt cells."""
N_EVEN = 20
"""So many rows at even times, closer than their intervals last, are a course that was resampled."""


@dataclass(frozen=True, slots=True)
class Clock:
    """When rows came.

    Attributes
    ----------
    unit : str
        Of the column; `date and time` where it holds these.
    times_s : tuple of float or None
        Seconds from the first; None where a row does not tell.
    ratio : float
        How fast it goes on beside the intervals, usually.
    scatter_ms : float
        How far its steps are off the intervals, usually.
    backward : int or None
        The first row, counted from 0, that lay before the one above it.
    """

    unit: str
    times_s: tuple[float | None, ...]
    ratio: float
    scatter_ms: float
    backward: int | None

    @property
    def n_told(self) -> int:
        return sum(time_s is not None for time_s in self.times_s)


def clock_of(cells: Sequence[str], sums_ms: Sequence[float], *, tight: bool) -> Clock | None:
    """Read a column as a clock of its rows.

    Parameters
    ----------
    cells : sequence of str
        One a row.
    sums_ms : sequence of float
        What the intervals of each row add up to.
    tight : bool
        Take it for a clock only if its steps are the intervals.

    Returns
    -------
    Clock or None
        None if it holds no times, or such that have nothing to do with the intervals.
    """
    told = seconds(cells)
    if told is not None:
        values, in_minutes = told
        units = ["s", "min"] if in_minutes else ["s"]
    else:
        values, units = _numbers(cells), list(MS_OF_CLOCK)
    in_order = _in_order(values)
    rows = [i for i, value in enumerate(values) if value is not None and in_order[i]]
    if tight and len(rows) < max(3, sum(value is not None for value in values)):
        return None
    if not rows or (len(rows) * 2 <= sum(sum_ms > 0 for sum_ms in sums_ms) and len(cells) > 2):
        return None
    fit = _fit(np.array([values[i] for i in rows], float), _sums_to(rows, sums_ms), units)
    if fit is None:
        return None
    unit, ratio, scatter_ms = fit
    usual_ms = float(np.median([s for s in sums_ms if s > 0] or [0.0]))
    if tight and scatter_ms > TIGHT * usual_ms:
        return None
    first, factor_s = values[rows[0]] or 0.0, MS_OF_CLOCK[unit] / 1000.0
    times = tuple(
        ((value or 0.0) - first) * factor_s if value is not None and in_order[i] else None
        for i, value in enumerate(values)
    )
    told_rows = [i for i, value in enumerate(values) if value is not None]
    falls = (i for before, i in pairwise(told_rows) if (values[i] or 0.0) < (values[before] or 0.0))
    backward = next(falls, None)
    return Clock("date and time" if told else unit, times, ratio, scatter_ms, backward)


def is_resampled(clock: Clock, sums_ms: Sequence[float]) -> bool:
    """Whether rows stand at even times, closer than their intervals last: a course, not beats."""
    times = np.array([time for time in clock.times_s if time is not None])
    steps_ms = 1000.0 * np.diff(times)
    sums = np.array(sums_ms)
    if len(steps_ms) < N_EVEN or not (sums > 0).all():
        return False
    even = np.ptp(steps_ms) < 0.002 * np.median(steps_ms) + 1e-3
    return bool(even and np.median(steps_ms) < 0.9 * np.median(sums) and np.ptp(sums) > 0)


def _numbers(cells: Sequence[str]) -> list[float | None]:
    mark, values = decimal_mark(cells), []
    for cell in cells:
        try:
            value = number(cell, mark)
        except ValueError:
            value = None
        values.append(value if value is not None and abs(value) < 1e300 else None)
    return values


def _in_order(values: Sequence[float | None]) -> list[bool]:
    """Which values are among the most that never fall: one spoilt time, too early or too late, is left out."""
    ends: list[float] = []
    ends_at: list[int] = []
    before: list[int] = [-1] * len(values)
    for i, value in enumerate(values):
        if value is None:
            continue
        at = bisect_right(ends, value)
        before[i] = ends_at[at - 1] if at else -1
        ends[at : at + 1], ends_at[at : at + 1] = [value], [i]
    kept = [False] * len(values)
    i = ends_at[-1] if ends_at else -1
    while i >= 0:
        kept[i] = True
        i = before[i]
    return kept


def _sums_to(rows: Sequence[int], sums_ms: Sequence[float]) -> FloatArray:
    """What the intervals add up to, between one row that tells its time and the next."""
    added = np.concatenate(([0.0], np.cumsum(sums_ms)))
    ends = np.array([*rows]) + 1
    return np.diff(added[np.concatenate(([0], ends))])


def _fit(times: FloatArray, sums_ms: FloatArray, units: Sequence[str]) -> tuple[str, float, float] | None:
    """The unit in which steps of the times are the intervals, how they compare, and how far off they usually are."""
    n = len(times)
    if n < 2:
        return (units[0] if len(units) < 3 else "s", 1.0, 0.0) if n else None
    added = np.cumsum(sums_ms)
    size = int(min(n - 1, max(1, np.ceil(BLOCK_MS / max(1.0, float(np.median(sums_ms)))))))
    spans, sums = times[size:] - times[:-size], added[size:] - added[:-size]
    known = sums > 0
    if not known.any():
        return None
    ratio = float(np.median(spans[known] / sums[known]))
    if not ratio > 0:
        return None
    unit = min(units, key=lambda name: abs(np.log(ratio * MS_OF_CLOCK[name])))
    if not LEAST_RATIO <= ratio * MS_OF_CLOCK[unit] <= MOST_RATIO:
        return None
    steps_ms = np.diff(times) * MS_OF_CLOCK[unit]
    scatter_ms = float(min(np.median(np.abs(steps_ms - sums_ms[1:])), np.median(np.abs(steps_ms - sums_ms[:-1]))))
    return unit, ratio * MS_OF_CLOCK[unit], scatter_ms
