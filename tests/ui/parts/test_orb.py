"""The breath to follow: whatever else is painted waits for it."""

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication

from biofeedback.theme import NIGHT_WATER, Sizes
from biofeedback.ui.parts.orb import FRAME_MS, ROOM_MS, Orb


@pytest.fixture
def orb(qt: QApplication) -> Iterator[Orb]:
    """It is shown and its timer runs, but Qt is not let: frames go by when the test says so."""
    made = Orb(NIGHT_WATER, Sizes())
    made.resize(200, 200)
    made.show()
    qt.processEvents()
    yield made
    made.deleteLater()


@pytest.mark.parametrize(("left_ms", "at_once"), [(FRAME_MS, True), (ROOM_MS, True), (ROOM_MS - 1, False), (0, False)])
def test_what_comes_just_before_a_frame_waits_for_it(
    orb: Orb, monkeypatch: pytest.MonkeyPatch, left_ms: int, at_once: bool
) -> None:
    monkeypatch.setattr(orb._timer, "remainingTime", lambda: left_ms)
    n_frames = len(orb.frames_s)
    done: list[int] = []
    orb.beside(lambda: done.append(len(orb.frames_s)))
    assert done == ([n_frames] if at_once else [])
    orb._next_frame()
    assert done == [n_frames if at_once else n_frames + 1], "after the frame, and once"


def test_nothing_waits_for_a_breath_that_does_not_move(orb: Orb, monkeypatch: pytest.MonkeyPatch) -> None:
    orb.hide()
    monkeypatch.setattr(orb._timer, "remainingTime", lambda: 0)
    done: list[str] = []
    orb.beside(lambda: done.append("now"))
    assert done == ["now"]


def test_what_waits_when_the_breath_goes_away_is_done(orb: Orb, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(orb._timer, "remainingTime", lambda: 0)
    done: list[str] = []
    orb.beside(lambda: done.append("beat"))
    orb.hide()
    assert done == ["beat"]
