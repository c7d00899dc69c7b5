"""Each window stands on a screen of its own, and comes back where it was; a screen that is gone loses none."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QWidget

from biofeedback.app import Application
from biofeedback.ui.office.places import OFFICE, PERSON, stand
from biofeedback.ui.settings import read_settings
from biofeedback.ui.words import people as words
from tests.ui.conftest import wait_until
from tests.ui.office.conftest import PEOPLE, both_in, office_of, populate
from tests.ui.office.using import open_by_keys
from tests.ui.using import press

TWO = {
    "screens": [
        {"name": name, "x": x, "y": 0, "width": width, "height": height, "dpr": dpr, "logicalDpi": 96}
        for name, x, width, height, dpr in (("laptop", 0, 1366, 768, 1), ("wall", 1366, 1920, 1080, 2))
    ]
}
TRIED = """
import json
from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QApplication, QWidget
from biofeedback.ui.office.places import places_of, stand

application, told = QApplication([]), []

def pair():
    office, person = QWidget(), QWidget()
    person.show()
    return office, person

def tell(*windows):
    for window in windows:
        window.show()
        QCoreApplication.processEvents()
        told.append([window.screen().name(), *window.geometry().getRect(), window.isVisible()])

first = pair()
stand(*first, {}, both=True)
tell(*first)
for window, place in zip(first, ((1400, 40, 900, 700), (30, 60, 800, 600)), strict=True):
    window.showNormal()
    window.setGeometry(*place)
tell(*first)
again = pair()
stand(*again, places_of(*first), both=True)
tell(*again)
asked = pair()
stand(*asked, {}, both=False)
tell(*asked)
print(json.dumps(told))
"""


def test_on_two_screens_of_different_size_and_scale(tmp_path: Path) -> None:
    screens = tmp_path / "screens.json"
    screens.write_text(json.dumps(TWO))
    platform = {"QT_QPA_PLATFORM": f"offscreen:configfile={screens}"}
    tried = subprocess.run(
        [sys.executable, "-c", TRIED],
        env=os.environ | platform,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    first, moved, again, asked = (json.loads(tried.stdout)[i : i + 2] for i in range(0, 8, 2))
    assert [[name, *size] for name, _, _, *size in first] == [["laptop", 1366, 768, True], ["wall", 1920, 1080, True]]
    assert moved == [["wall", 1400, 40, 900, 700, True], ["laptop", 30, 60, 800, 600, True]]
    assert again == moved
    assert (asked[0][0], asked[1][0]) == ("wall", "laptop")


@pytest.mark.parametrize(
    "kept",
    [{}, {OFFICE: 3}, {OFFICE: "0 bm90aGluZw=="}, {OFFICE: "x y"}, {OFFICE: "-7 "}, {OFFICE: "\x00", PERSON: []}],
)
def test_a_place_that_cannot_be_understood_is_left(qt: QApplication, kept: dict[str, object]) -> None:
    office, person = QWidget(), QWidget()
    before = office.geometry()
    stand(office, person, kept, both=True)
    assert office.geometry() == before


def test_the_office_comes_from_the_settings_and_goes_alone(application: Application) -> None:
    populate_now(application)
    window = application.window
    window.go("settings")
    press(window.rooms.settings, words.OFFICE)
    office = office_of(application)
    wait_until(lambda: len(office.people.people.shown) > 1)
    open_by_keys(office, "bru", PEOPLE[1])
    assert window.whose.person == PEOPLE[1]
    office.close()
    assert window.isVisible()
    window.go("settings")
    press(window.rooms.settings, words.OFFICE)
    assert application.office is office
    assert office.isVisible()
    office.hide()


def populate_now(application: Application) -> None:
    done: list[object] = []
    application.workshop.ask_of_all(lambda store: [store.people.add(name) for name in PEOPLE], done.append, done.append)
    wait_until(lambda: done)


def test_where_the_windows_were_is_kept_for_the_next_day(qt: QApplication, tmp_path: Path) -> None:
    folder = populate(tmp_path / "data")
    with both_in(folder) as made:
        office_of(made).close()
        assert read_settings(folder).office.keys() >= {OFFICE, PERSON}
