"""An event loop that takes its time from a clock.

Every sleep, time-out and time stamp in it speeds up together. At speed 0 the loop jumps to its next timer whenever it
has nothing else to do.
"""

import asyncio
import selectors
from collections.abc import Mapping
from typing import Any

from devices.clock import Clock

FileObject = Any


class _Selector(selectors.BaseSelector):
    """The platform's selector, waiting in seconds of a clock."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._inner = selectors.DefaultSelector()

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None or timeout <= 0:
            return self._inner.select(timeout)
        if self._clock.speed > 0:
            return self._inner.select(timeout / self._clock.speed)
        ready = self._inner.select(0)
        if not ready:
            self._clock.advance(timeout)
        return ready

    def register(self, fileobj: FileObject, events: int, data: Any = None) -> selectors.SelectorKey:
        return self._inner.register(fileobj, events, data)

    def unregister(self, fileobj: FileObject) -> selectors.SelectorKey:
        return self._inner.unregister(fileobj)

    def get_map(self) -> Mapping[FileObject, selectors.SelectorKey]:
        return self._inner.get_map()

    def close(self) -> None:
        self._inner.close()


class ClockLoop(asyncio.SelectorEventLoop):
    """An event loop whose time is that of a `Clock`."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        super().__init__(_Selector(clock))

    def time(self) -> float:
        return self.clock.now()

    async def shutdown_default_executor(self, timeout: float | None = None) -> None:
        # Python 3.12 gives the threads 300 s of the loop to end, which a clock faster than the computer's skips
        await super().shutdown_default_executor()
