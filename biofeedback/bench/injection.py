"""Clean heartbeats, real and simulated, and faults put into them."""

import math
import random
from collections.abc import Callable, Sequence
from enum import StrEnum
from itertools import pairwise
from pathlib import Path

from devices.person import Person, Traits
from devices.recordings import read_recording
from protocols.breathing import BreathCurve, BreathPattern

LEAD, TAIL, APART = 25, 5, 8
ONE_FAULT_IN = 60
EARLY = (0.20, 0.40)
SPLIT = (0.30, 0.70)
PEAKS_HZ = 250.0
STEP_S = 0.005

Spoil = Callable[[Sequence[float], int, random.Random], tuple[list[float], int]]
"""Takes intervals (ms), a place and a generator; gives what stands there instead, and of how many intervals."""


class Fault(StrEnum):
    """A fault at one place.

    A beat not detected; one detected too many; a premature beat 20 to 40 % early, with its pause; a beat told early or
    late by a share of its interval.
    """

    MISSED = "missed"
    EXTRA = "extra"
    ECTOPIC = "ectopic"
    SHIFTED_10 = "shifted_by_10_percent"
    SHIFTED_15 = "shifted_by_15_percent"
    SHIFTED_20 = "shifted_by_20_percent"


SHIFTS = {Fault.SHIFTED_10: 0.10, Fault.SHIFTED_15: 0.15, Fault.SHIFTED_20: 0.20}
COMMON = (Fault.MISSED, Fault.EXTRA, Fault.ECTOPIC)


def spoil(fault: Fault, rr_ms: Sequence[float], i: int, rng: random.Random) -> tuple[list[float], int]:
    """What stands in place of the intervals from `i` on, and of how many."""
    if fault is Fault.MISSED:
        return [rr_ms[i] + rr_ms[i + 1]], 2
    if fault is Fault.EXTRA:
        share = rng.uniform(*SPLIT)
        return [rr_ms[i] * share, rr_ms[i] * (1.0 - share)], 1
    early = rng.uniform(*EARLY) if fault is Fault.ECTOPIC else SHIFTS[fault] * rng.choice((-1.0, 1.0))
    return [rr_ms[i] - early * rr_ms[i], rr_ms[i + 1] + early * rr_ms[i]], 2


def inject(rr_ms: Sequence[float], fault: Fault, rng: random.Random) -> tuple[list[float], list[set[int]]]:
    """Intervals with one fault in about sixty, and the places of each fault."""
    return put_in(rr_ms, [fault], max(1, len(rr_ms) // ONE_FAULT_IN), rng)


def inject_mixed(rr_ms: Sequence[float], share: float, rng: random.Random) -> list[float]:
    """Intervals of which a share are hit by missed, extra or premature beats, as it comes."""
    return put_in(rr_ms, COMMON, max(1, round(share * len(rr_ms))), rng)[0]


def put_in(
    rr_ms: Sequence[float], faults: Sequence[Fault], n_faults: int, rng: random.Random
) -> tuple[list[float], list[set[int]]]:
    """So many faults, chosen by chance, at places chosen by chance that lie apart."""
    chosen: set[int] = set()
    apart = min(APART, (len(rr_ms) - LEAD - TAIL) // (2 * n_faults))
    for place in rng.sample(range(LEAD, len(rr_ms) - TAIL), len(rr_ms) - LEAD - TAIL):
        if len(chosen) < n_faults and all(abs(place - other) > apart for other in chosen):
            chosen.add(place)
    out: list[float] = []
    places: list[set[int]] = []
    i = 0
    while i < len(rr_ms):
        there, n_used = spoil(rng.choice(faults), rr_ms, i, rng) if i in chosen else ([rr_ms[i]], 1)
        if i in chosen:
            places.append(set(range(len(out), len(out) + len(there))))
        out += there
        i += n_used
    return out, places


class Ectopy(StrEnum):
    """How frequent premature beats come."""

    SINGLE = "single"
    WITHOUT_PAUSE = "without_pause"
    COUPLETS = "couplets"
    BIGEMINY = "bigeminy"
    TRIGEMINY = "trigeminy"


def inject_ectopy(
    rr_ms: Sequence[float], kind: Ectopy, burden: float, rng: random.Random
) -> tuple[list[float], list[int], set[int]]:
    """Intervals of which a share are premature beats; where those are, and all that belongs to them.

    Bigeminy and trigeminy, every second or third beat, come in runs of three to eight.
    """
    out: list[float] = []
    early: list[int] = []
    touched: set[int] = set()
    i, left, sinus = 0, 0, 0
    per_bout = {Ectopy.COUPLETS: 2.0, Ectopy.BIGEMINY: 5.5, Ectopy.TRIGEMINY: 5.5}.get(kind, 1.0)
    chance = burden / per_bout / (1.0 - burden)
    while i < len(rr_ms):
        begins = LEAD <= i < len(rr_ms) - 10 and sinus > 1 and rng.random() < chance
        if not begins and not (left and i < len(rr_ms) - 10):
            out.append(rr_ms[i])
            i, sinus = i + 1, sinus + 1
            continue
        if begins and kind in (Ectopy.BIGEMINY, Ectopy.TRIGEMINY):
            left = rng.randint(3, 8)
        there, n_early, n_used = _premature(rr_ms, i, kind, rng)
        early += range(len(out), len(out) + n_early)
        touched |= set(range(len(out), len(out) + len(there)))
        out += there
        i, sinus, left = i + n_used, 0, max(0, left - 1)
        if left and kind is Ectopy.TRIGEMINY:
            out.append(rr_ms[i])
            i += 1
    return out, early, touched


def _premature(rr_ms: Sequence[float], i: int, kind: Ectopy, rng: random.Random) -> tuple[list[float], int, int]:
    """Intervals with a premature beat, how many of them are early, and how many they stand for."""
    early_ms = rng.uniform(*EARLY) * rr_ms[i]
    if kind is Ectopy.COUPLETS:
        first_ms, second_ms = (1.0 - rng.uniform(0.25, 0.45)) * rr_ms[i], (1.0 - rng.uniform(0.25, 0.45)) * rr_ms[i + 1]
        return [first_ms, second_ms, sum(rr_ms[i : i + 3]) - first_ms - second_ms], 2, 3
    if kind is Ectopy.WITHOUT_PAUSE:
        return [rr_ms[i] - early_ms, rr_ms[i + 1] * rng.uniform(1.0, 1.1)], 1, 2
    return [rr_ms[i] - early_ms, rr_ms[i + 1] + early_ms * rng.uniform(0.9, 1.05)], 1, 2


def recorded_hearts(folder: Path) -> dict[str, list[float]]:
    """Intervals (ms) of the recordings of resting people in a folder, by name.

    RR text in `rr` and `welltory`, and sample numbers of beats at 250 Hz in `gudb`.
    """
    found = {path: [*_intervals(path)] for name in ("rr", "welltory") for path in sorted((folder / name).glob("*.txt"))}
    for path in sorted((folder / "gudb").glob("*.tsv")):
        samples = [float(line.split()[0]) for line in path.read_text().splitlines() if line.strip()]
        found[path] = [(b - a) / PEAKS_HZ * 1000.0 for a, b in pairwise(samples)]
    return {str(path.relative_to(folder)): rr_ms for path, rr_ms in found.items() if len(rr_ms) > 2 * LEAD}


def _intervals(path: Path) -> list[float]:
    return [float(rr_ms) for packet in read_recording(path).packets for rr_ms in packet.payload.split()]


def clean_hearts() -> list[list[float]]:
    """Simulated people with swings from 9 to 38 beats a minute, paced and free, 6 minutes each."""
    people = (
        (6.0, 60.0, 65.0),
        (5.0, 150.0, 65.0),
        (6.0, 250.0, 60.0),
        (4.5, 200.0, 75.0),
        (6.5, 100.0, 85.0),
        (12.0, 60.0, 70.0),
        (None, 60.0, 66.0),
        (None, 25.0, 84.0),
    )
    return [_heart(seed, *person) for seed, person in enumerate(people)]


def _heart(seed: int, rate_per_min: float | None, amplitude_ms: float, hr: float) -> list[float]:
    curve = BreathCurve.steady(BreathPattern(rate_per_min, 1, 0, 1, 0)) if rate_per_min else None
    traits = Traits(hr=hr, amplitude_ms=amplitude_ms, noise_ms=15.0, resonance=rate_per_min or 6.0)
    beats = Person(traits, seed).beats_until(400.0, lambda at_s: curve.at(at_s).volume if curve else None)
    return [1000.0 * (b - a) for a, b in pairwise(beats)][40:]


def swings() -> list[list[float]]:
    """Heart rates that swing by 10 to 40 beats a minute with 4 to 9 breaths, 3 minutes each, the lowest from 40 up."""
    return [
        _swing(lowest_bpm, swing_bpm, per_min, seed)
        for lowest_bpm in (40.0, 45.0, 50.0, 60.0, 70.0)
        for swing_bpm in (10.0, 20.0, 30.0, 40.0)
        for per_min in (4.0, 5.0, 6.0, 7.0, 9.0)
        for seed in (0, 1)
    ]


def _swing(lowest_bpm: float, swing_bpm: float, per_min: float, seed: int) -> list[float]:
    rng = random.Random(f"{lowest_bpm} {swing_bpm} {per_min} {seed}")
    phase, turn = rng.uniform(0.0, 2.0 * math.pi), 2.0 * math.pi * per_min / 60.0
    rr_ms: list[float] = []
    share, began_s, at_s = 0.0, 0.0, 0.0
    while at_s < 180.0:
        advance = (lowest_bpm + swing_bpm * (0.5 + 0.5 * math.sin(turn * at_s + phase))) / 60.0 * STEP_S
        at_s += STEP_S
        share += advance
        if share >= 1.0:
            share -= 1.0
            beat_s = at_s - share / advance * STEP_S
            rr_ms.append(1000.0 * (beat_s - began_s) + rng.gauss(0.0, 5.0))
            began_s = beat_s
    return rr_ms[1:]


def arrhythmia(per_min: float) -> list[list[float]]:
    """Respiratory sinus arrhythmia of 80 to 400 ms from peak to trough, 5 minutes each (science F2)."""
    hearts = []
    for mean_ms in (700.0, 800.0, 900.0, 1000.0, 1100.0):
        for peak_to_trough_ms in (80.0, 160.0, 240.0, 320.0, 400.0):
            rng, rr_ms, time_s = random.Random(f"{mean_ms} {peak_to_trough_ms}"), [], 0.0
            phase = rng.uniform(0.0, 2.0 * math.pi)
            while time_s < 300.0:
                breath = math.sin(2.0 * math.pi * per_min / 60.0 * time_s + phase)
                rr_ms.append(mean_ms + peak_to_trough_ms / 2.0 * breath + rng.gauss(0.0, 8.0))
                time_s += rr_ms[-1] / 1000.0
            hearts.append(rr_ms)
    return hearts
