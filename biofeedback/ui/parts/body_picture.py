"""A body from the front and the back, to paint on where it hurts."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QKeyEvent,
    QLinearGradient,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPainterPathStroker,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QWidget

from biofeedback.care.body_map import STRONGEST, Mark, Place, Region, View, body
from biofeedback.reports.body_picture import HEAD, HIGH, WIDE, colour_of, mixed, path_of
from biofeedback.theme import Sizes, Tokens
from biofeedback.ui.parts.announcing import announce
from biofeedback.ui.words import bodymap as words

NEAR = 0.003
"""A point nearer to the last one than this adds nothing to a stroke [D]."""


class BodyPicture(QWidget):
    """Both views beside each other, and the marks on them.

    A pointer paints strokes. By keyboard, up and down go from part to part of the body, left and right to the other
    view, a digit paints the part as strong as it says (X is 10), and the key for deleting takes that back.

    Parameters
    ----------
    tokens : Tokens
    sizes : Sizes
    painted : callable, optional
        Called with the marks as they were when there are others now; None to look at only.
    """

    def __init__(self, tokens: Tokens, sizes: Sizes, painted: Callable[[tuple[Mark, ...]], None] | None = None) -> None:
        super().__init__()
        self._tokens, self._sizes, self._painted = tokens, sizes, painted
        self.marks: tuple[Mark, ...] = ()
        self.width_of_brush, self.strength, self.touch_hurts = 0.04, 5, False
        self._stroke: list[Place] = []
        self._view = View.FRONT
        self._at: Region | None = None
        self._outline = path_of(body().outline)
        self.setAccessibleName(words.BODY)
        if painted is not None:
            self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            self.setCursor(Qt.CursorShape.CrossCursor)

    def apply(self, tokens: Tokens, sizes: Sizes) -> None:
        self._tokens, self._sizes = tokens, sizes
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(420, 420) if self._painted is not None else QSize(240, 240)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint() * 0.6

    def show_marks(self, marks: Sequence[Mark]) -> None:
        """Show a drawing."""
        self.marks = tuple(marks)
        self._stroke = []
        self.update()

    def region_at(self) -> Region | None:
        """The part of the body that the keyboard is at."""
        return self._at

    # Places

    @property
    def _unit_px(self) -> float:
        """The body's height on the screen."""
        return min(self.height() / HIGH, self.width() / (2 * WIDE))

    def place(self, view: View, point: Place) -> QPointF:
        """Where a place of the body is on the screen."""
        unit = self._unit_px
        middle = self.width() / 2 + (-0.5 if view is View.FRONT else 0.5) * WIDE * unit
        return QPointF(middle + point[0] * unit, (self.height() - HIGH * unit) / 2 + (point[1] + HEAD) * unit)

    def _point(self, position: QPointF) -> Place:
        origin, unit = self.place(self._view, (0.0, 0.0)), self._unit_px
        # A stroke stays on the view where it began
        x = min(max((position.x() - origin.x()) / unit, -WIDE / 2), WIDE / 2)
        return x, min(max((position.y() - origin.y()) / unit, -HEAD), 1.0 + HEAD)

    # Pointer

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._painted is None or event.button() != Qt.MouseButton.LeftButton:
            return
        self._view = View.FRONT if event.position().x() < self.width() / 2 else View.BACK
        self._at = None
        self._stroke = [self._point(event.position())]
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._stroke:
            point = self._point(event.position())
            last = self._stroke[-1]
            if abs(point[0] - last[0]) + abs(point[1] - last[1]) >= NEAR:
                self._stroke.append(point)
                self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._stroke:
            mark = Mark(self._view, tuple(self._stroke), self.width_of_brush, self.strength, self.touch_hurts)
            self._stroke = []
            # What lies beside the body is no place where it hurts
            inside = self._outline.intersects(_shape(mark))
            self._change((*self.marks, mark) if inside else self.marks)

    # Keyboard

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if self._painted is None or not self._hear(key):
            super().keyPressEvent(event)

    def _hear(self, key: Qt.Key) -> bool:
        steps = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
        if key in steps:
            self._step(steps[key])
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self._turn()
        elif self._at is None:
            return False
        elif key == Qt.Key.Key_X or Qt.Key.Key_0 <= key <= Qt.Key.Key_9:
            self._fill(STRONGEST if key == Qt.Key.Key_X else key - Qt.Key.Key_0)
        elif key in (Qt.Key.Key_Backspace, Qt.Key.Key_Delete):
            self._fill(None)
        else:
            return False
        return True

    def _regions(self) -> list[Region]:
        return [each for each in body().regions if each.view is self._view]

    def _step(self, by: int) -> None:
        there = self._regions()
        if self._at not in there:
            self._go_to(there[0 if by > 0 else -1])
        else:
            self._go_to(there[(there.index(self._at) + by) % len(there)])

    def _turn(self) -> None:
        """The same part from the other side, or the first one that is there."""
        self._view = View.BACK if self._view is View.FRONT else View.FRONT
        there, before = self._regions(), self._at
        same = (each for each in there if before and (each.name, each.side) == (before.name, before.side))
        self._go_to(next(same, there[0]))

    def _go_to(self, region: Region) -> None:
        self._at = region
        announce(self, words.region_told(region, self._strength_of(region)))
        self.update()

    def _strength_of(self, region: Region) -> int | None:
        return next((mark.strength for mark in self.marks if _fills(mark, region)), None)

    def _fill(self, strength: int | None) -> None:
        region = self._at
        if region is None:
            return
        others = tuple(mark for mark in self.marks if not _fills(mark, region))
        made = () if strength is None else (Mark(region.view, _ring(region), None, strength, self.touch_hurts),)
        self._change((*others, *made))
        announce(self, words.region_told(region, strength))

    def _change(self, marks: tuple[Mark, ...]) -> None:
        before, self.marks = self.marks, marks
        self.update()
        if marks != before and self._painted is not None:
            self._painted(before)

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            for view in View:
                painter.save()
                origin = self.place(view, (0.0, 0.0))
                painter.translate(origin)
                painter.scale(self._unit_px, self._unit_px)
                self._paint_body(painter)
                painter.setClipPath(self._outline)
                self._paint_marks(painter, view)
                painter.setClipping(False)
                self._paint_lines(painter, view)
                painter.restore()
                self._paint_name(painter, view)

    def _paint_body(self, painter: QPainter) -> None:
        soft = QLinearGradient(0.0, 0.0, 0.0, 1.0)
        soft.setColorAt(0.0, mixed(self._tokens.surface, self._tokens.line, 0.28))
        soft.setColorAt(1.0, mixed(self._tokens.surface, self._tokens.line, 0.12))
        painter.fillPath(self._outline, soft)

    def _paint_marks(self, painter: QPainter, view: View) -> None:
        marks = [*self.marks]
        if self._stroke and self._view is view:
            marks.append(Mark(view, tuple(self._stroke), self.width_of_brush, self.strength, self.touch_hurts))
        for mark in sorted((each for each in marks if each.view is view), key=lambda each: each.strength):
            painter.fillPath(_shape(mark), colour_of(mark.strength, self._tokens))
        for mark in marks:
            if mark.touch_hurts and mark.view is view:
                self._paint_touch(painter, _shape(mark))

    def _paint_touch(self, painter: QPainter, shape: QPainterPath) -> None:
        """Fine slanting lines: touch hurts here."""
        painter.save()
        painter.setClipPath(shape, Qt.ClipOperation.IntersectClip)
        painter.setPen(QPen(QColor(self._tokens.text), 1.0 / self._unit_px))
        around = shape.boundingRect()
        step = 7.0 / self._unit_px
        # From whole steps of the body on, so that places over each other have the same lines
        x = ((around.left() - around.bottom()) // step) * step
        while x < around.right():
            painter.drawLine(QPointF(x, 0.0), QPointF(x + 1.1, 1.1))
            x += step
        painter.restore()

    def _paint_lines(self, painter: QPainter, view: View) -> None:
        painter.strokePath(self._outline, QPen(QColor(self._tokens.line), 1.2 / self._unit_px))
        if self._at is not None and self._at.view is view and self.hasFocus():
            pen = QPen(QColor(self._tokens.breath), 2.5 / self._unit_px)
            painter.strokePath(path_of(_ring(self._at)), pen)

    def _paint_name(self, painter: QPainter, view: View) -> None:
        """Which side it is, and where the person's left is."""
        font = self.font()
        font.setPixelSize(self._sizes.px(15))
        painter.setFont(font)
        painter.setPen(QColor(self._tokens.muted))
        middle = self.place(view, (0.0, 0.0))
        unit = self._unit_px
        left = QRectF(middle.x() - WIDE / 2 * unit, middle.y(), (WIDE / 2 - 0.065) * unit, 0.14 * unit)
        painter.drawText(left, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignHCenter, words.VIEWS[view])

    def focusInEvent(self, event: object) -> None:
        self.update()

    def focusOutEvent(self, event: object) -> None:
        self.update()


def _shape(mark: Mark) -> QPainterPath:
    if mark.width is None:
        return path_of(mark.points)
    line = QPainterPath(QPointF(*mark.points[0]))
    for point in mark.points[1:] or ((mark.points[0][0] + 1e-4, mark.points[0][1]),):
        line.lineTo(QPointF(*point))
    brush = QPainterPathStroker()
    brush.setWidth(mark.width)
    brush.setCapStyle(Qt.PenCapStyle.RoundCap)
    brush.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    brush.setCurveThreshold(0.001)
    path = brush.createStroke(line)
    path.setFillRule(Qt.FillRule.WindingFill)
    return path


def _ring(region: Region) -> tuple[Place, ...]:
    """The line around a part of the body; the largest where it is in pieces."""
    pieces = getattr(region.shape, "geoms", [region.shape])
    largest = max(pieces, key=lambda piece: piece.area)
    return tuple((float(x), float(y)) for x, y in largest.exterior.coords[:-1])


def _fills(mark: Mark, region: Region) -> bool:
    return mark.width is None and mark.view is region.view and mark.points == _ring(region)
