"""A personal trial over sessions: lots that nobody can foresee, and an honest word at the end."""

from collections import Counter

import pytest

from biofeedback.session.archive import rescore, show
from biofeedback.storage.database import Store
from biofeedback.storage.errors import StoreError
from protocols.library import find_exercise
from tests.session.stage import Played, play

TRIAL = find_exercise("personal-trial").choosing({"question": "slow"}).lasting(3)
WAYS = ("practice-slow", "practice-quicker")


def practised(store: Store, n: int, change: dict[str, int], person: str = "Ann") -> list[Played]:
    """Sessions of a trial in which each way changes tension as told."""
    played = []
    for _ in range(n):
        session = play(store, "sim:", TRIAL, ratings={"tension": 6}, person=person)
        way = next(phase.name for phase in session.whole.phases if phase.role == "practice")
        store.add_rating(session.whole.session_id, "after", "tension", 6 + change[way])
        played.append(session)
    return played


def test_each_block_of_four_has_both_ways_twice(store: Store) -> None:
    played = practised(store, 8, dict.fromkeys(WAYS, -1))
    ways = [next(p.name for p in session.whole.phases if p.role == "practice") for session in played]
    for block in (ways[:4], ways[4:]):
        assert Counter(block) == dict.fromkeys(WAYS, 2)


def test_before_the_planned_number_nothing_is_told_but_how_many_are_missing(store: Store) -> None:
    session = practised(store, 3, dict(zip(WAYS, (-3, 0), strict=True)))[-1]
    result = show(store, session.whole.session_id)["result"]
    assert (result["kind"], result["answer"], result["n_more"]) == ("trial", "not_enough", 13)
    assert result["difference"] is result["p"] is None


def test_a_session_that_is_not_written_yet_has_its_word_all_the_same(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def not_there(_: Store, session_id: str) -> None:
        raise StoreError(f"There is no session {session_id}.")

    monkeypatch.setattr(Store, "ratings", not_there)
    result = play(store, "sim:", TRIAL, ratings={"tension": 6}).whole.result
    assert result is not None
    assert (result["kind"], result["answer"]) == ("trial", "not_enough")


def test_a_way_that_helps_is_told_in_the_end(store: Store) -> None:
    session = practised(store, 16, dict(zip(WAYS, (-4, 0), strict=True)))[-1]
    result = show(store, session.whole.session_id)["result"]
    assert (result["answer"], result["difference"]) == ("first_better", pytest.approx(-4.0))
    assert result["p"] < 0.01
    assert "slow breathing" in result["sentence"]
    assert rescore(store, session.whole.session_id, "").document["result"] == result


def test_other_people_and_other_questions_have_trials_of_their_own(store: Store) -> None:
    practised(store, 1, dict.fromkeys(WAYS, 0))
    other = play(store, "sim:", TRIAL.choosing({"question": "answer"}), person="Ann").whole
    ben = play(store, "sim:", TRIAL, person="Ben").whole
    for whole in (other, ben):
        assert store.session(whole.session_id).began.settings["trial"]["n_session"] == 0
    assert {phase.name for phase in other.phases} & {"practice-answered", "practice-unanswered"}


def test_a_choice_of_another_exercise_is_not_drawn(store: Store) -> None:
    whole = play(store, "sim:", find_exercise("calm-state").lasting(5)).whole
    assert store.session(whole.session_id).began.settings["trial"] == {}
