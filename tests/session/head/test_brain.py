"""A band on the head in a session: what is answered, what freezes, and what cannot earn a reward."""

from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from biofeedback.bench.heads import Played, Tally, percent, played
from biofeedback.bench.tricks import Trick, When
from biofeedback.exchange.packets import write_packets
from biofeedback.session.events import EegCame
from biofeedback.session.head.brain import FROZEN, HEART_HELD_S, NO_BAND, NO_HEART, SETTLING, UNSTEADY_REST, Brain
from biofeedback.session.head.moment import Moment
from biofeedback.session.kept.recut import exclude
from biofeedback.session.lived import Lived, LivedPhase
from biofeedback.session.runner import SessionRunner
from biofeedback.session.scoring import BEGINNING, NO_BASELINE, NO_FEEDBACK, PAUSED
from biofeedback.storage.database import Store
from devices.eeg.frames import EegReader, frame_packet, start_packet
from devices.eeg.head import Head
from devices.samples import EegDescription, EegFrame
from devices.source import SourceError
from devices.uri import open_source
from protocols.feedback import Score
from protocols.library import find_exercise
from protocols.phases import Feedback, Role
from protocols.specification import Exercise
from tests.session.stage import play, same_again

RATE_HZ = 128.0
BACK = ("Fp1", "O1", "O2")
TENSE = Head(5, rate=RATE_HZ, eyes="open", electrodes=("Fp1", "C4", "Cz"), muscles=12.0, blinks=15.0, loose=0.0)


@cache
def trained(trick: Trick | None = None) -> Played:
    (made,) = played(TENSE, Feedback.SMR, rest_s=60.0, practice_s=60.0, trick=trick)
    return made


@cache
def tally(trick: Trick | None = None) -> Tally:
    return trained(trick).tally()


def test_neither_jaw_nor_blink_nor_movement_earns_a_reward() -> None:
    assert tally().in_artefacts[0] > 100
    assert percent([tally().in_artefacts]) < 0.5 * percent([tally().rewarded])


@pytest.mark.parametrize("trick", [Trick(15.0, When.REWARDED), Trick(15.0, When.UNREWARDED), Trick(blinks=True)])
def test_neither_does_a_jaw_or_a_blink_in_time_with_the_reward(trick: Trick) -> None:
    assert trained(trick).troubles != trained().troubles
    assert percent([tally(trick).in_artefacts]) < 0.5 * percent([tally().rewarded])
    assert tally(trick).rewarded[1] < tally().rewarded[1], "nor more reward in all"


@pytest.mark.parametrize("trick", [Trick(grows_by=0.5), Trick(jaw_uv=2.0), Trick(sways_uv=30.0)])
def test_neither_does_an_electrode_that_dries_or_wanders_nor_a_jaw_too_weak_to_be_seen(trick: Trick) -> None:
    assert percent([tally(trick).rewarded]) < percent([tally().rewarded]) + 8.0


def test_while_something_else_is_louder_than_the_brain_there_is_no_value_and_a_reason() -> None:
    frozen = [moment.score for moment in trained().moments if moment.score.value is None]
    assert frozen
    assert all(score.reason in FROZEN.values() and score.goal is not None and not score.rewarded for score in frozen)
    told = [moment.score for moment in trained().moments if moment.score.value is not None]
    assert all(0.0 <= score.value <= 1.0 and not score.reason for score in told if score.value is not None)


class Head3:
    """Three electrodes that say what they are told, in frames of an eighth of a second."""

    def __init__(self, electrodes: tuple[str, ...] = BACK, feedback: Feedback = Feedback.ALPHA) -> None:
        self.lived = Lived()
        self.lived.begin(LivedPhase(0.0, Role.BASELINE, Feedback.NONE, paced=False))
        self.lived.begin(LivedPhase(50.0, Role.PRACTICE, feedback, paced=False))
        self.brain = Brain(self.lived)
        self._band = EegDescription("Three", electrodes, RATE_HZ, 0.1)
        self._reader = EegReader()
        self._reader.started(start_packet(0.0, self._band))
        self._rng = np.random.default_rng(3)
        self._first = 0

    def frame(self, alpha_uv: float = 10.0) -> EegFrame:
        at_s = (self._first + np.arange(16)) / RATE_HZ
        swell = 1.0 + 0.5 * np.sin(2 * np.pi * 0.23 * at_s)
        wave = alpha_uv * swell * np.sin(2 * np.pi * 10.0 * at_s)
        uv = wave[:, None] + self._rng.normal(0.0, 5.0, (16, len(self._band.electrodes)))
        uv = np.column_stack([uv, np.full((16, self._band.n_axes), 50.0)])  # still
        packet = frame_packet(at_s[-1], self._first, np.round(uv / 0.1).astype(np.int64))
        self._first += 16
        return self._reader.frame(packet)

    def until(self, end_s: float, alpha_uv: float = 10.0) -> list[Moment]:
        found: list[Moment] = []
        while self._first / RATE_HZ < end_s:
            frame = self.frame(alpha_uv)
            found += self.brain.hear(self._first / RATE_HZ, frame)
        return found


def values(moments: list[Moment]) -> list[float]:
    return [moment.score.value for moment in moments if moment.score.value is not None]


def test_more_alpha_than_at_rest_is_nearer_the_end_of_the_line_and_less_is_nearer_its_beginning() -> None:
    head = Head3()
    assert head.brain.score.reason == NO_BAND
    resting = head.until(50.0)
    assert resting[0].at_s == pytest.approx(1.0), "the first second that is whole"
    assert {moment.score.reason for moment in resting} == {NO_FEEDBACK}
    more = head.until(56.0, alpha_uv=25.0)[40:]
    less = head.until(62.0, alpha_uv=2.0)[40:]
    assert np.mean(values(more)) > 0.7
    assert np.mean(values(less)) < 0.2
    assert np.mean([moment.score.rewarded for moment in more]) > 0.9
    assert not any(moment.score.rewarded for moment in less)
    assert head.brain.used == ("O1", "O2")


def test_before_rest_and_in_pauses_nothing_is_answered() -> None:
    head = Head3()
    head.lived = Lived()
    head.brain = Brain(head.lived)
    assert {moment.score.reason for moment in head.until(6.0)} == {BEGINNING}
    head.lived.begin(LivedPhase(6.0, Role.PRACTICE, Feedback.ALPHA, paced=False))
    assert {moment.score.reason for moment in head.until(8.0)[1:]} == {NO_BASELINE}
    head.lived.pause(8.0)
    assert {moment.score.reason for moment in head.until(9.0)[1:]} == {PAUSED}


def test_a_band_in_the_wrong_place_is_told_and_so_is_a_rest_that_cannot_be_used() -> None:
    wrong = Head3(("AF7", "AF8", "Fp1"))
    wrong.until(50.0)
    assert "at the back of the head" in wrong.until(51.0)[-1].score.reason
    short = Head3()
    short.until(22.0)
    short.lived.begin(LivedPhase(22.0, Role.PRACTICE, Feedback.ALPHA, paced=False))
    assert short.until(24.0)[-1].score.reason == UNSTEADY_REST


def test_a_band_of_a_rate_that_cannot_be_followed_says_so() -> None:
    head = Head3()
    head._band = replace(head._band, rate_hz=60.0)
    head._reader.started(start_packet(0.0, head._band))
    assert not head.brain.hear(1.0, head.frame())
    assert "cannot be followed" in head.brain.score.reason


def test_another_band_in_the_middle_begins_anew_and_its_samples_are_not_held_against_the_first_ones_rest() -> None:
    head = Head3()
    head.until(55.0)
    head._band = replace(head._band, device="Another", electrodes=("Pz", "O1", "O2"))
    head._reader.started(start_packet(0.0, head._band))
    assert head.until(62.0)[-1].score.reason == NO_BASELINE


def test_the_same_band_that_comes_back_keeps_its_thresholds() -> None:
    head = Head3()
    head.until(55.0)
    head._first += round(30.0 * RATE_HZ)
    back = head.until(95.0)
    assert back[0].score.reason == SETTLING
    assert values(back)


def test_the_same_band_without_its_accelerometer_keeps_its_thresholds() -> None:
    head = Head3()
    head._band = replace(head._band, n_axes=1, g_per_count=0.002)
    head._reader.started(start_packet(0.0, head._band))
    head.until(55.0)
    head._band = replace(head._band, n_axes=0)
    head._reader.started(start_packet(55.0, head._band))
    assert values(head.until(60.0))


def test_a_session_with_strap_and_band_can_be_played_again_from_its_packets(store: Store, tmp_path: Path) -> None:
    first = play(store, "sim:rest?seed=3&eeg=1&rate=128&eyes=closed&muscles=0", short_alpha()).whole
    write_packets(store, first.session_id, tmp_path / "packets.csv")
    again = play(store, f"replay:{tmp_path / 'packets.csv'}", short_alpha()).whole
    assert again.eeg is not None
    assert first.eeg is not None
    assert (again.eeg.used, again.eeg.received_s) == (first.eeg.used, pytest.approx(first.eeg.received_s, abs=1.0))
    assert again.score.mean == pytest.approx(first.score.mean, abs=0.02)


def test_packets_of_a_band_alone_are_refused_with_the_form_that_can_be_played(store: Store, tmp_path: Path) -> None:
    alone = play(store, "sim:head?rate=128&eyes=closed", short_alpha(), [(20.0, SessionRunner.end)]).whole
    write_packets(store, alone.session_id, tmp_path / "packets.csv")
    with pytest.raises(SourceError, match="--format edf"):
        open_source(f"replay:{tmp_path / 'packets.csv'}")


def test_replayed_answers_are_those_of_the_rest_whatever_the_brain_does_and_wait_where_true_ones_wait() -> None:
    shown = []
    for alpha_uv in (2.0, 25.0):
        head = Head3(feedback=Feedback.ALPHA_REPLAYED)
        head.until(50.0)
        shown.append(head.until(60.0, alpha_uv)[40:])
    assert values(shown[0]) == values(shown[1]), "nothing that the brain does now changes them"
    assert np.mean([moment.score.rewarded for moment in shown[0]]) == pytest.approx(0.625, abs=0.25)
    reward = head.brain.reward(Feedback.ALPHA_REPLAYED)
    assert reward is not None
    answers = [reward.replay() for _ in range(len(reward._rest_reached))]  # the last moment could be used
    assert np.mean([answer.reached for answer in answers]) == pytest.approx(reward.expected_share)
    assert head.brain.used == ("O1", "O2")


def test_heart_and_head_need_each_other() -> None:
    head = Head3(feedback=Feedback.HEART_AND_ALPHA)
    head.until(50.0)
    alone = head.until(54.0, alpha_uv=25.0)
    assert not values(alone)
    head.brain.beat(54.0, Score(0.2, 0.5))
    restless = head.until(58.0, alpha_uv=25.0)[40:]
    assert values(restless)
    assert not any(moment.score.rewarded for moment in restless)
    head.brain.beat(58.0, Score(0.8, 0.5))
    both = head.until(62.0, alpha_uv=25.0)[40:]
    assert np.mean([moment.score.rewarded for moment in both]) > 0.9
    assert np.mean(values(both)) == pytest.approx(np.mean(values(restless)) + 0.3, abs=0.05)
    head.brain.beat(62.0, Score(reason="too few beats"))
    assert head.until(63.0, alpha_uv=25.0)[-1].score.reason == "too few beats"
    head.brain.beat(63.0, Score(0.8, 0.5))
    silent = head.until(75.0, alpha_uv=25.0)
    assert values([moment for moment in silent if moment.at_s < 63.0 + HEART_HELD_S])
    late = [moment.score for moment in silent if moment.at_s > 63.2 + HEART_HELD_S]
    assert {score.reason for score in late} == {NO_HEART}, "a heart that is not heard any more does not go on answering"


def short_alpha() -> Exercise:
    exercise = find_exercise("alpha-rest")
    kept = tuple(
        replace(phase, minutes=0.8 if phase.role is Role.BASELINE else 0.4, least_minutes=0.0)
        for phase in exercise.phases[1:3]
    )
    return replace(exercise, phases=kept, parts=kept)


def test_a_session_with_a_band_alone_is_kept_scored_again_to_the_bit_and_can_be_cut(store: Store) -> None:
    made = play(store, "sim:head?rate=128&eyes=closed&seed=2&muscles=0&loose=0&moves=0&lost=4", short_alpha())
    same_again(store, made)
    whole = made.whole
    assert (whole.n_beats, whole.score.kind, whole.eeg and whole.eeg.used) == (0, "alpha", ("O1", "O2"))
    assert whole.eeg is not None
    assert (whole.eeg.lost_percent or 0.0) > 0.0
    assert (whole.score.scored_percent or 0.0) > 50.0
    assert sum(len(event.frame.counts) for event in made.of(EegCame)) == whole.eeg.received_s * 128.0
    assert len(store.eeg_frames(whole.session_id)) == len(made.of(EegCame))
    cut = exclude(store, whole.session_id, 43.0, 55.0, "phone", "2026-11-26T12:00:00+00:00")
    before = whole.as_json()
    assert cut["score"] != before["score"]
    assert cut["phases"][0]["eeg"] != before["phases"][0]["eeg"], "it begins five seconds sooner"


def test_while_the_band_is_away_that_is_time_in_which_nothing_was_told(store: Store) -> None:
    uri = "sim:head?rate=128&eyes=closed&seed=2&muscles=0&blinks=0&loose=0&moves=0&lost=0&every_s=61&for_s=60"
    made = play(store, uri, short_alpha())
    same_again(store, made)
    whole = made.whole
    assert whole.eeg is not None
    assert whole.eeg.lost_percent == pytest.approx(100.0 * (1.0 - whole.eeg.received_s / whole.duration_s), abs=0.5)
    away_s = whole.duration_s - 61.0
    assert away_s > 5.0
    for name in whole.eeg.electrodes:
        assert whole.eeg.left_out_s[name]["samples missing"] == pytest.approx(away_s, abs=1.0)
    practice = whole.phases[-1]
    heard_percent = 100.0 * (61.0 - practice.start_s) / practice.duration_s
    assert practice.eeg is not None
    assert practice.eeg.kept_percent <= heard_percent
    assert whole.score.scored_percent is not None
    assert whole.score.scored_percent <= heard_percent


def test_of_an_exercise_that_answers_to_head_and_heart_in_turn_the_score_is_of_the_first_alone(store: Store) -> None:
    exercise = short_alpha()
    heart = replace(exercise.phases[1], name="heart", feedback=Feedback.CALM)
    both = replace(exercise, phases=(*exercise.phases, heart), parts=(*exercise.parts, heart))
    whole = play(store, "sim:head?rate=128&eyes=closed&seed=2&muscles=0&loose=0&moves=0&lost=0", both).whole
    assert whole.score.kind == "alpha"
    assert (whole.score.scored_percent or 0.0) > 80.0
