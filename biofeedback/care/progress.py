"""Trends: points over time, the band a person usually lies in, and change from one period to a later one."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from biofeedback.care.measures import Measure, Point, every_point, measures_of, points_of
from biofeedback.storage.database import Store
from biofeedback.storage.permits.acts import Act

BAND_DAYS = 60
"""The usual band is of so many days before the last point [D]."""
BAND_POINTS, BAND_SPAN_DAYS = 14, 21
"""So many days with a point, over so long a time, make a band: it has to have seen three weeks [D]."""
BAND_SPREAD = 1.2816
"""Standard deviations on each side that hold 80 % of a normal distribution."""
SD_OF_MAD = 1.4826
"""Median absolute deviation to standard deviation (Rousseeuw and Croux 1993, J Am Stat Assoc 88:1273)."""
CHANGE_POINTS = 5
"""So many days with a point in each period [D]."""
MOST_MEMORY = 0.9
ROUNDING = 1e-9

TOO_FEW = "A usual band needs {points} days with a value over {span} days; so far it has {n} over {told}."
ALL_ALIKE = "The days of each period were all alike, so there is no interval."
GROWS = "This counts what was done so far, so there are no usual days."
TOO_FEW_TO_COMPARE = "A change needs {points} days with a value in each period; there are {before} and {after}."


@dataclass(frozen=True, slots=True)
class Trend:
    """A measure over time.

    Attributes
    ----------
    measure, unit : str
    points : tuple of Point
        Oldest first.
    usual_low, usual_high : float or None
    withheld : str or None
        Why there is no usual band.
    """

    measure: str
    unit: str
    points: tuple[Point, ...]
    usual_low: float | None = None
    usual_high: float | None = None
    withheld: str | None = None


@dataclass(frozen=True, slots=True)
class MinimalDifference:
    """The least change that people call a change.

    Attributes
    ----------
    points : float
        On the scale.
    share : float or None
        Of the value before; either is enough.
    source : str
    """

    points: float
    share: float | None
    source: str

    def reached(self, before: float, after: float) -> bool:
        """Whether the change is as large, in whichever direction."""
        change = abs(after - before) + ROUNDING
        return change >= self.points or (self.share is not None and before > 0.0 and change >= self.share * before)


MINIMAL_DIFFERENCES = {
    "pain": MinimalDifference(2.0, 0.3, "Farrar et al. 2001, Pain 94:149"),
    "unpleasantness": MinimalDifference(2.0, 0.3, "Farrar et al. 2001, Pain 94:149, found for pain"),
}
"""Science D. Questionnaires carry theirs in their files."""


@dataclass(frozen=True, slots=True)
class Change:
    """A period against an earlier one.

    Attributes
    ----------
    before, after, difference : float or None
        Means of the days, and after minus before.
    low, high : float or None
        Interval of 95 % of the difference, wider where days go on from each other.
    n_before, n_after : int
        Days with a value.
    minimal_difference : bool or None
        Whether the difference is as large as people call a change; None where no such size is published.
    withheld : str or None
        Why there is no difference, or no interval.
    """

    n_before: int
    n_after: int
    before: float | None = None
    after: float | None = None
    difference: float | None = None
    low: float | None = None
    high: float | None = None
    minimal_difference: bool | None = None
    withheld: str | None = None


def read_trend(store: Store, person: str, name: str, since: str = "", until: str = "9999") -> Trend:
    """The trend of a measure by its name, from one day to another; its band knows the days before, too.

    Raises
    ------
    ValueError
        If there is no such measure.
    """
    store.permit(Act.READ, person, noted=False)
    points = points_of(store, person, name, until=until)
    whole = trend_of(measures_of(store, person)[name], points)
    return replace(whole, points=tuple(point for point in whole.points if since <= point.on))


def read_trends(store: Store, person: str) -> list[tuple[Measure, Trend]]:
    """Every measure that has a point, with its trend."""
    store.permit(Act.READ, person, noted=False)
    found = ((measure, points) for measure, points in every_point(store, person) if points)
    return [(measure, trend_of(measure, points)) for measure, points in found]


def trend_of(measure: Measure, points: Sequence[Point]) -> Trend:
    """The trend of a measure; what can only grow has no band."""
    found = trend(measure.name, measure.unit, points)
    return replace(found, usual_low=None, usual_high=None, withheld=GROWS) if measure.grows else found


def trend(measure: str, unit: str, points: Sequence[Point]) -> Trend:
    """Points in order, with the band of the person's usual days.

    The band is of the days *before* the last one with a point, so that the last does not judge itself: the median and,
    on each side, 1.28 standard deviations by the median absolute deviation, or by the mean absolute deviation where
    more than half of the days are alike; never beyond what these days
    had. Eight of ten usual days lie in it. Several points of a day count as their mean.

    Raises
    ------
    ValueError
        If a value is not a finite number.
    """
    for point in points:
        if not math.isfinite(point.value):
            raise ValueError(f"{measure} on {point.on}: {point.value} is not a number.")
    ordered = tuple(sorted(points, key=lambda point: point.on))
    days = _days(ordered)
    last = max(days, default=None)
    earlier = [on for on in days if last is not None and last - timedelta(BAND_DAYS) <= on < last]
    span = (max(earlier) - min(earlier)).days + 1 if earlier else 0
    if len(earlier) < BAND_POINTS or span < BAND_SPAN_DAYS:
        reason = TOO_FEW.format(points=BAND_POINTS, span=BAND_SPAN_DAYS, n=len(earlier), told=span)
        return Trend(measure, unit, ordered, withheld=reason)
    values = np.array([days[on] for on in earlier])
    middle = float(np.median(values))
    half = BAND_SPREAD * _spread(values)
    low, high = max(float(values.min()), middle - half), min(float(values.max()), middle + half)
    return Trend(measure, unit, ordered, low, high)


def change(measure: str, points: Sequence[Point], before: tuple[date, date], after: tuple[date, date]) -> Change:
    """A period against an earlier one, both with their first and last day.

    The error of each mean is that of its days, widened by their memory: sd² (1 + r) / (1 - r) / n, where r is the
    correlation of neighbouring days in both periods (Bartlett 1946), taken as at least 0.

    Raises
    ------
    ValueError
        If the periods overlap or are the wrong way round.
    """
    if not before[0] <= before[1] < after[0] <= after[1]:
        raise ValueError("The earlier period has to end before the later one begins.")
    days = _days(points)
    parts = [{on: days[on] for on in sorted(days) if begin <= on <= end} for begin, end in (before, after)]
    n_before, n_after = map(len, parts)
    if min(n_before, n_after) < CHANGE_POINTS:
        reason = TOO_FEW_TO_COMPARE.format(points=CHANGE_POINTS, before=n_before, after=n_after)
        return Change(n_before, n_after, withheld=reason)
    earlier, later = (float(np.mean(list(part.values()))) for part in parts)
    minimal = MINIMAL_DIFFERENCES.get(measure)
    reached = minimal.reached(earlier, later) if minimal else None
    found = Change(n_before, n_after, earlier, later, later - earlier, minimal_difference=reached)
    if all(len(set(part.values())) == 1 for part in parts):
        return replace(found, withheld=ALL_ALIKE)
    off = [{on: value - mean for on, value in part.items()} for part, mean in zip(parts, (earlier, later), strict=True)]
    half = _half_width(off)
    return replace(found, low=later - earlier - half, high=later - earlier + half)


def _days(points: Sequence[Point]) -> dict[date, float]:
    values: dict[date, list[float]] = {}
    for point in points:
        values.setdefault(date.fromisoformat(point.on), []).append(point.value)
    return {on: sum(of_day) / len(of_day) for on, of_day in values.items()}


def _spread(values: np.typing.NDArray[np.float64]) -> float:
    off = np.abs(values - np.median(values))
    by_median = SD_OF_MAD * float(np.median(off))
    return by_median if by_median > 0.0 else math.sqrt(math.pi / 2.0) * float(np.mean(off))


def _half_width(parts: Sequence[dict[date, float]]) -> float:
    """Half of the interval of a difference of means, from what the days lie off them.

    The smaller period sets the quantile of Student's distribution, as if its effective days were all there were.
    """
    from scipy.special import stdtrit

    pairs = [(part[on], part[on + timedelta(1)]) for part in parts for on in part if on + timedelta(1) in part]
    squares = sum(value**2 for part in parts for value in part.values()) / sum(map(len, parts))
    together = sum(a * b for a, b in pairs) / len(pairs) if pairs and squares > 0.0 else 0.0
    n_least = min(map(len, parts))
    memory = min(MOST_MEMORY, max(0.0, together / squares + 1.0 / n_least)) if squares > 0.0 else 0.0
    wider = (1.0 + memory) / (1.0 - memory)
    error = sum(sum(v**2 for v in part.values()) / (len(part) - 1) * wider / len(part) for part in parts)
    return float(stdtrit(max(2.0, n_least / wider - 1.0), 0.975)) * math.sqrt(error)
