"""Beats on one time axis: late, bunched and lost packets, and gaps."""

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from biofeedback.analysis.beats.axis import BeatAxis
from biofeedback.analysis.beats.beat import Beat, Verdict
from tests.analysis.hearts import Floats, beats_of

Packets = list[tuple[float, tuple[float, ...]]]


def heart(hr_bpm: float, duration_s: float, rng: np.random.Generator, spread_bpm: float = 4.0) -> Floats:
    """A heart that swings with the breath and wanders."""
    phases = rng.uniform(0, 2 * math.pi, 3)
    return beats_of(
        lambda t: (
            hr_bpm
            + spread_bpm * np.sin(2 * math.pi * 0.1 * t + phases[0])
            + spread_bpm / 2 * np.sin(2 * math.pi * 0.023 * t + phases[1])
        ),
        duration_s,
    )


def packets_of(
    beats: Floats, rng: np.random.Generator, stalls: float = 0.0, lost: set[int] | None = None, skew: float = 0.0
) -> Packets:
    """What a strap notifies: once a second, 30 ms late and an exponential 60 ms more, in order; some beats are lost."""
    packets: Packets = []
    arrived_s, n = 0.0, 1
    for tick_s in np.arange(beats[0] + 1.0, beats[-1] + 1.0, 1.0):
        rr = []
        while n < len(beats) and beats[n] <= tick_s:
            if n not in (lost or ()):
                rr.append(round((beats[n] - beats[n - 1]) * (1 + skew) * 1024) * 1000 / 1024)
            n += 1
        arrived_s = max(
            arrived_s, tick_s + 0.03 + rng.exponential(0.06) + (rng.exponential(0.8) if rng.random() < stalls else 0)
        )
        if rr:
            packets.append((float(arrived_s), tuple(rr)))
    return packets


def placed(packets: Packets) -> list[Beat]:
    axis = BeatAxis()
    return [beat for arrival_s, rr in packets for beat in axis.place(arrival_s, rr)] + axis.flush()


def errors_s(beats: list[Beat], truth: Floats, after_s: float = 60.0) -> Floats:
    return np.array([b.time_s - truth[b.ordinal + 1] for b in beats if truth[b.ordinal + 1] > after_s])


@pytest.mark.parametrize("hr_bpm", [50, 57, 63, 71, 80, 90])
@pytest.mark.parametrize("skew", [0.0, 1e-4, -1e-4])
def test_beats_are_placed_to_30_ms_though_their_packets_come_up_to_a_second_late(hr_bpm: float, skew: float) -> None:
    rng = np.random.default_rng(hr_bpm)
    truth = heart(hr_bpm, 900, rng)
    beats = placed(packets_of(truth, rng, skew=skew))
    errors = errors_s(beats, truth)
    assert len(errors) > 600
    assert errors.std() <= 0.030
    assert 0.03 < errors.mean() < 0.12, "the least delay of the link stays"
    assert {beat.segment for beat in beats} == {0}


@pytest.mark.parametrize("hr_bpm", [50, 60, 66, 75, 90])
def test_there_are_no_false_gaps_in_an_hour(hr_bpm: float) -> None:
    rng = np.random.default_rng(3)
    beats = placed(packets_of(heart(hr_bpm, 3600, rng), rng))
    assert beats[-1].segment == 0


@pytest.mark.parametrize("hr_bpm", [55, 66, 80])
def test_packets_that_stall_make_at_most_three_false_gaps_an_hour(hr_bpm: float) -> None:
    rng = np.random.default_rng(4)
    beats = placed(packets_of(heart(hr_bpm, 3600, rng), rng, stalls=0.02))
    assert beats[-1].segment <= 3


def test_a_heart_in_step_with_the_notifications_makes_no_gap() -> None:
    rng = np.random.default_rng(5)
    truth = beats_of(lambda t: np.full(len(t), 60.0), 1800)
    assert placed(packets_of(truth, rng))[-1].segment == 0


@pytest.mark.parametrize("n_lost", [2, 3, 5, 9])
@pytest.mark.parametrize("hr_bpm", [52, 66, 84])
def test_lost_beats_are_found_within_5_s_and_what_follows_is_a_new_segment(hr_bpm: float, n_lost: int) -> None:
    found = 0
    for seed in range(8):
        rng = np.random.default_rng(seed)
        truth = heart(hr_bpm, 160, rng)
        first = int(np.searchsorted(truth, 100.0))
        axis, seen_s = BeatAxis(), None
        for arrival_s, rr in packets_of(truth, rng, lost=set(range(first, first + n_lost))):
            beats = axis.place(arrival_s, rr)
            if seen_s is None and any(beat.segment == 1 for beat in beats):
                seen_s = arrival_s
        assert axis.segment <= 1
        found += seen_s is not None and seen_s - truth[first + n_lost] <= 5.0
    assert found == 8


def test_after_lost_beats_the_times_are_right_again() -> None:
    rng = np.random.default_rng(7)
    truth = heart(66, 300, rng)
    first = int(np.searchsorted(truth, 100.0))
    beats = placed(packets_of(truth, rng, lost=set(range(first, first + 6))))
    later = [b for b in beats if b.segment == 1]
    errors = np.array([b.time_s - truth[b.ordinal + 7] for b in later])[60:]
    assert abs(errors.mean() - 0.07) < 0.4
    assert errors.std() <= 0.03


@pytest.mark.parametrize("silence_s", [2.0, 5.0, 12.0])
def test_a_burst_after_a_silence_neither_bends_the_axis_nor_makes_a_gap(silence_s: float) -> None:
    rng = np.random.default_rng(8)
    truth = heart(66, 300, rng)
    usual = packets_of(truth, rng)
    bunched = [
        (max(at, 150 + silence_s + 0.01 * (at - 150)) if 150 < at < 150 + silence_s else at, rr) for at, rr in usual
    ]
    beats, expected = placed(bunched), placed(usual)
    assert {beat.segment for beat in beats} == {0}
    assert max(abs(a.time_s - b.time_s) for a, b in zip(beats, expected, strict=True)) < 0.02


def test_a_broken_link_begins_a_new_segment_at_the_time_of_its_arrival() -> None:
    axis = BeatAxis()
    before = [beat for i in range(10) for beat in axis.place(1.0 + i, (1000.0,))]
    axis.broken()
    (after,) = axis.place(31.0, (1000.0,))
    assert (before[-1].segment, after.segment) == (0, 1)
    assert after.time_s == pytest.approx(31.0)
    assert after.ordinal == before[-1].ordinal + 1


def test_a_link_that_breaks_again_and_again_begins_one_segment_each_time() -> None:
    axis = BeatAxis()
    segments = []
    for i in range(5):
        axis.broken()
        axis.broken()
        segments += [beat.segment for beat in axis.place(10.0 * i + 1, (900.0, 900.0))]
    assert segments == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]


def test_intervals_told_again_after_a_lost_link_are_left_out() -> None:
    rng = np.random.default_rng(9)
    rr_ms = [float(rr) for rr in rng.integers(850, 950, 20)]
    axis = BeatAxis()
    for i, interval_ms in enumerate(rr_ms):
        axis.place(sum(rr_ms[: i + 1]) / 1000, (interval_ms,))
    axis.broken()
    after = axis.place(30.0, (*rr_ms[-4:], 905.0, 899.0))
    assert [beat.rr_ms for beat in after] == [905.0, 899.0]
    assert [beat.ordinal for beat in after] == [20, 21]
    assert after[-1].time_s == pytest.approx(30.0)
    assert axis.n_repeated == 4
    assert [beat.rr_ms for beat in axis.place(31.8, (902.0, 899.0))] == [902.0, 899.0]


def test_a_packet_told_twice_is_left_out_though_no_link_was_lost() -> None:
    axis, rr_ms = BeatAxis(), (900.0, 910.0, 880.0)
    axis.place(2.69, rr_ms)
    assert axis.place(2.75, rr_ms) == []
    assert axis.place(2.8, (*rr_ms, 905.0))[0].rr_ms == 905.0
    assert axis.n_repeated == 6


def test_beats_that_happen_to_be_like_the_ones_before_them_stay() -> None:
    axis, rr_ms = BeatAxis(), (900.0, 910.0, 880.0)
    axis.place(2.69, rr_ms)
    assert len(axis.place(5.4, rr_ms)) == 3, "time has passed for them"
    axis.broken()
    assert len(axis.place(20.0, (880.0, 905.0, 890.0))) == 3, "one is no evidence"


def test_the_last_beat_alone_told_again_after_a_moment_without_a_link_counts_once() -> None:
    axis = BeatAxis()
    axis.place(2.69, (900.0, 910.0, 880.0))
    axis.broken()
    assert [beat.rr_ms for beat in axis.place(6.0, (880.0, 905.0, 890.0))] == [905.0, 890.0]
    assert axis.n_repeated == 1


def test_a_packet_far_ahead_of_time_holds_no_beats_to_count() -> None:
    axis, beats = BeatAxis(), []
    for at_s in range(1, 31):
        beats += axis.place(float(at_s), (1000.0 + at_s % 7,))
    beats += axis.place(30.5, tuple(700.0 + i for i in range(20)))
    assert [beat.verdict for beat in beats[-20:]] == [Verdict.CROWDED] * 20
    steady = BeatAxis()
    steady.place(2.7, (900.0,) * 3)
    steady.broken()
    assert len(steady.place(12.7, (900.0,) * 3)) == 3, "nor are intervals that are all the same"
    assert axis.n_repeated == steady.n_repeated == 0


@pytest.mark.parametrize("hr_bpm", [50, 57, 63, 75, 90])
def test_a_free_heart_shows_where_its_beats_lie(hr_bpm: float) -> None:
    rng = np.random.default_rng(10)
    axis = BeatAxis()
    assert axis.phase_uncertain
    for arrival_s, rr in packets_of(heart(hr_bpm, 300, rng), rng, stalls=0.02):
        axis.place(arrival_s, rr)
    assert not axis.phase_uncertain


def test_a_heart_in_step_with_its_packets_does_not_show_where_its_beats_lie() -> None:
    rng = np.random.default_rng(11)
    truth = np.arange(0.0, 1800.0, 1.0)
    truth[1:] += 0.4 + rng.normal(0, 0.002, len(truth) - 1)
    axis, rr_in, rr_out = BeatAxis(), [], []
    for arrival_s, rr in packets_of(truth, rng, stalls=0.02):
        rr_in += rr
        rr_out += [beat.rr_ms for beat in axis.place(arrival_s, rr)]
        assert axis.phase_uncertain
    assert rr_out + [beat.rr_ms for beat in axis.flush()] == rr_in


def test_a_link_that_comes_up_anew_must_show_it_again() -> None:
    rng = np.random.default_rng(12)
    axis = BeatAxis()
    packets = packets_of(heart(70, 400, rng), rng)
    for arrival_s, rr in packets[:300]:
        axis.place(arrival_s, rr)
    axis.broken()
    axis.place(*packets[310])
    assert axis.phase_uncertain


events = st.lists(
    st.one_of(
        st.just("broken"),
        st.tuples(st.floats(0, 6), st.lists(st.floats(0, 3000), min_size=1, max_size=5).map(tuple)),
    ),
    max_size=60,
)


@given(events)
def test_every_interval_comes_out_once_or_is_counted_as_told_before_and_time_only_goes_forward(history: list) -> None:
    axis, arrival_s, beats, given_ms = BeatAxis(), 0.0, [], []
    for event in history:
        if event == "broken":
            axis.broken()
            continue
        wait_s, rr_ms = event
        arrival_s += wait_s
        given_ms += rr_ms
        beats += axis.place(arrival_s, rr_ms)
    beats += axis.flush()
    given = iter(given_ms)
    assert all(beat.rr_ms in given for beat in beats), "in order, as they were given"
    assert len(beats) + axis.n_repeated == len(given_ms)
    assert [beat.ordinal for beat in beats] == list(range(len(beats)))
    assert all(b.time_s > a.time_s for a, b in pairwise(beats))
    assert all(b.segment >= a.segment for a, b in pairwise(beats))
    assert axis.flush() == []


def test_beats_of_a_strap_that_sends_zeros_are_placed_one_after_the_other() -> None:
    beats = placed([(float(second), (0.0, 0.0)) for second in range(30)])
    assert [beat.ordinal for beat in beats] == list(range(60))
    assert all(before.time_s < after.time_s for before, after in pairwise(beats))
