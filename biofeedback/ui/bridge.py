"""The only meeting of asyncio and Qt: one thread with an event loop, and one signal out of it."""

import asyncio
import sys
import threading
from collections.abc import Awaitable, Callable
from typing import Any

from PySide6.QtCore import QObject, Signal

from biofeedback.storage.faults import FaultLog
from biofeedback.ui.collecting import Collector
from biofeedback.ui.messages import WorkFailed
from biofeedback.ui.words.common import UNFORESEEN
from devices.clock import Clock
from devices.clock_loop import ClockLoop

CLOSE_WITHIN_S = 6.0
SWITCH_S = 0.001
"""The thread that paints waits for the interpreter at most so long, not the usual 5 ms."""


class Bridge(QObject):
    """Runs the devices and the session in a thread of their own, which no error ends.

    Parameters
    ----------
    clock : Clock
    faults : FaultLog
        Of errors that nobody foresaw; the window is told that there was one.
    is_paced : callable, optional
        Whether a breath is shown now; without it one is all the time.

    Attributes
    ----------
    happened : Signal(object)
        Each event and message, in the GUI thread.
    clock : Clock
        The loop's clock, safe to read anywhere.
    """

    happened = Signal(object)

    def __init__(self, clock: Clock, faults: FaultLog, is_paced: Callable[[], bool] = lambda: True) -> None:
        super().__init__()
        self.clock = clock
        self.faults = faults
        self._collector = Collector(self, is_paced)
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._work, name="devices and session", daemon=True)

    def start(self) -> None:
        """Start the thread and wait until its loop takes work."""
        sys.setswitchinterval(SWITCH_S)
        self._collector.begin()
        self._thread.start()
        self._ready.wait()

    def submit(self, work: Callable[[], Awaitable[None] | None]) -> None:
        """Call `work` in the loop's thread; what it returns is awaited there. Once the thread has ended, nothing is."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._begin, work)

    def close(self, last: Callable[[], Awaitable[None]]) -> None:
        """Do the last work and end the thread, within a few seconds."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._finish, last)
            self._thread.join(CLOSE_WITHIN_S)
        self._collector.end()

    def tell(self, message: object) -> None:
        """Send a message to the window, from any thread."""
        self.happened.emit(message)

    def _work(self) -> None:
        with asyncio.Runner(loop_factory=lambda: ClockLoop(self.clock)) as runner:
            self._loop = runner.get_loop()
            self._loop.set_exception_handler(self._note)
            self._tasks: set[asyncio.Task[None]] = set()
            self._over = asyncio.Event()
            self._ready.set()
            runner.run(self._live())

    async def _live(self) -> None:
        await self._over.wait()

    def _begin(self, work: Callable[[], Awaitable[None] | None]) -> None:
        task = self._loop.create_task(self._do(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _do(self, work: Callable[[], Awaitable[None] | None]) -> None:
        with self.faults.contained("work for the window") as caught:
            awaitable = work()
            if awaitable is not None:
                await awaitable
        if caught.error is not None:
            self.tell(WorkFailed(UNFORESEEN))

    def _note(self, _: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """What a library left lying in the loop."""
        if error := context.get("exception"):
            self.faults.note(error, "the loop of devices and session")

    def _finish(self, last: Callable[[], Awaitable[None]]) -> None:
        async def finish() -> None:
            try:
                await last()
            finally:
                self._over.set()

        self._begin(finish)
