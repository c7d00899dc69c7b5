"""After somebody stopped because they do not feel well: what helps now, and when to call for help."""

from collections.abc import Callable

from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from biofeedback.ui import exercise_words as words
from biofeedback.ui.parts import button, label


class UnwellPage(QWidget):
    """Nothing is asked here.

    Parameters
    ----------
    go : callable
        Called with the name of another page.
    """

    def __init__(self, go: Callable[[str], None]) -> None:
        super().__init__()
        self.setObjectName("page")
        layout = QVBoxLayout(self)
        layout.setSpacing(16)
        layout.addWidget(label(words.UNWELL_TITLE, "title"))
        layout.addSpacing(8)
        layout.addWidget(label(words.UNWELL_CARE[0], "prompt", wrap=True))
        for line in words.UNWELL_CARE[1:]:
            layout.addWidget(label(line, wrap=True))
        layout.addSpacing(8)
        card = QFrame()
        card.setProperty("kind", "card")
        inside = QVBoxLayout(card)
        inside.setContentsMargins(24, 16, 24, 16)
        inside.setSpacing(8)
        inside.addWidget(label(words.UNWELL_HELP, wrap=True))
        inside.addWidget(label(words.UNWELL_LATER, "muted", wrap=True))
        layout.addWidget(card)
        layout.addStretch()
        self.primary = button(words.REST_ENOUGH, "primary", lambda: go("start"))
        self._see = button(words.SEE_SESSION, "quiet", lambda: go("after"))
        self._kept = label(words.UNWELL_KEPT, "muted")
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.primary)
        row.addWidget(self._see)
        row.addStretch()
        row.addWidget(self._kept)
        layout.addLayout(row)
        self.show_kept(kept=False)

    def show_kept(self, *, kept: bool) -> None:
        """Whether there is a session to look at."""
        self._see.setVisible(kept)
        self._kept.setVisible(kept)
