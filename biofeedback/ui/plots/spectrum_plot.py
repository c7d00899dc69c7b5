"""The spectrum behind the figures of the wave, with the bands in which its power is counted."""

import numpy as np
import pyqtgraph
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from biofeedback.analysis.signal.spectrum import HF_HZ, LF_HZ, VLF_HZ, Spectrum
from biofeedback.theme import Sizes, Tokens

BANDS = {"VLF": VLF_HZ, "LF": LF_HZ, "HF": HF_HZ}
UP_TO_HZ = HF_HZ[1]
TICK_PX, LABEL_PX = 13, 14
LARGEST_TICK, DENSITY = "10000", "ms\u00b2/Hz"
LABEL_LINES = 2
"""The numbers at the left are told of what where so many lines of type fit above and below that."""
FILL_ALPHA = 50
HEADROOM = 1.15


class SpectrumPlot(QWidget):
    """Density over frequency, each band named where it begins, at its top; empty while there is nothing to show."""

    def __init__(self, tokens: Tokens, sizes: Sizes) -> None:
        super().__init__()
        pyqtgraph.setConfigOptions(antialias=True)
        self._shown: Spectrum | None = None
        self._plot = pyqtgraph.PlotWidget()
        self._plot.setMenuEnabled(False)
        self._plot.setMouseEnabled(False, False)
        self._plot.hideButtons()
        self._plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._plot.viewport().setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._plot.setFrameShape(pyqtgraph.QtWidgets.QFrame.Shape.NoFrame)
        self._plot.setXRange(0.0, UP_TO_HZ, padding=0)
        self._edges = [pyqtgraph.InfiniteLine(high) for _, high in BANDS.values()][:-1]
        self._names = {name: pyqtgraph.TextItem(name, anchor=(0.0, 0.0)) for name in BANDS}
        self._curve = self._plot.plot(fillLevel=0.0)
        self._peak = pyqtgraph.InfiniteLine(0.0)
        for item in (*self._edges, *self._names.values(), self._peak):
            self._plot.addItem(item)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._plot)
        self.setAccessibleName("Spectrum of the last 64 seconds")
        self.apply(tokens, sizes)
        self.show_spectrum(None, None)

    def apply(self, tokens: Tokens, sizes: Sizes) -> None:
        self._plot.setBackground(tokens.background)
        soft = QColor(tokens.heart)
        soft.setAlpha(FILL_ALPHA)
        self._curve.setPen(pyqtgraph.mkPen(tokens.heart, width=1))
        self._curve.setFillBrush(soft)
        self._peak.setPen(pyqtgraph.mkPen(tokens.calm, width=1, style=Qt.PenStyle.DashLine))
        font = QFont(self.font())
        font.setPixelSize(sizes.px(TICK_PX))
        self._measure = QFontMetrics(font)
        for edge in self._edges:
            edge.setPen(pyqtgraph.mkPen(tokens.hairline, width=1))
        for named in self._names.values():
            named.setColor(tokens.muted)
            named.setFont(font)
        for side, words in (("left", DENSITY), ("bottom", "Hz")):
            axis = self._plot.getAxis(side)
            axis.setTextPen(tokens.muted)
            axis.setPen(pyqtgraph.mkPen(None))
            axis.setStyle(tickLength=0, tickFont=font)
            axis.setLabel(
                words, siPrefixEnableRanges=(), color=tokens.muted, **{"font-size": f"{sizes.px(LABEL_PX)}px"}
            )
        self._show_names()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_names()

    def _show_names(self) -> None:
        """The names of bands that are wide enough for them, and that of the axis, which is turned, where it is high."""
        left, line_px = self._plot.getAxis("left"), self._measure.height()
        named = self.height() > self._measure.horizontalAdvance(DENSITY) + 2 * LABEL_LINES * line_px
        left.showLabel(named)
        left.setWidth(self._measure.horizontalAdvance(LARGEST_TICK) + (2 if named else 1) * line_px)
        px_hz = (self.width() - left.width()) / UP_TO_HZ
        for name, (low, high) in BANDS.items():
            self._names[name].setVisible(self._measure.horizontalAdvance(name) < (high - low) * px_hz)

    def show_spectrum(self, shown: Spectrum | None, peak_hz: float | None) -> None:
        """Show a spectrum with the peak that was told of it; nothing for None."""
        if shown is self._shown and shown is not None:
            return
        self._shown = shown
        self._plot.setVisible(shown is not None)
        if shown is None:
            self._curve.setData([], [])
            return
        n = int(UP_TO_HZ / shown.step_hz) + 1
        density = shown.density[:n]
        top = float(density.max()) * HEADROOM or 1.0
        self._curve.setData(np.arange(len(density)) * shown.step_hz, density)
        self._plot.setYRange(0.0, top, padding=0)
        for name, (low, _) in BANDS.items():
            self._names[name].setPos(low, top)
        self._peak.setVisible(peak_hz is not None)
        if peak_hz is not None:
            self._peak.setValue(peak_hz)
