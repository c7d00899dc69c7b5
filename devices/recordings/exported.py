"""What this program's own files tell beside their packets: whose beats they are, lost links, and judged intervals."""

import csv
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from devices.samples import Packet, PacketFormat
from devices.source import SourceError

RR_FIRST_LINE = "# biofeedback rr 1"
RR_COLUMNS = ("time_s", "rr_ms", "verdict", "phase")
GAP = "gap"
"""The verdict of a row without an interval: the beats before and after it do not follow each other."""
OFF_BODY = "off_body"
LINK_LOST = "link_lost"
SIMULATED, YES, NO = "simulated", "yes", "no"


@dataclass(frozen=True, slots=True)
class JudgedInterval:
    """An interval as it was judged when it was written.

    Attributes
    ----------
    time_s : float
        Of the beat that ends it, seconds of the session.
    rr_ms : float
    verdict : str
    segment : int
        Intervals of one segment follow each other without a gap.
    """

    time_s: float
    rr_ms: float
    verdict: str
    segment: int


def metadata_of(text: str) -> dict[str, str]:
    """What the lines ``# key: value`` say, the first of each key."""
    found: dict[str, str] = {}
    for line in text.splitlines():
        if line.startswith("#") and (parts := line[1:].partition(":"))[1]:
            found.setdefault(parts[0].strip(), parts[2].strip())
    return found


def losses_of(text: str) -> tuple[float, ...]:
    """When the link was lost, by the lines ``# link_lost: seconds`` between the packets."""
    begins = f"# {LINK_LOST}:"
    told = [line.removeprefix(begins).strip() for line in text.splitlines() if line.startswith(begins)]
    return tuple(sorted(float(at_s) for at_s in told if _is_finite(at_s)))


def is_rr_table(text: str) -> bool:
    """Whether a file is a table of judged intervals, by its header."""
    first = next((line for line in text.splitlines() if line.strip() and not line.startswith("#")), "")
    return tuple(first.strip().split(",")) == RR_COLUMNS


def judged_intervals(path: Path, text: str) -> tuple[JudgedInterval, ...]:
    """The intervals of a table of judged intervals, in order.

    Raises
    ------
    SourceError
        If a row cannot be understood; the message names the line.
    """
    return tuple(_judged(path, text))


def _judged(path: Path, text: str) -> Iterator[JudgedInterval]:
    segment, last_s, header = 0, -math.inf, True
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        if header:
            header = False
            continue
        cells = next(csv.reader([line]))
        if len(cells) != len(RR_COLUMNS):
            raise SourceError(f"{path}, line {number}: expected {', '.join(RR_COLUMNS)}, found '{line[:40]}'.")
        at, rr, verdict, _ = (cell.strip() for cell in cells)
        if not rr and verdict == GAP:
            segment += 1
            continue
        if not (_is_finite(at) and _is_finite(rr)) or float(rr) < 0 or not verdict:
            raise SourceError(f"{path}, line {number}: not a judged interval: '{line[:40]}'.")
        if float(at) < last_s:
            raise SourceError(f"{path}, line {number}: the time {at} s lies before the one above it.")
        last_s = float(at)
        yield JudgedInterval(last_s, float(rr), verdict, segment)


def as_heard(judged: tuple[JudgedInterval, ...]) -> tuple[tuple[Packet, ...], tuple[float, ...]]:
    """The intervals as a strap would say them, and when its link was lost.

    Those without contact are left out, as if the link had been lost meanwhile: a strap that says only its intervals
    cannot tell them.

    Returns
    -------
    packets : tuple of Packet
        Each at the time of its beat, counted from the beat that begins the first interval.
    losses : tuple of float
        On the same clock, each between two packets.
    """
    packets: list[Packet] = []
    losses: list[float] = []
    begin_s, before, lost = 0.0, None, False
    for interval in judged:
        lost = lost or (before is not None and interval.segment != before.segment)
        if interval.verdict == OFF_BODY:
            lost = lost or before is not None
            continue
        if before is None:
            begin_s = interval.time_s - interval.rr_ms / 1000.0
        elif lost:
            losses.append((before.time_s + interval.time_s) / 2.0 - begin_s)
        packets.append(Packet(interval.time_s - begin_s, PacketFormat.RR_TEXT, repr(interval.rr_ms).encode()))
        before, lost = interval, False
    return tuple(packets), tuple(losses)


def _is_finite(cell: str) -> bool:
    try:
        return math.isfinite(float(cell))
    except ValueError:
        return False
