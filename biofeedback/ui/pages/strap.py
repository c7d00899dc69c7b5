"""The straps in reach, as cards; then no strap at all, simulated people for who wants to try, and bands on the head."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from biofeedback.theme import Sizes, Tokens
from biofeedback.ui.messages import PulseFelt, SeenStrap, StrapChecked
from biofeedback.ui.parts.band_cards import BandCards
from biofeedback.ui.parts.basics import button, clear, label
from biofeedback.ui.parts.drawer import Drawer
from biofeedback.ui.parts.halves import Halves
from biofeedback.ui.parts.icons import with_icon
from biofeedback.ui.parts.page import Page
from biofeedback.ui.parts.pulse_line import PulseLine
from biofeedback.ui.parts.ready_steps import ReadySteps
from biofeedback.ui.parts.strap_card import StrapCard
from biofeedback.ui.parts.top_bar import Ways, top_bar
from biofeedback.ui.parts.wear_picture import WearPicture, wearing_words
from biofeedback.ui.words import common
from biofeedback.ui.words import straps as words
from devices.preflight import Standing, at_hand
from devices.schemes import NO_STRAP
from devices.simulated import SCENARIOS

SIMULATED, REAL = "sim:", "ble:"
USUAL_PERSON = "sim:rest"
PULSE_AFTER_MS = 4000
"""Other straps are looked for so long before the chosen one is connected to; not every adapter does both at once."""
PULSE_SOON_MS = 800
"""The same after a strap was chosen, and where it is a simulated one."""


class StrapPage(Page):
    """Choose a strap, and see that it sits right.

    Parameters
    ----------
    chosen : callable
        Called with the device URI and a name.
    chosen_band : callable
        The same of a band; with empty ones for none.
    scan : callable
        Called with `on` when straps are to be looked for, and when no longer.
    feel : callable
        Called with the URI of the strap whose pulse is to be told, and with an empty one to let go of it.
    streams : callable
        Called when streams of other programs are to be looked for in the network.
    ways : Ways
    """

    def __init__(
        self,
        tokens: Tokens,
        chosen: Callable[[str, str], None],
        chosen_band: Callable[[str, str], None],
        scan: Callable[..., None],
        feel: Callable[[str], None],
        streams: Callable[[], None],
        ways: Ways,
    ) -> None:
        super().__init__()
        self._chosen, self._scan, self._feel, self._go = chosen, scan, feel, ways.go
        self.bands = BandCards(chosen_band, lambda: ways.go("head"), streams)
        self._uri, self._name = NO_STRAP, ""
        self._pause = QTimer(self, singleShot=True)
        self._pause.timeout.connect(self._begin_pulse)
        self._shown: tuple[SeenStrap, ...] | None = None
        self._cards: dict[str, StrapCard] = {}
        self.picture = WearPicture(tokens)
        self._state = label(words.SEARCHING, "muted", wrap=True)
        self._again = with_icon(button(words.LOOK_AGAIN, "flush", self._search), "arrow-counter-clockwise")
        self.pulse = PulseLine(tokens)
        self.steps = ReadySteps(tokens)
        self.steps.hide()
        self._wearing = wearing_words()
        self._go_on = button(words.GO_ON, "primary", lambda: ways.go("start"))
        self._real = QVBoxLayout()
        self._real.setSpacing(8)
        column = QVBoxLayout()
        column.setSpacing(8)
        column.addWidget(self._state)
        column.addLayout(self._real)
        column.addWidget(self._again, 0, Qt.AlignmentFlag.AlignLeft)
        for uri, name, shown in (("ble:", words.NEAREST, words.NEAREST), (NO_STRAP, "", words.PRACTISE_WITHOUT)):
            column.addWidget(self._card(uri, name, shown))
        column.addWidget(self._people())
        column.addSpacing(8)
        column.addWidget(self.bands)
        column.addStretch()
        layout = QVBoxLayout(self)
        layout.setSpacing(16)
        layout.addLayout(top_bar(common.YOUR_STRAP, ways))
        layout.addWidget(Halves(column, self._beside()), 1)
        layout.addLayout(self._bottom())

    def _beside(self) -> QVBoxLayout:
        """How a strap is worn and, once one is being tried, how far it is."""
        column = QVBoxLayout()
        column.setSpacing(12)
        for part in (self.picture, self._wearing, self.steps):
            column.addWidget(part)
        column.addStretch()
        return column

    def _card(self, uri: str, name: str, shown: str, bars: int | None = None) -> StrapCard:
        made = self._cards[uri] = StrapCard(shown, lambda: self._press(uri, name), bars)
        made.mark(chosen=uri == self._uri)
        return made

    def _people(self) -> Drawer:
        """Simulated people, put away: nobody is to practise with one unaware."""
        people = QWidget()
        column = QVBoxLayout(people)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for scenario in SCENARIOS.values():
            name = common.simulated_person(scenario.title)
            column.addWidget(self._card(f"sim:{scenario.name}", name, scenario.title))
        self._drawer = drawer = Drawer()
        drawer.hold(people)
        drawer.show_words(words.TRY_SIMULATED)
        return drawer

    def enter(self) -> None:
        """Look for straps; let the keyboard be at the one that will be used."""
        self._scan(on=True)
        self._cards.get(self._uri, self._cards[NO_STRAP]).setFocus()

    def apply(self, tokens: Tokens, sizes: Sizes, *, still: bool = False) -> None:
        """The look changed."""
        self.picture.apply(tokens, sizes)
        self.pulse.mark.apply(tokens, sizes, still=still)
        self.steps.apply(tokens, sizes)

    def _bottom(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(24)
        row.addWidget(self._go_on)
        row.addWidget(self.pulse, 1)
        return row

    def _press(self, uri: str, name: str) -> None:
        """A strap is chosen by one press, and gone on with by another."""
        if uri == self._uri and uri != NO_STRAP:
            self._go("start")
        else:
            self._chosen(uri, name)
        for each, card in self._cards.items():
            card.mark(chosen=each == self._uri)

    # The pulse

    def show_chosen(self, uri: str, name: str, *, soon: bool = False) -> None:
        """Mark the strap that will be used, and feel for its pulse after a pause."""
        self._let_go()
        self._uri, self._name = USUAL_PERSON if uri == SIMULATED else uri, name
        self._fill_real(self._shown or ())
        for each, card in self._cards.items():
            card.mark(chosen=each == self._uri)
        simulated = self._uri.startswith(SIMULATED)
        self._drawer.show_words(words.SIMULATED_CHOSEN if simulated else words.TRY_SIMULATED)
        self._go_on.setVisible(uri != NO_STRAP)
        if uri.startswith((SIMULATED, REAL)):
            self._pause.start(PULSE_SOON_MS if soon or uri.startswith(SIMULATED) else PULSE_AFTER_MS)

    def show_band(self, uri: str, name: str) -> None:
        """Mark the band that will be used with practices of the head."""
        self.bands.show_chosen(uri, name)

    def leave(self) -> None:
        """Look for none any more."""
        self._let_go()
        self._scan(on=False)

    def _let_go(self) -> None:
        """Let go of the strap, so that a session can have it."""
        self._pause.stop()
        self.pulse.rest()
        self._show_steps(shown=False)
        self._feel("")

    def _show_steps(self, *, shown: bool) -> None:
        self.steps.setVisible(shown)
        self._wearing.setVisible(not shown)

    def _begin_pulse(self) -> None:
        if self._uri.startswith(REAL):
            self._state.hide()
        self._feel(self._uri)

    def show_pulse(self, told: PulseFelt | StrapChecked) -> None:
        """The chosen strap told of the pulse, or how it stands; what another one told before is passed over."""
        if told.device_uri != self._uri or not self.isVisible() or self._pause.isActive():
            return
        if isinstance(told, PulseFelt):
            self.pulse.feel(told.bpm, told.rr_ms, simulated=told.device_uri.startswith(SIMULATED))
            return
        self._show_steps(shown=True)
        self.steps.show_steps(told.steps, told.notes)
        now = at_hand(told.steps)
        gone = common.beats_gone(told.beat_age_s) if now.standing is not Standing.DONE else ""
        self.pulse.seek(f"{now.sentence} {gone}".strip())

    # The straps in reach

    def _search(self) -> None:
        self._shown = None
        self._scan(on=False)
        self._scan(on=True)
        self.show_straps(())
        self.bands.show_bands(())
        self.show_chosen(self._uri, self._name)

    def show_straps(self, straps: Sequence[SeenStrap]) -> None:
        """Show the straps now in reach, nearest first."""
        if tuple(straps) == self._shown:
            return
        self._shown = tuple(straps)
        self._fill_real(straps)
        self._state.setText("" if straps else words.SEARCHING)
        self._state.setVisible(not straps)

    def _fill_real(self, straps: Sequence[SeenStrap]) -> None:
        """A card for each strap; for the chosen one too where it is not in reach, or not yet."""
        focused = next((uri for uri, card in self._cards.items() if card.hasFocus()), None)
        for uri in [uri for uri in self._cards if uri.startswith(REAL) and uri != REAL]:
            del self._cards[uri]
        clear(self._real)
        for strap in straps:
            bars, name = common.signal_bars(strap.rssi_dbm), strap.name or words.UNNAMED
            self._real.addWidget(self._card(f"{REAL}{strap.address}", name, name, bars))
        if self._uri.startswith(REAL) and self._uri not in self._cards:
            self._real.addWidget(self._card(self._uri, self._name, self._name or words.UNNAMED))
        if focused in self._cards:
            self._cards[focused].setFocus()

    def show_trouble(self, sentence: str) -> None:
        """Bluetooth cannot be used, and what to do."""
        self._shown = None
        self._fill_real(())
        self.bands.show_bands(())
        if self._uri.startswith(REAL):
            self._pause.stop()
        self._state.setText(f"{sentence} {words.NOT_NEEDED}")
        self._state.show()
