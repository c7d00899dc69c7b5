"""The history: sessions by weeks and days, what is shown of them, and how they are deleted and come back."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from PySide6.QtCore import QModelIndex, QRect, Qt
from PySide6.QtGui import QAccessible, QFontMetrics
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from biofeedback.storage.records import Rated, SessionRow
from biofeedback.theme import NIGHT_WATER, THEMES, Sizes, contrast, style_sheet
from biofeedback.ui.pages.history import HistoryPage
from biofeedback.ui.parts.session_lines import KEY, SECOND
from biofeedback.ui.parts.session_list import _Lines
from biofeedback.ui.parts.top_bar import Ways
from biofeedback.ui.words import history as words
from tests.ui.using import listed, texts

LONG = "Returning to an activity, one small step at a time, with a rest on the bench & a word for it"
TODAY = datetime.now().astimezone().replace(hour=12, minute=0)


def row(name: str, days_ago: int = 0, **changed: object) -> SessionRow:
    at = (TODAY - timedelta(days=days_ago)).isoformat(timespec="seconds")
    plain = SessionRow(name, at, "calm-state", "Train the calm state", "", "none:", False, 600.0, False, False)
    return replace(plain, **changed)  # type: ignore[arg-type]


ROWS = [
    row("own"),
    row("simulated", simulated=True, device="sim:"),
    row("seen again", 1, device="replay:a.csv"),
    row("rated", 8, exercise="flare", exercise_title=LONG),
    row("old", 40, broken_off=True, planned_s=900.0),
]
in_words = words.session
RATED = {"rated": Rated({"pain": 6, "tension": 3}, {"pain": 4, "tension": 3}), "own": Rated({"pain": 5}, {})}


class Opened:
    """The page with what it asked for."""

    def __init__(self) -> None:
        self.chosen: list[str] = []
        self.deleted: list[list[str]] = []
        ways = Ways(lambda _: None, lambda: None, lambda: None)
        self.page = HistoryPage(
            NIGHT_WATER, Sizes(), self.chosen.append, lambda ids: self.deleted.append(list(ids)), ways
        )
        self.page.resize(1280, 720)
        self.page.show()
        self.page.show_rows(ROWS, RATED)
        self.page.activateWindow()
        self.page.enter()
        QApplication.processEvents()

    @property
    def names(self) -> list[str]:
        return [each.row.session_id for each in listed(self.page)]

    @property
    def at(self) -> str:
        return str(self.page.list.currentIndex().data(KEY))

    def press(self, key: Qt.Key) -> None:
        QTest.keyClick(self.page.list, key)


@pytest.fixture
def opened(qt: QApplication) -> Iterator[Opened]:
    qt.setStyleSheet(style_sheet(NIGHT_WATER, Sizes(), "Sans"))
    made = Opened()
    yield made
    made.page.hide()
    made.page.deleteLater()


def lines(page: HistoryPage) -> list[QModelIndex]:
    """Every line that can be scrolled to."""
    found, index = [], page.list.model().index(0, 0)
    while index.isValid():
        found.append(index)
        index = page.list.indexBelow(index)
    return found


def open_all(page: HistoryPage) -> None:
    for index in range(page.list.model().rowCount()):
        page.list.setExpanded(page.list.model().index(index, 0), True)


def test_rows_tell_pain_and_tension_in_words_and_mark_what_is_simulated(opened: Opened) -> None:
    told = {each.row.session_id: words.session(each) for each in listed(opened.page)}
    assert told["rated"] == (f"12:00  {LONG}, 10 minutes", "Pain from 6 to 4, tension stayed at 3")
    assert told["own"][1] == "Pain 5 before"
    assert told["simulated"][1] == "Simulated"
    assert told["seen again"][1] == "Replayed"
    assert told["old"] == ("12:00  Train the calm state, 10 minutes of 15", "Broken off")


def test_what_is_not_the_persons_own_heart_is_in_no_sum(opened: Opened) -> None:
    page = opened.page
    assert page.calendar.accessibleDescription() == "Practice on 3 days of the last 8 weeks"
    assert page.weeks.accessibleDescription().count("10 minutes on 1 day") == 3
    page.show_rows(ROWS[1:3], {})
    assert not page.weeks.isVisible()
    assert "on 0 days" in page.calendar.accessibleDescription()


@pytest.mark.parametrize("n_days", [0, 1, 2, 3])
def test_pain_and_tension_wait_kindly_for_enough_days(opened: Opened, n_days: int) -> None:
    rated = {f"{n}": Rated({"pain": 6}, {"pain": 4}) for n in range(n_days)}
    opened.page.show_rows([row(f"{n}", n) for n in range(3)], rated)
    told = opened.page.weeks.accessibleDescription()
    assert ("pain 6.0 before and 4.0 after" in told) == (n_days == 3)
    more = {0: "3 more days", 1: "2 more days", 2: "1 more day", 3: ""}[n_days]
    assert more in told
    assert ("will show here" in told) == (n_days < 3)


def test_the_keyboard_begins_at_the_newest_session_opens_and_comes_back_to_it(opened: Opened) -> None:
    assert opened.page.list.hasFocus()
    assert opened.at == "own"
    opened.press(Qt.Key.Key_Down)
    opened.press(Qt.Key.Key_Return)
    assert opened.chosen == ["simulated"]
    opened.page.show_rows([row("newer"), *ROWS], RATED)
    assert opened.at == "simulated"


def test_weeks_and_days_open_and_close_by_keyboard_and_stay_so(opened: Opened) -> None:
    page = opened.page
    n_lines = len(lines(page))
    opened.press(Qt.Key.Key_Left)
    assert page.list.currentIndex().data(KEY) == TODAY.date().isoformat()
    opened.press(Qt.Key.Key_Left)
    assert len(lines(page)) == n_lines - 2
    page.show_rows(ROWS, RATED)
    assert len(lines(page)) == n_lines - 2
    opened.press(Qt.Key.Key_Right)
    assert len(lines(page)) == n_lines


@pytest.mark.parametrize("size", [(960, 640), (1280, 720), (1920, 1080)])
@pytest.mark.parametrize("scale_percent", [100, 150, 175])
def test_no_line_is_clipped(opened: Opened, size: tuple[int, int], scale_percent: int) -> None:
    page = opened.page
    page.resize(*size)
    page.apply(NIGHT_WATER, Sizes(scale_percent))
    open_all(page)
    QApplication.processEvents()
    delegate = page.list.itemDelegate()
    assert isinstance(delegate, _Lines)
    for index in lines(page):
        line: QRect = page.list.visualRect(index)
        for place, font, text in zip(
            delegate.places(line, index),
            (delegate._first, delegate._second),
            (index.data(), index.data(SECOND)),
            strict=True,
        ):
            needed = QFontMetrics(font).boundingRect(
                QRect(0, 0, place.width(), 1 << 20), Qt.TextFlag.TextWordWrap.value, text
            )
            assert needed.width() <= place.width()
            assert needed.height() <= place.height() or not text
            assert line.contains(place) or not text
    assert page.list.visualRect(lines(page)[0]).top() >= 0


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
def test_pictures_are_painted_in_colours_that_can_be_seen(opened: Opened, theme: object) -> None:
    opened.page.apply(theme, Sizes())  # type: ignore[arg-type]
    seen = set()
    image = opened.page.weeks.grab().toImage()
    for x in range(image.width()):
        seen |= {image.pixelColor(x, y).name() for y in range(image.height())}
    for colour in ("line", "calm", "muted"):
        name = getattr(theme, colour)
        assert name in seen, colour
        assert contrast(name, theme.background) >= 3.0  # type: ignore[attr-defined]


def test_the_filter_shows_one_exercise_or_only_what_was_rated(opened: Opened) -> None:
    page = opened.page
    page.filter.menu.aboutToShow.emit()
    actions = {action.text(): action for action in page.filter.menu.actions() if action.text()}
    assert list(actions)[:3] == [words.ALL_EXERCISES, LONG.replace("&", "&&"), "Train the calm state"]
    actions[words.ONLY_RATED].trigger()
    assert opened.names == ["own", "rated"]
    assert page.filter.handle.accessibleName() == f"{words.SHOWN}: {words.ALL_EXERCISES}, with answers"
    actions[LONG.replace("&", "&&")].trigger()
    assert opened.names == ["rated"]
    page.show_rows(ROWS[:2], RATED)
    assert opened.names == ["own"], "an exercise that is gone is chosen no longer"
    page.show_rows(ROWS[1:2], {})
    assert words.NONE_SHOWN in texts(page)
    page.filter.menu.aboutToShow.emit()
    {action.text(): action for action in page.filter.menu.actions()}[words.ONLY_RATED].trigger()
    assert opened.names == ["simulated"]


def test_delete_can_be_undone_and_until_then_nothing_is_gone(opened: Opened) -> None:
    opened.press(Qt.Key.Key_Delete)
    assert opened.names == ["simulated", "seen again", "rated", "old"]
    assert opened.at == "simulated"
    assert opened.page.undo.isVisible()
    opened.page.show_rows(ROWS, RATED)  # as when something else was read
    assert "own" not in opened.names
    opened.press(Qt.Key.Key_Delete)
    QTest.mouseClick(opened.page.undo.undo, Qt.MouseButton.LeftButton)
    assert opened.names == ["simulated", "seen again", "rated", "old"], "the last comes back first"
    QTest.mouseClick(opened.page.undo.undo, Qt.MouseButton.LeftButton)
    assert (len(opened.names), opened.deleted) == (5, [])
    assert not opened.page.undo.isVisible()


def test_what_nobody_wanted_back_is_deleted_once(opened: Opened) -> None:
    opened.press(Qt.Key.Key_Delete)
    opened.press(Qt.Key.Key_Delete)
    opened.page.undo.settle()
    opened.page.undo.settle()
    assert opened.deleted == [["own", "simulated"]]


def test_a_session_that_runs_is_not_deleted(opened: Opened) -> None:
    opened.page.show_rows([row("now", running=True, simulated=True)], {})
    opened.press(Qt.Key.Key_Delete)
    assert opened.names == ["now"]
    assert words.STILL_RUNNING in texts(opened.page)
    assert not opened.page._remove.isVisible()


def test_all_simulated_ones_are_removed_after_a_question(opened: Opened) -> None:
    page = opened.page
    QTest.mouseClick(page._remove, Qt.MouseButton.LeftButton)
    assert "Remove the simulated session?" in texts(page)
    assert page._question._keep.hasFocus()
    QTest.mouseClick(page._question._keep, Qt.MouseButton.LeftButton)
    assert len(opened.names) == 5
    QTest.mouseClick(page._remove, Qt.MouseButton.LeftButton)
    QTest.mouseClick(page._question._remove, Qt.MouseButton.LeftButton)
    assert "simulated" not in opened.names
    page.undo.settle()
    assert opened.deleted == [["simulated"]]


def test_the_list_is_told_to_a_screen_reader(opened: Opened) -> None:
    told = QAccessible.queryAccessibleInterface(opened.page.list)
    assert told.text(QAccessible.Text.Name) == words.SESSIONS
    assert told.role() == QAccessible.Role.Tree
    said = [told.child(i).text(QAccessible.Text.Name) for i in range(told.childCount())]
    assert any(name.startswith("12:00  Train the calm state, 10 minutes. Pain 5 before") for name in said)
    week = next(i for i, name in enumerate(said) if name.startswith("Week of"))
    assert told.child(week).state().expandable
    assert told.child(week).state().expanded


def test_an_empty_history_is_kind(opened: Opened) -> None:
    opened.page.show_rows([], {})
    assert words.EMPTY in texts(opened.page)
    assert not opened.page.list.isVisible()


def test_of_years_of_sessions_only_those_are_put_into_words_that_are_to_be_seen(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: set[str] = set()
    monkeypatch.setattr(words, "session", lambda each: (told.add(each.row.session_id), in_words(each))[1])  # type: ignore[func-returns-value]
    opened.page.show_rows([row(f"s{n}", n // 4) for n in range(5000)], {})
    QApplication.processEvents()
    assert 0 < len(told) < 300
    assert len(opened.names) == 5000
