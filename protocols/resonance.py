"""How the pace goes while a person's resonance rate is looked for: schedules of breaths, made before the session.

A heart answers slow breaths most at a rate of its own, in adults between 4.5 and 6.5 a minute (Lehrer 2000; science
C2). A schedule visits that range in steps, in whole breaths, or slides through it (Fisher and Lehrer 2022; science C3).
"""

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from statistics import correlation

from protocols.breathing import BreathCurve, BreathPattern, RateChange

RATES_PER_MIN = (6.5, 6.0, 5.5, 5.0, 4.5)
"""Steps of the full form (science C2)."""
STEP_S = 180.0
"""Lehrer (2000) took about three minutes a step (science C2)."""
QUICK_RATES_PER_MIN = (6.5, 5.8, 5.2, 4.5)
"""Of each step the first half minute is lost, so the quick form has one step less."""
QUICK_STEP_S = 120.0
BALANCED, LEAST_BALANCED = 0.31, 4
"""Largest correlation of pace and time in a random order of so many steps or more: half of the orders of five."""
SLIDE_FROM_PER_MIN, SLIDE_TO_PER_MIN = 6.75, 4.25
SLIDE_BREATHS = 78
"""Each breath 67.036 ms longer than the one before, 894.6 s in all (science C3)."""


class Order(StrEnum):
    """In which order steps are visited. A random one keeps warming up apart from the pace (science C2)."""

    DESCENDING = "descending"
    RANDOM = "random"


@dataclass(frozen=True, slots=True)
class Schedule:
    """Breaths one after the other.

    Attributes
    ----------
    pattern : BreathPattern
        The first breath.
    changes : tuple of RateChange
        Other rates after so many breaths.
    n_breaths : int
        Breaths in all.
    """

    pattern: BreathPattern
    changes: tuple[RateChange, ...]
    n_breaths: int

    @property
    def steps(self) -> tuple[tuple[float, int], ...]:
        """Rate (a minute) and number of breaths of each step."""
        rates = [self.pattern.rate_per_min, *(change.rate_per_min for change in self.changes)]
        after = [0, *(change.after_breaths for change in self.changes), self.n_breaths]
        return tuple((rate, after[i + 1] - after[i]) for i, rate in enumerate(rates))

    @property
    def seconds(self) -> float:
        return sum(n * 60.0 / rate for rate, n in self.steps)

    @property
    def minutes(self) -> float:
        return self.seconds / 60.0

    @property
    def to_its_end(self) -> tuple[RateChange, ...]:
        """The changes, and one more where the schedule ends."""
        return (*self.changes, RateChange(self.n_breaths, self.steps[-1][0]))

    def curve(self, from_s: float = 0.0) -> BreathCurve:
        """The breath of the schedule, its first inhalation beginning at `from_s` seconds."""
        return BreathCurve.scheduled(self.pattern, self.changes, from_s)


def stepped(
    order: Order = Order.RANDOM,
    seed: int = 0,
    rates_per_min: Sequence[float] = RATES_PER_MIN,
    step_s: float = STEP_S,
    pattern: BreathPattern | None = None,
) -> Schedule:
    """Steps of steady breathing, each of the whole breaths that fit.

    Parameters
    ----------
    order : Order
    seed : int
        Of the random order: the same seed gives the same order.
    rates_per_min : sequence of float
    step_s : float
        Longest time of a step.
    pattern : BreathPattern, optional
        Proportions of the breath; its rate does not count. By default 4 in, 6 out.

    Raises
    ------
    ValueError
        If there is no rate, one is there twice or not more than 0, or a step has no room for a whole breath.
    """
    if not rates_per_min or len(set(rates_per_min)) < len(rates_per_min) or min(rates_per_min) <= 0.0:
        raise ValueError(f"rates_per_min must be different rates of more than 0, not {list(rates_per_min)}")
    rates = sorted(rates_per_min, reverse=True)
    if order is Order.RANDOM:
        _shuffle(rates, random.Random(seed))
    counts = [math.floor(step_s * rate / 60.0 + 1e-9) for rate in rates]
    if min(counts) < 1:
        raise ValueError(f"step_s must be long enough for a breath of {min(rates)} a minute, not {step_s}")
    return _schedule(rates, counts, pattern)


def quick(order: Order = Order.RANDOM, seed: int = 0, pattern: BreathPattern | None = None) -> Schedule:
    """The stepped form in less than eight minutes."""
    return stepped(order, seed, QUICK_RATES_PER_MIN, QUICK_STEP_S, pattern)


def sliding(
    from_per_min: float = SLIDE_FROM_PER_MIN,
    to_per_min: float = SLIDE_TO_PER_MIN,
    n_breaths: int = SLIDE_BREATHS,
    pattern: BreathPattern | None = None,
) -> Schedule:
    """Each breath longer (or shorter) than the one before by the same time (Fisher and Lehrer 2022; science C3).

    Parameters
    ----------
    from_per_min : float
        Rate of the first breath.
    to_per_min : float
        The rate that the breath after the last one would have.
    n_breaths : int
    pattern : BreathPattern, optional
        Proportions of the breath; its rate does not count. By default 4 in, 6 out.

    Raises
    ------
    ValueError
        If there are no breaths, or a rate is not more than 0.
    """
    if n_breaths < 1 or not from_per_min > 0.0 or not to_per_min > 0.0:
        raise ValueError(f"rates and n_breaths must be more than 0, not {from_per_min}, {to_per_min}, {n_breaths}")
    longer_s = (60.0 / to_per_min - 60.0 / from_per_min) / n_breaths
    return _schedule([60.0 / (60.0 / from_per_min + longer_s * k) for k in range(n_breaths)], [1] * n_breaths, pattern)


def _shuffle(rates: list[float], rng: random.Random) -> None:
    rng.shuffle(rates)
    while len(rates) >= LEAST_BALANCED and abs(correlation(range(len(rates)), rates)) > BALANCED:
        rng.shuffle(rates)


def _schedule(rates: Sequence[float], counts: Sequence[int], pattern: BreathPattern | None) -> Schedule:
    first = replace(pattern or BreathPattern(rates[0]), rate_per_min=rates[0])
    changes = tuple(RateChange(sum(counts[:i]), rates[i]) for i in range(1, len(rates)))
    return Schedule(first, changes, sum(counts))
