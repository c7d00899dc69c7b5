"""Streams of the lab streaming layer, sent by this process."""

import builtins
import re
from typing import Any

import numpy as np
import pytest

from biofeedback.bench.emulated import until
from devices.eeg import polled
from devices.eeg.lsl import NO_PLACES, NO_UNIT
from devices.samples import BandChanged, BandIdentified, EegFrame, LinkState
from devices.source import SourceError
from devices.uri import open_source
from tests.clock_loop import on_clock_loop
from tests.devices.eeg.outlet import Outlet, needs_lsl
from tests.devices.listener import Listener, listening

pytestmark = needs_lsl


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(polled, "SILENT_S", 0.2)
    monkeypatch.setattr(polled, "REOPEN_S", 0.6)
    monkeypatch.setattr(polled, "RETRY_S", (0.02,))
    monkeypatch.setattr("devices.eeg.lsl.RESOLVE_S", 0.2)


def frames(heard: Listener) -> list[EegFrame]:
    return heard.of(EegFrame)


def details(heard: Listener) -> str:
    return "\n".join(news.detail for news in heard.of(BandChanged))


def n_heard(heard: Listener) -> int:
    return sum(len(frame.counts) for frame in frames(heard))


@on_clock_loop
async def test_samples_are_those_that_were_sent_and_only_of_electrodes() -> None:
    outlet = Outlet()
    async with listening(open_source(f"lsl:{outlet.name}")) as heard:
        await until(lambda: outlet.is_heard)
        outlet.send(100)
        await until(lambda: n_heard(heard) == 100)
        outlet.close()
    told = frames(heard)[0].description
    assert (told.device, told.electrodes, told.rate_hz) == (outlet.name, ("C4", "Pz"), 250.0)
    microvolts = np.concatenate([frame.microvolts for frame in frames(heard)], axis=1)
    assert np.abs(microvolts - [np.arange(100), np.arange(100) + 0.01]).max() < 0.0006
    ends = np.cumsum([len(frame.counts) for frame in frames(heard)])  # where one is cut is by the time it came at
    assert [frame.first_sample for frame in frames(heard)] == [0, *ends[:-1]]
    assert heard.of(BandIdentified)[0].name == outlet.name
    assert details(heard).count("Looking") == 1


@on_clock_loop
async def test_what_a_stream_does_not_tell_is_said() -> None:
    outlet = Outlet(labels=(), units=(), name="")
    async with listening(open_source(f"lsl:{outlet.name}")) as heard:
        await until(lambda: outlet.is_heard)
        outlet.send(20)
        await until(lambda: frames(heard))
        outlet.close()
    assert NO_PLACES in details(heard)
    assert NO_UNIT in details(heard)
    assert frames(heard)[0].description.electrodes == ("Channel 1",)


@on_clock_loop
async def test_volts_are_taken_for_volts() -> None:
    outlet = Outlet(labels=("Cz",), units=("V",))
    async with listening(open_source(f"lsl:{outlet.name}")) as heard:
        await until(lambda: outlet.is_heard)
        outlet.send(2)
        await until(lambda: n_heard(heard) == 2)
        outlet.close()
    assert frames(heard)[-1].microvolts[0, -1] == 1e6


@pytest.mark.parametrize(
    ("outlet", "words"),
    [
        ({"rate_hz": 0.0}, "no samples at a steady rate"),
        ({"rate_hz": 0.1}, "no samples at a steady rate"),
        ({"rate_hz": 1e9}, "no samples at a steady rate"),
        ({"form": "string"}, "no samples at a steady rate"),
        ({"units": ("furlongs",) * 3}, "The unit of .* is 'furlongs'"),
        ({"types": ("ECG", "Accelerometer", "Misc")}, "None of the channels"),
    ],
)
def test_what_is_no_electroencephalogram_is_told(outlet: dict[str, Any], words: str) -> None:
    @on_clock_loop
    async def heard_of_it() -> None:
        sent = Outlet(**outlet)
        async with listening(open_source(f"lsl:{sent.name}")) as heard:
            await until(lambda: any(news.retry_in_s for news in heard.of(BandChanged)))
            sent.close()
        assert not frames(heard)
        found.append(details(heard))

    found: list[str] = []
    heard_of_it()
    assert re.search(words, found[0])


@on_clock_loop
async def test_a_gap_is_told_by_the_numbers_of_the_samples() -> None:
    outlet = Outlet()
    async with listening(open_source(f"lsl:{outlet.name}")) as heard:
        await until(lambda: outlet.is_heard)
        outlet.send(30)
        outlet.send(20, lost=500)
        await until(lambda: n_heard(heard) == 50)
        outlet.close()
    for frame in frames(heard):
        assert frame.microvolts[0].round().tolist() == [frame.first_sample + i for i in range(len(frame.counts))]


@on_clock_loop
async def test_a_stream_that_is_not_there_is_looked_for_and_one_that_ends_is_found_again() -> None:
    name = Outlet().name  # let go of at once
    async with listening(open_source(f"lsl:{name}")) as heard:
        await until(lambda: "There is no sign of the stream" in details(heard))
        for n in (1, 2):
            outlet = Outlet(name=name)
            await until(lambda sent=outlet: sent.is_heard)  # type: ignore[misc]
            outlet.send(30)
            await until(lambda n=n: n_heard(heard) == 30 * n)  # type: ignore[misc]
            outlet.close()
            await until(lambda n=n: details(heard).count("The stream has ended") == n)  # type: ignore[misc]
    begun = [frame for frame in frames(heard) if frame.first_sample == 0]
    assert len(begun) == len({id(frame.started) for frame in frames(heard)}) == 2
    assert LinkState.LOST in [news.state for news in heard.of(BandChanged)]


@on_clock_loop
async def test_silence_is_told_and_then_it_is_opened_anew() -> None:
    outlet = Outlet()
    async with listening(open_source(f"lsl:{outlet.name}")) as heard:
        await until(lambda: outlet.is_heard)
        outlet.send(5)
        await until(lambda: "Nothing has come from the band" in details(heard))
        outlet.send(5)
        await until(lambda: "sending again" in details(heard))
        await until(lambda: "Nothing comes from the band any more" in details(heard))
        await until(lambda: len(heard.of(BandIdentified)) == 2)
        outlet.close()


def test_without_the_library_a_sentence_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def absent(name: str, *rest: Any) -> Any:
        if name == "pylsl":
            raise RuntimeError("LSL binary library file was not found.")
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", absent)
    with pytest.raises(SourceError, match=r"pip install 'hrv-biofeedback\[eeg\]'"):
        open_source("lsl:x")
