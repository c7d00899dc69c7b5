"""The commands for files between home and clinic: all of a person's practice one way, their plan the other."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from biofeedback.cli.options import (
    Command,
    DataOption,
    ForceOption,
    Group,
    JsonOption,
    WhoseOption,
    ask_hidden,
    at_home,
    changing_store,
    days_between,
    fail,
    opened_store,
    print_document,
    read_store,
    standard_output_alone,
    tell,
    wrong_usage,
)

if TYPE_CHECKING:
    from biofeedback.storage.database import Store

PASSPHRASE = "BIOFEEDBACK_FILE_PASSPHRASE"

practice_file_app = typer.Typer(
    cls=Group, help="All of a person's practice in one file, from home to the clinic.", invoke_without_command=True
)
plan_file_app = typer.Typer(cls=Group, help="A plan in one file, from the clinic home.", invoke_without_command=True)

OutOption = Annotated[Path, typer.Option(help="The file to write.")]
FileArgument = Annotated[Path, typer.Argument(help="The file.", show_default=False)]
PassphraseFileOption = Annotated[
    Path | None,
    typer.Option(
        "--passphrase-file",
        help="A file whose first line is the passphrase; else BIOFEEDBACK_FILE_PASSPHRASE is, else it is asked.",
        show_default=False,
    ),
]


@practice_file_app.callback()
@plan_file_app.callback()
def signature(context: typer.Context, data: DataOption = None, as_json: JsonOption = False) -> None:
    """Without a command: the signature that files of this computer have, to be compared by telephone."""
    if context.invoked_subcommand:
        return
    from biofeedback.exchange.signing import fingerprint, own_key

    with opened_store(data) as store:
        told = fingerprint(own_key(store).public)
    if as_json:
        print_document({"signed_by": told})
    else:
        print(f"Files written here are signed {told}.")


@practice_file_app.command("export", cls=Command)
def export_practice(
    out: OutOption,
    person: WhoseOption = "",
    since: Annotated[str | None, typer.Option("--from", metavar="DATE", help="The first day; else all.")] = None,
    until: Annotated[str | None, typer.Option("--to", metavar="DATE", help="The last day.")] = None,
    passphrase_file: PassphraseFileOption = None,
    force: ForceOption = False,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write all of a person's practice as one encrypted, signed file."""
    from biofeedback.exchange.practice_file import write_practice

    standard_output_alone(out, as_json)
    first, last = days_between(since, until)
    days = (first.isoformat() if first else "", last.isoformat() if last else "9999")
    with read_store(data) as store:
        person = store.person(person)
        passphrase = _new_passphrase(passphrase_file)
        told = write_practice(store, person, out, passphrase, *days, force=force)
    if as_json:
        counts = {"n_sessions": told.n_sessions, "n_entries": told.n_entries, "left_out": told.left_out}
        print_document({"person": person, "out": str(out), "signed_by": told.signed_by, **counts})
        return
    tell(f"Wrote {out}: {_content(told.n_sessions, told.n_entries)}, signed {told.signed_by}.")
    for why in told.left_out:
        tell(f"Not in it: {why}")
    tell("Tell the passphrase by another way than the file.")


@practice_file_app.command("import", cls=Command)
def import_practice(
    file: FileArgument,
    person: WhoseOption = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Tell what would come of it, and change nothing.")] = False,
    passphrase_file: PassphraseFileOption = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take a practice file into a person's profile; what is here already is passed over."""
    from biofeedback.exchange.practice_file import read_practice

    file = at_home(file)
    with changing_store(data) as store:
        person = _for_whom(store, person)
        told = read_practice(store, person, file, _passphrase(passphrase_file), really=not dry_run)
    if as_json:
        print_document(told.as_json() | {"file": str(file), "dry_run": dry_run, "doubts": told.doubts})
        return
    taken = told.taken
    print(
        f"{'Would be new' if dry_run else 'New'}: {_content(taken.new_sessions, taken.new_entries)}, "
        f"{_n(taken.new_rungs, 'step', 'steps')} of the ladder. "
        f"Here already: {_content(taken.duplicates, taken.duplicate_entries)}. Signed {told.signed_by}."
    )
    _print_conflicts(taken.conflicts)
    for doubt in told.doubts:
        tell(doubt)


@plan_file_app.command("export", cls=Command)
def export_plan(
    out: OutOption,
    person: WhoseOption = "",
    passphrase_file: PassphraseFileOption = None,
    force: ForceOption = False,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write the plan of a person as one encrypted, signed file."""
    from biofeedback.care.letterhead import read_letterhead
    from biofeedback.exchange.plan_file import write_plan

    standard_output_alone(out, as_json)
    with read_store(data) as store:
        person = store.person(person)
        signed_by = write_plan(store, person, out, _new_passphrase(passphrase_file), force=force)
        clinician = read_letterhead(store).clinician
    if as_json:
        print_document({"person": person, "out": str(out), "signed_by": signed_by, "clinician": clinician})
        return
    tell(f"Wrote {out}, signed {signed_by}. Tell the passphrase by another way than the file.")
    if not clinician:
        tell("It tells of nobody whose plan it is: `biofeedback letterhead set --clinician NAME` writes that down.")


@plan_file_app.command("import", cls=Command)
def import_plan(
    file: FileArgument,
    person: WhoseOption = "",
    passphrase_file: PassphraseFileOption = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take a plan in; the one before is kept, and own goals stay."""
    from biofeedback.exchange.plan_file import read_given_plan

    file = at_home(file)
    with changing_store(data) as store:
        person = _for_whom(store, person)
        told = read_given_plan(store, person, file, _passphrase(passphrase_file))
    plan = told.plan
    on = plan.given_on.isoformat() if plan.given_on else None
    if as_json:
        about = {"person": person, "title": plan.title, "given_by": plan.given_by, "given_on": on, "goals": plan.goals}
        news = {"new": told.is_new, "in_diary": told.beside, "signed_by": told.signed_by, "sender": told.sender}
        print_document(about | news | {"doubts": told.doubts})
        return
    said = "The plan is" if told.is_new else "Here already is the plan"
    print(f"{said} {plan.title}, by {plan.given_by or 'a clinician'}, {on}. Signed {told.signed_by}.")
    for goal in told.beside:
        print(f"There was no more room for a goal, which stands in the diary: {goal}")
    for doubt in told.doubts:
        tell(doubt)


def _n(n: int, one: str, more: str) -> str:
    return f"{n} {one if n == 1 else more}"


def _content(n_sessions: int, n_entries: int) -> str:
    return f"{_n(n_sessions, 'session', 'sessions')}, {_n(n_entries, 'entry', 'entries')}"


def _for_whom(store: "Store", person: str) -> str:
    """Into whose profile; leaves where there are only people with names, and none is named."""
    from biofeedback.care.who import is_nobody

    person = store.person(person)
    if is_nobody(store, person):
        wrong_usage("Say whose it is with --person: all who are known here have a name. Nothing was changed.")
    return person


def _print_conflicts(conflicts: Any) -> None:
    from biofeedback.reports.terminal import print_line

    for each in conflicts:
        print_line(f"{each.what}: {each.why}.")


def _passphrase(file: Path | None) -> str:
    """What opens a file; leaves with a sentence where nobody can be asked."""
    found = _said(file) or ask_hidden("Passphrase of the file: ")
    return found or wrong_usage(f"A file is opened with its passphrase: set {PASSPHRASE}, or name --passphrase-file.")


def _new_passphrase(file: Path | None) -> str:
    """What a file is to be closed with, typed twice."""
    from biofeedback.storage.protection.key_file import checked_passphrase

    found = _said(file)
    if not found:
        found = ask_hidden("Passphrase for the file, some words: ")
        if found and found != ask_hidden("Once more: "):
            wrong_usage("The two are not the same. Nothing was written.")
    if not found:
        wrong_usage(f"A file is closed with a passphrase: set {PASSPHRASE}, or name --passphrase-file.")
    try:
        return checked_passphrase(found)
    except ValueError as error:
        wrong_usage(f"{str(error)[:1].upper()}{str(error)[1:]}. Nothing was written.")


def _said(file: Path | None) -> str:
    if file is None:
        return os.environ.get(PASSPHRASE, "")
    try:
        with at_home(file).open(encoding="utf-8") as lines:
            return lines.readline(4096).rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        fail(f"{file} cannot be read ({getattr(error, 'strerror', None) or 'no text'}). Nothing was changed.")
