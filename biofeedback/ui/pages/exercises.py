"""All exercises, group by group, to choose one."""

from collections.abc import Callable, Sequence
from itertools import combinations, groupby

from PySide6.QtCore import QEvent
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from biofeedback.ui.parts.basics import Card, label, scrolling
from biofeedback.ui.parts.top_bar import Ways, top_bar
from biofeedback.ui.words import exercises as words
from protocols.specification import Exercise, Group

COLUMN_LEAST = 34
"""Mean letters of a title that a column has room for at the least."""
MOST_COLUMNS = 3
HEADING_WEIGHT = 0.5
"""A heading takes up so much of the height of an exercise."""


class ExercisesPage(QWidget):
    """The list of exercises.

    Parameters
    ----------
    exercises : sequence of Exercise
        Group by group.
    chosen : callable
        Called with the id of the exercise.
    ways : Ways
    """

    def __init__(self, exercises: Sequence[Exercise], chosen: Callable[[str], None], ways: Ways) -> None:
        super().__init__()
        self.setObjectName("page")
        self._groups = [
            GroupList(group, list(members), chosen) for group, members in groupby(exercises, key=lambda e: e.group)
        ]
        self._columns = QHBoxLayout()
        self._columns.setContentsMargins(0, 0, 8, 0)
        self._columns.setSpacing(16)
        self._n_columns = 0
        inside = QWidget()
        inside.setLayout(self._columns)
        scroll = scrolling(inside, words.ALL_EXERCISES)
        top = top_bar(words.ALL_EXERCISES, ways)
        layout = QVBoxLayout(self)
        layout.setSpacing(12)
        layout.addLayout(top)
        layout.addWidget(scroll)
        self._arrange(MOST_COLUMNS)

    def focus_first(self) -> None:
        """Let the keyboard begin at the first exercise."""
        if self._groups:
            self._groups[0].cards[0].setFocus()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._fit()

    def _fit(self) -> None:
        """As many columns as there is room for at this size of type."""
        letter_px = self._groups[0].cards[0].title.fontMetrics().averageCharWidth() if self._groups else 1
        room_px = self.contentsRect().width() // (COLUMN_LEAST * letter_px)
        self._arrange(max(1, min(MOST_COLUMNS, room_px)))

    def _arrange(self, n_columns: int) -> None:
        """Share the groups among so many columns, in order."""
        if n_columns == self._n_columns:
            return
        self._n_columns = n_columns
        while (item := self._columns.takeAt(0)) is not None:
            if column := item.layout():
                while column.takeAt(0) is not None:
                    pass
        heights = [len(group.cards) + HEADING_WEIGHT for group in self._groups]
        for members in shared(heights, n_columns):
            column = QVBoxLayout()
            column.setSpacing(10)
            for i in members:
                column.addWidget(self._groups[i])
            column.addStretch()
            self._columns.addLayout(column, 1)


class GroupList(QWidget):
    """A heading and the exercises of a group."""

    def __init__(self, group: Group, exercises: Sequence[Exercise], chosen: Callable[[str], None]) -> None:
        super().__init__()
        self.setAccessibleName(words.GROUPS[group])
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(label(words.GROUPS[group], "muted"))
        self.cards = [
            Card(each.title, words.lengths(each), each.purpose, lambda ident=each.id: chosen(ident))  # type: ignore[misc]
            for each in exercises
        ]
        for card in self.cards:
            column.addWidget(card)


def shared(heights: Sequence[float], n_columns: int) -> list[range]:
    """Things in order, shared among columns so that the highest column is as low as can be."""
    n = len(heights)
    best = min(
        (cuts for cuts in combinations(range(1, n), max(0, min(n, n_columns) - 1))),
        key=lambda cuts: max(sum(heights[a:b]) for a, b in zip((0, *cuts), (*cuts, n), strict=True)),
    )
    return [range(a, b) for a, b in zip((0, *best), (*best, n), strict=True)]
