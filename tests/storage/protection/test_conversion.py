"""A conversion that is killed at any step loses nothing, and the next start completes it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from biofeedback.storage.database import Store
from biofeedback.storage.errors import StoreError
from biofeedback.storage.folder import DATABASE, wipe
from biofeedback.storage.protection import conversion
from biofeedback.storage.protection.conversion import OLD, clear
from tests.storage.keychains import MemoryKeychain
from tests.storage.protection.conftest import NAME, bytes_of, told


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs a system that can fork")
@pytest.mark.parametrize(
    ("how", "every"), [("keychain", 2), ("passphrase", 6), ("renewal by keychain", 7), ("renewal by passphrase", 11)]
)  # 1 is each step
def test_a_conversion_killed_before_its_steps_loses_nothing(tmp_path: Path, how: str, every: int) -> None:
    command = [sys.executable, "-m", "tests.storage.protection.killed_conversion", str(tmp_path), how, str(every)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=Path(__file__).parents[3])
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["wrong"] == []
    assert found["n_steps"] >= 24, "else the steps are not seen any more"


def test_what_was_written_is_compared_before_it_takes_the_place(
    plain: Path, keychain: MemoryKeychain, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = conversion._rows

    def one_row_is_lost(connection: object, query: str) -> object:
        found = list(rows(connection, query))
        return iter(found[:-1] if 'fresh."packets"' in query else found)

    monkeypatch.setattr(conversion, "_rows", one_row_is_lost)
    with Store.open(plain) as store:
        assert "not what was read" in store.protection.sentence
        assert told(store)[0] == NAME


def test_a_disk_that_fails_leaves_the_plain_data_and_says_so(
    plain: Path, keychain: MemoryKeychain, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(conversion, "_sync", fail)
    with Store.open(plain) as store:
        assert "No space left" in store.protection.sentence
        assert told(store)[0] == NAME
    assert not (plain / OLD).exists()
    assert not list(plain.glob("*.part"))


def test_a_second_name_of_the_database_is_not_overwritten(plain: Path) -> None:
    (plain / OLD).hardlink_to(plain / DATABASE)
    clear(plain / DATABASE)
    assert not (plain / OLD).exists()
    with Store.open(plain) as store:
        assert told(store)[0] == NAME


def test_where_the_database_is_gone_an_old_copy_of_it_stays(plain: Path, keychain: MemoryKeychain) -> None:
    (plain / DATABASE).rename(plain / OLD)
    Store.open(plain).close()
    assert NAME.encode() in bytes_of(plain)


def test_what_is_wiped_is_overwritten(tmp_path: Path) -> None:
    path, other = tmp_path / "a", tmp_path / "b"
    path.write_bytes(b"secret" * 500_000)
    other.hardlink_to(path)
    wipe(path)
    assert not path.exists()
    assert not other.read_bytes().strip(b"\0")
    wipe(path)


def test_an_error_that_is_no_damage_is_told(tmp_path: Path) -> None:
    (tmp_path / DATABASE).mkdir()
    with pytest.raises(StoreError):
        Store.open(tmp_path)
