"""A strap over Bluetooth, through bleak's own scanner and client, on an emulated radio with emulated straps."""

import asyncio
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from bleak.exc import (
    BleakBluetoothNotAvailableReason,
)

from biofeedback.bench.emulated import Radio, Strap, StrapSettings, emulated_strap, emulated_straps, until
from biofeedback.bench.emulated.strap import MAKER, MODEL
from devices.bluetooth import Scanner, adapter_state, scan
from devices.bluetooth_advice import AdapterFault, BluetoothError, adapter_trouble
from devices.bluetooth_strap import BluetoothStrap
from devices.samples import (
    BatteryRead,
    Contact,
    LinkChanged,
    LinkState,
    MalformedPacket,
    RRSupport,
    StrapIdentified,
)
from devices.source import SourceError
from tests.clock_loop import on_clock_loop
from tests.devices.listener import ADDRESS, QUICK, Listener, listening, strap_at


def connected_anew(strap: Strap, n_connections: int) -> bool:
    return strap.n_connections == n_connections and strap.is_subscribed()


def more_came(heard: Listener, n_before: int) -> bool:
    return len(heard.samples) > n_before


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


@on_clock_loop
async def test_connects_identifies_and_streams() -> None:
    async with emulated_strap() as (radio, strap):
        strap.beat(rr_1024=(853, 849), rate_bpm=71)
        source = strap_at(radio)
        async with listening(source) as heard:
            await until(lambda: len(heard.samples) >= 3)
            now_s = asyncio.get_running_loop().time()
        identified, *_ = heard.of(StrapIdentified)
        assert replace(identified, at_s=0.0) == StrapIdentified(
            0.0, "Polar H10 0A1B2C3D", ADDRESS, "Polar Electro Oy", "H10", "3.1.1", "0A1B2C3D"
        )
        assert heard.of(BatteryRead)[0].percent == 87
        assert [news.present for news in heard.of(RRSupport)] == [True]
        assert heard.states() == [LinkState.SEARCHING, LinkState.CONNECTING, LinkState.CONNECTED]
        first = heard.samples[0]
        assert (first.rate_bpm, first.contact, first.energy_kj) == (71, Contact.GOOD, None)
        assert first.rr_ms == (853 * 1000 / 1024, 849 * 1000 / 1024)
        assert now_s - 1 < first.received_s <= heard.samples[1].received_s <= now_s
        assert (source.info.uri, source.info.name, source.info.simulated) == (f"ble:{ADDRESS}", identified.name, False)
        await until(lambda: not radio.device.connections)


@on_clock_loop
async def test_a_found_strap_needs_no_second_search() -> None:
    async with emulated_strap() as (radio, strap):
        strap.beat()
        (found,) = await scan(0.1, QUICK, radio.backend)
        async with listening(BluetoothStrap(found, QUICK, radio.backend)) as heard:
            await until(lambda: heard.samples)
        assert heard.states() == [LinkState.CONNECTING, LinkState.CONNECTED]


@on_clock_loop
async def test_without_an_address_the_nearest_is_taken_and_kept() -> None:
    far = StrapSettings(rssi_dbm=-85)
    near = StrapSettings(name="HRM-Dual", address="C4:43:1A:00:00:02", rssi_dbm=-45)
    async with emulated_straps(far, near) as (radio, (far_strap, near_strap)):
        near_strap.beat()
        source = strap_at(radio, None)
        assert source.info.uri == "ble:"
        async with listening(source) as heard:
            await until(lambda: heard.samples)
            assert source.info.uri == "ble:C4:43:1A:00:00:02"
            radio.air.rssi_dbm[far_strap.address] = -20
            near_strap.lose_link()
            await until(lambda: near_strap.n_connections == 2)
        assert far_strap.n_connections == 0


@on_clock_loop
async def test_two_straps_stream_side_by_side() -> None:
    other = StrapSettings(name="HRM-Dual", address="C4:43:1A:00:00:02")
    async with emulated_straps(StrapSettings(), other) as (radio, (one, two)):
        one.beat(rate_bpm=61)
        two.beat(rate_bpm=99)
        async with listening(strap_at(radio)) as first, listening(strap_at(radio, two.settings.address)) as second:
            await until(lambda: len(first.samples) > 4 and len(second.samples) > 4)
        assert {sample.rate_bpm for sample in first.samples} == {61}
        assert {sample.rate_bpm for sample in second.samples} == {99}


@on_clock_loop
async def test_contact_and_battery_are_followed() -> None:
    async with emulated_strap() as (radio, strap):
        strap.beat()
        async with listening(strap_at(radio)) as heard:
            await until(lambda: heard.samples)
            strap.beat(rr_1024=(), rate_bpm=0, contact=Contact.LOST)
            await until(lambda: heard.samples[-1].contact is Contact.LOST)
            assert heard.samples[-1].rate_bpm is None
            await until(lambda: strap.is_subscribed(strap.battery))
            await strap.notify_battery(12)
            await until(lambda: heard.of(BatteryRead)[-1].percent == 12)


@on_clock_loop
async def test_malformed_packets_are_kept_and_the_stream_goes_on() -> None:
    bad = [b"", b"\x16", b"\x01\x50", b"\x10\x48\x03", b"\xff" * 20, b"\x00\x48\x01"]
    async with emulated_strap() as (radio, strap):
        async with listening(strap_at(radio)) as heard:
            await until(strap.is_subscribed)
            for payload in bad:
                await strap.notify(payload)
            strap.beat()
            await until(lambda: heard.samples)
        malformed = heard.of(MalformedPacket)
        assert [packet.packet.payload for packet in malformed] == bad
        assert all(packet.reason for packet in malformed)


@on_clock_loop
async def test_a_lost_link_comes_back_and_nothing_comes_twice() -> None:
    async with emulated_strap() as (radio, strap):
        strap.beat()
        async with listening(strap_at(radio)) as heard:
            await until(lambda: heard.samples)
            for n_connections in (2, 3, 4):
                strap.lose_link()
                await until(partial(connected_anew, strap, n_connections))
                await until(partial(more_came, heard, len(heard.samples)))
            await strap.stop_beating()
            n_before = len(heard.samples)
            for i in range(10):
                await strap.notify(bytes((0x10, 60 + i, 0, 4)))
            await until(lambda: heard.samples[-1].rate_bpm == 69)
            assert [sample.rate_bpm for sample in heard.samples[n_before:]] == list(range(60, 70))
        lost = [news for news in heard.of(LinkChanged) if news.state is LinkState.LOST]
        assert len(lost) == 3
        assert [news.retry_in_s for news in lost] == [0.01] * 3
        assert "broke off" in lost[0].detail
        assert len(heard.of(StrapIdentified)) == 1
        assert len(heard.of(RRSupport)) == 1


@on_clock_loop
async def test_a_strap_that_another_program_holds_is_waited_for_and_had_when_it_is_free() -> None:
    async with emulated_strap() as (radio, strap):
        strap.beat()
        elsewhere = Radio(radio.air)
        await elsewhere.start()
        async with listening(strap_at(elsewhere)) as first:
            await until(lambda: first.samples)
            async with listening(strap_at(radio)) as second:
                await until(lambda: second.details().count("was not found") > 1)
                assert "disconnect it from any phone" in second.details()
                assert not second.samples
                assert first.states().count(LinkState.CONNECTED) == 1
                await first.source.__aexit__(None, None, None)
                await until(lambda: second.samples)
        await elsewhere.close()


@on_clock_loop
async def test_the_waits_grow_while_it_fails_and_start_anew_after_a_stream() -> None:
    async with emulated_strap() as (radio, strap):
        strap.refusal = 0x3E
        async with listening(strap_at(radio)) as heard:
            await until(lambda: len([news for news in heard.of(LinkChanged) if news.retry_in_s]) >= 4)
            assert LinkState.LOST not in heard.states()
            strap.refusal = 0
            strap.beat()
            await until(lambda: heard.samples)
            n_before = len(heard.of(LinkChanged))
            strap.lose_link()
            await until(lambda: len(heard.of(LinkChanged)) > n_before)
        waits_s = [news.retry_in_s for news in heard.of(LinkChanged) if news.retry_in_s]
        assert waits_s[:4] == [0.01, 0.02, 0.04, 0.04]
        assert waits_s[-1] == 0.01


@on_clock_loop
async def test_a_strap_taken_off_and_put_on_again() -> None:
    async with emulated_strap() as (radio, strap):
        strap.beat()
        async with listening(strap_at(radio)) as heard:
            await until(lambda: heard.samples)
            await strap.switch_off()
            await until(lambda: "was not found" in heard.details())
            n_before = len(heard.samples)
            await strap.switch_on()
            await until(lambda: len(heard.samples) > n_before)
        assert "electrodes moist" in heard.details()


@on_clock_loop
async def test_silence_is_told_and_then_the_link_is_made_anew() -> None:
    async with emulated_strap() as (radio, strap):
        strap.beat()
        async with listening(strap_at(radio)) as heard:
            await until(lambda: heard.samples)
            strap.out_of_range()
            await until(lambda: "Nothing has come" in heard.details())
            assert heard.states()[-1] is LinkState.CONNECTED
            await until(lambda: LinkState.LOST in heard.states())
            assert "Nothing comes from the strap any more" in heard.details()
            strap.lose_link()
            strap.in_range()
            n_before = len(heard.samples)
            await until(lambda: len(heard.samples) > n_before)


@on_clock_loop
async def test_data_after_a_silence_are_told() -> None:
    async with emulated_strap() as (radio, strap):
        strap.beat()
        async with listening(strap_at(radio, settings=replace(QUICK, reconnect_s=5.0))) as heard:
            await until(lambda: heard.samples)
            await strap.stop_beating()
            await until(lambda: "Nothing has come" in heard.details())
            strap.beat()
            await until(lambda: "sending again" in heard.details())
        assert strap.n_connections == 1


@on_clock_loop
async def test_a_link_that_drops_during_discovery() -> None:
    async with emulated_strap() as (radio, strap):
        strap.drop_after_s = 0.01
        strap.beat()
        async with listening(strap_at(radio)) as heard:
            await until(lambda: strap.n_connections == 2)
            strap.drop_after_s = None
            await until(lambda: heard.samples)


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


@on_clock_loop
async def test_a_small_mtu_cuts_a_packet_to_whole_intervals() -> None:
    async with emulated_strap(StrapSettings(mtu=23), mtu=23) as (radio, strap):
        async with listening(strap_at(radio)) as heard:
            await until(strap.is_subscribed)
            await strap.notify(b"\x16\x48" + b"\x00\x04" * 30)
            await until(lambda: heard.samples)
        assert heard.samples[0].rr_ms == (1000.0,) * 9


@on_clock_loop
async def test_a_strap_without_rr_is_told() -> None:
    async with emulated_strap() as (radio, strap):
        strap.beat(rr_1024=(), contact=Contact.LOST)
        async with listening(strap_at(radio)) as heard:
            await until(lambda: len(heard.samples) > 15)
            assert heard.of(RRSupport) == []  # off the skin it has none to send
            strap.beat(rr_1024=())
            await until(lambda: heard.of(RRSupport))
            assert [news.present for news in heard.of(RRSupport)] == [False]
            strap.beat()
            await until(lambda: heard.of(RRSupport)[-1].present)
        assert len(heard.of(RRSupport)) == 2


@on_clock_loop
async def test_a_strap_without_battery_that_refuses_and_hangs() -> None:
    async with emulated_strap(StrapSettings(has_battery=False)) as (radio, strap):
        strap.beat()
        strap.att_error[MAKER] = 0x05
        strap.hanging.add(MODEL)
        async with listening(strap_at(radio)) as heard:
            await until(lambda: heard.samples)
        assert heard.of(BatteryRead) == []
        identified = heard.of(StrapIdentified)[0]
        assert (identified.maker, identified.model, identified.serial) == ("", "", "")


@on_clock_loop
async def test_a_battery_that_reads_nonsense_is_passed_over() -> None:
    async with emulated_strap() as (radio, strap):
        strap.beat()
        strap.battery_percent = 255
        async with listening(strap_at(radio)) as heard:
            await until(lambda: heard.samples)
        assert heard.of(BatteryRead) == []


@on_clock_loop
async def test_a_device_without_heart_rate_is_named_as_such() -> None:
    async with (
        emulated_strap(StrapSettings(has_heart_rate=False)) as (radio, _strap),
        listening(strap_at(radio)) as heard,
    ):
        await until(lambda: "offers no heart rate" in heard.details())


@on_clock_loop
async def test_a_missing_strap_names_the_others() -> None:
    async with emulated_strap() as (radio, _strap):
        async with listening(strap_at(radio, "C4:43:1A:FF:FF:FF")) as heard:
            await until(lambda: "C4:43:1A:FF:FF:FF was not found; in reach: Polar H10 0A1B2C3D" in heard.details())
        assert LinkState.LOST not in heard.states()


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
