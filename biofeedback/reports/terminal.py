"""Lines and lists for the terminal, as they stand: names that people give hold no markup."""

import os
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

WIDE = 200
"""Columns of a table that goes into a file or another program."""
NARROW = 60
"""In a terminal of fewer columns the cells of a row stand under each other."""


def plain_console(*, width: int | None = None, stderr: bool = False, quiet: bool = False) -> "Console":
    """A console that shows text as it is, brackets and colons too; what is no terminal gets letters alone."""
    from rich.console import Console  # the window has no need of it

    stream = sys.stderr if stderr else sys.stdout
    return Console(
        width=width,
        stderr=stderr,
        quiet=quiet,
        highlight=False,
        markup=False,
        emoji=False,
        force_terminal=stream is not None and stream.isatty(),
        color_system=None if os.environ.get("NO_COLOR") else "auto",
    )


def print_line(text: str) -> None:
    """A line as it stands."""
    plain_console().print(text, soft_wrap=True)


def print_rows(headings: Iterable[str], rows: Iterable[Iterable[str]]) -> None:
    """A plain table."""
    console = plain_console(width=None if sys.stdout.isatty() else WIDE)
    if console.width < NARROW:
        _print_cells(list(headings), rows)
        return
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for heading in headings:
        table.add_column(heading, no_wrap=True, overflow="fold")
    for row in rows:
        table.add_row(*row)
    console.print(table)


def _print_cells(headings: list[str], rows: Iterable[Iterable[str]]) -> None:
    """The cells of a table under each other, empty ones left out."""
    for row in rows:
        for n, (heading, cell) in enumerate(zip(headings, row, strict=True)):
            if cell:
                print_line(f"{'  ' if n else ''}{f'{heading}: ' if heading else ''}{cell}")
