"""The body to paint on: what is painted is what is measured, kept as it grows, and never lost."""

import math
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from shapely import Polygon

from biofeedback.care.body_map import Mark, Place, View, body, spread
from biofeedback.care.drawings import keep_drawing, read_drawings
from biofeedback.storage.database import Store
from biofeedback.storage.records import EntryKind
from biofeedback.theme import NIGHT_WATER, Sizes
from biofeedback.ui.parts.body_picture import BodyPicture
from tests.ui.conftest import opened_in
from tests.ui.pages.test_checkin import settled
from tests.ui.using import press, texts

WHOLE = Polygon(body().outline).area
F, B = View.FRONT, View.BACK
R = 0.04


def capsule(long: float, wide: float) -> float:
    return long * wide + math.pi * wide**2 / 4


DRAWINGS: dict[str, tuple[list[tuple[View, Sequence[Place], float]], float, int]] = {
    "a point": ([(F, [(0, 0.25)], 0.08)], capsule(0, 0.08), 1),
    "a small point": ([(F, [(0, 0.06)], 0.04)], capsule(0, 0.04), 1),
    "a stroke down the back": ([(B, [(0, 0.2), (0, 0.4)], 0.04)], capsule(0.2, 0.04), 1),
    "a stroke across": ([(B, [(-0.06, 0.4), (0.06, 0.4)], 0.04)], capsule(0.12, 0.04), 1),
    "a fine stroke": ([(F, [(0.05, 0.55), (0.05, 0.68)], 0.02)], capsule(0.13, 0.02), 1),
    "a slanting stroke": ([(F, [(-0.05, 0.25), (0.05, 0.35)], 0.04)], capsule(math.hypot(0.1, 0.1), 0.04), 1),
    "to and fro": ([(B, [(0, 0.2), (0, 0.4), (0, 0.2)], 0.04)], capsule(0.2, 0.04), 1),
    "two points": ([(F, [(0, 0.06)], 0.04), (F, [(0, 0.3)], 0.08)], capsule(0, 0.04) + capsule(0, 0.08), 2),
    "front and back": ([(F, [(0, 0.3)], 0.08), (B, [(0, 0.3)], 0.08)], 2 * capsule(0, 0.08), 2),
    "both thighs": (
        [(B, [(x, 0.55), (x, 0.65)], 0.04) for x in (-0.055, 0.055)], 2 * capsule(0.1, 0.04), 2,
    ),
}  # fmt: skip


def paint(picture: BodyPicture, view: View, points: Sequence[Place]) -> None:
    """Draw with the pointer, in steps as a hand does."""
    way = [picture.place(view, point).toPoint() for point in points]
    QTest.mousePress(picture, Qt.MouseButton.LeftButton, pos=way[0])
    for a, b in pairwise(way):
        for step in range(1, 11):
            QTest.mouseMove(picture, a + (b - a) * (step / 10))
    QTest.mouseRelease(picture, Qt.MouseButton.LeftButton, pos=way[-1])


@pytest.mark.parametrize("name", DRAWINGS)
def test_area_and_places_of_what_the_pointer_paints(qt: QApplication, name: str) -> None:
    strokes, area, n_places = DRAWINGS[name]
    picture = BodyPicture(NIGHT_WATER, Sizes(), lambda _: None)
    picture.resize(540, 540)
    for view, points, width in strokes:
        picture.width_of_brush = width
        paint(picture, view, points)
    got = spread(picture.marks)
    assert got.area_percent == pytest.approx(100 * area / (2 * WHOLE), rel=0.02)
    assert got.n_places == n_places


def test_every_part_of_the_body_is_painted_by_keyboard_and_has_a_name(qt: QApplication) -> None:
    picture = BodyPicture(NIGHT_WATER, Sizes(), lambda _: None)
    for turn in (Qt.Key.Key_Down, Qt.Key.Key_Right):
        QTest.keyClick(picture, turn)
        first = picture.region_at()
        while True:
            QTest.keyClick(picture, Qt.Key.Key_X)
            said = picture.accessibleDescription()
            assert said.endswith("10 of 10")
            QTest.keyClick(picture, Qt.Key.Key_Down)
            assert picture.accessibleDescription() != said
            if picture.region_at() is first:
                break
    got = spread(picture.marks)
    assert got.area_percent == pytest.approx(100, abs=0.5)
    assert len(got.regions) == len(body().regions)
    assert got.mean_strength == pytest.approx(10)
    QTest.keyClick(picture, Qt.Key.Key_Delete)
    assert len(picture.marks) == len(body().regions) - 1


def test_beside_the_body_nothing_is_painted(qt: QApplication) -> None:
    picture = BodyPicture(NIGHT_WATER, Sizes(), lambda _: None)
    picture.resize(540, 540)
    paint(picture, F, [(0.2, 0.05)])
    assert picture.marks == ()


def test_strokes_are_kept_at_once_undone_and_cleared(qt: QApplication, tmp_path: Path) -> None:
    today, before = date.today(), date.today() - timedelta(days=9)
    with Store.open(tmp_path) as store:
        keep_drawing(store, "", before, [Mark(F, ((0, 0.3),), 0.08, 7)])
        keep_drawing(store, "", today, [Mark(B, ((0, 0.3),), 0.08, 7)])
    with opened_in(tmp_path) as application:
        application.window.go("bodymap")
        page = application.window.rooms.bodymap
        assert page is not None
        paint(page.picture, F, [(0, 0.25)])  # before what there is has been read
        settled(application)
        page.touch.click()
        paint(page.picture, B, [(0, 0.2), (0, 0.35)])
        settled(application)
        assert len(page.picture.marks) == 3
        press(page, "Clear")
        press(page, "Undo")
        press(page, "Undo")
        paint(page.picture, F, [(0.05, 0.6)])
        settled(application)
        assert "in 3 places" in texts(page)
        assert "2 drawings" in texts(page)
    with Store.open(tmp_path) as store:
        kept = read_drawings(store, "")
    assert [mark.view for mark in kept[today.isoformat()]] == [B, F, F]
    assert [mark.touch_hurts for mark in kept[today.isoformat()]] == [False, False, True]
    assert len(kept[before.isoformat()]) == 1


def test_a_drawing_that_cannot_be_read_is_told_and_not_painted_over(qt: QApplication, tmp_path: Path) -> None:
    broken = {"marks": [{"view": "side"}]}
    with Store.open(tmp_path) as store:
        store.journal.put("", EntryKind.BODY_MAP, broken, date.today())
    with opened_in(tmp_path) as application:
        application.window.go("bodymap")
        page = application.window.rooms.bodymap
        assert page is not None
        settled(application)
        assert "cannot be read" in texts(page)
        assert not page.picture.isEnabled()
    with Store.read(tmp_path) as store:
        assert store.journal.entries("", EntryKind.BODY_MAP)[0].document == broken
