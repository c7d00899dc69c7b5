"""The commands for what is told of a day: the check-in and the diary."""

from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from biofeedback.cli.options import (
    Command,
    DataOption,
    Group,
    JsonOption,
    WhoseOption,
    changing_store,
    day_of,
    days_between,
    print_document,
    print_json,
    read_store,
    wrong_usage,
)
from biofeedback.storage.permits.acts import Act
from protocols.ladder import same_words

if TYPE_CHECKING:
    from biofeedback.care.diary import Line

DayOption = Annotated[
    str | None,
    typer.Option("--on", metavar="DATE", help="Such as 2026-11-21; else today.", show_default=False),
]
FromOption = Annotated[str | None, typer.Option("--from", metavar="DATE", help="The first day.", show_default=False)]
ToOption = Annotated[str | None, typer.Option("--to", metavar="DATE", help="The last day.", show_default=False)]
NOTHING = "\u2013"

diary_app = typer.Typer(cls=Group, help="What was told of the days.", invoke_without_command=True)


def checkin(
    person: WhoseOption = "",
    on: DayOption = None,
    answers: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="NAME=VALUE",
            help="pain, unpleasantness, sleep, stress, movement, mood, contact, or a symptom of one's own, 0 to 10; "
            "nothing after = takes it back. May be repeated.",
            show_default=False,
        ),
    ] = None,
    note: Annotated[str | None, typer.Option(help="A few words on the day.", show_default=False)] = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """How a day was: told with --set, else shown."""
    from biofeedback.care.checkin import Day, keep_day, questions_of, read_day
    from biofeedback.reports.terminal import print_line

    told = dict(map(_answer, answers or ()))
    opened = changing_store if told or note is not None else read_store
    day = day_of("--on", on) or date.today()
    with opened(data) as store:
        person = store.person(person)
        changes = bool(told) or note is not None
        if not changes:
            store.permit(Act.READ, person, noted=False)
        kept = keep_day(store, person, day, told, note) if changes else read_day(store, person, day)
        questions = questions_of(store, person)
        if not store.may(Act.READ, person):  # of the day what is said here, and no more
            names = {same_words(name) for name in told}
            questions = tuple(each for each in questions if same_words(each.name) in names)
            known = {name: value for name, value in kept.answers.items() if same_words(name) in names}
            kept = Day(kept.on, known, kept.note if note else "")
    if as_json:
        print_document({"person": person} | kept.as_told(tuple(each.name for each in questions)))
        return
    print(f"{kept.on}{f', {person}' if person else ''}")
    for each in questions:
        value = kept.answers.get(each.name)
        print_line(f"{each.title}: {NOTHING if value is None else f'{value:g}'}  (0 {each.low}, 10 {each.high})")
    if kept.note:
        print_line(kept.note)


def _answer(said: str) -> tuple[str, float | None]:
    """The name and the value of NAME=VALUE; nothing after the sign takes an answer back."""
    name, sign, value = said.partition("=")
    try:
        answer = float(value) if value.strip() else None
    except ValueError:
        sign = ""
    if not sign:
        wrong_usage(f"--set {said}: write NAME=VALUE with a number from 0 to 10, such as pain=4.")
    return name.strip(), answer


def told_line(line: "Line") -> str:
    """A line of the diary as it is read."""
    strength = "" if line.strength is None else f" {line.strength} of 10"
    return f"{line.about}{strength}{': ' if line.words else ''}{line.words} [{line.number}]"


@diary_app.callback()
def diary(
    context: typer.Context,
    person: WhoseOption = "",
    since: FromOption = None,
    until: ToOption = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """The days, with what was told of them."""
    if context.invoked_subcommand:
        return
    from biofeedback.care.checkin import EARLIEST, Day, questions_of, read_days
    from biofeedback.care.diary import read_lines
    from biofeedback.reports.terminal import print_rows

    since_day, until_day = days_between(since, until)
    first, last = since_day or EARLIEST, until_day or date.max
    with read_store(data) as store:
        person = store.person(person)
        store.permit(Act.READ, person, noted=False)
        days = {day.on: day for day in read_days(store, person, first, last)}
        lines = read_lines(store, person, first, last)
        names = tuple(each.name for each in questions_of(store, person))
    every = sorted({*days, *(line.on for line in lines)})
    if as_json:
        print_json(
            [
                days.get(on, Day(on)).as_told(names) | {"lines": [asdict(line) for line in lines if line.on == on]}
                for on in every
            ]
        )
    elif not every:
        print("Nothing was told of these days. `biofeedback checkin --set pain=4` tells of today.")
    for on in every if not as_json else ():
        day = days.get(on, Day(on))
        print_rows((on, ""), [(name, f"{value:g}") for name, value in day.answers.items()])
        for line in [day.note, *(told_line(each) for each in lines if each.on == on)]:
            if line:
                print(f"  {line}")


@diary_app.command(cls=Command)
def add(
    about: Annotated[str, typer.Argument(help="flare, food, sleep, activity, treatment or note.")],
    words: Annotated[str, typer.Argument(help="In one's own words.")] = "",
    strength: Annotated[
        int | None, typer.Option(min=0, max=10, help="How strong it was, 0 to 10.", show_default=False)
    ] = None,
    on: DayOption = None,
    person: WhoseOption = "",
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write a line into the diary."""
    from biofeedback.care.diary import About, write

    if about not in tuple(About):
        wrong_usage(f"{about}: a line is about {', '.join(About)}.")
    with changing_store(data) as store:
        line = write(store, store.person(person), About(about), words, day_of("--on", on), strength)
    if as_json:
        print_document(asdict(line))
    else:
        print(f"Written, number {line.number}: {told_line(line)}")


@diary_app.command(cls=Command)
def remove(
    number: Annotated[int, typer.Argument(help="Its number, as the diary told it.")],
    person: WhoseOption = "",
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take a line out of the diary, for good."""
    from biofeedback.care.diary import read_lines

    with changing_store(data) as store:
        person = store.person(person)
        line = next((each for each in read_lines(store, person) if each.number == number), None)
        if line is None:
            wrong_usage(f"There is no line {number} in this diary. Nothing was changed.")
        store.journal.remove(number)
        said = told_line(line) if store.may(Act.READ, person) else f"[{number}]"
    if as_json:
        print_document({"removed": number})
    else:
        print(f"Taken out: {said}")
