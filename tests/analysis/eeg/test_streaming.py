"""What comes in parts gives what comes whole, and each band comes as late as it says."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from biofeedback.analysis.eeg.bands import MOST_DELAY_MS, Envelopes, delays_ms
from biofeedback.analysis.eeg.epochs import Epoch, EpochStream
from biofeedback.analysis.eeg.filters import Broad, gain, notch_sections
from biofeedback.analysis.eeg.rhythms import BANDS

RATE_HZ = 128.0


def samples(n: int, seed: int = 1) -> np.ndarray:
    rng = np.random.default_rng(seed)
    made = rng.normal(0.0, 20.0, (2, n)) + np.array([[-90_000.0], [300.0]])
    made[0, 200:230] = np.nan
    made[:, 300:303] = np.nan
    return made


def cut(made: np.ndarray, at: list[int], movement: np.ndarray) -> list[Epoch]:
    stream = EpochStream(RATE_HZ, 50.0, len(made))
    edges = [0, *sorted(at), made.shape[1]]
    return [
        epoch for first, last in pairwise(edges) for epoch in stream.push(made[:, first:last], movement[first:last])
    ]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 700), max_size=12))
def test_epochs_are_the_same_to_the_bit_however_the_samples_are_cut(at: list[int]) -> None:
    made = samples(700)
    movement = np.random.default_rng(2).normal(1.0, 0.01, 700)
    whole, parts = cut(made, [], movement), cut(made, at, movement)
    assert len(whole) == len(parts) == 700 // 128
    for one, other in zip(whole, parts, strict=True):
        for name in Epoch.__slots__:
            assert np.array_equal(getattr(one, name), getattr(other, name)), name


@pytest.mark.parametrize("rate_hz", [125.0, 250.0, 256.0, 500.0, 1000.0])
@pytest.mark.parametrize("mains_hz", [50.0, 60.0])
def test_no_band_is_later_than_feedback_allows(rate_hz: float, mains_hz: float) -> None:
    told = delays_ms(rate_hz, mains_hz)
    assert set(told) == {band.name for band in BANDS}
    assert all(0.0 < delay <= MOST_DELAY_MS for delay in told.values())


@pytest.mark.parametrize("index", range(1, len(BANDS)))
def test_the_told_delay_is_that_of_a_burst_of_the_band_itself(index: int) -> None:
    band, rate_hz, middle_s = BANDS[index], 250.0, 4.0
    at_s = np.arange(2000) / rate_hz
    width_s = 1.2 / band.width_hz
    burst = np.exp(-0.5 * ((at_s - middle_s) / width_s) ** 2) * np.cos(2 * np.pi * band.middle_hz * (at_s - middle_s))
    power = Envelopes(rate_hz, 50.0, 1).push(Broad(rate_hz, 50.0, 1).push(burst[None, :]))[index, 0]
    late_ms = 1000.0 * (at_s[power.argmax()] - middle_s)
    assert late_ms == pytest.approx(delays_ms(rate_hz, 50.0)[band.name], abs=45.0)
    assert late_ms <= MOST_DELAY_MS


@pytest.mark.parametrize("index", range(1, len(BANDS)))
def test_a_tone_in_the_middle_of_a_band_has_its_power_there(index: int) -> None:
    band, rate_hz = BANDS[index], 250.0
    tone = 10.0 * np.sin(2 * np.pi * band.middle_hz * np.arange(5000) / rate_hz)
    power = Envelopes(rate_hz, 50.0, 1).push(Broad(rate_hz, 50.0, 1).push(tone[None, :]))[:, 0, -500:].mean(axis=1)
    assert power[index] == pytest.approx(50.0, rel=0.04)
    assert power.argmax() == index


def test_the_mains_are_taken_away_and_a_large_offset_is_no_step() -> None:
    at_s = np.arange(2500) / 250.0
    hum = 400.0 * np.sin(2 * np.pi * 60.05 * at_s) - 100_000.0
    clean = Broad(250.0, 60.0, 1).push(hum[None, :])[0]
    assert np.abs(clean[500:]).max() < 1.0
    assert np.abs(clean).max() < 400.0
    assert gain(notch_sections(250.0, 60.0), np.array([10.0, 30.0]), 250.0).min() > 0.98


@pytest.mark.parametrize(("rate_hz", "mains_hz"), [(100.0, 50.0), (1e6, 50.0), (250.0, 55.0)])
def test_what_cannot_be_filtered_is_refused(rate_hz: float, mains_hz: float) -> None:
    with pytest.raises(ValueError, match="must be"):
        EpochStream(rate_hz, mains_hz, 1)
