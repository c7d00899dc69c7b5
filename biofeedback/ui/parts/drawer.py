"""What there is to decide, put away until somebody asks for it."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from biofeedback.ui.parts.basics import button
from biofeedback.ui.parts.icons import with_icon

CLOSED, OPENED = "caret-right", "caret-down"


class Drawer(QWidget):
    """A line that opens to what it sums up.

    Parameters
    ----------
    changed : callable
        Called when it was opened or closed.

    Attributes
    ----------
    handle : QPushButton
        The line.
    inside : QWidget
        What opens; put into it with `hold`.
    """

    def __init__(self, changed: Callable[[], None] = lambda: None) -> None:
        super().__init__()
        self._changed = changed
        self.handle = with_icon(button("", "flush", self.toggle), CLOSED)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self._column.addWidget(self.handle, 0, Qt.AlignmentFlag.AlignLeft)
        self.inside = QWidget()
        self.inside.hide()
        self._column.addWidget(self.inside)

    @property
    def is_open(self) -> bool:
        return not self.inside.isHidden()

    def hold(self, inside: QWidget) -> None:
        """Put other things into it; it stays as open as it was."""
        before, opened = self.inside, self.is_open
        self.inside = inside
        self._column.replaceWidget(before, inside)
        inside.setVisible(opened)
        before.hide()
        before.deleteLater()

    def show_words(self, words: str) -> None:
        """What its line says."""
        self.handle.setText(words)
        state = "open" if self.is_open else "closed"
        self.handle.setAccessibleName(f"{words}, {state}")

    def toggle(self) -> None:
        self.open(opened=not self.is_open)

    def open(self, *, opened: bool = True) -> None:
        """Show what is inside, or put it away."""
        self.inside.setVisible(opened)
        with_icon(self.handle, OPENED if opened else CLOSED)
        self.show_words(self.handle.text())
        self._changed()
