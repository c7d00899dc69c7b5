"""What the heart brings about: a pace that moves gently, and words of care that come seldom."""

from itertools import pairwise

import pytest

from biofeedback.session.events import Relaid, Suggested
from biofeedback.storage.database import Store
from biofeedback.storage.records import TimelineKind
from protocols.adaptation import QUICKEST_PER_MIN, REACH_PER_MIN, SLOWEST_PER_MIN
from protocols.breathing import BreathPattern
from protocols.library import find_exercise
from tests.session.stage import play, same_again

OWN_PACE = find_exercise("resonance-breathing").lasting(20)
STEADY = find_exercise("paced-breathing").choosing({"begin": "rest"}).lasting(15)


@pytest.mark.parametrize("resonance", [5.0, 6.4])
def test_the_pace_moves_gently_where_breaths_begin_and_within_its_bounds(store: Store, resonance: float) -> None:
    played = play(store, f"sim:rest?resonance={resonance}&q=3&noise_ms=10&seed=4", OWN_PACE)
    events = [e for e in store.timeline_events(played.whole.session_id) if e.kind is TimelineKind.REPACED]
    assert len(events) == len(played.of(Relaid)) >= 4
    rates = [event.detail["rate_per_min"] for event in events]
    assert all(abs(rate - 6.0) <= REACH_PER_MIN + 1e-9 for rate in rates)
    assert all(SLOWEST_PER_MIN <= rate <= QUICKEST_PER_MIN for rate in rates)
    assert all(later.at_s - earlier.at_s > 100.0 for earlier, later in pairwise(events))
    timeline = played.of(Relaid)[-1].timeline
    for event in events:
        before, after = (timeline.breath_at(event.elapsed_s + step) for step in (-1e-3, 1e-3))
        assert before is not None
        assert after is not None
        assert after.n_breath == before.n_breath + 1, "it changes where a breath begins"
    same_again(store, played)


def test_a_pace_that_was_asked_for_stays(store: Store) -> None:
    assert not play(store, "sim:rest?seed=4", OWN_PACE.paced(BreathPattern(5.5))).of(Relaid)
    assert not play(store, "sim:rest?seed=4", STEADY).of(Relaid)


def test_a_pause_begins_the_block_anew(store: Store) -> None:
    acts = [(330.0, lambda runner: runner.pause()), (400.0, lambda runner: runner.resume())]
    played = play(store, "sim:rest?seed=4", OWN_PACE, acts)
    events = [e.at_s for e in store.timeline_events(played.whole.session_id) if e.kind is TimelineKind.REPACED]
    assert not any(330.0 <= at_s < 515.0 for at_s in events)
    same_again(store, played)


def test_who_breathes_much_quicker_than_asked_is_invited_to_breathe_smaller(store: Store) -> None:
    played = play(store, "sim:rest?following=0&respiration=18&noise_ms=8&seed=2", STEADY)
    told = played.of(Suggested)
    assert told
    assert all("small" in suggestion.words for suggestion in told)
    assert all(later.at_s - earlier.at_s >= 180.0 for earlier, later in pairwise(told))
    assert [marker.label for marker in store.markers(played.whole.session_id)] == ["faster_than_asked"] * len(told)
    same_again(store, played)


def test_a_breath_that_only_the_chest_shows_is_answered_too(store: Store) -> None:
    uri = "sim:rest?following=0&respiration=18&amplitude_ms=1&noise_ms=20&seed=2"
    assert not play(store, uri, STEADY).of(Suggested)
    assert play(store, f"{uri}&pmd=1", STEADY.lasting(8)).of(Suggested)


CALM = ("rest?seed=7&pmd=1", "rest?seed=7", "calm?seed=8", "low_hrv?seed=9", "ectopic?seed=3")


@pytest.mark.parametrize("person", CALM)
def test_who_breathes_along_hears_nothing(store: Store, person: str) -> None:
    assert not play(store, f"sim:{person}", STEADY).of(Suggested)
