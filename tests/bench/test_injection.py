"""Faults put into simulated hearts whose breath swings them far: what the classifier finds, beside fixed rules."""

import random

import pytest

from biofeedback.bench.injection import Fault, clean_hearts, inject, our_rule, rule_of_last_five, try_rule

HEARTS = clean_hearts()


@pytest.mark.parametrize(("fault", "least"), [(Fault.MISSED, 99.5), (Fault.EXTRA, 99.5), (Fault.ECTOPIC, 98.0)])
def test_faults_are_found_in_deep_breaths_and_clean_beats_are_left(fault: Fault, least: float) -> None:
    found = try_rule(our_rule, HEARTS, fault, n_rounds=3)
    assert found.sensitivity_percent >= least
    assert found.false_percent <= 0.5


def test_no_clean_beat_of_any_swing_is_flagged() -> None:
    assert [sum(our_rule(heart)) for heart in HEARTS] == [0] * len(HEARTS)


def test_a_fixed_rule_throws_away_the_beats_of_those_who_succeed() -> None:
    """The measure can tell a bad rule from a good one."""
    assert try_rule(rule_of_last_five, HEARTS, Fault.MISSED, n_rounds=1).false_percent > 5.0


@pytest.mark.parametrize("fault", Fault)
def test_a_fault_leaves_the_time_as_it_was(fault: Fault) -> None:
    heart = HEARTS[0]
    faulty, places = inject(heart, fault, random.Random(1))
    assert sum(faulty) == pytest.approx(sum(heart))
    assert len(places) == len(heart) // 60
