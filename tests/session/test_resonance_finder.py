"""The resonance finder as a whole session: what it finds, what it leaves open, what later sessions make of it."""

import pytest

from biofeedback.session.archive import rescore
from biofeedback.storage.database import Store
from protocols.library import find_exercise
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
