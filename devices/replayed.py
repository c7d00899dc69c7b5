"""A recording played as if it were a strap."""

import asyncio
from collections.abc import AsyncGenerator
from types import TracebackType
from typing import Self

from devices.gatt import MalformedPacketError, decode_packet
from devices.recordings import Recording
from devices.samples import LinkChanged, LinkState, MalformedPacket, Packet, Reading, RRSupport, StrapIdentified
from devices.source import Source, SourceInfo


class ReplayedStrap(Source):
    """Plays the packets of a recording at the times they arrived, on the running loop's clock.

    Parameters
    ----------
    recording : Recording
    """

    def __init__(self, recording: Recording) -> None:
        self.info = SourceInfo(f"replay:{recording.path}", f"Recording {recording.path.name}", simulated=False)
        self._recording = recording

    async def __aenter__(self) -> Self:
        self._started_s = asyncio.get_running_loop().time()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None

    async def readings(self) -> AsyncGenerator[Reading, None]:
        now, started_s = asyncio.get_running_loop().time, self._started_s
        yield LinkChanged(started_s, LinkState.CONNECTED)
        yield StrapIdentified(started_s, self.info.name, self.info.uri)
        told_rr = False
        for packet in self._recording.packets:
            at_s = started_s + packet.received_s
            await asyncio.sleep(max(0.0, at_s - now()))
            arrived = Packet(at_s, packet.format, packet.payload)
            try:
                sample = decode_packet(arrived)
            except MalformedPacketError as error:
                yield MalformedPacket(arrived, str(error))
                continue
            yield sample
            if sample.rr_ms and not told_rr:
                told_rr = True
                yield RRSupport(at_s, present=True)
        yield LinkChanged(now(), LinkState.ENDED, "The recording has ended.")
