"""What one session knows of those before it, and figures of different methods beside each other."""

import json
from dataclasses import replace

import pytest

from biofeedback.analysis.beats.beat import Beat
from biofeedback.analysis.figures.indices import LiveIndices
from biofeedback.session.account import SEE_SOMEONE, Account
from biofeedback.session.kept.archive import is_current, read_summary, rescore, show
from biofeedback.session.kept.earlier import Earlier, against_history, read_earlier
from biofeedback.session.method import method, parameters, parameters_hash
from biofeedback.session.pipeline import Judged, Passed
from biofeedback.storage.database import Store
from biofeedback.storage.records import StoredResult
from protocols.feedback import Baseline, Score
from protocols.library import find_exercise
from tests.session.stage import play

REST = find_exercise("quiet-rest").lasting(8)
NOW = "2026-12-01T08:00:00+00:00"


def test_a_session_is_held_against_the_persons_earlier_rest(store: Store) -> None:
    first = play(store, "sim:rest?seed=3", REST, person="Ann").whole
    assert first.history is None
    play(store, "sim:rest?seed=3", REST, person="Bob")
    second = play(store, "sim:rest?seed=3", REST, person="Ann").whole
    assert second.history is not None
    assert second.history["n_baselines"] == 1
    assert second.history["z"] == pytest.approx(0.0, abs=1e-9), "the same heart with the same seed"
    assert read_summary(store, second.session_id).as_json() == second.as_json()


def test_simulated_people_are_told_apart(store: Store) -> None:
    play(store, "sim:rest?seed=3", REST)
    assert read_earlier(store, "", "sim:rest?seed=3", simulated=True).baselines
    assert read_earlier(store, "", "sim:rest?seed=4", simulated=True) == Earlier()
    assert read_earlier(store, "", "ble:", simulated=False) == Earlier()


def test_a_rest_too_short_is_not_held_against_anything() -> None:
    windows = Baseline((3.0, 3.1, 3.2), (60.0, 61.0, 62.0))
    assert against_history(Baseline((3.0,), (60.0,)), [windows]) is None
    assert against_history(windows, []) is None


def irregular(n_irregular: int, n_beats: int) -> Account:
    account = Account()
    for i in range(n_beats):
        beat = Beat(i, float(i), 1000.0, 0)
        account.add(Passed(judged=(Judged(beat, LiveIndices(float(i), irregular=i < n_irregular), Score()),)))
    return account


@pytest.mark.parametrize(("n_irregular", "n_beats", "said"), [(200, 500, True), (179, 300, False), (200, 700, False)])
def test_a_doctor_is_suggested_only_where_it_lasted(n_irregular: int, n_beats: int, said: bool) -> None:
    assert irregular(n_irregular, n_beats).advice(Earlier()) == (SEE_SOMEONE if said else "")


def test_a_doctor_is_suggested_once(store: Store) -> None:
    first, second = (play(store, "sim:irregular?seed=2", REST, person="Ann").whole for _ in range(2))
    assert (first.advice, second.advice) == (SEE_SOMEONE, "")
    assert (first.irregular_percent or 0) > 50
    assert first.score.mean is None


def test_another_parameter_is_another_method() -> None:
    values = parameters()
    assert values["trust.IRREGULAR_RATIO"] == 0.115
    assert method()["parameters"] == parameters_hash(values)
    assert parameters_hash(values | {"trust.IRREGULAR_RATIO": 0.116}) != parameters_hash(values)


def test_a_session_of_an_older_method_says_so_and_keeps_its_figures(store: Store) -> None:
    session_id = play(store, "sim:rest?seed=3", REST).whole.session_id
    assert is_current(show(store, session_id))
    assert rescore(store, session_id, NOW).before is None
    assert len(store.results(session_id)) == 1
    older = show(store, session_id) | {"method": {"parameters": "of old"}}
    with store._writing() as connection:
        connection.exec_driver_sql("DELETE FROM results")
    store.add_result(session_id, StoredResult("2026-01-01T00:00:00+00:00", "summary-1", older))
    assert not is_current(show(store, session_id))
    assert read_summary(store, session_id).scored_before == "2026-01-01T00:00:00+00:00"
    again = rescore(store, session_id, NOW)
    assert again.before is not None
    assert again.before.document == older
    kept = [result.document for result in store.results(session_id)]
    assert kept == [older, json.loads(json.dumps(again.document))]
    assert rescore(store, session_id, NOW).document == again.document
    assert len(store.results(session_id)) == 2, "the same method is not kept twice"
    assert is_current(show(store, session_id))


def test_a_summary_of_another_method_differs_only_in_what_it_says_of_it(store: Store) -> None:
    summary = play(store, "sim:rest?seed=3", REST).whole
    assert replace(summary, scored_before="2026").as_json() == summary.as_json()
