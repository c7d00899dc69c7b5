"""A report of a period from the command line: written, told, and refused in one sentence."""

import json
from pathlib import Path

import pytest

from tests.cli.shell import Shell


def test_a_period_without_a_session_is_written_and_told(shell: Shell, tmp_path: Path) -> None:
    shell("checkin", "--set", "pain=4", "--on", "2026-01-02")
    out = tmp_path / "weeks.pdf"
    said = shell("report", "--from", "2025-12-20", "--to", "2026-01-10", "--out", str(out), "--json")
    told = json.loads(said.out)
    assert (said.status, told["from"], told["to"], told["n_sessions"]) == (0, "2025-12-20", "2026-01-10", 0)
    assert out.read_bytes().startswith(b"%PDF")


def test_a_course_in_plain_words_goes_to_standard_output(shell: Shell) -> None:
    shell("plan", "set", "four-weeks")
    said = shell("report", "--course", "--plain", "--out", "-")
    assert said.out.startswith("<!doctype html>")
    assert "One next step" in said.out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "Name one session, or a period"),
        (("last", "--from", "2026-01-01"), "Name one session, or a period"),
        (("--course", "--from", "2026-01-01"), "Name one session, or a period"),
        (("last", "--comment", "x"), "belong to a period"),
        (("--from", "yesterday"), "write a day such as"),
        (("--from", "2026-01-02", "--to", "2026-01-01"), "is before --from"),
        (("--from", "2026-01-01", "--comment", "x" * 3000), "room for 2000 letters"),
    ],
)
def test_wrong_use_is_told_and_nothing_written(
    shell: Shell, tmp_path: Path, arguments: tuple[str, ...], words: str
) -> None:
    shell("checkin", "--set", "pain=4")
    said = shell("report", *arguments, "--out", str(tmp_path / "x.html"))
    assert said.status == 2
    assert words in said.sentence
    assert not (tmp_path / "x.html").exists()
