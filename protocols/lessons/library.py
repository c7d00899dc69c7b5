"""The lessons at hand: those that come with the program, and a person's own files."""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

from protocols.documents import find, read_text, with_own
from protocols.lessons.forms import LessonError, read_lesson
from protocols.lessons.specification import Lesson


@dataclass(frozen=True, slots=True)
class LessonShelf:
    """Lessons in the order of the course, and what is wrong with the files that could not be read.

    Attributes
    ----------
    lessons : tuple of Lesson
    faults : tuple of str
        A line for each fault, with its file.
    """

    lessons: tuple[Lesson, ...]
    faults: tuple[str, ...] = ()


@cache
def load_lessons() -> tuple[Lesson, ...]:
    """All lessons that come with the program, in the order of the course; their files are read once."""
    folder = files("protocols") / "lessons"
    return tuple(
        sorted((read_lesson((folder / name).read_text(encoding="utf-8"), name) for name in _names()), key=_place)
    )


def load_lesson_shelf(own: Path | None = None) -> LessonShelf:
    """The lessons, and the files of a folder; one of these with the id of a lesson takes its place."""
    lessons, faults = with_own(load_lessons(), own, "lessons", read_lesson_file, suffix=LessonError.suffix)
    return LessonShelf(tuple(sorted(lessons, key=_place)), tuple(faults))


def lesson_ids(own: Path | None = None) -> frozenset[str]:
    """Ids of the lessons at hand; a file of the program has the name of its lesson, and is not read for it."""
    lessons, _ = with_own((), own, "lessons", read_lesson_file, suffix=LessonError.suffix)
    return frozenset(name.removesuffix(LessonError.suffix) for name in _names()).union(each.id for each in lessons)


def find_lesson(name: str, own: Path | None = None) -> Lesson:
    """A lesson by its id, from the program or a folder of own files, or by the path of its file.

    Raises
    ------
    LessonError
        If there is none, or its file has faults.
    """
    return find(name, load_lesson_shelf(own).lessons, "lesson", read_lesson_file, LessonError)


def read_lesson_file(path: Path) -> Lesson:
    """Read and check one file.

    Raises
    ------
    LessonError
        If it cannot be read or has faults.
    """
    return read_lesson(read_text(path, LessonError), str(path))


def _names() -> list[str]:
    folder = files("protocols") / "lessons"
    return sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(LessonError.suffix))


def _place(lesson: Lesson) -> tuple[int, int, str]:
    return lesson.stage, lesson.place, lesson.id
