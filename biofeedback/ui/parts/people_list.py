"""The people in a list that is found in by typing."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTreeWidget, QTreeWidgetItem

from biofeedback.storage.names import folded
from biofeedback.storage.records import PersonRow
from biofeedback.ui.words import people as words

CHOOSING = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
N_LETTERS_LEAST, N_LETTERS_BESIDE = 20, 32
"""For a name at the least, and for what stands beside it."""
AT_HOME = PersonRow("", archived=False, n_sessions=0, last_utc=None)


class PeopleList(QTreeWidget):
    """Names, each with how much there is of them.

    Parameters
    ----------
    chosen : callable
        Called with somebody on whom Enter was pressed, or who was pressed twice.
    moved : callable
        Called when another line is the current one.
    upward : callable
        Called when a key leads up from the first line.

    Attributes
    ----------
    shown : list of PersonRow
        Those in the list; whoever is at home has no name.
    """

    def __init__(
        self, chosen: Callable[[PersonRow], None], moved: Callable[[], None], upward: Callable[[], None]
    ) -> None:
        super().__init__()
        self._chosen, self._upward = chosen, upward
        self._rows: list[tuple[str, PersonRow]] = []
        self._now = ""
        self.shown: list[PersonRow] = []
        self.setObjectName("people")
        self.setColumnCount(2)
        self.setHeaderHidden(True)
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setTabKeyNavigation(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        header = self.header()
        header.setStretchLastSection(False)
        header.setMinimumSectionSize(0)
        header.setResizeContentsPrecision(0)  # by what is to be seen, not by hundreds
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self.setAccessibleName(words.PEOPLE)
        self.setAccessibleDescription(words.PEOPLE_KEYS)
        self.currentItemChanged.connect(lambda *_: moved())
        self.itemDoubleClicked.connect(lambda *_: self._choose())

    @property
    def current(self) -> PersonRow | None:
        """Whose line is the current one."""
        at = self.currentIndex().row()
        return self.shown[at] if 0 <= at < len(self.shown) else None

    def hold(self, rows: Sequence[PersonRow], now: str) -> None:
        """Hold these people, `now` the name of who practises."""
        self._rows, self._now = [(folded(row.person), row) for row in rows], now

    def show_typed(self, typed: str, *, archived: bool, at: str | None = None) -> None:
        """Show those with what was typed in their name; the current one is `at`, or as before, or the first."""
        alike, before = folded(typed), self.current
        wanted = at if at is not None else before.person if before is not None else self._now
        found = [row for name, row in self._rows if alike in name and (archived or not row.archived)]
        self.shown = found if alike else [AT_HOME, *found]
        self.blockSignals(True)
        self.clear()
        self.addTopLevelItems([self._item(row) for row in self.shown])
        self.blockSignals(False)
        places = [row.person for row in self.shown]
        if self.shown:
            index = self.model().index(places.index(wanted) if wanted in places else 0, 0)
            self.setCurrentIndex(index)
            self.scrollTo(index)

    def _item(self, row: PersonRow) -> QTreeWidgetItem:
        name = row.person or words.HOME
        told = [words.sessions(row)] if row.last_utc else []
        told += [words.ASIDE] if row.archived else []
        told += [words.HERE_NOW] if row.person == self._now else []
        made = QTreeWidgetItem([name, ", ".join(told)])
        made.setData(0, Qt.ItemDataRole.AccessibleTextRole, ", ".join([name, *told]))
        return made

    def _choose(self) -> None:
        if (row := self.current) is not None:
            self._chosen(row)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.FontChange):
            self._fit()

    def _fit(self) -> None:
        """Where there is little room, it is for the names."""
        least_px = (N_LETTERS_LEAST + N_LETTERS_BESIDE) * self.fontMetrics().averageCharWidth()
        self.setColumnHidden(1, self.viewport().width() < least_px)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in CHOOSING:
            self._choose()
        elif event.key() == Qt.Key.Key_Up and self.currentIndex().row() <= 0:
            self._upward()
        else:
            super().keyPressEvent(event)
