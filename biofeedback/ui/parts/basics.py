"""Texts, buttons and cards: what every page is made of."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QPoint, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QToolTip,
    QVBoxLayout,
    QWidget,
)

LINE_LETTERS = 80
"""A line of text that wraps is at most so many letters long: longer ones are hard to read."""


class Prose(QLabel):
    """A text that wraps, in lines that are not too long to read whatever the size of window and type."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.setWordWrap(True)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.FontChange):
            self.setMaximumWidth(LINE_LETTERS * self.fontMetrics().averageCharWidth())

    # Layouts ask for the height in all their width, though the text will not have it
    def heightForWidth(self, width: int) -> int:
        return super().heightForWidth(min(width, self.maximumWidth()))


def label(text: str = "", kind: str = "", *, wrap: bool = False) -> QLabel:
    """A text; kinds: title, prompt, muted, figure (small, not muted)."""
    made = Prose(text) if wrap else QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)  # what people write is shown as they wrote it
    made.setProperty("kind", kind)
    return made


def centred(kind: str, down: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignVCenter) -> QLabel:
    """A text in the middle of all the room there is."""
    made = QLabel()
    made.setProperty("kind", kind)
    made.setWordWrap(True)
    made.setAlignment(Qt.AlignmentFlag.AlignHCenter | down)
    return made


def button(text: str, kind: str, pressed: Callable[[], None] | None = None, tip: str = "") -> QPushButton:
    """A button; kinds: primary, quiet, choice, rating, row."""
    made = QPushButton(text)
    made.setProperty("kind", kind)
    made.setCursor(Qt.CursorShape.PointingHandCursor)
    made.setAutoDefault(True)
    made.setToolTip(tip)
    made.setAccessibleName(text or tip)
    if kind in ("choice", "rating"):
        made.setCheckable(True)
    if pressed is not None:
        made.clicked.connect(lambda: pressed())
    return made


def hairline() -> QFrame:
    made = QFrame()
    made.setProperty("kind", "line")
    return made


def page() -> tuple[QWidget, QVBoxLayout]:
    """An empty page with its layout; margins are set by the window's size."""
    made = QWidget()
    made.setObjectName("page")
    layout = QVBoxLayout(made)
    layout.setSpacing(16)
    return made, layout


def scrolling(inside: QWidget, name: str) -> QScrollArea:
    """As wide as there is room, as high as it needs; `name` is told to those who do not see it."""
    made = QScrollArea()
    made.setWidgetResizable(True)
    made.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    made.setAccessibleName(name)
    made.setWidget(inside)
    return made


def clear(layout: QLayout) -> None:
    """Take everything out of a layout."""
    while (item := layout.takeAt(0)) is not None:
        if widget := item.widget():
            widget.hide()
            widget.deleteLater()


class Title(QLabel):
    """Words on one line, that give way to what stands beside them."""

    def __init__(self, kind: str = "title") -> None:
        super().__init__()
        self.setProperty("kind", kind)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            shown = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)


class Explained(Title):
    """A few words, of which the pointer that rests on them, or a key, tells more."""

    def tell(self, words: str, more: str) -> None:
        """Show these words, and keep what more there is to say."""
        if (words, more) != (self.text(), self.toolTip()):
            self.setText(words)
            self.setToolTip(more)
            self.setAccessibleDescription(more)

    def explain(self) -> None:
        """Say more, as when the pointer rests on it."""
        QToolTip.showText(self.mapToGlobal(QPoint(0, -self.height())), self.toolTip(), self)


class LaidOutButton(QPushButton):
    """A button that is as large as what is laid out in it."""

    # A button knows its own text alone; here the layout says how much room is needed
    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        inside = self.layout()
        return inside.totalHeightForWidth(width) if inside is not None else 0

    def sizeHint(self) -> QSize:
        inside = self.layout()
        return inside.totalSizeHint() if inside is not None else super().sizeHint()

    def minimumSizeHint(self) -> QSize:
        return QSize(160, 0)


class Card(LaidOutButton):
    """A button with a heading, a word at its side, and a sentence beneath."""

    def __init__(self, title: str, side: str, sentence: str, pressed: Callable[[], None]) -> None:
        super().__init__()
        self.setProperty("kind", "row")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAutoDefault(True)
        self.setAccessibleName(", ".join(filter(None, (title, side))))
        self.setAccessibleDescription(sentence)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        top = QHBoxLayout()
        self.title = label(title, wrap=True)
        top.addWidget(self.title, 1)
        top.addStretch()  # prose is no wider than can be read, and what is left stands before what is beside it
        top.addWidget(label(side, "muted"))
        inside = QVBoxLayout(self)
        inside.setContentsMargins(16, 6, 16, 7)
        inside.setSpacing(0)
        inside.addLayout(top)
        if sentence:
            inside.addWidget(label(sentence, "muted", wrap=True))
        inside.addStretch()
        for part in self.findChildren(QLabel):
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.clicked.connect(lambda: pressed())
