"""Locked data in the window: nothing is shown before the passphrase, and the recovery key opens too."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from biofeedback.app import Application
from biofeedback.storage.database import Store
from biofeedback.storage.folder import SETTINGS
from biofeedback.storage.permits.roles import Role
from biofeedback.storage.protection import key_file
from biofeedback.storage.protection.changing import add_user, recovery_key, set_passphrase
from biofeedback.ui.cautions import FIRST_AID
from biofeedback.ui.idle import MINUTE_MS, Idle
from biofeedback.ui.pages.unlock import UnlockPage
from biofeedback.ui.settings import keep_settings
from biofeedback.ui.words import protection as words
from protocols.library import find_exercise
from tests.storage.keychains import MemoryKeychain, using
from tests.ui.conftest import AT_HOME, SPEED, opened_in, wait_until
from tests.ui.using import begin, end, texts

WORD, OTHER, NAME = "correct horse", "battery staple", "Zebediah Quill"
PERSONAL = replace(AT_HOME, minutes=12.0, favourites=("flare",), device_name="Strap 0A1B2C3D")


@pytest.fixture(autouse=True)
def light_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(key_file, "MEMORY_KIB", 64)
    monkeypatch.setattr(key_file, "GOAL_S", 0.0)


def started(folder: Path) -> Application:
    """The program as it begins, complete but for its data."""
    application = Application(folder)
    application.window.show()
    wait_until(lambda: hasattr(application, "_reception"))
    return application


def locked_page(application: Application) -> UnlockPage:
    wait_until(lambda: application.window.door.locked)
    page = application.window.stack.currentWidget()
    assert isinstance(page, UnlockPage)
    return page


def tell(page: UnlockPage, word: str) -> None:
    page.field.setText(word)
    page.primary.click()


def ended(application: Application) -> None:
    application.close()
    application.window.hide()
    application.window.deleteLater()


def test_nothing_is_shown_before_the_passphrase_is_told(qt: QApplication, tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        store.people.add(NAME)
    keep_settings(tmp_path, PERSONAL)
    paper = set_passphrase(tmp_path, WORD)
    assert b"0A1B2C3D" not in (tmp_path / SETTINGS).read_bytes()
    for right in (WORD, paper):
        application = started(tmp_path)
        window, page = application.window, locked_page(application)
        assert page.field.echoMode() == QLineEdit.EchoMode.Password
        for way in (lambda: window.go("history"), window.door.lock_now, window.back):  # noqa: B023
            way()
            assert window.stack.currentWidget() is page
        tell(page, "wrong horse")
        wait_until(lambda: "not the passphrase" in page.said.text())  # noqa: B023
        tell(page, right)
        wait_until(lambda: window.stack.currentWidget() is window.start)  # noqa: B023
        assert (window.settings.minutes, window.settings.favourites) == (12.0, ("flare",))
        assert window.start._strap.text() == "Strap 0A1B2C3D"
        window.change_quietly(lambda settings: replace(settings, favourites=("flare", "quiet-rest")))
        window.change_quietly(lambda settings: replace(settings, favourites=("flare",)))
        ended(application)
    assert b"0A1B2C3D" not in (tmp_path / SETTINGS).read_bytes()
    assert b"flare" not in (tmp_path / SETTINGS).read_bytes()


def test_data_whose_key_is_on_another_computer_open_with_the_recovery_key(qt: QApplication, tmp_path: Path) -> None:
    with using(MemoryKeychain()):
        Store.open(tmp_path).close()
        paper = recovery_key(tmp_path)
    keep_settings(tmp_path, AT_HOME)
    with using(MemoryKeychain()):
        application = started(tmp_path)
        page = locked_page(application)
        assert words.LOST_KEY in texts(page)
        tell(page, paper.lower())
        wait_until(lambda: not application.window.door.locked)
        ended(application)
        with Store.open(tmp_path) as store:
            assert store.protection.by == "keychain"


def test_a_passphrase_is_set_and_changed_in_the_window(qt: QApplication, tmp_path: Path) -> None:
    with opened_in(tmp_path, PERSONAL) as application:
        window = application.window
        window.go("settings")
        assert "not encrypted" in texts(window.rooms.settings)
        window.go("protection")
        page = window.rooms.protection
        wait_until(lambda: "not encrypted" in page._state.text())
        assert not page.show_recovery.isEnabled()
        page.new.setText(WORD)
        page.again.setText(OTHER)
        page.primary.click()
        assert page.said.text() == words.NOT_THE_SAME
        for now, new in (("", WORD), (WORD, OTHER)):
            page.now.setText(now)
            page.new.setText(new)
            page.again.setText(new)
            page.primary.click()
            wait_until(lambda: page.said.text() == words.DONE)
            wait_until(lambda: page.now.isVisible())
            assert not page.new.text()
            page.said.setText("")
        page.now.setText(WORD)
        page.new.setText("something else")
        page.again.setText("something else")
        page.primary.click()
        wait_until(lambda: "not the passphrase" in page.said.text())
        paper = page.recovery.text()
        window.back()
        assert not page.recovery.text(), "what is secret does not stay"
        assert "with your passphrase only" in texts(window.rooms.settings)
        told: list[str] = []
        application.workshop.ask(lambda store, person: store.people.add(NAME), told.append)
        wait_until(lambda: told)
    assert b"0A1B2C3D" not in (tmp_path / SETTINGS).read_bytes()
    for word in (OTHER, paper):
        with Store.open(tmp_path, lambda word=word: word) as store:
            assert store.find_person(NAME)


def locked_again(application: Application) -> UnlockPage:
    application.window.door.lock_now()
    page = locked_page(application)
    wait_until(lambda: application.workshop._store is None)
    return page


def test_the_window_is_locked_again_and_what_was_begun_is_kept(qt: QApplication, tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        store.people.add(NAME)
    set_passphrase(tmp_path, WORD)
    keep_settings(tmp_path, AT_HOME)
    application = started(tmp_path)
    window = application.window
    tell(locked_page(application), WORD)
    wait_until(lambda: window.stack.currentWidget() is window.start)
    window.choose_person(NAME)
    wait_until(lambda: window.whose.person == NAME)
    window.go("diary")
    wait_until(lambda: window.shows("diary"))
    page = locked_again(application)
    assert NAME not in window.windowTitle()
    window.say(NAME)
    assert window.said == ""
    assert application._key is None
    for left in window.pages():
        assert NAME not in texts(left), type(left).__name__
    for way in ("people", "history", "start", "diary"):
        window.go(way)
        assert window.stack.currentWidget() is page
    tell(page, "wrong horse")
    wait_until(lambda: "not the passphrase" in page.said.text())
    tell(page, WORD)
    wait_until(lambda: window.stack.currentWidget() is window.start)
    wait_until(lambda: NAME in window.windowTitle())
    assert application._key is not None
    ended(application)
    with Store.open(tmp_path, lambda: WORD) as store:
        acts = [entry.act for entry in store.log.entries()]
        assert acts.count("wrong passphrase") == 1
        assert "choose" in acts
        assert store.log.verify().faults == ()


def test_nothing_is_locked_without_a_passphrase_or_while_somebody_practises(qt: QApplication, tmp_path: Path) -> None:
    with opened_in(tmp_path, AT_HOME) as application:
        window = application.window
        window.door.lock_now()
        assert not window.door.locked
        assert window.said == words.NEEDS_PASSPHRASE
        assert not window.door.idle._timer.isActive()
    set_passphrase(tmp_path, WORD)
    application = started(tmp_path)
    window = application.window
    tell(locked_page(application), WORD)
    wait_until(lambda: window.stack.currentWidget() is window.start)
    assert window.door.idle._timer.isActive()
    window.door.lock_after(0)
    assert not window.door.idle._timer.isActive()
    begin(application, find_exercise("paced-breathing"))
    assert not window.door.lock_by_itself()
    window.door.lock_now()
    assert not window.door.locked
    end(application)
    wait_until(lambda: window.stack.currentWidget() is window.rooms.after)
    window.door.lock_after(1e-5)
    wait_until(lambda: window.door.locked)
    ended(application)


def test_whoever_touches_the_window_is_not_locked_out(qt: QApplication, tmp_path: Path) -> None:
    widget, told = QWidget(), list[bool]()
    widget.show()
    idle = Idle(widget, lambda: bool(told.append(True)) or len(told) > 1)
    idle.after(10)
    idle._timer.setInterval(1)
    QTest.keyClick(widget.windowHandle(), Qt.Key.Key_A)
    assert idle._timer.interval() == 10 * MINUTE_MS, "it begins anew"
    idle.after(1e-6)
    idle.after(1e-4)
    wait_until(lambda: len(told) == 2)
    idle.after(0)
    assert not idle._timer.isActive()


@pytest.mark.parametrize("how", ["F1", "press"])
def test_the_hard_minute_begins_while_the_data_are_locked_and_leaves_nothing(
    qt: QApplication, tmp_path: Path, how: str
) -> None:
    with Store.open(tmp_path) as store:
        store.people.add(NAME)
    set_passphrase(tmp_path, WORD)
    keep_settings(tmp_path, AT_HOME)
    application = Application(tmp_path, speed=SPEED)
    application.window.show()
    wait_until(lambda: hasattr(application, "_reception"))
    window, page = application.window, locked_page(application)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()}
    if how == "F1":
        QTest.keyClick(page.field, Qt.Key.Key_F1)
    else:
        page.strong.click()
    wait_until(lambda: window.on_session and window.model is not None and window.model.timeline is not None)
    assert window.door.locked
    assert window.model.timeline.exercise.id == FIRST_AID
    end(application)
    wait_until(lambda: window.stack.currentWidget() is page)
    assert page.said.text() == words.NOT_KEPT
    assert window.door.locked
    after = {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()}
    assert after == before
    wait_until(lambda: not application.workshop.busy)
    tell(page, WORD)
    wait_until(lambda: window.stack.currentWidget() is window.start)
    ended(application)
    with Store.open(tmp_path, lambda: WORD) as store:
        assert store.sessions() == []


def test_the_passphrase_is_removed_in_the_window(qt: QApplication, tmp_path: Path) -> None:
    with using(MemoryKeychain()):
        with opened_in(tmp_path, AT_HOME) as application:
            page = application.window.rooms.protection
            application.window.go("protection")
            wait_until(lambda: "keychain" in page._state.text())
            assert not page.remove.isVisible()
            page.new.setText(WORD)
            page.again.setText(WORD)
            page.primary.click()
            wait_until(lambda: page.remove.isVisible())
            page.remove.click()
            assert page.said.text() == words.REMOVE_NEEDS
            page.now.setText(OTHER)
            page.remove.click()
            wait_until(lambda: "not the passphrase" in page.said.text())
            page.now.setText(WORD)
            page.remove.click()
            wait_until(lambda: page.said.text() == words.REMOVED)
            wait_until(lambda: "keychain" in page._state.text())
        Store.open(tmp_path).close()


def test_a_user_of_a_clinic_sees_those_assigned_only(qt: QApplication, tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        for name in ("Ana", NAME):
            store.people.add(name)
    set_passphrase(tmp_path, WORD)
    with Store.open(tmp_path, lambda: WORD) as store:
        ben = add_user(store, "Ben", Role.CLINICIAN, lambda: OTHER)
        add_user(store, "Eve", Role.CLINICIAN, lambda: "seven winds")
        store.users.assign(ben, "Ana")
    keep_settings(tmp_path, AT_HOME)
    application = started(tmp_path)
    window, page = application.window, locked_page(application)
    tell(page, "seven winds")
    wait_until(lambda: page.said.text() == words.NOBODY_ASSIGNED)
    tell(page, OTHER)
    wait_until(lambda: window.whose.person == "Ana")
    window.choose_person(NAME)
    wait_until(lambda: f"nobody called {NAME}" in texts(window.start))
    window.choose_person("")
    wait_until(lambda: "nobody without a name" in texts(window.start))
    wait_until(lambda: application.workshop._chosen.name == "Ana")
    told: list[object] = []
    application.workshop.ask(lambda store, person: (person, [row.person for row in store.people.list()]), told.append)
    wait_until(lambda: told)
    assert told == [("Ana", ["Ana"])]
    page = locked_again(application)
    tell(page, WORD)
    wait_until(lambda: not window.door.locked)
    ended(application)
    with Store.open(tmp_path, lambda: WORD) as store:
        assert {entry.who for entry in store.log.entries() if entry.act == "refused"} == {"Ben"}
