"""What every scene is made of: it is fed the breath and the score at each frame, and answers slowly."""

import math
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QFont, QPainter, QPainterPath, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from biofeedback.theme import Sizes, Tokens

ANSWER_S = 6.0
"""Time constant with which the light follows the score."""
ARRIVED = 0.0005
"""Nearer than this, the light is there: no one sees the rest."""
SINK_S = 1.5
"""Time constant with which the picture sinks to rest where the breath is no longer led."""
LONGEST_STEP_S = 0.1
"""After a longer pause between frames the picture goes on as after this."""
NEUTRAL = 0.5
"""The light while nothing is known: the middle."""
SETTLED_MS = 150
"""A picture is drawn anew when its size has not changed for so long; until then it is stretched."""
LEAST_PX = 16
"""No layer is drawn narrower or lower: nothing would be left of its hills."""
CORNER_PX = 12.0
CUE_PX, CUE_LARGE_SHARE, CUE_SHARE, CUE_AT = 32, 0.05, 0.12, 0.9
"""Height of the cue; what it grows to in a large scene, and the most of it, as shares of the height; its middle."""


@dataclass(frozen=True, slots=True)
class Frame:
    """What a scene is fed.

    Attributes
    ----------
    time_s : float
        A clock that only goes on.
    breath : float or None
        Fullness of the breath to follow, 0 to 1; None where it is free.
    score : float or None
        How the heart answers, 0 to 1; None where that is not known.
    cue : str
        The word of the breath.
    """

    time_s: float
    breath: float | None = None
    score: float | None = None
    cue: str = ""


class Scene(QWidget):
    """A picture whose light follows the score within seconds and whose form follows the breath at once.

    What is costly is drawn once for a size and a theme, into layers of device pixels; a frame puts them together.
    """

    def __init__(self, tokens: Tokens, sizes: Sizes, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.light = NEUTRAL
        self.breath = 0.0
        self.time_s = 0.0
        self._fed_s: float | None = None
        self._cue = ""
        self._layers_px: tuple[int, int] | None = None
        self._settled = QTimer(self)
        self._settled.setSingleShot(True)
        self._settled.setInterval(SETTLED_MS)
        self._settled.timeout.connect(self._draw_anew)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.tokens = tokens
        self.apply(tokens, sizes, reduced_motion=False)

    def apply(self, tokens: Tokens, sizes: Sizes, *, reduced_motion: bool) -> None:
        """Another look; the layers are kept where the colours are."""
        if tokens != self.tokens:
            self._layers_px = None
        self.tokens, self._sizes, self.reduced_motion = tokens, sizes, reduced_motion
        self.update()

    def feed(self, frame: Frame) -> None:
        """Go on to a frame; painted when the widget is."""
        step_s = 0.0 if self._fed_s is None else min(max(frame.time_s - self._fed_s, 0.0), LONGEST_STEP_S)
        self._fed_s = frame.time_s
        self.time_s += step_s
        target = NEUTRAL if frame.score is None else min(max(frame.score, 0.0), 1.0)
        left = (target - self.light) * math.exp(-step_s / ANSWER_S)
        self.light = target - left if abs(left) > ARRIVED else target
        if frame.breath is None:
            self.breath *= math.exp(-step_s / SINK_S)
        else:
            self.breath = min(max(frame.breath, 0.0), 1.0)
        self._cue = frame.cue

    def draw_layers(self, width: int, height: int) -> None:
        """Draw the layers for a size in device pixels."""
        raise NotImplementedError

    def paint_layers(self, painter: QPainter, width: int, height: int) -> None:
        """Put the layers together for `light`, `breath` and `time_s`; the painter counts device pixels."""
        raise NotImplementedError

    @property
    def moved_s(self) -> float:
        """Time for all that moves by itself; it stands still where motion is reduced."""
        return 0.0 if self.reduced_motion else self.time_s

    def sizeHint(self) -> QSize:
        return QSize(640, 400)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._settled.start()
        super().resizeEvent(event)

    def _draw_anew(self) -> None:
        self._layers_px = None
        self.update()

    def _wanted_px(self) -> tuple[int, int]:
        ratio = self.devicePixelRatioF()
        return max(1, math.ceil(self.width() * ratio)), max(1, math.ceil(self.height() * ratio))

    def paintEvent(self, event: QPaintEvent) -> None:
        wanted = self._wanted_px()
        drawn = max(LEAST_PX, wanted[0]), max(LEAST_PX, wanted[1])
        if self._layers_px is None or (self._layers_px != drawn and not self._settled.isActive()):
            self.draw_layers(*drawn)
            self._layers_px = drawn
        width, height = self._layers_px
        ratio = self.devicePixelRatioF()
        with QPainter(self) as painter:
            painter.save()
            painter.scale(wanted[0] / width / ratio, wanted[1] / height / ratio)
            self.paint_layers(painter, width, height)
            painter.restore()
            self._paint_cue(painter)
            self._round_corners(painter)

    def _paint_cue(self, painter: QPainter) -> None:
        if not self._cue:
            return
        font = QFont(self.font())
        font.setPixelSize(
            max(
                1,
                min(
                    max(self._sizes.px(CUE_PX), round(CUE_LARGE_SHARE * self.height())),
                    round(CUE_SHARE * self.height()),
                ),
            )
        )
        painter.setFont(font)
        painter.setPen(QColor(self.tokens.text))
        place = QRectF(0.0, (2.0 * CUE_AT - 1.0) * self.height(), self.width(), 2.0 * (1.0 - CUE_AT) * self.height())
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, self._cue)

    def _round_corners(self, painter: QPainter) -> None:
        corner = QPainterPath()
        corner.moveTo(0.0, 0.0)
        corner.lineTo(CORNER_PX, 0.0)
        corner.arcTo(QRectF(0.0, 0.0, 2.0 * CORNER_PX, 2.0 * CORNER_PX), 90.0, 90.0)
        corner.closeSubpath()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for right, below in ((False, False), (True, False), (False, True), (True, True)):
            painter.save()
            painter.translate(self.width() if right else 0, self.height() if below else 0)
            painter.scale(-1.0 if right else 1.0, -1.0 if below else 1.0)
            painter.fillPath(corner, QColor(self.tokens.background))
            painter.restore()
