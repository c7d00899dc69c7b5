"""The program's clock: monotonic seconds that may run faster, or as fast as the work allows.

An event loop made here takes its time from the clock, so that every `asyncio.sleep`, time-out and time
stamp in it speeds up together. At speed 0 the loop jumps to its next timer whenever it has nothing else to do.
"""

import asyncio
import selectors
import time
from collections.abc import Mapping
from typing import Any

FileObject = Any


class Clock:
    """Monotonic seconds, safe to read from any thread.

    Parameters
    ----------
    speed : float
        Seconds of this clock per real second; 0 for a clock that stands still until it is advanced.

    Raises
    ------
    ValueError
        If the speed is negative or infinite.
    """

    def __init__(self, speed: float = 1.0) -> None:
        if not 0 <= speed < float("inf"):
            raise ValueError(f"speed must be a number of 0 or more, not {speed}")
        self.speed = speed
        # perf_counter, for time.monotonic moves in steps of 16 ms on Windows before Python 3.13
        self._started_s = time.perf_counter() if speed else 0.0
        self._advanced_s = 0.0

    def now(self) -> float:
        """Seconds since some fixed moment."""
        if not self.speed:
            return self._advanced_s
        return self._started_s + (time.perf_counter() - self._started_s) * self.speed + self._advanced_s

    def advance(self, seconds: float) -> None:
        """Move on by so many seconds."""
        self._advanced_s += seconds


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
