"""Bands on the head as cards: those in reach by name, and streams of other programs where they are asked for."""

from collections.abc import Iterator

import pytest

from biofeedback.app import Application
from biofeedback.ui.messages import BandsSeen, SeenBand
from biofeedback.ui.parts.band_cards import BandCards
from biofeedback.ui.words import head as words
from tests.devices.eeg.outlet import Outlet, needs_lsl
from tests.ui.conftest import wait_until
from tests.ui.looking import settle
from tests.ui.using import press, texts

NEAR, FAR = "eeg:muse?address=00:55:DA:B0:00:01", "eeg:muse?address=00:55:DA:B0:00:02"


@pytest.fixture
def bands(shown: Application) -> Iterator[BandCards]:
    window = shown.window
    window.go("strap")
    window.rooms.strap.bands.open()
    settle()
    yield window.rooms.strap.bands
    window.rooms.strap.bands.show_bands(())
    window.rooms.strap.bands.show_streams((), "")
    window.wishes.choose_band("", "")
    window.rooms.strap.bands.open(opened=False)


def test_bands_in_reach_are_offered_by_name(shown: Application, bands: BandCards) -> None:
    shown.bridge.tell(BandsSeen((SeenBand(FAR, "MuseS-AB12", -80), SeenBand(NEAR, "Muse-1A2B", -50))))
    wait_until(lambda: FAR in bands.cards)
    assert list(bands.cards) == ["", NEAR, FAR, "eeg:muse", "sim:head"]
    press(bands, "MuseS-AB12")
    assert (shown.window.settings.band_uri, shown.window.settings.band_name) == (FAR, "MuseS-AB12")
    assert shown.window.settings.band_electrodes == ("TP9", "AF7", "AF8", "TP10")
    assert [uri for uri, card in bands.cards.items() if card.isChecked()] == [FAR]
    assert "signal 2 of 4" in bands.cards[FAR].accessibleName()
    bands.show_bands(())  # out of reach, and still the chosen one
    assert bands.cards[FAR].isChecked()
    assert bands.cards[FAR].text() == "MuseS-AB12"


def test_two_of_one_name_are_told_apart_and_no_name_does_harm(bands: BandCards) -> None:
    bands.show_bands([SeenBand(NEAR, "Muse-1A2B", None), SeenBand(FAR, "Muse-1A2B", -60)])
    assert [bands.cards[uri].text() for uri in (NEAR, FAR)] == ["Muse-1A2B (00:01)", "Muse-1A2B (00:02)"]
    bands.show_bands([SeenBand(NEAR, "", -60), SeenBand(FAR, "A & B", -60)])
    assert bands.cards[NEAR].text() == words.UNNAMED_BAND
    assert bands.cards[FAR].text() == "A && B"  # shown as it is, and no key of the keyboard
    assert bands.cards[FAR].accessibleName().startswith("A & B")


def test_a_long_name_is_cut_and_makes_no_room_wider(bands: BandCards) -> None:
    before_px = bands.width()
    name = "A rather long name & more of it, " * 4 + "its end"
    bands.show_bands([SeenBand(NEAR, name, -65)])
    settle()
    card = bands.cards[NEAR]
    assert bands.width() == before_px
    assert card.text().endswith("\u2026")
    assert card.toolTip() == name
    assert card.accessibleName().startswith(name)


def test_the_keyboard_stays_where_it_is_while_bands_come_and_go(bands: BandCards) -> None:
    bands.show_bands([SeenBand(FAR, "Muse-2", -65)])
    settle()
    bands.window().activateWindow()
    bands.cards[FAR].setFocus()
    wait_until(lambda: bands.cards[FAR].hasFocus())
    bands.show_bands([SeenBand(FAR, "Muse-2", -65), SeenBand(NEAR, "Muse-1", -65)])
    settle()
    assert bands.cards[FAR].hasFocus()
    same = bands.cards[NEAR]
    bands.show_bands([SeenBand(NEAR, "Muse-1", -66), SeenBand(FAR, "Muse-2", -66)])
    assert bands.cards[NEAR] is same


@needs_lsl
def test_streams_are_looked_for_only_when_somebody_asks(
    shown: Application, bands: BandCards, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[bool] = []
    monkeypatch.setattr(bands, "_look", lambda: asked.append(True))
    shown.window.go("start")
    shown.window.go("strap")
    assert not asked
    press(bands, words.LOOK_IN_NETWORK)
    assert asked == [True]
    assert not bands.look.isEnabled()
    bands.show_streams([SeenBand("lsl:lab", "lab")], "")
    assert bands.look.isEnabled()
    press(bands, "Stream: lab")
    assert shown.window.settings.band_uri == "lsl:lab"
    bands.show_streams((), "")
    assert words.NONE_IN_NETWORK in texts(bands)
    bands.show_streams((), "It is not installed.")
    assert "It is not installed." in texts(bands)


@needs_lsl
def test_a_stream_that_another_program_sends_is_found(shown: Application, bands: BandCards) -> None:
    outlet = Outlet()
    press(bands, words.LOOK_IN_NETWORK)
    wait_until(lambda: f"lsl:{outlet.name}" in bands.cards)
    outlet.close()
