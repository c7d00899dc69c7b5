"""The command line: every command under its name. Names, options and JSON keys are relied on by scripts."""

import os
import sys
from collections.abc import Callable, Sequence
from contextvars import copy_context
from functools import cache
from io import TextIOWrapper
from itertools import pairwise
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from typer.main import get_command

from biofeedback import __version__
from biofeedback.cli import compare, files, history, machine, pattern, practice, recut, support
from biofeedback.cli.access import access_log, users_app
from biofeedback.cli.backups import backup, restore
from biofeedback.cli.course import evidence_app, trends
from biofeedback.cli.days import checkin, diary_app
from biofeedback.cli.devices import devices_app
from biofeedback.cli.exercises import exercises_app
from biofeedback.cli.group import group_app
from biofeedback.cli.ladder import ladder_app
from biofeedback.cli.lessons import lessons_app
from biofeedback.cli.lock import lock_app, passphrase, unlock
from biofeedback.cli.options import Command, DataOption, Group, fail
from biofeedback.cli.paperwork import batch_report, letterhead_app, overview
from biofeedback.cli.people import people_app
from biofeedback.cli.plan import plan_app
from biofeedback.cli.questionnaires import questionnaire_app
from biofeedback.cli.sound import sound
from biofeedback.cli.transfer import plan_file_app, practice_file_app
from biofeedback.reports.terminal import HarmlessStream
from biofeedback.storage.errors import StoreError
from biofeedback.storage.faults import FaultLog
from biofeedback.storage.folder import data_directory
from devices.source import SourceError
from protocols.documents import DocumentError

NAME = "biofeedback"
UNFORESEEN = (
    "The program met an error of its own. Nothing that was recorded is lost. "
    "`biofeedback doctor` tells where the error is written, for those who can mend it."
)

app = typer.Typer(
    cls=Group,
    name=NAME,
    help="Breathing practice with a heart-rate strap. Without a command: the window.",
    no_args_is_help=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    rich_markup_mode=None,  # frames and columns cannot be read in a narrow terminal
    pretty_exceptions_enable=False,
)
app.add_typer(devices_app, name="devices")
app.add_typer(exercises_app, name="exercises")
app.add_typer(group_app, name="group")
app.add_typer(ladder_app, name="ladder")
app.add_typer(history.sessions_app, name="sessions")
app.add_typer(lessons_app, name="lessons")
app.add_typer(letterhead_app, name="letterhead")
lock_app.add_typer(users_app, name="users")
app.add_typer(lock_app, name="lock")
app.add_typer(people_app, name="people")
app.add_typer(diary_app, name="diary")
app.add_typer(evidence_app, name="evidence")
app.add_typer(plan_app, name="plan")
app.add_typer(plan_file_app, name="plan-file")
app.add_typer(practice_file_app, name="practice-file")
questionnaire_app.command(cls=Command)(pattern.pattern)
app.add_typer(questionnaire_app, name="questionnaire")
for command in (
    practice.demo,
    practice.run,
    machine.scan,
    files.analyze,
    practice.office,
    history.show,
    history.rescore,
    recut.mark,
    recut.exclude,
    compare.compare,
    files.report,
    files.export,
    checkin,
    trends,
    sound,
    unlock,
    passphrase,
    backup,
    restore,
    machine.doctor,
    machine.bench,
):
    app.command(cls=Command)(command)


@cache
def _program() -> Callable[..., int | None]:
    """All commands, put together once: that takes longer than most of them do."""
    return get_command(app)


app.command("access-log", cls=Command)(access_log)
app.command("support-bundle", cls=Command)(support.support_bundle)
app.command("batch-report", cls=Command)(batch_report)
app.command(cls=Command)(overview)


def run_command_line() -> NoReturn:
    """Run the command that the arguments name and leave with its exit status."""
    _make_streams_safe()
    try:
        try:
            status = copy_context().run(_status)
        finally:
            sys.stdout.flush()
    except BrokenPipeError:
        _give_up_standard_output()
        sys.exit(1)
    except OSError as error:
        _give_up_standard_output()
        fail(f"{error.filename or 'Standard output'} cannot be written ({error.strerror}).")
    sys.exit(status)


def _status() -> int:
    foreseen = (SourceError, DocumentError, StoreError, typer.TyperException, typer.Abort, OSError)
    try:
        with FaultLog(_folder(sys.argv)).contained("a command", *foreseen):
            return _program()(prog_name=NAME, standalone_mode=False) or 0
        fail(UNFORESEEN)
    except (SourceError, DocumentError, StoreError) as error:
        fail(str(error))
    except typer.TyperException as error:
        context = getattr(error, "ctx", None)
        where = f" See {context.command_path} --help." if context else ""
        fail(f"{' '.join(error.format_message().split())}{where}", error.exit_code)
    except typer.Abort:
        fail("Ended before it was done.", 130)


def _make_streams_safe() -> None:
    """Neither a letter that the terminal does not have nor a closed stream is a reason to fail; none commands it."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_WRONLY), "w"))
        elif isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")
            setattr(sys, name, HarmlessStream(stream))


def _give_up_standard_output() -> None:
    """What could not be written is not tried again when the program ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _tell_version(wanted: bool) -> None:
    if wanted:
        print(f"{NAME} {__version__}")
        raise typer.Exit


def _folder(arguments: Sequence[str]) -> Path:
    """The folder of the data that a command names, for a note of what went wrong in it."""
    chosen = None
    for before, word in pairwise([*arguments, ""]):
        if before == "--data" and word:
            chosen = Path(word)
        elif before.startswith("--data="):
            chosen = Path(before.removeprefix("--data="))
    return data_directory(chosen)


@app.callback(invoke_without_command=True)
def window(
    context: typer.Context,
    data: DataOption = None,
    version: Annotated[
        bool, typer.Option("--version", callback=_tell_version, is_eager=True, help="Name and version.")
    ] = False,
) -> None:
    """Open the window."""
    if context.invoked_subcommand is None:
        from biofeedback.app import open_window

        sys.exit(open_window(data))
