"""Bands on the head as cards: none, those in reach, or a simulated head; put away until somebody asks for them."""

from collections.abc import Callable, Sequence
from importlib.util import find_spec

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from biofeedback.ui.messages import SeenBand
from biofeedback.ui.parts.basics import button, clear, label
from biofeedback.ui.parts.drawer import Drawer
from biofeedback.ui.parts.strap_card import StrapCard
from biofeedback.ui.words import head as words
from biofeedback.ui.words.common import signal_bars


class BandCards(Drawer):
    """One press chooses a band.

    Parameters
    ----------
    chosen : callable
        Called with the device URI and a name; with empty ones for no band.
    see : callable
        Called when it is to be seen how the chosen one sits.
    look : callable
        Called when streams of other programs are to be looked for in the network: never without being asked to.
    """

    def __init__(self, chosen: Callable[[str, str], None], see: Callable[[], None], look: Callable[[], None]) -> None:
        super().__init__()
        self._chosen, self._look = chosen, look
        self._uri, self._name = "", ""
        self._bands: tuple[SeenBand, ...] = ()
        self._streams: tuple[SeenBand, ...] = ()
        self._shown: list[tuple[str, str, int | None]] = []
        self.cards: dict[str, StrapCard] = {}
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(label(words.USED_WITH, "muted", wrap=True))
        self._shelf = QVBoxLayout()
        self._shelf.setSpacing(8)
        column.addLayout(self._shelf)
        self._told = label("", "muted", wrap=True)
        self._told.hide()
        column.addWidget(self._told)
        self.see = button(words.SEE_HOW, "", see)
        self.look = button(words.LOOK_IN_NETWORK, "quiet", self._look_in_network)
        if find_spec("pylsl") is None:
            self.look.hide()
        row = QHBoxLayout()
        row.addWidget(self.see)
        row.addWidget(self.look)
        row.addStretch()
        column.addLayout(row)
        self.hold(inside)
        self.show_chosen("", "")

    def show_chosen(self, uri: str, name: str) -> None:
        """Mark the band that is chosen; one that is not among those in reach has a card too."""
        self._uri, self._name = uri, name
        self._fill()
        self.see.setVisible(bool(uri))
        self.show_words(f"{words.ON_THE_HEAD} {name or words.NO_BAND}")

    def show_bands(self, bands: Sequence[SeenBand]) -> None:
        """Show the headbands now in reach, by name: none moves away under a finger."""
        self._bands = tuple(sorted(bands, key=lambda band: (band.name, band.device_uri)))
        self._fill()

    def show_streams(self, streams: Sequence[SeenBand], trouble: str) -> None:
        """Show what was found in the network, or why nothing could be looked for."""
        self._streams = tuple(streams)
        self.look.setEnabled(True)
        self.look.setText(words.LOOK_IN_NETWORK)
        told = trouble or ("" if streams else words.NONE_IN_NETWORK)
        self._told.setText(told)
        self._told.setVisible(bool(told))
        self._fill()

    def _look_in_network(self) -> None:
        self.look.setEnabled(False)
        self.look.setText(words.LOOKING_IN_NETWORK)
        self._told.hide()
        self._look()

    def _fill(self) -> None:
        offered = self._offered()
        if offered != self._shown:
            focused = next((uri for uri, card in self.cards.items() if card.hasFocus()), None)
            self._shown = offered
            clear(self._shelf)
            self.cards = {uri: StrapCard(name, self._choosing(uri, name), bars) for uri, name, bars in offered}
            for card in self.cards.values():
                self._shelf.addWidget(card)
            if focused in self.cards:
                self.cards[focused].show()  # the layout does it later, and what is hidden takes no keys
                self.cards[focused].setFocus()
        for uri, card in self.cards.items():
            card.mark(chosen=uri == self._uri)

    def _offered(self) -> list[tuple[str, str, int | None]]:
        """Device URI, name and strength of the signal of each."""
        names = [band.name for band in self._bands]
        none, *usual = ("", words.NO_BAND, None), *((uri, name, None) for uri, name in words.BANDS)
        seen: list[tuple[str, str, int | None]] = [
            (band.device_uri, words.told_apart(band.name, names, band.device_uri), signal_bars(band.rssi_dbm))
            for band in self._bands
        ]
        seen += [(stream.device_uri, words.stream(stream.name), None) for stream in self._streams]
        offered = [none, *seen, *usual]
        if self._uri not in {uri for uri, _, _ in offered}:
            offered.append((self._uri, self._name or self._uri, None))
        return offered

    def _choosing(self, uri: str, shown: str) -> Callable[[], None]:
        return lambda: self._chosen(uri, shown if uri else "")
