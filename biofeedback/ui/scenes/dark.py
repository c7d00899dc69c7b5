"""Hardly anything: for closed eyes."""

from PySide6.QtGui import QColor, QPainter

from biofeedback.theme import Sizes, Tokens
from biofeedback.ui.scenes.scene import Scene

DARK = Tokens(
    "Dark", True, "#040a0c", "#081114", "#142126", "#3f5257", "#84979a", "#71848a",
    "#5f8482", "#8f6a60", "#83775a", "#8a7458",
)  # fmt: skip
"""The look of the whole session page while eyes are closed."""


class Dark(Scene):
    """The word of the breath on a dark ground, in every theme."""

    def apply(self, tokens: Tokens, sizes: Sizes, *, reduced_motion: bool) -> None:
        super().apply(DARK, sizes, reduced_motion=reduced_motion)

    def draw_layers(self, width: int, height: int) -> None:
        """There are none."""

    def paint_layers(self, painter: QPainter, width: int, height: int) -> None:
        painter.fillRect(0, 0, width, height, QColor(self.tokens.background))
