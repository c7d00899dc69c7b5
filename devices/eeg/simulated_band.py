"""A simulated head heard live: frames as a band sends them, and what spoils them known to the sample."""

import asyncio
from collections.abc import AsyncGenerator

import numpy as np

from devices.eeg.frames import EegReader, counts_of, frame_packet, start_packet
from devices.eeg.head import Head
from devices.eeg.live_head import LiveHead
from devices.person import CALMING_S, STRAINING_S
from devices.samples import BandChanged, BandIdentified, EegDescription, LinkState, Reading
from devices.source import Band, Demand, LungVolume, Played, SourceInfo, undemanding

UV_PER_COUNT = 0.02235
"""Of an amplifier of 24 bits at its usual gain, such as OpenBCI's Cyton."""
G_PER_COUNT = 0.002
LINK_DELAY_S, LINK_JITTER_S = 0.03, 0.01


class SimulatedBand(Played, Band):
    """A band on a simulated head.

    Frames of `Head.chunk` samples come after the delay and jitter of a radio link; one of which a sample is lost never
    comes. All is drawn from the seed, never from the time of day. While a pacer is followed and nothing demanding is
    asked, the head grows calm as slowly as the simulated person does, and its alpha with it.

    Parameters
    ----------
    head : Head
    uri : str

    Attributes
    ----------
    head : LiveHead
        What is truly so.
    """

    def __init__(self, head: Head, uri: str = "sim:head") -> None:
        self.info = SourceInfo(uri, "Simulated head", simulated=True, strap=False)
        self.head = LiveHead(head)
        self._lung_volume: LungVolume = lambda _: None
        self._demand: Demand = undemanding
        self._calm = self._strain = 0.0

    def follow(self, lung_volume: LungVolume, demand: Demand = undemanding) -> None:
        self._lung_volume, self._demand = lung_volume, demand

    async def readings(self) -> AsyncGenerator[Reading, None]:
        head, now, started_s = self.head.head, asyncio.get_running_loop().time, self._started_s
        rng = np.random.default_rng([head.seed, 2])
        n = int(head.chunk)
        told = EegDescription(
            self.info.name,
            head.electrodes,
            head.rate,
            UV_PER_COUNT,
            "linked ears",
            simulated=True,
            n_axes=1,
            g_per_count=G_PER_COUNT,
        )
        yield BandChanged(started_s, LinkState.CONNECTED)
        yield BandIdentified(started_s, self.info.name, self.info.uri, 100)
        reader, linked, streaming = EegReader(), True, False
        first = begun = 0
        at_s = started_s
        while True:
            end_s = (first + n) / head.rate
            at_s = max(at_s, started_s + end_s + LINK_DELAY_S + float(rng.exponential(LINK_JITTER_S)))
            await asyncio.sleep(max(0.0, at_s - now()))
            heard = self.head.take(n, self._grown_calm(started_s + end_s, n / head.rate))
            was, linked = linked, not head.every_s or end_s % (head.every_s + head.for_s) < head.every_s
            if linked is not was:
                streaming = False
                yield _changed(at_s, linked=linked)
            if linked and not streaming:
                streaming, begun = True, first
                reader.started(start_packet(at_s, told))
            if linked and not heard.lost.any():
                counts = np.column_stack(
                    [
                        counts_of(heard.recorded_uv.T, UV_PER_COUNT),
                        counts_of(heard.movement_g, G_PER_COUNT),
                    ]
                )
                yield reader.frame(frame_packet(at_s, first - begun, counts))
            first += n

    def _grown_calm(self, clock_s: float, for_s: float) -> float:
        """How calm the person is after so many seconds more, 0 to 1."""
        aim = 0.0 if self._lung_volume(clock_s) is None else 1.0
        demand = self._demand(clock_s)
        self._calm += (aim - self._calm) * min(1.0, for_s / CALMING_S)
        self._strain += (demand - self._strain) * min(1.0, for_s / STRAINING_S)
        return self._calm * (1.0 - self._strain)


def _changed(at_s: float, *, linked: bool) -> BandChanged:
    if linked:
        return BandChanged(at_s, LinkState.CONNECTED, "The band is back.")
    return BandChanged(at_s, LinkState.LOST, "The link to the band was lost. It will be tried again.")
