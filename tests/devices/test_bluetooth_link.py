"""A link that is lost, silent or refused, and what comes after it."""

from dataclasses import replace
from functools import partial

from biofeedback.bench.emulated import Radio, Strap, emulated_strap, until
from devices.samples import (
    LinkChanged,
    LinkState,
    RRSupport,
    StrapIdentified,
)
from tests.clock_loop import on_clock_loop
from tests.devices.listener import QUICK, Listener, listening, strap_at


def connected_anew(strap: Strap, n_connections: int) -> bool:
    return strap.n_connections == n_connections and strap.is_subscribed()


def more_came(heard: Listener, n_before: int) -> bool:
    return len(heard.samples) > n_before


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
