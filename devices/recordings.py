"""Recordings of heartbeats in files, read as the packets of a strap."""

import gzip
import math
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from statistics import median

import numpy as np

from devices.exported import (
    SIMULATED,
    YES,
    JudgedInterval,
    as_heard,
    is_rr_table,
    judged_intervals,
    losses_of,
    metadata_of,
)
from devices.pmd import ECG_BITS, N_ECG_SAMPLES, encode_ecg, start_packet
from devices.pmd_control import Measurement
from devices.samples import STREAM_FORMATS, Packet, PacketFormat
from devices.source import SourceError

MAX_FILE_BYTES = 200_000_000
LONGEST_RR_IN_SECONDS = 5.0
"""A file whose usual interval is this short is in seconds, not milliseconds; one long gap does not change that."""

RR_NAMES = ("rr", "ibi", "nn", "interval")
"""Beginnings of the names of a column of RR intervals."""
N_GROWING = 20
"""So many numbers, each above the one before, are no intervals of a heart."""
GZIP = b"\x1f\x8b"
MOST_MILLIVOLTS = 8000.0
GAP = 1.5
"""Samples further apart than this many usual distances have a gap between them."""
PACKETS_FIRST_LINE = "# biofeedback packets 1"


@dataclass(frozen=True, slots=True)
class Recording:
    """A recording as packets, their arrivals counted from the beat that begins the first interval.

    Attributes
    ----------
    path : Path
    packets : tuple of Packet
        Those with beats, in order of arrival.
    streams : tuple of Packet
        Those of streams beside the beats, in order of arrival.
    losses : tuple of float
        When the link was lost, on the clock of the arrivals.
    simulated : bool
        Whether the beats are those of a simulated person.
    judged : tuple of JudgedInterval
        The intervals with their verdicts, where the file tells them: what a session is analysed from.
    """

    path: Path
    packets: tuple[Packet, ...]
    streams: tuple[Packet, ...] = ()
    losses: tuple[float, ...] = ()
    simulated: bool = False
    judged: tuple[JudgedInterval, ...] = ()


def read_recording(path: Path) -> Recording:
    """Read a recording.

    Formats, told apart by their content: RR text (milliseconds or seconds, one a line or separated by spaces), a
    table of arrival (s) and RR (ms) with or without a header, a table of time (ns), electrocardiogram (mV) and, where
    one came, RR (ms), Polar HRM, and this program's own packets and tables of judged intervals. Each may be packed
    with gzip.

    Raises
    ------
    SourceError
        If the file is missing, cannot be read, or holds no heartbeats; the message names the line.
    """
    text = _read_text(path)
    first = text.lstrip().partition("\n")[0].strip()
    streams: tuple[Packet, ...] = ()
    losses: tuple[float, ...] = ()
    judged: tuple[JudgedInterval, ...] = ()
    if first == PACKETS_FIRST_LINE:
        everything = tuple(_own_packets(path, text))
        packets = tuple(packet for packet in everything if packet.format not in STREAM_FORMATS)
        streams = tuple(packet for packet in everything if packet.format in STREAM_FORMATS)
        losses = losses_of(text)
    elif is_rr_table(text):
        judged = judged_intervals(path, text)
        packets, losses = as_heard(judged)
    elif {"time", "ecg"} <= (columns := set(first.lower().split(","))):
        packets, streams = _ecg_table(path, text, has_rr="rr" in columns)
    elif first.lower() == "[params]" or path.suffix.lower() == ".hrm":
        packets = _from_intervals(_in_ms(_hrm_intervals(path, text)))
    else:
        packets = _plain(path, text)
    if not packets:
        raise SourceError(f"{path} holds no heartbeats. A recording has one RR interval in milliseconds on each line.")
    own = bool(judged) or first == PACKETS_FIRST_LINE
    simulated = own and metadata_of(text).get(SIMULATED) == YES
    return Recording(path, packets, streams, losses, simulated, judged)


def _read_text(path: Path) -> str:
    try:
        if path.is_dir():
            raise SourceError(f"{path} is a folder. Name a recording file in it.")
        if path.stat().st_size > MAX_FILE_BYTES:
            raise SourceError(f"{path} is too large for a recording of heartbeats.")
        content = _unpacked(path, path.read_bytes())
        # Polar's program wrote its notes in the code page of Windows
        is_hrm = path.suffix.lower() == ".hrm"
        return content.decode("cp1252", "replace") if is_hrm else content.decode("utf-8-sig")
    except FileNotFoundError:
        raise SourceError(f"There is no file {path}. Check the name and the folder.") from None
    except UnicodeDecodeError:
        raise SourceError(
            f"{path} is not a text file. A recording is text with RR intervals in milliseconds."
        ) from None
    except OSError as error:
        raise SourceError(f"{path} cannot be read: {error.strerror}.") from error


def _unpacked(path: Path, content: bytes) -> bytes:
    if not content.startswith(GZIP):
        return content
    try:
        with gzip.open(path) as file:
            content = file.read(MAX_FILE_BYTES + 1)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise SourceError(f"{path} is damaged: it cannot be unpacked.") from error
    if len(content) > MAX_FILE_BYTES:
        raise SourceError(f"{path} is too large for a recording of heartbeats.")
    return content


def _plain(path: Path, text: str) -> tuple[Packet, ...]:
    """RR text or a table."""
    rows = list(_rows(text))
    header: list[str] = []
    header_line = 1
    if rows and not any(_is_number(cell) for cell in rows[0][1]):
        header_line, titles = rows.pop(0)
        header = [cell.strip().strip('"').lower() for cell in titles]
    separated = bool(header and len(header) > 1) or (bool(rows) and _is_table(text))
    if not separated:
        if header and not header[0].startswith(RR_NAMES):
            raise SourceError(f"{path}, line {header_line}: '{header[0][:40]}' is not an RR interval.")
        intervals = [_interval(path, line, cell) for line, cells in rows for cell in cells]
        if len(intervals) >= N_GROWING and all(a < b for a, b in pairwise(intervals)):
            raise SourceError(
                f"{path}: its numbers only grow, as the times of beats do. "
                "A recording has the intervals between beats, in milliseconds."
            )
        return _from_intervals(_in_ms(intervals))
    arrival, rr = _columns(path, header_line, header)
    table = []
    for line, cells in rows:
        if len(cells) <= max(rr, arrival if arrival is not None else 0):
            raise SourceError(f"{path}, line {line}: expected arrival (s) and RR (ms), found '{' '.join(cells)}'.")
        at_s = _number(path, line, cells[arrival]) if arrival is not None else None
        table.append((line, at_s, _interval(path, line, cells[rr])))
    intervals_ms = _in_ms([rr_ms for _, _, rr_ms in table])
    if arrival is None:
        return _from_intervals(intervals_ms)
    return _from_arrivals(
        path, [(line, at_s or 0.0, ms) for (line, at_s, _), ms in zip(table, intervals_ms, strict=True)]
    )


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    for number, line in enumerate(text.splitlines(), 1):
        content = line.partition("#")[0]
        cells = content.replace(",", " ").replace(";", " ").split()
        if cells:
            yield number, cells


def _is_table(text: str) -> bool:
    """Two or more cells on the first line of data, set apart by more than spaces."""
    line = next((line for line in text.splitlines() if line.partition("#")[0].strip()), "")
    return any(mark in line.strip() for mark in ",;\t")


def _columns(path: Path, line: int, header: list[str]) -> tuple[int | None, int]:
    """Columns of arrival and RR."""
    if not header:
        return 0, 1
    rr = next((i for i, name in enumerate(header) if name.startswith(RR_NAMES)), None)
    arrival = next(
        (i for i, name in enumerate(header) if name.startswith(("arrival", "received", "time", "t_s"))), None
    )
    if rr is None:
        raise SourceError(f"{path}, line {line}: no column is called rr_ms, among {', '.join(header)}.")
    return arrival, rr


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _number(path: Path, line: int, cell: str) -> float:
    if not _is_number(cell) or not math.isfinite(float(cell)):
        raise SourceError(f"{path}, line {line}: '{cell[:40]}' is not a number.")
    return float(cell)


def _interval(path: Path, line: int, cell: str) -> float:
    value = _number(path, line, cell)
    if not 0 <= value <= 600_000:
        raise SourceError(f"{path}, line {line}: an RR interval cannot be {cell}.")
    return value


def _in_ms(intervals: list[float]) -> list[float]:
    if intervals and 0 < median(intervals) <= LONGEST_RR_IN_SECONDS:
        return [value * 1000.0 for value in intervals]
    return intervals


def _hrm_intervals(path: Path, text: str) -> list[float]:
    lines = text.splitlines()
    sections = {line.strip().lower(): number for number, line in enumerate(lines, 1) if line.startswith("[")}
    if "[hrdata]" not in sections:
        raise SourceError(f"{path}: a Polar HRM file has a section [HRData], this one has none.")
    begin = sections["[hrdata]"]
    interval = next((line.partition("=")[2].strip() for line in lines if line.lower().startswith("interval=")), "238")
    if interval not in ("238", "0"):
        raise SourceError(
            f"{path} holds heart rate every {interval} s, not beat by beat. Export the recording with RR intervals."
        )
    intervals = []
    for number, line in enumerate(lines[begin:], begin + 1):
        if line.startswith("["):
            break
        if line.strip():
            intervals.append(_interval(path, number, line.split()[0]))
    return intervals


def _from_intervals(intervals_ms: Iterable[float]) -> tuple[Packet, ...]:
    """Each interval arrives with the beat that ends it."""
    packets, ms = [], 0.0
    for rr_ms in intervals_ms:
        ms += rr_ms
        packets.append(Packet(ms / 1000.0, PacketFormat.RR_TEXT, _rr_text(rr_ms)))
    return tuple(packets)


def _from_arrivals(path: Path, rows: list[tuple[int, float, float]]) -> tuple[Packet, ...]:
    """Intervals of one arrival make one packet."""
    if not rows:
        return ()
    grouped: list[tuple[float, list[float]]] = []
    for line, at_s, rr_ms in rows:
        if grouped and at_s < grouped[-1][0]:
            raise SourceError(f"{path}, line {line}: the arrival {at_s:g} s lies before the one above it.")
        if grouped and at_s == grouped[-1][0]:
            grouped[-1][1].append(rr_ms)
        else:
            grouped.append((at_s, [rr_ms]))
    begin_s = grouped[0][0] - sum(grouped[0][1]) / 1000.0
    return tuple(
        Packet(at_s - begin_s, PacketFormat.RR_TEXT, b" ".join(map(_rr_text, intervals))) for at_s, intervals in grouped
    )


def _ecg_table(path: Path, text: str, *, has_rr: bool) -> tuple[tuple[Packet, ...], tuple[Packet, ...]]:
    """Packets of beats, each at the time of its line, and frames of an electrocardiogram as a strap would send them."""
    lines = text.splitlines()
    titles = [title.strip().lower() for title in lines[0].split(",")]
    time, ecg, rr = titles.index("time"), titles.index("ecg"), titles.index("rr") if has_rr else None
    times_ns: list[int] = []
    millivolts: list[float] = []
    beats: list[tuple[int, float]] = []
    for number, line in enumerate(lines[1:], 2):
        if not line.strip():
            continue
        cells = line.split(",")
        if len(cells) != len(titles):
            raise SourceError(f"{path}, line {number}: expected {', '.join(titles)}, found '{line[:40]}'.")
        at_ns = round(_number(path, number, cells[time]))
        if not (times_ns[-1] if times_ns else -1) < at_ns < 2**63:
            raise SourceError(f"{path}, line {number}: the time {cells[time]} ns does not lie after the one above it.")
        times_ns.append(at_ns)
        millivolts.append(_number(path, number, cells[ecg]))
        if not abs(millivolts[-1]) < MOST_MILLIVOLTS:
            raise SourceError(f"{path}, line {number}: no electrocardiogram has {cells[ecg]} mV.")
        if rr is not None and cells[rr].strip():
            beats.append((at_ns, _interval(path, number, cells[rr])))
    if not beats:
        return (), ()
    begin_ns = min(times_ns[0], beats[0][0] - round(1e6 * beats[0][1]))
    packets = tuple(Packet((at_ns - begin_ns) / 1e9, PacketFormat.RR_TEXT, _rr_text(rr_ms)) for at_ns, rr_ms in beats)
    return packets, tuple(_ecg_frames(times_ns, millivolts, begin_ns))


def _ecg_frames(times_ns: list[int], millivolts: list[float], begin_ns: int) -> Iterator[Packet]:
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


def _rr_text(rr_ms: float) -> bytes:
    return (repr(rr_ms) if rr_ms >= 1e-3 else "0").encode()


def _own_packets(path: Path, text: str) -> Iterator[Packet]:
    before_s = -math.inf
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith(("#", "received_s")):
            continue
        try:
            received_s, form, payload = line.split(",")
            packet = Packet(float(received_s), PacketFormat(form), bytes.fromhex(payload))
        except ValueError:
            raise SourceError(f"{path}, line {number}: not a packet: '{line[:40]}'.") from None
        if not math.isfinite(packet.received_s):
            raise SourceError(f"{path}, line {number}: '{received_s}' is not a number.")
        if packet.received_s < before_s:
            raise SourceError(f"{path}, line {number}: the arrival {received_s} s lies before the one above it.")
        before_s = packet.received_s
        yield packet
