"""A band on the head for the clinician: its samples, its bands over two minutes, its spectrum now; painted cheaply."""

import math

import numpy as np
from pyqtgraph import functions
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetrics, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from biofeedback.analysis.eeg.rhythms import BANDS
from biofeedback.theme import Sizes, Tokens
from biofeedback.ui.head_model import SHOWN_S
from biofeedback.ui.head_shown import UP_TO_HZ, BandColumns, Floats, LatestSamples, Unused, spectrum_now, unused
from biofeedback.ui.model import SessionModel
from biofeedback.ui.words import head as words
from biofeedback.ui.words import office as office_words

TEXT_PX, LEAST_ROW_PX, GAP_PX = 13, 17, 6
HALF_UV = 60.0
"""A row shows so much up and down; what is larger is cut at its edge."""
COLUMN_PX = 2.0
"""Of so many pixels the greatest and the least value are drawn: what is between takes time, and cannot be seen."""
DELAY_S = 0.2
"""The right edge lies so far back that what came late is there."""
LOW, HIGH = 5.0, 95.0
"""Percentiles of a band's two minutes between which its colour runs."""
LEAST_RATIO = 2.0
"""So much between the two at least, so that a steady band does not seem to move."""
NAME_LETTERS, VALUE_LETTERS = "high beta", "9999 \u00b5V\u00b2"
TICKS_HZ = (10, 20, 30, 40)


class HeadPlot(QWidget):
    """What these share: the model, the look, the electrodes that count."""

    def __init__(self, tokens: Tokens, sizes: Sizes) -> None:
        super().__init__()
        self._model: SessionModel | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.apply(tokens, sizes)

    def apply(self, tokens: Tokens, sizes: Sizes) -> None:
        self._tokens, self._sizes = tokens, sizes
        self._font = QFont(self.font())
        self._font.setPixelSize(sizes.px(TEXT_PX))
        self._metrics = QFontMetrics(self._font)
        self.setMinimumHeight(4 * self._metrics.height())
        self.update()

    def show_model(self, model: SessionModel | None) -> None:
        self._model = model
        self.update()

    def counting(self) -> tuple[int, ...]:
        """Places of the electrodes that the practice gets its answer from; of all where it gets none from them."""
        model = self._model
        if model is None or model.head.description is None:
            return ()
        names = model.head.description.electrodes
        watched = words.watched(model.timeline.exercise, names) if model.timeline else names
        return tuple(place for place, name in enumerate(names) if name in watched) or tuple(range(len(names)))

    def _begin(self, painter: QPainter) -> None:
        painter.fillRect(self.rect(), QColor(self._tokens.background))
        painter.setFont(self._font)

    def _write(self, painter: QPainter, box: QRectF, text: str, align: Qt.AlignmentFlag) -> None:
        painter.setPen(QColor(self._tokens.muted))
        painter.drawText(box, align | Qt.AlignmentFlag.AlignVCenter, text)


class EegTrace(HeadPlot):
    """Six seconds, electrode by electrode, as they came; what is not used lies on a soft ground with its reason."""

    def __init__(self, tokens: Tokens, sizes: Sizes) -> None:
        self._samples = LatestSamples()
        super().__init__(tokens, sizes)

    def rows(self) -> list[int]:
        """Places of the electrodes that there is room for: those that count come first."""
        model = self._model
        if model is None or model.head.description is None:
            return []
        counting = self.counting()
        others = [place for place in range(len(model.head.description.electrodes)) if place not in counting]
        most = max(1, int(self.height() // max(LEAST_ROW_PX, self._metrics.height() + 1)))
        return sorted([*counting, *others][:most])

    def told(self) -> str:
        """How much is shown, in words."""
        model = self._model
        if model is None or model.head.description is None:
            return ""
        n, n_shown = len(model.head.description.electrodes), len(self.rows())
        scale = office_words.EEG_SCALE.format(f"{HALF_UV:g}")
        return scale if n_shown == n else f"{office_words.EEG_OF.format(n_shown, n)}; {scale}"

    def refresh(self) -> None:
        """Show what came; nothing is done while nobody sees it."""
        if self._model is not None and self.isVisible():
            self._samples.take(self._model.head.pieces)
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            self._begin(painter)
            model, rows = self._model, self.rows()
            if model is None or model.head.description is None or not rows:
                return
            names = [words.short(model.head.description.electrodes[place]) for place in rows]
            left = max(self._metrics.horizontalAdvance(name) for name in names) + 2.0 * GAP_PX
            area = QRectF(left, 0.0, self.width() - left, float(self.height()))
            height, edge_s = area.height() / len(rows), model.session_s - DELAY_S
            boxes = {place: QRectF(left, k * height, area.width(), height) for k, place in enumerate(rows)}
            for place, name in zip(rows, names, strict=True):
                box = QRectF(0.0, boxes[place].top(), left - GAP_PX, height)
                self._write(painter, box, name, Qt.AlignmentFlag.AlignLeft)
            lately = [each for each in model.head.moments if each.at_s > edge_s - SHOWN_S]
            shaded = [(stretch.reason, _box(boxes[stretch.place], stretch, edge_s)) for stretch in unused(lately, rows)]
            for _, box in shaded:
                painter.fillRect(box, QBrush(QColor(self._tokens.line), Qt.BrushStyle.BDiagPattern))
            self._paint_samples(painter, boxes, edge_s)
            for reason, box in shaded:
                self._paint_reason(painter, box, reason)

    def _paint_reason(self, painter: QPainter, box: QRectF, reason: str) -> None:
        width = self._metrics.horizontalAdvance(reason) + GAP_PX
        if width < box.width():
            under = QRectF(box.left(), box.top(), width, box.height())
            painter.fillRect(under, QColor(self._tokens.background))
            self._write(painter, under, reason, Qt.AlignmentFlag.AlignHCenter)

    def _paint_samples(self, painter: QPainter, boxes: dict[int, QRectF], edge_s: float) -> None:
        at_s, microvolts, follows = self._samples.samples()
        seen = at_s > edge_s - SHOWN_S
        if not seen.any() or max(boxes) >= len(microvolts):
            return
        begin = int(np.argmax(seen))
        at_s, follows, shown = at_s[begin:], follows[begin:], microvolts[list(boxes), begin:]
        left, width = next(iter(boxes.values())).left(), next(iter(boxes.values())).width()
        column = ((at_s - edge_s + SHOWN_S) / SHOWN_S * width / COLUMN_PX).astype(np.int64)
        first = np.flatnonzero(np.append(True, np.diff(column) != 0))
        joined = np.ones(2 * len(first), np.int32)
        joined[1::2] = np.logical_and.reduceat(follows, first)
        joined[-1] = 0
        shown = np.clip((shown - shown.mean(axis=1, keepdims=True)) / HALF_UV, -1.0, 1.0)
        ends = np.stack([np.maximum.reduceat(shown, first, axis=1), np.minimum.reduceat(shown, first, axis=1)], axis=2)
        middle = np.array([[box.center().y()] for box in boxes.values()])
        ys = middle - (next(iter(boxes.values())).height() / 2.0 - 1.0) * ends.reshape(len(boxes), -1)
        xs = np.tile(np.repeat(left + COLUMN_PX * column[first], 2), len(boxes))
        painter.setPen(QPen(QColor(self._tokens.breath), 0))
        path = functions.arrayToQPath(xs, ys.ravel(), connect=np.tile(joined, len(boxes)), finiteCheck=False)
        painter.drawPath(path)


class BandCourse(HeadPlot):
    """The bands of the electrodes that count over two minutes: the brighter, the more of it; gaps stay empty."""

    def __init__(self, tokens: Tokens, sizes: Sizes) -> None:
        self._columns = BandColumns()
        self._course: Floats = self._columns.course(0.0)
        super().__init__(tokens, sizes)

    def show_model(self, model: SessionModel | None) -> None:
        self._columns = BandColumns()
        self._course = self._columns.course(0.0)
        super().show_model(model)

    def refresh(self) -> None:
        """Show what came; nothing is done while nobody sees it."""
        model = self._model
        if model is not None and self.isVisible():
            self._columns.take(model.head.moments, self.counting())
            self._course = self._columns.course(model.session_s)
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            self._begin(painter)
            left = self._metrics.horizontalAdvance(NAME_LETTERS) + 2.0 * GAP_PX
            right = self._metrics.horizontalAdvance(VALUE_LETTERS) + 2.0 * GAP_PX
            height = self.height() / len(BANDS)
            strip = QRectF(left, 0.0, max(1.0, self.width() - left - right), float(self.height()))
            painter.drawImage(strip, self._image())
            for k, band in enumerate(reversed(BANDS)):
                row = QRectF(0.0, k * height, float(self.width()), height)
                self._write(painter, row, band.name.replace("_", " "), Qt.AlignmentFlag.AlignLeft)
                now = self._course[len(BANDS) - 1 - k, -3:]
                known = now[np.isfinite(now)]
                told = f"{known[-1]:.1f} \u00b5V\u00b2" if len(known) else "\u2013"
                self._write(painter, row, told, Qt.AlignmentFlag.AlignRight)
                painter.fillRect(QRectF(left, row.bottom() - 1.0, strip.width(), 1.0), QColor(self._tokens.background))

    def _image(self) -> QImage:
        """A pixel a second and band, the highest band above."""
        logs = np.log(np.maximum(self._course[::-1], 1e-6))
        share = np.zeros_like(logs)
        for k, row in enumerate(logs):
            known = row[np.isfinite(row)]
            if len(known):
                low, high = np.percentile(known, [LOW, HIGH])
                spare = max(0.0, math.log(LEAST_RATIO) - (high - low)) / 2.0
                share[k] = np.clip((row - low + spare) / (high - low + 2.0 * spare), 0.0, 1.0)
        ground, full, empty = map(_channels, (self._tokens.surface, self._tokens.calm, self._tokens.background))
        known_at = np.isfinite(logs)[..., None]
        pixels = np.where(known_at, ground + np.nan_to_num(share)[..., None] * (full - ground), empty).astype(np.uint8)
        n_rows, n_columns = logs.shape
        padded = np.full((n_rows, n_columns, 4), 255, np.uint8)
        padded[..., :3] = pixels[..., ::-1]
        return QImage(padded.tobytes(), n_columns, n_rows, 4 * n_columns, QImage.Format.Format_RGB32).copy()


class SpectrumNow(HeadPlot):
    """The spectrum of the latest seconds of the electrodes that count, on a logarithmic scale."""

    def __init__(self, tokens: Tokens, sizes: Sizes) -> None:
        self._samples = LatestSamples()
        self._shown: tuple[Floats, Floats] | None = None
        super().__init__(tokens, sizes)

    def show_model(self, model: SessionModel | None) -> None:
        self._shown = None
        super().show_model(model)

    def refresh(self) -> None:
        """Show what came; nothing is done while nobody sees it."""
        if self._model is not None and self.isVisible():
            self._samples.take(self._model.head.pieces)
            self._shown = spectrum_now(self._samples, self._model.head, self.counting())
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            self._begin(painter)
            area = QRectF(GAP_PX, GAP_PX, self.width() - 2.0 * GAP_PX, self.height() - self._metrics.height() - GAP_PX)
            if self._shown is None:
                self._write(painter, QRectF(self.rect()), office_words.NO_EEG_SPECTRUM, Qt.AlignmentFlag.AlignHCenter)
                return
            self._paint_axis(painter, area)
            self._paint_density(painter, area, *self._shown)

    def _paint_axis(self, painter: QPainter, area: QRectF) -> None:
        alpha = next(band for band in BANDS if band.name == "alpha")
        ground = QRectF(_x(area, alpha.low_hz), area.top(), 0.0, area.height())
        ground.setRight(_x(area, alpha.high_hz))
        painter.fillRect(ground, QColor(self._tokens.surface))
        self._write(painter, QRectF(ground.left() - 40.0, area.top(), ground.width() + 80.0, self._metrics.height()),
                    "alpha", Qt.AlignmentFlag.AlignHCenter)  # fmt: skip
        for hz in TICKS_HZ:
            box = QRectF(_x(area, hz) - 40.0, area.bottom(), 80.0, float(self._metrics.height()))
            self._write(painter, box, f"{hz} Hz", Qt.AlignmentFlag.AlignHCenter)

    def _paint_density(self, painter: QPainter, area: QRectF, hz: Floats, density: Floats) -> None:
        logs = np.log10(np.maximum(density, 1e-9))
        low, high = float(logs.min()), float(logs.max())
        share = (logs - low) / max(1.0, high - low)
        xs = area.left() + hz / UP_TO_HZ * area.width()
        painter.setPen(QPen(QColor(self._tokens.breath), 0))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.drawPath(functions.arrayToQPath(xs, area.bottom() - share * area.height(), finiteCheck=False))


def _channels(colour: str) -> Floats:
    shown = QColor(colour)
    return np.array([shown.red(), shown.green(), shown.blue()], float)


def _box(row: QRectF, stretch: Unused, edge_s: float) -> QRectF:
    """Where a stretch lies in the row of its electrode."""
    px_a_second = row.width() / SHOWN_S
    begin = max(row.left(), row.right() - (edge_s - stretch.from_s) * px_a_second)
    end = min(row.right(), row.right() - (edge_s - stretch.to_s) * px_a_second)
    return QRectF(begin, row.top() + 1.0, max(0.0, end - begin), row.height() - 2.0)


def _x(area: QRectF, hz: float) -> float:
    return area.left() + hz / UP_TO_HZ * area.width()
