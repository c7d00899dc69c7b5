"""The commands for the paperwork of a clinic: letterhead, reports for many people, an overview of all."""

from dataclasses import asdict, replace
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from biofeedback.cli.options import (
    Command,
    DataOption,
    ForceOption,
    Group,
    JsonOption,
    changing_store,
    days_between,
    fail,
    print_document,
    read_store,
    standard_output_alone,
    tell,
    wrong_usage,
)
from biofeedback.exchange.files import STANDARD_OUTPUT
from biofeedback.storage.folder import own_templates
from biofeedback.storage.permits.acts import Act

if TYPE_CHECKING:
    from biofeedback.reports.batch import Batch


class Ending(StrEnum):
    """How reports are written."""

    PDF = "pdf"
    HTML = "html"


class Table(StrEnum):
    """How a table is written."""

    CSV = "csv"
    XLSX = "xlsx"


class Due(StrEnum):
    """For whom a report is due."""

    WEEK = "week"


letterhead_app = typer.Typer(
    cls=Group,
    help="Name, address and clinician at the head of reports, and their templates.",
    invoke_without_command=True,
)
FromOption = Annotated[str | None, typer.Option("--from", metavar="DATE", help="The first day; else four weeks ago.")]
ToOption = Annotated[str | None, typer.Option("--to", metavar="DATE", help="The last day; else today.")]
NamesOption = Annotated[bool, typer.Option("--names", help="With names; without, a code stands for each person.")]


@letterhead_app.callback()
def letterhead(context: typer.Context, data: DataOption = None, as_json: JsonOption = False) -> None:
    """What stands at the head of reports."""
    if context.invoked_subcommand:
        return
    from biofeedback.care.letterhead import read_letterhead

    with read_store(data) as store:
        told = read_letterhead(store)
    if as_json:
        print_document(asdict(told))
    else:
        print("\n".join(told.lines) or "There is no letterhead. `biofeedback letterhead set --name NAME` writes one.")


@letterhead_app.command("set", cls=Command)
def set_letterhead(
    name: Annotated[str | None, typer.Option(help="Of the practice; '' for none.", show_default=False)] = None,
    address: Annotated[
        str | None, typer.Option(help="Its lines, with a semicolon between them; '' for none.", show_default=False)
    ] = None,
    clinician: Annotated[
        str | None, typer.Option(help="Who treats, and gives plans; '' for nobody.", show_default=False)
    ] = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write down what stands at the head of reports; what is not named stays."""
    from biofeedback.care.letterhead import keep_letterhead, read_letterhead

    lines = None if address is None else "\n".join(address.split(";"))
    told = {"name": name, "address": lines, "clinician": clinician}
    changes = {key: value for key, value in told.items() if value is not None}
    if not changes:
        wrong_usage("Name what is to be changed: --name, --address or --clinician.")
    with changing_store(data) as store:
        kept = keep_letterhead(store, replace(read_letterhead(store), **changes))
    if as_json:
        print_document(asdict(kept))
    else:
        print("\n".join(kept.lines))


@letterhead_app.command(cls=Command)
def templates(force: ForceOption = False, data: DataOption = None, as_json: JsonOption = False) -> None:
    """Put the templates of reports into the data folder, to be changed there."""
    from biofeedback.reports.own_templates import copy_templates

    with changing_store(data) as store:
        store.permit(Act.PAPERWORK, detail="templates")
        written = copy_templates(own_templates(data), force=force)
    if as_json:
        print_document({"files": [str(path) for path in written]})
    else:
        for path in written:
            print(path)


def batch_report(
    out: Annotated[Path, typer.Option(help="The folder to write into; made where there is none.")],
    due: Annotated[
        Due | None,
        typer.Option(help="For those with a plan, or who practised in the last seven days.", show_default=False),
    ] = None,
    people: Annotated[str | None, typer.Option(help="For these, with commas between them.", show_default=False)] = None,
    everybody: Annotated[bool, typer.Option("--all", help="For everybody with a name.")] = False,
    since: FromOption = None,
    until: ToOption = None,
    form: Annotated[Ending, typer.Option("--format", help="pdf or html.")] = Ending.PDF,
    plain: Annotated[bool, typer.Option("--plain", help="In plain words, for the people.")] = False,
    letter: Annotated[bool, typer.Option("--letter", help="On Letter paper instead of A4.")] = False,
    names: NamesOption = False,
    force: ForceOption = False,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Reports of a period for many people, and a list of what is missing."""
    from biofeedback.care.who import named_people
    from biofeedback.reports import batch

    if (due is not None) + (people is not None) + everybody != 1:
        wrong_usage("Say for whom: --due week, --people A,B or --all. Nothing was written.")
    first, last = _days(since, until)
    with read_store(data) as store:
        if people is not None:
            wanted, none = list(dict.fromkeys(named_people(store, people))), "Nobody is named"
        elif due:
            wanted, none = batch.due(store, date.today()), "Nobody is due"
        else:
            wanted, none = batch.everybody(store), "Nobody here has a name"
        how = batch.Form(form.value, plain, letter, names, force)
        try:
            told = batch.write_batch(
                store, wanted, first, last, out, how, lambda number, of, code: tell(f"{number} of {of}: {code}")
            )
        except KeyboardInterrupt:
            fail(f"Ended before it was done. The reports that are in {out} by now are whole.", 130)
    if as_json:
        about = {"from": first.isoformat(), "to": last.isoformat(), "out": str(out)}
        print_document(about | asdict(told))
    else:
        print(
            f"{len(told.made)} of {len(wanted)} reports were written into {out}."
            if wanted
            else f"{none}, and nothing was written."
        )
        _print_rest(told)
    if told.failed:
        raise typer.Exit(1)


def overview(
    out: Annotated[Path, typer.Option(help="The table to write, as .csv or .xlsx; - for standard output.")],
    form: Annotated[
        Table | None, typer.Option("--format", help="csv or xlsx; else as the file is called.", show_default=False)
    ] = None,
    names: NamesOption = False,
    since: FromOption = None,
    until: ToOption = None,
    force: ForceOption = False,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """A table of all people for audit and supervision, a row each."""
    from biofeedback.exchange.overview import COLUMNS, write_overview

    standard_output_alone(out, as_json)
    ending = _ending(out, form)
    first, last = _days(since, until)
    with read_store(data) as store:
        n_people = write_overview(store, first, last, out, ending, names=names, force=force)
    if as_json:
        columns = {name: told for name, told in COLUMNS.items() if names or name != "person"}
        about = {"out": str(out), "from": first.isoformat(), "to": last.isoformat(), "n_people": n_people}
        print_document(about | {"names": names, "columns": columns})
    elif out != STANDARD_OUTPUT:
        tell(f"Wrote {out}: {n_people} people.")


def _ending(out: Path, form: Table | None) -> Table:
    """How a table is written; leaves where its file is called otherwise, for a spreadsheet goes by the name."""
    called = out.suffix.lower()
    endings = (form,) if form else tuple(Table)
    if out == STANDARD_OUTPUT:
        return form or Table.CSV
    if called not in {f".{each}" for each in endings}:
        wrong_usage(
            f"--out {out}: the table is written as {' or '.join(f'.{each}' for each in endings)}. Nothing was written."
        )
    return Table(called[1:])


def _print_rest(told: "Batch") -> None:
    from biofeedback.reports.terminal import print_line

    for failed in told.failed:
        print_line(f"Not written, {failed.person}: {failed.why}")
    for missing in told.missing:
        print_line(f"Missing, {missing.person}: {missing.why}")
    for fault in told.faults:
        tell(fault)


def _days(since: str | None, until: str | None) -> tuple[date, date]:
    from biofeedback.reports.wanted import WEEKS_DAYS

    first, last = days_between(since, until)
    last = last or date.today()
    first = first or last - timedelta(WEEKS_DAYS - 1)
    if last < first:
        wrong_usage(f"--from {first} is after {last}.")
    return first, last
