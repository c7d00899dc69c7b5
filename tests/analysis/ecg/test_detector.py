"""Heartbeats found in an electrocardiogram as it comes."""

import csv
import gzip
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from biofeedback.analysis.ecg.complexes import Punctuality, QrsComplex
from biofeedback.analysis.ecg.detector import (
    LATENCY_S,
    LEARN_S,
    EcgReading,
    QrsDetector,
)
from biofeedback.analysis.ecg.trace import Flaw, middle
from tests.analysis.waves import (
    ECG_HZ,
    Floats,
    breathing_beats,
    detected,
    heart_trace,
    instants,
)
from tests.recordings import recording

EDGE_S = 0.6
"""A beat so near to an end of the trace need not be told."""
WRONG_LABELS_S = (57.13, 57.53, 77.52, 99.74, 175.58, 269.02, 441.58, 546.82)
"""Labels of the recording where neither the trace nor the strap's own intervals have a beat."""
UNLABELLED_S = (57.33,)
UNLABELLED_EXTRA_S = (38.7, 62.38, 145.95, 152.99, 255.35, 413.07, 450.62, 509.64)
"""Early beats wider than 140 ms that are labelled as usual ones."""


def instants_of(reading: EcgReading) -> Floats:
    return np.array([found.time_s for found in reading.complexes])


def unmatched(found_s: Sequence[float] | Floats, true_s: Sequence[float] | Floats, within_s: float) -> list[float]:
    """Those of the first that have none of the second near."""
    there = np.asarray(true_s)
    return [float(at_s) for at_s in found_s if not np.any(np.abs(there - at_s) <= within_s)]


def inner(beats_s: Sequence[float], end_s: float) -> list[float]:
    return [beat_s for beat_s in beats_s if EDGE_S < beat_s < end_s - EDGE_S]


def test_every_beat_is_found_to_a_fraction_of_a_sample() -> None:
    time_s, beats_s = instants(60), breathing_beats(60)
    reading = detected(time_s, heart_trace(time_s, beats_s))
    assert not unmatched(inner(beats_s, 60), instants_of(reading), 0.001)
    assert not unmatched(instants_of(reading), beats_s, 0.001)
    assert not reading.marred
    assert all(found.usual for found in reading.complexes[10:])


def test_intervals_are_those_between_the_beats() -> None:
    time_s, beats_s = instants(40), breathing_beats(40)
    found = detected(time_s, heart_trace(time_s, beats_s)).complexes
    assert found[0].rr_ms is None
    for before, here in pairwise(found):
        assert here.rr_ms == pytest.approx((here.time_s - before.time_s) * 1000.0)


def spoiled_trace(seed: int) -> tuple[Floats, Floats]:
    """A trace with hum, a wandering level, a burst of noise, a jolt, and a gap."""
    time_s = np.concatenate([instants(9.0), instants(9.0, from_s=11.3)])
    rng = np.random.default_rng(seed)
    ecg_uv = heart_trace(time_s, breathing_beats(21, swing_ms=120), wide_s=())
    ecg_uv += 60.0 * np.sin(2 * np.pi * 50 * time_s) + 300.0 * np.sin(2 * np.pi * 0.3 * time_s)
    ecg_uv += np.where((time_s > 5) & (time_s < 6.5), rng.normal(0, 500, len(time_s)), 0.0)
    return time_s, ecg_uv + np.where(time_s > 14.2, 2500.0, 0.0)


@given(cuts=st.lists(st.integers(1, 200), min_size=1, max_size=8), seed=st.integers(0, 3))
def test_the_same_is_found_however_the_trace_is_cut(cuts: list[int], seed: int) -> None:
    time_s, ecg_uv = spoiled_trace(seed)
    assert detected(time_s, ecg_uv, cuts=cuts) == detected(time_s, ecg_uv, cuts=[len(time_s)])


def test_a_beat_is_told_in_time() -> None:
    time_s, beats_s = instants(30), breathing_beats(30)
    ecg_uv = heart_trace(time_s, beats_s)
    detector = QrsDetector(ECG_HZ)
    for i in range(len(time_s)):
        for found in detector.push(time_s[i : i + 1], ecg_uv[i : i + 1]).complexes:
            assert time_s[i] - found.time_s <= max(LATENCY_S, LEARN_S + LATENCY_S - found.time_s)


@pytest.mark.parametrize("rate_hz", [100.0, 130.0, 250.0, 512.0])
def test_any_usual_rate_will_do(rate_hz: float) -> None:
    time_s, beats_s = instants(30, rate_hz), breathing_beats(30)
    found_s = instants_of(detected(time_s, heart_trace(time_s, beats_s), rate_hz))
    assert not unmatched(inner(beats_s, 30), found_s, 0.002)
    assert not unmatched(found_s, beats_s, 0.002)


@pytest.mark.parametrize(
    ("height_uv", "hz"),
    [(1000.0, 50.0), (500.0, 60.0), (3000.0, 0.3), (1000.0, 1.0)],
    ids=["50", "60", "breath", "sway"],
)
def test_hum_and_wander_are_no_matter(height_uv: float, hz: float) -> None:
    time_s, beats_s = instants(60), breathing_beats(60)
    ecg_uv = heart_trace(time_s, beats_s) + height_uv * np.sin(2 * np.pi * hz * time_s)
    found_s = instants_of(detected(time_s, ecg_uv))
    assert not unmatched(inner(beats_s, 60), found_s, 0.005)
    assert not unmatched(found_s, beats_s, 0.005)


def test_a_wandering_level_is_no_jolt() -> None:
    time_s, beats_s = instants(60), breathing_beats(60)
    assert not detected(time_s, heart_trace(time_s, beats_s) + 3000.0 * np.sin(2 * np.pi * 0.3 * time_s)).marred


def test_a_t_wave_nearly_as_tall_as_r_is_no_beat() -> None:
    time_s, beats_s = instants(60), breathing_beats(60)
    ecg_uv = heart_trace(time_s, beats_s)
    for beat_s in beats_s:
        ecg_uv += 830.0 * np.exp(-0.5 * ((time_s - beat_s - 0.32) / 0.04) ** 2)
    assert not unmatched(instants_of(detected(time_s, ecg_uv)), beats_s, 0.005)


def test_a_strap_put_on_upside_down_tells_the_same_beats() -> None:
    time_s, beats_s = instants(60), breathing_beats(60)
    reading = detected(time_s, -heart_trace(time_s, beats_s))
    assert not unmatched(inner(beats_s, 60), instants_of(reading), 0.001)
    assert all(found.amplitude_uv < -500.0 for found in reading.complexes)


@pytest.mark.parametrize("height_uv", [500.0, 2000.0])
def test_noise_of_movement_is_told_and_what_is_found_in_it_not_trusted(height_uv: float) -> None:
    time_s, beats_s = instants(60), breathing_beats(60)
    noise = np.random.default_rng(5).normal(0, height_uv, len(time_s))
    ecg_uv = heart_trace(time_s, beats_s) + np.where((time_s > 30) & (time_s < 33), noise, 0.0)
    reading = detected(time_s, ecg_uv)
    assert {stretch.flaw for stretch in reading.marred} <= {Flaw.NOISE, Flaw.JOLT}
    assert min(stretch.from_s for stretch in reading.marred) > 29.0
    assert max(stretch.to_s for stretch in reading.marred) < 35.0
    usable_s = [found.time_s for found in reading.complexes if found.usable]
    assert not unmatched(usable_s, beats_s, 0.02)
    calm_s = [beat_s for beat_s in inner(beats_s, 60) if not 29.5 < beat_s < 33.5]
    assert not unmatched(calm_s, instants_of(reading), 0.005)
    for found in reading.complexes:
        assert found.rr_ms is None or found.rr_ms == pytest.approx(850, abs=120)


@pytest.mark.parametrize("height_uv", [3000.0, 30000.0])
def test_a_blow_does_not_deafen(height_uv: float) -> None:
    time_s, beats_s = instants(60), breathing_beats(60)
    blow_s = beats_s[30] + 0.4
    ecg_uv = heart_trace(time_s, beats_s) + height_uv * np.exp(-0.5 * ((time_s - blow_s) / 0.01) ** 2)
    soon_s = [beat_s for beat_s in beats_s if blow_s + 0.5 < beat_s < blow_s + 6.0]
    assert not unmatched(soon_s, instants_of(detected(time_s, ecg_uv)), 0.01)


def test_noise_does_not_deafen() -> None:
    time_s, beats_s = instants(180), breathing_beats(180)
    noise = np.convolve(np.random.default_rng(1).normal(0, 5000.0, len(time_s)), np.ones(5) / 5**0.5, "same")
    ecg_uv = heart_trace(time_s, beats_s) + np.where(time_s % 15.0 > 12.0, noise, 0.0)
    calm_s = [beat_s for beat_s in inner(beats_s, 180) if 1.0 < beat_s % 15.0 < 11.5]
    assert not unmatched(calm_s, instants_of(detected(time_s, ecg_uv)), 0.01)


def test_a_jolt_is_no_beat_to_be_trusted() -> None:
    time_s, beats_s = instants(30), breathing_beats(30)
    middle_s = (beats_s[17] + beats_s[18]) / 2.0 + 0.1
    reading = detected(time_s, heart_trace(time_s, beats_s) + np.where(time_s > middle_s, 3000.0, 0.0))
    assert not unmatched([found.time_s for found in reading.complexes if found.usable], beats_s, 0.005)
    assert Flaw.JOLT in {stretch.flaw for stretch in reading.marred}
    assert not unmatched([b for b in inner(beats_s, 30) if abs(b - middle_s) > 0.5], instants_of(reading), 0.005)


def test_no_interval_spans_a_gap() -> None:
    time_s, beats_s = instants(40), breathing_beats(40)
    there = (time_s < 20.0) | (time_s > 20.6)
    reading = detected(time_s[there], heart_trace(time_s, beats_s)[there])
    gaps = [stretch for stretch in reading.marred if stretch.flaw is Flaw.GAP]
    assert [(round(gap.from_s, 1), round(gap.to_s, 1)) for gap in gaps] == [(20.0, 20.6)]
    after = next(found for found in reading.complexes if found.time_s > 20.6)
    assert after.rr_ms is None
    assert after.time_s < 22.0
    assert after.usual


def test_a_clock_that_begins_anew_is_a_gap() -> None:
    time_s, beats_s = instants(20), breathing_beats(20)
    ecg_uv = heart_trace(time_s, beats_s)
    detector = QrsDetector(ECG_HZ)
    first = detector.push(time_s + 1000.0, ecg_uv)
    again = detector.push(time_s, ecg_uv)
    assert len(again.complexes) >= len(first.complexes) - 1
    assert [found.rr_ms is None for found in again.complexes if found.time_s < 20].count(True) == 1


def test_a_flat_line_has_no_beats_and_says_so() -> None:
    time_s = instants(20)
    noise = np.random.default_rng(2).normal(0, 3, len(time_s))
    reading = detected(time_s, noise)
    assert not reading.complexes
    assert {stretch.flaw for stretch in reading.marred} == {Flaw.FLAT}


def test_a_trace_at_the_end_of_its_range_is_told() -> None:
    time_s, beats_s = instants(20), breathing_beats(20)
    ecg_uv = heart_trace(time_s, beats_s) + np.where((time_s > 8) & (time_s < 9), 40000.0, 0.0)
    clipped = np.minimum(ecg_uv, 8000.0)
    assert Flaw.CLIPPED in {stretch.flaw for stretch in detected(time_s, clipped).marred}


@pytest.mark.parametrize("share", [0.3, 0.1, 4.0])
def test_beats_of_another_size_are_soon_found_again(share: float) -> None:
    time_s, beats_s = instants(60), breathing_beats(60)
    ecg_uv = heart_trace(time_s, beats_s) * np.where(time_s > 30, share, 1.0)
    found_s = instants_of(detected(time_s, ecg_uv))
    assert len(unmatched(inner(beats_s, 60), found_s, 0.005)) <= 1
    assert len(unmatched(found_s, beats_s, 0.005)) <= 1


def test_beats_that_grew_much_are_trusted_again() -> None:
    time_s, beats_s = instants(90), breathing_beats(90)
    ecg_uv = heart_trace(time_s, beats_s) * np.where(time_s > 30, 9.0, 1.0)
    late = [found for found in detected(time_s, ecg_uv).complexes if found.time_s > 60.0]
    assert len(late) > 30
    assert all(found.usable for found in late)


def test_one_faint_beat_is_found_back() -> None:
    time_s, beats_s = instants(30), breathing_beats(30)
    faint = np.abs(time_s - beats_s[20]) < 0.3
    found_s = instants_of(detected(time_s, heart_trace(time_s, beats_s) * np.where(faint, 0.3, 1.0)))
    assert not unmatched(inner(beats_s, 30), found_s, 0.005)
    assert list(found_s) == sorted(found_s)


def with_extra_beats(duration_s: float, every: int) -> tuple[list[float], list[float]]:
    """Beats of which each `every`-th comes early and is followed by a pause, and those early ones."""
    beats_s, extra_s = [0.5], []
    while beats_s[-1] < duration_s:
        if len(beats_s) % every == every - 1:
            extra_s.append(beats_s[-1] + 0.45)
            beats_s += [extra_s[-1], extra_s[-1] + 1.15]
        else:
            beats_s.append(beats_s[-1] + 0.8)
    return beats_s, extra_s


@pytest.mark.parametrize("every", [2, 3, 9])
def test_extra_beats_are_told_from_usual_ones_however_frequent(every: int) -> None:
    time_s = instants(90)
    beats_s, extra_s = with_extra_beats(90, every)
    found = [each for each in detected(time_s, heart_trace(time_s, beats_s, extra_s)).complexes if each.time_s > 15.0]
    assert not unmatched([each.time_s for each in found if each.extra_beat], extra_s, 0.02)
    assert not unmatched([each.time_s for each in found if each.usual], sorted(set(beats_s) - set(extra_s)), 0.02)
    assert not unmatched([beat_s for beat_s in extra_s if 15.0 < beat_s < 89.0], [f.time_s for f in found], 0.02)
    assert all(each.usual is not each.extra_beat for each in found)


def test_the_usual_interval_leaves_extra_beats_out() -> None:
    punctuality = Punctuality()
    assert punctuality.early(450.0) is None
    for _ in range(4):
        punctuality.push(450.0, usual=False)
        punctuality.push(1150.0, usual=True)
    assert punctuality.early(700.0)
    assert not punctuality.early(760.0)


def test_the_usual_interval_does_not_reach_over_a_gap() -> None:
    punctuality = Punctuality()
    for _ in range(4):
        punctuality.push(800.0, usual=True)
    for _ in range(10):
        punctuality.gap()
        punctuality.push(1150.0, usual=True)
    assert punctuality.early(700.0)
    assert not punctuality.early(760.0)


def test_a_heart_whose_every_beat_is_wide_has_no_extra_beats() -> None:
    time_s, beats_s = instants(60), breathing_beats(60)
    found = detected(time_s, heart_trace(time_s, beats_s, wide_s=beats_s)).complexes
    assert not any(each.extra_beat for each in found)
    assert min(each.width_ms for each in found) > 110.0


def test_a_wide_beat_measures_wider() -> None:
    time_s = instants(60)
    beats_s, extra_s = with_extra_beats(60, 3)
    found = detected(time_s, heart_trace(time_s, beats_s, extra_s)).complexes[5:]
    assert min(each.width_ms for each in found if each.extra_beat) > 1.3 * max(e.width_ms for e in found if e.usual)


@pytest.mark.parametrize("rate_hz", [0.0, 25.0, 4000.0, float("nan")])
def test_an_impossible_rate_is_refused(rate_hz: float) -> None:
    with pytest.raises(ValueError, match="Hz"):
        QrsDetector(rate_hz)


def test_bad_samples_are_refused() -> None:
    detector = QrsDetector(ECG_HZ)
    with pytest.raises(ValueError, match="shape"):
        detector.push(np.zeros(3), np.zeros(4))
    with pytest.raises(ValueError, match="finite"):
        detector.push(np.arange(2) / ECG_HZ, np.array([0.0, np.nan]))


def strap_recording() -> tuple[Floats, Floats]:
    """The electrocardiogram of a Polar H10: seconds from its first sample, microvolts."""
    with gzip.open(recording("polar_h10_pvc/polar_h10.csv.gz"), "rt", encoding="utf-8") as file:
        rows = [(float(row["time"]), float(row["ecg"])) for row in csv.DictReader(file) if row["ecg"]]
    table = np.array(rows)
    return (table[:, 0] - table[0, 0]) / 1e9, table[:, 1] * 1000.0


def labels(time_s: Floats) -> tuple[Floats, Floats]:
    """Instants of the labelled beats of that recording, and of the extra ones among them."""
    path = recording("polar_h10_pvc/rpeaks_pvc_derived.csv")
    table = np.loadtxt(path, delimiter=",", skiprows=1)
    at_s = time_s[table[:, 0].astype(int)]
    return at_s, at_s[table[:, 3] == 1]


def scored(found_s: Floats, true_s: Floats) -> tuple[float, float]:
    """Sensitivity and positive predictivity (%) within 50 ms."""
    missed, made_up = unmatched(true_s, found_s, 0.05), unmatched(found_s, true_s, 0.05)
    return 100.0 * (1.0 - len(missed) / len(true_s)), 100.0 * (1.0 - len(made_up) / len(found_s))


def test_beats_of_a_strap_with_many_extra_beats() -> None:
    time_s, ecg_uv = strap_recording()
    label_s, _ = labels(time_s)
    found_s = instants_of(detected(time_s, ecg_uv))
    assert min(scored(found_s, label_s)) >= 99.0
    true_s = np.array([*unmatched(label_s, WRONG_LABELS_S, 0.02), *UNLABELLED_S])
    assert min(scored(found_s, true_s)) >= 99.5


def test_extra_beats_of_a_strap_are_told_by_their_shape() -> None:
    time_s, ecg_uv = strap_recording()
    label_s, label_extra_s = labels(time_s)
    known = [each for each in detected(time_s, ecg_uv).complexes if each.usual is not None and each.early is not None]

    def are(extra_s: Sequence[float] | Floats) -> list[QrsComplex]:
        return [each for each in known if not unmatched([each.time_s], extra_s, 0.05)]

    extra = are(label_extra_s)
    usual = are(unmatched(label_s, [*label_extra_s, *UNLABELLED_EXTRA_S], 0.05))
    assert len(extra) > 230
    assert len(usual) > 530
    assert sum(each.extra_beat for each in extra) / len(extra) >= 0.99
    assert sum(not each.extra_beat for each in usual) / len(usual) >= 0.99


def test_beats_of_a_slow_breath() -> None:
    with np.load(recording("physio/pair1_slow_breathing_250hz.npz")) as arrays:
        ecg_uv = arrays["ecg"].astype(float) * 1e6
    peaks_s = np.loadtxt(recording("physio/ecg1_rpeaks_nk_samples.txt")) / 1000.0
    found_s = instants_of(detected(instants(300, 250.0), ecg_uv, 250.0))
    assert min(scored(found_s, peaks_s)) >= 99.5


def test_beats_at_rest() -> None:
    with gzip.open(recording("neurokit/bio_resting_8min_100hz.csv.gz"), "rt", encoding="utf-8") as file:
        ecg_uv = np.array([float(row["ECG"]) * 1000.0 for row in csv.DictReader(file)])
    rr_ms = np.loadtxt(recording("rr/nk_rest8min_nk_rr.txt"))
    found_s = instants_of(detected(instants(len(ecg_uv) / 100.0, 100.0), ecg_uv, 100.0))
    true_s = np.concatenate([[0.0], np.cumsum(rr_ms)]) / 1000.0
    assert len(found_s) == len(true_s)
    assert min(scored(found_s, true_s + np.median(found_s - true_s))) >= 99.5


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=40))
def test_the_middle_is_the_median_to_the_bit(values: list[float]) -> None:
    assert middle(np.array(values)) == np.median(values)
