"""What holds for plain data holds for encrypted ones: kills, packed streams, deletion, upgrades, two windows."""

from pathlib import Path

import numpy as np
import pytest

from biofeedback.storage.database import Store
from biofeedback.storage.folder import DATABASE, is_plain
from biofeedback.storage.protection import keychain as keychain_of_system
from biofeedback.storage.protection.conversion import convert
from biofeedback.storage.protection.key_file import PASSPHRASE
from biofeedback.storage.protection.keys import DataKey
from biofeedback.storage.revisions import KNOWN
from devices.pmd import encode_ecg
from tests.storage.examples import new_session, packet
from tests.storage.keychains import MemoryKeychain
from tests.storage.protection.conftest import NAME, NOTE, bytes_of, fill
from tests.storage.test_migrations import thaw
from tests.storage.test_processes import AT_MOST_LOST_S, end, read_until, recording

WORD = "correct horse"


def test_a_killed_process_leaves_no_plain_text_and_loses_at_most_a_second(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(PASSPHRASE, WORD)
    fill(tmp_path)
    with recording(tmp_path, "killed") as process:
        handed_s = read_until(process, 0.8)
        with Store.open(tmp_path) as store:  # a second window, meanwhile
            assert store.find("killed").running
        process.kill()
        handed_s += end(process)
    lies = bytes_of(tmp_path)
    assert len(lies) > 100_000
    payload = encode_ecg(0, 37 * np.arange(73) % 1500)
    for known in (payload[20:60], NAME.encode(), NOTE.encode(), b"CREATE TABLE", b"baseline"):
        assert known not in lies
    with Store.open(tmp_path) as store:
        stored_s = [found.received_s for found in store.packets("killed")]
        assert handed_s[-1] - stored_s[-1] <= AT_MOST_LOST_S
        assert store.find("killed").interrupted


def test_a_session_is_packed_read_and_deleted_as_in_plain_data(tmp_path: Path, keychain: MemoryKeychain) -> None:
    with Store.open(tmp_path) as store, store.recorder(new_session("b1", NAME)) as recorder:
        for n in range(600):
            recorder.packet(packet(n, 900 + n % 7))
        assert recorder.finish("2026-11-21T08:33:00Z", "done", None, "")
        before = list(store.packets("b1"))
        assert len(before) == 600
    with Store.open(tmp_path) as store:
        assert list(store.packets("b1")) == before
        store.people.delete(NAME)
        assert store.sessions() == []
    with Store.open(tmp_path) as store:
        assert store.protection.by == "keychain"


@pytest.mark.parametrize("encrypted", [False, True])
@pytest.mark.parametrize("revision", KNOWN)
def test_data_of_every_released_form_are_upgraded(
    tmp_path: Path, keychain: MemoryKeychain, revision: str, encrypted: bool
) -> None:
    database, key = tmp_path / DATABASE, DataKey.new()
    thaw(revision, tmp_path)
    if encrypted:
        keychain_of_system.keep(key.ident, key.secret)
        convert(database, None, key)
        assert not is_plain(database)
    with Store.open(tmp_path) as store:
        assert store.protection.by == "keychain"
        assert (store.protection.key == key) == encrypted
        sessions = store.sessions()
        assert sessions
        assert list(store.packets(sessions[0].session_id))
    assert not is_plain(database)
    with Store.open(tmp_path) as store:
        assert store.sessions() == sessions
