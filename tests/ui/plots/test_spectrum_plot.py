"""The spectrum says what its numbers are of where there is room for the words, and keeps room for the numbers."""

import numpy as np
import pytest
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QApplication

from biofeedback.analysis.signal.spectrum import Spectrum
from biofeedback.theme import NIGHT_WATER, Sizes
from biofeedback.ui.plots.spectrum_plot import LARGEST_TICK, SpectrumPlot


@pytest.mark.parametrize("scale_percent", [100, 175])
def test_numbers_have_their_room_and_the_words_are_left_out_where_they_have_none(
    qt: QApplication, scale_percent: int
) -> None:
    plot = SpectrumPlot(NIGHT_WATER, Sizes(scale_percent))
    plot.show()
    plot.show_spectrum(Spectrum(12_000.0 * np.hanning(64), 1.0 / 128.0), 0.1)
    axis = plot._plot.getAxis("left")
    told = []
    for height in (100, 500):
        plot.resize(400, height)
        qt.processEvents()
        told.append(axis.label.isVisible())
        type_px = QFontMetrics(axis.style["tickFont"])
        words_px = axis.label.boundingRect().height() if axis.label.isVisible() else 0.0
        assert axis.width() >= type_px.horizontalAdvance(LARGEST_TICK) + words_px
        assert axis.label.boundingRect().width() < height or not axis.label.isVisible()
    assert told == [False, True]
    plot.close()
