"""A head from above with the electrodes on it: how each sits as a colour and a form, and in words beside it."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from biofeedback.theme import Sizes, Tokens
from biofeedback.ui.parts.basics import clear, label
from biofeedback.ui.parts.head_places import place_of
from biofeedback.ui.words import head as words
from biofeedback.ui.words.head import Sitting

Electrodes = Sequence[tuple[str, Sitting]]

LEAST_PX, MARGIN_SHARE = 240, 0.16
"""Of the picture at usual type; what nose, ears and the names at the edge need around the head."""
MARK_PX, SMALL_MARK_PX, ROW_MARK_PX = 17.0, 11.0, 16
MANY = 24
"""So many electrodes have small marks and no names: those stand beside the picture."""
NAME_PX, GAP_PX = 13, 1.0
LINE_PX = 25
"""Of a line of the text beside a mark."""


def paint_mark(painter: QPainter, centre: QPointF, px: float, sitting: Sitting, tokens: Tokens) -> None:
    """A mark so many pixels wide: a full disc is good, a ring settles, and what needs care has a sign of its own."""
    half, thick = 0.5 * px, max(1.0, 0.12 * px)
    ground = QColor(tokens.background)
    if sitting in (Sitting.GOOD, Sitting.MAINS, Sitting.LOOSE):
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.calm if sitting is Sitting.GOOD else tokens.attention))
        painter.drawEllipse(centre, half, half)
        painter.setPen(QPen(ground, thick))
        painter.setBrush(Qt.BrushStyle.NoBrush)
    else:
        painter.setPen(QPen(QColor(tokens.breath if sitting is Sitting.SETTLING else tokens.attention), thick))
        painter.setBrush(ground)
        painter.drawEllipse(centre, half - 0.5 * thick, half - 0.5 * thick)
    x, y = centre.x(), centre.y()
    match sitting:
        case Sitting.LOOSE:
            painter.drawLine(QPointF(x, y - 0.27 * px), QPointF(x, y + 0.05 * px))
            painter.drawPoint(QPointF(x, y + 0.25 * px))
        case Sitting.SILENT:
            painter.drawLine(QPointF(x - 0.24 * px, y + 0.24 * px), QPointF(x + 0.24 * px, y - 0.24 * px))
        case Sitting.MAINS:
            wave = QPainterPath(QPointF(x - 0.3 * px, y))
            wave.cubicTo(x - 0.1 * px, y - 0.5 * px, x + 0.1 * px, y + 0.5 * px, x + 0.3 * px, y)
            painter.drawPath(wave)


class HeadPicture(QWidget):
    """Paints what it was told; an electrode whose place is not known is left to the words beside it."""

    def __init__(self, tokens: Tokens) -> None:
        super().__init__()
        self._electrodes: Electrodes = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.apply(tokens, Sizes())
        self.show_electrodes(())

    def apply(self, tokens: Tokens, sizes: Sizes) -> None:
        self._tokens, self._sizes = tokens, sizes
        self.setMinimumSize(sizes.px(LEAST_PX), sizes.px(LEAST_PX))
        self.update()

    def show_electrodes(self, electrodes: Electrodes) -> None:
        """Show these electrodes."""
        self._electrodes = tuple(electrodes)
        told = [words.sits(sitting, names) for sitting, names in words.by_sitting(electrodes).items()]
        self.setAccessibleName(f"{words.TITLE}: {'. '.join(told) or words.LOOKING}")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        side = float(min(self.width(), self.height()))
        radius, centre = (0.5 - MARGIN_SHARE / 2.0) * side, QPointF(self.width() / 2.0, self.height() / 2.0)
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint_head(painter, centre, radius)
            many = len(self._electrodes) > MANY
            px = self._sizes.px(100) / 100.0 * (SMALL_MARK_PX if many else MARK_PX)
            for name, sitting in self._electrodes:
                if (place := place_of(name)) is not None:
                    at = QPointF(centre.x() + place[0] * radius, centre.y() - place[1] * radius)
                    paint_mark(painter, at, px, sitting, self._tokens)
                    if not many:
                        self._paint_name(painter, at, px, name)

    def _paint_head(self, painter: QPainter, centre: QPointF, radius: float) -> None:
        painter.setPen(QPen(QColor(self._tokens.line), 1.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(centre, radius, radius)
        x, y = centre.x(), centre.y()
        nose = QPainterPath(QPointF(x - 0.11 * radius, y - 0.994 * radius))
        nose.quadTo(x - 0.03 * radius, y - 1.14 * radius, x, y - 1.14 * radius)
        nose.quadTo(x + 0.03 * radius, y - 1.14 * radius, x + 0.11 * radius, y - 0.994 * radius)
        painter.drawPath(nose)
        for side in (-1.0, 1.0):
            ear = QPainterPath(QPointF(x + side * 0.985 * radius, y - 0.17 * radius))
            ear.cubicTo(
                x + side * 1.14 * radius, y - 0.24 * radius, x + side * 1.14 * radius, y + 0.24 * radius,
                x + side * 0.985 * radius, y + 0.17 * radius,
            )  # fmt: skip
            painter.drawPath(ear)

    def _paint_name(self, painter: QPainter, at: QPointF, px: float, name: str) -> None:
        font = QFont(self.font())
        font.setPixelSize(self._sizes.px(NAME_PX))
        painter.setFont(font)
        measure = QFontMetrics(font)
        width, height = measure.horizontalAdvance(name) + 4.0, float(measure.height())
        left = min(max(0.0, at.x() - width / 2.0), self.width() - width)
        painter.setPen(QColor(self._tokens.text))
        box = QRectF(left, at.y() + px / 2.0 + GAP_PX, width, height)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, name)


class SittingMark(QWidget):
    """The mark of a way to sit, beside its words."""

    def __init__(self, sitting: Sitting, tokens: Tokens, sizes: Sizes) -> None:
        super().__init__()
        self._sitting, self._tokens = sitting, tokens
        self.setFixedSize(sizes.px(ROW_MARK_PX) + 2, sizes.px(LINE_PX))

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            centre = QPointF(self.width() / 2.0, self.height() / 2.0)
            paint_mark(painter, centre, self.width() - 2.0, self._sitting, self._tokens)


class SittingList(QWidget):
    """A line for each way in which electrodes sit, what needs care first, and what to do about it."""

    def __init__(self, tokens: Tokens) -> None:
        super().__init__()
        self._tokens, self._sizes = tokens, Sizes()
        self._electrodes: Electrodes = ()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(1, 1)

    def apply(self, tokens: Tokens, sizes: Sizes) -> None:
        self._tokens, self._sizes = tokens, sizes
        self._fill()

    def show_electrodes(self, electrodes: Electrodes) -> None:
        """Show these; nothing is made anew where nothing has changed."""
        if tuple(electrodes) != self._electrodes:
            self._electrodes = tuple(electrodes)
            self._fill()

    def _fill(self) -> None:
        clear(self._grid)
        for row, (sitting, names) in enumerate(words.by_sitting(self._electrodes).items()):
            self._grid.addWidget(SittingMark(sitting, self._tokens, self._sizes), 2 * row, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(label(words.sits(sitting, names), wrap=True), 2 * row, 1)
            if sitting in words.DO:
                self._grid.addWidget(label(words.DO[sitting], "muted", wrap=True), 2 * row + 1, 1)
