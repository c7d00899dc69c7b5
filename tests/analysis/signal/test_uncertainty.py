"""Bands hold what five minutes around them give: about 19 times in 20."""

import math
from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest

from biofeedback.analysis.figures.indices import LiveIndices
from biofeedback.analysis.figures.streaming import LiveAnalysis
from biofeedback.analysis.figures.stretch import BANDS_HZ
from biofeedback.analysis.signal import spectrum
from biofeedback.analysis.signal.uncertainty import power_bands, rmssd_spread, scatter
from devices.person import Person, Traits
from protocols.breathing import BreathCurve, BreathPattern
from tests.analysis.hearts import Floats, kept

AROUND_S, APART_S = 165.0, 64.0
LEAST, MOST = 0.85, 1.0


def simulated(rate_per_min: float | None, amplitude_ms: float, hr: float, seed: int) -> list[float]:
    curve = BreathCurve.steady(BreathPattern(rate_per_min, 4, 0, 6, 0)) if rate_per_min else None
    person = Person(Traits(hr=hr, amplitude_ms=amplitude_ms, noise_ms=14.0), seed)
    beats = person.beats_until(2400, lambda at_s: curve.at(at_s).volume if curve else None)
    return [1000 * (b - a) for a, b in pairwise(beats)]


def with_memory(seed: int) -> list[float]:
    """Slow waves without a breath that stands out, and a quick breath that wanders."""
    rng = np.random.default_rng(seed)
    slow: Floats = np.zeros(2400)
    for i in range(1, len(slow)):
        slow[i] = 0.7 * slow[i - 1] + rng.normal(0, 20)
    phase = np.cumsum(2 * math.pi * 0.25 * (0.9 + slow / 1000) + rng.normal(0, 0.1, len(slow)))
    return list(900 + slow + 25 * np.sin(phase))


HEARTS: dict[str, Callable[[], list[float]]] = {
    "at rest": lambda: simulated(None, 40, 64, 1),
    "six a minute": lambda: simulated(6.0, 60, 62, 2),
    "six a minute, weak": lambda: simulated(6.0, 20, 75, 3),
    "slow waves": lambda: with_memory(4),
}


@pytest.fixture(scope="module", params=HEARTS)
def shown(request: pytest.FixtureRequest) -> list[LiveIndices]:
    live = LiveAnalysis()
    return [live.push(beat) for beat in kept(HEARTS[request.param]())]


@pytest.mark.parametrize("name", ["hr_bpm", "rmssd_ms", "smoothness", "coherence_ratio"])
def test_a_band_holds_the_value_of_the_five_minutes_around(shown: list[LiveIndices], name: str) -> None:
    at_s = np.array([indices.at_s for indices in shown])
    values = np.array([getattr(indices, name) or 0.0 for indices in shown])
    held, last_s = [], 120.0
    for indices in shown:
        if indices.at_s < last_s + APART_S or indices.at_s > at_s[-1] - AROUND_S:
            continue
        last_s = indices.at_s
        around = values[np.abs(at_s - last_s) < AROUND_S]
        truth = math.sqrt(np.mean(around**2)) if name == "rmssd_ms" else float(np.median(around))
        held.append(indices.bands[name].low <= truth <= indices.bands[name].high)
    assert len(held) > 25
    assert LEAST <= sum(held) / len(held) <= MOST


def test_a_band_is_no_wider_than_needed(shown: list[LiveIndices]) -> None:
    widths = [indices.bands["rmssd_ms"] for indices in shown if "rmssd_ms" in indices.bands]
    relative = [(band.high - band.low) / (band.high + band.low) for band in widths]
    assert np.median(relative) < 0.3


def test_a_smoother_wave_is_surer() -> None:
    def half_width(noise_ms: float) -> float:
        rng = np.random.default_rng(7)
        live = LiveAnalysis()
        rr_ms = 900 + 60 * np.sin(2 * math.pi * 0.09 * np.arange(300)) + rng.normal(0, noise_ms, 300)
        band = [live.push(beat) for beat in kept(list(rr_ms))][-1].bands["smoothness"]
        return band.high - band.low

    assert half_width(2.0) < half_width(15.0) < half_width(40.0)


def test_too_few_values_have_no_band() -> None:
    assert scatter([60.0, 61.0]) is None
    assert rmssd_spread([4.0] * 19) is None
    assert rmssd_spread([0.0] * 40) is None


SHAPES = {
    "noise": np.ones_like,
    "slow": lambda hz: 1.0 / np.maximum(hz, 0.003),
    "waves": lambda hz: 0.02 / np.maximum(hz, 0.05) + _bell(hz, 0.1, 0.02) + 0.8 * _bell(hz, 0.25, 0.02),
    "a wave that wanders a little": lambda hz: 0.02 + 3.0 * _bell(hz, 0.1, 0.004) + 3.0 * _bell(hz, 0.25, 0.004),
}
"""Densities of endless stretches in one state."""


def _bell(hz: Floats, middle_hz: float, width_hz: float) -> Floats:
    return np.asarray(np.exp(-0.5 * ((hz - middle_hz) / width_hz) ** 2))


@pytest.mark.parametrize("length_s", [120.0, 240.0, 600.0])
@pytest.mark.parametrize("shape", SHAPES)
def test_a_power_of_minutes_has_a_band_that_holds_the_endless_one(shape: str, length_s: float) -> None:
    """19 times in 20, or nearly so where a wave is narrower than the spectrum can see."""
    rng = np.random.default_rng(7)
    hz = np.fft.rfftfreq(1 << 14, 1.0 / spectrum.RATE_HZ)
    density = SHAPES[shape](hz)
    truth = {name: float(density[(hz >= low) & (hz < high)].sum() * hz[1]) for name, (low, high) in BANDS_HZ.items()}
    truth["lf_hf"] = truth["lf_ms2"] / truth["hf_ms2"]
    held: dict[str, list[bool]] = {"lf_ms2": [], "hf_ms2": [], "lf_hf": []}
    for _ in range(150):
        wave = np.sqrt(density) * (rng.standard_normal(len(hz)) + 1j * rng.standard_normal(len(hz)))
        endless = np.fft.irfft(wave) * math.sqrt(2.0 * len(hz))
        of = spectrum.welch(endless[: int(length_s * spectrum.RATE_HZ)])
        powers = dict(zip(BANDS_HZ, of.bands_ms2(*BANDS_HZ.values()), strict=True))
        powers["lf_hf"] = powers["lf_ms2"] / powers["hf_ms2"]
        bands = power_bands(of, powers, BANDS_HZ, [length_s])
        for name in held:
            held[name].append(bands[name].low <= truth[name] <= bands[name].high)
    assert min(np.mean(each) for each in held.values()) >= (0.85 if "wanders" in shape else 0.92)


def test_several_stretches_make_a_power_surer_than_one() -> None:
    of = spectrum.welch(np.random.default_rng(3).normal(0, 20, 1200))
    powers = dict(zip(BANDS_HZ, of.bands_ms2(*BANDS_HZ.values()), strict=True))
    one, two = (power_bands(of, powers, BANDS_HZ, lengths)["lf_ms2"] for lengths in ([300.0], [300.0, 300.0]))
    assert one.low < two.low < powers["lf_ms2"] < two.high < one.high
