"""A session as text: its raw packets without loss, or the intervals that were kept."""

import math
from collections.abc import Iterable, Mapping
from pathlib import Path

from biofeedback.analysis.beats.beat import Beat
from biofeedback.exchange.files import ExportError, written_whole
from biofeedback.storage.history import History
from devices.recordings import PACKETS_FIRST_LINE
from devices.samples import Packet

HEADER = "received_s,format,payload_hex"


def write_packets(store: History, session_id: str, path: Path, *, force: bool = False) -> int:
    """Write all raw packets of a saved session, without the name of the person; see `write_packet_file`.

    Raises
    ------
    StoreError
        If there is no such session.
    ExportError
        If the file cannot be written.
    """
    began = store.session(session_id).began
    metadata = {
        "session": began.session_id,
        "started_utc": began.started_utc,
        "exercise": began.exercise,
        "device": began.device,
        "simulated": "yes" if began.simulated else "no",
    }
    return write_packet_file(path, store.raw_packets(session_id), metadata, force=force)


def write_rr(store: History, session_id: str, path: Path, *, force: bool = False) -> int:
    """Write the kept RR intervals of a saved session; see `write_rr_file`.

    Raises
    ------
    StoreError
        If there is no such session.
    ExportError
        If the file cannot be written, or no beat was kept.
    """
    beats = store.beats(session_id)
    if not any(beat.kept for beat in beats):
        raise ExportError(
            f"No beat of session {session_id} was kept, so there are no intervals to write. "
            "The session stays as it is. Export its packets instead."
        )
    return write_rr_file(path, beats, force=force)


def write_packet_file(
    path: Path, packets: Iterable[Packet], metadata: Mapping[str, str], *, force: bool = False
) -> int:
    """Write packets as this program's own format, which loses nothing.

    The first line names the format, then come the metadata as ``# key: value``, a header and a line a packet:
    arrival in seconds as the shortest decimal that reads back as the same float, the packet format, and the bytes
    in hexadecimal.

    Parameters
    ----------
    path : Path
    packets : iterable of Packet
    metadata : mapping of str to str
        Keys without colon. White space in values, line ends included, becomes a single space.

    Returns
    -------
    int
        How many packets were written.

    Raises
    ------
    ExportError
        If the file cannot be written.
    ValueError
        If an arrival time is not a number, or a key holds a colon or a line end.
    """
    n_packets = 0
    with written_whole(path, force=force) as file:
        file.write(f"{PACKETS_FIRST_LINE}\n".encode())
        for key, value in metadata.items():
            if ":" in key or key != " ".join(key.split()):
                raise ValueError(f"a key of the metadata holds neither colon nor line end, unlike {key!r}")
            file.write(f"# {key}: {' '.join(value.split())}\n".encode())
        file.write(f"{HEADER}\n".encode())
        for packet in packets:
            if not math.isfinite(packet.received_s):
                raise ValueError(f"received_s must be a number, not {packet.received_s}")
            file.write(f"{float(packet.received_s)!r},{packet.format.value},{packet.payload.hex()}\n".encode())
            n_packets += 1
    return n_packets


def write_rr_file(path: Path, beats: Iterable[Beat], *, force: bool = False) -> int:
    """Write the RR intervals that were kept as text, one a line, in milliseconds and unrounded.

    Returns
    -------
    int
        How many intervals were written.

    Raises
    ------
    ExportError
        If the file cannot be written.
    ValueError
        If no beat was kept; no file is written.
    """
    kept_ms = [beat.rr_ms for beat in beats if beat.kept]
    if not kept_ms:
        raise ValueError("no beat was kept, so there are no intervals to write")
    with written_whole(path, force=force) as file:
        file.writelines(f"{float(rr_ms)!r}\n".encode() for rr_ms in kept_ms)
    return len(kept_ms)
