"""Logs that are not those that were written with the data: nothing is silently older, nothing strange is taken in."""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from biofeedback.storage.database import Store
from biofeedback.storage.engine import empty_log
from biofeedback.storage.folder import DATABASE
from biofeedback.storage.keeping.restoring import restore
from biofeedback.storage.presence import CUT_LOG, LOST_LOG, OTHER_LOG, STRANGE_LOG
from biofeedback.storage.protection.key_file import PASSPHRASE
from biofeedback.storage.protection.keychain import CHOICE, NONE
from biofeedback.storage.write_ahead import look_through, written_extent
from tests.storage.examples import SESSION_ID, new_session, packet

WAL, INDEX = f"{DATABASE}-wal", f"{DATABASE}-shm"
N_WRITES = 12
FEW = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])

Spoil = Callable[[Path], object]


@pytest.fixture(scope="module")
def killed(protected: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folders as a kill leaves them: `early`, `late`, and `anew` once the log had begun anew; and `closed`."""
    folder = tmp_path_factory.mktemp("killed")
    with Store.open(folder / "data") as store, store.recorder(new_session()) as recorder:
        for n in range(N_WRITES):
            recorder.packet(packet(float(n), 900 + n))
            recorder.flush()
            if n == N_WRITES // 2:
                shutil.copytree(folder / "data", folder / "early")
        shutil.copytree(folder / "data", folder / "late")
        empty_log(store._engine)
        shutil.copytree(folder / "data", folder / "emptied")
        recorder.packet(packet(float(N_WRITES), 900))
        recorder.flush()
        shutil.copytree(folder / "data", folder / "anew")
    shutil.copytree(folder / "data", folder / "closed", copy_function=shutil.copy2)
    return folder


def opened(folder: Path, spoil: Spoil) -> tuple[int, str, str]:
    """How many packets a folder has once something was done to it; what was said of it, at once and the next time."""
    with tempfile.TemporaryDirectory() as name:
        data = Path(name) / "data"
        shutil.copytree(folder, data, copy_function=shutil.copy2)
        spoil(data)
        with Store.open(data) as store:
            n = len(list(store.packets(SESSION_ID))) if store.sessions() else 0
            said = store.loss
            assert not store.damage()
        with Store.open(data) as store:
            return n, said, store.loss


@pytest.mark.parametrize("state", ["late", "emptied", "anew", "closed"])
def test_of_a_log_that_is_as_it_was_written_nothing_is_said(killed: Path, state: str) -> None:
    n, *said = opened(killed / state, lambda data: None)
    assert (n, said) == (N_WRITES + (state in ("anew", "closed")), ["", ""])


@FEW
@given(at=st.floats(0.0, 1.0, exclude_max=True), bit=st.integers(0, 7), early=st.booleans())
def test_a_flipped_bit_is_told(killed: Path, at: float, bit: int, early: bool) -> None:
    def flip(data: Path) -> None:
        log = bytearray((data / WAL).read_bytes())
        log[int(at * (100 if early else len(log)))] ^= 1 << bit
        (data / WAL).write_bytes(log)

    n, said, after = opened(killed / "late", flip)
    assert (n < N_WRITES, said, after) == (True, CUT_LOG, ""), n


@FEW
@given(at=st.floats(0.0, 1.0, exclude_max=True), torn=st.binary(max_size=5000))
def test_a_log_that_was_cut_is_told(killed: Path, at: float, torn: bytes) -> None:
    def cut(data: Path) -> None:
        log = (data / WAL).read_bytes()
        (data / WAL).write_bytes(log[: int(at * len(log))] + torn)

    n, said, after = opened(killed / "late", cut)
    assert (n < N_WRITES) == (said == CUT_LOG), (n, said)
    assert after == ""


def test_a_log_of_an_earlier_moment_is_told(killed: Path) -> None:
    n, said, after = opened(killed / "late", lambda data: shutil.copyfile(killed / "early" / WAL, data / WAL))
    assert (n < N_WRITES, said, after) == (True, CUT_LOG, "")


def test_a_log_from_before_it_began_anew_is_not_taken_in(killed: Path) -> None:
    def put_back(data: Path) -> None:
        shutil.copyfile(killed / "early" / WAL, data / WAL)

    assert opened(killed / "anew", put_back) == (N_WRITES, OTHER_LOG, "")


@pytest.mark.parametrize("state", ["early", "late", "anew"])
def test_a_log_put_beside_closed_data_is_not_taken_in(killed: Path, state: str) -> None:
    def put(data: Path) -> None:
        for name in (WAL, INDEX):
            shutil.copyfile(killed / state / name, data / name)

    assert opened(killed / "closed", put) == (N_WRITES + 1, OTHER_LOG, "")


@pytest.mark.parametrize("state", ["late", "closed"])
def test_a_log_of_other_data_is_not_taken_in(killed: Path, tmp_path: Path, state: str) -> None:
    with Store.open(tmp_path / "other") as store:
        store.ladders.add("", "swim", 3)
        log = (tmp_path / "other" / WAL).read_bytes()

    def put(data: Path) -> None:
        (data / WAL).write_bytes(log)

    n, said, after = opened(killed / state, put)
    assert (n, said, after) == (0 if state == "late" else N_WRITES + 1, OTHER_LOG, "")


def test_a_log_from_before_a_restore_is_not_taken_in(killed: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(killed / "late", data)
    with Store.open(data) as store:
        store.keep_backup(at_once=True)
    backup = next((data / "backups").iterdir())
    restore(backup, data)
    shutil.copyfile(killed / "late" / WAL, data / WAL)
    with Store.open(data) as store:
        assert (len(list(store.packets(SESSION_ID))), store.loss) == (N_WRITES, OTHER_LOG)
        assert (data / STRANGE_LOG).read_bytes() == (killed / "late" / WAL).read_bytes()
        store.delete([SESSION_ID])
    assert not (data / STRANGE_LOG).exists(), "it may hold what is deleted"


@pytest.mark.parametrize("state", ["late", "closed"])
def test_an_index_that_was_left_does_no_harm(killed: Path, state: str) -> None:
    for content in (b"", b"\0" * 32768, Random(1).randbytes(32768), (killed / "early" / INDEX).read_bytes()):
        n, *said = opened(killed / state, lambda data, content=content: (data / INDEX).write_bytes(content))  # type: ignore[misc]
        assert (n, said) == (N_WRITES + (state == "closed"), ["", ""])


def test_a_log_that_is_gone_with_its_note_beside_it_is_told(killed: Path) -> None:
    assert opened(killed / "late", lambda data: (data / WAL).unlink()) == (0, LOST_LOG, "")
    assert opened(killed / "late", lambda data: (data / WAL).write_bytes(b"")) == (0, CUT_LOG, "")


@pytest.mark.parametrize("state", ["early", "late", "anew"])
def test_how_far_a_log_goes_is_read_without_its_sums_too(killed: Path, state: str) -> None:
    found = look_through(killed / state / WAL)
    assert found is not None
    assert found.extent == written_extent(killed / state / WAL, None)
    assert found.extent == written_extent(killed / state / WAL, written_extent(killed / "early" / WAL, None))
    assert found.n_written == (found.extent.n_frames if found.extent else 0)


def test_who_closes_the_data_tells_of_the_log_for_those_who_stay(tmp_path: Path) -> None:
    with Store.open(tmp_path / "data") as stays:
        stays.ladders.add("", "swim", 3)
        with Store.open(tmp_path / "data") as goes:
            empty_log(goes._engine)
        shutil.copytree(tmp_path / "data", tmp_path / "killed")
    with Store.open(tmp_path / "killed") as store:
        assert (store.loss, len(store.ladders.rungs(""))) == ("", 1)


def test_a_log_that_another_program_has_open_is_left_to_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(CHOICE, NONE)  # no other program opens encrypted data
    monkeypatch.delenv(PASSPHRASE, raising=False)
    Store.open(tmp_path / "data").close()
    command = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('PRAGMA journal_mode=WAL'); "
    command += "c.execute('CREATE TABLE others (a)'); c.commit(); print('ready', flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", command, str(tmp_path / "data" / DATABASE)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline()
        with Store.open(tmp_path / "data") as store:
            assert store.loss == ""
        other.communicate()
    with Store.open(tmp_path / "data") as store:
        assert (store.loss, store.damage().faults) == ("", ())
