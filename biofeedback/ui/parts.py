"""Small widgets that every page is made of."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from biofeedback.ui import words
from biofeedback.ui.flow import Flow


def label(text: str = "", kind: str = "", *, wrap: bool = False) -> QLabel:
    """A text; kinds: title, prompt, muted, figure (small, not muted)."""
    made = QLabel(text)
    made.setProperty("kind", kind)
    made.setWordWrap(wrap)
    return made


def button(text: str, kind: str, pressed: Callable[[], None] | None = None, tip: str = "") -> QPushButton:
    """A button; kinds: primary, quiet, choice, rating, row."""
    made = QPushButton(text)
    made.setProperty("kind", kind)
    made.setCursor(Qt.CursorShape.PointingHandCursor)
    made.setAutoDefault(True)
    made.setToolTip(tip)
    made.setAccessibleName(text or tip)
    if kind in ("choice", "rating"):
        made.setCheckable(True)
    if pressed is not None:
        made.clicked.connect(lambda: pressed())
    return made


def hairline() -> QFrame:
    made = QFrame()
    made.setProperty("kind", "line")
    return made


def page() -> tuple[QWidget, QVBoxLayout]:
    """An empty page with its layout; margins are set by the window's size."""
    made = QWidget()
    made.setObjectName("page")
    layout = QVBoxLayout(made)
    layout.setSpacing(16)
    return made, layout


def clear(layout: QVBoxLayout | QHBoxLayout) -> None:
    """Take everything out of a layout."""
    while (item := layout.takeAt(0)) is not None:
        if widget := item.widget():
            widget.hide()
            widget.deleteLater()


class Choices(QWidget):
    """One of several values, as buttons in a row."""

    def __init__(self, options: Sequence[tuple[str, object]], chosen: object, name: str) -> None:
        super().__init__()
        self._values: list[object] = [value for _, value in options]
        self._group = QButtonGroup(self)
        self.setAccessibleName(name)
        row = Flow(self, 8)
        for i, (text, value) in enumerate(options):
            made = button(text, "choice", tip=name)
            made.setAccessibleName(f"{name}: {text}")
            made.setChecked(value == chosen)
            self._group.addButton(made, i)
            row.addWidget(made)

    @property
    def value(self) -> object:
        checked = self._group.checkedId()
        return self._values[checked] if checked >= 0 else None

    def choose(self, value: object) -> None:
        """Show another value as chosen."""
        if value in self._values:
            self._group.button(self._values.index(value)).setChecked(True)

    def when_chosen(self, chosen: Callable[[object], None]) -> None:
        self._group.idClicked.connect(lambda i: chosen(self._values[i]))


class RatingRow(QWidget):
    """A question from 0 to 10, answered with one tap; another tap on the same answer takes it back."""

    def __init__(self, question: str, answered: Callable[[str, int], None] | None = None) -> None:
        super().__init__()
        self.question = question
        self._answered = answered
        self._buttons: list[QPushButton] = []
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        name = label(words.RATING[question])
        name.setMinimumWidth(96)
        row.addWidget(name)
        row.addWidget(label(words.RATING_ENDS[0], "muted"))
        for value in range(11):
            made = button(str(value), "rating")
            made.setAccessibleName(f"{words.RATING[question]} {value} of 10")
            made.clicked.connect(lambda _=False, value=value: self._choose(value))
            self._buttons.append(made)
            row.addWidget(made)
        row.addWidget(label(words.RATING_ENDS[1], "muted"))
        row.addStretch()

    @property
    def value(self) -> int | None:
        return next((i for i, made in enumerate(self._buttons) if made.isChecked()), None)

    def _choose(self, value: int) -> None:
        for i, made in enumerate(self._buttons):
            if i != value:
                made.setChecked(False)
        if self._answered is not None and self._buttons[value].isChecked():
            self._answered(self.question, value)
