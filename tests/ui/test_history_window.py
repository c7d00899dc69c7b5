"""The history in the whole window: opened, seen again, left, deleted."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from biofeedback.app import Application
from protocols.library import find_exercise
from tests.ui.conftest import opened_in, wait_until
from tests.ui.using import begin, buttons, end, listed, press


def practise(application: Application) -> None:
    window = application.window
    model = begin(application, find_exercise("paced-breathing").choosing({"begin": "rest"}), ratings={"pain": 5})
    wait_until(lambda: model.n_beats > 20)
    end(application)
    wait_until(lambda: window.stack.currentWidget() is window.rooms.after)


def test_a_session_is_opened_seen_again_left_and_deleted(qt: QApplication, tmp_path: Path) -> None:
    with opened_in(tmp_path / "data") as application:
        window = application.window
        practise(application)
        practise(application)
        page = window.rooms.history
        window.go("history")
        wait_until(lambda: len(listed(page)) == 2)
        page.list.setCurrentIndex(page.list.indexBelow(page.list.currentIndex()))
        chosen = page.list.current
        assert chosen is not None
        assert chosen.rated.before == {"pain": 5}
        QTest.keyClick(page.list, Qt.Key.Key_Return)
        wait_until(lambda: window.stack.currentWidget() is window.rooms.after)
        press(window.rooms.after, "See it again")
        replaying = window.rooms.after.replaying
        replaying.slider.setValue(12)
        assert "0:12 of" in replaying.slider.accessibleDescription()
        press(window.rooms.after, "Play")
        wait_until(lambda: replaying.slider.value() > 12)
        replaying.advance(10_000.0)
        assert not replaying.playing
        QTest.keyClick(window.rooms.after, Qt.Key.Key_Escape)
        assert window.stack.currentWidget() is page
        assert page.list.current is not None
        assert page.list.current.row.session_id == chosen.row.session_id
        QTest.keyClick(page.list, Qt.Key.Key_Delete)
        wait_until(lambda: len(listed(page)) == 1)
        assert application.workshop._store is not None
        assert application.workshop._store.holds(chosen.row.session_id)
        page.undo.settle()
        wait_until(lambda: not application.workshop._store.holds(chosen.row.session_id))  # type: ignore[union-attr]
        QTest.keyClick(page.list, Qt.Key.Key_Return)
        wait_until(lambda: window.stack.currentWidget() is window.rooms.after)
        last = listed(page)[0].row.session_id
        press(window.rooms.after, "Delete")
        assert window.stack.currentWidget() is page
        wait_until(lambda: buttons(window, "Undo"))
        window.close()  # which is as good as not wanting it back
        wait_until(lambda: not application.workshop._store.holds(last))  # type: ignore[union-attr]
        QTest.keyClick(page, Qt.Key.Key_Escape)
        assert window.stack.currentWidget() is window.start


def test_the_history_asked_for_before_the_data_are_open_comes(qt: QApplication, tmp_path: Path) -> None:
    application = Application(tmp_path / "data")
    application.window.show()
    wait_until(lambda: hasattr(application, "_reception"))
    application.window.go("history")
    wait_until(lambda: application.window.rooms.history._state.text() != "Reading...")
    application.close()
    application.window.hide()
    application.window.deleteLater()
