"""The people of a group, a tile each: who, how fast the heart beats, whether the signal can be trusted, which part."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from biofeedback.session.several.tile import Tile
from biofeedback.theme import Sizes
from biofeedback.ui.parts.basics import Title, label
from biofeedback.ui.words import group as words

LEAST_PX = 232
"""A tile is at least so wide at usual type."""


class TileCard(QFrame):
    """What is seen of one member; a press asks whether to end for them alone, as long as their session goes on."""

    def __init__(self, tile: Tile, pressed: Callable[[], None]) -> None:
        super().__init__()
        self._pressed = pressed
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setProperty("kind", "card")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        self._shown: Tile | None = None
        self._name, self._phase = Title(""), Title("muted")
        self._heart, self._unit = label("", "title"), label("a minute", "muted")
        self._state = label("", "figure", wrap=True)
        top = QHBoxLayout()
        top.setSpacing(6)
        top.addWidget(self._name, 1)
        top.addWidget(self._heart, 0, Qt.AlignmentFlag.AlignBaseline)
        top.addWidget(self._unit, 0, Qt.AlignmentFlag.AlignBaseline)
        inside = QVBoxLayout(self)
        inside.setContentsMargins(16, 8, 16, 8)
        inside.setSpacing(2)
        inside.addLayout(top)
        inside.addWidget(self._phase)
        inside.addWidget(self._state)
        self.show_tile(tile)

    def show_tile(self, tile: Tile) -> None:
        """Show how it is now; nothing is painted again that stayed as it was."""
        if tile == self._shown:
            return
        self._shown = tile
        for shown, text in (
            (self._name, tile.called),
            (self._phase, tile.phase),
            (self._heart, words.heart(tile)),
            (self._state, words.state(tile)),
        ):
            if shown.text() != text:
                shown.setText(text)
        self._unit.setVisible(tile.hr_bpm is not None)
        self.setToolTip("" if tile.ended else words.END_ALONE)
        self.setAccessibleName(tile.called)
        self.setAccessibleDescription(f"{words.heart(tile)}, {words.state(tile)} {tile.phase}")

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self._press()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._press()
        else:
            super().keyPressEvent(event)

    def _press(self) -> None:
        if self._shown is not None and self._shown.ended is None:
            self._pressed()


class Tiles(QWidget):
    """All members, in as many columns as there is room for.

    Parameters
    ----------
    tiles : sequence of Tile
    sizes : Sizes
    pressed : callable
        Takes the number of the member whose tile was pressed.
    """

    def __init__(self, tiles: Sequence[Tile], sizes: Sizes, pressed: Callable[[int], None]) -> None:
        super().__init__()
        self.setObjectName("page")
        self._least_px = sizes.px(LEAST_PX)
        self._n_columns = 0
        self.cards = [TileCard(tile, partial(pressed, number)) for number, tile in enumerate(tiles)]
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 8, 0)
        self._grid.setSpacing(8)
        self._lay_out()

    def fit(self, sizes: Sizes) -> None:
        """The size of type changed."""
        self._least_px = sizes.px(LEAST_PX)
        self._lay_out()

    def show_tiles(self, tiles: Sequence[Tile], which: slice = slice(None)) -> None:
        """Show how these members are now."""
        for card, tile in zip(self.cards[which], tiles[which], strict=True):
            card.show_tile(tile)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._lay_out()
        super().resizeEvent(event)

    def _lay_out(self) -> None:
        n_columns = max(1, (self.width() - 8) // (self._least_px + 8))
        if n_columns == self._n_columns:
            return
        for column in range(max(self._n_columns, n_columns)):
            self._grid.setColumnStretch(column, int(column < n_columns))
        for row in range(self._grid.rowCount()):
            self._grid.setRowStretch(row, 0)
        self._n_columns = n_columns
        for number, card in enumerate(self.cards):
            self._grid.addWidget(card, number // n_columns, number % n_columns, Qt.AlignmentFlag.AlignTop)
        self._grid.setRowStretch(-(-len(self.cards) // n_columns), 1)
