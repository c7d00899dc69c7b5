"""The instrument with a band on the head: panes that come and go with it, and what they show."""

import numpy as np
import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QWidget

from biofeedback.analysis.eeg.verdicts import Reason
from biofeedback.session.events import Anchor, AnchorMoved, Began
from biofeedback.theme import NIGHT_WATER, Sizes
from biofeedback.ui.head_shown import BandColumns, LatestSamples, spectrum_now, unused
from biofeedback.ui.model import SessionModel
from biofeedback.ui.office.instrument import HEAD_PANES, HEART_PANES, Instrument
from biofeedback.ui.office.log import OfficeLog
from biofeedback.ui.plots.head_plots import EegTrace
from devices.clock import Clock
from devices.source import SourceInfo
from protocols.library import find_exercise
from protocols.timeline import Timeline
from tests.ui.folded import Folded
from tests.ui.heads import RATE_HZ, STEP_S, HandMadeBand

NAMES = ("Fp1", "Cz", "C4", "O1")


class Session:
    """A session with a band alone that has been heard for a while."""

    def __init__(self, names: tuple[str, ...] = NAMES, n: int = 80, reasons: dict[str, Reason] | None = None) -> None:
        self.clock, self.band = Clock(0), HandMadeBand(names)
        self.model = SessionModel(self.clock, with_strap=False)
        anchor = Anchor(0.0, 0.0, running=True)
        timeline = Timeline.of(find_exercise("still-and-awake"))
        self.model.take(Began("s", SourceInfo("sim:head", "Band", True, False), timeline, anchor))
        self.model.take(AnchorMoved(0.0, anchor))
        self.hear(n, reasons)

    def hear(self, n: int, reasons: dict[str, Reason] | None = None) -> None:
        for _ in range(n):
            self.clock.advance(STEP_S)
            self.model.take(self.band.came(self.clock.now(), reasons))


@pytest.fixture
def instrument(qt: QApplication) -> Instrument:
    made = Instrument(NIGHT_WATER, Sizes(78), lambda: None)
    made.resize(900, 700)
    made.show()
    return made


def seen(instrument: Instrument) -> set[str]:
    return {name for name, pane in instrument.panes.panes.items() if not pane.isHidden()}


def test_panes_come_with_what_is_measured(instrument: Instrument) -> None:
    folded = Folded()
    folded.beat()
    instrument.show_session(folded.model, OfficeLog())
    assert seen(instrument) == {*HEART_PANES, "numbers"}
    instrument.show_session(Session().model, OfficeLog())
    assert seen(instrument) == {*HEAD_PANES, "numbers"}
    assert instrument.numbers.isHidden()
    instrument.show_session(folded.model, OfficeLog())
    for _ in range(3):
        folded.model.take(HandMadeBand(NAMES).came(folded.clock.now()))
    instrument.refresh()
    assert seen(instrument) == {*HEART_PANES, *HEAD_PANES, "numbers"}
    assert not instrument.numbers.isHidden()


def test_what_was_hidden_or_enlarged_by_hand_stays_so(instrument: Instrument) -> None:
    session = Session()
    instrument.show_session(session.model, OfficeLog())
    instrument.panes.hide_pane("head_bands")
    instrument.panes.enlarge("eeg")
    assert seen(instrument) == {"eeg"}
    kept = instrument.panes.layout_kept
    instrument.show_session(Folded().model, OfficeLog())
    assert "tachogram" in seen(instrument)
    assert instrument.panes.layout_kept["hidden"] == kept["hidden"] == ["head_bands"]
    instrument.show_session(session.model, OfficeLog())
    assert seen(instrument) == {"eeg"}


def test_traces_are_painted_and_stand_beside_their_names(instrument: Instrument) -> None:
    session = Session()
    instrument.show_session(session.model, OfficeLog())
    instrument.refresh()
    instrument.eeg.refresh()
    image = instrument.eeg.grab().toImage()
    height = image.height() / len(NAMES)
    for row in range(len(NAMES)):
        ys = range(int(row * height), int((row + 1) * height))
        assert any(image.pixelColor(x, y) == QColor(NIGHT_WATER.breath) for y in ys for x in range(300, 340)), NAMES[
            row
        ]
    assert "shaded: not used" in instrument.panes.panes["eeg"].told.text()
    assert instrument.panes.panes["head_bands"].told.text() == "of Cz, C4"


def test_a_band_that_is_lost_leaves_its_place_empty(instrument: Instrument) -> None:
    session = Session()
    instrument.show_session(session.model, OfficeLog())
    session.clock.advance(30.0)
    instrument.eeg.refresh()
    instrument.refresh()
    image = instrument.eeg.grab().toImage()
    colours = {image.pixelColor(x, y).name() for x in range(60, image.width()) for y in range(image.height())}
    assert NIGHT_WATER.breath not in colours
    assert instrument.panes.panes["eeg"].told.text() == "The band is not heard"


def test_of_many_electrodes_those_that_count_are_seen(qt: QApplication) -> None:
    session = Session((*(f"X{n}" for n in range(62)), "Cz", "C4"))
    trace = EegTrace(NIGHT_WATER, Sizes())
    trace.resize(600, 200)
    trace.show_model(session.model)
    rows = trace.rows()
    assert {62, 63} <= set(rows)
    assert trace.told().startswith(f"{len(rows)} of 64 electrodes")


def test_another_band_in_the_middle_begins_anew(instrument: Instrument) -> None:
    session = Session()
    instrument.show_session(session.model, OfficeLog())
    parts: tuple[QWidget, ...] = (instrument.eeg, instrument.bands, instrument.head_spectrum)
    for names in (("O1",), NAMES[:3], tuple(f"X{n}" for n in range(8))):
        session.band = HandMadeBand(names)
        session.hear(3)
        for part in parts:
            part.grab()  # what was made of the band before is painted before it is refreshed
        instrument.eeg.refresh()
        instrument.refresh()
        assert [part.grab().isNull() for part in parts] == [False] * 3


def test_stretches_that_are_not_used_are_told_with_their_reason() -> None:
    session = Session(n=5)
    session.hear(10, {"Cz": Reason.BLINK})
    session.hear(4, {"Cz": Reason.MUSCLE, "O1": Reason.FLAT})
    session.hear(30)
    found = unused(session.model.head.moments, range(4))
    told = {(NAMES[each.place], each.reason): round(each.to_s - each.from_s, 3) for each in found}
    assert told == {("Cz", "blink"): 1.9, ("Cz", "muscle"): 1.3, ("O1", "flat"): 1.3}
    assert unused(session.model.head.moments, [0]) == []


def test_bands_are_the_same_however_often_they_are_looked_at() -> None:
    often, once = BandColumns(), BandColumns()
    session = Session(n=0)
    for n in (1, 7, 30, 4, 58):
        session.hear(n, {"Cz": Reason.BLINK} if n == 30 else None)
        often.take(session.model.head.moments, (1, 2))
    once.take(session.model.head.moments, (1, 2))
    until_s = session.model.session_s
    assert np.array_equal(often.course(until_s), once.course(until_s), equal_nan=True)
    assert np.isfinite(once.course(until_s)).all(axis=0).sum() == 10
    only = BandColumns()
    only.take(session.model.head.moments, (1,))
    assert np.isfinite(only.course(until_s)).all(axis=0).sum() < 10


def test_the_spectrum_of_now_needs_four_seconds_in_a_row() -> None:
    session, samples = Session(n=39), LatestSamples()
    head = session.model.head
    samples.take(head.pieces)
    assert spectrum_now(samples, head, (1,)) is None
    session.hear(5)
    samples.take(head.pieces)
    found = spectrum_now(samples, head, (1,))
    assert found is not None
    hz, density = found
    assert hz[density.argmax()] == pytest.approx(9.0)
    assert float(density.sum() * (hz[1] - hz[0])) == pytest.approx(10.0**2 / 2.0, rel=0.05)
    session.band._first += round(RATE_HZ)  # a second is lost
    session.hear(20)
    samples.take(head.pieces)
    assert spectrum_now(samples, head, (1,)) is None
    assert spectrum_now(samples, head, ()) is None
