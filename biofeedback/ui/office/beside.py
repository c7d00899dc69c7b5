"""Two sessions of the person who is open side by side: their hearts on one axis, their figures in two columns."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from biofeedback.storage.errors import StoreError
from biofeedback.storage.permits.acts import Act
from biofeedback.theme import Sizes, Tokens
from biofeedback.ui.calls import Workshop
from biofeedback.ui.parts.announcing import announce
from biofeedback.ui.parts.basics import button, clear, label, scrolling
from biofeedback.ui.parts.session_figures import figure_table
from biofeedback.ui.words import after as after_words
from biofeedback.ui.words import office as words
from biofeedback.ui.words.people import HOME, breakable

if TYPE_CHECKING:  # with it comes scipy, for which the first window does not wait
    from biofeedback.session.kept.beside import Beside
    from biofeedback.storage.database import Store

LEAST_PICTURE_PX = 320


def read_sides(store: "Store", person: str, first: str, second: str) -> "Beside":
    """Two sessions of a person, or one and its original where `second` is empty.

    Raises
    ------
    StoreError
        If they cannot be read or put side by side, are not of that person, or whoever is at the data may not.
    """
    from biofeedback.session.kept.beside import read_beside

    for session_id in filter(None, (first, second)):
        store.permit(Act.READ, person, store.find(session_id, person).session_id)
    try:
        return read_beside(store, first, second)
    except ValueError as error:
        raise StoreError(f"They cannot stand side by side: {error}.") from error


class BesideSheet(QWidget):
    """Shows a `Beside`; nothing is changed here.

    Parameters
    ----------
    workshop : Workshop
    back : callable
        Called when the clinician is done with it.
    """

    def __init__(self, tokens: Tokens, sizes: Sizes, workshop: Workshop, back: Callable[[], None]) -> None:
        super().__init__()
        self._workshop = workshop
        self._turn = 0
        self.title, self._said = label("", "title", wrap=True), label("", wrap=True)
        self.picture = _BesidePicture(tokens, sizes)
        self._differs, self._figures = QVBoxLayout(), QVBoxLayout()
        inside = QWidget()
        told = QVBoxLayout(inside)
        told.setContentsMargins(0, 0, 8, 0)
        told.setSpacing(12)
        for part in (self._differs, self._figures):
            part.setSpacing(4)
        told.addWidget(self._said)
        told.addLayout(self._differs)
        told.addWidget(self.picture)
        told.addLayout(self._figures)
        told.addStretch()
        row = QHBoxLayout()
        row.addWidget(button(words.BACK, "quiet", back))
        row.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self.title)
        column.addLayout(row)
        column.addWidget(scrolling(inside, words.SIDE_BY_SIDE), 1)
        self.forget()

    def apply(self, tokens: Tokens, sizes: Sizes) -> None:
        self.picture.apply(tokens, sizes)

    def open(self, first: str, second: str) -> None:
        """Put two sessions of who is open side by side; without a second, one and its original."""
        self.forget()
        turn = self._turn
        self._workshop.ask(
            lambda store, person: read_sides(store, person, first, second),
            lambda beside: self._show(beside) if turn == self._turn else None,
            self._say,
        )

    def forget(self) -> None:
        """Nothing of a session is left, nor of what is still being read."""
        self._turn += 1
        self.title.setText("")
        self.picture.show_sides(None)
        for part in (self._differs, self._figures):
            clear(part)
        self._say("")

    def _show(self, beside: "Beside") -> None:
        from biofeedback.reports.beside import HEADS, compared, differing, named
        from biofeedback.reports.figures import Cell

        person = beside.first.summary.person
        self.title.setText(f"{breakable(person) or HOME}, {words.SIDE_BY_SIDE}")
        self.picture.show_sides(beside)
        for line in differing(beside):
            self._differs.addWidget(label(line, wrap=True))
        heads = [Cell(HEADS[0]), *map(Cell, HEADS[1:3], named(beside)), Cell(HEADS[-1])]
        for part in compared(beside, after_words.FIGURES):
            self._figures.addWidget(label(part.title, "figure", wrap=True))
            for line in part.differs:
                self._figures.addWidget(label(line, wrap=True))
            rows = [[Cell(row.label, after_words.meaning(row.key)), *row.cells] for row in part.rows]
            self._figures.addWidget(figure_table(heads, rows))
            for line in part.missing:
                self._figures.addWidget(label(line, "muted", wrap=True))
            self._figures.addSpacing(12)

    def _say(self, sentence: str) -> None:
        self._said.setText(sentence)
        self._said.setVisible(bool(sentence))
        announce(self, sentence)


class _BesidePicture(QWidget):
    """The picture of both, in the colours of the window."""

    def __init__(self, tokens: Tokens, sizes: Sizes) -> None:
        super().__init__()
        self._beside: Beside | None = None
        self.apply(tokens, sizes)

    def apply(self, tokens: Tokens, sizes: Sizes) -> None:
        self._tokens, self._sizes = tokens, sizes
        self.setMinimumHeight(sizes.px(LEAST_PICTURE_PX))
        self.update()

    def show_sides(self, beside: "Beside | None") -> None:
        self._beside = beside
        self.setAccessibleName(words.BESIDE_PICTURE if beside else "")
        self.setVisible(beside is not None)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        from biofeedback.reports.beside_picture import paint_beside

        with QPainter(self) as painter:
            painter.fillRect(self.rect(), QColor(self._tokens.background))
            if self._beside:
                paint_beside(painter, QRectF(self.rect()), self._beside, self._tokens, self._sizes.px(15))
