"""Trends, the band of usual days, and change between periods."""

from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from biofeedback.care.measures import Point
from biofeedback.care.progress import change, trend

FIRST = date(2026, 1, 5)
WEEKS = ((FIRST, FIRST + timedelta(27)), (FIRST + timedelta(28), FIRST + timedelta(55)))


def points(values: list[float], first: date = FIRST) -> list[Point]:
    return [Point((first + timedelta(i)).isoformat(), value, f"s{i}") for i, value in enumerate(values)]


def autoregression(n: int, memory: float, seed: int) -> list[float]:
    rng = np.random.default_rng(seed)
    values = [float(rng.normal())]
    for _ in range(n - 1):
        values.append(memory * values[-1] + float(np.sqrt(1 - memory**2) * rng.normal()))
    return values


def test_points_come_in_order_with_their_sessions() -> None:
    told = points([3, 4, 5])
    got = trend("pain", "0 to 10", told[::-1])
    assert got.points == tuple(told)
    assert all(a.on < b.on for a, b in pairwise(got.points))


def test_a_week_of_noise_makes_no_band() -> None:
    got = trend("pain", "0 to 10", points([3, 5, 4, 6, 4, 5, 3, 4]))
    assert got.usual_low is None
    assert got.usual_high is None
    assert got.withheld == "A usual band needs 14 days with a value over 21 days; so far it has 7 over 7."


def test_many_points_in_few_days_make_no_band() -> None:
    crowded = [point for point in points([4.0] * 14) for _ in range(5)]
    assert trend("pain", "0 to 10", crowded).withheld is not None


@pytest.mark.parametrize("values", [[], [4]])
def test_hardly_any_points(values: list[float]) -> None:
    assert trend("pain", "0 to 10", points(values)).withheld is not None


def test_the_band_holds_four_of_five_usual_days() -> None:
    inside = []
    for seed in range(60):
        values = list(np.random.default_rng(seed).normal(60, 5, 61))
        got = trend("resting_heart", "beats a minute", points(values))
        assert got.usual_low is not None
        assert got.usual_high is not None
        inside += [got.usual_low <= value <= got.usual_high for value in values[:-1]]
    assert np.mean(inside) == pytest.approx(0.8, abs=0.03)


def test_the_last_day_does_not_judge_itself() -> None:
    usual = [4.0, 5.0, 6.0] * 8
    low, high = (trend("pain", "0 to 10", points([*usual, last])) for last in (0.0, 10.0))
    assert (low.usual_low, low.usual_high) == (high.usual_low, high.usual_high)


def test_one_wild_day_hardly_moves_the_band() -> None:
    usual = [60.0, 61.0, 62.0, 63.0] * 8
    calm, wild = (
        trend("resting_heart", "bpm", points(values)) for values in (usual, [*usual[:10], 400.0, *usual[11:]])
    )
    assert calm.usual_high is not None
    assert wild.usual_high == pytest.approx(calm.usual_high, abs=1)


def test_days_that_are_mostly_alike_have_a_band_still() -> None:
    got = trend("pain", "0 to 10", points([0, 0, 0, 0, 3, 0] * 5))
    assert got.usual_low is not None
    assert got.usual_high is not None
    assert got.usual_high > got.usual_low


def test_old_days_are_not_usual_any_more() -> None:
    old, new = points([9.0] * 30), points([3.0, 4.0] * 15, FIRST + timedelta(200))
    got = trend("pain", "0 to 10", [*old, *new])
    assert got.usual_high is not None
    assert got.usual_high < 6


def test_what_is_no_number_is_refused() -> None:
    with pytest.raises(ValueError, match="is not a number"):
        trend("pain", "0 to 10", points([3, float("nan")]))


def test_a_change_is_told_with_its_interval_and_its_size_for_people() -> None:
    got = change("pain", points([6.0, 7.0] * 14 + [4.0, 5.0] * 14), *WEEKS)
    assert (got.before, got.after, got.difference) == (6.5, 4.5, -2)
    assert got.low is not None
    assert got.high is not None
    assert got.low < -2 < got.high < 0
    assert got.minimal_difference is True


@pytest.mark.parametrize(
    ("before", "after", "reached"),
    [(6.0, 4.1, True), (8.0, 6.1, False), (3.0, 2.2, False), (3.0, 2.1, True), (0.0, 1.9, False), (0.0, 2.0, True)],
)
def test_two_points_or_thirty_percent(before: float, after: float, reached: bool) -> None:
    assert change("pain", points([before] * 28 + [after] * 28), *WEEKS).minimal_difference is reached


def test_a_measure_without_a_published_difference_has_none() -> None:
    assert change("sleep", points([6.0] * 28 + [4.0] * 28), *WEEKS).minimal_difference is None


def test_too_few_days_to_compare() -> None:
    got = change("pain", points([6.0] * 31), *WEEKS)
    assert got.difference is None
    assert got.withheld == "A change needs 5 days with a value in each period; there are 28 and 3."


def test_periods_in_the_wrong_order_are_refused() -> None:
    with pytest.raises(ValueError, match="earlier period"):
        change("pain", points([6.0] * 31), *WEEKS[::-1])


@pytest.mark.parametrize("memory", [0.0, 0.5, 0.7])
def test_chance_is_seldom_called_a_change(memory: float) -> None:
    results = [change("pain", points(autoregression(56, memory, seed)), *WEEKS) for seed in range(300)]
    missed = [got.low is not None and got.high is not None and not got.low <= 0 <= got.high for got in results]
    assert np.mean(missed) <= 0.08


@settings(deadline=None)
@given(st.lists(st.floats(0, 10), min_size=23, max_size=40), st.floats(-50, 50))
def test_a_shifted_scale_shifts_the_band(values: list[float], by: float) -> None:
    here, there = (trend("x", "", points([value + off for value in values])) for off in (0.0, by))
    assert here.usual_low is not None
    assert there.usual_low == pytest.approx(here.usual_low + by, abs=1e-6)


def test_days_all_alike_have_a_difference_without_an_interval() -> None:
    got = change("pain", points([6.0] * 28 + [4.0] * 28), *WEEKS)
    assert got.difference == -2
    assert (got.low, got.high) == (None, None)
    assert got.withheld == "The days of each period were all alike, so there is no interval."
