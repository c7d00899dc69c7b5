"""A layout that sets widgets side by side and goes on below where the row is full."""

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget


class Flow(QLayout):
    """Widgets at their own size, in rows from left to right.

    Parameters
    ----------
    parent : QWidget
    spacing : int
        Pixels between rows, and between widgets.
    beside : int, optional
        Pixels between widgets, where they differ.
    """

    def __init__(self, parent: QWidget, spacing: int, beside: int | None = None) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self.setContentsMargins(0, 0, 0, 0)
        self.setSpacing(spacing)
        self._beside = spacing if beside is None else beside

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    # Qt asks for items beyond the last one, and takes None for an answer
    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._arrange(QRect(0, 0, width, 0), move=False)

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        self._arrange(rect, move=True)

    def sizeHint(self) -> QSize:
        hints = [item.sizeHint() for item in self._shown()]
        width = sum(hint.width() for hint in hints) + self._beside * max(0, len(hints) - 1)
        return QSize(width, max((hint.height() for hint in hints), default=0))

    def minimumSize(self) -> QSize:
        size = QSize()
        for item in self._shown():
            size = size.expandedTo(item.sizeHint())
        return size

    def _shown(self) -> list[QLayoutItem]:
        return [item for item in self._items if not item.isEmpty()]

    def _arrange(self, rect: QRect, *, move: bool) -> int:
        """Height of all rows; in each the widgets stand at the same middle."""
        x, y, row_px = rect.x(), rect.y(), 0
        row: list[tuple[QLayoutItem, int, QSize]] = []
        for item in self._shown():
            hint = item.sizeHint()
            if row and x + hint.width() > rect.x() + rect.width():
                _place(row, y, row_px, move=move)
                x, y, row_px, row = rect.x(), y + row_px + self.spacing(), 0, []
            row.append((item, x, hint))
            x += hint.width() + self._beside
            row_px = max(row_px, hint.height())
        _place(row, y, row_px, move=move)
        return y + row_px - rect.y()


def _place(row: list[tuple[QLayoutItem, int, QSize]], y: int, row_px: int, *, move: bool) -> None:
    for item, x, hint in row if move else ():
        item.setGeometry(QRect(x, y + (row_px - hint.height()) // 2, hint.width(), hint.height()))
