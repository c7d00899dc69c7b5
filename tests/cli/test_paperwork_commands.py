"""The paperwork of a clinic from the command line."""

import csv
from pathlib import Path

import pytest

from tests.cli.shell import Shell


@pytest.fixture
def clinic(shell: Shell) -> Shell:
    for name in ("Ana", "Lima, Bob", "Bob"):
        shell("people", "add", name)
    shell("plan", "set", "flares", "--person", "Lima, Bob")
    return shell


def test_for_whom_is_said_in_one_way(clinic: Shell, tmp_path: Path) -> None:
    out = ("--out", tmp_path / "r", "--format", "html", "--json", "--quiet")
    for wrong in ((), ("--due", "week", "--all"), ("--people", "Ana", "--all"), ("--due", "month", "--all")):
        assert clinic("batch-report", *wrong, *out).status == 2
    made = {
        whom: [each["person"] for each in clinic("batch-report", *whom, *out, "--force").document["made"]]
        for whom in (("--people", "Lima, Bob,ana,Ana"), ("--due", "week"), ("--all",))
    }
    assert list(made.values()) == [["Lima, Bob", "Ana"], ["Lima, Bob"], ["Ana", "Bob", "Lima, Bob"]]
    assert "nobody called Cleo" in clinic("batch-report", "--people", "Ana,Cleo", *out).sentence
    again = clinic("batch-report", "--all", *out)
    assert (again.status, len(again.document["failed"]), again.document["made"]) == (1, 3, [])
    assert clinic("batch-report", "--all", *out, "--from", "2999-01-01").status == 2


def test_nobody_has_no_report(shell: Shell, tmp_path: Path) -> None:
    said = shell("batch-report", "--all", "--out", tmp_path / "r", "--json")
    assert (said.status, said.document["made"], (tmp_path / "r").exists()) == (0, [], False)
    for whom, who in ((("--people", " , "), "Nobody is named"), (("--all",), "Nobody here has a name")):
        assert shell("batch-report", *whom, "--out", tmp_path / "r").out == f"{who}, and nothing was written.\n"


def test_an_overview_is_a_table_also_on_standard_output(clinic: Shell, tmp_path: Path) -> None:
    said = clinic("overview", "--out", "-", "--names")
    rows = list(csv.DictReader(said.out.lstrip("\ufeff").splitlines()))
    assert {row["person"] for row in rows} == {"Ana", "Bob", "Lima, Bob"}
    told = clinic("overview", "--out", tmp_path / "x.csv", "--json").document
    assert (told["n_people"], "person" in told["columns"], "n_sessions" in told["columns"]) == (3, False, True)


def test_an_overview_is_written_as_its_file_is_called(clinic: Shell, tmp_path: Path) -> None:
    for wrong in (
        ("x.ods",),
        ("x.csv", "--format", "xlsx"),
        ("x.xlsx", "--format", "csv"),
        ("x.xlsx", "--format", "xls"),
    ):
        assert clinic("overview", "--out", tmp_path / wrong[0], *wrong[1:]).status == 2
    assert not list(tmp_path.glob("x.*"))
    for right in (("x.CSV",), ("x.XLSX",), ("y.xlsx", "--format", "xlsx")):
        told = clinic("overview", "--out", tmp_path / right[0], *right[1:], "--json").document
        assert (
            (tmp_path / right[0]).read_bytes().startswith(b"PK" if "xlsx" in right[0].lower() else b"\xef\xbb\xbfcode")
        )
        assert "n_sessions" in told["columns"]


def test_a_letterhead_is_written_piece_by_piece(shell: Shell) -> None:
    assert "no letterhead" in shell("letterhead").out
    shell("letterhead", "set", "--name", "Practice", "--address", "Street 1; Town")
    told = shell("letterhead", "set", "--clinician", "Dr. V", "--json").document
    assert told.items() >= {"name": "Practice", "address": "Street 1\nTown", "clinician": "Dr. V"}.items()
    assert shell("letterhead").out == "Practice\nStreet 1\nTown\nDr. V\n"
    assert shell("letterhead", "set").status == 2
    said = shell("letterhead", "set", "--name", "x" * 200)
    assert (said.status, said.sentence.endswith("Nothing was changed.")) == (2, True)
    assert shell("letterhead", "set", "--name", "", "--json").document["name"] == ""


def test_where_nobody_is_due_it_is_said(shell: Shell, tmp_path: Path) -> None:
    told = shell("batch-report", "--due", "week", "--out", str(tmp_path / "reports"))
    assert told.out == "Nobody is due, and nothing was written.\n"
    assert not (tmp_path / "reports").exists() or not list((tmp_path / "reports").iterdir())
