"""Errors that nobody foresaw, thrown into the window and into what works for it."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest

from biofeedback.accompaniment import UNFORESEEN as SOUND_FAULT
from biofeedback.accompaniment import Accompaniment
from biofeedback.app import Application
from biofeedback.session import closing, pipeline
from biofeedback.session.closing import UNFORESEEN, UNFORESEEN_AT_END
from biofeedback.session.kept import archive
from biofeedback.session.runner import SessionRunner
from biofeedback.session.summary import NOT_SCORED as ADVICE
from biofeedback.storage.database import Store
from biofeedback.storage.faults import FAULTS
from biofeedback.storage.records import SessionRow
from biofeedback.ui.model import SessionModel
from biofeedback.ui.pages.history import HistoryPage
from biofeedback.ui.pages.session import SessionPage
from biofeedback.ui.parts import session_figures
from biofeedback.ui.parts.orb import Orb
from biofeedback.ui.parts.score_line import ScoreLine
from biofeedback.ui.parts.session_figures import SessionFigures
from biofeedback.ui.plots.heart_trace import HeartTrace
from biofeedback.ui.scenes.dawn import Dawn
from biofeedback.ui.words import common as words
from devices import uri
from protocols.library import find_exercise
from tests.session.test_unforeseen import Fault
from tests.ui.conftest import wait_until
from tests.ui.using import listed, open_newest, press, texts


@pytest.fixture(autouse=True)
def quietly(capfd: pytest.CaptureFixture[str]) -> Iterator[None]:
    """Whatever happens, no traceback reaches the person."""
    yield
    out = capfd.readouterr()
    assert "Traceback" not in out.out + out.err


def begin(application: Application, beats: int = 5) -> SessionModel:
    application.window.begin_with(
        find_exercise("paced-breathing").choosing({"begin": "rest"}).lasting(10), "sim:", {"pain": 5}
    )
    model = application.window.model
    assert model is not None
    wait_until(lambda: model.n_beats > beats)
    return model


def saved(application: Application) -> SessionRow:
    """The one session, whole, once the program is closed; it opens again."""
    application.close()
    assert not [t for t in threading.enumerate() if t.name.startswith(("devices and session", "recorder"))]
    with Store.open(application._folder) as store:
        (row,) = store.sessions()
        assert not row.interrupted
        assert store.packets(row.session_id)
        assert archive.read_summary(store, row.session_id).ratings["before"] == {"pain": 5}
    return row


IN_SESSION: dict[str, tuple[Any, str]] = {
    "a beat taken into the state": (SessionModel, "_take_beats"),
    "the words of the page": (SessionPage, "_tell_signal"),
    "the line under the wave": (ScoreLine, "refresh"),
    "the breath itself": (Orb, "_paint_orb"),
    "a key": (SessionPage, "_toggle_pause"),
}


@pytest.mark.parametrize("stage", IN_SESSION)
def test_an_error_of_the_page_ends_and_keeps_the_session(
    application: Application, stage: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = application.window
    begin(application)
    with monkeypatch.context() as patch:
        fault = Fault(ZeroDivisionError()).into(patch, *IN_SESSION[stage])
        # What is called from Python raises there; what Qt calls, as with a person, comes to the hook
        QTimer.singleShot(0, lambda: QTest.keyClick(window.rooms.session, Qt.Key.Key_Space))
        wait_until(lambda: fault.n_failed)
        wait_until(lambda: window.stack.currentWidget() is window.rooms.after)
    assert words.SESSION_ENDED in texts(window)
    assert "What was recorded until then is kept" in texts(window)
    press(window.rooms.after, "Done")
    assert words.SESSION_ENDED not in texts(window)
    saved(application)
    assert (application._folder / FAULTS).read_text().count("ZeroDivisionError") == 1


@pytest.mark.parametrize(
    ("owner", "name", "said"),
    [
        (pipeline.LiveAnalysis, "push", UNFORESEEN),
        (closing, "sum_up", UNFORESEEN_AT_END),
    ],
)
def test_an_error_of_the_session_is_told_on_the_page_after(
    application: Application, owner: Any, name: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = application.window
    begin(application)
    Fault(MemoryError()).into(monkeypatch, owner, name)
    if owner is closing:
        application.workshop.act("end")
    wait_until(lambda: window.stack.currentWidget() is window.rooms.after)
    assert said in texts(window)
    assert (ADVICE in texts(window)) is (owner is not closing)
    assert "not clear enough" not in texts(window) or owner is closing
    saved(application)


def test_a_scene_that_cannot_be_painted_gives_way_to_the_circle(
    application: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = application.window
    model = begin(application)
    fault = Fault(ValueError("no such colour")).into(monkeypatch, Dawn, "paint_layers")
    while window.rooms.session.orb._scene is None and not fault.n_failed:
        QTest.keyClick(window.rooms.session, Qt.Key.Key_V)
    wait_until(lambda: fault.n_failed and window.rooms.session.orb._scene is None)
    painted = len(window.rooms.session.orb.frames_s)
    n_failed = fault.n_failed
    wait_until(lambda: len(window.rooms.session.orb.frames_s) > painted + 5)
    window.rooms.session._arrange()
    wait_until(lambda: len(window.rooms.session.orb.frames_s) > painted + 10)
    assert fault.n_failed == n_failed
    assert window.in_session
    assert words.PICTURE_RESTS in texts(window)
    n_beats = model.n_beats
    wait_until(lambda: model.n_beats > n_beats)
    saved(application)


@pytest.mark.parametrize(("owner", "name"), [(HeartTrace, "_draw_heart"), (ScoreLine, "_paint")])
def test_a_part_that_cannot_be_painted_rests_and_the_session_goes_on(
    application: Application, owner: Any, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = application.window
    model = begin(application)
    part = window.rooms.session.score_line if owner is ScoreLine else window.rooms.session.trace
    fault = Fault(ValueError("nan")).into(monkeypatch, owner, name)
    part.update()
    wait_until(lambda: fault.n_failed and not part.isVisible())
    n_beats, n_failed = model.n_beats, fault.n_failed
    wait_until(lambda: model.n_beats > n_beats + 3)
    assert fault.n_failed == n_failed
    assert window.in_session
    assert words.PART_RESTS in texts(window)
    application.workshop.act("end")
    wait_until(lambda: window.stack.currentWidget() is window.rooms.after)
    saved(application)


def test_an_error_while_the_pages_change_is_told_like_any_other(
    application: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PySide would keep it back while Python is in its call to Qt, and lose it, or end the program."""
    window = application.window
    begin(application)
    orb = window.rooms.session.orb
    fault = Fault(ZeroDivisionError()).into(monkeypatch, Orb, "_let_go")
    orb.hide()
    assert fault.n_failed == 1
    wait_until(lambda: window.stack.currentWidget() is window.rooms.after)
    assert words.SESSION_ENDED in texts(window)
    saved(application)


def test_sound_that_fails_does_not_end_the_session(application: Application, monkeypatch: pytest.MonkeyPatch) -> None:
    Fault(OSError("the loudspeaker is gone")).into(monkeypatch, Accompaniment, "_take")
    model = begin(application)
    assert words.SOUND_TROUBLE in texts(application.window.rooms.session)
    assert SOUND_FAULT.split(".")[0] in application.window.rooms.session._quality.toolTip()
    n_beats = model.n_beats
    wait_until(lambda: model.n_beats > n_beats)
    saved(application)


@pytest.mark.parametrize(
    ("owner", "name"),
    [(HistoryPage, "show_rows"), (SessionFigures, "show_session"), (session_figures, "paint_session_picture")],
)
def test_an_error_of_another_page_is_said_and_the_window_goes_on(
    application: Application, owner: Any, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = application.window
    begin(application)
    with monkeypatch.context() as patch:
        fault = Fault(KeyError("figure")).into(patch, owner, name)
        application.workshop.act("end")
        if owner is HistoryPage:
            wait_until(lambda: window.stack.currentWidget() is window.rooms.after)
            window.go("history")
        wait_until(lambda: fault.n_failed)
        said = words.PART_RESTS if name == "paint_session_picture" else words.UNFORESEEN
        wait_until(lambda: said in texts(window))
    window.go("start")
    assert said not in texts(window)
    saved(application)


def test_work_that_fails_for_a_page_leads_to_the_start(
    application: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = application.window
    Fault(RuntimeError("lost")).into(monkeypatch, Store, "sessions")
    window.go("history")
    wait_until(lambda: window.stack.currentWidget() is window.start)
    assert words.UNFORESEEN in texts(window.start)


def test_a_history_whose_session_cannot_be_analysed_opens_it(
    application: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = application.window
    begin(application, 20)
    application.workshop.act("end")
    wait_until(lambda: window.stack.currentWidget() is window.rooms.after)
    Fault(ZeroDivisionError()).into(monkeypatch, archive, "sum_up")
    window.go("history")
    wait_until(lambda: listed(window.rooms.history))
    open_newest(window.rooms.history)
    wait_until(lambda: window.stack.currentWidget() is window.rooms.after)
    assert ADVICE in texts(window.rooms.after)
    assert "5 before" in texts(window.rooms.after)
    press(window.rooms.after, "Show the figures")
    saved(application)


def test_the_end_works_where_the_session_is_gone(application: Application) -> None:
    window = application.window
    begin(application)
    runner, application.workshop._runner = application.workshop._runner, None
    assert isinstance(runner, SessionRunner)
    QTest.keyClick(window.rooms.session, Qt.Key.Key_Escape)
    press(window.rooms.session, "End here")
    wait_until(lambda: window.stack.currentWidget() is window.start)
    application.workshop._runner = runner
    saved(application)


def test_nobody_waits_for_a_session_that_does_not_answer(
    application: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("biofeedback.ui.acts.END_WITHIN_MS", 50)
    monkeypatch.setattr(SessionRunner, "end", lambda _: None)
    window = application.window
    begin(application)
    QTest.keyClick(window.rooms.session, Qt.Key.Key_Escape)
    press(window.rooms.session, "End here")
    wait_until(lambda: window.stack.currentWidget() is window.start)
    assert words.STILL_SAVING in texts(window.start)
    monkeypatch.undo()
    saved(application)


def test_a_strap_that_is_slow_to_open_can_be_left(application: Application, monkeypatch: pytest.MonkeyPatch) -> None:
    window = application.window
    opening, go_on = threading.Event(), threading.Event()
    inner = uri.open_source

    def slowly(device: str) -> Any:
        opening.set()
        assert go_on.wait(30.0)
        return inner(device)

    with monkeypatch.context() as patch:
        patch.setattr(uri, "open_source", slowly)
        window.begin_with(find_exercise("quiet-rest"), "sim:", {})
        wait_until(opening.is_set)
        application.workshop.act("end")
        wait_until(lambda: window.stack.currentWidget() is window.start)
        go_on.set()
    begin(application)
    saved(application)
