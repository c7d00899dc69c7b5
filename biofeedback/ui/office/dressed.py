"""How the office looks: its own theme, type for somebody who sits near, and how its columns share the width."""

from dataclasses import replace
from typing import Protocol

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QMainWindow, QWidget

from biofeedback.theme import MORNING_PAPER, NIGHT_WATER, Sizes, Tokens, style_sheet
from biofeedback.typeface import load_typeface
from biofeedback.ui.parts.basics import button
from biofeedback.ui.parts.icons import tint
from biofeedback.ui.window import Window
from biofeedback.ui.words import office as words

TYPE_PERCENT = 78
"""A clinician reads 14 pixels where a patient reads 18."""
LEFT_PX, RIGHT_PX, COMMENT_PX = 270, 370, 92
"""At type of 100 %."""
LEFT_SHARE, RIGHT_SHARE = 0.19, 0.38
"""Of the width, however large the type is."""
LARGE_PX, GROWN = (2400, 1300), 1.35
"""From such a window on, type grows by so much."""
LEAST_PX = (1180, 640)


class Painted(Protocol):
    """Something that is painted in the colours of the window."""

    def apply(self, tokens: Tokens, sizes: Sizes) -> None: ...


class DressedOffice(QMainWindow):
    """A window with two columns at the sides of what it shows.

    Parameters
    ----------
    window : Window
        The patient's, whose settings hold here too.

    Attributes
    ----------
    left, right : QWidget
        The columns.
    comment : QWidget
        What is a few lines high.
    painted : tuple of Painted
    """

    left: QWidget
    right: QWidget
    comment: QWidget
    painted: tuple[Painted, ...]

    def __init__(self, window: Window) -> None:
        super().__init__()
        self._window = window
        self.light = button("", "quiet", self._turn_light)

    def tokens(self) -> Tokens:
        """The theme of this window: its own choice, else that of the patient's."""
        light = self._window.settings.office.get("light")
        return self._window.tokens() if not isinstance(light, bool) else MORNING_PAPER if light else NIGHT_WATER

    def sizes(self) -> Sizes:
        """Type for somebody who sits near, as large as is chosen in the settings."""
        grown = GROWN if self.width() >= LARGE_PX[0] and self.height() >= LARGE_PX[1] else 1.0
        return Sizes(round(grown * self._window.settings.scale_percent * TYPE_PERCENT / 100))

    def dress(self) -> None:
        """Look as is chosen."""
        tokens, sizes = self.tokens(), self.sizes()
        self._sized = sizes
        self.setStyleSheet(style_sheet(tokens, sizes, load_typeface()))
        self.tint()
        for part in self.painted:
            part.apply(tokens, sizes)
        self.light.setText(words.DARK if not tokens.dark else words.LIGHT)
        self.comment.setFixedHeight(sizes.px(COMMENT_PX))
        self._share_width()

    def tint(self) -> None:
        """Icons have the colour of this window, and those that are made later that of the patient's."""
        tint(self, self.tokens(), self.sizes())
        tint(self._window, *self._window.look)

    def change(self, **kept: object) -> None:
        """Keep something about how this window is laid out."""
        self._window.change_quietly(lambda settings: replace(settings, office=settings.office | kept))

    def _share_width(self) -> None:
        for side, width_px, share in ((self.left, LEFT_PX, LEFT_SHARE), (self.right, RIGHT_PX, RIGHT_SHARE)):
            side.setFixedWidth(min(self._sized.px(width_px), round(share * self.width())))

    def _turn_light(self) -> None:
        self.change(light=self.tokens().dark)
        self.dress()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.sizes() != self._sized:
            self.dress()
        self._share_width()
