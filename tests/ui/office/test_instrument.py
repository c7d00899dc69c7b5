"""The instrument by itself: the electrocardiogram has room where the strap sends one, and a sentence where not."""

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from biofeedback.theme import MORNING_PAPER, NIGHT_WATER, Sizes
from biofeedback.ui.ecg_model import SILENT_S
from biofeedback.ui.office.instrument import Instrument
from biofeedback.ui.office.log import OfficeLog
from biofeedback.ui.parts.icons import tint
from biofeedback.ui.words import common as words
from devices.samples import StreamsChanged
from tests.ui.folded import Folded
from tests.ui.plots.test_ecg_trace import heard


@pytest.fixture
def instrument(qt: QApplication) -> Iterator[Instrument]:
    window = QWidget()
    made = Instrument(NIGHT_WATER, Sizes(78), lambda: None)
    QVBoxLayout(window).addWidget(made)
    window.resize(900, 680)
    window.show()
    made._frames.setInterval(1_000_000)
    yield made
    window.hide()
    window.deleteLater()


def seen(instrument: Instrument, folded: Folded) -> None:
    if instrument._model is not folded.model:
        instrument.show_session(folded.model, OfficeLog())
    instrument.refresh()
    QApplication.processEvents()


def test_a_strap_without_one_leaves_the_room_to_the_other_panes(instrument: Instrument) -> None:
    seen(instrument, Folded())
    pane = instrument.panes.panes["ecg"]
    assert pane.told.text() == words.NO_ECG
    assert not instrument.ecg.isVisible()
    assert pane.height() < 2 * pane.enlarge.sizeHint().height()


def test_it_comes_goes_and_comes_again_with_the_strap(instrument: Instrument) -> None:
    folded = Folded()
    seen(instrument, folded)
    folded.model.ecg.hear(StreamsChanged(0.0, ecg=True, accelerometer=False))
    seen(instrument, folded)
    pane = instrument.panes.panes["ecg"]
    assert pane.told.text() == words.ECG_COMES
    heard(8, folded)
    seen(instrument, folded)
    assert pane.told.text() == words.ecg_agreement(7, 7)
    assert instrument.ecg.height() >= instrument.ecg.minimumHeight()
    folded.clock.advance(SILENT_S + 1.0)
    seen(instrument, folded)
    assert (pane.told.text(), instrument.ecg.isVisible()) == (words.ECG_RESTS, False)
    heard(8, folded)
    seen(instrument, folded)
    assert instrument.ecg.isVisible()


def test_nothing_of_it_is_left_for_the_next_session(instrument: Instrument) -> None:
    folded = Folded()
    heard(8, folded)
    seen(instrument, folded)
    assert instrument.ecg.isVisible()
    instrument.show_session(None, OfficeLog())
    QApplication.processEvents()
    pane = instrument.panes.panes["ecg"]
    assert (pane.told.text(), instrument.ecg.isVisible()) == ("", False)


def test_a_pane_that_is_put_away_stays_away(instrument: Instrument) -> None:
    instrument.panes.hide_pane("ecg")
    folded = Folded()
    heard(8, folded)
    seen(instrument, folded)
    assert not instrument.ecg.isVisible()
    instrument.panes.hide_pane("ecg", hidden=False)
    QApplication.processEvents()
    assert instrument.ecg.isVisible()


def test_an_icon_that_changes_is_as_large_as_those_of_its_window(instrument: Instrument) -> None:
    other = QWidget()
    tint(instrument.window(), NIGHT_WATER, Sizes(78))
    tint(other, MORNING_PAPER, Sizes(175))
    panes = instrument.panes
    before = panes.panes["tachogram"].enlarge.iconSize()
    panes.enlarge("tachogram")
    panes.enlarge("tachogram")
    assert {each.iconSize() == before for pane in panes.panes.values() for each in (pane.enlarge, pane.away)} == {True}
    other.deleteLater()
