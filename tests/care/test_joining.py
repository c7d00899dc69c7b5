"""Two people made one: what both told of a day is read as it was said, and an answer taken back gives way."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from biofeedback.care.checkin import keep_day, read_day
from biofeedback.care.diary import read_lines
from biofeedback.care.drafts import keep_draft
from biofeedback.care.plan import N_GOALS_MOST, begin_course, keep_plan, read_plan, with_goals
from biofeedback.care.profile import Profile, keep_profile, read_profile
from biofeedback.care.who import join_people
from biofeedback.storage.database import Store
from biofeedback.storage.engine import writing
from biofeedback.storage.errors import StoreError
from protocols.courses.library import find_course
from protocols.library import load_shelf

EXERCISES = {each.id: each for each in load_shelf().exercises}
DAY = date(2026, 11, 20)


@pytest.fixture
def two(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "data") as store:
        for name in ("Ana", "A."):
            store.people.add(name)
        yield store


def test_what_both_told_of_a_day_is_read_as_it_was_said(two: Store) -> None:
    keep_day(two, "Ana", DAY, {"pain": 5, "sleep": 2, "stress": None}, "tired")
    keep_day(two, "A.", DAY, {"pain": 6, "sleep": 2, "stress": 4}, "a walk")
    keep_draft(two, "Ana", "peg", {"pain": 3}, DAY)
    keep_draft(two, "A.", "peg", {"pain": 7, "enjoyment": None}, DAY)
    assert join_people(two, "Ana", "A.").n_beside == 3
    day = read_day(two, "Ana", DAY)
    assert (day.answers, day.note) == ({"pain": 5, "sleep": 2, "stress": 4}, "tired")
    assert {line.words for line in read_lines(two, "Ana")} == {
        "pain: 6 (told as A.)",
        "note: a walk (told as A.)",
        "peg: pain 7, enjoyment left out (told as A.)",
    }


@pytest.mark.parametrize("courses", [("four-weeks", "flares"), ("four-weeks", None), (None, "flares")])
def test_the_plan_changed_last_stands_with_the_goals_of_both(two: Store, courses: tuple[str | None, ...]) -> None:
    goals = {"Ana": ["walk to the lake", "swim"], "A.": ["Swim", *(f"goal {n}" for n in range(N_GOALS_MOST - 1))]}
    for name, course in zip(goals, courses, strict=True):
        if course:
            plan = begin_course(two, name, find_course(course, EXERCISES), DAY)
            keep_plan(two, name, with_goals(plan, goals[name]), DAY)
    join_people(two, "Ana", "A.")
    stands = read_plan(two, "Ana")
    assert stands
    assert stands.course == (courses[1] or courses[0])
    lines = [line.words for line in read_lines(two, "Ana")]
    if None not in courses:
        assert stands.goals == ("walk to the lake", "swim", *(f"goal {n}" for n in range(N_GOALS_MOST - 2)))
        assert lines == [f"Goal: goal {N_GOALS_MOST - 2}"]
    else:
        assert stands.goals == tuple(goals["Ana" if courses[0] else "A."])
        assert not lines


def test_a_fault_in_the_middle_leaves_both_as_they_were(two: Store) -> None:
    for name in ("Ana", "A."):
        keep_profile(two, name, Profile(notes=f"note of {name}", symptoms=(f"ache of {name}",)))
        plan = begin_course(two, name, find_course("four-weeks", EXERCISES), DAY)
        keep_plan(two, name, with_goals(plan, [f"goal of {name}"]), DAY)
    before = [two.journal.entries(name) for name in ("Ana", "A.")]
    with writing(two._engine) as connection:
        connection.exec_driver_sql(
            "CREATE TRIGGER fault BEFORE DELETE ON persons BEGIN SELECT RAISE(ABORT, 'the disk is gone'); END"
        )
    with pytest.raises(StoreError, match="kept as it was"):
        join_people(two, "Ana", "A.")
    assert [two.journal.entries(name) for name in ("Ana", "A.")] == before
    with writing(two._engine) as connection:
        connection.exec_driver_sql("DROP TRIGGER fault")
    join_people(two, "Ana", "A.")
    profile, stands = read_profile(two, "Ana"), read_plan(two, "Ana")
    assert profile == Profile(notes="note of Ana\nnote of A.", symptoms=("ache of A.", "ache of Ana"))
    assert stands
    assert stands.goals == ("goal of Ana", "goal of A.")
