"""Answers of a form that is not finished, kept one by one, so that closing in the middle loses none."""

import datetime as dt
from collections.abc import Mapping

from biofeedback.storage.database import Store
from biofeedback.storage.records import Entry, EntryKind

DRAFT = "/draft"
"""After the id of a form; no id has a stroke in it."""


def keep_draft(store: Store, person: str, form: str, answers: Mapping[str, int | str | None], on: dt.date) -> None:
    """Keep what has been answered of a form so far, in place of what was kept of it before."""
    if not answers:
        drop_draft(store, person, form)
        return
    kept = store.journal.put(person, EntryKind.QUESTIONNAIRE, {"answers": dict(answers)}, on, _subject(form))
    for entry in store.journal.entries(person, EntryKind.QUESTIONNAIRE, _subject(form)):
        if entry.number != kept.number:
            store.journal.remove(entry.number)


def read_draft(store: Store, person: str, form: str, on: dt.date, lasts_days: int) -> dict[str, int | str | None]:
    """What has been answered of a form; nothing once it is so many days old, for then it tells of another time."""
    entry = store.journal.latest(person, EntryKind.QUESTIONNAIRE, _subject(form))
    if entry is None or not 0 <= (on - dt.date.fromisoformat(entry.on)).days < lasts_days:
        return {}
    answers = entry.document.get("answers")
    return dict(answers) if isinstance(answers, dict) else {}


def draft_day(store: Store, person: str, form: str) -> dt.date | None:
    """The day on which a form was answered last; None where nothing is kept of it."""
    entry = store.journal.latest(person, EntryKind.QUESTIONNAIRE, _subject(form))
    return dt.date.fromisoformat(entry.on) if entry else None


def drop_draft(store: Store, person: str, form: str) -> None:
    """Forget what was answered of a form that is finished, or begun anew."""
    for entry in store.journal.entries(person, EntryKind.QUESTIONNAIRE, _subject(form)):
        store.journal.remove(entry.number)


def is_draft(entry: Entry) -> bool:
    """Whether an entry holds answers of a form that is not finished: those are no filled questionnaire."""
    return entry.kind is EntryKind.QUESTIONNAIRE and entry.subject.endswith(DRAFT)


def form_of(entry: Entry) -> str:
    """The form that a draft is of."""
    return entry.subject.removesuffix(DRAFT)


def _subject(form: str) -> str:
    return f"{form}{DRAFT}"
