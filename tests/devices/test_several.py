"""The straps of several people at once: each one's own, in every spelling, and none in another's place."""

from pathlib import Path

import pytest

from biofeedback.bench.emulated import StrapSettings, emulated_straps, until
from devices.samples import LinkState, StrapIdentified
from devices.several import are_one, open_straps
from devices.source import SourceError
from tests.clock_loop import on_clock_loop
from tests.devices.listener import listening, strap_at

TWINS = (
    StrapSettings(name="HRM-Dual", address="C4:43:1A:00:00:01"),
    StrapSettings(name="HRM-Dual", address="C4:43:1A:00:00:02"),
)


def test_simulated_people_of_one_group_are_different_people() -> None:
    uris = ["sim:", "sim:rest", "sim:calm", "sim:rest?hr=60", "sim:rest?hr=60", "sim:?seed=2", "sim:"]
    opened = [source.info.uri for source in open_straps(["sim:?seed=2", *uris[:5], "sim:"])]
    assert opened == [
        "sim:?seed=2",
        "sim:",
        "sim:rest?seed=3",
        "sim:calm",
        uris[3],
        "sim:rest?hr=60&seed=2",
        "sim:?seed=4",
    ]


@pytest.mark.parametrize(
    ("uris", "why"),
    [
        (["sim:?seed=2", "sim:rest?seed=2"], "cannot wear the same"),
        (["ble:C4:43:1A:00:00:01", "sim:", "ble:c4:43:1a:00:00:01"], "cannot wear the same"),
        (["ble:", "sim:"], "may be anybody's"),
        (["sim:", "none:"], "wears a strap"),
        (["sim:", "sim:head"], "wears a strap alone, and sim:head has a band"),
        (["sim:rest?eeg=1", "sim:"], "wears a strap alone"),
        (["sim:calm + sim:head", "sim:"], "wears a strap alone"),
    ],
)
def test_nobody_has_the_strap_of_another(uris: list[str], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        open_straps(uris)


def test_one_recording_is_one_person(tmp_path: Path) -> None:
    path = tmp_path / "rr.txt"
    path.write_text("800\n810\n")
    with pytest.raises(ValueError, match="cannot wear the same"):
        open_straps([f"replay:{path}", f"replay:{tmp_path}/./rr.txt?speed=2"])


def test_what_is_no_device_is_told() -> None:
    with pytest.raises(SourceError, match="is not a device"):
        open_straps(["sim:", "ble:4711"])


@on_clock_loop
async def test_nobody_is_given_the_strap_of_another_whichever_goes_and_comes() -> None:
    async with emulated_straps(*TWINS) as (radio, (ana, ben)):
        await ben.switch_off()
        ana.beat(rate_bpm=60)
        straps = [strap_at(radio, each.address) for each in TWINS]
        for strap, other in (straps, straps[::-1]):
            strap.leave_to_others([other.info.uri])
        async with listening(straps[0]) as heard:
            await until(lambda: heard.samples)
            await ana.switch_off()
            await until(lambda: LinkState.LOST in heard.states())
            await ben.switch_on()
            ben.beat(rate_bpm=99)
            n_seen = len(heard.states())
            await until(lambda: heard.states()[n_seen:].count(LinkState.LOST) == 3)
            async with listening(straps[1]) as late:
                await until(lambda: late.samples)
                await ben.switch_off()
                await ana.switch_on()
                ana.beat(rate_bpm=61)
                await until(lambda: heard.samples[-1].rate_bpm == 61)
        assert {each.rate_bpm for each in heard.samples} == {60, 61}
        assert {each.rate_bpm for each in late.samples} == {99}
        assert len(heard.of(StrapIdentified)) == len(late.of(StrapIdentified)) == 1


@pytest.mark.parametrize(
    ("uri", "other", "one"),
    [
        ("ble:C4:43:1A:00:00:01", "ble:c4:43:1a:00:00:01", True),
        ("ble:C4:43:1A:00:00:01", "ble:C4:43:1A:00:00:02", False),
        ("sim:rest?seed=2", "sim:?seed=2", True),
        ("sim:rest?seed=2", "sim:rest?seed=3", False),
        ("sim:", "sim:rest", False),
        ("replay:a.csv", "replay:./a.csv", True),
        ("replay:a.csv", "replay:A.csv", False),
        ("sim:rest?", "sim:?=", False),
        ("nothing", "nothing", True),
    ],
)
def test_two_are_one_strap_however_they_are_written(uri: str, other: str, one: bool) -> None:
    assert are_one(uri, other) is one
    assert are_one(other, uri) is one
