"""The last weeks as squares, Monday to Sunday; the longer the practice, the fuller the square."""

from collections.abc import Sequence
from datetime import date, timedelta

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from biofeedback.reports.dates import told_short_day
from biofeedback.theme import Sizes, Tokens
from biofeedback.ui.practice import Week, last_weeks
from biofeedback.ui.words import history as words

N_WEEKS = 8
LARGEST_CELL_PX, LEFT_TEXTS, TOP_TEXTS = 48.0, 4.5, 2.0
LINE_PX = 1.5
"""A line of one pixel that lies between two is half as strong as its colour."""
FULL_MINUTES, FAINTEST = 30.0, 0.25


class Calendar(QWidget):
    """Squares with what was practised on each day."""

    def __init__(self, tokens: Tokens, sizes: Sizes) -> None:
        super().__init__()
        self._weeks: Sequence[Week] = ()
        self._today = date.min
        self.apply(tokens, sizes)

    def apply(self, tokens: Tokens, sizes: Sizes) -> None:
        self._tokens, self._sizes = tokens, sizes
        text = sizes.px(15)
        cell = max(32, 2 * text)
        self.setMinimumSize(round(LEFT_TEXTS * text + 7 * cell), round(TOP_TEXTS * text + N_WEEKS * cell))
        self.update()

    def show_weeks(self, weeks: Sequence[Week], today: date) -> None:
        self._weeks, self._today = last_weeks(weeks, today, N_WEEKS), today
        self.setAccessibleName(words.CALENDAR)
        self.setAccessibleDescription(words.on_days(sum(week.n_days for week in self._weeks), N_WEEKS))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            font = QFont(self.font())
            font.setPixelSize(self._sizes.px(15))
            painter.setFont(font)
            text = float(self._sizes.px(15))
            left, top = LEFT_TEXTS * text, TOP_TEXTS * text
            cell = min((self.width() - left) / 7.0, (self.height() - top) / N_WEEKS, LARGEST_CELL_PX * text / 15.0)
            painter.setPen(QColor(self._tokens.muted))
            for i, name in enumerate("MTWTFSS"):
                painter.drawText(QRectF(left + i * cell, 0, cell, top), Qt.AlignmentFlag.AlignCenter, name)
            for i, week in enumerate(self._weeks):
                self._paint_week(painter, week, left, top + i * cell, cell)

    def _paint_week(self, painter: QPainter, week: Week, left: float, y: float, cell: float) -> None:
        painter.setPen(QColor(self._tokens.muted))
        start = QRectF(0, y, left - 8, cell)
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        painter.drawText(start, flags, told_short_day(week.monday))
        minutes: dict[date, float] = {}
        for each in week.own:
            minutes[each.at.date()] = minutes.get(each.at.date(), 0.0) + each.minutes
        for i in range(7):
            day = week.monday + timedelta(days=i)
            if day > self._today:
                continue
            square = QRectF(left + i * cell, y, cell, cell).adjusted(3, 3, -3, -3)
            painter.setPen(QPen(QColor(self._tokens.text if day == self._today else self._tokens.line), LINE_PX))
            colour = QColor(self._tokens.calm)
            share = FAINTEST + minutes.get(day, 0.0) / FULL_MINUTES
            colour.setAlpha(round(min(1.0, share) * 255) if minutes.get(day) else 0)
            painter.setBrush(colour)
            painter.drawRoundedRect(square, 6, 6)
