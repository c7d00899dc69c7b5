"""Somebody who practises at home, and the clinic that their practice file comes to."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from biofeedback.care.checkin import keep_day
from biofeedback.care.diary import About, write
from biofeedback.care.plan import begin_course
from biofeedback.exchange import sealed
from biofeedback.exchange.practice_file import write_practice
from biofeedback.storage.database import Store
from protocols.courses.library import find_course
from protocols.library import load_library
from tests.exchange.practice import ON, WORD
from tests.session.figures import figures
from tests.storage.examples import new_session, record_everything


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealed, "PASSES", 1)
    monkeypatch.setattr(sealed, "MEMORY_KIB", 64)


@pytest.fixture
def home(quick: None, tmp_path: Path) -> Iterator[Store]:
    """The practice of somebody at home."""
    with Store.open(tmp_path / "home") as store:
        with store.recorder(new_session(person="")) as recorder:
            record_everything(recorder)
            recorder.finish("2026-11-21T08:33:00Z", "done", figures(), "1")
        store.ladders.add("", "swim", 3)
        keep_day(store, "", ON, {"pain": 4})
        write(store, "", About.NOTE, "a walk")
        begin_course(store, "", find_course("four-weeks", {each.id: each for each in load_library()}))
        yield store


@pytest.fixture
def clinic(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "clinic") as store:
        store.people.add("Ana")
        store.people.add("Bob")
        yield store


@pytest.fixture
def file(home: Store, tmp_path: Path) -> Path:
    path = tmp_path / "ana.practice"
    write_practice(home, "", path, WORD)
    return path
