"""Tables of an electrocardiogram with the intervals that came beside it."""

import contextlib
import math
from array import array
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

import numpy as np

from devices.pmd import ECG_BITS, N_ECG_SAMPLES, encode_ecg, start_packet
from devices.pmd_control import Measurement
from devices.recordings.intervals import rr_text
from devices.recordings.rows import lines_of
from devices.recordings.understood import Understood
from devices.recordings.units import MS_OF, PADDING, unit_of
from devices.samples import Packet, PacketFormat
from devices.source import SourceError

MOST_MILLIVOLTS = 8000.0
GAP = 1.5
"""Samples further apart than this many usual distances have a gap between them."""
RATES_HZ = (50.0, 4000.0)
"""An electrocardiogram has so many samples a second; by this the unit of its clock is known."""
N_STEPS = 200
N_HEAD_OF_LINE = 400
NS_OF = {"ns": 1, "us": 1_000, "ms": 1_000_000, "s": 1_000_000_000}


def titles_of(text: str) -> list[str]:
    """The headings of a table in lower case, where its first line has headings."""
    return [title.strip().lower() for title in text.lstrip()[:N_HEAD_OF_LINE].partition("\n")[0].split(",")]


def clock_unit(text: str) -> str | None:
    """The unit of the clock of an electrocardiogram; None where a table is none, such as one with a row a beat."""
    titles = titles_of(text)
    if not {"time", "ecg"} <= set(titles):
        return None
    times = []
    # A line that is far too long is refused where all lines are looked at
    with contextlib.suppress(ValueError):
        for _, line in islice(lines_of(text), 1, N_STEPS):
            with contextlib.suppress(ValueError, IndexError):
                times.append(float(line[:N_HEAD_OF_LINE].split(",")[titles.index("time")]))
    steps = np.diff([time for time in times if math.isfinite(time)])
    usual = float(np.median(steps)) if len(steps) else 0.0
    for unit, ns in NS_OF.items():
        if usual > 0 and RATES_HZ[0] <= 1e9 / (usual * ns) <= RATES_HZ[1]:
            return unit
    return None


def read_ecg_table(
    path: Path, text: str, encoding: str, unit: str
) -> tuple[tuple[Packet, ...], tuple[Packet, ...], Understood]:
    """Packets of beats, each at the time of its line, and frames of an electrocardiogram as a strap would send them.

    Raises
    ------
    SourceError
        If a line does not follow the others.
    """
    titles = titles_of(text)
    time, ecg, rr = titles.index("time"), titles.index("ecg"), titles.index("rr") if "rr" in titles else None
    times_ns, millivolts = array("q"), array("d")
    told: list[tuple[int, int, str]] = []
    for number, line in islice(lines_of(text), 1, None):
        cells = line.split(",")
        if len(cells) != len(titles):
            raise SourceError(f"{path}, line {number}: expected {', '.join(titles)}, found '{line[:40]}'.")
        at_ns = _nanoseconds(path, number, cells[time], NS_OF[unit])
        if not (times_ns[-1] if times_ns else -1) < at_ns < 2**63:
            raise SourceError(f"{path}, line {number}: the time {cells[time]} does not lie after the one above it.")
        times_ns.append(at_ns)
        millivolts.append(_number(path, number, cells[ecg]))
        if not abs(millivolts[-1]) < MOST_MILLIVOLTS:
            raise SourceError(f"{path}, line {number}: no electrocardiogram has {cells[ecg]} mV.")
        if rr is not None and cells[rr].strip():
            told.append((number, at_ns, cells[rr]))
    beats, rr_unit, spoilt = _beats(path, told)
    understood = Understood(
        "ecg_table",
        encoding,
        delimiter=",",
        decimal_mark=".",
        columns=("rr",) if rr is not None else (),
        unit=rr_unit,
        clock="time",
        clock_unit=unit,
        rows=len(times_ns),
        rows_used=len(beats),
        rows_unused={"no interval": len(times_ns) - len(beats)},
        padding=len(told) - len(beats),
        spoilt_lines=spoilt,
        doubts=tuple(
            f"Line {line}: no interval can be read there. It counts as a beat that cannot be used." for line in spoilt
        ),
    )
    if not beats:
        return (), (), understood
    begin_ns = min(times_ns[0], beats[0][0] - round(1e6 * (beats[0][1] or 0.0)))
    packets = tuple(Packet((at_ns - begin_ns) / 1e9, PacketFormat.RR_TEXT, rr_text(rr_ms)) for at_ns, rr_ms in beats)
    return packets, tuple(_ecg_frames(times_ns, millivolts, begin_ns)), understood


def _beats(
    path: Path, told: Sequence[tuple[int, int, str]]
) -> tuple[list[tuple[int, float | None]], str | None, tuple[int, ...]]:
    """Times and intervals of beats, the unit of the intervals, and lines where one cannot be read."""
    read: list[tuple[int, int, float | None]] = []
    for number, at_ns, cell in told:
        try:
            value = float(cell)
        except ValueError:
            value = math.nan
        if value not in PADDING:
            read.append((number, at_ns, value if 0 < value < math.inf else None))
    known = [value for _, _, value in read if value is not None]
    unit = unit_of(known)
    if known and unit is None:
        number, _, cell = told[0]
        raise SourceError(
            f"{path}, line {number}: this file seems misread. '{cell[:40]}' in the column 'rr' is in no unit the "
            "interval of a heart."
        )
    factor = MS_OF[unit] if unit else 1.0
    beats = [(at_ns, None if value is None else value * factor) for _, at_ns, value in read]
    return beats, unit, tuple(number for number, _, value in read if value is None)[:10]


def _nanoseconds(path: Path, line: int, cell: str, ns_of_unit: int) -> int:
    value = _number(path, line, cell)
    return int(cell) * ns_of_unit if cell.strip().isdecimal() else round(value * ns_of_unit)


def _number(path: Path, line: int, cell: str) -> float:
    try:
        value = float(cell)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise SourceError(f"{path}, line {line}: '{cell[:40]}' is not a number.")
    return value


def _ecg_frames(times_ns: Sequence[int], millivolts: Sequence[float], begin_ns: int) -> Iterator[Packet]:
    """Frames of as many samples as a strap puts into one, none of them across a gap, behind the start of the stream."""
    steps_ns = np.diff(np.array(times_ns, np.int64))
    usual_ns = float(np.median(steps_ns)) if len(steps_ns) else 1e9
    rate_hz = min(0xFFFF, max(1, round(1e9 / usual_ns)))
    yield start_packet((times_ns[0] - begin_ns) / 1e9, Measurement.ECG, rate_hz, ECG_BITS)
    microvolts = np.round(1000.0 * np.array(millivolts)).astype(np.int64)
    ends = [*(np.flatnonzero(steps_ns > round(GAP * usual_ns)) + 1).tolist(), len(times_ns)]
    for first, end in zip([0, *ends[:-1]], ends, strict=True):
        for begin in range(first, end, N_ECG_SAMPLES):
            last = min(begin + N_ECG_SAMPLES, end) - 1
            payload = encode_ecg(times_ns[last], microvolts[begin : last + 1])
            yield Packet((times_ns[last] - begin_ns) / 1e9, PacketFormat.PMD_FRAME, payload)
