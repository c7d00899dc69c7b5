"""What a practice file holds of somebody, and files that are made up."""

from datetime import date
from pathlib import Path
from typing import Any

from biofeedback.exchange.practice_file import KIND
from biofeedback.exchange.sealed import sealed_file
from biofeedback.exchange.signing import own_key
from biofeedback.storage.database import Store
from biofeedback.storage.records import EntryKind

WORD = "four good words here"
ON = date(2026, 11, 20)


def content(store: Store, person: str) -> list[Any]:
    """All that a practice file holds of a person."""
    ids = [row.session_id for row in store.sessions(person)]
    entries = [each for each in store.journal.entries(person) if each.kind is not EntryKind.SENDER]
    told = sorted((e.kind, e.subject, e.on, e.told_utc, str(e.document)) for e in entries)
    return [[store.transfer.session(each) for each in ids], told, store.transfer.rungs(person)]


def hostile(home: Store, path: Path, *lines: dict[str, Any], **about: Any) -> None:
    """A file whose lines are made up by somebody who knows the passphrase."""
    with sealed_file(path, KIND, WORD, own_key(home), about, force=True) as put:
        for line in lines:
            put.line(line)
