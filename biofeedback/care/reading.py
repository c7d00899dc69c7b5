"""Which lessons a person has read, and when."""

from datetime import date

from biofeedback.storage.database import Store
from biofeedback.storage.records import EntryKind


def days_read(store: Store, person: str) -> dict[str, str]:
    """The lessons that were read, by id, with the day on which that was last."""
    return {entry.subject: entry.on for entry in store.journal.entries(person, EntryKind.LESSON)}


def mark_read(store: Store, person: str, lesson: str, *, read: bool = True, on: date | None = None) -> None:
    """Keep that a lesson was read; or that it was not, after all."""
    for entry in store.journal.entries(person, EntryKind.LESSON, lesson):
        store.journal.remove(entry.number)
    if read:
        store.journal.add(person, EntryKind.LESSON, {}, on, lesson)
