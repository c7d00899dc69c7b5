"""Pain, tension and practice over weeks, as one quiet picture."""

import math
from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from biofeedback.reports.dates import told_short_day
from biofeedback.theme import Sizes, Tokens
from biofeedback.ui.practice import NAMED, Week, last_weeks
from biofeedback.ui.words import history as words

N_WEEKS = 12
TEXT_PX = 15
LEFT_TEXTS, HEIGHT_TEXTS, RATED_TEXTS = 2.4, 15.5, 5.6
HIGHEST = 10
LEAST_MINUTES = 30.0
"""The scale of the bars never ends below, so that a little practice looks like a little."""
LINE_PX = 2.0


class WeeksPicture(QWidget):
    """Above, pain and tension of each week: a ring before practice, a filled mark after. Below, minutes as bars."""

    def __init__(self, tokens: Tokens, sizes: Sizes) -> None:
        super().__init__()
        self._weeks: Sequence[Week] = ()
        self.setAccessibleName(words.WEEKS)
        self.apply(tokens, sizes)

    def apply(self, tokens: Tokens, sizes: Sizes) -> None:
        self._tokens, self._text = tokens, float(sizes.px(TEXT_PX))
        self.setFixedHeight(round(HEIGHT_TEXTS * self._text))
        self.setMinimumWidth(round(18 * self._text))
        self.update()

    def show_weeks(self, weeks: Sequence[Week], today: date) -> None:
        self._weeks = last_weeks(weeks, today, N_WEEKS)
        self.setAccessibleDescription(words.described(self._weeks))
        self.setToolTip(words.described(self._weeks))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._weeks:
            return
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            font = QFont(self.font())
            font.setPixelSize(round(self._text))
            painter.setFont(font)
            text, left = self._text, LEFT_TEXTS * self._text
            rated = QRectF(left, 1.8 * text, self.width() - left, RATED_TEXTS * text)
            bars = QRectF(left, rated.bottom() + 2.4 * text, rated.width(), self.height() - rated.bottom() - 4.0 * text)
            if wanting := words.more_days(self._weeks):
                self._write(painter, rated.adjusted(-left, 0, 0, 0), wanting, wrap=True)
            else:
                self._paint_key(painter)
                self._paint_rated(painter, rated)
            self._paint_minutes(painter, bars)

    def _paint_key(self, painter: QPainter) -> None:
        """Which mark is which, each beside its word."""
        x, y = 0.6 * self._text, 0.7 * self._text
        for number, word in enumerate(words.KEY):
            colour = QColor((self._tokens.heart, self._tokens.breath)[number]) if number < 2 else None
            if colour is not None:
                self._mark(painter, QPointF(x, y), number, colour, filled=True)
                x += 0.7 * self._text
            room = painter.fontMetrics().horizontalAdvance(word)
            box = QRectF(x, 0, room + 2, 1.5 * self._text)
            self._write(painter, box, word)
            x += room + 1.4 * self._text

    def _paint_rated(self, painter: QPainter, area: QRectF) -> None:
        for value in (0, HIGHEST):
            y = self._y(area, value)
            self._rule(painter, area, y)
            box = QRectF(0, y - 0.75 * self._text, area.left() - 0.5 * self._text, 1.5 * self._text)
            self._write(painter, box, str(value), Qt.AlignmentFlag.AlignRight)
        for number, name in enumerate(NAMED):
            colour = QColor((self._tokens.heart, self._tokens.breath)[number])
            for i, week in enumerate(self._weeks):
                change = week.change(name)
                if change is None:
                    continue
                x = self._x(area, i) + (number - 0.5) * 0.9 * self._text
                before, after = QPointF(x, self._y(area, change[0])), QPointF(x, self._y(area, change[1]))
                painter.setPen(QPen(colour, LINE_PX))
                painter.drawLine(before, after)
                self._mark(painter, before, number, colour, filled=False)
                self._mark(painter, after, number, colour, filled=True)

    def _mark(self, painter: QPainter, at: QPointF, number: int, colour: QColor, *, filled: bool) -> None:
        """A circle for pain, a square for tension; a ring is open."""
        half = 0.26 * self._text
        painter.setPen(QPen(colour, LINE_PX))
        painter.setBrush(colour if filled else QColor(self._tokens.background))
        box = QRectF(at.x() - half, at.y() - half, 2 * half, 2 * half)
        painter.drawRect(box) if number else painter.drawEllipse(box)

    def _paint_minutes(self, painter: QPainter, area: QRectF) -> None:
        most = max(LEAST_MINUTES, *(week.minutes for week in self._weeks))
        box = QRectF(0, area.top() - 1.8 * self._text, self.width(), 1.5 * self._text)
        self._write(painter, box, words.MINUTES)
        self._rule(painter, area, area.bottom())
        width = 0.5 * area.width() / N_WEEKS
        for i, week in enumerate(self._weeks):
            x, height = self._x(area, i), area.height() * week.minutes / most
            painter.fillRect(QRectF(x - width / 2, area.bottom() - height, width, height), QColor(self._tokens.calm))
            if (N_WEEKS - 1 - i) % 4 == 3 or i == N_WEEKS - 1:
                day = told_short_day(week.monday)
                half = painter.fontMetrics().horizontalAdvance(day) / 2 + 2
                middle = min(x, self.width() - half)
                below = QRectF(middle - half, area.bottom() + 0.2 * self._text, 2 * half, 1.4 * self._text)
                self._write(painter, below, day, Qt.AlignmentFlag.AlignHCenter)
        if any(week.minutes for week in self._weeks):
            box = QRectF(0, area.top() - 0.75 * self._text, area.left() - 0.5 * self._text, 1.5 * self._text)
            self._write(painter, box, f"{most:.0f}", Qt.AlignmentFlag.AlignRight)

    def _rule(self, painter: QPainter, area: QRectF, y: float) -> None:
        """A line in the middle of its pixels, for between two it would be half as strong."""
        painter.setPen(QPen(QColor(self._tokens.line), 1.0))
        level = math.floor(y) + 0.5
        painter.drawLine(QPointF(area.left(), level), QPointF(area.right(), level))

    def _x(self, area: QRectF, i: int) -> float:
        return area.left() + area.width() * (i + 0.5) / N_WEEKS

    def _y(self, area: QRectF, value: float) -> float:
        return area.bottom() - area.height() * value / HIGHEST

    def _write(
        self,
        painter: QPainter,
        box: QRectF,
        text: str,
        align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
        *,
        wrap: bool = False,
    ) -> None:
        painter.setPen(QColor(self._tokens.muted))
        flags = align | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(box, flags.value | (Qt.TextFlag.TextWordWrap.value if wrap else 0), text)
