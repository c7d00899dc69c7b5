"""What the bench of reference values tells: that figures agree, and where they would not."""

import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from biofeedback.analysis.beats.beat import Beat
from biofeedback.analysis.signal import spectrum
from biofeedback.bench import reference
from biofeedback.bench.injection import inject_mixed
from biofeedback.bench.measurement import Measurement
from biofeedback.bench.rules import our_rule, untouched
from tests.recordings import FOLDER, recording

SITTING = "rr/vu_ecg_sitting.txt"


@pytest.fixture(scope="module")
def beating(hearts: list[list[float]]) -> reference.Hearts:
    return {str(n): untouched(heart).beats for n, heart in enumerate(hearts[:3])}


def failing(rows: dict[str, Measurement]) -> list[str]:
    return [name for name, row in rows.items() if not row.holds]


def slower(beats: tuple[Beat, ...], factor: float) -> list[Beat]:
    return [replace(beat, rr_ms=beat.rr_ms * factor, time_s=beat.time_s * factor) for beat in beats]


def test_simulated_hearts_agree_with_scipy_and_with_neurokit2(beating: reference.Hearts) -> None:
    rows = reference.bands("simulated", beating) | reference.identical_samples("simulated", beating)
    rows |= reference.beside_neurokit2("simulated", beating)
    assert failing(rows) == []
    assert {name.split("_off")[0] for name in rows} >= {"vlf_ms2", "lf_ms2", "hf_ms2", "peak_hz", "sdnn_ms", "spline"}


def test_kept_intervals_of_faulty_hearts_agree_with_scipy(beating: reference.Hearts) -> None:
    hearts = {name: [beat.rr_ms for beat in beats] for name, beats in beating.items()}
    faulty = {name: our_rule(inject_mixed(rr_ms, 0.02, random.Random(1))).beats for name, rr_ms in hearts.items()}
    assert any(not beat.kept for beats in faulty.values() for beat in beats)
    rows = reference.bands("faulty", faulty)
    assert failing(rows) == []
    assert "lf_ms2_off_scipy, faulty, kept intervals, worst of 3" in rows


def test_a_recipe_of_another_kind_is_told(beating: reference.Hearts, monkeypatch: pytest.MonkeyPatch) -> None:
    def straight(time_s: np.ndarray, values: np.ndarray, at_s: np.ndarray) -> np.ndarray:
        return np.interp(at_s, time_s, values)

    monkeypatch.setattr(spectrum, "resample", straight)
    assert "hf_ms2_off_scipy, simulated, all intervals, worst of 3" in failing(reference.bands("simulated", beating))
    assert "spline_off_scipy, simulated" in failing(reference.identical_samples("simulated", beating))


def test_a_heart_with_a_gap_is_not_held_against_neurokit2(beating: reference.Hearts) -> None:
    beats = beating["0"]
    cut = [replace(beat, segment=int(beat.ordinal > 100)) for beat in beats]
    assert reference.beside_neurokit2("cut", {"0": cut}) == {}


def test_tones_and_smoothness_of_known_truth_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reference, "N_NOISE", 400)
    rows = reference.tones() | reference.smoothness()
    assert len(rows) == 10
    assert failing(rows) == []


def test_sound_straps_are_not_doubted_and_most_others_are() -> None:
    rows = reference.units()
    assert failing(rows) == []
    assert rows["milliseconds_doubted, straps that send them"].value > 80.0


def test_a_recording_is_read_judged_and_summed_up() -> None:
    rows = reference.day(900.0)
    assert [row.unit for row in rows.values()] == ["s"] * 5
    assert all(row.value > 0.0 for row in rows.values())
    assert "analysis_of_a_day_wall" in rows


def test_without_recordings_their_rows_are_left_out(tmp_path: Path) -> None:
    assert reference.read_hearts(tmp_path) == {}
    assert reference.published({}) == {}


def test_published_values_hold_and_an_interval_that_is_off_is_told() -> None:
    recording(SITTING)
    hearts = reference.read_hearts(FOLDER)
    rows = reference.published(hearts)
    assert len(rows) == 3 * len(reference.PUBLISHED) == 24
    assert failing(rows) == []
    off = reference.published({SITTING: slower(tuple(hearts[SITTING]), 1.024)})
    assert failing(off) == [f"{key}_off_published, {SITTING}" for key in ("mean_rr_ms", "rmssd_ms", "sdnn_ms")]
