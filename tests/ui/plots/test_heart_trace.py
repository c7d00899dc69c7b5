"""The heart's wave: a smooth curve through its beats, that never makes much of little, level with the breath."""

from collections import Counter
from collections.abc import Iterator

import numpy as np
import pyqtgraph
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtWidgets import QApplication

from biofeedback.analysis.signal.band import Band
from biofeedback.session.scoring import GATHERING
from biofeedback.theme import NIGHT_WATER, Sizes
from biofeedback.ui.pages.session import SessionPage
from biofeedback.ui.plots.heart_trace import AHEAD_S, LEAST_SPAN_BPM, WAVE_STEP_S, HeartTrace, smooth_curve
from biofeedback.ui.plots.marks import Form, Marks
from biofeedback.ui.session_state import TracePoint
from biofeedback.ui.words import common as words
from protocols.feedback import Score
from tests.ui.folded import Folded

rr_s = st.lists(st.floats(0.3, 2.0), min_size=1, max_size=60)


@given(rr_s, st.integers(0, 60))
def test_the_curve_goes_through_every_beat_and_is_open_between_segments(intervals: list[float], cut: int) -> None:
    points = [
        TracePoint(float(at_s), 60.0 / rr, True, int(i >= cut))
        for i, (at_s, rr) in enumerate(zip(np.cumsum(intervals), intervals, strict=True))
    ]
    at_s, bpm = smooth_curve(points)
    drawn = dict(zip(at_s.tolist(), bpm.tolist(), strict=True))
    assert all(drawn[point.at_s] == pytest.approx(point.bpm) for point in points)
    assert np.isnan(at_s).sum() == len({point.segment for point in points})
    steps = np.diff(at_s)
    assert np.all(steps[~np.isnan(steps)] >= 0.0)


def test_nothing_is_drawn_of_no_beats() -> None:
    assert [len(values) for values in smooth_curve(())] == [0, 0]


def test_a_small_wave_is_never_made_large(qt: QApplication) -> None:
    page = SessionPage(NIGHT_WATER, Sizes(), lambda _: None)
    folded = Folded()
    for _ in range(40):
        folded.beat(Score())
    page.show_model(folded.model)
    for _ in range(200):
        page.trace.refresh()
    low, high = page.trace._plot.getViewBox().viewRange()[1]
    assert high - low >= LEAST_SPAN_BPM - 0.01
    page.deleteLater()


def test_before_the_first_beat_the_scale_is_one_of_hearts(qt: QApplication) -> None:
    trace = HeartTrace(NIGHT_WATER, Sizes())
    low, high = trace._plot.getViewBox().viewRange()[1]
    assert 30 <= low < high <= 200
    assert high - low >= LEAST_SPAN_BPM - 0.01
    trace.deleteLater()


class Recorded:
    """What a trace draws, made by hand: a beat a second, and a breath that remembers when it was asked for."""

    def __init__(self) -> None:
        self.bpm: list[float] = []
        self.asked_s: list[float] = []

    @property
    def session_s(self) -> float:
        return float(len(self.bpm))

    @property
    def n_beats(self) -> int:
        return len(self.bpm)

    def points(self) -> list[TracePoint]:
        return [TracePoint(float(i), bpm, True, 0) for i, bpm in enumerate(self.bpm)]

    def breath_volume_at(self, session_s: float) -> float | None:
        self.asked_s.append(session_s)
        return session_s % 1.0


@pytest.fixture
def trace(qt: QApplication) -> Iterator[HeartTrace]:
    made = HeartTrace(NIGHT_WATER, Sizes())
    yield made
    made.deleteLater()


def test_the_axis_stands_still_until_the_wave_has_moved_by_much(trace: HeartTrace) -> None:
    recorded = Recorded()
    trace.show_model(recorded)
    axis = trace._plot.getViewBox()

    def limits(*bpm: float) -> list[float]:
        recorded.bpm += bpm
        for _ in range(100):
            trace.refresh()
        return list(axis.viewRange()[1])

    settled = limits(*[75.0] * 20)
    assert settled == pytest.approx([65.0, 85.0], abs=0.2)
    assert limits(75.5, 74.6) == settled
    assert limits(84.5) != settled, "it would touch the edge"
    assert limits(130.0)[1] > 130.0


def test_a_breath_that_has_gone_by_is_asked_for_once(trace: HeartTrace) -> None:
    recorded = Recorded()
    trace.show_model(recorded)
    for _ in range(90):
        recorded.bpm.append(75.0)
        trace.refresh()
    counted = Counter(recorded.asked_s)
    assert max(counted.values()) <= AHEAD_S + 2, "what is ahead may still change, and is asked for each time"
    recorded.asked_s.clear()
    recorded.bpm = recorded.bpm[:30]  # looked through again from an earlier second
    trace.refresh()
    times, drawn = trace._wave.getData()
    assert times[0] == -30.0
    assert len(times) == len(drawn) == (30 + AHEAD_S) / WAVE_STEP_S
    assert np.all(np.diff(times) > 0.0)


@pytest.mark.parametrize("size", [(960, 640), (1280, 720), (1920, 1080)])
@pytest.mark.parametrize("scale", [100, 175])
def test_the_wave_begins_and_ends_with_the_circle(qt: QApplication, size: tuple[int, int], scale: int) -> None:
    page = SessionPage(NIGHT_WATER, Sizes(scale), lambda _: None)
    folded = Folded()
    folded.beat(Score())
    page.resize(*size)
    page.show_model(folded.model)
    page.beats_came()
    page.show()
    for _ in range(3):
        qt.processEvents()
    if scale > 100 and page._orb_rows > 1:
        pytest.skip("the circle needs all the height")
    plot = page.trace._plot
    top_px = plot.mapTo(page, plot.rect().topLeft()).y()
    radius_px = page.orb._full_radius()
    middle_px = page.orb.geometry().center().y()
    assert top_px == pytest.approx(middle_px - radius_px, abs=2.0)
    assert top_px + plot.height() == pytest.approx(middle_px + radius_px, abs=2.0)
    page.hide()
    page.deleteLater()


def test_the_first_answer_comes_before_the_wave_and_tells_its_limits() -> None:
    folded = Folded()
    folded.beat(Score(reason=GATHERING), first_swing=Band(4.2, 8.4))
    assert "went up and down by 4 to 8 beats a minute" in folded.model.answer_line()
    folded.beat(Score(reason=GATHERING))
    assert folded.model.answer_line() == GATHERING


def test_the_picture_can_have_all_the_room_and_the_way_back_is_said_once(qt: QApplication) -> None:
    page = SessionPage(NIGHT_WATER, Sizes(), lambda _: None, picture=lambda: "dawn")
    folded = Folded()
    folded.beat(Score())
    page.apply(NIGHT_WATER, Sizes())
    page.resize(1280, 720)
    page.show_model(folded.model)
    page.beats_came()
    page.show()
    before = page.orb.width()
    for said in (words.WAY_BACK, folded.model.state_line()):
        page.fill(filled=True)
        qt.processEvents()
        assert page.orb.width() > before
        assert not page.trace.isVisible()
        assert page._words.text() == said
        assert page.orb.geometry().contains(page._words.geometry())
        page.fill(filled=False)
        qt.processEvents()
        assert page.trace.isVisible()
    page.hide()
    page.deleteLater()


def test_marks_are_painted_where_they_are_whatever_the_axes(qt: QApplication) -> None:
    plot = pyqtgraph.PlotWidget()
    plot.setBackground("#000000")
    plot.hideAxis("left")
    plot.hideAxis("bottom")
    plot.resize(200, 100)
    for form in Form:
        marks = Marks(form)
        marks.colour("#ffffff")
        plot.addItem(marks, ignoreBounds=True)
        plot.setXRange(0.0, 10.0, padding=0)
        plot.setYRange(0.0, 4.0, padding=0)
        marks.show_at([5.0], [2.0])
        plot.show()
        qt.processEvents()
        image = plot.grab().toImage()
        lit = [(x, y) for x in range(200) for y in range(100) if image.pixelColor(x, y).value() > 80]
        assert lit
        assert all(abs(x - 100) <= 7 and abs(y - 50) <= 7 for x, y in lit)
        plot.removeItem(marks)
    plot.close()
