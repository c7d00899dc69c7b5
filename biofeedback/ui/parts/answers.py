"""Answers to choose from: one of several, and a question from 0 to 10."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QWidget

from biofeedback.ui.parts.basics import button, label
from biofeedback.ui.parts.flow import Flow
from biofeedback.ui.words.exercises import Scale, scale

ROW_PX = 40
"""Height of an answer from 0 to 10 in the style sheet, its border included."""
HIGHEST = 10
STEPS = {
    Qt.Key.Key_Left: -1,
    Qt.Key.Key_Down: -1,
    Qt.Key.Key_Right: 1,
    Qt.Key.Key_Up: 1,
    Qt.Key.Key_Home: -HIGHEST,
    Qt.Key.Key_End: HIGHEST,
}


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

    def choose_none(self) -> None:
        """Show nothing as chosen."""
        self._group.setExclusive(False)
        if (chosen := self._group.checkedButton()) is not None:
            chosen.setChecked(False)
        self._group.setExclusive(True)

    def offer(self, value: object, *, offered: bool) -> None:
        """Let a value be there to be chosen, or not."""
        if value in self._values:
            self._group.button(self._values.index(value)).setVisible(offered)

    def focus(self) -> None:
        """Let the keyboard be at what is chosen."""
        if (chosen := self._group.checkedButton()) is not None:
            chosen.setFocus()

    def focus_first(self) -> None:
        """Let the keyboard begin at the first value."""
        if self._values:
            self._group.button(0).setFocus()

    def when_chosen(self, chosen: Callable[[object], None]) -> None:
        self._group.idClicked.connect(lambda i: chosen(self._values[i]))


class RatingRow(QWidget):
    """A question from 0 to 10, answered with one tap; another tap on the same answer takes it back.

    By keyboard it is one stop: arrows move along it, space or a digit answers, X stands for 10 as with the Romans, and
    the key for deleting takes an answer back.

    Parameters
    ----------
    question : str
    answered : callable, optional
        Called with the question and each answer.
    note : str
        Said quietly at the end of the row.
    changed : callable, optional
        Called when an answer was given or taken back.
    asked : Scale, optional
        Words of a question that no session asks.
    onward : callable, optional
        Called after an answer by digit, to go on to what comes next; an answer that stands already then stays.
    """

    def __init__(
        self,
        question: str,
        answered: Callable[[str, int], None] | None = None,
        note: str = "",
        changed: Callable[[], None] | None = None,
        asked: Scale | None = None,
        onward: Callable[[], None] | None = None,
    ) -> None:
        super().__init__()
        self.question = question
        self._answered, self._changed, self._onward = answered, changed, onward
        self._buttons: list[RatingButton] = []
        words = asked or scale(question)
        ends = f", 0 is {words.low}, 10 is {words.high}" if words.low else ""
        self.setAccessibleName(f"{words.name}{ends}")
        self._name, self._low = label(words.name), label(words.low, "muted")
        self._name.setMinimumHeight(ROW_PX)
        self._low.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        answers = QWidget()
        row = QHBoxLayout(answers)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        if words.low:
            row.addWidget(self._low)
            row.addSpacing(4)
        for value in range(HIGHEST + 1):
            made = RatingButton(value, self._move)
            made.setAccessibleName(f"{words.name} {value} of {HIGHEST}{ends}")
            made.clicked.connect(lambda _=False, value=value: self._choose(value))
            self._buttons.append(made)
            row.addWidget(made)
        row.addSpacing(4)
        row.addWidget(label(words.high, "muted"))
        whole = Flow(self, 4, 12)
        for part in (self._name, answers, *([label(f"  {note}", "muted")] if note else [])):
            whole.addWidget(part)
        self._stop_at(0)

    def widths(self) -> tuple[int, int]:
        """What the name and the word at the lower end need."""
        return self._name.sizeHint().width(), self._low.sizeHint().width()

    def widen(self, name_px: int, low_px: int) -> None:
        """Give the name and the word at the lower end so much room."""
        self._name.setMinimumWidth(name_px)
        self._low.setMinimumWidth(low_px)

    @property
    def value(self) -> int | None:
        return next((i for i, made in enumerate(self._buttons) if made.isChecked()), None)

    def show_answer(self, value: int | None) -> None:
        """Show an answer as given; None for none."""
        for i, made in enumerate(self._buttons):
            made.setChecked(i == value)
        self._stop_at(value or 0)

    def focus(self) -> None:
        """Let the keyboard be at what is chosen, or at the first answer."""
        self._buttons[self.value or 0].setFocus()

    def _stop_at(self, value: int) -> None:
        """Let Tab come to this answer, and to no other of the row."""
        for i, made in enumerate(self._buttons):
            made.setFocusPolicy(Qt.FocusPolicy.StrongFocus if i == value else Qt.FocusPolicy.ClickFocus)

    def _move(self, value: int, key: Qt.Key) -> bool:
        """Go along the row by a key; whether it is one that moves or answers."""
        if key == Qt.Key.Key_X or Qt.Key.Key_0 <= key <= Qt.Key.Key_9:
            to = HIGHEST if key == Qt.Key.Key_X else key - Qt.Key.Key_0
            if self._onward is None or to != self.value:
                self._buttons[to].click()
            if self._onward is not None:
                self._stop_at(to)
                self._onward()
                return True
        elif key in (Qt.Key.Key_Backspace, Qt.Key.Key_Delete):
            to = value
            if self.value is not None:
                self._buttons[self.value].click()
        elif key in STEPS:
            to = min(max(value + STEPS[key], 0), HIGHEST)
        else:
            return False
        self._stop_at(to)
        self._buttons[to].setFocus()
        return True

    def _choose(self, value: int) -> None:
        for i, made in enumerate(self._buttons):
            if i != value:
                made.setChecked(False)
        self._stop_at(value)
        if self._changed is not None:
            self._changed()
        if self._answered is not None and self._buttons[value].isChecked():
            self._answered(self.question, value)


class RatingButton(QPushButton):
    """One answer of a row, which hands keys to the row first."""

    def __init__(self, value: int, moved: Callable[[int, Qt.Key], bool]) -> None:
        super().__init__(str(value))
        self.setProperty("kind", "rating")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAutoDefault(True)
        self.setCheckable(True)
        self._value, self._moved = value, moved

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._moved(self._value, Qt.Key(event.key())):
            super().keyPressEvent(event)


def align(rows: Sequence[RatingRow]) -> None:
    """Let the answers of several questions stand under each other."""
    names = max((row.widths()[0] for row in rows), default=0)
    lows = max((row.widths()[1] for row in rows), default=0)
    for row in rows:
        row.widen(names, lows)
