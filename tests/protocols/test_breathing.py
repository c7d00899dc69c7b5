"""The breathing curve: a pure function of time whose volume never jumps, whatever is changed and when."""

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols.breathing import STAGES, TOPPED_UP_FROM, BreathCurve, BreathPattern, RateChange, Stage

rates = st.floats(3, 10)
holds = st.one_of(st.just(0.0), st.floats(0.1, 8))
patterns = st.builds(BreathPattern, rates, st.floats(0.1, 8), holds, st.floats(0.1, 8), holds, holds)
changes = st.lists(st.tuples(st.floats(0, 40), patterns), max_size=6)


PLACES = {Stage.INHALE: 0, Stage.TOP_UP: 0, Stage.HOLD_FULL: 1, Stage.EXHALE: 2, Stage.HOLD_EMPTY: 3}
"""A topped-up breath goes on as a plain one where the pattern changes: both are breathing in."""


def steepest(pattern: BreathPattern) -> float:
    """The fastest that the volume may move, a second: the slope of a raised cosine over its stage."""
    inhale, top_up, _, exhale, _ = pattern.shares
    stages = [(1.0, inhale), (1.0, exhale)] + ([(1.0 - TOPPED_UP_FROM, top_up)] if top_up else [])
    return max(math.pi / 2 * height / (share * pattern.period_s) for height, share in stages)


def repaced(curve: BreathCurve, steps: list[tuple[float, BreathPattern]]) -> tuple[BreathCurve, list[float]]:
    at_s, moments = 0.0, []
    for wait_s, pattern in steps:
        at_s += wait_s
        moments.append(at_s)
        curve = curve.repaced(at_s, pattern)
    return curve, moments


@given(patterns, changes)
def test_the_volume_never_jumps_when_the_pattern_changes_at_any_moment(
    first: BreathPattern, steps: list[tuple[float, BreathPattern]]
) -> None:
    curve, moments = repaced(BreathCurve.steady(first), steps)
    for at_s in moments:
        before, after = curve.at(math.nextafter(at_s, -1)).volume, curve.at(at_s).volume
        assert after == pytest.approx(before, abs=1e-6)


@given(patterns, changes)
def test_the_volume_moves_no_faster_than_its_patterns_breathe(
    first: BreathPattern, steps: list[tuple[float, BreathPattern]]
) -> None:
    curve, moments = repaced(BreathCurve.steady(first), steps)
    limit = max(steepest(pattern) for pattern in (first, *(pattern for _, pattern in steps)))
    step_s = 0.05
    times = [i * step_s for i in range(int((max(moments, default=0) + 25) / step_s))]
    for before_s, after_s in pairwise(times):
        moved = abs(curve.at(after_s).volume - curve.at(before_s).volume)
        assert moved <= limit * (after_s - before_s) * (1 + 1e-6) + 1e-9


@given(patterns, changes, st.floats(0, 300))
def test_a_change_leaves_the_past_as_it_was(
    first: BreathPattern, steps: list[tuple[float, BreathPattern]], at_s: float
) -> None:
    curve = BreathCurve.steady(first)
    later, moments = repaced(curve, steps)
    for moment_s in [at_s] if not moments else [min(at_s, moments[0]) * 0.999]:
        if not moments or moment_s < moments[0]:
            assert later.at(moment_s) == curve.at(moment_s)


@given(patterns, changes)
def test_breaths_are_counted_up_and_stages_follow_each_other(
    first: BreathPattern, steps: list[tuple[float, BreathPattern]]
) -> None:
    curve, moments = repaced(BreathCurve.steady(first), steps)
    breaths = [curve.at(i * 0.02) for i in range(int((max(moments, default=0) + 25) / 0.02))]
    places = [4 * breath.n_breath + PLACES[breath.stage] for breath in breaths]
    assert all(0 <= after - before <= 4 for before, after in pairwise(places))


@given(patterns, st.floats(0, 1000))
def test_each_stage_takes_its_share_of_the_breath(pattern: BreathPattern, from_s: float) -> None:
    curve = BreathCurve.steady(pattern, from_s)
    n = 4000
    seen = [curve.at(from_s + (i + 0.5) / n * pattern.period_s).stage for i in range(n)]
    parts = (pattern.inhale, pattern.top_up, pattern.hold_full, pattern.exhale, pattern.hold_empty)
    for stage, part in zip(STAGES, parts, strict=True):
        assert seen.count(stage) / n == pytest.approx(part / sum(parts), abs=2 / n)


@given(patterns, st.floats(0, 1e4))
def test_volume_and_progress_stay_within_0_and_1(pattern: BreathPattern, elapsed_s: float) -> None:
    breath = BreathCurve.steady(pattern).at(elapsed_s)
    assert 0 <= breath.volume <= 1
    assert 0 <= breath.progress <= 1


@given(patterns, st.floats(0, 2000))
def test_the_curve_is_a_function_of_time_alone(pattern: BreathPattern, elapsed_s: float) -> None:
    curve = BreathCurve.steady(pattern)
    asked = curve.at(elapsed_s)
    for other_s in (elapsed_s + 7, 0.0, elapsed_s * 3):
        curve.at(other_s)
    assert curve.at(elapsed_s) == asked == BreathCurve.steady(pattern).at(elapsed_s)


def test_a_breath_rises_in_inhaling_and_falls_in_exhaling_softly() -> None:
    curve = BreathCurve.steady(BreathPattern(6.0, 4, 0, 6, 0))
    assert [curve.at(at_s).volume for at_s in (0, 2, 4, 7, 10)] == pytest.approx([0, 0.5, 1, 0.5, 0])
    assert [curve.at(at_s).stage for at_s in (1, 5)] == [Stage.INHALE, Stage.EXHALE]
    assert curve.at(0.01).volume < 1e-3, "it begins without a jerk"


def test_a_hold_keeps_the_volume() -> None:
    curve = BreathCurve.steady(BreathPattern(3.75, 1, 1, 1, 1))
    assert {curve.at(4 + i / 10).volume for i in range(40)} == {1.0}
    assert {curve.at(12 + i / 10).volume for i in range(40)} == {0.0}


@pytest.mark.parametrize("rate_per_min", [4.7, 5.6, 6.0, 7.3])
def test_after_20_minutes_the_breath_is_where_it_should_be(rate_per_min: float) -> None:
    curve = BreathCurve.steady(BreathPattern(rate_per_min))
    n = int(20 * rate_per_min)
    onset_s = n * 60 / rate_per_min
    for shift_s in (-0.005, 0.005):
        breath = curve.at(onset_s + shift_s)
        assert breath.n_breath == (n if shift_s > 0 else n - 1)
        assert breath.volume < 1e-4


def test_many_small_changes_of_pace_add_up_without_drift() -> None:
    curve, patterns_used = BreathCurve.steady(BreathPattern(6.0)), (BreathPattern(6.0), BreathPattern(5.0))
    for i in range(1, 241):
        curve = curve.repaced(5.0 * i, patterns_used[i % 2])
    expected = sum(5.0 / patterns_used[i % 2].period_s for i in range(240))
    last = curve.at(1200.0)
    done = last.n_breath + last.pattern.fraction_of(last.stage, last.progress)
    assert done == pytest.approx(expected, abs=1e-6)


def test_a_stage_that_the_new_pattern_lacks_gives_way_to_the_next() -> None:
    held = BreathCurve.steady(BreathPattern(3.75, 1, 1, 1, 1))
    without = BreathPattern(6.0, 4, 0, 6, 0)
    assert held.repaced(6.0, without).at(6.0).stage is Stage.EXHALE
    empty = held.repaced(14.0, without).at(14.0)
    assert (empty.stage, empty.n_breath) == (Stage.INHALE, 1)


def test_before_its_start_the_breath_waits_empty() -> None:
    curve = BreathCurve.steady(BreathPattern(6.0), 60.0)
    assert curve.at(0.0) == curve.at(60.0)
    assert curve.at(0.0).volume == 0.0


def test_the_past_cannot_be_changed() -> None:
    curve = BreathCurve.steady(BreathPattern(6.0)).repaced(30.0, BreathPattern(5.0))
    with pytest.raises(ValueError, match=r"at_s must be 30\.0 or later, not 29\.0"):
        curve.repaced(29.0, BreathPattern(4.0))


@pytest.mark.parametrize(
    ("field", "value"),
    [("rate_per_min", 0.0), ("rate_per_min", -1.0), ("rate_per_min", math.nan), ("rate_per_min", math.inf)]
    + [(name, value) for name in ("inhale", "exhale") for value in (0.0, -1.0, math.nan, math.inf)]
    + [(name, value) for name in ("hold_full", "hold_empty") for value in (-0.1, math.nan, math.inf)],
)
def test_a_pattern_that_nobody_can_breathe_is_refused(field: str, value: float) -> None:
    with pytest.raises(ValueError, match=f"{field} must be .*, not {value}"):
        BreathPattern(**{"rate_per_min": 6.0, field: value})


def test_a_schedule_changes_its_rate_where_breaths_begin() -> None:
    changes = [RateChange(2, 5.0), RateChange(3, 4.0), RateChange(4, 4.0)]
    curve = BreathCurve.scheduled(BreathPattern(6.0), changes, 100.0)
    assert [curve.at(at_s).n_breath for at_s in (100, 109.9, 110.1, 119.9, 120.1, 131.9, 132.1, 146.9, 147.1)] == [
        0, 0, 1, 1, 2, 2, 3, 3, 4,
    ]  # fmt: skip
    assert [curve.at(at_s).pattern.rate_per_min for at_s in (119, 121, 133, 150)] == [6.0, 5.0, 4.0, 4.0]


def test_a_sigh_tops_the_breath_up() -> None:
    curve = BreathCurve.steady(BreathPattern(6.0, 1.0, 0, 2.0, 0, 0.25))
    in_s, top_s = 10 / 3.25, 12.5 / 3.25
    assert curve.at(in_s).volume == pytest.approx(TOPPED_UP_FROM)
    assert curve.at(top_s).volume == pytest.approx(1.0)
    assert [curve.at(at_s).stage for at_s in (in_s - 0.1, in_s + 0.1, top_s + 0.1)] == [
        Stage.INHALE,
        Stage.TOP_UP,
        Stage.EXHALE,
    ]
