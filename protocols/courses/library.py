"""The courses at hand: those that come with the program, and a person's own files."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from importlib.resources import files
from pathlib import Path

from protocols.courses.forms import CourseError, read_course
from protocols.courses.specification import Course
from protocols.documents import find, read_text, with_own
from protocols.safety import Caution
from protocols.specification import Exercise

ORDER = ("four-weeks", "flares", "back-to-movement", "feelings-and-stress")
"""In which they are listed; a person's own come after."""
FIRST_MINUTES, N_FIRST = 5.0, 3
"""The first sessions of slow breathing are short: many breathe too much at first (Szulczewski 2019; science C10)."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """Courses, and what is wrong with the files that could not be read, a line for each fault."""

    courses: tuple[Course, ...]
    faults: tuple[str, ...] = ()


def load_shelf(exercises: Mapping[str, Exercise], own: Path | None = None) -> Shelf:
    """The library, and the files of a folder; one of these with the id of a course takes its place."""
    folder = files("protocols") / "courses"
    courses: list[Course] = []
    faults: list[str] = []
    for name in sorted(each.name for each in folder.iterdir() if each.name.endswith(".toml")):
        try:
            courses.append(read_course((folder / name).read_text(encoding="utf-8"), name, exercises))
        except CourseError as error:  # an own exercise in place of one of the library may not have the length
            faults += str(error).splitlines()
    found, own_faults = with_own(courses, own, "courses", partial(read_course_file, exercises=exercises))
    return Shelf(tuple(sorted(found, key=_place)), (*faults, *own_faults))


def find_course(name: str, exercises: Mapping[str, Exercise], own: Path | None = None) -> Course:
    """A course by its id, from the library or a folder of own files, or by the path of its file.

    Raises
    ------
    CourseError
        If there is none, or its file has faults.
    """
    read = partial(read_course_file, exercises=exercises)
    return find(name, load_shelf(exercises, own).courses, "course", read, CourseError)


def read_course_file(path: Path, exercises: Mapping[str, Exercise]) -> Course:
    """Read and check one file.

    Raises
    ------
    CourseError
        If it cannot be read or has faults.
    """
    return read_course(read_text(path, CourseError), str(path), exercises)


def notes_on(
    course: Course,
    exercises: Mapping[str, Exercise],
    lessons: Collection[str],
    questionnaires: Collection[str],
    conditions: Collection[str] = (),
) -> Iterator[str]:
    """What whoever wrote a course, or gives it to a person with these conditions, may want to know."""
    is_long = False
    for number, week in enumerate(course.weeks, 1):
        for ident in week.lessons:
            if ident not in lessons:
                yield f"week {number}: there is no lesson {ident} here; it is left out."
        for ident in week.questionnaires:
            if ident not in questionnaires:
                yield f"week {number}: there is no questionnaire {ident} here; it is left out."
        for practice in week.practices:
            exercise = practice.of(exercises[practice.exercise])
            held = [each for each in Caution if each in exercise.cautions and each.value in conditions]
            if held:
                yield (
                    f"week {number}: {exercise.id} needs care ({', '.join(held)}), as is written down for this "
                    "person; something else is offered in its place."
                )
            is_long = is_long or (exercise.stretches and exercise.minutes > FIRST_MINUTES and is_slow(exercise))
    if is_long:
        yield f"Slow breathing is offered with {FIRST_MINUTES:g} minutes until it has been practised {N_FIRST} times."
    cautions = sorted({c for w in course.weeks for p in w.practices for c in exercises[p.exercise].cautions})
    if cautions:
        yield f"It holds exercises that need care, and ask first: {', '.join(cautions)}."


def is_slow(exercise: Exercise) -> bool:
    """Whether an exercise has slow breathing in it."""
    return Caution.SLOW_BREATHING in exercise.cautions


def _place(course: Course) -> tuple[int, str]:
    known = course.id in ORDER
    return (ORDER.index(course.id) if known else len(ORDER)), course.id
