"""The course in the window: a course begun, walked in any order, and all that belongs to it within one press."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from biofeedback.app import Application
from biofeedback.care.plan import Plan, read_plan
from biofeedback.storage.database import Store
from biofeedback.ui.pages.course import CoursePage
from biofeedback.ui.parts.basics import Card
from biofeedback.ui.words import course as words
from tests.ui.conftest import opened_in, wait_until
from tests.ui.living import practise
from tests.ui.pages.test_checkin import settled
from tests.ui.using import buttons, press, texts


def opened(application: Application) -> CoursePage:
    press(application.window.start, words.COURSE)
    settled(application)
    return application.window.rooms.course


def card(page: QWidget, title: str) -> Card:
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
        minutes, planned = window.settings.minutes, window.start.card.exercise.id
        window.start.choose("box-breathing")
        shown = card(window.start, f"{words.TODAY}: ")
        assert shown.accessibleName().endswith("5 min"), "as long as it is planned, whatever lengths there are"
        QTest.mouseClick(shown, Qt.MouseButton.LeftButton)
        assert window.start.card.exercise.id == planned
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


def in_course(application: Application) -> CoursePage:
    page = opened(application)
    choose(application, "Four weeks to begin with")
    return page


def test_goals_stand_in_ones_own_words_and_what_was_begun_is_not_lost(qt: QApplication, tmp_path: Path) -> None:
    with opened_in(tmp_path) as application:
        page = in_course(application)
        page.goals.text.setText("  Walk to the lake  ")
        QTest.keyClick(page.goals.text, Qt.Key.Key_Return)
        settled(application)
        assert "Walk to the lake" in texts(page.goals)
        page.goals.text.setText("Play the cello")
        application.window.go("start")
        settled(application)
        assert plan_of(tmp_path).goals == ("Walk to the lake", "Play the cello")
        application.window.go("course")
        settled(application)
        press(page.goals, words.TAKE_OUT)
        settled(application)
        assert plan_of(tmp_path).goals == ("Play the cello",)


def test_the_week_is_changed_by_the_person_and_each_change_is_kept(qt: QApplication, tmp_path: Path) -> None:
    with opened_in(tmp_path) as application:
        page = in_course(application)
        page.week.open()
        rest, slow = plan_of(tmp_path).week_on(date.today()).practices
        press(page.week, "10 min")
        settled(application)
        assert plan_of(tmp_path).week_on(date.today()).practices == (replace(rest, minutes=10.0), slow)
        press(page.week, words.days(rest.days_a_week + 1))
        settled(application)
        press(page.week, "Box breathing")
        settled(application)
        kept = plan_of(tmp_path).week_on(date.today()).practices
        assert [(each.exercise, each.days_a_week) for each in kept] == [
            (rest.exercise, rest.days_a_week + 1), (slow.exercise, slow.days_a_week), ("box-breathing", 1),
        ]  # fmt: skip
        press(page.week, words.TAKE_OUT)
        settled(application)
        assert plan_of(tmp_path).week_on(date.today()).practices[0].exercise == slow.exercise
        assert page.week.is_open


def test_weeks_are_looked_back_at_and_the_map_is_walked_by_arrows(qt: QApplication, tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        practise(store, date.today() - timedelta(days=8))
    with opened_in(tmp_path) as application:
        window = application.window
        QTest.keyClick(window.start, Qt.Key.Key_T)
        settled(application)
        page = window.rooms.course
        assert window.stack.currentWidget() is page
        choose(application, "Four weeks to begin with")
        press(page, words.WEEK_BEFORE)
        settled(application)
        press(page, words.WEEK_BEFORE)
        settled(application)
        assert "\u25cf" in texts(page)
        assert not buttons(page, words.WEEK_BEFORE), "nothing was practised before"
        press(page, words.WEEK_AFTER)
        settled(application)
        assert "\u25cf" not in texts(page)
        card(page, "1. Understand").setFocus()
        QTest.keyClick(card(page, "1. Understand"), Qt.Key.Key_Down)
        assert window.focusWidget() is card(page, "2. Lower the alarm")
