"""A line of somebody's own words, with the way to take it off."""

from collections.abc import Callable

from PySide6.QtWidgets import QHBoxLayout, QWidget

from biofeedback.ui.parts.basics import button, label


def kept_line(words: str, kind: str, take_off: str, pressed: Callable[[], None]) -> QWidget:
    """The words, and at the edge the button that is called `take_off`."""
    made = QWidget()
    row = QHBoxLayout(made)
    row.setContentsMargins(0, 0, 0, 0)
    row.addWidget(label(words, kind, wrap=True), 1)
    row.addStretch()
    off = button(take_off, "quiet", pressed)
    off.setAccessibleName(f"{take_off}. {words}")
    row.addWidget(off)
    return made
