"""Numbers for those who ask: each live figure with its band, and what the line under the heart's wave is made of."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from biofeedback.analysis.figures.indices import LiveIndices
from biofeedback.ui.model import SessionModel
from biofeedback.ui.parts.basics import label
from biofeedback.ui.words import numbers as words
from protocols.phases import Feedback

INNER_PX, BETWEEN_PX, ROW_PX = 12, 32, 2


@dataclass(frozen=True, slots=True)
class Row:
    """A name and a value; `widest` is the value to leave room for."""

    name: str
    value: str
    meaning: str
    widest: str


class NumbersPanel(QScrollArea):
    """Shows the figures of a `SessionModel`; what does not fit into its height can be scrolled to.

    Parameters
    ----------
    with_reasons : bool
        Whether it stands beside each dash why there is no figure.
    """

    def __init__(self, *, with_reasons: bool = False) -> None:
        super().__init__()
        self._with_reasons = with_reasons
        self._model: SessionModel | None = None
        self._most_px = 240
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("Numbers")
        inside = QWidget()
        self._figures, self._line = Pairs(), Pairs()
        self._reason = label("", "muted", wrap=True)
        layout = QVBoxLayout(inside)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        for widget in (self._figures, self._line, self._reason):
            layout.addWidget(widget)
        layout.addStretch()
        self.setWidget(inside)

    def show_model(self, model: SessionModel | None) -> None:
        self._model = model
        self.refresh()

    def limit(self, most_px: int) -> None:
        """Take up no more height than this."""
        self._most_px = most_px
        self._fit()

    def refresh(self) -> None:
        """Write the numbers as they stand."""
        model = self._model
        if model is None:
            for pairs in (self._figures, self._line):
                pairs.tell(())
            self._reason.setText("")
            return
        if self.isHidden():
            return
        self._figures.tell(_figures(model, with_reasons=self._with_reasons))
        self._line.tell([*_line(model), *_independent(model)])
        reason = "" if model.answer_line() else model.indices.withheld
        self._reason.setText(reason)
        self._reason.setVisible(bool(reason))
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.arrange()

    def arrange(self) -> None:
        """Make use of the width; to be called when the size of type has changed."""
        for pairs in (self._figures, self._line):
            pairs.arrange(self.viewport().width())
        self._fit()

    def _fit(self) -> None:
        inside = self.widget()
        layout = inside.layout() if inside else None
        if layout is None:
            return
        layout.activate()
        width = max(1, self.viewport().width())
        whole = layout.totalHeightForWidth(width) if layout.hasHeightForWidth() else layout.totalSizeHint().height()
        each_px = self._figures.row_px()
        height = whole if whole <= self._most_px or not each_px else self._most_px // each_px * each_px
        if height != self.height():
            self.setFixedHeight(height)


class Pairs(QWidget):
    """Names and values side by side, in as many columns as the width allows."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[Row] = []
        self._labels: list[tuple[QLabel, QLabel]] = []
        self._arranged: list[tuple[int, int]] = []
        self._width = 0
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setVerticalSpacing(ROW_PX)
        self._grid.setHorizontalSpacing(INNER_PX)

    def tell(self, rows: Sequence[Row]) -> None:
        """Show these rows; where only values changed, only they are written."""
        before, self._rows = self._rows, list(rows)
        if [row.name for row in before] != [row.name for row in rows]:
            self._make()
        for row, (name, value) in zip(rows, self._labels, strict=True):
            if value.text() != row.value:
                value.setText(row.value)
                value.setAccessibleName(f"{row.name}: {row.value}")
            if name.toolTip() != row.meaning:
                name.setToolTip(row.meaning)
                value.setToolTip(row.meaning)
        self.setVisible(bool(rows))

    def row_px(self) -> int:
        """Height of a row with the space under it; 0 without rows."""
        return self._labels[0][0].sizeHint().height() + ROW_PX if self._labels else 0

    def _make(self) -> None:
        for pair in self._labels:
            for made in pair:
                self._grid.removeWidget(made)
                made.hide()
                made.deleteLater()
        self._labels = [(label(row.name, "muted"), label("", "figure")) for row in self._rows]
        self._arranged = []
        for pair in self._labels:
            for made in pair:
                made.setParent(self)
                made.ensurePolished()
                made.show()
        self.arrange(self._width)

    def arrange(self, width: int) -> None:
        """Use as many columns as fit into a width, filled from top to bottom."""
        self._width = width
        if not self._labels:
            return
        widths = next(
            widths
            for n_columns in range(len(self._labels), 0, -1)
            if _total_px(widths := self._widths(n_columns)) <= width or n_columns == 1
        )
        if widths == self._arranged:
            return
        for column in range(self._grid.columnCount()):
            self._grid.setColumnMinimumWidth(column, 0)
            self._grid.setColumnStretch(column, 0)
        self._arranged = widths
        n_rows = -(-len(self._labels) // len(widths))
        for i, (name, value) in enumerate(self._labels):
            column, row = divmod(i, n_rows)
            self._grid.addWidget(name, row, 2 * column)
            self._grid.addWidget(value, row, 2 * column + 1)
        for column, (name_px, value_px) in enumerate(widths):
            self._grid.setColumnMinimumWidth(2 * column, name_px)
            self._grid.setColumnMinimumWidth(2 * column + 1, value_px)
            self._grid.setColumnStretch(2 * column + 1, 1)

    def _widths(self, n_columns: int) -> list[tuple[int, int]]:
        """Room for names and values in each of so many columns."""
        n_rows = -(-len(self._labels) // n_columns)
        names_px = [name.sizeHint().width() for name, _ in self._labels]
        measure = self._labels[0][1].fontMetrics()
        values_px = [measure.horizontalAdvance(row.widest) for row in self._rows]
        firsts = range(0, len(names_px), n_rows)
        return [(max(names_px[i : i + n_rows]), max(values_px[i : i + n_rows])) for i in firsts]


def _total_px(widths: Sequence[tuple[int, int]]) -> int:
    between = BETWEEN_PX * (len(widths) - 1)
    return sum(name_px + INNER_PX + value_px for name_px, value_px in widths) + between


def _figures(model: SessionModel, *, with_reasons: bool) -> list[Row]:
    live = model.indices
    paced = model.planned is not None and model.planned.phase.pacing is not None
    return [
        Row(
            words.live_name(number, live),
            _told(number, live, with_reasons=with_reasons),
            words.live_meaning(number.key, live),
            max(number.widest, words.WIDEST_WHY, key=len) if with_reasons else number.widest,
        )
        for number in words.NUMBERS
        if paced or not number.paced
    ]


def _told(number: words.Number, live: LiveIndices, *, with_reasons: bool) -> str:
    value = getattr(live, number.key)
    if value is None and with_reasons:
        return f"{words.DASH} {words.why_not(number, live)}"
    return number.told(value, live.bands.get(number.key))


def _line(model: SessionModel) -> list[Row]:
    """What the line shows, and its parts; without a value while it stands still."""
    answer = model.answer()
    if answer.feedback is Feedback.NONE:
        return []
    meaning, score = words.LINE_MEANINGS[answer.feedback], answer.score
    shown = words.told_line(score) if answer.current else words.DASH
    return [
        Row(words.ON_THE_LINE, shown, meaning, words.WIDEST_LINE),
        *(
            Row(part.name, words.told_part(part, known=answer.current), meaning, words.WIDEST_PART)
            for part in score.parts
        ),
    ]


def _independent(model: SessionModel) -> list[Row]:
    """RMSSD by neurokit2; a dash, with the reason, where ours is withheld."""
    reference = model.reference
    if reference is None:
        return []
    unsure = model.indices.withheld if model.indices.rmssd_ms is None else ""
    reason, rmssd_ms = unsure or reference.withheld.get("HRV_RMSSD", ""), reference.figures.get("HRV_RMSSD")
    told = words.DASH if reason or rmssd_ms is None else f"{rmssd_ms:.0f} ms"
    return [Row(words.INDEPENDENT_NAME, told, reason or words.INDEPENDENT, "188 ms")]
