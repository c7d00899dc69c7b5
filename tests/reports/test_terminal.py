"""Tables in the terminal: straight columns, nothing cut, whoever reads them."""

import io
import sys

import pytest

from biofeedback.reports.terminal import print_rows

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
