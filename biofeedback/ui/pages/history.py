"""The history: a calendar of practice, minutes by week, and the sessions themselves."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from functools import partial

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from biofeedback.reports.session_words import told_kind
from biofeedback.storage.records import SessionRow
from biofeedback.theme import Sizes, Tokens
from biofeedback.ui.parts.basics import button, clear, label
from biofeedback.ui.parts.top_bar import Ways, top_bar
from biofeedback.ui.words import common as words

N_WEEKS = 8
N_LISTED = 200
EMPTY = "Your practice will appear here, day by day."


class HistoryPage(QWidget):
    """Shows what was practised.

    Parameters
    ----------
    chosen : callable
        Called with the id of a session to open.
    back : callable
    """

    def __init__(self, tokens: Tokens, sizes: Sizes, chosen: Callable[[str], None], ways: Ways) -> None:
        super().__init__()
        self.setObjectName("page")
        self._chosen = chosen
        self.calendar = Calendar(tokens, sizes)
        self.calendar.hide()
        self._state = label("Reading...", "muted")
        listed = QWidget()
        self._list = QVBoxLayout(listed)
        self._list.setContentsMargins(0, 0, 8, 0)
        self._list.setSpacing(8)
        self._list.setAlignment(Qt.AlignmentFlag.AlignTop)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setWidget(listed)
        scroll.setAccessibleName("Sessions")
        layout = QVBoxLayout(self)
        layout.addLayout(top_bar("History", ways))
        layout.addWidget(self._state)
        halves = QHBoxLayout()
        halves.setSpacing(48)
        halves.addWidget(self.calendar, 1)
        halves.addWidget(scroll, 1)
        layout.addLayout(halves, 1)

    def apply(self, tokens: Tokens, sizes: Sizes) -> None:
        self.calendar.apply(tokens, sizes)

    def show_rows(self, rows: Sequence[SessionRow]) -> None:
        """Show all sessions, newest first."""
        clear(self._list)
        self._state.setText("" if rows else EMPTY)
        self._state.setVisible(not rows)
        self.calendar.setVisible(bool(rows))
        self.calendar.show_rows(rows, datetime.now().astimezone().date())
        for row in rows[:N_LISTED]:
            line = _line(row).replace("&", "&&")  # else Qt takes it for the mark of a shortcut
            self._list.addWidget(button(line, "row", partial(self._chosen, row.session_id)))


class Calendar(QWidget):
    """The last weeks as squares, Monday to Sunday; the longer the practice, the fuller the square."""

    def __init__(self, tokens: Tokens, sizes: Sizes) -> None:
        super().__init__()
        self._minutes: dict[date, float] = {}
        self._today = date.min
        self.setMinimumSize(360, 320)
        self.apply(tokens, sizes)

    def apply(self, tokens: Tokens, sizes: Sizes) -> None:
        self._tokens, self._sizes = tokens, sizes
        self.update()

    def show_rows(self, rows: Sequence[SessionRow], today: date) -> None:
        self._minutes = {}
        self._today = today
        for row in rows:
            day = _local_day(row)
            self._minutes[day] = self._minutes.get(day, 0.0) + row.duration_s / 60.0
        n_days = sum(day > today - timedelta(weeks=N_WEEKS) for day in self._minutes)
        self.setAccessibleName(f"Practice on {n_days} days of the last {N_WEEKS} weeks")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            font = QFont(self.font())
            font.setPixelSize(self._sizes.px(14))
            painter.setFont(font)
            text = float(self._sizes.px(14))
            left, right, top = 4.5 * text, 6.5 * text, 2.0 * text
            cell = min((self.width() - left - right) / 7.0, (self.height() - top) / N_WEEKS, 48.0)
            painter.setPen(QColor(self._tokens.muted))
            for i, name in enumerate("MTWTFSS"):
                painter.drawText(QRectF(left + i * cell, 0, cell, top), Qt.AlignmentFlag.AlignCenter, name)
            monday = self._today - timedelta(days=self._today.weekday(), weeks=N_WEEKS - 1)
            for week in range(N_WEEKS):
                self._paint_week(painter, monday + timedelta(weeks=week), left, top + week * cell, cell)

    def _paint_week(self, painter: QPainter, monday: date, left: float, y: float, cell: float) -> None:
        days = [monday + timedelta(days=i) for i in range(7)]
        painter.setPen(QColor(self._tokens.muted))
        start = QRectF(0, y, left - 8, cell)
        painter.drawText(start, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, f"{monday:%d %b}")
        for i, day in enumerate(days):
            if day > self._today:
                continue
            square = QRectF(left + i * cell, y, cell, cell).adjusted(3, 3, -3, -3)
            minutes = self._minutes.get(day, 0.0)
            painter.setPen(QPen(QColor(self._tokens.text if day == self._today else self._tokens.line), 1.0))
            colour = QColor(self._tokens.calm)
            colour.setAlpha(round(min(1.0, 0.25 + minutes / 30.0) * 255) if minutes else 0)
            painter.setBrush(colour)
            painter.drawRoundedRect(square, 6, 6)
        total = sum(self._minutes.get(day, 0.0) for day in days)
        if total:
            painter.setPen(QColor(self._tokens.muted))
            box = QRectF(left + 7 * cell + 8, y, 6.5 * self._sizes.px(14), cell)
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, f"{max(1, round(total))} min")


def _local_day(row: SessionRow) -> date:
    return datetime.fromisoformat(row.started_utc).astimezone().date()


def _line(row: SessionRow) -> str:
    when = datetime.fromisoformat(row.started_utc).astimezone()
    kind = "".join(f", {word}" for word in told_kind(row))
    return f"{when:%d %b %Y, %H:%M}\n{row.exercise_title}, {words.minutes(row.duration_s / 60)}{_of_plan(row)}{kind}"


def _of_plan(row: SessionRow) -> str:
    """What was planned, where the session was broken off before."""
    return f" of {row.planned_s / 60:.0f}" if row.broken_off and row.planned_s else ""
