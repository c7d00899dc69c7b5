"""One of many, from a menu behind a button."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QMenu, QPushButton, QSizePolicy

from biofeedback.ui.parts.basics import button

MARGINS_PX = 30
"""Of a button, at both sides of its text."""


class Picker(QPushButton):
    """A button that says what is chosen, with dots at its end where there is too little room.

    Parameters
    ----------
    name : str
        What is chosen here.
    chosen : callable
        Called with the value that was chosen by hand.
    """

    def __init__(self, name: str, chosen: Callable[[object], None] = lambda value: None) -> None:
        super().__init__()
        self.setProperty("kind", "choice")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._name, self._chosen = name, chosen
        self._options: list[tuple[str, object]] = []
        self.value: object = None
        self.told = ""
        self._menu = QMenu(self)
        self.setMenu(self._menu)

    def offer(self, options: Sequence[tuple[str, object]], value: object) -> None:
        """Offer these, one of them chosen; the first where the value is not among them."""
        self._options = list(options)
        self._menu.clear()
        for text, each in options:
            self._menu.addAction(text).triggered.connect(lambda _=False, each=each: self._take(each))
        self.choose(value if value in [each for _, each in options] else next((each for _, each in options), None))

    def choose(self, value: object) -> None:
        """Show another value as chosen."""
        self.value = value
        self.told = next((text for text, each in self._options if each == value), "")
        self._write()
        self.setToolTip(f"{self._name}: {self.told}")
        self.setAccessibleName(f"{self._name}: {self.told}")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._write()

    def _write(self) -> None:
        room_px = self.width() - MARGINS_PX
        self.setText(self.fontMetrics().elidedText(self.told, Qt.TextElideMode.ElideRight, room_px))

    def _take(self, value: object) -> None:
        self.choose(value)
        self._chosen(value)


def menu_button(text: str, options: Sequence[tuple[str, object]], chosen: Callable[[object], None]) -> QPushButton:
    """A button that does one of several things."""
    made = button(text, "choice")
    made.setCheckable(False)
    menu = QMenu(made)
    for told, value in options:
        menu.addAction(told).triggered.connect(lambda _=False, value=value: chosen(value))
    made.setMenu(menu)
    return made
