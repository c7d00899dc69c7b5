"""What every strap keeps to, real or not: one set of tests for all of them."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from biofeedback.bench.emulated import StrapSettings, emulated_strap
from devices.bluetooth_settings import BluetoothSettings
from devices.bluetooth_strap import BluetoothStrap
from devices.gatt import decode_packet
from devices.pmd import FrameReader
from devices.pmd_control import Measurement
from devices.samples import (
    AccelerometerFrame,
    EcgFrame,
    HeartRateSample,
    LinkChanged,
    LinkState,
    MalformedPacket,
    Reading,
    RRSupport,
    StrapIdentified,
    StreamFrame,
    StreamsChanged,
)
from devices.source import Source
from devices.uri import open_source
from tests.clock_loop import on_clock_loop
from tests.hand_clock import at_once

Test = Callable[[Source], Awaitable[None]]
N_HEARD = 30
SOON = BluetoothSettings(nearest_s=0.1, retry_s=(0.01,), absent_retry_s=(0.01,), close_s=1.0)


@contextlib.asynccontextmanager
async def simulated(_: Path) -> AsyncIterator[Source]:
    yield open_source("sim:rest?seed=3")


@contextlib.asynccontextmanager
async def simulated_with_streams(_: Path) -> AsyncIterator[Source]:
    yield open_source("sim:rest?seed=3&pmd=1")


@contextlib.asynccontextmanager
async def replayed(folder: Path) -> AsyncIterator[Source]:
    path = folder / "rr.txt"
    path.write_text("\n".join(str(800 + 7 * i % 60) for i in range(200)))
    yield open_source(f"replay:{path}")


@contextlib.asynccontextmanager
async def replayed_with_streams(folder: Path) -> AsyncIterator[Source]:
    path = folder / "ecg.csv"
    lines = [f"{10**9 + 8 * 10**6 * i},{i % 9 / 100},,{800 if i % 100 == 50 else ''}" for i in range(5000)]
    path.write_text("\n".join(["time,ecg,hr,rr", *lines]))
    yield open_source(f"replay:{path}")


@contextlib.asynccontextmanager
async def over_bluetooth(_: Path) -> AsyncIterator[Source]:
    async with emulated_strap() as (radio, strap):
        strap.beat()
        yield BluetoothStrap(StrapSettings().address, SOON, radio.backend)


@contextlib.asynccontextmanager
async def over_bluetooth_with_streams(_: Path) -> AsyncIterator[Source]:
    async with emulated_strap(StrapSettings(streams=tuple(Measurement))) as (radio, strap):
        strap.beat()
        yield BluetoothStrap(StrapSettings().address, SOON, radio.backend)


def at_real_speed(test: Awaitable[None]) -> None:
    on_clock_loop(lambda: test)()


@dataclass(frozen=True)
class Bed:
    """A source, and the loop to try it on: emulated radios keep their own time."""

    source: Callable[[Path], contextlib.AbstractAsyncContextManager[Source]]
    run: Callable[[Any], None]
    folder: Path

    def try_out(self, test: Test) -> None:
        async def tried() -> None:
            async with self.source(self.folder) as source:
                await test(source)

        self.run(tried())


@pytest.fixture(
    params=[
        (simulated, at_once),
        (simulated_with_streams, at_once),
        (replayed, at_once),
        (replayed_with_streams, at_once),
        (over_bluetooth, at_real_speed),
        (over_bluetooth_with_streams, at_real_speed),
    ],
    ids=lambda p: p[0].__name__,
)
def bed(request: pytest.FixtureRequest, tmp_path: Path) -> Bed:
    return Bed(*request.param, tmp_path)


async def hear(source: Source, heed: Callable[[Reading], None] = lambda _: None, n: int = N_HEARD) -> list[Reading]:
    heard: list[Reading] = []
    async with source as opened, contextlib.aclosing(opened.readings()) as readings:
        async for reading in readings:
            heard.append(reading)
            heed(reading)
            if sum(isinstance(r, HeartRateSample) for r in heard) >= n:
                break
    return heard


def moment_of(reading: Reading) -> float:
    if isinstance(reading, MalformedPacket):
        return reading.packet.received_s
    return reading.received_s if isinstance(reading, HeartRateSample | StreamFrame) else reading.at_s


def test_it_says_that_it_is_connected_before_anything_beats(bed: Bed) -> None:
    async def test(source: Source) -> None:
        heard = await hear(source)
        first_sample = next(i for i, reading in enumerate(heard) if isinstance(reading, HeartRateSample))
        states = [reading.state for reading in heard[:first_sample] if isinstance(reading, LinkChanged)]
        assert states
        assert states[-1] is LinkState.CONNECTED
        assert isinstance(heard[0], LinkChanged)

    bed.try_out(test)


def test_arrivals_are_moments_of_the_loops_clock_in_order(bed: Bed) -> None:
    async def test(source: Source) -> None:
        loop = asyncio.get_running_loop()
        began_s = loop.time()
        arrivals: list[float] = []

        def heed(reading: Reading) -> None:
            assert began_s - 1e-6 <= moment_of(reading) <= loop.time() + 1e-6
            if isinstance(reading, HeartRateSample | StreamFrame):
                arrivals.append(reading.received_s)

        await hear(source, heed)
        assert arrivals == sorted(arrivals)
        assert len(set(arrivals)) > N_HEARD / 2

    bed.try_out(test)


def test_a_sample_is_what_its_bytes_say(bed: Bed) -> None:
    async def test(source: Source) -> None:
        samples = [reading for reading in await hear(source) if isinstance(reading, HeartRateSample)]
        assert all(decode_packet(sample.packet) == sample for sample in samples)
        assert any(sample.rr_ms for sample in samples)

    bed.try_out(test)


def test_a_frame_is_what_its_bytes_say_and_no_stream_comes_before_it_was_told(bed: Bed) -> None:
    async def test(source: Source) -> None:
        there = False, False
        for reading in await hear(source):
            if isinstance(reading, StreamsChanged):
                there = reading.ecg, reading.accelerometer
            elif isinstance(reading, StreamFrame):
                assert there[isinstance(reading, AccelerometerFrame)]
                reader = FrameReader()
                reader.started(reading.started)
                again = reader.frame(reading.packet)
                assert (again.strap_ns, again.rate_hz) == (reading.strap_ns, reading.rate_hz)
                if isinstance(reading, EcgFrame):
                    assert isinstance(again, EcgFrame)
                    assert again.microvolts.tolist() == reading.microvolts.tolist()
                else:
                    assert isinstance(again, AccelerometerFrame)
                    assert again.milli_g.tolist() == reading.milli_g.tolist()

    bed.try_out(test)


def test_it_tells_once_who_it_is_and_once_that_it_sends_intervals(bed: Bed) -> None:
    async def test(source: Source) -> None:
        heard = await hear(source)
        first_rr = next(i for i, reading in enumerate(heard) if isinstance(reading, HeartRateSample) and reading.rr_ms)
        told = [i for i, reading in enumerate(heard) if isinstance(reading, RRSupport)]
        assert len(told) == 1
        assert heard[told[0]].present
        assert told[0] >= first_rr
        (identified,) = (reading for reading in heard if isinstance(reading, StrapIdentified))
        assert identified.name

    bed.try_out(test)


def test_it_can_be_left_at_any_moment_and_nothing_stays_behind(bed: Bed) -> None:
    async def test(source: Source) -> None:
        # a task that is left running fails the loop of the bed
        assert isinstance((await hear(source, n=1))[-1], HeartRateSample)

    bed.try_out(test)


def test_it_can_be_left_unheard(bed: Bed) -> None:
    async def test(source: Source) -> None:
        async with source:
            await asyncio.sleep(0)

    bed.try_out(test)


def test_a_listener_can_be_cancelled(bed: Bed) -> None:
    async def test(source: Source) -> None:
        came = asyncio.Event()
        task = asyncio.create_task(hear(source, lambda _: came.set(), n=10**9))
        await came.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    bed.try_out(test)


def test_its_uri_names_the_same_source_again(bed: Bed) -> None:
    async def test(source: Source) -> None:
        again = open_source(source.info.uri)
        assert type(again) is type(source)
        assert again.info.uri == source.info.uri
        assert again.info.simulated == source.info.simulated == source.info.uri.startswith("sim:")

    bed.try_out(test)


def test_it_may_hear_the_pacer(bed: Bed) -> None:
    async def test(source: Source) -> None:
        source.follow(lambda clock_s: 0.5)
        assert len(await hear(source, n=3)) >= 3

    bed.try_out(test)
