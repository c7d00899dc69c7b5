"""A recording of an electroencephalogram played as if it were a band."""

import asyncio
from collections.abc import AsyncGenerator, Iterator

import numpy as np

from devices.eeg.frames import FINEST_UV, MOST_CHANNELS, RATES_HZ, EegReader, counts_of, frame_packet, start_packet
from devices.eeg.recording import EegRecording
from devices.samples import BandChanged, BandIdentified, EegDescription, LinkState, Reading
from devices.source import Band, Played, SourceError, SourceInfo

CHUNK_S = 0.04
FINEST_G = 0.0001


class ReplayedBand(Played, Band):
    """Plays the samples of a recording in frames as short as a band's, on the running loop's clock.

    A sample that is missing at one electrode is taken for lost at all.

    Parameters
    ----------
    recording : EegRecording
    uri : str

    Raises
    ------
    SourceError
        If no band has so many channels, or such a rate.
    """

    def __init__(self, recording: EegRecording, uri: str) -> None:
        n, rate_hz = len(recording.channels), recording.rate_hz
        if n > MOST_CHANNELS or not RATES_HZ[0] <= rate_hz <= RATES_HZ[1]:
            raise SourceError(
                f"{recording.path} has {n} channels of {rate_hz:g} samples a second. As a band at most {MOST_CHANNELS} "
                f"channels of {RATES_HZ[0]:g} to {RATES_HZ[1]:,.0f} can be played."
            )
        self.info = SourceInfo(uri, f"Recording {recording.path.name}", simulated=recording.simulated, strap=False)
        self._recording = recording

    async def readings(self) -> AsyncGenerator[Reading, None]:
        recording, now, started_s = self._recording, asyncio.get_running_loop().time, self._started_s
        movement_g = recording.movement_g
        told = EegDescription(
            self.info.name,
            recording.channels,
            recording.rate_hz,
            FINEST_UV,
            simulated=recording.simulated,
            n_axes=int(movement_g is not None),
            g_per_count=FINEST_G,
        )
        yield BandChanged(started_s, LinkState.CONNECTED, " ".join(recording.doubts))
        yield BandIdentified(started_s, self.info.name, self.info.uri)
        reader = EegReader()
        reader.started(start_packet(started_s, told))
        for begin, end in _whole(recording):
            at_s = started_s + end / recording.rate_hz
            await asyncio.sleep(max(0.0, at_s - now()))
            counts = counts_of(recording.samples_uv[:, begin:end].T, FINEST_UV)
            if movement_g is not None:
                counts = np.column_stack([counts, counts_of(movement_g[begin:end], FINEST_G)])
            yield reader.frame(frame_packet(at_s, begin, counts))
        ends_s = started_s + recording.duration_s
        await asyncio.sleep(max(0.0, ends_s - now()))
        yield BandChanged(now(), LinkState.ENDED, "The recording has ended.")


def _whole(recording: EegRecording) -> Iterator[tuple[int, int]]:
    """First and last but one of the samples of each frame: those of a chunk that are all there, one after another."""
    told = recording.samples_uv
    if recording.movement_g is not None:
        told = np.vstack([told, recording.movement_g])
    there = np.isfinite(told.sum(axis=0))
    n = max(1, round(CHUNK_S * recording.rate_hz))
    for begin in range(0, len(there), n):
        part = np.concatenate([[False], there[begin : begin + n], [False]])
        edges = np.flatnonzero(part[1:] != part[:-1])
        for first, end in edges.reshape(-1, 2).tolist():
            yield begin + first, begin + end
