"""All of a person's practice in one file, from home to the clinic and back (docs/practice-file.md)."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from biofeedback.exchange.files import ExportError
from biofeedback.exchange.sealed import Opened, Putting, SealedError, opened_file, sealed_file
from biofeedback.exchange.signing import fingerprint, own_key
from biofeedback.session.kept.saved import check_saved, check_turn
from biofeedback.storage.database import Store
from biofeedback.storage.errors import StoreError
from biofeedback.storage.moving.transfer import Taken, Taking
from biofeedback.storage.names import folded
from biofeedback.storage.permits.acts import Act
from biofeedback.storage.records import EntryKind, SessionRow

KIND = "practice file"
ENTRY_KEYS = ("kind", "subject", "on", "told_utc", "document")
LONGEST_REASON = 300
"""Characters: a reason may quote a value, which is as long as whoever wrote the file likes."""
N_ENTRIES_MOST = 500_000


@dataclass(frozen=True, slots=True)
class Written:
    """What was written; `left_out` has a sentence for each session that is not in the file."""

    n_sessions: int
    n_entries: int
    left_out: tuple[str, ...]
    signed_by: str


class Sender(StrEnum):
    """Whether files of a person came with this signature before: trust on first use."""

    NEW = "new"
    KNOWN = "known"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Brought:
    """What came of taking a file in.

    Attributes
    ----------
    person, file_person : str
        Into whose profile, and of whom the file says it is.
    written_utc : str
    signed_by : str
        Fingerprint of the key that signed it.
    sender : Sender
    taken : Taken
    """

    person: str
    file_person: str
    written_utc: str
    signed_by: str
    sender: Sender
    taken: Taken

    def as_json(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self.taken) | {name: value for name, value in asdict(self).items() if name != "taken"}

    @property
    def doubts(self) -> list[str]:
        """What whoever takes it in should look at."""
        of_another = f"The file says that it is of {self.file_person}."
        other = bool(self.file_person) and folded(self.file_person) != folded(self.person)
        return [each for each in (sender_told(self.sender, self.signed_by), of_another if other else "") if each]


def write_practice(
    store: Store, person: str, path: Path, passphrase: str, since: str = "", until: str = "9999", *, force: bool = False
) -> Written:
    """Write all of a person's practice, or that of some days.

    Parameters
    ----------
    store : Store
    person : str
        Empty for whoever is at home.
    path : Path
    passphrase : str
    since, until : str
        First and last day, YYYY-MM-DD; profile and plan are in it whatever the days.
    force : bool
        Whether a file that is there may be replaced.

    Raises
    ------
    ExportError
        If it cannot be written, or there is nothing to write.
    StoreError
        If the data cannot be read.
    """
    store.permit(Act.EXPORT, person, "practice file")
    rows = [row for row in reversed(store.sessions(person)) if since <= local_day(row.started_utc) <= until]
    entries = [
        {"kind": each.kind.value} | {name: getattr(each, name) for name in ENTRY_KEYS[1:]}
        for each in sorted(store.journal.entries(person), key=lambda each: each.number)
        if each.kind is not EntryKind.SENDER
        and (since <= each.on <= until or each.kind in (EntryKind.PROFILE, EntryKind.PLAN))
    ]
    rungs = store.transfer.rungs(person)
    if not (rows or entries or rungs):
        raise ExportError(f"Nothing is kept of {person or 'whoever is at home'} in these days. Nothing was written.")
    signer = own_key(store)
    days = {"from": since or None, "to": None if until == "9999" else until}
    about = {"person": person, "written_utc": datetime.now(UTC).isoformat(timespec="seconds")} | days
    with sealed_file(path, KIND, passphrase, signer, about, force=force) as file:
        left_out = [why for row in rows if (why := _put_session(store, row, file))]
        file.line({"rungs": rungs})
        for entry in entries:
            file.line({"entry": entry})
    return Written(len(rows) - len(left_out), len(entries), tuple(left_out), fingerprint(signer.public))


def _put_session(store: Store, row: SessionRow, file: Putting) -> str:
    """Why a session is not in the file; empty where it is."""
    if row.running:
        return f"Session {row.session_id} is being recorded."
    try:
        file.line({"session": store.transfer.session(row.session_id)})
    except StoreError as error:
        return str(error)
    return ""


def read_practice(store: Store, person: str, path: Path, passphrase: str, *, really: bool = True) -> Brought:
    """Take a file into a person's profile, all or nothing; with `really` false it is told what would come of it.

    Who may not read what was measured is told of what differs, and not how.

    Raises
    ------
    SealedError
        If the file cannot be taken.
    StoreError
        If a session of it is somebody else's here, or the data cannot be written.
    """
    store.permit(Act.CHANGE, person, "practice file")
    values = store.may(Act.READ, person)
    with opened_file(path, KIND, passphrase) as file:
        sender = sender_of(store, person, file.signed_by)
        with store.transfer.taking(person, really=really, values=values) as taking:
            take_parts(path, file, taking)
            taking.sender(file.signed_by, {"written_utc": told_in(file, "written_utc")})
    told = told_in(file, "person"), told_in(file, "written_utc"), fingerprint(file.signed_by)
    return Brought(person, *told, sender, taking.taken)


def take_parts(path: Path, file: Opened, taking: Taking) -> None:
    """Take in all that a file holds.

    Raises
    ------
    SealedError
        If something in it is not what it says.
    StoreError
        If a session of it is somebody else's here.
    """
    entries: list[dict[str, Any]] = []
    try:
        for what, told in _parts(file):
            if what == "session":
                taking.session(told)
                _check_read(told["tables"])
            elif what == "rungs":
                taking.rungs(told)
            else:
                entries.append(told)
            if len(entries) > N_ENTRIES_MOST:
                raise ValueError("more entries than a life has days")
        taking.entries(entries)
    except (ValueError, TypeError, AttributeError) as error:
        raise SealedError(
            f"{path} holds what this version cannot take: {error!s:.{LONGEST_REASON}}. Nothing was changed: write it "
            "anew with the newest version, and bring this one up to date."
        ) from error


def sender_of(store: Store, person: str, public_key: str) -> Sender:
    """Whether earlier files that were taken in for a person had this signature."""
    known = {entry.subject for entry in store.journal.entries(person, EntryKind.SENDER)}
    if public_key in known:
        return Sender.KNOWN
    return Sender.CHANGED if known else Sender.NEW


def sender_told(sender: Sender, signed_by: str) -> str:
    """What to say of a signature; empty where it is known."""
    match sender:
        case Sender.NEW:
            return (
                f"It is the first file with this signature, {signed_by}. Ask whoever sent it whether their program "
                "tells the same; from now on it is known."
            )
        case Sender.CHANGED:
            return (
                f"It is signed {signed_by}, and earlier files were signed otherwise. A new computer has a new "
                "signature: ask whoever sent it before you rely on it."
            )
    return ""


def local_day(started_utc: str) -> str:
    """The day of a session by the calendar of this computer, YYYY-MM-DD."""
    began = datetime.fromisoformat(started_utc)
    return (began if began.tzinfo else began.replace(tzinfo=UTC)).astimezone().date().isoformat()


def _check_read(tables: Mapping[str, Any]) -> None:
    """Look through what is read of a session of which all else was found to be right."""
    turns = tables.get("timeline_events", {})
    for kind, detail in zip(turns.get("kind", ()), turns.get("detail", ()), strict=True):
        check_turn(kind, json.loads(detail))
    for document in tables.get("results", {}).get("document", ()):
        check_saved(json.loads(document))


def _parts(file: Opened) -> Iterator[tuple[str, Any]]:
    for line in file.lines:
        for what, told in line.items():
            if what not in ("session", "rungs", "entry"):
                raise ValueError(f"a part that is not known, {what:.20}")
            yield what, told


def told_in(file: Opened, name: str) -> str:
    """A short text of the first line, without what cannot be seen."""
    return "".join(sign for sign in str(file.about.get(name) or "")[:200] if sign.isprintable())
