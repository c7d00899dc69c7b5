"""Which strap is taken where one's own goes: it again under another address, another, and never a neighbour's."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from biofeedback.bench.emulated import Strap, StrapSettings, emulated_strap, emulated_straps, until
from devices.bluetooth import scan
from devices.samples import (
    LinkState,
    RRSupport,
    StrapIdentified,
    StrapOffered,
)
from tests.clock_loop import on_clock_loop
from tests.devices.listener import ADDRESS, QUICK, Listener, listening, strap_at

OTHER_ADDRESS = "C4:43:1A:00:00:09"


@asynccontextmanager
async def changed_for(other: StrapSettings, own: StrapSettings | None = None) -> AsyncIterator[tuple[Listener, Strap]]:
    """What is heard where a strap goes in mid-stream and another comes in its place."""
    async with emulated_straps(own or StrapSettings(), other) as (radio, (old, new)):
        await new.switch_off()
        old.beat()
        async with listening(strap_at(radio)) as heard:
            await until(lambda: heard.samples)
            await old.switch_off()
            await until(lambda: LinkState.LOST in heard.states())
            await new.switch_on()
            new.beat(rate_bpm=99)
            yield heard, old


@on_clock_loop
async def test_a_strap_that_returns_under_another_address_is_taken_again() -> None:
    async with changed_for(StrapSettings(address=OTHER_ADDRESS, firmware="3.2.0")) as (heard, _):
        await until(lambda: heard.samples[-1].rate_bpm == 99)
        assert "Polar H10 0A1B2C3D is back under another address" in heard.details()
        assert [each.address for each in heard.of(StrapIdentified)] == [ADDRESS, OTHER_ADDRESS]
        assert len(heard.of(RRSupport)) == 2
        assert not heard.of(StrapOffered)


@pytest.mark.parametrize("name", ["HRM-Dual", "Polar H10 B3B3B3B3", ""])
@on_clock_loop
async def test_another_strap_is_asked_for_and_taken_only_with_a_yes(name: str) -> None:
    async with changed_for(StrapSettings(name=name, address=OTHER_ADDRESS)) as (heard, _):
        await until(lambda: heard.of(StrapOffered))
        n_told = heard.details().count("was not found")
        await until(lambda: heard.details().count("was not found") > n_told + 3)
        assert {each.rate_bpm for each in heard.samples} == {72}
        (offered,) = heard.of(StrapOffered)
        assert offered.address == OTHER_ADDRESS
        heard.source.take_instead("C4:43:1A:00:00:FF")
        heard.source.take_instead(offered.address)
        await until(lambda: heard.samples[-1].rate_bpm == 99)
        assert "is taken in place of Polar H10 0A1B2C3D, as you said" in heard.details()


@on_clock_loop
async def test_a_name_without_a_number_may_be_anybodys() -> None:
    nameless = StrapSettings(name="HRM-Dual")
    async with changed_for(StrapSettings(name="HRM-Dual", address=OTHER_ADDRESS), nameless) as (heard, own):
        await until(lambda: heard.of(StrapOffered))
        await own.switch_on()
        own.beat()
        n_before = len(heard.samples)
        await until(lambda: len(heard.samples) > n_before)
        heard.source.take_instead(OTHER_ADDRESS)
        n_before = len(heard.samples)
        await until(lambda: len(heard.samples) > n_before + 5)
        assert {each.rate_bpm for each in heard.samples} == {72}, "a yes that comes too late changes nothing"


@on_clock_loop
async def test_a_strap_of_somebody_else_is_never_taken() -> None:
    other = StrapSettings(name="HRM-Dual", address="C4:43:1A:00:00:09", rssi_dbm=-80)
    third = StrapSettings(name="TICKR", address="C4:43:1A:00:00:0A", rssi_dbm=-80)
    async with emulated_straps(StrapSettings(), other, third) as (radio, (own, *_)):
        await own.switch_off()
        async with listening(strap_at(radio)) as heard:
            both = re.compile("in reach: (HRM-Dual, TICKR|TICKR, HRM-Dual). If you wear one of these")
            await until(lambda: both.search(heard.details()))
            await own.switch_on()
            own.beat()
            await until(lambda: heard.samples)
            await own.switch_off()
            n_before, n_told = len(heard.readings), heard.details().count("in reach: ")
            await until(lambda: heard.details().count("in reach: ") > n_told + 1)
            await own.switch_on()
            await until(lambda: any(reading in heard.samples for reading in heard.readings[n_before:]))
        assert own.n_connections == 2


@on_clock_loop
async def test_a_strap_that_does_not_advertise_its_service_is_reached_by_its_address() -> None:
    shy = StrapSettings(advertised=("180A",))
    async with emulated_strap(shy) as (radio, strap):
        strap.beat()
        assert await scan(0.1, QUICK, radio.backend) == ()
        async with listening(strap_at(radio)) as heard:
            await until(lambda: heard.samples)


@on_clock_loop
async def test_what_a_strap_tells_of_itself_commands_no_terminal() -> None:
    odd = StrapSettings(
        name="\x1b[31mPo\x07lar\u202e H10", maker="a\x1b]0;b\x07c", model="\n\n", serial="\x00", firmware="1\r2"
    )
    async with emulated_strap(odd) as (radio, strap):
        strap.beat()
        assert [found.name for found in await scan(0.1, QUICK, radio.backend)] == ["[31mPo lar H10"]
        async with listening(strap_at(radio)) as heard:
            await until(lambda: heard.samples)
        (identified,) = heard.of(StrapIdentified)
        assert (identified.maker, identified.model, identified.serial, identified.firmware) == (
            "a ]0;b c",
            "",
            "",
            "1 2",
        )
        assert heard.details().replace("\n", "").isprintable()
