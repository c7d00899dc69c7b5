"""Lines and lists for the terminal, as they stand: names that people give hold no markup."""

import os
import sys
from collections.abc import Iterable, Sequence
from itertools import zip_longest
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from rich.console import Console

WIDE = 200
"""Columns of a table that goes into a file or another program."""
NARROW = 60
"""In a terminal of fewer columns the cells of a row stand under each other."""
GAP = "  "
"""Between the columns of a table."""

KEPT = "\n\t\u200c\u200d"
HIDDEN = "\ufffd"


class HarmlessStream:
    """A stream of the terminal that shows what is written to it as letters, whoever wrote it.

    Names of straps and people, notes and files hold whatever they hold: nothing of it commands the terminal. What the
    program itself has to tell the terminal goes to the stream below.
    """

    def __init__(self, below: TextIO) -> None:
        self.below = below

    def __getattr__(self, name: str) -> Any:
        return getattr(self.below, name)

    def write(self, text: str) -> int:
        """Write a text without what would command the terminal or turn its writing round."""
        self.below.write(plain(text))
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        """Write lines likewise."""
        for line in lines:
            self.write(line)


def plain_console(*, width: int | None = None, stderr: bool = False, quiet: bool = False) -> "Console":
    """A console that shows text as it is, brackets and colons too; what is no terminal gets letters alone."""
    from rich.console import Console  # the window has no need of it

    stream = sys.stderr if stderr else sys.stdout
    return Console(
        width=width,
        file=stream.below if isinstance(stream, HarmlessStream) else stream,
        quiet=quiet,
        highlight=False,
        markup=False,
        emoji=False,
        force_terminal=stream is not None and stream.isatty(),
        color_system=None if os.environ.get("NO_COLOR") else "auto",
    )


def plain(text: str) -> str:
    """Text without what would command the terminal or turn its writing round; joiners of real scripts stay."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() or c in KEPT else HIDDEN for c in text)


def print_line(text: str) -> None:
    """A line as it stands."""
    plain_console().print(plain(text), soft_wrap=True)


def print_rows(headings: Iterable[str], rows: Iterable[Iterable[str]]) -> None:
    """A plain table; in a terminal that is too narrow for it the cells of a row stand under each other, none is cut."""
    from rich.cells import cell_len

    console = _wide_console()
    lines = [[plain(cell) for cell in line] for line in (headings, *rows)]
    parts = [part for line in lines for part in zip_longest(*(cell.split("\n") for cell in line), fillvalue="")]
    widths = [max(map(cell_len, column)) for column in zip(*parts, strict=True)]
    if console.is_terminal and sum(widths) + len(GAP) * (len(widths) - 1) > console.width:
        _print_cells(*lines)
        return
    laid = [
        GAP.join(cell + " " * (width - cell_len(cell)) for cell, width in zip(part, widths, strict=True)).rstrip()
        for part in parts
    ]
    console.out(laid[0], style="bold", highlight=False)
    if rest := laid[1:]:
        console.out("\n".join(rest), highlight=False)


def _print_cells(headings: Sequence[str], *rows: Sequence[str]) -> None:
    """The cells of a table under each other, empty ones left out."""
    for row in rows:
        for n, (heading, cell) in enumerate(zip(headings, row, strict=True)):
            if cell:
                print_line(f"{'  ' if n else ''}{f'{heading}: ' if heading else ''}{cell}")


def print_wide(labels: Sequence[str], headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A table with labels at its left; columns that do not fit side by side follow below, so that nothing is cut."""
    from rich.cells import cell_len
    from rich.table import Table

    console = _wide_console()
    room = console.width - max(map(cell_len, labels), default=0)
    widths = [max(cell_len(plain(text)) for text in column) + 2 for column in zip(headings, *rows, strict=True)]
    first = 0
    while first < len(headings):
        after, taken = first + 1, widths[first]
        while after < len(headings) and taken + widths[after] <= room:
            taken += widths[after]
            after += 1
        table = Table("", *map(plain, headings[first:after]), box=None, pad_edge=False)
        for label, row in zip(labels, rows, strict=True):
            table.add_row(label, *map(plain, row[first:after]))
        console.print(table)
        first = after


def _wide_console() -> "Console":
    return plain_console(width=None if sys.stdout.isatty() else WIDE)
