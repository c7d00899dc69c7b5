"""A source ends whatever it is doing, and leaves nothing behind."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from biofeedback.bench.emulated import emulated_strap, until
from devices.bluetooth import scan
from devices.bluetooth_strap import BluetoothStrap
from devices.samples import (
    LinkChanged,
    LinkState,
)
from tests.clock_loop import on_clock_loop
from tests.devices.listener import ADDRESS, QUICK, listening, strap_at


@pytest.mark.parametrize("moment", [LinkState.SEARCHING, LinkState.CONNECTING, LinkState.CONNECTED])
@on_clock_loop
async def test_closing_at_any_moment_leaves_nothing_behind(moment: LinkState) -> None:
    async with emulated_strap() as (radio, strap):
        before = asyncio.all_tasks()
        source = strap_at(radio)
        async with source:
            async for reading in source.readings():
                if isinstance(reading, LinkChanged) and reading.state is moment:
                    break
        await until(lambda: asyncio.all_tasks() == before)
        assert radio.scanners == []
        await until(lambda: not radio.device.connections)
        assert strap.n_connections <= 1


@on_clock_loop
async def test_closing_while_a_connection_hangs_takes_no_longer_than_its_limit() -> None:
    async with emulated_strap() as (radio, strap):
        (found,) = await scan(0.1, QUICK, radio.backend)
        await strap.switch_off()
        loop = asyncio.get_running_loop()
        source = BluetoothStrap(found, replace(QUICK, connect_s=60.0), radio.backend)
        async with source:
            assert isinstance(await anext(source.readings()), LinkChanged)
            closing_at_s = loop.time()
        assert loop.time() - closing_at_s < 2 * QUICK.close_s


@on_clock_loop
async def test_a_disconnection_that_hangs_is_cut_short() -> None:
    async with emulated_strap() as (radio, strap):
        strap.beat()
        assert radio.backend.client

        class Hanging(radio.backend.client):  # type: ignore[name-defined, misc]
            async def disconnect(self) -> None:
                try:
                    await asyncio.sleep(60)
                finally:
                    await super().disconnect()

        loop = asyncio.get_running_loop()
        settings = replace(QUICK, close_s=0.2, disconnect_s=60.0)
        source = BluetoothStrap(ADDRESS, settings, replace(radio.backend, client=Hanging))
        async with listening(source) as heard:
            await until(lambda: heard.samples)
            closing_at_s = loop.time()
        assert loop.time() - closing_at_s < 0.5


@on_clock_loop
async def test_a_subscription_remembered_from_before_is_taken_over() -> None:
    async with emulated_strap() as (radio, strap):
        strap.beat()
        assert radio.backend.client
        stopped: list[str] = []

        class Remembering(radio.backend.client):  # type: ignore[name-defined, misc]
            async def start_notify(self, characteristic: Any, callback: Any, **kwargs: Any) -> None:
                if characteristic.uuid not in stopped:
                    raise ValueError("Characteristic notifications already started")
                await super().start_notify(characteristic, callback, **kwargs)

            async def stop_notify(self, characteristic: Any) -> None:
                stopped.append(characteristic.uuid)

        async with listening(BluetoothStrap(ADDRESS, QUICK, replace(radio.backend, client=Remembering))) as heard:
            await until(lambda: heard.samples)
        assert len(stopped) == 2


@on_clock_loop
async def test_an_operation_cancelled_by_the_system_does_not_end_the_stream() -> None:
    async with emulated_strap() as (radio, strap):
        strap.beat()
        assert radio.backend.client
        n_cancelled = 0

        class Cancelling(radio.backend.client):  # type: ignore[name-defined, misc]
            async def connect(self, pair: bool, **kwargs: Any) -> None:
                nonlocal n_cancelled
                n_cancelled += 1
                if n_cancelled == 1:
                    raise asyncio.CancelledError
                await super().connect(pair, **kwargs)

        async with listening(BluetoothStrap(ADDRESS, QUICK, replace(radio.backend, client=Cancelling))) as heard:
            await until(lambda: heard.samples)


@on_clock_loop
async def test_an_unforeseen_error_reaches_whoever_reads() -> None:
    async with emulated_strap() as (radio, _strap):
        assert radio.backend.scanner

        class Broken(radio.backend.scanner):  # type: ignore[name-defined, misc]
            async def start(self) -> None:
                raise ZeroDivisionError

        source = BluetoothStrap(ADDRESS, QUICK, replace(radio.backend, scanner=Broken))
        with pytest.raises(ZeroDivisionError):
            async with source:
                await anext(source.readings())


def test_a_task_left_running_fails_a_test() -> None:
    forgotten: list[asyncio.Task[Any]] = []

    @on_clock_loop
    async def careless() -> None:
        forgotten.append(asyncio.create_task(asyncio.sleep(60)))

    with pytest.raises(AssertionError, match="tasks left running"):
        careless()


@on_clock_loop
async def test_a_source_left_open_would_be_noticed() -> None:
    async with emulated_strap() as (radio, _strap):
        before = asyncio.all_tasks()
        source = strap_at(radio)
        await source.__aenter__()
        assert len(asyncio.all_tasks() - before) == 1
        await source.__aexit__(None, None, None)
        await until(lambda: asyncio.all_tasks() == before)
