"""The chosen strap or band before a practice, step by step: a short connection, given back before a session."""

import asyncio
from collections.abc import Callable
from contextlib import aclosing
from typing import TYPE_CHECKING

from biofeedback.storage.faults import FaultLog
from biofeedback.ui.messages import HeadFelt, PulseFelt, StrapChecked
from devices.preflight import PATIENCE_S
from devices.samples import BandChanged, Contact, HeartRateSample, LinkChanged, LinkState

if TYPE_CHECKING:
    from biofeedback.session.head.head_check import HeadCheck
    from devices.preflight import Preflight
    from devices.source import Source

LET_GO_S = 0.5
"""A session waits for the strap to be free at most so long; one that takes longer is tried again by the session."""
LOOK_S = 0.5
"""The steps are told so often: a step that does not come says so by the clock."""
LOWEST_BPM, HIGHEST_BPM = 25, 240
"""What a strap tells outside of these is no pulse of somebody who looks at a page."""


class Pulse:
    """Lives in the loop of devices and session.

    Parameters
    ----------
    tell : callable
        Takes `PulseFelt` and `StrapChecked` of a strap, `HeadFelt` of a band.
    faults : FaultLog
    """

    def __init__(self, tell: Callable[[object], None], faults: FaultLog) -> None:
        self._tell, self._faults = tell, faults
        self._task: asyncio.Task[None] | None = None

    def begin(self, device_uri: str) -> None:
        """Tell how a strap stands and what it feels, in place of another, until the end."""
        if self._task is not None:
            self._task.cancel()
        self._task = asyncio.create_task(self._feel(device_uri), name=f"pulse of {device_uri}")

    async def end(self) -> None:
        """Let go of the strap."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.wait({task}, timeout=LET_GO_S)

    async def _feel(self, device_uri: str) -> None:
        from devices.source import SourceError
        from devices.uri import open_source

        with self._faults.contained("feeling the pulse"):
            try:
                await self._follow(await asyncio.to_thread(open_source, device_uri), device_uri)
            except SourceError as error:
                self._tell_refused(device_uri, str(error))

    async def _follow(self, source: "Source", device_uri: str) -> None:
        from devices.preflight import Preflight
        from devices.source import Band
        from devices.together import Together

        head = None
        if isinstance(source, Band | Together):
            from biofeedback.session.head.head_check import HeadCheck

            head = HeadCheck(_now_s())
        preflight = Preflight(_now_s()) if source.info.strap else None
        looking = asyncio.create_task(self._look(device_uri, preflight, head))
        try:
            async with source, aclosing(source.readings()) as readings:
                async for reading in readings:
                    if head:
                        head.take(reading)
                    if preflight:
                        preflight.take(reading)
                    if isinstance(reading, HeartRateSample):
                        self._tell_pulse(device_uri, reading)
            await looking  # a recording has ended, and that is how it stands
        finally:
            looking.cancel()

    async def _look(self, device_uri: str, preflight: "Preflight | None", head: "HeadCheck | None") -> None:
        while True:
            if preflight:
                self._tell_steps(device_uri, preflight)
            if head:
                self._tell_head(device_uri, head)
            await asyncio.sleep(LOOK_S)

    def _tell_refused(self, device_uri: str, sentence: str) -> None:
        """What can never be had says so as a step that failed: of the strap, and of the band."""
        from biofeedback.session.head.head_check import HeadCheck
        from devices.preflight import Preflight

        now_s = _now_s()
        preflight, head = Preflight(now_s), HeadCheck(now_s - PATIENCE_S)
        preflight.take(LinkChanged(now_s, LinkState.LOST, sentence))
        head.take(BandChanged(now_s - PATIENCE_S, LinkState.LOST, sentence))
        self._tell_steps(device_uri, preflight)
        self._tell_head(device_uri, head)

    def _tell_steps(self, device_uri: str, preflight: "Preflight") -> None:
        now_s = _now_s()
        steps, age_s = preflight.steps(now_s), preflight.beat_age_s(now_s)
        self._tell(StrapChecked(device_uri, steps, preflight.notes, age_s))

    def _tell_head(self, device_uri: str, head: "HeadCheck") -> None:
        now_s, band = _now_s(), head.description
        steps, told = head.steps(now_s), head.electrodes()
        if not told and band is not None:
            told = dict.fromkeys(band.electrodes, "filters settling")
        simulated = band is not None and band.simulated
        self._tell(HeadFelt(device_uri, steps, tuple(told.items()), simulated, head.battery_percent))

    def _tell_pulse(self, device_uri: str, sample: HeartRateSample) -> None:
        rate = sample.rate_bpm
        felt = sample.contact is not Contact.LOST and rate is not None and LOWEST_BPM <= rate <= HIGHEST_BPM
        self._tell(PulseFelt(device_uri, rate if felt else None, sample.rr_ms if felt else ()))


def _now_s() -> float:
    return asyncio.get_running_loop().time()
