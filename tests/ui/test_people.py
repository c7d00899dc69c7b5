"""Each person has a practice of their own in the window, as in the terminal."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication

from biofeedback.app import Application
from biofeedback.session.preparation import Plan
from biofeedback.storage.database import Store
from biofeedback.storage.folder import SETTINGS
from biofeedback.theme import NIGHT_WATER, Sizes
from biofeedback.ui.cautions import CautionAnswer
from biofeedback.ui.pages.history import HistoryPage
from biofeedback.ui.parts.person import PersonName
from biofeedback.ui.parts.top_bar import Ways
from biofeedback.ui.practice import Practised
from biofeedback.ui.settings import Settings, keep_settings, read_settings
from protocols.library import find_exercise
from tests.ui.conftest import SPEED, wait_until
from tests.ui.using import listed

REST = find_exercise("quiet-rest").lasting(5)
SAID_NO = (CautionAnswer("heart", False, "2026-11-25"),)


@contextmanager
def opened(folder: Path, person: str) -> Iterator[Application]:
    """The window of a person, a session of theirs begun."""
    application = Application(folder, Plan(REST, "sim:rest?seed=3", person), SPEED)
    application.window.show()
    wait_until(lambda: application.window.model is not None and application.window.model.n_beats > 1)
    yield application
    application.close()
    application.window.hide()
    application.window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def read(application: Application) -> list[Practised]:
    """The sessions in the history, which is read anew; a session stands in it once its first beats are saved."""
    application.workshop.read_history()
    return listed(application.window.rooms.history)


def climb_of(application: Application) -> list[str]:
    page = application.window.rooms.ladder
    page._climb = None
    application.window.go("ladder")
    wait_until(lambda: page._climb is not None)
    assert page._climb is not None
    return [rung.text for rung in page._climb.rungs]


def test_sessions_and_ladders_of_the_window_are_the_persons_own(qt: QApplication, tmp_path: Path) -> None:
    steps: dict[str, list[str]] = {}
    for person, shown in (("Ana", "Ana"), ("", ""), ("ANA", "Ana")):
        with opened(tmp_path, person) as application:
            application.window.go("checkin")
            names = application.window.findChildren(PersonName)
            assert len(names) >= 3
            assert {name.toolTip() for name in names} == {shown}
            assert application.window.windowTitle() == ("Biofeedback" + (f" \u2013 {shown}" if shown else ""))
            n_sessions = 2 if person == "ANA" else 1
            wait_until(lambda n_sessions=n_sessions: len(read(application)) == n_sessions)  # type: ignore[misc]
            steps.setdefault(shown, []).append(f"step {len(steps.get(shown, ())) + 1} of {shown or 'home'}")
            application.window.rooms.ladder._keep(None, steps[shown][-1], 3)
            wait_until(lambda shown=shown: climb_of(application) == steps[shown])  # type: ignore[misc]
    with Store.open(tmp_path) as store:
        assert [row.person for row in store.sessions()] == ["Ana", "", "Ana"]
        assert [rung.text for rung in store.ladders.rungs("")] == steps[""]


def test_answers_to_safety_questions_are_never_those_of_another(tmp_path: Path) -> None:
    keep_settings(tmp_path, Settings(answers=SAID_NO, theme="Night water", minutes=10.0))
    ana = read_settings(tmp_path, "Ana")
    assert (ana.answers, ana.theme, ana.minutes) == ((), "Night water", Settings().minutes)
    keep_settings(tmp_path, replace(ana, answers=SAID_NO, rate_per_min=4.5, scale_percent=150), "Ana")
    assert read_settings(tmp_path, "Ben").answers == ()
    assert read_settings(tmp_path, "Ben").rate_per_min == Settings().rate_per_min
    assert read_settings(tmp_path, "\uff41na").answers == SAID_NO
    home = read_settings(tmp_path)
    assert (home.answers, home.minutes, home.rate_per_min, home.scale_percent) == (SAID_NO, 10.0, 6.0, 150)
    keep_settings(tmp_path, replace(home, answers=()))
    assert read_settings(tmp_path, "Ana").answers == SAID_NO


@pytest.mark.parametrize(
    "kept", ["[]", "{", '{"persons": 3}', '{"persons": {"ana": 7}}', '{"persons": {"ana": {"answers": 1}}}']
)
def test_settings_that_make_no_sense_keep_their_defaults(tmp_path: Path, kept: str) -> None:
    (tmp_path / SETTINGS).write_text(kept, encoding="utf-8")
    assert read_settings(tmp_path, "Ana") == Settings()
    keep_settings(tmp_path, Settings(minutes=10.0), "Ana")
    assert json.loads((tmp_path / SETTINGS).read_text(encoding="utf-8"))["persons"]["ana"]["minutes"] == 10.0


def test_a_long_name_is_cut_and_a_name_is_never_markup(qt: QApplication) -> None:
    shown = PersonName()
    shown.show_name("<b>Ana</b> & " + "Maria " * 18)
    shown.resize(120, 30)
    QApplication.processEvents()
    assert shown.text().startswith("<b>Ana")
    assert shown.text().endswith("\u2026")
    assert shown.minimumSizeHint().width() <= 120
    shown.show_name("Ana & Co")
    shown.resize(shown.sizeHint())
    assert shown.text() == "Ana && Co", "one alone would be the mark of a key"
    shown.show_name("")
    assert shown.isHidden()


WAYS = Ways(lambda _: None, lambda: None, lambda: None)


def test_the_history_can_be_seen_before_it_is_read(qt: QApplication) -> None:
    page = HistoryPage(NIGHT_WATER, Sizes(100), lambda _: None, lambda _: None, WAYS)
    assert not page.grab().isNull()
    page.show_rows([], {})
    assert not page.grab().isNull()
    assert not page.calendar.isVisibleTo(page)
