"""Whole sessions: what they tell from their first beat to their last, and that their bytes tell it again."""

import json

import numpy as np
import pytest

from biofeedback.session.events import (
    BeatsCame,
    Began,
    PhaseBegan,
    SignalChanged,
    StrapSaid,
)
from biofeedback.session.kept.archive import rescore, show
from biofeedback.storage.database import Store
from protocols.library import find_exercise
from tests.session.stage import SHORT, SLOW, ScriptedStrap, beating, play, same_again, sample

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
