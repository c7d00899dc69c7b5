"""A session that was begun with the wrong person, given to the right one, and what was known of the wrong one."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from shutil import copytree

import pytest
from sqlalchemy import func, update

from biofeedback.care.evidence import judge, read_sheet, write_line
from biofeedback.care.finds import Find, Kind
from biofeedback.session.kept.archive import rescore, show
from biofeedback.session.kept.given import give
from biofeedback.session.kept.recut import exclude
from biofeedback.storage import schema
from biofeedback.storage.database import Store
from biofeedback.storage.engine import reading, writing
from biofeedback.storage.seals import unsound
from protocols.library import find_exercise
from tests.session.stage import play

STRAP = "sim:rest?seed=4"
WITH_REST = find_exercise("calm-state").lasting(8.0)
THEN, LATER, AT_LAST = (f"2026-11-26T1{hour}:00:00+00:00" for hour in range(3))


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Two sessions of Anna, and the later one, which was begun when the first was known."""
    folder = tmp_path_factory.mktemp("given") / "data"
    with Store.open(folder) as store:
        for name in ("Anna", "Bob", "Cleo"):
            store.people.add(name)
        first, second = (play(store, STRAP, WITH_REST, person="Anna").whole.session_id for _ in range(2))
        assert show(store, first)["history"] is None
        assert show(store, second)["history"] is not None
    return folder, second


@pytest.fixture
def session_id(played: tuple[Path, str]) -> str:
    return played[1]


@pytest.fixture
def store(played: tuple[Path, str], tmp_path: Path) -> Iterator[Store]:
    copytree(played[0], tmp_path / "data")
    with Store.open(tmp_path / "data") as opened:
        yield opened


def test_what_was_known_of_the_wrong_person_is_in_no_figure_of_the_right_one(store: Store, session_id: str) -> None:
    before, stored = show(store, session_id), store.session(session_id).began.settings
    assert give(store, session_id, "bob", THEN) == "Anna"
    given = show(store, session_id)
    assert (given["person"], given["history"]) == ("Bob", None), "the rest of somebody else is not the usual one"
    assert given["phases"] == before["phases"]
    again = json.loads(json.dumps(rescore(store, session_id, LATER).document))
    assert {key: value for key, value in again.items() if given[key] != value} == {}
    assert give(store, session_id, "Anna", LATER) == "Bob"
    assert show(store, session_id) == before
    assert store.session(session_id).began.settings == stored
    assert len(store.results(session_id)) == 3, "all figures are kept beside"
    with reading(store._engine) as connection:
        assert unsound(connection) == []


def test_given_on_and_on_it_is_known_with_whom_it_was_begun(store: Store, session_id: str) -> None:
    before = show(store, session_id)
    for name in ("Bob", "", "Cleo"):
        give(store, session_id, name, THEN)
        assert show(store, session_id)["history"] is None
    give(store, session_id, "Anna", AT_LAST)
    assert show(store, session_id) == before


def test_elsewhere_whoever_has_the_same_place_in_the_data_is_somebody_else(store: Store, session_id: str) -> None:
    give(store, session_id, "Bob", THEN)
    with writing(store._engine) as connection:  # as where it was taken in from a file
        connection.execute(update(schema.aliases).values(alias=func.upper(schema.aliases.c.alias) + "-"))
    give(store, session_id, "Anna", LATER)
    assert show(store, session_id)["history"] is None


def test_what_is_left_out_stays_left_out(store: Store, session_id: str) -> None:
    exclude(store, session_id, 20.0, 40.0, "talked", THEN)
    give(store, session_id, "Bob", LATER)
    assert [each["reason"] for each in show(store, session_id)["excluded"]] == ["talked"]


def test_lines_of_evidence_that_are_of_the_session_go_along_and_no_others(store: Store, session_id: str) -> None:
    write_line(store, "Anna", "It is less on holidays.")
    for source in (session_id, "another"):
        judge(store, "Anna", Find(Kind.SESSION, date(2026, 11, 26), f"of {source}", (source,), "pain"), kept=True)
    give(store, session_id, "Bob", THEN)
    assert [line.words for line in read_sheet(store, "Bob")] == [f"of {session_id}"]
    assert {line.words for line in read_sheet(store, "Anna")} == {"It is less on holidays.", "of another"}


def test_a_session_of_which_nothing_was_known_before_keeps_its_figures_as_they_were_saved(
    store: Store, session_id: str
) -> None:
    (first,) = (row.session_id for row in store.sessions("Anna") if row.session_id != session_id)
    before = show(store, first)
    give(store, first, "Bob", THEN)
    assert show(store, first) == before | {"person": "Bob"}
    assert len(store.results(first)) == 1
