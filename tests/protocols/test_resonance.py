"""How the pace goes while the resonance rate is looked for."""

from itertools import pairwise
from statistics import correlation

import pytest

from protocols.breathing import BreathPattern
from protocols.resonance import QUICK_RATES_PER_MIN, RATES_PER_MIN, Order, Schedule, quick, sliding, stepped


def test_the_slide_is_the_published_one() -> None:
    slide = sliding()
    lengths_s = [60.0 / rate for rate, n in slide.steps for _ in range(n)]
    assert len(lengths_s) == slide.n_breaths == 78
    assert all(b - a == pytest.approx(0.067036, abs=1e-6) for a, b in pairwise(lengths_s))
    assert slide.seconds == pytest.approx(894.6, abs=0.1)
    assert slide.pattern.rate_per_min == 6.75


@pytest.mark.parametrize("order", Order)
@pytest.mark.parametrize("seed", range(5))
def test_forms_visit_each_rate_once_and_keep_to_their_time(order: Order, seed: int) -> None:
    for schedule, rates, minutes in (
        (stepped(order, seed), RATES_PER_MIN, 15),
        (quick(order, seed), QUICK_RATES_PER_MIN, 8),
    ):
        assert sorted(rate for rate, _ in schedule.steps) == sorted(rates)
        assert schedule.minutes <= minutes
        assert min(n * 60 / rate for rate, n in schedule.steps) >= 105


def test_a_random_order_comes_from_its_seed_and_does_not_go_with_time() -> None:
    orders = {tuple(rate for rate, _ in stepped(Order.RANDOM, seed).steps) for seed in range(40)}
    assert len(orders) > 10
    assert stepped(Order.RANDOM, 3) == stepped(Order.RANDOM, 3)
    assert all(abs(correlation(range(5), order)) <= 0.31 for order in orders)


def test_a_descending_order_goes_from_quick_to_slow() -> None:
    rates = [rate for rate, _ in stepped(Order.DESCENDING).steps]
    assert rates == sorted(rates, reverse=True)


@pytest.mark.parametrize("schedule", [stepped(seed=1), quick(seed=2), sliding()])
def test_the_breath_changes_pace_only_where_a_breath_begins(schedule: Schedule) -> None:
    curve, at_s, n_breath = schedule.curve(100.0), 100.0, 0
    for rate, n in schedule.steps:
        for _ in range(n):
            breath = curve.at(at_s + 1e-6)
            assert (breath.n_breath, breath.pattern.rate_per_min) == (n_breath, rate)
            assert breath.volume == pytest.approx(0, abs=1e-6)
            at_s, n_breath = at_s + 60 / rate, n_breath + 1
    assert at_s == pytest.approx(100 + schedule.seconds)
    assert n_breath == schedule.n_breaths


def test_the_proportions_of_the_breath_are_kept() -> None:
    pattern = BreathPattern(9.0, 1, 0, 1, 0)
    for schedule in (stepped(pattern=pattern), quick(pattern=pattern), sliding(pattern=pattern)):
        assert schedule.pattern.shares == pattern.shares
        assert schedule.pattern.rate_per_min == schedule.steps[0][0]


@pytest.mark.parametrize(("rates", "step_s"), [((), 180), ((6, 6), 180), ((6, 0), 180), ((6, 5), 10)])
def test_steps_without_breaths_are_refused(rates: tuple[float, ...], step_s: float) -> None:
    with pytest.raises(ValueError, match="must"):
        stepped(rates_per_min=rates, step_s=step_s)


@pytest.mark.parametrize("wrong", [(0, 4, 10), (6, 0, 10), (6, 4, 0)])
def test_a_slide_without_breaths_is_refused(wrong: tuple[float, float, int]) -> None:
    with pytest.raises(ValueError, match="more than 0"):
        sliding(*wrong)
