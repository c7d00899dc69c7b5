"""What cannot be written at the end of a session is put elsewhere, and taken in once at the next start."""

import shutil
from pathlib import Path

import pytest

from biofeedback.storage import rescue
from biofeedback.storage.database import Store
from biofeedback.storage.engine import connect
from biofeedback.storage.errors import StoreError
from devices.samples import Packet, PacketFormat
from tests.storage.examples import CLOCK_S, DOCUMENT, SESSION_ID, new_session


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    place = tmp_path / "state"
    monkeypatch.setattr(rescue, "places", lambda folder: (folder, place))
    return place


def packet(n: int) -> Packet:
    return Packet(CLOCK_S + n, PacketFormat.RR_TEXT, b"900")


def times(store: Store) -> list[float]:
    return [found.received_s for found in store.packets(SESSION_ID)]


def held(folder: Path) -> list[str]:
    """Record three packets, the last two and the end while another connection holds the database."""
    told: list[str] = []
    with Store.open(folder) as store:
        with store.recorder(new_session(), told.append) as recorder:
            recorder.packet(packet(0))
            assert recorder.flush()
            other = connect(store._database, store.protection.key)
            other.execute("BEGIN EXCLUSIVE")
            recorder.packet(packet(1))
            recorder.packet(packet(2))
            with pytest.raises(StoreError):
                recorder.finish("2026-11-21T08:33:00Z", "done", DOCUMENT, "m")
        other.close()
    return told


def test_a_database_held_past_the_end_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("biofeedback.storage.engine.BUSY_TIMEOUT_S", 0.05)
    folder = tmp_path / "data"
    told = held(folder)
    (path,) = folder.glob(f"{rescue.PREFIX}*")
    assert str(path) in told[-1]
    assert path.stat().st_mode & 0o077 == 0
    copy = shutil.copy(path, tmp_path / "copy")
    for _ in range(2):
        with Store.open(folder) as store:
            assert times(store) == [0.0, 1.0, 2.0]
            assert not store.find(SESSION_ID).interrupted
        assert not path.exists()
        shutil.copy(copy, path)  # as after a kill between taking in and removing


def test_a_folder_renamed_away_has_its_rest_elsewhere(tmp_path: Path, elsewhere: Path) -> None:
    folder, away = tmp_path / "data", tmp_path / "away"
    with Store.open(folder) as store, store.recorder(new_session()) as recorder:
        recorder.packet(packet(0))
        assert recorder.flush()
        folder.rename(away)
        recorder.packet(packet(1))
    assert list(elsewhere.glob("*.db"))
    if folder.exists():
        shutil.rmtree(folder)
    away.rename(folder)
    with Store.open(folder) as store:
        assert times(store) == [0.0, 1.0]
    assert not list(elsewhere.glob("*.db"))


def test_a_file_that_cannot_be_read_or_belongs_elsewhere_is_left(tmp_path: Path, elsewhere: Path) -> None:
    elsewhere.mkdir()
    damaged = elsewhere / f"{rescue.PREFIX}x.db"
    damaged.write_bytes(b"not a database" * 500)
    with Store.open(tmp_path / "data") as store:
        assert store.sessions() == []
    assert damaged.exists()
