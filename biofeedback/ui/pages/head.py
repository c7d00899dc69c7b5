"""The band on the head before a practice: how each electrode sits, what to do, and the way to begin."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from biofeedback.theme import Sizes, Tokens
from biofeedback.ui.messages import HeadFelt
from biofeedback.ui.parts.announcing import announce
from biofeedback.ui.parts.basics import button, label
from biofeedback.ui.parts.flow import Flow
from biofeedback.ui.parts.halves import Halves
from biofeedback.ui.parts.head_picture import HeadPicture, SittingList
from biofeedback.ui.parts.head_places import place_of
from biofeedback.ui.parts.page import Page
from biofeedback.ui.parts.top_bar import Ways, top_bar
from biofeedback.ui.settings import Settings
from biofeedback.ui.words import head as words
from biofeedback.ui.words.head import Sitting
from biofeedback.ui.worn import band_of, missing_for
from devices.preflight import Standing
from protocols.specification import Exercise

LOW_PERCENT = 10


class HeadPage(Page):
    """Before a practice that gets its answer from the head; without one, only how the band sits.

    Parameters
    ----------
    settings : callable
        Gives the settings as they are.
    begin : callable
        Called with the exercise and its ratings.
    feel : callable
        Called with the device to listen to, and with an empty one to let go of it.
    heard : callable
        Called with the electrodes of the band, so that it is known what it can measure.
    ways : Ways
    """

    def __init__(
        self,
        tokens: Tokens,
        settings: Callable[[], Settings],
        begin: Callable[[Exercise, Mapping[str, int]], None],
        feel: Callable[[str], None],
        heard: Callable[[tuple[str, ...]], None],
        ways: Ways,
    ) -> None:
        super().__init__()
        self._settings, self._begin, self._feel, self._heard = settings, begin, feel, heard
        self._exercise: Exercise | None = None
        self._ratings: Mapping[str, int] = {}
        self._uri = ""
        self._title = label(words.TITLE, "title", wrap=True)
        self.picture, self.sitting = HeadPicture(tokens), SittingList(tokens)
        self.said = label("", wrap=True)
        self._besides = label("", "muted", wrap=True)
        self.primary = button(words.BEGIN, "primary", self._press)
        self._anyway = button(words.BEGIN_ANYWAY, "", self._press)
        self._other = button(words.ANOTHER_BAND, "", lambda: ways.go("strap"))
        self._else = button(words.SOMETHING_ELSE, "quiet", lambda: ways.go("exercises"))
        told, shown = QVBoxLayout(), QVBoxLayout()
        told.setSpacing(12)
        for part in (self.said, self.sitting, self._besides):
            told.addWidget(part)
        told.addStretch()
        shown.addWidget(self.picture, 1)
        bottom = QWidget()
        row = Flow(bottom, 16)
        for made in (self.primary, self._anyway, self._other, self._else):
            row.addWidget(made)
        layout = QVBoxLayout(self)
        layout.setSpacing(16)
        layout.addLayout(top_bar(self._title, ways))
        layout.addWidget(Halves(told, shown), 1)
        layout.addWidget(bottom)

    def apply(self, tokens: Tokens, sizes: Sizes, *, still: bool = False) -> None:
        self.picture.apply(tokens, sizes)
        self.sitting.apply(tokens, sizes)

    def prepare(self, exercise: Exercise | None, ratings: Mapping[str, int]) -> None:
        """Come before this practice; before none, only look."""
        self._exercise, self._ratings = exercise, ratings
        self._title.setText(exercise.title if exercise else words.TITLE)

    def enter(self) -> None:
        """Listen to the band, where there is one that the practice can use."""
        settings = self._settings()
        self._uri = band_of(settings)
        self._show((), "", ready=False)
        missing = missing_for(self._exercise, settings) if self._exercise else ""
        if missing in (words.NEEDS_BAND, words.NEEDS_STRAP) or not self._uri:
            self._lack(missing or words.NO_BAND_CHOSEN)
        else:
            self._say(words.LOOKING)
            self._feel(self._uri)
        self._other.setFocus()

    def leave(self) -> None:
        """Let go of the band, so that a session can have it."""
        self._feel("")

    def _lack(self, sentence: str) -> None:
        """Something is not chosen yet: it is said kindly, and there are other ways."""
        self._say(f"{sentence} {words.OTHERS_ARE_HERE}")
        self._other.setText(words.CHOOSE_BAND if sentence != words.NEEDS_STRAP else words.CHOOSE_STRAP)
        self._other.setAccessibleName(self._other.text())
        for made in (self.primary, self._anyway):
            made.hide()

    def show_felt(self, felt: HeadFelt) -> None:
        """The band told how it stands; what another one told before is passed over."""
        if felt.device_uri != self._uri or not self.isVisible():
            return
        names = tuple(name for name, _ in felt.electrodes)
        if names and names != self._settings().band_electrodes:
            self._heard(names)
        electrodes = [(name, words.sitting_of(reason)) for name, reason in felt.electrodes]
        at_hand = next((each for each in felt.steps if each.standing is not Standing.DONE), None)
        sentence, ready = self._judged(electrodes)
        settling = all(sitting is Sitting.SETTLING for _, sitting in electrodes)
        if settling and sentence == words.NOT_YET and at_hand is not None:
            sentence = f"{at_hand.words} {at_hand.do}" if at_hand.standing is Standing.FAILING else at_hand.words
        self._say(sentence.strip())
        self._show(electrodes, self._told_besides(felt, names), ready=ready)

    def _judged(self, electrodes: list[tuple[str, Sitting]]) -> tuple[str, bool]:
        """What to say of the electrodes that count, and whether the practice can begin with them."""
        names = [name for name, _ in electrodes]
        if self._exercise is None:
            counting = names
        elif lacking := words.lacking(self._exercise, names) if names else "":
            return lacking, False
        else:
            counting = list(words.watched(self._exercise, names))
        good = [name for name, sitting in electrodes if sitting is Sitting.GOOD]
        if not good:
            return words.NOT_YET, False
        if len(good) == len(electrodes):
            return words.READY, True
        if set(counting) & set(good) and not any(
            sitting is Sitting.SETTLING for name, sitting in electrodes if name in counting
        ):
            return words.GOOD_ENOUGH, True
        return words.NOT_YET, False

    def _told_besides(self, felt: HeadFelt, names: tuple[str, ...]) -> str:
        elsewhere = [name for name in names if place_of(name) is None]
        low = felt.battery_percent is not None and felt.battery_percent <= LOW_PERCENT
        told = (
            words.IS_SIMULATED if felt.simulated else "",
            words.ELSEWHERE.format(words.named(elsewhere)) if elsewhere else "",
            words.LOW_BATTERY.format(felt.battery_percent) if low else "",
        )
        return " ".join(filter(None, told))

    def _show(self, electrodes: list[tuple[str, Sitting]] | tuple[()], besides: str, *, ready: bool) -> None:
        self.picture.show_electrodes(electrodes)
        self.sitting.show_electrodes(electrodes)
        self._besides.setText(besides)
        self._besides.setVisible(bool(besides))
        begins = self._exercise is not None
        comes = begins and ready and self.primary.isHidden()
        here = self.focusWidget()
        self.primary.setVisible(begins and ready)
        self._anyway.setVisible(begins and not ready)
        self._other.setText(words.ANOTHER_BAND)
        self._other.setAccessibleName(words.ANOTHER_BAND)
        if comes and (here is self._other or here is self._anyway):
            self.primary.setFocus(Qt.FocusReason.OtherFocusReason)
        elif begins and not ready and here is self.primary:
            self._other.setFocus(Qt.FocusReason.OtherFocusReason)

    def _say(self, sentence: str) -> None:
        if sentence != self.said.text():
            self.said.setText(sentence)
            announce(self, sentence)

    def _press(self) -> None:
        if self._exercise is not None:
            self._begin(self._exercise, self._ratings)
