"""Writing, sums and colours: private, silent, at one's own pace."""

import random
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from biofeedback.theme import MORNING_PAPER, NIGHT_WATER, Sizes, contrast
from biofeedback.ui.tasks.arithmetic import EASY_STEP, START, STEP, Arithmetic, Sums
from biofeedback.ui.tasks.colours import GROUND, INKS, Colours, Inks
from biofeedback.ui.tasks.desk import Desk
from biofeedback.ui.tasks.writing import Writing
from biofeedback.ui.words import exercises as words
from protocols.phases import Show
from tests.ui.conftest import wait_until
from tests.ui.using import press, texts


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
def desk(qt: QApplication, told: list[str]) -> Iterator[Desk]:
    made = Desk(NIGHT_WATER, Sizes(), told.append)
    made.apply(NIGHT_WATER, Sizes(), reduced_motion=True)
    made.resize(1000, 600)
    made.show()
    yield made
    made.hide()
    made.deleteLater()


def writing(desk: Desk, text: str = "I am sad.") -> Writing:
    desk.turn(Show.WRITING)
    assert isinstance(desk.task, Writing)
    QTest.keyClicks(desk.task.page, text)
    return desk.task


def test_every_answer_is_judged_by_the_one_before(qt: QApplication) -> None:
    sums = Sums()
    for value in (START - STEP, 1000, 1000 - STEP, 5):
        sums.answer(value)
    assert sums.told() == "arithmetic: 4 answers, 2 right"
    assert sums.number == START, "nothing can be taken away from 5, so it begins anew"


def test_sums_by_the_keys_of_the_keyboard(desk: Desk, told: list[str]) -> None:
    desk.turn(Show.ARITHMETIC)
    assert isinstance(desk.task, Arithmetic)
    QTest.keyClicks(desk.task, "10098")
    QTest.keyClick(desk.task, Qt.Key.Key_Backspace)
    QTest.keyClicks(desk.task, "9")
    QTest.keyClick(desk.task, Qt.Key.Key_Return)
    QTest.keyClick(desk.task, Qt.Key.Key_Return)
    assert "1009 − 13 =" in texts(desk)
    assert "right" not in texts(desk)
    desk.turn(Show.WAVE)
    assert told == ["arithmetic: 1 answers, 1 right"]
    assert not desk.busy


def test_sums_by_the_keypad_and_an_easier_one(desk: Desk) -> None:
    desk.turn(Show.ARITHMETIC)
    press(desk, words.BY_SEVEN)
    for key in ("1", "0", "1", "5", words.DELETE, "5", words.ENTER):
        press(desk, key)
    assert f"1015 − {EASY_STEP} =" in texts(desk)


@pytest.mark.parametrize(("show", "stops"), [(Show.ARITHMETIC, 1), (Show.COLOURS, 1)])
def test_a_task_can_be_stopped_at_any_time(desk: Desk, show: Show, stops: int) -> None:
    wanted: list[bool] = []
    desk.stopped.connect(lambda: wanted.append(True))
    desk.turn(show)
    press(desk, words.STOP_TASK)
    assert len(wanted) == stops


def test_nothing_done_is_nothing_told(desk: Desk, told: list[str]) -> None:
    for show in (Show.ARITHMETIC, Show.COLOURS, Show.WRITING, Show.QUIET):
        desk.turn(show)
    assert told == []


def test_word_and_ink_always_differ_and_the_ink_always_changes() -> None:
    inks = Inks(random.Random(1))
    before = inks.ink
    for _ in range(200):
        inks.turn()
        assert inks.word != inks.ink != before
        before = inks.ink


def test_inks_are_told_apart_by_lightness_alone() -> None:
    assert len(INKS) == len(words.COLOURS)
    assert all(contrast(ink, GROUND) >= 3.0 for ink in INKS)
    assert all(contrast(*pair) >= 1.5 for pair in combinations(INKS, 2))


def test_colours_are_answered_by_keys_one_at_a_time(desk: Desk, told: list[str]) -> None:
    desk.turn(Show.COLOURS)
    assert isinstance(desk.task, Colours)
    seen = desk.task.inks.ink
    QTest.keyClicks(desk.task, str(seen + 1))
    QTest.keyClicks(desk.task, str(seen + 1))
    wait_until(lambda: isinstance(desk.task, Colours) and desk.task.word.text)
    QTest.keyClicks(desk.task, str((desk.task.inks.ink + 1) % 4 + 1))
    desk.turn(Show.WAVE)
    assert told == ["colours: 2 answers, 1 right"], "between two words there is nothing to answer"


def test_what_is_written_is_told_to_nobody_and_waits_to_be_let_go(desk: Desk, told: list[str]) -> None:
    task = writing(desk)
    desk.turn(Show.QUIET)
    assert desk.busy, "the part is over, but nothing has been decided"
    assert "sad" in task.page.toPlainText()
    press(desk, words.LET_IT_GO)
    assert not desk.busy
    assert told == []
    assert task.page.toPlainText() == ""
    assert not task.page.document().isUndoAvailable()


def test_who_is_done_decides_first_and_may_write_on(desk: Desk) -> None:
    wanted: list[bool] = []
    desk.stopped.connect(lambda: wanted.append(True))
    task = writing(desk)
    assert not desk.ask_to_leave()
    press(desk, words.WRITE_ON)
    QTest.keyClicks(task.page, " Still.")
    assert task.page.toPlainText() == "I am sad. Still."
    assert not desk.ask_to_leave()
    press(desk, words.LET_IT_GO)
    assert wanted == [True]


def test_control_and_enter_means_done_and_enter_alone_a_new_line(desk: Desk) -> None:
    wanted: list[bool] = []
    desk.stopped.connect(lambda: wanted.append(True))
    task = writing(desk)
    QTest.keyClick(task.page, Qt.Key.Key_Return)
    assert task.page.toPlainText() == "I am sad.\n"
    QTest.keyClick(task.page, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert desk.parting
    assert not wanted, "first it is decided what becomes of the words"
    press(desk, words.LET_IT_GO)
    assert wanted == [True]


def test_an_empty_page_asks_nothing(desk: Desk) -> None:
    writing(desk, "  ")
    assert desk.ask_to_leave()
    desk.turn(Show.WAVE)
    assert not desk.busy


def test_the_words_are_kept_only_by_the_persons_own_hand(desk: Desk, tmp_path: Path) -> None:
    task = writing(desk)
    task.choose_file = lambda _: None
    desk.turn(Show.WAVE)
    press(desk, words.KEEP_IT)
    assert desk.busy, "they thought better of it"
    task.choose_file = lambda _: tmp_path / "no" / "folder.txt"
    press(desk, words.KEEP_IT)
    assert "Nothing is lost" in texts(desk)
    task.choose_file = lambda _: tmp_path / "mine.txt"
    press(desk, words.KEEP_IT)
    assert (tmp_path / "mine.txt").read_text(encoding="utf-8") == "I am sad.\n"
    assert not desk.busy


def test_letting_go_fades_where_things_may_move(desk: Desk) -> None:
    desk.apply(MORNING_PAPER, Sizes(), reduced_motion=False)
    writing(desk)
    desk.turn(Show.WAVE)
    press(desk, words.LET_IT_GO)
    assert desk.busy
    wait_until(lambda: not desk.busy)


def test_the_end_of_the_session_waits_for_a_decision(desk: Desk) -> None:
    ended: list[bool] = []
    writing(desk)
    desk.when_free(lambda: ended.append(True))
    assert not ended
    press(desk, words.LET_IT_GO)
    assert ended == [True]
    desk.when_free(lambda: ended.append(True))
    assert len(ended) == 2
