"""What lies beside the data about who opened them: how far the access log goes, and words that did not open them."""

import contextlib
import json
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from biofeedback.storage.folder import place_private

NOTE = "biofeedback.access.json"


@dataclass(frozen=True, slots=True)
class Note:
    """Number and seal of the newest entry; `n_wrong` words were tried in vain since the data were opened last."""

    n: int = 0
    seal: str = ""
    n_wrong: int = 0
    wrong_utc: str = ""


def read_note(folder: Path) -> Note | None:
    """The note; None where there is none, or one that cannot be understood."""
    try:
        note = Note(**json.loads((folder / NOTE).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None
    kinds = {int: (note.n, note.n_wrong), str: (note.seal, note.wrong_utc)}
    return note if all(type(value) is kind for kind, values in kinds.items() for value in values) else None


def write_note(folder: Path, note: Note) -> None:
    """Keep it; where it cannot be written, the next one can."""
    with contextlib.suppress(OSError):
        place_private(folder / NOTE, json.dumps(asdict(note)).encode())


def count_wrong(folder: Path) -> None:
    """A word was tried that does not open the data; their log cannot be written until one does."""
    note = read_note(folder) or Note()
    write_note(folder, replace(note, n_wrong=note.n_wrong + 1, wrong_utc=now_utc()))


def now_utc() -> str:
    """As times stand in the log."""
    return datetime.now(UTC).isoformat(timespec="seconds")
