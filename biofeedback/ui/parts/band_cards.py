"""Bands on the head as cards: none, a band, or a simulated head; put away until somebody asks for them."""

from collections.abc import Callable

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from biofeedback.ui.parts.basics import button, clear, label
from biofeedback.ui.parts.drawer import Drawer
from biofeedback.ui.parts.strap_card import StrapCard
from biofeedback.ui.words import head as words


class BandCards(Drawer):
    """One press chooses a band.

    Parameters
    ----------
    chosen : callable
        Called with the device URI and a name; with empty ones for no band.
    see : callable
        Called when it is to be seen how the chosen one sits.
    """

    def __init__(self, chosen: Callable[[str, str], None], see: Callable[[], None]) -> None:
        super().__init__()
        self._chosen = chosen
        self.cards: dict[str, StrapCard] = {}
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(label(words.USED_WITH, "muted", wrap=True))
        self._shelf = QVBoxLayout()
        self._shelf.setSpacing(8)
        column.addLayout(self._shelf)
        self.see = button(words.SEE_HOW, "", see)
        row = QHBoxLayout()
        row.addWidget(self.see)
        row.addStretch()
        column.addLayout(row)
        self.hold(inside)
        self.show_chosen("", "")

    def show_chosen(self, uri: str, name: str) -> None:
        """Mark the band that is chosen; one that is not among the usual ones has a card too."""
        known = {"": words.NO_BAND, **dict(words.BANDS)}
        cards = known if uri in known else {**known, uri: name or uri}
        if set(cards) != set(self.cards):
            clear(self._shelf)
            self.cards = {each: StrapCard(shown, self._choosing(each, shown)) for each, shown in cards.items()}
            for card in self.cards.values():
                self._shelf.addWidget(card)
        for each, card in self.cards.items():
            card.mark(chosen=each == uri)
        self.see.setVisible(bool(uri))
        self.show_words(f"{words.ON_THE_HEAD} {name or words.NO_BAND}")

    def _choosing(self, uri: str, shown: str) -> Callable[[], None]:
        return lambda: self._chosen(uri, shown if uri else "")
