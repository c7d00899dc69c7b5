"""The commands for exercises."""

import json
import re
import shlex
import sys
import unicodedata
from collections.abc import Container
from pathlib import Path
from typing import Annotated

import typer

from biofeedback.cli.options import DataOption, JsonOption
from biofeedback.storage.folder import own_exercises
from protocols.forms import ExerciseError, read_exercise
from protocols.library import find_exercise, load_library, load_shelf, read_exercise_file
from protocols.positions import key_lines
from protocols.specification import Exercise

LONGEST_IDENT = 60
"""Characters of the name of a file that go into the id of its exercise."""

exercises_app = typer.Typer(help="The exercises, and the check of an exercise file.", invoke_without_command=True)


@exercises_app.callback()
def exercises(context: typer.Context, data: DataOption = None, as_json: JsonOption = False) -> None:
    """The library, and your own exercise files."""
    if context.invoked_subcommand:
        return
    shelf = load_shelf(own_exercises(data))
    for fault in shelf.faults:
        print(fault, file=sys.stderr)
    if as_json:
        print(json.dumps([_listed(exercise) for exercise in shelf.exercises], ensure_ascii=False))
        return
    from biofeedback.reports.terminal import print_rows

    print_rows(
        ("exercise", "title", "minutes", "what it is for"),
        ((e.id, e.title, f"{e.minutes:.3g}", e.purpose) for e in shelf.exercises),
    )


def _listed(exercise: Exercise) -> dict[str, object]:
    return {
        "id": exercise.id,
        "title": exercise.title,
        "minutes": exercise.minutes,
        "purpose": exercise.purpose,
        "group": exercise.group,
        "choices": {choice.id: [option for option, _ in choice.options] for choice in exercise.offered},
    }


@exercises_app.command()
def check(file: Path, data: DataOption = None) -> None:
    """The faults of an exercise file, each with its line."""
    file = _at_home(file)
    exercise = read_exercise_file(file)
    print(f"{file} is in order: {exercise.title}, {exercise.minutes:.3g} minutes, {len(exercise.phases)} phases.")
    if (folder := own_exercises(data)).resolve() != file.resolve().parent:
        print(f"Put it into {folder} and it stands in the list.", file=sys.stderr)
    for other in load_library():
        if other.id == exercise.id and other.source != exercise.source:
            print(f"It takes the place of the exercise '{other.title}', which has the same id.", file=sys.stderr)


@exercises_app.command()
def copy(
    exercise: Annotated[str, typer.Argument(help="Id of the exercise to begin from.")],
    file: Annotated[Path | None, typer.Argument(help="Where to; left out, among your own exercises.")] = None,
    data: DataOption = None,
) -> None:
    """A copy of an exercise, under a name of its own, to be changed in any text editor."""
    own = own_exercises(data)
    found = find_exercise(exercise, own)
    target = _at_home(file or own / f"my-{found.id}.toml")
    try:
        if target.is_dir():
            target /= f"my-{found.id}.toml"
        elif target.suffix != ".toml":
            target = target.with_name(f"{target.name}.toml")
        ident = _ident_from(target.stem, found.id, {each.id for each in load_shelf(own).exercises})
        text = _with_id(found.source, ident)
        read_exercise(text, str(target))
        target.parent.mkdir(parents=True, exist_ok=True)
        _write_new(target, text)
    except FileExistsError as error:
        raise ExerciseError(f"{error.filename} is there already. Nothing was changed: choose another name.") from error
    except OSError as error:
        raise ExerciseError(f"{target} cannot be written: {error.strerror}.") from error
    print(f"Wrote {target}. Change it, then: biofeedback exercises check {shlex.quote(str(target))}")


def _write_new(path: Path, text: str) -> None:
    """Write a file that is not there yet; nothing is left of one that cannot be written whole."""
    path.touch(exist_ok=False)
    try:
        path.write_text(text, encoding="utf-8")
    except OSError:
        path.unlink()
        raise


def _at_home(path: Path) -> Path:
    """The file that is meant by a name that begins with ~."""
    try:
        return path.expanduser()
    except RuntimeError:  # no such user: the file is then missed by the name that was given
        return path


def _ident_from(name: str, copied: str, taken: Container[str]) -> str:
    """An id that is not taken yet, from the name of a file."""
    plain = unicodedata.normalize("NFKD", name.lower()).encode("ascii", "ignore").decode()
    ident = "-".join(re.findall("[a-z0-9]+", plain))[:LONGEST_IDENT].strip("-") or f"my-{copied}"
    while ident in taken:
        ident = f"my-{ident}"
    return ident


def _with_id(source: str, ident: str) -> str:
    """The text of an exercise file with another id."""
    lines = source.split("\n")
    lines[key_lines(source)["id"] - 1] = f'id = "{ident}"'
    return "\n".join(lines)
