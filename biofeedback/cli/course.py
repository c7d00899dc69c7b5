"""The commands for what shows over weeks: the evidence sheet and trends."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from biofeedback.cli.days import DayOption, FromOption, ToOption
from biofeedback.cli.options import (
    Command,
    DataOption,
    Group,
    JsonOption,
    WhoseOption,
    changing_store,
    day_of,
    days_between,
    fail,
    print_document,
    read_store,
    wrong_usage,
)
from biofeedback.storage.permits.acts import Act

if TYPE_CHECKING:
    from biofeedback.care.evidence import Evidence, Line
    from biofeedback.care.finds import Find

FindArgument = Annotated[int, typer.Argument(metavar="N", help="Its number among the finds.", show_default=False)]

evidence_app = typer.Typer(cls=Group, help="The evidence sheet, and what goes with what.", invoke_without_command=True)


@evidence_app.callback()
def evidence(
    context: typer.Context, person: WhoseOption = "", data: DataOption = None, as_json: JsonOption = False
) -> None:
    """The sheet, what the data offer for it, and what goes with what."""
    if context.invoked_subcommand:
        return
    from biofeedback.care.evidence import read_evidence

    with read_store(data) as store:
        person = store.person(person)
        found = read_evidence(store, person)
    if as_json:
        print_document({"person": person} | _document(found))
    else:
        _print(found)


def _document(evidence: "Evidence") -> dict[str, object]:
    return {
        "own": [asdict(line) for line in evidence.lines],
        "found": [_find(n, find) for n, find in enumerate(evidence.found, 1)],
        "relations": [asdict(each) for each in evidence.relations if not each.not_enough],
        "not_enough": {f"{a}, {b}": days for (a, b), days in evidence.not_enough.items()},
    }


def _find(n: int, find: "Find") -> dict[str, object]:
    return {"number": n, "on": find.on.isoformat(), "text": find.text, "kind": find.kind, "from": list(find.sources)}


def _print(evidence: "Evidence") -> None:
    from biofeedback.care.relation_words import sentence
    from biofeedback.reports.terminal import print_line

    for line in evidence.lines:
        print_line(_told(line))
    if not evidence.lines:
        print('The sheet is empty. `biofeedback evidence add "..."` writes a line.')
    if evidence.found:
        print("\nFound in your data; `evidence accept N` keeps one, `evidence refuse N` lets it go:")
    for n, find in enumerate(evidence.found, 1):
        print_line(f"{n}. {find.text}")
    told = [each for each in evidence.relations if each.told]
    missing = evidence.not_enough
    print("\nWhat goes with what:")
    for each in told:
        print_line(f"{sentence(each)} (r {each.effect:.2f}, {each.low:.2f} to {each.high:.2f}, {each.n_days} days)")
    if not told:
        looked = any(not each.not_enough for each in evidence.relations)
        print("Nothing that can be told from chance so far." if looked else "There are not enough days yet.")
    if missing:
        print_line(f"Not enough days yet for {len(missing)} pairs; the nearest needs {min(missing.values())} more.")


def _told(line: "Line") -> str:
    return f"{line.on}  {line.words} [{line.number}]"


@evidence_app.command(cls=Command)
def add(
    words: Annotated[str, typer.Argument(help="In one's own words.", show_default=False)],
    on: DayOption = None,
    person: WhoseOption = "",
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write a line onto the sheet."""
    from biofeedback.care.evidence import write_line

    with changing_store(data) as store:
        line = write_line(store, store.person(person), words, day_of("--on", on))
    if as_json:
        print_document(asdict(line))
    else:
        print(f"Written: {_told(line)}")


@evidence_app.command(cls=Command)
def remove(
    number: Annotated[int, typer.Argument(help="Its number, as the sheet told it.", show_default=False)],
    person: WhoseOption = "",
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take a line off the sheet."""
    from biofeedback.care.evidence import remove_line

    with changing_store(data) as store:
        person = store.person(person)
        line = remove_line(store, person, number)
        said = _told(line) if store.may(Act.READ, person) else f"[{number}]"
    if as_json:
        print_document({"removed": number})
    else:
        print(f"Taken off: {said}")


@evidence_app.command(cls=Command)
def accept(
    number: FindArgument, person: WhoseOption = "", data: DataOption = None, as_json: JsonOption = False
) -> None:
    """Take a find onto the sheet."""
    _judge(number, person, data, as_json, kept=True)


@evidence_app.command(cls=Command)
def refuse(
    number: FindArgument, person: WhoseOption = "", data: DataOption = None, as_json: JsonOption = False
) -> None:
    """Let a find go for good."""
    _judge(number, person, data, as_json, kept=False)


def _judge(number: int, person: str, data: DataOption, as_json: bool, *, kept: bool) -> None:
    from biofeedback.care.evidence import judge, read_found

    with changing_store(data) as store:
        person = store.person(person)
        found = read_found(store, person)
        if not 1 <= number <= len(found):
            wrong_usage(f"There is no find {number}; there are {len(found)}. Nothing was changed.")
        judge(store, person, found[number - 1], kept=kept)
    if as_json:
        print_document(_find(number, found[number - 1]) | {"kept": kept})
    else:
        print(f"{'Kept' if kept else 'Not offered again'}: {found[number - 1].text}")


def trends(
    measure: Annotated[
        str | None, typer.Option(metavar="NAME", help="What to follow; without, what there is.", show_default=False)
    ] = None,
    since: FromOption = None,
    until: ToOption = None,
    person: WhoseOption = "",
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """How something went over the weeks, with the band of usual days."""
    from biofeedback.care.measures import measures_of
    from biofeedback.care.progress import read_trend
    from biofeedback.reports.terminal import print_line, print_rows

    first, last = days_between(since, until)
    with read_store(data) as store:
        person = store.person(person)
        measures = measures_of(store, person)
        if measure is None:
            if as_json:
                listed = [{"measure": each.name, "title": each.title, "unit": each.unit} for each in measures.values()]
                print_document({"person": person, "measures": listed})
            else:
                print_rows(("measure", "what it is", "unit"), ((m.name, m.title, m.unit) for m in measures.values()))
            return
        if measure not in measures:
            wrong_usage(f"--measure {measure}: there is {', '.join(measures)}.")
        try:
            found = read_trend(
                store, person, measure, first.isoformat() if first else "", last.isoformat() if last else "9999"
            )
        except ValueError as error:
            fail(f"{str(error).rstrip('.')}. Nothing was changed; all else can be followed.")
    if as_json:
        print_document({"person": person} | asdict(found))
        return
    if not found.points:
        print(f"{measures[measure].title}: nothing to show of these days yet.")
        return
    print_rows(("day", found.unit, "session"), ((p.on, f"{p.value:.4g}", p.session_id or "") for p in found.points))
    if n_cut := sum(point.cut for point in found.points):
        print_line(f"Of {n_cut} of these sessions something is left out: `biofeedback exclude SESSION` tells what.")
    if found.withheld:
        print_line(found.withheld)
    else:
        print_line(f"Usual days: {found.usual_low:.4g} to {found.usual_high:.4g} {found.unit}.")
