"""The pacer's place in a session, and the answer of heart and breath to it."""

import math
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from biofeedback.analysis.breath.phase import BEATS_UNPLACED
from biofeedback.analysis.figures.indices import LiveIndices
from biofeedback.session.events import BeatsCame
from biofeedback.session.kept.archive import read_pacer
from biofeedback.session.pacing import PacerTrack
from biofeedback.session.runner import SessionRunner
from biofeedback.session.several.group import Group
from biofeedback.storage.database import Store
from biofeedback.storage.records import StoredPhase, TimelineEvent, TimelineKind
from protocols.breathing import BreathPattern
from tests.session.several.test_group import play as play_group
from tests.session.several.test_group import same_again as same_again_each
from tests.session.stage import SHORT, SLOW, ScriptedStrap, play, same_again, sample

SIX = {"rate_per_min": 6.0, "inhale": 4.0, "hold_full": 0.0, "exhale": 6.0, "hold_empty": 0.0}


def phase(start_s: float, pacing: dict[str, float] | None) -> StoredPhase:
    return StoredPhase(0, "p", "P", "practice", "none", pacing, start_s, None)


def turned(kind: TimelineKind, at_s: float, elapsed_s: float, **detail: float) -> TimelineEvent:
    return TimelineEvent(at_s, kind, elapsed_s, detail)


def begun() -> PacerTrack:
    track = PacerTrack()
    track.turn(turned(TimelineKind.BEGAN, 0.0, 0.0))
    track.begin(phase(0.0, None))
    track.begin(phase(60.0, SIX))
    return track


def cycles(track: PacerTrack, at_s: float) -> float | None:
    place = track(at_s)
    return None if place is None else place.cycles


def test_a_breath_begins_with_its_phase() -> None:
    track = begun()
    assert cycles(track, 59.9) is None
    assert cycles(track, 60.0) == pytest.approx(0.0)
    assert cycles(track, 85.0) == pytest.approx(2.5)
    place = track(64.0)
    assert place is not None
    assert (place.volume, place.per_min) == (pytest.approx(1.0), 6.0)


def test_a_pause_stops_the_breath_and_moves_what_follows() -> None:
    track = begun()
    track.turn(turned(TimelineKind.PAUSED, 75.0, 75.0))
    track.turn(turned(TimelineKind.RESUMED, 95.0, 75.0))
    assert cycles(track, 74.0) == pytest.approx(1.4)
    assert cycles(track, 80.0) is None
    assert cycles(track, 105.0) == pytest.approx(2.5)


def test_the_paces_asked_for_are_told_with_their_changes() -> None:
    track = begun()
    assert track.paces(0.0, 60.0) == []
    track.turn(turned(TimelineKind.PAUSED, 75.0, 75.0))
    track.turn(turned(TimelineKind.RESUMED, 95.0, 75.0))
    track.turn(turned(TimelineKind.REPACED, 125.0, 105.0, **{**SIX, "rate_per_min": 5.5}))
    assert track.paces(60.0, 300.0) == [(60.0, 6.0), (125.0, 5.5)]
    track.begin(phase(300.0, {**SIX, "changes": [[2, 5.0]]}))  # type: ignore[dict-item]
    assert track.paces(300.0, 400.0) == [(300.0, 6.0), (320.0, 5.0)]
    assert track.paces(330.0, 400.0) == [(330.0, 5.0)]


def test_a_skip_moves_practice_time_on() -> None:
    track = begun()
    track.turn(turned(TimelineKind.SKIPPED, 70.0, 660.0))
    track.begin(phase(70.0, SIX))
    assert cycles(track, 69.0) == pytest.approx(0.9)
    assert cycles(track, 75.0) == pytest.approx(0.5)


def test_a_new_pace_leaves_the_past_as_it_was() -> None:
    track = begun()
    track.turn(turned(TimelineKind.REPACED, 80.0, 80.0, **(SIX | {"rate_per_min": 5.0})))
    assert cycles(track, 75.0) == pytest.approx(1.5)
    assert cycles(track, 92.0) == pytest.approx(3.0)


@pytest.mark.parametrize(("lag_s", "hr"), [(0.0, 60), (1.0, 65), (0.5, 75)])
def test_the_heart_of_a_simulated_person_is_found_following(store: Store, lag_s: float, hr: float) -> None:
    source = f"sim:rest?hr={hr}&resonance=6&amplitude_ms=60&noise_ms=8&following=1&lag_s={lag_s}&seed=4"
    played = play(store, source, SLOW.lasting(12).paced(BreathPattern(6.0)))
    (paced,) = [phase for phase in played.whole.phases if phase.name == "breathe"]
    answer = paced.pacer
    assert answer is not None
    assert answer.reason == ""
    assert (answer.synchrony or 0) > 0.9
    assert answer.followed_percent == 100.0
    assert [phase.pacer for phase in played.whole.phases if phase.name != "breathe"] == [None] * 3
    live = _last(played.of(BeatsCame), paced.end_s)
    assert live.lag_deg == pytest.approx(answer.lag_deg, abs=12)
    assert "lag_deg" in live.bands


def _last(came: list[BeatsCame], before_s: float) -> LiveIndices:
    return next(event.indices for event in reversed(came) if event.indices.at_s < before_s)


def test_a_later_breath_makes_a_later_heart(store: Store) -> None:
    def lag_s(of_breath: float) -> float:
        source = f"sim:rest?amplitude_ms=60&noise_ms=8&following=1&lag_s={of_breath}&seed=4"
        (paced,) = [p for p in play(store, source, SLOW.lasting(12)).whole.phases if p.pacer]
        assert paced.pacer is not None
        assert paced.pacer.lag_s is not None
        return paced.pacer.lag_s

    assert lag_s(1.2) - lag_s(0.2) == pytest.approx(1.0, abs=0.15)


def test_a_heart_in_step_with_its_packets_has_no_lag(store: Store) -> None:
    """At sixty beats a minute to the dot nothing tells how old a beat is when it comes."""
    script = [(t, sample(t, 1000.0 + 10.0 * math.sin(2 * math.pi * t / 10))) for t in map(float, range(1, 500))]
    played = play(store, ScriptedStrap(*script), SLOW.lasting(8))
    (paced,) = [phase for phase in played.whole.phases if phase.name == "breathe"]
    assert paced.pacer is not None
    assert (paced.pacer.lag_deg, paced.pacer.reason) == (None, BEATS_UNPLACED)
    assert {event.indices.lag_deg for event in played.of(BeatsCame)} == {None}


def paced_at(rate_per_min: float) -> Callable[[SessionRunner | Group], None]:
    return lambda running: running.repace(BreathPattern(rate_per_min, 4, 0, 6, 0))


ACTS: dict[str, Callable[[SessionRunner | Group], None]] = {
    "next part": lambda running: running.skip(),
    "pause": lambda running: running.pause(),
    "go on": lambda running: running.resume(),
    "five": paced_at(5.0),
    "seven": paced_at(7.0),
}
MOMENTS_S = (20.0, 30.0, 80.0, 85.0, 320.0)
"""Among them those at which parts end by themselves."""


def on_the_second() -> ScriptedStrap:
    """Its first interval begins at 0, and no rounding is between a moment of the clock and one of the session."""
    return ScriptedStrap(*((float(n), sample(float(n), 1000.0)) for n in range(1, 420)))


@given(st.lists(st.tuples(st.sampled_from(MOMENTS_S), st.sampled_from(sorted(ACTS))), min_size=2, max_size=8))
@example([(20.0, "five"), (20.0, "next part"), (20.0, "seven"), (20.0, "next part"), (20.0, "five")])
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.parametrize("together", [None, True, False], ids=["alone", "in step", "apart"])
def test_what_comes_at_one_moment_is_scored_again_in_the_order_in_which_it_came(
    store: Store, together: bool | None, told: list[tuple[float, str]]
) -> None:
    acts = [(at_s, ACTS[name]) for at_s, name in (*sorted(told, key=lambda each: each[0]), (330.0, "go on"))]
    if together is None:
        same_again(store, play(store, on_the_second(), SHORT, acts))
    else:
        same_again_each(store, play_group(store, [on_the_second()], SHORT, acts, in_step=together))


def test_a_pace_of_before_the_order_was_kept_is_still_read(store: Store) -> None:
    """Sessions of earlier versions do not tell where phases begin; they are read by time, as before."""
    played = play(store, on_the_second(), SHORT, [(30.0, ACTS["next part"]), (100.0, ACTS["five"])])
    session_id = played.whole.session_id
    with store._engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM timeline_events WHERE kind = 'phase'")
    assert read_pacer(store, session_id).paces(0.0, 200.0) == [(30.0, 6.0), (100.0, 5.0)]
    same_again(store, played)
