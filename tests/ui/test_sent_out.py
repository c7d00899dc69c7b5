"""That a session is sent to the network: chosen in the settings, and told as long as it lasts."""

import sys

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from biofeedback.app import Application
from biofeedback.session.events import BeatsCame
from biofeedback.storage.database import Store
from biofeedback.ui.settings import Settings, read_settings
from biofeedback.ui.words import common as words
from biofeedback.ui.words.protection import NOTHING_SENT
from protocols.library import find_exercise
from tests.devices.eeg.outlet import needs_lsl
from tests.ui.conftest import wait_until
from tests.ui.test_window import begin, press, texts
from tests.ui.using import end


def test_nothing_is_sent_until_it_is_chosen_and_a_choice_is_of_one_person(application: Application) -> None:
    assert not Settings().lsl_out
    window = application.window
    begin(application)
    wait_until(lambda: window.model is not None and window.model.n_beats > 2)
    assert words.SENT not in texts(window.rooms.session)
    window.change_settings(Settings(lsl_out=True))
    assert read_settings(application._folder).lsl_out
    assert not read_settings(application._folder, "Ada").lsl_out


@needs_lsl
def test_a_session_that_is_sent_says_so_all_the_time(application: Application) -> None:
    window = application.window
    window.go("settings")
    assert words.SENDING_MEANS in texts(window.rooms.settings)
    assert NOTHING_SENT in texts(window.rooms.settings)
    press(window.rooms.settings, str(words.SENDING[1][0]))
    assert NOTHING_SENT not in texts(window.rooms.settings)
    begin(application)
    wait_until(lambda: words.SENT in texts(window.rooms.session))
    assert "Everybody in this network can read" in window.rooms.session._quality.toolTip()
    QTest.keyClick(window.rooms.session, Qt.Key.Key_F)
    assert words.SENT in texts(window.rooms.session)
    QTest.keyClick(window.rooms.session, Qt.Key.Key_F)
    end(application)
    with Store.read(application._folder, lambda: None) as store:
        (row,) = store.sessions()
        assert "sent to the network as hrv-biofeedback" in [mark.label for mark in store.markers(row.session_id)]
    window.change_settings(Settings())
    begin(application)
    wait_until(lambda: words.SENT not in texts(window.rooms.session))


@needs_lsl
def test_one_session_that_is_asked_for_by_name_is_sent_and_the_next_is_not(application: Application) -> None:
    window = application.window
    application.begin(find_exercise("quiet-rest"), "sim:", {}, "lab")
    wait_until(lambda: "they are sent as 'lab'" in window.rooms.session._quality.toolTip())
    end(application)
    assert not window.settings.lsl_out
    begin(application)
    wait_until(lambda: words.SENT not in texts(window.rooms.session))


def test_where_it_cannot_be_sent_it_is_practised_all_the_same(
    application: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pylsl", None)
    window = application.window
    window.change_settings(Settings(lsl_out=True))
    heard: list[object] = []
    application.bridge.happened.connect(lambda told: heard.append(told) if isinstance(told, BeatsCame) else None)
    begin(application)
    wait_until(lambda: words.NOT_SENT in texts(window.rooms.session))
    assert "pip install" in window.rooms.session._quality.toolTip()
    wait_until(lambda: heard)
