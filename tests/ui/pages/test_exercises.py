"""The list of exercises: what it shows, its keys, its stars, and what rests for now."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QScrollArea, QWidget

from biofeedback.app import Application
from biofeedback.storage.folder import SETTINGS
from biofeedback.ui.cautions import with_answers
from biofeedback.ui.pages.exercises import ExercisesPage, shared
from biofeedback.ui.parts.exercise_row import ExerciseRow
from biofeedback.ui.settings import Settings, keep_settings, read_settings
from biofeedback.ui.words import exercises as words
from protocols.library import find_exercise, load_library
from protocols.safety import CHECKS, Caution
from protocols.specification import Group
from tests.ui.looking import settle
from tests.ui.using import buttons, press, texts

LIBRARY = load_library()
OF_HEAD = [exercise.id for exercise in LIBRARY if exercise.group is Group.HEAD]
WITHOUT_BAND = [exercise.id for exercise in LIBRARY if exercise.id not in OF_HEAD[1:]]


@pytest.fixture
def page(shown: Application) -> Iterator[ExercisesPage]:
    window = shown.window
    window.resize(1280, 720)
    before = window.settings
    window.go("exercises")
    settle()
    yield window.rooms.exercises
    window.rooms.exercises.about.open(opened=False)
    window._remember(before)
    window.go("start")


def row_of(page: ExercisesPage, ident: str) -> ExerciseRow:
    return next(row for row in page.rows if row.exercise.id == ident)


def at(page: ExercisesPage) -> str:
    focus = page.window().focusWidget()
    assert isinstance(focus, ExerciseRow)
    return focus.exercise.id


def key(page: ExercisesPage, which: Qt.Key) -> str:
    QTest.keyClick(row_of(page, at(page)), which)
    settle()
    return at(page)


def answer_all(application: Application, *, yes: bool) -> None:
    answers = with_answers((), dict.fromkeys(CHECKS, yes), date.today())
    application.window.change_quietly(lambda settings: replace(settings, answers=answers))
    application.window.rooms.exercises.refresh(application.window.settings)


def told(widget: QWidget) -> tuple[str, QAccessible.Role]:
    interface = QAccessible.queryAccessibleInterface(widget)
    return interface.text(QAccessible.Text.Name), interface.role()


def test_all_exercises_are_there_by_what_they_are_for(page: ExercisesPage) -> None:
    page.refresh(replace(page._settings, band_uri="sim:head"))
    shown = texts(page)
    for exercise in LIBRARY:
        assert exercise.title in shown
        assert words.GROUPS[exercise.group] in shown
    assert sorted(row.exercise.id for row in page.rows) == sorted(exercise.id for exercise in LIBRARY)
    assert not any(line in shown for exercise in LIBRARY for line in (*exercise.evidence, exercise.advice) if line)


def test_without_a_band_one_practice_shows_that_there_are_such(page: ExercisesPage) -> None:
    assert sorted(row.exercise.id for row in page.rows) == sorted(WITHOUT_BAND)
    page.refresh(replace(page._settings, band_uri="sim:head"))
    assert len(page.rows) == len(LIBRARY)
    page.refresh(replace(page._settings, band_uri="", favourites=("heart-and-head",)))
    assert len(page.rows) == len(WITHOUT_BAND) + 1, "a favourite stays"


@pytest.mark.parametrize("starred", [(), ("quiet-rest",), ("quiet-rest", "body-scan", "paced-breathing")])
def test_at_the_usual_size_nothing_scrolls(starred: tuple[str, ...], page: ExercisesPage) -> None:
    page.refresh(replace(page._settings, favourites=starred))
    settle()
    assert not any(scroll.verticalScrollBar().isVisible() for scroll in page.findChildren(QScrollArea))


def test_where_there_is_too_little_room_it_scrolls_from_its_top(shown: Application, page: ExercisesPage) -> None:
    shown.window.resize(960, 640)
    settle()
    key(page, Qt.Key.Key_End)
    shown.window.go("start")
    shown.window.go("exercises")
    settle()
    first = page.rows[0]
    assert first.hasFocus()
    assert not first.visibleRegion().isEmpty()


def test_arrows_go_through_the_list_and_the_keyboard_comes_to_it_once(page: ExercisesPage) -> None:
    first, last = page.rows[0].exercise.id, page.rows[-1].exercise.id
    assert at(page) == first
    assert key(page, Qt.Key.Key_Up) == first
    walked = [first, *(key(page, Qt.Key.Key_Down) for _ in page.rows[1:])]
    assert walked == [row.exercise.id for row in page.rows]
    assert key(page, Qt.Key.Key_Down) == last
    assert key(page, Qt.Key.Key_Home) == first
    beside = key(page, Qt.Key.Key_Right)
    assert row_of(page, beside) in page._columns[1]
    assert key(page, Qt.Key.Key_Left) == first
    stops = [row for row in page.rows if row.focusPolicy() & Qt.FocusPolicy.TabFocus]
    assert [row.exercise.id for row in stops] == [first]


@pytest.mark.parametrize("moved", [0, 3, 15])
def test_tab_goes_on_to_the_words_beside_the_list_and_back(moved: int, page: ExercisesPage) -> None:
    for _ in range(moved):
        key(page, Qt.Key.Key_Down)
    here = row_of(page, at(page))
    QTest.keyClick(here, Qt.Key.Key_Tab)
    assert page.about.choose.hasFocus()
    QTest.keyClick(page.about.choose, Qt.Key.Key_Backtab)
    assert here.hasFocus()


def test_enter_and_a_press_choose(shown: Application, page: ExercisesPage) -> None:
    window = shown.window
    QTest.keyClick(page.rows[1], Qt.Key.Key_Return)
    assert window.stack.currentWidget() is window.start
    assert window.start.card.exercise.id == page.rows[1].exercise.id
    window.go("exercises")
    settle()
    QTest.mouseClick(row_of(page, "body-scan"), Qt.MouseButton.LeftButton)
    assert window.start.card.exercise.id == "body-scan"


def test_more_is_told_on_request_by_key_and_by_mouse(page: ExercisesPage) -> None:
    exercise = page.rows[0].exercise
    key(page, Qt.Key.Key_I)
    shown = texts(page.about)
    assert exercise.title in shown
    assert exercise.purpose in shown
    assert exercise.advice in shown
    assert all(line in shown for line in exercise.evidence)
    for caution in exercise.cautions:
        assert CHECKS[caution].question in shown
    key(page, Qt.Key.Key_I)
    assert exercise.advice not in texts(page.about)
    sighs = find_exercise("cyclic-sighing")
    about = next(b for b in page.findChildren(QPushButton) if b.accessibleName() == f"{words.ABOUT}: {sighs.title}")
    QTest.mouseClick(about, Qt.MouseButton.LeftButton)
    assert at(page) == sighs.id
    assert sighs.evidence[0] in texts(page.about)


def test_a_star_is_given_and_taken_by_key_and_by_mouse_and_moves_to_the_top(
    shown: Application, page: ExercisesPage
) -> None:
    sighs = row_of(page, "cyclic-sighing")
    sighs.setFocus()
    assert key(page, Qt.Key.Key_S) == "cyclic-sighing"
    assert page.rows[0].exercise.id == "cyclic-sighing"
    assert words.FAVOURITES in texts(page)
    assert words.FAVOURITE in told(page.rows[0])[0]
    assert list(shown.window.settings.favourites) == ["cyclic-sighing"]
    star = next(b for b in page.findChildren(QPushButton) if b.accessibleName() == f"{words.NO_FAVOURITE}: Quiet rest")
    QTest.mouseClick(star, Qt.MouseButton.LeftButton)
    assert list(shown.window.settings.favourites) == ["cyclic-sighing", "quiet-rest"]
    settle()
    assert at(page) == "quiet-rest"
    row_of(page, "cyclic-sighing").setFocus()
    key(page, Qt.Key.Key_S)
    assert list(shown.window.settings.favourites) == ["quiet-rest"]
    row_of(page, "quiet-rest").setFocus()
    press(page.about, words.STARRED)
    assert list(shown.window.settings.favourites) == []
    assert words.FAVOURITES not in texts(page)


def test_every_row_and_button_has_name_role_and_state_for_a_screen_reader(page: ExercisesPage) -> None:
    for row in page.rows:
        name, role = told(row)
        assert role is QAccessible.Role.Button
        assert row.exercise.title in name
        assert words.lengths(row.exercise) in name
        interface = QAccessible.queryAccessibleInterface(row)
        assert interface.text(QAccessible.Text.Description) == row.exercise.purpose
    for button in page.findChildren(QPushButton):
        if button.isVisible():
            assert told(button)[0]


def test_what_a_caution_forbids_is_not_for_now_and_says_why(shown: Application, page: ExercisesPage) -> None:
    answer_all(shown, yes=True)
    settle()
    box = row_of(page, "box-breathing")
    assert words.RESTS_FOR_NOW in told(box)[0]
    QTest.mouseClick(box, Qt.MouseButton.LeftButton)
    settle()
    assert shown.window.stack.currentWidget() is page
    shown_now = texts(page.about)
    assert words.NOT_THIS_ONE in shown_now
    assert CHECKS[Caution.HOLDS].advice in shown_now
    assert "pregnancy" in shown_now
    assert not page.about.choose.isVisible()
    for row in page.rows:
        stops = any(CHECKS[caution].stops for caution in row.exercise.cautions)
        assert row.rests == stops, row.exercise.id
    press(page.about, words.ASK_AGAIN)
    settle()
    assert not row_of(page, "box-breathing").rests
    assert at(page) == "box-breathing"
    assert {answer.caution for answer in shown.window.settings.answers} == set(CHECKS) - {Caution.HOLDS}
    press(page.about, words.CHOOSE_THIS)
    assert shown.window.start.card.exercise.id == "box-breathing"


def test_where_all_is_no_nothing_rests(shown: Application, page: ExercisesPage) -> None:
    answer_all(shown, yes=False)
    assert not any(row.rests for row in page.rows)
    assert not buttons(page.about, words.ASK_AGAIN)


def test_stars_are_each_persons_own_and_odd_ones_do_no_harm(tmp_path: Path) -> None:
    keep_settings(tmp_path, Settings(favourites=("quiet-rest", "gone")))
    keep_settings(tmp_path, Settings(favourites=("flare",)), "Ada")
    assert read_settings(tmp_path).favourites == ("quiet-rest", "gone")
    assert read_settings(tmp_path, "ada").favourites == ("flare",)
    assert read_settings(tmp_path, "Somebody else").favourites == ()
    for odd in ('"quiet-rest"', "7", '[1, null, "flare", "flare"]', "{}"):
        (tmp_path / SETTINGS).write_text(f'{{"favourites": {odd}}}')
        assert set(read_settings(tmp_path).favourites) <= {"flare"}


def test_a_star_for_what_is_no_longer_there_is_passed_over(page: ExercisesPage) -> None:
    page.refresh(replace(page._settings, favourites=("gone",)))
    assert words.FAVOURITES not in texts(page)
    assert len(page.rows) == len(WITHOUT_BAND)


def test_columns_are_shared_evenly_and_in_order() -> None:
    assert shared([5.0, 3.0, 2.0, 2.0, 1.0, 2.0], 3) == [range(1), range(1, 3), range(3, 6)]
    assert shared([1.0], 3) == [range(1)]
    assert shared([1.0, 1.0], 1) == [range(2)]
