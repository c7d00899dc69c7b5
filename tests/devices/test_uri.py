"""Device URIs."""

import re
from pathlib import Path

import pytest

from devices.replayed import ReplayedStrap
from devices.simulated import SimulatedStrap
from devices.source import SourceError
from devices.uri import open_source, speed_of


def test_each_scheme_opens_its_kind_of_strap(tmp_path: Path) -> None:
    path = tmp_path / "rr.txt"
    path.write_text("800\n")
    assert isinstance(open_source("sim:"), SimulatedStrap)
    assert isinstance(open_source(f"replay:{path}"), ReplayedStrap)
    strap = open_source("ble:C4:43:1A:00:00:01")
    assert strap.info.uri == "ble:C4:43:1A:00:00:01"
    assert not strap.info.simulated
    assert open_source("eeg:muse").info.uri == "eeg:muse"
    assert open_source("eeg:muse?address=00:55:da:b0:00:01").info.uri == "eeg:muse?address=00:55:DA:B0:00:01"


@pytest.mark.parametrize("uri", ["", "polar", "usb:1", "SIM:", "/dev/ttyS0", "http://x", ":"])
def test_what_is_no_device_is_told_with_what_would_be(uri: str) -> None:
    with pytest.raises(SourceError, match=r"is not a device\..* Use sim:, replay:FILE, ble:ADDRESS"):
        open_source(uri)


@pytest.mark.parametrize(
    ("uri", "words"),
    [
        ("eeg:", r"no band called ''.* Known: synthetic, cyton, ganglion, muse"),
        ("eeg:cytn?port=1", r"Did you mean 'eeg:cyton'\?"),
        ("eeg:cyton", r"name the port of its dongle"),
        ("eeg:cyton?prt=x", r"has no 'prt'"),
        ("eeg:cyton?port=x&electrodes=C4,QQ", r"'QQ' is no electrode"),
        ("eeg:cyton?port=x&electrodes=-,-", r"no electrode is worn"),
        ("eeg:mus", r"Did you mean 'eeg:muse'\?"),
        ("eeg:muse?address=x", r"a band's address is like .*, not 'x'"),
        ("eeg:muse?adress=x", r"has no 'adress'\. Did you mean 'address'\?"),
    ],
)
def test_a_band_that_is_none_is_told(uri: str, words: str) -> None:
    with pytest.raises(SourceError, match=words):
        open_source(uri)


@pytest.mark.parametrize("address", ["nonsense", "C4:43:1A:00:00", "C4:43:1A:00:00:0G"])
def test_a_wrong_address_is_told(address: str) -> None:
    with pytest.raises(SourceError, match=f"'ble:{address}' is not a device"):
        open_source(f"ble:{address}")


@pytest.mark.parametrize("name", ["two words.txt", "100%.txt", "what?.txt", "a?speed=3.txt", "a%20b.txt", "é&=.txt"])
def test_a_file_is_found_under_its_own_name_whatever_that_holds(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text("800\n")
    assert open_source(f"replay:{path}").info.name.endswith(name)
    assert speed_of(f"replay:{path}") is None


def test_an_encoded_name_is_decoded(tmp_path: Path) -> None:
    (tmp_path / "two words.txt").write_text("800\n")
    assert open_source(f"replay:{tmp_path}/two%20words.txt?speed=0").info.name.endswith("two words.txt")


@pytest.mark.parametrize(("text", "speed"), [("0", 0.0), ("1", 1.0), ("2.5", 2.5)])
def test_a_replay_may_ask_for_its_speed(tmp_path: Path, text: str, speed: float) -> None:
    assert speed_of(f"replay:{tmp_path}/x.txt?speed={text}") == speed


@pytest.mark.parametrize("text", ["-1", "nan", "inf", "fast"])
def test_a_speed_that_is_none_is_told(text: str) -> None:
    with pytest.raises(SourceError, match=f"speed={text}: must be a number of 0 or more"):
        speed_of(f"replay:x.txt?speed={text}")


@pytest.mark.parametrize(
    ("uri", "words"),
    [
        ("sim:rest?hr=", "hr=: not a number"),
        ("sim:rest?hr=60&hr=70", "hr stands twice"),
        ("sim:rest?seed=1.5", "seed=1.5: must be a whole number"),
    ],
)
def test_a_parameter_that_says_nothing_clear_is_told(uri: str, words: str) -> None:
    with pytest.raises(SourceError, match=re.escape(words)):
        open_source(uri)


def test_other_straps_ask_for_no_speed() -> None:
    assert speed_of("sim:rest?speed=3") is None
    assert speed_of("ble:") is None
    assert speed_of("replay:x.txt") is None


@pytest.mark.parametrize(
    ("rest", "words"),
    [
        ("", "is a folder"),
        (".", "is a folder"),
        ("nowhere/rr.txt", "There is no file nowhere"),
        ("a" * 300, "cannot be read"),
        ("~nobody-of-that-name/rr.txt", "There is no file|cannot be read"),
        ("x.txt?speed", "name=value"),
        ("x.txt?sped=2", "a recording has no 'sped'. Did you mean 'speed'?"),
    ],
)
def test_a_recording_that_is_not_to_be_had_is_told(rest: str, words: str) -> None:
    with pytest.raises(SourceError, match=words):
        open_source(f"replay:{rest}")
