"""Course files: those of the program are in order, and each fault is told with its line."""

from pathlib import Path

import pytest

from protocols.courses.forms import CourseError, read_course
from protocols.courses.library import find_course, load_shelf, notes_on
from protocols.library import load_library

EXERCISES = {each.id: each for each in load_library()}
GOOD = """format = 1
id = "mine"
title = "Mine"
about = "Two quiet weeks."
version = 1

[[weeks]]
stage = 2
about = "Rest."
lessons = ["pain-is-real"]
practices = [
  { exercise = "paced-breathing", minutes = 10, days_a_week = 4 },
  { exercise = "flare", days_a_week = 1 },
]
"""


def test_the_courses_of_the_program_are_in_order() -> None:
    shelf = load_shelf(EXERCISES)
    assert shelf.faults == ()
    assert [each.id for each in shelf.courses] == ["four-weeks", "flares", "back-to-movement", "feelings-and-stress"]
    for course in shelf.courses:
        assert course.evidence
        assert all(3 <= week.practice_days <= 7 for week in course.weeks)


@pytest.mark.parametrize(
    ("before", "after", "line", "reason"),
    [
        ("paced-breathing", "paced", 12, "there is no exercise 'paced' here"),
        ("minutes = 10", "minutes = 1", 12, "takes at least"),
        ('"flare", days', '"flare", minutes = 9, days', 13, "has a length of its own"),
        ("days_a_week = 1", "days_a_week = 4", 11, "8 days do not fit"),
        ('"flare"', '"paced-breathing", minutes = 5', 13, "stands twice"),
        ("stage = 2", "stage = 6", 8, "from 1 to 5"),
        ("lessons", "lesson", 10, "'lesson' is not known here"),
        ("format = 1", "format = 2", 1, "later format"),
        ("[[weeks]]", "[weeks]", 7, "begin each with"),
        ("[[weeks]]", "[[week]]", 1, "at least one"),
        ('"Mine"', "“Mine”", 3, "straight quotes"),
        ("days_a_week = 4", "days_a_week = 4.5", 12, "whole number"),
    ],
)
def test_a_fault_is_told_with_its_line(before: str, after: str, line: int, reason: str) -> None:
    read_course(GOOD, "mine.toml", EXERCISES)
    with pytest.raises(CourseError, match=reason) as refused:
        read_course(GOOD.replace(before, after, 1), "mine.toml", EXERCISES)
    assert line in [fault.line for fault in refused.value.faults]


def test_own_courses_stand_beside_the_others(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(GOOD)
    (tmp_path / "b.toml").write_text(GOOD)
    (tmp_path / "c.toml").write_text(GOOD.replace('"mine"', '"flares"'))
    shelf = load_shelf(EXERCISES, tmp_path)
    assert "has the id 'mine' too" in shelf.faults[0]
    assert [each.title for each in shelf.courses if each.id in ("mine", "flares")] == ["Mine", "Mine"]
    assert find_course(str(tmp_path / "a.toml"), EXERCISES).id == "mine"
    with pytest.raises(CourseError, match="Did you mean 'flares'"):
        find_course("flare", EXERCISES)


def test_what_is_worth_knowing_of_a_course_is_noted() -> None:
    course = read_course(GOOD, "mine.toml", EXERCISES)
    notes = " ".join(notes_on(course, EXERCISES, (), (), ("heart",)))
    for words in ("no lesson pain-is-real", "needs care (heart)", "with 5 minutes until", "heart, slow-breathing"):
        assert words in notes
