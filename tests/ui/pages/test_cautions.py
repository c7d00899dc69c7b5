"""What was answered to the safety questions counts as long as it should."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from biofeedback.storage.folder import SETTINGS
from biofeedback.ui.cautions import CautionAnswer, standing_in_the_way, to_ask, with_answers, without
from biofeedback.ui.settings import Settings, keep_settings, read_settings
from protocols.library import find_exercise, load_library
from protocols.safety import CHECKS, Caution
from protocols.specification import Exercise

TODAY = date(2026, 6, 1)
TRACKING = find_exercise("somatic-tracking")
BOX = find_exercise("box-breathing")


def no_to_all(exercise: Exercise, day: date = TODAY) -> tuple[CautionAnswer, ...]:
    return with_answers((), dict.fromkeys(exercise.cautions, False), day)


@pytest.mark.parametrize("exercise", load_library(), ids=lambda e: e.id)
def test_each_question_is_asked_once(exercise: Exercise) -> None:
    assert set(to_ask(exercise, (), TODAY)) == exercise.cautions
    assert not to_ask(exercise, no_to_all(exercise), TODAY)
    assert not standing_in_the_way(exercise, no_to_all(exercise))


@pytest.mark.parametrize(("days", "asked"), [(27, ()), (28, (Caution.RED_FLAGS,))])
def test_signs_for_a_doctor_are_asked_again_after_four_weeks(days: int, asked: tuple[Caution, ...]) -> None:
    answers = no_to_all(TRACKING, TODAY - timedelta(days=days))
    assert to_ask(TRACKING, answers, TODAY) == asked


def test_an_answer_for_one_exercise_counts_for_the_next() -> None:
    assert Caution.SLOW_BREATHING not in to_ask(
        BOX, no_to_all(find_exercise("paced-breathing").choosing({"begin": "rest"})), TODAY
    )


def test_only_some_answers_stand_in_the_way_and_they_can_be_given_anew() -> None:
    assert not CHECKS[Caution.SLOW_BREATHING].stops
    answers = with_answers((), dict.fromkeys(BOX.cautions, True), TODAY)
    assert standing_in_the_way(BOX, answers) == (Caution.HOLDS,)
    assert not standing_in_the_way(BOX, with_answers(answers, {Caution.HOLDS: False}, TODAY))
    assert to_ask(BOX, without(answers, [Caution.HOLDS]), TODAY) == (Caution.HOLDS,)


def test_in_a_strong_moment_nothing_is_asked_again() -> None:
    assert not to_ask(find_exercise("flare"), (), TODAY)


def test_answers_are_kept_with_their_day_and_what_is_broken_is_asked_again(tmp_path: Path) -> None:
    settings = Settings(answers=no_to_all(TRACKING), picked={"muscle-relaxation.groups": "4"})
    keep_settings(tmp_path, settings)
    assert read_settings(tmp_path) == settings
    kept = json.loads((tmp_path / SETTINGS).read_text())
    kept["answers"] = [{"caution": "heart", "yes": "no", "day": "2026-06-01"}, 3, *kept["answers"][:1]]
    kept["answers"].append({"caution": "heart", "yes": False, "day": "yesterday"})
    (tmp_path / SETTINGS).write_text(json.dumps(kept))
    assert read_settings(tmp_path).answers == settings.answers[:1]
