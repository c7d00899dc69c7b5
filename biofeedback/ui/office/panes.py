"""Panes of the instrument: each can be hidden, or have all the room; how they are laid out is kept."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from biofeedback.ui.parts.basics import Title, button, label
from biofeedback.ui.parts.icons import with_icon
from biofeedback.ui.words import office as words

FIRST_SIZES = (150, 110, 160, 190, 120, 190)
"""How the rows share the height before anybody changed it."""
MOST_PX = 16_777_215
"""Qt's word for no limit."""


class Pane(QWidget):
    """A title, a few words beside it, and what is shown.

    Parameters
    ----------
    title : str
    inside : QWidget
    enlarge, hide : callable
    """

    def __init__(self, title: str, inside: QWidget, enlarge: Callable[[], None], hide: Callable[[], None]) -> None:
        super().__init__()
        self.title, self.inside, self.told = title, inside, Title("muted")
        self.enlarge = with_icon(button("", "icon", enlarge, f"{words.ENLARGE}: {title}"), "corners-out")
        self.away = with_icon(button("", "icon", hide, f"{words.HIDE}: {title}"), "x")
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(label(title, "figure"))
        head.addWidget(self.told, 1)
        head.addWidget(self.enlarge)
        head.addWidget(self.away)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(inside, 1)

    def tell(self, sentence: str) -> None:
        """Say something beside the title."""
        if self.told.text() != sentence:
            self.told.setText(sentence)
            self.told.setToolTip(sentence)

    def fold(self, *, folded: bool) -> None:
        """Have no more room than the title and what is told beside it, or as much as there is."""
        self.inside.setVisible(not folded)
        self.setMaximumHeight(self.minimumSizeHint().height() if folded else MOST_PX)


class Panes(QWidget):
    """Rows of panes that can be drawn larger and smaller.

    Parameters
    ----------
    rows : sequence of mapping from name to QWidget
    changed : callable
        Called when the layout was changed by hand.
    """

    def __init__(self, rows: Sequence[Mapping[str, QWidget]], changed: Callable[[], None]) -> None:
        super().__init__()
        self._changed = changed
        self._hidden: set[str] = set()
        self._absent: frozenset[str] = frozenset()
        self._large = ""
        self.panes: dict[str, Pane] = {}
        self._outer = QSplitter(Qt.Orientation.Vertical)
        self._rows: list[QSplitter] = []
        for row in rows:
            beside = QSplitter(Qt.Orientation.Horizontal)
            for name, inside in row.items():
                away = partial(self.hide_pane, name)
                self.panes[name] = pane = Pane(words.PANES[name], inside, partial(self.enlarge, name), away)
                beside.addWidget(pane)
            for i in range(beside.count()):
                beside.setStretchFactor(i, 1)
            self._outer.addWidget(beside)
            self._outer.setStretchFactor(len(self._rows), 1)
            self._rows.append(beside)
        for splitter in (self._outer, *self._rows):
            splitter.setHandleWidth(8)
            splitter.setChildrenCollapsible(False)
            splitter.splitterMoved.connect(lambda *_: changed())
        self._outer.setSizes(list(FIRST_SIZES))
        self._away = QWidget()
        self._back = QHBoxLayout(self._away)
        self._back.setContentsMargins(0, 0, 0, 0)
        self._shown_again = {
            name: button(pane.title, "choice", partial(self.hide_pane, name, hidden=False))
            for name, pane in self.panes.items()
        }
        for made in self._shown_again.values():
            made.setCheckable(False)
            self._back.addWidget(made)
        self._back.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._outer, 1)
        column.addWidget(self._away)
        self._arrange()

    @property
    def layout_kept(self) -> dict[str, Any]:
        """The layout as it is kept."""
        return {
            "hidden": sorted(self._hidden),
            "large": self._large,
            "sizes": [self._outer.sizes(), *(row.sizes() for row in self._rows)],
        }

    def lay_out(self, kept: Mapping[str, Any]) -> None:
        """Take up a layout that was kept; what cannot be understood of it is left."""
        hidden, large, sizes = kept.get("hidden"), kept.get("large"), kept.get("sizes")
        self._hidden = {name for name in hidden if name in self.panes} if isinstance(hidden, list) else set()
        self._large = large if large in self.panes else ""
        for splitter, each in zip((self._outer, *self._rows), sizes if isinstance(sizes, list) else (), strict=False):
            if isinstance(each, list) and len(each) == splitter.count() and all(type(px) is int for px in each):
                splitter.setSizes(each)
        self._arrange()

    def leave_out(self, names: Iterable[str]) -> None:
        """These have nothing to show now, and no room; they come back by themselves."""
        if (absent := frozenset(names)) != self._absent:
            self._absent = absent
            self._arrange()

    def enlarge(self, name: str) -> None:
        """Let a pane have all the room, or give it back."""
        self._large = "" if self._large == name else name
        self._arrange()
        self._changed()

    def hide_pane(self, name: str, *, hidden: bool = True) -> None:
        """Put a pane away, or show it again."""
        (self._hidden.add if hidden else self._hidden.discard)(name)
        self._large = "" if self._large == name else self._large
        self._arrange()
        self._changed()

    def _arrange(self) -> None:
        alone = self._large if self._large not in self._absent else ""
        for name, pane in self.panes.items():
            large = alone == name
            pane.setVisible(large if alone else name not in self._hidden | self._absent)
            with_icon(pane.enlarge, "corners-in" if large else "corners-out")
            pane.enlarge.setToolTip(f"{words.SHRINK if large else words.ENLARGE}: {pane.title}")
            self._shown_again[name].setVisible(name in self._hidden - self._absent)
        for row in self._rows:
            row.setVisible(any(not pane.isHidden() for pane in self.panes.values() if pane.parentWidget() is row))
        self._away.setVisible(bool(self._hidden - self._absent) and not alone)
