"""The resonance finder against simulated people whose resonance rate is known (science C3, F4).

Each is a second-order resonator driven by the breath, with its largest answer at 4.6 to 6.4 breaths a minute, under
noise that is 1/f for the most part and a Mayer wave around 0.1 Hz for the rest. The finder knows neither sharpness,
size, noise nor lag. A parabola through the swing of each breath is fitted to the same beats, for comparison.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from scipy.signal import bilinear, lfilter

from biofeedback.analysis.breath.breathing import PacerPlace
from biofeedback.analysis.practice.resonance import Resonance, find_resonance
from biofeedback.analysis.signal.spectrum import FloatArray
from biofeedback.bench.measurement import Measurement, at_least, at_most, for_comparison
from protocols.breathing import BreathCurve
from protocols.resonance import Order, Schedule, quick, sliding, stepped

STEP_S = 0.05
N_PEOPLE, N_OTHERS = 120, 40
"""Of each sharpness (science C3)."""
RESONANCE_PER_MIN = (4.6, 6.4)
LAG_S = (0.0, 0.8)
HR_BPM = (55.0, 85.0)
MAYER_SHARE = 0.3
"""Share of the noise's power. With it, parabolas through the swings come out as in science C3 or a little worse."""
MAYER_HZ, MAYER_MEMORY_S = 0.1, 30.0
SLOWEST_HZ, QUICKEST_HZ = 0.003, 0.5
"""Of the 1/f noise: what a heart of sixty beats a minute can show."""
N_BEFORE = round(20.0 * MAYER_MEMORY_S / STEP_S)
NEAR_PER_MIN, WRONG_PER_MIN = 0.5, 0.75
FIRST_BREATHS = 3
"""A parabola leaves them out of a slide (science C3); of a step it leaves out half a minute."""


@dataclass(frozen=True, slots=True)
class Kind:
    """People who answer alike.

    Attributes
    ----------
    amplitude_ms : float
        Half of the RR swing at resonance.
    noise_ms : float
        Standard deviation of what does not follow the breath.
    q : tuple of float
        Sharpness; people take turns.
    low_pass : bool
        Whether the answer at resonance comes nearly a quarter of a breath late, as that of a resonator that answers
        slow breaths as well as none; else it comes in time, as in Vaschillo's people.
    warming_up : float
        How much more (share) the heart answers at the end than at the beginning.
    uneven_s : float
        Standard deviation of when a breath begins.
    """

    amplitude_ms: float
    noise_ms: float
    q: tuple[float, ...] = (2.0, 3.0)
    low_pass: bool = False
    warming_up: float = 0.0
    uneven_s: float = 0.0


STRONG, WEAK, FLAT = Kind(60.0, 15.0), Kind(40.0, 20.0), Kind(30.0, 20.0, (1.5,))


@dataclass(frozen=True, slots=True)
class Session:
    """Beats of a simulated person along a schedule, and the truth."""

    resonance_per_min: float
    time_s: FloatArray
    rr_ms: FloatArray
    schedule: Schedule


def simulated(kind: Kind, schedule: Schedule, seed: int) -> Session:
    """A person of a kind, drawn from the seed, and the beats."""
    rng = np.random.default_rng(seed)
    per_min, lag_s, hr_bpm = (float(rng.uniform(*limits)) for limits in (RESONANCE_PER_MIN, LAG_S, HR_BPM))
    at_s = np.arange(0.0, schedule.seconds, STEP_S)
    begins_s = _begins_s(schedule)
    begins_s[1:] += rng.normal(0.0, kind.uneven_s, len(begins_s) - 1)
    drive = _lungs(np.interp(at_s - lag_s, begins_s, np.arange(len(begins_s))), schedule)
    answer_ms = _answer_ms(kind, per_min, kind.q[seed % len(kind.q)], drive)
    answer_ms *= 1.0 + kind.warming_up * (at_s / schedule.seconds - 0.5)
    rr_ms = np.maximum(300.0, 60000.0 / hr_bpm - answer_ms + _noise_ms(kind.noise_ms, len(at_s), rng))
    beats = np.cumsum(1000.0 * STEP_S / rr_ms)
    beat_s = np.interp(np.arange(1, int(beats[-1])), beats, at_s)
    return Session(per_min, beat_s[1:], 1000.0 * np.diff(beat_s), schedule)


def _begins_s(schedule: Schedule) -> FloatArray:
    """When each breath begins, and when the last one ends."""
    return np.concatenate(([0.0], np.cumsum([60.0 / rate for rate, n in schedule.steps for _ in range(n)])))


def _lungs(cycles: FloatArray, schedule: Schedule) -> FloatArray:
    """The breath, -1 to 1, so that its first harmonic is 1."""
    shape = BreathCurve.steady(replace(schedule.pattern, rate_per_min=60.0))
    turn = np.arange(400) / 400
    wave = np.array([2.0 * shape.at(cycle).volume - 1.0 for cycle in turn.tolist()])
    wave /= 2.0 * abs(np.mean(wave * np.exp(-2j * np.pi * turn)))
    return np.asarray(np.interp(cycles % 1.0, turn, wave, period=1.0))


def _answer_ms(kind: Kind, per_min: float, q: float, drive: FloatArray) -> FloatArray:
    """Shortening of RR: a resonator whose answer to a breath of strength 1 is largest, `amplitude_ms`, at a rate."""
    peak = 2.0 * math.pi * per_min / 60.0
    own = peak / math.sqrt(1.0 - 0.5 / q**2) if kind.low_pass else peak
    damping = own / q
    above = [own**2] if kind.low_pass else [damping, 0.0]
    below = [1.0, damping, own**2]
    at_peak = abs(np.polyval(above, 1j * peak) / np.polyval(below, 1j * peak))
    return np.asarray(kind.amplitude_ms / at_peak * lfilter(*bilinear(above, below, 1.0 / STEP_S), drive))


def _noise_ms(sd_ms: float, n: int, rng: np.random.Generator) -> FloatArray:
    frequency_hz = np.fft.rfftfreq(2 * n, STEP_S)
    inside = (frequency_hz >= SLOWEST_HZ) & (frequency_hz <= QUICKEST_HZ)
    size = np.zeros(len(frequency_hz))
    size[inside] = frequency_hz[inside] ** -0.5
    wave = np.fft.irfft(size * (rng.normal(size=len(size)) + 1j * rng.normal(size=len(size))))[:n]
    keep = math.exp(-STEP_S / MAYER_MEMORY_S)
    poles = [1.0, -2.0 * keep * math.cos(2.0 * math.pi * MAYER_HZ * STEP_S), keep**2]
    mayer = lfilter([1.0], poles, rng.normal(size=n + N_BEFORE))[N_BEFORE:]
    parts = ((wave, 1.0 - MAYER_SHARE), (mayer, MAYER_SHARE))
    return np.asarray(sd_ms * sum(math.sqrt(share) * part / part.std() for part, share in parts))


def found(session: Session) -> Resonance:
    """What the finder makes of a session."""
    curve = session.schedule.curve()

    def pacer(at_s: float) -> PacerPlace:
        breath = curve.at(at_s)
        within = breath.pattern.fraction_of(breath.stage, breath.progress)
        return PacerPlace(breath.n_breath + within, breath.volume, breath.pattern.rate_per_min)

    return find_resonance(session.time_s, session.rr_ms, np.ones(len(session.time_s), dtype=bool), pacer)


def parabola(session: Session) -> float:
    """Vertex of a parabola through the logarithm of the swing of each breath, or of each step (science C2, C3)."""
    begins_s, steps = _begins_s(session.schedule), session.schedule.steps
    breath = np.searchsorted(begins_s, session.time_s - session.rr_ms / 2000.0) - 1
    swings = np.array([np.ptp(60000.0 / session.rr_ms[breath == i]) for i in range(len(begins_s) - 1)])
    if len(steps) == len(swings):
        rates, logs = 60.0 / np.diff(begins_s)[FIRST_BREATHS:], np.log(swings[FIRST_BREATHS:])
    else:
        after = np.cumsum([0, *(n for _, n in steps)])
        rates = np.array([rate for rate, _ in steps])
        first = [int(np.searchsorted(begins_s, begins_s[a] + 30.0)) for a in after[:-1]]
        logs = np.log([swings[a:b].mean() for a, b in zip(first, after[1:], strict=True)])
    bend, slope, _ = np.polyfit(rates, logs, 2)
    best = -slope / (2.0 * bend) if bend < 0.0 else rates[int(logs.argmax())]
    return float(np.clip(best, rates.min(), rates.max()))


@dataclass(frozen=True, slots=True)
class Outcome:
    """Errors (a minute) of the rates that were told, shares (%) of all people, and the parabola's errors."""

    errors: FloatArray
    told: float
    near: float
    surely_wrong: float
    held: float
    parabola_errors: FloatArray


def outcome(kind: Kind, schedule_of: Callable[[int], Schedule], n: int, first_seed: int = 0) -> Outcome:
    """So many people of a kind, their schedules drawn from the same seeds."""
    sessions = [simulated(kind, schedule_of(seed), seed) for seed in range(first_seed, first_seed + n)]
    results = [(found(session), session.resonance_per_min) for session in sessions]
    errors, held = [], []
    for result, true in results:
        if result.frequency_per_min is not None and result.low_per_min is not None and result.high_per_min is not None:
            errors.append(abs(result.frequency_per_min - true))
            held.append(result.low_per_min <= true <= result.high_per_min)
    off = np.array(errors)
    return Outcome(
        off,
        100.0 * len(off) / n,
        100.0 * float(np.sum(off <= NEAR_PER_MIN)) / n,
        100.0 * float(np.sum(off > WRONG_PER_MIN)) / n,
        100.0 * float(np.mean(held)) if held else 100.0,
        np.array([abs(parabola(session) - session.resonance_per_min) for session in sessions]),
    )


FORMS: dict[str, Callable[[int], Schedule]] = {
    "full": lambda seed: stepped(seed=seed),
    "sliding": lambda seed: sliding(),
    "quick": lambda seed: quick(seed=seed),
}
GATED = "full"
"""The other forms are measured for comparison."""
MINUTES = {"full": 15.0, "sliding": 15.0, "quick": 8.0}
REFUSED_LEAST, WRONG_MOST, HELD_LEAST = 60.0, 5.0, 85.0
GOALS: Sequence[tuple[str, Kind, float, float]] = (
    ("60 ms in 15", STRONG, 0.12, 98.0),
    ("40 ms in 20", WEAK, 0.22, 90.0),
)
OTHERS = {
    "descending": (WEAK, lambda seed: stepped(Order.DESCENDING)),
    "half more answer at the end": (replace(WEAK, warming_up=0.5), FORMS["full"]),
    "breaths uneven by half a second": (replace(WEAK, uneven_s=0.5), FORMS["full"]),
    "an answer that comes late": (replace(WEAK, low_pass=True), FORMS["full"]),
}
"""People who are not as the finder takes them to be."""


def resonance(recordings: Path | None) -> dict[str, Measurement]:
    """Errors of the rate, how often it is told, and how often it is told surely and wrongly."""
    figures: dict[str, Measurement] = {}
    for form, schedule_of in FORMS.items():
        figures[f"minutes, {form}"] = at_most(schedule_of(0).minutes, MINUTES[form], "min")
        for name, kind, *goals in GOALS:
            got = outcome(kind, schedule_of, N_PEOPLE * len(kind.q))
            figures |= _figures(f"{name}, {form}", got, *(goals if form == GATED else ()))
        figures |= _flat(f"flat, {form}", outcome(FLAT, schedule_of, N_PEOPLE), gated=form == GATED)
    for name, (kind, schedule_of) in OTHERS.items():
        got = outcome(kind, schedule_of, N_OTHERS)
        figures |= {
            f"mean_error, 40 ms in 20, {name}": for_comparison(float(got.errors.mean()), "a minute"),
            f"within_half, 40 ms in 20, {name}": for_comparison(got.near, "%"),
            f"surely_wrong, 40 ms in 20, {name}": for_comparison(got.surely_wrong, "%"),
        }
    return figures


def _figures(name: str, got: Outcome, error: float | None = None, near: float | None = None) -> dict[str, Measurement]:
    """People who can be told: one who is not told counts as missed. Without goals, for comparison."""
    mean, by_parabola = float(got.errors.mean()), got.parabola_errors
    near_by_parabola = 100.0 * float(np.mean(by_parabola <= NEAR_PER_MIN))
    return {
        f"mean_error, {name}": at_most(mean, error, "a minute") if error else for_comparison(mean, "a minute"),
        f"within_half, {name}": at_least(got.near, near, "%") if near else for_comparison(got.near, "%"),
        f"told, {name}": for_comparison(got.told, "%"),
        f"surely_wrong, {name}": at_most(got.surely_wrong, WRONG_MOST, "%"),
        f"interval_of_90_holds_truth, {name}": at_least(got.held, HELD_LEAST, "%")
        if error
        else for_comparison(got.held, "%"),
        f"mean_error, {name}, parabola": for_comparison(float(by_parabola.mean()), "a minute"),
        f"within_half, {name}, parabola": for_comparison(near_by_parabola, "%"),
    }


def _flat(name: str, got: Outcome, *, gated: bool) -> dict[str, Measurement]:
    """People in whom nothing stands out."""
    refused = 100.0 - got.told
    return {
        f"no_clear_resonance, {name}": at_least(refused, REFUSED_LEAST, "%") if gated else for_comparison(refused, "%"),
        f"surely_wrong, {name}": at_most(got.surely_wrong, WRONG_MOST, "%"),
        f"mean_error, {name}, parabola": for_comparison(float(got.parabola_errors.mean()), "a minute"),
    }
