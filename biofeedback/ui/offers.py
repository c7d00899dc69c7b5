"""What a person may decide of an exercise before beginning: its options, its length, its pace."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import isclose

from biofeedback.ui.cautions import FIRST_AID, standing_in_the_way
from biofeedback.ui.settings import Settings
from biofeedback.ui.words import exercises as words
from protocols.specification import Exercise

ALWAYS = ("two-minutes", "quiet-rest")
"""Offered at every start: for when there is hardly any time, and for when even a slow breath is too much."""
N_OTHERS = 2
"""So many besides the large one: more would be a list."""
GENTLE = ("quiet-rest", "two-minutes", FIRST_AID)
"""In place of what a caution forbids, the first that may be done."""
MINUTES = (5.0, 10.0, 15.0, 20.0)
RATES_PER_MIN = (4.5, 5.0, 5.5, 6.0, 6.5, 7.0, 8.0, 9.0, 10.0)
"""Quick ones too: the safety questions advise some people to keep to an easy pace."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What the start page offers.

    Attributes
    ----------
    main : Exercise
        On the large card.
    others : tuple of Exercise
        One press each.
    instead : bool
        Whether `main` takes the place of one that the safety questions stand in the way of.
    """

    main: Exercise
    others: tuple[Exercise, ...]
    instead: bool = False


def for_now(exercises: Mapping[str, Exercise], settings: Settings, wanted: str = "") -> Offer:
    """The practice that was chosen last, what is always there, and none that a caution forbids as the large one.

    Parameters
    ----------
    exercises : mapping
        By id, in the order of the list; at least one.
    settings : Settings
    wanted : str
        The practice chosen just now; empty for the last one.
    """
    asked = exercises.get(wanted or settings.exercise) or next(iter(exercises.values()))
    gentle = [exercises[ident] for ident in GENTLE if ident in exercises]
    possible = [each for each in (asked, *gentle) if not standing_in_the_way(each, settings.answers)]
    main = possible[0] if possible else asked
    others = tuple(
        each
        for ident in dict.fromkeys((settings.exercise, *ALWAYS) if wanted else ALWAYS)
        if (each := exercises.get(ident)) and each is not main and not standing_in_the_way(each, settings.answers)
    )
    return Offer(main, others[:N_OTHERS], instead=main is not asked)


def lengths_of(exercise: Exercise, planned_minutes: float | None = None) -> tuple[float, ...]:
    """Minutes to choose from, the planned ones among them.

    None where an exercise has a length of its own, or needs longer than is offered.
    """
    if not exercise.stretches:
        return ()
    offered = exercise.lengths or tuple(minutes for minutes in MINUTES if minutes >= exercise.least_minutes)
    if planned_minutes is None:
        return offered
    return tuple(sorted((planned_minutes, *(each for each in offered if not isclose(each, planned_minutes)))))


def usual_length(exercise: Exercise, wanted: float) -> float | None:
    """The length to begin with: the one wanted where it is offered, else the one nearest to the exercise as made."""
    offered = lengths_of(exercise)
    found = next((minutes for minutes in offered if isclose(minutes, wanted)), None)
    if found is None and offered:
        found = min(offered, key=lambda minutes: abs(minutes - exercise.minutes))
    return found


def paces_of(exercise: Exercise) -> list[tuple[str, float | None]]:
    """Breaths a minute to choose from, None for the exercise's own; none where the person cannot change them.

    Where several breaths follow each other, or a part is as long as its breaths are, the pace is the exercise.
    """
    paced = [phase for phase in exercise if phase.pacing and not phase.course.changes]
    patterns = {phase.pacing for phase in paced}
    if len(patterns) != 1 or not all(phase.stretch for phase in paced):
        return []
    rates: list[tuple[str, float | None]] = [(f"{rate:g}", rate) for rate in RATES_PER_MIN]
    if any(phase.course.at_resonance for phase in paced):
        return [(words.OWN_PACE, None), *rates]
    pattern = exercise.pacing
    if pattern is not None and pattern.rate_per_min not in RATES_PER_MIN:
        return [(words.AS_MADE, None), *rates]
    return rates


def usual_pace(exercise: Exercise, wanted: float) -> float | None:
    """The pace to begin with: the exercise's own where that is offered, else the one wanted, else as it is made."""
    offered = [rate for _, rate in paces_of(exercise)]
    if not offered or None in offered or exercise.pacing is None:
        return None
    return wanted if wanted in offered else exercise.pacing.rate_per_min


def option_key(exercise: Exercise, choice: str) -> str:
    """Under what an option is remembered."""
    return f"{exercise.id}.{choice}"


def adapted(exercise: Exercise, picked: Mapping[str, str], minutes: float | None, pace: float | None) -> Exercise:
    """The exercise as the person wants it.

    Raises
    ------
    ValueError
        If there is no such option, or length or pace cannot be changed.
    """
    made = exercise.choosing(picked) if picked else exercise
    if minutes is not None and made.stretches:
        made = made.lasting(minutes)
    if pace is not None and made.pacing is not None:
        made = made.paced(replace(made.pacing, rate_per_min=pace))
    return made
