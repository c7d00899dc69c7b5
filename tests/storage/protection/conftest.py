from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from biofeedback.storage.database import Store
from biofeedback.storage.protection import key_file
from biofeedback.storage.records import EntryKind
from tests.storage.examples import new_session, packet
from tests.storage.keychains import MemoryKeychain, using

NAME, NOTE = "Zebediah Quillfeather", "the left knee hurts after the stairs"


@pytest.fixture(autouse=True)
def light_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    """As much work as a test needs; what the program asks for is measured, not tested."""
    monkeypatch.setattr(key_file, "MEMORY_KIB", 64)
    monkeypatch.setattr(key_file, "GOAL_S", 0.0)


@pytest.fixture
def keychain() -> Iterator[MemoryKeychain]:
    chain = MemoryKeychain()
    with using(chain):
        yield chain


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    """A folder of data that are not encrypted: a name, a note, a session with beats."""
    folder = tmp_path / "data"
    fill(folder)
    return folder


def fill(folder: Path) -> None:
    with Store.open(folder) as store:
        store.people.add(NAME)
        store.journal.put(NAME, EntryKind.CHECKIN, {"note": NOTE}, date(2026, 11, 20))
        with store.recorder(new_session(person=NAME)) as recorder:
            for n in range(40):
                recorder.packet(packet(n, 900 + n))


def told(store: Store) -> tuple[object, ...]:
    """What `fill` told, as it is read."""
    (session,) = store.sessions()
    (entry,) = store.journal.entries(NAME, EntryKind.CHECKIN)
    return (session.person, list(store.packets(session.session_id)), entry.document)


def bytes_of(folder: Path) -> bytes:
    """All that lies in a folder."""
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())
