"""What was just deleted and can still be had back: it is deleted in truth only when nobody undid it for a while."""

from collections.abc import Callable, Hashable, Sequence
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QWidget

from biofeedback.ui.parts.announcing import announce
from biofeedback.ui.parts.basics import button, label
from biofeedback.ui.parts.icons import with_icon
from biofeedback.ui.words import history as words

UNDO_MS = 30_000


class Undo(QFrame):
    """What was deleted and is still there, each known by an id.

    Parameters
    ----------
    done : callable
        Called with ids that nobody wanted back.
    changed : callable
        Called when others are to be deleted than before.
    """

    def __init__(self, done: Callable[[Sequence[Any]], None], changed: Callable[[], None]) -> None:
        super().__init__()
        self._done, self._changed = done, changed
        self._batches: list[tuple[tuple[Hashable, ...], str]] = []
        self._timer = QTimer(self, singleShot=True, interval=UNDO_MS)
        self._timer.timeout.connect(self.settle)
        self.setProperty("kind", "card")
        self._said = label("", wrap=True)
        self.undo = with_icon(button(words.UNDO, "choice", self.take_back), "arrow-counter-clockwise")
        self.undo.setCheckable(False)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 8, 16, 8)
        row.addWidget(self._said, 1)
        self.undo.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        row.addStretch()
        row.addWidget(self.undo)
        self.hide()

    @property
    def ids(self) -> list[Hashable]:
        """Those that are to be deleted."""
        return [each for ids, _ in self._batches for each in ids]

    def delete(self, ids: Sequence[Hashable], said: str) -> None:
        """Delete these in a while and say so; the time begins anew for those before them."""
        self._batches.append((tuple(ids), said))
        self._timer.start()
        self._show()

    def take_back(self) -> None:
        """Undo what was deleted last."""
        if self._batches:
            self._batches.pop()
            self._show()

    def settle(self) -> None:
        """Delete now what nobody wanted back."""
        gone, self._batches = self.ids, []
        self._timer.stop()
        self.hide()
        if gone:
            self._done(gone)

    def _show(self) -> None:
        said = self._batches[-1][1] if self._batches else ""
        self._said.setText(said)
        self.undo.setAccessibleName(f"{words.UNDO}. {said}")
        self.setVisible(bool(said))
        if not said:
            self._timer.stop()
        announce(self._owner(), said or words.BACK_AGAIN)
        self._changed()

    def _owner(self) -> QWidget:
        return self.parentWidget() or self
