"""What came of a session: its picture, and its figures part by part, each missing one with its reason."""

from collections.abc import Iterable
from dataclasses import asdict

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from biofeedback.reports.figures import Cell, figure_rows, missing_lines
from biofeedback.reports.found import found_table
from biofeedback.reports.noted_words import excluded_sentences
from biofeedback.reports.picture import paint_session_picture, picture_name
from biofeedback.reports.sentences import (
    breath_sentence,
    ecg_sentence,
    eeg_sentence,
    history_figures,
    irregular_sentence,
    recomputed_sentence,
)
from biofeedback.session.summary import PhaseSummary, SessionSummary
from biofeedback.theme import Sizes, Tokens
from biofeedback.ui.parts.basics import clear, label
from biofeedback.ui.words import after as words

MOST_COLUMNS, LEAST_COLUMN_S = 7, 60.0
"""Of an exercise with more parts than this, parts shorter than a minute are left out of the figures."""
LEAST_PICTURE_PX = 200
RMSSD_WITH_BREATH = "RMSSD gets smaller with slow breathing by arithmetic alone; compare it only between like phases."


class SessionFigures(QWidget):
    """Tables, and under each what to know of them."""

    def __init__(self) -> None:
        super().__init__()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)

    def show_session(self, summary: SessionSummary) -> None:
        """Show these figures in place of others."""
        clear(self._column)
        phases = [asdict(phase) for phase in _columns(summary)]
        rows = figure_rows(phases, words.FIGURES)
        heads = [Cell(phase["title"] or phase["name"]) for phase in phases]
        table = [[Cell(row.label, words.meaning(row.key)), *row.cells] for row in rows]
        self._column.addWidget(figure_table([Cell(), *heads], table))
        self._tell_lines([*missing_lines(phases, rows), *_explanations(summary)])
        if found := found_table(summary.result):
            self._column.addSpacing(12)
            self._column.addWidget(figure_table(map(Cell, found.headings), [map(Cell, row) for row in found.rows]))
            self._tell_lines(found.notes)
        self._column.addStretch()

    def clear(self) -> None:
        """Show none."""
        clear(self._column)

    def _tell_lines(self, lines: Iterable[str]) -> None:
        for line in lines:
            self._column.addWidget(label(line, "muted", wrap=True))


class SessionPicture(QWidget):
    """The picture of a session, in the colours of the window."""

    def __init__(self, tokens: Tokens, sizes: Sizes) -> None:
        super().__init__()
        self._summary: SessionSummary | None = None
        self.apply(tokens, sizes)

    def apply(self, tokens: Tokens, sizes: Sizes) -> None:
        self._tokens, self._sizes = tokens, sizes
        self.setMinimumHeight(sizes.px(LEAST_PICTURE_PX))
        self.update()

    def show_session(self, summary: SessionSummary | None) -> None:
        self._summary = summary
        self.setAccessibleName(picture_name(summary) if summary else "")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), QColor(self._tokens.background))
            if self._summary:
                area = QRectF(self.rect()).adjusted(0, 4, 0, -4)
                paint_session_picture(painter, area, self._summary, self._tokens, self._sizes.px(15))


def _columns(summary: SessionSummary) -> list[PhaseSummary]:
    """The parts that have a column among the figures."""
    if len(summary.phases) <= MOST_COLUMNS:
        return list(summary.phases)
    return [phase for phase in summary.phases if phase.duration_s >= LEAST_COLUMN_S][:MOST_COLUMNS]


def _explanations(summary: SessionSummary) -> list[str]:
    """What to know of the figures, a line each."""
    lines = (
        RMSSD_WITH_BREATH if summary.n_beats or not summary.eeg else "",
        irregular_sentence(summary.irregular_percent),
        ecg_sentence(asdict(summary.ecg) if summary.ecg else None),
        eeg_sentence(asdict(summary.eeg) if summary.eeg else None),
        breath_sentence(
            (phase.title or phase.name, phase.indices.respiration_from, phase.indices.respiration_note)
            for phase in summary.phases
        ),
        *summary.doubts,
        *excluded_sentences(summary.excluded),
        history_figures(summary.history),
        recomputed_sentence(summary.scored_before, summary.session_id),
    )
    return [line for line in lines if line]


def figure_table(heads: Iterable[Cell], rows: Iterable[Iterable[Cell]]) -> QWidget:
    """Cells in rows, each with its reason or meaning for the pointer that rests on it."""
    inside = QWidget()
    grid = QGridLayout(inside)
    grid.setContentsMargins(0, 0, 0, 8)
    grid.setHorizontalSpacing(32)
    grid.setVerticalSpacing(4)
    for row, cells in enumerate((heads, *rows)):
        for column, cell in enumerate(cells):
            told = label(cell.text, "" if row and column else "muted")
            told.setToolTip(cell.reason)
            grid.addWidget(told, row, column)
    return _Sideways(inside)


class _Sideways(QScrollArea):
    """As high as what is in it; no column is cut where there is less width than all need."""

    def __init__(self, inside: QWidget) -> None:
        super().__init__()
        self.setAccessibleName(words.ALL_FIGURES)
        self.setWidgetResizable(True)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._inside = inside
        self.setWidget(inside)

    def sizeHint(self) -> QSize:
        hint = self._inside.sizeHint()
        bar_px = self.horizontalScrollBar().sizeHint().height() if hint.width() > self.width() else 0
        return QSize(hint.width(), hint.height() + bar_px)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.updateGeometry()
