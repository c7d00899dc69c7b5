"""All keys on one card over the page; the next key or press puts it away."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QFrame, QGridLayout, QWidget

from biofeedback.ui.parts.basics import label
from biofeedback.ui.words.keys import FIRST_AID_KEYS, KEYS, KEYS_TITLE


class KeysCard(QFrame):
    """Lies over a window, in its middle.

    Parameters
    ----------
    over : QWidget
    keys : sequence of (str, str)
        Each with what it does.
    title : str
    """

    def __init__(self, over: QWidget, keys: Sequence[tuple[str, str]] = KEYS, title: str = KEYS_TITLE) -> None:
        super().__init__(over)
        self.setProperty("kind", "sheet")
        self.setAccessibleName(title)
        self.hide()
        grid = QGridLayout(self)
        grid.setContentsMargins(32, 24, 32, 24)
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(6)
        grid.addWidget(label(title, "title"), 0, 0, 1, 4)
        half = (len(keys) + 1) // 2
        for i, (key, meaning) in enumerate(keys):
            row, column = i % half + 1, 2 * (i // half)
            grid.addWidget(label(key, "figure"), row, column)
            grid.addWidget(label(meaning, "muted"), row, column + 1)

    def toggle(self) -> None:
        """Show it in the middle, or put it away."""
        if self.isVisible():
            self._leave()
            return
        over = self.parentWidget()
        self.adjustSize()
        if over is not None:
            self.move((over.width() - self.width()) // 2, (over.height() - self.height()) // 2)
        self.raise_()
        self.show()
        if (application := QApplication.instance()) is not None:
            application.installEventFilter(self)

    def _leave(self) -> None:
        self.hide()
        if (application := QApplication.instance()) is not None:
            application.removeEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The next key or press only puts the card away; that of the hard minute does what it always does."""
        if isinstance(event, QKeyEvent) and QKeySequence(event.key()).toString() in FIRST_AID_KEYS:
            self._leave()
            return False
        if event.type() in (QEvent.Type.KeyPress, QEvent.Type.MouseButtonPress):
            self._leave()
            return True
        return event.type() == QEvent.Type.ShortcutOverride and self._swallow(event)

    def _swallow(self, event: QEvent) -> bool:
        """A key that would have done something else belongs to the card first."""
        event.accept()
        return True
