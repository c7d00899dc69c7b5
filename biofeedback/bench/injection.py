"""Faults put into clean heartbeats, to see what a rule for bad beats finds and what it throws away."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from statistics import median

from biofeedback.analysis.beats import Beat
from biofeedback.analysis.verdicts import Classifier
from devices.person import Person, Traits
from protocols.breathing import BreathCurve, BreathPattern

Rule = Callable[[Sequence[float]], list[bool]]
"""Takes intervals in ms and tells for each whether it is flagged."""

LEAD, TAIL, APART = 25, 5, 8
ONE_FAULT_IN = 60
EARLY = (0.20, 0.40)
SPLIT = (0.30, 0.70)


class Fault(StrEnum):
    """A beat not detected, one detected too many, or a premature beat 20 to 40 % early with its pause."""

    MISSED = "missed"
    EXTRA = "extra"
    ECTOPIC = "ectopic"


@dataclass(frozen=True, slots=True)
class Found:
    """What a rule did: faults found, of how many; clean intervals flagged, of how many."""

    n_found: int = 0
    n_faults: int = 0
    n_false: int = 0
    n_clean: int = 0

    def __add__(self, other: "Found") -> "Found":
        return Found(
            self.n_found + other.n_found,
            self.n_faults + other.n_faults,
            self.n_false + other.n_false,
            self.n_clean + other.n_clean,
        )

    @property
    def sensitivity_percent(self) -> float:
        return 100.0 * self.n_found / self.n_faults

    @property
    def false_percent(self) -> float:
        return 100.0 * self.n_false / self.n_clean


def our_rule(rr_ms: Sequence[float]) -> list[bool]:
    """The classifier of this program."""
    classifier = Classifier()
    judged: list[Beat] = []
    time_s = 0.0
    for ordinal, interval_ms in enumerate(rr_ms):
        time_s += interval_ms / 1000.0
        judged += classifier.push(Beat(ordinal, time_s, interval_ms, 0))
    return [not beat.kept for beat in judged + classifier.flush()]


def rule_of_20_percent(rr_ms: Sequence[float]) -> list[bool]:
    """Malik's rule: more than 20 % off the interval before."""
    return [False, *(abs(b - a) > 0.2 * a for a, b in pairwise(rr_ms))]


def rule_of_last_five(rr_ms: Sequence[float]) -> list[bool]:
    """More than 20 % off the median of the last five: the fixed rule of another biofeedback program."""
    usual = [median(rr_ms[i - 5 : i]) if i >= 5 else rr_ms[i] for i in range(len(rr_ms))]
    return [abs(x - m) > 0.2 * m for x, m in zip(rr_ms, usual, strict=True)]


RULES: dict[str, Rule] = {"ours": our_rule, "20 % of the last": rule_of_20_percent, "20 % of five": rule_of_last_five}


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


def inject(rr_ms: Sequence[float], fault: Fault, rng: random.Random) -> tuple[list[float], list[set[int]]]:
    """Intervals with one fault in about sixty, and the places of each fault."""
    n_faults = max(1, len(rr_ms) // ONE_FAULT_IN)
    chosen: list[int] = []
    for place in rng.sample(range(LEAD, len(rr_ms) - TAIL), len(rr_ms) - LEAD - TAIL):
        if len(chosen) < n_faults and all(abs(place - other) > APART for other in chosen):
            chosen.append(place)
    out: list[float] = []
    places: list[set[int]] = []
    i = 0
    while i < len(rr_ms):
        if i not in chosen:
            out.append(rr_ms[i])
            i += 1
            continue
        at = len(out)
        if fault is Fault.MISSED:
            out.append(rr_ms[i] + rr_ms[i + 1])
        elif fault is Fault.EXTRA:
            share = rng.uniform(*SPLIT)
            out += [rr_ms[i] * share, rr_ms[i] * (1.0 - share)]
        else:
            early_ms = rng.uniform(*EARLY) * rr_ms[i]
            out += [rr_ms[i] - early_ms, rr_ms[i + 1] + early_ms]
        places.append(set(range(at, len(out))))
        i += 1 if fault is Fault.EXTRA else 2
    return out, places


def try_rule(rule: Rule, hearts: Sequence[Sequence[float]], fault: Fault, n_rounds: int = 6) -> Found:
    """Put faults into clean hearts, again and again, and count what a rule finds.

    The neighbours of a fault count neither as clean nor as found.
    """
    rng = random.Random(fault)
    total = Found()
    for heart in hearts:
        for _ in range(n_rounds):
            faulty, places = inject(heart, fault, rng)
            flagged = {i for i, bad in enumerate(rule(faulty)) if bad}
            near = {i + d for place in places for i in place for d in (-1, 0, 1)}
            n_found = sum(bool(place & flagged) for place in places)
            total += Found(n_found, len(places), len(flagged - near), len(faulty) - len(near))
    return total
