"""A strap over the Bluetooth of a real Linux: bleak, D-Bus, bluetoothd, the kernel, and faults that only they have."""

import asyncio
import os
from collections.abc import Callable, Coroutine

import pytest

if not os.environ.get("BLUEZ_MACHINE"):
    pytest.skip("make test-bluez runs these in a virtual machine", allow_module_level=True)

from biofeedback.bench.emulated import Strap, StrapSettings, until
from devices.bluetooth import scan
from devices.bluetooth_strap import BluetoothStrap
from devices.samples import LinkState, StrapIdentified, StrapOffered
from tests.bluez.bed import BlueZ, bluez_with, power
from tests.devices.listener import ADDRESS, Listener, listening

LIMIT_S = 120.0
"""Without help of the processor the machine is some ten times as slow."""
OTHER = StrapSettings(name="HRM-Dual 4711", address="C4:43:1A:00:00:0B")

Fault = Callable[[BlueZ, Strap], Coroutine[object, object, None]]


async def link_lost(_bluez: BlueZ, strap: Strap) -> None:
    strap.lose_link()


async def taken_off(_bluez: BlueZ, strap: Strap) -> None:
    await strap.switch_off()
    await asyncio.sleep(3.0)
    await strap.switch_on()


async def adapter_off(_bluez: BlueZ, _strap: Strap) -> None:
    await power(on=False)
    await asyncio.sleep(3.0)
    await power(on=True)


async def service_restarted(bluez: BlueZ, _strap: Strap) -> None:
    bluez.kill()
    await asyncio.sleep(3.0)
    bluez.start()
    await power(on=True)


async def silent(_bluez: BlueZ, strap: Strap) -> None:
    await strap.stop_beating()
    await asyncio.sleep(12.0)
    strap.beat(every_s=1.0)


async def more(heard: Listener) -> None:
    n_before = len(heard.samples)
    await until(lambda: len(heard.samples) > n_before + 2, LIMIT_S)


@pytest.mark.parametrize("fault", [link_lost, taken_off, adapter_off, service_restarted, silent])
def test_a_strap_comes_back_and_nothing_comes_twice(fault: Fault) -> None:
    async def play() -> None:
        async with bluez_with(StrapSettings()) as (bluez, (strap,)):
            strap.beat(every_s=1.0)
            async with listening(BluetoothStrap(ADDRESS)) as heard:
                await until(lambda: heard.samples, LIMIT_S)
                await fault(bluez, strap)
                await more(heard)
                await strap.stop_beating()
                n_before = len(heard.samples)
                for i in range(5):
                    await strap.notify(bytes((0x10, 60 + i, 0, 4)))
                await until(lambda: heard.samples[-1].rate_bpm == 64, LIMIT_S)
                assert [sample.rate_bpm for sample in heard.samples[n_before:]] == list(range(60, 65))

    asyncio.run(play())


def test_another_strap_is_used_only_with_a_yes() -> None:
    async def play() -> None:
        async with bluez_with(StrapSettings(), OTHER) as (_, (own, other)):
            await other.switch_off()
            own.beat(every_s=1.0)
            async with listening(BluetoothStrap(ADDRESS)) as heard:
                await until(lambda: heard.samples, LIMIT_S)
                await own.switch_off()
                await until(lambda: LinkState.LOST in heard.states(), LIMIT_S)
                await other.switch_on()
                other.beat(every_s=1.0, rate_bpm=99)
                await until(lambda: heard.of(StrapOffered), LIMIT_S)
                assert len(heard.of(StrapIdentified)) == 1
                heard.source.take_instead(OTHER.address)
                await until(lambda: heard.samples[-1].rate_bpm == 99, LIMIT_S)

    asyncio.run(play())


def test_straps_in_reach_are_found() -> None:
    async def play() -> None:
        async with bluez_with(StrapSettings(), OTHER):
            assert {strap.name for strap in await scan(15.0)} == {"Polar H10 0A1B2C3D", "HRM-Dual 4711"}

    asyncio.run(play())
