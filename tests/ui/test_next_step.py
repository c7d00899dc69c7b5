"""After a practice: what it was in the course, and one thing to do next."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication, QPushButton

from biofeedback.care.ahead import Ahead, read_ahead
from biofeedback.care.diary import About, read_lines
from biofeedback.care.plan import begin_course
from biofeedback.session.summary import SessionSummary
from biofeedback.storage.database import Store
from biofeedback.theme import NIGHT_WATER, Sizes
from biofeedback.ui.cautions import FIRST_AID
from biofeedback.ui.next_step import offer_next
from biofeedback.ui.pages.after import AfterPage
from biofeedback.ui.parts.top_bar import Ways
from biofeedback.ui.words import course as words
from protocols.courses.library import find_course
from protocols.library import load_library
from tests.ui.using import texts
from tests.ui.words.test_words import summary as summed_up


@pytest.fixture
def page(qt: QApplication) -> AfterPage:
    made = AfterPage(NIGHT_WATER, Sizes(), lambda *_: None, Ways(lambda *_: None, lambda: None, lambda: None), print)
    made.show()
    return made


@pytest.fixture
def store(tmp_path: Path) -> Any:
    with Store.open(tmp_path) as opened:
        yield opened


def after(
    page: AfterPage, summary: SessionSummary, ahead: Ahead | None, store: Store, refuse: str = ""
) -> tuple[str, list[str], list[tuple[str, ...]]]:
    """What is said, which buttons there are, and where they led."""
    went: list[tuple[str, ...]] = []

    def ask(work: Any, then: Callable[[Any], None], refused: Callable[[str], None] | None = None) -> None:
        if refuse and refused:
            refused(refuse)
        else:
            then(work(store, ""))

    page.show_session(summary, fresh=True)
    ways = Ways(lambda *where: went.append(where), lambda: None, lambda: None)
    offer_next(page, summary, ahead, ask, ways)
    page._next.click()
    return texts(page), [b.text() for b in page.findChildren(QPushButton) if b.isVisible()], went


def in_course(store: Store) -> Ahead:
    begin_course(store, "", find_course("four-weeks", {each.id: each for each in load_library()}))
    return read_ahead(store, "")


def test_the_step_of_today_is_told_and_its_lesson_is_one_press_away(page: AfterPage, store: Store) -> None:
    ahead = in_course(store)
    assert ahead.practice is not None
    assert ahead.lesson is not None
    said, shown, went = after(page, summed_up(2.0, 8.0, exercise=ahead.practice.id, simulated=False), ahead, store)
    assert words.WAS_STEP in said
    assert words.lesson(ahead.lesson.title) in shown
    assert went == [("lessons", ahead.lesson.id)]


@pytest.mark.parametrize(
    "change", [{"simulated": True}, {"duration_s": 30.0}, {"exercise": "box-breathing"}], ids=lambda each: str(each)
)
def test_what_was_not_the_step_is_not_told_as_one(page: AfterPage, store: Store, change: dict[str, Any]) -> None:
    ahead = in_course(store)
    assert ahead.practice is not None
    practised = {"exercise": ahead.practice.id, "simulated": False} | change
    said, _, went = after(page, summed_up(2.0, 8.0, **practised), ahead, store)
    assert words.WAS_STEP not in said
    assert not went


def test_a_hard_minute_is_noted_by_one_press_and_once(page: AfterPage, store: Store) -> None:
    said, shown, _ = after(page, summed_up(2.0, 8.0, exercise=FIRST_AID), None, store)
    assert words.NOTED in said
    assert words.NOTE_FLARE not in shown
    (line,) = read_lines(store, "")
    assert line.about == About.FLARE
    assert line.words.startswith(words.IN_HARD_MINUTE)


def test_where_it_cannot_be_noted_the_reason_is_told_and_it_can_be_tried_again(page: AfterPage, store: Store) -> None:
    said, shown, _ = after(page, summed_up(2.0, 8.0, exercise=FIRST_AID), None, store, refuse="the disk is full")
    assert "The disk is full." in said
    assert words.NOTE_FLARE in shown
    assert not read_lines(store, "")
