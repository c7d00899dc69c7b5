"""A guard rail against breathing too much."""

from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biofeedback.analysis.figures.indices import LiveIndices
from biofeedback.analysis.practice.overbreathing import OverBreathing, Sign
from biofeedback.bench.exercises import SLOW_RECORDINGS, beats_of, calm_people, signs_in_recording, signs_of
from devices.person import Person, Traits
from protocols.breathing import BreathCurve, BreathPattern
from tests.recordings import recording

FROM_S = 300.0


def live(
    at_s: float, hr_bpm: float | None = 65.0, rate: float | None = 6.0, swing_bpm: float | None = 8.0
) -> LiveIndices:
    return LiveIndices(at_s, hr_bpm, swing_bpm=swing_bpm, respiration_per_min=rate)


def signs(
    then: Callable[[float], LiveIndices],
    until_s: float = 700.0,
    pace: Callable[[float], float | None] = lambda _: 6.0,
    measured_per_min: float | None = None,
) -> list[tuple[float, Sign]]:
    """A calm heart for five minutes, and something else afterwards."""
    guard = OverBreathing(65.0, 2.0)
    found = []
    for second in range(int(until_s)):
        sign = guard.push(
            live(second) if second < FROM_S else then(second),
            pace(second),
            measured_per_min if second >= FROM_S else None,
        )
        if sign:
            found.append((float(second), sign))
    return found


def test_a_calm_breath_hears_nothing() -> None:
    assert signs(live) == []


def test_a_quicker_breath_is_told_after_three_quarters_of_a_minute_and_again_after_three_minutes() -> None:
    assert signs(lambda s: live(s, rate=12.0)) == [(345, Sign.FASTER_THAN_ASKED), (525, Sign.FASTER_THAN_ASKED)]


@pytest.mark.parametrize("rate", [4.0, 6.5, 8.9, None])
def test_a_breath_near_the_pacer_or_slower_or_unknown_is_not_too_quick(rate: float | None) -> None:
    assert signs(lambda s: live(s, rate=rate)) == []


def test_a_rate_that_the_heart_does_not_answer_is_not_believed() -> None:
    assert signs(lambda s: live(s, rate=26.0, swing_bpm=0.2)) == []


def test_the_accelerometer_is_believed_before_the_heart() -> None:
    assert signs(live, measured_per_min=14.0)[0] == (345, Sign.FASTER_THAN_ASKED)
    assert signs(lambda s: live(s, rate=12.0), measured_per_min=6.0) == []


def test_a_sign_that_comes_and_goes_is_not_told() -> None:
    assert signs(lambda s: live(s, rate=12.0 if s % 40 < 30 else 6.0)) == []


def test_a_swing_that_is_suddenly_far_larger_is_told_at_the_same_pace_only() -> None:
    assert signs(lambda s: live(s, swing_bpm=15.0))[0] == (345, Sign.DEEPER_THAN_USUAL)
    assert signs(lambda s: live(s, swing_bpm=12.0)) == []
    assert signs(lambda s: live(s, rate=4.5, swing_bpm=15.0)) == []


def test_a_swing_that_grows_slowly_is_what_practice_is_for() -> None:
    assert signs(lambda s: live(s, swing_bpm=8.0 * 2.0 ** ((s - FROM_S) / 600.0)), 900) == []


def test_a_rising_heart_is_told_against_ones_own_rest() -> None:
    assert [sign for _, sign in signs(lambda s: live(s, hr_bpm=82.0))] == [Sign.HEART_RISING] * 2
    assert signs(lambda s: live(s, hr_bpm=75.0)) == []
    alone = OverBreathing()
    assert not any(alone.push(live(s, hr_bpm=120.0), 6.0) for s in range(600))


@pytest.mark.parametrize("pace", [None, 12.0])
def test_a_free_or_quicker_breath_is_left_alone(pace: float | None) -> None:
    assert signs(lambda s: live(s, hr_bpm=90.0, rate=20.0), pace=lambda _: pace) == []


def test_after_a_pause_two_minutes_pass_before_anything_is_told() -> None:
    found = signs(lambda s: live(s, rate=12.0), pace=lambda s: None if 290 <= s < 320 else 6.0)
    assert found[0] == (320 + 120 + 45, Sign.FASTER_THAN_ASKED)


@given(
    st.lists(
        st.builds(
            live,
            st.just(0.0),
            st.none() | st.floats(40, 180),
            st.none() | st.floats(2.5, 30),
            st.none() | st.floats(0, 60),
        ),
        max_size=40,
    ),
    st.floats(3, 12),
)
def test_nothing_is_told_twice_in_three_minutes(figures: list[LiveIndices], pace: float) -> None:
    guard = OverBreathing(65.0, 2.0)
    told = [
        second
        for second in range(20 * len(figures))
        if guard.push(
            live(
                second,
                figures[second // 20].hr_bpm,
                figures[second // 20].respiration_per_min,
                figures[second // 20].swing_bpm,
            ),
            pace,
        )
    ]
    assert all(b - a >= 180 for a, b in pairwise(told))


@pytest.mark.parametrize("name", SLOW_RECORDINGS)
def test_real_slow_breathing_hears_nothing(name: str) -> None:
    for pace in SLOW_RECORDINGS[name]:
        assert signs_in_recording(recording(name), pace) == []


def test_calm_simulated_people_hear_nothing() -> None:
    for seed, (traits, pace) in list(enumerate(calm_people()))[:5]:
        curve = BreathCurve.steady(BreathPattern(pace), 180.0)
        beats = beats_of(Person(traits, seed), 780.0, lambda s, c=curve: c.at(s).volume if s > 180.0 else None)
        assert signs_of(beats, pace, 180.0) == []


def test_a_simulated_person_who_breathes_at_eighteen_is_told() -> None:
    quick = BreathCurve.steady(BreathPattern(18.0), 180.0)
    beats = beats_of(Person(Traits(), 3), 780.0, lambda s: quick.at(s).volume if s > 180.0 else None)
    assert [sign for _, sign in signs_of(beats, 6.0, 180.0)][:1] == [Sign.FASTER_THAN_ASKED]
