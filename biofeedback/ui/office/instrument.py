"""The instrument: everything of a running session that a clinician reads, from the model of the patient's page."""

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from biofeedback.theme import Sizes, Tokens
from biofeedback.ui.model import SessionModel
from biofeedback.ui.office.log import OfficeLog
from biofeedback.ui.office.panes import Panes
from biofeedback.ui.office.timeline import PhaseLine
from biofeedback.ui.parts.basics import Title, label
from biofeedback.ui.parts.numbers_panel import NumbersPanel
from biofeedback.ui.parts.orb import FRAME_MS, Orb
from biofeedback.ui.parts.score_line import ScoreLine
from biofeedback.ui.plots.ecg_trace import EcgTrace
from biofeedback.ui.plots.head_plots import BandCourse, EegTrace, SpectrumNow
from biofeedback.ui.plots.heart_trace import HeartTrace
from biofeedback.ui.plots.spectrum_plot import SpectrumPlot
from biofeedback.ui.plots.tachogram import Tachogram
from biofeedback.ui.words import head as head_words
from biofeedback.ui.words import office as words

BEATS_EVERY = 2
BREATH_AT, EEG_AT, SPECTRUM_AT, BANDS_AT, WORDS_AT, CYCLE = (3, 11), (7, 15), (5,), (9,), (13,), 16
"""At which frames of the breath each is painted: the beats at every second, the others one at a time between them."""
HEAD_PANES, HEART_PANES = ("eeg", "head_bands", "head_spectrum"), ("tachogram", "ecg", "breath", "spectrum")
PLOT_LEAST_PX, SPECTRUM_LEAST_PX = 72, 160


class Instrument(QWidget):
    """Shows a `SessionModel` in panes.

    Parameters
    ----------
    changed : callable
        Called when the layout was changed by hand.
    """

    def __init__(self, tokens: Tokens, sizes: Sizes, changed: Callable[[], None]) -> None:
        super().__init__()
        self._model: SessionModel | None = None
        self._n_frames = 0
        self._breath: Orb | None = None
        self.tachogram = Tachogram(tokens, sizes)
        self.breath = HeartTrace(tokens, sizes)
        self.spectrum = SpectrumPlot(tokens, sizes)
        self.ecg = EcgTrace(tokens, sizes, headed=False)
        self.eeg = EegTrace(tokens, sizes)
        self.bands, self.head_spectrum = BandCourse(tokens, sizes), SpectrumNow(tokens, sizes)
        self._of_head = (self.eeg, self.bands, self.head_spectrum)
        self.numbers = NumbersPanel(with_reasons=True)
        self.score_line = ScoreLine(tokens, sizes)
        self._withheld = label("", "muted", wrap=True)
        self._withheld.setAlignment(Qt.AlignmentFlag.AlignCenter)
        for plot in (self.tachogram, self.breath, self.spectrum):
            plot.setMinimumHeight(PLOT_LEAST_PX)
        stacked = _stacked(self.spectrum, self._withheld)
        stacked.setMinimumWidth(SPECTRUM_LEAST_PX)
        self.panes = Panes(
            (
                {"tachogram": self.tachogram},
                {"ecg": self.ecg},
                {"breath": self.breath, "spectrum": stacked},
                {"eeg": self.eeg},
                {"head_bands": self.bands, "head_spectrum": self.head_spectrum},
                {"numbers": _Measured(self.score_line, self.numbers)},
            ),
            changed,
        )
        self.panes.panes["tachogram"].tell(words.LEGEND)
        self._state, self._quality = Title(), Title("muted")
        self.timeline = PhaseLine(tokens, sizes)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for widget in (self._state, self._quality):
            column.addWidget(widget)
        column.addWidget(self.panes, 1)
        column.addWidget(self.timeline)
        self._frames = QTimer(self)
        self._frames.setTimerType(Qt.TimerType.PreciseTimer)
        self._frames.setInterval(FRAME_MS)
        self._frames.timeout.connect(self._by_itself)

    def apply(self, tokens: Tokens, sizes: Sizes) -> None:
        heart = (self.tachogram, self.ecg, self.breath, self.spectrum)
        for part in (*heart, self.score_line, self.timeline, *self._of_head):
            part.apply(tokens, sizes)
        self.numbers.arrange()

    def show_session(self, model: SessionModel | None, log: OfficeLog) -> None:
        """Show another session, or none: then nothing of the one before is left."""
        self._model = model
        for part in (self.tachogram, self.ecg, self.breath, self.score_line, self.numbers, *self._of_head):
            part.show_model(model)
        self._make_room(model)
        self.timeline.show_session(model, log)
        self.spectrum.show_spectrum(None, None)
        self.spectrum.hide()
        for told in (self._state, self._quality):
            told.setText("")
        for name in ("breath", "ecg"):
            self.panes.panes[name].tell("")
        self.panes.panes["ecg"].fold(folded=True)
        self._withheld.setText("")
        self._turn()
        self.refresh()

    def _make_room(self, model: SessionModel | None) -> None:
        """What is not measured has no pane: the head without a band, the heart where a band is worn alone."""
        heard = model is not None and model.head.description is not None
        alone = model is not None and model.band_alone and not model.heard
        self.numbers.setVisible(not alone)
        self.panes.leave_out((*(() if heard else HEAD_PANES), *(HEART_PANES if alone else ())))

    def follow(self, breath: Orb) -> None:
        """Paint between the frames of the patient's breath, which nothing is to hold up."""
        if self._breath is None:
            breath.ticked.connect(self._beside)
        self._breath = breath

    def beats_came(self) -> None:
        """New beats are in the model: draw them as soon as the breath lets go."""
        if self._breath is not None:
            self._breath.beside(self.tachogram.refresh)
        else:
            self.tachogram.refresh()

    def refresh(self) -> None:
        """Write the words as they stand."""
        model = self._model
        if model is None:
            return
        left = model.left_line()
        if model.started:
            self._state.setText(f"{model.title} \u2013 {left}" if left else model.title)
        else:
            self._state.setText(model.state_line())
        source = f"{model.source_name}. " if model.source_name and not model.simulated else ""
        self._quality.setText(f"{source}{model.signal_line()}. {model.newest_line()}".strip())
        self._quality.setToolTip(self._quality.text())
        self.numbers.refresh()
        self.score_line.refresh()
        self.timeline.refresh()
        self._tell_breath(model)
        self._tell_spectrum(model)
        self._tell_ecg(model)
        self._make_room(model)
        self._tell_head(model)

    def _tell_head(self, model: SessionModel) -> None:
        if model.head.description is None:
            return
        names = model.head.description.electrodes
        counting = head_words.named([names[place] for place in self.eeg.counting()])
        self.panes.panes["eeg"].tell(model.band_care() or self.eeg.told())
        for name in ("head_bands", "head_spectrum"):
            self.panes.panes[name].tell(words.EEG_FROM.format(counting))
        if not self._frames.isActive():  # else each has a frame of its own
            for part in (self.bands, self.head_spectrum):
                part.refresh()

    def _tell_breath(self, model: SessionModel) -> None:
        paced = model.phase is not None and model.phase.pacing is not None
        live = model.indices
        told = words.lag(live.lag_s, live.lag_deg, live.synchrony) if paced else words.NO_GUIDE
        self.panes.panes["breath"].tell(told)

    def _tell_spectrum(self, model: SessionModel) -> None:
        shown = model.spectrum
        self.spectrum.show_spectrum(shown, model.indices.peak_hz)
        self.spectrum.setVisible(shown is not None)
        self._withheld.setVisible(shown is None)
        why = model.indices.withheld.split(". ")[0].rstrip(".") or words.NO_SPECTRUM_YET
        self._withheld.setText("" if shown is not None else words.NO_SPECTRUM.format(why))

    def _tell_ecg(self, model: SessionModel) -> None:
        """A strap that sends no electrocardiogram, or not now, leaves the room for the other panes."""
        sentence, pane = model.ecg.sentence(model.session_s), self.panes.panes["ecg"]
        pane.tell(sentence or model.ecg.agreement())
        pane.fold(folded=bool(sentence))

    def _by_itself(self) -> None:
        if self._breath is None or not self._breath.moving:
            self._n_frames += 1
            self._frame(self._n_frames)

    def _beside(self, number: int) -> None:
        if self._frames.isActive():
            self._frame(number)

    def _frame(self, number: int) -> None:
        if number % BEATS_EVERY == 0:
            self.tachogram.refresh()
        self.ecg.tick(number)
        place = number % CYCLE
        if place in BREATH_AT:
            self.breath.refresh()
        if place in EEG_AT:
            self.eeg.refresh()
        if place in SPECTRUM_AT:
            self.head_spectrum.refresh()
        if place in BANDS_AT:
            self.bands.refresh()
        if place in WORDS_AT:
            self.refresh()

    def _turn(self) -> None:
        """Frames go by only while there is a session to be seen."""
        if self._model is not None and self._model.ended is None and self.isVisible():
            self._frames.start()
        else:
            self._frames.stop()

    def lay_out(self, kept: Mapping[str, Any]) -> None:
        self.panes.lay_out(kept)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._turn()

    def hideEvent(self, event: QHideEvent) -> None:
        self._frames.stop()
        super().hideEvent(event)


class _Measured(QWidget):
    """The numbers in as much height as there is, under the line of the score."""

    def __init__(self, line: QWidget, numbers: NumbersPanel) -> None:
        super().__init__()
        self._line, self._numbers = line, numbers
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(line)
        column.addWidget(numbers)
        column.addStretch()
        self.setMinimumHeight(PLOT_LEAST_PX)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._numbers.limit(max(PLOT_LEAST_PX // 2, self.height() - self._line.height() - 8))


def _stacked(above: QWidget, below: QWidget) -> QWidget:
    both = QWidget()
    column = QVBoxLayout(both)
    column.setContentsMargins(0, 0, 0, 0)
    column.addWidget(above, 1)
    column.addWidget(below)
    return both
