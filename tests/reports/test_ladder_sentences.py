"""What is said of a ladder: what was expected beside what happened, and an offer, never a push."""

from typing import Any

import pytest

from biofeedback.reports.ladder_sentences import activity_sentence, suggestion_sentence
from biofeedback.reports.sentences import result_sentence
from protocols.ladder import Because, Move

UNKNOWN = dict.fromkeys(("expected_pain", "pain", "expected_fear", "fear"))


def told(suggestion: dict[str, Any] | None = None, **answers: int) -> dict[str, Any]:
    return {"kind": "recovery", "challenges": [], "activity": UNKNOWN | answers, "suggestion": suggestion}


def suggested(move: Move, because: Because, text: str | None = "Climb {one} flight.") -> dict[str, Any]:
    return {"move": move, "because": because, "rung": "1", "text": text}


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        ({}, ""),
        ({"expected_fear": 6, "pain": 2}, ""),
        ({"expected_fear": 6, "fear": 3}, "There was less fear than you had expected: 3 instead of 6."),
        ({"expected_fear": 3, "fear": 3, "expected_pain": 1, "pain": 5}, "There was as much fear as"),
        ({"expected_pain": 0, "pain": 2}, "There was more pain than you had expected, 2 instead of 0. That is worth"),
    ],
)  # fmt: skip
def test_what_happened_is_told_beside_what_was_expected(answers: dict[str, int], sentence: str) -> None:
    said = activity_sentence(told(**answers))
    assert said.startswith(sentence)
    assert bool(said) == bool(sentence)
    assert result_sentence(told(**answers)) == said


@pytest.mark.parametrize("because", Because)
def test_each_reason_has_its_words_and_names_the_step(because: Because) -> None:
    said = suggestion_sentence(suggested(Move.REPEAT, because))
    assert said
    here = (Because.ONCE_MORE, Because.NOT_YET, Because.NOT_NOW, Because.IMAGINED)
    assert ("Climb {one} flight." in said) == (because not in here)
    assert ".." not in said


def test_on_the_ladder_the_step_just_done_is_named() -> None:
    said = suggestion_sentence(suggested(Move.REPEAT, Because.ONCE_MORE, "bend."), naming=True)
    assert said.startswith("Bend: this went well.")
    offered = suggested(Move.ASK, Because.FEAR_HALVED)
    assert suggestion_sentence(offered, naming=True) == suggestion_sentence(offered)


def test_without_a_step_something_smaller_or_new_is_offered() -> None:
    for because in (Because.TOO_FRIGHTENING, Because.BROKEN_OFF):
        assert "smaller step" in suggestion_sentence(suggested(Move.SMALLER, because, None))
    assert "top of your ladder" in suggestion_sentence(suggested(Move.ARRIVED, Because.FEAR_HALVED, None))
    assert suggestion_sentence(None) == suggestion_sentence(suggested(Move.REPEAT, "of a later program")) == ""  # type: ignore[arg-type]


def test_a_session_about_nothing_is_told_as_before() -> None:
    assert activity_sentence({"kind": "recovery", "challenges": []}) == ""
