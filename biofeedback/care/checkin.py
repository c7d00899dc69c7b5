"""The daily check-in: a few questions from 0 to 10, each of which may be left out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from biofeedback.care.profile import checked_words, read_profile
from biofeedback.care.questions import LEAST, MOST, NOTE, QUESTIONS, Question, of_symptom
from biofeedback.storage.database import Store
from biofeedback.storage.records import Entry, EntryKind
from protocols.ladder import same_words

LONGEST_NOTE = 500
EARLIEST = date(1900, 1, 1)


@dataclass(frozen=True, slots=True)
class Day:
    """What was told of a day: a number from 0 to 10 by the name of its question, and a note."""

    on: str
    answers: Mapping[str, float] = field(default_factory=dict)
    note: str = ""

    def as_told(self, names: tuple[str, ...]) -> dict[str, object]:
        """For JSON: one key a name, null where nothing was told."""
        every = dict.fromkeys((*names, *self.answers))
        return {"on": self.on, **{name: self.answers.get(name) for name in every}, "note": self.note or None}


def questions_of(store: Store, person: str) -> tuple[Question, ...]:
    """What a person is asked of a day: the same for all, then their own symptoms."""
    return (*QUESTIONS.values(), *(of_symptom(name) for name in read_profile(store, person).symptoms))


def keep_day(store: Store, person: str, on: date, answers: Mapping[str, float | None], note: str | None = None) -> Day:
    """Keep answers of a day in place of earlier ones to the same questions; None takes an answer back.

    Raises
    ------
    ValueError
        If a question is unknown, an answer not from 0 to 10, or the day not yet there. Nothing is kept then.
    """
    check_day(on)
    known = {same_words(each.name): each.name for each in questions_of(store, person)}
    told = {_known_name(name, known): _checked_answer(name, value) for name, value in answers.items()}
    words = None if note is None else checked_words(note, LONGEST_NOTE)
    for name, value in told.items():
        store.journal.put(person, EntryKind.CHECKIN, {"value": value}, on, name)
    if words is not None:
        store.journal.put(person, EntryKind.CHECKIN, {"words": words}, on, NOTE)
    return read_day(store, person, on)


def read_day(store: Store, person: str, on: date) -> Day:
    """What was told of a day."""
    days = read_days(store, person, on, on)
    return days[0] if days else Day(on.isoformat())


def read_days(
    store: Store, person: str, since: date = EARLIEST, until: date = date.max, name: str | None = None
) -> list[Day]:
    """The days of which something was told, in order; only what was told to a question where it is named."""
    by_day: dict[str, list[Entry]] = {}
    for entry in store.journal.entries(person, EntryKind.CHECKIN, name, since.isoformat(), until.isoformat()):
        by_day.setdefault(entry.on, []).append(entry)
    return [day for on, entries in by_day.items() if (day := _day(on, entries)).answers or day.note]


def _day(on: str, entries: list[Entry]) -> Day:
    answers = {entry.subject: value for entry in entries if (value := entry.document.get("value")) is not None}
    notes = [entry.document.get("words", "") for entry in entries if entry.subject == NOTE]
    return Day(on, answers, notes[-1] if notes else "")


def check_day(on: date) -> None:
    # Somebody west of here may already have, or not yet have, the day that they tell of
    if not EARLIEST <= on <= date.today() + timedelta(days=1):
        raise ValueError(f"{on} is not a day that can be told of yet")


def _known_name(name: str, known: Mapping[str, str]) -> str:
    found = known.get(same_words(name))
    if found is None:
        raise ValueError(f"{name} is not asked; there are {', '.join(known.values())}")
    return found


def _checked_answer(name: str, value: float | None) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not LEAST <= value <= MOST:
        raise ValueError(f"{name} is told from {LEAST} to {MOST}, not {value:g}")
    return int(value) if value == int(value) else float(value)
