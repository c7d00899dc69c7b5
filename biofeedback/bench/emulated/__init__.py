"""A Bluetooth bed without hardware: bleak's own scanner and client, a virtual radio, emulated straps and headbands.

async def listen() -> None:
    async with emulated_strap(StrapSettings(has_battery=False)) as (radio, strap):
        async with BluetoothStrap(settings=QUICK, backend=radio.backend) as source: ...
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable

from biofeedback.bench.emulated.air import Air
from biofeedback.bench.emulated.athena import AthenaHeadband
from biofeedback.bench.emulated.band import BandSettings, MuseHeadband
from biofeedback.bench.emulated.radio import Radio
from biofeedback.bench.emulated.strap import Strap, StrapSettings

__all__ = [
    "Air",
    "AthenaHeadband",
    "BandSettings",
    "MuseHeadband",
    "Radio",
    "Strap",
    "StrapSettings",
    "emulated",
    "emulated_band",
    "emulated_strap",
    "emulated_straps",
    "until",
]


@contextlib.asynccontextmanager
async def emulated(
    *settings: StrapSettings | BandSettings, mtu: int = 517
) -> AsyncIterator[tuple[Radio, tuple[Strap | MuseHeadband, ...]]]:
    """A radio, and straps and headbands in the same air, all switched on."""
    air = Air()
    radio = Radio(air, mtu)
    worn = tuple(_worn(air, each) for each in settings)
    try:
        await radio.start()
        for each in worn:
            await each.start()
        yield radio, worn
    finally:
        for each in worn:
            await each.close()
        await radio.close()


def _worn(air: Air, settings: StrapSettings | BandSettings) -> Strap | MuseHeadband:
    if isinstance(settings, StrapSettings):
        return Strap(air, settings)
    return AthenaHeadband(air, settings) if settings.is_athena else MuseHeadband(air, settings)


@contextlib.asynccontextmanager
async def emulated_straps(*settings: StrapSettings, mtu: int = 517) -> AsyncIterator[tuple[Radio, tuple[Strap, ...]]]:
    """A radio and straps in the same air, all switched on."""
    async with emulated(*settings, mtu=mtu) as (radio, worn):
        yield radio, tuple(each for each in worn if isinstance(each, Strap))


@contextlib.asynccontextmanager
async def emulated_strap(settings: StrapSettings | None = None, mtu: int = 517) -> AsyncIterator[tuple[Radio, Strap]]:
    """A radio and one strap in its air, both switched on."""
    async with emulated_straps(settings or StrapSettings(), mtu=mtu) as (radio, (strap,)):
        yield radio, strap


@contextlib.asynccontextmanager
async def emulated_band(settings: BandSettings | None = None) -> AsyncIterator[tuple[Radio, MuseHeadband]]:
    """A radio and one headband in its air, both switched on."""
    async with emulated(settings or BandSettings()) as (radio, worn):
        (band,) = (each for each in worn if isinstance(each, MuseHeadband))
        yield radio, band


async def until(is_true: Callable[[], object], limit_s: float = 30.0) -> None:
    """Wait until something holds; TimeoutError where it does not in time."""
    async with asyncio.timeout(limit_s):
        while not is_true():  # noqa: ASYNC110 (what is waited for is the strap's state, which tells no event)
            await asyncio.sleep(0.002)
