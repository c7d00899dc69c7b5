"""The diary: free lines of a day, each of a kind, with a few ready words."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from biofeedback.care.checkin import EARLIEST, check_day
from biofeedback.care.profile import checked_words
from biofeedback.care.questions import LEAST, MOST
from biofeedback.storage.database import Store
from biofeedback.storage.records import EntryKind


class About(StrEnum):
    """What a line of the diary is about."""

    FLARE = "flare"
    FOOD = "food"
    SLEEP = "sleep"
    ACTIVITY = "activity"
    TREATMENT = "treatment"
    NOTE = "note"


READY: dict[About, tuple[str, ...]] = {
    About.FLARE: ("came with stress", "came after an effort", "came out of nowhere", "is easing", "is over"),
    About.FOOD: ("ate regularly", "skipped a meal", "coffee late", "alcohol"),
    About.SLEEP: ("slept through", "woke often", "lay awake long", "a nap"),
    About.ACTIVITY: ("a walk", "housework", "sport", "a day at the desk", "something I had avoided"),
    About.TREATMENT: ("medication", "physiotherapy", "psychotherapy", "rTMS", "neurofeedback", "massage"),
    About.NOTE: (),
}
"""Words for one tap, for those who would rather not type."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the diary; `strength` from 0 to 10, or None where none was told."""

    number: int
    on: str
    about: str
    words: str
    strength: int | None = None


def write(
    store: Store, person: str, about: About, words: str, on: date | None = None, strength: int | None = None
) -> Line:
    """Write a line.

    Raises
    ------
    ValueError
        If there is nothing in it, too much, a strength not from 0 to 10, or a day that is not there yet.
    """
    document = line_document(words, strength)
    if on is not None:
        check_day(on)
    entry = store.journal.add(person, EntryKind.DIARY, document, on, about.value)
    return Line(entry.number, entry.on, about.value, document["words"], strength)


def read_lines(store: Store, person: str, since: date = EARLIEST, until: date = date.max) -> list[Line]:
    """The lines of a stretch of days, in order."""
    return [
        Line(entry.number, entry.on, entry.subject or About.NOTE.value, entry.document.get("words", ""), strength)
        for entry in store.journal.entries(person, EntryKind.DIARY, None, since.isoformat(), until.isoformat())
        if isinstance(strength := entry.document.get("strength"), int | None)
    ]


def change_line(store: Store, line: Line) -> None:
    """Give a line other words or another strength.

    Raises
    ------
    ValueError
        As of `write`.
    StoreError
        If the line is not there any more.
    """
    store.journal.change(line.number, line_document(line.words, line.strength))


def line_document(words: str, strength: int | None = None) -> dict[str, Any]:
    """A line as it is kept.

    Raises
    ------
    ValueError
        As of `write`, save for the day.
    """
    kept = checked_words(words)
    if not kept and strength is None:
        raise ValueError("a line of the diary needs a word")
    if strength is not None and not LEAST <= strength <= MOST:
        raise ValueError(f"how strong it was is told from {LEAST} to {MOST}, not {strength}")
    return {"words": kept} | ({} if strength is None else {"strength": strength})
