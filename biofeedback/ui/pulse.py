"""The pulse of the chosen strap before a practice: a short connection, given back before a session needs the strap."""

import asyncio
from collections.abc import Callable
from contextlib import aclosing

from biofeedback.storage.faults import FaultLog
from biofeedback.ui.messages import PulseFelt, PulseSought
from devices.samples import Contact, HeartRateSample, LinkChanged, Reading

LET_GO_S = 0.5
"""A session waits for the strap to be free at most so long; one that takes longer is tried again by the session."""
LOWEST_BPM, HIGHEST_BPM = 25, 240
"""What a strap tells outside of these is no pulse of somebody who looks at a page."""


class Pulse:
    """Lives in the loop of devices and session.

    Parameters
    ----------
    tell : callable
        Takes `PulseFelt` and `PulseSought`.
    faults : FaultLog
    """

    def __init__(self, tell: Callable[[object], None], faults: FaultLog) -> None:
        self._tell, self._faults = tell, faults
        self._task: asyncio.Task[None] | None = None

    def begin(self, device_uri: str) -> None:
        """Tell the pulse of a strap, in place of another, until the end."""
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
                source = await asyncio.to_thread(open_source, device_uri)
                async with source, aclosing(source.readings()) as readings:
                    async for reading in readings:
                        self._take(device_uri, reading)
            except SourceError as error:
                self._tell(PulseSought(device_uri, str(error)))

    def _take(self, device_uri: str, reading: Reading) -> None:
        match reading:
            case HeartRateSample(contact=contact, rate_bpm=rate, rr_ms=rr_ms):
                bpm = rate if rate is not None and LOWEST_BPM <= rate <= HIGHEST_BPM else None
                felt = bpm is not None and contact is not Contact.LOST
                self._tell(PulseFelt(device_uri, bpm if felt else None, rr_ms if felt else (), contact))
            case LinkChanged(detail=detail) if detail:
                self._tell(PulseSought(device_uri, detail))
