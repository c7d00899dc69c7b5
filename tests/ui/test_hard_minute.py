"""The hard minute: one key or one press, from everywhere, whatever stands in the way."""

from dataclasses import replace
from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from biofeedback.app import Application
from biofeedback.storage.database import Store
from biofeedback.ui.cautions import FIRST_AID, with_answers
from biofeedback.ui.words import common as words
from biofeedback.ui.words.after import NO_BEATS
from biofeedback.ui.words.exercises import STRONG
from protocols.library import find_exercise
from protocols.safety import CHECKS
from tests.ui.conftest import wait_until
from tests.ui.using import begin, buttons, end, press, texts

PAGES = ("start", "exercises", "strap", "history", "after", "ladder", "settings")
UNREACHABLE = ("ble:", "ble:nonsense", "sim:nobody")


def wait_for_the_hard_minute(application: Application) -> None:
    window = application.window
    wait_until(
        lambda: (
            window.stack.currentWidget() is window.rooms.session
            and window.model is not None
            and window.model.timeline is not None
            and window.model.timeline.exercise.id == FIRST_AID
            and window.model.planned is not None
        )
    )


def test_one_key_begins_it_from_every_page_and_again_it_changes_nothing(application: Application) -> None:
    window = application.window
    window.change_settings(replace(window.settings, reduced_motion=True))
    for i, name in enumerate((*PAGES, "welcome", "unwell")):
        if name in PAGES:
            window.go(name)
        else:
            window.show_page(window.welcome if name == "welcome" else window.rooms.unwell)
        page = window.stack.currentWidget()
        assert page is not None
        QTest.keyClick(page, Qt.Key.Key_H if i % 2 else Qt.Key.Key_F1)
        wait_for_the_hard_minute(application)
        model = window.model
        QTest.keyClick(window.rooms.session, Qt.Key.Key_H)
        assert window.model is model
        end(application)
        wait_until(lambda: window.stack.currentWidget() is window.rooms.after)


def test_one_press_begins_it_from_every_page_that_has_a_top(application: Application) -> None:
    window = application.window
    window.change_settings(replace(window.settings, reduced_motion=True))
    for name in PAGES:
        window.go(name)
        page = window.stack.currentWidget()
        assert page is not None
        assert len(buttons(page, STRONG)) >= 1, name
        press(page, STRONG)
        wait_for_the_hard_minute(application)
        end(application)
        wait_until(lambda: window.stack.currentWidget() is window.rooms.after)


def test_what_is_being_practised_is_ended_and_kept(application: Application) -> None:
    window = application.window
    begin(application, find_exercise("paced-breathing"))
    before = window.model
    assert before is not None
    wait_until(lambda: before.n_beats > 20)
    QTest.keyClick(window.rooms.session, Qt.Key.Key_H)
    wait_for_the_hard_minute(application)
    assert window.model is not None
    assert window.model.session_id != before.session_id
    wait_until(lambda: window.model is not None and window.model.n_beats > 3)
    assert window.stack.currentWidget() is window.rooms.session
    end(application)
    wait_until(lambda: window.stack.currentWidget() is window.rooms.after)
    application.close()
    with Store.open(application._folder) as store:
        assert sorted(row.exercise for row in store.sessions()) == [FIRST_AID, "paced-breathing"]


def test_pressed_in_the_moment_in_which_another_practice_begins_it_wins(application: Application) -> None:
    window = application.window
    for _ in range(2):
        window.begin_with(find_exercise("quiet-rest"), "sim:", {})
        QTest.keyClick(window.rooms.session, Qt.Key.Key_H)
        wait_for_the_hard_minute(application)
        wait_until(lambda: window.model is not None and window.model.n_beats > 1)
        assert window.stack.currentWidget() is window.rooms.session
        end(application)
        wait_until(lambda: window.stack.currentWidget() is window.rooms.after)


def test_safety_questions_do_not_stand_in_its_way(application: Application) -> None:
    window = application.window
    press(window.start, "Begin")
    assert window.stack.currentWidget() is window.rooms.threshold.page
    QTest.keyClick(window.rooms.threshold.page, Qt.Key.Key_H)
    wait_for_the_hard_minute(application)
    end(application)
    wait_until(lambda: window.stack.currentWidget() is window.rooms.after)
    all_yes = with_answers((), dict.fromkeys(CHECKS, True), date.today())
    window.change_quietly(lambda settings: replace(settings, answers=all_yes))
    window.go("start")
    press(window.start, STRONG)
    wait_for_the_hard_minute(application)


@pytest.mark.parametrize("uri", UNREACHABLE)
def test_a_strap_that_cannot_be_reached_does_not_stand_in_its_way(uri: str, application: Application) -> None:
    window = application.window
    window.change_quietly(lambda settings: replace(settings, device_uri=uri))
    QTest.keyClick(window.start, Qt.Key.Key_H)
    wait_for_the_hard_minute(application)
    model = window.model
    assert model is not None
    wait_until(lambda: model.elapsed_s > 25.0)
    assert window.stack.currentWidget() is window.rooms.session
    assert model.state_line() not in ("", words.READY)
    assert model.timeline is not None
    assert model.state_line() == model.timeline.words_at(model.elapsed_s)
    end(application)
    assert model.ended is not None
    assert (model.ended.cause, model.ended.failed, model.ended.saved) == ("stopped", False, True)


def test_where_words_are_being_written_its_key_is_a_letter(application: Application) -> None:
    window = application.window
    window.go("ladder")
    wait_until(lambda: window.rooms.ladder.findChildren(QLineEdit) or buttons(window.rooms.ladder, "Add a step"))
    if added := buttons(window.rooms.ladder, "Add a step"):
        QTest.mouseClick(added[0], Qt.MouseButton.LeftButton)
    field = next(field for field in window.rooms.ladder.findChildren(QLineEdit) if field.isVisible())
    field.setFocus()
    QTest.keyClicks(field, "halfway")
    QTest.keyClick(field, Qt.Key.Key_F1)
    assert field.text() == "halfway"
    assert window.stack.currentWidget() is window.rooms.ladder


def test_the_card_of_keys_lets_it_through(application: Application) -> None:
    window = application.window
    QTest.keyClick(window.start, Qt.Key.Key_Question)
    wait_until(window._keys.isVisible)
    QTest.keyClick(window.start, Qt.Key.Key_H)
    wait_for_the_hard_minute(application)
    assert not window._keys.isVisible()


def test_one_press_in_a_session_begins_it_and_in_itself_it_is_not_offered(application: Application) -> None:
    window = application.window
    window.change_settings(replace(window.settings, reduced_motion=True))
    begin(application, find_exercise("paced-breathing"))
    press(window.rooms.session, STRONG)
    wait_for_the_hard_minute(application)
    window.rooms.session.refresh()
    assert not buttons(window.rooms.session, STRONG)
    end(application)


def test_what_no_heart_was_heard_in_ends_without_an_empty_chart(application: Application) -> None:
    window = application.window
    window.begin_with(find_exercise("somatic-tracking"), "none:", {}, at_once=True)
    wait_until(lambda: window.model is not None and window.model.planned is not None)
    end(application)
    wait_until(lambda: window.stack.currentWidget() is window.rooms.after)
    assert NO_BEATS in texts(window.rooms.after)
    assert not window.rooms.after.picture.isVisible()
