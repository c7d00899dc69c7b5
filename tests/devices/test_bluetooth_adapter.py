"""What the adapter finds, and an adapter that cannot be used."""

import asyncio

import pytest
from bleak.exc import (
    BleakBluetoothNotAvailableReason,
)

from biofeedback.bench.emulated import BandSettings, StrapSettings, emulated, emulated_strap, emulated_straps, until
from devices.bluetooth import Scanner, adapter_state, scan
from devices.bluetooth_advice import AdapterFault, BluetoothError, Kind, adapter_trouble
from devices.samples import (
    LinkState,
)
from devices.source import SourceError
from tests.clock_loop import on_clock_loop
from tests.devices.listener import ADDRESS, QUICK, listening, strap_at


@on_clock_loop
async def test_scan_finds_by_service_and_not_by_name() -> None:
    relay = StrapSettings(name="Zwift Hub", address="C4:43:1A:00:00:02", rssi_dbm=-80)
    scale = StrapSettings(name="Polar Balance H10", address="C4:43:1A:00:00:03", advertised=("181D",))
    async with emulated_straps(StrapSettings(rssi_dbm=-60), relay, scale) as (radio, _):
        found = await scan(0.15, QUICK, radio.backend)
    assert [(strap.name, strap.address, strap.rssi_dbm) for strap in found] == [
        ("Polar H10 0A1B2C3D", ADDRESS, -60),
        ("Zwift Hub", "C4:43:1A:00:00:02", -80),
    ]


@on_clock_loop
async def test_scan_tells_bands_from_straps_and_a_list_of_straps_has_none() -> None:
    nameless = BandSettings(name="MuseS-00AA", address="00:55:DA:B0:00:02", advertised=(), rssi_dbm=-70)
    async with emulated(StrapSettings(), BandSettings(rssi_dbm=-60), nameless) as (radio, _):
        found = await scan(0.15, QUICK, radio.backend)
        async with Scanner(QUICK, radio.backend) as scanner:
            await scanner.changed()
            assert [strap.kind for strap in scanner.straps] == [Kind.STRAP]
    assert [(each.name, each.kind) for each in found] == [
        ("Polar H10 0A1B2C3D", Kind.STRAP),
        ("Muse-1A2B", Kind.BAND),
        ("MuseS-00AA", Kind.BAND),
    ]


@on_clock_loop
async def test_a_live_list_follows_what_comes_and_moves() -> None:
    other = StrapSettings(name="HRM-Dual", address="C4:43:1A:00:00:02", rssi_dbm=-90)
    async with emulated_straps(StrapSettings(), other) as (radio, (near, far)):
        await far.switch_off()
        async with Scanner(QUICK, radio.backend) as scanner, asyncio.timeout(3):
            updates = scanner.updates(every_s=0.01)
            assert [strap.name for strap in await anext(updates)] == ["Polar H10 0A1B2C3D"]
            await far.switch_on()
            assert [strap.name for strap in await anext(updates)] == ["Polar H10 0A1B2C3D", "HRM-Dual"]
            radio.air.rssi_dbm[far.address] = -40
            async for straps in updates:
                if straps[0].name == "HRM-Dual":
                    break
            await updates.aclose()
    assert near.n_connections == 0


@on_clock_loop
async def test_a_strap_held_by_the_system_is_found_although_it_is_silent() -> None:
    async with emulated_strap() as (radio, strap):
        await scan(0.1, QUICK, radio.backend)
        radio.held.add(ADDRESS)
        await strap.device.stop_advertising()
        (found,) = await scan(0.01, QUICK, radio.backend)
        assert (found.address, found.rssi_dbm) == (ADDRESS, None)


@pytest.mark.parametrize("reason", BleakBluetoothNotAvailableReason)
@on_clock_loop
async def test_an_adapter_that_cannot_be_used_ends_it_before_the_first_connection(
    reason: BleakBluetoothNotAvailableReason,
) -> None:
    async with emulated_strap() as (radio, _strap):
        radio.fault = reason
        source = strap_at(radio)
        async with source:
            for _ in range(2):
                with pytest.raises(SourceError) as caught:
                    await anext(source.readings())
        assert str(caught.value) == str(adapter_trouble(AdapterFault[reason.name]))
        with pytest.raises(BluetoothError):
            await scan(0.1, QUICK, radio.backend)
        assert (await adapter_state(QUICK, radio.backend)).usable is False


@on_clock_loop
async def test_an_adapter_that_goes_during_a_session_may_come_back() -> None:
    async with emulated_strap() as (radio, strap):
        strap.beat()
        async with listening(strap_at(radio)) as heard:
            await until(lambda: heard.samples)
            await radio.switch_off()
            await until(lambda: "Bluetooth is switched off." in heard.details())
            n_before = len(heard.samples)
            radio.switch_on()
            await until(lambda: len(heard.samples) > n_before)
        assert heard.states()[-1] is LinkState.CONNECTED


@on_clock_loop
async def test_the_state_of_the_adapter() -> None:
    async with emulated_strap() as (radio, _strap):
        assert (await adapter_state(QUICK, radio.backend)).usable
        radio.fault = BleakBluetoothNotAvailableReason.POWERED_OFF
        state = await adapter_state(QUICK, radio.backend)
        assert (state.usable, state.reason) == (False, "Bluetooth is switched off.")
        assert state.advice
