"""Everything that is known of a person, as one ZIP file that can be read without this program."""

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from biofeedback.care.drafts import form_of, is_draft
from biofeedback.care.profile import as_told, read_profile
from biofeedback.exchange.brainwaves import write_edf
from biofeedback.exchange.files import ExportError, written_whole
from biofeedback.exchange.intervals import write_rr
from biofeedback.exchange.packets import write_packets
from biofeedback.exchange.waveforms import write_accelerometer, write_ecg
from biofeedback.session.kept import archive
from biofeedback.storage.database import Store
from biofeedback.storage.errors import StoreError
from biofeedback.storage.permits.acts import Act

ABOUT = """Everything that the breathing practice program kept of one person. Times are UTC, days are as told.

person.json         name, profile, ladder, and all entries: check-ins, diary, questionnaires, plan, evidence, ...;
                    apart from these, as drafts, the answers of forms that were begun or are asked again from time
                    to time (the pattern check): none of them is a filled questionnaire
sessions/ID/        one folder a session:
  summary.json      its figures, ratings and methods
  packets.csv       what the strap sent, as it came; the program can replay it
  rr.csv            the intervals between beats with their verdicts, phases and gaps
  ecg.csv, acc.csv  electrocardiogram and accelerometer, where the strap sent them
  eeg.edf           electroencephalogram in 16 bits, where a band was on the head
left-out.txt        what could not be written, and why; only where there is something
"""
_FILES: dict[str, Callable[[Store, str, Path], Any]] = {
    "packets.csv": write_packets,
    "rr.csv": write_rr,
    "ecg.csv": write_ecg,
    "acc.csv": write_accelerometer,
    "eeg.edf": write_edf,
}


def write_person(store: Store, person: str, path: Path, *, force: bool = False) -> int:
    """Write everything that is known of a person; the empty name is that of whoever is at home.

    Returns
    -------
    int
        How many sessions are in the file.

    Raises
    ------
    ExportError
        If the file cannot be written.
    StoreError
        If the data cannot be read.
    """
    store.permit(Act.EXPORT, person, "everything")
    rows = store.sessions(person)
    left_out: list[str] = []
    with written_whole(path, force=force) as file, ZipFile(file, "w", ZIP_DEFLATED) as archived:
        archived.writestr("about.txt", ABOUT)
        archived.writestr("person.json", _json(_person_document(store, person)))
        for row in rows:
            _write_session(store, row.session_id, archived, left_out)
        if left_out:
            archived.writestr("left-out.txt", "".join(f"{line}\n" for line in left_out))
    return len(rows)


def _person_document(store: Store, person: str) -> dict[str, Any]:
    entries = store.journal.entries(person)
    return {
        "person": person,
        "profile": as_told(read_profile(store, person)),
        "ladder": [asdict(rung) for rung in store.ladders.rungs(person)],
        "entries": [asdict(entry) for entry in entries if not is_draft(entry)],
        "drafts": [
            {"form": form_of(entry), "on": entry.on, "told_utc": entry.told_utc, "document": entry.document}
            for entry in entries
            if is_draft(entry)
        ],
    }


def _write_session(store: Store, session_id: str, archived: ZipFile, left_out: list[str]) -> None:
    """The files of a session; one that cannot be written does not keep the others away."""
    with TemporaryDirectory() as folder:
        for name, write in _FILES.items():
            made = Path(folder) / name
            try:
                write(store, session_id, made)
            except ExportError as error:  # no beats, or no electrocardiogram
                if name == "packets.csv":
                    left_out.append(f"sessions/{session_id}/{name}: {error}")
            except StoreError as error:
                left_out.append(f"sessions/{session_id}/{name}: {error}")
            else:
                archived.write(made, f"sessions/{session_id}/{name}")
    archived.writestr(f"sessions/{session_id}/summary.json", _json(archive.show(store, session_id)))


def _json(document: dict[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False, allow_nan=False, indent=1)
