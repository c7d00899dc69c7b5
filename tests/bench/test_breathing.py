"""What the measurements of breathing take for the truth."""

import cmath
import math

import numpy as np
import pytest

from biofeedback.bench.breathing import answer_to, counted_rate, paced, resting, spectral_rate
from devices.person import Traits


@pytest.mark.parametrize("per_min", [4.5, 6.0, 12.0])
@pytest.mark.parametrize("lag_s", [0.0, 1.0])
def test_a_simulated_person_without_noise_swings_and_lags_as_said(per_min: float, lag_s: float) -> None:
    person = paced(Traits(noise_ms=0, drift_bpm=0, arousal=0, following=1.0, lag_s=lag_s), per_min, 1)
    middle_s = person.time_s - person.rr_ms / 2000
    turn = 2 * np.pi * middle_s * per_min / 60
    columns = np.stack([np.ones_like(turn), *(f(h * turn) for h in (1, 2, 3) for f in (np.cos, np.sin))])
    weights = np.linalg.lstsq(columns.T, 60000 / person.rr_ms, rcond=None)[0]
    volume = np.linalg.lstsq(columns.T, person.volume, rcond=None)[0]
    lag = cmath.phase(complex(volume[1], -volume[2]) / complex(weights[1], -weights[2]))
    assert math.degrees(lag) == pytest.approx(person.lag_deg, abs=1.5)
    fitted = np.stack([f(h * np.linspace(0, 2 * np.pi, 200)) for h in (1, 2, 3) for f in (np.cos, np.sin)])
    # an interval shows the mean of its wave, at 12 a minute 5 % less than its height
    assert np.ptp(weights[1:] @ fitted) == pytest.approx(person.swing_bpm, rel=0.06)


def test_the_answer_is_largest_and_without_lag_at_resonance() -> None:
    traits = Traits(resonance=5.6, amplitude_ms=60, lag_s=0.05)
    answers = {rate: answer_to(traits, rate) for rate in (4.0, 5.0, 5.6, 6.2, 7.0)}
    assert max(answers, key=lambda rate: abs(answers[rate])) == 5.6
    assert abs(answers[5.6]) == pytest.approx(60, rel=0.01)
    assert math.degrees(cmath.phase(answers[5.6])) == pytest.approx(0, abs=1)


def test_measured_breaths_are_counted_by_peak_and_by_tops() -> None:
    at_s = np.arange(0, 180, 0.04)
    breath = np.sin(2 * np.pi * at_s * 0.13) + np.random.default_rng(1).normal(0, 0.2, len(at_s))
    for true_of in (spectral_rate, counted_rate):
        assert true_of(breath, 25.0, 60.0, 120.0) == pytest.approx(7.8, abs=0.15)


def test_a_person_at_rest_takes_the_breaths_that_are_told() -> None:
    _, _, breaths = resting(12.0, 0.1, Traits(), 1)
    assert breaths(300.0) - breaths(60.0) == pytest.approx(48, abs=6)
