"""A plan from the clinic home: it stands as the clinician's, own goals stay, and nothing that was there is lost."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from biofeedback.care.ahead import read_ahead
from biofeedback.care.diary import read_lines
from biofeedback.care.letterhead import Letterhead, keep_letterhead
from biofeedback.care.plan import Plan, begin_course, keep_plan, read_history, read_plan, with_goals
from biofeedback.exchange import sealed
from biofeedback.exchange.files import ExportError
from biofeedback.exchange.plan_file import KIND, read_given_plan, write_plan
from biofeedback.exchange.practice_file import Sender, read_practice, write_practice
from biofeedback.exchange.sealed import SealedError, sealed_file
from biofeedback.exchange.signing import own_key
from biofeedback.storage.database import Store
from biofeedback.ui.words.course import given
from protocols.courses.library import find_course
from protocols.library import load_library

WORD = "four good words here"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealed, "PASSES", 1)
    monkeypatch.setattr(sealed, "MEMORY_KIB", 64)


@pytest.fixture
def clinic(tmp_path: Path) -> Iterator[Store]:
    """A clinic with a plan for Ana."""
    with Store.open(tmp_path / "clinic") as store:
        store.people.add("Ana")
        keep_letterhead(store, Letterhead("Practice", "Street 1", "Dr. Vogel"))
        begun(store, "Ana", "four-weeks", "dance", "cook")
        yield store


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "home") as store:
        yield store


def begun(store: Store, person: str, course: str, *goals: str) -> Plan:
    begin_course(store, person, find_course(course, {each.id: each for each in load_library()}))
    plan = read_plan(store, person)
    assert plan is not None
    return keep_plan(store, person, with_goals(plan, goals))


def test_it_stands_on_the_start_page_as_the_clinicians(clinic: Store, home: Store, tmp_path: Path) -> None:
    write_plan(clinic, "Ana", tmp_path / "f", WORD)
    told = read_given_plan(home, "", tmp_path / "f", WORD)
    assert (told.is_new, told.sender, told.plan.given_by, told.plan.given_on) == (
        True,
        Sender.NEW,
        "Dr. Vogel",
        date.today(),
    )
    today = read_ahead(home, "").today
    assert today is not None
    assert given(today).startswith("The plan is from Dr. Vogel, ")
    again = read_given_plan(home, "", tmp_path / "f", WORD)
    assert (again.is_new, again.sender) == (False, Sender.KNOWN)
    assert len(read_history(home, "")) == 1


def test_own_goals_and_the_plan_before_stay(clinic: Store, home: Store, tmp_path: Path) -> None:
    before = begun(home, "", "flares", "swim", "Dance", "sing", "read")
    write_plan(clinic, "Ana", tmp_path / "f", WORD)
    told = read_given_plan(home, "", tmp_path / "f", WORD)
    assert told.plan.goals == ("Dance", "swim", "sing", "read", "cook")
    assert read_plan(home, "") == told.plan
    assert before in read_history(home, "")
    begun(home, "", "flares", "a", "b", "c", "d", "e")
    more = read_given_plan(home, "", tmp_path / "f", WORD)
    assert more.beside == ("dance", "cook")
    assert [line.words for line in read_lines(home, "")] == ["Goal: dance", "Goal: cook"]


def test_the_way_home_and_back_gives_the_same_plan(clinic: Store, home: Store, tmp_path: Path) -> None:
    write_plan(clinic, "Ana", tmp_path / "f", WORD)
    given_plan = read_given_plan(home, "", tmp_path / "f", WORD).plan
    write_practice(home, "", tmp_path / "g", WORD)
    read_practice(clinic, "Ana", tmp_path / "g", WORD)
    assert read_plan(clinic, "Ana") == given_plan
    write_plan(clinic, "Ana", tmp_path / "f", WORD, force=True)
    assert not read_given_plan(home, "", tmp_path / "f", WORD).is_new


def test_what_is_no_plan_changes_nothing(clinic: Store, home: Store, tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="no plan yet"):
        write_plan(home, "", tmp_path / "f", WORD)
    on = {"on": "2026-11-20"}
    for lines, about in (([], on), ([{"plan": {}}], on), ([{"plan": 3}], on), ([{"plan": {}}] * 2, on), ([], {})):
        with sealed_file(tmp_path / "f", KIND, WORD, own_key(clinic), about, force=True) as put:
            for line in lines:
                put.line(line)
        with pytest.raises(SealedError, match="Nothing was changed"):
            read_given_plan(home, "", tmp_path / "f", WORD)
    assert read_history(home, "") == ()
    write_practice(clinic, "Ana", tmp_path / "f", WORD, force=True)
    with pytest.raises(SealedError, match="a practice file, not a plan file"):
        read_given_plan(home, "", tmp_path / "f", WORD)
