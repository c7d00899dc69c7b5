"""The strap's electrocardiogram: the latest six seconds, the beats in it, and what became of each."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pyqtgraph import functions
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPainterPath, QPaintEvent, QPen, QTransform
from PySide6.QtWidgets import QSizePolicy, QWidget

from biofeedback.theme import Sizes, Tokens
from biofeedback.ui.ecg_model import ECG_S, EcgModel, Mark
from biofeedback.ui.model import SessionModel

Floats = NDArray[np.float64]

SCROLL_EVERY, SCROLL_AT = 2, 1
"""The trace moves on at every second frame of the breath."""
LEAST_UV, MARGIN_SHARE, EASE = 800.0, 0.08, 0.35
LINE_UV, BAR_UV = 500.0, 1000.0
GRID_ALPHA = 90
TEXT_PX, MARK_PX, GAP_PX = 14, 4.0, 12
WORDS_PX, LEAST_TRACE_PX = 64, 40
PEAK_S = 0.04
LEGEND = ((Mark.COUNTED, "counted"), (Mark.EXTRA, "extra beat"), (Mark.SET_ASIDE, "set aside"))
TITLES = ("ECG of the strap, last 6 seconds", "ECG, last 6 seconds", "ECG")
"""Whichever there is room for."""
BAR_WORDS = "1 mV"
MOST_PX = 16_777_215
"""Qt's word for no limit."""


@dataclass(frozen=True, slots=True)
class _Peak:
    """Where a beat is drawn: seconds and microvolts of the path."""

    at_s: float
    uv: float
    mark: Mark


class EcgTrace(QWidget):
    """Draws what the model holds. A new piece is made into a path once; moving on only shifts it.

    While hidden it does nothing. Without `headed` its name and how far strap and trace agree are told elsewhere.
    """

    def __init__(self, tokens: Tokens, sizes: Sizes, parent: QWidget | None = None, *, headed: bool = True) -> None:
        super().__init__(parent)
        self._headed = headed
        self._model: SessionModel | None = None
        self._path = QPainterPath()
        self._peaks: list[_Peak] = []
        self._zero_s = 0.0
        self._low, self._high = -LEAST_UV / 2.0, LEAST_UV / 2.0
        self._at_rest = True
        self._n_made = 0
        self._sentence = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName("Electrocardiogram of the strap")
        self.apply(tokens, sizes)

    def apply(self, tokens: Tokens, sizes: Sizes) -> None:
        self._tokens, self._sizes = tokens, sizes
        self._font = QFont(self.font())
        self._font.setPixelSize(sizes.px(TEXT_PX))
        self._line_px = QFontMetrics(self._font).height()
        self._trace_pen = QPen(QColor(tokens.heart), 1.0)
        self._trace_pen.setCosmetic(True)
        self._trace_pen.setJoinStyle(Qt.PenJoinStyle.BevelJoin)
        faint = QColor(tokens.hairline)
        faint.setAlpha(GRID_ALPHA)
        self._grid_pen = QPen(faint, 1.0)
        self._marks = {
            Mark.PENDING: (QPen(QColor(tokens.muted), 1.0), QColor(0, 0, 0, 0), _dot(0.5)),
            Mark.COUNTED: (QPen(Qt.PenStyle.NoPen), QColor(tokens.breath), _dot(0.9)),
            Mark.SET_ASIDE: (QPen(QColor(tokens.attention), 1.4), QColor(0, 0, 0, 0), _dot(1.1)),
            Mark.EXTRA: (QPen(QColor(tokens.attention), 1.4), QColor(tokens.attention), _diamond()),
        }
        self._share_height()
        self.update()

    def show_model(self, model: SessionModel | None) -> None:
        self._model = model
        self._n_made, self._path, self._peaks, self._at_rest = 0, QPainterPath(), [], True
        self.refresh()

    def tick(self, number: int) -> None:
        """A frame of the breath goes by."""
        if number % SCROLL_EVERY == SCROLL_AT:
            self.refresh()

    def refresh(self) -> None:
        """Draw the state as it stands."""
        model = self._model
        if model is None or self.isHidden():
            return
        if model.ecg.n_came != self._n_made:
            self._make(model.ecg)
        sentence = model.ecg.sentence(model.session_s)
        if sentence != self._sentence:
            self._sentence = sentence
            self.setAccessibleDescription(sentence)
            self._share_height()
        self.update()

    def _share_height(self) -> None:
        """A sentence needs less room than the trace."""
        only_words = bool(self._sentence)
        least_px = self._head_px + self._line_px + 2 * GAP_PX + LEAST_TRACE_PX
        self.setMinimumHeight(self._sizes.px(WORDS_PX) if only_words else least_px)
        self.setMaximumHeight(self._sizes.px(WORDS_PX) if only_words else MOST_PX)

    @property
    def _head_px(self) -> int:
        return self._line_px + GAP_PX if self._headed else 0

    def _make(self, ecg: EcgModel) -> None:
        """A new piece has come: make the path, the beats and the range anew."""
        self._n_made = ecg.n_came
        if not ecg.pieces:
            return
        pieces = ecg.pieces
        self._zero_s = float(pieces[0].time_s[0])
        time_s = np.concatenate([piece.time_s for piece in pieces]) - self._zero_s
        microvolts = np.concatenate([piece.microvolts for piece in pieces]).astype(np.float64)
        joined = np.ones(len(time_s), np.int32)
        joined[:-1] = np.diff(time_s) * pieces[-1].rate_hz < 1.5
        self._path = functions.arrayToQPath(time_s, microvolts, connect=joined, finiteCheck=False)
        self._peaks = [
            _Peak(at_s - self._zero_s, _top(time_s, microvolts, at_s - self._zero_s), mark)
            for at_s, mark in ecg.marks()
            if 0.0 <= at_s - self._zero_s <= time_s[-1]
        ]
        self._ease_range(microvolts[time_s >= time_s[-1] - ECG_S])

    def _ease_range(self, microvolts: Floats) -> None:
        low, high = float(microvolts.min()), float(microvolts.max())
        middle, half = (low + high) / 2.0, max(LEAST_UV, high - low) * (0.5 + MARGIN_SHARE)
        if self._at_rest or not self._low < middle < self._high:
            self._low, self._high, self._at_rest = middle - half, middle + half, False
        self._low += EASE * (middle - half - self._low)
        self._high += EASE * (middle + half - self._high)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), QColor(self._tokens.background))
            painter.setFont(self._font)
            if self._sentence:
                painter.setPen(QColor(self._tokens.muted))
                wrapped = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
                painter.drawText(self.rect(), int(wrapped), self._sentence)
            elif self._model is not None:
                self._paint_trace(painter, self._model.ecg, self._model.session_s)

    def _paint_trace(self, painter: QPainter, ecg: EcgModel, session_s: float) -> None:
        edge_s = ecg.edge_s(session_s)
        if edge_s is None:
            return
        line_px = self._line_px
        bar_px = QFontMetrics(self._font).horizontalAdvance(BAR_WORDS) + GAP_PX
        top_px = self._head_px + GAP_PX
        area = QRectF(0, top_px, self.width() - bar_px, self.height() - top_px - line_px - GAP_PX)
        if self._headed:
            self._paint_heading(painter, ecg.agreement())
        px_a_second, px_a_uv = area.width() / ECG_S, area.height() / (self._high - self._low)
        left_s = edge_s - ECG_S - self._zero_s
        self._paint_flaws(painter, area, ecg, edge_s)
        self._paint_grid(painter, area, px_a_uv)
        painter.setClipRect(area.adjusted(0, -2 * GAP_PX, 0, 0))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        placed = QTransform(px_a_second, 0, 0, -px_a_uv, -left_s * px_a_second, area.bottom() + self._low * px_a_uv)
        painter.setTransform(placed)
        painter.setPen(self._trace_pen)
        painter.drawPath(self._path)
        painter.resetTransform()
        for peak in self._peaks:
            at = placed.map(QPointF(peak.at_s, peak.uv))
            if -GAP_PX < at.x() < area.right() + GAP_PX:
                self._paint_mark(painter, QPointF(at.x(), max(area.top() - GAP_PX, at.y() - GAP_PX)), peak.mark)
        painter.setClipping(False)
        self._paint_legend(painter, area)

    def _paint_heading(self, painter: QPainter, agreement: str) -> None:
        heading = QRectF(0, 0, self.width(), self._line_px)
        metrics = QFontMetrics(self._font)
        taken_px = metrics.horizontalAdvance(agreement) + 2 * GAP_PX
        title = next((t for t in TITLES if metrics.horizontalAdvance(t) + taken_px <= self.width()), TITLES[-1])
        painter.setPen(QColor(self._tokens.muted))
        painter.drawText(heading, int(Qt.AlignmentFlag.AlignLeft), title)
        painter.drawText(heading, int(Qt.AlignmentFlag.AlignRight), agreement)

    def _paint_grid(self, painter: QPainter, area: QRectF, px_a_uv: float) -> None:
        painter.setPen(self._grid_pen)
        first = np.ceil(self._low / LINE_UV) * LINE_UV
        for uv in np.arange(first, self._high, LINE_UV):
            y = round(area.bottom() - (float(uv) - self._low) * px_a_uv) + 0.5
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
        height = BAR_UV * px_a_uv
        if height < area.height():
            x, foot = area.right() + GAP_PX, area.bottom()
            painter.setPen(QPen(QColor(self._tokens.muted), 1.0))
            painter.drawLine(QPointF(x, foot), QPointF(x, foot - height))
            where = QRectF(area.right(), foot, self.width() - area.right(), self._line_px + GAP_PX)
            painter.drawText(where, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom), BAR_WORDS)

    def _paint_flaws(self, painter: QPainter, area: QRectF, ecg: EcgModel, edge_s: float) -> None:
        """Stretches that cannot be trusted, as a soft band."""
        for marred in ecg.marred:
            begin = max(0.0, (marred.from_s - edge_s + ECG_S) / ECG_S) * area.width()
            end = min(1.0, (marred.to_s - edge_s + ECG_S) / ECG_S) * area.width()
            if end > begin:
                painter.fillRect(QRectF(begin, area.top(), end - begin, area.height()), QColor(self._tokens.surface))

    def _paint_mark(self, painter: QPainter, at: QPointF, mark: Mark) -> None:
        pen, fill, shape = self._marks[mark]
        painter.setPen(pen)
        painter.setBrush(fill)
        painter.translate(at)
        shape(painter, self._sizes.px(100) / 100.0 * MARK_PX)
        painter.translate(-at)

    def _paint_legend(self, painter: QPainter, area: QRectF) -> None:
        metrics, x = QFontMetrics(self._font), area.left() + MARK_PX
        middle = area.bottom() + GAP_PX + self._line_px / 2
        for mark, text in LEGEND:
            self._paint_mark(painter, QPointF(x + MARK_PX, middle), mark)
            painter.setPen(QColor(self._tokens.muted))
            x += 4 * MARK_PX
            painter.drawText(QPointF(x, middle + metrics.ascent() / 2 - 1), text)
            x += metrics.horizontalAdvance(text) + 2 * GAP_PX


def _top(time_s: Floats, microvolts: Floats, at_s: float) -> float:
    """The highest point of the trace around an instant."""
    begin, end = np.searchsorted(time_s, [at_s - PEAK_S, at_s + PEAK_S])
    around = microvolts[begin : max(end, begin + 1)]
    return float(around.max()) if len(around) else float(microvolts[-1])


def _dot(share: float) -> Callable[[QPainter, float], None]:
    def draw(painter: QPainter, radius_px: float) -> None:
        painter.drawEllipse(QPointF(0, 0), share * radius_px, share * radius_px)

    return draw


def _diamond() -> Callable[[QPainter, float], None]:
    def draw(painter: QPainter, radius_px: float) -> None:
        r = 1.3 * radius_px
        painter.drawPolygon([QPointF(0, -r), QPointF(r, 0), QPointF(0, r), QPointF(-r, 0)])

    return draw
