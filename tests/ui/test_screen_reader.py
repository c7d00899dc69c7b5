"""What a screen reader is told: names, roles and states of all that the keyboard comes to, and every change of part."""

from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QPushButton, QWidget

from biofeedback.app import Application
from biofeedback.ui.parts.answers import RatingButton, RatingRow
from biofeedback.ui.parts.drawer import Drawer
from biofeedback.ui.words.common import GOING_ON, PAUSED
from protocols.library import find_exercise
from tests.ui.beside import Beside
from tests.ui.conftest import wait_until
from tests.ui.looking import fill_ladder, settle, walk
from tests.ui.using import begin, end, listed

NOTHING = {QAccessible.Role.NoRole}


def stops(page: QWidget) -> Iterator[QWidget]:
    """All that the keyboard comes to."""
    for widget in (page, *page.findChildren(QWidget)):
        tabbed = widget.focusPolicy().value & Qt.FocusPolicy.TabFocus.value
        if widget.isVisible() and widget.isEnabled() and tabbed:
            yield widget


def troubles(page: QWidget) -> list[str]:
    found = []
    for widget in stops(page):
        told = QAccessible.queryAccessibleInterface(widget)
        kind = type(widget).__name__
        if told is None or not told.isValid():
            found.append(f"{kind} is unknown")
            continue
        if not told.text(QAccessible.Text.Name):
            found.append(f"{kind} in {type(widget.parentWidget()).__name__} has no name")
        if told.role() in NOTHING:
            found.append(f"{kind} has no role")
        if isinstance(widget, QPushButton) and widget.isCheckable():
            state = told.state()
            if not state.checkable or bool(state.checked) != widget.isChecked():
                found.append(f"{kind} '{widget.text()}' hides whether it is chosen")
        if isinstance(drawer := widget.parentWidget(), Drawer) and widget is drawer.handle:
            state_word = "open" if drawer.is_open else "closed"
            if state_word not in told.text(QAccessible.Text.Name):
                found.append(f"'{drawer.handle.text()}' hides whether it is open")
    return found


def many_stops(page: QWidget) -> Iterator[str]:
    """Rows of answers that are not one stop, at what is chosen."""
    for row in page.findChildren(RatingRow):
        if row.isVisible():
            at = [stop for stop in stops(row) if isinstance(stop, RatingButton)]
            if len(at) != 1 or (row.value is not None and not at[0].isChecked()):
                yield f"a row of answers has {len(at)} stops, or another than what is chosen"


def test_every_stop_of_every_page_has_a_name_a_role_and_its_state_and_a_row_of_answers_is_one_stop(
    shown: Application,
) -> None:
    fill_ladder(shown)
    found = [f"{name}: {trouble}" for name, page in walk(shown) for trouble in (*troubles(page), *many_stops(page))]
    assert not found, "\n".join(found)


def test_every_stop_of_the_windows_beside_has_a_name_a_role_and_its_state(shown: Application, beside: Beside) -> None:
    found = [f"{name}: {trouble}" for name, page in beside.walk((1280, 720)) for trouble in troubles(page)]
    assert not found, "\n".join(found)


def test_session_and_the_pages_after_it_are_told_and_every_part_is_announced(shown: Application) -> None:
    window = shown.window
    model = begin(shown, find_exercise("calm-state"))
    found = [f"session: {trouble}" for trouble in troubles(window.rooms.session)]
    said = []
    for _ in range(3):
        before = model.planned
        window.rooms.session.refresh()
        assert model.phase is not None
        assert model.phase.title in window.rooms.session.accessibleDescription()
        said.append(window.rooms.session.accessibleDescription())
        shown.workshop.act("skip")
        wait_until(lambda before=before: model.planned is not before or model.ended is not None)  # type: ignore[misc]
        if model.ended is not None:
            break
    assert len(set(said)) == len(said)
    if model.ended is None:
        end(shown)
    wait_until(lambda: window.stack.currentWidget() is window.rooms.after)
    settle()
    found += [f"after: {trouble}" for trouble in troubles(window.rooms.after)]
    window.go("history")
    wait_until(lambda: listed(window.rooms.history))
    settle()
    found += [f"history: {trouble}" for trouble in troubles(window.rooms.history)]
    assert not found, "\n".join(found)


def test_trouble_and_news_are_announced(shown: Application) -> None:
    window = shown.window
    window.go("start")
    window.start.show_trouble("Bluetooth is off. Turn it on.")
    assert window.start.accessibleDescription() == "Bluetooth is off. Turn it on."
    window.say("All that was recorded is kept.")
    assert window.stack.accessibleDescription() == "All that was recorded is kept."


def test_that_it_rests_and_that_it_goes_on_is_announced(shown: Application) -> None:
    model, page = begin(shown, find_exercise("paced-breathing")), shown.window.rooms.session
    shown.workshop.act("pause")
    wait_until(lambda: model.paused)
    page.refresh()
    assert page.accessibleDescription() == PAUSED
    shown.workshop.act("resume")
    wait_until(lambda: not model.paused)
    page.refresh()
    assert model.phase is not None
    assert page.accessibleDescription().startswith(f"{GOING_ON}. {model.phase.title}")
    end(shown)
    wait_until(lambda: shown.window.stack.currentWidget() is shown.window.rooms.after)
