"""One measure over weeks: its points, the band of usual days, and a point that is chosen."""

import math
from collections.abc import Callable
from datetime import date, timedelta

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from biofeedback.care.measures import Measure, Point
from biofeedback.care.progress import Trend
from biofeedback.reports.dates import told_short_day
from biofeedback.theme import Sizes, Tokens
from biofeedback.ui.words import progress as words

TEXT_PX = 15
HEIGHT_TEXTS, LEFT_TEXTS, REACH_TEXTS = 15.0, 3.2, 1.4
LEAST_DAYS = 28
"""The picture is never of less than four weeks, so that a day looks like a day."""
N_WEEKS_NAMED = 6
RATED = "0-10"
STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Home: -(10**6), Qt.Key.Key_End: 10**6}


class TrendPlot(QWidget):
    """Painted by hand; one stop for the keyboard.

    Parameters
    ----------
    tokens : Tokens
    sizes : Sizes
    chosen : callable
        Called with each point that is chosen.
    opened : callable
        Called with a point to be opened.

    Attributes
    ----------
    points : tuple of Point
        Those that are shown.
    """

    def __init__(
        self, tokens: Tokens, sizes: Sizes, chosen: Callable[[Point], None], opened: Callable[[Point], None]
    ) -> None:
        super().__init__()
        self._chosen, self._opened = chosen, opened
        self._measure = Measure("", "", "")
        self._trend = Trend("", "", ())
        self.points: tuple[Point, ...] = ()
        self._n_days = 0
        self._at: int | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(words.PICTURE)
        self.apply(tokens, sizes)

    def apply(self, tokens: Tokens, sizes: Sizes) -> None:
        self._tokens, self._text = tokens, float(sizes.px(TEXT_PX))
        self.setMinimumSize(round(20 * self._text), round(HEIGHT_TEXTS * self._text))
        self.update()

    @property
    def point(self) -> Point | None:
        """What is chosen."""
        return None if self._at is None else self.points[self._at]

    def show_trend(self, measure: Measure, trend: Trend, n_days: int) -> None:
        """Show a trend with at least one point; its last days, or with 0 all of it."""
        last = date.fromisoformat(trend.points[-1].on)
        since = (last - timedelta(n_days - 1)).isoformat() if n_days else ""
        self._measure, self._trend, self._n_days = measure, trend, n_days
        self.points = tuple(point for point in trend.points if point.on >= since)
        self._at = None
        self._describe()
        self.update()

    def choose(self, at: int) -> None:
        """Choose a point by its place."""
        self._at = min(max(at, 0), len(self.points) - 1)
        self._describe()
        self.update()
        self._chosen(self.points[self._at])

    def place_of(self, at: int) -> QPointF:
        """Where a point is painted."""
        point = self.points[at]
        return QPointF(self._x(date.fromisoformat(point.on)), self._y(point.value))

    def _describe(self) -> None:
        told = words.value(self.point, self._measure) if self.point else words.usual(self._trend)
        self.setAccessibleDescription(f"{self._measure.title}. {told}")

    # Keys and pointer

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = STEPS.get(Qt.Key(event.key()))
        if step is not None and self.points:
            self.choose(len(self.points) - 1 if self._at is None else self._at + step)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.point is not None:
            self._opened(self.point)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        nearest = self._nearest(event.position())
        if nearest is not None:
            self.choose(nearest)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if (nearest := self._nearest(event.position())) is not None:
            self._opened(self.points[nearest])

    def _nearest(self, at: QPointF) -> int | None:
        far = [math.hypot(*(at - self.place_of(i)).toTuple()) for i in range(len(self.points))]
        best = min(range(len(far)), key=far.__getitem__, default=None)
        return best if best is not None and far[best] <= REACH_TEXTS * self._text else None

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            font = QFont(self.font())
            font.setPixelSize(round(self._text))
            painter.setFont(font)
            if self.points:
                self._paint_axes(painter)
                self._paint_points(painter)
            if self.hasFocus():
                painter.setPen(QPen(QColor(self._tokens.breath), 2.0))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 8, 8)

    def _paint_axes(self, painter: QPainter) -> None:
        area, text = self._area(), self._text
        low, high = self._trend.usual_low, self._trend.usual_high
        if low is not None and high is not None:
            top, bottom = self._y(high), self._y(low)
            painter.fillRect(QRectF(area.left(), top, area.width(), bottom - top), QColor(self._tokens.surface))
            painter.setPen(QPen(QColor(self._tokens.hairline), 1.0))
            for level in (top, bottom):
                painter.drawLine(QPointF(area.left(), level), QPointF(area.right(), level))
        painter.setPen(QPen(QColor(self._tokens.line), 1.0))
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        painter.setPen(QColor(self._tokens.muted))
        right = (Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter).value
        for value in self._span():
            box = QRectF(0, self._y(value) - text, area.left() - 0.6 * text, 2 * text)
            painter.drawText(box, right, words.number(value))
        self._paint_weeks(painter, area)

    def _paint_weeks(self, painter: QPainter, area: QRectF) -> None:
        first, last = self._days()
        n_weeks = (last - first).days // 7 + 1
        step = 7 * math.ceil(n_weeks / N_WEEKS_NAMED)
        monday = first + timedelta(-first.weekday() % 7)
        middle = Qt.AlignmentFlag.AlignCenter.value
        while monday <= last:
            box = QRectF(
                self._x(monday) - 3 * self._text, area.bottom() + 0.2 * self._text, 6 * self._text, 1.4 * self._text
            )
            if box.right() <= self.width() + 1.5 * self._text:
                painter.drawText(box, middle, told_short_day(monday))
            monday += timedelta(step)

    def _paint_points(self, painter: QPainter) -> None:
        size = 0.28 * self._text if len(self.points) < 150 else 0.16 * self._text
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._tokens.breath))
        for i in range(len(self.points)):
            painter.drawEllipse(self.place_of(i), size, size)
        if self._at is not None:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(self._tokens.text), 2.0))
            painter.drawEllipse(self.place_of(self._at), 0.55 * self._text, 0.55 * self._text)

    def _area(self) -> QRectF:
        left = LEFT_TEXTS * self._text
        return QRectF(left, self._text, self.width() - left - 1.5 * self._text, self.height() - 3.2 * self._text)

    def _days(self) -> tuple[date, date]:
        first, last = (date.fromisoformat(self.points[i].on) for i in (0, -1))
        return min(first, last - timedelta(max(self._n_days, LEAST_DAYS) - 1)), last

    def _span(self) -> tuple[float, float]:
        """What the picture reaches from and to: all of a rating's scale, else whole numbers around what was."""
        if self._measure.unit == RATED and not self._measure.name.endswith("_eased"):
            return 0.0, 10.0
        band = (self._trend.usual_low, self._trend.usual_high)
        values = [*(point.value for point in self.points), *(each for each in band if each is not None)]
        low, high = math.floor(min(values)), math.ceil(max(values))
        if self._measure.better is not None or self._measure.unit == "min":
            low = min(low, 0)
        return float(low), float(high if high > low else low + 1)

    def _x(self, on: date) -> float:
        first, last = self._days()
        area = self._area()
        return area.left() + area.width() * ((on - first).days + 0.5) / ((last - first).days + 1)

    def _y(self, value: float) -> float:
        low, high = self._span()
        area = self._area()
        return area.bottom() - area.height() * (value - low) / (high - low)
