"""Breaths seen in the heart rate."""

from itertools import pairwise
from statistics import mean, median

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from biofeedback.analysis.figures import figures
from biofeedback.analysis.respiration import BreathFinder, HeartBreath
from tests.analysis.hearts import Floats, beats_of, intervals, recorded, swinging


def breaths_in(rr_ms: Floats) -> list[HeartBreath]:
    finder = BreathFinder()
    times = np.cumsum(rr_ms) / 1000
    found = [finder.push(float(time_s), float(rr)) for time_s, rr in zip(times, rr_ms, strict=True)]
    return [breath for breath in found if breath]


@pytest.mark.parametrize(
    ("breaths_per_min", "swing_error", "rate_error"),
    [(4.5, 0.03, 0.05), (5.3, 0.03, 0.05), (6.0, 0.03, 0.05), (7.0, 0.03, 0.05), (10.0, 0.05, 0.2), (15.0, 0.10, 0.3)],
)
@pytest.mark.parametrize("swing_bpm", [6, 15, 30])
def test_rate_and_swing_of_a_known_breath_are_found(
    breaths_per_min: float, swing_error: float, rate_error: float, swing_bpm: float
) -> None:
    breaths = breaths_in(1000 * np.diff(beats_of(swinging(72, swing_bpm, breaths_per_min), 300)))[1:]
    assert 60 / mean(breath.length_s for breath in breaths) == pytest.approx(breaths_per_min, abs=rate_error)
    assert mean(breath.swing_bpm for breath in breaths) == pytest.approx(swing_bpm, rel=swing_error)
    assert len(breaths) == pytest.approx(5 * breaths_per_min, abs=4)


@settings(max_examples=30)
@given(st.floats(4.5, 8), st.floats(14, 30), st.integers(0, 2**16))
def test_small_changes_between_beats_are_not_taken_for_breaths(rate: float, swing_bpm: float, seed: int) -> None:
    rr_ms = 1000 * np.diff(beats_of(swinging(66, swing_bpm, rate), 240))
    rr_ms += np.random.default_rng(seed).normal(0, 20, len(rr_ms))
    assert 60 / median(breath.length_s for breath in breaths_in(rr_ms)) == pytest.approx(rate, abs=0.4)


def test_breaths_follow_each_other() -> None:
    breaths = breaths_in(1000 * np.diff(beats_of(swinging(66, 12, 6), 120)))
    for before, after in pairwise(breaths):
        assert after.end_s - after.length_s == pytest.approx(before.end_s)


def test_no_breath_reaches_across_a_gap() -> None:
    finder, found = BreathFinder(), []
    rr_ms = 1000 * np.diff(beats_of(swinging(66, 12, 6), 60))
    for part_s in (0.0, 100.0):
        finder.gap()
        times = part_s + np.cumsum(rr_ms) / 1000
        found += [b for t, rr in zip(times, rr_ms, strict=True) if (b := finder.push(float(t), float(rr)))]
    assert found
    assert not [b for b in found if b.end_s - b.length_s < 60 < b.end_s]


def test_a_heart_that_does_not_answer_shows_no_breath() -> None:
    assert breaths_in(np.full(200, 900.0)) == []
    assert breaths_in(900 + np.random.default_rng(1).normal(0, 1, 200)) == []


@given(st.lists(st.floats(300, 2000), max_size=60))
def test_whatever_the_heart_does_a_breath_has_a_length_and_a_swing(rr_ms: list[float]) -> None:
    for breath in breaths_in(np.array(rr_ms)):
        assert 0 < breath.length_s <= 30
        assert breath.swing_bpm <= 60


def test_slow_breathing_of_a_real_person_agrees_with_the_airflow() -> None:
    name = "rr/physio1_nk_rr.txt"
    assert figures(recorded(name)).respiration_per_min == pytest.approx(60 * 0.101, abs=0.3)
    breaths = breaths_in(intervals(name))
    minutes = [[b.length_s for b in breaths if m * 60 < b.end_s <= m * 60 + 60] for m in range(5)]
    found = [60 / mean(lengths) for lengths in minutes]
    assert found == pytest.approx([6.4, 6.6, 5.7, 6.3, 5.8], abs=0.9)
    assert mean(found) == pytest.approx(6.16, abs=0.3)


def test_a_resting_persons_breathing_is_estimated() -> None:
    assert figures(recorded("rr/nk_rest8min_nk_rr.txt")).respiration_per_min == pytest.approx(9.5, abs=1.0)
