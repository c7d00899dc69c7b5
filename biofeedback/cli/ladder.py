"""The commands for the ladder back to activity, and the option that makes a session be about one of its steps."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from biofeedback.cli.options import (
    Command,
    DataOption,
    Group,
    JsonOption,
    WhoseOption,
    fail,
    opened_store,
    print_document,
    read_store,
    wrong_usage,
)
from protocols.specification import Exercise

if TYPE_CHECKING:
    from biofeedback.session.ladders import Climb
    from biofeedback.storage.database import Store
    from biofeedback.storage.records import StoredTry
    from protocols.ladder import Rung

DistressOption = Annotated[int, typer.Option(min=0, max=10, help="How hard it seems, 0 to 10.")]
NumberArgument = Annotated[int, typer.Argument(min=1, help="Its number in the list, 1 the easiest.")]
ActivityOption = Annotated[
    str | None,
    typer.Option(
        help="What it is about: words of your own, or the number of a step of the ladder.", show_default=False
    ),
]
EMPTY = (
    "There is nothing on the ladder yet. A first step can be put on it like this: "
    'biofeedback ladder add "bend forward to tie a shoe" --distress 4'
)
UNKNOWN = "\u2013"

ladder_app = typer.Typer(cls=Group, help="The steps back to activity.", invoke_without_command=True)


def about_activity(exercise: Exercise, wanted: str | None, person: str, data: Path | None) -> Exercise:
    """The exercise about the activity that is wanted; leaves with a sentence where it cannot be."""
    if wanted is None:
        return exercise
    from biofeedback.session.ladders import find_activity

    try:
        with _store(data) as store:
            activity = find_activity(store, person, wanted)
        return exercise.about(activity)
    except ValueError as error:
        wrong_usage(f"--activity: {error}.")


@ladder_app.callback()
def ladder(
    context: typer.Context, person: WhoseOption = "", data: DataOption = None, as_json: JsonOption = False
) -> None:
    """The steps from easy to hard, what was tried of them, and what may come next."""
    if context.invoked_subcommand:
        return
    from biofeedback.reports.ladder_sentences import suggestion_sentence
    from biofeedback.reports.terminal import print_line, print_rows
    from biofeedback.session.ladders import read_climb, told_suggestion

    with _store(data, read_store) as store:
        person = store.person(person)
        climb = read_climb(store, person)
    if as_json:
        print_document(_document(person, climb))
    elif not climb.rungs:
        print(EMPTY)
    else:
        headings = ("", "step", "distress", "tried", "fear expected", "fear", "settled after, s")
        print_rows(headings, (_line(n, rung, climb.of(rung)) for n, rung in enumerate(climb.rungs, 1)))
        print_line(suggestion_sentence(told_suggestion(climb.suggestion), naming=True))


@ladder_app.command(cls=Command)
def add(
    text: Annotated[str, typer.Argument(help="What one would like to do again, in one's own words.")],
    distress: DistressOption,
    person: WhoseOption = "",
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Put a step on the ladder."""
    with _store(data) as store:
        rung = store.ladders.add(person, text, distress)
        _tell_change(store, person, rung.name, f"On the ladder: {rung.text}.", as_json=as_json)


@ladder_app.command(cls=Command)
def change(
    number: NumberArgument,
    text: Annotated[str | None, typer.Option(help="Other words.", show_default=False)] = None,
    distress: Annotated[
        int | None, typer.Option(min=0, max=10, help="How hard it seems now.", show_default=False)
    ] = None,
    person: WhoseOption = "",
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Give a step other words, or another distress."""
    with _rung(number, person, data) as (store, rung):
        store.ladders.change(rung.name, text, distress)
        words = next(each.text for each in store.ladders.rungs(person) if each.name == rung.name)
        _tell_change(store, person, rung.name, f"Changed: {words}.", as_json=as_json)


@ladder_app.command(cls=Command)
def move(
    number: NumberArgument,
    to: Annotated[int, typer.Argument(min=1, help="The number that it is to have.")],
    person: WhoseOption = "",
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Put a step into another place; it is then as hard as its neighbours."""
    with _rung(number, person, data) as (store, rung):
        store.ladders.move(rung.name, to - 1)
        rungs = store.ladders.rungs(person)
        at, moved = next((at, each) for at, each in enumerate(rungs, 1) if each.name == rung.name)
        said = [f"Moved: {rung.text}, now number {at}."]
        if at != to:
            said.append(f"There is no number {to}: the ladder has {len(rungs)}.")
        if moved.distress != rung.distress:
            said.append(f"Its distress is {moved.distress:g} now, beside its neighbours, and was {rung.distress:g}.")
        _tell_change(store, person, rung.name, " ".join(said), as_json=as_json)


@ladder_app.command(cls=Command)
def remove(
    number: NumberArgument, person: WhoseOption = "", data: DataOption = None, as_json: JsonOption = False
) -> None:
    """Take a step off the ladder; what was tried of it stays in the history."""
    with _rung(number, person, data) as (store, rung):
        store.ladders.remove(rung.name)
        _tell_change(store, person, rung.name, f"No longer on the ladder: {rung.text}.", as_json=as_json)


def _tell_change(store: "Store", person: str, rung: str, said: str, *, as_json: bool) -> None:
    """Say what was changed; as JSON, the ladder as it is now beside it."""
    from biofeedback.session.ladders import read_climb

    if as_json:
        print_document(_document(person, read_climb(store, person)) | {"changed": rung, "said": said})
    else:
        print(said)


@contextmanager
def _store(
    data: Path | None, opened: "Callable[[Path | None], AbstractContextManager[Store]]" = opened_store
) -> "Iterator[Store]":
    try:
        with opened(data) as store:
            yield store
    except ValueError as error:
        wrong_usage(f"{str(error)[0].upper()}{str(error)[1:]}.")


@contextmanager
def _rung(number: int, person: str, data: Path | None) -> "Iterator[tuple[Store, Rung]]":
    """The store, and the step of that number."""
    with _store(data) as store:
        rungs = store.ladders.rungs(store.person(person))
        if number > len(rungs):
            fail(f"There is no step {number} on the ladder, which has {len(rungs)}. Nothing was changed.")
        yield store, rungs[number - 1]


def _line(n: int, rung: "Rung", tries: "tuple[StoredTry, ...]") -> tuple[str, ...]:
    last = tries[-1].experience if tries else None
    told = (last.expected_fear, last.fear, last.recovery_s) if last else (None, None, None)
    return (
        str(n),
        rung.text,
        f"{rung.distress:g}",
        f"{len(tries)} time{'' if len(tries) == 1 else 's'}" if tries else "",
        *(UNKNOWN if value is None else f"{value:.0f}" for value in told),
    )


def _document(person: str, climb: "Climb") -> dict[str, object]:
    from biofeedback.session.ladders import as_told, told_suggestion

    return {
        "person": person,
        "rungs": [
            {
                "number": n,
                "rung": rung.name,
                "text": rung.text,
                "distress": rung.distress,
                "experiences": [
                    {"session_id": tried.session_id, "simulated": tried.simulated} | as_told(tried.experience)
                    for tried in climb.of(rung)
                ],
            }
            for n, rung in enumerate(climb.rungs, 1)
        ],
        "suggestion": told_suggestion(climb.suggestion),
    }
