"""What every source over Bluetooth does: it streams, and comes back through every kind of trouble.

When bluetoothd dies nobody is told, and the client goes on saying that it is connected: the age of the data counts.
A device goes stale when the system forgets it: every new attempt looks for it again.
"""

import asyncio
import contextlib
import re
from abc import abstractmethod
from collections.abc import AsyncGenerator
from types import TracebackType
from typing import Self

from devices import bluetooth_advice as advice
from devices.bluetooth import BLUETOOTH_ERRORS, Backend, FoundStrap, Link, trouble_of
from devices.bluetooth_advice import BluetoothError, Kind, Trouble, TroubleKind
from devices.bluetooth_settings import BluetoothSettings
from devices.samples import LinkState, Reading
from devices.source import Source

_ADDRESS = re.compile(r"([0-9A-F]{2}:){5}[0-9A-F]{2}|[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}")


class BluetoothSource(Source):
    """A source over Bluetooth Low Energy.

    Once its first connection stands it never gives up: whatever happens to the link or the adapter is told, with what
    to do and when it tries again. Before the first connection, an adapter that cannot be used ends the iteration with
    `BluetoothError`.

    Parameters
    ----------
    kind : Kind
        What it is, for the words.
    settings : BluetoothSettings
        Intervals and time limits.
    backend : Backend
        Classes in place of bleak's own.
    """

    def __init__(self, kind: Kind, settings: BluetoothSettings, backend: Backend) -> None:
        self._kind, self._settings, self._backend = kind, settings, backend
        self._readings: asyncio.Queue[Reading | None] = asyncio.Queue()
        self._task: asyncio.Task[None] | None = None
        self._link: Link | None = None
        self._n_failures = 0
        self._was_connected = False

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._run(), name=self.info.uri)
        self._task.add_done_callback(lambda _task: self._readings.put_nowait(None))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        task = self._task
        if not task:
            return
        task.cancel()
        await asyncio.wait({task}, timeout=self._settings.close_s)
        if not task.done():
            # A disconnection that hangs is cut short
            task.cancel()
            await asyncio.wait({task}, timeout=self._settings.close_s)
        if task.done() and not task.cancelled() and not isinstance(task.exception(), BluetoothError | None):
            task.result()

    async def readings(self) -> AsyncGenerator[Reading, None]:
        """Yield what it says, in order of arrival, until the source is closed.

        Raises
        ------
        BluetoothError
            If the adapter cannot be used, before the first connection.
        """
        while (reading := await self._readings.get()) is not None:
            yield reading
        self._readings.put_nowait(None)
        if self._task and not self._task.cancelled():
            self._task.result()

    @abstractmethod
    async def _search(self) -> FoundStrap:
        """Look for the device; raises where it is not there."""

    @abstractmethod
    async def _stream_from(self, found: FoundStrap) -> None:
        """Connect, and stream until the link is gone."""

    @abstractmethod
    def _tell(self, state: LinkState, detail: str, retry_in_s: float | None = None) -> None:
        """Tell how the link stands."""

    async def _part(self, link: Link) -> None:
        """Say goodbye to a device whose link is there, when the source is closed."""

    async def _run(self) -> None:
        try:
            while True:
                trouble = await self._attempt()
                if self._task and self._task.cancelling():
                    # Only our owner ends this task, and does so also where a layer below made an error of it
                    raise asyncio.CancelledError
                if trouble.kind is TroubleKind.ADAPTER and not self._was_connected:
                    raise BluetoothError(trouble)
                self._n_failures += 1
                wait_s = self._settings.retry_in_s(trouble.kind, self._n_failures)
                self._tell(LinkState.LOST if self._was_connected else LinkState.SEARCHING, str(trouble), wait_s)
                again_at_s = self._now_s() + wait_s
                await self._let_go()
                await asyncio.sleep(again_at_s - self._now_s())
        finally:
            try:
                if self._link:
                    await self._part(self._link)
            finally:
                await self._let_go()

    async def _let_go(self) -> None:
        # BlueZ takes some 2 s for it, which are part of the wait for the next attempt
        if self._link:
            link, self._link = self._link, None
            await link.close()

    async def _attempt(self) -> Trouble:
        """Find, connect, and stream; what ended it."""
        try:
            await self._stream_from(await self._search())
        except BLUETOOTH_ERRORS as error:
            return advice.told_of(self._kind, trouble_of(error))
        except asyncio.CancelledError:
            # Windows cancels an operation of its own when the link goes
            pass
        return advice.told_of(self._kind, advice.BROKEN_OFF)

    async def _watch(self, link: Link) -> None:
        """Stay until the link is gone; raises where it is silent for too long."""
        while not link.gone.is_set():
            silent_at_s = link.last_data_s + self._settings.silent_s
            reconnect_at_s = link.last_data_s + self._settings.reconnect_s
            now_s = self._now_s()
            if now_s >= reconnect_at_s:
                raise BluetoothError(advice.SILENT)
            if now_s >= silent_at_s and not link.is_silent:
                link.is_silent = True
                silent_s = f"{self._settings.silent_s:g} s"
                self._tell(LinkState.CONNECTED, f"Nothing has come from the {self._kind} for {silent_s}.")
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout_at(reconnect_at_s if link.is_silent else silent_at_s):
                    await link.gone.wait()

    def _came(self, link: Link, at_s: float) -> None:
        """Take note that data came by a link."""
        self._n_failures = 0
        link.last_data_s = at_s
        link.streaming.set()
        if link.is_silent:
            link.is_silent = False
            self._tell(LinkState.CONNECTED, f"The {self._kind} is sending again.")

    @staticmethod
    def _now_s() -> float:
        return asyncio.get_running_loop().time()


def checked_address(address: str | None, kind: Kind) -> str | None:
    """The address as it is compared; None where there is none.

    Raises
    ------
    ValueError
        If it is no address.
    """
    if not address:
        return None
    if not _ADDRESS.fullmatch(address.upper()):
        raise ValueError(f"a {kind}'s address is like C4:43:1A:00:00:01 (on macOS a UUID), not {address!r}")
    return address.upper()
