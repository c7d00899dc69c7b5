"""The name of who practises."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

N_LETTERS_LEAST, N_LETTERS_MOST = 8, 32


class PersonName(QLabel):
    """A name in one line, cut where there is no room for it; takes none where there is no name."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = ""
        self.setProperty("kind", "muted")
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        self.hide()

    def show_name(self, name: str) -> None:
        """Show a name; nothing for none."""
        self._name = name
        self.setToolTip(name)
        self.setAccessibleName(name)
        self.setVisible(bool(name))
        self.updateGeometry()
        self._cut()

    def sizeHint(self) -> QSize:
        most = self._metrics.averageCharWidth() * N_LETTERS_MOST
        return QSize(min(self._metrics.horizontalAdvance(self._name) + 2, most), super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        least = self._metrics.averageCharWidth() * N_LETTERS_LEAST
        return QSize(min(least, self.sizeHint().width()), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._cut()

    @property
    def _metrics(self) -> QFontMetrics:
        return QFontMetrics(self.font())

    def _cut(self) -> None:
        self.setText(self._metrics.elidedText(self._name, Qt.TextElideMode.ElideRight, self.width()))
