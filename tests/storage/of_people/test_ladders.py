"""Ladders back to activity: each person's own, in order, and nothing that was on them is lost."""

import sqlite3
from contextlib import closing

import pytest

from biofeedback.storage.database import Store
from biofeedback.storage.errors import StoreError
from biofeedback.storage.folder import DATABASE
from biofeedback.storage.records import StoredResult
from protocols.ladder import Rung
from tests.storage.examples import new_session, record_everything

TOLD = {
    "rung": "1", "text": "Bend", "imagined": False, "broken_off": False, "expected_pain": 5, "pain": 3,
    "expected_fear": 6, "fear": None, "recovery_s": 95.5,
}  # fmt: skip


def ladder(store: Store, person: str = "") -> list[tuple[str, float]]:
    return [(rung.text, rung.distress) for rung in store.ladders.rungs(person)]


def test_rungs_stand_from_easy_to_hard_and_each_person_has_their_own(store: Store) -> None:
    for text, distress in (("stairs", 6), ("  bend \n to a shoe", 4), ("chair", 2)):
        store.ladders.add("", text, distress)
    store.ladders.add("Ann", "swim", 10)
    assert ladder(store) == [("chair", 2), ("bend to a shoe", 4), ("stairs", 6)]
    assert ladder(store, "Ann") == [("swim", 10)]
    assert ladder(store, "Bob") == []


def test_a_rung_is_changed_and_finds_its_new_place(store: Store) -> None:
    chair, bend = store.ladders.add("", "chair", 2), store.ladders.add("", "bend", 4)
    store.ladders.change(chair.name, distress=7)
    store.ladders.change(bend.name, text="bend twice")
    assert store.ladders.rungs("") == [Rung(bend.name, "bend twice", 4), Rung(chair.name, "chair", 7)]


@pytest.mark.parametrize(
    ("n", "to", "after"),
    [
        (0, 2, [("b", 4), ("c", 4), ("a", 4), ("d", 8)]),
        (3, 0, [("d", 2), ("a", 2), ("b", 4), ("c", 4)]),
        (2, 1, [("a", 2), ("c", 4), ("b", 4), ("d", 8)]),
        (0, 99, [("b", 4), ("c", 4), ("d", 8), ("a", 8)]),
    ],
)
def test_a_moved_rung_is_as_hard_as_its_place(store: Store, n: int, to: int, after: list[tuple[str, int]]) -> None:
    made = [store.ladders.add("", text, distress) for text, distress in (("a", 2), ("b", 4), ("c", 4), ("d", 8))]
    store.ladders.move(made[n].name, to)
    assert ladder(store) == after


def test_what_is_taken_off_is_kept_but_not_shown(store: Store) -> None:
    rung = store.ladders.add("", "chair", 2)
    store.ladders.remove(rung.name)
    assert ladder(store) == []
    with closing(sqlite3.connect(store.folder / DATABASE)) as connection:
        assert connection.execute("SELECT text, archived FROM rungs").fetchall() == [("chair", 1)]
    for change in (lambda: store.ladders.remove(rung.name), lambda: store.ladders.change("x", "y")):
        with pytest.raises(StoreError, match="no longer on the ladder"):
            change()
    assert store.ladders.add("", "stairs", 2).name != rung.name, "a name is never given twice"
    assert store.ladders.add("Ann", "chair", 2).name != rung.name
    assert store.ladders.add("", " chair", 5) == Rung(rung.name, "chair", 5), "what was tried of it comes back too"
    assert ladder(store) == [("stairs", 2), ("chair", 5)]


def test_a_full_ladder_says_so_and_nonsense_is_refused(store: Store) -> None:
    for i in range(10):
        store.ladders.add("Ann", f"step {i}", i)
    with pytest.raises(StoreError, match="room for 10 steps"):
        store.ladders.add("Ann", "one more", 5)
    for text, distress in ((" ", 3), ("x" * 121, 3), ("walk", 11), ("walk", -1)):
        with pytest.raises(ValueError, match=r"step needs words|whole number from 0 to 10"):
            store.ladders.add("", text, distress)
    assert ladder(store) == []


def test_what_was_tried_is_read_from_the_latest_results(store: Store) -> None:
    for session_id, started, person in (("b", "2026-11-22", ""), ("a", "2026-11-21", ""), ("c", "2026-11-23", "Ann")):
        with store.recorder(new_session(session_id, person, f"{started}T12:00:00Z")) as recorder:
            record_everything(recorder)
    for session_id, pain in (("b", 9), ("b", 2), ("c", 1)):
        result = {"result": {"kind": "recovery", "activity": TOLD | {"pain": pain}}}
        store.add_result(session_id, StoredResult("2026-11-23T12:00:00Z", "again", result))
    (tried,) = store.ladders.tries("")
    assert (tried.session_id, tried.simulated, tried.text) == ("b", True, "Bend")
    experience = tried.experience
    assert (experience.rung, experience.on.isoformat(), experience.pain) == ("1", "2026-11-22", 2)
    assert (experience.expected_fear, experience.fear, experience.recovery_s) == (6, None, 95.5)
    assert len(store.ladders.tries("Ann")) == 1
