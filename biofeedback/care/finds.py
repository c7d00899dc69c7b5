"""What the data of a person offer for their evidence: what happened, on which days, and never why."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Any

from biofeedback.care.checkin import Day
from biofeedback.care.diary import About, Line, read_lines
from biofeedback.care.drawings import read_drawings
from biofeedback.care.measures import Point, answers_of, day_of, done_safely
from biofeedback.care.profile import read_profile
from biofeedback.care.progress import BAND_DAYS, CHANGE_POINTS, MINIMAL_DIFFERENCES, trend
from biofeedback.storage.database import Store
from biofeedback.storage.records import AFTER, BEFORE, Outcome
from protocols.phases import Role

MINIMAL = MINIMAL_DIFFERENCES["pain"]
"""Also of fear and other symptoms, for which no other is known [D]."""
CALMER_BPM = 2.0
"""A heart at least so much slower than at rest before; less is the spread that every rest has (science B8) [D]."""
CALMER_OVER_S = 60.0
QUIET = (Role.PRACTICE, Role.TRANSFER, Role.RECOVERY)
N_LATEST = 3
"""So many of each kind are offered at a time, the latest: a list of all would be work [D]."""
WITH_STRESS = "came with stress"
"""The ready words of a flare."""


class Kind(StrEnum):
    """What a find is about."""

    SESSION = "session"
    DAY = "day"
    LADDER = "ladder"
    PLACE = "place"
    STRESS = "stress"


@dataclass(frozen=True, slots=True)
class Find:
    """Something that happened.

    Attributes
    ----------
    kind : Kind
    on : date
        The day on which it happened, or ended.
    text : str
        For the person.
    sources : tuple of str
        Ids of sessions, or days.
    about : str
        The rating or symptom, where there are several.
    """

    kind: Kind
    on: date
    text: str
    sources: tuple[str, ...]
    about: str = ""

    @property
    def key(self) -> str:
        """The same for the same find on another day."""
        return ":".join(filter(None, (self.kind.value, self.about, *self.sources)))


def finds_of(store: Store, person: str, outcomes: Sequence[Outcome], days: Sequence[Day]) -> list[Find]:
    """All that is found, newest first.

    Parameters
    ----------
    outcomes : sequence of Outcome
        The person's own, without simulated ones.
    days : sequence of Day
    """
    own = {each.session_id: each for each in outcomes}
    lines = read_lines(store, person)
    found = [
        *_sessions(own.values()),
        *_ladder(store, person, own),
        *_days(days, ("pain", *read_profile(store, person).symptoms), lines),
        *_places(store, person),
        *_flares(lines),
    ]
    return sorted(found, key=lambda find: find.on, reverse=True)


def offered(found: Sequence[Find], judged: frozenset[str]) -> list[Find]:
    """The latest of each kind that were not judged yet."""
    left = [find for find in found if find.key not in judged]
    return [find for i, find in enumerate(left) if sum(each.kind is find.kind for each in left[:i]) < N_LATEST]


def told_day(on: date) -> str:
    return f"{on.day} {on:%B} {on.year}"


def _sessions(outcomes: Iterable[Outcome]) -> Iterator[Find]:
    for outcome in outcomes:
        slower = slowed_bpm(outcome)
        if slower is None or slower < CALMER_BPM or outcome.document.get("broken_off"):
            continue
        for rating in ("pain", "fear"):
            before, after = (outcome.ratings.get(moment, {}).get(rating) for moment in (BEFORE, AFTER))
            if before is None or after is None or after >= before or not MINIMAL.reached(before, after):
                continue
            on = day_of(outcome)
            text = (
                f"On {told_day(on)}, {outcome.exercise_title or outcome.exercise}: {rating} was {before} of 10 before "
                f"and {after} after. Your heart beat {slower:.0f} beats a minute slower at the end than at the start."
            )
            yield Find(Kind.SESSION, on, text, (outcome.session_id,), rating)


def slowed_bpm(outcome: Outcome) -> float | None:
    """How much slower the heart was in the last quiet part of a session than at rest before it.

    None where one of the two is withheld, is shorter than a minute, or is not there.
    """
    phases = (part for part in outcome.document.get("phases", ()) if part["end_s"] is not None)
    parts = [part for part in phases if part["end_s"] - part["start_s"] >= CALMER_OVER_S]
    rest = next((_rate(part) for part in parts if part.get("role") == Role.BASELINE), None)
    last = parts[-1] if parts and parts[-1].get("role") in QUIET else None
    end = _rate(last) if last else None
    return None if rest is None or end is None else rest - end


def _rate(part: dict[str, Any]) -> float | None:
    rate = part.get("indices", {}).get("mean_hr_bpm")
    return float(rate) if isinstance(rate, int | float) else None


def _ladder(store: Store, person: str, own: dict[str, Outcome]) -> Iterator[Find]:
    for tried in store.ladders.tries(person):
        was = tried.experience
        if tried.session_id not in own or not done_safely(was):
            continue
        pairs = (("pain", was.expected_pain, was.pain), ("fear", was.expected_fear, was.fear))
        came = [
            f"You expected {name} {expected:g} of 10, and it was {came:g}."
            for name, expected, came in pairs
            if expected is not None and came is not None and came < expected
        ]
        text = " ".join([f"On {told_day(was.on)} you did a step of your ladder: {tried.text}.", *came])
        yield Find(Kind.LADDER, was.on, text, (tried.session_id,))


def _days(days: Sequence[Day], symptoms: Sequence[str], lines: Sequence[Line]) -> Iterator[Find]:
    """Days without it, or with much less than usual; none with a treatment written down then, or the day before."""
    treated = {line.on for line in lines if line.about == About.TREATMENT}
    for symptom in symptoms:
        points = answers_of(days, symptom)
        for n in range(len(points) - 1, -1, -1):
            point = points[n]
            on = date.fromisoformat(point.on)
            if {point.on, (on - timedelta(1)).isoformat()} & treated:
                continue
            if (text := _much_less(symptom, on, points[max(0, n - BAND_DAYS) : n + 1])) is not None:
                yield Find(Kind.DAY, on, f"{text} No treatment was written down for it.", (point.on,), symptom)


def _much_less(symptom: str, on: date, points: Sequence[Point]) -> str | None:
    value = points[-1].value
    since = (on - timedelta(BAND_DAYS)).isoformat()
    recent = [point for point in points if point.on >= since]
    if value == 0.0:
        n_with = sum(point.value > 0.0 for point in recent)
        return f"{told_day(on)} was a day without {symptom}." if n_with >= max(CHANGE_POINTS, len(recent) / 2) else None
    if value > min(point.value for point in recent):
        return None
    usual = trend(symptom, "", recent)
    if usual.usual_low is None or value >= usual.usual_low or not MINIMAL.reached(usual.usual_low, value):
        return None
    return (
        f"On {told_day(on)}, {symptom} was {value:g} of 10. "
        f"On most days before it was {usual.usual_low:.1f} to {usual.usual_high:.1f}."
    )


def _places(store: Store, person: str) -> Iterator[Find]:
    """Two drawings in a row that have no part of the body in common; none where a drawing cannot be read."""
    try:
        drawings = list(read_drawings(store, person).items())
    except ValueError:
        return
    if len(drawings) < 2:
        return
    from biofeedback.care.body_map import spread

    drawings = drawings[-N_LATEST - 1 :]
    parts = [(on, {f"{each.side} {each.name}".strip() for each in spread(marks).regions}) for on, marks in drawings]
    for (first, before), (second, after) in pairwise(parts):
        if before and after and not before & after:
            on = date.fromisoformat(second)
            text = (
                f"It changed its place: on {told_day(date.fromisoformat(first))} you drew {_some(before)}, "
                f"and on {told_day(on)} {_some(after)}."
            )
            yield Find(Kind.PLACE, on, text, (first, second))


def _some(names: set[str]) -> str:
    shown = sorted(names)[:N_LATEST]
    return ", ".join(shown) + (" and more" if len(names) > len(shown) else "")


def _flares(lines: Sequence[Line]) -> Iterator[Find]:
    told = sorted({line.on for line in lines if line.about == About.FLARE and line.words == WITH_STRESS})
    for each in told:
        on = date.fromisoformat(each)
        yield Find(Kind.STRESS, on, f"You wrote on {told_day(on)} that a flare came with stress.", (each,))
