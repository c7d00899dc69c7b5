"""Opening a data folder: where it is, what it may be, and what is said where it cannot be."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from biofeedback.storage.database import Store, data_directory
from biofeedback.storage.errors import StoreError
from biofeedback.storage.folder import DATABASE
from tests.storage.examples import SESSION_ID, new_session, packet

posix = pytest.mark.skipif(os.name != "posix", reason="permissions of this kind are POSIX only")
bound = pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="permissions do not bind this user")


def _tables(folder: Path) -> list[tuple[str]]:
    with closing(sqlite3.connect(folder / DATABASE)) as connection:
        return connection.execute("SELECT name, sql FROM sqlite_master ORDER BY name").fetchall()


def test_the_folder_is_the_chosen_one_or_the_environments_or_the_platforms(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BIOFEEDBACK_DATA", str(tmp_path / "named"))
    assert data_directory(tmp_path / "chosen") == tmp_path / "chosen"
    assert data_directory(None) == tmp_path / "named"
    monkeypatch.delenv("BIOFEEDBACK_DATA")
    assert data_directory(None).name == "biofeedback"


@posix
def test_data_are_for_their_owner_only(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "data"
    with Store.open(folder) as store, store.recorder(new_session()) as recorder:
        recorder.packet(packet(0.5, 900))
        recorder.flush()
        files = [path for path in folder.rglob("*") if path.is_file()]
        assert {DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm", f"{SESSION_ID}.lock"} <= {path.name for path in files}
        assert {path.stat().st_mode & 0o777 for path in files} == {0o600}
        assert {path.stat().st_mode & 0o777 for path in (folder, folder / "locks")} == {0o700}


@posix
def test_a_database_that_others_could_read_is_made_private(tmp_path: Path) -> None:
    Store.open(tmp_path).close()
    (tmp_path / DATABASE).chmod(0o644)
    Store.open(tmp_path).close()
    assert (tmp_path / DATABASE).stat().st_mode & 0o777 == 0o600


@posix
def test_what_others_could_read_in_the_folder_is_closed_to_them(tmp_path: Path) -> None:
    folder, outside = tmp_path / "data", tmp_path / "outside.toml"
    Store.open(folder).close()
    outside.write_text("not ours")
    outside.chmod(0o644)
    (folder / "exercises" / "deep").mkdir(parents=True)
    (folder / "exercises" / "link.toml").symlink_to(outside)
    for name in ("window.json", "exercises/mine.toml", "exercises/deep/mine.toml", "locks/left.lock"):
        (folder / name).write_text("")
        (folder / name).chmod(0o644)
    for path in (folder, folder / "locks", folder / "exercises", folder / "exercises" / "deep"):
        path.chmod(0o755)
    Store.open(folder).close()
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            assert path.stat().st_mode & 0o777 == (0o700 if path.is_dir() else 0o600), path
    assert outside.stat().st_mode & 0o777 == 0o644


@posix
def test_a_folder_with_other_things_in_it_stays_open_to_whom_it_was(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("")
    for path in (tmp_path, tmp_path / "letter.txt"):
        path.chmod(0o755)
    Store.open(tmp_path).close()
    assert {path.stat().st_mode & 0o777 for path in (tmp_path, tmp_path / "letter.txt")} == {0o755}
    assert (tmp_path / DATABASE).stat().st_mode & 0o777 == 0o600


def test_a_store_to_read_where_nothing_is_makes_nothing(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "missing"):
        with Store.read(folder) as store:
            assert (store.sessions(), store.persons(), store.ladders.rungs("")) == ([], [], [])
    assert list(tmp_path.iterdir()) == []


def test_commits_are_on_the_disk_and_readers_do_not_wait(store: Store) -> None:
    with store._engine.connect() as connection:
        settings = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert settings == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 5000}


def test_opening_again_finds_the_sessions(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store, store.recorder(new_session()) as recorder:
        recorder.packet(packet(0.5, 900))
    with Store.open(tmp_path) as store:
        assert [row.session_id for row in store.sessions()] == [SESSION_ID]


def test_a_file_in_place_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a letter")
    with pytest.raises(StoreError, match=r"data is a file, where data need a folder\. Nothing was changed\. Move it"):
        Store.open(tmp_path / "data")
    with pytest.raises(StoreError, match=r"data is a file, where data need a folder"):
        Store.open(tmp_path / "data" / "deeper")
    (tmp_path / "locks").write_text("a letter")
    with pytest.raises(StoreError, match=r"locks is a file, where data need a folder"):
        Store.open(tmp_path)
    assert (tmp_path / "data").read_text() == "a letter"


def test_a_folder_in_place_of_the_database(tmp_path: Path) -> None:
    (tmp_path / DATABASE).mkdir()
    with pytest.raises(StoreError, match=r"is a folder, where the database should be\. Nothing was changed"):
        Store.open(tmp_path)


@bound
def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir(mode=0o500)
    with pytest.raises(
        StoreError, match=r"cannot be written .*Permission denied.* Nothing was changed\. Give yourself"
    ):
        Store.open(folder)


def test_a_folder_that_the_system_refuses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(
        StoreError, match=r"cannot be written .*Permission denied.* Nothing was changed\. Give yourself"
    ):
        Store.open(tmp_path / "data")


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / DATABASE).write_text("a letter, longer than the head of a database\n" * 100)
    with pytest.raises(StoreError, match=r"is not a database\. Nothing was changed\. Move the file away"):
        Store.open(tmp_path)
    assert (tmp_path / DATABASE).read_text().startswith("a letter")


def test_a_database_of_another_program(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / DATABASE)) as connection:
        connection.execute("CREATE TABLE songs (title TEXT)")
    before = _tables(tmp_path)
    with pytest.raises(StoreError, match=r"is a database of another program\. Nothing was changed\. Move"):
        Store.open(tmp_path)
    assert _tables(tmp_path) == before


def test_data_of_a_newer_version_are_left_alone(tmp_path: Path) -> None:
    Store.open(tmp_path).close()
    with closing(sqlite3.connect(tmp_path / DATABASE)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.execute("CREATE TABLE dreams (night TEXT)")
    before = (tmp_path / DATABASE).read_bytes()
    with pytest.raises(
        StoreError,
        match=r"come from a newer version of this program\. Nothing was changed\. Update the program, or .* --data",
    ):
        Store.open(tmp_path)
    assert (tmp_path / DATABASE).read_bytes() == before


def test_a_damaged_database_is_said_to_be_damaged(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store, store.recorder(new_session()) as recorder:
        for n in range(2000):
            recorder.packet(packet(n, 900))
    content = bytearray((tmp_path / DATABASE).read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    (tmp_path / DATABASE).write_bytes(content)
    with pytest.raises(StoreError, match=r"is damaged\. Nothing was changed\. Make a copy"):
        Store.open(tmp_path)
