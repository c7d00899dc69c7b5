"""A group in its windows: the clinician's tiles, and the patients' screen, which shows the breath and no figures."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from biofeedback.group_windows import GroupWindows
from biofeedback.session.events import Quality
from biofeedback.session.kept.archive import read_summary
from biofeedback.session.several.group import Member
from biofeedback.storage.database import Store
from biofeedback.storage.faults import FAULTS
from biofeedback.ui.office.tiles import TileCard
from biofeedback.ui.words import group as words
from biofeedback.ui.words.common import PART_RESTS
from devices.several import open_straps
from protocols.library import find_exercise
from tests.session.test_unforeseen import Fault
from tests.ui.conftest import wait_until

FIVE = ("sim:rest", "sim:calm", "sim:dropout?every_s=20&for_s=15", "sim:ectopic", "sim:rest")
CODES = [f"P{number}" for number in range(1, 6)]
SPEED = 8.0
"""A strap is silent after 5 s of the session: a busy machine must not take so long."""


@contextmanager
def shown(store: Store, *uris: str, in_step: bool = True) -> Iterator[GroupWindows]:
    straps = open_straps(uris)
    members = [Member(f"Person {number}", strap) for number, strap in enumerate(straps)]
    exercise = find_exercise("paced-breathing").lasting(5)
    made = GroupWindows(store, exercise, members, CODES[: len(uris)], SPEED, in_step=in_step)
    try:
        with made.watched():
            made.show()
            yield made
    finally:
        made.close()
        for window in filter(None, (made.tiles, made.breath)):
            window.close()
            window.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def texts(widget: QWidget) -> str:
    return "\n".join(each.text() for kind in (QLabel, QPushButton) for each in widget.findChildren(kind))


def test_a_group_is_steered_from_one_window_and_the_other_shows_nothing_of_anybody(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store, shown(store, *FIVE) as windows:
        page, model, breath = windows.tiles.page, windows.model, windows.breath
        assert breath is not None
        assert texts(page).count(words.WAITING) == 1
        wait_until(lambda: model.begun and all(tile.hr_bpm for tile in model.tiles))
        page.refresh()
        assert all(code in texts(page) for code in CODES)
        assert "Person" not in texts(page)
        wait_until(lambda: model.tiles[2].quality is Quality.LOST)
        page.refresh()
        cards = page.tiles.cards
        assert words.NO_FIGURE in texts(cards[2])
        assert not any("No beats" in texts(cards[number]) for number in (0, 1, 3, 4))
        wait_until(lambda: breath.breath.part.text() == "Slow breathing")
        assert not re.search(r"\d|P\d|beat", texts(breath))
        QTest.keyClick(page, Qt.Key.Key_Space)
        wait_until(lambda: model.room.paused)
        assert page.pause.text() == words.GO_ON
        page.pause.click()
        wait_until(lambda: not model.room.paused)
        page.end.click()
        page.keep_going.click()
        assert not model.ending
        page.end.click()
        page.end_here.click()
        wait_until(lambda: model.over)
        page.refresh()
        assert words.OVER in texts(page)
        wait_until(lambda: breath.breath.words.text() == words.DONE)
        found = windows.close()
        assert [each.person for each in found] == CODES
        assert [each.ended for each in found] == ["stopped"] * 5
        for each in found:
            assert each.summary is not None
            assert read_summary(store, each.session_id).as_json() == each.summary.as_json()


def test_one_can_be_ended_alone_and_the_others_go_on(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store, shown(store, *FIVE[:2]) as windows:
        page, model = windows.tiles.page, windows.model
        wait_until(lambda: model.begun and all(tile.hr_bpm for tile in model.tiles))
        first = page.tiles.cards[0]
        QTest.mouseClick(first, Qt.MouseButton.LeftButton)
        assert words.SURE_ALONE.format("P1") in texts(page)
        page.keep_going.click()
        assert words.SURE_ALONE.format("P1") in page._sure.text()
        assert page.sure.isHidden()
        first.setFocus()
        QTest.keyClick(first, Qt.Key.Key_Return)
        page.end_here.click()
        wait_until(lambda: model.tiles[0].ended)
        page.refresh()
        assert not model.ending
        assert model.tiles[1].ended is None
        assert page.pause.isVisible()
        QTest.mouseClick(first, Qt.MouseButton.LeftButton)
        assert page.sure.isHidden(), "what is ended is not ended again"
        ended_s = model.room.session_s
        wait_until(lambda: model.room.session_s > ended_s + 10.0)  # each began with a first beat of their own
        page.end.click()
        assert page._sure.text() == words.SURE
        page.end_here.click()
        wait_until(lambda: model.over)
        found = windows.close()
        assert [each.ended for each in found] == ["stopped"] * 2
        assert found[0].summary is not None
        assert found[1].summary is not None
        assert found[0].summary.duration_s < found[1].summary.duration_s


def test_one_who_does_not_feel_well_is_noted_by_a_press_and_a_key(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store, shown(store, *FIVE[:2]) as windows:
        page, model, breath = windows.tiles.page, windows.model, windows.breath
        assert breath is not None
        wait_until(lambda: model.begun and all(tile.hr_bpm for tile in model.tiles))
        QTest.keyClick(page, Qt.Key.Key_U)
        assert model.tiles[0].ended is None, "the key alone ends nobody"
        page.end.click()
        assert (page.note.isHidden(), page.unwell.isHidden()) == (True, True), "all are not unwell at once"
        page.keep_going.click()
        QTest.mouseClick(page.tiles.cards[0], Qt.MouseButton.LeftButton)
        QTest.keyClicks(page.note, "unsteady, u")
        assert page.sure.isVisible(), "what is typed is a note"
        page.keep_going.setFocus()
        QTest.keyClick(page.keep_going, Qt.Key.Key_U)
        assert page.sure.isHidden()
        wait_until(lambda: model.tiles[0].ended)
        page.refresh()
        assert words.ENDED_UNWELL in texts(page.tiles.cards[0])
        assert words.ENDED_UNWELL not in texts(page.tiles.cards[1])
        wait_until(lambda: breath.breath.part.text())
        assert not re.search(r"unwell|unsteady|P1", texts(breath))
        QTest.mouseClick(page.tiles.cards[1], Qt.MouseButton.LeftButton)
        assert page.note.text() == "", "a note of one is never that of another"
        QTest.keyClick(page, Qt.Key.Key_Escape)
        assert page.sure.isHidden()
        found = windows.close()
        assert [each.ended for each in found] == ["unwell", "stopped"]
        marks = [[mark.label for mark in store.markers(each.session_id)] for each in found]
        assert marks == [["unwell", "unsteady, u"], []]


def test_closing_the_window_in_the_middle_keeps_everybody_s_session(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store, shown(store, *FIVE[:2], in_step=False) as windows:
        assert windows.breath is None
        assert windows.tiles.page.breath.isHidden()
        wait_until(lambda: all(tile.hr_bpm for tile in windows.model.tiles))
        found = windows.close()
        assert [(each.ended, each.summary is not None) for each in found] == [("stopped", True)] * 2
        assert [row.interrupted for row in store.sessions()] == [False, False]


def test_an_error_of_the_window_is_told_and_ends_nobody_s_session(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    with Store.open(tmp_path) as store, shown(store, *FIVE[:2]) as windows:
        wait_until(lambda: all(tile.hr_bpm for tile in windows.model.tiles))
        with monkeypatch.context() as patch:
            fault = Fault(ZeroDivisionError()).into(patch, TileCard, "show_tile")
            wait_until(lambda: fault.n_failed)
        wait_until(lambda: PART_RESTS in texts(windows.tiles.page))
        before = list(windows.model.tiles)
        wait_until(lambda: all(now != then for now, then in zip(windows.model.tiles, before, strict=True)))
        assert [(each.ended, each.saved) for each in windows.close()] == [("stopped", True)] * 2
    assert (tmp_path / FAULTS).read_text().count("ZeroDivisionError") == 1
    assert "Traceback" not in "".join(capfd.readouterr())
