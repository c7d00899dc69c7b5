"""What every band keeps to, real or not, alone or beside a strap: one set of tests for all of them."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from biofeedback.bench.emulated import BandSettings, Strap, StrapSettings, emulated, emulated_band
from devices.bluetooth_settings import BluetoothSettings
from devices.bluetooth_strap import BluetoothStrap
from devices.eeg.edf_writing import edf_of
from devices.eeg.frames import EegReader
from devices.eeg.head import head_of, simulate
from devices.eeg.muse_band import MuseBand
from devices.eeg.replayed_band import ReplayedBand
from devices.samples import (
    BandChanged,
    BandIdentified,
    EegFrame,
    HeartRateSample,
    LinkState,
    Reading,
    arrived_s,
)
from devices.source import Band, Source, SourceError
from devices.together import Together
from devices.uri import open_source
from tests.clock_loop import on_clock_loop
from tests.devices.eeg.outlet import Outlet, needs_brainflow, needs_lsl, sending
from tests.hand_clock import at_once

Test = Callable[[Source], Awaitable[None]]
N_HEARD = 40


@contextlib.asynccontextmanager
async def simulated(_: Path) -> AsyncIterator[Source]:
    yield open_source("sim:head?seed=3&lost=20")


@contextlib.asynccontextmanager
async def simulated_with_a_strap(_: Path) -> AsyncIterator[Source]:
    yield open_source("sim:rest?eeg=1&seed=3&alpha_hz=9")


@contextlib.asynccontextmanager
async def beside_a_strap(_: Path) -> AsyncIterator[Source]:
    yield open_source("sim:head + sim:calm")


@contextlib.asynccontextmanager
async def replayed(folder: Path) -> AsyncIterator[Source]:
    path = folder / "head.edf"
    path.write_bytes(edf_of(simulate(head_of("sim:head?minutes=0.5&lost=20")).recording))
    yield open_source(f"replay:{path}")


@contextlib.asynccontextmanager
async def replayed_table(folder: Path) -> AsyncIterator[Source]:
    path = folder / "head.csv"
    path.write_text("\n".join(["packet,C4,Pz", *(f"{n % 256},{n % 7},{n % 5 / 4}" for n in range(3000) if n % 99)]))
    yield open_source(f"replay:{path}?rate=250")


SOON = BluetoothSettings(nearest_s=0.1, retry_s=(0.01,), absent_retry_s=(0.01,), close_s=1.0)


@contextlib.asynccontextmanager
async def over_bluetooth(_: Path) -> AsyncIterator[Source]:
    async with emulated_band() as (radio, _band):
        yield MuseBand(BandSettings().address, SOON, radio.backend)


@contextlib.asynccontextmanager
async def of_an_athena(_: Path) -> AsyncIterator[Source]:
    async with emulated_band(BandSettings(is_athena=True)) as (radio, _band):
        yield MuseBand(BandSettings().address, SOON, radio.backend)


@contextlib.asynccontextmanager
async def both_over_bluetooth(_: Path) -> AsyncIterator[Source]:
    async with emulated(StrapSettings(), BandSettings()) as (radio, (strap, _band)):
        if isinstance(strap, Strap):
            strap.beat(0.05)
        yield Together(
            BluetoothStrap(StrapSettings().address, SOON, radio.backend),
            MuseBand(BandSettings().address, SOON, radio.backend),
        )


@contextlib.asynccontextmanager
async def of_the_lab_streaming_layer(_: Path) -> AsyncIterator[Source]:
    async with sending(Outlet()) as outlet:
        yield open_source(f"lsl:{outlet.name}")


@contextlib.asynccontextmanager
async def of_a_board(_: Path) -> AsyncIterator[Source]:
    yield open_source("eeg:synthetic")


def at_real_speed(test: Awaitable[None]) -> None:
    on_clock_loop(lambda: test)()


@dataclass(frozen=True)
class Bed:
    """A source, and the loop to try it on: emulated radios and boards keep their own time."""

    source: Callable[[Path], contextlib.AbstractAsyncContextManager[Source]]
    run: Callable[[Any], None]
    folder: Path

    @property
    def n_heard(self) -> int:
        """Frames that are enough; those of a source that keeps its own time take it."""
        return N_HEARD if self.run is at_once else N_HEARD // 4

    def try_out(self, test: Test) -> None:
        async def tried() -> None:
            async with self.source(self.folder) as source:
                await test(source)

        self.run(tried())


@pytest.fixture(
    params=[
        (simulated, at_once),
        (simulated_with_a_strap, at_once),
        (beside_a_strap, at_once),
        (replayed, at_once),
        (replayed_table, at_once),
        (over_bluetooth, at_real_speed),
        (of_an_athena, at_real_speed),
        (both_over_bluetooth, at_real_speed),
        pytest.param((of_the_lab_streaming_layer, at_real_speed), marks=needs_lsl),
        pytest.param((of_a_board, at_real_speed), marks=needs_brainflow),
    ],
    ids=lambda p: p[0].__name__,
)
def bed(request: pytest.FixtureRequest, tmp_path: Path) -> Bed:
    return Bed(*request.param, tmp_path)


async def hear(
    source: Source, n: int, heed: Callable[[Reading], None] = lambda _: None, until: tuple[type, ...] = ()
) -> list[Reading]:
    """What it says up to the n-th frame, and until something of each of these kinds has come."""
    heard: list[Reading] = []
    async with source as opened, contextlib.aclosing(opened.readings()) as readings:
        async for reading in readings:
            heard.append(reading)
            heed(reading)
            if len(frames_in(heard)) >= n and all(any(isinstance(r, kind) for r in heard) for kind in until):
                break
    return heard


def frames_in(heard: list[Reading]) -> list[EegFrame]:
    return [reading for reading in heard if isinstance(reading, EegFrame)]


def test_it_says_that_it_is_connected_and_who_it_is_before_any_frame(bed: Bed) -> None:
    async def test(source: Source) -> None:
        heard = await hear(source, 3)
        first = next(i for i, reading in enumerate(heard) if isinstance(reading, EegFrame))
        states = [reading.state for reading in heard[:first] if isinstance(reading, BandChanged)]
        assert states[-1] is LinkState.CONNECTED
        assert any(isinstance(reading, BandIdentified) and reading.name for reading in heard[:first])
        news = [reading for reading in heard if isinstance(reading, BandChanged | BandIdentified | EegFrame)]
        assert isinstance(news[0], BandChanged)

    bed.try_out(test)


def test_arrivals_are_moments_of_the_loops_clock_in_order(bed: Bed) -> None:
    async def test(source: Source) -> None:
        loop = asyncio.get_running_loop()
        began_s = loop.time()
        arrivals: list[float] = []

        def heed(reading: Reading) -> None:
            assert began_s - 1e-6 <= arrived_s(reading) <= loop.time() + 1e-6
            arrivals.append(arrived_s(reading))

        await hear(source, bed.n_heard, heed)
        assert arrivals == sorted(arrivals)

    bed.try_out(test)


def test_a_frame_is_what_its_bytes_say(bed: Bed) -> None:
    async def test(source: Source) -> None:
        for frame in frames_in(await hear(source, bed.n_heard)):
            reader = EegReader()
            assert reader.started(frame.started) == frame.description
            again = reader.frame(frame.packet)
            assert again.first_sample == frame.first_sample
            assert again.counts.tolist() == frame.counts.tolist()
            assert len(frame.microvolts) == len(frame.description.electrodes)

    bed.try_out(test)


def test_samples_are_numbered_as_the_time_goes(bed: Bed) -> None:
    """A frame begins where the one before ended, or after what was lost."""

    async def test(source: Source) -> None:
        frames = frames_in(await hear(source, bed.n_heard))
        for before, after in pairwise(frames):
            assert after.started is before.started
            assert after.first_sample >= before.first_sample + len(before.counts)
            assert len(after.counts) <= 0.1 * after.description.rate_hz
        if bed.run is not at_once:
            return  # how long the computer takes is no matter of the source
        first, last = frames[0], frames[-1]
        n = last.first_sample + len(last.counts) - first.first_sample - len(first.counts)
        assert abs(n / first.description.rate_hz - (last.received_s - first.received_s)) < 0.3

    bed.try_out(test)


def test_it_is_told_apart_from_a_strap(bed: Bed) -> None:
    async def test(source: Source) -> None:
        both = isinstance(source, Together)
        heard = await hear(source, bed.n_heard, until=(HeartRateSample,) if both else ())
        assert isinstance(source, Band) is not both
        if not both:
            assert all(isinstance(reading, BandChanged | BandIdentified | EegFrame) for reading in heard)

    bed.try_out(test)


def test_it_can_be_left_at_any_moment_and_nothing_stays_behind(bed: Bed) -> None:
    async def test(source: Source) -> None:
        # a task that is left running fails the loop of the bed
        assert isinstance((await hear(source, 1))[-1], EegFrame)

    bed.try_out(test)


def test_it_can_be_left_unheard(bed: Bed) -> None:
    async def test(source: Source) -> None:
        async with source:
            await asyncio.sleep(0)

    bed.try_out(test)


def test_a_listener_can_be_cancelled(bed: Bed) -> None:
    async def test(source: Source) -> None:
        came = asyncio.Event()
        task = asyncio.create_task(hear(source, 10**9, lambda _: came.set()))
        await came.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    bed.try_out(test)


def test_its_uri_names_the_same_source_again(bed: Bed) -> None:
    async def test(source: Source) -> None:
        again = open_source(source.info.uri)
        assert type(again) is type(source)
        assert again.info == source.info
        assert source.info.simulated or not source.info.uri.startswith("sim:")

    bed.try_out(test)


def test_it_may_hear_the_pacer(bed: Bed) -> None:
    async def test(source: Source) -> None:
        source.follow(lambda clock_s: 0.5)
        assert len(frames_in(await hear(source, 3))) == 3

    bed.try_out(test)


@pytest.mark.parametrize(("n_channels", "rate_hz"), [(129, 250), (2, 0.5)])
def test_a_recording_that_is_of_no_band_is_refused_before_it_plays(n_channels: int, rate_hz: float) -> None:
    recording = simulate(head_of("sim:head?minutes=0.5")).recording
    channels = tuple(f"Channel {n}" for n in range(n_channels))
    samples = np.zeros((n_channels, 100))
    with pytest.raises(SourceError, match=f"has {n_channels} channels of {rate_hz:g} samples a second"):
        ReplayedBand(replace(recording, channels=channels, rate_hz=rate_hz, samples_uv=samples), "replay:x")
