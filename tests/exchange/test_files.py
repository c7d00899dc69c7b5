"""Files that leave the program: whole or not at all, over nothing that is there, and never over the data."""

import errno
import os
from pathlib import Path

import pytest

from biofeedback.exchange.files import ExportError, written_whole
from biofeedback.storage.database import Store
from biofeedback.storage.folder import DATABASE
from protocols import library

posix = pytest.mark.skipif(os.name != "posix", reason="links and permissions of this kind are POSIX only")


def write(path: Path, content: bytes = b"new", *, force: bool = False, own: bool = False) -> None:
    with written_whole(path, force=force, own=own) as file:
        file.write(content)


def snapshot(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    Store.open(tmp_path / "data").close()
    (tmp_path / "data" / "window.json").write_text("{}")
    (tmp_path / "data" / "exercises").mkdir()
    return tmp_path / "data"


def test_a_file_that_is_there_is_replaced_only_where_that_is_wanted(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    write(path, b"first")
    with pytest.raises(ExportError, match=r"is there already\. Nothing was changed: .* with --force"):
        write(path)
    assert path.read_bytes() == b"first"
    write(path, force=True)
    assert snapshot(tmp_path) == {path: b"new"}


def test_a_file_that_comes_meanwhile_is_not_replaced_either(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"

    def write_slowly() -> None:
        with written_whole(path) as file:
            file.write(b"new")
            path.write_bytes(b"another's")

    with pytest.raises(ExportError, match="is there already"):
        write_slowly()
    assert snapshot(tmp_path) == {path: b"another's"}


@pytest.mark.parametrize("force", [False, True])
@pytest.mark.parametrize(
    "name",
    [
        DATABASE,
        f"{DATABASE}-wal",
        f"{DATABASE}-shm",
        f"{DATABASE}-journal",
        "biofeedback.log",
        "window.json",
        "locks/.guard",
        "locks/new",
        "./locks/../window.json",
        DATABASE.upper(),
    ],
)
def test_the_programs_own_data_are_refused(data: Path, name: str, force: bool) -> None:
    before = snapshot(data)
    with pytest.raises(ExportError, match="belongs to the program or its data"):
        write(data / name, force=force)
    assert snapshot(data) == before


@posix
def test_other_names_of_own_data_are_refused_too(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = snapshot(data)
    (tmp_path / "soft.csv").symlink_to(data / DATABASE)
    (tmp_path / "dangling.csv").symlink_to(data / f"{DATABASE}-journal")
    (tmp_path / "hard.csv").hardlink_to(data / DATABASE)
    (tmp_path / "folder").symlink_to(data)
    monkeypatch.chdir(data / "locks")
    for path in ("soft.csv", "dangling.csv", "hard.csv", f"folder/{DATABASE}", "data/locks/new"):
        with pytest.raises(ExportError, match="belongs to the program or its data"):
            write(tmp_path / path, force=True)
    with pytest.raises(ExportError, match="belongs to the program or its data"):
        write(Path("../window.json"), force=True)
    assert snapshot(data) == before


def test_the_library_of_the_program_is_refused() -> None:
    for name in ("flare.toml", "new.toml"):
        with pytest.raises(ExportError, match="belongs to the program"):
            write(Path(library.__file__).parent / "library" / name, force=True)


@posix
def test_own_exercises_and_settings_are_for_the_owner_alone(data: Path, tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        write(data / "exercises" / "mine.toml", own=True)
        write(data / "window.json", force=True, own=True)
        write(data / "rr.txt")
        write(tmp_path / "out.txt")
    finally:
        os.umask(before)
    for name in ("exercises/mine.toml", "window.json", "rr.txt"):
        assert (data / name).stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "out.txt").stat().st_mode & 0o777 == 0o666


@pytest.mark.parametrize("force", [False, True])
def test_a_full_disk_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, force: bool) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ExportError, match=r"cannot be written \(No space left on device\)"):
        write(tmp_path / "a.csv", force=force)
    assert list(tmp_path.iterdir()) == []


@posix
def test_a_link_in_a_circle_and_a_pipe_without_a_place(tmp_path: Path) -> None:
    (tmp_path / "circle").symlink_to(tmp_path / "circle")
    with pytest.raises(ExportError, match="cannot be written"):
        write(tmp_path / "circle")
    write(Path(os.devnull), force=True)
    assert not Path(os.devnull).is_file()
