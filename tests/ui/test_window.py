"""The window, used as a person would use it."""

import threading
from importlib.util import find_spec
from pathlib import Path
from weakref import ref

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QScrollArea, QWidget

from biofeedback.app import Application
from biofeedback.session.events import Quality
from biofeedback.storage.database import Store
from biofeedback.ui.messages import ScanFailed, SeenStrap, StoreFailed, StrapsSeen
from biofeedback.ui.parts.answers import RatingButton, RatingRow
from biofeedback.ui.words import common as words
from protocols.library import find_exercise
from tests.ui.conftest import collect, opened_in, wait_until
from tests.ui.using import listed, open_newest

SIZES = ((1280, 720), (1920, 1080))


def press(widget: QWidget, text: str) -> None:
    button = next(b for b in widget.findChildren(QPushButton) if b.text() == text and b.isVisible())
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def say_no(application: Application) -> None:
    """Answer every safety question with no, and go on."""
    page = application.window.rooms.threshold.page
    for button in page.findChildren(QPushButton):
        if button.text() == "No" and button.isVisible():
            QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    press(page, "Go on")


def texts(widget: QWidget) -> str:
    return "\n".join(label.text() for label in widget.findChildren(QLabel) if label.isVisible())


def begin(application: Application, minutes: float = 3.0, uri: str = "sim:") -> None:
    application.window.begin_with(
        find_exercise("paced-breathing").choosing({"begin": "rest"}).lasting(minutes), uri, {"pain": 5}
    )
    wait_until(lambda: application.window.model and application.window.model.n_beats > 3)


@pytest.mark.usefixtures("with_neurokit2")
def test_a_session_from_one_click_to_the_history(application: Application) -> None:
    window = application.window
    press(window.start, "Begin")
    say_no(application)
    wait_until(lambda: window.stack.currentWidget() is window.rooms.session)
    wait_until(lambda: window.model and window.model.breath() is not None)
    assert window.model is not None
    assert window.model.simulated
    wait_until(lambda: window.stack.currentWidget() is window.rooms.after)
    assert "You practised for 5 minutes." in texts(window.rooms.after)
    press(window.rooms.after, "3")
    press(window.rooms.after, "History")
    wait_until(lambda: listed(window.rooms.history))
    open_newest(window.rooms.history)
    wait_until(lambda: window.stack.currentWidget() is window.rooms.after)
    assert window.rooms.after.findChildren(RatingRow)[0].value == 3
    with Store.open(application._folder) as store:
        assert store.references(store.sessions()[0].session_id)


def test_keys_pause_go_on_skip_and_end(application: Application) -> None:
    window = application.window
    begin(application)
    model = window.model
    assert model is not None
    QTest.keyClick(window.rooms.session, Qt.Key.Key_Space)
    wait_until(lambda: model.paused)
    standing_s = model.elapsed_s
    wait_until(lambda: model.session_s > standing_s + 20.0)
    assert model.elapsed_s == standing_s
    assert model.state_line() == words.PAUSED
    QTest.keyClick(window.rooms.session, Qt.Key.Key_Space)
    wait_until(lambda: not model.paused)
    before = model.planned
    QTest.keyClick(window.rooms.session, Qt.Key.Key_S)
    wait_until(lambda: model.planned is not before)
    QTest.keyClick(window.rooms.session, Qt.Key.Key_N)
    assert "beat to beat" in texts(window.rooms.session)
    QTest.keyClick(window.rooms.session, Qt.Key.Key_Escape)
    assert "What you did is kept" in texts(window.rooms.session)
    QTest.keyClick(window.rooms.session, Qt.Key.Key_Escape)
    assert "What you did is kept" not in texts(window.rooms.session)
    QTest.keyClick(window.rooms.session, Qt.Key.Key_Escape)
    press(window.rooms.session, "End here")
    wait_until(lambda: window.stack.currentWidget() is window.rooms.after)


def test_a_lost_link_is_said_in_words_and_the_breath_goes_on(application: Application) -> None:
    window = application.window
    begin(application, 6.0, "sim:dropout?every_s=60&for_s=20")
    model = window.model
    assert model is not None
    wait_until(lambda: model.quality is Quality.LOST)
    window.rooms.session.refresh()
    assert "lost" in texts(window.rooms.session) or "No beats are coming" in texts(window.rooms.session)
    elapsed_s = model.elapsed_s
    wait_until(lambda: model.elapsed_s > elapsed_s)
    wait_until(lambda: model.quality is not Quality.LOST)


def test_an_unknown_device_leads_back_with_a_sentence(application: Application) -> None:
    window = application.window
    window.begin_with(find_exercise("quiet-rest"), "sim:nobody", {})
    wait_until(lambda: window.stack.currentWidget() is window.start)
    assert "There is no simulated person called 'nobody'" in texts(window.start)


def test_closing_in_a_session_keeps_it_and_leaves_no_thread(application: Application) -> None:
    begin(application)
    application.close()
    assert not [t for t in threading.enumerate() if t.name.startswith(("devices and session", "recorder"))]
    with Store.open(application._folder) as store:
        (row,) = store.sessions()
    assert not row.interrupted


def test_a_window_that_was_closed_is_let_go_of(qt: QApplication, tmp_path: Path) -> None:
    with opened_in(tmp_path / "data") as made:
        made.window.go("exercises")
        for ident in ("return-to-activity", "paced-breathing"):  # the one has lengths and paces, the other has none
            made.window.start.choose(ident)
        window = ref(made.window)
    del made
    collect()
    assert window() is None


def test_data_that_cannot_be_opened_are_said_on_the_start_page(application: Application) -> None:
    application.bridge.tell(StoreFailed("The data come from a newer version."))
    wait_until(lambda: "newer version" in texts(application.window.start))


def test_straps_in_reach_are_cards_that_can_be_chosen(application: Application) -> None:
    window = application.window
    window.stack.setCurrentWidget(window.rooms.strap)
    application.bridge.tell(StrapsSeen((SeenStrap("Polar H10 0A1B", "AA:BB", -55),)))
    wait_until(
        lambda: any(
            b.text() == "Polar H10 0A1B" and b.isVisible() for b in window.rooms.strap.findChildren(QPushButton)
        )
    )
    press(window.rooms.strap, "Polar H10 0A1B")
    assert window.stack.currentWidget() is window.rooms.strap
    press(window.rooms.strap, "Go on")
    assert window.stack.currentWidget() is window.start
    assert any(b.text() == "Polar H10 0A1B" for b in window.start.findChildren(QPushButton))


def test_bluetooth_that_cannot_be_used_is_said_on_the_strap_page(application: Application) -> None:
    application.window.stack.setCurrentWidget(application.window.rooms.strap)
    application.bridge.tell(ScanFailed("Bluetooth is off. Turn it on."))
    wait_until(lambda: "Bluetooth is off. Turn it on." in texts(application.window.rooms.strap))


def test_choices_are_remembered(application: Application) -> None:
    from biofeedback.ui.settings import read_settings

    press(application.window.start, "At once, 5 minutes, 6 breaths a minute")
    press(application.window.start, "20 min")
    press(application.window.start, "5.5")
    kept = read_settings(application._folder)
    assert (kept.minutes, kept.rate_per_min) == (20.0, 5.5)


@pytest.mark.parametrize("size", SIZES)
def test_no_page_scrolls_or_cuts_its_words(application: Application, qt: QApplication, size: tuple[int, int]) -> None:
    window = application.window
    window.resize(*size)
    begin(application)
    for name in ("start", "strap", "settings", "history", "session"):
        window.go(name)
        qt.processEvents()
        page = window.stack.currentWidget()
        assert page is not None
        assert page.minimumSizeHint().height() <= size[1], name
        assert page.minimumSizeHint().width() <= size[0], name
        # The history is as long as it is; with the extra for streams the settings have a row and a warning more
        scrolls = name == "history" or (name == "settings" and find_spec("pylsl") is not None)
        for scroll in page.findChildren(QScrollArea) if not scrolls else ():
            assert not scroll.verticalScrollBar().isVisible(), name
        for label in page.findChildren(QLabel):
            if label.isVisible() and label.text():
                assert label.height() >= label.heightForWidth(label.width()), (name, label.text())


def test_every_button_can_be_reached_and_named(application: Application) -> None:
    for page in (application.window.start, application.window.rooms.strap, application.window.rooms.settings):
        for button in page.findChildren(QPushButton):
            assert button.accessibleName()
            if button.isVisible() and not isinstance(button, RatingButton):  # a row of answers is one stop
                assert button.focusPolicy() & Qt.FocusPolicy.TabFocus
        for row in page.findChildren(RatingRow):
            stops = [b for b in row.findChildren(RatingButton) if b.focusPolicy() & Qt.FocusPolicy.TabFocus]
            assert len(stops) == 1
