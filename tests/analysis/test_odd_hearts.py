"""Series that no heart makes but a strap or a file may tell: nothing divides by zero, and nothing is not a number."""

import math
from collections.abc import Iterable
from dataclasses import fields, is_dataclass, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from biofeedback.analysis.beats.beat import Beat, Verdict
from biofeedback.analysis.breath.breathing import LiveBreathing, PacerPlace, answer_to, breathing
from biofeedback.analysis.breath.breathing_rate import RateFinder, rate_by_minute, rate_of_all
from biofeedback.analysis.breath.movement import MovementDetector
from biofeedback.analysis.breath.swing import Breaths, newest_swing, own_breaths, own_cycles, swing
from biofeedback.analysis.figures.indices import LiveIndices
from biofeedback.analysis.figures.streaming import LiveAnalysis
from biofeedback.analysis.figures.stretch import figures
from biofeedback.analysis.practice.overbreathing import OverBreathing
from biofeedback.analysis.practice.recovery import Span, recovery_of
from biofeedback.analysis.practice.resonance import find_resonance
from biofeedback.analysis.practice.transfer import transfer_of
from biofeedback.analysis.signal import spectrum, uncertainty
from biofeedback.analysis.signal.stretches import stretches
from tests.analysis.hearts import Floats, as_beats, judged

BREATH_S = 10.0


@st.composite
def odd_intervals(draw: st.DrawFn, largest_ms: float = 4000.0) -> Floats:
    """Constant, nearly so, of two values, with one thing wrong, climbing, tiny, huge."""
    n = draw(st.integers(0, 260))
    usual = draw(st.one_of(st.sampled_from([300.0, 852.0, 1000.0, 2000.0]), st.floats(0.5, largest_ms)))
    other = draw(st.one_of(st.sampled_from([300.0, 852.0, 853.0]), st.floats(0.5, largest_ms)))
    rr_ms = np.full(n, usual)
    match draw(st.integers(0, 6)):
        case 0:
            rr_ms += draw(st.sampled_from([1e-12, 1e-9, 1e-6, 1e-3, 0.01])) * np.sin(np.arange(n))
        case 1:
            rr_ms[:: draw(st.integers(2, 40))] = other
        case 2:
            rr_ms[draw(st.integers(0, 260)) :] = other
        case 3:
            rr_ms[draw(st.integers(0, 260)) :][:1] = other
        case 4:
            rr_ms = np.linspace(usual, other, n)
        case 5:
            rr_ms = np.geomspace(usual, other, n)
    return rr_ms


def pacer(at_s: float) -> PacerPlace:
    cycles = at_s / BREATH_S
    return PacerPlace(cycles, 0.5 - 0.5 * math.cos(2.0 * math.pi * cycles), 60.0 / BREATH_S)


def kept(rr_ms: Floats) -> list[Beat]:
    """All of them taken for good."""
    return [replace(beat, verdict=Verdict.KEPT, nn_ms=beat.rr_ms) for beat in as_beats(rr_ms.tolist())]


def assert_finite(found: object) -> None:
    """Every number in it, however deep."""
    if isinstance(found, float):
        assert math.isfinite(found)
    elif isinstance(found, np.ndarray):
        assert np.isfinite(found).all()
    elif is_dataclass(found) and not isinstance(found, type):
        for part in fields(found):
            assert_finite(getattr(found, part.name))
    elif isinstance(found, dict):
        assert_finite(list(found.values()))
    elif isinstance(found, Iterable) and not isinstance(found, str):
        for part in found:
            assert_finite(part)


@settings(max_examples=50, deadline=None)
@given(odd_intervals())
def test_the_breath_of_an_odd_series_is_a_number_or_a_reason(rr_ms: Floats) -> None:
    time_s = np.cumsum(rr_ms) / 1000.0
    minutes = rate_by_minute([(time_s, rr_ms)])
    assert all((minute.per_min is None) == bool(minute.reason) for minute in minutes)
    assert_finite([minutes, rate_of_all(minutes)])
    own = own_breaths([(time_s, rr_ms)], minutes)
    if len(rr_ms) >= 6:
        cycles = own_cycles(time_s, rr_ms, 6.0)
        own.append(Breaths(time_s, rr_ms, cycles))
        assert_finite([cycles, newest_swing(time_s, rr_ms, cycles)])
    assert_finite(swing(own))


@settings(max_examples=50, deadline=None)
@given(odd_intervals())
def test_live_figures_of_an_odd_series_are_numbers(rr_ms: Floats) -> None:
    live, care = LiveBreathing(), OverBreathing(60.0, 2.0)
    for beat in kept(rr_ms):
        live.push(beat.time_s, beat.rr_ms, pacer(beat.time_s) if beat.time_s % 300.0 < 150.0 else None)
        assert_finite([live.rate, live.swing_bpm, live.swing_band, live.phase])
        assert live.swing_bpm is None or live.swing_bpm > 0.0
    for beats in (kept(rr_ms), judged(as_beats(rr_ms.tolist()))):
        analysis = LiveAnalysis()
        for beat in beats:
            indices = analysis.push(beat, pacer(beat.time_s))
            assert_finite(indices)
            care.push(indices, 6.0)


@given(odd_intervals(largest_ms=1e7))
def test_figures_of_an_odd_stretch_are_numbers_or_reasons(rr_ms: Floats) -> None:
    beats = kept(rr_ms)
    for found in (
        figures(beats, pacer=pacer),
        figures(beats, uncorrected=True),
        figures(judged(as_beats(rr_ms.tolist()))),
        transfer_of(beats, beats, 6.0, beats),
        [breathing(list(stretches(beats)), pacer), answer_to(pacer, list(stretches(beats)))],
    ):
        assert_finite(found)
    end_s = beats[-1].time_s if beats else 0.0
    assert_finite(recovery_of(beats, Span(0.0, end_s / 2), Span(end_s / 2, end_s * 0.7), Span(end_s * 0.7, end_s)))


@given(odd_intervals())
def test_no_resonance_is_found_in_an_odd_series_by_a_number_that_is_none(rr_ms: Floats) -> None:
    def slowing(at_s: float) -> PacerPlace:
        per_min = 6.5 - 0.5 * (at_s // 60.0)
        cycles = 100.0 * (at_s // 60.0) + at_s * per_min / 60.0
        return PacerPlace(cycles, 0.5 - 0.5 * math.cos(2.0 * math.pi * cycles), per_min)

    assert_finite(find_resonance(np.cumsum(rr_ms) / 1000.0, rr_ms, np.ones(len(rr_ms), bool), slowing))


@settings(max_examples=40, deadline=None)
@given(odd_intervals(), st.floats(1e-6, 1e6))
def test_spectra_and_bands_of_an_odd_series_are_numbers(rr_ms: Floats, scale: float) -> None:
    samples = np.resize(rr_ms if len(rr_ms) else np.zeros(1), 256) * scale
    for of in (spectrum.live_spectrum(samples), spectrum.welch(samples)):
        wave = spectrum.rhythm(of)
        assert_finite([of, wave, of.band_ms2(*spectrum.LF_HZ)])
        if wave:
            assert_finite(uncertainty.wave_bands(of, wave))
    assert_finite(
        [uncertainty.scatter(samples.tolist()), uncertainty.rmssd_spread(np.square(np.diff(samples)).tolist())]
    )
    finder = RateFinder()
    assert_finite(
        [finder.update(60.0, samples), finder.update(75.0, samples[:200]), finder.cycles_at(np.array([50.0]))]
    )


@pytest.mark.parametrize("shake", [0.0, 1e-9, 1.0, 16000.0])
@settings(max_examples=20, deadline=None)
@given(level=st.floats(-16000.0, 16000.0), seed=st.integers(0, 99))
def test_a_chest_that_does_not_move_or_moves_wildly_tells_numbers(shake: float, level: float, seed: int) -> None:
    samples = level + shake * np.random.default_rng(seed).choice([-1.0, 1.0], (750, 3))
    assert_finite(MovementDetector(25.0).push(np.arange(750) / 25.0, samples))


def test_a_strap_off_the_body_that_repeats_its_last_interval_does_no_harm() -> None:
    """852 ms, told once a second: more slowly than they last."""
    live = LiveAnalysis()
    found = LiveIndices(0.0)
    for i in range(300):
        found = live.push(Beat(i, float(i), 852.0, 0, Verdict.KEPT, "", 852.0))
    assert found.respiration_per_min is None
    assert found.swing_bpm is None
    assert rate_by_minute([(np.arange(300.0), np.full(300, 852.0))])[0].reason
