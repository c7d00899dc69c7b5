"""The simulated person: a heart that answers the breath, with known truth."""

import math
from dataclasses import replace

import numpy as np
import pytest

from devices.person import BREATH_SMOOTHING_S, Person, Traits

STILL = Traits(noise_ms=0, drift_bpm=0, arousal=0, following=1, lag_s=0)
"""Nothing but the answer to the breath."""


def paced(rate_per_min: float):
    return lambda at_s: 0.5 - 0.5 * math.cos(2 * math.pi * rate_per_min / 60 * at_s)


def answer(traits: Traits, rate_per_min: float) -> complex:
    """Half swing of RR (ms) that follows the pacer, and its phase: 0 where RR is shortest with full lungs."""
    beats = np.array(Person(traits, 1).beats_until(300, paced(rate_per_min)))
    rr_ms, middle_s = 1000 * np.diff(beats), (beats[1:] + beats[:-1]) / 2
    settled = middle_s > 90
    turn = 2 * math.pi * rate_per_min / 60 * middle_s[settled]
    columns = np.column_stack([np.cos(turn), np.sin(turn), np.ones(len(turn))])
    along, across, _ = np.linalg.lstsq(columns, rr_ms[settled], rcond=None)[0]
    return complex(along, across)


def gain(rate_per_min: float, traits: Traits) -> float:
    """Of a resonator, of the smoothing of the breath, and of an interval that averages over itself."""
    ratio = rate_per_min / traits.resonance
    hz = rate_per_min / 60
    resonator = 1 / math.sqrt(1 + (traits.q * (ratio - 1 / ratio)) ** 2)
    smoothing = 1 / math.sqrt(1 + (2 * math.pi * hz * BREATH_SMOOTHING_S) ** 2)
    return resonator * smoothing * float(np.sinc(hz * 60 / traits.hr))


@pytest.mark.parametrize("rate_per_min", [3.5, 4.5, 5.6, 6.5, 8.0, 10.0])
def test_the_heart_answers_each_breathing_rate_with_the_gain_of_a_resonator(rate_per_min: float) -> None:
    swing_ms = abs(answer(STILL, rate_per_min))
    assert swing_ms == pytest.approx(STILL.amplitude_ms * gain(rate_per_min, STILL), rel=0.03)


@pytest.mark.parametrize("resonance", [4.5, 5.3, 6.6])
def test_the_swing_is_largest_at_the_persons_own_rate(resonance: float) -> None:
    traits = replace(STILL, resonance=resonance, q=3)
    swings = {rate / 10: abs(answer(traits, rate / 10)) for rate in range(35, 80, 2)}
    assert max(swings, key=swings.__getitem__) == pytest.approx(resonance, abs=0.15)


def test_at_resonance_the_heart_is_fastest_with_full_lungs() -> None:
    found = answer(STILL, STILL.resonance)
    assert math.degrees(abs(np.angle(found))) < 2


def test_below_resonance_the_heart_is_ahead_of_the_breath_and_above_behind() -> None:
    assert np.angle(answer(STILL, 4.0)) < -0.3
    assert np.angle(answer(STILL, 8.0)) > 0.3


def test_the_lag_delays_the_answer() -> None:
    prompt, late = (answer(replace(STILL, lag_s=lag_s), 6.0) for lag_s in (0.0, 1.0))
    assert math.degrees(np.angle(late / prompt)) == pytest.approx(36, abs=3)


def test_someone_who_does_not_follow_does_not_answer_the_pacer() -> None:
    assert abs(answer(replace(STILL, following=0), 6.0)) < 0.15 * STILL.amplitude_ms


def test_free_breathing_has_the_persons_own_rate() -> None:
    traits = replace(STILL, respiration=12, amplitude_ms=150)
    beats = np.array(Person(traits, 3).beats_until(600, lambda _: None))
    at_s = np.arange(10, 590, 0.25)
    rr_ms = np.interp(at_s, beats[1:], 1000 * np.diff(beats))
    density = np.abs(np.fft.rfft((rr_ms - rr_ms.mean()) * np.hanning(len(rr_ms)))) ** 2
    hz = np.fft.rfftfreq(len(rr_ms), 0.25)
    band = hz > 0.12
    centre_hz = float(np.average(hz[band], weights=density[band]))
    assert 60 * centre_hz == pytest.approx(12, abs=1.5)


def test_the_mean_rate_is_the_resting_rate() -> None:
    beats = Person(replace(STILL, hr=62), 1).beats_until(600, paced(6))
    assert 60 * (len(beats) - 1) / (beats[-1] - beats[0]) == pytest.approx(62, abs=1)


def test_noise_spreads_the_intervals_as_told() -> None:
    traits = replace(STILL, amplitude_ms=0, noise_ms=30)
    spreads = [np.diff(Person(traits, seed).beats_until(900, lambda _: None)).std() * 1000 for seed in range(6)]
    assert float(np.mean(spreads)) == pytest.approx(30, rel=0.25)


def test_slow_breathing_calms_an_anxious_heart() -> None:
    traits = replace(STILL, arousal=0.9, hr=84)
    beats = np.array(Person(traits, 1).beats_until(900, paced(6)))
    early, late = (np.diff(beats[(beats > a) & (beats < b)]).mean() for a, b in ((0, 60), (800, 900)))
    assert 60 / early - 60 / late > 4


def test_the_beats_do_not_depend_on_how_time_is_cut() -> None:
    whole = Person(Traits(), 5).beats_until(120, paced(6))
    person = Person(Traits(), 5)
    cut: list[float] = []
    for until_s in (0.3, 1.0, 1.01, 7.7, 40.0, 120.0):
        cut += person.beats_until(until_s, paced(6))
    assert cut == whole


def test_no_interval_is_shorter_than_a_heart_can_beat() -> None:
    wild = Traits(hr=180, amplitude_ms=300, noise_ms=200)
    beats = Person(wild, 2).beats_until(120, paced(5.6))
    assert min(np.diff(beats)) > 0.29


def test_something_demanding_raises_the_heart_rate_and_it_comes_down_again() -> None:
    person = Person(replace(STILL, hr=60, reactivity=20, recovery_s=60), 1)
    beats = np.array(person.beats_until(600, lambda _: 0.5, lambda at_s: float(120 <= at_s < 240)))
    rate = 60.0 / np.diff(beats)
    at_s = beats[1:]
    assert rate[at_s < 119].mean() == pytest.approx(60, abs=0.5)
    assert rate[(at_s > 200) & (at_s < 240)].mean() == pytest.approx(80, abs=1)
    assert rate[(at_s > 295) & (at_s < 305)].mean() == pytest.approx(60 + 20 / np.e, abs=1)
    assert rate[at_s > 540].mean() == pytest.approx(60, abs=0.5)
