"""Icons of one set, in the colour of the text that they stand beside (Phosphor, MIT: `ui/icons/LICENSE`)."""

from functools import cache
from pathlib import Path
from weakref import WeakKeyDictionary

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QPushButton, QWidget

from biofeedback.theme import NIGHT_WATER, Sizes, Tokens

FOLDER = Path(__file__).parent.parent / "icons"
ICON_PX, GAP_PX = 20, 4
RATIOS = (1.0, 2.0)
"""Painted for screens of these pixel ratios."""
NAME = "icon-name"
QUIET = ("quiet", "flush", "icon")


_look: tuple[Tokens, Sizes] = (NIGHT_WATER, Sizes())
"""The look in force, as the style sheet of the application is; Qt keeps no such thing for icons."""
_looks: WeakKeyDictionary[QWidget, tuple[Tokens, Sizes]] = WeakKeyDictionary()
"""That of each window: the two of an office have their own."""


def with_icon(button: QPushButton, name: str) -> QPushButton:
    """Let a button carry an icon from now on."""
    button.setProperty(NAME, name)
    _paint(button)
    return button


def tint(root: QWidget, tokens: Tokens, sizes: Sizes) -> None:
    """Paint the icons of all buttons below a widget, and those to come, for another look."""
    global _look
    _look = _looks[root.window()] = tokens, sizes
    for button in root.findChildren(QPushButton):
        _paint(button)


def _paint(button: QPushButton) -> None:
    name, kind = button.property(NAME), button.property("kind")
    if not name:
        return
    tokens, sizes = _looks.get(button.window(), _look)
    colour = {"primary": tokens.background, "quiet": tokens.muted, "flush": tokens.muted, "icon": tokens.muted}.get(
        kind, tokens.text
    )
    px = sizes.px(ICON_PX)
    button.setIconSize(QSize(px + GAP_PX, px))
    button.setIcon(icon(name, colour, px))


@cache
def icon(name: str, colour: str, px: int) -> QIcon:
    """An icon by the name of its file, in a colour (#rrggbb) and a size."""
    drawing = (FOLDER / f"{name}.svg").read_text(encoding="utf-8").replace("currentColor", colour)
    renderer = QSvgRenderer(QByteArray(drawing.encode()))
    made = QIcon()
    for ratio in RATIOS:
        picture = QPixmap(round((px + GAP_PX) * ratio), round(px * ratio))
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        renderer.render(painter, QRectF(0.0, 0.0, px * ratio, px * ratio))
        painter.end()
        picture.setDevicePixelRatio(ratio)
        made.addPixmap(picture)
    return made
