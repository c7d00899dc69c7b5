"""What a clinician finds before a session, and what they wrote to one."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from biofeedback.care.comments import LONGEST_COMMENT, keep_comment, read_comments
from biofeedback.care.plan import begin_course
from biofeedback.care.visit import read_list, read_visit
from biofeedback.storage.database import Store
from biofeedback.storage.records import EntryKind
from protocols.courses.library import load_shelf
from protocols.library import find_exercise, load_library
from tests.session.stage import play


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "data") as opened:
        yield opened


@pytest.fixture
def session_id(store: Store) -> str:
    exercise = find_exercise("paced-breathing").lasting(2)
    return play(store, "sim:rest?seed=4", exercise).whole.session_id


def test_a_comment_replaces_the_one_before_and_is_taken_back_by_no_words(store: Store, session_id: str) -> None:
    keep_comment(store, session_id, "tired\ntoday")
    keep_comment(store, session_id, "rested ")
    assert read_comments(store, "") == {session_id: "rested"}
    keep_comment(store, session_id, "  ")
    assert store.journal.entries("", EntryKind.COMMENT) == []


def test_a_comment_goes_with_its_session(store: Store, session_id: str) -> None:
    keep_comment(store, session_id, "tired today")
    store.delete([session_id])
    assert read_comments(store, "") == {}
    with pytest.raises(ValueError, match="not there any more"):
        keep_comment(store, session_id, "tired today")


def test_a_comment_that_is_too_long_changes_nothing(store: Store, session_id: str) -> None:
    keep_comment(store, session_id, "short")
    with pytest.raises(ValueError, match="up to"):
        keep_comment(store, session_id, "a" * (LONGEST_COMMENT + 1))
    assert read_comments(store, "") == {session_id: "short"}


def test_who_is_due_comes_first_and_who_was_here_last_before_the_others(store: Store) -> None:
    for name in ("Ada", "Bea", "Cleo"):
        store.people.add(name)
    course = load_shelf({each.id: each for each in load_library()}).courses[0]
    begin_course(store, "Cleo", course)
    listed = read_list(store, date.today())
    assert [each.row.person for each in listed] == ["Cleo", "Ada", "Bea"]
    assert [each.due for each in listed] == [True, False, False]
    assert store.journal.tellers(EntryKind.PLAN) == {"Cleo"}


def test_a_visit_has_todays_practice_and_the_comments(store: Store, session_id: str) -> None:
    keep_comment(store, session_id, "tired today")
    course = load_shelf({each.id: each for each in load_library()}).courses[0]
    begin_course(store, "", course)
    visit = read_visit(store, "")
    assert visit.ahead.practice is not None
    assert [row.session_id for row in visit.sessions] == [session_id]
    assert visit.comments == {session_id: "tired today"}
    assert visit.open_forms
