"""Questionnaires and the pattern check by keyboard, closed in the middle, and to their ends."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from biofeedback.app import Application
from biofeedback.care.pattern import Page, Reply, next_step
from biofeedback.care.profile import read_profile
from biofeedback.ui.pages.questionnaires import QuestionnairesPage, _today
from biofeedback.ui.words import learning as words
from tests.ui.conftest import opened_in, wait_until
from tests.ui.using import press, texts


def page_of(application: Application) -> QuestionnairesPage:
    page = application.window.rooms.questionnaires
    application.window.go("start")
    page._forms = None
    application.window.go("questionnaires")
    wait_until(lambda: page._forms is not None)
    return page


def key(page: QuestionnairesPage, digit: str) -> None:
    QApplication.processEvents()
    QTest.keyClick(page.question, Qt.Key(Qt.Key.Key_0 + int(digit)))
    wait_until(lambda: not page._keeping)


def test_a_form_closed_in_the_middle_goes_on_where_it_was(qt: QApplication, tmp_path: Path) -> None:
    with opened_in(tmp_path / "data") as first:
        page = page_of(first)
        page.open("peg")
        key(page, "4")
        key(page, "7")
    with opened_in(tmp_path / "data", None) as again:
        page = page_of(again)
        assert words.BEGUN in texts(page)
        page.open("peg")
        assert page._answers == {"pain": 4, "enjoyment": 7}
        assert words.OF.format(3, 3) in texts(page)
        key(page, "4")
        assert words.YOURS.format("5", 0.0, 10.0) in texts(page)


def test_no_part_of_the_result_names_a_range_and_what_is_left_out_has_no_figure(shown: Application) -> None:
    page = page_of(shown)
    page.open("phq-8")
    for _ in range(7):
        key(page, "3")
    press(page, words.LEAVE_OUT)
    wait_until(lambda: words.THANKS in texts(page))
    assert words.NO_SCORE in texts(page)
    assert "severe" not in texts(page).lower()
    QTest.keyClick(page, Qt.Key.Key_Escape)
    wait_until(lambda: words.ALL in texts(page))
    assert shown.window.stack.currentWidget() is page


def test_a_warning_sign_stops_and_the_caution_stands_until_it_is_answered_anew(shown: Application) -> None:
    page = page_of(shown)
    page.open_pattern()
    key(page, "1")
    assert words.DOCTOR_FIRST in texts(page)
    assert "red-flags" in conditions(shown)
    shown.window.go("lessons")
    wait_until(lambda: words.WAIT_FOR_DOCTOR in texts(shown.window.rooms.lessons))
    page = page_of(shown)
    page.open_pattern()
    assert words.DOCTOR_FIRST in texts(page)
    press(page, words.BEGIN_ANEW)
    wait_until(lambda: words.ALL in texts(page))
    assert "red-flags" in conditions(shown)
    page.open_pattern()
    assert page._forms is not None
    for _ in page._forms.pattern.red_flags:
        key(page, "2")
    assert "red-flags" not in conditions(shown)


def test_the_page_for_the_clinician_can_be_saved_and_holds_no_score(shown: Application, tmp_path: Path) -> None:
    page = page_of(shown)
    assert page._forms is not None
    check = page._forms.pattern
    replies = {each.id: Reply.NO for each in check.red_flags}
    replies |= {each.id: Reply.YES for each in (*check.signs, check.bodily)}
    made = next_step(check, replies, _today())
    assert isinstance(made, Page)
    for name, begins in (("page.pdf", b"%PDF"), ("page.html", b"<!doctype html>")):
        page.save_page(made, tmp_path / name)
        assert (tmp_path / name).read_bytes().startswith(begins)
    assert check.with_bodily in (tmp_path / "page.html").read_text(encoding="utf-8")


def conditions(application: Application) -> tuple[str, ...]:
    found: list[tuple[str, ...]] = []
    application.workshop.ask(lambda store, person: read_profile(store, person).conditions, found.append)
    wait_until(lambda: found)
    return found[0]
