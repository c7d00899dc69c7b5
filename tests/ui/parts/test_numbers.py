"""Numbers for those who ask: with band and window, and nothing cut off."""

from collections.abc import Iterator
from dataclasses import fields

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from biofeedback.analysis.beats.trust import IRREGULAR
from biofeedback.analysis.figures.indices import LiveIndices
from biofeedback.analysis.signal.band import Band
from biofeedback.session.events import ReferenceCame
from biofeedback.theme import NIGHT_WATER, Sizes, style_sheet
from biofeedback.ui.pages.session import SessionPage
from biofeedback.ui.words import numbers as words
from protocols.feedback import Score
from protocols.phases import Feedback
from tests.ui.folded import CALM, SMOOTH, Folded

FULL = {
    "hr_bpm": 62.3, "rmssd_ms": 41.0, "swing_bpm": 9.2, "respiration_per_min": 6.0, "smoothness": 0.8,
    "coherence_ratio": 5.1, "peak_hz": 0.1, "artifact_percent": 1.6, "synchrony": 0.93, "lag_deg": 25.0,
    "bands": {number.key: Band(10.0, 20.0) for number in words.NUMBERS},
}  # fmt: skip


@pytest.fixture
def page(qt: QApplication) -> Iterator[SessionPage]:
    qt.setStyleSheet(style_sheet(NIGHT_WATER, Sizes(), "Sans"))
    made = SessionPage(NIGHT_WATER, Sizes(), lambda _: None)
    made.layout().setContentsMargins(48, 32, 48, 32)  # type: ignore[union-attr]
    made.orb._timer.setInterval(1_000_000)
    made.resize(1280, 720)
    made.show()
    yield made
    made.hide()
    made.deleteLater()
    qt.setStyleSheet("")


def ask(page: SessionPage, folded: Folded) -> None:
    """Show a session, and press N."""
    page.show_model(folded.model)
    if page.numbers.isHidden():
        QTest.keyClick(page, Qt.Key.Key_N)
    settle(page)


def settle(page: SessionPage) -> None:
    for _ in range(4):
        page.refresh()
        QApplication.processEvents()


def shown(page: SessionPage) -> dict[str, str]:
    """The numbers as they stand, by their names."""
    pairs = [pair for group in (page.numbers._figures, page.numbers._line) for pair in group._labels]
    return {name.text(): value.text() for name, value in pairs if value.isVisible()}


def test_each_number_has_its_window_and_its_band_or_a_dash(page: SessionPage) -> None:
    folded = Folded()
    folded.beat(SMOOTH, hr_bpm=62.3, rmssd_ms=None)
    ask(page, folded)
    told = shown(page)
    assert told["heart rate"] == "62 bpm (60 to 64)"
    assert told["beat to beat"] == words.DASH
    folded.beat(SMOOTH, rmssd_ms=41.0, smoothness=0.8)
    page.refresh()
    assert shown(page)["beat to beat"] == "41 ms (35 to 48)"
    assert shown(page)["smoothness"] == "0.80", "a figure without a band stands alone"


def test_every_live_figure_is_there_with_what_it_means() -> None:
    told = {number.key for number in words.NUMBERS}
    not_figures = {
        "respiration_from",
        "respiration_note",
        "at_s",
        "withheld",
        "irregular",
        "bands",
        "lag_s",
        "first_swing",
    }
    assert told == {field.name for field in fields(LiveIndices)} - not_figures
    for key in told:
        assert "From the last" in words.live_meaning(key, LiveIndices(0.0))
        assert "To compare: " in words.live_meaning(key, LiveIndices(0.0))


def test_the_pointer_that_rests_on_a_number_learns_what_it_needs(page: SessionPage) -> None:
    folded = Folded()
    folded.beat()
    ask(page, folded)
    tips = [value.toolTip() for _, value in page.numbers._figures._labels]
    assert any("needs 20 differences over 30 s" in tip and "same breathing pace" in tip for tip in tips)


def test_what_the_dot_is_made_of_is_told_on_request_only(page: SessionPage) -> None:
    folded = Folded(Feedback.CALM)
    folded.beat(CALM)
    page.show_model(folded.model)
    assert not page.numbers.isVisible()
    ask(page, folded)
    told = shown(page)
    assert told[words.ON_THE_LINE] == "0.40 (0.30 to 0.50), mark at 0.45"
    assert told["ln RMSSD, ln ms"] == "3.20, usually 3.40, adds -0.60"
    assert told["heart rate, beats a minute"] == "66.4, usually 68.2, adds +0.20"
    QTest.keyClick(page, Qt.Key.Key_N)
    assert not page.numbers.isVisible()


def test_while_it_is_withheld_the_parts_tell_nothing_as_of_now(page: SessionPage) -> None:
    folded = Folded(Feedback.CALM)
    folded.beat(CALM)
    folded.beat(Score(goal=0.45, reason="Not now."))
    ask(page, folded)
    assert shown(page)[words.ON_THE_LINE] == words.DASH
    assert shown(page)["ln RMSSD, ln ms"] == "\u2013, usually 3.40, adds \u2013"


def test_without_feedback_the_reason_for_dashes_is_told_beside_them(page: SessionPage) -> None:
    folded = Folded()
    folded.begin(1)
    folded.beat(Score(reason="This part has nothing to reach."), withheld=IRREGULAR, irregular=True)
    ask(page, folded)
    assert IRREGULAR in [label.text() for label in page.numbers.findChildren(QLabel) if label.isVisible()]
    assert "in time" not in shown(page), "nothing paces here"


def test_neurokit2_stands_beside_ours(page: SessionPage) -> None:
    folded = Folded()
    folded.beat()
    folded.model.take(ReferenceCame(folded.clock.now(), 120.0, "neurokit2", {"HRV_RMSSD": 39.6}))
    ask(page, folded)
    assert shown(page)["beat to beat, again"] == "40 ms"


SCALES = (100, 125, 150, 175)


@pytest.mark.parametrize("feedback", [Feedback.SMOOTHNESS, Feedback.CALM])
@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("size", [(1000, 700), (1280, 720)])
def test_no_number_is_cut_and_nothing_overlaps(
    page: SessionPage, qt: QApplication, size: tuple[int, int], scale: int, feedback: Feedback
) -> None:
    folded = Folded(feedback)
    folded.beat(CALM if feedback is Feedback.CALM else SMOOTH, **FULL)
    qt.setStyleSheet(style_sheet(NIGHT_WATER, Sizes(scale), "Sans"))
    page.apply(NIGHT_WATER, Sizes(scale))
    page.resize(*size)
    ask(page, folded)
    if scale <= 125:
        assert not page.numbers.verticalScrollBar().isVisible()
        assert page.trace.isVisible()
    inside = page.numbers.viewport().width()
    for label in page.numbers.findChildren(QLabel):
        if label.isVisible():
            assert label.width() >= label.sizeHint().width() or label.wordWrap(), label.text()
            assert label.height() >= label.sizeHint().height(), label.text()
            right = label.mapTo(page.numbers.viewport(), label.rect().topRight()).x()
            assert right < inside, label.text()
    for one, other in zip(rows := stacked(page), rows[1:], strict=False):
        assert one.bottom() < other.top()
    assert min(page.orb.width(), page.orb.height()) >= 160
    assert rows[-1].bottom() <= size[1]


def stacked(page: SessionPage) -> list[QRect]:
    """Where breath, words, numbers and what is under them stand."""
    widgets: list[QWidget] = [page.orb, page._words, page.numbers, page._quality, page._progress]
    return [widget.geometry() for widget in widgets]


def test_the_numbers_do_not_keep_the_window_from_being_made_smaller(page: SessionPage) -> None:
    folded = Folded()
    folded.beat(SMOOTH, **FULL)
    page.resize(1920, 1080)
    ask(page, folded)
    page.resize(1000, 700)
    settle(page)
    assert (page.width(), page.height()) == (1000, 700)
    assert page.minimumSizeHint().width() <= 1000


def test_new_values_do_not_move_the_breath(page: SessionPage) -> None:
    folded = Folded()
    folded.beat(SMOOTH, **FULL)
    ask(page, folded)
    before = page.orb.geometry()
    for score, figures in ((SMOOTH, {}), (Score(goal=0.5, reason="Not now."), {}), (SMOOTH, {"hr_bpm": 150.0})):
        folded.beat(score, **figures)
        settle(page)
        assert page.orb.geometry() == before
