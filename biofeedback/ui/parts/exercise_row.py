"""An exercise on one line of the list: its title, how long it takes, its star."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from biofeedback.ui.parts.basics import LaidOutButton, button, label
from biofeedback.ui.parts.icons import with_icon
from biofeedback.ui.words import exercises as words
from protocols.specification import Exercise


class ExerciseRow(LaidOutButton):
    """One press chooses it.

    Parameters
    ----------
    exercise : Exercise
    starred, rests : bool
        Whether it is a favourite, and whether a caution stands in its way.
    chosen, come_to : callable
        Called when it was pressed, and when the keyboard came to it.
    heard : callable
        Hears each key first; says whether it has done something.
    """

    def __init__(
        self,
        exercise: Exercise,
        chosen: Callable[["ExerciseRow"], None],
        come_to: Callable[["ExerciseRow"], None],
        heard: Callable[["ExerciseRow", Qt.Key], bool],
        *,
        starred: bool,
        rests: bool,
    ) -> None:
        super().__init__()
        self.exercise, self.starred, self.rests = exercise, starred, rests
        self._come_to, self._heard = come_to, heard
        self.setProperty("kind", "item")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.setToolTip(exercise.purpose)
        side = words.RESTS_FOR_NOW if rests else words.lengths(exercise)
        self.setAccessibleName(", ".join((exercise.title, side, *([words.FAVOURITE] if starred else []))))
        self.setAccessibleDescription(exercise.purpose)
        self.title = label(exercise.title, wrap=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 3, 10, 4)
        row.addWidget(self.title, 1)
        row.addWidget(label(words.RESTS_FOR_NOW if rests else words.lengths(exercise, "\u2013"), "muted"))
        for part in self.findChildren(QLabel):
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.clicked.connect(lambda: chosen(self))

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._come_to(self)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not event.modifiers() & Qt.KeyboardModifier.ControlModifier and self._heard(self, Qt.Key(event.key())):
            return
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)


def with_star(
    row: ExerciseRow, star: Callable[[ExerciseRow], None], tell_more: Callable[[ExerciseRow], None]
) -> QWidget:
    """A row beside what the mouse can do to it; by key both go from the row itself."""
    made = QWidget()
    layout = QHBoxLayout(made)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(0)
    layout.addWidget(row, 1)
    title = row.exercise.title
    meaning = words.STARRED if row.starred else words.NO_FAVOURITE
    layout.addWidget(_icon("star-fill" if row.starred else "star", meaning, words.STAR_KEY, title, lambda: star(row)))
    layout.addWidget(_icon("info", words.ABOUT, words.MORE_KEY, title, lambda: tell_more(row)))
    return made


def _icon(name: str, meaning: str, key: str, title: str, pressed: Callable[[], None]) -> QPushButton:
    made = with_icon(button("", "icon", pressed, f"{meaning}. {key}"), name)
    made.setAccessibleName(f"{meaning}: {title}")
    made.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return made
