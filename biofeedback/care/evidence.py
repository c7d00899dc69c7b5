"""The evidence sheet of a person: their own lines first, then what the data offer, and what goes with what.

The sheet is that of Pain Reprocessing Therapy (science C7): what the person gathers on how their pain behaves.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from biofeedback.care.checkin import Day, check_day, read_days
from biofeedback.care.finds import Find, finds_of, offered
from biofeedback.care.measures import PRACTICE, Point, answers_of, figures_of, own_outcomes, practice_of
from biofeedback.care.profile import checked_words, read_profile
from biofeedback.care.questions import QUESTIONS
from biofeedback.care.relations import Daily, Relation, relations
from biofeedback.storage.database import Store
from biofeedback.storage.permits.acts import Act
from biofeedback.storage.records import Entry, EntryKind, Outcome

OWN = "own"
LONGEST_LINE = 500
SYMPTOMS = ("pain", "unpleasantness")
RESTING = "resting_hr"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the sheet; `kind` is `own`, or that of the find it came from."""

    number: int
    on: str
    words: str
    kind: str = OWN


@dataclass(frozen=True, slots=True)
class Evidence:
    """The sheet, newest first.

    Attributes
    ----------
    lines : tuple of Line
        The person's own, then what they accepted.
    found : tuple of Find
        Offered.
    relations : tuple of Relation
        Of all that was told on any day.
    """

    lines: tuple[Line, ...]
    found: tuple[Find, ...]
    relations: tuple[Relation, ...]

    @property
    def not_enough(self) -> dict[tuple[str, str], int]:
        """Pairs of which too few days were told, on the same day, with the days that are missing."""
        return {(each.a, each.b): each.not_enough for each in self.relations if each.not_enough and each.lag_days == 0}


def read_evidence(store: Store, person: str) -> Evidence:
    """All of it."""
    store.permit(Act.READ, person, noted=False)
    outcomes, days = own_outcomes(store, person), read_days(store, person)
    series = series_of(outcomes, days, read_profile(store, person).symptoms)
    return Evidence(read_sheet(store, person), _left(store, person, outcomes, days), relations(series))


def read_sheet(store: Store, person: str) -> tuple[Line, ...]:
    """The lines of the sheet: the person's own first, each part newest first."""
    entries = reversed(store.journal.entries(person, EntryKind.EVIDENCE))
    lines = [_line(entry) for entry in entries if entry.document.get("kept", True)]
    return tuple(sorted(lines, key=lambda line: line.kind != OWN))


def read_found(store: Store, person: str) -> tuple[Find, ...]:
    """What the data offer and was neither accepted nor refused."""
    store.permit(Act.READ, person, noted=False)
    return _left(store, person, own_outcomes(store, person), read_days(store, person))


def _left(store: Store, person: str, outcomes: Sequence[Outcome], days: Sequence[Day]) -> tuple[Find, ...]:
    judged = frozenset(entry.subject for entry in store.journal.entries(person, EntryKind.EVIDENCE))
    return tuple(offered(finds_of(store, person, outcomes, days), judged))


def write_line(store: Store, person: str, words: str, on: date | None = None) -> Line:
    """Write a line of the person's own.

    Raises
    ------
    ValueError
        If there is nothing in it, too much, or the day is not there yet.
    """
    kept = checked_words(words, LONGEST_LINE)
    if not kept:
        raise ValueError("a line of evidence needs a word")
    if on is not None:
        check_day(on)
    return _line(store.journal.add(person, EntryKind.EVIDENCE, {"words": kept, "kind": OWN}, on))


def judge(store: Store, person: str, find: Find, *, kept: bool) -> None:
    """Take a find into the sheet, or refuse it for good: it is not offered again."""
    document = {"words": find.text, "kind": find.kind.value, "from": list(find.sources), "kept": kept}
    store.journal.put(person, EntryKind.EVIDENCE, document, find.on, find.key)


def remove_line(store: Store, person: str, number: int) -> Line:
    """Take a line off the sheet; a find is then not offered again.

    Raises
    ------
    ValueError
        If the sheet has no such line.
    """
    entries = {entry.number: entry for entry in store.journal.entries(person, EntryKind.EVIDENCE)}
    entry = entries.get(number)
    if entry is None or not entry.document.get("kept", True):
        raise ValueError(f"there is no line {number} on this sheet")
    if entry.subject:
        store.journal.change(number, {**entry.document, "kept": False})
    else:
        store.journal.remove(number)
    return _line(entry)


def series_of(outcomes: Sequence[Outcome], days: Sequence[Day], symptoms: Sequence[str]) -> tuple[Daily, ...]:
    """What is looked at together: what was told of days, practice, and the heart at rest, where there is any."""
    symptoms = (*SYMPTOMS, *symptoms)
    points = {name: answers_of(days, name) for name in dict.fromkeys((*QUESTIONS, *symptoms))}
    points[RESTING] = figures_of(outcomes, RESTING)
    last = max((each[-1].on for each in points.values() if each), default="")
    points[PRACTICE] = _every_day(practice_of(outcomes), last)
    return tuple(_daily(name, each, name in symptoms) for name, each in points.items() if each)


def _every_day(practice: Sequence[Point], last: str) -> list[Point]:
    """Days without practice are known to have none, from the first practice to the last day that was told of."""
    if not practice:
        return []
    minutes = {point.on: point.value for point in practice}
    first, end = (date.fromisoformat(on) for on in (practice[0].on, max(last, practice[-1].on)))
    days = [(first + timedelta(n)).isoformat() for n in range((end - first).days + 1)]
    return [Point(on, minutes.get(on, 0.0)) for on in days]


def _daily(name: str, points: Sequence[Point], symptom: bool) -> Daily:
    values: dict[int, list[float]] = {}
    for point in points:
        values.setdefault(date.fromisoformat(point.on).toordinal(), []).append(point.value)
    days = sorted(values)
    return Daily(name, np.array(days), np.array([float(np.mean(values[day])) for day in days]), symptom)


def _line(entry: Entry) -> Line:
    return Line(entry.number, entry.on, str(entry.document.get("words", "")), str(entry.document.get("kind", OWN)))
