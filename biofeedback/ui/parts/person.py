"""The name of who practises."""

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy

from biofeedback.ui.words import people as words

N_LETTERS_LEAST, N_LETTERS_MOST = 8, 32


class PersonName(QPushButton):
    """A name in one line, cut where there is no room for it; hidden where there is neither a name nor a choice.

    Where there are several people it is pressed to choose another, else it can only be read.

    Parameters
    ----------
    pressed : callable
    """

    def __init__(self, pressed: Callable[[], None] = lambda: None) -> None:
        super().__init__()
        self._shown = ""
        self.setProperty("kind", "quiet")
        self.setAutoDefault(True)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.clicked.connect(lambda: pressed())
        self.show_name("")

    def show_name(self, name: str, *, among_others: bool = False) -> None:
        """Show a name; without one, nothing, or where there are several people that one can be chosen."""
        self._shown = name or (words.CHOOSE_WHO if among_others else "")
        self.setToolTip(name)
        told = (name, words.CHOOSE_WHO if among_others or not name else "")
        self.setAccessibleName(". ".join(filter(None, told)))
        self.setEnabled(among_others)
        self.setCursor(Qt.CursorShape.PointingHandCursor if among_others else Qt.CursorShape.ArrowCursor)
        self.setVisible(bool(self._shown))
        self.updateGeometry()
        self._cut()

    def sizeHint(self) -> QSize:
        most = self._metrics.averageCharWidth() * N_LETTERS_MOST
        width = min(self._metrics.horizontalAdvance(self._shown) + 2, most)
        return QSize(width + self._around_px, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        least = self._metrics.averageCharWidth() * N_LETTERS_LEAST + self._around_px
        return QSize(min(least, self.sizeHint().width()), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._cut()

    @property
    def _metrics(self) -> QFontMetrics:
        self.ensurePolished()
        return QFontMetrics(self.font())

    @property
    def _around_px(self) -> int:
        """Between the letters and the edges of the button."""
        return super().sizeHint().width() - self._metrics.horizontalAdvance(self.text().replace("&&", "&"))

    def _cut(self) -> None:
        room_px = self.width() - self._around_px
        cut = self._metrics.elidedText(self._shown, Qt.TextElideMode.ElideRight, room_px)
        self.setText(cut.replace("&", "&&"))  # one alone would be the mark of a key
