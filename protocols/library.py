"""The exercises at hand: those that come with the program, and a person's own files."""

import contextlib
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from pathlib import Path

from protocols.forms import LONGEST_FILE, ExerciseError, read_exercise
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
    exercises = {exercise.id: exercise for exercise in load_library()}
    taken: dict[str, Path] = {}
    paths, faults = _own_files(own) if own else ([], [])
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


def _own_files(folder: Path) -> tuple[list[Path], list[str]]:
    """The exercise files of a folder, and why there are none; hidden files are not meant."""
    try:
        names = sorted(path for path in folder.iterdir() if path.suffix == ".toml" and not path.name.startswith("."))
    except (FileNotFoundError, NotADirectoryError):
        return [], []
    except OSError as error:
        return [], [f"Your own exercises in {folder} cannot be read: {error.strerror}."]
    return names, []


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
    try:
        if path.exists() and not path.is_file():  # a pipe or a device might never end
            raise ExerciseError(f"{path} cannot be read: it is no file. Name a .toml file.")
        with path.open(encoding="utf-8-sig") as file:
            text = file.read(LONGEST_FILE + 1)
    except FileNotFoundError:
        raise ExerciseError(f"There is no file {path}. Check the name and the folder.") from None
    except UnicodeDecodeError:
        raise ExerciseError(f"{path} is not a text file in UTF-8.") from None
    except OSError as error:
        raise ExerciseError(f"{path} cannot be read: {error.strerror}.") from error
    return read_exercise(text, str(path))


def _place(exercise: Exercise) -> tuple[int, int, str]:
    """Group by group; in a group, by the place that the file asks for."""
    return list(type(exercise.group)).index(exercise.group), exercise.place, exercise.id
