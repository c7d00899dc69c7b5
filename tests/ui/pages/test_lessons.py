"""The lessons page: read, marked, heard, and gone back from."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from biofeedback.app import Application
from biofeedback.care.reading import days_read
from biofeedback.ui.pages.lessons import LessonsPage
from biofeedback.ui.parts.lesson_picture import LessonPicture
from biofeedback.ui.words import learning as words
from protocols.lessons.library import load_lessons
from protocols.lessons.specification import Picture
from tests.ui.conftest import wait_until
from tests.ui.using import buttons, press, texts


def page_of(application: Application) -> LessonsPage:
    window = application.window
    window.go("start")
    window.rooms.lessons.lesson = None
    window.go("lessons")
    wait_until(lambda: all(each.title in texts(window.rooms.lessons) for each in load_lessons()))
    return window.rooms.lessons


def kept(application: Application) -> dict[str, str]:
    found: list[dict[str, str]] = []
    application.workshop.ask(days_read, found.append)
    wait_until(lambda: found)
    return found[0]


def test_all_lessons_stand_in_their_stages_and_escape_leads_out_one_by_one(shown: Application) -> None:
    page = page_of(shown)
    assert all(stage in texts(page) for stage in words.STAGES)
    page.open("fear-and-avoidance")
    assert "What do I leave out that I miss?" in texts(page)
    (picture,) = page.findChildren(LessonPicture)
    assert picture.accessibleName() == words.PICTURES[Picture.FEAR_CIRCLE]
    QTest.keyClick(page.area, Qt.Key.Key_Escape)
    assert page.lesson is None
    QTest.keyClick(page.area, Qt.Key.Key_Escape)
    assert shown.window.stack.currentWidget() is shown.window.start


def test_a_lesson_is_marked_by_a_press_and_when_its_end_was_seen(shown: Application) -> None:
    page = page_of(shown)
    page.open("alarm-that-learned")
    press(page, words.MARK)
    wait_until(lambda: buttons(page, words.UNMARK))
    assert "alarm-that-learned" in kept(shown)
    press(page, words.UNMARK)
    wait_until(lambda: buttons(page, words.MARK))
    assert "alarm-that-learned" not in kept(shown)
    wait_until(lambda: page.area.verticalScrollBar().maximum() > 0)
    page.area.verticalScrollBar().setValue(page.area.verticalScrollBar().maximum())
    wait_until(lambda: buttons(page, words.UNMARK))


def test_without_a_voice_it_is_kindly_said(shown: Application) -> None:
    shown.workshop.listen(on=False)
    page = page_of(shown)
    page.open("pain-is-real")
    page._workshop.listen(on=False)
    shown.workshop._accompanied()._find_speaker = lambda: None
    press(page, words.READ_ALOUD)
    wait_until(lambda: words.NO_VOICE in texts(page))
    assert buttons(page, words.READ_ALOUD)


def test_the_exercise_that_goes_with_it_is_one_press_away(shown: Application) -> None:
    page = page_of(shown)
    page.open("soft-slow-breathing")
    press(page, words.TO_EXERCISE)
    assert shown.window.stack.currentWidget() is shown.window.start
