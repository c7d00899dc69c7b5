"""The choices of the sound, for the settings page."""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSlider, QWidget

from biofeedback.sound.settings import Timbre
from biofeedback.sound.speech import find_speaker
from biofeedback.ui.parts.answers import Choices
from biofeedback.ui.parts.basics import button, label
from biofeedback.ui.parts.flow import Flow
from biofeedback.ui.settings import VOLUME_STEP_PERCENT, Settings
from biofeedback.ui.words import common as words

VOLUME_PX = 240
CHOICE_PX = 34
"""Height of a choice at usual type, so that words stand level with it."""
OFF = ""


class SoundRows:
    """Rows of a form, each a title and a widget, that stand for the sound's part of the settings.

    Parameters
    ----------
    settings : Settings
    changed : callable
        Called with a function that makes the changed settings of the present ones.
    listen : callable
        Called when a sample is asked for.

    Attributes
    ----------
    rows : tuple of (str, QWidget)
    line : QLabel
        How to practise by ear; or what is wrong with the sound.
    """

    def __init__(
        self,
        settings: Settings,
        changed: Callable[[Callable[[Settings], Settings]], None],
        listen: Callable[[], None],
    ) -> None:
        self._changed = changed
        self._timbre = Choices(words.TIMBRES, _chosen(settings), words.SOUND)
        self._timbre.when_chosen(self._choose_timbre)
        self._with: dict[str, QPushButton] = {}
        self._volume = QSlider(Qt.Orientation.Horizontal)
        self._listen = button(words.LISTEN, "choice", listen)
        self._listen.setCheckable(False)
        self._delay = Choices(words.DELAYS, settings.delay_ms, words.HEADPHONES)
        self._delay.when_chosen(lambda value: self._set("delay_ms", value))
        self.line = label(words.BY_EAR, "muted", wrap=True)
        self.rows: tuple[tuple[str, QWidget], ...] = (
            (words.SOUND, self._timbre),
            (words.WITH_IT, self._accompanying()),
            (words.VOLUME, self._loudness()),
            (words.HEADPHONES, self._delay),
        )
        self.show(settings)

    def show(self, settings: Settings) -> None:
        """The settings were changed elsewhere."""
        self._timbre.choose(_chosen(settings))
        for name, made in self._with.items():
            made.setChecked(getattr(settings, name))
        self._volume.blockSignals(True)
        self._volume.setValue(settings.volume_percent)
        self._volume.blockSignals(False)
        self._delay.choose(settings.delay_ms)
        self._listen.setEnabled(settings.sound)

    def show_trouble(self, sentence: str) -> None:
        """Say what is wrong with the sound; empty where nothing is."""
        self.line.setText(sentence or words.BY_EAR)

    def _accompanying(self) -> QWidget:
        row = QWidget()
        layout = Flow(row, 8)
        for name, text in words.ACCOMPANYING.items():
            made = button(text, "choice", lambda name=name: self._set(name, self._with[name].isChecked()))  # type: ignore[misc]
            made.setAccessibleName(f"{words.WITH_IT}: {text}")
            self._with[name] = made
            layout.addWidget(made)
        if find_speaker() is None:
            self._with["spoken"].hide()
            silent = label(words.NO_VOICE, "muted")
            silent.setMinimumHeight(CHOICE_PX)
            layout.addWidget(silent)
        return row

    def _loudness(self) -> QWidget:
        row = QWidget()
        layout = QHBoxLayout(row)
        layout.setContentsMargins(0, 0, 0, 0)
        self._volume.setRange(0, 100)
        self._volume.setSingleStep(VOLUME_STEP_PERCENT // 2)
        self._volume.setPageStep(VOLUME_STEP_PERCENT)
        self._volume.setFixedWidth(VOLUME_PX)
        self._volume.setAccessibleName(words.VOLUME)
        self._volume.valueChanged.connect(lambda value: self._set("volume_percent", value))
        layout.addWidget(self._volume)
        layout.addSpacing(8)
        layout.addWidget(self._listen)
        layout.addStretch()
        return row

    def _choose_timbre(self, value: object) -> None:
        if value == OFF:
            self._changed(lambda settings: replace(settings, sound=False))
        else:
            self._changed(lambda settings: replace(settings, sound=True, timbre=str(value)))

    def _set(self, name: str, value: object) -> None:
        self._changed(lambda settings: replace(settings, **{name: value}))  # type: ignore[arg-type]


def _chosen(settings: Settings) -> object:
    return Timbre(settings.sound_settings.timbre) if settings.sound_settings else OFF
