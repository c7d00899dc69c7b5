"""How long nobody has touched the window."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QWidget

TOUCHES = frozenset((
    QEvent.Type.KeyPress, QEvent.Type.MouseMove, QEvent.Type.MouseButtonPress, QEvent.Type.Wheel,
    QEvent.Type.TouchBegin, QEvent.Type.TouchUpdate, QEvent.Type.TabletPress, QEvent.Type.InputMethod,
))  # fmt: skip
MINUTE_MS = 60_000
AGAIN_MS = 15_000
"""Where it was no good moment, it is tried again so soon."""


class Idle(QObject):
    """Tells that nobody has touched a window for some minutes.

    It hears what comes to the window of the system, before any widget: a few events a second, and none where nobody
    wants to know.

    Parameters
    ----------
    window : QWidget
    tell : callable
        Called then; gives False where it is to be told again a little later.
    """

    def __init__(self, window: QWidget, tell: Callable[[], bool]) -> None:
        super().__init__(window)
        self._window, self._tell = window, tell
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._idle)
        self._wait_ms = 0

    def after(self, minutes: float) -> None:
        """Tell it after so many minutes from now; 0 for never."""
        handle = self._window.windowHandle()
        if handle is not None:
            handle.removeEventFilter(self)
            if minutes:
                handle.installEventFilter(self)
        self._wait_ms = round(minutes * MINUTE_MS)
        self._begin()

    def _begin(self) -> None:
        if self._wait_ms:
            self._timer.start(self._wait_ms)
        else:
            self._timer.stop()

    def _idle(self) -> None:
        if not self._tell():
            self._timer.start(min(AGAIN_MS, self._wait_ms))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in TOUCHES:
            self._begin()
        return False
