"""A personal trial of two conditions."""

import math
import random
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols.trial import (
    Answer,
    Condition,
    Outcome,
    Trial,
    TrialResult,
    assigned,
    fewest_sessions,
    least_p,
    result_of,
)

BLOCK = st.sampled_from([2, 4])


def plan(seed: int, block: int = 4, n_planned: int = 12) -> Trial:
    return Trial("slow breathing", "quiet sitting", "pain", seed, block, n_planned)


def changes(trial: Trial, draw: Callable[[], float], effect: float = 0.0) -> list[Outcome]:
    return [
        Outcome(n, draw() + (effect if assigned(trial, n) is Condition.FIRST else 0.0)) for n in range(trial.n_planned)
    ]


def told(trial: Trial, outcomes: list[Outcome]) -> tuple[TrialResult, float]:
    result = result_of(trial, outcomes)
    assert result.p is not None
    return result, result.p


@given(st.integers(0, 2**64), BLOCK, st.integers(0, 50))
def test_each_block_holds_both_conditions_alike(seed: int, block: int, n_block: int) -> None:
    drawn = [assigned(plan(seed, block), n) for n in range(n_block * block, (n_block + 1) * block)]
    assert drawn.count(Condition.FIRST) == block // 2


@given(st.integers(0, 2**64), BLOCK, st.integers(0, 100))
def test_the_same_seed_assigns_the_same(seed: int, block: int, n: int) -> None:
    assert assigned(plan(seed, block), n) is assigned(plan(seed, block, 40), n)


def test_the_order_is_written_down_once_for_all_machines() -> None:
    drawn = [assigned(plan(7), n) is Condition.FIRST for n in range(12)]
    assert "".join("ba"[first] for first in drawn) == "babaabababab"


def test_every_order_comes_equally_often_and_the_next_block_cannot_be_told() -> None:
    seen: dict[tuple[str, str], int] = {}
    for seed in range(1800):
        order = ["".join(assigned(plan(seed), n)[0] for n in range(first, first + 4)) for first in (0, 4)]
        seen[order[0], order[1]] = seen.get((order[0], order[1]), 0) + 1
    assert len(seen) == 36
    # 50 expected of each; five standard deviations
    assert all(15 < n < 85 for n in seen.values())


def test_the_fewest_sessions_that_can_show_a_difference() -> None:
    assert fewest_sessions(2) == 11
    assert fewest_sessions(4) == 9
    assert least_p(range(12), 2) == pytest.approx(2 / 2**6)
    assert least_p(range(12), 4) == pytest.approx(2 / 6**3)
    assert least_p([], 2) == least_p([0], 4) == 1


@pytest.mark.parametrize(("block", "n"), [(2, 11), (2, 12), (4, 9), (4, 12), (4, 16)])
def test_the_smallest_p_is_reached_by_a_difference_without_doubt(block: int, n: int) -> None:
    trial = plan(3, block, n)
    result, p = told(trial, changes(trial, lambda: 0.0, effect=-3.0))
    assert p == pytest.approx(least_p(range(n), block))
    assert result.answer is Answer.FIRST_BETTER
    assert result.difference == result.low == result.high == pytest.approx(-3)


def test_before_the_planned_number_nothing_is_told_but_how_many_more() -> None:
    trial = plan(1)
    outcomes = changes(trial, lambda: 0.0, effect=-9.0)
    for n in range(12):
        result = result_of(trial, outcomes[:n])
        assert result.answer is Answer.NOT_ENOUGH
        assert result.p is result.difference is None
        assert result.n_more == 12 - n
        assert f"{12 - n} more" in result.sentence
    assert result_of(trial, outcomes).answer is Answer.FIRST_BETTER


def test_later_outcomes_change_nothing() -> None:
    trial = plan(1)
    outcomes = changes(trial, lambda: 0.0, effect=-2.0)
    assert result_of(trial, [*outcomes, Outcome(12, 50.0), Outcome(13, -50.0)]) == result_of(trial, outcomes)


def test_a_session_without_an_outcome_is_made_up_for() -> None:
    trial = plan(2)
    outcomes = [outcome for outcome in changes(trial, lambda: 0.0, effect=-2.0) if outcome.n_session not in (3, 6)]
    assert result_of(trial, outcomes).n_more == 2
    outcomes += [Outcome(n, -2.0 if assigned(trial, n) is Condition.FIRST else 0.0) for n in (12, 13)]
    assert result_of(trial, outcomes).answer is Answer.FIRST_BETTER


def test_more_is_waited_for_where_missing_outcomes_leave_too_little_to_test() -> None:
    trial = plan(2, 2, 11)
    whole = [Outcome(n, 0.0) for n in range(9)]
    assert result_of(trial, [*whole, Outcome(9, 0.0)]).n_more == 1
    assert result_of(trial, [*whole, Outcome(9, 0.0), Outcome(10, 0.0)]).n_more == 0


def test_which_is_better_depends_on_the_rating() -> None:
    pain = plan(5)
    comfort = Trial("slow breathing", "quiet sitting", "comfort", 5, 4, 12, lower_is_better=False)
    outcomes = changes(pain, lambda: 0.0, effect=2.0)
    assert result_of(pain, outcomes).answer is Answer.SECOND_BETTER
    assert result_of(comfort, outcomes).answer is Answer.FIRST_BETTER
    assert "With quiet sitting, pain changed for the better by 2.0 more" in result_of(pain, outcomes).sentence


def test_where_all_changes_are_alike_nothing_is_shown() -> None:
    trial = plan(6)
    result, p = told(trial, changes(trial, lambda: -1.0))
    assert p == 1
    assert result.answer is Answer.NO_DIFFERENCE_SHOWN
    assert (result.difference, result.low, result.high) == (0, 0, 0)
    assert "may be smaller" in result.sentence


@given(st.integers(0, 2**32), BLOCK, st.lists(st.integers(-10, 10), min_size=12, max_size=12), st.integers(-8, 8))
def test_the_interval_holds_what_the_test_does_not_reject(
    seed: int, block: int, ratings: list[int], shift: int
) -> None:
    trial = plan(seed, block)
    outcomes = [Outcome(n, float(change)) for n, change in enumerate(ratings)]
    result, p = told(trial, outcomes)
    assert 0 < p <= 1
    inside = (result.low is None or result.low <= shift) and (result.high is None or shift <= result.high)
    shifted = [
        Outcome(o.n_session, o.change - (shift if assigned(trial, o.n_session) is Condition.FIRST else 0))
        for o in outcomes
    ]
    assert inside == (told(trial, shifted)[1] > 0.05)
    assert result.difference is not None
    assert result.low is None or result.low <= result.difference + 1e-9
    assert result.high is None or result.difference <= result.high + 1e-9


@pytest.mark.parametrize(("block", "draw"), [(2, "ratings"), (4, "ratings"), (4, "normal"), (2, "drifting")])
def test_where_there_is_no_difference_p_is_uniform(block: int, draw: str) -> None:
    """At most 5 in 100 trials of nothing seem to show something, and no level is passed more often than it says."""
    found = []
    for seed in range(600):
        rng = random.Random(seed)
        trial = plan(seed, block)
        drift = iter(range(100))
        of: dict[str, Callable[[], float]] = {
            "ratings": lambda rng=rng: float(rng.randint(-3, 1)),  # type: ignore[misc]
            "normal": lambda rng=rng: rng.gauss(-1, 2),  # type: ignore[misc]
            "drifting": lambda rng=rng, drift=drift: rng.gauss(0, 1) - 0.5 * next(drift),  # type: ignore[misc]
        }
        found.append(told(trial, changes(trial, of[draw]))[1])
    for level in (0.05, 0.1, 0.25, 0.5):
        share = sum(p <= level for p in found) / len(found)
        # three standard errors of a share of 600
        assert share <= level + 3 * math.sqrt(level * (1 - level) / len(found))
        if draw == "normal":
            assert share >= level - 1 / 36 - 3 * math.sqrt(level * (1 - level) / len(found))


def test_many_sessions_are_tested_by_drawn_orders_and_agree_with_all_of_them() -> None:
    rng = random.Random(4)
    many = plan(4, 4, 28)
    result, p = told(many, changes(many, lambda: rng.gauss(0, 1), effect=-0.7))
    assert not result.exact
    assert result == result_of(many, changes_again(many, 4, -0.7))
    assert 0 < p < 0.5
    strong, p = told(many, changes(many, lambda: rng.gauss(0, 0.1), effect=-3.0))
    assert p == pytest.approx(1 / 20_000)
    assert strong.low is not None
    assert strong.high is not None
    assert strong.low < -2.9
    assert strong.high > -3.1


def changes_again(trial: Trial, seed: int, effect: float) -> list[Outcome]:
    rng = random.Random(seed)
    return changes(trial, lambda: rng.gauss(0, 1), effect)


def test_plans_and_outcomes_that_make_no_sense_are_refused() -> None:
    with pytest.raises(ValueError, match="block"):
        plan(1, 3)
    with pytest.raises(ValueError, match="n_planned must be 9"):
        plan(1, 4, 8)
    with pytest.raises(ValueError, match="n_before"):
        assigned(plan(1), -1)
    with pytest.raises(ValueError, match="two outcomes"):
        result_of(plan(1), [Outcome(0, 1.0), Outcome(0, 2.0)])
    with pytest.raises(ValueError, match="finite"):
        result_of(plan(1), [Outcome(0, math.nan)])
