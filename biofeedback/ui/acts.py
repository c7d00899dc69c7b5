"""What is pressed in a session: its own course, the hard minute, the picture, the sound, the whole screen."""

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QTextEdit

from biofeedback.ui.cautions import FIRST_AID
from biofeedback.ui.settings import VOLUME_STEP_PERCENT, Settings
from biofeedback.ui.words import common as words

if TYPE_CHECKING:
    from biofeedback.ui.model import SessionModel
    from biofeedback.ui.window import Window

END_WITHIN_MS = 20_000
"""So long after its end the person waits for a session to be saved, at the most."""


class Acts:
    """Does by its name what a button or a key stands for.

    Parameters
    ----------
    window : Window
    """

    def __init__(self, window: "Window") -> None:
        self._window = window
        self._was_full = False

    def do(self, what: str) -> None:
        """Do it; what is the running session's own is the workshop's."""
        window = self._window
        if what == "full screen":
            window.setWindowState(window.windowState() ^ Qt.WindowState.WindowFullScreen)
        elif what == "strong":
            self.begin_first_aid()
        elif what == "fill":
            self._fill(filled=not window.rooms.session.filled)
        elif what in ("sound", "louder", "softer"):
            self._change_sound(what)
        elif what == "picture":
            self._change_picture()
        elif window.workshop is not None:
            window.workshop.act(what)
            if what == "end":
                self.expect_end()
            elif what == "unwell":
                window.rooms.unwell.show_kept(kept=False)
                window.show_page(window.rooms.unwell)

    def begin_first_aid(self) -> None:
        """Begin the hard minute at once, from wherever one is; what was being practised is ended and kept."""
        window = self._window
        exercise = next((each for each in window.exercises if each.id == FIRST_AID), None)
        if exercise is not None and not (window.in_session and window.practised == FIRST_AID):
            window.begin_with(exercise, window.settings.device_uri, {}, at_once=True)

    def hear_first_aid(self) -> None:
        """The key was pressed; where words are being written, they are not thrown away by it."""
        writing = isinstance(self._window.focusWidget(), QLineEdit | QPlainTextEdit | QTextEdit)
        if self._window.door.locked or not writing:
            self.begin_first_aid()

    def expect_end(self) -> None:
        """The session has been ended; where nothing more is heard of it, nobody is held up."""
        model = self._window.model
        QTimer.singleShot(END_WITHIN_MS, self._window, lambda: self._stop_waiting(model))

    def _stop_waiting(self, model: "SessionModel | None") -> None:
        window = self._window
        if window.model is model and window.in_session:
            window.go("start")
            window.start.show_trouble(words.STILL_SAVING)

    def _fill(self, *, filled: bool) -> None:
        """The picture fills the screen, or no longer; a window that was full before stays so."""
        window, full_screen = self._window, Qt.WindowState.WindowFullScreen
        if filled:
            self._was_full = window.isFullScreen()
        window.rooms.session.fill(filled=filled)
        state = window.windowState()
        window.setWindowState(state | full_screen if filled or self._was_full else state & ~full_screen)

    def _change_sound(self, what: str) -> None:
        settings = self._window.settings
        if what == "sound":
            self._change(replace(settings, sound=not settings.sound))
        else:
            self._change(settings.louder(VOLUME_STEP_PERCENT if what == "louder" else -VOLUME_STEP_PERCENT))

    def _change_picture(self) -> None:
        settings = self._window.settings
        names = [str(name) for _, name in words.PICTURES]
        now = names.index(settings.picture) if settings.picture in names else 0
        self._change(replace(settings, picture=names[(now + 1) % len(names)]))

    def _change(self, settings: Settings) -> None:
        self._window.change_settings(settings)
        self._window.refresh_settings()
