"""An exercise about an activity of the person's own."""

import pytest

from protocols.library import find_exercise, load_library
from protocols.specification import Activity

RETURN = find_exercise("return-to-activity")
SHOE = Activity("  bend forward\nto tie a shoe ", "3")


def titles(movement: str) -> dict[str, str]:
    return {phase.name: phase.title for phase in RETURN.about(SHOE).choosing({"movement": movement})}


@pytest.mark.parametrize(("movement", "challenge"), [("do", "movement"), ("imagine", "imagining")])
def test_its_words_stand_over_what_is_expected_and_done_or_imagined(movement: str, challenge: str) -> None:
    told, plain = titles(movement), {phase.name: phase.title for phase in RETURN.choosing({"movement": movement})}
    assert told[challenge] == "Bend forward to tie a shoe"
    assert told["prediction"] == "What you expect: Bend forward to tie a shoe"
    changed = {name for name, title in told.items() if plain[name] != title}
    assert changed == {challenge, "prediction"}


def test_only_a_return_to_activity_is_about_one() -> None:
    assert [exercise.id for exercise in load_library() if exercise.takes_activity] == ["return-to-activity"]
    with pytest.raises(ValueError, match="stress-profile is not about an activity"):
        find_exercise("stress-profile").about(SHOE)
    with pytest.raises(ValueError, match="needs words"):
        RETURN.about(Activity(" "))
