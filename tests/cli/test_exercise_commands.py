"""The commands for exercise files: what is copied is in order, and nothing of the person's own is lost."""

import errno
import os
from pathlib import Path

import pytest

from protocols.library import read_exercise_file
from tests.cli.shell import Shell


def own(shell: Shell) -> Path:
    return shell.data / "exercises"


@pytest.mark.parametrize(
    ("name", "written", "ident"),
    [
        (None, "my-box-breathing.toml", "my-box-breathing"),
        ("mine.toml", "mine.toml", "mine"),
        ("mine", "mine.toml", "mine"),
        ("Mein \u00dcbungs-Ablauf!.toml", "Mein \u00dcbungs-Ablauf!.toml", "mein-ubungs-ablauf"),
        ("\u65e5\u672c.toml", "\u65e5\u672c.toml", "my-box-breathing"),
        ("flare.toml", "flare.toml", "my-flare"),
    ],
)
def test_a_copy_is_in_order_and_has_an_id_of_its_own(shell: Shell, name: str | None, written: str, ident: str) -> None:
    target = [own(shell) / name] if name else []
    said = shell("exercises", "copy", "box-breathing", *target)
    assert (said.status, said.err) == (0, "")
    assert read_exercise_file(own(shell) / written).id == ident
    assert shell("exercises", "check", own(shell) / written).err == ""
    assert f'"id": "{ident}"' in shell("exercises", "--json").out


def test_a_copy_of_a_copy_is_another_exercise_however_its_id_is_written(shell: Shell) -> None:
    shell("exercises", "copy", "box-breathing")
    path = own(shell) / "my-box-breathing.toml"
    path.write_text(
        path.read_text(encoding="utf-8").replace('id = "my-box-breathing"', "'id'='my-box-breathing' # mine")
    )
    shell("exercises", "copy", "my-box-breathing", own(shell) / "second.toml")
    assert read_exercise_file(own(shell) / "second.toml").id == "second"
    assert shell("exercises").err == ""


def test_a_copy_goes_into_a_folder_or_home(shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    shell("exercises", "copy", "flare", tmp_path)
    shell("exercises", "copy", "flare", "~/at-home.toml")
    assert (tmp_path / "my-flare.toml").is_file()
    assert (tmp_path / "at-home.toml").is_file()
    assert shell("exercises", "check", "~/at-home.toml").status == 0


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("there.toml", "is there already. Nothing was changed"),
        ("there.toml/x.toml", "There is no folder there.toml. Nothing was written"),
        (f"{'x' * 300}.toml", "cannot be written (File name too long)"),
    ],
)
def test_a_copy_overwrites_nothing(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, words: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "there.toml").write_text("mine")
    said = shell("exercises", "copy", "flare", name)
    assert said.status == 1
    assert words in said.sentence
    assert (tmp_path / "there.toml").read_text() == "mine"


def test_check_says_what_a_file_takes_the_place_of(shell: Shell, tmp_path: Path) -> None:
    shell("exercises", "copy", "flare")
    path = own(shell) / "my-flare.toml"
    path.write_text(path.read_text(encoding="utf-8").replace('id = "my-flare"', 'id = "quiet-rest"'))
    said = shell("exercises", "check", path)
    assert (said.status, "takes the place of the exercise 'Quiet rest'" in said.err) == (0, True)


def test_two_own_files_with_one_id_are_told(shell: Shell) -> None:
    shell("exercises", "copy", "flare")
    path = own(shell) / "my-flare.toml"
    (own(shell) / "another.toml").write_text(path.read_text(encoding="utf-8"))
    assert "another.toml has the id 'my-flare' too" in shell("exercises").err


def test_a_copy_that_does_not_fit_on_the_disk_leaves_nothing_behind(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr(os, "fsync", full)
        assert "cannot be written (No space left on device)" in shell("exercises", "copy", "flare").sentence
    assert list(own(shell).iterdir()) == []


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ([], "Box breathing (my copy)"),
        (["evening-calm.toml"], "Evening calm"),
        (["Mein Ablauf"], "Mein Ablauf"),
        (["box breathing.toml"], "Box breathing (my copy)"),
        (["x" * 200], f"X{'x' * 99}"),
    ],
)
def test_a_copy_has_a_title_of_its_own(shell: Shell, tmp_path: Path, name: list[str], title: str) -> None:
    places = [tmp_path / each for each in name]
    copied = shell("exercises", "copy", "box-breathing", *places, "--json").document
    assert copied["title"] == read_exercise_file(Path(copied["file"])).title == title


def test_a_second_copy_in_the_same_place_keeps_its_id_and_the_folder_is_private(shell: Shell) -> None:
    before = os.umask(0)
    try:
        copied = shell("exercises", "copy", "flare", "--json").document
        assert shell("exercises", "copy", "flare").status == 1
        assert shell("exercises", "copy", "flare", "--force", "--json").document == copied
    finally:
        os.umask(before)
    if os.name == "posix":
        modes = [path.stat().st_mode & 0o777 for path in (shell.data, own(shell), Path(copied["file"]))]
        assert modes == [0o700, 0o700, 0o600]
