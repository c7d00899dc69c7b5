"""A group with its windows: the clinician's tiles, and in step the breath of the room for a second screen."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from types import TracebackType

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from biofeedback.app import quit_on_signals
from biofeedback.session.several.group import Member, MemberSummary
from biofeedback.storage.database import Store
from biofeedback.ui.bridge import Bridge
from biofeedback.ui.handlers import contain_handlers
from biofeedback.ui.office.group import GroupModel, GroupWindow
from biofeedback.ui.office.group_desk import GroupDesk
from biofeedback.ui.office.shared_breath import SharedBreathWindow
from biofeedback.ui.settings import read_settings
from biofeedback.ui.words.common import PART_RESTS
from devices.clock import Clock
from protocols.specification import Exercise

WIDTH_PX, HEIGHT_PX = 1280, 720


class GroupWindows:
    """The windows of a group, and what runs behind them.

    Attributes
    ----------
    tiles : GroupWindow
    breath : SharedBreathWindow or None
        None where each goes in their own time.
    """

    def __init__(
        self,
        store: Store,
        exercise: Exercise,
        members: Sequence[Member],
        called: Sequence[str],
        speed: float = 1.0,
        *,
        in_step: bool,
    ) -> None:
        clock = Clock(speed)
        settings = read_settings(store.folder, "", store.protection.key)
        self._faults = store.faults
        self._bridge = Bridge(clock, store.faults)
        self.model = GroupModel(clock, called, in_step=in_step)
        self.desk = GroupDesk(self._bridge, store, exercise, members, in_step=in_step)
        self.tiles = GroupWindow(
            settings, exercise.title, self.model, self._act, self.desk.leave, self.desk.stop_unwell
        )
        self.breath = SharedBreathWindow(settings, self.model.room) if in_step else None
        if self.breath:
            self.breath.setAttribute(Qt.WidgetAttribute.WA_QuitOnClose, on=False)
        self._bridge.happened.connect(self.model.take)
        self._called = called

    def _act(self, what: str) -> None:
        if what != "breath":
            self.desk.act(what)
        elif self.breath:
            self.breath.show()
            self.breath.raise_()

    def show(self) -> None:
        """Show them, the breath on a second screen where there is one, and begin."""
        self.tiles.resize(WIDTH_PX, HEIGHT_PX)
        self.tiles.show()
        if self.breath:
            others = [screen for screen in QGuiApplication.screens() if screen is not self.tiles.screen()]
            self.breath.resize(WIDTH_PX, HEIGHT_PX)
            if others:
                self.breath.setGeometry(others[0].availableGeometry())
                self.breath.showFullScreen()
            else:
                self.breath.show()
        self._bridge.start()
        self.desk.start()

    @contextmanager
    def watched(self) -> Iterator[None]:
        """An error of the windows that nobody foresaw is written down and told; the sessions know nothing of it."""
        contain_handlers()

        def take(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
            if not isinstance(error, Exception):
                QApplication.quit()
                return
            self._faults.note(error.with_traceback(trace), "a window of the group")
            self.model.trouble = self.model.trouble or PART_RESTS

        before, sys.excepthook = sys.excepthook, take
        try:
            yield
        finally:
            sys.excepthook = before

    def close(self) -> list[MemberSummary]:
        """End what still runs and keep it; what came of each, called as on the screen."""
        self.desk.close()
        if self.breath:
            self.breath.close()
        return [replace(each, person=name) for each, name in zip(self.desk.found, self._called, strict=False)]


def open_group(
    store: Store,
    exercise: Exercise,
    members: Sequence[Member],
    called: Sequence[str],
    speed: float,
    *,
    in_step: bool,
) -> tuple[str, list[MemberSummary]]:
    """Show a group and stay until its window is closed.

    Returns
    -------
    str
        Id of the group.
    list of MemberSummary
    """
    qt = QApplication.instance()
    if not isinstance(qt, QApplication):
        qt = QApplication(["biofeedback"])
    qt.setApplicationName("biofeedback")
    windows = GroupWindows(store, exercise, members, called, speed, in_step=in_step)
    with windows.watched():
        windows.show()
        listening = quit_on_signals(qt)
        qt.exec()
        listening.stop()
    return windows.desk.group_id, windows.close()
