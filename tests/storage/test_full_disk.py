"""A disk that fills up and, mostly, recovers. SQLite's page limit fails as a full disk does."""

import shutil
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import Engine, event

from biofeedback.storage.database import Store
from biofeedback.storage.engine import open_engine, trouble_of
from biofeedback.storage.errors import StoreError
from biofeedback.storage.protection import opening
from biofeedback.storage.recording.writer import Pace
from devices.samples import Packet, PacketFormat
from tests.storage.examples import CLOCK_S, DOCUMENT, SESSION_ID, new_session

ROOMY = 1_000_000
TIMEOUT_S = 60.0


class Disk:
    """Room for the database of an engine, in pages; SQLite takes a limit below the present size as that size."""

    def __init__(self, engine: Engine) -> None:
        self.n_pages = ROOMY
        event.listen(engine, "checkout", self._limit)

    def _limit(self, connection: Any, *_: object) -> None:
        connection.execute(f"PRAGMA max_page_count = {self.n_pages}").close()


@pytest.fixture
def disk(store: Store) -> Disk:
    return Disk(store._engine)


def large_packet(n: int) -> Packet:
    """More than fits in what is left of a page."""
    return Packet(CLOCK_S + n, PacketFormat.RR_TEXT, b"900 " * 2000)


def test_a_full_disk_loses_nothing_once_there_is_room_again(store: Store, disk: Disk) -> None:
    troubles: list[str] = []
    recovered = threading.Event()
    pace = Pace(commit_every_s=0.0, retry_every_s=3600.0)
    with store.recorder(new_session(), troubles.append, recovered.set, pace) as recorder:
        recorder.packet(large_packet(0))
        assert recorder.flush()
        disk.n_pages = 1
        for n in range(1, 50):
            recorder.packet(large_packet(n))
        assert not recorder.flush()
        recorder.packet(large_packet(50))
        assert not recorder.flush()
        assert recorder.n_unsaved == 50
        assert len(troubles) == 1
        assert "is full. What is not saved yet is kept in memory" in troubles[0]
        with pytest.raises(
            StoreError, match=r"is full\. What was saved before is kept .* Free some space .* try again"
        ):
            recorder.finish("2026-11-21T08:33:00Z", "done", DOCUMENT, "m")
        assert len(list(store.packets(SESSION_ID))) == 1
        assert not recovered.is_set()
        disk.n_pages = ROOMY
        assert recorder.finish("2026-11-21T08:33:00Z", "done", DOCUMENT, "m")
        assert recovered.is_set()
        assert recorder.n_unsaved == 0
    assert [found.received_s for found in store.packets(SESSION_ID)] == [float(n) for n in range(51)]
    assert not store.find(SESSION_ID).interrupted


def test_saving_is_tried_again_by_itself(store: Store, disk: Disk) -> None:
    recovered = threading.Event()

    def free_some_space(_: str) -> None:
        disk.n_pages = ROOMY

    disk.n_pages = 1
    with store.recorder(new_session(), free_some_space, recovered.set, Pace(retry_every_s=0.0)) as recorder:
        recorder.packet(large_packet(0))
        assert recovered.wait(TIMEOUT_S)
        assert recorder.n_unsaved == 0
    assert len(list(store.packets(SESSION_ID))) == 1


def test_a_disk_that_stays_full_keeps_what_was_saved_and_says_what_was_not(store: Store, disk: Disk) -> None:
    with store.recorder(new_session()) as recorder:
        recorder.packet(large_packet(0))
        recorder.flush()
        disk.n_pages = 1
        recorder.packet(large_packet(1))
    assert recorder.n_unsaved == 1
    assert len(list(store.packets(SESSION_ID))) == 1
    assert store.find(SESSION_ID).interrupted


def test_the_caller_never_waits_for_a_failing_disk(store: Store, disk: Disk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("biofeedback.storage.recording.writer.MOST_BEHIND", 10)
    with store.recorder(new_session(), pace=Pace(retry_every_s=3600.0)) as recorder:
        disk.n_pages = 1
        recorder.packet(large_packet(0))
        recorder.flush()
        for n in range(1, 30):
            recorder.packet(large_packet(n))
        assert recorder.n_unsaved == 30
        disk.n_pages = ROOMY
    assert len(list(store.packets(SESSION_ID))) == 30


def test_a_rating_that_cannot_be_saved_is_an_error(store: Store, disk: Disk) -> None:
    with store.recorder(new_session()) as recorder:
        recorder.packet(large_packet(0))
    disk.n_pages = 1
    with pytest.raises(StoreError, match=r"is full\. The session is kept as it was"):
        store.add_rating(SESSION_ID, "after", "x" * 10_000, 3)


def test_a_full_disk_at_the_first_start_is_said_and_the_next_start_works(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def engine_on_a_full_disk(path: Path, _: object = None) -> Engine:
        engine = open_engine(path)
        Disk(engine).n_pages = 1
        return engine

    opened: Callable[[Path], Engine] = open_engine
    monkeypatch.setattr(opening, "open_engine", engine_on_a_full_disk)
    with pytest.raises(StoreError, match=r"is full\. Nothing was changed\. Free some space"):
        Store.open(tmp_path)
    monkeypatch.setattr(opening, "open_engine", opened)
    with Store.open(tmp_path) as store:
        assert store.sessions() == []


@pytest.mark.parametrize(("n_free_bytes", "said"), [(0, "is full"), (10**9, "The disk failed")])
def test_a_failing_write_without_room_is_called_a_full_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, n_free_bytes: int, said: str
) -> None:
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorcode = sqlite3.SQLITE_IOERR_SHMSIZE
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=n_free_bytes))
    assert said in trouble_of(error, tmp_path / "data.sqlite").what
