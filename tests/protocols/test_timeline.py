"""An exercise laid out in time."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols.breathing import BreathPattern, Stage
from protocols.library import find_exercise
from protocols.timeline import Timeline

SLOW = find_exercise("paced-breathing").choosing({"begin": "rest"})
TIMELINE = Timeline.of(SLOW)
OTHER = BreathPattern(4.5, 3, 0, 7, 0)


def test_the_phases_follow_each_other_without_gap() -> None:
    spans = [(planned.start_s, planned.end_s) for planned in TIMELINE.phases]
    assert spans == [(0, 60), (60, 240), (240, 840), (840, 960)]
    assert TIMELINE.total_s == SLOW.minutes * 60


@pytest.mark.parametrize(
    ("elapsed_s", "name"),
    [(-1, "settle"), (0, "settle"), (59.999, "settle"), (60, "baseline"), (240, "breathe"), (839.9, "breathe"),
     (840, "rest"), (960, "rest"), (5000, "rest")],
)  # fmt: skip
def test_a_moment_belongs_to_the_phase_that_has_begun(elapsed_s: float, name: str) -> None:
    assert TIMELINE.phase_at(elapsed_s).phase.name == name


def test_the_breath_is_free_outside_the_paced_phase_and_begins_with_an_inhalation() -> None:
    assert TIMELINE.breath_at(239.9) is None
    assert TIMELINE.breath_at(840.0) is None
    first = TIMELINE.breath_at(240.0)
    assert first is not None
    assert (first.stage, first.volume, first.n_breath) == (Stage.INHALE, 0.0, 0)


def test_the_words_are_those_of_the_phase_counted_from_its_beginning() -> None:
    assert TIMELINE.words_at(240 + 30) == "Follow the shape, or the sound, with your breath."
    assert TIMELINE.words_at(0) == "Let the chair hold you. There is nothing to do yet."


@given(st.floats(240, 839.9))
def test_a_new_pace_does_not_make_the_breath_jump(at_s: float) -> None:
    repaced = TIMELINE.repaced(at_s, OTHER)
    before, after = TIMELINE.breath_at(math.nextafter(at_s, 0)), repaced.breath_at(at_s)
    assert after is not None
    assert before is None or after.volume == pytest.approx(before.volume, abs=1e-6)
    assert after.pattern == OTHER
    assert repaced.phases[0] == TIMELINE.phases[0]


def test_a_pace_chosen_beforehand_holds_from_the_first_breath() -> None:
    breath = TIMELINE.repaced(100.0, OTHER).breath_at(240.0)
    assert breath is not None
    assert (breath.stage, breath.volume, breath.pattern) == (Stage.INHALE, 0.0, OTHER)


def test_a_pace_chosen_afterwards_changes_nothing() -> None:
    assert TIMELINE.repaced(850.0, OTHER).phases == TIMELINE.phases


def test_the_same_moment_may_be_changed_twice() -> None:
    twice = TIMELINE.repaced(300.0, OTHER).repaced(300.0, BreathPattern(7.0))
    breath = twice.breath_at(300.0)
    assert breath is not None
    assert breath.pattern.rate_per_min == 7.0
    assert breath.volume == pytest.approx(TIMELINE.phases[2].curve.at(300.0).volume, abs=1e-9)  # type: ignore[union-attr]
