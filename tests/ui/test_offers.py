"""What may be decided of an exercise."""

import pytest

from biofeedback.ui.offers import MINUTES, adapted, lengths_of, paces_of, usual_length, usual_pace
from biofeedback.ui.words.exercises import OWN_PACE
from protocols.library import find_exercise, load_library
from protocols.specification import Exercise


@pytest.mark.parametrize("exercise", load_library(), ids=lambda e: e.id)
def test_every_offer_can_be_taken(exercise: Exercise) -> None:
    for minutes in lengths_of(exercise):
        assert adapted(exercise, {}, minutes, None).minutes == pytest.approx(minutes)
    for _, rate in paces_of(exercise):
        made = adapted(exercise, {}, None, rate).pacing
        assert made is not None
        assert rate is None or made.rate_per_min == rate
    for choice in exercise.choices:
        for option, _ in choice.options:
            assert adapted(exercise, {choice.id: option}, None, None).phases


def test_ones_own_pace_comes_first_and_is_usual_where_the_exercise_asks_for_it() -> None:
    exercise = find_exercise("resonance-breathing")
    assert paces_of(exercise)[0] == (OWN_PACE, None)
    assert usual_pace(exercise, 5.0) is None
    assert adapted(exercise, {}, 10.0, None).phases[2].course.at_resonance
    assert usual_pace(find_exercise("paced-breathing").choosing({"begin": "rest"}), 5.0) == 5.0


@pytest.mark.parametrize("name", ["box-breathing", "breathing-4-7-8", "quiet-rest", "flare"])
def test_no_pace_is_offered_where_the_rhythm_is_the_exercise_or_the_breath_is_free(name: str) -> None:
    assert not paces_of(find_exercise(name))
    assert usual_pace(find_exercise(name), 6.0) is None


def test_a_second_inhalation_is_kept_at_another_pace() -> None:
    sighs = find_exercise("cyclic-sighing")
    made = adapted(sighs, {}, 5.0, 7.0).pacing
    assert made is not None
    assert sighs.pacing is not None
    assert made.top_up == sighs.pacing.top_up > 0


def test_lengths_are_those_of_the_exercise_else_the_usual_ones_else_none() -> None:
    assert lengths_of(find_exercise("body-scan")) == (10.0, 15.0, 20.0)
    assert lengths_of(find_exercise("flare")) == ()
    assert usual_length(find_exercise("cyclic-sighing"), 20.0) in lengths_of(find_exercise("cyclic-sighing"))
    assert usual_length(find_exercise("body-scan"), 15.0) == 15.0
    assert set(MINUTES) >= {5.0, 10.0}
