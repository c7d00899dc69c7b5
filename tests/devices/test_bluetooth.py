"""A strap over Bluetooth, through bleak's own scanner and client, on an emulated radio with emulated straps."""

import asyncio
from dataclasses import replace

from biofeedback.bench.emulated import StrapSettings, emulated_strap, emulated_straps, until
from biofeedback.bench.emulated.strap import MAKER, MODEL
from devices.bluetooth import scan
from devices.bluetooth_strap import BluetoothStrap
from devices.samples import (
    BatteryRead,
    Contact,
    LinkState,
    MalformedPacket,
    RRSupport,
    StrapIdentified,
)
from tests.clock_loop import on_clock_loop
from tests.devices.listener import ADDRESS, QUICK, listening, strap_at


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
