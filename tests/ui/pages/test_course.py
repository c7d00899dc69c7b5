"""The course in the window: a course begun, walked in any order, and all that belongs to it within one press."""

from datetime import date
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from biofeedback.app import Application
from biofeedback.care.plan import Plan, read_plan
from biofeedback.storage.database import Store
from biofeedback.ui.pages.course import CoursePage
from biofeedback.ui.parts.basics import Card
from biofeedback.ui.words import course as words
from tests.ui.conftest import opened_in, wait_until
from tests.ui.pages.test_checkin import settled
from tests.ui.using import press, texts


def opened(application: Application) -> CoursePage:
    press(application.window.start, words.COURSE)
    settled(application)
    return application.window.rooms.course


def card(page: CoursePage, title: str) -> Card:
    return next(each for each in page.findChildren(Card) if each.accessibleName().startswith(title))


def choose(application: Application, title: str) -> None:
    QTest.mouseClick(card(application.window.rooms.course, title), Qt.MouseButton.LeftButton)
    settled(application)


def plan_of(folder: Path) -> Plan:
    with Store.open(folder) as store:
        plan = read_plan(store, "")
        assert plan is not None
        return plan


def test_a_course_is_begun_walked_and_leads_to_todays_practice(qt: QApplication, tmp_path: Path) -> None:
    with opened_in(tmp_path) as application:
        window = application.window
        page = opened(application)
        assert words.NO_PLAN in texts(page)
        choose(application, "Four weeks to begin with")
        assert "1. Understand, you are here" in texts(page)
        assert "Quiet rest, 5 minutes" in texts(page)
        assert words.HERE not in card(page, "2. Lower the alarm").accessibleName()
        choose(application, "2. Lower the alarm")
        assert "2. Lower the alarm, you are here" in texts(page)
        assert card(page, "2. Lower the alarm").isChecked()
        press(page, words.STAY)
        settled(application)
        press(page, words.BEGIN_IT)
        wait_until(lambda: window.stack.currentWidget() is window.start)
        settled(application)
        assert window.start.card.exercise.id in {
            each.exercise for each in plan_of(tmp_path).week_on(date.today()).practices
        }
        assert texts(window.start.card).startswith(words.TODAY)
        minutes = window.settings.minutes
        press(window.start, "Begin")
        wait_until(lambda: window.stack.currentWidget() is not window.start)
        assert window.settings.minutes == minutes, "what is planned changes nothing that was chosen"
    plan = plan_of(tmp_path)
    assert (plan.course, plan.stays, plan.week_on(date.today()).stage) == ("four-weeks", True, 2)


def test_every_part_of_the_course_is_one_press_away_and_one_back(qt: QApplication, tmp_path: Path) -> None:
    with opened_in(tmp_path) as application:
        window = application.window
        opened(application)
        for name, title, _ in words.PAGES:
            choose(application, title)
            assert window.stack.currentWidget() is not window.rooms.course, name
            QTest.keyClick(window, Qt.Key.Key_Escape)
            settled(application)
            assert window.stack.currentWidget() is window.rooms.course, name


def test_what_cannot_be_kept_is_told_on_the_page(qt: QApplication, tmp_path: Path) -> None:
    with opened_in(tmp_path) as application:
        page = opened(application)
        page._tell("The disk is full.")
        assert "The disk is full." in texts(page)
        page.enter()
        settled(application)
        assert "The disk is full." not in texts(page)
