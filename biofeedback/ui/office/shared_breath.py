"""The patients' screen of a group: the breath of the room and its words, and no figure of anybody."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout

from biofeedback.theme import Sizes, Tokens
from biofeedback.ui.dressed import DressedWindow
from biofeedback.ui.model import SessionModel
from biofeedback.ui.parts.basics import centred
from biofeedback.ui.parts.orb import Orb
from biofeedback.ui.parts.page import Page
from biofeedback.ui.settings import Settings
from biofeedback.ui.words import group as words

WORDS_EVERY = 15
"""The words are written at every fifteenth frame of the breath."""


class SharedBreath(Page):
    """Shows the practice time of a room.

    Parameters
    ----------
    model : SessionModel
        Fed with the events of the room alone.
    """

    wide = True

    def __init__(self, tokens: Tokens, sizes: Sizes, model: SessionModel, picture: str) -> None:
        super().__init__()
        self._model = model
        self.orb = Orb(tokens, sizes)
        self.orb.choose(picture)
        self.orb.show_model(model)
        self.orb.ticked.connect(self._tick)
        self.part, self.words = centred("muted"), centred("prompt", Qt.AlignmentFlag.AlignTop)
        layout = QVBoxLayout(self)
        layout.setSpacing(16)
        layout.addWidget(self.part)
        layout.addWidget(self.orb, 1)
        layout.addWidget(self.words)
        self._write()

    def apply(self, tokens: Tokens, sizes: Sizes, *, still: bool = False) -> None:
        self.orb.apply(tokens, sizes, reduced_motion=still)
        self.words.setMinimumHeight(sizes.px(80))

    def _tick(self, number: int) -> None:
        if number % WORDS_EVERY == 0:
            self._write()

    def _write(self) -> None:
        model = self._model
        part = model.phase.title if model.phase else ""
        said = model.timeline.words_at(model.elapsed_s) if model.timeline and model.phase else words.SOON
        if model.ended:
            part, said = "", words.DONE
            self.orb.show_model(None)
        for shown, text in ((self.part, part), (self.words, said)):
            if shown.text() != text:
                shown.setText(text)


class SharedBreathWindow(DressedWindow):
    """The shared breath in a window of its own, for a second screen."""

    def __init__(self, settings: Settings, model: SessionModel) -> None:
        super().__init__(settings)
        self.setWindowTitle(words.SHARED)
        self.breath = SharedBreath(*self.look, model, settings.picture)
        self.add(self.breath)
