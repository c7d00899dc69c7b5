"""How it goes, in the window: one measure at a time, the points to be opened, two sessions side by side."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from biofeedback.app import Application
from biofeedback.care.measures import FROM_SESSIONS, QUESTIONNAIRE, Measure, Point
from biofeedback.care.progress import Change, trend
from biofeedback.storage.records import Outcome
from biofeedback.ui.pages.progress import ProgressPage
from biofeedback.ui.words import progress as words
from tests.ui.pages.test_checkin import settled
from tests.ui.using import press, texts

TODAY = date.today()
SESSIONS = [f"s{n}" for n in range(40)]


def points(values: list[float], *, sessions: bool = False) -> list[Point]:
    first = TODAY - timedelta(len(values) - 1)
    return [
        Point((first + timedelta(i)).isoformat(), value, SESSIONS[i] if sessions else None)
        for i, value in enumerate(values)
    ]


@pytest.fixture
def page(shown: Application) -> Iterator[ProgressPage]:
    shown.window.go("progress")
    settled(shown)
    made = shown.window.rooms.progress
    assert made is not None
    yield made
    made._show(([], []))


def show(page: ProgressPage) -> None:
    pain = Measure("pain", "Pain", "0-10")
    heart = FROM_SESSIONS["resting_hr"][0]
    page._show(
        (
            [
                (pain, trend("pain", "0-10", points([4.0, 5.0, 6.0] * 11))),
                (heart, trend("resting_hr", heart.unit, points([60.0, 62.5, 64.0], sessions=True))),
            ],
            [],
        )
    )


def test_without_anything_it_says_so_kindly(page: ProgressPage) -> None:
    assert "There is no hurry." in texts(page)
    assert not page.plot.isVisible()


def test_one_measure_at_a_time_with_the_band_and_what_is_missing(page: ProgressPage) -> None:
    show(page)
    assert "Most of your days: 4 to 6." in texts(page)
    press(page, "My heart")
    assert "A usual band needs 14 days" in texts(page)
    assert page.plot.point is None


def test_a_point_is_chosen_by_key_and_pointer_and_opens_its_session(page: ProgressPage) -> None:
    opened: list[str] = []
    page._open_session = opened.append
    show(page)
    press(page, "My heart")
    QTest.keyClick(page.plot, Qt.Key.Key_Right)
    QTest.keyClick(page.plot, Qt.Key.Key_Left)
    assert "62.5 beats/min" in texts(page)
    QTest.keyClick(page.plot, Qt.Key.Key_Return)
    QTest.mouseClick(page.plot, Qt.MouseButton.LeftButton, pos=page.plot.place_of(0).toPoint())
    press(page, "Open this practice")
    assert opened == ["s1", "s0"]
    assert "60 beats/min" in page.plot.accessibleDescription()


def test_a_practice_that_is_not_whole_in_its_figures_is_told_where_it_is_shown(page: ProgressPage) -> None:
    heart = FROM_SESSIONS["resting_hr"][0]
    measured = points([60.0, *[62.5] * 40], sessions=False)
    measured[0] = replace(measured[0], cut=True)
    page._show(([(heart, trend("resting_hr", heart.unit, measured))], []))
    told = "Of one practice shown here, a part is left out"
    assert told in texts(page)
    page.plot.choose(0)
    assert words.CUT in texts(page)
    press(page, "4 weeks")  # it was before that
    assert told not in texts(page)


def test_what_was_told_leads_to_where_it_was_told(shown: Application, page: ProgressPage) -> None:
    show(page)
    QTest.keyClick(page.plot, Qt.Key.Key_Home)
    press(page, "Open where it was told")
    assert shown.window.stack.currentWidget() is shown.window.rooms.diary
    shown.window.back()
    assert shown.window.stack.currentWidget() is page


def test_two_sessions_stand_side_by_side_with_what_is_withheld(page: ProgressPage) -> None:
    def outcome(name: str, role: str, rate: float | None) -> Outcome:
        withheld = {} if rate else {"mean_hr_bpm": "the strap was off"}
        part = {"role": role, "name": "rest", "indices": {"mean_hr_bpm": rate, "duration_s": 400, "withheld": withheld}}
        document = {"phases": [part]}
        return Outcome(name, "2026-05-04T10:00:00+00:00", "x", "Quiet rest", False, 400, document, {})

    show(page)
    press(page, "My heart")
    QTest.keyClick(page.plot, Qt.Key.Key_End)
    press(page, "Put it beside another")
    assert "Now choose another point" in texts(page)
    page._show_beside([outcome("a", "baseline", 61.0), outcome("b", "baseline", None)])
    told = texts(page)
    assert "61.0" in told
    assert "the strap was off" in told
    page._show_beside([outcome("a", "baseline", 61.0), outcome("b", "practice", 58.0)])
    assert "not part of it" in texts(page)


def test_change_is_told_only_as_far_as_it_goes() -> None:
    assert words.changed(Change(2, 9, withheld="too few")) == ""
    by_chance = Change(20, 20, 6.0, 5.5, -0.5, -1.2, 0.2, False)
    assert words.changed(by_chance).endswith("That may be chance.")
    assert words.changed(Change(20, 20, 6.0, 3.0, -3.0, -4.0, -2.0, True)).endswith("feel a change of this size.")
    assert "hardly" in words.changed(Change(20, 20, 6.0, 5.2, -0.8, -1.0, -0.6, False))
    assert "feel" not in words.changed(Change(20, 20, 6.0, 5.2, -0.8, -1.0, -0.6, None))


@pytest.mark.parametrize("name", ["pain", "practice", "resting_hr", f"{QUESTIONNAIRE}peg", "body_area", "fog"])
def test_each_measure_has_a_group_and_a_place(name: str) -> None:
    assert words.group_of(name) in (words.FEEL, words.PRACTISE, words.HEART, words.ASKED)
    assert words.page_of(name) in ("diary", "questionnaires", "bodymap")
