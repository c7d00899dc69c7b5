"""What the first person who is opened would else wait for is read before, of nobody whom it may not be read of."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from biofeedback.app import Application
from biofeedback.care.ahead import read_ahead
from biofeedback.care.visit import read_visit
from biofeedback.storage.database import Store
from biofeedback.storage.permits.roles import Role, User
from biofeedback.ui.office import ready
from biofeedback.ui.office.ready import make_ready
from tests.ui.conftest import wait_until
from tests.ui.office.conftest import PEOPLE, both_in, office_of, populate


def test_it_is_read_once_the_list_is_there_and_shown_nowhere(
    qt: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []

    def reading(store: Store, person: str) -> object:
        read.append(person)
        return read_visit(store, person)

    monkeypatch.setattr(ready, "read_visit", reading)
    with both_in(populate(tmp_path / "data")) as made:
        wait_until(lambda: read)
        assert read == [PEOPLE[1]], "who is due comes first"
        assert not office_of(made).sheet.shows(PEOPLE[1])
        with Store.read(made._folder) as store:
            assert PEOPLE[1] not in {entry.person for entry in store.log.entries()}


def test_of_whom_one_may_not_read_nothing_is_read_and_nothing_written_down(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    monkeypatch.setattr(ready, "read_visit", lambda store, person: read.append(person))
    with Store.open(populate(tmp_path / "data")) as store:
        monkeypatch.setattr(Store, "user", User("a", "Ulla", Role.ASSISTANT, frozenset({PEOPLE[0].casefold()})))
        n_before = len(store.log.entries())

        def ask(work: Callable[[Store], Any], then: object, refused: object) -> None:
            work(store)

        make_ready(ask, PEOPLE[0])
        assert (read, len(store.log.entries())) == ([], n_before)


def test_the_sheet_is_asked_for_before_what_the_other_window_shows(
    both: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []
    ask = both.workshop.ask

    def listening(work: Any, then: Any, refused: Any = None) -> None:
        asked.append("ahead" if work is read_ahead else getattr(then, "__name__", ""))
        ask(work, then, refused)

    monkeypatch.setattr(both.workshop, "ask", listening)
    office = office_of(both)
    office.open_person(PEOPLE[0])
    wait_until(lambda: office.sheet.shows(PEOPLE[0]) and "ahead" in asked)
    assert asked.index("_show_visit") < asked.index("ahead")
