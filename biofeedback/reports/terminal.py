"""Lines and lists for the terminal, as they stand: names that people give hold no markup."""

import sys
from collections.abc import Iterable

from rich.console import Console
from rich.table import Table

WIDE = 200
"""Columns of a table that goes into a file or another program."""


def plain_console(*, width: int | None = None, stderr: bool = False, quiet: bool = False) -> Console:
    """A console that shows text as it is, brackets and colons too."""
    return Console(width=width, stderr=stderr, quiet=quiet, highlight=False, markup=False, emoji=False)


def print_line(text: str) -> None:
    """A line as it stands."""
    plain_console().print(text, soft_wrap=True)


def print_rows(headings: Iterable[str], rows: Iterable[Iterable[str]]) -> None:
    """A plain table."""
    table = Table(box=None, pad_edge=False)
    for heading in headings:
        table.add_column(heading, no_wrap=True, overflow="fold")
    for row in rows:
        table.add_row(*row)
    plain_console(width=None if sys.stdout.isatty() else WIDE).print(table)
