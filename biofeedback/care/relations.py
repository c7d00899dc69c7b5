"""What goes with what: relations between a person's own daily series, told only where chance hardly makes them.

Of each series, what was new on a day is taken (`departures`), and correlated on the same day and on neighbouring days.
A relation has to be more than chance in two ways, over everything that is looked at together: by the error of the
correlation, which days of unlike weight widen, and among shifts of the series against each other over the calendar.
The first alone trusts a model; the second alone knows, of n days, no chance smaller than 1/n.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from biofeedback.care.departures import DayArray, Departures, FloatArray, departures, telling

METHOD = "within-person-1"
LEAST_DAYS = 28
"""Days on which both were told: four of each weekday, and 1/28 is below `CHANCE` [D]."""
CHANCE = 0.04
"""Of telling any relation at all where there is none, whatever was looked at together: 0.05 is meant to hold for people
who are not as the model takes them to be [S]."""
FURTHEST_DAYS = 1
"""Between the two that are set beside each other."""
AFTER, ASIDE = 0.15, 0.03
"""Weight of the symptom on the day after; of all else but the symptom on the same day, which weighs 1 [D]."""
UNLIKE = 1.15
"""So much wider, the error from the days as they were differs from the usual one by chance alone [S]."""
N_SHIFTS = 1999
SEED = 11
INTERVAL_Z = 1.959964

HARDLY_CHANGED = "One of them hardly changed, or only slowly or with the day of the week."


@dataclass(frozen=True, slots=True)
class Daily:
    """What was told of one thing, at most once a day.

    Attributes
    ----------
    name : str
    day : array of int, shape (n,)
        Days counted from a fixed one (`date.toordinal`), rising; a day that is not among them is missing.
    value : array of float, shape (n,)
        Finite.
    symptom : bool
        Whether it is what the person wants to change (pain, unpleasantness, a symptom). Two symptoms are not set
        beside each other.

    Raises
    ------
    ValueError
        If days do not rise, or a value is missing.
    """

    name: str
    day: DayArray
    value: FloatArray
    symptom: bool = False

    def __post_init__(self) -> None:
        if len(self.day) != len(self.value) or np.any(np.diff(self.day) <= 0):
            raise ValueError(f"The days of {self.name} do not rise one by one with a value each.")
        if not np.all(np.isfinite(self.value)):
            raise ValueError(f"A value of {self.name} is not a number; leave that day out.")


@dataclass(frozen=True, slots=True)
class Relation:
    """How b went with a, `lag_days` later (negative: earlier).

    Attributes
    ----------
    a, b : str
    lag_days : int
    effect, low, high : float or None
        Correlation of what was new each day, with its interval of 95 %.
    p : float or None
        Chance of anything like it among all that was looked at, where nothing is related.
    n_days : int
        Days on which both were told, `lag_days` apart.
    told : bool
        Whether p is at most `CHANCE`.
    not_enough : int
        Days that are missing until something can be said; 0 where it can.
    withheld : str or None
        Why there is no effect, besides too few days.
    """

    a: str
    b: str
    lag_days: int
    n_days: int
    effect: float | None = None
    low: float | None = None
    high: float | None = None
    p: float | None = None
    told: bool = False
    not_enough: int = 0
    withheld: str | None = None


@dataclass(frozen=True, slots=True)
class _Look:
    """One thing looked at: series by their place, and its weight."""

    a: int
    b: int
    lag_days: int
    weight: float


def relations(series: Sequence[Daily]) -> tuple[Relation, ...]:
    """All relations of a person: of two things on the same day, and of a symptom with the day before and after.

    Parameters
    ----------
    series : sequence of Daily
        Each name once.

    Returns
    -------
    tuple of Relation
        In the order in which they were looked at, with those that cannot be told.

    Raises
    ------
    ValueError
        If a name comes twice.
    """
    if len({each.name for each in series}) < len(series):
        raise ValueError("A series comes twice.")
    kept = [telling(each.value) for each in series]
    series = [replace(each, day=each.day[k], value=each.value[k]) for each, k in zip(series, kept, strict=True)]
    left = [departures(each.day, each.value) if len(each.day) >= LEAST_DAYS else None for each in series]
    looks = _looks(series)
    unsure: dict[_Look, Relation] = {}
    for look in looks:
        a, b = series[look.a], series[look.b]
        n = len(np.intersect1d(a.day + look.lag_days, b.day))
        if n < LEAST_DAYS:
            unsure[look] = Relation(a.name, b.name, look.lag_days, n, not_enough=LEAST_DAYS - n)
        elif left[look.a] is None or left[look.b] is None:
            unsure[look] = Relation(a.name, b.name, look.lag_days, n, withheld=HARDLY_CHANGED)
    family = [look for look in looks if look not in unsure]
    sure = _judged(series, left, family) if family else {}
    return tuple(unsure[look] if look in unsure else sure[look] for look in looks)


def _looks(series: Sequence[Daily]) -> list[_Look]:
    looks = []
    for a, b in combinations(range(len(series)), 2):
        if series[a].symptom and series[b].symptom:
            continue
        if series[a].symptom:
            a, b = b, a
        with_symptom = series[b].symptom
        looks.append(_Look(a, b, 0, 1.0 if with_symptom else ASIDE))
        if with_symptom:
            looks += [_Look(a, b, 1, AFTER), _Look(a, b, -1, ASIDE)]
    return looks


def _judged(
    series: Sequence[Daily], left: Sequence[Departures | None], family: Sequence[_Look]
) -> dict[_Look, Relation]:
    used = sorted({place for look in family for place in (look.a, look.b)})
    row = {place: i for i, place in enumerate(used)}
    known = [each for place in used if (each := left[place]) is not None]
    first = min(int(each.day[0]) for each in known)
    n_circle = max(int(each.day[-1]) for each in known) - first + 1 + 2 * FURTHEST_DAYS
    a, b = (np.array([row[place] for place in places]) for places in zip(*((f.a, f.b) for f in family), strict=True))
    lag = np.array([look.lag_days for look in family])
    weight = np.array([look.weight for look in family])
    course = _Course.of(known, first, n_circle, a, b)
    place = np.arange(len(family))
    n_days, z, error = (table[place, lag % n_circle] for table in (course.n_days, course.z, course.error))
    p = np.maximum(_by_error(z / error, weight), _by_shifts(course, (a, b, lag), weight))
    found = {}
    for i, look in enumerate(family):
        low, high = (math.tanh(z[i] + side * INTERVAL_Z * error[i]) for side in (-1.0, 1.0))
        names = series[look.a].name, series[look.b].name
        told = bool(p[i] <= CHANCE)
        found[look] = Relation(*names, look.lag_days, round(n_days[i]), math.tanh(z[i]), low, high, float(p[i]), told)
    return found


@dataclass(frozen=True, slots=True)
class _Course:
    """Correlations at every shift of b against a around the calendar, shape (looks, shifts).

    `z` is Fisher's transform, `error` its standard error, `n_days` the days that met.
    """

    n_days: FloatArray
    z: FloatArray
    error: FloatArray

    @classmethod
    def of(cls, left: Sequence[Departures], first: int, n_circle: int, a: DayArray, b: DayArray) -> "_Course":
        """Sums over the days that meet, of powers of both, for all shifts at once.

        The error of a correlation without the assumption that all days weigh alike (Steiger and Hakstian 1982, Br J
        Math Stat Psychol 35:208), and never below that of Fisher, for the days that drift and week left.
        """
        powers = np.zeros((5, len(left), n_circle))
        for i, each in enumerate(left):
            powers[:, i, each.day - first] = each.new ** np.arange(5)[:, None]
        spectra = np.fft.rfft(powers)

        def total(i: int, j: int) -> FloatArray:
            return np.asarray(np.fft.irfft(np.conj(spectra[i][a]) * spectra[j][b], n_circle))

        n_days = np.rint(total(0, 0))
        lost = np.maximum(*(np.array([left[i].n_lost for i in side])[:, None] for side in (a, b)))
        free = np.maximum(n_days - 3.0 - lost, 1.0)
        scale_a, scale_b = (np.sqrt(np.maximum(total(*ij), 1e-9)) for ij in ((2, 0), (0, 2)))
        r = np.clip(total(1, 1) / (scale_a * scale_b), -0.999, 0.999)
        k = scale_a / scale_b
        spread = (
            (1.0 + r**2 / 2.0) * total(2, 2)
            - r * (total(3, 1) / k + total(1, 3) * k)
            + r**2 / 4.0 * (total(4, 0) / k**2 + total(0, 4) * k**2)
        ) / (scale_a * scale_b) ** 2
        unlike = np.sqrt(np.maximum(spread, 0.0) * n_days / free) / (1.0 - r**2)
        return cls(n_days, np.arctanh(r), np.maximum(unlike / UNLIKE, free**-0.5))


def _by_error(z: FloatArray, weight: FloatArray) -> FloatArray:
    """Bonferroni's correction with weights (Holm 1979 for the idea of weights)."""
    alone = np.array([math.erfc(abs(each) / math.sqrt(2.0)) for each in z])
    return np.asarray(np.minimum(1.0, alone * weight.sum() / weight))


def _by_shifts(course: _Course, looked: tuple[DayArray, DayArray, DayArray], weight: FloatArray) -> FloatArray:
    """The largest of the family under shifts of each series by itself (Westfall and Young 1993, max-T).

    Shifts at which neighbouring days meet are left out, for a true relation would hide itself and others there.
    """
    a, b, lag = looked
    n_circle = course.z.shape[1]
    ratio = course.z / course.error
    extra = 2.0 * np.log(weight)
    real = ratio[np.arange(len(lag)), lag % n_circle] ** 2 + extra
    shifted = np.where(course.n_days >= LEAST_DAYS / 2, ratio, 0.0)
    shifted[:, [*range(2 * FURTHEST_DAYS + 1), *range(-2 * FURTHEST_DAYS, 0)]] = 0.0
    n_series = int(max(a.max(), b.max())) + 1
    shift = np.random.default_rng(SEED).integers(0, n_circle, (N_SHIFTS, n_series))
    largest = (shifted[np.arange(len(lag)), (shift[:, b] - shift[:, a] + lag) % n_circle] ** 2 + extra).max(axis=1)
    p = (1.0 + np.sum(largest[:, None] >= real, axis=0)) / (1.0 + N_SHIFTS)
    return np.asarray(np.maximum(p, float(n_circle) ** (1 - n_series)))
