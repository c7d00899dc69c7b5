"""What a day brought that could not be expected: a daily series without its drift, its memory and its week.

Two series that both drift, both go on from day to day, or both follow the week seem related though neither knows of
the other. What is left here of a series is as good as new each day, so that it can be set beside another.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
DayArray = npt.NDArray[np.int64]

SLOW_DAYS = 20
"""What takes longer than so many days to turn is drift [D]; tried against 30, which missed some, and 15 [S]."""
LEAST_TURNS = 3
"""Half-waves over all days that are always taken off: in few days a bend looks like a relation [S]."""
PULLED_IN = 0.025
"""Share of the days at each end that are pulled in to the next one, so that no single day makes a relation.

Winsorised correlation (Wilcox 2012, Introduction to Robust Estimation, 9.3), with less than his 0.2, since most scales
have an end [D].
"""
MEMORIES = np.linspace(0.0, 0.98, 50)
WEEK_DAYS = 7
LEFT_LEAST = 0.02
"""Of the range of a series; less, and nearly all of it was drift and week, the rest what they do not quite fit [D]."""
SAME_DAYS = 7
"""So many days on end with one and the same answer are a run [D]."""


@dataclass(frozen=True, slots=True)
class Departures:
    """What was new on each told day.

    Attributes
    ----------
    day : array of int, shape (n,)
    new : array of float, shape (n,)
        Mean square 1.
    n_lost : float
        Degrees of freedom that drift and week took, besides the mean.
    """

    day: DayArray
    new: FloatArray
    n_lost: float


def telling(value: FloatArray) -> npt.NDArray[np.bool_]:
    """Days that are no part of a long run of the same answer: a scale at its end tells nothing of what goes with it."""
    begins = np.flatnonzero(np.concatenate(([True], np.diff(value) != 0.0)))
    lengths = np.diff(np.append(begins, len(value)))
    return np.asarray(np.repeat(lengths < SAME_DAYS, lengths))


def departures(day: DayArray, value: FloatArray) -> Departures | None:
    """How far each told day lay from what drift, weekday and the day told before it let expect.

    A first-order autoregression with drift and weekdays as regressors, by generalised least squares (Cochrane and
    Orcutt 1949), over gaps of any length.

    Parameters
    ----------
    day : array of int, shape (n,)
        Days that were told, rising; the others are missing.
    value : array of float, shape (n,)

    Returns
    -------
    Departures or None
        None where a series, its outermost days pulled in, does not change, or only with drift and week.
    """
    size = float(np.ptp(_pulled_in(value)))
    if size == 0.0:
        return None
    drift = _drift(day)
    value = _pulled_in(value - _fitted(drift, value))
    both = np.column_stack((drift, _week(day)))
    memory = _memory(day, value - _fitted(both, value))
    value, drift, both = (_news(day, each, memory) for each in (value, drift, both))
    without_drift, without_both = (value - _fitted(columns, value) for columns in (drift, both))
    share = _week_share(without_drift, without_both, both.shape[1])
    new = without_drift + share * (without_both - without_drift)
    spread = float(np.sqrt(np.mean(new**2)))
    if spread < LEFT_LEAST * size:
        return None
    return Departures(day, new / spread, drift.shape[1] - 1 + share * (both.shape[1] - drift.shape[1]))


def _drift(day: DayArray) -> FloatArray:
    """Columns: one, a straight line, and cosines whose turns are `SLOW_DAYS` or more apart."""
    span = int(day[-1] - day[0]) + 1
    place = (day - day[0] + 0.5) / span
    slow = [np.cos(np.pi * k * place) for k in range(2, max(LEAST_TURNS, span // SLOW_DAYS) + 1)]
    return np.column_stack([np.ones(len(day)), place, *slow])


def _week(day: DayArray) -> FloatArray:
    return np.equal.outer(day % WEEK_DAYS, np.arange(WEEK_DAYS - 1)).astype(float)


def _fitted(columns: FloatArray, value: FloatArray) -> FloatArray:
    return np.asarray(columns @ np.linalg.lstsq(columns, value, rcond=None)[0])


def _pulled_in(value: FloatArray) -> FloatArray:
    n = int(np.ceil(PULLED_IN * len(value)))
    ordered = np.sort(value)
    return np.clip(value, ordered[n], ordered[-1 - n])


def _memory(day: DayArray, value: FloatArray) -> float:
    """Correlation of a day with the next: the likeliest of a first-order process that is seen on some days only."""
    kept = MEMORIES[:, None] ** np.diff(day)
    share = 1.0 - kept**2
    squares = value[0] ** 2 + np.sum((value[1:] - kept * value[:-1]) ** 2 / share, axis=1)
    return float(MEMORIES[np.argmin(len(value) * np.log(squares) + np.sum(np.log(share), axis=1))])


def _news(day: DayArray, value: FloatArray, memory: float) -> FloatArray:
    """What each day added to what was left of the one told before, in units of what so long a gap lets expect."""
    kept = memory ** np.diff(day).reshape(-1, *[1] * (value.ndim - 1))
    return np.concatenate((value[:1], (value[1:] - kept * value[:-1]) / np.sqrt(1.0 - kept**2)))


def _week_share(without_drift: FloatArray, without_both: FloatArray, n_columns: int) -> float:
    """How much of the week is taken off: all of a clear rhythm, little of what chance brings.

    1 - 1/F, after the estimator of James and Stein (1961).
    """
    chance = np.sum(without_both**2) / (len(without_both) - n_columns)
    rhythm = (np.sum(without_drift**2) - np.sum(without_both**2)) / (WEEK_DAYS - 1)
    return float(1.0 - chance / rhythm) if rhythm > chance else 0.0
