"""Tables in the terminal: straight columns, nothing cut, whoever reads them."""

import io
import json
import sys

import pytest

from biofeedback.cli.options import print_json
from biofeedback.reports.terminal import HIDDEN, HarmlessStream, print_rows

HEADINGS = ("name", "words", "")
ROWS = (("Ann", "short", ""), ("Hồng 猫", "two\nlines", "end"), ("P-0002", "w" * 300, "x"))


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_columns_stand_straight_and_no_cell_is_cut(capsys: pytest.CaptureFixture[str]) -> None:
    print_rows(HEADINGS, ROWS)
    head, ann, cat, second, long = capsys.readouterr().out.splitlines()
    assert (head, ann) == ("name     words", "Ann      short")
    assert cat.startswith("Hồng 猫  two ")  # two cells wide
    assert cat.endswith("  end")
    assert second == "         lines"
    assert long == f"P-0002   {'w' * 300}  x"


@pytest.mark.parametrize("columns", [30, 100, 310, 330])
def test_where_a_terminal_is_too_narrow_cells_stand_under_each_other(
    monkeypatch: pytest.MonkeyPatch, columns: int
) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stdout", terminal)
    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.setenv("NO_COLOR", "1")
    print_rows(HEADINGS, ROWS)
    told = terminal.getvalue()
    assert "w" * 300 in told
    assert ("name: P-0002" in told) == (columns < 314)


def test_a_list_without_rows_has_its_headings(capsys: pytest.CaptureFixture[str]) -> None:
    print_rows(HEADINGS, ())
    assert capsys.readouterr().out == "name  words\n"


HOSTILE = "a\x1b[2Jb\x07c\u202ed\x9be\u200bf"


def test_whatever_is_written_to_the_terminal_shows_as_letters(monkeypatch: pytest.MonkeyPatch) -> None:
    below = io.StringIO()
    monkeypatch.setattr(sys, "stdout", HarmlessStream(below))
    sys.stdout.write(f"{HOSTILE}\tnext\n")
    sys.stdout.writelines([HOSTILE])
    shown = f"a{HIDDEN}[2Jb{HIDDEN}c{HIDDEN}d{HIDDEN}e{HIDDEN}f"
    assert below.getvalue() == f"{shown}\tnext\n{shown}"


def test_what_the_program_tells_the_terminal_goes_past_the_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "100")
    terminal = Terminal()
    monkeypatch.setattr(sys, "stdout", HarmlessStream(terminal))
    print_rows((HOSTILE, "n"), [(HOSTILE, "1")])
    assert "\x1b[1m" in terminal.getvalue()
    assert "\x1b[2J" not in terminal.getvalue()


def test_a_json_document_is_the_same_and_commands_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    print_json({"name": HOSTILE, HOSTILE: ["猫", "\ud800"]})
    told = capsys.readouterr().out
    assert told.rstrip("\n").isprintable()
    assert "猫" in told
    assert json.loads(told) == {"name": HOSTILE, HOSTILE: ["猫", "\ud800"]}
