"""No strap at all: a practice with breath, words and sound, and nothing heard of the heart."""

import asyncio
from collections.abc import AsyncGenerator
from types import TracebackType
from typing import Self

from devices.samples import Reading
from devices.schemes import NO_STRAP
from devices.source import Source, SourceInfo


class NoStrap(Source):
    """A source that never says anything, and never ends by itself."""

    def __init__(self) -> None:
        self.info = SourceInfo(NO_STRAP, "No strap", simulated=False, strap=False)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None

    async def readings(self) -> AsyncGenerator[Reading, None]:
        await asyncio.Event().wait()
        return
        yield  # what makes it a generator
