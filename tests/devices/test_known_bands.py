"""The table of known bands, and what it promises."""

import pytest

from devices.eeg import muse
from devices.known_bands import band_named, known_bands
from devices.uri import open_source
from protocols.neurofeedback import AIMS


@pytest.mark.parametrize(
    ("name", "model"), [("Muse-1A2B", "Muse 2 or Muse (2016)"), ("museS-00AA", "Muse S or Muse S Athena")]
)
def test_a_band_is_known_by_how_its_name_begins(name: str, model: str) -> None:
    known = band_named(name)
    assert known is not None
    assert known.model == model
    assert band_named("Polar H10 0A1B2C3D") is None
    assert band_named("") is None


@pytest.mark.parametrize("band", known_bands(), ids=lambda band: band.model)
def test_each_row_says_what_it_sees_and_what_not(band) -> None:
    assert band.sees
    assert band.sees_not
    assert all(quirk.source for quirk in band.quirks)
    assert all(sentence == sentence.strip() and not sentence.endswith(".") for sentence in (*band.sees, *band.sees_not))


@pytest.mark.parametrize("band", [band for band in known_bands() if band.electrodes], ids=lambda band: band.model)
def test_what_the_electrodes_cannot_reach_is_among_what_it_does_not_see(band) -> None:
    """No headband offers SMR: where no practice on it has a place, the table says so."""
    reached = {feedback for feedback, aim in AIMS.items() if aim.places(band.electrodes)}
    smr = {feedback for feedback, aim in AIMS.items() if "C4" in {name for group in aim.electrodes for name in group}}
    assert smr
    assert reached & smr or any("SMR" in sentence for sentence in band.sees_not)
    assert not (reached & smr) or not any("SMR" in sentence for sentence in band.sees_not)


def test_headbands_are_those_that_are_read() -> None:
    for band in known_bands():
        if band.device == "eeg:muse":
            assert band.electrodes == tuple(muse.ELECTRODES)
            assert band.reference == muse.REFERENCE
            assert open_source(band.device).info.uri == "eeg:muse"
