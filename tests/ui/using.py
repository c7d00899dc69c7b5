"""The window's buttons and words, as a person meets them."""

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget

from biofeedback.app import Application
from biofeedback.ui.model import SessionModel
from biofeedback.ui.pages.history import HistoryPage
from biofeedback.ui.parts.session_lines import SESSION
from biofeedback.ui.practice import Practised
from protocols.specification import Exercise
from tests.ui.conftest import wait_until


def buttons(widget: QWidget, text: str) -> list[QPushButton]:
    QApplication.processEvents()
    return [b for b in widget.findChildren(QPushButton) if b.text() == text and b.isVisible()]


def press(widget: QWidget, text: str) -> None:
    QTest.mouseClick(buttons(widget, text)[0], Qt.MouseButton.LeftButton)


def listed(history: HistoryPage) -> list[Practised]:
    """The sessions in the history's list, newest first, whether their weeks are open or not."""
    lines = history.list.lines
    return [lines.of(each).data(SESSION) for each in lines.sessions]


def open_newest(history: HistoryPage) -> None:
    """Press on the first session of the list."""
    first = history.list.lines.of(history.list.lines.sessions[0])
    history.list.scrollTo(first)
    QTest.mouseClick(
        history.list.viewport(),
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
        history.list.visualRect(first).center(),
    )


def texts(widget: QWidget) -> str:
    QApplication.processEvents()
    return "\n".join(label.text() for label in widget.findChildren(QLabel) if label.isVisible())


def answer_checks(application: Application, answer: str = "No") -> None:
    """Answer every safety question alike, and go on."""
    page = application.window.rooms.threshold.page
    for button in buttons(page, answer):
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    press(page, "Go on")


def begin(
    application: Application, exercise: Exercise, phase: str = "", ratings: Mapping[str, int] | None = None
) -> SessionModel:
    """Practise an exercise, from one of its parts on."""
    window = application.window
    window.begin_with(exercise, "sim:", ratings or {})
    model = window.model
    assert model is not None
    wait_until(lambda: model.n_beats > 1)
    if phase:
        application.workshop.act("pause")  # no part ends by itself meanwhile: another would be skipped than was meant
        wait_until(lambda: model.paused)
        while model.phase is None or model.phase.name != phase:
            before = model.planned
            application.workshop.act("skip")
            wait_until(lambda before=before: model.planned is not before)  # type: ignore[misc]
        application.workshop.act("resume")
        wait_until(lambda: not model.paused)
    window.rooms.session.refresh()
    return model


def end(application: Application) -> None:
    application.workshop.act("end")
    wait_until(lambda: application.window.model is not None and application.window.model.ended is not None)
