"""The evidence sheet in the window: own words are kept at once, finds are kept or let go for good."""

from datetime import date
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from biofeedback.app import Application
from biofeedback.care.diary import About, write
from biofeedback.care.evidence import read_found, read_sheet, write_line
from biofeedback.care.relations import Relation
from biofeedback.storage.database import Store
from biofeedback.ui.pages.evidence import EvidencePage
from biofeedback.ui.words.evidence import how_sure
from tests.ui.conftest import opened_in
from tests.ui.pages.test_checkin import settled
from tests.ui.using import press, texts


def opened(application: Application) -> EvidencePage:
    application.window.go("evidence")
    settled(application)
    page = application.window.rooms.evidence
    assert page is not None
    return page


def sheet(folder: Path) -> list[str]:
    with Store.open(folder) as store:
        return [line.words for line in read_sheet(store, "")]


def test_own_lines_are_written_left_unfinished_and_taken_off_with_undo(qt: QApplication, tmp_path: Path) -> None:
    with opened_in(tmp_path) as application:
        page = opened(application)
        assert "One line is a good start." in texts(page)
        assert "not enough days yet" in texts(page)
        QTest.keyClicks(page.text, "no pain at the sea")
        QTest.keyClick(page.text, Qt.Key.Key_Return)
        settled(application)
        QTest.keyClick(page.text, Qt.Key.Key_Return)
        settled(application)
        assert "A line of evidence needs a word." in texts(page)
        QTest.keyClicks(page.text, "left while writing")
        application.window.back()
        opened(application)
        settled(application)
        press(page, "Take off")
        press(page, "Undo")
        assert "left while writing" in texts(page)
        press(page, "Take off")
        QTest.keyClicks(page.text, "closed while writing")
        application.window.close()
    assert sheet(tmp_path) == ["closed while writing", "no pain at the sea"]


def test_finds_are_kept_or_let_go(qt: QApplication, tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        for day in (2, 3, 4):
            write(store, "", About.FLARE, "came with stress", date(2026, 5, day))
        write_line(store, "", "my own words", date(2026, 1, 1))
    with opened_in(tmp_path) as application:
        page = opened(application)
        seen = texts(page)
        assert seen.index("my own words") < seen.index("4 May 2026")
        press(page, "Yes, keep it")
        settled(application)
        settled(application)
        press(page, "Not this one")
        settled(application)
        settled(application)
        assert "3 May 2026" not in texts(page)
    assert sheet(tmp_path) == ["my own words", "You wrote on 4 May 2026 that a flare came with stress."]
    with Store.open(tmp_path) as store:
        assert [find.sources for find in read_found(store, "")] == [("2026-05-02",)]


def test_how_sure_a_relation_is_goes_by_its_interval() -> None:
    relation = Relation("stress", "pain", 0, 40, effect=0.4, low=0.12, high=0.61, p=0.01, told=True)
    assert how_sure(relation) == "It may be weak, it may be strong. Seen over 40 days."
    assert how_sure(Relation("a", "b", 0, 90, -0.6, -0.7, -0.5, 0.001, True)) == "It is strong. Seen over 90 days."
    assert how_sure(Relation("a", "b", 0, 90, 0.1, -0.2, 0.4)).startswith("It may be hardly there, it may be middling")
    assert how_sure(Relation("a", "b", 0, 3, not_enough=25)) == ""
