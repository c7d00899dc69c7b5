"""The breath to follow: a soft circle that grows and shrinks, a slow level where motion is reduced, or a scene."""

import time
from collections import deque
from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QFont, QHideEvent, QPainter, QPainterPath, QPaintEvent, QPen, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from biofeedback.theme import Sizes, Tokens
from biofeedback.ui.model import SessionModel
from biofeedback.ui.scenes.choice import SCENES
from biofeedback.ui.scenes.scene import Frame, Scene
from biofeedback.ui.words import common as words

FRAME_MS, ROOM_MS = 16, 5
"""A frame of the breath, and how long before the next one something else may still begin."""
SMALLEST = 0.38
"""Radius of the empty circle as a share of the full one."""
CUE_PX, CUE_LARGE_SHARE, CUE_SHARE = 32, 0.13, 0.36
"""Height of the cue, what it grows to in a large circle, and the most of it, as shares of the full radius."""
GLOW = ((1.0, 26), (0.86, 34), (0.70, 60))
LINE_PX = 1.5
"""A line of one pixel that lies between two is half as strong as its colour."""
N_FRAMES = 60_000


class Orb(QWidget):
    """Painted anew at each frame from the practice time alone, so that a late frame never bends the breath.

    Where a scene is chosen, it lies over the circle and is fed in its stead.

    Attributes
    ----------
    frames_s : deque of float
        When the latest frames were painted, by `time.perf_counter`.
    ticked : Signal of int
        At each frame, with its number, for whatever else moves: one timer paints.
    fitted : Signal of int
        Where the largest circle begins, pixels from the top; 0 for a scene.
    """

    ticked = Signal(int)
    fitted = Signal(int)

    def __init__(self, tokens: Tokens, sizes: Sizes, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model: SessionModel | None = None
        self._scene: Scene | None = None
        self._reduced_motion = False
        self._fell_back = False
        self._n_frames = 0
        self._waiting: list[Callable[[], None]] = []
        self.frames_s: deque[float] = deque(maxlen=N_FRAMES)
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(FRAME_MS)
        self._timer.timeout.connect(self._next_frame)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName("Breathing guide")
        self.apply(tokens, sizes, reduced_motion=False)

    def apply(self, tokens: Tokens, sizes: Sizes, *, reduced_motion: bool) -> None:
        self._tokens = tokens
        self._font = QFont(self.font())
        self._sizes = sizes
        self._reduced_motion = reduced_motion
        self._fit_cue()
        if self._scene is not None:
            self._scene.apply(tokens, sizes, reduced_motion=reduced_motion)
        self.update()

    def choose(self, picture: str) -> None:
        """Show a scene by its name; any other name is the circle."""
        kind = None if self._fell_back else SCENES.get(picture)
        if kind is (type(self._scene) if self._scene is not None else None):
            return
        if self._scene is not None:
            self._scene.hide()
            self._scene.deleteLater()
            self._scene = None
        self._tell_fit(kind is None)
        if kind is not None:
            self._scene = kind(self._tokens, self._sizes, self)
            self._scene.apply(self._tokens, self._sizes, reduced_motion=self._reduced_motion)
            self._scene.resize(self.size())
            self._scene.feed(self._frame())
            self._scene.show()

    def fall_back(self) -> None:
        """The circle from now on, whatever is chosen: a scene could not be painted."""
        self._fell_back = True
        self.choose("circle")

    def _tell_fit(self, circle: bool | None = None) -> None:
        circle = self._scene is None if circle is None else circle
        self.fitted.emit(round(self.height() / 2.0 - self._full_radius()) if circle else 0)

    def _fit_cue(self) -> None:
        full = self._full_radius()
        wished_px = max(self._sizes.px(CUE_PX), round(CUE_LARGE_SHARE * full))
        self._font.setPixelSize(max(1, min(wished_px, round(CUE_SHARE * full))))

    def _full_radius(self) -> float:
        return min(self.width(), self.height()) / 2.0 - 8.0

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit_cue()
        self._tell_fit()
        if self._scene is not None:
            self._scene.resize(self.size())
        super().resizeEvent(event)

    def show_model(self, model: SessionModel | None) -> None:
        self._model = model

    def sizeHint(self) -> QSize:
        return QSize(420, 420)

    def showEvent(self, event: QShowEvent) -> None:
        self._timer.start()
        super().showEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        self._timer.stop()
        self._let_go()
        super().hideEvent(event)

    def _next_frame(self) -> None:
        """The breath first, then whatever else moves: nothing comes between the tick and its frame."""
        if self._scene is None:
            self.repaint()
        else:
            self._scene.feed(self._frame())
            self._scene.repaint()
            self.frames_s.append(time.perf_counter())
        self._let_go()
        self._n_frames += 1
        self.ticked.emit(self._n_frames)

    def _let_go(self) -> None:
        """Do what has waited."""
        waiting, self._waiting = self._waiting, []
        for work in waiting:
            work()

    @property
    def moving(self) -> bool:
        """Whether frames go by."""
        return self._timer.isActive()

    def beside(self, work: Callable[[], None]) -> None:
        """Do what takes a few milliseconds without holding up the breath: at once, or right after the next frame."""
        if self.moving and self._timer.remainingTime() < ROOM_MS:
            self._waiting.append(work)
        else:
            work()

    def _cue(self) -> str:
        model = self._model
        if model is None or not model.anchor.running:
            return ""
        breath = model.breath()
        return words.CUES[breath.stage] if breath else words.FREE_BREATH

    def _frame(self) -> Frame:
        """What a scene is to show now; a score that stands still stays."""
        now_s, model = time.perf_counter(), self._model
        if model is None:
            return Frame(now_s)
        fullness = model.volume() if model.breath() else None
        return Frame(now_s, fullness, model.answer().score.value, self._cue())

    def paintEvent(self, event: QPaintEvent) -> None:
        volume = self._model.volume() if self._model else 0.0
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.fillRect(event.rect(), QColor(self._tokens.background))
            (self._paint_level if self._reduced_motion else self._paint_orb)(painter, volume)
            painter.setFont(self._font)
            painter.setPen(QColor(self._tokens.text))
            painter.drawText(QRectF(self.rect()), Qt.AlignmentFlag.AlignCenter, self._cue())
        self.frames_s.append(time.perf_counter())

    def _paint_orb(self, painter: QPainter, volume: float) -> None:
        centre = QPointF(self.width() / 2.0, self.height() / 2.0)
        full = self._full_radius()
        radius = full * (SMALLEST + (1.0 - SMALLEST) * volume)
        painter.setPen(Qt.PenStyle.NoPen)
        for share, alpha in GLOW:
            colour = QColor(self._tokens.breath)
            colour.setAlpha(alpha)
            painter.setBrush(colour)
            painter.drawEllipse(centre, radius * share, radius * share)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(self._tokens.line), LINE_PX))
        painter.drawEllipse(centre, full, full)
        painter.setPen(QPen(QColor(self._tokens.breath), LINE_PX))
        painter.drawEllipse(centre, radius, radius)

    def _paint_level(self, painter: QPainter, volume: float) -> None:
        height = self.height() - 33.0
        frame = QRectF(self.width() // 2 - 95.5, 16.5, 191.0, height)
        inside = QPainterPath()
        inside.addRoundedRect(frame, 12.0, 12.0)
        level = QPainterPath()
        level.addRect(QRectF(frame.left(), frame.bottom() - height * volume, frame.width(), height * volume))
        colour = QColor(self._tokens.breath)
        colour.setAlpha(70)
        painter.fillPath(inside.intersected(level), colour)  # the corners of the frame are round
        painter.setPen(QPen(QColor(self._tokens.line), LINE_PX))
        painter.drawPath(inside)
