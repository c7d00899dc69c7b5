"""The check-in in the window: few keys, nothing lost, nothing asked twice."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from biofeedback.app import Application
from biofeedback.care.checkin import Day, keep_day, read_day, read_days
from biofeedback.care.profile import Profile, keep_profile, read_profile
from biofeedback.storage.database import Store
from biofeedback.ui.pages.checkin import CORE, CheckinPage
from tests.ui.conftest import opened_in, wait_until
from tests.ui.using import press, texts

SIX_KEYS = "C63X47"
"""From the start page: open the check-in, then pain, sleep, stress, movement and mood."""


def type_keys(application: Application, keys: str) -> None:
    for key in keys:
        QTest.keyClick(QApplication.focusWidget() or application.window, key.lower())


@contextmanager
def at(folder: Path) -> Iterator[Application]:
    with opened_in(folder) as application:
        application.window.activateWindow()
        application.window.go("start")
        wait_until(lambda: QApplication.focusWidget() is not None)
        yield application


def opened(application: Application) -> CheckinPage:
    application.window.go("checkin")
    settled(application)
    return application.window.rooms.checkin


def settled(application: Application) -> None:
    """All that was asked of the data has been answered."""
    done: list[bool] = []
    application.workshop.ask(lambda store, person: True, done.append)
    wait_until(lambda: done)


def told(folder: Path, on: date | None = None) -> Day:
    with Store.open(folder) as store:
        return read_day(store, "", on or date.today())


def test_six_keys_from_the_start_answer_the_five_core_questions_and_closing_loses_none(
    qt: QApplication, tmp_path: Path
) -> None:
    with at(tmp_path) as application:
        type_keys(application, SIX_KEYS)
    assert len(SIX_KEYS) == 1 + len(CORE)
    assert told(tmp_path).answers == dict(zip(CORE, (6, 3, 10, 4, 7), strict=True))


def test_what_was_told_stands_there_and_can_be_changed_or_taken_back(qt: QApplication, tmp_path: Path) -> None:
    today = date.today()
    with Store.open(tmp_path) as store:
        keep_profile(store, "", Profile(symptoms=("tinnitus",)))
        keep_day(store, "", today, {"pain": 4, "tinnitus": 2, "mood": 5}, "a quiet day")
        keep_day(store, "", today - timedelta(days=1), {"sleep": 8})
    with at(tmp_path) as application:
        page = opened(application)
        assert {name: row.value for name, row in page.rows.items() if row.value is not None} == {
            "pain": 4,
            "tinnitus": 2,
            "mood": 5,
        }
        assert page.note.text() == "a quiet day"
        page.rows["pain"].focus()
        type_keys(application, "4")
        QTest.keyClick(page.rows["mood"]._buttons[5], Qt.Key.Key_Backspace)
        press(page, "Yesterday")
        settled(application)
        assert page.rows["sleep"].value == 8
        assert page.rows["pain"].value is None
        page.rows["pain"].focus()
        type_keys(application, "2")
    assert told(tmp_path).answers == {"pain": 4, "tinnitus": 2}
    assert told(tmp_path, today - timedelta(days=1)).answers == {"sleep": 8, "pain": 2}


def test_the_last_of_quick_answers_stays_and_letters_of_a_note_are_kept_as_typed(
    qt: QApplication, tmp_path: Path
) -> None:
    with at(tmp_path) as application:
        page = opened(application)
        for key in "0123456789X":
            page.rows["pain"].focus()
            type_keys(application, key)
        QTest.keyClicks(page.note, "with h, c and x")
    assert told(tmp_path).answers == {"pain": 10}
    assert told(tmp_path).note == "with h, c and x"


def test_symptoms_are_chosen_asked_and_let_go(qt: QApplication, tmp_path: Path) -> None:
    with at(tmp_path) as application:
        page = opened(application)
        page.followed.open()
        press(page.followed, "nausea")
        QTest.keyClicks(page.followed.own, "cold hands")
        QTest.keyClick(page.followed.own, Qt.Key.Key_Return)
        wait_until(lambda: {"nausea", "cold hands"} <= set(page.rows))
        page.rows["cold hands"].focus()
        type_keys(application, "3")
        press(page.followed, "nausea")
        wait_until(lambda: "nausea" not in page.rows)
        QTest.keyClicks(page.followed.own, "Sleep")
        QTest.keyClick(page.followed.own, Qt.Key.Key_Return)
        wait_until(lambda: "asked of everybody already" in texts(page))
    with Store.open(tmp_path) as store:
        assert read_profile(store, "").symptoms == ("cold hands",)
        assert read_days(store, "")[-1].answers == {"cold hands": 3}
