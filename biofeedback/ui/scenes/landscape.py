"""What the painted scenes share: three states of the light, the ground of each, and what moves over it."""

from functools import partial
from typing import ClassVar

from PySide6.QtGui import QPainter, QPixmap

from biofeedback.ui.scenes.land import Hour
from biofeedback.ui.scenes.layers import Array, drawn
from biofeedback.ui.scenes.scene import Scene

Hours = tuple[Hour, Hour, Hour]


class Landscape(Scene):
    """A scene whose ground goes through three hours with the light, under something that goes with the breath.

    Attributes
    ----------
    NIGHT, MORNING : tuple of Hour
        The hours in dark and in light themes, from the least light to the most.
    HELD : float
        The fullness in which the form rests where motion is reduced; light goes with the breath instead.
    LEAST_GLOW : float
        How much of that light is left with empty lungs.
    """

    NIGHT: ClassVar[Hours]
    MORNING: ClassVar[Hours]
    HELD: ClassVar[float]
    LEAST_GLOW: ClassVar[float] = 0.0

    @property
    def hours(self) -> Hours:
        return self.NIGHT if self.tokens.dark else self.MORNING

    @property
    def form(self) -> float:
        """How full what swells with the breath is, 0 to 1."""
        return self.HELD if self.reduced_motion else self.breath

    @property
    def glow(self) -> float:
        """How strongly it is seen, 0 to 1."""
        return self.LEAST_GLOW + (1.0 - self.LEAST_GLOW) * self.breath if self.reduced_motion else 1.0

    def draw_ground(self, i: int, width: int, height: int) -> Array:
        """The ground of hour `i`: all that does not move."""
        raise NotImplementedError

    def draw_moving(self, width: int, height: int) -> None:
        """Draw the layers that move over the ground."""
        raise NotImplementedError

    def paint_moving(self, painter: QPainter, width: int, height: int) -> None:
        """Put what moves over the ground."""
        raise NotImplementedError

    def draw_layers(self, width: int, height: int) -> None:
        self.grounds = [drawn(partial(self.draw_ground, i), width, height) for i in range(len(self.hours))]
        self.draw_moving(width, height)

    def paint_layers(self, painter: QPainter, width: int, height: int) -> None:
        self._paint_between(painter, self.grounds)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        self.paint_moving(painter, width, height)
        painter.setOpacity(1.0)

    def _paint_between(self, painter: QPainter, layers: list[QPixmap]) -> None:
        """Paint the state of the light between those that are drawn."""
        at = self.light * (len(layers) - 1)
        low = min(int(at), len(layers) - 2)
        painter.drawPixmap(0, 0, layers[low])
        painter.setOpacity(at - low)
        painter.drawPixmap(0, 0, layers[low + 1])
        painter.setOpacity(1.0)
