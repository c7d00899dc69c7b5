"""The diary in the window: one tap is enough, any day, changed and deleted with undo, and nothing typed is lost."""

from datetime import date, timedelta
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from biofeedback.app import Application
from biofeedback.care.checkin import keep_day
from biofeedback.care.diary import About, read_lines, write
from biofeedback.storage.database import Store
from biofeedback.ui.pages.diary import DiaryPage
from tests.ui.conftest import opened_in
from tests.ui.pages.test_checkin import settled
from tests.ui.using import press, texts

TODAY = date.today()


def opened(application: Application) -> DiaryPage:
    application.window.go("diary")
    settled(application)
    return application.window.rooms.diary


def kept(folder: Path) -> list[tuple[str, str, str, int | None]]:
    with Store.open(folder) as store:
        return [(line.on, line.about, line.words, line.strength) for line in read_lines(store, "")]


def test_lines_are_written_by_tap_and_by_word_on_any_day(qt: QApplication, tmp_path: Path) -> None:
    with opened_in(tmp_path) as application:
        page = opened(application)
        assert "no day has to be told" in texts(page)
        press(page, "A flare")
        QTest.keyClick(page.strength._buttons[0], Qt.Key.Key_7)
        press(page, "came with stress")
        settled(application)
        press(page, "Food")
        press(page, "Day before")
        QTest.keyClicks(page.text, "soup, with x and h")
        QTest.keyClick(page.text, Qt.Key.Key_Return)
        QTest.keyClick(page.text, Qt.Key.Key_Return)  # empty: told, nothing written
        settled(application)
        assert "A line of the diary needs a word." in texts(page)
        QTest.keyClicks(page.text, "left while writing")
        application.window.go("start")
        opened(application)
        QTest.keyClicks(page.text, "closed while writing")
        application.window.close()
    yesterday = (TODAY - timedelta(days=1)).isoformat()
    assert kept(tmp_path) == [
        (yesterday, "food", "soup, with x and h", None),
        (yesterday, "food", "left while writing", None),
        (TODAY.isoformat(), "flare", "came with stress", 7),
        (TODAY.isoformat(), "food", "closed while writing", None),
    ]


def test_lines_are_changed_deleted_and_had_back(qt: QApplication, tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        keep_day(store, "", TODAY, {"pain": 4}, "a quiet day")
        write(store, "", About.FLARE, "came with stress", TODAY, 6)
        write(store, "", About.NOTE, "a note", TODAY - timedelta(days=2))
    with opened_in(tmp_path) as application:
        page = opened(application)
        seen = texts(page)
        assert seen.index("Pain 4") < seen.index("6 of 10, came with stress") < seen.index("A note: a note")
        press(page, "Change")
        page.text.setText("came after a call")
        QTest.keyClick(page.strength._buttons[6], Qt.Key.Key_3)
        press(page, "Change it")
        settled(application)
        settled(application)
        assert "3 of 10, came after a call" in texts(page)
        press(page, "Delete")
        assert "came after a call" not in texts(page)
        press(page, "Undo")
        assert "came after a call" in texts(page)
        QTest.mouseClick(
            [b for b in page.findChildren(type(page.write)) if b.accessibleName() == "Delete. A note: a note"][-1],
            Qt.MouseButton.LeftButton,
        )
        application.window.close()
    assert kept(tmp_path) == [(TODAY.isoformat(), "flare", "came after a call", 3)]
