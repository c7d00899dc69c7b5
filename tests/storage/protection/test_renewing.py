"""What was deleted cannot be read from older copies with anything that is kept, and every way in stays one."""

import shutil
from contextlib import closing
from pathlib import Path

import pytest

from biofeedback.storage.database import Store
from biofeedback.storage.engine import DATABASE_ERRORS, connect
from biofeedback.storage.errors import StoreError
from biofeedback.storage.folder import BACKUPS, DATABASE
from biofeedback.storage.keeping.backup import write_backup
from biofeedback.storage.keeping.restoring import restore
from biofeedback.storage.keeping.rotation import own_backups
from biofeedback.storage.permits.roles import Role
from biofeedback.storage.protection.changing import add_user, new_recovery_key, recovery_key, set_passphrase
from biofeedback.storage.protection.key_file import COPY, KEYS, head_of, read_key_file
from biofeedback.storage.protection.keys import DataKey
from biofeedback.storage.protection.renewing import WAITS
from biofeedback.storage.recording.rescue import PREFIX
from tests.storage.examples import SESSION_ID
from tests.storage.keychains import MemoryKeychain
from tests.storage.protection.conftest import NAME, fill, told

WORD, NEW, BEN = "a passphrase of some words", "another one of some words", "battery staple"


def opens(folder: Path, word: str = "") -> bool:
    try:
        with Store.open(folder, lambda: word) as store:
            return store.protection.key is not None
    except StoreError:
        return False


def forget_somebody(folder: Path, word: str = "") -> DataKey:
    """Delete somebody else than `fill` told of; the key of before."""
    with Store.open(folder, lambda: word) as store:
        store.people.add("Zoe")
        store.people.delete("Zoe")
        key = store.protection.key
    assert (store.erased, store.not_erased) == (True, "")
    assert key is not None
    return key


def can_be_read(database: Path, key: DataKey) -> bool:
    try:
        with closing(connect(database, key)) as connection:
            return connection.execute("SELECT count(*) FROM sessions").fetchone() is not None
    except DATABASE_ERRORS:
        return False


def test_older_copies_are_read_by_nothing_that_is_kept(tmp_path: Path, keychain: MemoryKeychain) -> None:
    data, older = tmp_path / "data", tmp_path / "older"
    fill(data)
    with Store.open(data) as store:
        before = told(store)
        store.keep_backup()
        shutil.copytree(data, older)
        store.people.add("Zoe")
        store.people.delete("Zoe")
        key = store.protection.key
    assert store.erased
    assert key
    assert len(keychain.kept) == 1
    assert can_be_read(older / DATABASE, key), "else this test shows nothing"
    with Store.open(data) as store:
        assert told(store) == before
        now = store.protection.key
    assert now
    assert now.ident != key.ident
    assert not can_be_read(older / DATABASE, now)
    assert not opens(older)
    file = read_key_file(data)
    assert file
    assert (file.ident, file.due) == (now.ident, False)
    (backup,) = own_backups(data)
    assert backup.path.parent == data / BACKUPS
    assert restore(backup.path, tmp_path / "back", None).n_sessions == 1


def test_a_deleted_session_is_erased_likewise_and_plain_data_say_nothing(
    tmp_path: Path, keychain: MemoryKeychain
) -> None:
    fill(tmp_path)
    head = head_of(tmp_path / DATABASE)
    with Store.open(tmp_path) as store:
        store.delete([SESSION_ID])
    assert store.erased
    assert head_of(tmp_path / DATABASE) != head


def test_nothing_is_erased_in_plain_data(plain: Path) -> None:
    with Store.open(plain) as store:
        store.delete([SESSION_ID])
    assert store.erased is None


def test_every_passphrase_and_the_recovery_key_of_before_open_the_data_after(plain: Path) -> None:
    paper = set_passphrase(plain, WORD)
    with Store.open(plain, lambda: WORD) as store:
        before = told(store)
        add_user(store, "Ben", Role.CLINICIAN, lambda: BEN)
    for _ in range(2):
        key = forget_somebody(plain, WORD)
        assert not can_be_read(plain / DATABASE, key)
        for word in (WORD, BEN, paper):
            assert opens(plain, word), word
        assert not opens(plain, NEW)
    with Store.open(plain, lambda: paper) as store:
        assert told(store) == before
    with Store.open(plain, lambda: BEN) as store:
        assert store.user
        assert store.user.name == "Ben"
    assert set_passphrase(plain, NEW, lambda: paper) == ""
    assert opens(plain, NEW)
    assert not opens(plain, WORD)
    with pytest.raises(StoreError, match="--new"):
        recovery_key(plain, lambda: NEW)


def test_a_new_recovery_key_refuses_the_old_one_and_stays_when_the_key_changes(plain: Path) -> None:
    old = set_passphrase(plain, WORD)
    papers = [old]
    for _ in range(2):
        papers.append(new_recovery_key(plain, lambda: WORD))
        for each in papers:
            assert opens(plain, each) == (each == papers[-1])
        assert recovery_key(plain, lambda: WORD) == papers[-1]
        forget_somebody(plain, WORD)
        assert recovery_key(plain, lambda: papers[-1]) == papers[-1]
    (plain / KEYS).write_bytes(b"spoilt")
    assert opens(plain, papers[-1]), "its lock stands in a copy, too"
    assert read_key_file(plain)
    (plain / COPY).unlink()
    assert opens(plain, WORD)
    assert (plain / COPY).exists()


def test_a_backup_brings_the_lock_of_the_recovery_key_along(plain: Path, tmp_path: Path) -> None:
    set_passphrase(plain, WORD)
    paper = new_recovery_key(plain, lambda: WORD)
    with Store.open(plain, lambda: WORD) as store, (tmp_path / "b.zip").open("w+b") as file:
        write_backup(plain, store.protection.key, file, tmp_path)
    forget_somebody(plain, WORD)
    assert restore(tmp_path / "b.zip", tmp_path / "other", lambda: paper).n_sessions == 1
    assert restore(tmp_path / "b.zip", plain, lambda: paper).n_sessions == 1
    for word in (paper, WORD):
        assert opens(plain, word)


def test_data_that_are_open_elsewhere_get_their_key_at_the_next_start(tmp_path: Path, keychain: MemoryKeychain) -> None:
    fill(tmp_path)
    head = head_of(tmp_path / DATABASE)
    with Store.open(tmp_path) as other:
        with Store.open(tmp_path) as store:
            store.people.delete(NAME)
        assert store.erased is False
        assert "another window" in store.not_erased
        assert other.sessions() == []
    assert other.erased, "the last to leave does it"
    assert head_of(tmp_path / DATABASE) != head


def test_what_waits_under_the_key_of_now_keeps_it(tmp_path: Path, keychain: MemoryKeychain) -> None:
    fill(tmp_path)
    with Store.open(tmp_path) as store:
        store.people.delete(NAME)
        (tmp_path / f"{PREFIX}one.db").write_bytes(head_of(tmp_path / DATABASE) + bytes(4080))
    assert store.not_erased == WAITS
    (tmp_path / f"{PREFIX}one.db").unlink()
    with Store.open(tmp_path):
        pass
    assert not read_key_file(tmp_path).due  # type: ignore[union-attr]


def test_users_of_an_earlier_version_open_once_before(plain: Path) -> None:
    set_passphrase(plain, WORD)
    with Store.open(plain, lambda: WORD) as store:
        add_user(store, "Ben", Role.CLINICIAN, lambda: BEN)
    text = (plain / KEYS).read_text()
    file = read_key_file(plain)
    assert file
    assert file.lock
    for each in (file.lock, *file.users):
        text = text.replace(each.kept, "")
    (plain / KEYS).write_text(text.replace('"format": 3', '"format": 2'))
    with Store.open(plain, lambda: WORD) as store:
        store.people.delete(NAME)
    assert "each with their passphrase" in store.not_erased
    assert opens(plain, BEN)
    with Store.open(plain, lambda: WORD) as store:
        key = store.protection.key
    assert key
    assert opens(plain, BEN)
    assert not read_key_file(plain).due  # type: ignore[union-attr]
