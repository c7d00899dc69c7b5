"""A Muse headband over the emulated radio, with what goes wrong on the way."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from biofeedback.bench.emulated import (
    AthenaHeadband,
    BandSettings,
    MuseHeadband,
    Radio,
    StrapSettings,
    emulated,
    emulated_band,
    until,
)
from devices.bluetooth_advice import BluetoothError
from devices.bluetooth_settings import BluetoothSettings
from devices.eeg.muse_band import MuseBand
from devices.samples import BandChanged, BandIdentified, EegFrame, LinkState
from tests.clock_loop import on_clock_loop
from tests.devices.listener import QUICK, Listener, listening

ADDRESS = BandSettings().address


def band_at(radio: Radio, address: str | None = ADDRESS, settings: BluetoothSettings = QUICK) -> MuseBand:
    return MuseBand(address, settings, radio.backend)


@contextlib.asynccontextmanager
async def heard_from(settings: BandSettings | None = None) -> AsyncIterator[tuple[MuseHeadband, Listener]]:
    async with emulated_band(settings) as (radio, band), listening(band_at(radio)) as heard:
        yield band, heard


def frames(heard: Listener) -> list[EegFrame]:
    return heard.of(EegFrame)


def details(heard: Listener) -> str:
    return "\n".join(news.detail for news in heard.of(BandChanged))


def states(heard: Listener) -> list[LinkState]:
    return [news.state for news in heard.of(BandChanged)]


@on_clock_loop
async def test_it_is_asked_to_stream_and_told_to_stop() -> None:
    async with heard_from() as (band, heard):
        await until(lambda: len(frames(heard)) > 5)
        assert band.commands == ["h", "p21", "s", "d"]
    assert band.commands[4:] == ["h"]


@on_clock_loop
async def test_samples_are_those_that_were_sent_with_what_they_are_worth() -> None:
    async with heard_from() as (_, heard):
        await until(lambda: len(frames(heard)) > 10)
    told = frames(heard)[0].description
    assert (told.electrodes, told.rate_hz, told.reference) == (("TP9", "AF7", "AF8", "TP10"), 256.0, "Fpz")
    assert told.n_axes == 3
    counts = np.concatenate([frame.counts[:, :4] for frame in frames(heard)])
    assert (np.diff(counts[:, 0]) % 2000 == 1).all()
    assert ((counts[:, 1:] - counts[:, :1]) % 2000 == [100, 200, 300]).all()
    assert frames(heard)[0].microvolts[0, 0] == counts[0, 0] * 0.48828125
    moved = frames(heard)[3].movement_g
    assert moved is not None
    assert moved.tolist() == [1.0] * 12


@on_clock_loop
async def test_the_charge_is_told_whenever_it_changes() -> None:
    async with heard_from() as (band, heard):
        await until(lambda: [each.battery_percent for each in heard.of(BandIdentified)][-1:] == [64])
        await band.tell_charge(64)
        await band.tell_charge(63)
        await until(lambda: heard.of(BandIdentified)[-1].battery_percent == 63)
    told = heard.of(BandIdentified)
    assert [each.battery_percent for each in told] == [None, 64, 63]
    assert {(each.name, each.address) for each in told} == {("Muse-1A2B", ADDRESS)}


@on_clock_loop
async def test_a_lost_packet_of_one_electrode_is_a_gap() -> None:
    async with emulated_band() as (radio, band):
        band.lost = {(n, n % 4) for n in range(10, 40, 7)}
        async with listening(band_at(radio)) as heard:
            await until(lambda: band.number > 50)
    numbers = [frame.first_sample // 12 for frame in frames(heard)]
    begun = (frames(heard)[0].counts[0, 0] + 1000) // 12
    lost = {n for n, _ in band.lost}
    assert not lost & {begun + number for number in numbers}
    assert [after - before for before, after in pairwise(numbers)].count(2) == len(lost)


@on_clock_loop
async def test_packets_that_cannot_be_read_are_lost_and_all_goes_on() -> None:
    async with heard_from() as (band, heard):
        await until(lambda: frames(heard))
        for payload in (b"", b"\0", bytes(19), bytes(21)):
            await band.notify(payload, band.electrodes[0])
            await band.notify(payload, band.accelerometer)
            await band.notify(payload, band.telemetry)
            await band.notify(payload, band.control)
        n = len(frames(heard))
        await until(lambda: len(frames(heard)) > n + 5)
    assert states(heard).count(LinkState.CONNECTED) == 1


@on_clock_loop
async def test_a_lost_link_comes_back_and_its_stream_begins_anew() -> None:
    async with heard_from() as (band, heard):
        for n_connections in (1, 2, 3):
            await until(lambda n=n_connections: len({id(frame.started) for frame in frames(heard)}) == n)  # type: ignore[misc]
            band.lose_link()
            n = len(frames(heard))
            await until(lambda n=n: len(frames(heard)) > n + 3)  # type: ignore[misc]
    assert band.n_connections == 4
    for before, after in pairwise(frames(heard)):
        assert after.first_sample == (before.first_sample + 12 if after.started is before.started else 0)
    assert "The connection to the headband broke off" in details(heard)
    assert LinkState.LOST in states(heard)


@on_clock_loop
async def test_silence_is_told_and_then_the_link_is_made_anew() -> None:
    async with heard_from() as (band, heard):
        await until(lambda: frames(heard))
        band.stop()
        await until(lambda: "Nothing has come from the band" in details(heard))
        await until(lambda: LinkState.LOST in states(heard))
        n = len(frames(heard))
        await until(lambda: len(frames(heard)) > n)
    assert "Nothing comes from the headband any more" in details(heard)


@on_clock_loop
async def test_without_an_accelerometer_nothing_is_told_of_movement() -> None:
    async with heard_from(BandSettings(has_accelerometer=False)) as (_, heard):
        await until(lambda: len(frames(heard)) > 3)
    assert all(frame.movement_g is None for frame in frames(heard))


ATHENA = BandSettings(name="MuseS-AB12", is_athena=True)


@on_clock_loop
@pytest.mark.parametrize("tag", [0x11, 0x12])
async def test_an_athena_is_read_whichever_number_of_channels_it_answers_with(tag: int) -> None:
    async with heard_from(replace(ATHENA, tag=tag)) as (band, heard):
        await until(lambda: len(frames(heard)) > 10)
        await until(lambda: band.commands == ["v6", "s", "h", "p21", "dc001", "dc001", "L1"])
        await band.tell_charge(58)
        await until(lambda: heard.of(BandIdentified)[-1].battery_percent == 58)
    told = frames(heard)[0].description
    assert (told.electrodes, told.rate_hz, told.n_axes) == (("TP9", "AF7", "AF8", "TP10"), 256.0, 3)
    counts = np.concatenate([frame.counts[:, :4] for frame in frames(heard)])
    assert (np.diff(counts[:, 0]) % 2000 == 1).all()
    assert ((counts[:, 1:] - counts[:, :1]) % 2000 == [100, 200, 300]).all()
    assert frames(heard)[0].microvolts[0, 0] == counts[0, 0] * 1450 / 16383
    moved = frames(heard)[3].movement_g
    assert moved is not None
    assert set(moved.tolist()) == {1.0}


@on_clock_loop
async def test_a_lost_packet_of_an_athena_is_a_gap() -> None:
    async with emulated_band(ATHENA) as (radio, band):
        band.lost = {(n, 0) for n in range(10, 40, 7)}
        async with listening(band_at(radio)) as heard:
            await until(lambda: band.number > 50)
    steps = [after.first_sample - before.first_sample for before, after in pairwise(frames(heard))]
    assert (steps.count(20), steps.count(40)) == (len(steps) - len(band.lost), len(band.lost))


@on_clock_loop
async def test_an_athena_that_comes_back_begins_its_stream_anew() -> None:
    async with heard_from(ATHENA) as (band, heard):
        await until(lambda: frames(heard))
        band.lose_link()
        await until(lambda: len({id(frame.started) for frame in frames(heard)}) == 2)
    for before, after in pairwise(frames(heard)):
        assert after.first_sample == (before.first_sample + 20 if after.started is before.started else 0)


@on_clock_loop
@pytest.mark.parametrize("tag", [0x36, 0xAB])
async def test_a_firmware_of_a_form_that_is_not_known_is_said_to_be_not_readable(tag: int) -> None:
    async with heard_from(replace(ATHENA, tag=tag)) as (_, heard):
        await until(lambda: "is not read here" in details(heard))
    assert not frames(heard)
    assert "lsl:NAME" in details(heard)


@on_clock_loop
async def test_packets_of_an_athena_that_cannot_be_read_are_lost_and_all_goes_on() -> None:
    async with heard_from(ATHENA) as (band, heard):
        await until(lambda: frames(heard))
        assert isinstance(band, AthenaHeadband)
        for payload in (b"", b"\0", bytes(19), b"\xff" * 255, bytes([14]) + bytes(13)):
            await band.notify(payload, band.data)
            await band.notify(payload, band.control)
        n = len(frames(heard))
        await until(lambda: len(frames(heard)) > n + 5)
    assert states(heard).count(LinkState.CONNECTED) == 1


@on_clock_loop
async def test_the_nearest_is_taken_and_then_kept_to() -> None:
    near = BandSettings(name="Muse-0002", address="00:55:DA:B0:00:02", rssi_dbm=-40)
    far = BandSettings(rssi_dbm=-80)
    async with (
        emulated(far, near, StrapSettings()) as (radio, (_, close_by, _strap)),
        listening(band_at(radio, None)) as heard,
    ):
        await until(lambda: frames(heard))
        assert heard.source.info.uri == "eeg:muse?address=00:55:DA:B0:00:02"
        await close_by.switch_off()
        await until(lambda: "The headband 00:55:DA:B0:00:02 was not found" in details(heard))
        n = len(frames(heard))
        await close_by.switch_on()
        await until(lambda: len(frames(heard)) > n)
    assert {each.address for each in heard.of(BandIdentified)} == {"00:55:DA:B0:00:02"}


@on_clock_loop
async def test_one_that_advertises_its_name_alone_is_found() -> None:
    async with heard_from(BandSettings(advertised=())) as (_, heard):
        await until(lambda: frames(heard))


@on_clock_loop
async def test_none_in_reach_is_told_again_and_again() -> None:
    async with emulated(StrapSettings()) as (radio, _), listening(band_at(radio, None)) as heard:
        await until(lambda: details(heard).count("No headband was found") == 2)
    assert "close the app that may hold it" in details(heard)


@on_clock_loop
async def test_an_adapter_that_cannot_be_used_ends_it() -> None:
    async with emulated_band() as (radio, _):
        await radio.switch_off()
        async with band_at(radio) as source:
            with pytest.raises(BluetoothError, match="switched off"):
                [reading async for reading in source.readings()]


@on_clock_loop
async def test_closing_does_not_wait_for_a_band_out_of_range() -> None:
    async with emulated_band() as (radio, band):
        async with listening(band_at(radio, settings=replace(QUICK, stream_stop_s=0.1))) as heard:
            await until(lambda: frames(heard))
            band.out_of_range()
        band.lose_link()
        band.in_range()
        await until(lambda: band.device.is_advertising)
