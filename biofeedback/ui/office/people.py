"""The people at the left: who is due today first, found by typing."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QTreeWidgetItem, QVBoxLayout, QWidget

from biofeedback.care.visit import Listed
from biofeedback.storage.names import LONGEST_NAME
from biofeedback.storage.records import PersonRow
from biofeedback.ui.parts.basics import label
from biofeedback.ui.parts.people_list import PeopleList
from biofeedback.ui.words import office as words
from biofeedback.ui.words.people import HOME, NOT_FOUND, sessions


class ExpectedList(PeopleList):
    """Names with a word of who is due; all else of them for the pointer that rests on one."""

    def __init__(self, chosen: Callable[[PersonRow], None], upward: Callable[[], None]) -> None:
        super().__init__(chosen, lambda: None, upward)
        self._listed: dict[str, Listed] = {}

    def expect(self, listed: Sequence[Listed], now: str) -> None:
        """Hold these people, `now` the name of who is open."""
        self._listed = {each.row.person: each for each in listed}
        self.hold([each.row for each in listed], now)

    def is_of(self, listed: Sequence[Listed]) -> bool:
        """Whether these are all held, and all shown."""
        return len(self.shown) > len(listed) and list(self._listed.values()) == list(listed)

    def move_to(self, person: str) -> None:
        """Let somebody who is shown be the current one."""
        places = [row.person for row in self.shown]
        if person in places:
            index = self.model().index(places.index(person), 0)
            self.setCurrentIndex(index)
            self.scrollTo(index)

    def _item(self, row: PersonRow) -> QTreeWidgetItem:
        found = self._listed.get(row.person)
        word = words.DUE if found and found.due else words.TODAY_DONE if found and found.here else ""
        shown = f"{row.person or HOME}  \u00b7 {word}" if word else row.person or HOME
        made = QTreeWidgetItem([shown, ""])
        made.setToolTip(0, f"{shown}: {sessions(row)}")
        return made

    def _fit(self) -> None:
        self.setColumnHidden(1, True)


class PeopleColumn(QWidget):
    """A line to type in, and the list below it.

    Parameters
    ----------
    chosen : callable
        Called with the name of somebody on whom Enter was pressed.
    """

    def __init__(self, chosen: Callable[[str], None]) -> None:
        super().__init__()
        self._chosen = chosen
        self.typed = _Search(lambda: self.people.setFocus())
        self.people = ExpectedList(self._take, self.typed.setFocus)
        self.typed.setPlaceholderText(words.FIND)
        self.typed.setAccessibleName(words.FIND_MEANING)
        self.typed.setToolTip(words.FIND_MEANING)
        self.typed.setMaxLength(LONGEST_NAME)
        self.typed.textChanged.connect(lambda _: self._find())
        self.typed.returnPressed.connect(lambda: self._take(self.people.current))
        self._state = label("", "muted", wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.typed)
        column.addWidget(self._state)
        column.addWidget(self.people, 1)

    def show_people(self, listed: Sequence[Listed], now: str) -> None:
        """Show everybody, `now` the name of who is open; the same people as before are not put there anew."""
        if self.people.is_of(listed) and not self.typed.text():
            self.people.move_to(now)
        else:
            self.people.expect(listed, now)
            self._find(now)

    def forget(self) -> None:
        """The data are locked: nobody's name is to be seen."""
        self.typed.clear()
        self.people.expect((), "")
        self.people.clear()
        self.people.shown = []

    def search(self) -> None:
        """Begin to look for somebody."""
        self.typed.clear()
        self.typed.setFocus()

    def _find(self, at: str | None = None) -> None:
        typed = self.typed.text()
        self.people.show_typed(typed, archived=False, at=at)
        if typed and self.people.shown:  # who comes first is meant, whoever was before
            self.people.setCurrentIndex(self.people.model().index(0, 0))
        self._state.setText("" if self.people.shown else NOT_FOUND)
        self._state.setVisible(not self.people.shown)

    def _take(self, row: PersonRow | None) -> None:
        if row is not None:
            self._chosen(row.person)


class _Search(QLineEdit):
    """A line from which a key leads down into the list."""

    def __init__(self, downward: Callable[[], None]) -> None:
        super().__init__()
        self._downward = downward

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Down:
            self._downward()
        else:
            super().keyPressEvent(event)
