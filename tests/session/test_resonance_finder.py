"""The resonance finder as a whole session: what it finds, what it leaves open, what later sessions make of it."""

import pytest

from biofeedback.session.events import Began
from biofeedback.session.kept.archive import rescore
from biofeedback.session.runner import SessionRunner
from biofeedback.storage.database import Store
from protocols.library import find_exercise
from protocols.timeline import Timeline
from tests.session.stage import play

FINDER, QUICK = find_exercise("resonance-finder"), find_exercise("resonance-finder-quick")


def test_both_forms_keep_to_their_time() -> None:
    assert FINDER.minutes <= 15.0
    assert QUICK.minutes <= 8.0


@pytest.mark.parametrize("resonance", [4.8, 5.6, 6.2])
def test_the_rate_of_a_simulated_person_is_found(store: Store, resonance: float) -> None:
    result = play(store, f"sim:rest?resonance={resonance}&q=2.5&noise_ms=12&seed=5", FINDER).whole.result
    assert result is not None
    assert result["clear"]
    assert result["resonance_per_min"] == pytest.approx(resonance, abs=0.5)
    assert result["low_per_min"] < result["resonance_per_min"] < result["high_per_min"]
    assert sorted(round(point["rate_per_min"], 1) for point in result["points"]) == [4.5, 5.0, 5.5, 6.0, 6.5]


def test_a_heart_that_hardly_answers_gets_no_rate_but_a_reason_and_a_safe_pace(store: Store) -> None:
    result = play(store, "sim:rest?amplitude_ms=2&noise_ms=30&seed=2", FINDER).whole.result
    assert result is not None
    assert (result["clear"], result["resonance_per_min"], result["pace_per_min"]) == (False, None, 6.0)
    assert result["reason"]


def test_an_irregular_rhythm_gets_no_rate(store: Store) -> None:
    for person in ("ectopic?per_min=6&seed=1", "irregular?seed=1"):
        result = play(store, f"sim:{person}", QUICK).whole.result
        assert result is not None
        assert (result["clear"], result["reason"]) == (False, "The beats came too irregularly to tell.")


def test_the_same_session_scored_again_finds_the_same(store: Store) -> None:
    whole = play(store, "sim:ectopic?seed=4&per_min=1", QUICK).whole
    assert rescore(store, whole.session_id, "").document["result"] == whole.as_json()["result"]


def test_the_next_session_breathes_at_the_rate_that_was_found(store: Store) -> None:
    uri = "sim:rest?resonance=5.1&q=2.5&noise_ms=12&seed=8"
    exercise = find_exercise("resonance-breathing").lasting(6)
    before = play(store, uri, exercise).whole
    found = play(store, uri, FINDER).whole.result
    after = play(store, uri, exercise).whole
    assert found is not None
    paces = [
        next(phase.pacing["rate_per_min"] for phase in store.phases(whole.session_id) if phase.pacing)
        for whole in (before, after)
    ]
    assert paces == [6.0, round(found["resonance_per_min"], 1)]


def test_another_rate_is_seen_beside_the_earlier_ones(store: Store) -> None:
    uri = "sim:rest?resonance=5.4&q=2.5&noise_ms=12&seed=8"
    first = play(store, uri, FINDER).whole.result
    second = play(store, uri, QUICK).whole.result
    assert first is not None
    assert second is not None
    assert first["with_earlier"]["earlier_per_min"] is None
    assert second["with_earlier"]["earlier_per_min"] == pytest.approx(first["resonance_per_min"])
    assert second["with_earlier"]["n"] == 2


def test_an_unfinished_search_says_why_it_found_nothing(store: Store) -> None:
    result = play(store, "sim:", FINDER, [(200.0, lambda runner: runner.end())]).whole.result
    assert result is not None
    assert not result["clear"]
    assert result["reason"]


@pytest.mark.parametrize(("at_s", "number"), [(40.0, 1), (300.0, 2), (800.0, 5)])
def test_a_pace_that_is_left_out_is_left_out_and_the_finder_finds_all_the_same(
    store: Store, at_s: float, number: int
) -> None:
    uri = "sim:rest?resonance=5.6&q=2.5&noise_ms=12&seed=5"
    played = play(store, uri, FINDER, [(at_s, SessionRunner.skip)])
    ends = Timeline.of(prepared := played.of(Began)[0].timeline.exercise).phases[0]
    step = ends.step_at(at_s)
    assert step is not None
    assert step.number == number
    whole = played.whole
    left_s = step.end_s - at_s
    assert whole.duration_s == pytest.approx(60.0 * prepared.minutes - left_s, abs=2.0)
    assert played.ended.cause == "done"
    assert whole.result is not None
    assert whole.result["resonance_per_min"] == pytest.approx(5.6, abs=0.5)
    assert rescore(store, whole.session_id, "").document["result"] == whole.as_json()["result"]


def test_paces_are_counted_and_nothing_else_is() -> None:
    planned = Timeline.of(FINDER).phases[0]
    told = [planned.step_at(at_s) for at_s in (0.0, 170.0, 190.0, 10_000.0)]
    assert [(step.number, step.of) for step in told if step] == [(1, 5), (1, 5), (2, 5), (5, 5)]
    assert all(planned.step_at(1.0) is None for planned in Timeline.of(find_exercise("paced-breathing")).phases)
