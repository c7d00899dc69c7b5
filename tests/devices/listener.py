"""Somebody who listens to a strap over the emulated radio, with short time limits."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import TypeVar

from biofeedback.bench.emulated import Radio, StrapSettings
from devices.bluetooth_settings import BluetoothSettings
from devices.bluetooth_strap import BluetoothStrap
from devices.samples import HeartRateSample, LinkChanged, LinkState, Reading

ADDRESS = StrapSettings().address
QUICK = BluetoothSettings(
    start_s=1.0,
    search_s=0.5,
    seek_s=0.5,
    nearest_s=0.1,
    again_s=0.1,
    connect_s=1.0,
    operation_s=0.3,
    disconnect_s=0.5,
    silent_s=0.2,
    reconnect_s=0.4,
    rr_support_s=0.2,
    retry_s=(0.01, 0.02, 0.04),
    absent_retry_s=(0.01,),
    adapter_retry_s=(0.02,),
    close_s=1.0,
    pair_s=1.0,
    stream_retry_s=(0.01, 0.02),
    stream_silent_s=0.3,
)
_R = TypeVar("_R", bound=Reading)


class Listener:
    """Keeps all that a source says."""

    def __init__(self, source: BluetoothStrap) -> None:
        self.source = source
        self.readings: list[Reading] = []

    async def listen(self) -> None:
        async for reading in self.source.readings():
            self.readings.append(reading)

    def of(self, kind: type[_R]) -> list[_R]:
        return [reading for reading in self.readings if isinstance(reading, kind)]

    @property
    def samples(self) -> list[HeartRateSample]:
        return self.of(HeartRateSample)

    def states(self) -> list[LinkState]:
        return [news.state for news in self.of(LinkChanged)]

    def details(self) -> str:
        return "\n".join(news.detail for news in self.of(LinkChanged))


@contextlib.asynccontextmanager
async def listening(source: BluetoothStrap) -> AsyncIterator[Listener]:
    """Open a source and hear it out to its end."""
    listener = Listener(source)
    # Leaving, the group waits for the listener: a source that does not end its iteration would hang here
    async with asyncio.TaskGroup() as group, source:
        group.create_task(listener.listen())
        yield listener


def strap_at(radio: Radio, address: str | None = ADDRESS, settings: BluetoothSettings = QUICK) -> BluetoothStrap:
    return BluetoothStrap(address, settings, radio.backend)
