"""A database whose power was cut between two writes: it opens, and holds all up to some whole write."""

import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from biofeedback.storage.database import Store
from biofeedback.storage.folder import DATABASE
from tests.storage.examples import SESSION_ID, new_session, packet

WAL = f"{DATABASE}-wal"
N_PACKETS, N_TOGETHER = 24, 4
"""A write has as many packets as the recorder gathers in a quarter of a second of these."""


@pytest.fixture(scope="module")
def cut(protected: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as it lies on the disk while a session runs, with all its writes in the log."""
    folder = tmp_path_factory.mktemp("power")
    with Store.open(folder / "data") as store, store.recorder(new_session()) as recorder:
        for n in range(N_PACKETS):
            recorder.packet(packet(0.25 * n, 900 + n))
            if n % N_TOGETHER == N_TOGETHER - 1:
                recorder.flush()
        shutil.copytree(folder / "data", folder / "cut", ignore=shutil.ignore_patterns("locks", "*-shm"))
    return folder / "cut"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_log_that_was_cut_or_torn_anywhere_costs_only_what_came_after(cut: Path, data: st.DataObject) -> None:
    log = (cut / WAL).read_bytes()
    at = data.draw(st.integers(0, len(log)))
    torn = data.draw(st.binary(max_size=4096))
    kept = _received(cut, log[:at])
    assert kept == list(range(len(kept))), "nothing is missing in the middle"
    assert len(kept) % N_TOGETHER == 0, "a write is whole or not there"
    assert _received(cut, log[:at] + torn)[: len(kept)] == kept


def test_all_that_was_written_is_there(cut: Path) -> None:
    log = (cut / WAL).read_bytes()
    assert len(_received(cut, log)) == N_PACKETS
    kept = _received(cut, log[:-1])
    assert N_PACKETS - N_TOGETHER <= len(kept) <= N_PACKETS


def _received(cut: Path, log: bytes) -> list[int]:
    """Which packets there are once the data were opened with that log."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "data"
        shutil.copytree(cut, folder)
        (folder / WAL).write_bytes(log)
        with Store.open(folder) as store:
            if not store.sessions():
                return []
            return [round(each.received_s / 0.25) for each in store.packets(SESSION_ID)]
