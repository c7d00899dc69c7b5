"""The command line: every command under its name. Names, options and JSON keys are relied on by scripts."""

import os
import sys
from typing import NoReturn

import typer

from biofeedback.cli import files, history, machine, practice
from biofeedback.cli.exercises import exercises_app
from biofeedback.cli.ladder import ladder_app
from biofeedback.cli.options import DataOption, fail
from biofeedback.cli.sound import sound
from biofeedback.storage.records import StoreError
from devices.source import SourceError
from protocols.forms import ExerciseError

app = typer.Typer(
    name="biofeedback",
    help="Breathing practice with a heart-rate strap. Without a command: the window.",
    no_args_is_help=False,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(exercises_app, name="exercises")
app.add_typer(ladder_app, name="ladder")
for command in (
    practice.demo,
    practice.run,
    machine.scan,
    files.analyze,
    history.sessions,
    history.show,
    history.rescore,
    files.report,
    files.export,
    sound,
    machine.doctor,
    machine.bench,
):
    app.command()(command)


def run_command_line() -> NoReturn:
    """Run the command that the arguments name and leave with its exit status."""
    try:
        app()
    except (SourceError, ExerciseError, StoreError) as error:
        fail(str(error))
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    sys.exit(0)


@app.callback(invoke_without_command=True)
def window(context: typer.Context, data: DataOption = None) -> None:
    """Open the window."""
    if data is not None:
        os.environ["BIOFEEDBACK_DATA"] = str(data)
    if context.invoked_subcommand is None:
        from biofeedback.app import open_window

        sys.exit(open_window(data))
