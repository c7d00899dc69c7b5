"""All exercises by what they are for, the favourites first, and beside them what there is to know of one."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import combinations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from biofeedback.ui.cautions import standing_in_the_way, without, written
from biofeedback.ui.parts.announcing import announce
from biofeedback.ui.parts.basics import label, scrolling
from biofeedback.ui.parts.exercise_about import ExerciseAbout
from biofeedback.ui.parts.exercise_row import ExerciseRow, with_star
from biofeedback.ui.parts.page import Page
from biofeedback.ui.parts.practice_card import Change
from biofeedback.ui.parts.top_bar import Ways, top_bar
from biofeedback.ui.settings import Settings
from biofeedback.ui.words import exercises as words
from biofeedback.ui.worn import missing_for
from protocols.safety import Caution
from protocols.specification import Exercise, Group

COLUMN_LEAST = 40
"""Letters of a title that a column of the list has room for at the least, its length and its star among them."""
MOST_COLUMNS = 2
HEADING_WEIGHT = 0.9
"""A heading takes up so much of the height of an exercise."""
GAP_PX = 24
STEPS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
SIDES = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
ENDS = {Qt.Key.Key_Home: 0, Qt.Key.Key_End: -1}


class ExercisesPage(Page):
    """The list of exercises; by keyboard it is one stop, and arrows go through it.

    Parameters
    ----------
    exercises : sequence of Exercise
        Group by group; at least one.
    settings : Settings
    chosen : callable
        Called with the id of the exercise.
    changed : callable
        Called with what to change in the settings.
    ways : Ways

    Attributes
    ----------
    rows : list of ExerciseRow
        In the order of the list.
    """

    def __init__(
        self,
        exercises: Sequence[Exercise],
        settings: Settings,
        chosen: Callable[[str], None],
        changed: Callable[[Change], None],
        ways: Ways,
    ) -> None:
        super().__init__()
        self._exercises, self._settings = exercises, settings
        self._chosen, self._changed = chosen, changed
        self._at = exercises[0].id
        self._n_columns = MOST_COLUMNS
        self.rows: list[ExerciseRow] = []
        self._columns: list[list[ExerciseRow]] = []
        top = top_bar(words.ALL_EXERCISES, ways)
        self.about = ExerciseAbout(
            lambda: self._choose(self._row()),
            lambda: self._star(self._row()),
            self._ask_again,
            lambda: ways.go("profile"),
        )
        self._list = scrolling(QWidget(), words.ALL_EXERCISES)
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._both = QHBoxLayout()
        self._both.setSpacing(GAP_PX)
        self._both.addWidget(self._list)
        beside = scrolling(self.about, words.ABOUT)
        self._both.addWidget(beside)
        layout = QVBoxLayout(self)
        layout.setSpacing(12)
        layout.addLayout(top)
        self._before = self.findChildren(QPushButton)[-1]
        layout.addLayout(self._both)
        QWidget.setTabOrder(self.about.more.handle, beside)
        self._fill()

    def offer(self, exercises: Sequence[Exercise], settings: Settings) -> None:
        """Offer these from now on, with what is known of the person."""
        if (list(exercises), settings.answers) != (list(self._exercises), self._settings.answers):
            self._exercises, self._settings = exercises, settings
            self._fill()

    def refresh(self, settings: Settings) -> None:
        """The settings may have changed: stars, and what rests for now."""
        before, self._settings = self._settings, settings
        if _kept_by(settings) != _kept_by(before):
            self._fill()
        else:
            self._come_to(self._row())

    def enter(self) -> None:
        """Let the keyboard begin at the top of the list."""
        self._list.verticalScrollBar().setValue(0)
        self.rows[0].setFocus()

    # Laying out

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._fit()

    def _fit(self) -> None:
        """As many columns as there is room for at this size of type, and the words about one beside them."""
        letter_px = self.rows[0].title.fontMetrics().averageCharWidth()
        n_columns = max(1, min(MOST_COLUMNS, self.contentsRect().width() // (COLUMN_LEAST * letter_px) - 1))
        if n_columns != self._n_columns:
            self._n_columns = n_columns
            self._fill()

    def _fill(self) -> None:
        """Make the list anew; the keyboard stays at the same exercise."""
        focused = any(row.hasFocus() for row in self.rows)
        groups = self._groups()
        columns = shared([len(members) + HEADING_WEIGHT for _, members in groups], self._n_columns)
        before = self._list.takeWidget()
        inside = QWidget()
        across = QHBoxLayout(inside)
        across.setContentsMargins(0, 0, 8, 0)
        across.setSpacing(12)
        self._columns = [self._column(across, [groups[i] for i in members]) for members in columns]
        self.rows = [row for column in self._columns for row in column]
        self._list.setWidget(inside)
        for i, share in enumerate((1, 1) if len(columns) == 1 else (7, 3)):
            self._both.setStretch(i, share)
        if before is not None:
            before.hide()
            before.deleteLater()  # a key of one of its rows may be what made the list anew
        self._come_to(self._row())
        if focused:
            self._row().setFocus()

    def _groups(self) -> list[tuple[str, list[Exercise]]]:
        """Headings, each with its exercises; a favourite stands among the favourites alone."""
        starred = [each for each in self._exercises if each.id in self._settings.favourites]
        others = {
            group: [each for each in self._exercises if each.group is group and each not in starred] for group in Group
        }
        if not self._settings.band_uri:  # one shows that there are such practices; the others would only be in the way
            others[Group.HEAD] = others[Group.HEAD][:1]
        groups = [(words.FAVOURITES, starred), *((words.GROUPS[group], others[group]) for group in Group)]
        return [(heading, members) for heading, members in groups if members]

    def _column(self, across: QHBoxLayout, groups: Sequence[tuple[str, Sequence[Exercise]]]) -> list[ExerciseRow]:
        column, rows = QVBoxLayout(), []
        column.setSpacing(1)
        for heading, exercises in groups:
            column.addWidget(label(heading, "muted", wrap=True))
            for exercise in exercises:
                row = ExerciseRow(
                    exercise,
                    self._choose,
                    self._come_to,
                    self._heard,
                    starred=exercise.id in self._settings.favourites,
                    rests=bool(standing_in_the_way(exercise, self._settings.answers)),
                )
                column.addWidget(with_star(row, self._star, self._tell_more))
                rows.append(row)
            column.addSpacing(2)
        column.addStretch()
        across.addLayout(column, 1)
        return rows

    # Going through it

    def _row(self) -> ExerciseRow:
        """The row at which one is."""
        return next((row for row in self.rows if row.exercise.id == self._at), self.rows[0])

    def _come_to(self, row: ExerciseRow) -> None:
        """One is at this row now: Tab comes to it, and it is told of beside the list."""
        self._at = row.exercise.id
        for each in self.rows:
            each.setFocusPolicy(Qt.FocusPolicy.StrongFocus if each is row else Qt.FocusPolicy.ClickFocus)
        QWidget.setTabOrder(self._before, row)
        self._list.ensureWidgetVisible(row, 0, row.height())
        stopping = standing_in_the_way(row.exercise, self._settings.answers)
        known = written(row.exercise, self._settings.answers)
        missing = missing_for(row.exercise, self._settings)
        self.about.show_exercise(row.exercise, stopping, known, starred=row.starred, missing=missing)

    def _heard(self, row: ExerciseRow, key: Qt.Key) -> bool:
        """A key was pressed at a row; whether it is one of the list."""
        if key == Qt.Key.Key_S:
            self._star(row)
        elif key == Qt.Key.Key_I:
            self.about.open(opened=not self.about.more.is_open)
        elif (to := self._beside(row, key)) is not None:
            to.setFocus()
        else:
            return False
        return True

    def _beside(self, row: ExerciseRow, key: Qt.Key) -> ExerciseRow | None:
        """Where a key leads to from a row; None where it is none that moves."""
        if key in ENDS:
            return self.rows[ENDS[key]]
        if key in STEPS:
            return self.rows[min(max(self.rows.index(row) + STEPS[key], 0), len(self.rows) - 1)]
        if key not in SIDES:
            return None
        now = next(i for i, column in enumerate(self._columns) if row in column)
        column = self._columns[min(max(now + SIDES[key], 0), len(self._columns) - 1)]
        height = row.mapTo(self, row.rect().center()).y()
        return min(column, key=lambda each: abs(each.mapTo(self, each.rect().center()).y() - height))

    def _choose(self, row: ExerciseRow) -> None:
        """What a caution forbids is not chosen; why is said beside the list."""
        self._come_to(row)
        if row.rests:
            row.setFocus()
            announce(self, f"{row.exercise.title}: {words.RESTS_FOR_NOW}.")
        else:
            self._chosen(row.exercise.id)

    def _tell_more(self, row: ExerciseRow) -> None:
        row.setFocus()
        self.about.open()

    def _star(self, row: ExerciseRow) -> None:
        self._at = row.exercise.id
        self._change(lambda settings: settings.starring(row.exercise.id))

    def _ask_again(self) -> None:
        cautions = standing_in_the_way(self._row().exercise, self._settings.answers)
        self._change(lambda settings: _asking(settings, cautions))
        self._row().setFocus()

    def _change(self, change: Change) -> None:
        self._settings = change(self._settings)
        self._changed(change)
        self._fill()


def _asking(settings: Settings, cautions: Sequence[Caution]) -> Settings:
    return replace(settings, answers=without(settings.answers, cautions))


def shared(heights: Sequence[float], n_columns: int) -> list[range]:
    """Things in order, shared among columns so that the highest column is as low as can be."""
    n = len(heights)
    best = min(
        (cuts for cuts in combinations(range(1, n), max(0, min(n, n_columns) - 1))),
        key=lambda cuts: max(sum(heights[a:b]) for a, b in zip((0, *cuts), (*cuts, n), strict=True)),
    )
    return [range(a, b) for a, b in zip((0, *best), (*best, n), strict=True)]


def _kept_by(settings: Settings) -> tuple[object, ...]:
    """What of the settings decides which rows there are, and how they look."""
    return settings.favourites, settings.answers, bool(settings.band_uri)
