"""Where the intervals of a table stand: its delimiter, its headings, its columns.

A file is read in each way it could be meant, likelier ways first, and the first way is taken in which its numbers are
those of a heart. Headings are judged by their whole names, and by the numbers below them.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from devices.recordings.cells import is_nothing, is_remark, seconds
from devices.recordings.clocks import clock_of
from devices.recordings.headings import Heading, Kind, heading
from devices.recordings.rows import (
    Line,
    cells_of,
    counts_rows,
    data_of,
    delimiters,
    is_datum,
    is_number,
    numbers,
    only_grow,
    only_grow_words,
)
from devices.recordings.units import MS_OF, unit_of

MAX_COLUMNS = 300
MOST_ALIKE_COLUMNS = 8
"""So many columns that look like intervals are held against those that may be a clock: each pair costs."""
N_HEAD_LINES, N_HEAD_CHARACTERS = 1000, 1_000_000
"""So much of a file tells where things stand in it."""
N_TITLES = 400
"""So many lines may stand above the data."""
MOST_ALIKE = 0.5
"""Columns of which more than this share of rows are equal are one series told twice, not a row of intervals."""
ADDS_UP = 0.15
"""Intervals add up to a clock where its pace beside them is off by less than this."""
MOST_UNLIKE = 1.5
"""Neighbours in a row that differ by more than so many times what neighbours in a column do are not one series."""

_INTERVALS = (Kind.RAW, Kind.CORRECTED)
_DECLARED = re.compile(r'"?sep=(.)"?\s*', re.I)


class UnreadableError(Exception):
    """A way to read a file does not lead to intervals. `stage` tells how far it led."""

    def __init__(self, stage: int, reason: str) -> None:
        super().__init__(reason)
        self.stage = stage


@dataclass(frozen=True, slots=True)
class Layout:
    """Where things stand in a table.

    Attributes
    ----------
    delimiter : str
        A mark, a blank for any number of blanks, two for at least two, nothing where a line is one cell.
    first_line : int
        Of the data.
    width : int
        Columns.
    headings : tuple of Heading
        Empty where there are none.
    intervals : tuple of int
        Columns of intervals; those of one row follow each other.
    clocks : tuple of tuple of int
        Columns that may tell the time of a row, likelier ones first; a date and a time may stand in two.
    in_rows : bool
        All cells are intervals, row by row.
    doubts : tuple of str
    """

    delimiter: str
    first_line: int
    width: int
    headings: tuple[Heading, ...]
    intervals: tuple[int, ...]
    clocks: tuple[tuple[int, ...], ...] = ()
    in_rows: bool = False
    doubts: tuple[str, ...] = ()

    @property
    def is_named(self) -> bool:
        """Whether a heading names the intervals."""
        return any(i < len(self.headings) and self.headings[i].kind in _INTERVALS for i in self.intervals)

    def name(self, column: int) -> str:
        """The heading of a column, or its place."""
        named = column < len(self.headings) and self.headings[column].text
        return self.headings[column].text if named else f"column {column + 1}"


def layouts(lines: Iterable[Line]) -> Iterator[Layout | UnreadableError]:
    """The ways in which a file can be read, by the lines at its head: likelier ones first, and errors for dead ends."""
    head, n_characters = [], 0
    for line in lines:
        n_characters += len(line[1])
        head.append(line)
        if len(head) == N_HEAD_LINES or n_characters > N_HEAD_CHARACTERS:
            break
    declared = _DECLARED.fullmatch(head[0][1]) if head else None
    if declared:
        ways = [declared[1]]
        head = head[1:]
    else:
        ways = delimiters([line for _, line in head])
    found: list[Layout | UnreadableError] = []
    for delimiter in ways:
        try:
            found.append(_layout(head, delimiter))
        except UnreadableError as reason:
            found.append(reason)
    # A heading that names intervals is worth more than numbers that look like them
    yield from sorted(found, key=lambda way: isinstance(way, UnreadableError) or not way.is_named)


def _is_row(cells: Sequence[str]) -> bool:
    """Whether half of what a row says, or more, is numbers and times."""
    told = [cell for cell in cells if not is_nothing(cell)]
    return bool(told) and sum(map(is_datum, told)) * 2 >= len(told)


def _layout(head: Sequence[Line], delimiter: str) -> Layout:
    rows = [(n, cells_of(line.lstrip("#% ") if is_remark(line) else data_of(line), delimiter)) for n, line in head]
    for i, (_, cells) in enumerate(rows[:N_TITLES]):
        if len(cells) > MAX_COLUMNS or any(map(is_number, cells)):
            continue
        headings = _headings(cells, rows[i + 1 : i + 4], delimiter)
        if headings and (data := _data(head, i + 1, delimiter)):
            return _named(headings, data, delimiter)
    return _unnamed(head, rows, delimiter)


def _headings(cells: Sequence[str], following: Sequence[tuple[int, list[str]]], delimiter: str) -> list[Heading] | None:
    """The headings in a row, if it has one of intervals and data follow."""
    data = next((row for _, row in following if any(map(is_datum, row))), None)
    if data is None:
        return None
    if delimiter == " ":
        cells = _units_joined(cells, len(data))
    headings = [heading(cell) for cell in cells]
    if not any(h.kind in (Kind.RAW, Kind.CORRECTED) for h in headings):
        return None
    units = following[0][1]
    if units is not data and any(heading(f"x {unit}").unit for unit in units):  # a row of units stands below
        cells = [f"{cell} {unit}" for cell, unit in zip(cells, [*units, *[""] * len(cells)], strict=False)]
        headings = [heading(cell) for cell in cells]
    while headings and not headings[-1].text:
        headings.pop()
    n_data = len(data) - sum(1 for _ in _trailing_nothing(data))
    return headings if n_data == len(headings) or (n_data < len(headings) and delimiter != " ") else None


def _trailing_nothing(cells: Sequence[str]) -> Iterator[str]:
    for cell in reversed(cells):
        if not is_nothing(cell):
            return
        yield cell


def _units_joined(cells: Sequence[str], width: int) -> list[str]:
    """Headings cut at their blanks, put together again at their units where that makes them as many as columns."""
    if len(cells) <= width:
        return list(cells)
    joined: list[str] = []
    for cell in cells:
        if joined and (cell[0] in "[(" or heading(cell).stem in ("interval", "intervals")):
            joined[-1] += f" {cell}"
        else:
            joined.append(cell)
    return joined if len(joined) == width else list(cells)


def _data(head: Sequence[Line], begin: int, delimiter: str) -> list[tuple[int, list[str]]]:
    """Rows of data from one on; none where nothing is a number."""
    rows = [
        (n, cells_of(text, delimiter)) for n, line in head[begin:] if not is_remark(line) and (text := data_of(line))
    ]
    first = next((i for i, (_, cells) in enumerate(rows) if any(map(is_datum, cells))), len(rows))
    return rows[first:]


def _columns(data: Sequence[tuple[int, list[str]]], width: int) -> list[list[str]]:
    return [[cells[i] if i < len(cells) else "" for _, cells in data] for i in range(width)]


def _named(headings: Sequence[Heading], data: Sequence[tuple[int, list[str]]], delimiter: str) -> Layout:
    columns = _columns(data, len(headings))
    doubts: list[str] = []
    of_kind = {
        kind: [i for i, h in enumerate(headings) if h.kind is kind and _is_told(columns[i])]
        for kind in (Kind.RAW, Kind.CORRECTED)
    }
    # Respiratory rate is RR too: its numbers tell
    like = {kind: [i for i in found if unit_of(numbers(columns[i]))] for kind, found in of_kind.items()}
    chosen = like[Kind.RAW] or like[Kind.CORRECTED] or of_kind[Kind.RAW] or of_kind[Kind.CORRECTED]
    if not chosen:
        raise UnreadableError(2, f"line {data[0][0]}: there are no intervals below '{_rr_names(headings)}'")
    first = headings[chosen[0]]
    # A further column of a row may be empty for a long time
    series = [
        i
        for i, h in enumerate(headings)
        if (h.kind, h.stem, h.unit) == (first.kind, first.stem, first.unit)
        and (i in chosen or (h.place is not None and i not in of_kind[h.kind]) or not numbers(columns[i]))
    ]
    if len({headings[i].place for i in series}) < len(series) or _are_copies(columns, series):
        series = series[:1]
    if first.kind is Kind.CORRECTED:
        doubts.append(
            f"The heading '{first.text}' says that these intervals were corrected before; what was corrected cannot be "
            "seen any more. Export the raw intervals for figures that can be trusted."
        )
    others = [headings[i].text for found in like.values() for i in found if i not in series]
    if others:
        what = "the raw" if first.kind is Kind.RAW and like[Kind.CORRECTED] else "the first"
        doubts.append(
            f"There are several columns of intervals: {what} one, '{first.text}', is used, not {', '.join(others)}."
        )
    clocks = _clocks(
        columns,
        [i for i, h in enumerate(headings) if h.kind is Kind.TIME],
        set(of_kind[Kind.RAW]) | set(of_kind[Kind.CORRECTED]),
    )
    return Layout(delimiter, data[0][0], len(headings), tuple(headings), tuple(series), clocks, doubts=tuple(doubts))


def _rr_names(headings: Sequence[Heading]) -> str:
    return "', '".join(h.text for h in headings if h.kind in (Kind.RAW, Kind.CORRECTED))


def _is_told(cells: Sequence[str]) -> bool:
    """Whether most cells that say something hold numbers."""
    told = [cell for cell in cells if not is_nothing(cell)]
    return bool(told) and sum(map(is_number, told)) * 2 >= len(told)


def _is_cut_elsewhere(cells: Sequence[str]) -> bool:
    """Whether most cells hold several numbers, set apart by commas."""
    told = [cell for cell in cells if not is_nothing(cell)]
    several = [cell for cell in told if cell.count(",") > 1 or ("," in cell and not is_datum(cell))]
    return sum(all(map(is_number, cell.split(","))) for cell in several) * 2 > len(told)


def _are_copies(columns: Sequence[Sequence[str]], of: Sequence[int]) -> bool:
    """Whether the second of some columns mostly repeats the first."""
    if len(of) < 2:
        return False
    both = [(a, b) for a, b in zip(columns[of[0]], columns[of[1]], strict=True) if not (is_nothing(a) or is_nothing(b))]
    return len(both) > 2 and sum(a == b for a, b in both) > MOST_ALIKE * len(both)


def _clocks(columns: Sequence[Sequence[str]], named: Sequence[int], taken: set[int]) -> tuple[tuple[int, ...], ...]:
    """Columns that may tell the time: those with such a heading, dates with times, then others with numbers."""
    clocks: list[tuple[int, ...]] = []
    for i in named:
        is_date = seconds(columns[i]) is None and not _is_told(columns[i])
        if (
            is_date
            and i + 1 < len(columns)
            and seconds([f"{a} {b}" for a, b in zip(columns[i], columns[i + 1], strict=True)])
        ):
            clocks.append((i, i + 1))
        else:
            clocks.append((i,))
    used = {i for clock in clocks for i in clock} | taken
    others = [
        (i,)
        for i, cells in enumerate(columns)
        if i not in used and ((_is_told(cells) and not counts_rows(cells)) or seconds(cells) is not None)
    ]
    return (*clocks, *others)


def _unnamed(head: Sequence[Line], rows: Sequence[tuple[int, list[str]]], delimiter: str) -> Layout:
    """A table without headings that tell of intervals: its numbers do."""
    first = next((i for i, (_, cells) in enumerate(rows) if _is_row(cells)), None)
    data = _data(head, first, delimiter) if first is not None else []
    if not data:
        raise UnreadableError(0, "it holds no heartbeats")
    above = rows[first - 1] if first else None
    width = Counter(len(cells) for _, cells in data).most_common(1)[0][0]
    headings: tuple[Heading, ...] = ()
    if above and len(above[1]) == width and not any(map(is_datum, above[1])):
        headings = tuple(heading(cell) for cell in above[1])
    if max(len(cells) for _, cells in data) > MAX_COLUMNS:
        return _in_rows(data, delimiter, headings)
    if not headings:
        width = max(len(cells) for _, cells in data)
    columns = _columns(data, width)
    if any(map(_is_cut_elsewhere, columns)):
        raise UnreadableError(0, _misread_row(data))
    found = [i for i, cells in enumerate(columns) if _is_told(cells) and _like_intervals(cells)]
    if headings and width > 1:
        names = ", ".join(h.text for h in headings)
        raise UnreadableError(1, f"line {above[0] if above else 1}: no column is called rr_ms, among {names[:200]}")
    sums_of = {i: _sums_ms(columns[i]) for i in found[:MOST_ALIKE_COLUMNS]}
    clocks = tuple((i,) for i in range(width) if width > 1 and _is_clock(columns[i], i, sums_of, tight=i in found))
    found = [i for i in found if (i,) not in clocks]
    if not found:
        if width == 1 and only_grow(numbers(columns[0])):
            raise UnreadableError(3, only_grow_words(data[0][0]))
        raise UnreadableError(1, _misread_row(data))
    if not clocks and width > 1 and len(found) == width and not _are_copies(columns, found):
        return _in_rows(data, delimiter, headings)
    doubts: tuple[str, ...] = ()
    if headings and headings[0].text:
        doubts = (f"The heading '{headings[0].text}' does not name intervals; the numbers below it look like them.",)
    if _are_copies(columns, found):
        doubts = (f"Several columns hold the same intervals: column {found[0] + 1} is used.",)
        found = found[:1]
    elif len(found) > 1:
        found = _that_add_up(columns, found, clocks, data)
    return Layout(delimiter, data[0][0], width, headings, tuple(found), clocks, doubts=doubts)


def _is_clock(cells: Sequence[str], i: int, sums_of: Mapping[int, Sequence[float]], *, tight: bool) -> bool:
    """Whether a column without a heading tells the time of the intervals in another: not one that counts rows.

    `sums_of` has the intervals in each cell of columns that look like intervals, added up.
    """
    if len(cells) < 2 or counts_rows(cells):
        return False
    return any(other != i and sums_ms and clock_of(cells, sums_ms, tight=tight) for other, sums_ms in sums_of.items())


def _that_add_up(
    columns: Sequence[Sequence[str]],
    found: Sequence[int],
    clocks: Sequence[tuple[int, ...]],
    data: Sequence[tuple[int, list[str]]],
) -> list[int]:
    """The columns of intervals, all or one of them, that add up to the time of a clock."""
    fitting = []
    for chosen in ([*found], *([i] for i in found)):
        parted = [_sums_ms(columns[i]) for i in chosen]
        sums_ms = [sum(row) for row in zip(*parted, strict=True)]
        ratios = [clock.ratio for (i,) in clocks if (clock := clock_of(columns[i], sums_ms, tight=False))]
        if any(abs(ratio - 1.0) < ADDS_UP for ratio in ratios):
            fitting.append(chosen)
    if len(fitting) != 1:
        raise _several(data)
    return fitting[0]


def _several(data: Sequence[tuple[int, list[str]]]) -> UnreadableError:
    return UnreadableError(
        2,
        f"line {data[0][0]}: several numbers of '{' '.join(data[0][1])[:60]}' may be the interval. Put a heading such "
        "as rr_ms above the column of intervals",
    )


def _sums_ms(cells: Sequence[str]) -> list[float]:
    """What the intervals in each cell of a column add up to."""
    unit = unit_of(numbers(cells))
    return [sum(numbers([cell])) * MS_OF[unit] for cell in cells] if unit else []


def _misread_row(data: Sequence[tuple[int, list[str]]]) -> str:
    return (
        f"line {data[0][0]}: this file seems misread. No number of '{' '.join(data[0][1])[:60]}' can be an RR interval "
        "in s or ms. Give the column of RR intervals a heading such as rr_ms, and try again"
    )


def _in_rows(data: Sequence[tuple[int, list[str]]], delimiter: str, headings: tuple[Heading, ...]) -> Layout:
    """Every number is an interval."""
    values = numbers([cell for _, cells in data for cell in cells][: 10 * N_HEAD_LINES])
    unit = unit_of(values)
    if unit is None:
        raise UnreadableError(1, _misread_row(data))
    if any(unit_of([value]) not in (unit, None) for value in values) or not _go_on(data):
        raise _several(data)
    return Layout(delimiter, data[0][0], 0, headings, (), in_rows=True)


def _go_on(data: Sequence[tuple[int, list[str]]]) -> bool:
    """Whether the numbers of a row follow each other as closely as those below each other do."""
    rows = [numbers(cells) for _, cells in data]
    rows = [row for row in rows if row]
    along = [abs(b - a) for row in rows for a, b in pairwise(row)]
    below = [abs(b[0] - a[0]) for a, b in pairwise(rows)]
    return len(below) < 2 or not along or median(along) <= MOST_UNLIKE * median(below) + 1.0


def _like_intervals(cells: Sequence[str]) -> bool:
    """Numbers of the size of intervals that are not flags."""
    values = numbers(cells)
    unit = unit_of(values)
    return unit is not None and not (unit == "s" and all(value.is_integer() for value in values))
