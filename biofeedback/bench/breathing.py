"""Breathing rate, swing and phase against people whose breath is known: simulated ones, and measured respiration."""

import cmath
import gzip
import itertools
import math
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.signal import find_peaks

from biofeedback.analysis.breath.breathing_rate import rate_by_minute
from biofeedback.analysis.breath.phase import pacer_phase
from biofeedback.analysis.breath.reading import BreathingRate
from biofeedback.analysis.breath.swing import Breaths, own_breaths, swing
from biofeedback.analysis.signal import spectrum
from biofeedback.analysis.signal.spectrum import FloatArray
from biofeedback.analysis.signal.uncertainty import NORMAL_95, around
from biofeedback.bench import oracle
from biofeedback.bench.measurement import Measurement, at_least, at_most, for_comparison
from devices.person import BREATH_SMOOTHING_S, STEP_S, Person, Traits
from protocols.breathing import BreathCurve, BreathPattern

SETTLED_S, STRETCH_S = 40.0, 300.0
SWING_SHARE, SWING_BPM, PHASE_DEG = 0.05, 0.5, 10.0
SLOW_PER_MIN, REST_PER_MIN = 0.2, 1.0
INHALE, EXHALE = 4.0, 6.0
BAND_PERCENT = (90.0, 99.0)
N_PARTS = 5
"""Parts of the wave that the oracle knows."""
OF_ORACLE = 0.95
"""A figure is good where it does nearly as well as the oracle, which knows the wave's shape and the noise."""
TOLD_BY_CHANCE_PERCENT = 2.0
FIRST_R_PEAK_S = 0.38
"""Of the resting recording: its intervals begin with this beat (found by laying them over its ECG)."""


@dataclass(frozen=True, slots=True)
class Paced:
    """A simulated person after so many minutes with the pacer, and what is true of them.

    `swing_bpm` and `lag_deg` are those of the answer to the breath alone: of the heart rate without any noise;
    `harmonics_ms` are the heights of the parts of that answer in the intervals.
    """

    traits: Traits
    per_min: float
    time_s: FloatArray
    rr_ms: FloatArray
    swing_bpm: float
    lag_deg: float
    harmonics_ms: FloatArray

    @property
    def breaths(self) -> Breaths:
        return Breaths(self.time_s, self.rr_ms, (self.time_s - self.rr_ms / 2000.0) * self.per_min / 60.0)

    @property
    def volume(self) -> FloatArray:
        return _volume(self.breaths.cycles)


def grid(
    hr: Sequence[float] = (50.0, 70.0, 90.0),
    amplitude_ms: Sequence[float] = (10.0, 40.0, 100.0, 200.0),
    resonance: Sequence[float] = (4.5, 5.6, 7.0),
    per_min: Sequence[float] = (4.0, 5.0, 6.0, 7.0, 15.0),
    noise_ms: Sequence[float] = (5.0, 12.0, 20.0),
) -> Iterator[Paced]:
    """Simulated people of every kind, five minutes each; lag and following of the pacer go round."""
    for seed, (h, a, r, p, n) in enumerate(itertools.product(hr, amplitude_ms, resonance, per_min, noise_ms)):
        lag_s, follows = (0.0, 0.4, 1.0)[seed % 3], (1.0, 0.95, 0.85)[seed // 3 % 3]
        traits = Traits(h, r, a, noise_ms=n, following=follows, lag_s=lag_s, arousal=0.0)
        yield paced(traits, p, seed)


def paced(traits: Traits, per_min: float, seed: int) -> Paced:
    """Five minutes of a simulated person with a pacer."""
    curve = BreathCurve.steady(BreathPattern(per_min, INHALE, 0, EXHALE, 0))
    beats = np.array(Person(traits, seed).beats_until(SETTLED_S + STRETCH_S, lambda at_s: curve.at(at_s).volume))
    beats = beats[beats > SETTLED_S]
    cycles = np.arange(1000) / 1000
    drive = np.fft.rfft(2.0 * _volume(cycles) - 1.0)
    answer = [0j] + [drive[h] * answer_to(traits, h * per_min) for h in range(1, 30)]
    rr_ms = 60000.0 / traits.hr - traits.following * np.fft.irfft(answer, len(cycles))
    hr_bpm = 60000.0 / rr_ms
    lag_deg = -math.degrees(cmath.phase(answer_to(traits, per_min)))
    parts = traits.following * 2.0 / len(cycles) * np.abs(np.array(answer[1 : N_PARTS + 1]))
    return Paced(traits, per_min, beats[1:], 1000.0 * np.diff(beats), float(np.ptp(hr_bpm)), lag_deg, parts)


def answer_to(traits: Traits, per_min: float) -> complex:
    """Shortening of RR (ms) that a simulated person answers to a breath of strength 1 and phase 0 at a rate."""
    omega, own = 2.0 * math.pi * per_min / 60.0, 2.0 * math.pi * traits.resonance / 60.0
    s, damping = 1j * omega, own / traits.q
    keep = 1.0 - STEP_S / BREATH_SMOOTHING_S
    smoothed = (1.0 - keep) / (1.0 - keep * cmath.exp(-s * STEP_S))
    late = cmath.exp(-s * (traits.lag_s - BREATH_SMOOTHING_S))
    return traits.amplitude_ms * damping * s / (s * s + damping * s + own * own) * late * smoothed


def resting(
    per_min: float, spread: float, traits: Traits, seed: int
) -> tuple[FloatArray, FloatArray, Callable[[float], float]]:
    """A person who breathes freely, each breath of another length, like the one before in part.

    Returns
    -------
    time_s, rr_ms : ndarray
    breaths : callable
        Breaths taken up to a time.
    """
    rng, ends, like = random.Random(seed), [0.0], 0.0
    while ends[-1] < SETTLED_S + STRETCH_S + 60.0:
        like = 0.4 * like + 0.92 * rng.gauss(0.0, 1.0)
        ends.append(ends[-1] + 60.0 / per_min * max(0.4, 1.0 + spread * like))

    def breaths(at_s: float) -> float:
        return float(np.interp(at_s, ends, np.arange(len(ends))))

    def volume(at_s: float) -> float:
        return float(_volume(np.array([breaths(at_s)]))[0])

    beats = np.array(Person(traits, seed).beats_until(SETTLED_S + STRETCH_S, volume))
    beats = beats[beats > SETTLED_S]
    return beats[1:], 1000.0 * np.diff(beats), breaths


def breathing(recordings: Path | None) -> dict[str, Measurement]:
    """Errors of breathing rate, swing and phase, how often each is told, and whether their bands hold the truth."""
    people = list(grid())
    figures = _swings(people) | _phases(people) | _paced_rates(people) | _free_rates() | _no_breath()
    if recordings is not None:
        figures |= _recorded(recordings)
    return figures


def _swings(people: Sequence[Paced]) -> dict[str, Measurement]:
    limits = [max(SWING_BPM / person.swing_bpm, SWING_SHARE) for person in people]
    errors_of_oracle = [oracle.swing_se_share(p.traits, p.per_min, p.harmonics_ms, STRETCH_S) for p in people]
    oracle_percent = oracle.share_within(errors_of_oracle, limits)
    figures: dict[str, Measurement] = {"swing_in_5_percent_or_half_a_beat, oracle": for_comparison(oracle_percent, "%")}
    for name in ("the pacer's breaths", "the heart's own breaths"):
        errors, held = [], []
        for person in people:
            stretch = (person.time_s, person.rr_ms)
            own = name != "the pacer's breaths"
            found = swing(own_breaths([stretch], rate_by_minute([stretch])) if own else [person.breaths])
            if found is None or found.lost:
                continue
            errors.append((found.bpm - person.swing_bpm, person.swing_bpm, person.per_min))
            if found.n_groups > 1:
                band = around(found.bpm, found.se_bpm, found.n_groups)
                held.append(band.low <= person.swing_bpm <= band.high)
        off, true, per_min = np.array(errors).T
        good = (np.abs(off) <= SWING_BPM) | (np.abs(off) <= SWING_SHARE * true)
        figures |= {
            f"swing_in_5_percent_or_half_a_beat, {name}": at_least(
                100.0 * float(good.mean()), OF_ORACLE * oracle_percent, "%"
            ),
            f"swing_told, {name}": for_comparison(100.0 * len(errors) / len(people), "%"),
            f"swing_band_holds_truth, {name}": _within(100.0 * float(np.mean(held)), *BAND_PERCENT, "%"),
        }
        if name == "the pacer's breaths":
            slow, quick = (per_min >= 4.5) & (per_min <= 7.0), per_min == 15.0
            for which, rates, limit in ((slow, "5 to 7 a minute", 3.0), (quick, "15 a minute", 6.0)):
                bias = 100.0 * abs(float(np.median(off[which] / true[which])))
                figures[f"swing_median_error, {rates}"] = at_most(bias, limit, "%")
    return figures


def _phases(people: Sequence[Paced]) -> dict[str, Measurement]:
    off, held, at_resonance, known, near = [], [], [], [], []
    for person in people:
        found = pacer_phase([person.breaths], [person.volume])
        if found.lag_deg is None or found.se_deg is None:
            continue
        error = (found.lag_deg - person.lag_deg + 180.0) % 360.0 - 180.0
        half = around(180.0, found.se_deg, found.n_groups).high - 180.0
        off.append(abs(error))
        known.append(oracle.lag_se_deg(person.traits, person.per_min, person.harmonics_ms, STRETCH_S))
        held.append(abs(error) <= half)
        if abs(person.per_min - person.traits.resonance) <= 0.5:
            at_resonance.append(abs(error))
            near.append(known[-1])
    oracle_percent = oracle.share_within(known, [PHASE_DEG] * len(known))
    near_percent = oracle.share_within(near, [PHASE_DEG] * len(near))
    return {
        "phase_within_10_degrees, oracle": for_comparison(oracle_percent, "%"),
        "phase_within_10_degrees": at_least(
            100.0 * float(np.mean(np.array(off) <= PHASE_DEG)), OF_ORACLE * oracle_percent, "%"
        ),
        "phase_within_10_degrees, near resonance": at_least(
            100.0 * float(np.mean(np.array(at_resonance) <= PHASE_DEG)), OF_ORACLE * near_percent, "%"
        ),
        "phase_told": for_comparison(100.0 * len(off) / len(people), "%"),
        "phase_band_holds_truth": _within(100.0 * float(np.mean(held)), *BAND_PERCENT, "%"),
    }


def _paced_rates(people: Sequence[Paced]) -> dict[str, Measurement]:
    """Minutes of people who breathe slowly with a pacer and whose heart answers by 40 ms or more at resonance."""
    told, off, held, peaks, known = 0, [], [], [], []
    slow = [p for p in people if 4.5 <= p.per_min <= 7.0 and p.traits.amplitude_ms >= 40.0]
    n_minutes = 0
    for person in slow:
        minutes = rate_by_minute([(person.time_s, person.rr_ms)])
        n_minutes += len(minutes)
        for minute in minutes:
            if minute.per_min is not None and minute.se_per_min is not None:
                told += 1
                off.append(abs(minute.per_min - person.per_min))
                held.append(off[-1] <= NORMAL_95 * minute.se_per_min)
        here = _peak_errors(person)
        peaks += here
        known += len(here) * [
            oracle.rate_se_per_min(person.traits, person.per_min, person.harmonics_ms, spectrum.LIVE_S)
        ]
    return {
        "peak_error_p95, 64 s, oracle": for_comparison(oracle.error_quantile(known, 0.95), "a minute"),
        "rate_error_p95, paced 5 to 7 a minute": at_most(float(np.quantile(off, 0.95)), 0.3, "a minute"),
        "rate_told, paced 5 to 7 a minute": for_comparison(100.0 * told / n_minutes, "%"),
        "rate_band_holds_truth, paced 5 to 7 a minute": at_least(100.0 * float(np.mean(held)), BAND_PERCENT[0], "%"),
        "peak_error_mean, 64 s": at_most(float(np.mean(peaks)), 0.06, "a minute"),
        "peak_error_p95, 64 s": at_most(float(np.quantile(peaks, 0.95)), 0.15, "a minute"),
    }


def _peak_errors(person: Paced) -> list[float]:
    """Errors (a minute) of the highest peak of windows of 64 s that are smooth enough to tell it (science B5: 0.4)."""
    even = spectrum.resample(person.time_s, person.rr_ms, np.arange(person.time_s[0], person.time_s[-1], 0.25))
    n = int(spectrum.LIVE_S * spectrum.RATE_HZ)
    waves = [spectrum.rhythm(spectrum.live_spectrum(even[i : i + n])) for i in range(0, len(even) - n + 1, n)]
    return [abs(60.0 * wave.peak_hz - person.per_min) for wave in waves if wave and wave.smoothness >= 0.4]


def _free_rates() -> dict[str, Measurement]:
    """Minutes of people at rest: the heart answers well, or weakly as at an age."""
    figures: dict[str, Measurement] = {}
    for name, amplitude_ms in (("strong answer", 120.0), ("weak answer", 50.0)):
        off, held, n_minutes = [], [], 0
        for seed, (per_min, spread) in enumerate(itertools.product((9.0, 12.0, 15.0, 18.0), (0.05, 0.15))):
            traits = Traits(hr=60.0 + 2 * seed, amplitude_ms=amplitude_ms, noise_ms=12.0, arousal=0.0, following=1.0)
            time_s, rr_ms, breaths = resting(per_min, spread, traits, seed)
            for minute in rate_by_minute([(time_s, rr_ms)]):
                n_minutes += 1
                if minute.per_min is None or minute.se_per_min is None:
                    continue
                off.append(abs(minute.per_min - (breaths(minute.at_s) - breaths(minute.at_s - 60.0))))
                held.append(off[-1] <= NORMAL_95 * minute.se_per_min)
        figures |= {
            f"rate_within_1, rest, {name}": at_least(100.0 * float(np.mean(np.array(off) <= REST_PER_MIN)), 95.0, "%"),
            f"rate_told, rest, {name}": for_comparison(100.0 * len(off) / n_minutes, "%"),
            f"rate_band_holds_truth, rest, {name}": _within(100.0 * float(np.mean(held)), *BAND_PERCENT, "%"),
        }
    return figures


def _no_breath() -> dict[str, Measurement]:
    """Minutes of people whose heart does not answer the breath at all: any rate told is wrong by chance."""
    minutes = []
    for seed in range(16):
        person = paced(Traits(hr=56.0 + 2 * seed, amplitude_ms=0.0, noise_ms=15.0, arousal=0.0), 6.0, seed)
        minutes += rate_by_minute([(person.time_s, person.rr_ms)])
    told = [minute for minute in minutes if minute.per_min is not None]
    return {"rate_told, heart without breath": at_most(100.0 * len(told) / len(minutes), TOLD_BY_CHANCE_PERCENT, "%")}


def _recorded(recordings: Path) -> dict[str, Measurement]:
    """Minutes of real people beside their measured respiration, by its spectral peak and by its breaths."""
    figures: dict[str, Measurement] = {}
    for name, limit, (time_s, rr_ms, breath, rate_hz) in (
        ("rest, recorded", REST_PER_MIN, _resting_recording(recordings)),
        ("slow, recorded", SLOW_PER_MIN, _slow_recording(recordings)),
    ):
        minutes = rate_by_minute([(time_s, rr_ms)])
        both = []
        for how, true_of in (("peak", spectral_rate), ("breaths", counted_rate)):
            both.append(_errors(minutes, breath, rate_hz, true_of))
            figures[f"rate_error_mean, {name}, by {how}"] = at_most(float(np.abs(both[-1]).mean()), limit, "a minute")
        by_peak, by_breaths = both
        apart = np.abs(by_peak - by_breaths)
        beyond = np.where(by_peak * by_breaths <= 0.0, 0.0, np.minimum(np.abs(by_peak), np.abs(by_breaths)))
        figures |= {
            f"rate_references_apart_largest, {name}": for_comparison(float(apart.max()), "a minute"),
            f"rate_error_beyond_both_largest, {name}": at_most(float(beyond.max()), limit, "a minute"),
        }
        told = sum(minute.per_min is not None for minute in minutes)
        figures[f"rate_told, {name}"] = for_comparison(100.0 * told / len(minutes), "%")
    return figures


def _errors(
    minutes: Sequence[BreathingRate],
    breath: FloatArray,
    rate_hz: float,
    true_of: Callable[[FloatArray, float, float, float], float],
) -> FloatArray:
    off = [
        minute.per_min - true_of(breath, rate_hz, minute.at_s - minute.span_s, minute.at_s)
        for minute in minutes
        if minute.per_min is not None
    ]
    return np.array(off)


def spectral_rate(breath: FloatArray, rate_hz: float, from_s: float, to_s: float) -> float:
    """Rate of the highest peak (Hann) of a respiration signal between two times."""
    part = breath[int(from_s * rate_hz) : int(to_s * rate_hz)]
    part = part - np.polyval(np.polyfit(np.arange(len(part)), part, 1), np.arange(len(part)))
    power = np.abs(np.fft.rfft(part * np.hanning(len(part)), 1 << 17))
    per_min = np.fft.rfftfreq(1 << 17, 1.0 / rate_hz) * 60.0
    band = (per_min > 3.0) & (per_min < 40.0)
    return float(per_min[band][power[band].argmax()])


def counted_rate(breath: FloatArray, rate_hz: float, from_s: float, to_s: float) -> float:
    """Breaths of a respiration signal between two times, with their fractions: by the tops that stand out."""
    n_smooth = int(rate_hz)
    smooth = np.convolve(breath, np.hanning(n_smooth) / np.hanning(n_smooth).sum(), "same")
    tops, _ = find_peaks(smooth, prominence=0.5 * float(smooth.std()))
    first, last = np.interp([from_s, to_s], tops / rate_hz, np.arange(len(tops)))
    span_s = min(to_s, tops[-1] / rate_hz) - max(from_s, tops[0] / rate_hz)
    return float((last - first) * 60.0 / span_s)


def _resting_recording(recordings: Path) -> tuple[FloatArray, FloatArray, FloatArray, float]:
    with gzip.open(recordings / "neurokit/bio_resting_8min_100hz.csv.gz", "rt") as file:
        at = file.readline().strip().split(",").index("RSP")
        breath = np.loadtxt(file, delimiter=",", usecols=at)
    rr_ms = np.loadtxt(recordings / "rr/nk_rest8min_nk_rr.txt")
    return FIRST_R_PEAK_S + np.cumsum(rr_ms) / 1000.0, rr_ms, breath, 100.0


def _slow_recording(recordings: Path) -> tuple[FloatArray, FloatArray, FloatArray, float]:
    with np.load(recordings / "physio/pair1_slow_breathing_250hz.npz") as signals:
        breath = signals["resp_airflow_25hz"].astype(float)
    beats = np.loadtxt(recordings / "physio/ecg1_rpeaks_nk_samples.txt") / 1000.0
    return beats[1:], 1000.0 * np.diff(beats), breath, 25.0


def _volume(cycles: FloatArray) -> FloatArray:
    """Lung volume at some breaths of the pacer's pattern."""
    curve = BreathCurve.steady(BreathPattern(60.0, INHALE, 0, EXHALE, 0))
    return np.array([curve.at(cycle).volume for cycle in (cycles % 1.0).tolist()])


def _within(value: float, low: float, high: float, unit: str) -> Measurement:
    return Measurement(value, unit, f"{low:g} to {high:g} {unit}", low <= value <= high)
