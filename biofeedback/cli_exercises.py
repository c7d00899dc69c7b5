"""The commands for exercises, and the options that all commands share."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from biofeedback.storage.folder import own_exercises
from protocols.forms import ExerciseError, read_exercise
from protocols.library import find_exercise, load_shelf, read_exercise_file
from protocols.specification import Exercise

DataOption = Annotated[
    Path | None, typer.Option("--data", help="Folder of the data.", envvar="BIOFEEDBACK_DATA", show_default=False)
]
JsonOption = Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")]

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
    exercise = read_exercise_file(file)
    print(f"{file} is in order: {exercise.title}, {exercise.minutes:.3g} minutes, {len(exercise.phases)} phases.")
    if (folder := own_exercises(data)) != file.resolve().parent:
        print(f"Put it into {folder} and it stands in the list.", file=sys.stderr)


@exercises_app.command()
def copy(
    exercise: Annotated[str, typer.Argument(help="Id of the exercise to begin from.")],
    file: Annotated[Path | None, typer.Argument(help="Where to; left out, among your own exercises.")] = None,
    data: DataOption = None,
) -> None:
    """A copy of an exercise, under a name of its own, to be changed in any text editor."""
    found = find_exercise(exercise)
    target = file or own_exercises(data) / f"my-{found.id}.toml"
    ident = target.stem if target.stem != found.id else f"my-{found.id}"
    text = found.source.replace(f'id = "{found.id}"', f'id = "{ident}"', 1)
    read_exercise(text, str(target))
    if target.exists():
        raise ExerciseError(f"{target} is there already. Nothing was changed: choose another name.")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ExerciseError(f"{target} cannot be written: {error.strerror}.") from error
    print(f"Wrote {target}. Change it, then: biofeedback exercises check {target}")
