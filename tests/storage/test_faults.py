"""Errors that nobody foresaw: written down once, for the owner only, and never the reason of another."""

import os
import shutil
import stat
from pathlib import Path

import pytest

from biofeedback.storage import faults as module
from biofeedback.storage import schema
from biofeedback.storage.database import Store
from biofeedback.storage.errors import StoreError
from biofeedback.storage.faults import FAULTS, FaultLog
from biofeedback.storage.folder import SETTINGS
from biofeedback.storage.protection.kept import read_kept, write_kept
from biofeedback.storage.recording.writer import Pace
from tests.storage.examples import SESSION_ID, new_session, packet


def fail(message: str = "oh") -> None:
    raise ValueError(message)


def test_an_error_stays_inside_and_is_written_for_its_owner(tmp_path: Path) -> None:
    log = FaultLog(tmp_path)
    with log.contained("trying") as caught:
        fail("two\nlines")
    assert isinstance(caught.error, ValueError)
    text = (tmp_path / FAULTS).read_text()
    assert " trying\n" in text
    assert f"ValueError: {module.UNSAID}" in text
    assert "tests/storage/test_faults.py" in text
    assert str(Path.home()) not in text.replace(str(tmp_path), "")
    if os.name == "posix":
        assert stat.S_IMODE((tmp_path / FAULTS).stat().st_mode) == 0o600


def test_what_an_error_quotes_is_not_written(tmp_path: Path) -> None:
    log, name = FaultLog(tmp_path), "Zebediah Quill"
    with log.contained("one"):
        raise ValueError(f"{name} has pain")
    with log.contained("two"):
        {}[name]
    with log.contained("three"):
        (tmp_path / name).read_bytes()
    with log.contained("four"):
        raise ValueError("two\nlines of the program itself")
    text = (tmp_path / FAULTS).read_text()
    assert "Zebediah" not in text
    assert "FileNotFoundError: No such file" in text
    assert "ValueError: two lines of the program itself" in text
    told = module.without_messages(text + f"KeyError: {name}\n{name}\n")
    assert "itself" not in told
    assert "Zebediah" not in told
    assert told.count("Error") == 5
    assert "tests/storage/test_faults.py" in told


def test_the_same_error_is_written_once(tmp_path: Path) -> None:
    log = FaultLog(tmp_path)
    for _ in range(100):
        with log.contained("painting"):
            fail()
    assert (tmp_path / FAULTS).read_text().count("ValueError") == 1


def test_no_error_is_no_file(tmp_path: Path) -> None:
    with FaultLog(tmp_path).contained("trying") as caught:
        pass
    assert caught.error is None
    assert not (tmp_path / FAULTS).exists()


def test_the_file_stays_small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_BYTES", 500)
    for n in range(50):
        with FaultLog(tmp_path).contained(f"{n}"):
            fail("a" * 1000)
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) < 3_000
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize("message", ["\ud800", "x" * 10_000, ""])
def test_any_message_can_be_written(tmp_path: Path, message: str) -> None:
    with FaultLog(tmp_path).contained("trying"):
        fail(message)
    assert (tmp_path / FAULTS).stat().st_size < 3_000


def test_a_folder_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    with FaultLog(tmp_path / "away").contained("trying"):
        fail()
    assert not (tmp_path / "away").exists()


def test_a_row_that_cannot_be_written_keeps_no_other_from_it(store: Store) -> None:
    troubles: list[str] = []
    with store.recorder(new_session(), troubles.append, pace=Pace(retry_every_s=3600.0)) as recorder:
        recorder.packet(packet(0.0, 900))
        assert recorder.flush()
        recorder.packet(packet(1.0, 910))
        recorder._put(schema.markers, [{"n": 0, "at_s": 1.0, "label": object()}])
        recorder.packet(packet(2.0, 920))
        assert not recorder.flush()
        assert recorder.n_unsaved == 1
        assert len(list(store.packets(SESSION_ID))) == 3
        assert "error of its own" in troubles[0]
        with pytest.raises(StoreError, match="What was saved before is kept"):
            recorder.finish("2026-11-21T08:33:00Z", "done", None, "m")
    assert not store.find(SESSION_ID).interrupted


@pytest.mark.skipif(os.name != "posix", reason="an open file cannot be removed")
def test_a_folder_that_is_removed_is_told_and_what_comes_waits(store: Store) -> None:
    troubles: list[str] = []
    with store.recorder(new_session(), troubles.append, pace=Pace(retry_every_s=3600.0)) as recorder:
        recorder.packet(packet(0.0, 900))
        assert recorder.flush()
        away = store.folder.with_name("away")
        store.folder.rename(away)
        recorder.packet(packet(1.0, 910))
        assert not recorder.flush()
        assert "was moved or removed" in troubles[0]
        away.rename(store.folder)
        assert recorder.flush()
        assert len(list(store.packets(SESSION_ID))) == 2
        shutil.copytree(store.folder, away)
        shutil.rmtree(store.folder)
        away.rename(store.folder)
        recorder.packet(packet(2.0, 920))
        assert not recorder.flush()
        assert recorder.n_unsaved == 1


def test_no_link_and_no_pipe_in_the_place_of_the_log_is_written_into(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text("mine")
    log = FaultLog(tmp_path)
    (tmp_path / FAULTS).symlink_to(elsewhere)
    log.note(ValueError("one"), "a test")
    (tmp_path / FAULTS).unlink()
    os.mkfifo(tmp_path / FAULTS)
    log.note(KeyError("two"), "a test")
    assert elsewhere.read_text() == "mine"


def test_what_the_window_remembers_is_not_read_through_a_link_nor_written(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_text('{"theme": "dark"}')
    (tmp_path / SETTINGS).symlink_to(tmp_path / "elsewhere")
    assert read_kept(tmp_path, None) == {}
    write_kept(tmp_path, {"theme": "light"}, None)
    assert (tmp_path / "elsewhere").read_text() == '{"theme": "dark"}'
    assert read_kept(tmp_path, None) == {"theme": "light"}
