"""The office window: somebody is found, practises, is steered, and leaves nothing of theirs on any screen."""

import re
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from biofeedback.app import Application
from biofeedback.care.comments import read_comments
from biofeedback.reports.noted_words import told_second
from biofeedback.session.events import Steered
from biofeedback.session.kept.archive import read_summary
from biofeedback.session.steering import Ask
from biofeedback.storage.database import Store
from biofeedback.storage.errors import StoreError
from biofeedback.theme import NIGHT_WATER, Sizes
from biofeedback.ui import data_desk, session_state
from biofeedback.ui import model as model_module
from biofeedback.ui.messages import SummaryRead
from biofeedback.ui.office.instrument import HEAD_PANES
from biofeedback.ui.office.window import OfficeWindow
from biofeedback.ui.pages.session import SessionPage
from biofeedback.ui.settings import read_settings
from biofeedback.ui.words import office as words
from tests.ui.conftest import wait_until
from tests.ui.folded import Folded
from tests.ui.office.conftest import PEOPLE, both_in, office_of, populate
from tests.ui.office.using import SLOW, all_words, begin, end, logged, open_by_keys
from tests.ui.using import buttons, press


def test_who_is_due_today_comes_first_and_is_found_by_typing(both: Application) -> None:
    office = office_of(both)
    shown = [office.people.people.topLevelItem(i).text(0) for i in range(office.people.people.topLevelItemCount())]
    assert words.DUE in shown[1]
    assert shown[1].startswith(PEOPLE[1])
    open_by_keys(office, "ann", PEOPLE[0])
    told = all_words(office.sheet)
    assert "Comes on Thursdays." in told
    assert "No holding of the breath" in told
    assert both.window.whose.person == PEOPLE[0]
    open_by_keys(office, "bru", PEOPLE[1])
    assert "Comes on Thursdays." not in all_words(office, both.window)


def test_a_whole_session_is_steered_from_the_office_and_scored_again_the_same(
    both: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(model_module, "SUGGESTED_S", 3600.0)  # what is said stays until it was looked at
    told: list[object] = []
    both.bridge.happened.connect(told.append)
    office = begin(both)
    controls, model = office.controls, office.model
    assert model is not None
    for _ in range(2):
        both.workshop.act("skip")
    wait_until(lambda: model.phase is not None and model.phase.pacing is not None and controls._pattern is not None)
    press(controls, words.LONGER)
    logged(office, "60 s longer")
    QTest.keyClick(office, Qt.Key.Key_Minus, Qt.KeyboardModifier.ControlModifier)
    logged(office, "pace 5.5 a minute")
    controls.ratio._group.buttons()[1].click()
    logged(office, "in 1 : out 1")
    QTest.keyClick(office, Qt.Key.Key_Up, Qt.KeyboardModifier.ControlModifier)
    logged(office, "goal 0.")
    controls.feedback._group.buttons()[1].click()
    logged(office, "feedback off")
    controls.feedback._group.buttons()[0].click()
    logged(office, "feedback on")
    QTest.keyClicks(controls.said, "Let the jaw be loose.")
    QTest.keyClick(controls.said, Qt.Key.Key_Return)
    logged(office, "said: Let the jaw be loose.")
    assert model.state_line() == "Let the jaw be loose."
    controls.sound._group.buttons()[1].click()
    logged(office, "sound off")
    QTest.keyClick(office, Qt.Key.Key_M)
    QTest.keyClicks(controls.marker, "coughed")
    QTest.keyClick(controls.marker, Qt.Key.Key_Return)
    logged(office, "marker: coughed")
    press(controls, words.PAUSE)
    logged(office, "paused")
    press(controls, words.GO_ON)
    logged(office, "goes on")
    session_id = end(office)
    assert model.ended is not None
    assert office.log.lines[-1] == f"{told_second(model.ended.at_s)} ended (stopped)"
    with Store.read(both._folder) as store:
        assert store.session(session_id).row.duration_s == model.ended.at_s  # and not when it was summed up
        assert [each.label for each in store.markers(session_id)] == ["coughed"]
        kinds = [str(each.kind) for each in store.timeline_events(session_id)]
        assert {"lengthened", "repaced", "goal", "feedback", "prompted", "sound", "paused", "resumed"} <= set(kinds)
        again = read_summary(store, session_id)
    (whole,) = (each.summary for each in told if isinstance(each, SummaryRead))
    assert again.as_json() == whole.as_json()
    assert again.beats == whole.beats
    assert again.course == whole.course


def test_a_question_is_asked_in_the_patients_window_until_it_is_answered(
    both: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session_state, "ASKED_S", 36000.0)  # a minute is short at forty times the speed
    office = begin(both)
    page = both.window.rooms.session
    office.controls.ask.menu().actions()[0].trigger()
    wait_until(lambda: page.asked.isVisible())
    QTest.mouseClick(page.asked.rows[0]._buttons[3], Qt.MouseButton.LeftButton)
    wait_until(lambda: not page.asked.isVisible())
    session_id = end(office)
    with Store.read(both._folder) as store:
        assert [answers for moment, answers in store.ratings(session_id).items() if moment.startswith("asked")] == [
            {"pain": 3}
        ]


def test_a_question_that_nobody_answers_goes_away_after_a_minute(qt: QApplication) -> None:
    folded = Folded()
    page = SessionPage(NIGHT_WATER, Sizes(), lambda what: None)
    page.show_model(folded.model)
    folded.model.take(Steered(folded.clock.now(), Ask("pain")))
    folded.clock.advance(59.0)
    page.refresh()
    assert not page.asked.isHidden()
    folded.clock.advance(2.0)
    page.refresh()
    assert page.asked.isHidden()


def test_what_cannot_be_is_refused_in_words(both: Application) -> None:
    office = begin(both)
    office.begin(SLOW, "sim:", "")
    assert office._said.text() == words.END_FIRST
    office.open_person(PEOPLE[1])
    assert words.becomes_at_end(PEOPLE[1], "") in all_words(office.given.running)
    assert office.person == ""
    end(office)


def test_after_a_session_comment_and_report_are_made_and_the_next_person_sees_nothing_of_it(
    both: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(model_module, "SUGGESTED_S", 3600.0)  # what is said stays until it was looked at
    office = office_of(both)
    open_by_keys(office, "anna", PEOPLE[0])
    begin(both)
    wait_until(lambda: office.model is not None and office.model.elapsed_s > 100.0)
    office.comment.setPlainText("Calmer than last week.")
    QTest.keyClicks(office.controls.said, "Let the jaw be loose.")
    QTest.keyClick(office.controls.said, Qt.Key.Key_Return)
    logged(office, "said: Let the jaw be loose.")
    press(office.controls, words.PAUSE)
    logged(office, "paused")
    press(office.controls, words.GO_ON)  # a screen reader is told again how it goes on
    logged(office, "goes on")
    assert "Let the jaw be loose." in all_words(both.window)
    session_id = end(office)
    assert "not usable" in all_words(office.closing).lower()
    press(office.closing, words.REPORT)
    wait_until(lambda: "The report is in" in all_words(office.closing))
    (report,) = (both._folder / "reports").iterdir()
    assert report.read_bytes().startswith(b"%PDF")
    figures = set(re.findall(r"\d+\.\d+", all_words(office.closing.figures)))
    assert figures
    open_by_keys(office, "bru", PEOPLE[1])
    left = all_words(office, both.window)
    for gone in (PEOPLE[0].split()[1], "Calmer", "the jaw", "Comes on", str(report), session_id):
        assert gone not in left.replace(_list_of(office), "")
    assert not figures & set(re.findall(r"\d+\.\d+", left))
    with Store.read(both._folder) as store:
        assert read_comments(store, PEOPLE[0]) == {session_id: "Calmer than last week."}
    open_by_keys(office, "anna", PEOPLE[0])
    assert "Calmer than last week." in all_words(office.sheet)


def _list_of(office: OfficeWindow) -> str:
    return office.people.accessibleName()


def test_from_next_person_to_a_running_session_in_four_actions(both: Application) -> None:
    office = office_of(both)
    QTest.keyClick(office, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(office.people.typed, "bru")
    QTest.keyClick(office.people.typed, Qt.Key.Key_Return)
    wait_until(lambda: office.centre.currentWidget() is office.sheet and office.person == PEOPLE[1])
    QTest.keyClick(office.sheet.primary, Qt.Key.Key_Return)
    page = both.window.rooms.threshold.page
    if page.isVisible():  # what only the person can tell is not an action of the clinician
        for made in buttons(page, "No"):
            QTest.mouseClick(made, Qt.MouseButton.LeftButton)
        press(page, "Go on")
    wait_until(lambda: office.model is not None and office.model.n_beats > 1)
    assert office.centre.currentWidget() is office.instrument
    end(office)


def test_panes_are_hidden_and_enlarged_and_the_layout_is_kept(qt: QApplication, tmp_path: Path) -> None:
    folder = populate(tmp_path / "data")
    with both_in(folder) as made:
        office = office_of(made)
        panes = office.instrument.panes
        panes.hide_pane("spectrum")
        panes.enlarge("tachogram")
        assert [name for name, pane in panes.panes.items() if not pane.isHidden()] == ["tachogram"]
        panes.enlarge("tachogram")
        before = office.tokens().dark
        office._turn_light()
        assert office.tokens().dark != before
    kept = read_settings(folder)
    assert kept.office["hidden"] == ["spectrum"]
    with both_in(folder, kept) as made:
        office = office_of(made)
        assert office.tokens().dark != before
        assert office.instrument.panes.panes["spectrum"].isHidden()


@pytest.mark.parametrize("kept", [{"hidden": 3}, {"hidden": ["nothing"], "sizes": [["a"]]}, {"large": 4, "sizes": {}}])
def test_a_layout_that_cannot_be_understood_is_left(both: Application, kept: dict[str, object]) -> None:
    panes = office_of(both).instrument.panes
    panes.lay_out(kept)
    assert not any(pane.isHidden() for name, pane in panes.panes.items() if name not in HEAD_PANES)


def test_nothing_of_the_office_is_in_the_patients_window(both: Application) -> None:
    office = begin(both)
    QTest.keyClick(office, Qt.Key.Key_M)
    QTest.keyClicks(office.controls.marker, "frowned")
    QTest.keyClick(office.controls.marker, Qt.Key.Key_Return)
    logged(office, "frowned")
    office.comment.setPlainText("wants to stop early")
    told = all_words(both.window)
    for each in ("frowned", "wants to stop", words.TACHOGRAM, words.SPECTRUM, words.COMMENT, PEOPLE[0]):
        assert each not in told
    end(office)


def test_what_is_withheld_stands_with_its_reason(both: Application) -> None:
    office = begin(both, "sim:irregular?seed=4")
    model = office.model
    assert model is not None
    wait_until(lambda: model.session_s > 90.0)
    office.instrument.refresh()
    assert model.spectrum is None
    assert model.indices.withheld
    reason = model.indices.withheld.split(". ")[0].rstrip(".")
    assert words.NO_SPECTRUM.format(reason) in all_words(office.instrument)
    assert f"\u2013 {reason}" in all_words(office.instrument.numbers)
    end(office)


def test_while_the_data_are_locked_nobody_is_to_be_seen(both: Application) -> None:
    office = office_of(both)
    open_by_keys(office, "ann", PEOPLE[0])
    both.window.door.let_go()
    wait_until(lambda: office.centre.currentWidget() is office._nobody)
    assert office._nobody.text() == words.LOCKED
    assert not office.people.people.topLevelItemCount()
    office.next_person()
    told = all_words(office)
    for name in PEOPLE:
        assert name not in told


def test_while_somebody_is_being_opened_nothing_can_be_begun_with_who_was_before(both: Application) -> None:
    office = office_of(both)
    open_by_keys(office, "ann", PEOPLE[0])
    office.open_person(PEOPLE[1])
    assert not office.sheet.isVisible()
    assert office._nobody.text() == words.OPENING
    office.open_person(PEOPLE[0])  # the wrong one was chosen
    office.open_person(PEOPLE[2])
    wait_until(lambda: office.sheet.shows(PEOPLE[2]))
    assert both.window.whose.person == office.person == PEOPLE[2]


def test_somebody_who_cannot_be_opened_leaves_who_was_before(
    both: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise StoreError("That person is not assigned to you.")

    office = office_of(both)
    open_by_keys(office, "ann", PEOPLE[0])
    monkeypatch.setattr(data_desk, "_opened_for", refuse)
    office.open_person(PEOPLE[1])
    wait_until(lambda: office.sheet.shows(PEOPLE[0]))
    assert office._said.text() == "That person is not assigned to you."
    assert office.person == PEOPLE[0]


def test_a_note_that_was_being_typed_as_the_session_ended_becomes_a_comment(both: Application) -> None:
    office = begin(both)
    office.controls.mark()
    QTest.keyClicks(office.controls.marker, "coughed")
    both.workshop.act("end")
    wait_until(lambda: office.centre.currentWidget() is office.closing)
    assert office.comment.toPlainText().endswith("coughed")


def test_the_window_of_the_person_closes_with_the_office(both: Application) -> None:
    office_of(both).close()
    assert not both.window.isVisible()
