from pathlib import Path

import pytest

from biofeedback.storage.database import Store
from biofeedback.storage.protection import key_file
from tests.storage.examples import new_session, packet

NAME = "Zebediah Quillfeather"


@pytest.fixture(autouse=True)
def light_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    """As much work as a test needs."""
    monkeypatch.setattr(key_file, "MEMORY_KIB", 64)
    monkeypatch.setattr(key_file, "GOAL_S", 0.0)


def record(store: Store, session_id: str, person: str = NAME) -> None:
    """A session of two seconds."""
    with store.recorder(new_session(session_id=session_id, person=person)) as recorder:
        for n in range(4):
            recorder.packet(packet(n, 900 + n))
        recorder.finish("2026-11-21T08:33:00Z", "done", {"duration_s": 2.0}, "beats 1")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Plain data with a session of a person."""
    with Store.open(tmp_path / "data") as store:
        record(store, "first")
    return tmp_path / "data"


def ids(folder: Path, word: str = "") -> set[str]:
    """The sessions of a folder."""
    with Store.open(folder, lambda: word) as store:
        return {row.session_id for row in store.sessions()}
