"""The wrong person was chosen: the session is given to the right one, at its end or later, and back again."""

import json

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from biofeedback.app import Application
from biofeedback.care.comments import read_comments
from biofeedback.session.kept.archive import rescore, show
from biofeedback.storage.database import Store
from biofeedback.ui.office.giving import Giving
from biofeedback.ui.office.window import OfficeWindow
from biofeedback.ui.words import office as words
from tests.session.stage import SHORT, play
from tests.ui.conftest import wait_until
from tests.ui.office.conftest import PEOPLE, office_of
from tests.ui.office.using import all_words, begin, end, logged, open_by_keys
from tests.ui.using import press

ANNA, BRUNO, CODE = PEOPLE


def choose(giving: Giving, typed: str) -> None:
    """Say whose it is, by keys from the line on."""
    wait_until(giving.wrong.isVisible)
    QTest.mouseClick(giving.wrong, Qt.MouseButton.LeftButton)
    wait_until(lambda: len(giving.finder.people.shown) > len(PEOPLE))
    QTest.keyClicks(giving.finder.typed, typed)
    QTest.keyClick(giving.finder.typed, Qt.Key.Key_Return)


def begin_again(application: Application) -> None:
    """Another session with who is open."""
    office = office_of(application)
    before = office.model
    begin(application)
    wait_until(lambda: office.model is not None and office.model is not before and office.model.n_beats > 1)


def owner(application: Application, session_id: str) -> str:
    with Store.read(application._folder) as store:
        return store.session(session_id).row.person


def comments(application: Application, person: str) -> dict[str, str]:
    with Store.read(application._folder) as store:
        return read_comments(store, person)


def ended_with(application: Application, typed: str, person: str) -> tuple[OfficeWindow, str]:
    office = office_of(application)
    open_by_keys(office, typed, person)
    begin(application)
    office.comment.setPlainText("Calmer than last week.")
    return office, end(office)


def test_a_session_that_is_over_becomes_that_of_the_right_one_in_both_windows_and_back(both: Application) -> None:
    office, session_id = ended_with(both, "anna", ANNA)
    giving, window = office.closing.giving, both.window
    wait_until(lambda: window.shows("after"))
    choose(giving, "p-00")
    assert words.becomes(CODE, ANNA) in all_words(giving)
    assert owner(both, session_id) == ANNA, "asked first"
    QTest.keyClick(giving.sure, Qt.Key.Key_Space)
    wait_until(giving.undo.isVisible)
    assert words.given(CODE, ANNA) in all_words(giving)
    assert office.person == window.whose.person == CODE
    assert office.closing.title.text().startswith(CODE)
    assert window.shows("after"), "what is asked after a session goes on being asked"
    assert ANNA not in all_words(window)
    assert ANNA not in all_words(office.closing.title, office.closing.figures, office.sheet)
    office.comment.appendPlainText("As told.")
    press(office.closing, words.REPORT)
    wait_until(lambda: "The report is in" in all_words(office.closing))
    with Store.read(both._folder) as store:
        assert store.session(session_id).row.person == CODE
        assert read_comments(store, CODE) == {session_id: "Calmer than last week.\nAs told."}
        assert read_comments(store, ANNA) == {}
        shown = show(store, session_id)
        again = json.loads(json.dumps(rescore(store, session_id, "2026-11-26T10:00:00+00:00").document))
        assert {key for key, value in again.items() if shown[key] != value} == set()
    press(giving, words.UNDO)
    wait_until(lambda: office.person == ANNA)
    assert window.whose.person == owner(both, session_id) == ANNA
    press(office.closing, words.AGAIN)
    wait_until(lambda: office.centre.currentWidget() is office.sheet)
    assert "Calmer than last week." in all_words(office.sheet)
    open_by_keys(office, "p-00", CODE)
    assert words.NONE_EARLIER in all_words(office.sheet)
    assert ANNA not in all_words(giving, office.given.running), "nothing of who was before"


def test_while_it_runs_it_is_said_at_once_and_done_at_the_end_with_nothing_on_the_other_screen(
    both: Application,
) -> None:
    office = office_of(both)
    open_by_keys(office, "anna", ANNA)
    begin(both)
    before = all_words(both.window)
    office.next_person()
    QTest.keyClicks(office.people.typed, "bru")
    QTest.keyClick(office.people.typed, Qt.Key.Key_Return)  # as one does who sees the mistake
    assert words.becomes_at_end(BRUNO, ANNA) in all_words(office.given.running)
    press(office.given.running, words.GIVE)
    assert words.given_at_end(BRUNO) in all_words(office.given.running)
    assert BRUNO not in all_words(both.window)
    assert {line for line in all_words(both.window).splitlines() if ANNA in line} == {
        line for line in before.splitlines() if ANNA in line
    }
    assert office.person == ANNA
    office.comment.setPlainText("Fell asleep.")
    session_id = end(office)
    wait_until(office.closing.giving.undo.isVisible)
    assert office.person == both.window.whose.person == owner(both, session_id) == BRUNO
    assert office.closing.title.text().startswith(BRUNO)
    wait_until(lambda: both.window.shows("after"))
    assert ANNA not in all_words(both.window)
    office.comment.keep()
    wait_until(lambda: comments(both, BRUNO) == {session_id: "Fell asleep."})
    press(office.closing.giving, words.UNDO)
    wait_until(lambda: office.person == ANNA)
    assert owner(both, session_id) == both.window.whose.person == ANNA


def test_what_was_said_while_it_ran_can_be_taken_back_and_holds_for_one_session(both: Application) -> None:
    office = office_of(both)
    open_by_keys(office, "anna", ANNA)
    begin(both)
    choose(office.given.running, "anna")
    assert words.theirs_already(ANNA) in all_words(office.given.running)
    press(office.given.running, words.LEAVE_IT)
    choose(office.given.running, "bru")
    press(office.given.running, words.GIVE)
    press(office.given.running, words.UNDO)
    assert owner(both, end(office)) == ANNA
    assert office.closing.giving.wrong.isVisible()
    begin_again(both)
    choose(office.given.running, "bru")
    press(office.given.running, words.GIVE)
    assert owner(both, end(office)) == BRUNO
    press(office.closing, words.AGAIN)
    begin_again(both)
    assert office.given.running.wrong.isVisible()
    assert owner(both, end(office)) == BRUNO


def test_an_earlier_session_is_given_while_who_is_open_stays(both: Application) -> None:
    with Store.open(both._folder) as store:
        session_id = play(store, "sim:rest?seed=1", SHORT, person=ANNA).whole.session_id
    office = office_of(both)
    open_by_keys(office, "anna", ANNA)
    both.window.go("history")
    office._look_through(session_id)
    wait_until(office.review.giving.wrong.isVisible)
    choose(office.review.giving, "")  # nothing typed: who is open is the current one
    assert words.theirs_already(ANNA) in all_words(office.review.giving)
    QTest.keyClick(office.review.giving.finder.people, Qt.Key.Key_Home)
    QTest.keyClick(office.review.giving.finder.people, Qt.Key.Key_Return)
    press(office.review.giving, words.GIVE)
    wait_until(office.review.giving.undo.isVisible)
    assert words.given("", ANNA) in all_words(office.review.giving)
    assert owner(both, session_id) == ""
    assert office.person == both.window.whose.person == ANNA
    assert both.window.stack.currentWidget() is both.window.start, "the history that was to be seen had it"
    assert office.review.title.text() == ""
    press(office.review.giving, words.UNDO)
    wait_until(lambda: office.review.title.text().startswith(ANNA))
    assert owner(both, session_id) == ANNA
    choose(office.review.giving, "bru")
    press(office.review.giving, words.GIVE)
    wait_until(office.review.giving.undo.isVisible)
    press(office.review, words.BACK)
    wait_until(lambda: office.centre.currentWidget() is office.sheet)
    assert words.NONE_EARLIER in all_words(office.sheet)
    open_by_keys(office, "bru", BRUNO)
    assert [made for made in office.sheet.findChildren(QPushButton) if made.toolTip() == words.LOOK_THROUGH]


def test_what_cannot_be_given_stays_whose_it_is_in_words(both: Application) -> None:
    office, session_id = ended_with(both, "anna", ANNA)
    giving = office.closing.giving
    choose(giving, "p-00")
    with Store.open(both._folder) as store:
        store.people.delete(CODE)  # elsewhere
    press(giving, words.GIVE)
    wait_until(giving.wrong.isVisible)
    assert f"There is nobody called {CODE} in these data. Nothing was changed." in all_words(giving)
    assert office.person == both.window.whose.person == owner(both, session_id) == ANNA
    begin_again(both)
    office.open_person(BRUNO)
    press(office.given.running, words.GIVE)
    with Store.open(both._folder) as store:
        store.people.delete(BRUNO)
    session_id = end(office)
    assert office._said.text() == f"There is nobody called {BRUNO} in these data. Nothing was changed."
    assert owner(both, session_id) == ANNA


def test_it_is_done_also_where_the_person_ends_the_session_or_the_windows_are_closed(both: Application) -> None:
    office = office_of(both)
    open_by_keys(office, "anna", ANNA)
    begin(both)
    office.open_person(BRUNO)
    press(office.given.running, words.GIVE)
    office.controls.mark()
    logged(office, "")
    assert office.model is not None
    session_id = office.model.session_id
    office.close()
    both.workshop.close()
    assert owner(both, session_id) == BRUNO
