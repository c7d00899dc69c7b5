"""The chosen strap before a practice, step by step, and its pulse: a short connection, given back before a session."""

import asyncio
from collections.abc import Callable
from contextlib import aclosing
from typing import TYPE_CHECKING

from biofeedback.storage.faults import FaultLog
from biofeedback.ui.messages import PulseFelt, StrapChecked
from devices.samples import Contact, HeartRateSample, LinkChanged, LinkState

if TYPE_CHECKING:
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
        Takes `PulseFelt` and `StrapChecked`.
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
        from devices.preflight import Preflight
        from devices.source import SourceError
        from devices.uri import open_source

        preflight = Preflight(_now_s())
        with self._faults.contained("feeling the pulse"):
            looking = asyncio.create_task(self._look(device_uri, preflight))
            try:
                await self._listen(await asyncio.to_thread(open_source, device_uri), device_uri, preflight)
            except SourceError as error:
                preflight.take(LinkChanged(_now_s(), LinkState.LOST, str(error)))
                self._tell_steps(device_uri, preflight)
            finally:
                looking.cancel()

    async def _listen(self, source: "Source", device_uri: str, preflight: "Preflight") -> None:
        async with source, aclosing(source.readings()) as readings:
            async for reading in readings:
                preflight.take(reading)
                if isinstance(reading, HeartRateSample):
                    self._tell_pulse(device_uri, reading)

    async def _look(self, device_uri: str, preflight: "Preflight") -> None:
        while True:
            self._tell_steps(device_uri, preflight)
            await asyncio.sleep(LOOK_S)

    def _tell_steps(self, device_uri: str, preflight: "Preflight") -> None:
        now_s = _now_s()
        steps, age_s = preflight.steps(now_s), preflight.beat_age_s(now_s)
        self._tell(StrapChecked(device_uri, steps, preflight.notes, age_s))

    def _tell_pulse(self, device_uri: str, sample: HeartRateSample) -> None:
        rate = sample.rate_bpm
        felt = sample.contact is not Contact.LOST and rate is not None and LOWEST_BPM <= rate <= HIGHEST_BPM
        self._tell(PulseFelt(device_uri, rate if felt else None, sample.rr_ms if felt else ()))


def _now_s() -> float:
    return asyncio.get_running_loop().time()
