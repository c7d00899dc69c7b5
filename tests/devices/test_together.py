"""A strap and a band in one session."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator
from itertools import count
from pathlib import Path

import pytest

from devices.absent import NoStrap
from devices.eeg.head import Head
from devices.eeg.simulated_band import SimulatedBand
from devices.replayed import ReplayedStrap
from devices.samples import BandChanged, EegFrame, HeartRateSample, LinkChanged, LinkState, Reading, arrived_s
from devices.simulated import SimulatedStrap
from devices.source import Band, Played, SourceError, SourceInfo
from devices.together import Together
from devices.uri import is_real, open_source, parts_of, speed_of
from tests.hand_clock import at_once, heard_from


class Wanting(Played, Band):
    """A band that cannot be had."""

    info = SourceInfo("eeg:none", "No band", simulated=False)

    async def readings(self) -> AsyncGenerator[Reading, None]:
        raise SourceError("There is no band.")
        yield


def test_a_band_that_cannot_be_had_is_told_and_the_heart_goes_on() -> None:
    heard = heard_from(Together(open_source("sim:"), Wanting()), 20)
    (told,) = [reading for reading in heard if isinstance(reading, BandChanged)]
    assert (told.state, told.detail) == (LinkState.ENDED, "There is no band.")
    assert sum(isinstance(reading, HeartRateSample) for reading in heard) > 15


def test_a_strap_that_cannot_be_had_ends_both() -> None:
    with pytest.raises(SourceError, match="There is no band"):
        heard_from(Together(Wanting(), SimulatedBand(Head())))


def test_it_ends_once_both_have_ended(tmp_path: Path) -> None:
    path = tmp_path / "rr.txt"
    path.write_text("800\n" * 10)
    table = tmp_path / "head.csv"
    table.write_text("time_s,C4,Pz\n" + "\n".join(f"{n / 100},{n % 7},{n % 5}" for n in range(3000)))
    heard = heard_from(open_source(f"replay:{path} + replay:{table}"))
    assert [type(reading) for reading in heard if getattr(reading, "state", "") is LinkState.ENDED] == [
        LinkChanged,
        BandChanged,
    ]
    assert isinstance(heard[-1], BandChanged)
    assert sum(len(reading.counts) for reading in heard if isinstance(reading, EegFrame)) == 3000


def test_readings_come_in_order_also_where_the_clock_runs_ahead() -> None:
    class Late(Played, Band):
        """Says at once what happened long ago, as a source does whose computer was too slow."""

        info = SourceInfo("eeg:late", "Late", simulated=True)

        def __init__(self, step_s: float) -> None:
            self._step_s = step_s

        async def readings(self) -> AsyncGenerator[Reading, None]:
            for n in count():
                await asyncio.sleep(0)
                yield BandChanged(n * self._step_s, LinkState.CONNECTED)

    async def listen() -> list[float]:
        async with Together(Late(0.3), Late(1.0)) as source, contextlib.aclosing(source.readings()) as readings:
            return [arrived_s(await anext(readings)) for _ in range(100)]

    arrivals = at_once(listen())
    assert arrivals == sorted(arrivals)


def test_without_a_strap_the_band_is_heard() -> None:
    source = open_source("none: + sim:head")
    assert isinstance(source, Together)
    assert isinstance(source.strap, NoStrap)

    async def listen() -> Reading:
        async with source, contextlib.aclosing(source.readings()) as readings:
            async for reading in readings:
                if isinstance(reading, EegFrame):
                    return reading
        raise AssertionError

    assert isinstance(at_once(listen()), EegFrame)


def test_two_devices_are_a_strap_and_a_band_in_any_order() -> None:
    for uri in ("sim:calm + sim:head?seed=3", "sim:head?seed=3 + sim:calm"):
        source = open_source(uri)
        assert isinstance(source, Together)
        assert isinstance(source.strap, SimulatedStrap)
        assert source.info == SourceInfo(
            "sim:calm + sim:head?seed=3", "Simulated person, calm and Simulated head", simulated=True
        )


@pytest.mark.parametrize(
    "uri",
    [
        "sim: + sim:",
        "sim:head + sim:head",
        "sim: + sim:head + sim:",
        "sim:rest?eeg=1 + sim:head",
        "sim: + sim:rest?eeg=1",
        "none: + none:",
    ],
)
def test_what_is_no_strap_and_band_is_told(uri: str) -> None:
    with pytest.raises(SourceError, match="together are one strap and one band"):
        open_source(uri)


def test_a_file_may_have_a_plus_in_its_name(tmp_path: Path) -> None:
    path = tmp_path / "a + sim:b.txt"
    path.write_text("800\n810\n")
    assert isinstance(open_source(f"replay:{path}"), ReplayedStrap)
    other = tmp_path / "a + b.txt"
    other.write_text("800\n810\n")
    assert isinstance(open_source(f"replay:{other} + sim:head"), Together)
    assert parts_of(f"sim:head + replay:{other}") == ["sim:head", f"replay:{other}"]


def test_a_simulated_person_and_head_share_what_both_have() -> None:
    source = open_source("sim:rest?eeg=1&seed=7&moves=2&hr=60&alpha_hz=9")
    assert isinstance(source, Together)
    assert isinstance(source.band, SimulatedBand)
    head = source.band.head.head
    assert (head.seed, head.moves, head.alpha_hz) == (7, 2.0, 9.0)
    assert type(open_source("sim:rest?eeg=0")) is SimulatedStrap
    with pytest.raises(SourceError, match="has no 'alpha_hz'"):
        open_source("sim:rest?alpha_hz=9")
    with pytest.raises(SourceError, match="eeg=2: must be from 0 to 1"):
        open_source("sim:rest?eeg=2")
    with pytest.raises(SourceError, match="eeg=x: not a number"):
        open_source("sim:rest?eeg=x")


def test_what_is_asked_of_the_clock_holds_for_both(tmp_path: Path) -> None:
    assert is_real("ble: + sim:head")
    assert is_real("sim:head + ble:C4:43:1A:00:00:01")
    assert not is_real("sim: + sim:head")
    assert speed_of(f"sim: + replay:{tmp_path}/x.edf?speed=2") == 2.0
    with pytest.raises(SourceError, match="two speeds"):
        speed_of(f"replay:{tmp_path}/x.txt?speed=1 + replay:{tmp_path}/x.edf?speed=2")
