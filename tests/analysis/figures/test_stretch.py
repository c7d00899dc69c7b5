"""Figures of whole stretches: reference values, what is withheld and why, and agreement with the live ones."""

import json
import math
import warnings
from dataclasses import asdict, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from biofeedback.analysis.beats.beat import Verdict
from biofeedback.analysis.beats.trust import (
    IRREGULAR,
    MISSING,
    UNCLEAR,
    Disorder,
)
from biofeedback.analysis.figures.indices import NOT_COMPUTED, OURS_OF, told_alike
from biofeedback.analysis.figures.streaming import LiveAnalysis
from biofeedback.analysis.figures.stretch import (
    METHOD,
    SPECTRAL,
    VARIABILITY,
    figures,
    usable,
)
from tests.analysis.hearts import Floats, as_beats, beats_of, intervals, judged, kept, recorded, swinging

REFERENCES = {
    "rr/vu_ecg_sitting.txt": (279, 1075.36, 89.455, 95.003),
    "rr/vu_ecg_arithmetic.txt": (174, 1035.51, 104.632, 85.988),
    "rr/vu_ecg_recovery.txt": (171, 1048.22, 75.974, 82.640),
    "rr/vu_ecg_standing.txt": (197, 910.00, 58.245, 39.315),
    "rr/dhyb_h10_slow.txt": (620, 970.27, 80.22, 37.36),
    "rr/dhyb_h10_slow_arrivals.csv": (620, 970.27, 80.22, 37.36),
    "rr/physio1_nk_rr.txt": (407, 734.44, 146.10, 103.56),
    "rr/nk_rest8min_nk_rr.txt": (477, 1060.0, 83.56, 64.64),
}


def resting(n: int = 400, seed: int = 1) -> list[float]:
    rr_ms = 1000 * np.diff(beats_of(swinging(66, 6, 14), n * 1.2))[:n]
    return list(rr_ms + np.random.default_rng(seed).normal(0, 10, n))


@pytest.mark.parametrize("name", REFERENCES)
@pytest.mark.parametrize("uncorrected", [True, False])
def test_recordings_of_real_people_give_their_reference_values(name: str, uncorrected: bool) -> None:
    n, mean_ms, sdnn_ms, rmssd_ms = REFERENCES[name]
    beats = recorded(name)
    found = figures(beats, uncorrected=uncorrected)
    assert found.n_beats == n
    if uncorrected or found.n_kept == n:
        assert found.mean_rr_ms == pytest.approx(mean_ms, rel=0.001)
        assert found.sdnn_ms == pytest.approx(sdnn_ms, rel=0.003)
        assert found.rmssd_ms == pytest.approx(rmssd_ms, rel=0.003)


def test_time_domain_figures_are_their_definitions() -> None:
    rr_ms = np.array(resting(200))
    found, steps = figures(kept(list(rr_ms))), np.diff(rr_ms)
    assert found.mean_hr_bpm == pytest.approx(60000 / rr_ms.mean())
    assert found.sdnn_ms == pytest.approx(rr_ms.std(ddof=1))
    assert found.rmssd_ms == pytest.approx(np.sqrt((steps**2).mean()))
    assert found.pnn50_percent == pytest.approx(100 * (np.abs(steps) > 50).sum() / len(steps))
    assert found.sd1_ms == pytest.approx(steps.std(ddof=1) / math.sqrt(2))
    assert found.sd2_ms == pytest.approx(math.sqrt(2 * rr_ms.var(ddof=1) - steps.var(ddof=1) / 2))
    assert found.duration_s == pytest.approx(rr_ms.sum() / 1000)


@pytest.mark.parametrize("name", ["", "rr/vu_ecg_sitting.txt", "rr/physio1_nk_rr.txt"])
def test_neurokit2_agrees(name: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from biofeedback.analysis.figures.reference import reference_figures
    beats = recorded(name) if name else kept(resting())
    rr_ms = np.array([beat.rr_ms for beat in beats])
    theirs = reference_figures(usable(beats, uncorrected=True))
    ours = figures(beats, uncorrected=True)
    assert theirs is not None
    assert theirs.method.startswith("neurokit2 ")
    assert ours.mean_rr_ms == pytest.approx(theirs.figures["HRV_MeanNN"], rel=1e-6)
    assert ours.sdnn_ms == pytest.approx(theirs.figures["HRV_SDNN"], rel=1e-6)
    assert ours.rmssd_ms == pytest.approx(theirs.figures["HRV_RMSSD"], rel=1e-6)
    assert ours.sd1_ms == pytest.approx(theirs.figures["HRV_SD1"], rel=1e-6)
    n_steps = len(rr_ms) - 1
    assert ours.pnn50_percent == pytest.approx(theirs.figures["HRV_pNN50"] * (n_steps + 1) / n_steps, rel=1e-6)
    assert reference_figures(usable(beats[:10], uncorrected=True)) is None


@given(
    drift=st.floats(-0.02, 0.02),
    holes=st.sets(st.integers(5, 290), max_size=12),
    cuts=st.dictionaries(st.integers(5, 290), st.floats(0.0, 30.0), max_size=4),
)
@settings(max_examples=15, deadline=None)
def test_neurokit2_sees_the_differences_that_ours_are_of(drift: float, holes: set[int], cuts: dict[int, float]) -> None:
    """However the beats are placed in time, and wherever beats are left out or the link was lost."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from biofeedback.analysis.figures.reference import reference_figures
    beats, late_s, segment = [], 0.0, 0
    for i, beat in enumerate(kept(resting(300))):
        if i in cuts:
            late_s, segment = late_s + cuts[i], segment + 1
        late_s += drift
        verdict = Verdict.LONG if i in holes else Verdict.KEPT
        beats.append(replace(beat, time_s=beat.time_s + late_s, segment=segment, verdict=verdict))
    ours, theirs = figures(beats), reference_figures(usable(beats))
    assert theirs is not None
    for name, key in OURS_OF.items():
        if key in ("mean_rr_ms", "sdnn_ms", "rmssd_ms") and getattr(ours, key) is not None:
            assert theirs.figures[name] == pytest.approx(getattr(ours, key), rel=1e-9)


def test_neurokit2_is_told_and_withheld_as_ours_are() -> None:
    theirs = dict.fromkeys(OURS_OF, 1.0)
    told, why = told_alike(theirs, {"lf_ms2": "needs 120 s of beats, has 60 s"})
    assert told == theirs | {"HRV_LF": None}
    assert why == {"HRV_LF": "needs 120 s of beats, has 60 s"}
    found = figures(recorded("polar_h10_pvc/h10_rr_ms.txt"))
    told, why = told_alike(theirs, found.withheld)
    assert [name for name, value in told.items() if value is not None] == ["HRV_MeanNN"]
    assert {why[name] for name in OURS_OF if name != "HRV_MeanNN"} == {found.withheld["rmssd_ms"]}
    told, why = told_alike({}, {})
    assert set(told.values()) == {None}
    assert set(why.values()) == {NOT_COMPUTED}


def test_a_heart_with_many_extra_beats_is_refused() -> None:
    found = figures(recorded("polar_h10_pvc/h10_rr_ms.txt"))
    assert {getattr(found, name) for name in VARIABILITY} == {None}
    assert all(found.withheld[name] for name in VARIABILITY)
    assert found.mean_hr_bpm is not None
    live = LiveAnalysis()
    shown = [live.push(beat) for beat in recorded("polar_h10_pvc/h10_rr_ms.txt")]
    refused = [indices.withheld in (IRREGULAR, UNCLEAR) for indices in shown[30:]]
    assert np.mean(refused) > 0.95


def test_an_irregular_rhythm_is_refused_and_not_named() -> None:
    rr_ms = list(np.random.default_rng(1).uniform(500, 1200, 300))
    found = figures([replace(b, verdict=Verdict.KEPT, nn_ms=b.rr_ms) for b in as_beats(rr_ms)])
    assert {found.withheld[name] for name in VARIABILITY} == {"the rhythm is too irregular to calculate"}
    assert found.mean_rr_ms == pytest.approx(np.mean(rr_ms))


def test_a_little_irregularity_is_left_out_of_a_long_recording() -> None:
    calm = resting(4000)
    rng = np.random.default_rng(3)
    torn = [*calm[:2000], *rng.uniform(500, 1200, 200), *calm[2000:]]
    found, of_calm, raw = figures(kept(torn)), figures(kept(calm)), figures(kept(torn), uncorrected=True)
    assert raw.rmssd_ms > 1.5 * of_calm.rmssd_ms  # type: ignore[operator]
    for name in ("rmssd_ms", "sdnn_ms", "lf_ms2", "hf_ms2", "smoothness", "swing_bpm"):
        assert getattr(found, name) == pytest.approx(getattr(of_calm, name), rel=0.05), name


def test_a_recording_that_is_all_out_of_order_has_no_variability_however_late_that_is_noticed() -> None:
    rng = np.random.default_rng(5)
    for n in (128, 130, 140, 200):
        found = figures(kept(list(rng.uniform(700, 1100, n))))
        assert found.rmssd_ms is None, n


def test_a_large_slow_swing_is_not_called_irregular() -> None:
    rr_ms = 1000 * np.diff(beats_of(swinging(62, 40, 6), 300))
    assert figures(kept(list(rr_ms))).withheld == {}


@pytest.mark.parametrize(
    ("seconds", "given_", "missing"),
    [
        (20, ["mean_hr_bpm"], ["rmssd_ms", "sdnn_ms", "hf_ms2", "lf_ms2", "lf_hf", "smoothness"]),
        (40, ["rmssd_ms", "pnn50_percent", "sd1_ms"], ["sdnn_ms", "sd2_ms", "hf_ms2", "peak_hz", "smoothness"]),
        (90, ["sdnn_ms", "hf_ms2", "peak_hz", "smoothness", "coherence_ratio"], ["lf_ms2", "vlf_ms2", "lf_hf"]),
        (150, ["lf_ms2"], ["vlf_ms2", "lf_hf"]),
        (310, ["vlf_ms2", "lf_hf"], []),
    ],
)
def test_what_needs_longer_is_withheld_and_says_how_long(seconds: float, given_: list[str], missing: list[str]) -> None:
    rr_ms = resting(400)
    n = int(np.searchsorted(np.cumsum(rr_ms), seconds * 1000))
    found = figures(kept(rr_ms[:n]))
    assert [name for name in given_ if getattr(found, name) is None] == []
    assert [name for name in missing if getattr(found, name) is not None] == []
    assert all(found.withheld[name].startswith("needs ") for name in missing)


def spoiled(percent: float) -> list:
    rr_ms = resting(400)
    for i in range(20, 400, round(100 / percent)):
        rr_ms[i] = 2500.0
    return kept(rr_ms)


@pytest.mark.parametrize(
    ("percent", "given_", "missing"),
    [(2, VARIABILITY, ()), (7, ("rmssd_ms", "sdnn_ms"), SPECTRAL), (15, (), VARIABILITY)],
)
def test_too_many_unusable_beats_withhold_first_the_spectrum_then_all_but_heart_rate(
    percent: float, given_: tuple[str, ...], missing: tuple[str, ...]
) -> None:
    found = figures(spoiled(percent))
    assert [name for name in given_ if getattr(found, name) is None] == []
    assert [name for name in missing if getattr(found, name) is not None] == []
    assert all("cannot be used" in found.withheld[name] for name in missing)
    assert found.mean_hr_bpm is not None
    assert found.artifact_percent == pytest.approx(percent, abs=2.5)


def test_uncorrected_takes_every_beat_as_it_came_and_withholds_nothing_for_artefacts() -> None:
    beats = spoiled(15)
    found = figures(beats, uncorrected=True)
    rr_ms = np.array([beat.rr_ms for beat in beats])
    assert found.withheld == {}
    assert found.mean_rr_ms == pytest.approx(rr_ms.mean())
    assert found.rmssd_ms == pytest.approx(np.sqrt((np.diff(rr_ms) ** 2).mean()))


def test_no_difference_is_taken_across_a_gap() -> None:
    slow, fast = resting(200, 1), [rr - 300 for rr in resting(200, 2)]
    beats = judged([*as_beats(slow), *as_beats(fast, segment=1, first=200, from_s=400)])
    steps = np.concatenate([np.diff(slow), np.diff(fast)])
    assert all(beat.kept for beat in beats)
    found = figures(beats)
    assert found.rmssd_ms == pytest.approx(np.sqrt((steps**2).mean()))
    minute = [beat.rr_ms for beat in beats[200:321] if beat.time_s > beats[320].time_s - 60]
    assert live_rmssd_ms(beats, 320) == pytest.approx(np.sqrt((np.diff(minute) ** 2).mean()), rel=0.02)


def test_figures_come_back_once_the_last_minute_is_mostly_whole() -> None:
    before, after = resting(100, 1), resting(150, 2)
    beats = judged([*as_beats(before), *as_beats(after, segment=1, first=100, from_s=200)])
    live = LiveAnalysis()
    shown = [(beat.time_s - 200, live.push(beat)) for beat in beats]
    since = [(s, indices.withheld) for s, indices in shown if s > 0]
    assert {reason for s, reason in since if s < 40} == {MISSING}
    assert {reason for s, reason in since if s > 44} == {""}


def live_rmssd_ms(beats: list, at: int) -> float:
    live = LiveAnalysis()
    shown = [live.push(beat).rmssd_ms for beat in beats[: at + 1]][-1]
    assert shown is not None
    return shown


def test_no_difference_touches_a_rejected_beat() -> None:
    rr_ms = resting(200)
    rr_ms[100] = 2500.0
    beats = kept(rr_ms)
    assert [b.ordinal for b in beats if not b.kept] == [100]
    steps = np.concatenate([np.diff(rr_ms[:100]), np.diff(rr_ms[101:])])
    assert figures(beats).rmssd_ms == pytest.approx(np.sqrt((steps**2).mean()))
    at_s = np.cumsum([beat.rr_ms for beat in beats[:121]]) / 1000
    ends = [i for i in range(121) if at_s[i] > at_s[-1] - 60.0 and i not in (100, 101)]
    minute = np.array([rr_ms[i] - rr_ms[i - 1] for i in ends])
    assert live_rmssd_ms(beats, 120) == pytest.approx(np.sqrt((minute**2).mean()), rel=1e-9)


def test_the_harm_of_artefacts_is_mended() -> None:
    clean = intervals("rr/dhyb_h10_slow.txt")
    rng, errors = np.random.default_rng(2), []
    truth = figures(kept(list(clean)))
    for _ in range(20):
        broken = list(clean)
        for i in sorted(rng.choice(np.arange(20, len(clean) - 20), 6, replace=False), reverse=True):
            broken[i : i + 2] = [broken[i] + broken[i + 1]]
        errors.append(abs(figures(kept(broken)).rmssd_ms / truth.rmssd_ms - 1))  # type: ignore[operator]
    assert np.median(errors) <= 0.05


def test_no_beats_give_no_figures_and_say_so() -> None:
    found = figures([])
    assert (found.n_beats, found.n_kept, found.mean_rr_ms) == (0, 0, None)
    assert set(found.withheld) == {"artifact_percent", "duration_s", "mean_rr_ms", "mean_hr_bpm", *VARIABILITY}


def test_beats_that_are_all_unusable_are_told_as_that() -> None:
    found = figures(judged(as_beats([100.0] * 50)))
    assert (found.n_beats, found.n_kept, found.artifact_percent, found.mean_rr_ms) == (50, 0, 100.0, None)
    assert found.duration_s == pytest.approx(5.0)
    assert set(found.withheld) == {"mean_rr_ms", "mean_hr_bpm", *VARIABILITY}


def test_a_short_stretch_of_a_rhythm_without_order_is_refused_with_the_rest() -> None:
    rr_ms = list(np.random.default_rng(1).uniform(500, 1200, 300))
    beats = [replace(b, verdict=Verdict.KEPT, nn_ms=b.rr_ms) for b in as_beats(rr_ms)]
    short = beats[:60]
    assert figures(short).rmssd_ms is not None, "by itself it does not tell"
    known = figures(short, disorder=Disorder.of(beats))
    assert set(known.withheld) == set(VARIABILITY)
    assert known.withheld["rmssd_ms"] == "the rhythm is too irregular to calculate"


def test_a_share_above_its_limit_is_not_told_as_the_limit() -> None:
    beats = [
        replace(beat, verdict=Verdict.MISSED) if i % 100 in (10, 30, 50, 70, 90) or i == 205 else beat
        for i, beat in enumerate(kept(resting(400)))
    ]
    assert figures(beats).withheld["lf_ms2"] == "5.2 % of beats cannot be used (limit 5 %)"


@given(
    st.lists(st.one_of(st.floats(600, 1200), st.just(0.0), st.floats(1 / 1.024, 60_000)), max_size=120),
    st.booleans(),
    st.sets(st.integers(0, 119), max_size=4),
)
def test_no_figure_is_ever_nan_and_each_missing_one_has_its_reason(
    rr_ms: list[float], uncorrected: bool, gaps: set[int]
) -> None:
    segments = np.cumsum([i in gaps for i in range(len(rr_ms))])
    beats = judged([replace(b, segment=int(s)) for b, s in zip(as_beats(rr_ms), segments, strict=True)])
    found = figures(beats, uncorrected=uncorrected)
    json.dumps(found.as_json(), allow_nan=False)
    for name in VARIABILITY:
        assert (getattr(found, name) is None) == (name in found.withheld), name
    live = LiveAnalysis()
    for beat in beats:
        json.dumps(asdict(live.push(beat)), allow_nan=False)


def window_at_end(beats: list, seconds: float) -> list:
    total, chosen = 0.0, []
    for beat in reversed(beats):
        if total > seconds * 1000:
            break
        chosen.insert(0, beat)
        total += beat.rr_ms
    return chosen


@pytest.mark.parametrize("name", ["rr/dhyb_h10_slow.txt", "rr/vu_ecg_sitting.txt", "rr/physio1_nk_rr.txt"])
def test_live_figures_agree_with_those_of_the_same_stretch_as_a_whole(name: str) -> None:
    beats, live = recorded(name), LiveAnalysis()
    for n, beat in enumerate(beats, 1):
        shown = live.push(beat)
        if n < 120 or n % 40:
            continue
        at_s = np.cumsum([b.rr_ms for b in beats[:n]]) / 1000
        minute = [b for b, t in zip(beats[:n], at_s, strict=True) if t > at_s[-1] - 60.0]
        before = beats[minute[0].ordinal - 1]
        assert shown.rmssd_ms == pytest.approx(figures([before, *minute], uncorrected=True).rmssd_ms, rel=1e-9)
        ten = [b.rr_ms for b, t in zip(beats[:n], at_s, strict=True) if t > at_s[-1] - 10.0]
        assert shown.hr_bpm == pytest.approx(60000 / np.mean(ten), rel=1e-9)
        whole = figures(window_at_end(beats[:n], 66.0), uncorrected=True)
        assert shown.smoothness == pytest.approx(whole.smoothness, abs=0.06)
        assert shown.respiration_per_min is None or shown.swing_bpm is not None


def test_live_figures_wait_until_there_is_enough() -> None:
    live = LiveAnalysis()
    shown = [live.push(beat) for beat in kept(resting(200))]
    at_s = np.cumsum(resting(200)) / 1000

    def first_s(name: str) -> float:
        return float(at_s[next(i for i, indices in enumerate(shown) if getattr(indices, name) is not None)])

    assert first_s("hr_bpm") < 6
    assert 30 <= first_s("rmssd_ms") < 34
    assert 64 <= first_s("smoothness") < 67
    assert 32 <= first_s("swing_bpm") < 40


def test_a_hole_in_the_window_withholds_the_wave_until_it_has_passed() -> None:
    beats = judged([*as_beats(resting(120)), *as_beats(resting(120, 3), segment=1, first=120, from_s=140)])
    live = LiveAnalysis()
    shown = [live.push(beat) for beat in beats]
    assert shown[119].smoothness is not None
    assert {indices.smoothness for indices in shown[120:185]} == {None}
    assert shown[-1].smoothness is not None


def test_live_feedback_freezes_where_beats_cannot_be_used_and_comes_back() -> None:
    rr_ms = resting(400)
    for i in range(150, 200, 5):
        rr_ms[i] = 2500.0
    live = LiveAnalysis()
    shown = [live.push(beat) for beat in kept(rr_ms)]
    assert shown[199].withheld == UNCLEAR
    assert shown[199].smoothness is shown[199].rmssd_ms is None
    assert shown[199].hr_bpm is not None
    assert shown[-1].withheld == ""
    assert shown[-1].smoothness is not None


def test_the_method_of_every_figure_is_named() -> None:
    assert {
        "verdicts",
        "time_domain",
        "frequency_domain",
        "coherence_ratio",
        "smoothness",
        "respiration",
        "swing",
    } <= set(METHOD)


def test_floats_of_a_stretch_do_not_depend_on_when_it_was() -> None:
    rr_ms: Floats = np.array(resting(200))
    early, late = as_beats(list(rr_ms)), as_beats(list(rr_ms), first=5000, from_s=7200.25)
    assert figures(judged(early)).lf_ms2 == figures(judged(late)).lf_ms2


def test_the_last_value_of_a_strap_without_signal_is_no_heart_rate() -> None:
    alone = figures(judged(as_beats([852.0] * 200)))
    assert (alone.mean_hr_bpm, alone.rmssd_ms) == (None, None)
    assert alone.withheld["mean_hr_bpm"] == "there are no beats that can be used"
    heart = resting(300)
    both = figures(judged(as_beats([*heart, *[852.0] * 120])))
    assert both.mean_hr_bpm == pytest.approx(figures(judged(as_beats(heart))).mean_hr_bpm, rel=0.005)
