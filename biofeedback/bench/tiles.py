"""The windows of a large group: how long a press waits until it is to be seen, and whether the breath moves on."""

import tempfile
from itertools import pairwise
from pathlib import Path
from time import perf_counter

import numpy as np

from biofeedback.bench.measurement import Measurement, at_most, for_comparison

N_TILES, WINDOW_S, WARM_UP_S, EVERY_MS = 64, 45.0, 10.0, 300


def tiles(recordings: Path | None) -> dict[str, Measurement]:
    """Presses of a key in the clinician's window of 64 people, and the frames of the breath they share."""
    waited_ms, frames_ms = _measure()
    return {
        "group_press_to_paint_p50": for_comparison(float(np.quantile(waited_ms, 0.5)), "ms"),
        "group_press_to_paint_p95": at_most(float(np.quantile(waited_ms, 0.95)), 50.0, "ms"),
        "group_shared_breath_interval_p50": for_comparison(float(np.quantile(frames_ms, 0.5)), "ms"),
        "group_shared_breath_interval_p99": for_comparison(float(np.quantile(frames_ms, 0.99)), "ms"),
    }


def _measure() -> tuple[list[float], list[float]]:
    """Milliseconds from each press to the end of the paint that shows it, and between frames of the breath."""
    from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QObject, Qt, QTimer
    from PySide6.QtGui import QKeyEvent
    from PySide6.QtWidgets import QApplication

    from biofeedback.group_windows import GroupWindows
    from biofeedback.session.several.group import Member
    from biofeedback.storage.database import Store
    from biofeedback.ui.measure import PLATFORM
    from devices.uri import open_source
    from protocols.library import find_exercise

    qt = QApplication.instance() or QApplication(["biofeedback", *PLATFORM])
    waited_ms: list[float] = []

    class Presses(QObject):
        """A press now and then that changes the row of buttons, and the paint of the window that shows it."""

        pressed_s: float | None = None

        def press(self) -> None:
            self.pressed_s = perf_counter()
            key = Qt.Key.Key_Escape if page.end.isVisible() else Qt.Key.Key_Space
            to = page if page.end.isVisible() else page.keep_going
            for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
                QCoreApplication.postEvent(to, QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier))

        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if event.type() == QEvent.Type.UpdateRequest and self.pressed_s is not None and self._shown():
                QTimer.singleShot(0, self._painted)
            return False

        def _shown(self) -> bool:
            return page.sure.isVisible() is not page.end.isVisible()

        def _painted(self) -> None:
            if self.pressed_s is not None:
                waited_ms.append(1000.0 * (perf_counter() - self.pressed_s))
                self.pressed_s = None

    with tempfile.TemporaryDirectory() as folder, Store.open(Path(folder)) as store:
        exercise = find_exercise("paced-breathing").lasting(2.0 * (WARM_UP_S + WINDOW_S) / 60.0 + 2.0)
        members = [Member(f"P-{n}", open_source(f"sim:rest?seed={n}")) for n in range(1, N_TILES + 1)]
        windows = GroupWindows(store, exercise, members, [each.person for each in members], in_step=True)
        page, presses, every = windows.tiles.page, Presses(), QTimer()
        windows.tiles.installEventFilter(presses)
        windows.show()
        every.timeout.connect(presses.press)
        QTimer.singleShot(round(1000.0 * WARM_UP_S), lambda: every.start(EVERY_MS))
        loop = QEventLoop()
        QTimer.singleShot(round(1000.0 * (WARM_UP_S + WINDOW_S)), loop.quit)
        loop.exec()
        every.stop()
        orb = windows.breath.breath.orb if windows.breath else None
        frames_s = list(orb.frames_s) if orb else []
        windows.tiles.hide()
        windows.close()
    del qt
    begun_s = frames_s[0] + WARM_UP_S
    return waited_ms, [1000.0 * (b - a) for a, b in pairwise(frames_s) if a >= begun_s]
