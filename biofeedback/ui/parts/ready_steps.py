"""What has to be so before a practice, as a quiet list: each step with a mark for how it stands."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from biofeedback.theme import Sizes, Tokens
from biofeedback.ui.parts.basics import label
from biofeedback.ui.words import straps as words
from devices.preflight import Checked, Standing, Step

MARK_PX = 16


class StepMark(QWidget):
    """A tick for what is done, a ring for what is at hand, a full ring where it needs the person, a dot for later."""

    def __init__(self, tokens: Tokens) -> None:
        super().__init__()
        self._tokens, self._standing = tokens, Standing.LATER
        self.apply(tokens, Sizes())

    def apply(self, tokens: Tokens, sizes: Sizes) -> None:
        self._tokens = tokens
        self.setFixedSize(sizes.px(MARK_PX), sizes.px(MARK_PX))
        self.update()

    def show_standing(self, standing: Standing) -> None:
        self._standing = standing
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens, px = self._tokens, float(self.width())
        centre = QPointF(0.5 * px, 0.5 * px)
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            match self._standing:
                case Standing.DONE:
                    painter.setPen(QPen(QColor(tokens.calm), 0.12 * px))
                    painter.drawPolyline(
                        [QPointF(0.14 * px, 0.54 * px), QPointF(0.40 * px, 0.80 * px), QPointF(0.88 * px, 0.24 * px)]
                    )
                case Standing.NOW:
                    painter.setPen(QPen(QColor(tokens.breath), 0.12 * px))
                    painter.drawEllipse(centre, 0.34 * px, 0.34 * px)
                case Standing.FAILING:
                    painter.setPen(Qt.PenStyle.NoPen)
                    painter.setBrush(QColor(tokens.attention))
                    painter.drawEllipse(centre, 0.42 * px, 0.42 * px)
                    painter.setBrush(QColor(tokens.background))
                    painter.drawRect(QRectF(0.44 * px, 0.24 * px, 0.12 * px, 0.30 * px))
                    painter.drawEllipse(QPointF(0.5 * px, 0.69 * px), 0.08 * px, 0.08 * px)
                case Standing.LATER:
                    painter.setPen(Qt.PenStyle.NoPen)
                    painter.setBrush(QColor(tokens.muted))
                    painter.drawEllipse(centre, 0.12 * px, 0.12 * px)


class ReadySteps(QWidget):
    """Six lines, and under them what else is worth knowing of the strap. What to do is said by the page, in one line.

    Attributes
    ----------
    lines : dict of Step to QLabel
    """

    def __init__(self, tokens: Tokens) -> None:
        super().__init__()
        self._marks = {step: StepMark(tokens) for step in Step}
        self.lines: dict[Step, QLabel] = {step: label("", wrap=True) for step in Step}
        self._notes = label("", "muted", wrap=True)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(4)
        for row, step in enumerate(Step):
            grid.addWidget(self._marks[step], row, 0)
            grid.addWidget(self.lines[step], row, 1)
        grid.addWidget(self._notes, len(Step), 0, 1, 2)
        grid.setColumnStretch(1, 1)
        grid.setRowStretch(len(Step) + 1, 1)

    def apply(self, tokens: Tokens, sizes: Sizes) -> None:
        """The look changed."""
        for mark in self._marks.values():
            mark.apply(tokens, sizes)

    def show_steps(self, steps: Sequence[Checked], notes: Sequence[str] = ()) -> None:
        """Show every step as it stands."""
        for each in steps:
            line = self.lines[each.step]
            kind = "muted" if each.standing is Standing.LATER else ""
            if line.property("kind") != kind:
                line.setProperty("kind", kind)
                line.style().unpolish(line)
                line.style().polish(line)
            line.setText(_in_short(each.words))
            line.setAccessibleName(f"{words.STANDINGS[each.standing]}: {line.text()}")
            self._marks[each.step].show_standing(each.standing)
        self._notes.setText(" ".join(notes))
        self._notes.setVisible(bool(notes))


def _in_short(told: str) -> str:
    """The first sentence, without what it explains: all of it stands in the one line that matters."""
    first = told.partition(". ")[0].partition(": ")[0]
    return first if first[-1:] in ".?" else f"{first}."
