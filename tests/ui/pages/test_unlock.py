"""Locked data in the window: nothing is shown before the passphrase, and the recovery key opens too."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QLineEdit

from biofeedback.app import Application
from biofeedback.storage.database import Store
from biofeedback.storage.folder import SETTINGS
from biofeedback.storage.protection import key_file
from biofeedback.storage.protection.changing import recovery_key, set_passphrase
from biofeedback.ui.pages.unlock import UnlockPage
from biofeedback.ui.settings import keep_settings
from biofeedback.ui.words import protection as words
from tests.storage.keychains import MemoryKeychain, using
from tests.ui.conftest import AT_HOME, opened_in, wait_until
from tests.ui.using import texts

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
        for way in (lambda: window.go("history"), window.begin_first_aid, window.back):  # noqa: B023
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
