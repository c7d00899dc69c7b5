"""Where it hurts, drawn on a body: one drawing a day for each person, kept as it grows."""

from collections.abc import Sequence
from datetime import date

from biofeedback.care.body_map import Mark, drawing_as_json, drawing_of
from biofeedback.care.checkin import EARLIEST, check_day
from biofeedback.storage.database import Store
from biofeedback.storage.records import EntryKind


def keep_drawing(store: Store, person: str, on: date, marks: Sequence[Mark]) -> None:
    """Keep a day's drawing in place of its earlier one; without a mark the day has none.

    Raises
    ------
    ValueError
        If the day is not there yet.
    """
    check_day(on)
    store.journal.put(person, EntryKind.BODY_MAP, {"marks": drawing_as_json(marks)}, on)


def read_drawings(
    store: Store, person: str, since: date = EARLIEST, until: date = date.max
) -> dict[str, tuple[Mark, ...]]:
    """The drawings by their day, in order; days without a mark are left out.

    Raises
    ------
    ValueError
        If one cannot be read; the message says of which day.
    """
    drawings, spoilt = read_legible(store, person, since, until)
    if spoilt:
        raise ValueError(spoilt[0])
    return drawings


def read_legible(
    store: Store, person: str, since: date = EARLIEST, until: date = date.max
) -> tuple[dict[str, tuple[Mark, ...]], tuple[str, ...]]:
    """The same of those that can be read, and a sentence for each of the others."""
    drawings, spoilt = {}, []
    for entry in store.journal.entries(person, EntryKind.BODY_MAP, "", since.isoformat(), until.isoformat()):
        try:
            marks = drawing_of(entry.document.get("marks", ()))
        except (TypeError, ValueError) as error:
            spoilt.append(f"The drawing of {entry.on} cannot be read: {error}")
            continue
        if marks:
            drawings[entry.on] = marks
    return drawings, tuple(spoilt)
