"""A window that shows one page at a time and dresses them all: theme, size of type, margins, whatever its size."""

from PySide6.QtCore import QEasingCurve, QPropertyAnimation, Qt, Signal
from PySide6.QtGui import QGuiApplication, QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QGraphicsOpacityEffect,
    QMainWindow,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from biofeedback.theme import MORNING_PAPER, NIGHT_WATER, SCALES_PERCENT, THEMES, Sizes, Tokens, style_sheet
from biofeedback.typeface import load_typeface
from biofeedback.ui.parts.announcing import announce
from biofeedback.ui.parts.basics import label
from biofeedback.ui.parts.icons import tint
from biofeedback.ui.parts.page import Page
from biofeedback.ui.settings import Settings

NARROW_PX, NARROW_MARGIN_PX, WIDE_MARGIN_PX = 1600, 48, 96
GROWTH = ((2400, 1300, 1.75), (1800, 1000, 1.4))
"""From such a width and height on, type grows by so much: a large screen is looked at from farther away."""
WIDEST_PX = 1320
"""Words and cards are never farther apart than this at usual type; a session has all of the window."""
FADE_MS = 600


class DressedWindow(QMainWindow):
    """Pages in a stack, and a quiet line under them.

    Parameters
    ----------
    settings : Settings
        Tell of the look.

    Attributes
    ----------
    dressed : Signal
        The look has changed.
    """

    dressed = Signal()

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self.settings = settings
        self._sheet()
        self.stack = QStackedWidget()
        self._notice = label("", "muted", wrap=True)
        self._notice.setContentsMargins(NARROW_MARGIN_PX, 0, NARROW_MARGIN_PX, 16)
        self._notice.hide()
        self.setCentralWidget(_over(self.stack, self._notice))
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._apply)  # a lambda would keep the window for ever

    def add(self, page: Page) -> None:
        """A page gets its place and its look."""
        self.stack.addWidget(page)
        self._margins()
        self._dress(page)

    def pages(self) -> list[Page]:
        """Those made by now."""
        return self.stack.findChildren(Page, options=Qt.FindChildOption.FindDirectChildrenOnly)

    def show_page(self, chosen: Page) -> None:
        """Leave the page that is shown, and enter another."""
        before = self.stack.currentWidget()
        if before is not chosen:
            if isinstance(before, Page):
                before.leave()
            self.stack.setCurrentWidget(chosen)
        chosen.enter()
        if before is not chosen:
            self._fade_in(chosen)

    def _fade_in(self, chosen: Page) -> None:
        if self.settings.reduced_motion or chosen.wide:
            return
        effect = QGraphicsOpacityEffect(chosen)
        chosen.setGraphicsEffect(effect)
        fade = QPropertyAnimation(effect, b"opacity", chosen)
        fade.setDuration(FADE_MS)
        fade.setStartValue(0.0)
        fade.setEndValue(1.0)
        fade.setEasingCurve(QEasingCurve.Type.InOutSine)
        fade.finished.connect(lambda: chosen.setGraphicsEffect(None))  # type: ignore[arg-type]
        fade.start(QPropertyAnimation.DeletionPolicy.DeleteWhenStopped)

    def say(self, sentence: str) -> None:
        """Say something quietly under the page, until another is shown."""
        self._notice.setText(sentence)
        self._notice.setVisible(bool(sentence))
        announce(self.stack, sentence)

    @property
    def said(self) -> str:
        """What is said under the page; empty for nothing."""
        return self._notice.text()

    def tokens(self) -> Tokens:
        """The theme in force."""
        if chosen := THEMES.get(self.settings.theme):
            return chosen
        light = QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Light
        return MORNING_PAPER if light else NIGHT_WATER

    @property
    def look(self) -> tuple[Tokens, Sizes]:
        """Theme and size of type in force."""
        return self.tokens(), self.sizes()

    def sizes(self) -> Sizes:
        """The size of type as chosen, larger in a large window, but never larger than can be chosen."""
        return sizes_in(self.width(), self.height(), self.settings.scale_percent)

    def _sheet(self) -> None:
        self._sized = self.sizes()
        application, sheet = QApplication.instance(), style_sheet(self.tokens(), self._sized, load_typeface())
        if isinstance(application, QApplication) and application.styleSheet() != sheet:  # every widget is dressed anew
            application.setStyleSheet(sheet)
        tint(self, self.tokens(), self._sized)

    def _apply(self) -> None:
        """The look changed."""
        self._sheet()
        self._margins()
        for page in self.pages():
            self._dress(page)
        self.dressed.emit()

    def _dress(self, page: Page) -> None:
        page.apply(*self.look, still=self.settings.reduced_motion)

    def _margins(self) -> None:
        margin = NARROW_MARGIN_PX if self.width() < NARROW_PX else WIDE_MARGIN_PX
        around = max(margin, (self.width() - self.sizes().px(WIDEST_PX)) // 2)
        for page in self.pages():
            if (layout := page.layout()) is not None:
                beside = margin if page.wide else around
                layout.setContentsMargins(beside, margin * 2 // 3, beside, margin * 2 // 3)

    def resizeEvent(self, event: QResizeEvent) -> None:
        if self.sizes() != self._sized:
            self._apply()
        self._margins()
        super().resizeEvent(event)


def sizes_in(width: int, height: int, scale_percent: int) -> Sizes:
    """The size of type in a window of so many pixels, at the size that was chosen."""
    growth = next((grown for wide, high, grown in GROWTH if width >= wide and height >= high), 1.0)
    return Sizes(min(round(scale_percent * growth), SCALES_PERCENT[-1]))


def _over(above: QWidget, below: QWidget) -> QWidget:
    both = QWidget()
    both.setObjectName("page")
    layout = QVBoxLayout(both)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(0)
    layout.addWidget(above, 1)
    layout.addWidget(below)
    return both
