"""The breathing rate, told from the heart alone."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from biofeedback.analysis.breath.breathing_rate import RateFinder, rate_by_minute, rate_of_all
from biofeedback.analysis.breath.reading import NOT_SEEN, TOO_SHORT, UNCLEAR, BreathingRate
from biofeedback.analysis.signal.spectrum import resample
from biofeedback.bench.breathing import counted_rate, paced, spectral_rate
from devices.person import Traits
from tests.analysis.hearts import Floats, beats_of, swinging
from tests.recordings import recording

Beats = tuple[Floats, Floats]


def heart(beats_s: Floats) -> Beats:
    return beats_s[1:], 1000 * np.diff(beats_s)


def waves(hr_bpm: float, *parts: tuple[float, float], duration_s: float = 300) -> Beats:
    """A heart rate with waves of so many beats a minute (half their height), each at a rate a minute."""
    return heart(
        beats_of(
            lambda at_s: hr_bpm + sum(half * np.sin(2 * math.pi * rate / 60 * at_s) for half, rate in parts), duration_s
        )
    )


def noisy(beats: Beats, sd_ms: float, seed: int) -> Beats:
    rr_ms = beats[1] + np.random.default_rng(seed).normal(0, sd_ms, len(beats[1]))
    return np.cumsum(rr_ms) / 1000, rr_ms


def told(minutes: list[BreathingRate]) -> list[float]:
    return [minute.per_min for minute in minutes if minute.per_min is not None]


def followed(beats: Beats, every_s: float = 5.0) -> list[BreathingRate]:
    """The live rate as the beats come."""
    finder, found, next_s = RateFinder(), [], 40.0
    for i, time_s in enumerate(beats[0]):
        if time_s >= next_s:
            next_s = time_s + every_s
            at_s = time_s - np.arange(239, -1, -1) / 4
            past = resample(beats[0][: i + 1], beats[1][: i + 1], at_s[at_s >= beats[0][0]])
            found.append(finder.update(float(time_s), past))
    return found


@pytest.mark.parametrize("swing_bpm", [4, 15, 30])
@pytest.mark.parametrize(
    ("per_min", "error"), [(4.0, 0.2), (4.5, 0.2), (6, 0.2), (7, 0.2), (10, 0.3), (15, 0.3), (20, 0.5)]
)
def test_each_minute_of_a_steady_breath_is_told(per_min: float, error: float, swing_bpm: float) -> None:
    minutes = rate_by_minute([noisy(heart(beats_of(swinging(66, swing_bpm, per_min), 300)), 5, 1)])
    assert len(minutes) == 5
    assert told(minutes) == pytest.approx([per_min] * 5, abs=error)


def test_a_larger_wave_near_six_a_minute_is_not_taken_for_a_quicker_breath() -> None:
    rates = told(rate_by_minute([noisy(waves(66, (3.0, 6.1), (2.0, 14.0)), 5, 2)]))
    assert rates == pytest.approx([14.0] * 5, abs=0.5)


def test_a_slow_wave_with_overtones_is_one_breath_and_not_two() -> None:
    rates = told(rate_by_minute([noisy(waves(75, (12.0, 6.0), (5.0, 12.0), (3.0, 18.0)), 5, 3)]))
    assert rates == pytest.approx([6.0] * 5, abs=0.2)


@pytest.mark.parametrize("sd_ms", [0.0, 1.0, 20.0])
def test_a_heart_that_does_not_answer_tells_no_rate(sd_ms: float) -> None:
    for seed in range(6):
        minutes = rate_by_minute([noisy((np.zeros(300), np.full(300, 900.0)), sd_ms, seed)])
        assert not told(minutes)
        assert all(minute.reason in (UNCLEAR, NOT_SEEN) for minute in minutes)


def test_a_wave_of_the_heart_s_own_near_six_a_minute_is_no_breath() -> None:
    for seed in range(8):
        person = paced(Traits(hr=56.0 + 2 * seed, amplitude_ms=0.0, noise_ms=15.0, arousal=0.0), 6.0, seed)
        assert not told(rate_by_minute([(person.time_s, person.rr_ms)]))


def test_a_rate_beside_another_that_stands_out_as_much_is_not_told() -> None:
    both = rate_by_minute([noisy(waves(66, (2.0, 10.0), (2.0, 17.0)), 4, 4)])
    assert [minute.reason for minute in both] == [UNCLEAR] * 5
    assert told(rate_by_minute([noisy(waves(66, (2.0, 10.0)), 4, 4)])) == pytest.approx([10.0] * 5, abs=0.3)


def test_the_live_rate_follows_a_breath_that_slows_down() -> None:
    quick, slow = waves(66, (3.0, 14.0), duration_s=180), waves(66, (6.0, 6.0), duration_s=180)
    rr_ms = np.concatenate((quick[1], slow[1]))
    found = followed(noisy((np.zeros(0), rr_ms), 5, 5))
    before = [rate.per_min for rate in found if 100 < rate.at_s < 178]
    after = [rate.per_min for rate in found if rate.at_s > 260]
    assert before == pytest.approx([14.0] * len(before), abs=0.5)
    assert after == pytest.approx([6.0] * len(after), abs=0.3)


@settings(max_examples=20, deadline=None)
@given(st.floats(-1e4, 1e4), st.integers(0, 2**16))
def test_the_rates_do_not_depend_on_when_the_clock_began(shift_s: float, seed: int) -> None:
    time_s, rr_ms = noisy(waves(66, (3.0, 12.0), duration_s=130), 10, seed)
    here, there = rate_by_minute([(time_s, rr_ms)]), rate_by_minute([(time_s + shift_s, rr_ms)])
    assert [minute.per_min for minute in there] == pytest.approx([minute.per_min for minute in here], abs=0.05)
    assert [minute.at_s - shift_s for minute in there] == pytest.approx([minute.at_s for minute in here], abs=1e-6)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 400), st.integers(0, 2**16))
def test_the_live_rate_looks_at_the_newest_minute_alone(n_older: int, seed: int) -> None:
    rr_ms = np.random.default_rng(seed).normal(900, 30, 240 + n_older)
    assert RateFinder().update(7.0, rr_ms) == RateFinder().update(7.0, rr_ms[-240:])


def test_after_a_gap_the_live_rate_begins_anew() -> None:
    new, used = RateFinder(), RateFinder()
    rng = np.random.default_rng(1)
    used.update(1.0, rng.normal(900, 30, 240))
    used.gap()
    after = rng.normal(900, 30, 240)
    assert used.update(2.0, after) == new.update(2.0, after)


def test_minutes_begin_with_each_stretch_and_cost_nothing_where_no_beats_are() -> None:
    time_s, rr_ms = waves(66, (6.0, 6.0))
    parts = [time_s < 125, (time_s > 130) & (time_s < 150), time_s > 155]
    year_s = 365 * 86400.0
    minutes = rate_by_minute([(time_s[part] + i * year_s, rr_ms[part]) for i, part in enumerate(parts)])
    assert [minute.per_min is None for minute in minutes] == [False, False, True, False, False]
    assert minutes[2].reason == TOO_SHORT
    assert [minute.span_s for minute in minutes] == pytest.approx([60, 60, 20, 60, 60], abs=2.0)


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 2**16))
def test_a_part_of_a_recording_counts_as_long_as_it_lasts(seed: int) -> None:
    rng = np.random.default_rng(seed)
    minutes = [
        BreathingRate(0.0, float(rng.uniform(5, 20)), 0.2, 0.9, span_s=float(rng.uniform(32, 60))) for _ in range(4)
    ]
    weights = [minute.span_s for minute in minutes]
    assert rate_of_all(minutes).per_min == pytest.approx(np.average(told(minutes), weights=weights))


def test_too_few_beats_tell_nothing() -> None:
    time_s, rr_ms = waves(66, (6.0, 6.0), duration_s=30)
    assert [minute.reason for minute in rate_by_minute([(time_s, rr_ms)])] == [TOO_SHORT]
    assert rate_by_minute([])[0].reason == TOO_SHORT
    assert RateFinder().update(1.0, np.full(100, 900.0)).reason == TOO_SHORT
    assert RateFinder().cycles_at(np.zeros(2)) is None


def test_a_stretch_shorter_than_a_minute_is_told_as_one() -> None:
    assert told(rate_by_minute([waves(66, (6.0, 6.0), duration_s=45)])) == pytest.approx([6.0], abs=0.2)


def test_the_cycles_of_the_live_wave_are_those_of_the_breath() -> None:
    time_s, rr_ms = waves(66, (6.0, 6.0), duration_s=70)
    finder = RateFinder()
    finder.update(70.0, resample(time_s, rr_ms, np.arange(10.25, 69.5, 0.25)))
    cycles = finder.cycles_at(np.array([20.0, 60.0]))
    assert cycles is not None
    assert cycles[1] - cycles[0] == pytest.approx(4.0, abs=0.1)


def test_one_rate_for_all_is_the_mean_of_the_minutes_and_surer_than_each() -> None:
    minutes = [BreathingRate(60.0, 6.0, 0.2, 0.9), BreathingRate(120.0, 7.0, 0.2, 0.7), BreathingRate(180.0)]
    whole = rate_of_all(minutes)
    assert (whole.per_min, whole.at_s) == (6.5, 180.0)
    assert whole.se_per_min == pytest.approx(0.2 / math.sqrt(2))
    assert rate_of_all([*minutes, BreathingRate(240.0), BreathingRate(300.0)]).per_min is None
    assert rate_of_all([]).reason == TOO_SHORT


def test_nineteen_of_twenty_bands_hold_the_rate_of_simulated_people() -> None:
    held = []
    for seed, (per_min, noise_ms) in enumerate([(4.5, 8.0), (5.5, 15.0), (6.5, 8.0), (7.0, 15.0), (12.0, 8.0)]):
        person = paced(Traits(amplitude_ms=80.0, noise_ms=noise_ms), per_min, seed)
        for minute in rate_by_minute([(person.time_s, person.rr_ms)]):
            assert minute.per_min is not None
            assert minute.se_per_min is not None
            assert abs(minute.per_min - per_min) <= 0.3
            held.append(abs(minute.per_min - per_min) <= 1.96 * minute.se_per_min)
    assert sum(held) >= 0.9 * len(held)


def test_slow_breathing_of_a_real_person_agrees_with_the_airflow_each_minute() -> None:
    beats_s = np.loadtxt(recording("physio/ecg1_rpeaks_nk_samples.txt")) / 1000
    with np.load(recording("physio/pair1_slow_breathing_250hz.npz")) as signals:
        airflow = signals["resp_airflow_25hz"].astype(float)
    rates = told(rate_by_minute([heart(beats_s)]))
    for true_of in (spectral_rate, counted_rate):
        true = [true_of(airflow, 25.0, beats_s[0] + 60 * m, beats_s[0] + 60 * (m + 1)) for m in range(5)]
        assert rates == pytest.approx(true, abs=0.35)
        assert np.mean(np.abs(np.array(rates) - true)) <= 0.2


def test_a_resting_persons_rate_agrees_with_the_chest_each_minute() -> None:
    rr_ms = np.loadtxt(recording("rr/nk_rest8min_nk_rr.txt"))
    chest = np.loadtxt(recording("neurokit/bio_resting_8min_100hz.csv.gz"), delimiter=",", skiprows=1, usecols=1)
    minutes = rate_by_minute([(0.38 + np.cumsum(rr_ms) / 1000, rr_ms)])
    rates = {m: minute.per_min for m, minute in enumerate(minutes) if minute.per_min is not None}
    assert len(rates) >= 4
    true = [spectral_rate(chest, 100.0, 60.0 * m, 60.0 * (m + 1)) for m in rates]
    assert list(rates.values()) == pytest.approx(true, abs=1.0)
