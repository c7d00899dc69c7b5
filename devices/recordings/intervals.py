"""Intervals between beats, from a list or a table, as the packets of a strap."""

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from statistics import median

from devices.gatt import MAX_RR_TEXT_MS
from devices.recordings.cells import decimal_mark, is_nothing, is_plain, is_remark, number
from devices.recordings.clocks import Clock, clock_of, is_resampled
from devices.recordings.rows import cell_parts, cells_of, data_of, lines_of, only_grow, only_grow_words
from devices.recordings.tables import Layout, UnreadableError, layouts
from devices.recordings.understood import Understood
from devices.recordings.units import MS_OF, PADDING, POSSIBLE_MS, unit_of
from devices.samples import Packet, PacketFormat
from devices.source import SourceError

N_SPOILT_TOLD = 10
WRONG_UNIT, WRONG_UNIT_NEAR, WRONG_UNIT_LEAST_MS = 1000.0 / 1024.0, 0.004, 20_000.0
"""Intervals that add up to the clock by this ratio, so nearly, over so much time, are in 1/1024 s (science A2)."""
UNDERSTOOD = 2
"""A way that led so far and no further is not followed by a likelier one."""
GAP_MS = 2500.0
DOUBLED = 0.45
"""Where more rows than this share are the same as the one above them, in time and intervals, all were written twice."""
DELIMITERS = {"\t": "tab", " ": "blanks", "  ": "blanks", "": None}


@dataclass(slots=True)
class _Rows:
    """Rows of data as they stand in a file."""

    lines: list[int] = field(default_factory=list)
    intervals: list[list[str]] = field(default_factory=list)
    clocks: list[list[str]] = field(default_factory=list)
    n_cells: int = 0
    aside: Counter[str] = field(default_factory=Counter)


@dataclass(slots=True)
class _Intervals:
    """The intervals of each row in the unit of the file; None is one that could not be read."""

    mark: str
    of_row: list[list[float | None]] = field(default_factory=list)
    padding: int = 0
    spoilt: list[tuple[int, str]] = field(default_factory=list)

    @property
    def known(self) -> list[float]:
        return [value for values in self.of_row for value in values if value is not None]


def read_intervals(path: Path, text: str, encoding: str) -> tuple[tuple[Packet, ...], Understood]:
    """Read a list or a table in the first way in which its numbers are those of a heart.

    Raises
    ------
    SourceError
        If there is none; it tells what came of the way that led furthest, with its line.
    """
    furthest = UnreadableError(0, "holds no heartbeats. A recording has one RR interval in milliseconds on each line")
    try:
        for way in layouts(lines_of(text)):
            try:
                if isinstance(way, UnreadableError):
                    raise way
                return _read(text, encoding, way)
            except UnreadableError as reason:
                if reason.stage > furthest.stage:
                    furthest = reason
                if reason.stage >= UNDERSTOOD:
                    break
    except ValueError as error:
        raise SourceError(f"{path}, {error}. A recording has one RR interval on each line.") from error
    comma = ", " if str(furthest).startswith("line") else " "
    raise SourceError(f"{path}{comma}{furthest}.")


def _read(text: str, encoding: str, layout: Layout) -> tuple[tuple[Packet, ...], Understood]:
    rows = _rows(text, layout)
    found = _parsed(rows, layout.delimiter)
    known = found.known
    if not known:
        raise UnreadableError(0, "holds no heartbeats. A recording has one RR interval in milliseconds on each line")
    name = ", ".join(layout.name(i) for i in layout.intervals) or (layout.headings[0].text if layout.headings else "")
    doubts = list(layout.doubts)
    unit = unit_of(known)
    if unit is None:
        raise UnreadableError(3, _misread(rows, found, name, "in no unit the interval of a heart"))
    unit, told = _told_unit(layout, unit)
    doubts += told
    if not layout.clocks and only_grow(known):
        raise UnreadableError(3, only_grow_words(rows.lines[0]))
    clock, clock_name, sums_ms, told = _clock(layout, rows, found, MS_OF[unit])
    doubts += told
    if clock and unit == "ms" and _is_1024(clock, sums_ms):
        unit = "1/1024 s"
        sums_ms = [WRONG_UNIT * ms for ms in sums_ms]
        doubts.append(
            "The intervals add up to the time of the clock in units of 1/1024 s only: they are taken as such."
        )
    _refuse_absurd(rows, found, name, MS_OF[unit])
    in_ms = [[_limited(value, MS_OF[unit]) for value in values] for values in found.of_row]
    n_unreadable = sum(value is None for values in in_ms for value in values)
    if n_unreadable:
        doubts.append(_spoilt_words(rows, in_ms))
    packets = _arrived(clock, in_ms, sums_ms, doubts) if clock else _in_turn(ms for values in in_ms for ms in values)
    n_used = sum(bool(values) for values in found.of_row)
    if silent := len(rows.lines) - n_used:
        rows.aside["no interval"] += silent
        if not clock and len(layout.intervals) == 1:
            doubts.append("Some rows have no interval. Those around them are taken as neighbours.")
    understood = Understood(
        "intervals"
        if layout.in_rows or (len(layout.headings) < 2 and not clock and len(layout.intervals) == 1)
        else "table",
        encoding=encoding,
        delimiter=DELIMITERS.get(layout.delimiter, layout.delimiter),
        decimal_mark=found.mark,
        columns=tuple(layout.name(i) for i in layout.intervals),
        unit=unit,
        clock=clock_name if clock else None,
        clock_unit=clock.unit if clock else None,
        rows=len(rows.lines) + sum(rows.aside.values()) - silent,
        rows_used=n_used,
        rows_unused=dict(rows.aside),
        padding=found.padding,
        spoilt_lines=_spoilt_lines(rows, in_ms)[:N_SPOILT_TOLD],
        doubts=tuple(doubts),
    )
    return packets, understood


def _rows(text: str, layout: Layout) -> _Rows:
    """The cells that matter of every row of data."""
    rows = _Rows()
    picked = sorted({i for clock in layout.clocks for i in clock})
    alone = not (layout.delimiter or layout.in_rows or picked) and tuple(layout.intervals) == (0,)
    for line, content in lines_of(text):
        if alone and is_plain(content) and line >= layout.first_line:  # a day of such lines is quick
            rows.lines.append(line)
            rows.intervals.append([content])
            rows.clocks.append([])
            continue
        if line < layout.first_line or is_remark(content) or not (content := data_of(content)):
            continue
        cells = cells_of(content, layout.delimiter)
        if layout.in_rows:
            rows.lines += [line] * len(cells)
            rows.intervals += [[cell] for cell in cells]
            continue
        while cells and len(cells) > layout.width and is_nothing(cells[-1]):
            cells.pop()
        intervals = [cells[i] for i in layout.intervals if i < len(cells)]
        if layout.headings and len(cells) > layout.width:
            intervals = ["?"]  # one cell too many: nobody knows where it was cut
        elif _is_remark(cells, content):
            rows.aside["words in place of numbers"] += 1
            continue
        rows.lines.append(line)
        rows.intervals.append(intervals)
        rows.clocks.append([cells[i] if i < len(cells) else "" for i in picked])
    return rows


def _is_remark(cells: Sequence[str], content: str) -> bool:
    """Words in place of data."""
    return len(cells) < 3 and " " in content and not any(map(str.isdigit, content))


def _parsed(rows: _Rows, delimiter: str) -> _Intervals:
    split = [[part for cell in cells for part in cell_parts(cell, delimiter)] for cells in rows.intervals]
    found = _Intervals(decimal_mark([part for row in split for part in row]))
    for line, row in zip(rows.lines, split, strict=True):
        values: list[float | None] = []
        for part in row:
            try:
                value = number(part, found.mark)
            except ValueError:
                found.spoilt.append((line, part))
                values.append(None)
                continue
            if value is None:
                continue
            if value in PADDING:
                found.padding += 1
            elif 0 < value < math.inf:
                values.append(value)
            else:
                found.spoilt.append((line, part))
                values.append(None)
        found.of_row.append(values)
    return found


def _told_unit(layout: Layout, unit: str) -> tuple[str, list[str]]:
    """The unit of the intervals where their heading names one: their size has the last word."""
    named = layout.headings[layout.intervals[0]] if layout.headings and layout.intervals else None
    if named is None or named.unit not in MS_OF or named.unit == unit:
        return unit, []
    if named.unit == "1/1024 s" and unit == "ms":
        return named.unit, []
    return unit, [
        f"The heading '{named.text}' names another unit than the size of its numbers: they are taken as {unit}."
    ]


def _limited(value: float | None, ms_of_unit: float) -> float | None:
    """An interval in ms; None where it is longer than any that is kept as it came."""
    return None if value is None or value * ms_of_unit > MAX_RR_TEXT_MS else value * ms_of_unit


def _clock(
    layout: Layout, rows: _Rows, found: _Intervals, ms_of_unit: float
) -> tuple[Clock | None, str, list[float], list[str]]:
    """The column that tells best when the rows came, and what their intervals add up to."""
    sums_ms = [sum(_limited(value, ms_of_unit) or 0.0 for value in values) for values in found.of_row]
    picked = sorted({i for clock in layout.clocks for i in clock})
    best: tuple[float, Clock, str] | None = None
    doubts: list[str] = []
    for columns in layout.clocks:
        places = [picked.index(i) for i in columns]
        cells = [" ".join(row[i] for i in places) for row in rows.clocks]
        name = " ".join(layout.name(i) for i in columns)
        is_named = not layout.headings or layout.headings[columns[0]].kind == "time"
        clock = clock_of(cells, sums_ms, tight=not is_named)
        if clock is None:
            if is_named and len(cells) > 1:
                doubts.append(f"The times in '{name}' do not go with the intervals and are not used.")
        elif best is None or clock.scatter_ms < best[0]:
            best = clock.scatter_ms, clock, name
    if best is None:
        return None, "", sums_ms, doubts
    _, clock, name = best
    n_backward = len(rows.lines) - clock.n_told
    if clock.backward is not None and n_backward * 10 > len(rows.lines):
        line = rows.lines[clock.backward]
        raise UnreadableError(
            3,
            f"line {line}: the time in '{name}' lies before the one above it. A file holds "
            "one recording: if another begins there, put it into a file of its own",
        )
    if is_resampled(clock, sums_ms):
        raise UnreadableError(
            3,
            f"line {rows.lines[0]}: from here on there is an interval at even times, not at each beat. Export the "
            "recording beat by beat, without resampling",
        )
    return clock, name, sums_ms, []


def _is_1024(clock: Clock, sums_ms: Sequence[float]) -> bool:
    """Whether intervals read as ms last longer than the clock says, by the ratio of 1/1024 s to ms."""
    told_ms = clock_ms = since_ms = last_ms = 0.0
    course: list[tuple[float, float]] = []
    for time_s, sum_ms in zip(clock.times_s, sums_ms, strict=True):
        since_ms += sum_ms
        if time_s is None:
            continue
        step_ms, last_ms = 1000.0 * time_s - last_ms, 1000.0 * time_s
        if not course or step_ms > 2.0 * since_ms + GAP_MS:
            step_ms = since_ms  # a gap tells nothing
        told_ms, clock_ms, since_ms = told_ms + since_ms, clock_ms + step_ms, 0.0
        course.append((told_ms, clock_ms))
    if len(course) < 3 or told_ms < WRONG_UNIT_LEAST_MS:
        return False
    ratio = (clock_ms - course[0][1]) / (told_ms - course[0][0])
    off_ms = [clock - ratio * told for told, clock in course]
    is_sure = max(off_ms) - min(off_ms) < WRONG_UNIT_NEAR * told_ms
    return is_sure and abs(ratio - WRONG_UNIT) < WRONG_UNIT_NEAR


def _misread(rows: _Rows, found: _Intervals, name: str, what: str) -> str:
    first = next(i for i, values in enumerate(found.of_row) if values)
    text = " ".join(rows.intervals[first])[:40]
    where = f" of '{name}'" if name else ""
    return (
        f"line {rows.lines[first]}: this file seems misread. '{text}'{where} is {what}. Give the column of RR "
        "intervals a heading such as rr_ms, keep only numbers below it, and try again"
    )


def _refuse_absurd(rows: _Rows, found: _Intervals, name: str, ms_of_unit: float) -> None:
    """Refuse what was read if it is mostly nothing that a heart can do.

    A bad signal scatters to both sides of what is possible; a file that is misread lies on one side of it, or is no
    list of numbers.
    """
    in_ms = [value * ms_of_unit for value in found.known]
    if len(found.spoilt) > len(in_ms):
        line, cell = found.spoilt[0]
        raise UnreadableError(
            2, f"line {line}: '{cell[:40]}' is no number, nor are most like it: this file seems misread"
        )
    n_possible = sum(POSSIBLE_MS[0] <= ms <= POSSIBLE_MS[1] for ms in in_ms)
    if n_possible * 2 < len(in_ms) and not POSSIBLE_MS[0] <= median(in_ms) <= POSSIBLE_MS[1]:
        first = next(value for value in found.known)
        what = f"read as an interval of {first * ms_of_unit:.6g} ms, and most are such as no heart has"
        raise UnreadableError(3, _misread(rows, found, name, what))


def _spoilt_lines(rows: _Rows, in_ms: Sequence[Sequence[float | None]]) -> tuple[int, ...]:
    return tuple(line for line, values in zip(rows.lines, in_ms, strict=True) if None in values)


def _spoilt_words(rows: _Rows, in_ms: Sequence[Sequence[float | None]]) -> str:
    lines = _spoilt_lines(rows, in_ms)
    where = ", ".join(map(str, lines[:N_SPOILT_TOLD])) + (" and more" if len(lines) > N_SPOILT_TOLD else "")
    return f"Line {where}: no interval can be read there. Each such cell counts as one beat that cannot be used."


def _in_turn(intervals_ms: Iterable[float | None]) -> tuple[Packet, ...]:
    """Each interval arrives with the beat that ends it."""
    packets, ms = [], 0.0
    for rr_ms in intervals_ms:
        ms += rr_ms or 0.0
        packets.append(Packet(ms / 1000.0, PacketFormat.RR_TEXT, rr_text(rr_ms)))
    return tuple(packets)


def _arrived(
    clock: Clock, in_ms: Sequence[Sequence[float | None]], sums_ms: Sequence[float], doubts: list[str]
) -> tuple[Packet, ...]:
    """Intervals of one time make one packet; those of a row that tells none come with the next."""
    grouped: list[tuple[float, list[float | None]]] = []
    rows = [(time_s, list(values)) for time_s, values in _without_silence(clock, in_ms, sums_ms, doubts)]
    again = [row == before and row[0] is not None for before, row in pairwise([(None, []), *rows])]
    if sum(again) > DOUBLED * len(rows):
        doubts.append("The rows stand in this file more than once. Each is counted once.")
        rows = [row for row, is_again in zip(rows, again, strict=True) if not is_again]
    for time_s, values in rows:
        if grouped and (time_s is None or time_s == grouped[-1][0]):
            grouped[-1][1].extend(values)
        else:
            grouped.append((time_s or 0.0, list(values)))
    begin_s = grouped[0][0] - sum(ms or 0.0 for ms in grouped[0][1]) / 1000.0
    return tuple(
        Packet(time_s - begin_s, PacketFormat.RR_TEXT, b" ".join(map(rr_text, values))) for time_s, values in grouped
    )


def _without_silence(
    clock: Clock, in_ms: Sequence[Sequence[float | None]], sums_ms: Sequence[float], doubts: list[str]
) -> Iterator[tuple[float | None, Sequence[float | None]]]:
    """Rows with intervals and their times; time that passed in rows whose interval is empty is taken out.

    That is done only where the clock says that such rows are beats: an interval then lasts from the empty row above
    it, not from the interval before that.
    """
    silent_s, taken_s, last_s = 0.0, 0.0, None
    crossing: list[tuple[float, float, float]] = []
    rows: list[tuple[float | None, Sequence[float | None], float]] = []
    empty_s: float | None = None
    for time_s, values, sum_ms in zip(clock.times_s, in_ms, sums_ms, strict=True):
        if not values:
            empty_s = time_s if time_s is not None else empty_s
            continue
        silent_s = 0.0
        if time_s is not None:
            if empty_s is not None and last_s is not None:
                silent_s = empty_s - last_s
                crossing.append((time_s - last_s, silent_s, sum_ms / 1000.0))
            elif empty_s is not None:
                crossing.append((math.inf, 0.0, 0.0))
            last_s, empty_s = time_s, None
        rows.append((time_s, values, silent_s))
    known = [step for step in crossing if step[0] < math.inf]
    are_beats = bool(known) and median(abs(step - silent - rr) for step, silent, rr in known) < median(
        abs(step - rr) for step, _, rr in known
    )
    if are_beats:
        doubts.append(
            "Some beats have no interval in this file. Those around them are taken as neighbours, and the time between "
            "is left out."
        )
    for time_s, values, silent_s in rows:
        taken_s += silent_s if are_beats else 0.0
        yield (None if time_s is None else time_s - taken_s), values


def rr_text(rr_ms: float | None) -> bytes:
    """An interval as a packet holds it; 0 for one that could not be read, which no heart has."""
    return (repr(rr_ms) if rr_ms is not None and rr_ms >= 1e-3 else "0").encode()
