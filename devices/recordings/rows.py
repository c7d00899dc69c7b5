"""The lines of a table, how they are cut into cells, and the numbers in these."""

import csv
import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from devices.recordings.cells import bare, decimal_mark, is_remark, number, parts, seconds
from devices.recordings.units import PADDING, unit_of

MAX_LINE = 1_000_000
MAX_NUMBER = 1e300
"""Greater ones would not add up."""
N_GROWING = 20
"""So many numbers, each above the one before, are no intervals of a heart."""
N_PAIRS = 8
"""So many pairs of like numbers are pairs of intervals, not decimals behind a comma: by chance, one in 250 files."""
_REMARK = re.compile(r"(?:^|(?<=\s))(?:#|//|%)")
_COMMA_NUMBER = re.compile(r"[+-]?\d+,\d+(?:\s*m?s)?", re.ASCII)
_FURTHER_CELL = re.compile(r"%[\"']?\s*[;,|\t]")
Line = tuple[int, str]


def lines_of(text: str) -> Iterator[Line]:
    """Lines that are not blank, numbered from 1.

    Raises
    ------
    ValueError
        If a line is longer than a day of intervals.
    """
    at, n = 0, 0
    while at < len(text):
        end = text.find("\n", at, at + MAX_LINE + 1)
        if end < 0:
            end = len(text)
            if end - at > MAX_LINE:
                raise ValueError(f"line {n + 1} is longer than {MAX_LINE:,} characters")
        n += 1
        if line := text[at:end].strip(" \r\f\v\x1a\u00a0"):
            yield n, line
        at = end + 1


def cells_of(line: str, delimiter: str) -> list[str]:
    """The cells of a line. A quote that is not closed spoils its own line only."""
    if not delimiter:
        return [line]
    if delimiter.isspace() and delimiter != "\t":
        return line.split() if len(delimiter) == 1 else re.split(r"\s{2,}|\t", line.strip())
    try:
        return next(csv.reader((line,), delimiter=delimiter, skipinitialspace=True))
    except csv.Error:  # a cell longer than any
        return line.split(delimiter)


def data_of(line: str) -> str:
    """A line of data without a remark behind it; a mark with more cells behind it belongs to its own."""
    if not ("#" in line or "//" in line or "%" in line):
        return line
    begins = (found.start() for found in _REMARK.finditer(line))
    at = next((at for at in begins if is_remark(line[at:]) and not _FURTHER_CELL.match(line, at)), len(line))
    return line[:at].strip(" ")


def delimiters(lines: Sequence[str]) -> list[str]:
    data = [line for line in (data_of(line) for line in lines) if any(map(str.isdigit, line))]
    found = [mark for mark in ";\t|," if sum(mark in line for line in data) * 3 > len(data)]
    blanks = [mark for mark in ("  ", " ") if sum(mark in line for line in data) * 3 > len(data)]
    if found == [","] and not _is_heading(lines, data):
        if _are_decimals(data):
            return [""]
        # Numbers with a decimal comma between blanks
        words = [word for line in data for word in line.split()]
        if blanks and sum("," not in word or bool(_COMMA_NUMBER.fullmatch(word)) for word in words) > 0.9 * len(words):
            return blanks
    return [*found, *blanks] if found else [*blanks, ""]


def _is_heading(lines: Sequence[str], data: Sequence[str]) -> bool:
    """Whether the line above the data has several headings, set apart by commas."""
    first = lines.index(data[0]) if data and data[0] in lines else 0
    return first > 0 and "," in lines[first - 1] and not lines[first - 1].startswith("#")


def _are_decimals(lines: Sequence[str]) -> bool:
    """Whether numbers on lines of their own have a decimal comma, rather than being two a line.

    Raises
    ------
    UnreadableError
        If nothing tells.
    """
    alone = [line for line in lines if _COMMA_NUMBER.fullmatch(line)]
    pairs = [line.rstrip("ms ").split(",") for line in alone]
    before, behind = [int(pair[0]) for pair in pairs], [int(pair[1]) for pair in pairs]
    as_decimals = [float(".".join(pair)) for pair in pairs]
    if len(alone) * 10 < len(lines) * 9 or unit_of(as_decimals) is None:
        return False
    counted = any(len(pairs) > 1 and all(b - a == 1 for a, b in pairwise(part)) for part in (before, behind))
    flags = len(pairs) > N_PAIRS and len(set(behind)) <= 2
    rates = sum(a > 0 and abs(b * a / 60_000 - 1) < 0.15 for a, b in zip(before, behind, strict=True)) > 0.8 * len(
        pairs
    )
    if counted or flags or rates:
        return False
    near = sum(0.6 * a < b < 1.6 * a for a, b in zip(before, behind, strict=True)) > 0.95 * len(pairs)
    if not near or unit_of(before) is None:
        return True
    return len(pairs) < N_PAIRS and len({len(pair[1]) for pair in pairs}) > 1


def is_number(cell: str) -> bool:
    text = bare(cell)
    if not text or (text[-1].isalpha() and text[0].isalpha()):
        return False
    for mark in ".,":
        try:
            if all(number(part, mark) is not None for part in parts(cell)):
                return True
        except ValueError:
            continue
    return False


def is_datum(cell: str) -> bool:
    return is_number(cell) or seconds([cell]) is not None


def cell_parts(cell: str, delimiter: str) -> list[str]:
    """The intervals of a cell: several only where another mark than a blank parts the cells."""
    return parts(cell) if delimiter.strip() or delimiter == "\t" else [cell]


def numbers(cells: Sequence[str]) -> list[float]:
    """Numbers in a column that are no padding, several a cell among them."""
    split = [part for cell in cells for part in parts(cell)]
    mark, found = decimal_mark(split), []
    for part in split:
        try:
            value = number(part, mark)
        except ValueError:
            continue
        if value and value not in PADDING and abs(value) < MAX_NUMBER:
            found.append(value)
    return found


def only_grow(values: Sequence[float]) -> bool:
    """Whether numbers are too many, each above the one before, to be the intervals of a heart."""
    return len(values) >= N_GROWING and all(a < b for a, b in pairwise(values))


def only_grow_words(line: int) -> str:
    return (
        f"line {line}: from here on its numbers only grow, as the times of beats do. A recording has the intervals "
        "between beats, in milliseconds"
    )


def counts_rows(cells: Sequence[str]) -> bool:
    """Whole numbers, each one more than the one before."""
    values = numbers(cells)
    return len(values) > 1 and all(b - a == 1 and a.is_integer() for a, b in pairwise(values))
