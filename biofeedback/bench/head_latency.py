"""From a burst at an electrode to the sound and the picture that answer it: each part of the way, and the whole."""

import time
from collections.abc import Sequence

import numpy as np

from biofeedback.analysis.eeg.epochs import Epoch
from biofeedback.analysis.eeg.filters import Floats
from biofeedback.analysis.eeg.live import LiveEeg
from biofeedback.analysis.eeg.rhythms import BANDS
from biofeedback.bench.measurement import Measurement, at_most, for_comparison
from biofeedback.sound.course import Course, Scene
from biofeedback.sound.device import N_PERIODS, QUEUE_PERIODS, QUICK_PERIOD_MS
from biofeedback.sound.loops import RATE_HZ
from biofeedback.sound.playing import Stream, Wishes
from biofeedback.sound.settings import SoundSettings, Timbre
from devices.clock import Clock

RATE = 256.0
CHUNK = 12
"""Samples that a headband sends at once."""
N_IMPULSES = 200
MOST_LATE_MS = 250.0
ANSWERED = ("theta", "alpha", "smr", "high_beta")
SETTLED_S, APART_S = 6.0, 1.0
LOW, HIGH = 0.3, 0.8
"""Places of answers in turn."""


def latencies(picture_ms: Sequence[float]) -> dict[str, Measurement]:
    """The way to the sound through each service of sound, and to the picture, of which painting takes so long."""
    rows = {}
    late_ms = {name: late_of_band(name) for name in ANSWERED}
    for name, late in late_ms.items():
        rows[f"neurofeedback_late_p95, {name}"] = at_most(_p95(late), MOST_LATE_MS, "ms")
    rng = np.random.default_rng(2)
    for service, periods in (*QUEUE_PERIODS.items(), ("other services", float(N_PERIODS))):
        begun, half = sounded_ms(periods * QUICK_PERIOD_MS / 1000.0)
        rows[f"neurofeedback_event_to_sound_p95, {service}"] = for_comparison(_p95(begun), "ms")
        rows[f"neurofeedback_event_to_half_of_the_sound_p95, {service}"] = for_comparison(_p95(half), "ms")
        for name in ("alpha", "smr"):
            whole = late_ms[name] + rng.permutation(begun)
            rows[f"neurofeedback_electrode_to_sound_p95, {name}, {service}"] = at_most(_p95(whole), MOST_LATE_MS, "ms")
    rows["neurofeedback_event_to_picture_p95"] = for_comparison(_p95(picture_ms), "ms")
    for name in ("alpha", "smr"):
        whole = late_ms[name] + rng.choice(np.asarray(picture_ms), N_IMPULSES)
        rows[f"neurofeedback_electrode_to_picture_p95, {name}"] = at_most(_p95(whole), MOST_LATE_MS, "ms")
    return rows


def _p95(values: Sequence[float] | Floats) -> float:
    return float(np.percentile(values, 95))


def late_of_band(name: str) -> Floats:
    """Milliseconds from each burst at the electrode to the arrival of the frame whose moment shows it most."""
    rng = np.random.default_rng(1)
    index = next(index for index, band in enumerate(BANDS) if band.name == name)
    live = LiveEeg(1, RATE)
    n_apart = round(3.0 * RATE)
    bursts = np.arange(N_IMPULSES) * n_apart + round(8.0 * RATE) + rng.integers(0, 64, N_IMPULSES)
    samples = 1e-3 * rng.standard_normal(bursts[-1] + 2 * n_apart)
    samples[bursts] += 100.0
    shown: list[tuple[float, Epoch]] = []
    for first in range(0, len(samples) - CHUNK, CHUNK):
        began_s = time.perf_counter()
        epochs = live.push(first, samples[None, first : first + CHUNK])
        arrived_s = (first + CHUNK) / RATE + time.perf_counter() - began_s
        shown += [(arrived_s, epoch) for _, epoch in epochs]
    at_s = np.array([arrived_s for arrived_s, _ in shown])
    power = np.array([epoch.band_now_uv2[index, 0] for _, epoch in shown])
    late_ms = []
    for burst in bursts:
        lately = np.flatnonzero((at_s >= burst / RATE) & (at_s < burst / RATE + 1.0))
        late_ms.append(1000.0 * (at_s[lately[power[lately].argmax()]] - burst / RATE))
    return np.array(late_ms)


def sounded_ms(queue_s: float, n_answers: int = N_IMPULSES) -> tuple[Floats, Floats]:
    """From an answer to the first sample that it changes, and until half of the change is done, as they are heard.

    Two loudspeakers ask for the same sound; to one of them the answer is told.
    """
    clock, n_block = Clock(0), round(QUICK_PERIOD_MS * RATE_HZ / 1000.0)
    rng = np.random.default_rng(3)
    course = Course(Scene(lambda _: None, (), 1e9, quick=True), 0.0, 0.0, running=True)
    silent_but_bed = SoundSettings(Timbre.NONE, 1.0)
    wishes = [Wishes(course, silent_but_bed, calm=LOW) for _ in range(2)]
    told, untold = (Stream(clock, lambda one=one: wishes[one], queue_s) for one in range(2))  # type: ignore[misc]

    def play(until_s: float) -> Floats:
        """The size of the difference of each sample from now on."""
        parts = [np.zeros(0)]
        while clock.now() < until_s - 1e-9:
            parts.append(np.abs(told.block(n_block) - untold.block(n_block)).max(axis=1))
            clock.advance(n_block / RATE_HZ)
        return np.concatenate(parts)

    play(SETTLED_S)
    begun, half = [], []
    for n in range(n_answers):
        waits_s = float(rng.uniform(0.0, n_block / RATE_HZ))
        wishes[0] = Wishes(course, silent_but_bed, calm=(HIGH, LOW)[n % 2])
        differs = play(clock.now() + APART_S / 2.0)
        first = int(np.flatnonzero(differs)[0])
        begun.append(1000.0 * (waits_s + queue_s + first / RATE_HZ))
        strength = np.convolve(differs, np.ones(n_block) / n_block, "same")
        whole = float(np.median(strength[len(strength) // 2 :]))
        half.append(1000.0 * (waits_s + queue_s + int((strength >= whole / 2.0).argmax()) / RATE_HZ))
        wishes[1] = wishes[0]
        play(clock.now() + APART_S / 2.0)
    return np.array(begun), np.array(half)
