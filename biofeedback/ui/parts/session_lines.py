"""What the list of sessions has to show: weeks, in them days, in those sessions. Words are made of what is asked for.

A model of one's own: an item of Qt's for each line would be held by Qt and by Python both.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from biofeedback.ui.practice import Day, Practised, Week
from biofeedback.ui.words import history as words

KEY, SECOND, SESSION = (Qt.ItemDataRole.UserRole + n for n in range(3))
NOWHERE = QModelIndex()
Index = QModelIndex | QPersistentModelIndex
Shown = Week | Day | Practised


@dataclass(slots=True)
class _Line:
    """What a line shows, the number of the one it is in, its place there, and the numbers of those in it."""

    shown: Shown
    outer: int | None
    row: int
    inner: list[int] = field(default_factory=list)


class SessionLines(QAbstractItemModel):
    """The lines of a tree; each is known by the key of its week, its day, or its session."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._lines: list[_Line] = []
        self._outermost: list[int] = []
        self._numbers: dict[str, int] = {}
        self.sessions: list[str] = []
        """Ids, in the order of the lines."""

    def show_weeks(self, weeks: Sequence[Week]) -> None:
        """Show others."""
        self.beginResetModel()
        self._lines, self._outermost, self._numbers, self.sessions = [], [], {}, []
        for week in weeks:
            of_week = self._add(week)
            for day in week.days:
                of_day = self._add(day, of_week)
                for session in day.sessions:
                    self._add(session, of_day)
                    self.sessions.append(session.row.session_id)
        self.endResetModel()

    def _add(self, shown: Shown, outer: int | None = None) -> int:
        beside = self._outermost if outer is None else self._lines[outer].inner
        number = self._numbers[_key(shown)] = len(self._lines)
        self._lines.append(_Line(shown, outer, len(beside)))
        beside.append(number)
        return number

    def of(self, key: str | None) -> QModelIndex:
        """The line of a key; none where it is not shown."""
        number = self._numbers.get(key or "")
        return NOWHERE if number is None else self._at(number)

    def _at(self, number: int) -> QModelIndex:
        return self.createIndex(self._lines[number].row, 0, number)

    def _inner(self, of: Index) -> list[int]:
        return self._lines[of.internalId()].inner if of.isValid() else self._outermost

    def index(self, row: int, column: int, parent: Index = NOWHERE) -> QModelIndex:
        inner = self._inner(parent)
        return self._at(inner[row]) if column == 0 and 0 <= row < len(inner) else NOWHERE

    def parent(self, child: Index = NOWHERE) -> QModelIndex:  # type: ignore[override]
        outer = self._lines[child.internalId()].outer if child.isValid() else None
        return NOWHERE if outer is None else self._at(outer)

    def rowCount(self, parent: Index = NOWHERE) -> int:
        return len(self._inner(parent))

    def columnCount(self, parent: Index = NOWHERE) -> int:
        return 1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        shown = self._lines[index.internalId()].shown
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return _told(shown)[0]
            case Qt.ItemDataRole.AccessibleTextRole:
                return ". ".join(filter(None, _told(shown)))
            case _ if role == SECOND:
                return _told(shown)[1]
            case _ if role == KEY:
                return _key(shown)
            case _ if role == SESSION:
                return shown if isinstance(shown, Practised) else None
        return None


def week_key(week: Week) -> str:
    return f"week {week.monday.isoformat()}"


def _key(shown: Shown) -> str:
    match shown:
        case Week():
            return week_key(shown)
        case Day():
            return shown.on.isoformat()
    return shown.row.session_id


def _told(shown: Shown) -> tuple[str, str]:
    match shown:
        case Week():
            return words.week(shown)
        case Day():
            return words.day(shown)
    return words.session(shown)
