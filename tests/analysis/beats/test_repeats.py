"""What a strap told before is left out; what is new stays, however late and bunched it comes."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from biofeedback.analysis.beats.axis import BeatAxis
from biofeedback.analysis.beats.beat import Beat, Verdict

Packets = list[tuple[float, tuple[float, ...]]]


def strap(n_beats: int = 200, seed: int = 0) -> Packets:
    """A heart of 68 a minute told once a second."""
    rng = np.random.default_rng(seed)
    rr_ms, at_s = [], 0.0
    for _ in range(n_beats):
        rr_ms.append(round(882 + 40 * np.sin(0.6 * at_s) + rng.normal(0, 12)) * 1000 / 1024)
        at_s += rr_ms[-1] / 1000
    ends_s = np.cumsum(rr_ms) / 1000
    ticks_s = np.arange(1.0, ends_s[-1] + 1.0)
    told = [(t, tuple(rr for rr, end_s in zip(rr_ms, ends_s, strict=True) if t - 1 < end_s <= t)) for t in ticks_s]
    return [(t + 0.03 + rng.exponential(0.02), rr) for t, rr in told if rr]


def placed(packets: Packets, broken_before: int | None = None) -> tuple[list[Beat], int]:
    axis, beats = BeatAxis(), []
    for i, (arrival_s, rr_ms) in enumerate(packets):
        if i == broken_before:
            axis.broken()
        beats += axis.place(arrival_s, rr_ms)
    return beats + axis.flush(), axis.n_repeated


def intervals(packets: Packets) -> list[float]:
    return [rr_ms for _, told in packets for rr_ms in told]


@pytest.mark.parametrize("n_times", [2, 3])
@pytest.mark.parametrize("delay_s", [0.0, 0.004])
def test_every_notification_more_than_once_is_counted_once(n_times: int, delay_s: float) -> None:
    once = strap()
    beats, n_repeated = placed([(at_s + i * delay_s, rr) for at_s, rr in once for i in range(n_times)])
    assert len(beats) == pytest.approx(len(intervals(once)), abs=2)
    assert n_repeated + len(beats) == n_times * len(intervals(once))
    assert beats[-1].time_s == pytest.approx(placed(once)[0][-1].time_s, abs=1.0)


@pytest.mark.parametrize("again", [2, 3, 5, 9])
@pytest.mark.parametrize("form", ["with the new ones", "apart", "one by one"])
@pytest.mark.parametrize("link_told", [True, False])
def test_history_after_a_lost_link_is_left_out(again: int, form: str, link_told: bool) -> None:
    before, after = strap()[:80], strap()[100:]
    history, (at_s, first) = tuple(intervals(before)[-again:]), after[0]
    if form == "with the new ones":
        replayed = [(at_s, history + first)]
    elif form == "apart":
        replayed = [(at_s - 0.2, history), (at_s, first)]
    else:
        replayed = [*((at_s - 0.2 + 0.01 * i, (rr_ms,)) for i, rr_ms in enumerate(history)), (at_s, first)]
    beats, n_repeated = placed(before + replayed + after[1:], len(before) if link_told else None)
    assert n_repeated == again
    assert [beat.rr_ms for beat in beats] == intervals(before) + intervals(after)


@pytest.mark.parametrize("every_s", [0.25, 1.0])
def test_a_last_packet_again_and_again_is_told_once(every_s: float) -> None:
    before = strap()[:80]
    stuck = [(before[-1][0] + every_s * i, (850.0, 871.0)) for i in range(1, 60)]
    beats, n_repeated = placed(before + stuck)
    assert len(beats) <= len(intervals(before)) + 4
    assert n_repeated >= 2 * len(stuck) - 4


@pytest.mark.parametrize("silence_s", [2.0, 5.0, 20.0])
@pytest.mark.parametrize("from_s", [0.0, 60.0])
def test_late_beats_that_come_bunched_and_in_order_all_stay(silence_s: float, from_s: float) -> None:
    bunched = [(max(at_s, from_s + silence_s) if at_s > from_s else at_s, rr) for at_s, rr in strap()]
    beats, n_repeated = placed(bunched)
    assert n_repeated == 0
    assert [beat.rr_ms for beat in beats] == intervals(bunched)
    assert {beat.verdict for beat in beats} == {Verdict.PENDING}


def test_a_first_packet_of_several_beats_stays() -> None:
    usual = strap()
    gathered = [(usual[6][0], tuple(intervals(usual[:7]))), *usual[7:]]
    beats, n_repeated = placed(gathered)
    assert (len(beats), n_repeated) == (len(intervals(usual)), 0)
    assert {beat.verdict for beat in beats} == {Verdict.PENDING}


def test_beats_that_are_too_many_for_their_time_are_told_so_until_there_is_room_again() -> None:
    rng = np.random.default_rng(1)
    usual = strap(600)
    more = [(at_s, (*rr, *(float(rr_ms) for rr_ms in rng.normal(880, 30, len(rr))))) for at_s, rr in usual[60:120]]
    beats, _ = placed(usual[:60] + more + usual[120:])
    crowded_s = [beat.time_s for beat in beats if beat.verdict is Verdict.CROWDED]
    assert 60 < crowded_s[0] < 70
    assert sum(beat.verdict is Verdict.CROWDED for beat in beats) > 0.8 * len(intervals(more))
    assert beats[-1].verdict is Verdict.PENDING


@given(st.lists(st.tuples(st.floats(0, 3), st.sampled_from([850.0, 860.0, 870.0, 2500.0, 60000.0])), max_size=80))
def test_time_only_goes_forward_and_never_runs_away_from_the_arrivals(told: list[tuple[float, float]]) -> None:
    axis, arrival_s, beats = BeatAxis(), 1.0, []
    for wait_s, rr_ms in told:
        arrival_s += wait_s
        beats += axis.place(arrival_s, (rr_ms,))
    beats += axis.flush()
    assert len(beats) + axis.n_repeated == len(told)
    assert all(b.time_s > a.time_s for a, b in pairwise(beats))
    assert all(beat.time_s <= arrival_s + 0.001 * len(told) + 2.0 for beat in beats)


def quiet_strap(seed: int) -> Packets:
    """A heart of so little variability that intervals often happen to be equal."""
    rng = np.random.default_rng(seed)
    ends = np.cumsum(rng.normal(rng.uniform(600, 1300), 1.5, 40).round()).astype(int)
    rr_ms, ends_s = np.diff(ends, prepend=0) * 1000 / 1024, ends / 1024
    ticks = range(1, int(ends_s[-1]))
    told = [(t, tuple(rr for rr, end in zip(rr_ms, ends_s, strict=True) if t - 1 < end <= t)) for t in ticks]
    return [(t + 0.03 + rng.exponential(0.02), rr) for t, rr in told if rr]


def test_beats_at_the_beginning_that_happen_to_be_equal_all_stay() -> None:
    for seed in range(60):
        packets = quiet_strap(seed)
        beats, n_repeated = placed(packets)
        assert (len(beats), n_repeated) == (len(intervals(packets)), 0), seed


@given(st.integers(0, 50), st.integers(0, 150), st.integers(1, 60), st.floats(0.0, 0.05))
def test_no_beat_is_counted_twice_whenever_notifications_begin_and_cease_to_come_twice(
    seed: int, begin: int, n_doubled: int, delay_s: float
) -> None:
    once = strap(seed=seed)
    assume(begin + n_doubled < len(once) - 1)
    twice = range(begin, begin + n_doubled)
    told = [(at_s + i * delay_s, rr) for k, (at_s, rr) in enumerate(once) for i in range(2 if k in twice else 1)]
    beats, n_repeated = placed(told)
    assert len(beats) + n_repeated == len(intervals(told))
    assert [beat.rr_ms for beat in beats] == intervals(once)


def test_equal_beats_that_came_late_together_both_stay() -> None:
    usual = strap()
    at_s, rr_ms = usual[80]
    late = [(at_s + 1.9, rr_ms), (at_s + 1.902, rr_ms), *((max(t, at_s + 1.91), rr) for t, rr in usual[82:])]
    beats, n_repeated = placed(usual[:80] + late)
    assert n_repeated == 0
    assert [beat.rr_ms for beat in beats] == intervals(usual[:80] + late)


@pytest.mark.parametrize("after_s", [1.0, 20.0])
def test_a_link_lost_before_a_doubled_packet_is_told_leaves_time_in_order(after_s: float) -> None:
    usual = strap()
    at_s, rr_ms = usual[80]
    packets = [*usual[:80], (at_s, rr_ms), (at_s + 0.002, rr_ms), *((t + after_s, rr) for t, rr in usual[81:])]
    beats, n_repeated = placed(packets, broken_before=82)
    assert len(beats) + n_repeated == len(intervals(packets))
    assert all(b.time_s > a.time_s for a, b in pairwise(beats))
    assert len({beat.segment for beat in beats}) == 2
