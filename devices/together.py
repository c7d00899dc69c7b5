"""A strap and a band on the head in one session: their readings in order of arrival, on one clock."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Iterable
from types import TracebackType
from typing import Self

from devices.samples import BandChanged, LinkState, Reading, arrived_s
from devices.schemes import JOINED
from devices.source import Band, Demand, LungVolume, Source, SourceError, SourceInfo, undemanding

TURNS = 3
"""Turns of the loop in which a source that is behind its time says the next: it is asked, waits no time, and tells."""


class Together(Source):
    """Hears a strap and a band at once.

    It ends once both have ended. A band that cannot be had at all is told as one that has ended, and the strap goes on;
    a strap that cannot be had ends both.

    Parameters
    ----------
    strap : Source
    band : Band
    uri : str, optional
        Of both; else theirs.
    """

    def __init__(self, strap: Source, band: Band, uri: str = "") -> None:
        self.strap, self.band = strap, band
        self._uri = uri

    @property
    def info(self) -> SourceInfo:  # type: ignore[override]  # what is known of either may change
        strap, band = self.strap.info, self.band.info
        return SourceInfo(
            self._uri or f"{strap.uri}{JOINED}{band.uri}",
            f"{strap.name} and {band.name}",
            simulated=strap.simulated or band.simulated,
            strap=strap.strap,
        )

    async def __aenter__(self) -> Self:
        async with contextlib.AsyncExitStack() as entered:
            await entered.enter_async_context(self.strap)
            await entered.enter_async_context(self.band)
            self._entered = entered.pop_all()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._entered.__aexit__(kind, error, trace)

    async def readings(self) -> AsyncGenerator[Reading, None]:
        """Yield what both say, in order of arrival.

        Raises
        ------
        SourceError
            If the strap cannot be had.
        """
        heard = {source: source.readings() for source in (self.strap, self.band)}
        awaited = {source: asyncio.ensure_future(anext(heard[source])) for source in heard}
        came: dict[Source, Reading] = {}
        try:
            while awaited or came:
                if not came:
                    await asyncio.wait(awaited.values(), return_when=asyncio.FIRST_COMPLETED)
                # What has come from the other meanwhile may be the earlier
                for _ in range(TURNS):
                    if not all(task.done() for task in awaited.values()):
                        await asyncio.sleep(0)
                for source in [each for each, task in awaited.items() if task.done()]:
                    reading = self._taken(source, awaited.pop(source))
                    if reading is not None:
                        came[source] = reading
                if came:
                    earliest = min(came, key=lambda source: arrived_s(came[source]))
                    yield came.pop(earliest)
                    awaited[earliest] = asyncio.ensure_future(anext(heard[earliest]))
        finally:
            for task in awaited.values():
                task.cancel()
            await asyncio.gather(*awaited.values(), return_exceptions=True)
            for readings in heard.values():
                await readings.aclose()

    def _taken(self, source: Source, task: asyncio.Future[Reading]) -> Reading | None:
        """What a source said; None where it has no more to say."""
        try:
            return task.result()
        except StopAsyncIteration:
            return None
        except SourceError as error:
            if source is self.strap:
                raise
            return BandChanged(asyncio.get_running_loop().time(), LinkState.ENDED, str(error))

    def take_instead(self, address: str) -> None:
        self.strap.take_instead(address)

    def leave_to_others(self, uris: Iterable[str]) -> None:
        self.strap.leave_to_others(uris)

    def follow(self, lung_volume: LungVolume, demand: Demand = undemanding) -> None:
        self.strap.follow(lung_volume, demand)
        self.band.follow(lung_volume, demand)
