"""The exercises at hand: those that come with the program, and a person's own files."""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

from protocols.documents import find, read_text, with_own
from protocols.forms import ExerciseError, read_exercise
from protocols.specification import Exercise


@dataclass(frozen=True, slots=True)
class Shelf:
    """Exercises, and what is wrong with the files that could not be read.

    Attributes
    ----------
    exercises : tuple of Exercise
    faults : tuple of str
        A line for each fault, with its file.
    """

    exercises: tuple[Exercise, ...]
    faults: tuple[str, ...] = ()


@cache
def load_library() -> tuple[Exercise, ...]:
    """All exercises that come with the program, group by group; its files are read once, as they never change."""
    folder = files("protocols") / "library"
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".toml"))
    found = [read_exercise((folder / name).read_text(encoding="utf-8"), name) for name in names]
    return tuple(sorted(found, key=_place))


def load_shelf(own: Path | None = None) -> Shelf:
    """The library, and the files of a folder; one of these with the id of a library exercise takes its place."""
    exercises, faults = with_own(load_library(), own, "exercises", read_exercise_file)
    return Shelf(tuple(sorted(exercises, key=_place)), tuple(faults))


def find_exercise(name: str, own: Path | None = None) -> Exercise:
    """An exercise by its id, from the library or a folder of own files, or by the path of its file.

    Raises
    ------
    ExerciseError
        If there is none, or its file has faults.
    """
    return find(name, load_shelf(own).exercises, "exercise", read_exercise_file, ExerciseError)


def read_exercise_file(path: Path) -> Exercise:
    """Read and check one file.

    Raises
    ------
    ExerciseError
        If it cannot be read or has faults.
    """
    return read_exercise(read_text(path, ExerciseError), str(path))


def _place(exercise: Exercise) -> tuple[int, int, str]:
    """Group by group; in a group, by the place that the file asks for."""
    return list(type(exercise.group)).index(exercise.group), exercise.place, exercise.id
