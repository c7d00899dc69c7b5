"""The commands for the ladder back to activity, and the option that makes a session be about one of its steps."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from biofeedback.cli.options import DataOption, JsonOption, fail, opened_store, wrong_usage
from protocols.specification import Exercise

if TYPE_CHECKING:
    from biofeedback.session.ladders import Climb
    from biofeedback.storage.database import Store
    from biofeedback.storage.records import StoredTry
    from protocols.ladder import Rung

WhoseOption = Annotated[str, typer.Option("--person", help="Whose ladder it is.", show_default=False)]
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

ladder_app = typer.Typer(help="The steps back to activity.", invoke_without_command=True)


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

    with _store(data) as store:
        climb = read_climb(store, person)
    if as_json:
        print(json.dumps(_document(person, climb), ensure_ascii=False, allow_nan=False))
    elif not climb.rungs:
        print(EMPTY)
    else:
        headings = ("", "step", "distress", "tried", "fear expected", "fear", "settled after, s")
        print_rows(headings, (_line(n, rung, climb.of(rung)) for n, rung in enumerate(climb.rungs, 1)))
        print_line(suggestion_sentence(told_suggestion(climb.suggestion), naming=True))


@ladder_app.command()
def add(
    context: typer.Context,
    text: Annotated[str, typer.Argument(help="What one would like to do again, in one's own words.")],
    distress: DistressOption,
    person: WhoseOption = "",
    data: DataOption = None,
) -> None:
    """Put a step on the ladder."""
    with _store(_outer(context, "data", data)) as store:
        rung = store.ladders.add(_outer(context, "person", person), text, distress)
    print(f"On the ladder: {rung.text}.")


@ladder_app.command()
def change(
    context: typer.Context,
    number: NumberArgument,
    text: Annotated[str | None, typer.Option(help="Other words.", show_default=False)] = None,
    distress: Annotated[
        int | None, typer.Option(min=0, max=10, help="How hard it seems now.", show_default=False)
    ] = None,
    person: WhoseOption = "",
    data: DataOption = None,
) -> None:
    """Give a step other words, or another distress."""
    with _rung(context, number, person, data) as (store, rung):
        store.ladders.change(rung.name, text, distress)
    print(f"Changed: {text or rung.text}.")


@ladder_app.command()
def move(
    context: typer.Context,
    number: NumberArgument,
    to: Annotated[int, typer.Argument(min=1, help="The number that it is to have.")],
    person: WhoseOption = "",
    data: DataOption = None,
) -> None:
    """Put a step into another place; it is then as hard as its neighbours."""
    with _rung(context, number, person, data) as (store, rung):
        store.ladders.move(rung.name, to - 1)
    print(f"Moved: {rung.text}.")


@ladder_app.command()
def remove(context: typer.Context, number: NumberArgument, person: WhoseOption = "", data: DataOption = None) -> None:
    """Take a step off the ladder; what was tried of it stays in the history."""
    with _rung(context, number, person, data) as (store, rung):
        store.ladders.remove(rung.name)
    print(f"No longer on the ladder: {rung.text}.")


@contextmanager
def _store(data: Path | None) -> "Iterator[Store]":
    try:
        with opened_store(data) as store:
            yield store
    except ValueError as error:
        wrong_usage(f"{str(error)[0].upper()}{str(error)[1:]}.")


@contextmanager
def _rung(context: typer.Context, number: int, person: str, data: Path | None) -> "Iterator[tuple[Store, Rung]]":
    """The store, and the step of that number."""
    with _store(_outer(context, "data", data)) as store:
        rungs = store.ladders.rungs(_outer(context, "person", person))
        if number > len(rungs):
            fail(f"There is no step {number} on the ladder, which has {len(rungs)}. Nothing was changed.")
        yield store, rungs[number - 1]


def _outer(context: typer.Context, name: str, value: Any) -> Any:
    """What was said before the command counts too."""
    return value or (context.parent.params[name] if context.parent else value)


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
