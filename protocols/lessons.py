"""The lessons at hand: those that come with the program, and a person's own files."""

import contextlib
from dataclasses import dataclass
from difflib import get_close_matches
from importlib.resources import files
from pathlib import Path

from protocols.lesson import Lesson
from protocols.lesson_forms import LessonError, read_lesson
from protocols.textfiles import own_files, read_text

SUFFIX = ".md"


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


def load_lessons() -> list[Lesson]:
    """All lessons that come with the program, in the order of the course."""
    folder = files("protocols") / "lessons"
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(SUFFIX))
    return sorted((read_lesson((folder / name).read_text(encoding="utf-8"), name) for name in names), key=_place)


def load_lesson_shelf(own: Path | None = None) -> LessonShelf:
    """The lessons, and the files of a folder; one of these with the id of a lesson takes its place."""
    lessons = {lesson.id: lesson for lesson in load_lessons()}
    taken: dict[str, Path] = {}
    paths, faults = own_files(own, SUFFIX, "lessons") if own else ([], [])
    for path in paths:
        try:
            lesson = read_lesson_file(path)
        except LessonError as error:
            faults += str(error).splitlines()
            continue
        if lesson.id in taken:
            faults.append(f"{path} is left out: {taken[lesson.id].name} has the id '{lesson.id}' too.")
        else:
            lessons[lesson.id], taken[lesson.id] = lesson, path
    return LessonShelf(tuple(sorted(lessons.values(), key=_place)), tuple(faults))


def find_lesson(name: str, own: Path | None = None) -> Lesson:
    """A lesson by its id, from the program or a folder of own files, or by the path of its file.

    Raises
    ------
    LessonError
        If there is none, or its file has faults.
    """
    shelf = {lesson.id: lesson for lesson in load_lesson_shelf(own).lessons}
    if name in shelf:
        return shelf[name]
    with contextlib.suppress(OSError, RuntimeError):  # a name too long for a file, or a home folder that is none
        path = Path(name).expanduser()
        if path.suffix == SUFFIX or path.is_file():
            return read_lesson_file(path)
    named = {ident: ident for ident in shelf} | {each.title.lower(): each.id for each in shelf.values()}
    near = get_close_matches(name.lower(), named, 1)
    meant = f"Did you mean '{named[near[0]]}'? " if near else ""
    raise LessonError(f"There is no lesson '{name}'. {meant}Choose one of: {', '.join(shelf)}, or name a .md file.")


def read_lesson_file(path: Path) -> Lesson:
    """Read and check one file.

    Raises
    ------
    LessonError
        If it cannot be read or has faults.
    """
    return read_lesson(read_text(path, SUFFIX, LessonError), str(path))


def _place(lesson: Lesson) -> tuple[int, int, str]:
    return lesson.stage, lesson.place, lesson.id
