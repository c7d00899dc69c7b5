"""Does it help me? A personal trial of two conditions over many sessions, and what can honestly be said of it.

Chance decides before each session which of the two it is, in blocks that hold each condition equally often, so that a
good week favours neither. The answer is an exact test of that very chance: of all the orders that could have been
drawn, in how many would the difference have been as large (Edgington and Onghena 2007, Randomization Tests, 4th ed.,
ch. 11). Nothing is assumed of the ratings, and nothing is told before the planned number of sessions: looking after
each of them would find something too often where nothing is.
"""

import hashlib
import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from itertools import chain, combinations, count

ALPHA = 0.05
N_ENUMERATED = 2**16
"""So many orders are gone through one by one; of more, `N_DRAWN` are drawn."""
N_DRAWN = 19_999
BLOCKS = (2, 4)
N_MOST = 200
ALIKE, N_DIGITS = 1e-9, 9
"""Differences of means that are equal come out so near to each other."""


class Condition(StrEnum):
    """One of the two that are compared."""

    FIRST = "first"
    SECOND = "second"


class Answer(StrEnum):
    """What the trial says."""

    NOT_ENOUGH = "not_enough"
    NO_DIFFERENCE_SHOWN = "no_difference_shown"
    FIRST_BETTER = "first_better"
    SECOND_BETTER = "second_better"


@dataclass(frozen=True, slots=True)
class Trial:
    """The plan of a trial, made before its first session.

    Attributes
    ----------
    first, second : str
        What is compared, in words that go on after "with": "slow breathing", "quiet sitting".
    outcome : str
        What is rated before and after, in words: "pain".
    seed : int
        Drawn at random when the trial is made, and not shown: with it the order could be known.
    block : int
        2 or 4 sessions, half of them of each condition. In blocks of 2 each second session can be guessed, in blocks
        of 4 at least each fourth.
    n_planned : int
        Sessions with an outcome before anything is told; at least as many as can show a difference at all.
    lower_is_better : bool

    Raises
    ------
    ValueError
        For other blocks, and for fewer sessions than can show a difference.
    """

    first: str
    second: str
    outcome: str
    seed: int
    block: int = 4
    n_planned: int = 16
    lower_is_better: bool = True

    def __post_init__(self) -> None:
        if self.block not in BLOCKS:
            raise ValueError(f"block must be one of {BLOCKS}, not {self.block}")
        if not fewest_sessions(self.block) <= self.n_planned <= N_MOST:
            raise ValueError(f"n_planned must be {fewest_sessions(self.block)} to {N_MOST}, not {self.n_planned}")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a session brought: `change` is after minus before, of the `n_session`-th session of the trial from 0 on."""

    n_session: int
    change: float


@dataclass(frozen=True, slots=True)
class TrialResult:
    """What can be said.

    Attributes
    ----------
    answer : Answer
    n_first, n_second : int or None
        Sessions with an outcome that count; None while nothing is told: which of them grew would tell what was drawn.
    n_more : int
        Sessions with an outcome that are still needed.
    difference : float or None
        Mean change with the first less mean change with the second; None while it is not told.
    low, high : float or None
        All the differences that the test does not reject at 0.05; infinite ones are None.
    p : float or None
        Two-sided.
    exact : bool
        Whether all orders were gone through, or some of them drawn.
    sentence : str
        For a person.
    """

    answer: Answer
    n_first: int | None = None
    n_second: int | None = None
    n_more: int = 0
    difference: float | None = None
    low: float | None = None
    high: float | None = None
    p: float | None = None
    exact: bool = True
    sentence: str = ""


def assigned(trial: Trial, n_before: int) -> Condition:
    """Which condition a session has, from the seed and the number of sessions of the trial before it.

    The order of a block is one of its equally likely orders, by SHA-256 of seed and block: the same on every machine,
    and not to be told from the blocks before.

    Raises
    ------
    ValueError
        For fewer than 0 sessions before.
    """
    if n_before < 0:
        raise ValueError(f"n_before must be 0 or more, not {n_before}")
    n_block, place = divmod(n_before, trial.block)
    digest = hashlib.sha256(f"{trial.seed}/{n_block}".encode()).digest()
    orders = _orders(trial.block)
    first = orders[int.from_bytes(digest, "big") % len(orders)]
    return Condition.FIRST if place in first else Condition.SECOND


def fewest_sessions(block: int) -> int:
    """With how many sessions p can come to 0.05 at all: 11 in blocks of 2, 9 in blocks of 4."""
    return next(n for n in range(1, N_MOST) if least_p(range(n), block) <= ALPHA)


def least_p(sessions: Sequence[int], block: int) -> float:
    """The smallest p that these sessions can give: only the order that was drawn, and its mirror, fit so well.

    A block of s sessions of which k have an outcome leaves C(s - k, s/2 - j) of its C(s, s/2) orders with the same
    condition in all k, j of them the first.
    """
    p = 2.0
    for n_block in {n // block for n in sessions}:
        k = sum(n // block == n_block for n in sessions)
        half = block // 2
        fits = [math.comb(block - k, half - j) for j in range(max(0, half - block + k), min(k, half) + 1)]
        p *= min(fits) / math.comb(block, half)
    return min(1.0, p)


def result_of(trial: Trial, outcomes: Sequence[Outcome]) -> TrialResult:
    """What the outcomes say, once there are as many as planned; later ones do not count.

    Where outcomes are missing so that the planned number cannot show a difference, a few more are waited for.

    Raises
    ------
    ValueError
        For two outcomes of one session, and changes that are not finite.
    """
    if len({outcome.n_session for outcome in outcomes}) < len(outcomes):
        raise ValueError("a session has two outcomes")
    if not all(math.isfinite(outcome.change) for outcome in outcomes):
        raise ValueError("changes must be finite")
    ordered = sorted(outcomes, key=lambda outcome: outcome.n_session)
    n_needed = _n_needed(trial, [outcome.n_session for outcome in ordered])
    counted = ordered[:n_needed]
    drawn = [assigned(trial, outcome.n_session) is Condition.FIRST for outcome in counted]
    if len(counted) == n_needed and 0 < sum(drawn) < n_needed:
        return _tested(trial, counted, drawn)
    n_more = max(1, n_needed - len(counted))
    sentence = f"Not enough sessions yet: {n_more} more {'session' if n_more == 1 else 'sessions'} to go."
    return TrialResult(Answer.NOT_ENOUGH, n_more=n_more, sentence=sentence)


def _n_needed(trial: Trial, sessions: Sequence[int]) -> int:
    """How many outcomes it takes, the next sessions all having one."""
    held = list(sessions[: trial.n_planned])
    later = chain(sessions[trial.n_planned :], count(max(sessions, default=-1) + 1))
    while len(held) < trial.n_planned or least_p(held, trial.block) > ALPHA:
        held.append(next(later))
    return len(held)


def _tested(trial: Trial, counted: Sequence[Outcome], drawn: Sequence[bool]) -> TrialResult:
    """The test, and its inversion.

    With the shift d taken off the first condition's changes, the difference T of an order becomes T - d c, c being the
    difference of the indicator of the order drawn. The order counts against d where |T - d c| >= |T0 - d|, which is so
    between (T0 - T) / (1 - c) and (T0 + T) / (1 + c). All these stretches hold T0, so p falls to both sides of it.
    """
    t0, orders, exact = _differences(trial, counted, drawn)
    n_as_large = sum(abs(t) >= abs(t0) - ALIKE for t, _ in orders)
    ends = [_ends(t0, t, c) for t, c in orders]
    n_left_out = int(ALPHA * len(orders) + ALIKE)
    low, high = sorted(low for low, _ in ends)[n_left_out], sorted(high for _, high in ends)[-1 - n_left_out]
    p = n_as_large / len(orders)
    answer = Answer.NO_DIFFERENCE_SHOWN
    if p <= ALPHA:
        answer = Answer.FIRST_BETTER if (t0 < 0.0) == trial.lower_is_better else Answer.SECOND_BETTER
    return TrialResult(
        answer,
        sum(drawn),
        len(drawn) - sum(drawn),
        difference=t0,
        low=low if math.isfinite(low) else None,
        high=high if math.isfinite(high) else None,
        p=p,
        exact=exact,
        sentence=_sentence(trial, answer, abs(t0), p),
    )


def _ends(t0: float, t: float, c: float) -> tuple[float, float]:
    if 1.0 - abs(c) < ALIKE:  # the order that was drawn, or its mirror: it counts against every shift
        return -math.inf, math.inf
    one, other = round((t0 - t) / (1.0 - c), N_DIGITS), round((t0 + t) / (1.0 + c), N_DIGITS)
    return min(one, other), max(one, other)


def _sentence(trial: Trial, answer: Answer, size: float, p: float) -> str:
    if answer is Answer.NO_DIFFERENCE_SHOWN:
        return (
            f"No difference in {trial.outcome} between {trial.first} and {trial.second} was shown. "
            "There may be none, or it may be smaller than so many sessions can show."
        )
    better, other = (trial.first, trial.second) if answer is Answer.FIRST_BETTER else (trial.second, trial.first)
    return (
        f"With {better}, {trial.outcome} changed for the better by {size:.1f} more than with {other}. "
        f"Chance alone would bring a difference as large in {max(1, round(100 * p))} of 100 such trials. "
        "This speaks of you and these sessions, not of others."
    )


@cache
def _orders(block: int) -> tuple[tuple[int, ...], ...]:
    """The places of the first condition in each order that a block can have."""
    return tuple(combinations(range(block), block // 2))


def _differences(
    trial: Trial, counted: Sequence[Outcome], drawn: Sequence[bool]
) -> tuple[float, list[tuple[float, float]], bool]:
    """The difference of means; with that of the indicator of the order drawn for each order; whether these are all."""
    blocks: dict[int, list[tuple[int, float, bool]]] = {}
    for outcome, is_first in zip(counted, drawn, strict=True):
        n_block, place = divmod(outcome.n_session, trial.block)
        blocks.setdefault(n_block, []).append((place, outcome.change, is_first))
    n, n_drawn, total = len(counted), sum(drawn), sum(outcome.change for outcome in counted)

    def differences(order: _Sums) -> tuple[float, float]:
        if order.n in (0, n):  # none can be formed: it counts as the largest
            return math.inf, 0.0
        n_others = n - order.n
        of_drawn = order.n_drawn / order.n - (n_drawn - order.n_drawn) / n_others
        return order.changes / order.n - (total - order.changes) / n_others, of_drawn

    options = [[_sums(block, order) for order in _orders(trial.block)] for block in blocks.values()]
    own = [_sums(block, [place for place, _, is_first in block if is_first]) for block in blocks.values()]
    actual = differences(sum(own, _Sums()))
    if len(_orders(trial.block)) ** len(options) <= N_ENUMERATED:
        every = [_Sums()]
        for option in options:
            every = [before + order for before in every for order in option]
        return actual[0], [differences(order) for order in every], True
    rng = random.Random(f"{trial.seed}/test")
    some = (sum((rng.choice(option) for option in options), _Sums()) for _ in range(N_DRAWN))
    # the order that was drawn is one of them, so that p is never too small (Phipson and Smyth 2010)
    return actual[0], [actual, *(differences(order) for order in some)], False


@dataclass(frozen=True, slots=True)
class _Sums:
    """Of the sessions that an order gives to the first condition: their changes, number, and how many had it."""

    changes: float = 0.0
    n: int = 0
    n_drawn: int = 0

    def __add__(self, other: "_Sums") -> "_Sums":
        return _Sums(self.changes + other.changes, self.n + other.n, self.n_drawn + other.n_drawn)


def _sums(block: Sequence[tuple[int, float, bool]], order: Sequence[int]) -> _Sums:
    here = [(change, is_first) for place, change, is_first in block if place in order]
    return _Sums(sum(change for change, _ in here), len(here), sum(is_first for _, is_first in here))
