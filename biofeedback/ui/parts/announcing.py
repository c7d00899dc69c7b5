"""What is said to those who do not look at the window, by their screen reader."""

from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QWidget


def announce(widget: QWidget, sentence: str) -> None:
    """Say something now, and keep it as what the widget is described by; nothing is said of an empty sentence."""
    if sentence != widget.accessibleDescription():
        widget.setAccessibleDescription(sentence)
        if sentence:
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(widget, sentence))
