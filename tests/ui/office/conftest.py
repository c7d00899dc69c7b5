"""Both windows, of one session and the same data."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication

from biofeedback.app import Application
from biofeedback.care.plan import begin_course
from biofeedback.care.profile import Profile, keep_profile
from biofeedback.storage.database import Store
from biofeedback.ui.office.window import OfficeWindow
from biofeedback.ui.settings import Settings, keep_settings
from protocols.courses.library import load_shelf as load_courses
from protocols.library import load_library
from tests.ui.conftest import AT_HOME, wait_until

SPEED = 40.0
PEOPLE = ("Anna Berg", "Bruno Keller", "P-0042")


def office_of(application: Application) -> OfficeWindow:
    assert application.office is not None
    return application.office


@contextmanager
def both_in(folder: Path, settings: Settings = AT_HOME) -> Iterator[Application]:
    """The whole program with both windows, its people read."""
    keep_settings(folder, settings)
    made = Application(folder, speed=SPEED, with_office=True)
    made.window.resize(1280, 720)
    made.window.show()
    wait_until(lambda: made.office is not None and len(made.office.people.people.shown) > 1)
    yield made
    office = office_of(made)
    made.close()
    for window in (made.window, office):
        window.hide()
        window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def populate(folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    with Store.open(folder) as store:
        for name in PEOPLE:
            store.people.add(name)
        course = load_courses({each.id: each for each in load_library()}).courses[0]
        begin_course(store, PEOPLE[1], course)
        keep_profile(store, PEOPLE[0], Profile(notes="Comes on Thursdays.", conditions=("holds",)))
    return folder


@pytest.fixture
def both(qt: QApplication, tmp_path: Path) -> Iterator[Application]:
    with both_in(populate(tmp_path / "data")) as made:
        yield made
