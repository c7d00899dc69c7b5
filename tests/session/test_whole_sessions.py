"""Whole sessions: every exercise, everything a person can do, and everything that goes wrong with a strap."""

import json
import random
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from biofeedback.analysis.beats.beat import Verdict
from biofeedback.session.archive import read_summary, rescore, show
from biofeedback.session.events import (
    AnchorMoved,
    BeatsCame,
    Began,
    GapClosed,
    MarkerSet,
    PhaseBegan,
    Quality,
    Relaid,
    SignalChanged,
    StrapSaid,
)
from biofeedback.session.runner import SILENT_WORDS, SessionRunner
from biofeedback.storage.database import Store
from biofeedback.storage.records import TimelineKind
from devices.gatt import decode_packet, encode_heart_rate
from devices.samples import Contact, LinkChanged, LinkState, Packet, PacketFormat, Reading
from devices.simulated import SCENARIOS
from devices.source import SourceError
from protocols.breathing import BreathPattern
from protocols.library import find_exercise
from tests.session.stage import SLOW, ScriptedStrap, beating, malformed, play, same_again, sample

SHORT = SLOW.lasting(6)
"""Settle 20 s, baseline 60 s, breathe 240 s, rest 40 s."""
BREATHE_S, REST_S = 80.0, 320.0


@pytest.mark.parametrize(
    "exercise", [SLOW, find_exercise("calm-state"), find_exercise("quiet-rest")], ids=lambda e: e.id
)
def test_an_exercise_runs_from_its_first_beat_to_its_last_second(exercise, store: Store) -> None:
    played = play(store, "sim:rest?seed=3", exercise, person="Ann")
    summary = played.whole
    assert summary.duration_s == pytest.approx(60 * exercise.minutes)
    assert [phase.name for phase in summary.phases] == [phase.name for phase in exercise]
    assert [p.end_s - p.start_s for p in summary.phases] == pytest.approx([60 * p.minutes for p in exercise])
    assert isinstance(played.events[0], Began)
    begun = [(event.planned.phase.name, event.at_s) for event in played.of(PhaseBegan)]
    assert begun == [(phase.name, phase.start_s) for phase in summary.phases]
    assert (played.ended.cause, played.ended.failed, played.ended.saved) == ("done", False, True)
    assert summary.n_beats == pytest.approx(66 * exercise.minutes, rel=0.1)
    assert summary.gaps == ()
    assert not summary.interrupted
    if summary.score.kind == "calm":
        assert np.mean([value for _, value in summary.course]) == pytest.approx(summary.score.mean)
    for phase in summary.phases:
        assert phase.indices.rmssd_ms is not None
        assert phase.indices.mean_hr_bpm == pytest.approx(66, abs=5)
    (row,) = store.sessions("Ann")
    assert (row.session_id, row.exercise, row.interrupted, row.simulated) == (
        summary.session_id, exercise.id, False, True,
    )  # fmt: skip
    same_again(store, played)


def test_slow_breathing_near_resonance_answers_and_is_rewarded(store: Store) -> None:
    summary = play(store, "sim:rest?seed=3&resonance=6").whole
    _, baseline, breathe, _ = (phase.indices for phase in summary.phases)
    assert breathe.respiration_per_min == pytest.approx(6.0, abs=0.2)
    assert breathe.swing_bpm > 2 * baseline.swing_bpm  # type: ignore[operator]
    assert breathe.smoothness > baseline.smoothness + 0.2  # type: ignore[operator]
    assert summary.score.mean == pytest.approx(breathe.smoothness, abs=0.1)  # type: ignore[arg-type]
    assert summary.score.scored_percent == pytest.approx(100 * (600 - 64) / 600, abs=3)
    assert summary.score.rewarded_percent > 80  # type: ignore[operator]


@pytest.mark.parametrize("name", SCENARIOS)
def test_whatever_happens_to_the_signal_the_session_ends_in_time_and_can_be_scored_again(
    name: str, store: Store
) -> None:
    trouble = {"dropout": "&every_s=70&for_s=7", "off_body": "&every_s=70&for_s=9", "ectopic": "&per_min=4"}
    acts = [
        (30.0, SessionRunner.pause),
        (41.5, SessionRunner.resume),
        (170.3, SessionRunner.pause),
        (200.0, SessionRunner.resume),
        (230.7, SessionRunner.pause),
        (239.2, SessionRunner.resume),
        (300.0, lambda runner: runner.repace(BreathPattern(5.1, 3, 0, 7, 1))),
        (380.0, SessionRunner.skip),
    ]
    played = play(store, f"sim:{name}?seed=5{trouble.get(name, '')}", SHORT, acts, {"pain": 6, "tension": 3})
    assert played.ended.cause == "done"
    assert len(played.whole.phases) == 4
    same_again(store, played)


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


def test_a_lost_link_is_a_gap_and_the_session_goes_on(store: Store) -> None:
    played = play(store, "sim:dropout?every_s=60&for_s=8&seed=2", SHORT)
    gaps = [gap for gap in played.whole.gaps if gap.cause == "the link was lost"]
    assert [gap.from_s for gap in gaps] == pytest.approx([59, 127, 195, 263, 331], abs=2.5)
    assert [gap.to_s - gap.from_s for gap in gaps] == pytest.approx([8] * 5, abs=2)
    assert [event.gap for event in played.of(GapClosed)] == gaps
    qualities = [event.quality for event in played.of(SignalChanged)]
    assert qualities.count(Quality.LOST) >= 5
    assert all(event.words for event in played.of(SignalChanged) if event.quality is Quality.LOST)
    for gap in gaps:
        assert not [
            beat for beat in played.whole.beats if gap.from_s < beat.time_s - beat.rr_ms / 1000 - 0.05 < gap.to_s - 0.1
        ]
    assert played.whole.duration_s == pytest.approx(360)
    same_again(store, played)


def test_a_link_that_was_lost_before_the_first_beat_is_no_gap(store: Store) -> None:
    script = [
        (3.0, LinkChanged(3.0, LinkState.LOST, "Lost.")),
        (6.0, LinkChanged(6.0, LinkState.CONNECTED)),
        *beating(500, from_s=10.0),
    ]
    played = play(store, ScriptedStrap(*script), SHORT)
    assert played.whole.gaps == ()
    assert {beat.segment for beat in played.whole.beats} == {0}
    same_again(store, played)


def test_lost_contact_is_a_gap_and_the_first_beats_after_it_are_not_trusted(store: Store) -> None:
    played = play(store, "sim:off_body?every_s=60&for_s=10&seed=2", SHORT)
    assert {gap.cause for gap in played.whole.gaps} == {"the strap lost contact"}
    assert len(played.whole.gaps) == 5
    assert Quality.NO_CONTACT in {event.quality for event in played.of(SignalChanged)}
    off = [beat.ordinal for beat in played.whole.beats if beat.verdict is Verdict.OFF_BODY]
    assert len(off) == 10
    firsts = {b.ordinal for a, b in pairwise(played.whole.beats) if b.segment != a.segment}
    assert {ordinal for ordinal in off if ordinal - 1 not in off} == firsts


def test_beats_that_come_without_contact_are_told_apart_and_make_one_gap_at_most(store: Store) -> None:
    script = beating(60)
    script += [(60.0 + i, sample(60.0 + i, 1000, contact=Contact.LOST)) for i in range(1, 21)]
    script += [(80.0 + i, sample(80.0 + i, 1000)) for i in range(1, 61)]
    played = play(store, ScriptedStrap(*script), SHORT)
    off = [beat for beat in played.whole.beats if beat.verdict is Verdict.OFF_BODY]
    assert len(off) == 22
    assert all(gap.to_s > gap.from_s for gap in played.whole.gaps)
    same_again(store, played)


def test_extra_beats_are_told_apart_and_withhold_the_score_where_there_are_many(store: Store) -> None:
    few = play(store, "sim:ectopic?per_min=1&seed=2", SHORT).whole
    assert few.score.mean is not None
    assert 0 < few.artifact_percent < 8  # type: ignore[operator]
    many = play(store, "sim:ectopic?per_min=9&seed=2", SHORT)
    reasons = {e.score.reason for e in many.of(BeatsCame) if BREATHE_S + 70 < e.at_s < REST_S}
    assert any("irregular" in reason or "not clear" in reason for reason in reasons)
    assert many.whole.phases[2].indices.rmssd_ms is None
    assert many.whole.phases[2].indices.mean_hr_bpm is not None


def test_an_irregular_rhythm_is_never_scored(store: Store) -> None:
    played = play(store, "sim:irregular?seed=2", SHORT)
    assert played.whole.score.mean is None
    assert played.whole.score.scored_percent == 0.0
    for phase in played.whole.phases:
        assert phase.indices.rmssd_ms is None, phase.name
        assert phase.indices.smoothness is None
        assert phase.indices.withheld["smoothness"]


def test_extra_beats_are_not_taken_for_wrong_units(store: Store) -> None:
    played = play(store, "sim:ectopic?per_min=20", find_exercise("quiet-rest"))
    assert not [event.words for event in played.of(SignalChanged) if "1/1024" in event.words]


def test_a_small_variability_is_practised_like_any_other(store: Store) -> None:
    played = play(store, "sim:low_hrv?seed=2", SLOW)
    assert played.whole.artifact_percent == pytest.approx(0, abs=1)
    assert played.whole.score.mean is not None
    assert played.whole.phases[2].indices.sdnn_ms < 15  # type: ignore[operator]


def test_a_recording_that_ends_early_ends_the_session_and_is_kept(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "rr.txt"
    path.write_text("\n".join(["1000"] * 100))
    played = play(store, f"replay:{path}", SHORT)
    assert (played.ended.cause, played.ended.failed, played.ended.saved) == ("recording ended", False, True)
    assert played.whole.n_beats == 100
    assert played.whole.duration_s == pytest.approx(100, abs=0.1)
    assert not played.whole.simulated
    same_again(store, played)


def test_a_strap_that_fails_ends_the_session_with_its_words_and_what_was_is_kept(store: Store) -> None:
    trouble = SourceError("The Bluetooth adapter is gone. Plug it in and start again.")
    played = play(store, ScriptedStrap(*beating(60), (60.5, trouble)), SHORT)
    assert (played.ended.cause, played.ended.failed, played.ended.saved) == (str(trouble), True, True)
    assert played.whole.n_beats == 60
    assert store.session(played.whole.session_id).end_cause == str(trouble)
    same_again(store, played)


def test_a_strap_that_fails_at_once_leaves_nothing(store: Store) -> None:
    played = play(store, ScriptedStrap((0.5, SourceError("No adapter. Switch Bluetooth on."))), SHORT)
    assert played.summary is None
    assert (played.ended.cause, played.ended.failed, played.ended.saved) == (
        "No adapter. Switch Bluetooth on.", True, False,
    )  # fmt: skip
    assert store.sessions() == []


def test_without_a_beat_nothing_is_saved(store: Store) -> None:
    script = [(float(i), sample(float(i))) for i in range(1, 100)]
    played = play(store, ScriptedStrap(*script), SHORT, [(80.0, SessionRunner.end)])
    assert played.summary is None
    assert not played.ended.saved
    assert store.sessions() == []


def test_malformed_packets_do_not_end_a_session_and_are_kept_as_they_came(store: Store) -> None:
    script = sorted([*beating(500), *[(20.3 + 7 * i, malformed(20.3 + 7 * i)) for i in range(40)]], key=lambda s: s[0])
    played = play(store, ScriptedStrap(*script), SHORT)
    assert played.ended.cause == "done"
    assert played.whole.n_beats == 360
    kept = [packet for packet in store.packets(played.whole.session_id) if packet.payload == b"\x10"]
    assert len(kept) == 40
    same_again(store, played)


def test_a_silent_strap_is_told_once_and_the_exercise_runs_to_its_end(store: Store) -> None:
    played = play(store, ScriptedStrap(*beating(100), (9000.0, None)), SHORT)
    assert [event.words for event in played.of(SignalChanged)] == [SILENT_WORDS]
    assert played.of(SignalChanged)[0].at_s == pytest.approx(105, abs=2.5)
    assert [phase.name for phase in played.whole.phases] == [phase.name for phase in SHORT]
    assert played.whole.duration_s == pytest.approx(360)
    same_again(store, played)


def test_what_comes_after_the_end_is_no_part_of_the_session(store: Store) -> None:
    """The loop was held up over the end: beats of later wait in the queue."""
    script = [*beating(358), (359.0, lambda loop: loop.clock.advance(6.0)), (360.0, sample(365.0, 1000))]
    played = play(store, ScriptedStrap(*script), SHORT)
    assert played.whole.duration_s == pytest.approx(360)
    assert all(packet.received_s <= 360 for packet in store.packets(played.whole.session_id))
    same_again(store, played)


def test_phases_turn_at_their_exact_seconds_also_where_the_loop_was_held_up(store: Store) -> None:
    script = [*beating(18), (19.0, lambda loop: loop.clock.advance(66.0)), *beating(400, from_s=86.0)]
    played = play(store, ScriptedStrap(*script), SHORT)
    assert [event.at_s for event in played.of(PhaseBegan)] == pytest.approx([0, 20, 80, 320])
    same_again(store, played)


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


def test_every_beat_is_told_once_when_it_comes_and_once_when_it_is_judged(store: Store) -> None:
    played = play(store, "sim:dropout?every_s=60&for_s=8", SHORT)
    new = [beat.ordinal for event in played.of(BeatsCame) for beat in event.new]
    final = [beat.ordinal for event in played.of(BeatsCame) for beat in event.judged]
    assert new == list(range(len(played.whole.beats)))
    assert final == list(range(len(final)))
    assert len(new) - len(final) <= 2


def test_news_of_the_strap_are_told_and_kept_also_from_before_the_first_beat(store: Store) -> None:
    played = play(store, "sim:", SHORT.lasting(1.5))
    told = [type(event.news).__name__ for event in played.of(StrapSaid)]
    assert told == ["LinkChanged", "StrapIdentified", "BatteryRead", "RRSupport"]
    assert [type(news).__name__ for news in store.news(played.whole.session_id)] == told


def test_every_figure_names_its_method(store: Store) -> None:
    method = play(store, "sim:", SHORT.lasting(1.5)).whole.as_json()["method"]
    assert {"verdicts", "time_axis", "score", "smoothness", "frequency_domain"} <= set(method)


def test_the_electrocardiogram_of_a_strap_is_kept(store: Store) -> None:
    with_streams = play(store, "sim:rest?pmd=1&seed=3", SHORT).whole
    without = play(store, "sim:rest?seed=3", SHORT).whole
    ecg = store.ecg(with_streams.session_id)
    assert len(ecg.microvolts) == pytest.approx(130 * with_streams.duration_s, rel=0.02)
    assert [beat.rr_ms for beat in with_streams.beats] == [beat.rr_ms for beat in without.beats]
    assert with_streams.beats == without.beats
    for told, alone in zip(with_streams.phases, without.phases, strict=True):
        assert told.indices.respiration_from == "chest"
        heart = ("respiration_per_min", "respiration_from", "respiration_note")
        both = (
            {k: v for k, v in phase.indices.as_json().items() if k not in (*heart, "withheld")}
            for phase in (told, alone)
        )
        assert next(both) == next(both)


def test_a_strap_that_sends_milliseconds_is_doubted(store: Store) -> None:
    rng = random.Random(2)
    script, at_s = [], 0.0
    for _ in range(900):
        rr_ms = 1000 + 60 * rng.random()
        at_s += rr_ms / 1000
        script.append((at_s, _in_milliseconds(at_s, rr_ms)))
    played = play(store, ScriptedStrap(*script), SLOW)
    told = [event for event in played.of(SignalChanged) if "1024" in event.words]
    assert [event.words for event in told] == list(played.whole.doubts)
    assert told[0].at_s < 130
    assert played.whole.phases[-1].indices.mean_hr_bpm == pytest.approx(60000 / 1030, rel=0.005)
    document = read_summary(store, played.whole.session_id).as_json()
    assert document == played.whole.as_json()


def _in_milliseconds(at_s: float, rr_ms: float) -> Reading:
    payload = encode_heart_rate(round(60000 / rr_ms), [round(rr_ms)], Contact.GOOD)
    return decode_packet(Packet(at_s, PacketFormat.HEART_RATE_MEASUREMENT, payload))


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


@pytest.mark.parametrize("exercise", ["resonance-finder-quick", "stress-profile", "paced-breathing"])
def test_all_that_is_told_of_a_session_is_the_same_when_it_is_scored_again(store: Store, exercise: str) -> None:
    """The paces asked for, what was found at each, all challenges, and why it was broken off."""
    acts = [(100.0, lambda runner: runner.pause()), (110.0, lambda runner: runner.resume()),
            (400.0, lambda runner: runner.end())]  # fmt: skip
    summary = play(store, "sim:anxious?seed=1", find_exercise(exercise), acts).whole
    document = json.loads(json.dumps(summary.as_json()))
    again = rescore(store, summary.session_id, "2026-11-25T10:00:00+00:00")
    assert json.loads(json.dumps(again.document)) == document
    assert show(store, summary.session_id) == document
    assert (document["broken_off"], document["replayed"]) == (True, False)
    asked = [phase["asked"] for phase in document["phases"]]
    assert any(asked) == (exercise != "stress-profile")
