"""A personal trial over sessions: lots that nobody can foresee, and an honest word at the end."""

import json
from collections import Counter
from dataclasses import replace

import pytest

from biofeedback.session.kept.archive import rescore, show
from biofeedback.session.scoring import BLINDED
from biofeedback.storage.database import Store
from biofeedback.storage.errors import StoreError
from protocols.library import find_exercise
from protocols.phases import Role
from protocols.safety import Caution
from protocols.specification import Exercise
from protocols.trial import Trial
from tests.session.stage import Played, play, same_again
from tests.storage.examples import packet

TRIAL = find_exercise("personal-trial").choosing({"question": "slow"}).lasting(3)
HEAD = "sim:head?rate=128&eyes=closed&seed=2&muscles=0&electrodes=Fp1,O1,O2"
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


def test_two_sessions_at_once_with_one_lot_count_once_and_keep_their_figures(store: Store) -> None:
    first = practised(store, 1, dict.fromkeys(WAYS, -2))[0].whole
    began = store.session(first.session_id).began
    with store.recorder(replace(began, session_id=f"{first.session_id}-too")) as recorder:
        recorder.packet(packet(1.5, 900, 901))
        recorder.rating("before", "tension", 6)
        recorder.rating("after", "tension", 5)
        recorder.finish(began.started_utc, "done", None, "1", duration_s=60.0)
    for session_id in (first.session_id, f"{first.session_id}-too"):
        assert (show(store, session_id)["result"] or {}).get("n_more") == 15
    third = practised(store, 1, dict.fromkeys(WAYS, -2))[0].whole
    assert not third.broken_off
    assert third.phases[0].indices.rmssd_ms is not None


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


def of_head() -> Exercise:
    """The trial of answers from the head, with parts that are too short to be chosen."""
    asked = find_exercise("personal-trial").choosing({"question": "head"})
    parts = tuple(
        replace(phase, minutes=0.8 if phase.role is Role.BASELINE else 0.3, least_minutes=0.0) for phase in asked.parts
    )
    return replace(asked, parts=parts).choosing({})


def test_nothing_that_is_told_of_a_session_says_whether_the_head_was_answered_until_the_trial_has_ended(
    store: Store,
) -> None:
    trial = of_head()
    assert trial.lots is not None
    assert Caution.HEAD in trial.cautions
    lived = set()
    for _ in range(4):
        made = play(store, HEAD, trial, ratings={"tension": 6}, person="Ann")
        same_again(store, made)
        session_id = made.whole.session_id
        lived |= {phase.feedback for phase in store.phases(session_id)}
        told = show(store, session_id)
        assert [phase["name"] for phase in told["phases"]] == ["baseline-head", "practice-head", "rest"]
        assert (told["score"]["kind"], told["score"]["mean"], told["score"]["reason"]) == ("alpha", None, BLINDED)
        assert (made.whole.course, told["phases"][1]["eeg"]["rewarded_percent"]) == ((), None)
        assert (told["result"]["n_first"], told["result"]["n_second"]) == (None, None)
        assert not any(word in json.dumps(told) for word in ("alpha-replayed", "resting minutes", "of the moment"))
    assert {"alpha", "alpha-replayed"} <= lived, "of four sessions, each way has two"


def test_where_the_other_sessions_cannot_be_read_nothing_is_told(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def not_read(*_: object) -> None:
        raise StoreError("The disk does not answer.")

    monkeypatch.setattr("biofeedback.session.closing.with_trial", not_read)
    made = play(store, HEAD, of_head(), ratings={"tension": 6}, person="Ann")
    result = store.latest_result(made.whole.session_id)
    assert result is not None
    assert result.document["score"]["reason"] == BLINDED
    assert result.document["phases"][1]["eeg"]["rewarded_percent"] is None


def test_once_the_trial_has_ended_the_answers_are_told_of_all_its_sessions(store: Store) -> None:
    first = play(store, HEAD, of_head(), ratings={"tension": 6}, person="Ann").whole
    store.add_rating(first.session_id, "after", "tension", 4)
    began = store.session(first.session_id).began
    plan = Trial(**began.settings["trial"]["plan"])
    for n in range(1, plan.n_planned):
        settings = began.settings | {"trial": began.settings["trial"] | {"n_session": n}}
        later = replace(began, session_id=f"later-{n}", settings=settings)
        with store.recorder(later) as recorder:
            recorder.packet(packet(1.5, 900, 901))
            recorder.rating("before", "tension", 6)
            recorder.rating("after", "tension", 4 + n % 3)
            recorder.finish(began.started_utc, "done", None, "1", duration_s=60.0)
    told = show(store, first.session_id)
    assert told["result"]["answer"] == "not_enough", "as it was then"
    assert told["score"]["mean"] is not None
