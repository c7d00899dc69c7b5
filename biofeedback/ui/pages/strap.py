"""The straps in reach, as cards; then no strap at all, and simulated people for who wants to try."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from biofeedback.theme import Tokens
from biofeedback.ui.messages import SeenStrap
from biofeedback.ui.parts.basics import button, clear, label
from biofeedback.ui.parts.drawer import Drawer
from biofeedback.ui.parts.halves import Halves
from biofeedback.ui.parts.icons import with_icon
from biofeedback.ui.parts.strap_card import StrapCard
from biofeedback.ui.parts.top_bar import Ways, top_bar
from biofeedback.ui.parts.wear_picture import WearPicture, wearing
from biofeedback.ui.words import common as words
from devices.absent import NO_STRAP
from devices.simulated import SCENARIOS


class StrapPage(QWidget):
    """Choose a strap.

    Parameters
    ----------
    chosen : callable
        Called with the device URI and a name.
    look_again : callable
        Begins the search anew.
    ways : Ways
    """

    def __init__(
        self, tokens: Tokens, chosen: Callable[[str, str], None], look_again: Callable[[], None], ways: Ways
    ) -> None:
        super().__init__()
        self.setObjectName("page")
        self._chosen, self._look_again = chosen, look_again
        self._uri = NO_STRAP
        self._shown: tuple[SeenStrap, ...] | None = None
        self._cards: dict[str, StrapCard] = {}
        self.picture = WearPicture(tokens)
        self._state = label(words.SEARCHING, "muted", wrap=True)
        self._again = with_icon(button(words.LOOK_AGAIN, "flush", self._search), "arrow-counter-clockwise")
        self._real = QVBoxLayout()
        self._real.setSpacing(8)
        column = QVBoxLayout()
        column.setSpacing(8)
        column.addWidget(self._state)
        column.addLayout(self._real)
        column.addWidget(self._again, 0, Qt.AlignmentFlag.AlignLeft)
        for uri, name, shown in (("ble:", words.NEAREST, words.NEAREST), (NO_STRAP, "", words.WITHOUT_STRAP)):
            column.addWidget(self._card(uri, name, shown))
        column.addWidget(self._people())
        column.addStretch()
        layout = QVBoxLayout(self)
        layout.setSpacing(16)
        layout.addLayout(top_bar(words.YOUR_STRAP, ways))
        layout.addWidget(Halves(column, wearing(self.picture)), 1)

    def _card(self, uri: str, name: str, shown: str, bars: int | None = None) -> StrapCard:
        made = self._cards[uri] = StrapCard(shown, lambda: self._chosen(uri, name), bars)
        made.mark(chosen=uri == self._uri)
        return made

    def _people(self) -> Drawer:
        """Simulated people, put away: nobody is to practise with one unaware."""
        people = QWidget()
        column = QVBoxLayout(people)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for scenario in SCENARIOS.values():
            name = words.simulated_person(scenario.title)
            column.addWidget(self._card(f"sim:{scenario.name}", name, scenario.title))
        drawer = Drawer()
        drawer.hold(people)
        drawer.show_words(words.TRY_SIMULATED)
        return drawer

    def focus_first(self) -> None:
        """Let the keyboard be at the strap that will be used."""
        self._cards.get(self._uri, self._cards[NO_STRAP]).setFocus()

    def show_chosen(self, uri: str) -> None:
        """Mark the strap that will be used."""
        self._uri = uri
        for each, card in self._cards.items():
            card.mark(chosen=each == uri)

    def _search(self) -> None:
        self._shown = None
        self.show_straps(())
        self._look_again()

    def show_straps(self, straps: Sequence[SeenStrap]) -> None:
        """Show the straps now in reach, nearest first."""
        if tuple(straps) == self._shown:
            return
        self._shown = tuple(straps)
        focused = next((uri for uri, card in self._cards.items() if card.hasFocus()), None)
        self._clear_real()
        for strap in straps:
            bars = words.signal_bars(strap.rssi_dbm)
            name = strap.name or words.UNNAMED
            self._real.addWidget(self._card(f"ble:{strap.address}", name, name, bars))
        if focused in self._cards:
            self._cards[focused].setFocus()
        self._state.setText("" if straps else words.SEARCHING)
        self._state.setVisible(not straps)

    def _clear_real(self) -> None:
        for uri in [uri for uri in self._cards if uri.startswith("ble:") and uri != "ble:"]:
            del self._cards[uri]
        clear(self._real)

    def show_trouble(self, sentence: str) -> None:
        """Bluetooth cannot be used, and what to do."""
        self._shown = None
        self._clear_real()
        self._state.setText(sentence)
        self._state.show()
