"""The paperwork of the office: files into the right profile, reports while the window is used, the letterhead."""

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from biofeedback.app import Application
from biofeedback.care.checkin import keep_day, read_days
from biofeedback.care.letterhead import Letterhead, read_letterhead
from biofeedback.care.plan import begin_course
from biofeedback.exchange import sealed
from biofeedback.exchange.plan_file import read_given_plan
from biofeedback.exchange.practice_file import write_practice
from biofeedback.reports import batch as batch_module
from biofeedback.storage.database import Store
from biofeedback.ui.office.paperwork import Paperwork
from biofeedback.ui.words import paperwork as words
from protocols.courses.library import find_course
from protocols.library import load_library
from tests.ui.conftest import wait_until
from tests.ui.office.conftest import PEOPLE, both_in, office_of, populate
from tests.ui.office.using import all_words, open_by_keys
from tests.ui.using import press, texts

WORD = "four good words here"
ON = date(2026, 11, 20)
ANNA, BRUNO = PEOPLE[:2]
ODD = "a <b>name</b> &amp; " + "x" * 40
FOUR_WEEKS = find_course("four-weeks", {each.id: each for each in load_library()})


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealed, "PASSES", 1)
    monkeypatch.setattr(sealed, "MEMORY_KIB", 64)


@pytest.fixture
def many(qt: object, tmp_path: Path) -> Iterator[Application]:
    """An office in which everybody has a plan, and somebody a name that is hard to print."""
    folder = populate(tmp_path / "data")
    with Store.open(folder) as store:
        store.people.add(ODD)
        for person in (ANNA, PEOPLE[2], ODD):
            begin_course(store, person, FOUR_WEEKS)
    with both_in(folder) as made:
        yield made


def practised(folder: Path, pain: int, person: str = BRUNO) -> Path:
    """The practice file of somebody at home."""
    path = folder.with_suffix(".practice")
    with Store.open(folder) as home:
        home.people.add(person)
        keep_day(home, person, ON, {"pain": pain})
        write_practice(home, person, path, WORD)
    return path


def papers(application: Application) -> Paperwork:
    office = office_of(application)
    QTest.keyClick(office, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    assert office.centre.currentWidget() is office.paperwork
    wait_until(lambda: office.paperwork.letterhead.keep.isEnabled())
    return office.paperwork


def answer(paperwork: Paperwork, word: str) -> None:
    deed = paperwork.files.deed
    wait_until(deed.isVisible)
    QTest.keyClicks(deed.line, word)
    QTest.keyClick(deed.line, Qt.Key.Key_Return)


def said(paperwork: Paperwork, sentence: str) -> None:
    wait_until(lambda: sentence in texts(paperwork))


def pain_of(folder: Path, person: str) -> list[object]:
    with Store.read(folder) as store:
        return [day.answers.get("pain") for day in read_days(store, person, ON, ON)]


def test_a_practice_file_is_looked_into_then_taken_in_and_not_twice(both: Application, tmp_path: Path) -> None:
    file = practised(tmp_path / "home", 4)
    open_by_keys(office_of(both), "bru", BRUNO)
    paperwork = papers(both)
    paperwork.files.open(file)
    answer(paperwork, "not these words")
    said(paperwork, "Nothing was changed")
    paperwork.files.open(file)
    answer(paperwork, WORD)
    said(paperwork, "Would be new: 0 sessions, 1 entry")
    assert pain_of(both._folder, BRUNO) == []
    press(paperwork, words.TAKE)
    said(paperwork, "New: 0 sessions, 1 entry")
    assert pain_of(both._folder, BRUNO) == [4]
    paperwork.files.open(file)
    answer(paperwork, WORD)
    said(paperwork, words.ALL_HERE)
    assert not paperwork.files.deed.isVisible()
    assert WORD not in all_words(office_of(both), both.window)


def test_another_persons_file_and_what_differs_are_told_before_anything_is_taken(
    both: Application, tmp_path: Path
) -> None:
    with Store.open(both._folder) as store:
        keep_day(store, ANNA, ON, {"pain": 7})
    file = practised(tmp_path / "home", 4)
    open_by_keys(office_of(both), "anna", ANNA)
    paperwork = papers(both)
    paperwork.files.open(file)
    answer(paperwork, WORD)
    said(paperwork, f"The file says that it is of {BRUNO}.")
    assert "1 thing differs; those here stay:" in texts(paperwork)
    assert pain_of(both._folder, ANNA) == [7]


def test_who_is_open_by_then_sees_nothing_of_a_file_of_before(both: Application, tmp_path: Path) -> None:
    office, file = office_of(both), practised(tmp_path / "home", 4)
    open_by_keys(office, "anna", ANNA)
    papers(both).files.open(file)
    answer(office.paperwork, WORD)
    open_by_keys(office, "bru", BRUNO)
    done: list[object] = []
    both.workshop.ask_of_all(lambda store: True, done.append, done.append)
    wait_until(lambda: done)
    paperwork = papers(both)
    assert not paperwork.files.deed.isVisible()
    assert "signed" not in texts(paperwork)
    assert ANNA not in texts(paperwork)
    assert pain_of(both._folder, ANNA) == []


def test_where_nobody_is_open_a_file_goes_to_nobody(both: Application, tmp_path: Path) -> None:
    paperwork = papers(both)
    paperwork.files.open(practised(tmp_path / "home", 4))
    answer(paperwork, WORD)
    said(paperwork, words.NOBODY_OPEN)


def test_a_plan_is_written_with_a_passphrase_that_was_typed_twice(both: Application, tmp_path: Path) -> None:
    office = office_of(both)
    open_by_keys(office, "bru", BRUNO)
    paperwork, out = papers(both), tmp_path / "bruno.plan"
    deed = paperwork.files.deed
    paperwork.files.write(out)
    QTest.keyClicks(deed.line, "short")
    assert not deed.do.isEnabled()
    deed.line.clear()
    answer(paperwork, WORD)
    wait_until(lambda: words.ONCE_MORE in texts(paperwork))
    QTest.keyClicks(deed.line, "four other words")
    assert not deed.do.isEnabled()
    deed.line.clear()
    answer(paperwork, WORD)
    said(paperwork, "Tell the passphrase by another way than the file.")
    assert words.NO_CLINICIAN in texts(paperwork)
    with Store.open(tmp_path / "home") as home:
        assert read_given_plan(home, "", out, WORD).is_new


def test_reports_are_made_while_others_are_opened_and_all_that_is_missing_is_told(many: Application) -> None:
    office = office_of(many)
    paperwork = papers(many)
    press(paperwork, words.MAKE_REPORTS)
    wait_until(paperwork.batch.bar.isVisible)
    for typed, person in (("anna", ANNA), ("bru", BRUNO)):
        open_by_keys(office, typed, person)
    papers(many)
    wait_until(paperwork.batch.make.isVisible)
    (folder,) = (many._folder / "reports").iterdir()
    assert words.MADE.format(4, 4, folder) in texts(paperwork)
    assert len(list(folder.iterdir())) == 4
    assert f"Missing, {BRUNO}: no session of one's own ended in the period" in texts(paperwork)
    press(paperwork, words.MAKE_REPORTS)  # once more on the same day: what was made stays
    wait_until(lambda: words.MADE.format(4, 4, f"{folder}-2") in texts(paperwork))


def test_a_batch_is_stopped_and_what_was_made_is_whole(many: Application) -> None:
    paperwork = papers(many)
    press(paperwork, words.MAKE_REPORTS)
    wait_until(paperwork.batch.stop.isVisible)
    paperwork.batch.stop.click()
    assert "Stopped after 1 of 4." in texts(paperwork)
    done: list[object] = []
    many.workshop.ask_of_all(lambda store: True, done.append, done.append)
    wait_until(lambda: done)
    assert not paperwork.batch.bar.isVisible()
    (folder,) = (many._folder / "reports").iterdir()
    n_made = len(list(folder.iterdir()))
    assert f"Stopped after 1 of 4. {words.MADE.format(n_made, 4, folder)}" in texts(paperwork)
    assert n_made == 1
    assert all(each.read_bytes().startswith(b"%PDF") for each in (many._folder / "reports").glob("*/*"))
    press(paperwork, words.MAKE_REPORTS)
    wait_until(lambda: "4 of 4" in texts(paperwork))


def test_one_that_fails_keeps_no_other_away(many: Application, monkeypatch: pytest.MonkeyPatch) -> None:
    write = batch_module.write_period_report

    def fail(store: Store, person: str, *args: object, **kept: object) -> object:
        if person == ODD:
            raise RuntimeError("an error that nobody foresaw")
        return write(store, person, *args, **kept)  # type: ignore[arg-type]

    monkeypatch.setattr(batch_module, "write_period_report", fail)
    paperwork = papers(many)
    press(paperwork, words.MAKE_REPORTS)
    wait_until(lambda: "3 of 4" in texts(paperwork))
    assert batch_module.UNFORESEEN in texts(paperwork)


def test_while_the_data_are_locked_nothing_is_made_and_nobody_is_named(many: Application) -> None:
    office = office_of(many)
    open_by_keys(office, "anna", ANNA)
    paperwork = papers(many)
    assert ANNA in texts(paperwork)
    press(paperwork, words.MAKE_REPORTS)
    wait_until(paperwork.batch.bar.isVisible)
    many.window.door.let_go()
    wait_until(lambda: office.centre.currentWidget() is office._nobody)
    QTest.keyClick(office, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    assert office.centre.currentWidget() is office._nobody
    many.workshop.close()
    assert len(list((many._folder / "reports").glob("*/*"))) < 4
    assert paperwork.batch.make.isVisibleTo(paperwork)
    for name in (*PEOPLE, "Missing", str(many._folder)):
        assert name not in all_words(paperwork)
    paperwork.batch.enter()  # once they are open again
    told = words.MADE.format(len(list((many._folder / "reports").glob("*/*"))), 4, paperwork.batch._folder)
    assert paperwork.batch.said.text() == f"{words.LOCKED} {told}"
    paperwork.batch.say("")
    paperwork.batch.enter()
    assert paperwork.batch.said.text() == "", "it is told once"


def test_the_table_of_all_people_names_nobody_unless_that_is_wanted(both: Application, tmp_path: Path) -> None:
    paperwork, out = papers(both), tmp_path / "all.csv"
    paperwork.overview.write(out)
    said(paperwork, words.TABLE_WRITTEN.format(3, out))
    assert BRUNO not in out.read_text(encoding="utf-8-sig")
    paperwork.overview.names.choose(True)
    paperwork.overview.write(out)
    wait_until(lambda: BRUNO in out.read_text(encoding="utf-8-sig"))
    assert len(list(csv.reader(out.read_text(encoding="utf-8-sig").splitlines()))) == 4


def test_the_table_can_be_a_workbook_and_nothing_is_replaced_that_was_not_agreed_to(
    both: Application, tmp_path: Path
) -> None:
    paperwork, out = papers(both), tmp_path / "all.csv"
    out.write_text("mine", encoding="utf-8")
    paperwork.overview.ending.choose("xlsx")
    paperwork.overview.write(out)
    named = tmp_path / "all.csv.xlsx"
    said(paperwork, words.TABLE_WRITTEN.format(3, named))
    assert named.read_bytes().startswith(b"PK")
    assert out.read_text(encoding="utf-8") == "mine"
    named.write_text("mine", encoding="utf-8")
    paperwork.overview.write(out)
    said(paperwork, "is there already")
    assert named.read_text(encoding="utf-8") == "mine"


def test_the_letterhead_is_kept_beside_what_the_window_remembers(both: Application) -> None:
    paperwork = papers(both)
    QTest.keyClicks(paperwork.letterhead.name, "Practice by the Lake")
    QTest.keyClicks(paperwork.letterhead.clinician, "Dr. Vogel")
    paperwork.letterhead.address.setPlainText("Long Street 12\n12345 Town")
    office_of(both)._turn_light()
    paperwork.letterhead.keep.click()
    said(paperwork, "Kept: Practice by the Lake, Long Street 12, 12345 Town, Dr. Vogel.")
    office_of(both)._turn_light()
    with Store.read(both._folder) as store:
        told = read_letterhead(store)
    assert told == Letterhead("Practice by the Lake", "Long Street 12\n12345 Town", "Dr. Vogel")
    paperwork.letterhead.name.clear()
    papers(both)
    wait_until(lambda: paperwork.letterhead.name.text() == "Practice by the Lake")
    paperwork.letterhead.address.setPlainText("\n".join("1234567"))
    paperwork.letterhead.keep.click()
    said(paperwork, "at most 6 lines")
