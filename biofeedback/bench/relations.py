"""Relations told of simulated people whose days are known to be related or not (`care/relations.py`).

Days go on from one to the next (first-order autoregression), drift, follow the week, are rounded to a scale that ends,
and are missing; nothing of it may be taken for a relation. Limits are those of the course's goals: at most 5 in 100
people are told of one that is not there, over everything that is looked at together.
"""

import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from biofeedback.bench.measurement import Measurement, at_least, at_most, for_comparison
from biofeedback.care.departures import FloatArray
from biofeedback.care.relations import Daily, Relation, relations

NAMES = ("pain", "sleep", "stress", "movement", "mood", "contact", "practice", "resting_hr")
SYMPTOMS = ("pain", "unpleasantness")
MEMORY = (0.3, 0.9)
N_BEFORE = 60
N_PEOPLE, N_OTHERS = 500, 200
N_DAYS = (35, 60, 180)
"""How long people have told their days, by turns."""
TRUE = 0.5
MISSING = 0.2
FALSE_MOST, TOLD_LEAST, FAMILY_MOST_S = 5.0, 80.0, 0.3


@dataclass(frozen=True, slots=True)
class Kind:
    """How the days of people come about.

    Attributes
    ----------
    drift : float
        Size of a straight drift over all days, in standard deviations of the days.
    bend : float
        The same of a bent one.
    step : float
        The same of a step on some day.
    week : float
        How much more at week-ends.
    rounded : bool
        To whole numbers of 0 to 10.
    level : float
        Where on that scale days lie, two points a standard deviation; at 0 half of them are at its end.
    missing : float
        Share of days that are not told; half of the people leave out whole days, the others single answers.
    memory : float or None
        Of all series; None draws one for each.
    """

    drift: float = 0.0
    bend: float = 0.0
    step: float = 0.0
    week: float = 0.0
    rounded: bool = False
    level: float = 5.0
    missing: float = 0.0
    memory: float | None = None


NULL = {
    "plain": Kind(),
    "on a scale, days missing": Kind(rounded=True, missing=MISSING),
    "at the end of the scale": Kind(rounded=True, level=0.5, missing=MISSING),
    "drifting": Kind(drift=3.0, missing=MISSING),
    "drifting in a bend": Kind(drift=1.5, bend=1.5),
    "a step": Kind(step=2.0),
    "week-ends": Kind(week=1.0, missing=MISSING),
    "all of it": Kind(drift=2.0, week=0.7, rounded=True, missing=MISSING),
    "long memory": Kind(rounded=True, missing=MISSING, memory=0.9),
}


def person(
    kind: Kind, n_days: int, seed: int, related: tuple[int, int] | None = None, names: Sequence[str] = NAMES
) -> list[Daily]:
    """The days of a person; the first two of the related series at `TRUE`, the second so many days later.

    Parameters
    ----------
    related : (int, int), optional
        Place of the series that goes with the first one, and the days by which the first follows it.
    """
    rng = np.random.default_rng(seed)
    memory = rng.uniform(*MEMORY, len(names)) if kind.memory is None else np.full(len(names), kind.memory)
    shock = rng.normal(size=(len(names), N_BEFORE + n_days))
    if related is not None:
        place, lag = related
        memory[0] = memory[place]
        shock[0] = TRUE * np.roll(shock[place], lag) + np.sqrt(1.0 - TRUE**2) * shock[0]
    steady = _remembered(shock, memory)[:, N_BEFORE:]
    day = np.arange(n_days)
    whole_days = rng.random() < 0.5
    told_together = rng.random(n_days) >= kind.missing
    series = []
    for name, values in zip(names, steady, strict=True):
        value = values + _course(kind, n_days, rng)
        if kind.rounded:
            value = np.clip(np.round(kind.level + 2.0 * value), 0.0, 10.0)
        told = told_together if whole_days else rng.random(n_days) >= kind.missing
        series.append(Daily(name, day[told], value[told], symptom=name in SYMPTOMS))
    return series


def _remembered(shock: FloatArray, memory: FloatArray) -> FloatArray:
    """First-order autoregressions of standard deviation 1, a row a series."""
    values = shock.copy()
    for t in range(1, shock.shape[1]):
        values[:, t] = memory * values[:, t - 1] + np.sqrt(1.0 - memory**2) * shock[:, t]
    return values


def _course(kind: Kind, n_days: int, rng: np.random.Generator) -> FloatArray:
    """What moves a series besides its memory."""
    place = np.arange(n_days) / n_days
    drift, bend, step = kind.drift * rng.normal(), kind.bend * rng.normal(), kind.step * rng.normal()
    moved = drift * place + bend * np.sin(np.pi * (place + rng.random())) + step * (place > rng.uniform(0.2, 0.8))
    return np.asarray(moved + kind.week * np.isin(np.arange(n_days) % 7, (5, 6)))


def told_falsely(kind: Kind, n_days: int, seed: int) -> bool:
    """Whether anything is told of a person in whom nothing is related."""
    return any(relation.told for relation in relations(person(kind, n_days, seed)))


def told_truly(kind: Kind, n_days: int, seed: int, lag: int = 0, names: Sequence[str] = NAMES) -> Relation:
    """The relation that is there, of a person's sleep and pain."""
    found = relations(person(kind, n_days, seed, (1, lag), names))
    return next(each for each in found if {each.a, each.b} == set(names[:2]) and each.lag_days == lag)


def _false(job: tuple[Kind, int, int]) -> bool:
    return told_falsely(*job)


def _true(job: tuple[Kind, int, int, int]) -> Relation:
    return told_truly(*job)


def measured(recordings: Path | None) -> dict[str, Measurement]:
    """Relations that are not there, those that are, the interval, and the time of a year."""
    with ProcessPoolExecutor() as pool:
        kinds = list(NULL.values())
        mixed = [(kinds[i % len(kinds)], N_DAYS[i // len(kinds) % len(N_DAYS)], i) for i in range(N_PEOPLE)]
        figures = {
            "false_relations, all kinds": at_most(_percent(pool.map(_false, mixed, chunksize=20)), FALSE_MOST, "%")
        }
        for name, kind in NULL.items():
            told = _percent(pool.map(_false, [(kind, 60, 1000 + seed) for seed in range(N_OTHERS)], chunksize=20))
            figures[f"false_relations, {name}, 60 days"] = for_comparison(told, "%")
        for name, kind, n_days, lag in (
            ("60 days", Kind(), 60, 0),
            ("60 days on a scale", Kind(rounded=True), 60, 0),
            ("75 days on a scale, a fifth missing", Kind(rounded=True, missing=MISSING), 75, 0),
            ("60 days, the day after", Kind(), 60, 1),
            ("90 days, the day after", Kind(), 90, 1),
        ):
            found = list(pool.map(_true, [(kind, n_days, seed, lag) for seed in range(N_PEOPLE)], chunksize=20))
            told = _percent(each.told for each in found)
            figures[f"true_relations, {name}"] = (
                at_least(told, TOLD_LEAST, "%") if name == "60 days" else for_comparison(told, "%")
            )
            held = _percent(
                each.low < TRUE < each.high for each in found if each.low is not None and each.high is not None
            )
            figures[f"interval_of_95_holds_truth, {name}"] = for_comparison(held, "%")
    return figures | {"a year of ten series": at_most(_seconds(), FAMILY_MOST_S, "s")}


def _percent(happened: Iterable[bool]) -> float:
    return 100.0 * float(np.mean(list(happened)))


def _seconds() -> float:
    names = (*NAMES, "dizziness", "unpleasantness")
    series = person(replace(NULL["all of it"], drift=0.0), 365, 1, names=names)
    taken = []
    for _ in range(5):
        begun = time.perf_counter()
        relations(series)
        taken.append(time.perf_counter() - begun)
    return float(np.median(taken))
