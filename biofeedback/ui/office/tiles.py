"""The people of a group, a tile each: who, how fast the heart beats, whether the signal can be trusted, which part."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from biofeedback.session.tile import Tile
from biofeedback.theme import Sizes
from biofeedback.ui.parts.basics import Title, label
from biofeedback.ui.words import group as words

LEAST_PX = 232
"""A tile is at least so wide at usual type."""


class TileCard(QFrame):
    """What is seen of one member."""

    def __init__(self, tile: Tile) -> None:
        super().__init__()
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
        self.setAccessibleName(tile.called)
        self.setAccessibleDescription(f"{words.heart(tile)}, {words.state(tile)} {tile.phase}")


class Tiles(QWidget):
    """All members, in as many columns as there is room for."""

    def __init__(self, tiles: Sequence[Tile], sizes: Sizes) -> None:
        super().__init__()
        self.setObjectName("page")
        self._least_px = sizes.px(LEAST_PX)
        self._n_columns = 0
        self.cards = [TileCard(tile) for tile in tiles]
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 8, 0)
        self._grid.setSpacing(8)
        self._lay_out()

    def fit(self, sizes: Sizes) -> None:
        """The size of type changed."""
        self._least_px = sizes.px(LEAST_PX)
        self._lay_out()

    def show_tiles(self, tiles: Sequence[Tile]) -> None:
        for card, tile in zip(self.cards, tiles, strict=True):
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
