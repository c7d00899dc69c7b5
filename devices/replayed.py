"""A recording played as if it were a strap."""

import asyncio
import heapq
from collections import deque
from collections.abc import AsyncGenerator

from devices.eeg.frames import EegReader
from devices.gatt import MalformedPacketError, decode_packet
from devices.pmd import FrameReader
from devices.pmd_control import Measurement
from devices.recordings import Recording
from devices.samples import (
    STREAM_FORMATS,
    BandIdentified,
    HeartRateSample,
    LinkChanged,
    LinkState,
    MalformedPacket,
    Packet,
    PacketFormat,
    Reading,
    RRSupport,
    StrapIdentified,
    StreamsChanged,
)
from devices.source import Played, SourceInfo

LOST_THEN = "Here the link was lost when this was recorded."


class ReplayedStrap(Played):
    """Plays the packets of a recording at the times they arrived, on the running loop's clock.

    Parameters
    ----------
    recording : Recording
    """

    def __init__(self, recording: Recording) -> None:
        self.info = SourceInfo(
            f"replay:{recording.path}", f"Recording {recording.path.name}", simulated=recording.simulated
        )
        self._recording = recording

    async def readings(self) -> AsyncGenerator[Reading, None]:
        now, started_s = asyncio.get_running_loop().time, self._started_s
        yield LinkChanged(started_s, LinkState.CONNECTED, " ".join(self._recording.understood.doubts))
        yield StrapIdentified(started_s, self.info.name, self.info.uri)
        told_rr = False
        streams = _Streams()
        recording = self._recording
        losses = deque(recording.losses)
        for packet in heapq.merge(recording.packets, recording.streams, key=lambda packet: packet.received_s):
            at_s = started_s + packet.received_s
            while losses and losses[0] <= packet.received_s:
                lost_s = started_s + losses.popleft()
                await asyncio.sleep(max(0.0, lost_s - now()))
                yield LinkChanged(lost_s, LinkState.LOST, LOST_THEN)
            await asyncio.sleep(max(0.0, at_s - now()))
            arrived = Packet(at_s, packet.format, packet.payload)
            try:
                reading = streams.read(arrived) if packet.format in STREAM_FORMATS else decode_packet(arrived)
            except MalformedPacketError as error:
                yield MalformedPacket(arrived, str(error))
                continue
            yield reading
            if isinstance(reading, HeartRateSample) and reading.rr_ms and not told_rr:
                told_rr = True
                yield RRSupport(at_s, present=True)
        yield LinkChanged(now(), LinkState.ENDED, "The recording has ended.")


class _Streams:
    """Reads what was recorded of the streams beside the beats."""

    def __init__(self) -> None:
        self._reader, self._of_band = FrameReader(), EegReader()
        self._started: set[Measurement] = set()

    def read(self, packet: Packet) -> Reading:
        if packet.format is PacketFormat.PMD_FRAME:
            return self._reader.frame(packet)
        if packet.format is PacketFormat.EEG_FRAME:
            return self._of_band.frame(packet)
        if packet.format is PacketFormat.EEG_START:
            band = self._of_band.started(packet)
            return BandIdentified(packet.received_s, band.device)
        self._started.add(self._reader.started(packet).measurement)
        return StreamsChanged(
            packet.received_s,
            ecg=Measurement.ECG in self._started,
            accelerometer=Measurement.ACCELEROMETER in self._started,
        )
