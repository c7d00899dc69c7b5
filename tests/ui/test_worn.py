"""What is worn in a practice, and what a practice needs that is not."""

from dataclasses import replace
from pathlib import Path

import pytest

from biofeedback.ui.settings import Settings, keep_settings, read_settings
from biofeedback.ui.words import head as words
from biofeedback.ui.worn import band_of, has_strap, missing_for, worn_for
from devices.schemes import NO_STRAP
from devices.uri import open_source
from protocols.library import find_exercise

ALPHA, SMR, BOTH = map(find_exercise, ("alpha-rest", "still-and-awake", "heart-and-head"))
BREATH = find_exercise("paced-breathing")
HEAD = "sim:head?seed=3"


@pytest.mark.parametrize(
    ("strap", "band", "worn"),
    [
        (NO_STRAP, "", NO_STRAP),
        (NO_STRAP, HEAD, HEAD),
        ("sim:rest", HEAD, f"sim:rest + {HEAD}"),
        ("sim:rest?eeg=1", HEAD, "sim:rest?eeg=1"),
        ("sim: + sim:head", HEAD, "sim: + sim:head"),
    ],
)
def test_the_band_comes_along_where_the_practice_answers_from_the_head(strap: str, band: str, worn: str) -> None:
    settings = Settings(device_uri=strap, band_uri=band)
    assert worn_for(ALPHA, settings) == worn
    assert worn_for(BREATH, settings) == strap
    open_source(worn)


def test_another_strap_may_be_worn_with_it() -> None:
    assert worn_for(BOTH, Settings(band_uri=HEAD), "sim:rest") == f"sim:rest + {HEAD}"


@pytest.mark.parametrize(
    ("settings", "alpha", "smr", "both"),
    [
        (Settings(), words.NEEDS_BAND, words.NEEDS_BAND, words.NEEDS_BAND),
        (Settings(device_uri="sim:"), words.NEEDS_BAND, words.NEEDS_BAND, words.NEEDS_BAND),
        (Settings(band_uri=HEAD), "", "", words.NEEDS_STRAP),
        (Settings(device_uri="sim:", band_uri=HEAD), "", "", ""),
        (Settings(device_uri="sim:head"), "", "", words.NEEDS_STRAP),
        (Settings(device_uri="sim:?eeg=1"), "", "", ""),
        (
            Settings(device_uri="sim:", band_uri="x", band_electrodes=("TP9", "AF7", "AF8", "TP10")),
            "",
            words.NEEDS_PLACE.format("at C4, Cz or C3"),
            "",
        ),
    ],
)
def test_a_practice_says_what_it_needs(settings: Settings, alpha: str, smr: str, both: str) -> None:
    assert [missing_for(each, settings) for each in (ALPHA, SMR, BOTH)] == [alpha, smr, both]
    assert missing_for(BREATH, settings) == ""


def test_which_device_is_the_band_is_known() -> None:
    assert band_of(Settings(device_uri="sim: + sim:head?seed=2")) == "sim:head?seed=2"
    assert band_of(Settings(device_uri="sim:?eeg=1")) == "sim:?eeg=1"
    assert band_of(Settings(device_uri="ble:AA:BB")) == ""
    assert [has_strap(uri) for uri in ("sim:head", NO_STRAP, "sim: + sim:head", "ble:", "replay:a.edf")] == [
        False, False, True, True, True,
    ]  # fmt: skip


def test_the_band_is_remembered(tmp_path: Path) -> None:
    settings = replace(Settings(), band_uri=HEAD, band_name="A head", band_electrodes=("O1", "O2"))
    keep_settings(tmp_path, settings)
    assert read_settings(tmp_path) == settings
