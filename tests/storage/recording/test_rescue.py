"""What cannot be written at the end of a session is put elsewhere, and taken in once at the next start."""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Thread

import pytest

from biofeedback.storage.database import Store
from biofeedback.storage.engine import connect, reading
from biofeedback.storage.errors import StoreError
from biofeedback.storage.recording import rescue
from devices.samples import Packet, PacketFormat
from tests.storage.examples import CLOCK_S, DOCUMENT, SESSION_ID, new_session
from tests.storage.keychains import MemoryKeychain, using


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    place = tmp_path / "state"
    monkeypatch.setattr(rescue, "places", lambda folder: (folder, place))
    return place


def packet(n: int) -> Packet:
    return Packet(CLOCK_S + n, PacketFormat.RR_TEXT, b"900")


def times(store: Store) -> list[float]:
    return [found.received_s for found in store.packets(SESSION_ID)]


def held(folder: Path) -> str:
    """Record three packets, the last two and the end while another connection holds the database."""
    with Store.open(folder) as store:
        with store.recorder(new_session()) as recorder:
            recorder.packet(packet(0))
            assert recorder.flush()
            other = connect(store._database, store.protection.key)
            other.execute("BEGIN EXCLUSIVE")
            recorder.packet(packet(1))
            recorder.packet(packet(2))
            with pytest.raises(StoreError):
                recorder.finish("2026-11-21T08:33:00Z", "done", DOCUMENT, "m")
        other.close()
    return recorder.parting


def test_a_database_held_past_the_end_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("biofeedback.storage.engine.BUSY_TIMEOUT_S", 0.05)
    folder = tmp_path / "data"
    said = held(folder)
    (path,) = folder.glob(f"{rescue.PREFIX}*")
    assert str(path) in said
    assert "Another program has held" in said
    assert "the next start takes the rest in by itself" in said
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


@pytest.mark.parametrize("also_the_folder", [True, False])
def test_of_a_database_that_is_removed_the_whole_session_comes_back(
    tmp_path: Path, elsewhere: Path, *, also_the_folder: bool
) -> None:
    folder = tmp_path / "data"
    with Store.open(folder) as store, store.recorder(new_session()) as recorder:
        recorder.packet(packet(0))
        recorder.rating("after", "pain", 3)
        assert recorder.flush()
        if also_the_folder:
            shutil.rmtree(folder)
        else:
            store._database.unlink()
        recorder.packet(packet(1))
    assert "was moved or removed" in recorder.parting
    assert "What there was of this session was put into" in recorder.parting
    with Store.read(folder) as store:
        assert times(store) == [0.0, 1.0]
        assert store.ratings(SESSION_ID) != {}
    assert not elsewhere.exists() or not list(elsewhere.glob("*.db"))


@contextmanager
def all_connections(store: Store) -> Iterator[None]:
    """Somebody reads on every connection that there is."""
    with ExitStack() as reading_on:
        while store._engine.pool.checkedin():  # type: ignore[attr-defined]
            reading_on.enter_context(reading(store._engine))
        yield


@pytest.mark.parametrize("then_there", [False, True], ids=["nothing there", "other data there"])
def test_what_is_removed_while_others_read_comes_back_whole_and_alone(tmp_path: Path, *, then_there: bool) -> None:
    folder = tmp_path / "data"
    with Store.open(folder) as store, all_connections(store), Store.open(tmp_path / "other") as other:
        with other.recorder(new_session(session_id="20261121-0700-zzzz")) as recorder:
            recorder.packet(packet(40))
            assert recorder.flush()
        recorder = store.recorder(new_session())
        recorder.packet(packet(0))
        assert recorder.flush()
        with all_connections(store):
            shutil.rmtree(folder)
            if then_there:
                shutil.copytree(tmp_path / "other", folder)
            recorder.packet(packet(1))
            ending = Thread(target=recorder.close)
            ending.start()
            ending.join(0.3)
        ending.join()
    assert "What there was of this session was put into" in recorder.parting
    with Store.read(folder) as store:
        assert times(store) == [0.0, 1.0]


def test_where_nobody_sees_any_more_what_was_saved_that_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rescue, "BUSY_TIMEOUT_S", 0.05)
    folder = tmp_path / "data"
    with Store.open(folder) as store:
        recorder = store.recorder(new_session())
        recorder.packet(packet(0))
        assert recorder.flush()
        with all_connections(store):
            folder.rename(tmp_path / "away")
            recorder.packet(packet(1))
            recorder.close()
    assert "What was not saved yet of this session was put into" in recorder.parting
    assert "what was saved before went with your data" in recorder.parting
    if folder.exists():
        shutil.rmtree(folder)
    (tmp_path / "away").rename(folder)
    with Store.open(folder) as store:
        assert times(store) == [0.0, 1.0]


def test_where_nothing_can_be_written_that_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rescue, "places", lambda folder: ())
    folder = tmp_path / "data"
    with Store.open(folder) as store:
        recorder = store.recorder(new_session())
        recorder.packet(packet(0))
        assert recorder.flush()
        shutil.rmtree(folder)
        recorder.packet(packet(1))
    assert store.parting == (recorder.parting,)
    assert "could not be put anywhere else" in recorder.parting


def rescued(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("biofeedback.storage.engine.BUSY_TIMEOUT_S", 0.05)
    held(folder)
    (path,) = folder.glob(f"{rescue.PREFIX}*")
    return path


def test_what_is_deleted_does_not_come_back_from_what_was_rescued(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "data"
    with Store.open(folder) as store:
        path = rescued(folder, monkeypatch)  # by another window, while this one is open
        copy = shutil.copy(path, tmp_path / "copy")
        store.delete([SESSION_ID])
        assert not path.exists()
        shutil.copy(copy, path)
        store.people.delete(new_session().person)
        assert not path.exists()
    with Store.open(folder) as store:
        assert store.sessions() == []


def test_a_rescue_that_cannot_be_read_is_told_of_and_nothing_is_deleted_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "data"
    path = rescued(folder, monkeypatch)
    path.write_bytes(path.read_bytes()[:5000])
    with Store.open(folder) as store:
        assert store.waiting == {path: rescue.DAMAGED}
        with pytest.raises(StoreError, match="so nobody can tell whose it is"):
            store.delete([SESSION_ID])
        assert len(store.sessions()) == 1


def test_an_encrypted_rescue_holds_no_plain_text(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    new = replace(new_session(), person="Wilhelmina Quarles")
    with using(MemoryKeychain()):
        with Store.open(folder) as store, store.recorder(new) as recorder:
            recorder.packet(packet(0))
            recorder.marker(1.0, "a private note")
            assert recorder.flush()
            shutil.rmtree(folder)
            recorder.packet(packet(1))
        _check_unreadable(tmp_path)
        with Store.open(folder) as store:  # whose new key is another one
            assert times(store) == [0.0, 1.0]


def _check_unreadable(tmp_path: Path) -> None:
    content = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert content
    for plain in (b"Wilhelmina", b"private note", b"sessions", SESSION_ID.encode()):
        assert plain not in content


def test_a_file_that_cannot_be_read_or_belongs_elsewhere_is_left(tmp_path: Path, elsewhere: Path) -> None:
    elsewhere.mkdir()
    damaged = elsewhere / f"{rescue.PREFIX}x.db"
    damaged.write_bytes(b"not a database" * 500)
    with Store.open(tmp_path / "data") as store:
        assert store.sessions() == []
    assert damaged.exists()
