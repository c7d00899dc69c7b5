"""The picture of a body with the places that were painted, from the front and the back. For any device, of lines only.

What is painted is what is measured: each mark as far as it lies on the body, so that no device has to cut it.
"""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPainterPath, QPen, QPolygonF
from shapely import LineString, Polygon
from shapely.geometry.base import BaseGeometry

from biofeedback.care.body_map import STRONGEST, Mark, Place, View, body, covered, parts_of
from biofeedback.theme import Tokens

WIDE, HIGH, HEAD = 0.52, 1.04, 0.02
"""What one view takes, in parts of the body's height, and what of it stands above the head."""
FAINT, FULL = 0.3, 1.0
"""Share of the colour at strength 0 and 10."""
TYPE = 0.036
"""Height of the type, of the picture's height."""
SHAPE = (HIGH + 0.08) / (2.0 * WIDE)
"""Height of the picture, of its width: two views, and a line above them."""
HATCH = 0.014
"""How far slanting lines are from each other, in parts of the body's height."""


def paint_drawing(painter: QPainter, area: QRectF, title: str, marks: Sequence[Mark], tokens: Tokens) -> None:
    """Paint a drawing into a rectangle, with a title above it."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    text = TYPE * area.height()
    font = QFont(painter.font())
    font.setPixelSize(max(1, round(text)))
    painter.setFont(font)
    painter.setPen(QColor(tokens.text))
    left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
    painter.drawText(QRectF(area.left(), area.top(), area.width(), 1.5 * text), left, title)
    unit = min((area.height() - 1.6 * text) / HIGH, area.width() / (2.0 * WIDE))
    inside = covered(marks)
    for n, view in enumerate(View):
        middle = area.left() + area.width() / 2.0 + (n - 0.5) * WIDE * unit
        painter.setPen(QColor(tokens.muted))
        name = QRectF(middle - WIDE / 2.0 * unit, area.top() + 1.6 * text, (WIDE / 2.0 - 0.065) * unit, 1.5 * text)
        painter.drawText(name, Qt.AlignmentFlag.AlignCenter, view.value)
        painter.save()
        painter.translate(middle, area.top() + 1.6 * text + HEAD * unit)
        painter.scale(unit, unit)
        _paint_view(painter, [pair for pair in inside if pair[0].view is view], tokens)
        painter.restore()
    painter.restore()


def path_of(points: Sequence[Place]) -> QPainterPath:
    """The line around places, closed."""
    path = QPainterPath()
    path.addPolygon(QPolygonF([QPointF(x, y) for x, y in points]))
    path.closeSubpath()
    path.setFillRule(Qt.FillRule.WindingFill)
    return path


def colour_of(strength: int, tokens: Tokens) -> QColor:
    """The stronger, the more of the colour."""
    return mixed(tokens.surface, tokens.heart, FAINT + (FULL - FAINT) * strength / STRONGEST)


def mixed(ground: str, colour: str, share: float) -> QColor:
    """A colour over a ground, as much of it as is said."""
    one, other = QColor(ground), QColor(colour)
    pairs = (one.red(), other.red()), (one.green(), other.green()), (one.blue(), other.blue())
    return QColor(*(round((1 - share) * a + share * b) for a, b in pairs))


def _paint_view(painter: QPainter, inside: Sequence[tuple[Mark, BaseGeometry]], tokens: Tokens) -> None:
    outline = path_of(body().outline)
    painter.fillPath(outline, mixed(tokens.surface, tokens.line, 0.12))
    for mark, shape in sorted(inside, key=lambda pair: pair[0].strength):
        painter.fillPath(_path(shape), colour_of(mark.strength, tokens))
    painter.setPen(QPen(QColor(tokens.text), 0.0015))
    for mark, shape in inside:
        if mark.touch_hurts and not shape.is_empty:
            _paint_touch(painter, shape)
    painter.strokePath(outline, QPen(QColor(tokens.line), 0.003))


def _paint_touch(painter: QPainter, shape: BaseGeometry) -> None:
    """Fine slanting lines, the same ones over all places: touch hurts here."""
    left, top, right, bottom = shape.bounds
    for n in range(int((left - bottom) // HATCH), int((right - top) // HATCH) + 1):
        line = LineString([(n * HATCH + top, top), (n * HATCH + bottom, bottom)])
        for part in parts_of(shape.intersection(line)):
            if isinstance(part, LineString) and not part.is_empty:
                (x0, y0), *_, (x1, y1) = part.coords
                painter.drawLine(QPointF(x0, y0), QPointF(x1, y1))


def _path(shape: BaseGeometry) -> QPainterPath:
    path = QPainterPath()
    for part in parts_of(shape):
        if isinstance(part, Polygon) and not part.is_empty:
            for ring in (part.exterior, *part.interiors):
                path.addPath(path_of([(x, y) for x, y in ring.coords]))
    path.setFillRule(Qt.FillRule.OddEvenFill)
    return path
