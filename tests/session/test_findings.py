"""What exercises find out, and phases that end when the heart is where it is to be."""

import pytest

from biofeedback.session.kept.archive import rescore
from biofeedback.storage.database import Store
from protocols.library import find_exercise
from tests.session.stage import play

PROFILE, FADING, ACTIVITY = (find_exercise(name) for name in ("stress-profile", "fading", "return-to-activity"))


def test_a_profile_tells_how_the_heart_rose_and_came_back(store: Store) -> None:
    whole = play(store, "sim:calm?reactivity=20&recovery_s=40&noise_ms=10&seed=3", PROFILE).whole
    assert whole.result is not None
    assert whole.result["kind"] == "recovery"
    challenges = whole.result["challenges"]
    assert [each["name"] for each in challenges] == [p.name for p in whole.phases if p.role == "challenge"]
    for each in challenges:
        assert each["reactivity_bpm"] == pytest.approx(19, abs=4)
        assert 20 < each["time_s"] < 180
        assert each["percent"] > 75
    assert rescore(store, whole.session_id, "").document["result"] == whole.as_json()["result"]


def test_a_heart_that_hardly_rises_has_nothing_to_come_back_from(store: Store) -> None:
    whole = play(store, "sim:calm?reactivity=0&seed=3", PROFILE).whole
    assert whole.result is not None
    for each in whole.result["challenges"]:
        assert each["percent"] is None
        assert each["withheld"]["percent"]


@pytest.mark.parametrize(("recovery_s", "early"), [(10, True), (600, False)])
def test_the_rest_after_an_activity_ends_once_the_heart_is_back(store: Store, recovery_s: float, early: bool) -> None:
    uri = f"sim:calm?reactivity=25&recovery_s={recovery_s}&noise_ms=8&drift_bpm=0&seed=2"
    whole = play(store, uri, ACTIVITY).whole
    (rest,) = (phase for phase in whole.phases if phase.role == "recovery" and phase.name == "recovery")
    planned = next(phase for phase in ACTIVITY if phase.name == rest.name)
    assert rest.duration_s >= planned.least_minutes * 60.0 - 1.5
    assert (rest.duration_s < planned.minutes * 60.0 - 5.0) is early
    assert rescore(store, whole.session_id, "").document["result"] == whole.as_json()["result"]


def test_what_is_kept_without_help_is_told(store: Store) -> None:
    whole = play(store, "sim:rest?seed=5", FADING).whole
    assert whole.result is not None
    assert whole.result["kind"] == "transfer"
    kept = whole.result["kept"]
    assert kept is None or 0.0 <= kept <= 1.0
    assert whole.result["pace"] == pytest.approx(0.0, abs=0.2), "the simulated person breathes freely again"
    assert rescore(store, whole.session_id, "").document["result"] == whole.as_json()["result"]
