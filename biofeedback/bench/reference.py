"""Figures beside published values, an independent computation, neurokit2 and known truth; the cost of a whole day."""

import gc
import math
import random
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise, product
from pathlib import Path

import numpy as np
from scipy.interpolate import CubicSpline
from scipy.signal import welch

from biofeedback.analysis.beats.beat import Beat
from biofeedback.analysis.beats.units import Doubt, UnitCheck
from biofeedback.analysis.figures.stretch import figures
from biofeedback.analysis.signal import spectrum
from biofeedback.analysis.signal.spectrum import FloatArray
from biofeedback.bench.injection import clean_hearts, inject_mixed, recorded_hearts
from biofeedback.bench.measurement import Measurement, at_least, at_most, for_comparison
from biofeedback.bench.rules import untouched
from biofeedback.session.judging import judged_beats
from devices.person import Person, Traits
from devices.recordings import read_recording
from devices.samples import Packet, PacketFormat
from protocols.breathing import BreathCurve, BreathPattern

PUBLISHED = {
    "rr/vu_ecg_sitting.txt": (1075.36, 89.455, 95.003),
    "rr/vu_ecg_arithmetic.txt": (1035.51, 104.632, 85.988),
    "rr/vu_ecg_recovery.txt": (1048.22, 75.974, 82.640),
    "rr/vu_ecg_standing.txt": (910.00, 58.245, 39.315),
    "rr/dhyb_h10_slow.txt": (970.27, 80.22, 37.36),
    "rr/dhyb_h10_slow_arrivals.csv": (970.27, 80.22, 37.36),
    "rr/physio1_nk_rr.txt": (734.44, 146.10, 103.56),
    "rr/nk_rest8min_nk_rr.txt": (1060.0, 83.56, 64.64),
}
MOST_OFF_PERCENT = {"mean_rr_ms": 0.1, "sdnn_ms": 0.3, "rmssd_ms": 0.3}
FURTHER = ("exercise/exercise_rri.hrm", "polar_h10_pvc/h10_rr_ms.txt")

BANDS_HZ = {"vlf_ms2": (0.0033, 0.04), "lf_ms2": (0.04, 0.15), "hf_ms2": (0.15, 0.40)}
MOST_BAND_PERCENT, MOST_PEAK_HZ = 2.0, 0.001
N_FINE = 1 << 16
"""Steps of 0.00006 Hz, in which a peak is read off without any fit."""

EQUAL, SAME = 1e-6, 1e-9
"""Relative differences below which figures, and densities of identical samples, are the same (science F3)."""
SMOOTH_LEAST, NOISE_MOST = 0.88, 0.35
N_NOISE = 2000

DAY_S, DAY_FAULTS, MOST_DAY_S, N_DAY_RUNS = 86400.0, 0.002, 5.0, 3

Hearts = Mapping[str, Sequence[Beat]]


def reference(recordings: Path | None) -> dict[str, Measurement]:
    """Everything that has another answer to be held against; recordings of real people where there are some."""
    simulated = {f"simulated {n}": untouched(heart).beats for n, heart in enumerate(clean_hearts())}
    recorded = read_hearts(recordings) if recordings else {}
    rows = published(recorded)
    for group, hearts in (("simulated", simulated), ("recorded", recorded)):
        if hearts:
            rows |= bands(group, hearts) | beside_neurokit2(group, hearts) | identical_samples(group, hearts)
    return rows | tones() | smoothness() | units() | day()


def read_hearts(folder: Path) -> dict[str, list[Beat]]:
    """The judged beats of all recordings in a folder, by name: those with published values, and the others."""
    files = [folder / name for name in (*PUBLISHED, *FURTHER)]
    found = {
        str(path.relative_to(folder)): judged_beats(read_recording(path).packets) for path in files if path.exists()
    }
    others = {name: rr_ms for name, rr_ms in recorded_hearts(folder).items() if name not in found}
    return found | {name: _judged(rr_ms) for name, rr_ms in others.items()}


def _judged(rr_ms: Sequence[float]) -> list[Beat]:
    times_s = np.cumsum(rr_ms) / 1000.0
    return judged_beats(
        Packet(float(at_s), PacketFormat.RR_TEXT, repr(float(ms)).encode())
        for at_s, ms in zip(times_s, rr_ms, strict=True)
    )


def published(hearts: Hearts) -> dict[str, Measurement]:
    """How far (%) mean RR, SDNN and RMSSD lie from what is published of a recording."""
    rows = {}
    for name in PUBLISHED.keys() & hearts.keys():
        ours = figures(hearts[name], uncorrected=True)
        for (key, most), known in zip(MOST_OFF_PERCENT.items(), PUBLISHED[name], strict=True):
            rows[f"{key}_off_published, {name}"] = at_most(_percent_off(getattr(ours, key), known), most, "%")
    return dict(sorted(rows.items()))


def _percent_off(ours: float | None, known: float) -> float:
    return math.inf if ours is None else 100.0 * abs(ours / known - 1.0)


def bands(group: str, hearts: Hearts) -> dict[str, Measurement]:
    """The worst of all hearts against the same recipe by scipy, of all intervals as they came and of the kept ones."""
    rows: dict[str, Measurement] = {}
    for how, uncorrected in (("all", True), ("kept", False)):
        off: dict[str, list[float]] = {key: [] for key in (*BANDS_HZ, "peak_hz")}
        for beats in hearts.values():
            ours = figures(beats, uncorrected=uncorrected)
            theirs = recipe(beats, uncorrected=uncorrected)
            for key, known in theirs.items():
                given = getattr(ours, key)
                if given is not None:
                    off[key].append(abs(given - known) if key == "peak_hz" else _percent_off(given, known))
        for key, distances in off.items():
            if distances:
                limit, unit = (MOST_PEAK_HZ, "Hz") if key == "peak_hz" else (MOST_BAND_PERCENT, "%")
                rows[f"{key}_off_scipy, {group}, {how} intervals, worst of {len(distances)}"] = at_most(
                    max(distances), limit, unit
                )
    return rows


def recipe(beats: Sequence[Beat], *, uncorrected: bool) -> dict[str, float]:
    """Bands and peak by scipy alone: the stated recipe, written down a second time.

    Cubic spline through the intervals at their beats, which the sum of all intervals puts in time; 4 Hz; linear
    detrend; Welch of 300 s with half overlap, a shorter recording one segment; trapezoids, cut at the edges of bands.
    """
    used = np.array([uncorrected or beat.kept for beat in beats])
    if used.sum() < 5:
        return {}
    rr_ms = np.array([beat.rr_ms for beat in beats])
    time_s = (np.cumsum(rr_ms) / 1000.0)[used]
    even = CubicSpline(time_s, rr_ms[used])(np.arange(time_s[0], time_s[-1], 0.25))
    n = min(len(even), 1200)
    hz, density = _welch(even, n, max(2048, 2 ** math.ceil(math.log2(n))))
    found = {key: _area(hz, density, *edges_hz) for key, edges_hz in BANDS_HZ.items()}
    fine_hz, fine = _welch(even, n, N_FINE)
    inside = (fine_hz >= 0.04) & (fine_hz <= 0.26)
    return found | {"peak_hz": float(fine_hz[inside][fine[inside].argmax()])}


def _welch(even: FloatArray, n: int, nfft: int) -> tuple[FloatArray, FloatArray]:
    hz, density = welch(even, 4.0, "hann", n, n // 2, nfft, "linear", scaling="density")
    return np.asarray(hz), np.asarray(density)


def _area(hz: FloatArray, density: FloatArray, low_hz: float, high_hz: float) -> float:
    edges = np.concatenate(([low_hz], hz[(hz > low_hz) & (hz < high_hz)], [high_hz]))
    return float(np.trapezoid(np.interp(edges, hz, density), edges))


def beside_neurokit2(group: str, hearts: Hearts) -> dict[str, Measurement]:
    """Largest relative differences to neurokit2's `hrv_time`, over hearts without gaps.

    SD1 and SD2 come from its SDSD and SDNN. Its pNN50 divides by the number of intervals, ours by that of differences.
    """
    from biofeedback.analysis.figures.reference import time_domain  # neurokit2 takes seconds to import

    off: dict[str, list[float]] = {}
    points = []
    for beats in hearts.values():
        if len({beat.segment for beat in beats}) > 1:
            continue
        ours = figures(beats, uncorrected=True)
        rr_ms = np.array([beat.rr_ms for beat in beats])
        theirs = time_domain(rr_ms, np.cumsum(rr_ms) / 1000.0)
        sd1 = theirs["HRV_SDSD"] / math.sqrt(2.0)
        known = {
            "mean_rr_ms": theirs["HRV_MeanNN"],
            "sdnn_ms": theirs["HRV_SDNN"],
            "rmssd_ms": theirs["HRV_RMSSD"],
            "sd1_ms": sd1,
            "sd2_ms": math.sqrt(2.0 * theirs["HRV_SDNN"] ** 2 - sd1**2),
            "pnn50_percent": theirs["HRV_pNN50"] * len(rr_ms) / (len(rr_ms) - 1),
        }
        for key, value in known.items():
            given = getattr(ours, key)
            off.setdefault(key, []).append(abs(given - value) / max(value, 1e-9) if given is not None else math.inf)
        points.append(abs((ours.pnn50_percent or 0.0) - theirs["HRV_pNN50"]))
    rows = {
        f"{key}_off_neurokit2, {group}, worst of {len(d)}": at_most(max(d), EQUAL, "of it") for key, d in off.items()
    }
    if points:
        rows[f"pnn50_percent_off_neurokit2_as_it_is, {group}"] = for_comparison(max(points), "points")
    return rows


def identical_samples(group: str, hearts: Hearts) -> dict[str, Measurement]:
    """Largest relative differences to scipy of the spline, and of the density of each bin up to 0.4 Hz.

    Live windows of 64 s, one after the other, and Welch's mean of the whole.
    """
    spline, live, whole = 0.0, 0.0, 0.0
    n = int(spectrum.LIVE_S * spectrum.RATE_HZ)
    for beats in hearts.values():
        rr_ms = np.array([beat.rr_ms for beat in beats])
        time_s = np.cumsum(rr_ms) / 1000.0
        at_s = np.arange(time_s[0], time_s[-1], 1.0 / spectrum.RATE_HZ)
        even = np.asarray(CubicSpline(time_s, rr_ms)(at_s))
        spline = max(spline, float(np.max(np.abs(spectrum.resample(time_s, rr_ms, at_s) / even - 1.0))))
        n_segment = min(len(even), 1200)
        ours = spectrum.welch(even)
        theirs = _welch(even, n_segment, round(spectrum.RATE_HZ / ours.step_hz))[1]
        whole = max(whole, _most_off(ours, theirs))
        for first in range(0, len(even) - n + 1, n):
            window = even[first : first + n]
            theirs = _welch(window, n, spectrum.LIVE_NFFT)[1]
            live = max(live, _most_off(spectrum.live_spectrum(window), theirs))
    return {
        f"spline_off_scipy, {group}": at_most(spline, SAME, "of it"),
        f"live_spectrum_off_scipy, {group}": at_most(live, SAME, "of it"),
        f"welch_off_scipy, {group}": at_most(whole, SAME, "of it"),
    }


def _most_off(ours: spectrum.Spectrum, theirs: FloatArray) -> float:
    first, last = (round(edge_hz / ours.step_hz) for edge_hz in spectrum.TOTAL_HZ)
    band = slice(max(first, 1), last + 1)
    return float(np.max(np.abs(ours.density[band] / theirs[band] - 1.0)))


def tones() -> dict[str, Measurement]:
    """Power of a wave of 0.1 Hz, 40 ms, and one of 0.25 Hz, 20 ms, of a heart; the worst of 32 phases (science F3)."""
    rows = {}
    for rr_ms in (700.0, 900.0, 1100.0):
        found = [
            figures(
                untouched(_waves(rr_ms, 306.0, (0.1, 40.0, math.pi * p / 4.0), (0.25, 20.0, math.pi * q / 2.0))).beats
            )
            for p, q in product(range(8), range(4))
        ]
        for key, power_ms2, most in (("lf_ms2", 800.0, 1.0), ("hf_ms2", 200.0, 5.0)):
            off = max(_percent_off(getattr(one, key), power_ms2) for one in found)
            rows[f"{key}_off_two_tones, RR of {rr_ms:.0f} ms"] = at_most(off, most, "%")
    return rows


def _waves(mean_ms: float, seconds: float, *waves: tuple[float, float, float]) -> list[float]:
    """Intervals of a heart whose interval is a sum of waves of (Hz, ms, phase)."""
    at_s, rr_ms = 0.0, []
    while at_s < seconds:
        rr_ms.append(mean_ms + sum(ms * math.sin(2.0 * math.pi * hz * at_s + phase) for hz, ms, phase in waves))
        at_s += rr_ms[-1] / 1000.0
    return rr_ms


def smoothness() -> dict[str, Measurement]:
    """Share of the highest peak in windows of 64 s: of a pure wave, and of intervals drawn one by one."""
    pure = [_newest_smoothness(_waves(900.0, 70.0, (0.1, 50.0, math.pi * p / 8.0))) for p in range(16)]
    rng = np.random.default_rng(1)
    rows = {"smoothness_of_a_pure_wave, the worst of 16 phases": at_least(min(pure), SMOOTH_LEAST, "")}
    for mean_ms in (600.0, 850.0, 1100.0):
        n = int(70000.0 / mean_ms)
        noise = [_newest_smoothness(list(mean_ms + rng.normal(0.0, 40.0, n))) for _ in range(N_NOISE)]
        rows[f"smoothness_of_noise_p95, RR of {mean_ms:.0f} ms"] = at_most(
            float(np.quantile(noise, 0.95)), NOISE_MOST, ""
        )
    return rows


def _newest_smoothness(rr_ms: Sequence[float]) -> float:
    values = np.array(rr_ms)
    time_s = np.cumsum(values) / 1000.0
    n = int(spectrum.LIVE_S * spectrum.RATE_HZ)
    at_s = time_s[-1] - np.arange(n)[::-1] / spectrum.RATE_HZ
    wave = spectrum.rhythm(spectrum.live_spectrum(spectrum.resample(time_s, values, at_s)))
    return wave.smoothness if wave else 0.0


def units() -> dict[str, Measurement]:
    """Straps that send milliseconds for 1/1024 s: doubted, of simulated sessions of ten minutes; and sound straps.

    The first two minutes without a pacer, then 6 a minute. The heart rate beside the intervals is that of the last 1
    to 16 beats, rounded or cut.
    """
    n, n_wrong, n_found = 0, 0, 0
    for raw in _sessions():
        for n_smooth, cut in product((1, 4, 8, 16), (False, True)):
            rates = [*_told_rates(raw, n_smooth, cut=cut)]
            n += 1
            n_wrong += bool(_doubts(raw, rates, 1000.0 / 1024.0))
            n_found += _doubts(raw, rates, (1000.0 / 1024.0) ** 2) == [Doubt.TOO_SHORT]
    return {
        "milliseconds_doubted, sound straps": at_most(100.0 * n_wrong / n, 0.0, "%"),
        "milliseconds_doubted, straps that send them": for_comparison(100.0 * n_found / n, "%"),
    }


def _sessions() -> Iterator[list[int]]:
    """Intervals in 1/1024 s."""
    curve = BreathCurve.steady(BreathPattern(6.0, 4.0, 0, 6.0, 0))
    for seed, (hr, amplitude_ms) in enumerate(product((48.0, 58.0, 68.0, 78.0, 88.0), (15.0, 60.0, 120.0))):
        person = Person(Traits(hr, amplitude_ms=amplitude_ms), seed)
        beats = person.beats_until(600.0, lambda at_s: curve.at(at_s).volume if at_s > 120.0 else None)
        yield [round(1024.0 * (b - a)) for a, b in pairwise(beats)]


def _told_rates(raw: Sequence[int], n_smooth: int, *, cut: bool) -> Iterator[int]:
    for i in range(len(raw)):
        last = raw[max(0, i + 1 - n_smooth) : i + 1]
        rate = 60.0 * 1024.0 * len(last) / sum(last)
        yield math.floor(rate) if cut else round(rate)


def _doubts(raw: Sequence[int], rates: Sequence[int], unit_ms: float) -> list[Doubt]:
    check = UnitCheck()
    told = (check.push(unit_ms * units, rate) for units, rate in zip(raw, rates, strict=True))
    return [doubt.doubt for doubt in told if doubt]


def day(seconds: float = DAY_S) -> dict[str, Measurement]:
    """A recording of 24 hours with a few faults, as `analyze` has it: read, judged, all figures; without imports.

    The median of three runs.
    """
    beats = Person(Traits(), seed=1).beats_until(seconds, lambda at_s: None)
    rr_ms = inject_mixed([1000.0 * (b - a) for a, b in pairwise(beats)], DAY_FAULTS, random.Random(1))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "day.txt"
        path.write_text("\n".join(f"{ms:.3f}" for ms in rr_ms))
        gc.freeze()  # `analyze` carries neither neurokit2 nor what the other measurements left
        runs = [_run_day(path) for _ in range(N_DAY_RUNS)]
        gc.unfreeze()
    wall_s, read_s, judged_s, figures_s = np.median(runs, axis=0).tolist()
    return {
        f"analysis_of_a_day_cpu, {len(rr_ms)} beats": at_most(read_s + judged_s + figures_s, MOST_DAY_S, "s"),
        "analysis_of_a_day_wall": at_most(wall_s, MOST_DAY_S, "s"),
        "analysis_of_a_day_cpu, read": for_comparison(read_s, "s"),
        "analysis_of_a_day_cpu, judged": for_comparison(judged_s, "s"),
        "analysis_of_a_day_cpu, figures": for_comparison(figures_s, "s"),
    }


def _run_day(path: Path) -> tuple[float, float, float, float]:
    """Wall time of the whole, and CPU time of reading, judging and figures, in seconds."""
    begun_s, marks = time.perf_counter(), [time.process_time()]
    packets = read_recording(path).packets
    marks.append(time.process_time())
    judged = judged_beats(packets)
    marks.append(time.process_time())
    figures(judged)
    marks.append(time.process_time())
    read_s, judged_s, figures_s = (end_s - begin_s for begin_s, end_s in pairwise(marks))
    return time.perf_counter() - begun_s, read_s, judged_s, figures_s
