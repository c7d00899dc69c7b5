"""The top of every page: where one is, the hard minute, and the way back."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton

from biofeedback.ui.parts.basics import button, label
from biofeedback.ui.parts.icons import with_icon
from biofeedback.ui.parts.person import PersonName
from biofeedback.ui.words import common as words
from biofeedback.ui.words import exercises as exercise_words


@dataclass(frozen=True, slots=True)
class Ways:
    """Where one can go from any page.

    Attributes
    ----------
    go : callable
        Called with the name of another page, and perhaps the id of what to show of it.
    back : callable
        One page back.
    strong : callable
        Begins the hard minute at once.
    keys : callable
        Shows all keys.
    """

    go: Callable[..., None]
    back: Callable[[], None]
    strong: Callable[[], None]
    keys: Callable[[], None] = lambda: None


def strong_button(strong: Callable[[], None], kind: str = "quiet") -> QPushButton:
    """The hard minute, one press away."""
    made = with_icon(button(exercise_words.STRONG, kind, strong, exercise_words.FIRST_AID_KEY), "lifebuoy")
    made.setAccessibleName(exercise_words.STRONG)
    return made


def top_bar(title: QLabel | str, ways: Ways, *, with_back: bool = True) -> QHBoxLayout:
    """A heading at the left, the hard minute and the way back at the right."""
    row = QHBoxLayout()
    row.setSpacing(8)
    row.addWidget(label(title, "title", wrap=True) if isinstance(title, str) else title, 1)
    row.addStretch()  # a title is as wide as its words, and what is left stands before the buttons
    row.addWidget(PersonName(lambda: ways.go("people")))
    row.addWidget(strong_button(ways.strong))
    if with_back:
        row.addWidget(with_icon(button(words.BACK, "quiet", ways.back, "Escape"), "arrow-left"))
    return row
