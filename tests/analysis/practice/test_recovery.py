"""How the heart rises and comes back, and when a rest is steady."""

import math
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from biofeedback.analysis.beats.beat import Beat, Verdict
from biofeedback.analysis.practice import recovery
from biofeedback.analysis.practice.recovery import (
    Recovering,
    Recovery,
    Resting,
    Span,
    Steady,
    recovery_of,
)
from tests.analysis.hearts import Floats, as_beats, beats_of, judged
from tests.recordings import recording

BASELINE, CHALLENGE, REST = Span(0, 180), Span(180, 300), Span(300, 600)
RESTING = Resting(60.0, 2.0, 0.0, 120.0, 1.0)


def kept(rate_bpm: Callable[[Floats], Floats], duration_s: float) -> list[Beat]:
    beats_s = beats_of(rate_bpm, duration_s)
    waiting = as_beats(1000 * np.diff(beats_s), from_s=float(beats_s[0]))
    return [replace(beat, verdict=Verdict.KEPT, nn_ms=beat.rr_ms) for beat in waiting]


def challenged(rise_bpm: float, back_s: float, noise_bpm: float = 0.0) -> Callable[[Floats], Floats]:
    """A heart at 60 with a breath of 2 up and down that rises at once and comes back with a time constant."""

    def rate_bpm(at_s: Floats) -> Floats:
        rising = (at_s >= CHALLENGE.from_s) & (at_s < CHALLENGE.to_s)
        falling = np.exp(-np.maximum(0, at_s - CHALLENGE.to_s) / back_s) * (at_s >= CHALLENGE.to_s)
        breath = 2 * np.sin(2 * math.pi * at_s / 5) + noise_bpm * np.sin(2 * math.pi * at_s / 37)
        return np.asarray(60 + breath + rise_bpm * (rising + falling))

    return rate_bpm


def found(beats: Sequence[Beat], moving: Sequence[Span] = ()) -> Recovery:
    return recovery_of(beats, BASELINE, CHALLENGE, REST, moving)


@pytest.mark.parametrize("rise_bpm", [10, 40])
@pytest.mark.parametrize("back_s", [20, 60])
def test_the_figures_of_a_known_course(rise_bpm: float, back_s: float) -> None:
    of = found(kept(challenged(rise_bpm, back_s), 600))
    assert of.resting is not None
    assert of.resting.steady
    assert of.resting.mean_bpm == pytest.approx(60, abs=0.1)
    assert of.resting.sd_bpm == 2.0  # the breath has 1.4, and no rest is taken to be steadier than 2
    assert of.peak_bpm == pytest.approx(60 + rise_bpm, abs=1.5)
    assert of.reactivity_bpm == pytest.approx(rise_bpm, abs=0.3)
    assert of.percent == pytest.approx(100, abs=15)
    # followed with 10 s and a median of five beats, the heart is seen to come back up to some 20 s late
    true_s = back_s * math.log(rise_bpm / 2)
    assert of.time_s is not None
    assert true_s - 3 < of.time_s < true_s + 25
    assert of.after_60_s_bpm == pytest.approx(rise_bpm * (1 - math.exp(-48 / back_s)), abs=2)
    assert of.fall_bpm_per_min is not None
    assert of.fall_bpm_per_min < -0.5 * rise_bpm
    assert of.recovery_rmssd_ms is not None
    assert not of.withheld


def test_a_heart_that_stays_up_has_not_come_back() -> None:
    of = found(kept(challenged(20, 3000), 600))
    assert of.time_s is None
    assert of.withheld["time_s"] == recovery.NOT_BACK
    assert of.percent == pytest.approx(8, abs=5)


def test_without_a_reaction_there_is_no_percent() -> None:
    of = found(kept(challenged(2.0, 30), 600))
    assert of.time_s is not None
    assert of.percent is None
    assert of.withheld["percent"] == recovery.HARDLY_ROSE


def test_a_short_rest_has_no_heart_rate_at_60_s() -> None:
    beats = kept(challenged(20, 30), 345)
    of = recovery_of(beats, BASELINE, CHALLENGE, Span(300, 345))
    assert of.after_60_s_bpm is None
    assert of.withheld["after_60_s_bpm"] == recovery.TOO_SHORT
    assert of.peak_bpm is not None


def test_without_a_baseline_only_what_needs_none_is_told() -> None:
    beats = [beat for beat in kept(challenged(20, 30), 600) if beat.time_s > 150]
    of = found(beats)
    assert of.resting is None
    assert of.time_s is of.reactivity_bpm is of.percent is None
    assert {of.withheld[name] for name in ("time_s", "reactivity_bpm", "percent")} == {recovery.NO_BASELINE}
    assert of.peak_bpm is not None
    assert of.after_60_s_bpm is not None


def test_nothing_is_found_in_no_beats() -> None:
    of = found([])
    assert of == Recovery(withheld=of.withheld)
    assert len(of.withheld) == 10


def test_rmssd_is_not_told_of_movement_nor_of_the_minute_after_it() -> None:
    rr_ms = np.full(1100, 600.0) + np.tile([0.0, 10.0], 550)
    rr_ms[306:690] += np.tile([25.0, -25.0], 192)  # shaken while moving (180 s) and for a minute after it
    beats = [replace(beat, verdict=Verdict.KEPT) for beat in as_beats(rr_ms)]
    of = recovery_of(beats, BASELINE, Span(185, 360), Span(360, 660), moving=[Span(185, 360)])
    assert of.challenge_rmssd_ms is None
    assert of.withheld["challenge_rmssd_ms"] == recovery.MOVED
    assert of.recovery_rmssd_ms == pytest.approx(10)
    assert of.baseline_rmssd_ms == pytest.approx(10)
    seated = recovery_of(beats, BASELINE, Span(185, 360), Span(360, 660))
    assert seated.challenge_rmssd_ms == pytest.approx(40, rel=0.05)


def test_spans_out_of_order_are_refused() -> None:
    with pytest.raises(ValueError, match="one after the other"):
        recovery_of([], CHALLENGE, BASELINE, REST)


@given(st.sets(st.integers(190, 550), max_size=12), st.sampled_from([0.5, 2.0]))
@settings(max_examples=20, deadline=None)
def test_single_wrong_beats_move_nothing(at: set[int], factor: float) -> None:
    apart = [i for i in sorted(at) if not any(j in at for j in range(i - 5, i))]
    beats = kept(challenged(20, 45), 600)
    clean = found(beats)
    for i in apart:
        beats[i] = replace(beats[i], rr_ms=beats[i].rr_ms * factor)
    spoilt = found(beats)
    for name in ("peak_bpm", "time_s"):
        assert getattr(spoilt, name) == pytest.approx(getattr(clean, name), abs=8 if name == "time_s" else 1)


def test_live_and_afterwards_are_the_same() -> None:
    rng = np.random.default_rng(1)
    beats_s = beats_of(challenged(15, 40, noise_bpm=1), 600)
    beats = judged(as_beats(1000 * np.diff(beats_s) + rng.normal(0, 15, len(beats_s) - 1), from_s=float(beats_s[0])))
    of = found(beats)
    steady = Steady(BASELINE.from_s)
    live: Recovering | None = None
    ended = False
    first_s: float | None = None
    for beat in beats:
        if beat.time_s <= BASELINE.to_s:
            steady.push(beat)
            continue
        if live is None:
            live = Recovering(steady.resting, CHALLENGE.from_s)
        if beat.time_s > CHALLENGE.to_s and not ended:
            live.end(CHALLENGE.to_s)
            ended = True
        live.push(beat)
        if live.recovered and first_s is None:
            first_s = beat.time_s
    assert live is not None
    assert (live.peak_bpm, live.time_s) == (of.peak_bpm, of.time_s)
    assert steady.resting == of.resting
    assert of.time_s is not None
    assert first_s == pytest.approx(CHALLENGE.to_s + of.time_s + recovery.HOLDS_S, abs=1.5)


def test_a_hole_begins_the_thirty_seconds_anew() -> None:
    beats = kept(lambda at_s: np.full_like(at_s, 60.0), 200)
    whole, holed = Recovering(RESTING, 0), Recovering(RESTING, 0)
    for beat in beats:
        if beat.time_s > 100:
            whole.end(100)
            holed.end(100)
        whole.push(beat)
        if not 110 < beat.time_s < 118:
            holed.push(beat)
    assert whole.time_s == 0
    assert holed.time_s == pytest.approx(22, abs=1.5)


def test_no_rest_is_recovered_from_without_a_limit() -> None:
    following = Recovering(None, 0)
    following.end(0)
    for beat in kept(lambda at_s: np.full_like(at_s, 60.0), 100):
        following.push(beat)
    assert not following.recovered
    assert following.peak_bpm == pytest.approx(60)


def steady_at(rate_bpm: Callable[[Floats], Floats], lost: Callable[[float], bool] = lambda _: False) -> float | None:
    """When a rest is found to be steady."""
    steady = Steady(0)
    for beat in kept(rate_bpm, 360):
        steady.push(replace(beat, verdict=Verdict.LONG) if lost(beat.time_s) else beat)
        if steady.steady:
            return beat.time_s
    return None


def test_a_quiet_rest_is_steady_after_three_minutes() -> None:
    assert steady_at(lambda at_s: 60 + 3 * np.sin(2 * math.pi * at_s / 4)) == pytest.approx(175, abs=2)


def test_what_happens_in_the_first_minute_does_not_count() -> None:
    assert steady_at(lambda at_s: 60 + 30.0 * (at_s < 58)) == pytest.approx(175, abs=2)


def test_a_heart_that_keeps_falling_is_not_steady() -> None:
    assert steady_at(lambda at_s: 90 - 2.5 * at_s / 60) is None
    assert steady_at(lambda at_s: 90 - 1.5 * at_s / 60) == pytest.approx(175, abs=2)


def test_a_heart_that_settles_is_steady_later() -> None:
    at_s = steady_at(lambda at_s: 60 + 30 * np.exp(-at_s / 50))
    assert at_s is not None
    assert 190 < at_s < 300


def test_a_rest_with_too_many_unclear_beats_is_not_steady() -> None:
    assert steady_at(lambda at_s: np.full_like(at_s, 60.0), lambda at_s: int(at_s) % 5 == 0) is None
    assert steady_at(lambda at_s: np.full_like(at_s, 60.0), lambda at_s: int(at_s) % 10 == 0) is not None


def at_rest_and_at_sums(n: int) -> tuple[list[Beat], float]:
    """Two minutes of rest and two of mental arithmetic of a real person as one session, and where they meet."""
    samples = [np.loadtxt(recording(f"gudb/s{n:02}_{what}_cs.tsv")) for what in ("sitting", "maths")]
    rest, sums = (judged(as_beats(np.diff(at) * 4.0)) for at in samples)
    end_s = rest[-1].time_s
    return rest + [
        replace(beat, time_s=beat.time_s + end_s, segment=1, ordinal=beat.ordinal + len(rest)) for beat in sums
    ], end_s


def test_most_real_hearts_rise_in_mental_arithmetic() -> None:
    rises = []
    for n in range(12):
        beats, meet_s = at_rest_and_at_sums(n)
        end_s = beats[-1].time_s
        of = recovery_of(beats, Span(0, meet_s), Span(meet_s, end_s), Span(end_s, end_s))
        assert of.percent is of.time_s is of.after_60_s_bpm is None
        if of.reactivity_bpm is not None:
            rises.append(of.reactivity_bpm)
    assert len(rises) >= 10
    assert np.median(rises) > 3
