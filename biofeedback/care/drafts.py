"""Answers of a form that is not finished, kept one by one, so that closing in the middle loses none."""

import datetime as dt
from collections.abc import Mapping

from biofeedback.storage.database import Store
from biofeedback.storage.records import EntryKind


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


def drop_draft(store: Store, person: str, form: str) -> None:
    """Forget what was answered of a form that is finished, or begun anew."""
    for entry in store.journal.entries(person, EntryKind.QUESTIONNAIRE, _subject(form)):
        store.journal.remove(entry.number)


def _subject(form: str) -> str:
    return f"{form}/draft"  # no id of a form has a stroke in it
