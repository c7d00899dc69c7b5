"""Backups: whole, tried before they take their place, and brought back without a loss."""

import io
import json
import secrets
import sqlite3
import zipfile
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread

import pytest
from filelock import FileLock
from hypothesis import given
from hypothesis import strategies as st

from biofeedback.storage.database import Store
from biofeedback.storage.engine import connect
from biofeedback.storage.errors import StoreError
from biofeedback.storage.folder import BACKUPS, DATABASE, LOCKS, OWN_EXERCISES, wipe
from biofeedback.storage.keeping.backup import ABOUT, write_backup
from biofeedback.storage.keeping.restoring import replaced_data, restore
from biofeedback.storage.keeping.rotation import (
    N_DAYS,
    N_WEEKS,
    OwnBackup,
    forget_backups,
    is_due,
    keep_backup,
    not_kept,
    own_backups,
)
from biofeedback.storage.protection.changing import recovery_key, set_passphrase
from biofeedback.storage.protection.opening import LockedError
from tests.storage.examples import new_session, packet
from tests.storage.keeping.conftest import NAME, ids, record
from tests.storage.keychains import MemoryKeychain, using
from tests.storage.test_migrations import thaw

NOW = datetime(2026, 11, 26, 7, tzinfo=UTC)
WORD = "a passphrase of some words"


def backed_up(folder: Path, to: Path, word: str = "") -> Path:
    with Store.open(folder, lambda: word) as store, to.open("w+b") as file:
        write_backup(folder, store.protection.key, file, to.parent)
    return to


def rewritten(path: Path, change: dict[str, bytes], **how: int) -> Path:
    """The backup with other content."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", **how) as archive:  # type: ignore[call-overload]
        for name, content in (parts | change).items():
            archive.writestr(name, content)
    return path


def test_a_backup_made_while_a_session_runs_comes_back_elsewhere(folder: Path, tmp_path: Path) -> None:
    (folder / OWN_EXERCISES).mkdir()
    (folder / OWN_EXERCISES / "mine.toml").write_text("id = 'mine'")
    with Store.open(folder) as store, store.recorder(new_session("running")) as recorder:
        recorder.packet(packet(0.0, 900))
        recorder.flush()
        with (tmp_path / "b.zip").open("w+b") as file:
            about = write_backup(folder, None, file, tmp_path)
    assert about.n_sessions == 2
    restored = restore(tmp_path / "b.zip", tmp_path / "other")
    assert (restored.n_sessions, restored.encrypted, restored.upgraded, restored.kept) == (2, False, False, None)
    assert ids(tmp_path / "other") == {"first", "running"}
    assert (tmp_path / "other" / OWN_EXERCISES / "mine.toml").read_text() == "id = 'mine'"
    assert not list(tmp_path.glob(".*"))


def test_what_is_there_is_kept_beside_and_comes_back_too(folder: Path, tmp_path: Path) -> None:
    backup = backed_up(folder, tmp_path / "b.zip")
    with Store.open(folder) as store:
        record(store, "later")
    (folder / OWN_EXERCISES).mkdir()
    (folder / OWN_EXERCISES / "mine.toml").write_text("newer")
    restored = restore(backup, folder)
    assert ids(folder) == {"first"}
    assert (folder / OWN_EXERCISES / "mine.toml").read_text() == "newer"
    assert restored.kept is not None
    assert replaced_data(folder) == [restored.kept]
    restore(restored.kept / DATABASE, folder)
    assert ids(folder) == {"first", "later"}


def test_encrypted_data_come_back_by_passphrase_recovery_key_or_keychain(folder: Path, tmp_path: Path) -> None:
    paper = set_passphrase(folder, WORD)
    backup = backed_up(folder, tmp_path / "b.zip", WORD)
    assert NAME.encode() not in backup.read_bytes()
    for n, word in enumerate((WORD, paper)):
        assert restore(backup, tmp_path / str(n), lambda word=word: word).encrypted  # type: ignore[misc]
        assert ids(tmp_path / str(n), WORD) == {"first"}
    with pytest.raises(LockedError, match=r"b\.zip are locked.*Nothing was changed"):
        restore(backup, tmp_path / "none")
    with pytest.raises(StoreError, match="not the passphrase"):
        restore(backup, tmp_path / "wrong", lambda: "another passphrase")
    assert not (tmp_path / "wrong" / DATABASE).exists()
    with using(MemoryKeychain()):
        with Store.open(tmp_path / "chained") as store:
            record(store, "chained")
        backup = backed_up(tmp_path / "chained", tmp_path / "c.zip")
        restore(backup, tmp_path / "back")
        assert ids(tmp_path / "back") == {"chained"}
        word = recovery_key(tmp_path / "chained")
    restore(backup, tmp_path / "elsewhere", lambda: word)
    assert ids(tmp_path / "elsewhere", word) == {"chained"}


def test_the_newest_passphrase_holds_for_older_backups_of_the_same_data(folder: Path, tmp_path: Path) -> None:
    set_passphrase(folder, WORD)
    backup = backed_up(folder, tmp_path / "b.zip", WORD)
    set_passphrase(folder, "the second passphrase", lambda: WORD)
    with pytest.raises(StoreError, match="not the passphrase"):
        restore(backup, folder, lambda: WORD)
    restore(backup, folder, lambda: "the second passphrase")
    assert ids(folder, "the second passphrase") == {"first"}


def test_plain_data_take_the_place_of_locked_ones_and_back(folder: Path, tmp_path: Path) -> None:
    plain = backed_up(folder, tmp_path / "plain.zip")
    set_passphrase(folder, WORD)
    locked = backed_up(folder, tmp_path / "locked.zip", WORD)
    restore(plain, folder)
    assert ids(folder) == {"first"}
    restore(locked, folder, lambda: WORD)
    assert ids(folder, WORD) == {"first"}


def test_nothing_is_restored_while_the_data_are_open(folder: Path, tmp_path: Path) -> None:
    backup = backed_up(folder, tmp_path / "b.zip")
    with Store.open(folder), pytest.raises(StoreError, match="has the data in"):
        restore(backup, folder)
    with closing(connect(folder / DATABASE)) as other:
        other.execute("SELECT count(*) FROM sessions").fetchone()
        with pytest.raises(StoreError, match="has the data in"):
            restore(backup, folder)
    assert replaced_data(folder) == []
    restore(backup, folder)


def test_damaged_data_are_replaced_too(folder: Path, tmp_path: Path) -> None:
    backup = backed_up(folder, tmp_path / "b.zip")
    for content in (b"", b"SQLite format 3\0" + bytes(9000), bytes(100)):
        (folder / DATABASE).write_bytes(content)
        kept = restore(backup, folder).kept
        assert kept is not None
        assert (kept / DATABASE).read_bytes() == content
        assert ids(folder) == {"first"}


def test_an_older_backup_is_upgraded_and_a_newer_one_refused(folder: Path, tmp_path: Path) -> None:
    thaw("0003", tmp_path / "old")
    assert restore(tmp_path / "old" / DATABASE, tmp_path / "new").upgraded
    newer = backed_up(folder, tmp_path / "b.zip")
    with zipfile.ZipFile(newer) as archive:
        archive.extract(DATABASE, tmp_path)
    with closing(sqlite3.connect(tmp_path / DATABASE)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9000'")
    with pytest.raises(StoreError, match=r"come from a newer version.*Nothing was changed"):
        restore(tmp_path / DATABASE, folder)
    about = json.loads(zipfile.ZipFile(newer).read(ABOUT))
    with pytest.raises(StoreError, match="newer version"):
        restore(rewritten(newer, {ABOUT: json.dumps(about | {"format": 9}).encode()}), folder)
    assert ids(folder) == {"first"}


@pytest.mark.parametrize("at", range(900, 110_000, 19_919))
def test_a_backup_with_one_wrong_byte_changes_nothing(folder: Path, tmp_path: Path, at: int) -> None:
    backup = backed_up(folder, tmp_path / "b.zip")
    content = bytearray(backup.read_bytes())
    content[-at] ^= 0x10
    backup.write_bytes(content)
    before = (folder / DATABASE).read_bytes()
    with pytest.raises(StoreError, match=r"damaged.*Nothing was changed"):
        restore(backup, folder)
    assert (folder / DATABASE).read_bytes() == before


def test_files_made_to_do_harm_are_refused(folder: Path, tmp_path: Path) -> None:
    def about_with(**sums: str) -> dict[str, bytes]:
        with zipfile.ZipFile(backed_up(folder, tmp_path / "b.zip")) as archive:
            about = json.loads(archive.read(ABOUT))
        return {ABOUT: json.dumps(about | {"sums": about["sums"] | sums}).encode()}

    for name in ("../evil", "/evil", "exercises/../../evil", "exercises\\evil", "exercises/.evil", "locks/x", "evil"):
        change = about_with(**{name: "0" * 64}) | {name: b"evil"}
        with pytest.raises(StoreError, match="is no backup"):
            restore(rewritten(tmp_path / "b.zip", change), tmp_path / "into")
    packed = rewritten(backed_up(folder, tmp_path / "b.zip"), {}, compression=zipfile.ZIP_DEFLATED)
    for path in (packed, tmp_path / "b.txt", tmp_path / "empty", tmp_path):
        if path.suffix == ".txt":
            path.write_text("PK\3\4 nothing")
        elif path.name == "empty":
            path.touch()
        with pytest.raises(StoreError, match="Nothing was changed"):
            restore(path, tmp_path / "into")
    assert not (tmp_path / "evil").exists()
    assert {path.name for path in (tmp_path / "into").iterdir()} == {LOCKS}


def test_damaged_data_make_no_backup(folder: Path) -> None:
    path = folder / DATABASE
    with closing(sqlite3.connect(path)) as connection:
        ((root,),) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'phases'")
        ((size,),) = connection.execute("PRAGMA page_size")
    content = bytearray(path.read_bytes())
    content[(root - 1) * size] ^= 0xFF
    path.write_bytes(content)
    with pytest.raises(StoreError, match="damaged"):
        keep_backup(folder, None, NOW)
    assert own_backups(folder) == []
    assert list((folder / BACKUPS).iterdir()) == []


def test_a_backup_is_made_once_a_day_for_its_owner_only(folder: Path) -> None:
    assert is_due(folder, NOW)
    keep_backup(folder, None, NOW)
    assert not is_due(folder, NOW + timedelta(hours=23))
    assert is_due(folder, NOW + timedelta(hours=25))
    assert is_due(folder, NOW - timedelta(days=3))
    (made,) = own_backups(folder)
    assert made.path.stat().st_mode & 0o077 == 0
    assert made.path.parent.stat().st_mode & 0o077 == 0
    with Store.open(folder) as store:
        record(store, "later")
    restore(made.path, folder)
    assert ids(folder) == {"first"}
    assert own_backups(folder) == [made]


def test_one_that_is_asked_for_waits_for_one_that_is_being_made(folder: Path) -> None:
    with Store.open(folder) as store, FileLock(folder / LOCKS / ".backups") as held:
        assert store.keep_backup() is None
        asked = Thread(target=lambda: store.keep_backup(at_once=True))
        asked.start()
        asked.join(0.1)
        assert own_backups(folder) == []
        held.release()
        asked.join()
    assert len(own_backups(folder)) == 1


@given(st.lists(st.integers(0, 24 * 400), unique=True, max_size=60))
def test_the_newest_of_each_late_day_and_week_stay(hours: list[int]) -> None:
    backups = [OwnBackup(Path(str(n)), NOW - timedelta(hours=n)) for n in sorted(hours)]
    gone = not_kept(backups)
    kept = [each for each in backups if each not in gone]
    assert kept[:1] == backups[:1]
    assert len(kept) <= N_DAYS + N_WEEKS
    days = dict.fromkeys(each.made.date() for each in backups)
    assert set(list(days)[:N_DAYS]) <= {each.made.date() for each in kept}
    assert not_kept(kept) == []


def test_what_is_deleted_does_not_live_on_in_backups(folder: Path) -> None:
    with Store.open(folder) as store:
        keep_backup(folder, None, datetime(2026, 11, 1, tzinfo=UTC))
        keep_backup(folder, None, datetime(2026, 11, 25, tzinfo=UTC))
        assert store.delete(["first"]).n_backups == 1  # the other is of before the session
        (left,) = own_backups(folder)
        assert left.made.day == 1
        assert store.people.delete(NAME).n_backups == 1
        assert own_backups(folder) == []
        store.keep_backup()
    (made,) = own_backups(folder)
    assert NAME.encode() not in made.path.read_bytes()


def test_plain_backups_go_with_the_plain_data(folder: Path) -> None:
    keep_backup(folder, None, NOW)
    set_passphrase(folder, WORD)
    assert own_backups(folder) == []
    (folder / BACKUPS / "20261101T000000Z.zip").write_bytes(b"")
    with Store.open(folder, lambda: WORD) as store:
        made = store.keep_backup(at_once=True)
    assert made is not None
    assert not zipfile.ZipFile(made.path).read(DATABASE).startswith(b"SQLite")
    assert "biofeedback.keys.json" not in zipfile.ZipFile(made.path).namelist()
    restore(made.path, folder, lambda: WORD)
    assert ids(folder, WORD) == {"first"}


def test_older_data_are_upgraded_after_a_backup_or_not_at_all(tmp_path: Path) -> None:
    thaw("0005", tmp_path)
    before = (tmp_path / DATABASE).read_bytes()
    (tmp_path / BACKUPS).write_text("a file where the folder should be")
    with pytest.raises(StoreError, match=r"upgraded only after a backup. They are as they were"):
        Store.open(tmp_path)
    assert (tmp_path / DATABASE).read_bytes() == before
    (tmp_path / BACKUPS).unlink()
    Store.open(tmp_path).close()
    (made,) = own_backups(tmp_path)
    with zipfile.ZipFile(io.BytesIO(made.path.read_bytes())) as archive:
        archive.extract(DATABASE, tmp_path / "was")
    with closing(sqlite3.connect(tmp_path / "was" / DATABASE)) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == ("0005",)


def test_links_are_not_followed(folder: Path, tmp_path: Path) -> None:
    backup, elsewhere = backed_up(folder, tmp_path / "b.zip"), tmp_path / "elsewhere"
    elsewhere.write_bytes(b"of somebody else")
    linked = tmp_path / "linked"
    linked.mkdir()
    for name in (DATABASE, f"{DATABASE}-wal"):
        (linked / name).symlink_to(elsewhere)
        for act in (Store.open, lambda into: restore(backup, into), lambda into: set_passphrase(into, WORD)):
            with pytest.raises(StoreError, match=r"is a link to another file.*Nothing was changed"):
                act(linked)
        (linked / name).unlink()
    (linked / DATABASE).symlink_to(tmp_path / "nowhere")
    with pytest.raises(StoreError, match="is a link"):
        Store.open(linked)
    assert not (tmp_path / "nowhere").exists()
    (folder / f"{DATABASE}.part").symlink_to(elsewhere)
    (folder / BACKUPS).mkdir()
    (folder / BACKUPS / f".{secrets.token_hex(3)}.part").symlink_to(elsewhere)
    keep_backup(folder, None, NOW)
    set_passphrase(folder, WORD)
    forget_backups(folder)
    assert elsewhere.read_bytes() == b"of somebody else"
    (tmp_path / "way").symlink_to(folder)
    assert ids(tmp_path / "way", WORD) == {"first"}


def test_a_backup_that_is_being_made_while_somebody_is_deleted_goes_with_the_others(folder: Path) -> None:
    keep_backup(folder, None, NOW)
    (made,) = own_backups(folder)
    content, late = made.path.read_bytes(), folder / BACKUPS / "20261126T080000Z-abcd.zip"
    deleting = Thread(target=forget_backups, args=[folder])
    with FileLock(folder / LOCKS / ".backups"):
        deleting.start()
        deleting.join(0.2)
        late.write_bytes(content)
    deleting.join()
    assert not own_backups(folder)


def test_what_somebody_else_removes_at_the_same_time_is_gone(folder: Path) -> None:
    for n in range(200):
        path = folder / str(n)
        path.write_bytes(b"x")
        both = [Thread(target=wipe, args=[path]) for _ in range(2)]
        for each in both:
            each.start()
        for each in both:
            each.join()
        assert not path.exists()
