"""After somebody stopped because they do not feel well: what helps now, and when to call for help."""

from collections.abc import Callable

from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from biofeedback.ui.parts.basics import button, label, scrolling
from biofeedback.ui.parts.page import Page
from biofeedback.ui.words import exercises as words


class UnwellPage(Page):
    """Nothing is asked here.

    Parameters
    ----------
    go : callable
        Called with the name of another page.
    """

    def __init__(self, go: Callable[[str], None]) -> None:
        super().__init__()
        inside = QWidget()
        told = QVBoxLayout(inside)
        told.setContentsMargins(0, 0, 8, 0)
        told.setSpacing(16)
        told.addWidget(label(words.UNWELL_CARE[0], "prompt", wrap=True))
        told.addWidget(label(words.UNWELL_CARE[1], wrap=True))
        told.addWidget(_help())
        for line in words.UNWELL_CARE[2:]:
            told.addWidget(label(line, wrap=True))
        told.addStretch()
        scroll = scrolling(inside, words.UNWELL_TITLE)
        self.primary = button(words.REST_ENOUGH, "primary", lambda: go("start"))
        self._see = button(words.SEE_SESSION, "quiet", lambda: go("after"), words.UNWELL_KEPT)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.primary)
        row.addWidget(self._see)
        row.addStretch()
        layout = QVBoxLayout(self)
        layout.setSpacing(24)
        layout.addWidget(label(words.UNWELL_TITLE, "title"))
        layout.addWidget(scroll)
        layout.addLayout(row)
        self.show_kept(kept=False)

    def enter(self) -> None:
        self.primary.setFocus()

    def show_kept(self, *, kept: bool) -> None:
        """Whether there is a session to look at."""
        self._see.setVisible(kept)


def _help() -> QFrame:
    """When to call for help."""
    card = QFrame()
    card.setProperty("kind", "card")
    inside = QVBoxLayout(card)
    inside.setContentsMargins(24, 16, 24, 16)
    inside.setSpacing(8)
    inside.addWidget(label(words.UNWELL_HELP, wrap=True))
    inside.addWidget(label(words.UNWELL_LATER, "muted", wrap=True))
    return card
