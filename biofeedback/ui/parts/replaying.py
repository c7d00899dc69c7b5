"""Sees a session again: the heart's wave and the pacer's as they were, at real speed and faster."""

import time

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QSlider, QVBoxLayout, QWidget

from biofeedback.theme import Sizes, Tokens
from biofeedback.ui.parts.answers import Choices
from biofeedback.ui.parts.basics import button, label
from biofeedback.ui.parts.icons import with_icon
from biofeedback.ui.plots.heart_trace import HeartTrace
from biofeedback.ui.replay import Replay
from biofeedback.ui.words import history as words

FRAME_MS = 48
STEP_S, PAGE_S = 5, 60
LEAST_PLOT_PX = 200


class Replaying(QWidget):
    """The wave with a slider along the session, play, and how fast.

    Attributes
    ----------
    slider : QSlider
        Seconds of the session.
    """

    def __init__(self, tokens: Tokens, sizes: Sizes) -> None:
        super().__init__()
        self._replay: Replay | None = None
        self._trace = HeartTrace(tokens, sizes)
        self._told = label("", wrap=True)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setAccessibleName(words.MOMENT)
        self.slider.setSingleStep(STEP_S)
        self.slider.setPageStep(PAGE_S)
        self.slider.valueChanged.connect(self._go)
        self._speeds = Choices(words.SPEEDS, 1, words.SPEED)
        self._timer = QTimer(self, interval=FRAME_MS)
        self._timer.timeout.connect(self._step)
        self._stepped_s = 0.0
        self.play = with_icon(button(words.PLAY, "quiet", self._toggle), "play")
        row = QHBoxLayout()
        row.addWidget(self.play)
        row.addWidget(self.slider, 1)
        row.addWidget(self._speeds)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(row)
        layout.addWidget(self._told)
        room = QWidget()  # which has the least height of the plot, where the plot itself would count as none
        held = QVBoxLayout(room)
        held.setContentsMargins(0, 0, 0, 0)
        held.addWidget(self._trace)
        layout.addWidget(room, 1)
        self._trace.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)
        self.apply(tokens, sizes)

    def apply(self, tokens: Tokens, sizes: Sizes) -> None:
        self._trace.apply(tokens, sizes)
        self._trace.setMinimumHeight(sizes.px(LEAST_PLOT_PX))

    def show_replay(self, replay: Replay | None) -> None:
        """Look at a session from its beginning."""
        self._pause()
        self._replay = replay
        self._trace.show_model(replay)
        self.slider.setRange(0, int(replay.length_s) if replay else 0)
        self.slider.setValue(0)
        self._look()

    @property
    def playing(self) -> bool:
        return self._timer.isActive()

    def advance(self, seconds: float) -> None:
        """Go on by so many seconds of the session; at its end it rests."""
        if self._replay is None:
            return
        self._replay.session_s = min(self._replay.session_s + seconds, self._replay.length_s)
        self._show_place()
        self._look()
        if self._replay.session_s >= self._replay.length_s:
            self._pause()

    def _step(self) -> None:
        now_s = time.perf_counter()
        speed = self._speeds.value
        self.advance((now_s - self._stepped_s) * (speed if isinstance(speed, int) else 1))
        self._stepped_s = now_s

    def _go(self, at_s: int) -> None:
        """The slider was moved."""
        if self._replay is not None:
            self._replay.session_s = float(at_s)
            self._look()

    def _show_place(self) -> None:
        self.slider.blockSignals(True)
        self.slider.setValue(int(self._replay.session_s) if self._replay else 0)
        self.slider.blockSignals(False)

    def _look(self) -> None:
        if self._replay is not None:
            self._told.setText(self._replay.told())
            self.slider.setAccessibleDescription(self._replay.told())
            self._trace.refresh()

    def _toggle(self) -> None:
        if self.playing:
            self._pause()
            return
        if self._replay is not None and self._replay.session_s >= self._replay.length_s:
            self._replay.session_s = 0.0
        self._stepped_s = time.perf_counter()
        self._timer.start()
        self._say(words.PAUSE, "pause")

    def _pause(self) -> None:
        self._timer.stop()
        self._say(words.PLAY, "play")

    def _say(self, text: str, sign: str) -> None:
        self.play.setText(text)
        self.play.setAccessibleName(text)
        with_icon(self.play, sign)

    def hideEvent(self, event: QHideEvent) -> None:
        self._pause()
        super().hideEvent(event)
