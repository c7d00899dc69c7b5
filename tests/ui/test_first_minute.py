"""The first start, the start page by keyboard and by mouse, and what is offered there."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

from biofeedback.app import Application
from biofeedback.storage.database import Store
from biofeedback.ui.cautions import FIRST_AID, with_answers
from biofeedback.ui.offers import ALWAYS, GENTLE, for_now
from biofeedback.ui.parts.drawer import Drawer
from biofeedback.ui.settings import Settings, read_settings
from biofeedback.ui.words import common as words
from biofeedback.ui.words.exercises import KINDLY, NOT_NOW, STRONG, kindly
from biofeedback.ui.words.keys import KEYS
from devices.schemes import NO_STRAP
from protocols.library import find_exercise, load_library
from protocols.safety import CHECKS
from tests.ui.conftest import opened_in, wait_until
from tests.ui.looking import settle
from tests.ui.using import buttons, end, press, texts

LIBRARY = {exercise.id: exercise for exercise in load_library()}
ALL_YES = with_answers((), dict.fromkeys(CHECKS, True), date(2026, 11, 1))
TO_BEGIN, TO_STRONG = 3, 2


@pytest.fixture
def first(qt: QApplication, tmp_path: Path) -> Iterator[Application]:
    """The program as it is started for the very first time."""
    with opened_in(tmp_path / "data", None) as made:
        yield made


def tabs(application: Application, n: int) -> list[QWidget]:
    """Where the keyboard comes to with so many Tabs."""
    came = []
    for _ in range(n):
        focus = application.window.focusWidget()
        assert focus is not None
        QTest.keyClick(focus, Qt.Key.Key_Tab)
        now = application.window.focusWidget()
        assert now is not None
        came.append(now)
    return came


def test_the_welcome_is_shown_once_and_no_heart_is_simulated_unaware(first: Application) -> None:
    window = first.window
    screens = [window.stack.currentWidget()]
    window.stack.currentChanged.connect(lambda _: screens.append(window.stack.currentWidget()))
    assert window.stack.currentWidget() is window.welcome
    assert window.focusWidget() is window.welcome.primary
    press(window.welcome, "Off")
    press(window.welcome, words.WELCOME_BEGIN)
    assert window.stack.currentWidget() is window.start
    kept = read_settings(first._folder)
    assert (kept.welcomed, kept.sound, kept.device_uri) == (True, False, NO_STRAP)
    assert buttons(window.start, words.WITHOUT_STRAP)
    wait_until(lambda: buttons(window.start, "Begin"))
    press(window.start, "Begin")
    for button in buttons(window.rooms.threshold.page, "No"):
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    press(window.rooms.threshold.page, "Go on")
    wait_until(lambda: window.model is not None and window.model.planned is not None)
    assert window.model is not None
    assert screens == [window.welcome, window.start, window.rooms.threshold.page, window.rooms.session], "at most four"
    assert (window.model.simulated, window.model.without_strap) == (False, True)
    assert window.model.signal_line() == words.WITHOUT_STRAP
    end(first)
    wait_until(lambda: window.stack.currentWidget() is window.rooms.after)
    first.close()
    with Store.open(first._folder) as store:
        assert [row.simulated for row in store.sessions()] == [False]


def test_who_was_welcomed_is_not_welcomed_again(first: Application) -> None:
    press(first.window.welcome, words.CHOOSE_STRAP)
    assert first.window.stack.currentWidget() is first.window.rooms.strap
    first.close()
    again = Application(first._folder)
    assert again.window.stack.currentWidget() is again.window.start


def test_the_hard_minute_begins_from_the_welcome_too(first: Application) -> None:
    press(first.window.welcome, STRONG)
    wait_until(lambda: first.window.model is not None and first.window.model.planned is not None)
    assert first.window.practised == FIRST_AID


def test_begin_and_the_hard_minute_are_few_tabs_away_and_tab_goes_on(application: Application) -> None:
    window = application.window
    start = window.start
    assert window.focusWidget() is start.primary
    strong = buttons(start, STRONG)[0]
    came = tabs(application, 1)
    assert came[0].mapTo(start, came[0].rect().center()).y() > start.primary.mapTo(start, QPoint()).y()
    start.primary.setFocus()
    focus, back = start.primary, 0
    while window.focusWidget() is not strong:
        now = window.focusWidget()
        assert now is not None
        QTest.keyClick(now, Qt.Key.Key_Backtab)
        back += 1
        assert back <= TO_STRONG
    strong.setFocus()
    assert focus in tabs(application, TO_BEGIN)


def test_a_drawer_says_what_is_in_it_and_whether_it_is_open(application: Application) -> None:
    start = application.window.start
    how, now = (drawer for drawer in start.card.findChildren(Drawer))
    assert not how.is_open
    assert not now.is_open
    assert how.handle.text() == "At once, 5 minutes, 6 breaths a minute"
    QTest.keyClick(how.handle, Qt.Key.Key_Return)
    assert how.is_open
    assert "open" in how.handle.accessibleName()
    press(start, "10 min")
    assert how.is_open
    assert how.handle.text() == "At once, 10 minutes, 6 breaths a minute"
    QTest.mouseClick(how.handle, Qt.MouseButton.LeftButton)
    assert not how.is_open
    assert "closed" in how.handle.accessibleName()


def test_strong_pain_is_answered_kindly_and_begins_all_the_same(application: Application) -> None:
    start = application.window.start
    now = list(start.card.findChildren(Drawer))[1]
    QTest.mouseClick(now.handle, Qt.MouseButton.LeftButton)
    rating = next(b for b in now.findChildren(QPushButton) if b.accessibleName().startswith("Pain 8"))
    QTest.mouseClick(rating, Qt.MouseButton.LeftButton)
    assert KINDLY in texts(start)
    assert "Pain 8" in now.handle.text()
    QTest.mouseClick(rating, Qt.MouseButton.LeftButton)
    assert KINDLY not in texts(start)


def test_only_what_is_strong_is_answered_so_and_not_where_the_exercise_is_for_it() -> None:
    slow = find_exercise("paced-breathing")
    assert not kindly(slow, {"pain": 7, "tension": 10})
    assert kindly(slow, {"pain": 8}) == kindly(slow, {"fear": 9}) == KINDLY
    assert not kindly(find_exercise(FIRST_AID), {"pain": 10})


def test_the_card_of_keys_tells_every_key_and_goes_by_the_next(application: Application) -> None:
    window = application.window
    QTest.keyClick(window.start, Qt.Key.Key_Question)
    assert window._keys.isVisible()
    told = texts(window._keys)
    assert all(key in told and meaning in told for key, meaning in KEYS)
    QTest.keyClick(window.start, Qt.Key.Key_Return)
    assert not window._keys.isVisible()
    assert window.stack.currentWidget() is window.start


@pytest.mark.parametrize("wanted", LIBRARY)
def test_what_a_caution_forbids_is_never_the_large_card(wanted: str) -> None:
    settings = Settings(exercise=wanted)
    free = for_now(LIBRARY, settings)
    assert (free.main.id, free.instead) == (wanted, False)
    careful = for_now(LIBRARY, replace(settings, answers=ALL_YES))
    stopped = any(CHECKS[caution].stops for caution in LIBRARY[wanted].cautions)
    assert careful.instead == stopped
    assert not any(CHECKS[caution].stops for caution in careful.main.cautions)
    assert careful.main.id == wanted or careful.main.id in GENTLE
    for offer in (free, careful):
        assert offer.main not in offer.others
        assert {other.id for other in offer.others} <= set(ALWAYS)


def test_what_rests_for_now_is_said(application: Application) -> None:
    window = application.window
    stopped = next(e.id for e in LIBRARY.values() if any(CHECKS[c].stops for c in e.cautions))
    window.change_quietly(lambda settings: replace(settings, exercise=stopped, answers=ALL_YES))
    window.go("start")
    settle()
    assert NOT_NOW in texts(window.start)


def test_another_practice_is_one_press(application: Application) -> None:
    window = application.window
    card = next(b for b in window.start.findChildren(QPushButton) if b.accessibleName().startswith("Two quiet minutes"))
    QTest.mouseClick(card, Qt.MouseButton.LeftButton)
    QCoreApplication.processEvents()
    assert window.stack.currentWidget() in (window.rooms.session, window.rooms.threshold.page)


def test_what_was_begun_to_be_told_stays_when_the_store_has_been_read(application: Application) -> None:
    start = application.window.start
    wait_until(lambda: start.ahead is not None)
    start.ahead = None
    now = list(start.card.findChildren(Drawer))[1]
    QTest.mouseClick(now.handle, Qt.MouseButton.LeftButton)
    rating = next(b for b in now.findChildren(QPushButton) if b.accessibleName().startswith("Pain 8"))
    QTest.mouseClick(rating, Qt.MouseButton.LeftButton)
    application.window.ask_ahead()
    wait_until(lambda: start.ahead is not None)
    assert start.card.ratings() == {"pain": 8}
    assert rating.isVisible()
