"""Errors that nobody foresaw in what the window does: in a painting, a button, a timer. Qt brings them here."""

import sys
import threading
import traceback
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QWidget

from biofeedback.storage.faults import FaultLog
from biofeedback.ui.handlers import contain_handlers
from biofeedback.ui.window import Window
from biofeedback.ui.words import common as words

if TYPE_CHECKING:
    from biofeedback.ui.model import SessionModel

contain_handlers()


class Mishaps:
    """Keeps the window going: what cannot be painted rests, what else fails ends a running session, and keeps it.

    Parameters
    ----------
    window : Window
    faults : FaultLog
    end_session : callable
        Ends the running session because of an error, which it is given as a sentence.
    """

    def __init__(self, window: Window, faults: FaultLog, end_session: Callable[[str], None]) -> None:
        self._window = window
        self._faults = faults
        self._end_session = end_session
        self._ended: SessionModel | None = None
        self._before = sys.excepthook, threading.excepthook

    def watch(self) -> None:
        """From here on every such error comes to `take`."""
        sys.excepthook = self.take
        threading.excepthook = self._take_of_thread

    def release(self) -> None:
        sys.excepthook, threading.excepthook = self._before

    def take(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """Write the error down and do what is to be done about it; in the GUI thread."""
        if not isinstance(error, Exception):
            QApplication.quit()
            return
        self._faults.note(error.with_traceback(trace), "the window")
        parts = _parts_of(trace)
        painted = next((part for name, part in reversed(parts) if name == "paintEvent"), None)
        # Not now: in the middle of a painting no widget may come or go
        QTimer.singleShot(0, self._window, lambda: self._settle([part for _, part in parts], painted))
        # A painter that lives on in a frame would hold its widget
        traceback.clear_frames(trace)

    def _settle(self, parts: list[QWidget], painted: QWidget | None) -> None:
        with self._faults.contained("after an error in the window"):
            self._put_right(parts, painted)

    def _put_right(self, parts: list[QWidget], painted: QWidget | None) -> None:
        window = self._window
        if not hasattr(window, "rooms"):  # the first page alone is there
            window.say(words.UNFORESEEN)
            return
        from biofeedback.ui.plots.ecg_trace import EcgTrace
        from biofeedback.ui.plots.heart_trace import HeartTrace
        from biofeedback.ui.scenes.scene import Scene

        orb = window.rooms.session.orb
        trace = next((part for part in parts if isinstance(part, HeartTrace | EcgTrace)), None)
        resting = trace or painted
        if any(isinstance(part, Scene) for part in parts):
            orb.fall_back()
            window.say(words.PICTURE_RESTS)
        elif resting is not None and resting not in (orb, window, *window.pages()):
            window.say(words.PART_RESTS)
            _put_to_rest(resting)
            if trace:
                trace.show_model(None)  # it would be drawn at every beat
        elif window.in_session:
            orb.hide()  # its frames go on otherwise, and may fail with each
            if window.model is not self._ended:
                self._ended = window.model
                self._end_session(words.SESSION_ENDED)
                window.acts.expect_end()
        elif not window.said:  # what is said of the session's end is worth more than that there was one more error
            window.say(words.UNFORESEEN)

    def _take_of_thread(self, args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None:
            self._faults.note(args.exc_value.with_traceback(args.exc_traceback), "a thread")


def _parts_of(trace: TracebackType | None) -> list[tuple[str, QWidget]]:
    """The functions of widgets that were at work, from the outermost."""
    found = []
    for frame, _ in traceback.walk_tb(trace):
        part = frame.f_locals.get("self")
        if isinstance(part, QWidget):
            found.append((frame.f_code.co_name, part))
    return found


def _put_to_rest(part: QWidget) -> None:
    """Show it no more, whoever asks for it: it would fail at every frame."""
    part.setFixedSize(0, 0)
    part.hide()
