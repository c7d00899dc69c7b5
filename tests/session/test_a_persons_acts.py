"""What a person can do in a session: pause, skip, change the pace, answer, mark, end it."""

import json

import numpy as np
import pytest

from biofeedback.session.events import (
    AnchorMoved,
    BeatsCame,
    Began,
    MarkerSet,
    Relaid,
)
from biofeedback.session.kept.archive import show
from biofeedback.session.runner import SessionRunner
from biofeedback.storage.database import Store
from biofeedback.storage.records import TimelineKind
from protocols.breathing import BreathPattern
from tests.session.stage import SHORT, SLOW, ScriptedStrap, beating, play, same_again


def test_a_pause_lets_practice_time_stand_still_and_its_beats_are_kept_apart(store: Store) -> None:
    plain = play(store, "sim:rest?seed=2", SHORT).whole
    played = play(store, "sim:rest?seed=2", SHORT, [(150.0, SessionRunner.pause), (195.0, SessionRunner.resume)])
    summary = played.whole
    assert summary.duration_s == pytest.approx(plain.duration_s + 45)
    (paused,) = summary.gaps
    assert (paused.cause, paused.to_s - paused.from_s) == ("paused", pytest.approx(45))
    breathe = summary.phases[2]
    assert breathe.end_s - breathe.start_s == pytest.approx(240 + 45)
    assert breathe.indices.n_beats == pytest.approx(plain.phases[2].indices.n_beats, abs=6)
    assert summary.n_beats == pytest.approx(plain.n_beats + 45 * 1.1, abs=8)
    anchors = [event.anchor for event in played.of(AnchorMoved)][1:]
    assert [anchor.running for anchor in anchors] == [False, True]
    assert anchors[0].elapsed_s == anchors[1].elapsed_s
    during = [e for e in played.of(BeatsCame) if paused.from_s + 4 < e.at_s < paused.to_s]
    assert {event.score.reason for event in during} == {"Paused."}
    after = [e for e in played.of(BeatsCame) if paused.to_s + 4 < e.at_s < paused.to_s + 60]
    assert {event.score.value for event in after} == {None}, "the wave gathers anew after a pause"


def test_two_pauses_do_not_score_the_first(store: Store) -> None:
    acts = [
        (150.0, SessionRunner.pause),
        (180.0, SessionRunner.resume),
        (260.0, SessionRunner.pause),
        (270.0, SessionRunner.resume),
    ]
    played = play(store, "sim:rest?seed=2", SHORT, acts)
    assert sum(gap.cause == "paused" for gap in played.whole.gaps) == 2
    same_again(store, played)


def test_a_session_may_be_ended_while_it_is_paused(store: Store) -> None:
    played = play(store, "sim:", SHORT, [(100.0, SessionRunner.pause), (130.0, SessionRunner.end)])
    assert played.ended.cause == "stopped"
    (paused,) = played.whole.gaps
    assert paused.to_s == played.whole.duration_s
    same_again(store, played)


def test_a_skip_begins_the_next_phase_at_once(store: Store) -> None:
    played = play(store, "sim:", SHORT, [(30.0, SessionRunner.skip)])
    baseline, breathe = played.whole.phases[1:3]
    assert baseline.end_s == breathe.start_s < 31
    assert breathe.end_s - breathe.start_s == pytest.approx(240)
    assert played.whole.duration_s < 340
    same_again(store, played)


def test_a_skip_from_the_last_phase_ends_the_session(store: Store) -> None:
    played = play(store, "sim:", SHORT, [(30.0 + 10 * i, SessionRunner.skip) for i in range(3)])
    assert played.ended.cause == "done"
    assert played.whole.duration_s == pytest.approx(50, abs=2)
    same_again(store, played)


def test_a_skip_while_paused_waits_in_the_next_phase(store: Store) -> None:
    acts = [(30.0, SessionRunner.pause), (40.0, SessionRunner.skip), (60.0, SessionRunner.resume)]
    played = play(store, "sim:", SHORT, acts)
    breathe = played.whole.phases[2]
    assert breathe.end_s - breathe.start_s == pytest.approx(20 + 240)
    same_again(store, played)


def test_ended_early_what_was_practised_is_kept(store: Store) -> None:
    played = play(store, "sim:", SHORT, [(180.0, SessionRunner.end)])
    assert (played.ended.cause, played.ended.failed) == ("stopped", False)
    assert [phase.name for phase in played.whole.phases] == ["settle", "baseline", "breathe"]
    assert played.whole.phases[-1].end_s == played.whole.duration_s == pytest.approx(180, abs=1.5)
    assert played.ended.at_s == played.whole.duration_s
    (row,) = store.sessions()
    assert not row.interrupted
    assert store.session(row.session_id).end_cause == "stopped"
    same_again(store, played)


def test_a_new_pace_is_followed_from_the_moment_it_is_asked_for(store: Store) -> None:
    acts = [(200.0, lambda runner: runner.repace(BreathPattern(4.5)))]
    played = play(store, "sim:rest?seed=4&resonance=5", SLOW.lasting(9), acts)
    (repaced,) = played.of(Relaid)
    began = played.of(Began)[0]
    elapsed_s = repaced.at_s
    before, after = began.timeline.breath_at(elapsed_s), repaced.timeline.breath_at(elapsed_s)
    assert before is not None
    assert after is not None
    assert after.volume == pytest.approx(before.volume, abs=1e-9)
    assert after.pattern.rate_per_min == 4.5
    late = [e.indices.respiration_per_min for e in played.of(BeatsCame) if 330 < e.at_s < 470]
    assert np.median([rate for rate in late if rate]) == pytest.approx(4.5, abs=0.2)
    (event,) = (e for e in store.timeline_events(played.whole.session_id) if e.kind is TimelineKind.REPACED)
    assert event.detail["rate_per_min"] == 4.5
    same_again(store, played)


def test_a_marker_is_kept_at_its_second(store: Store) -> None:
    played = play(store, "sim:", SHORT.lasting(1.5), [(20.0, lambda runner: runner.mark("coughed"))])
    (marked,) = played.of(MarkerSet)
    (stored,) = store.markers(played.whole.session_id)
    assert (stored.at_s, stored.label) == (marked.at_s, "coughed")
    assert marked.at_s == pytest.approx(20, abs=1.5)


def test_before_the_first_beat_there_is_nothing_to_pause_skip_or_mark(store: Store) -> None:
    acts = [(0.1, SessionRunner.pause), (0.2, SessionRunner.resume), (0.3, SessionRunner.skip)]
    acts.append((0.4, lambda runner: runner.mark("early")))
    played = play(store, ScriptedStrap(*beating(400, from_s=20.0)), SHORT, acts)
    assert played.whole.duration_s == pytest.approx(360)
    assert not played.of(MarkerSet)
    assert [event.kind for event in store.timeline_events(played.whole.session_id)] == [
        TimelineKind.BEGAN, TimelineKind.ENDED,
    ]  # fmt: skip


def test_answers_before_the_session_are_kept_with_it(store: Store) -> None:
    played = play(store, "sim:", SHORT.lasting(1.5), ratings={"pain": 6, "tension": 0})
    assert played.whole.ratings["before"] == {"pain": 6, "tension": 0}
    assert store.ratings(played.whole.session_id)["before"] == {"pain": 6, "tension": 0}


def test_an_answer_given_afterwards_shows_without_changing_a_figure(store: Store) -> None:
    played = play(store, "sim:", SHORT.lasting(1.5), ratings={"pain": 6})
    store.add_rating(played.whole.session_id, "after", "pain", 4)
    shown = show(store, played.whole.session_id)
    assert shown["ratings"] == {"before": {"pain": 6}, "after": {"pain": 4}}
    saved = json.loads(json.dumps(played.whole.as_json()))
    assert {key: value for key, value in shown.items() if key != "ratings"} == {
        key: value for key, value in saved.items() if key != "ratings"
    }


def test_answers_given_during_a_part_are_kept_with_its_name(store: Store) -> None:
    acts = [(20.0, lambda runner: runner.answer("fear", 6)), (21.0, lambda runner: runner.answer("fear", 4))]
    played = play(store, "sim:", SHORT.lasting(1.5), acts, ratings={"pain": 5})
    name = next(phase.name for phase in played.whole.phases if phase.start_s <= 20 < phase.end_s)
    assert played.whole.ratings == {"before": {"pain": 5}, name: {"fear": 4}}
    assert store.ratings(played.whole.session_id) == played.whole.ratings


def test_who_does_not_feel_well_ends_at_once_and_it_is_noted(store: Store) -> None:
    played = play(store, "sim:", SHORT.lasting(2), [(30.0, lambda runner: runner.stop_unwell())])
    assert (played.ended.cause, played.ended.failed, played.ended.saved) == ("unwell", False, True)
    (marker,) = store.markers(played.whole.session_id)
    assert marker.label == "unwell"
    assert marker.at_s == pytest.approx(played.whole.duration_s)
