"""Shown before anything else where the data are locked: one field for the passphrase or the recovery key."""

from collections.abc import Callable

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from biofeedback.theme import Sizes, Tokens
from biofeedback.ui.parts.announcing import announce
from biofeedback.ui.parts.basics import button, label, scrolling
from biofeedback.ui.parts.page import Page
from biofeedback.ui.words import protection as words
from biofeedback.ui.words.exercises import STRONG

FIELD_PX = 560


class UnlockPage(Page):
    """Opens the data, or says why not.

    Parameters
    ----------
    unlock : callable
        Called with what was typed.
    strong : callable
        Called where it cannot wait: the hard minute needs no data.
    """

    def __init__(self, unlock: Callable[[str], None], strong: Callable[[], None]) -> None:
        super().__init__()
        self._unlock = unlock
        self._asked = label(words.ASK, "prompt", wrap=True)
        self.field = hidden_field(words.FIELD)
        self.field.returnPressed.connect(self._try)
        self.primary = button(words.OPEN, "primary", self._try)
        self.said = label("", wrap=True)
        row = QHBoxLayout()
        row.setSpacing(16)
        row.addWidget(self.field, 1)
        row.addWidget(self.primary)
        row.addStretch()
        self.strong = button(STRONG, "flush", strong)
        at_once = QHBoxLayout()
        at_once.setSpacing(16)
        at_once.addWidget(self.strong)
        at_once.addWidget(label(words.STRONG_ABOUT, "muted", wrap=True), 1)
        at_once.addStretch()
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 8, 0)
        column.setSpacing(16)
        column.addStretch(1)
        column.addWidget(label(words.LOCKED, "title", wrap=True))
        column.addWidget(self._asked)
        column.addLayout(row)
        column.addWidget(self.said)
        column.addWidget(label(words.FORGOTTEN, "muted", wrap=True))
        column.addStretch(1)
        column.addLayout(at_once)
        column.addStretch(1)
        layout = QVBoxLayout(self)
        layout.addWidget(scrolling(inside, words.LOCKED))

    def enter(self) -> None:
        self.field.setFocus()

    def apply(self, tokens: Tokens, sizes: Sizes, *, still: bool = False) -> None:
        self.field.setMaximumWidth(sizes.px(FIELD_PX))

    def show_lost_key(self) -> None:
        """There is no passphrase; this computer does not have the key."""
        self._asked.setText(words.LOST_KEY)

    def refuse(self, sentence: str) -> None:
        """What was typed does not open the data; it stays, to be mended."""
        self._wait(on=False)
        self.said.setText(sentence)
        announce(self, sentence)
        self.field.selectAll()
        self.field.setFocus()

    def tell(self, sentence: str) -> None:
        """Say something that is no refusal."""
        self.said.setText(sentence)
        announce(self, sentence)

    def _try(self) -> None:
        if self.field.text() and self.primary.isEnabled():
            self._wait(on=True)
            self._unlock(self.field.text())

    def _wait(self, *, on: bool) -> None:
        self.primary.setEnabled(not on)
        self.said.setText(words.OPENING if on else "")

    def leave(self) -> None:
        """Nothing that was typed stays."""
        self.field.clear()
        self._wait(on=False)


def hidden_field(name: str) -> QLineEdit:
    """A field whose letters are not seen."""
    made = QLineEdit()
    made.setEchoMode(QLineEdit.EchoMode.Password)
    made.setPlaceholderText(name)
    made.setAccessibleName(name)
    return made
