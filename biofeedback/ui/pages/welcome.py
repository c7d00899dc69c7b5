"""The first time: who this is for, how the strap is worn, what will be asked, and whether there is to be sound."""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from biofeedback.theme import Sizes, Tokens
from biofeedback.ui.parts.answers import Choices
from biofeedback.ui.parts.basics import button, label
from biofeedback.ui.parts.halves import Halves
from biofeedback.ui.parts.icons import with_icon
from biofeedback.ui.parts.page import Page
from biofeedback.ui.parts.practice_card import Change
from biofeedback.ui.parts.top_bar import Ways, top_bar
from biofeedback.ui.parts.wear_picture import WearPicture, wearing
from biofeedback.ui.settings import Settings
from biofeedback.ui.words import common as words


class WelcomePage(Page):
    """Shown once.

    Parameters
    ----------
    settings : Settings
    changed : callable
        Called with what to change in the settings.
    ways : Ways
    """

    def __init__(self, tokens: Tokens, settings: Settings, changed: Callable[[Change], None], ways: Ways) -> None:
        super().__init__()
        self._changed, self._go = changed, ways.go
        self.picture = WearPicture(tokens)
        self.sound = Choices(words.SOUND_CHOICES, settings.sound, words.WELCOME_SOUND)
        self.primary = button(words.WELCOME_BEGIN, "primary", lambda: self._leave("start"))
        strap = with_icon(button(words.CHOOSE_STRAP, "quiet", lambda: self._leave("strap")), "heartbeat")
        told = QVBoxLayout()
        told.setSpacing(16)
        told.addWidget(label(words.WELCOME_FOR, "prompt", wrap=True))
        for text in (words.WELCOME_HOW, words.WELCOME_ASKS, words.WELCOME_STRAP):
            told.addWidget(label(text, wrap=True))
        sound = QHBoxLayout()
        sound.setSpacing(16)
        sound.addWidget(label(words.WELCOME_SOUND))
        sound.addWidget(self.sound, 1)
        told.addLayout(sound)
        told.addWidget(label(words.NOT_A_DEVICE, "muted", wrap=True))
        told.addStretch()
        row = QHBoxLayout()
        row.setSpacing(16)
        row.addWidget(self.primary)
        row.addWidget(strap)
        row.addStretch()
        layout = QVBoxLayout(self)
        layout.setSpacing(16)
        layout.addLayout(top_bar(words.WELCOME, ways, with_back=False))
        layout.addWidget(Halves(told, wearing(self.picture)), 1)
        layout.addLayout(row)

    def enter(self) -> None:
        self.primary.setFocus()

    def apply(self, tokens: Tokens, sizes: Sizes, *, still: bool = False) -> None:
        self.picture.apply(tokens, sizes)

    def _leave(self, to: str) -> None:
        """Remember that this was seen, and what was chosen."""
        sound = bool(self.sound.value)
        self._changed(lambda settings: replace(settings, welcomed=True, sound=sound))
        self._go(to)
