"""Faults put into simulated hearts whose breath swings them far: what the classifier finds, beside other rules."""

import random

import pytest

from biofeedback.bench.injection import (
    LEAD,
    Ectopy,
    Fault,
    arrhythmia,
    inject,
    inject_ectopy,
    inject_mixed,
    swings,
)
from biofeedback.bench.rules import RULES, hrv_biofeedback, kubios, openhrv, our_rule, rule_of_20_percent
from biofeedback.bench.verdicts import LEAST_PERCENT, try_rule


@pytest.mark.parametrize("fault", Fault)
def test_faults_are_found_in_deep_breaths_and_clean_beats_are_left(fault: Fault, hearts: list[list[float]]) -> None:
    found = try_rule(our_rule, hearts, fault)
    assert found.sensitivity_percent >= LEAST_PERCENT[fault]
    assert found.false_percent <= 0.5


def test_no_clean_beat_of_any_swing_is_flagged(hearts: list[list[float]]) -> None:
    beating = hearts + swings()[::3] + arrhythmia(6.0)[::3] + arrhythmia(15.0)[::3]
    assert [sum(our_rule(heart).flagged) for heart in beating] == [0] * len(beating)


@pytest.mark.parametrize("kind", Ectopy)
def test_frequent_premature_beats_are_found_and_the_others_stay(kind: Ectopy, hearts: list[list[float]]) -> None:
    rng = random.Random(1)
    n_found = n_early = n_false = n_clean = 0
    for heart in hearts:
        faulty, early, touched = inject_ectopy(heart, kind, 0.17, rng)
        flagged = {i for i, bad in enumerate(our_rule(faulty).flagged) if bad}
        n_found, n_early = n_found + sum(i in flagged for i in early), n_early + len(early)
        n_false, n_clean = n_false + len(flagged - touched), n_clean + len(faulty) - len(touched)
    assert n_early > 200
    assert n_found >= 0.95 * n_early
    assert n_false <= 0.005 * n_clean


@pytest.mark.parametrize("kind", [Ectopy.SINGLE, Ectopy.COUPLETS, Ectopy.BIGEMINY])
def test_premature_beats_come_as_often_as_asked(kind: Ectopy, hearts: list[list[float]]) -> None:
    rng = random.Random(2)
    for burden in (0.05, 0.17):
        counted = [inject_ectopy(heart, kind, burden, rng) for heart in hearts * 3]
        share = sum(len(early) for _, early, _ in counted) / sum(len(rr_ms) for rr_ms, _, _ in counted)
        assert share == pytest.approx(burden, rel=0.4)


def test_a_fixed_rule_throws_away_the_beats_of_those_who_succeed(hearts: list[list[float]]) -> None:
    """The measure can tell a bad rule from a good one."""
    assert try_rule(hrv_biofeedback, hearts, Fault.MISSED).false_percent > 5.0
    assert try_rule(openhrv, hearts, Fault.ECTOPIC).sensitivity_percent == 0.0


@pytest.mark.parametrize("fault", Fault)
def test_a_fault_leaves_the_time_as_it_was(fault: Fault, hearts: list[list[float]]) -> None:
    heart = hearts[0]
    faulty, places = inject(heart, fault, random.Random(1))
    assert sum(faulty) == pytest.approx(sum(heart))
    assert len(places) == len(heart) // 60
    assert min(min(place) for place in places) >= LEAD


def test_a_share_of_the_beats_is_hit(hearts: list[list[float]]) -> None:
    heart = hearts[0]
    faulty = inject_mixed(heart, 0.05, random.Random(3))
    assert sum(faulty) == pytest.approx(sum(heart))
    untouched = len(set(faulty) & set(heart))
    assert len(heart) - untouched == pytest.approx(0.05 * len(heart) * 5 / 3, rel=0.2), "one, two and two intervals"


def steady(n: int) -> list[float]:
    rng = random.Random(4)
    return [900.0 + rng.gauss(0.0, 12.0) for _ in range(n)]


@pytest.mark.parametrize("name", RULES)
def test_every_rule_gives_a_flag_for_each_interval_and_goes_on_with_beats(name: str) -> None:
    rr_ms = steady(80)
    ruled = RULES[name](rr_ms)
    assert len(ruled.flagged) == 80
    assert sum(ruled.flagged) <= 2, "neurokit2 finds something in anything"
    assert sum(beat.rr_ms for beat in ruled.beats) == pytest.approx(sum(rr_ms), abs=1.0)


def test_what_the_other_rules_do_with_an_early_beat() -> None:
    rr_ms = steady(80)
    rr_ms[50:52] = [600.0, 1200.0]
    assert [i for i, bad in enumerate(rule_of_20_percent(rr_ms).flagged) if bad] == [50, 51, 52]
    assert sum(openhrv(rr_ms).flagged) == 0
    replaced = hrv_biofeedback(rr_ms)
    assert [i for i, bad in enumerate(replaced.flagged) if bad] == [50, 51]
    assert all(abs(beat.rr_ms - 900.0) < 50.0 for beat in replaced.beats)
    moved = kubios(rr_ms)
    assert any(moved.flagged[50:53])
    assert min(beat.rr_ms for beat in moved.beats) > 700.0


def test_what_openhrv_does_with_a_rate_no_heart_has() -> None:
    rr_ms = steady(80)
    rr_ms[50] = 2300.0
    ruled = openhrv(rr_ms)
    assert [i for i, bad in enumerate(ruled.flagged) if bad] == [50]
    assert ruled.beats[50].rr_ms == sorted(rr_ms[39:50])[5]
