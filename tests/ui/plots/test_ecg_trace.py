"""The strap's electrocardiogram in a session: there on request, calm, and no work while nobody looks."""

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from biofeedback.analysis.beats.beat import Verdict
from biofeedback.analysis.ecg.complexes import QrsComplex
from biofeedback.session.events import EcgCame, SeenBeat, StrapSaid
from biofeedback.theme import MORNING_PAPER, NIGHT_WATER, Sizes, Tokens, style_sheet
from biofeedback.ui.ecg_model import ECG_S, SILENT_S, EcgModel, Mark
from biofeedback.ui.pages.session import SessionPage
from biofeedback.ui.words import common as words
from devices.samples import StreamsChanged
from tests.ui.folded import Folded

RATE_HZ, N_SAMPLES = 130, 73
PIECE_S = N_SAMPLES / RATE_HZ
CLOCK_S = 599_616_000.0


def piece(n: int, late_s: float = 0.0, beats: tuple[SeenBeat, ...] = (), set_to_s: float = CLOCK_S) -> EcgCame:
    """The n-th piece of an electrocardiogram with a beat in the middle of each."""
    time_s = set_to_s + (n * N_SAMPLES + np.arange(1, N_SAMPLES + 1)) / RATE_HZ
    middle_s = float(time_s[N_SAMPLES // 2])
    microvolts = np.round(1000 * np.exp(-0.5 * ((time_s - middle_s) / 0.012) ** 2)).astype(np.int32)
    found = QrsComplex(middle_s, 1000 * PIECE_S, 1000.0, 90.0, 0.99, True, False)
    return EcgCame((n + 1) * PIECE_S + late_s, RATE_HZ, time_s, microvolts, (found,), (), n, n, beats)


def middle_s(n: int) -> float:
    return float(piece(n).time_s[N_SAMPLES // 2])


def heard(n_pieces: int, folded: Folded) -> None:
    """So many pieces come while a session goes on."""
    begin_s = folded.model.session_s
    for n in range(n_pieces):
        came = piece(n)
        folded.clock.advance(PIECE_S)
        folded.model.take(
            EcgCame(
                begin_s + came.at_s, RATE_HZ, came.time_s, came.microvolts, came.complexes, (), n, n,
                (SeenBeat(middle_s(n - 3), Verdict.KEPT),),
            )
        )  # fmt: skip


@pytest.fixture
def page(qt: QApplication) -> Iterator[SessionPage]:
    yield from shown_page(qt, NIGHT_WATER)


def shown_page(qt: QApplication, tokens: Tokens) -> Iterator[SessionPage]:
    qt.setStyleSheet(style_sheet(tokens, Sizes(), "Sans"))
    made = SessionPage(tokens, Sizes(), lambda _: None)
    made.layout().setContentsMargins(48, 32, 48, 32)  # type: ignore[union-attr]
    made.orb._timer.setInterval(1_000_000)
    made.resize(1280, 720)
    made.show()
    yield made
    made.hide()
    made.deleteLater()
    qt.setStyleSheet("")


def settle(page: SessionPage) -> None:
    for _ in range(4):
        page.refresh()
        page.ecg.refresh()
        QApplication.processEvents()


def n_pixels(widget: QWidget, colour: str) -> int:
    """How many pixels are nearly of a colour."""
    image = widget.grab().toImage()
    wanted = QColor(colour)
    return sum(
        max(abs(c.red() - wanted.red()), abs(c.green() - wanted.green()), abs(c.blue() - wanted.blue())) < 24
        for x in range(image.width())
        for y in range(image.height())
        if (c := image.pixelColor(x, y)) is not None
    )


def inside(page: SessionPage, widget: QWidget) -> QRect:
    return QRect(widget.mapTo(page, widget.rect().topLeft()), widget.size())


def test_the_trace_is_shown_and_hidden_by_its_key(page: SessionPage) -> None:
    folded = Folded()
    heard(20, folded)
    page.show_model(folded.model)
    assert not page.ecg.isVisible()
    for shows in (True, False, True):
        QTest.keyClick(page, Qt.Key.Key_E)
        settle(page)
        assert page.ecg.isVisible() is shows
        assert page.trace.isVisible()


def test_while_hidden_nothing_is_made(page: SessionPage) -> None:
    folded = Folded()
    page.show_model(folded.model)
    heard(20, folded)
    for number in range(10):
        page.ecg.tick(number)
        page.ecg.refresh()
    assert page.ecg._path.isEmpty()
    QTest.keyClick(page, Qt.Key.Key_E)
    assert page.ecg._path.elementCount() > ECG_S * RATE_HZ


def test_moving_on_makes_nothing_anew_until_a_piece_comes(page: SessionPage) -> None:
    folded = Folded()
    heard(20, folded)
    page.show_model(folded.model)
    QTest.keyClick(page, Qt.Key.Key_E)
    path = page.ecg._path
    for number in range(30):
        folded.clock.advance(0.016)
        page.ecg.tick(number)
        page.ecg.repaint()
    assert page.ecg._path is path
    heard(1, folded)
    page.ecg.refresh()
    assert page.ecg._path is not path


@pytest.mark.parametrize("tokens", [NIGHT_WATER, MORNING_PAPER], ids=str)
def test_trace_and_beats_are_painted_in_the_colours_of_the_theme(qt: QApplication, tokens: Tokens) -> None:
    for page in shown_page(qt, tokens):
        folded = Folded()
        heard(20, folded)
        page.show_model(folded.model)
        QTest.keyClick(page, Qt.Key.Key_E)
        settle(page)
        assert n_pixels(page.ecg, tokens.heart) > 300
        assert n_pixels(page.ecg, tokens.breath) > 5 * 20, "the beats that count"


def test_without_an_electrocardiogram_a_sentence_says_that_nothing_is_missing(page: SessionPage) -> None:
    folded = Folded()
    folded.beat()
    page.show_model(folded.model)
    QTest.keyClick(page, Qt.Key.Key_E)
    settle(page)
    assert page.ecg.accessibleDescription() == words.NO_ECG
    assert page.ecg.height() < 100 < page.trace.height()
    assert n_pixels(page.ecg, NIGHT_WATER.heart) == 0
    folded.model.take(StrapSaid(1.0, StreamsChanged(1.0, True, True)))
    settle(page)
    assert page.ecg.accessibleDescription() == words.ECG_COMES
    folded.model.take(StrapSaid(1.0, StreamsChanged(1.0, False, True, "The strap wants to be paired.")))
    settle(page)
    assert page.ecg.accessibleDescription() == "The strap wants to be paired."


def test_a_trace_that_stops_says_so_and_comes_back(page: SessionPage) -> None:
    folded = Folded()
    heard(20, folded)
    page.show_model(folded.model)
    QTest.keyClick(page, Qt.Key.Key_E)
    settle(page)
    assert page.ecg.accessibleDescription() == ""
    folded.clock.advance(SILENT_S + 1)
    settle(page)
    assert page.ecg.accessibleDescription() == words.ECG_RESTS
    heard(3, folded)
    settle(page)
    assert page.ecg.accessibleDescription() == ""


@pytest.mark.parametrize("scale", [80, 100, 125])
def test_beside_the_numbers_nothing_lies_over_anything(page: SessionPage, scale: int) -> None:
    page.apply(NIGHT_WATER, Sizes(scale), still=False)
    folded = Folded()
    heard(20, folded)
    folded.beat()
    page.show_model(folded.model)
    QTest.keyClick(page, Qt.Key.Key_N)
    settle(page)
    alone = page.size()
    QTest.keyClick(page, Qt.Key.Key_E)
    settle(page)
    parts = [
        w for w in (page.trace, page.ecg, page.score_line, page._answer, page.numbers, page._words) if w.isVisible()
    ]
    places = [inside(page, part) for part in parts]
    assert page.ecg in parts
    assert page.size() == alone, "the page does not grow"
    assert all(page.rect().contains(place) for place in places)
    for i, one in enumerate(places):
        assert not any(one.intersects(other) for other in places[i + 1 :])


def test_where_there_is_no_room_for_both_the_numbers_go(page: SessionPage) -> None:
    page.resize(1280, 460)
    folded = Folded()
    heard(20, folded)
    page.show_model(folded.model)
    QTest.keyClick(page, Qt.Key.Key_N)
    settle(page)
    QTest.keyClick(page, Qt.Key.Key_E)
    settle(page)
    assert (page.ecg.isVisible(), page.numbers.isVisible()) == (True, False)


def test_each_beat_is_marked_with_what_became_of_it() -> None:
    model = EcgModel()
    early = QrsComplex(middle_s(2), 300.0, 1200.0, 160.0, 0.2, True, True)
    odd = piece(2)
    model.take(piece(0))
    model.take(piece(1, beats=(SeenBeat(middle_s(0), Verdict.KEPT),)))
    model.take(EcgCame(odd.at_s, RATE_HZ, odd.time_s, odd.microvolts, (early,)))
    made_up = SeenBeat(middle_s(2) + 0.2, Verdict.EXTRA)
    model.take(piece(3, beats=(SeenBeat(middle_s(1) + 0.01, Verdict.LONG), made_up)))
    marks = {round(at_s - CLOCK_S, 3): mark for at_s, mark in model.marks()}
    assert [marks[round(middle_s(n) - CLOCK_S, 3)] for n in range(4)] == [
        Mark.COUNTED, Mark.SET_ASIDE, Mark.EXTRA, Mark.PENDING,
    ]  # fmt: skip
    assert marks[round(made_up.strap_s - CLOCK_S, 3)] is Mark.SET_ASIDE


@given(st.lists(st.floats(0.0, 0.25), min_size=10, max_size=60))
def test_the_trace_never_runs_out_nor_back_while_pieces_come_in_time(lates_s: list[float]) -> None:
    model = EcgModel()
    for n in range(6):
        model.take(piece(n))
    before_s = None
    for n, late_s in enumerate(lates_s, 6):
        came = piece(n, late_s)
        edge_s = model.edge_s(came.at_s)
        assert edge_s is not None
        assert edge_s <= model.pieces[-1].time_s[-1] + 1e-6, "there are samples up to the edge"
        assert before_s is None or edge_s >= before_s
        model.take(came)
        before_s = model.edge_s(came.at_s)


def test_a_clock_that_was_set_begins_a_new_trace() -> None:
    model = EcgModel()
    for n in range(8):
        model.take(piece(n))
    model.take(piece(8, set_to_s=3.0))
    assert len(model.pieces) == 1
    edge_s = model.edge_s(9 * PIECE_S)
    assert edge_s is not None
    assert edge_s < 20


def test_what_is_kept_stays_small() -> None:
    model = EcgModel()
    for n in range(500):
        model.take(piece(n, beats=(SeenBeat(middle_s(n), Verdict.KEPT),)))
    assert len(model.pieces) < 25
    assert len(model.marks()) <= 60
    assert model.agreement() == "agrees with 499 of 499 beats"
