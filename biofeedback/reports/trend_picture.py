"""The picture of a trend: its points over the days of a period, and the band of usual days. For any device."""

import math
from datetime import date

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen

from biofeedback.care.progress import Trend
from biofeedback.reports.dates import told_short_day
from biofeedback.reports.visible import visible
from biofeedback.theme import Tokens

TYPE = 0.083
"""Height of the type, of the picture's height."""
FROM_NOUGHT = ("min", "steps")
"""Units of what is counted."""


def paint_trend(painter: QPainter, area: QRectF, trend: Trend, days: tuple[date, date], tokens: Tokens) -> None:
    """Paint a trend with at least one point into a rectangle; `days` are the first and the last of the period."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    text = TYPE * area.height()
    font = QFont(painter.font())
    font.setPixelSize(max(1, round(text)))
    painter.setFont(font)
    plot = area.adjusted(3.2 * text, 1.9 * text, -1.2 * text, -1.8 * text)
    left, middle, right = (
        side | Qt.AlignmentFlag.AlignVCenter
        for side in (Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignHCenter, Qt.AlignmentFlag.AlignRight)
    )
    painter.setPen(QColor(tokens.text))
    title = visible(f"{trend.measure}, {trend.unit}")
    painter.drawText(QRectF(area.left(), area.top(), area.width(), 1.5 * text), left, title)
    low, high = _span(trend)
    n_days = max((days[1] - days[0]).days, 1)

    def y(value: float) -> float:
        return plot.bottom() - (value - low) / (high - low) * plot.height()

    def x(on: str) -> float:
        return plot.left() + (date.fromisoformat(on) - days[0]).days / n_days * plot.width()

    if trend.usual_low is not None and trend.usual_high is not None:
        band = QRectF(QPointF(plot.left(), y(trend.usual_high)), QPointF(plot.right(), y(trend.usual_low)))
        painter.fillRect(band, QColor(tokens.surface))
        painter.setPen(QPen(QColor(tokens.hairline), 0.06 * text))
        painter.drawLine(band.topLeft(), band.topRight())
        painter.drawLine(band.bottomLeft(), band.bottomRight())
    painter.setPen(QPen(QColor(tokens.line), 0.06 * text))
    painter.drawLine(plot.bottomLeft(), plot.bottomRight())
    painter.setPen(QColor(tokens.muted))
    for value in (low, high):
        painter.drawText(QRectF(area.left(), y(value) - 0.7 * text, 2.8 * text, 1.4 * text), right, f"{value:g}")
    below = QRectF(plot.left() - 3.0 * text, plot.bottom() + 0.3 * text, 6.0 * text, 1.4 * text)
    painter.drawText(below, middle, told_short_day(days[0]))
    painter.drawText(below.translated(plot.width() - 2.0 * text, 0.0), middle, told_short_day(days[1]))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(tokens.breath))
    for point in trend.points:
        painter.drawEllipse(QPointF(x(point.on), y(point.value)), 0.22 * text, 0.22 * text)
    painter.restore()


def _span(trend: Trend) -> tuple[float, float]:
    """Lowest and highest of the scale: that of the answers, else whole numbers around what there is."""
    if trend.unit == "0-10" and all(0.0 <= point.value <= 10.0 for point in trend.points):
        return 0.0, 10.0
    values = [point.value for point in trend.points]
    values += [each for each in (trend.usual_low, trend.usual_high) if each is not None]
    low = 0.0 if trend.unit in FROM_NOUGHT else float(math.floor(min(values))) - 1.0
    return low, float(math.ceil(max(values))) + 1.0
