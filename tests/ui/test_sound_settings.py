"""What is chosen of the sound, in the settings and by keys in a session."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QSlider

from biofeedback.app import Application
from biofeedback.sound.players import NOT_REAL_TIME
from biofeedback.sound.settings import SoundSettings, Timbre
from biofeedback.storage.folder import SETTINGS
from biofeedback.ui.messages import SoundTold
from biofeedback.ui.settings import Settings, read_settings
from biofeedback.ui.words import common as words
from tests.ui.conftest import wait_until
from tests.ui.test_window import begin, press, texts

TROUBLE = "No loudspeaker was found, so the sound is off. Connect one."


def kept(application: Application) -> Settings:
    return read_settings(application._folder)


def test_sound_is_on_until_it_is_switched_off() -> None:
    assert Settings().sound_settings == SoundSettings()
    assert Settings(sound=False).sound_settings is None


def test_a_spoilt_file_gives_sound_within_its_limits(tmp_path: Path) -> None:
    (tmp_path / SETTINGS).write_text('{"timbre": "trumpets", "volume_percent": 900, "delay_ms": -5, "bells": false}')
    assert read_settings(tmp_path).sound_settings == SoundSettings(Timbre.TONES, 1.0, bells=False)


def test_choices_of_the_sound_are_kept(application: Application) -> None:
    window = application.window
    window.go("settings")
    press(window.rooms.settings, "Waves")
    press(window.rooms.settings, "Bells")
    press(window.rooms.settings, "0.2 s late")
    (slider,) = window.rooms.settings.findChildren(QSlider)
    slider.setFocus()
    QTest.keyClick(slider, Qt.Key.Key_PageDown)
    assert slider.accessibleName() == words.VOLUME
    assert kept(application).sound_settings == SoundSettings(Timbre.WAVES, 0.6, bells=False, delay_s=0.2)
    press(window.rooms.settings, "Off")
    assert kept(application).sound_settings is None
    listen = next(b for b in window.rooms.settings.findChildren(QPushButton) if b.text() == words.LISTEN)
    assert not listen.isEnabled()
    press(window.rooms.settings, "Breath")
    assert kept(application).sound_settings == SoundSettings(Timbre.BREATH, 0.6, bells=False, delay_s=0.2)
    assert listen.isEnabled()


def test_keys_change_the_sound_in_a_session_and_the_settings_show_it(application: Application) -> None:
    window = application.window
    begin(application)
    QTest.keyClick(window.rooms.session, Qt.Key.Key_Minus)
    QTest.keyClick(window.rooms.session, Qt.Key.Key_Minus)
    QTest.keyClick(window.rooms.session, Qt.Key.Key_Plus)
    assert kept(application).volume_percent == 60
    QTest.keyClick(window.rooms.session, Qt.Key.Key_Q)
    assert not kept(application).sound
    (slider,) = window.rooms.settings.findChildren(QSlider)
    off = next(b for b in window.rooms.settings.findChildren(QPushButton) if b.accessibleName() == "Sound: Off")
    assert (slider.value(), off.isChecked()) == (60, True)
    QTest.keyClick(window.rooms.session, Qt.Key.Key_Q)
    assert kept(application).sound


@pytest.mark.parametrize(("key", "percent"), [(Qt.Key.Key_Plus, 100), (Qt.Key.Key_Minus, 0)])
def test_the_volume_stays_within_its_limits(application: Application, key: Qt.Key, percent: int) -> None:
    application.window._remember(Settings(volume_percent=95 if percent else 5))
    begin(application)
    QTest.keyClick(application.window.rooms.session, key)
    assert kept(application).volume_percent == percent


def test_trouble_with_the_sound_is_one_quiet_sentence(application: Application) -> None:
    window = application.window
    begin(application)
    wait_until(lambda: NOT_REAL_TIME in window.rooms.session._quality.toolTip())
    assert words.SOUND_TROUBLE in texts(window.rooms.session)
    application.bridge.tell(SoundTold(TROUBLE))
    wait_until(lambda: "No loudspeaker was found, so the sound is off." in window.rooms.session._quality.toolTip())
    assert "Connect one" not in window.rooms.session._quality.toolTip()
    window.go("settings")
    assert TROUBLE in texts(window.rooms.settings)
    application.bridge.tell(SoundTold(""))
    wait_until(lambda: TROUBLE not in texts(window.rooms.settings))
    assert words.BY_EAR in texts(window.rooms.settings)


def test_a_sample_is_asked_for_and_ends_when_the_page_is_left(application: Application) -> None:
    window = application.window
    asked: list[bool] = []
    application.workshop.listen = lambda *, on: asked.append(on)  # type: ignore[method-assign]
    window.go("settings")
    press(window.rooms.settings, words.LISTEN)
    press(window.rooms.settings, "Back")
    assert asked == [True, False]


def test_sound_asked_for_this_time_alone_is_not_kept(qt: QApplication, tmp_path: Path) -> None:
    made = Application(tmp_path, speed=40.0, sound=False)
    assert made.window.settings.sound_settings is None
    made.window.start.choose("quiet-rest")
    kept = read_settings(tmp_path)
    assert (kept.exercise, kept.sound) == ("quiet-rest", True)
    made.window.deleteLater()
