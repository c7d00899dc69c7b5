"""Recordings of heartbeats in files, read as the packets of a strap."""

from dataclasses import dataclass, field
from pathlib import Path

from devices.recordings.content import (
    LONGEST_ECG_LINE,
    MAX_FILE_BYTES,
    MOST_ECG_LINES,
    check_lines,
    decoded,
    read_content,
    unpacked,
)
from devices.recordings.electrocardiogram import clock_unit, read_ecg_table
from devices.recordings.exported import (
    RR_COLUMNS,
    SIMULATED,
    YES,
    JudgedInterval,
    as_heard,
    is_rr_table,
    judged_intervals,
    losses_of,
    metadata_of,
)
from devices.recordings.intervals import read_intervals
from devices.recordings.own_packets import PACKETS_FIRST_LINE, own_packets
from devices.recordings.polar_hrm import is_hrm, read_hrm
from devices.recordings.understood import Understood
from devices.samples import STREAM_FORMATS, Packet, PacketFormat
from devices.source import SourceError

__all__ = ["MAX_FILE_BYTES", "PACKETS_FIRST_LINE", "Recording", "Understood", "read_recording", "recording_of"]


@dataclass(frozen=True, slots=True)
class Recording:
    """A recording as packets, their arrivals counted from the beat that begins the first interval.

    Attributes
    ----------
    path : Path
    packets : tuple of Packet
        Those with beats, in order of arrival. An interval of 0 is one that could not be read.
    streams : tuple of Packet
        Those of streams beside the beats, in order of arrival.
    understood : Understood
        How the file was read.
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
    understood: Understood = field(default_factory=lambda: Understood("packets"))
    losses: tuple[float, ...] = ()
    simulated: bool = False
    judged: tuple[JudgedInterval, ...] = ()


def read_recording(path: Path) -> Recording:
    """Read a recording; see `recording_of`.

    Raises
    ------
    SourceError
        If the file is missing, cannot be read, or holds no heartbeats; the message names the line.
    """
    return recording_of(path, read_content(path))


def recording_of(path: Path, content: bytes) -> Recording:
    """Read the content of a recording.

    Formats, told apart by their content: RR intervals as text, one a line or many; a table with a column of them,
    whatever its delimiter, decimal mark, headings, units and clock; a table of an electrocardiogram beside RR; Polar
    HRM; and this program's own packets and tables of judged intervals. Each may be packed with gzip.

    Parameters
    ----------
    path : Path
        What the file is called in messages.
    content : bytes

    Raises
    ------
    SourceError
        If it cannot be read or holds no heartbeats; the message names the line.
    """
    text, encoding = decoded(path, unpacked(path, content))
    unit = clock_unit(text)
    check_lines(path, text, *((MOST_ECG_LINES, LONGEST_ECG_LINE) if unit else ()))
    streams: tuple[Packet, ...] = ()
    losses: tuple[float, ...] = ()
    judged: tuple[JudgedInterval, ...] = ()
    own = False
    if text.lstrip().partition("\n")[0].strip() == PACKETS_FIRST_LINE:
        everything = tuple(own_packets(path, text))
        packets = tuple(packet for packet in everything if packet.format not in STREAM_FORMATS)
        streams = tuple(packet for packet in everything if packet.format in STREAM_FORMATS)
        understood = Understood("packets", encoding, ",", rows=len(everything), rows_used=len(everything))
        losses, own = losses_of(text), True
    elif is_rr_table(text):
        judged, own = judged_intervals(path, text), True
        packets, losses = as_heard(judged)
        n, clock, column = len(judged), *RR_COLUMNS[:2]
        understood = Understood("judged_intervals", encoding, ",", ".", (column,), "ms", clock, "s", n, n)
    elif is_hrm(path, text):
        packets, understood = read_hrm(path, text, encoding)
    elif unit:
        packets, streams, understood = read_ecg_table(path, text, encoding, unit)
    else:
        packets, understood = read_intervals(path, text, encoding)
    if not packets and any(packet.format is PacketFormat.EEG_FRAME for packet in streams):
        raise SourceError(
            f"{path} holds no heartbeats: a band on the head was alone. `biofeedback export --format edf` writes "
            "such a session in a form that can be replayed and analysed."
        )
    if not packets:
        raise SourceError(f"{path} holds no heartbeats. A recording has one RR interval in milliseconds on each line.")
    simulated = own and metadata_of(text).get(SIMULATED) == YES
    return Recording(path, packets, streams, understood, losses, simulated, judged)
