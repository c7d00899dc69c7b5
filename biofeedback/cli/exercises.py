"""The commands for exercises."""

import contextlib
import json
import re
import shlex
import unicodedata
from collections.abc import Collection, Mapping
from itertools import chain, count
from pathlib import Path
from typing import Annotated

import typer

from biofeedback.cli.options import (
    Command,
    DataOption,
    ForceOption,
    Group,
    JsonOption,
    at_home,
    existing_data,
    print_document,
    print_json,
    read_standard_input,
    standard_output_alone,
    tell,
)
from biofeedback.exchange.files import STANDARD_OUTPUT, written_whole
from biofeedback.storage.folder import data_directory, make_private, own_exercises
from protocols.documents import LONGEST_FILE
from protocols.forms import ExerciseError, read_exercise
from protocols.library import find_exercise, load_library, load_shelf, read_exercise_file
from protocols.positions import key_lines
from protocols.specification import Exercise
from protocols.tables import LONGEST_LINE

LONGEST_IDENT = 60
"""Characters of the name of a file that go into the id of its exercise."""
COPY = "my copy"

exercises_app = typer.Typer(
    cls=Group, help="The exercises, and the check of an exercise file.", invoke_without_command=True
)


@exercises_app.callback()
def exercises(context: typer.Context, data: DataOption = None, as_json: JsonOption = False) -> None:
    """The library, and your own exercise files."""
    if context.invoked_subcommand:
        return
    existing_data(data)
    shelf = load_shelf(own_exercises(data))
    for fault in shelf.faults:
        tell(fault)
    if as_json:
        print_json([_listed(exercise) for exercise in shelf.exercises])
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


@exercises_app.command(cls=Command)
def check(
    file: Annotated[Path, typer.Argument(help="The file; - for standard input.")],
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """The faults of an exercise file, each with its line."""
    existing_data(data)
    file = at_home(file)
    try:
        exercise = _read_standard_input() if file == STANDARD_OUTPUT else read_exercise_file(file)
    except ExerciseError as error:
        if as_json and error.faults:
            faults = [{"line": fault.line, "reason": fault.reason} for fault in error.faults]
            print_document({"file": str(file), "ok": False, "faults": faults})
        raise
    notes = _notes(exercise, file, own_exercises(data))
    if as_json:
        print_document({"file": str(file), "ok": True, "faults": [], **_told(exercise), "notes": notes})
        return
    print(f"{file} is in order: {exercise.title}, {exercise.minutes:.3g} minutes, {len(exercise.phases)} phases.")
    for note in notes:
        tell(note)


@exercises_app.command(cls=Command)
def copy(
    exercise: Annotated[str, typer.Argument(help="Id of the exercise to begin from.")],
    file: Annotated[Path | None, typer.Argument(help="Where to; left out, among your own exercises.")] = None,
    force: ForceOption = False,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """A copy of an exercise, under a name of its own, to be changed in any text editor."""
    own = own_exercises(data)
    found = find_exercise(exercise, own)
    target, is_named = _place(file, own, f"my-{found.id}.toml")
    standard_output_alone(target, as_json)
    others = [each for each in load_shelf(own).exercises if each.id != _ident_at(target)]
    stem = target.stem if is_named else f"my-{found.id}"
    ident = _ident_from(stem, found.id, {each.id for each in others})
    title = _title_from(stem if is_named else "", found.title, {each.title.casefold() for each in others})
    text = _with(found.source, {"id": ident, "title": title})
    copied = read_exercise(text, str(target))
    is_own = target.parent.resolve() == own.resolve()
    if is_own:
        _make_own_folder(data)
    with written_whole(target, force=force, own=is_own) as written:
        written.write(text.encode())
    if as_json:
        print_document({"file": str(target), **_told(copied)})
    elif target != STANDARD_OUTPUT:
        print(f"Wrote {target}: {title}. Change it, then: biofeedback exercises check {shlex.quote(str(target))}")


def _place(file: Path | None, own: Path, usual: str) -> tuple[Path, bool]:
    """Where a copy goes, and whether the person gave it that name."""
    if file is None:
        return own / usual, False
    file = at_home(file)
    if file == STANDARD_OUTPUT:
        return file, False
    with contextlib.suppress(OSError):  # a name too long for a file is told where it cannot be written
        if file.is_dir():
            return file / usual, False
    return (file if file.suffix == ".toml" else file.with_name(f"{file.name}.toml")), True


def _ident_at(path: Path) -> str:
    """The id of the exercise in a file, which a copy in its place may have; empty where there is none."""
    try:
        return read_exercise_file(path).id
    except ExerciseError:
        return ""


def _read_standard_input() -> Exercise:
    name = "Standard input"
    try:
        text = read_standard_input(4 * LONGEST_FILE + 1).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ExerciseError(f"{name} is not text in UTF-8.") from None
    return read_exercise(text, name)


def _told(exercise: Exercise) -> dict[str, object]:
    return {
        "id": exercise.id,
        "title": exercise.title,
        "minutes": exercise.minutes,
        "phases": [phase.name for phase in exercise.phases],
    }


def _notes(exercise: Exercise, file: Path, own: Path) -> list[str]:
    """What to know of a file that is in order."""
    notes = []
    picked = dict(exercise.picked)
    written = {phase.name: phase.minutes for phase in exercise.parts if phase.chosen_by(picked)}
    for phase in exercise.phases:
        if phase.minutes > written[phase.name]:
            notes.append(
                f"'{phase.title}' lasts {phase.minutes:.3g} minutes in place of {written[phase.name]:.3g}, "
                "taken from the other phases: the answer needs that long."
            )
    if own.resolve() != file.resolve().parent:
        notes.append(f"Put it into {own} and it stands in the list.")
    for other in load_library():
        if other.id == exercise.id and other.source != exercise.source:
            notes.append(f"It takes the place of the exercise '{other.title}', which has the same id.")
    return notes


def _make_own_folder(data: Path | None) -> None:
    try:
        make_private(data_directory(data))
        make_private(own_exercises(data))
    except OSError as error:
        raise ExerciseError(f"{own_exercises(data)} cannot be made: {error.strerror}.") from error


def _ident_from(name: str, copied: str, taken: Collection[str]) -> str:
    """An id that is not taken yet, from the name of a file."""
    plain = unicodedata.normalize("NFKD", name.lower()).encode("ascii", "ignore").decode()
    ident = "-".join(re.findall("[a-z0-9]+", plain))[:LONGEST_IDENT].strip("-") or f"my-{copied}"
    while ident in taken:
        ident = f"my-{ident}"
    return ident


def _title_from(name: str, copied: str, taken: Collection[str]) -> str:
    """A title that is not taken yet: the name that the person gave the file, else that of the original."""
    words = " ".join("".join(c if c.isprintable() else " " for c in re.sub("[-_]+", " ", name)).split())
    base = (f"{words[:1].upper()}{words[1:]}" or copied)[: LONGEST_LINE - 20].rstrip()
    copies = chain([f"{base} ({COPY})"], (f"{base} ({COPY} {n})" for n in count(2)))
    return next(title for title in chain([base] if words else [], copies) if title.casefold() not in taken)


def _with(source: str, values: Mapping[str, str]) -> str:
    """The text of an exercise file with other values in lines of their own."""
    lines = source.split("\n")
    places = key_lines(source)
    for key, value in values.items():
        lines[places[key] - 1] = f"{key} = {json.dumps(value, ensure_ascii=False)}"
    return "\n".join(lines)
