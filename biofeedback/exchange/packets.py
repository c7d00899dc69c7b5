"""A session as its raw packets, without loss."""

import math
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from biofeedback.exchange.files import written_whole
from biofeedback.storage.history import History
from devices.recordings import PACKETS_FIRST_LINE
from devices.recordings.exported import LINK_LOST, NO, SIMULATED, YES
from devices.samples import LinkChanged, LinkState, Packet

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
    metadata = metadata_of(store, session_id)
    return write_packet_file(path, store.raw_packets(session_id), metadata, losses_in(store, session_id), force=force)


def metadata_of(store: History, session_id: str) -> dict[str, str]:
    """What files of a session tell of it, without the name of the person.

    Raises
    ------
    StoreError
        If there is no such session.
    """
    began = store.session(session_id).began
    return {
        "session": began.session_id,
        "started_utc": began.started_utc,
        "exercise": began.exercise,
        "device": began.device,
        SIMULATED: YES if began.simulated else NO,
    }


def losses_in(store: History, session_id: str) -> list[float]:
    """When the link was lost, seconds of the session."""
    news = store.news(session_id)
    return [told.at_s for told in news if isinstance(told, LinkChanged) and told.state is LinkState.LOST]


def write_packet_file(
    path: Path,
    packets: Iterable[Packet],
    metadata: Mapping[str, str],
    losses: Sequence[float] = (),
    *,
    force: bool = False,
) -> int:
    """Write packets as this program's own format, which loses nothing.

    The first line names the format, then come the metadata as ``# key: value``, a header and a line a packet:
    arrival in seconds as the shortest decimal that reads back as the same float, the packet format, and the bytes
    in hexadecimal. Where the link was lost between two packets, a line ``# link_lost: seconds`` stands between them.

    Parameters
    ----------
    path : Path
    packets : iterable of Packet
    metadata : mapping of str to str
        Keys without colon. White space in values, line ends included, becomes a single space.
    losses : sequence of float
        When the link was lost, in order, on the clock of the arrivals; those before the first packet are left out.

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
    n_packets, waiting = 0, deque(losses)
    with written_whole(path, force=force) as file:
        file.write(head(PACKETS_FIRST_LINE, metadata, HEADER))
        for packet in packets:
            if not math.isfinite(packet.received_s):
                raise ValueError(f"received_s must be a number, not {packet.received_s}")
            while waiting and waiting[0] <= packet.received_s:
                lost_s = waiting.popleft()
                if n_packets:
                    file.write(f"# {LINK_LOST}: {float(lost_s)!r}\n".encode())
            file.write(f"{float(packet.received_s)!r},{packet.format.value},{packet.payload.hex()}\n".encode())
            n_packets += 1
    return n_packets


def head(first: str, metadata: Mapping[str, str], header: str) -> bytes:
    """The first lines of a file of our own.

    Raises
    ------
    ValueError
        If a key holds a colon or a line end.
    """
    for key in metadata:
        if ":" in key or key != " ".join(key.split()):
            raise ValueError(f"a key of the metadata holds neither colon nor line end, unlike {key!r}")
    told = "".join(f"# {key}: {' '.join(value.split())}\n" for key, value in metadata.items())
    return f"{first}\n{told}{header}\n".encode()
