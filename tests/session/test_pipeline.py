"""From packets to scores: when feedback is given, and when it waits."""

from dataclasses import replace
from math import pi, sin

import pytest

from biofeedback.analysis.figures.indices import LiveIndices
from biofeedback.session.events import Quality
from biofeedback.session.head.brain import Brain
from biofeedback.session.judging import judged_beats
from biofeedback.session.lived import Lived, LivedPhase
from biofeedback.session.pipeline import Judged, Pipeline
from biofeedback.session.scoring import GATHERING, NO_FEEDBACK, PAUSED, Scorer
from devices.samples import Contact, Packet, PacketFormat
from protocols.feedback import Score
from protocols.phases import Feedback, Role
from tests.session.stage import sample

BASELINE = LivedPhase(0.0, Role.BASELINE, Feedback.NONE, paced=False)
PRACTICE = LivedPhase(180.0, Role.PRACTICE, Feedback.SMOOTHNESS, paced=True)


def practising(smoothness: float = 0.4) -> Scorer:
    """A scorer at the beginning of practice, after a baseline of three minutes."""
    scorer = Scorer()
    scorer.lived.begin(BASELINE)
    for at_s in range(180):
        scorer.score(LiveIndices(float(at_s), smoothness=smoothness))
    scorer.lived.begin(PRACTICE)
    return scorer


def test_the_score_waits_until_the_window_holds_nothing_but_practice() -> None:
    scorer = practising()
    reasons = {at_s: scorer.score(LiveIndices(at_s, smoothness=0.7)).reason for at_s in (180.0, 243.9, 244.0)}
    assert list(reasons.values()) == [GATHERING, GATHERING, ""]


def test_the_score_is_held_against_the_persons_own_baseline() -> None:
    scorer = practising(0.4)
    score = scorer.score(LiveIndices(260.0, smoothness=0.61))
    assert (score.value, score.goal, score.rewarded) == (0.61, pytest.approx(0.6), True)
    assert not scorer.score(LiveIndices(261.0, smoothness=0.59)).rewarded


def test_what_came_before_the_window_was_whole_is_no_baseline() -> None:
    scorer = Scorer()
    scorer.lived.begin(BASELINE)
    for at_s in range(60):
        scorer.score(LiveIndices(float(at_s), smoothness=0.4))
    scorer.lived.begin(replace(PRACTICE, start_s=60.0))
    score = scorer.score(LiveIndices(130.0, smoothness=0.9))
    assert (score.value, score.goal) == (0.9, pytest.approx(0.53)), (
        "the mark of chance, not that of an incomplete window"
    )


def test_a_withheld_figure_withholds_the_score_with_its_reason() -> None:
    score = practising().score(LiveIndices(260.0, smoothness=None, withheld="too unclear"))
    assert (score.value, score.reason) == (None, "too unclear")


def test_where_nothing_is_to_be_reached_nothing_is_scored() -> None:
    scorer = Scorer()
    scorer.lived.begin(BASELINE)
    assert scorer.score(LiveIndices(100.0, smoothness=0.9)).reason == NO_FEEDBACK


def test_every_pause_is_a_pause_also_after_later_ones() -> None:
    scorer = practising()
    for begin_s, end_s in ((260.0, 270.0), (300.0, 310.0)):
        scorer.lived.pause(begin_s)
        scorer.lived.resume(end_s)
    at = {at_s: scorer.score(LiveIndices(at_s, smoothness=0.7)).reason for at_s in (259.0, 265.0, 305.0, 320.0, 375.0)}
    assert list(at.values()) == ["", PAUSED, PAUSED, GATHERING, ""]


def test_free_phases_in_a_row_are_one_stretch_of_free_breathing() -> None:
    scorer = Scorer()
    scorer.lived.begin(LivedPhase(0.0, Role.SETTLE, Feedback.NONE, paced=False))
    scorer.lived.begin(LivedPhase(60.0, Role.PRACTICE, Feedback.SMOOTHNESS, paced=False))
    assert scorer.score(LiveIndices(65.0, smoothness=0.5)).value == 0.5


def test_the_quality_follows_the_signal() -> None:
    pipeline = Pipeline()
    seen = [pipeline.quality]
    for i in range(1, 60):
        pipeline.take(float(i), sample(float(i), 1000.0 + i % 2))
    seen.append(pipeline.quality)
    pipeline.take(60.0, sample(60.0, contact=Contact.LOST))
    seen.append(pipeline.quality)
    pipeline.take(61.0, sample(61.0, 1000.0))
    seen.append(pipeline.quality)
    pipeline.lose_link()
    seen.append(pipeline.quality)
    assert seen == [Quality.WAITING, Quality.GOOD, Quality.NO_CONTACT, Quality.GOOD, Quality.LOST]


def test_malformed_packets_of_a_recording_are_passed_over() -> None:
    form = PacketFormat.HEART_RATE_MEASUREMENT
    packets = [Packet(float(i), form, bytes.fromhex("10480004") if i % 5 else b"\x10") for i in range(1, 41)]
    beats = judged_beats(packets)
    assert len(beats) == 32


def test_no_window_reaches_into_a_stretch_that_is_left_out() -> None:
    rr_ms = [round(900.0 + 60.0 * sin(0.1 * 0.9 * 2.0 * pi * i)) for i in range(400)]
    other = [*rr_ms[:170], *reversed(rr_ms[170:190]), *rr_ms[190:]]

    def told(intervals: list[int], *excluded: tuple[float, float]) -> list[Judged]:
        pipeline, at_s = Pipeline(excluded=excluded), 0.0
        judged: list[Judged] = []
        for start_s, role, feedback in ((0.0, Role.BASELINE, Feedback.NONE), (100.0, Role.PRACTICE, Feedback.CALM)):
            pipeline.scorer.lived.begin(LivedPhase(start_s, role, feedback, paced=False))
        for each_ms in intervals:
            at_s += each_ms / 1000.0
            judged += pipeline.take(at_s, sample(at_s, each_ms)).judged
        return judged

    assert told(rr_ms) != told(other)
    left_out = (140.0, 185.0)
    assert told(rr_ms, left_out) == told(other, left_out)
    within = [each.beat for each in told(rr_ms) if 140.0 < each.beat.time_s < 185.0]
    assert not {each.beat.ordinal for each in told(rr_ms, left_out)} & {beat.ordinal for beat in within}


class Listening(Brain):
    """Keeps when the heart told it something."""

    def __init__(self) -> None:
        super().__init__(Lived())
        self.told_s: list[float] = []

    def beat(self, arrived_s: float, score: Score) -> None:
        self.told_s.append(arrived_s)


def test_packets_without_a_new_beat_do_not_make_the_hearts_last_answer_new() -> None:
    pipeline = Pipeline()
    pipeline.brain = brain = Listening()
    for at_s in range(1, 20):
        pipeline.take(float(at_s), sample(float(at_s), 1000.0))
    for at_s in range(20, 40):
        pipeline.take(float(at_s), sample(float(at_s), contact=Contact.LOST))
    assert 15.0 < brain.told_s[-1] < 23.0
