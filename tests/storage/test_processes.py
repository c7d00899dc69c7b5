"""Several processes on one data folder, and one that is killed."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from biofeedback.storage.database import Store
from biofeedback.storage.engine import connect
from biofeedback.storage.errors import StoreError
from biofeedback.storage.folder import DATABASE, LOCKS
from biofeedback.storage.protection.changing import remove_passphrase
from tests.storage.examples import SESSION_ID, new_session, packet

ROOT = Path(__file__).parents[2]
AT_MOST_LOST_S = 1.0


@contextmanager
def recording(folder: Path, session_id: str = SESSION_ID) -> Iterator[subprocess.Popen[str]]:
    """A process that records; it is told to end by the end of its input."""
    with subprocess.Popen(
        [sys.executable, "-W", "error", "-m", "tests.storage.recording_process", str(folder), session_id],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def read_until(process: subprocess.Popen[str], received_s: float) -> list[float]:
    """What the process handed over, until it says a packet so long after the first: opening takes a while, too."""
    assert process.stdout is not None
    handed_s: list[float] = []
    while not handed_s or handed_s[-1] < handed_s[0] + received_s:
        line = process.stdout.readline()
        assert line, "the process ended by itself"
        handed_s.append(float(line))
    return handed_s


def end(process: subprocess.Popen[str]) -> list[float]:
    """Let the process end; the rest of what it handed over."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.close()
    rest = process.stdout.readlines()  # communicate() would pass over what has been read ahead
    process.wait(timeout=60)
    return [float(line) for line in rest]


def test_a_killed_process_loses_at_most_a_second_and_its_session_is_interrupted(tmp_path: Path) -> None:
    with recording(tmp_path) as process:
        handed_s = read_until(process, 1.5)
        with Store.open(tmp_path) as store:
            (row,) = store.sessions()
            assert (row.running, row.interrupted) == (True, False)
        process.kill()
        handed_s += end(process)
    with Store.open(tmp_path) as store:
        stored_s = [found.received_s for found in store.packets(SESSION_ID)]
        assert stored_s[: len(handed_s)] == handed_s[: len(stored_s)]
        assert handed_s[-1] - stored_s[-1] <= AT_MOST_LOST_S
        assert [frame.received_s for frame in store.frames(SESSION_ID)] == stored_s
        row = store.find(SESSION_ID)
        assert (row.running, row.interrupted, row.duration_s) == (False, True, stored_s[-1])
        assert list((tmp_path / "locks").glob("*.lock")) == []


def test_two_processes_record_at_once(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store, recording(tmp_path, "theirs") as process:
        handed_s = read_until(process, 0.0)
        with store.recorder(new_session("ours")) as recorder:
            for n in range(500):
                recorder.packet(packet(n * 0.9, 900))
            handed_s += read_until(process, handed_s[-1] + 0.3)
            recorder.flush()
            assert {(row.session_id, row.running) for row in store.sessions()} == {("ours", True), ("theirs", True)}
            with pytest.raises(StoreError, match="theirs"):
                store.recorder(new_session("theirs"))
            handed_s += end(process)
            recorder.finish("2026-11-21T08:33:00Z", "done", None, "")
        assert process.returncode == 0
        assert len(list(store.packets("ours"))) == 500
        assert [found.received_s for found in store.packets("theirs")] == handed_s
        assert [(row.running, row.interrupted) for row in store.sessions()] == [(False, False)] * 2


def test_six_first_runs_at_once_make_one_fresh_database(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "new"
    command = "import sys; from pathlib import Path; from biofeedback.storage.database import Store; "
    command += "store = Store.open(Path(sys.argv[1])); store.ladders.add('', sys.argv[2], 3); store.close()"
    openers = [
        subprocess.Popen([sys.executable, "-W", "error", "-c", command, str(folder), f"step {n}"], cwd=ROOT)
        for n in range(6)
    ]
    assert [opener.wait(timeout=120) for opener in openers] == [0] * 6
    with Store.open(folder) as store:
        assert {rung.text for rung in store.ladders.rungs("")} == {f"step {n}" for n in range(6)}


def test_a_database_that_is_up_to_date_opens_without_alembic(tmp_path: Path) -> None:
    Store.open(tmp_path).close()
    command = "import sys; from pathlib import Path; from biofeedback.storage.database import Store; "
    command += "Store.open(Path(sys.argv[1])).close(); sys.exit('alembic' in sys.modules)"
    subprocess.run([sys.executable, "-c", command, str(tmp_path)], cwd=ROOT, check=True, timeout=60)


def test_a_log_that_is_gone_after_a_kill_is_told_once(tmp_path: Path) -> None:
    with recording(tmp_path) as process:
        read_until(process, 0.5)
    killed = tmp_path / "killed"
    shutil.copytree(tmp_path, killed, ignore=shutil.ignore_patterns("killed"))
    with Store.open(tmp_path) as store:
        assert (store.loss, len(store.sessions())) == ("", 1), "its log was there"
    assert not list((tmp_path / LOCKS).glob("*.open"))
    (killed / f"{DATABASE}-wal").unlink()
    with Store.open(killed) as store:
        assert "restore" in store.loss
    with Store.open(killed) as store:
        assert store.loss == ""
    assert not list((killed / LOCKS).glob("*.logged"))


def test_a_log_that_went_with_the_last_who_closed_is_none_that_is_gone(tmp_path: Path) -> None:
    with Store.open(tmp_path):
        with recording(tmp_path) as process:
            read_until(process, 0.5)
        process.wait(timeout=60)
    assert not (tmp_path / f"{DATABASE}-wal").exists()
    with Store.open(tmp_path) as store:
        assert store.loss == ""


def test_a_log_that_was_brought_in_by_another_command_is_none_that_is_gone(tmp_path: Path) -> None:
    with recording(tmp_path) as process:
        read_until(process, 0.5)
    with pytest.raises(StoreError, match="not encrypted"):
        remove_passphrase(tmp_path)
    with closing(connect(tmp_path / DATABASE)) as connection:
        assert connection.execute("SELECT count(*) FROM sessions").fetchone() == (1,)
    with Store.open(tmp_path) as store:
        assert store.loss == ""
