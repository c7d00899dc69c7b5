"""Painting holds steady, and the model gives it what it needs."""

import sys
from itertools import pairwise

import pytest
from PySide6.QtWidgets import QApplication

from biofeedback.analysis.beats.beat import Beat, Verdict
from biofeedback.analysis.figures.indices import LiveIndices
from biofeedback.session.events import Anchor, AnchorMoved, BeatsCame, Began, Quality
from biofeedback.theme import NIGHT_WATER, THEMES, Sizes, Tokens, contrast, style_sheet
from biofeedback.ui.model import SessionModel
from biofeedback.ui.pages.session import SessionPage
from devices.clock import Clock
from devices.source import SourceInfo
from protocols.feedback import Score
from protocols.library import find_exercise
from protocols.timeline import Timeline


@pytest.fixture
def clock() -> Clock:
    return Clock(0)


@pytest.fixture
def model(clock: Clock) -> SessionModel:
    """A session of paced breathing whose first minute of beats has come."""
    made = SessionModel(clock)
    anchor = Anchor(0.0, 0.0, running=True)
    timeline = Timeline.of(find_exercise("paced-breathing").choosing({"begin": "rest"}))
    made.take(Began("s", SourceInfo("sim:", "Simulated person", True), timeline, anchor))
    made.take(AnchorMoved(0.0, anchor))
    for n in range(60):
        clock.advance(1.0)
        made.take(beats_came(n, n + 1.0, clock.now()))
    return made


def beats_came(ordinal: int, at_s: float, clock_s: float) -> BeatsCame:
    new = Beat(ordinal, at_s, 1000.0, 0)
    judged = Beat(ordinal - 2, at_s - 2.0, 1000.0, 0, Verdict.KEPT, "", 1000.0)
    earlier = (judged,) if ordinal >= 2 else ()
    return BeatsCame(at_s, (new,), earlier, LiveIndices(at_s), Score(), Quality.GOOD, clock_s)


def test_two_thousand_frames_lose_no_reference_to_none_and_true(
    qt: QApplication, model: SessionModel, clock: Clock
) -> None:
    page = SessionPage(NIGHT_WATER, Sizes(), lambda _: None)
    page.resize(800, 500)
    page.show_model(model)
    page.show()
    qt.processEvents()
    before = sys.getrefcount(None), sys.getrefcount(True)
    for _ in range(2000):
        clock.advance(0.016)
        page.orb.repaint()
        page.trace.refresh()
        page.trace.repaint()
    after = sys.getrefcount(None), sys.getrefcount(True)
    page.hide()
    page.deleteLater()
    # From Python 3.12 on both are immortal, and their counts mean nothing: some libraries count on, and now and then
    # the interpreter sets them back
    if sys.version_info < (3, 12):
        assert abs(after[0] - before[0]) < 500
        assert abs(after[1] - before[1]) < 500


def test_each_beat_is_drawn_once_and_the_newest_at_once(model: SessionModel) -> None:
    times = [point.at_s for point in model.points()]
    assert times == [n + 1.0 for n in range(60)]


def test_the_breath_is_that_of_the_practice_time(model: SessionModel, clock: Clock) -> None:
    assert model.breath() is None
    clock.advance(4 * 60.0 - model.elapsed_s + 4.0)
    breath = model.breath()
    assert breath is not None
    assert breath.volume == pytest.approx(1.0)


def test_the_circle_does_not_jump_when_pacing_ends(model: SessionModel, clock: Clock) -> None:
    timeline = model.timeline
    assert timeline is not None
    volumes = []
    clock.advance(14 * 60.0 - 3.0 - model.elapsed_s)
    for _ in range(600):
        clock.advance(0.016)
        model.planned = timeline.phase_at(model.elapsed_s)
        volumes.append(model.volume())
    assert max(abs(b - a) for a, b in pairwise(volumes)) < 0.02


@pytest.mark.parametrize("tokens", THEMES.values(), ids=str)
def test_text_and_lines_stand_out_in_every_theme(tokens: Tokens) -> None:
    for ground in (tokens.background, tokens.surface):
        assert contrast(tokens.text, ground) >= 4.5
        assert contrast(tokens.muted, ground) >= 4.5
    assert contrast(tokens.background, tokens.breath) >= 4.5
    for line in (tokens.breath, tokens.heart, tokens.calm, tokens.attention):
        assert contrast(line, tokens.background) >= 3.0


def test_the_style_sheet_has_no_loose_ends() -> None:
    assert "$" not in style_sheet(NIGHT_WATER, Sizes(150), "Sans")
