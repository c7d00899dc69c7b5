"""Power spectra: against scipy at identical samples, and against tones of known power."""

import math

import numpy as np
import pytest
import scipy.interpolate
import scipy.signal
from hypothesis import given, settings
from hypothesis import strategies as st

from biofeedback.analysis.figures.stretch import figures
from biofeedback.analysis.signal import spectrum
from tests.analysis.hearts import Floats, kept

seeds = st.integers(0, 2**32 - 1)


def at_beats(rr_of: object, duration_s: float) -> Floats:
    """Intervals (ms) of a heart whose interval is a function of time."""
    at_s, rr_ms = 0.0, []
    while at_s < duration_s:
        rr_ms.append(rr_of(at_s))  # type: ignore[operator]
        at_s += rr_ms[-1] / 1000
    return np.array(rr_ms)


@settings(max_examples=15)
@given(seeds, st.integers(1200, 5000))
def test_welch_agrees_with_scipy_at_identical_samples(seed: int, n: int) -> None:
    samples = 900 + np.cumsum(np.random.default_rng(seed).normal(0, 5, n))
    ours = spectrum.welch(samples)
    hz, density = scipy.signal.welch(samples, 4.0, "hann", 1200, 600, 2048, "linear")
    assert np.arange(len(ours.density)) * ours.step_hz == pytest.approx(hz)
    np.testing.assert_allclose(ours.density, density, rtol=1e-9, atol=1e-9 * density.max())


@settings(max_examples=20)
@given(seeds, st.integers(80, 1199))
def test_a_short_recording_is_one_segment_of_its_whole_length(seed: int, n: int) -> None:
    samples = 900 + np.random.default_rng(seed).normal(0, 30, n)
    nfft = max(2048, 1 << (n - 1).bit_length())
    _, density = scipy.signal.welch(samples, 4.0, "hann", n, 0, nfft, "linear")
    np.testing.assert_allclose(spectrum.welch(samples).density, density, rtol=1e-9, atol=1e-9 * density.max())


@given(seeds)
def test_the_live_spectrum_is_the_same_recipe(seed: int) -> None:
    samples = 900 + np.random.default_rng(seed).normal(0, 30, 256)
    live = spectrum.live_spectrum(samples)
    _, density = scipy.signal.welch(samples, 4.0, "hann", 256, 0, spectrum.LIVE_NFFT, "linear")
    np.testing.assert_allclose(live.density, density[: len(live.density)], rtol=1e-9, atol=1e-9 * density.max())


@given(seeds, st.integers(5, 200))
def test_the_spline_is_scipys(seed: int, n: int) -> None:
    rng = np.random.default_rng(seed)
    time_s = np.cumsum(rng.uniform(0.3, 2.0, n))
    values = rng.uniform(300, 2000, n)
    at_s = np.sort(rng.uniform(time_s[0], time_s[-1], 300))
    expected = scipy.interpolate.CubicSpline(time_s, values)(at_s)
    np.testing.assert_allclose(spectrum.resample(time_s, values, at_s), expected, rtol=1e-9, atol=1e-6)


@given(seeds, st.floats(0.0, 1.9), st.floats(0.01, 0.5))
def test_the_power_of_a_band_is_the_area_under_the_density(seed: int, low_hz: float, width_hz: float) -> None:
    of = spectrum.Spectrum(np.random.default_rng(seed).uniform(0, 1000, 1025), 4 / 2048)
    high_hz = min(low_hz + width_hz, 2.0)
    hz = np.arange(1025) * of.step_hz
    edges = np.concatenate(([low_hz], hz[(hz > low_hz) & (hz < high_hz)], [high_hz]))
    area = float(np.trapezoid(np.interp(edges, hz, of.density), edges))
    assert of.band_ms2(low_hz, high_hz) == pytest.approx(area, rel=1e-9, abs=1e-9)


def test_two_tones_give_the_power_they_have() -> None:
    def rr_of(at_s: float) -> float:
        return 900 + 40 * math.sin(2 * math.pi * 0.1 * at_s) + 20 * math.sin(2 * math.pi * 0.25 * at_s + 1)

    found = figures(kept(at_beats(rr_of, 306)))
    assert found.lf_ms2 == pytest.approx(40**2 / 2, rel=0.01)
    assert found.hf_ms2 == pytest.approx(20**2 / 2, rel=0.05)
    assert found.peak_hz == pytest.approx(0.1, abs=0.001)


@pytest.mark.parametrize("hz", [0.075, 0.0933, 0.1, 0.1083, 0.12])
def test_a_pure_wave_is_smooth_and_its_rate_is_found(hz: float) -> None:
    at_s = np.arange(256) / 4
    wave = spectrum.rhythm(spectrum.live_spectrum(900 + 50 * np.sin(2 * math.pi * hz * at_s)))
    assert wave is not None
    assert wave.smoothness == pytest.approx(0.90, abs=0.015)
    assert wave.peak_hz == pytest.approx(hz, abs=0.002)
    assert wave.coherence_ratio == pytest.approx((wave.smoothness / (1 - wave.smoothness)) ** 2)


def test_noise_is_not_smooth() -> None:
    rng = np.random.default_rng(1)
    waves = []
    for _ in range(200):
        rr_ms = 850 + rng.normal(0, 40, 90)
        time_s = np.cumsum(rr_ms) / 1000
        samples = spectrum.resample(time_s, rr_ms, time_s[-1] - np.arange(256)[::-1] / 4)
        waves.append(spectrum.rhythm(spectrum.live_spectrum(samples)))
    found = [wave.smoothness for wave in waves if wave]
    assert len(found) == 200
    assert np.median(found) < 0.27
    assert np.percentile(found, 95) < 0.38


@given(seeds, st.floats(1, 100), st.integers(256, 1400))
def test_smoothness_is_a_share_and_the_peak_lies_in_its_band(seed: int, spread_ms: float, n: int) -> None:
    samples = 900 + np.random.default_rng(seed).normal(0, spread_ms, n)
    wave = spectrum.rhythm(spectrum.welch(samples))
    assert wave is not None
    assert 0 <= wave.smoothness <= 1
    assert 0.038 <= wave.peak_hz <= 0.262
    assert math.isfinite(wave.coherence_ratio)


@pytest.mark.parametrize("samples", [np.full(256, 900.0), 900 + np.arange(256.0)])
def test_where_nothing_varies_there_is_no_wave(samples: Floats) -> None:
    assert spectrum.rhythm(spectrum.spectrum(samples, spectrum.LIVE_NFFT)) is None


def test_a_movement_trend_does_not_pass_for_a_wave() -> None:
    at_s = np.arange(256) / 4
    tone = 50 * np.sin(2 * math.pi * 0.1 * at_s)
    plain, leaning = (spectrum.rhythm(spectrum.spectrum(900 + tone + k * at_s, 4096)) for k in (0.0, 5.0))
    assert plain is not None
    assert leaning is not None
    assert leaning.smoothness == pytest.approx(plain.smoothness, abs=1e-9)
