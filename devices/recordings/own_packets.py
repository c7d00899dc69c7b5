"""This program's own recordings: packets as they came."""

import math
from collections.abc import Iterator
from pathlib import Path

from devices.samples import Packet, PacketFormat
from devices.source import SourceError

PACKETS_FIRST_LINE = "# biofeedback packets 1"


def own_packets(path: Path, text: str) -> Iterator[Packet]:
    """The packets, in order of arrival.

    Raises
    ------
    SourceError
        If a line is none, or lies before the one above it.
    """
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
