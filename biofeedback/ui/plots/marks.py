"""Small marks of one size in pixels, whatever the axes: a dot, a cross, a circle.

Made by hand: pyqtgraph's own scatter hands Qt an array by its address, which PySide may take for something else that
lived there before.
"""

from collections.abc import Iterable
from enum import Enum

import pyqtgraph
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget


class Form(Enum):
    """What a mark looks like."""

    DOT = "dot"
    CROSS = "cross"
    CIRCLE = "circle"


RADIUS_PX = {Form.DOT: 2.0, Form.CROSS: 4.0, Form.CIRCLE: 4.0}


class Marks(pyqtgraph.GraphicsObject):  # type: ignore[misc]
    """Marks at places of a plot.

    Attributes
    ----------
    places : list of (float, float)
    """

    def __init__(self, form: Form) -> None:
        super().__init__()
        self._form = form
        self._pen = QPen()
        self.places: list[tuple[float, float]] = []

    def colour(self, name: str) -> None:
        """Paint them in another colour."""
        self._pen = QPen(QColor(name), 1.0)
        self.update()

    def show_at(self, x: Iterable[float], y: Iterable[float]) -> None:
        """Show marks at these places, and no others."""
        places = [(float(a), float(b)) for a, b in zip(x, y, strict=True)]
        if places or self.places:
            self.places = places
            self.prepareGeometryChange()
            self.update()

    def boundingRect(self) -> QRectF:
        if not self.places:
            return QRectF()
        reach_px = RADIUS_PX[self._form] + 1.0
        width, height = reach_px * (self.pixelWidth() or 0.0), reach_px * (self.pixelHeight() or 0.0)
        x, y = [each for each, _ in self.places], [each for _, each in self.places]
        whole = QRectF(min(x), min(y), max(x) - min(x), max(y) - min(y))
        return whole.adjusted(-width, -height, width, height)

    def viewTransformChanged(self) -> None:
        """The axes changed, and with them how much of the plot a pixel is."""
        self.prepareGeometryChange()

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        places = painter.transform().map(QPolygonF([QPointF(*place) for place in self.places]))
        painter.resetTransform()
        painter.setPen(self._pen)
        radius = RADIUS_PX[self._form]
        if self._form is Form.DOT:
            painter.setPen(QPen(self._pen.color(), 2.0 * radius, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
            painter.drawPoints(places)
            return
        for i in range(places.size()):
            place = places.at(i)
            if self._form is Form.CIRCLE:
                painter.drawEllipse(place, radius, radius)
            else:
                for up in (-radius, radius):
                    reach = QPointF(radius, up)
                    painter.drawLine(QLineF(place - reach, place + reach))
