"""The commands for lessons."""

import shlex
from pathlib import Path
from typing import Annotated

import typer

from biofeedback.cli.options import (
    Command,
    DataOption,
    ForceOption,
    Group,
    JsonOption,
    WhoseOption,
    changing_store,
    existing_data,
    print_document,
    print_json,
    read_standard_input,
    read_store,
    standard_output_alone,
    tell,
)
from biofeedback.exchange.files import STANDARD_OUTPUT, written_whole
from biofeedback.storage.folder import data_directory, make_private, own_exercises, own_lessons
from protocols.documents import LONGEST_FILE
from protocols.lessons.forms import LessonError, read_lesson
from protocols.lessons.library import find_lesson, load_lesson_shelf, load_lessons, read_lesson_file
from protocols.lessons.specification import ASKED, Block, Kind, Lesson, Source
from protocols.library import load_shelf

lessons_app = typer.Typer(cls=Group, help="Short lessons, and the check of a lesson file.", invoke_without_command=True)
LessonArgument = Annotated[str, typer.Argument(help="Id of a lesson, or a lesson file.", show_default=False)]


@lessons_app.callback()
def lessons(
    context: typer.Context, person: WhoseOption = "", data: DataOption = None, as_json: JsonOption = False
) -> None:
    """The lessons in the order of the course, and your own."""
    if context.invoked_subcommand:
        return
    from biofeedback.care.reading import days_read

    with read_store(data) as store:
        was_read = days_read(store, store.person(person))
    shelf = load_lesson_shelf(own_lessons(data))
    for fault in shelf.faults:
        tell(fault)
    if as_json:
        print_json([_listed(lesson) | {"read": lesson.id in was_read} for lesson in shelf.lessons])
        return
    from biofeedback.reports.terminal import print_rows

    print_rows(
        ("stage", "lesson", "title", "minutes", "read"),
        (
            (str(each.stage), each.id, each.title, f"{each.minutes:.3g}", was_read.get(each.id, ""))
            for each in shelf.lessons
        ),
    )


@lessons_app.command(cls=Command)
def show(lesson: LessonArgument, data: DataOption = None, as_json: JsonOption = False) -> None:
    """A lesson to read, with its question and its sources."""
    existing_data(data)
    found = find_lesson(lesson, own_lessons(data))
    if as_json:
        blocks = [{"kind": block.kind, "text": block.text} for block in found.blocks]
        sources = [_cited(source) for source in found.sources]
        print_document({**_listed(found), "question": found.question, "blocks": blocks, "sources": sources})
        return
    from biofeedback.reports.terminal import print_line

    print_line(f"{found.title}\n")
    for block in found.blocks:
        print_line(_shown(block))
    print_line(f"{ASKED} {found.question}\n")
    print_line("Sources:")
    for source in found.sources:
        doi = f", doi {source.doi}" if source.doi else ""
        print_line(f"- {source.authors} {source.year}, {source.journal}{doi}. {source.about}".rstrip())


@lessons_app.command(cls=Command)
def read(
    lesson: LessonArgument,
    again: Annotated[bool, typer.Option("--again", help="Not read yet after all.")] = False,
    person: WhoseOption = "",
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Mark a lesson as read."""
    from biofeedback.care.reading import mark_read

    found = find_lesson(lesson, own_lessons(data))
    with changing_store(data) as store:
        mark_read(store, store.person(person), found.id, read=not again)
    if as_json:
        print_document({"id": found.id, "read": not again})
    else:
        print(f"{'To be read again' if again else 'Read'}: {found.title}.")


@lessons_app.command(cls=Command)
def check(
    file: Annotated[Path, typer.Argument(help="The file; - for standard input.")],
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """The faults of a lesson file, each with its line."""
    existing_data(data)
    try:
        lesson = _read_standard_input() if file == STANDARD_OUTPUT else read_lesson_file(_at_home(file))
    except LessonError as error:
        if as_json and error.faults:
            faults = [{"line": fault.line, "reason": fault.reason} for fault in error.faults]
            print_document({"file": str(file), "ok": False, "faults": faults})
        raise
    notes = _notes(lesson, _at_home(file), data)
    if as_json:
        print_document({"file": str(file), "ok": True, "faults": [], **_listed(lesson), "notes": notes})
        return
    print(f"{file} is in order: {lesson.title}, {lesson.n_words} words, {lesson.minutes:.3g} minutes.")
    for note in notes:
        tell(note)


@lessons_app.command(cls=Command)
def copy(
    lesson: LessonArgument,
    file: Annotated[Path | None, typer.Argument(help="Where to; left out, among your own lessons.")] = None,
    force: ForceOption = False,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """A copy of a lesson, to be changed in any text editor; among your own, it takes the place of the first."""
    own = own_lessons(data)
    found = find_lesson(lesson, own)
    target = own / f"{found.id}{LessonError.suffix}" if file is None else _at_home(file)
    if target.is_dir():
        target = target / f"{found.id}{LessonError.suffix}"
    standard_output_alone(target, as_json)
    is_own = target.parent.resolve() == own.resolve()
    if is_own:
        _make_own_folder(data)
    with written_whole(target, force=force, own=is_own) as written:
        written.write(found.source.encode())
    if as_json:
        print_document({"file": str(target), **_listed(found)})
    elif target != STANDARD_OUTPUT:
        print(f"Wrote {target}: {found.title}. Change it, then: biofeedback lessons check {shlex.quote(str(target))}")


def _listed(lesson: Lesson) -> dict[str, object]:
    return {
        "id": lesson.id,
        "title": lesson.title,
        "minutes": lesson.minutes,
        "stage": lesson.stage,
        "exercise": lesson.exercise or None,
        "picture": lesson.picture,
    }


def _cited(source: Source) -> dict[str, object]:
    return {
        "authors": source.authors,
        "year": source.year,
        "journal": source.journal,
        "doi": source.doi or None,
        "about": source.about,
    }


def _shown(block: Block) -> str:
    """A block for the terminal."""
    return f"- {block.text}" if block.kind is Kind.ITEM else f"{block.text}\n"


def _read_standard_input() -> Lesson:
    name = "Standard input"
    try:
        text = read_standard_input(4 * LONGEST_FILE + 1).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise LessonError(f"{name} is not text in UTF-8.") from None
    return read_lesson(text, name)


def _notes(lesson: Lesson, file: Path, data: Path | None) -> list[str]:
    """What to know of a file that is in order."""
    notes = []
    exercises = [exercise.id for exercise in load_shelf(own_exercises(data)).exercises]
    if lesson.exercise and lesson.exercise not in exercises:
        notes.append(f"There is no exercise '{lesson.exercise}': the lesson is shown without one.")
    if own_lessons(data).resolve() != file.resolve().parent:
        notes.append(f"Put it into {own_lessons(data)} and it stands in the list.")
    for other in load_lessons():
        if other.id == lesson.id and other.source != lesson.source:
            notes.append(f"It takes the place of the lesson '{other.title}', which has the same id.")
    return notes


def _make_own_folder(data: Path | None) -> None:
    try:
        make_private(data_directory(data))
        make_private(own_lessons(data))
    except OSError as error:
        raise LessonError(f"{own_lessons(data)} cannot be made: {error.strerror}.") from error


def _at_home(path: Path) -> Path:
    """The file that is meant by a name that begins with ~."""
    try:
        return path.expanduser()
    except RuntimeError:  # no such user: the file is then missed by the name that was given
        return path
