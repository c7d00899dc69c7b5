"""The office as a clinician uses it: somebody is opened, practises, and the words that are then on a screen."""

from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPlainTextEdit, QTextEdit, QWidget

from biofeedback.app import Application
from biofeedback.ui.office.window import OfficeWindow
from protocols.library import find_exercise
from tests.ui.conftest import wait_until
from tests.ui.office.conftest import office_of
from tests.ui.using import buttons, press

SLOW = find_exercise("paced-breathing").choosing({"begin": "rest"})


def open_by_keys(office: OfficeWindow, typed: str, person: str) -> None:
    """Three keystrokes besides the letters: Ctrl+N is two keys, and Enter."""
    QTest.keyClick(office, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(office.people.typed, typed)
    QTest.keyClick(office.people.typed, Qt.Key.Key_Return)
    wait_until(lambda: office.person == person and office.centre.currentWidget() is office.sheet)


def begin(application: Application, person: str = "sim:rest?seed=4") -> OfficeWindow:
    office = office_of(application)
    office.begin(SLOW.lasting(45.0), person, "Simulated person")
    page = application.window.rooms.threshold.page
    if page.isVisible():
        for made in buttons(page, "No"):
            QTest.mouseClick(made, Qt.MouseButton.LeftButton)
        press(page, "Go on")
    wait_until(lambda: office.model is not None and office.model.n_beats > 1)
    return office


def end(office: OfficeWindow) -> str:
    """End the session from the office; its id."""
    model = office.model
    assert model is not None
    office.controls.ask_end()
    office.controls.ask_end()
    wait_until(lambda: office.centre.currentWidget() is office.closing)
    return model.session_id


def all_words(*windows: QWidget) -> str:
    """Every word of windows, to be seen or not; what was let go of is gone first, as when Qt comes back to its loop."""
    QApplication.processEvents()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    told = []
    for window in windows:
        for made in window.findChildren(QWidget):
            if isinstance(made, QLabel | QLineEdit):
                told.append(made.text())
            elif isinstance(made, QPlainTextEdit | QTextEdit):
                told.append(made.toPlainText())
            told += [made.toolTip(), made.accessibleName(), made.accessibleDescription()]
    return "\n".join(told)


def logged(office: OfficeWindow, line: str) -> None:
    wait_until(lambda: any(line in each for each in office.told_log.toPlainText().splitlines()))
