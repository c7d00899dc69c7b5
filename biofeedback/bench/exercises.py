"""What exercises conclude, against people of whom the truth is known: coming back, what is kept, a personal trial, the
gentle change of pace, and the guard rail against breathing too much.
"""

import math
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from statistics import fmean, median

import numpy as np

from biofeedback.analysis.beats.beat import Beat
from biofeedback.analysis.beats.verdicts import Classifier
from biofeedback.analysis.breath.breathing import PacerPlace
from biofeedback.analysis.breath.swing import Breaths, swing
from biofeedback.analysis.figures.indices import LiveIndices
from biofeedback.analysis.figures.streaming import LiveAnalysis
from biofeedback.analysis.practice.overbreathing import OverBreathing, Sign
from biofeedback.analysis.practice.recovery import Span, Steady, recovery_of
from biofeedback.analysis.practice.transfer import transfer_of
from biofeedback.bench.measurement import Measurement, at_least, at_most, for_comparison
from biofeedback.session.judging import judged_beats
from devices.person import Person, Traits
from devices.recordings import read_recording
from devices.source import Demand, LungVolume, undemanding
from protocols.adaptation import BLOCK_S, Block, pace_after
from protocols.breathing import BreathCurve, BreathPattern
from protocols.trial import ALPHA, Condition, Outcome, Trial, assigned, fewest_sessions, result_of

N_PEOPLE, N_OFTEN = 24, 1000
REST_S, PRACTICE_S, ALONE_S = 180.0, 480.0, 720.0
SETTLING_S = 30.0
N_BLOCKS = 10
SLOW_RECORDINGS = {"rr/dhyb_h10_slow.txt": (4.0, 4.5, 5.0, 5.5, 6.0), "rr/physio1_nk_rr.txt": (5.0, 5.5, 6.0, 6.5)}
"""Real slow breathing without a known pacer, and paces that may have been its own."""
CALM_S, TURNS_S, TURNED_S = 1380.0, 600.0, 1200.0


def exercises(recordings: Path | None) -> dict[str, Measurement]:
    """Errors, shares kept, false positives and power, and false alarms."""
    figures = _recovery() | _transfer() | _trial() | _adaptation() | _overbreathing()
    if recordings is not None:
        figures["overbreathing, signs in real slow breathing"] = at_most(
            float(sum(len(signs_in_recording(recordings / name, pace)) for name, pace in _slow())), 0.0, "signs"
        )
    return figures


def beats_of(person: Person, until_s: float, breath: LungVolume, demand: Demand = undemanding) -> list[Beat]:
    """Judged beats of a simulated person."""
    at_s = person.beats_until(until_s, breath, demand)
    classifier = Classifier()
    judged: list[Beat] = []
    for i in range(1, len(at_s)):
        judged += classifier.push(Beat(i - 1, at_s[i], 1000.0 * (at_s[i] - at_s[i - 1]), 0))
    return judged + classifier.flush()


def free(at_s: float) -> None:
    """No pacer."""


def _recovery() -> dict[str, Measurement]:
    """Three minutes of rest, two of something demanding, five of rest: when the noiseless heart was back."""
    errors, told, rises = [], 0, []
    for seed in range(N_PEOPLE):
        traits = Traits(
            hr=55.0 + seed, arousal=0.0, reactivity=(8.0, 15.0, 30.0)[seed % 3], recovery_s=20.0 + 3.0 * seed
        )
        beats = beats_of(Person(traits, seed), 600.0, free, lambda at_s: float(REST_S <= at_s < 300.0))
        found = recovery_of(beats, Span(0.0, REST_S), Span(REST_S, 300.0), Span(300.0, 600.0))
        if found.resting is None:
            continue
        above = traits.hr + traits.reactivity - found.resting.limit_bpm
        room = found.resting.limit_bpm - traits.hr
        true_s = traits.recovery_s * math.log(1.0 + above / room) if above > 0.0 and room > 0.0 else 0.0
        rises.append(abs((found.peak_bpm or 0.0) - traits.hr - traits.reactivity))
        if found.time_s is not None:
            told += 1
            errors.append(found.time_s - true_s)
    return {
        "recovery, time to come back told": for_comparison(100.0 * told / N_PEOPLE, "%"),
        "recovery, time to come back, median error": for_comparison(median(errors), "s"),
        "recovery, time to come back, median absolute error": at_most(median(map(abs, errors)), 30.0, "s"),
        "recovery, peak, median absolute error": at_most(median(rises), 4.0, "beats a minute"),
    }


def _transfer() -> dict[str, Measurement]:
    """Rest, five minutes with a guide of six a minute, four without."""
    guide = BreathCurve.steady(BreathPattern(6.0))
    half_s = (PRACTICE_S + ALONE_S) / 2.0
    ways: dict[str, tuple[LungVolume, Callable[[float], Measurement]]] = {
        "goes on": (_along(guide), lambda kept: at_least(kept, 0.8, "of 1")),
        "goes on for half of it": (
            lambda at_s: guide.at(at_s).volume if at_s < half_s else None,
            lambda kept: for_comparison(kept, "of 1"),
        ),
        "lets go": (free, lambda kept: at_most(kept, 0.2, "of 1")),
    }
    figures = {}
    for name, (alone, judged) in ways.items():

        def breath(at_s: float, alone: LungVolume = alone) -> float | None:
            return guide.at(at_s).volume if at_s < PRACTICE_S else alone(at_s)

        kept = []
        for seed in range(N_PEOPLE // 2):
            traits = Traits(hr=55.0 + 2.0 * seed, amplitude_ms=(40.0, 60.0, 90.0)[seed % 3])
            beats = beats_of(Person(traits, seed), ALONE_S, _from(REST_S, breath))
            rest, practice, left = (
                [b for b in beats if first < b.time_s <= last]
                for first, last in ((0.0, REST_S), (REST_S, PRACTICE_S), (PRACTICE_S, ALONE_S))
            )
            found = transfer_of(practice, left, 6.0, rest).kept
            if found is not None:
                kept.append(found)
        figures[f"transfer, kept by one who {name}"] = judged(fmean(kept))
    return figures


def answered(block: int, n_sessions: int, effect: float, seed: int) -> float:
    """p of a trial whose first condition lowers a rating of standard deviation 1 by so much."""
    rng = random.Random(seed)
    trial = Trial("this", "that", "pain", seed, block, n_sessions)
    changes = [
        Outcome(n, rng.gauss(0.0, 1.0) - effect * (assigned(trial, n) is Condition.FIRST)) for n in range(n_sessions)
    ]
    return result_of(trial, changes).p or 1.0


def _trial() -> dict[str, Measurement]:
    figures = {}
    for block in (2, 4):
        none = [answered(block, 12, 0.0, seed) for seed in range(N_OFTEN)]
        figures[f"trial, fewest sessions, blocks of {block}"] = for_comparison(fewest_sessions(block), "sessions")
        figures[f"trial, 12 sessions in blocks of {block}, no effect: p of 0.05 or less"] = at_most(
            100.0 * fmean(p <= ALPHA for p in none), 5.0, "%"
        )
    for n_sessions in (12, 16, 20):
        for effect in (0.5, 1.0, 1.5):
            shown = fmean(answered(4, n_sessions, effect, seed) <= ALPHA for seed in range(200))
            figures[f"trial, {n_sessions} sessions in blocks of 4, effect of {effect} SD shown"] = for_comparison(
                100.0 * shown, "%"
            )
    looks = [any(answered(2, n, 0.0, seed) <= ALPHA for n in range(fewest_sessions(2), 21)) for seed in range(200)]
    figures["trial, no effect, looked at after each of 11 to 20 sessions: p of 0.05 or less"] = for_comparison(
        100.0 * fmean(looks), "%"
    )
    return figures


def adapted(off_per_min: float, amplitude_ms: float, noise_ms: float, seed: int) -> float:
    """How far from the true resonance the pace ends after twenty minutes that began so far off it."""
    rng = random.Random(seed)
    true = rng.uniform(5.0, 6.4)
    traits = Traits(
        rng.uniform(55.0, 85.0), true, amplitude_ms, rng.uniform(1.5, 3.0), noise_ms, lag_s=rng.uniform(0.0, 0.8)
    )
    person, blocks, begin_s = Person(traits, seed), list[Block](), 0.0
    for _ in range(N_BLOCKS):
        rate = pace_after(true + off_per_min, blocks).rate_per_min
        curve = BreathCurve.steady(BreathPattern(rate), begin_s)
        end_s = begin_s + math.ceil(BLOCK_S * rate / 60.0) * 60.0 / rate
        at_s = np.array(person.beats_until(end_s, _along(curve)))
        rr_ms, time_s = 1000.0 * np.diff(at_s), at_s[1:]
        late = time_s - rr_ms / 1000.0 > begin_s + SETTLING_S
        cycles = (time_s - rr_ms / 2000.0 - begin_s) * rate / 60.0
        found = swing([Breaths(time_s[late], rr_ms[late], cycles[late])])
        blocks.append(Block(rate, found.bpm if found else None))
        begin_s = end_s
    return pace_after(true + off_per_min, blocks).middle_per_min - true


def _adaptation() -> dict[str, Measurement]:
    figures, all_errors = {}, {0.0: list[float](), 0.2: list[float](), 0.4: list[float]()}
    for amplitude_ms, noise_ms in ((60.0, 15.0), (40.0, 20.0)):
        for off, errors in all_errors.items():
            here = [abs(adapted(off if seed % 2 else -off, amplitude_ms, noise_ms, seed)) for seed in range(N_PEOPLE)]
            errors += here
            name = f"adaptation, {amplitude_ms:.0f} ms in {noise_ms:.0f}, start {off} off, mean error after 20 min"
            figures[name] = (
                at_most(fmean(here), off, "a minute") if off > 0.3 else for_comparison(fmean(here), "a minute")
            )
    before, after = fmean(all_errors), fmean(map(fmean, all_errors.values()))
    figures["adaptation, mean error after 20 min, starts 0, 0.2 and 0.4 off alike"] = at_most(after, before, "a minute")
    return figures


def signs_of(beats: Sequence[Beat], pace_per_min: float, from_s: float) -> list[tuple[float, Sign]]:
    """Signs while a pacer goes from a time on; the rest before it is the heart's own."""
    live, steady, guard = LiveAnalysis(), Steady(0.0), OverBreathing()
    signs, begun = [], False
    for beat in beats:
        middle_s = beat.time_s - beat.rr_ms / 2000.0
        place = None
        if middle_s > from_s:
            cycles = (middle_s - from_s) * pace_per_min / 60.0
            place = PacerPlace(cycles, 0.5 - 0.5 * math.cos(2.0 * math.pi * cycles), pace_per_min)
            if not begun and (resting := steady.resting):
                guard = OverBreathing(resting.mean_bpm, resting.sd_bpm)
            begun = True
        else:
            steady.push(beat)
        indices: LiveIndices = live.push(beat, place)
        sign = guard.push(indices, pace_per_min if place else None)
        if sign:
            signs.append((beat.time_s, sign))
    return signs


def signs_in_recording(path: Path, pace_per_min: float) -> list[tuple[float, Sign]]:
    """Signs in a recording, as if a pacer had gone from its beginning on."""
    return signs_of(judged_beats(read_recording(path).packets), pace_per_min, 0.0)


def calm_people() -> Iterator[tuple[Traits, float]]:
    """People who follow the pacer in all ways that people do, and its pace."""
    for seed in range(N_PEOPLE):
        yield (
            Traits(
                55.0 + (2 * seed) % 37,
                4.6 + 0.2 * (seed % 10),
                (20.0, 60.0, 90.0, 120.0)[seed % 4],
                noise_ms=(10.0, 18.0, 25.0)[seed // 2 % 3],
                following=(1.0, 0.95, 0.8)[seed % 3],
                arousal=(0.0, 0.3, 0.8)[seed // 3 % 3],
            ),
            (4.5, 6.0, 6.5)[seed // 4 % 3],
        )


def _overbreathing() -> dict[str, Measurement]:
    n_false = 0
    for seed, (traits, pace) in enumerate(calm_people()):
        curve = BreathCurve.steady(BreathPattern(pace), REST_S)
        beats = beats_of(Person(traits, seed), CALM_S, _from(REST_S, _along(curve)))
        n_false += len(signs_of(beats, pace, REST_S))
    hours = N_PEOPLE * (CALM_S - REST_S) / 3600.0
    figures = {"overbreathing, false signs while calm": at_most(n_false / hours, 0.25, "an hour")}
    guide, quick = BreathCurve.steady(BreathPattern(6.0), REST_S), BreathCurve.steady(BreathPattern(18.0), TURNS_S)
    ways: dict[str, tuple[LungVolume, Demand, Sign]] = {
        "18 breaths a minute": (_along(quick), undemanding, Sign.FASTER_THAN_ASKED),
        "breaths three times as deep": (_along(guide), undemanding, Sign.DEEPER_THAN_USUAL),
        "a heart 20 beats up": (
            _along(guide),
            lambda at_s: float(at_s >= TURNS_S),
            Sign.HEART_RISING,
        ),
    }
    for name, (later, demand, sign) in ways.items():
        share = 1.0 / 3.0 if sign is Sign.DEEPER_THAN_USUAL else 1.0

        def breath(at_s: float, later: LungVolume = later, share: float = share) -> float | None:
            return later(at_s) if at_s >= TURNS_S else 0.5 + share * (guide.at(at_s).volume - 0.5)

        after_s = []
        for seed in range(N_PEOPLE // 2):
            traits = replace(Traits(reactivity=20.0), hr=60.0 + 2.0 * seed, amplitude_ms=90.0 if share < 1 else 60.0)
            beats = beats_of(Person(traits, seed), TURNED_S, _from(REST_S, breath), demand)
            told = [at_s - TURNS_S for at_s, s in signs_of(beats, 6.0, REST_S) if s is sign and at_s > TURNS_S]
            after_s += told[:1]
        figures[f"overbreathing, {name}, told"] = at_least(100.0 * len(after_s) / (N_PEOPLE // 2), 90.0, "%")
        if after_s:
            figures[f"overbreathing, {name}, told after (median)"] = for_comparison(median(after_s), "s")
    return figures


def _along(curve: BreathCurve) -> LungVolume:
    return lambda at_s: curve.at(at_s).volume


def _from(begin_s: float, breath: LungVolume) -> LungVolume:
    return lambda at_s: breath(at_s) if at_s >= begin_s else None


def _slow() -> Iterator[tuple[str, float]]:
    for name, paces in SLOW_RECORDINGS.items():
        for pace in paces:
            yield name, pace
