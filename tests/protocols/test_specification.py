"""Exercises as data: made longer, shorter or slower; their words; the score."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols.breathing import BreathPattern
from protocols.feedback import Score, smoothness_goal, usual_of
from protocols.library import find_exercise, load_library
from protocols.phases import Phase, Prompt, Role
from protocols.specification import Exercise

SLOW = find_exercise("paced-breathing").choosing({"begin": "rest"})


STRETCHING = [exercise for exercise in load_library() if exercise.stretches]


@given(st.floats(0.0, 600), st.sampled_from(STRETCHING))
def test_an_exercise_lasts_as_long_as_it_is_told(more_minutes: float, exercise: Exercise) -> None:
    minutes = exercise.least_minutes + more_minutes
    lasting = exercise.lasting(minutes)
    assert lasting.minutes == pytest.approx(minutes)
    assert all(phase.minutes > 0 for phase in lasting)
    assert [phase.name for phase in lasting] == [phase.name for phase in exercise]


@given(st.floats(0.01, 600), st.sampled_from(STRETCHING))
def test_what_is_not_answered_keeps_to_a_third_for_its_fixed_phases(minutes: float, exercise: Exercise) -> None:
    plain = exercise.unanswered()
    lasting = plain.lasting(minutes)
    fixed = sum(phase.minutes for phase in lasting if not phase.stretch)
    assert fixed <= lasting.minutes / 3 + 1e-9 or fixed == sum(p.minutes for p in plain if not p.stretch)


def test_a_long_session_keeps_its_fixed_phases() -> None:
    assert [phase.minutes for phase in SLOW.lasting(30)] == [1, 3, 24, 2]


def test_a_short_session_gives_a_third_to_its_fixed_phases_in_proportion() -> None:
    assert [phase.minutes for phase in SLOW.lasting(9)] == pytest.approx([0.5, 1.5, 6, 1])


@pytest.mark.parametrize("minutes", [0, -1, math.nan])
def test_a_session_lasts_more_than_nothing(minutes: float) -> None:
    with pytest.raises(ValueError, match=f"minutes must be more than 0, not {minutes}"):
        SLOW.lasting(minutes)


def test_another_pace_is_taken_wherever_the_breath_is_paced_and_only_there() -> None:
    pattern = BreathPattern(5.0, 1, 0, 2, 0)
    paced = SLOW.paced(pattern)
    assert [phase.pacing for phase in paced] == [None, None, pattern, None]
    assert paced.pacing == pattern
    assert SLOW.pacing is not None
    assert SLOW.pacing.rate_per_min == 6.0, "the exercise itself stays as it is"


def test_what_paces_nothing_takes_no_pace() -> None:
    with pytest.raises(ValueError, match="quiet-rest has no breath"):
        find_exercise("quiet-rest").paced(BreathPattern(5.0))


def said_at(phase: Phase, since_s: float) -> str:
    prompt = phase.prompt_at(since_s)
    return prompt.text if prompt else ""


def test_words_come_at_their_moment_stay_and_come_again() -> None:
    prompts = (Prompt(0, "a", 100), Prompt(30, "b", 100), Prompt(250, "once"))
    phase = Phase("p", "P", Role.PRACTICE, 10, prompts=prompts)
    said = {at_s: said_at(phase, at_s) for at_s in (0, 29.9, 30, 99.9, 100, 130, 199.9, 249.9, 250, 299.9, 300, 330)}
    assert list(said.values()) == ["a", "a", "b", "b", "a", "b", "b", "b", "once", "once", "a", "b"]
    assert Phase("p", "P", Role.SETTLE, 1, prompts=(Prompt(5, "late"),)).prompt_at(4.9) is None


def test_a_score_is_rewarded_from_its_goal_on_and_never_without_one() -> None:
    assert Score(0.6, 0.6).rewarded
    assert not Score(0.59, 0.6).rewarded
    assert not Score(0.9, None).rewarded
    assert not Score(None, 0.6, "waiting").rewarded


@pytest.mark.parametrize(
    ("baseline", "goal"), [([], 0.53), ([0.3], 0.5), ([0.1, 0.5, 0.2], 0.4), ([0.7, 0.7], 0.8), ([0.9], 0.8)]
)
def test_the_goal_lies_above_the_persons_own_baseline(baseline: list[float], goal: float) -> None:
    assert smoothness_goal(usual_of(baseline)) == pytest.approx(goal)
