"""Sessions about an activity: what was expected and what happened, and what may come next."""

import json
from collections.abc import Callable

import pytest

from biofeedback.session.kept.archive import rescore, show
from biofeedback.session.kept.given import give
from biofeedback.session.ladders import activity_on, find_activity, read_climb
from biofeedback.session.runner import SessionRunner
from biofeedback.session.summary import SessionSummary
from biofeedback.storage.database import Store
from protocols.ladder import Because, Move, Rung
from protocols.library import find_exercise
from protocols.specification import Activity
from tests.session.stage import Act, Played, play

RETURN = find_exercise("return-to-activity")
HEART = "sim:calm?reactivity=20&recovery_s=40&noise_ms=8&drift_bpm=0&seed=3"
PREDICTED_S, DONE_S, TOLD_S = 200.0, 320.0, 330.0
"""Seconds of the clock at which the person is done with expecting, doing and telling."""


def said(**answers: int) -> list[Callable[[SessionRunner], None]]:
    return [lambda runner, q=q, v=v: runner.answer(q, v) for q, v in answers.items()]  # type: ignore[misc]


def tried(
    store: Store, activity: Activity | None, expected: int = 6, fear: int = 3, imagine: bool = False, person: str = ""
) -> Played:
    """A session in which somebody tells what fear they expect, and what fear there was."""
    acts: list[Act] = [(PREDICTED_S - 5, act) for act in said(fear=expected, pain=4)]
    acts += [(DONE_S + 5, act) for act in said(fear=fear, pain=2)]
    acts += [(at_s, SessionRunner.skip) for at_s in (PREDICTED_S, DONE_S, TOLD_S)]
    exercise = RETURN.choosing({"movement": "imagine" if imagine else "do"})
    return play(store, HEART, exercise.about(activity) if activity else exercise, acts, person=person)


def result(summary: SessionSummary) -> dict[str, object]:
    assert summary.result is not None
    return summary.result


@pytest.fixture
def rungs(store: Store) -> list[Rung]:
    made = (("stand up from a chair", 2), ("bend to a shoe", 4), ("one flight of stairs", 6))
    return [store.ladders.add("", text, distress) for text, distress in made]


def test_a_session_tells_what_was_expected_and_what_happened(store: Store, rungs: list[Rung]) -> None:
    whole = tried(store, activity_on(rungs[1])).whole
    told = result(whole)["activity"]
    assert isinstance(told, dict)
    recovery_s = told.pop("recovery_s")
    assert 20 < recovery_s < 180
    del told["on"]
    assert told == {
        "rung": rungs[1].name, "text": "bend to a shoe", "imagined": False, "broken_off": False,
        "expected_pain": 4, "pain": 2, "expected_fear": 6, "fear": 3,
    }  # fmt: skip
    assert [phase.title for phase in whole.phases][1:3] == ["What you expect: Bend to a shoe", "Bend to a shoe"]
    assert result(whole)["suggestion"] == {
        "move": "repeat", "because": "once_more", "rung": rungs[1].name, "text": "bend to a shoe",
    }  # fmt: skip
    json.dumps(whole.as_json(), allow_nan=False)


def test_a_session_that_was_begun_with_somebody_else_names_no_step_of_their_ladder(
    store: Store, rungs: list[Rung]
) -> None:
    session_id = tried(store, activity_on(rungs[1])).whole.session_id
    before = show(store, session_id)["result"]
    store.people.add("Bob")
    give(store, session_id, "Bob", "2026-11-26T10:00:00+00:00")
    assert show(store, session_id)["result"] == before | {"suggestion": None}
    give(store, session_id, "", "2026-11-26T10:01:00+00:00")
    assert show(store, session_id)["result"] == before


def test_two_good_ones_offer_the_next_step_and_the_old_session_stays_as_it_was_told(
    store: Store, rungs: list[Rung]
) -> None:
    first, second = (tried(store, activity_on(rungs[1])).whole for _ in range(2))
    told = result(second)["suggestion"]
    assert isinstance(told, dict)
    assert (told["move"], told["text"]) == ("ask", "one flight of stairs")
    store.ladders.remove(rungs[2].name)
    for whole in (first, second):
        assert rescore(store, whole.session_id, "").document["result"] == whole.as_json()["result"]
        assert show(store, whole.session_id)["result"] == whole.as_json()["result"]
    climb = read_climb(store, "")
    assert climb.suggestion is not None
    assert climb.suggestion.move is Move.ARRIVED
    assert [each.session_id for each in climb.of(rungs[1])] == [first.session_id, second.session_id]


def test_stopping_unwell_counts_as_broken_off(store: Store, rungs: list[Rung]) -> None:
    acts: list[Act] = [(PREDICTED_S, SessionRunner.skip), (PREDICTED_S + 30, SessionRunner.stop_unwell)]
    whole = play(store, HEART, RETURN.about(activity_on(rungs[1])), acts).whole
    told = result(whole)["suggestion"]
    assert isinstance(told, dict)
    assert (told["move"], told["because"], told["text"]) == ("down", "broken_off", "stand up from a chair")
    assert rescore(store, whole.session_id, "").document["result"] == whole.as_json()["result"]
    assert store.ladders.tries("")[0].experience.broken_off


def test_what_ended_before_it_was_tried_is_no_experience(store: Store, rungs: list[Rung]) -> None:
    whole = play(store, HEART, RETURN.about(activity_on(rungs[1])), [(60, SessionRunner.end)]).whole
    assert set(result(whole)) == {"kind", "challenges"}
    climb = read_climb(store, "")
    assert climb.tries == ()
    assert climb.suggestion is not None
    assert climb.suggestion.because is Because.NOTHING_TRIED


def test_imagining_is_told_as_such(store: Store, rungs: list[Rung]) -> None:
    whole = tried(store, activity_on(rungs[0]), imagine=True).whole
    (each,) = store.ladders.tries("")
    assert each.experience.imagined
    told = result(whole)["suggestion"]
    assert isinstance(told, dict)
    assert told["because"] == "imagined"


def test_an_activity_on_no_ladder_is_told_without_a_suggestion(store: Store) -> None:
    whole = tried(store, Activity("dance")).whole
    assert result(whole)["suggestion"] is None
    assert [each.text for each in store.ladders.tries("")] == ["dance"]
    assert read_climb(store, "").suggestion is None


def test_without_an_activity_the_exercise_runs_as_before(store: Store, rungs: list[Rung]) -> None:
    whole = tried(store, None).whole
    assert set(result(whole)) == {"kind", "challenges"}
    assert store.session(whole.session_id).began.settings["activity"] is None


def test_each_person_climbs_alone(store: Store, rungs: list[Rung]) -> None:
    swim = store.ladders.add("Ann", "swim", 3)
    tried(store, activity_on(swim), person="Ann")
    assert read_climb(store, "").tries == ()
    climb = read_climb(store, "Ann")
    assert (len(climb.tries), climb.rungs) == (1, (swim,))


def test_an_activity_is_found_by_number_or_words(store: Store, rungs: list[Rung]) -> None:
    assert find_activity(store, "", "2") == activity_on(rungs[1])
    assert find_activity(store, "", " Bend  to a SHOE") == activity_on(rungs[1])
    assert find_activity(store, "", "dance  a little") == Activity("dance a little")
    with pytest.raises(ValueError, match="no step 4"):
        find_activity(store, "", "4")
