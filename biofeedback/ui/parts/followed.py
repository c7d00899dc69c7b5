"""What a person wants to follow besides pain: ready words, and words of their own."""

from collections.abc import Sequence
from functools import partial
from typing import Protocol

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from biofeedback.care.profile import LONGEST_SYMPTOM
from biofeedback.ui.parts.basics import button, label
from biofeedback.ui.parts.drawer import Drawer
from biofeedback.ui.parts.flow import Flow
from biofeedback.ui.words import days as words
from protocols.ladder import same_words


class Follow(Protocol):
    """Begin or cease to follow a symptom."""

    def __call__(self, name: str, *, followed: bool) -> None: ...


class Followed(Drawer):
    """A line that opens to the symptoms that can be chosen.

    Parameters
    ----------
    follow : callable
        Called with a symptom and whether it is followed from now on.
    """

    def __init__(self, follow: Follow) -> None:
        super().__init__()
        self._follow = follow
        self._choices: dict[str, QPushButton] = {}
        self.own = QLineEdit()
        self.own.setPlaceholderText(words.OWN_SYMPTOM)
        self.own.setAccessibleName(f"{words.FOLLOW} {words.OWN_SYMPTOM}")
        self.own.setMaxLength(LONGEST_SYMPTOM)
        self.own.returnPressed.connect(self._add)
        self._add_button = button(words.ADD, "choice", self._add)
        self._add_button.setCheckable(False)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(label(words.FOLLOW_MORE, "muted", wrap=True))
        ready = QWidget()
        self._flow = Flow(ready, 8)
        column.addWidget(ready)
        row = QHBoxLayout()
        row.addWidget(self.own)
        row.addWidget(self._add_button)
        row.addStretch()
        column.addLayout(row)
        self.hold(inside)
        self.show_words(words.FOLLOW)
        self.show_symptoms(())

    def show_symptoms(self, symptoms: Sequence[str]) -> None:
        """Show which are followed: the ready ones, and those of the person's own."""
        followed = {same_words(name): name for name in symptoms}
        for name in (*words.READY_SYMPTOMS, *symptoms):
            if same_words(name) not in self._choices:
                made = button(name, "choice", partial(self._change, name))
                self._choices[same_words(name)] = made
                self._flow.addWidget(made)
        for key, choice in self._choices.items():
            choice.setChecked(key in followed)

    def _change(self, name: str) -> None:
        self._follow(name, followed=self._choices[same_words(name)].isChecked())

    def _add(self) -> None:
        if name := self.own.text().strip():
            self._follow(name, followed=True)
            self.own.clear()
