"""The swing of heart rate with a breath."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from biofeedback.analysis.breath.breathing import FIRST_BREATHS, FIRST_SE
from biofeedback.analysis.breath.breathing_rate import rate_by_minute
from biofeedback.analysis.breath.reading import BreathingRate
from biofeedback.analysis.breath.swing import (
    Breaths,
    Swing,
    newest_swing,
    own_breaths,
    own_cycles,
    swing,
)
from biofeedback.analysis.signal.uncertainty import around
from biofeedback.bench.breathing import grid
from tests.analysis.hearts import Floats, beats_of, swinging
from tests.recordings import recording


def breaths_of(beats_s: Floats, per_min: float) -> Breaths:
    rr_ms = 1000 * np.diff(beats_s)
    return Breaths(beats_s[1:], rr_ms, (beats_s[1:] - rr_ms / 2000) * per_min / 60)


def noisy(breaths: Breaths, sd_ms: float, seed: int) -> Breaths:
    noise = np.random.default_rng(seed).normal(0, sd_ms, len(breaths.rr_ms))
    return Breaths(breaths.time_s, breaths.rr_ms + noise, breaths.cycles)


def known(found: Swing | None) -> Swing:
    assert found is not None
    return found


@pytest.mark.parametrize("swing_bpm", [3, 10, 30])
@pytest.mark.parametrize("hr_bpm", [50, 66, 90])
@pytest.mark.parametrize(("per_min", "error"), [(4.5, 0.01), (6, 0.01), (7, 0.01), (10, 0.02), (15, 0.04)])
def test_the_swing_of_a_known_breath_is_found(per_min: float, error: float, hr_bpm: float, swing_bpm: float) -> None:
    found = known(swing([breaths_of(beats_of(swinging(hr_bpm, swing_bpm, per_min), 180), per_min)]))
    assert found.bpm == pytest.approx(swing_bpm, rel=error)
    assert found.se_bpm < 0.02 * swing_bpm


@settings(max_examples=20, deadline=None)
@given(st.floats(4.5, 12), st.floats(5, 25), st.integers(0, 2**16))
def test_noise_does_not_add_to_the_swing(per_min: float, sd_ms: float, seed: int) -> None:
    clean = breaths_of(beats_of(swinging(66, 8, per_min), 300), per_min)
    off = known(swing([noisy(clean, sd_ms, seed)])).bpm - 8
    highest_less_lowest = np.mean(
        [
            np.ptp(60000 / noisy(clean, sd_ms, seed).rr_ms[(clean.cycles >= k) & (clean.cycles < k + 1)])
            for k in range(1, int(clean.cycles[-1]))
        ]
    )
    assert abs(off) < 0.14 * sd_ms
    assert abs(off) < max(0.4, highest_less_lowest - 8)


def test_a_heart_that_does_not_answer_swings_by_nothing_within_the_error() -> None:
    still = breaths_of(np.arange(0, 300, 0.9), 6.0)
    assert known(swing([still])).bpm == pytest.approx(0.0, abs=1e-6)
    for seed in range(5):
        found = known(swing([noisy(still, 20, seed)]))
        assert found.bpm <= 1.96 * found.se_bpm + 0.7


def test_a_wave_that_is_not_a_sine_keeps_its_height() -> None:
    def rate_bpm(at_s: Floats) -> Floats:
        turn = 2 * np.pi * at_s / 10
        return np.asarray(66 + 6 * np.cos(turn) + 2 * np.cos(2 * turn + 1) + 0.7 * np.cos(3 * turn))

    true = np.ptp(rate_bpm(np.arange(0, 10, 0.001)))
    assert known(swing([breaths_of(beats_of(rate_bpm, 300), 6.0)])).bpm == pytest.approx(true, rel=0.02)


def test_the_newest_swing_is_that_of_the_last_three_breaths() -> None:
    small, large = (1000 * np.diff(beats_of(swinging(66, height, 6), 120)) for height in (5, 20))
    beats_s = np.concatenate(([0.0], np.cumsum(np.concatenate((small, large))) / 1000))
    breaths = breaths_of(beats_s, 6.0)
    until = breaths.time_s < 155
    found = known(newest_swing(breaths.time_s[until], breaths.rr_ms[until], breaths.cycles[until]))
    assert found.bpm == pytest.approx(20, rel=0.03)


def test_fewer_than_three_breaths_have_no_swing() -> None:
    breaths = breaths_of(beats_of(swinging(66, 10, 6), 28), 6.0)
    assert swing([breaths]) is None
    assert swing([]) is None
    assert swing([Breaths(np.zeros(0), np.zeros(0), np.zeros(0))]) is None
    assert newest_swing(np.zeros(0), np.zeros(0), np.zeros(0)) is None


def test_the_hearts_own_breaths_follow_a_breath_that_changes_its_length() -> None:
    def turned(at_s: Floats) -> Floats:
        return np.asarray(at_s / 10 + 0.2 * np.sin(2 * np.pi * at_s / 70))

    beats_s = beats_of(lambda at_s: 66 + 6 * np.sin(2 * np.pi * turned(at_s)), 180)
    time_s, rr_ms = beats_s[1:], 1000 * np.diff(beats_s)
    cycles = own_cycles(time_s, rr_ms, 6.0)
    inside = (time_s > 10) & (time_s < 170)
    off = (cycles - turned(time_s - rr_ms / 2000))[inside]
    assert np.ptp(off) < 0.15
    found = known(swing(own_breaths([(time_s, rr_ms)], rate_by_minute([(time_s, rr_ms)]))))
    assert found.bpm == pytest.approx(12, rel=0.05)


def test_minutes_without_a_rate_are_left_out() -> None:
    breaths = breaths_of(beats_of(swinging(66, 10, 6), 180), 6.0)
    stretch = (breaths.time_s, breaths.rr_ms)
    minutes = [BreathingRate(60.0, 6.0, 0.1, 1.0), BreathingRate(120.0), BreathingRate(180.0, 6.0, 0.1, 1.0)]
    found = own_breaths([stretch], minutes)
    assert len(found) == 2
    assert found[0].time_s[-1] <= 60
    assert found[1].time_s[0] > 120


@given(st.lists(st.floats(300, 2000), min_size=2, max_size=60), st.floats(3, 20))
def test_whatever_the_heart_does_a_swing_is_a_number(rr_ms: list[float], per_min: float) -> None:
    found = swing([breaths_of(np.concatenate(([0.0], np.cumsum(rr_ms) / 1000)), per_min)], 3)
    assert found is None or (found.bpm >= 0 and found.se_bpm >= 0)


def test_simulated_people_swing_as_their_answer_without_noise_does() -> None:
    people = list(grid(hr=(50, 90), amplitude_ms=(40, 150), resonance=(5.6,), per_min=(4.5, 7, 15), noise_ms=(10,)))
    held = []
    for person in people:
        found = known(swing([person.breaths]))
        assert abs(found.bpm - person.swing_bpm) <= max(0.5, 0.05 * person.swing_bpm)
        band = around(found.bpm, found.se_bpm, found.n_groups)
        held.append(band.low <= person.swing_bpm <= band.high)
    assert sum(held) >= 0.8 * len(held)


def test_a_real_persons_slow_breath_swings_as_seen_in_the_raw_beats() -> None:
    beats_s = np.loadtxt(recording("physio/ecg1_rpeaks_nk_samples.txt")) / 1000
    stretch = (beats_s[1:], 1000 * np.diff(beats_s))
    found = known(swing(own_breaths([stretch], rate_by_minute([stretch]))))
    rate_bpm = 60000 / stretch[1]
    per_breath = [np.ptp(rate_bpm[(stretch[0] > s) & (stretch[0] <= s + 10)]) for s in range(0, 290, 10)]
    assert found.bpm == pytest.approx(np.mean(per_breath), rel=0.15)


def slow_heart(swing_bpm: float, wandering_bpm: float, seed: int) -> Breaths:
    """Two breaths and a little at 6 a minute, of a heart of 66 that wanders by itself, slow waves the most (1/f)."""
    rng = np.random.default_rng(seed)
    every_s = 0.05
    at_s = np.arange(0.0, 120.0, every_s)
    hz = np.fft.rfftfreq(len(at_s), every_s)[1:]
    waves = np.fft.irfft([0, *((rng.normal(size=len(hz)) + 1j * rng.normal(size=len(hz))) / np.sqrt(hz))], len(at_s))
    rate = 66.0 + swing_bpm / 2.0 * np.cos(0.2 * np.pi * at_s + rng.uniform(0.0, 2.0 * np.pi))
    beats = np.cumsum(np.maximum(rate + wandering_bpm * waves / waves.std(), 35.0)) * every_s / 60.0
    beats_s = np.interp(np.arange(1, int(beats[-1])), beats, at_s)
    return breaths_of(beats_s[(beats_s > 40.0) & (beats_s < 62.5)], 6.0)


def first_of(breaths: Breaths) -> Swing:
    return known(newest_swing(breaths.time_s, breaths.rr_ms, breaths.cycles, FIRST_BREATHS))


@pytest.mark.parametrize("swing_bpm", [4.0, 8.0, 14.0])
@pytest.mark.parametrize("wandering_bpm", [1.5, 3.0])
def test_the_first_swing_is_where_it_is_told_to_be_19_times_in_20(swing_bpm: float, wandering_bpm: float) -> None:
    found = [first_of(slow_heart(swing_bpm, wandering_bpm, seed)) for seed in range(200)]
    told = [each for each in found if each.bpm > FIRST_SE * each.se_bpm]
    held = [abs(each.bpm - swing_bpm) <= FIRST_SE * each.se_bpm for each in told]
    assert len(told) > 70
    assert np.mean(held) > 0.92


def test_a_heart_that_does_not_answer_is_seldom_told_to() -> None:
    found = [first_of(slow_heart(0.0, 3.0, seed)) for seed in range(300)]
    assert np.mean([each.bpm > FIRST_SE * each.se_bpm for each in found]) < 0.15
