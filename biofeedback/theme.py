"""Colours, sizes and type, as data: the same tokens for the window, the plots and the report."""

from dataclasses import dataclass, fields, replace
from string import Template

SCALES_PERCENT = (80, 100, 125, 150, 175)


@dataclass(frozen=True, slots=True)
class Tokens:
    """The colours of a theme, as #rrggbb.

    Text and what carries colour stand out from background and surface at least 4.5:1, `line` at least 3:1 (WCAG 2.2);
    `hairline` only parts what is told apart anyway.
    """

    name: str
    dark: bool
    background: str
    surface: str
    hairline: str
    line: str
    text: str
    muted: str
    breath: str
    heart: str
    calm: str
    attention: str


NIGHT_WATER = Tokens(
    "Night water",
    True,
    "#0e262c",
    "#16363d",
    "#315158",
    "#5d8389",
    "#e9f2ef",
    "#a3bfbd",
    "#9adbd6",
    "#ff9580",
    "#e8ca80",
    "#f2b680",
)
MORNING_PAPER = Tokens(
    "Morning paper",
    False,
    "#faf6ee",
    "#f1eadc",
    "#d3c9b6",
    "#8c8270",
    "#2a2e32",
    "#5b6066",
    "#456586",
    "#b04f38",
    "#84641a",
    "#94560f",
)
NIGHT_CONTRAST = Tokens(
    "Night, high contrast", True, "#000000", "#101010", "#8a8a8a", "#b4b4b4", "#ffffff", "#dcdcdc",
    "#a8f0ea", "#ffab9a", "#ffdf8f", "#ffc894",
)  # fmt: skip
MORNING_CONTRAST = Tokens(
    "Morning, high contrast", False, "#ffffff", "#f4f4f4", "#6a6a6a", "#4a4a4a", "#000000", "#2c2c2c",
    "#1d4468", "#8a2f1b", "#5c430a", "#6b3a05",
)  # fmt: skip
THEMES = {tokens.name: tokens for tokens in (NIGHT_WATER, MORNING_PAPER, NIGHT_CONTRAST, MORNING_CONTRAST)}


@dataclass(frozen=True, slots=True)
class Sizes:
    """Type sizes in pixels at a scale."""

    scale_percent: int = 100

    def px(self, size: int) -> int:
        return round(size * self.scale_percent / 100)


_SHEET = Template("""
* { font-family: $family; color: $text; }
QWidget#page, QMainWindow, QStackedWidget, QScrollArea, QScrollArea > QWidget > QWidget { background: $background; }
QLabel { background: transparent; font-size: ${body}px; }
QLabel[kind="title"] { font-size: ${title}px; }
QLabel[kind="prompt"] { font-size: ${prompt}px; }
QLabel[kind="large"] { font-size: ${large}px; }
QLabel[kind="muted"] { color: $muted; font-size: ${small}px; }
QLabel[veil="true"] { background: $background; border-radius: 12px; padding: 6px 16px; }
QLabel[kind="figure"] { font-size: ${small}px; }
QFrame[kind="card"] { background: $surface; border-radius: 12px; }
QFrame[kind="sheet"] { background: $surface; border: 1px solid $line; border-radius: 12px; }
QFrame[kind="line"] { background: $hairline; max-height: 1px; min-height: 1px; border: none; }
QPushButton {
    background: transparent; border: 1px solid $line; border-radius: 12px; padding: 8px 16px;
    font-size: ${body}px; min-height: ${row}px;
}
QPushButton:hover { border-color: $text; }
QPushButton:focus { border: 2px solid $breath; padding: 7px 15px; }
QPushButton:disabled { color: $muted; border-color: $hairline; }
QPushButton[kind="primary"] {
    background: $breath; color: $background; border: 2px solid $breath; padding: 12px 40px; font-size: ${button}px;
    min-height: ${tall}px;
}
QPushButton[kind="primary"]:disabled { background: transparent; color: $muted; border-color: $hairline; }
QPushButton[kind="primary"]:focus { border: 2px solid $text; }
QPushButton[kind="quiet"] { border: 2px solid transparent; color: $muted; padding: 6px 12px; font-size: ${small}px; }
QPushButton[kind="quiet"]:hover { color: $text; }
QPushButton[kind="quiet"]:focus { border: 2px solid $breath; color: $text; }
QPushButton[kind="flush"] {
    border: 2px solid transparent; color: $muted; padding: 6px 12px 6px 0; font-size: ${small}px; text-align: left;
}
QPushButton[kind="flush"]:hover { color: $text; }
QPushButton[kind="flush"]:focus { border: 2px solid $breath; color: $text; }
QPushButton[snug="true"] { border: none; padding: 0 12px 0 0; min-height: ${snug}px; }
QPushButton[snug="true"]:focus { border: none; color: $breath; text-decoration: underline; }
QPushButton[kind="icon"] {
    border: 2px solid transparent; padding: 0 2px; min-height: ${row}px;
}
QPushButton[kind="icon"]:hover { border-color: $hairline; }
QPushButton[kind="choice"] { padding: 4px 12px; font-size: ${small}px; }
QPushButton[kind="choice"]:focus { padding: 3px 11px; }
QPushButton[kind="choice"]:checked { background: $breath; color: $background; border-color: $breath; }
QPushButton[kind="choice"]:checked:focus { border-color: $text; }
QPushButton[kind="rating"] { padding: 0; min-width: 36px; max-width: 36px; min-height: 38px; font-size: ${small}px; }
QPushButton[kind="rating"]:checked { background: $breath; color: $background; border-color: $breath; }
QPushButton[kind="row"] { text-align: left; padding: 12px 16px; background: $surface; border: 2px solid $surface; }
QPushButton[kind="row"]:hover { border-color: $hairline; }
QPushButton[kind="row"]:focus, QPushButton[kind="row"]:checked { border-color: $breath; }
QPushButton[kind="item"] { padding: 0; min-height: ${item}px; background: $surface; border: 2px solid $surface; }
QPushButton[kind="item"]:hover { border-color: $hairline; }
QPushButton[kind="item"]:focus { border-color: $breath; }
QLineEdit, QPlainTextEdit {
    background: $surface; border: 2px solid $line; border-radius: 12px; padding: 8px 16px; font-size: ${body}px;
    placeholder-text-color: $muted; selection-background-color: $breath; selection-color: $background;
}
QLineEdit:focus, QPlainTextEdit:focus { border-color: $breath; }
QSlider { background: transparent; border: 2px solid transparent; border-radius: 12px; padding: 2px; min-height: 24px; }
QSlider:focus { border-color: $breath; }
QSlider::groove:horizontal { background: $line; height: 2px; }
QSlider::sub-page:horizontal { background: $breath; }
QSlider::handle:horizontal { background: $breath; width: 16px; margin: -7px 0; border-radius: 8px; }
QProgressBar { background: $surface; border: 1px solid $line; border-radius: 4px; max-height: 6px; }
QProgressBar::chunk { background: $breath; border-radius: 3px; }
QTreeView { background: $background; border: none; outline: none; selection-background-color: transparent; }
QTreeView#people { font-size: ${body}px; border: 2px solid transparent; border-radius: 12px; }
QTreeView#people:focus { border-color: $breath; }
QTreeView#people::item { padding: 6px 12px; }
QTreeView#people::item:selected { background: $surface; color: $text; }
QMenu { background: $surface; border: 1px solid $line; padding: 8px 0; font-size: ${small}px; }
QMenu::item { padding: 6px 24px 6px 36px; }
QMenu::item:selected { background: $breath; color: $background; }
QMenu::indicator { width: 12px; height: 12px; left: 12px; border: 1px solid $line; border-radius: 6px; }
QMenu::indicator:checked { background: $calm; }
QMenu::separator { height: 1px; background: $line; margin: 6px 12px; }
QPushButton::menu-indicator { image: none; width: 0; }
QScrollArea { border: none; }
QScrollBar:vertical { background: transparent; width: 8px; margin: 0; }
QScrollBar::handle:vertical { background: $hairline; border-radius: 4px; min-height: 32px; }
QScrollBar:horizontal { background: transparent; height: 8px; margin: 0; }
QScrollBar::handle:horizontal { background: $hairline; border-radius: 4px; min-width: 32px; }
QScrollBar::add-line, QScrollBar::sub-line { background: none; width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: none; }
QToolTip { background: $surface; color: $text; border: 1px solid $hairline; }
""")


def style_sheet(tokens: Tokens, sizes: Sizes, family: str) -> str:
    """The whole look of the window."""
    return _SHEET.substitute(
        family=f'"{family}"',
        body=sizes.px(18),
        small=sizes.px(15),
        title=sizes.px(24),
        prompt=sizes.px(28),
        large=sizes.px(36),
        button=sizes.px(20),
        row=sizes.px(24),
        snug=sizes.px(18),
        item=sizes.px(30),
        tall=sizes.px(28) + 2,
        **{field.name: getattr(tokens, field.name) for field in fields(Tokens) if field.type is str},
    )


SOFT = 0.45
"""Of the colour of the breath, so much is left where it is only a companion."""


def softened(tokens: Tokens) -> Tokens:
    """The same theme with a breath that is hardly there; its words stay."""
    ground, full = (_channels(colour) for colour in (tokens.background, tokens.breath))
    mixed = (round(g + SOFT * (f - g)) for g, f in zip(ground, full, strict=True))
    breath = "#" + "".join(f"{channel:02x}" for channel in mixed)
    return replace(tokens, breath=breath, hairline=tokens.background, line=tokens.background)


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21 (WCAG 2.2, relative luminance)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    channels = [channel / 255 for channel in _channels(colour)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _channels(colour: str) -> list[int]:
    return [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
