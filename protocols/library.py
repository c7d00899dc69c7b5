"""The exercises at hand: those that come with the program, and a person's own files."""

import contextlib
from dataclasses import dataclass
from difflib import get_close_matches
from importlib.resources import files
from pathlib import Path

from protocols.forms import ExerciseError, read_exercise
from protocols.specification import Exercise
from protocols.textfiles import own_files, read_text


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


def load_library() -> list[Exercise]:
    """All exercises that come with the program, group by group."""
    folder = files("protocols") / "library"
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".toml"))
    found = [read_exercise((folder / name).read_text(encoding="utf-8"), name) for name in names]
    return sorted(found, key=_place)


def load_shelf(own: Path | None = None) -> Shelf:
    """The library, and the files of a folder; one of these with the id of a library exercise takes its place."""
    exercises = {exercise.id: exercise for exercise in load_library()}
    taken: dict[str, Path] = {}
    paths, faults = own_files(own, ".toml", "exercises") if own else ([], [])
    for path in paths:
        try:
            exercise = read_exercise_file(path)
        except ExerciseError as error:
            faults += str(error).splitlines()
            continue
        if exercise.id in taken:
            faults.append(f"{path} is left out: {taken[exercise.id].name} has the id '{exercise.id}' too.")
        else:
            exercises[exercise.id], taken[exercise.id] = exercise, path
    return Shelf(tuple(sorted(exercises.values(), key=_place)), tuple(faults))


def find_exercise(name: str, own: Path | None = None) -> Exercise:
    """An exercise by its id, from the library or a folder of own files, or by the path of its file.

    Raises
    ------
    ExerciseError
        If there is none, or its file has faults.
    """
    shelf = {exercise.id: exercise for exercise in load_shelf(own).exercises}
    if name in shelf:
        return shelf[name]
    with contextlib.suppress(OSError, RuntimeError):  # a name too long for a file, or a home folder that is none
        path = Path(name).expanduser()
        if path.suffix == ".toml" or path.is_file():
            return read_exercise_file(path)
    named = {ident: ident for ident in shelf} | {each.title.lower(): each.id for each in shelf.values()}
    near = get_close_matches(name.lower(), named, 1)
    meant = f"Did you mean '{named[near[0]]}'? " if near else ""
    raise ExerciseError(
        f"There is no exercise '{name}'. {meant}Choose one of: {', '.join(shelf)}, or name a .toml file."
    )


def read_exercise_file(path: Path) -> Exercise:
    """Read and check one file.

    Raises
    ------
    ExerciseError
        If it cannot be read or has faults.
    """
    return read_exercise(read_text(path, ".toml", ExerciseError), str(path))


def _place(exercise: Exercise) -> tuple[int, int, str]:
    """Group by group; in a group, by the place that the file asks for."""
    return list(type(exercise.group)).index(exercise.group), exercise.place, exercise.id
