"""Electroencephalograms: simulated heads beside their truth, recorded ones beside another computation, and the cost."""

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.signal import butter, sosfiltfilt, welch

from biofeedback.analysis.eeg.bands import MOST_DELAY_MS, delays_ms
from biofeedback.analysis.eeg.epochs import EpochStream
from biofeedback.analysis.eeg.figures import ChannelFigures, EegFigures, Stretch, eeg_figures
from biofeedback.analysis.eeg.filters import Floats
from biofeedback.analysis.eeg.rhythms import BANDS
from biofeedback.analysis.eeg.spectrum import LONG_S
from biofeedback.analysis.eeg.verdicts import N_SETTLE, baseline_of, judge
from biofeedback.bench.measurement import Measurement, at_least, at_most, for_comparison
from devices.eeg import read_eeg
from devices.eeg.head import Head, SimulatedHead, simulate

RATES_HZ = (250.0, 250.0, 256.0, 500.0)
MOST_BAND_PERCENT, MOST_ALPHA_HZ = 5.0, 0.2
SEEN_BLINK_UV = 40.0
"""A blink is one of an electrode where it moves it by so much, or where one over the eyes is moved so."""
MUSCLE_SHARE_S = 0.5
"""A second is one of muscle where a burst covers so much of it."""
RING_S = 1.0
"""After something ends, a second is not called clean for so long: filters ring on."""
LIVE_S = 0.05
"""A headband sends about so much at once."""
COST_S = 20.0
RECORDED = {
    "o1_a": (((11.5, 30.8), (53.0, 80.8)), ((2.0, 11.5), (30.8, 53.0), (80.8, 91.0))),
    "o1_b": (((45.0, 78.0),), ((2.0, 45.0), (78.0, 83.0))),
}
"""Seconds of closed and of open eyes."""
RECORDED_HZ = 250.0


def eeg(recordings: Path | None, n_heads: int) -> dict[str, Measurement]:
    """Everything that is promised of an electroencephalogram: of so many heads, and of people where there are some."""
    heads = [Head(seed, rate=RATES_HZ[seed % len(RATES_HZ)], alpha_hz=8.0 + seed % 9 * 0.5) for seed in range(n_heads)]
    analysed = [analyse(head) for head in heads]
    rows = powers(analysed) | alphas(analysed) | found(analysed) | delays() | costs()
    return rows | (recorded(recordings) if recordings else {})


@dataclass(frozen=True, slots=True)
class Analysed:
    wanted: Head
    head: SimulatedHead
    figures: EegFigures


def analyse(head: Head) -> Analysed:
    simulated = simulate(head)
    return Analysed(head, simulated, figures_of(simulated))


def figures_of(head: SimulatedHead) -> EegFigures:
    told = head.recording
    stretches = told.stretches(closed=True), told.stretches(closed=False)
    return eeg_figures(told.samples_uv, told.rate_hz, told.channels, *stretches, movement_g=told.movement_g)


def powers(analysed: Sequence[Analysed]) -> dict[str, Measurement]:
    """How far a band's power lies from that which the brain really gave in the very seconds that were kept."""
    off: dict[str, list[float]] = {band.name: [] for band in BANDS}
    late: dict[str, list[float]] = {band.name: [] for band in BANDS}
    for one in analysed:
        rate_hz = one.head.recording.rate_hz
        spectrum = np.fft.rfft(one.head.brain_uv, axis=1)
        hz = np.fft.rfftfreq(one.head.brain_uv.shape[1], 1.0 / rate_hz)
        for band in BANDS:
            alone = np.where((hz >= band.low_hz) & (hz < band.high_hz), spectrum, 0.0)
            power = np.fft.irfft(alone, one.head.brain_uv.shape[1], axis=1) ** 2
            for index, figures in enumerate(one.figures.channels):
                kept = np.array([reason is None for reason in figures.reasons])
                true = _weighted(power[index], kept, round(rate_hz))
                off[band.name].append(100.0 * abs(figures.bands[band.name].power_uv2 / true - 1.0))
                course = float(np.mean(np.array(figures.course_uv2[band.name])[kept]))
                late[band.name].append(100.0 * abs(course / true - 1.0))
    rows = {}
    for name, values in off.items():
        rows[f"eeg_power_off_truth_p95, {name}, of {len(values)}"] = at_most(
            float(np.quantile(values, 0.95)), MOST_BAND_PERCENT, "%"
        )
        rows[f"eeg_course_off_truth_median, {name}"] = for_comparison(float(np.median(late[name])), "%")
    return rows


def _weighted(power: Floats, kept: np.ndarray, n_second: int) -> float:
    """The mean of the windows of kept seconds that figures are made of, each weighted as a Hann window does."""
    n = LONG_S * n_second
    taper = (0.5 - 0.5 * np.cos(2.0 * math.pi * np.arange(n) / n)) ** 2
    firsts = [second for second in range(len(kept) - LONG_S + 1) if kept[second : second + LONG_S].all()]
    windows = [power[second * n_second : second * n_second + n] @ taper for second in firsts]
    return float(np.mean(windows) / taper.sum())


def alphas(analysed: Sequence[Analysed]) -> dict[str, Measurement]:
    """Of the individual frequencies that are told, how many are right; and how many are told."""
    off, n_false, n_none = [], 0, 0
    for one in analysed:
        found = [channel.peak.hz for channel in one.figures.channels if channel.peak.hz is not None]
        off += [abs(hz - one.wanted.alpha_hz) for hz in found]
    for seed in range(max(1, len(analysed) // 4)):
        channels = figures_of(simulate(Head(1000 + seed, alpha_uv=0.0))).channels
        n_false += sum(channel.peak.hz is not None for channel in channels)
        n_none += len(channels)
    n = sum(len(one.figures.channels) for one in analysed)
    return {
        f"eeg_individual_alpha_within_0.2_hz, of {len(off)} told": at_least(
            100.0 * float(np.mean(np.array(off) <= MOST_ALPHA_HZ)), 95.0, "%"
        ),
        f"eeg_individual_alpha_told, of {n}": for_comparison(100.0 * len(off) / n, "%"),
        f"eeg_individual_alpha_told_without_alpha, of {n_none}": at_most(100.0 * n_false / n_none, 2.0, "%"),
    }


def found(analysed: Sequence[Analysed]) -> dict[str, Measurement]:
    """How many of the blinks and seconds of muscle are left out, and how many of the clean seconds are."""
    blinks, muscles, clean = [], [], []
    for one in analysed:
        n = len(one.figures.channels[0].reasons)
        for index, channel in enumerate(one.figures.channels):
            out = np.array([reason is not None for reason in channel.reasons])
            touched = np.zeros(n, dtype=bool)
            touched[:N_SETTLE] = True
            for trouble in one.head.troubles:
                first, last = int(trouble.from_s), min(n - 1, int(trouble.to_s + RING_S))
                touched[first : last + 1] = True
                if trouble.kind == "lost":
                    touched[first : last + 1 + N_SETTLE] = True
                seconds = range(first, min(n - 1, int(trouble.to_s)) + 1)
                if trouble.kind == "blink" and trouble.size_uv[index] >= SEEN_BLINK_UV:
                    blinks.append(bool(out[seconds].any()))
                if trouble.kind == "muscle":
                    muscles += [
                        bool(out[second])
                        for second in seconds
                        if min(trouble.to_s, second + 1.0) - max(trouble.from_s, second) >= MUSCLE_SHARE_S
                    ]
            clean += out[~touched].tolist()
    return {
        f"eeg_blinks_left_out, of {len(blinks)}": at_least(100.0 * float(np.mean(blinks)), 95.0, "%"),
        f"eeg_muscle_seconds_left_out, of {len(muscles)}": at_least(100.0 * float(np.mean(muscles)), 90.0, "%"),
        f"eeg_clean_seconds_left_out, of {len(clean)}": at_most(100.0 * float(np.mean(clean)), 3.0, "%"),
    }


def delays() -> dict[str, Measurement]:
    """How late the power of each band comes after an impulse."""
    told = delays_ms(250.0, 50.0)
    return {f"eeg_delay, {name}": at_most(delay, MOST_DELAY_MS, "ms") for name, delay in told.items()}


def costs() -> dict[str, Measurement]:
    """The share of a core that samples take as they come: filtered, powers of bands, seconds judged."""
    return {
        "eeg_share_of_a_core, 8 channels of 250 Hz": at_most(_cost_percent(8, 250.0), 5.0, "%"),
        "eeg_share_of_a_core, 64 channels of 500 Hz": for_comparison(_cost_percent(64, 500.0), "%"),
    }


def _cost_percent(n_channels: int, rate_hz: float) -> float:
    samples = np.random.default_rng(1).normal(0.0, 20.0, (n_channels, round(COST_S * rate_hz)))
    stream = EpochStream(rate_hz, 50.0, n_channels)
    names = [f"C{index}" for index in range(n_channels)]
    baseline = baseline_of(EpochStream(rate_hz, 50.0, n_channels).push(samples[:, : round(5 * rate_hz)]))
    n_pushed = round(LIVE_S * rate_hz)
    begun_s = time.process_time()
    for first in range(0, samples.shape[1], n_pushed):
        epochs = stream.push(samples[:, first : first + n_pushed])
        if epochs:
            judge(epochs, baseline, names)
    return 100.0 * (time.process_time() - begun_s) / COST_S


def recorded(folder: Path) -> dict[str, Measurement]:
    """Alpha with closed eyes by that with open ones, of recorded people, beside another computation."""
    rows = {}
    for name, (closed, opened) in RECORDED.items():
        path = folder / "eeg" / f"{name}.csv.gz"
        told = read_eeg(path, path.read_bytes(), RECORDED_HZ) if path.exists() else None
        if told is None:
            continue
        for how, uncorrected in (("all seconds", True), ("kept seconds", False)):
            (one,) = eeg_figures(
                told.samples_uv, RECORDED_HZ, told.channels, closed, opened, uncorrected=uncorrected
            ).channels
            ratio = one.alpha_ratio or math.inf
            known = _other_ratio(told.samples_uv[0], one, closed, opened, uncorrected=uncorrected)
            rows[f"eeg_alpha_closed_open, {name}, {how}"] = at_least(ratio, 1.0, "")
            rows[f"eeg_alpha_closed_open_off_scipy, {name}, {how}"] = at_most(
                100.0 * abs(ratio / known - 1.0), 5.0, "%"
            )
    return rows


def _other_ratio(
    samples_uv: Floats,
    one: ChannelFigures,
    closed: Sequence[Stretch],
    opened: Sequence[Stretch],
    *,
    uncorrected: bool,
) -> float:
    """By scipy alone: filtered forth and back, Welch's density of each two seconds, areas by trapezoids, medians."""
    sections = butter(2, (1.0, 45.0), "bandpass", fs=RECORDED_HZ, output="sos")
    clean = sosfiltfilt(sections, samples_uv)
    n = round(RECORDED_HZ)

    def within(second: int, stretches: Sequence[Stretch]) -> bool:
        return (uncorrected or one.reasons[second] is None) and any(
            a <= second and second + 1 <= b for a, b in stretches
        )

    medians = []
    for stretches in (closed, opened):
        powers = []
        for second in range(len(one.reasons) - 1):
            if within(second, stretches) and within(second + 1, stretches):
                hz, density = welch(clean[second * n : (second + 2) * n], RECORDED_HZ, "hann", 2 * n, nfft=16 * n)
                inside = (hz >= 8.0) & (hz <= 12.0)
                powers.append(np.trapezoid(density[inside], hz[inside]))
        medians.append(float(np.median(powers)))
    return medians[0] / medians[1]
