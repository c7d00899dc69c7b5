"""Data are encrypted wherever that can be, and open with their key only."""

import os
import random
import shutil
from pathlib import Path

import pytest

from biofeedback.storage.database import Store
from biofeedback.storage.errors import StoreError
from biofeedback.storage.folder import DATABASE, SETTINGS, is_plain
from biofeedback.storage.permits import access_note
from biofeedback.storage.protection.changing import forget, recovery_key, remove_passphrase, set_passphrase
from biofeedback.storage.protection.conversion import IN_USE, OLD
from biofeedback.storage.protection.key_file import KEYS, PASSPHRASE
from biofeedback.storage.protection.keys import DataKey
from biofeedback.storage.protection.opening import NO_KEYCHAIN, UNFINISHED, LockedError
from biofeedback.storage.protection.state import state_of
from biofeedback.ui.settings import Settings, keep_settings, read_settings
from tests.storage.examples import new_session, packet
from tests.storage.keychains import MemoryKeychain, OpenFile, using
from tests.storage.protection.conftest import NAME, NOTE, bytes_of, fill, told

WORD, OTHER = "correct horse", "battery staple"


def lost_in(folder: Path) -> bytes:
    """What of the known plain text is to be found; empty for nothing."""
    content = bytes_of(folder)
    return b" ".join(text for text in (NAME.encode(), NOTE.encode(), b"CREATE TABLE", b"paced-") if text in content)


def test_without_keychain_and_passphrase_data_stay_plain_and_that_is_said(plain: Path) -> None:
    with Store.open(plain) as store:
        assert store.protection.key is None
        assert NO_KEYCHAIN in store.protection.sentence
    assert state_of(plain).encrypted is False
    assert NO_KEYCHAIN in state_of(plain).detail
    assert is_plain(plain / DATABASE)


def test_new_data_are_encrypted_where_there_is_a_keychain(tmp_path: Path, keychain: MemoryKeychain) -> None:
    fill(tmp_path)
    assert lost_in(tmp_path) == b""
    with Store.open(tmp_path) as store:
        assert store.protection.by == "keychain"
        assert told(store)[0] == NAME
    assert len(keychain.kept) == 1


def test_plain_data_are_encrypted_at_the_first_start_with_a_keychain(plain: Path, keychain: MemoryKeychain) -> None:
    with using(OpenFile()), Store.open(plain) as store:
        assert store.protection.key is None, "a file that anybody can read is no keychain"
        before = told(store)
    assert lost_in(plain)
    keep_settings(plain, Settings(favourites=("quillfeather",), device_name="Strap 0A1B"), NAME)
    with Store.open(plain) as store:
        assert "recovery key" in store.protection.news
        assert told(store) == before
        key = store.protection.key
        assert read_settings(plain, NAME, key).favourites == ("quillfeather",)
    with Store.open(plain) as store:
        assert store.protection.news == ""
        assert told(store) == before
    assert lost_in(plain) == b""
    for personal in (b"quillfeather", b"0A1B"):
        assert personal not in (plain / SETTINGS).read_bytes()
    assert not (plain / OLD).exists()


def test_settings_are_kept_apart_with_and_without_the_key(tmp_path: Path, keychain: MemoryKeychain) -> None:
    fill(tmp_path)
    with Store.open(tmp_path) as store:
        key = store.protection.key
    keep_settings(tmp_path, Settings(minutes=12.0, scale_percent=150), NAME, key)
    assert read_settings(tmp_path, NAME).minutes == Settings().minutes
    assert read_settings(tmp_path).scale_percent == 150
    keep_settings(tmp_path, Settings(minutes=3.0, scale_percent=125), NAME)
    assert read_settings(tmp_path, NAME, key).minutes == 12.0, "without the key what is sealed stays"
    assert read_settings(tmp_path, NAME, key).scale_percent == 125
    assert NAME.casefold().encode() not in (tmp_path / SETTINGS).read_bytes()
    assert read_settings(tmp_path, NAME, DataKey.new()).minutes == Settings().minutes


def test_data_in_use_are_encrypted_at_the_next_start(plain: Path, keychain: MemoryKeychain) -> None:
    with using(OpenFile()):
        other = Store.open(plain)
    with other, Store.open(plain) as store:
        assert IN_USE in store.protection.sentence
        with store.recorder(new_session("b1")) as recorder:
            recorder.packet(packet(0, 900))
        with pytest.raises(StoreError, match="Close it, then try again"):
            set_passphrase(plain, WORD)
    with Store.open(plain) as store:
        assert store.protection.by == "keychain"
        assert store.holds("b1")


def test_a_passphrase_opens_and_nothing_else_does(plain: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Store.open(plain) as store:
        before = told(store)
    paper = set_passphrase(plain, WORD)
    assert lost_in(plain) == b""
    content, before_note = bytes_of(plain), (plain / access_note.NOTE).read_bytes()
    with pytest.raises(LockedError, match=f"locked with a passphrase.*{PASSPHRASE}"):
        Store.open(plain)
    for n in range(100):
        with pytest.raises(StoreError, match="not the passphrase"):
            Store.open(plain, lambda n=n: f"{WORD}{n}")
    assert bytes_of(plain).replace((plain / access_note.NOTE).read_bytes(), before_note) == content, (
        "but for their number"
    )
    assert access_note.read_note(plain).n_wrong == 100
    for word in (WORD, paper, paper.lower()):
        with Store.open(plain, lambda word=word: word) as store:
            assert told(store) == before
    monkeypatch.setenv(PASSPHRASE, WORD)
    with Store.open(plain) as store:
        assert store.protection.by == "passphrase"


def test_a_changed_passphrase_refuses_the_old_one_at_once(plain: Path) -> None:
    paper = set_passphrase(plain, WORD)
    with pytest.raises(StoreError, match="not the passphrase"):
        set_passphrase(plain, OTHER, lambda: OTHER)
    assert set_passphrase(plain, OTHER, lambda: WORD) == paper
    with pytest.raises(StoreError, match="not the passphrase"):
        Store.open(plain, lambda: WORD)
    Store.open(plain, lambda: OTHER).close()
    assert set_passphrase(plain, WORD, lambda: paper) == paper, "the recovery key lets a forgotten one be replaced"
    Store.open(plain, lambda: WORD).close()


def test_a_passphrase_takes_the_key_out_of_the_keychain_and_its_removal_puts_it_back(
    plain: Path, keychain: MemoryKeychain
) -> None:
    set_passphrase(plain, WORD)
    assert keychain.kept == {}
    with pytest.raises(LockedError):
        Store.open(plain)
    remove_passphrase(plain, lambda: WORD)
    with Store.open(plain) as store:
        assert store.protection.by == "keychain"


def test_without_a_keychain_a_passphrase_is_removed_only_where_plain_data_are_wanted(plain: Path) -> None:
    set_passphrase(plain, WORD)
    with Store.open(plain, lambda: WORD) as store:
        before, key = told(store), store.protection.key
    keep_settings(plain, Settings(minutes=12.0), "", key)
    with pytest.raises(StoreError, match="--plain"):
        remove_passphrase(plain, lambda: WORD)
    assert not is_plain(plain / DATABASE)
    remove_passphrase(plain, lambda: WORD, plain=True)
    with Store.open(plain) as store:
        assert told(store) == before
    assert read_settings(plain).minutes == 12.0


def test_a_passphrase_in_the_environment_encrypts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PASSPHRASE, "short")
    with pytest.raises(StoreError, match=f"{PASSPHRASE}: a passphrase has 8"):
        Store.open(tmp_path)
    monkeypatch.setenv(PASSPHRASE, WORD)
    fill(tmp_path)
    assert lost_in(tmp_path) == b""
    monkeypatch.delenv(PASSPHRASE)
    with pytest.raises(LockedError):
        Store.open(tmp_path)


def test_data_on_another_computer_open_with_the_recovery_key(tmp_path: Path, keychain: MemoryKeychain) -> None:
    fill(tmp_path)
    paper = recovery_key(tmp_path)
    with using(MemoryKeychain()):
        with pytest.raises(LockedError, match=r"does not have their key.*biofeedback unlock"):
            Store.open(tmp_path)
        with pytest.raises(StoreError, match="of other data"):
            Store.open(tmp_path, lambda: DataKey.new().recovery)
        Store.open(tmp_path, lambda: paper).close()
        with Store.open(tmp_path) as store:
            assert store.protection.by == "keychain", "which this computer remembers from then on"


def test_a_computer_forgets_its_key(tmp_path: Path, keychain: MemoryKeychain) -> None:
    fill(tmp_path)
    paper = recovery_key(tmp_path)
    assert forget(tmp_path)
    assert not forget(tmp_path)
    with pytest.raises(LockedError):
        Store.open(tmp_path)
    Store.open(tmp_path, lambda: paper).close()


def test_a_locked_keychain_makes_no_new_key_and_loses_nothing(tmp_path: Path, keychain: MemoryKeychain) -> None:
    fill(tmp_path)
    keychain.locked = True
    with pytest.raises(LockedError):
        Store.open(tmp_path)
    keychain.locked = False
    with Store.open(tmp_path) as store:
        assert told(store)[0] == NAME


@pytest.mark.parametrize("harm", ["gone", "empty", "cut", "another"])
@pytest.mark.parametrize("by", ["keychain", "passphrase"])
def test_a_lost_file_of_keys_loses_no_data(tmp_path: Path, keychain: MemoryKeychain, harm: str, by: str) -> None:
    data, file = tmp_path / "data", tmp_path / "data" / KEYS
    fill(data)
    paper = recovery_key(data)
    if by == "passphrase":
        set_passphrase(data, WORD)
    if harm == "gone":
        file.unlink()
    elif harm == "another":
        fill(tmp_path / "other")
        if by == "passphrase":
            set_passphrase(tmp_path / "other", OTHER)
        shutil.copy(tmp_path / "other" / KEYS, file)
    else:
        content = file.read_bytes()
        file.write_bytes(content[: len(content) // 2] if harm == "cut" else b"")
    if by == "keychain":
        with Store.open(data) as store:
            assert told(store)[0] == NAME
        return
    with pytest.raises(StoreError):
        Store.open(data, lambda: WORD)
    if harm == "another":
        with pytest.raises(StoreError, match="belongs to other data"):
            Store.open(data, lambda: OTHER)
        file.unlink()
    with Store.open(data, lambda: paper) as store:
        assert told(store)[0] == NAME
    with Store.open(data) as store:
        assert store.protection.by == "keychain"


def test_damage_is_told_from_a_wrong_key(tmp_path: Path, keychain: MemoryKeychain) -> None:
    fill(tmp_path)
    whole = (tmp_path / DATABASE).read_bytes()
    for place, said in ((500, "is damaged: the key is the right one"), (4096 * 3 + 500, "is damaged")):
        content = bytearray(whole)
        for each in range(place, len(content), 4096):
            content[each] ^= 1
        (tmp_path / DATABASE).write_bytes(content)
        with pytest.raises(StoreError, match=said), Store.open(tmp_path) as store:
            told(store)
    content = bytearray(whole)
    content[3] ^= 1
    (tmp_path / DATABASE).write_bytes(content)
    with Store.open(tmp_path) as store:
        assert told(store)[0] == NAME, "the head is no secret, and the file of keys has it too"


def test_a_file_that_is_no_database_is_said_to_be_none(tmp_path: Path, keychain: MemoryKeychain) -> None:
    (tmp_path / DATABASE).write_text("a letter\n" * 100)
    with pytest.raises(StoreError, match="is not a database"):
        Store.open(tmp_path)
    (tmp_path / DATABASE).write_bytes(random.Random(1).randbytes(8192))
    with pytest.raises(LockedError, match="missing or damaged"):
        Store.open(tmp_path)


def test_an_interrupted_passphrase_is_said_and_set_again(plain: Path) -> None:
    set_passphrase(plain, WORD)
    lock = (plain / KEYS).read_bytes()
    remove_passphrase(plain, lambda: WORD, plain=True)
    (plain / KEYS).write_bytes(lock)
    with Store.open(plain) as store:
        assert UNFINISHED in store.protection.sentence
    assert UNFINISHED in state_of(plain).detail
    set_passphrase(plain, OTHER)
    Store.open(plain, lambda: OTHER).close()


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="needs an account that is bound by permissions")
def test_a_folder_that_cannot_be_written_is_left_as_it_is(plain: Path, keychain: MemoryKeychain) -> None:
    content = bytes_of(plain)
    plain.chmod(0o500)
    try:
        Store.open(plain).close()
    except StoreError:
        pass
    finally:
        plain.chmod(0o700)
    assert bytes_of(plain).startswith(content[:100])
