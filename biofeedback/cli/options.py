"""What several commands share: options, the store, how an exercise is adapted, and how a command is refused."""

import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from datetime import date
from getpass import getpass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer
from typer.core import TyperCommand, TyperGroup

from biofeedback import __version__
from biofeedback.exchange.files import STANDARD_OUTPUT
from biofeedback.storage.errors import StoreError
from biofeedback.storage.folder import data_directory, own_exercises
from biofeedback.storage.protection.key_file import PASSPHRASE
from protocols.breathing import BreathPattern
from protocols.library import find_exercise
from protocols.pacing_forms import check_rate, check_shares
from protocols.specification import Exercise

if TYPE_CHECKING:
    from biofeedback.storage.database import Store

_is_quiet = ContextVar("is_quiet", default=False)


def _hush(value: bool) -> bool:
    if value:
        _is_quiet.set(True)
    return value


_every = typer.Typer(add_completion=False)


@_every.command()
def _asked_of_every_command(
    quiet: Annotated[
        bool,
        typer.Option("--quiet", "-q", callback=_hush, expose_value=False, help="The result and errors, nothing else."),
    ] = False,
) -> None: ...


_QUIET = typer.main.get_command(_every).params[0]


class Command(TyperCommand):
    """A command; each may be asked to be quiet."""

    def get_params(self, ctx: Any) -> list[Any]:
        *own, about_help = super().get_params(ctx)
        return [*own, _QUIET, about_help]


class Group(TyperGroup):
    """A command with further ones under it."""

    def get_params(self, ctx: Any) -> list[Any]:
        *own, about_help = super().get_params(ctx)
        return [*own, _QUIET, about_help]


def _said_before(context: typer.Context, parameter: typer.CallbackParam, value: Any) -> Any:
    """What was said before the name of a command counts for the command too."""
    if value:
        context.meta[f"biofeedback.{parameter.name}"] = value
    return context.meta.get(f"biofeedback.{parameter.name}", value)


def _named(person: str | None) -> str | None:
    from biofeedback.storage.names import person_name

    try:
        return None if person is None else person_name(person)
    except ValueError as error:
        wrong_usage(f"--person: {error}.")


def _whose(context: typer.Context, parameter: typer.CallbackParam, person: str | None) -> Any:
    return _said_before(context, parameter, _named(person))


DataOption = Annotated[
    Path | None,
    typer.Option(
        "--data",
        callback=_said_before,
        help="Folder of the data; else that of BIOFEEDBACK_DATA, else the usual one.",
        show_default=False,
    ),
]
JsonOption = Annotated[
    bool, typer.Option("--json", callback=_said_before, help="One JSON document on standard output.")
]
WhoseOption = Annotated[
    str, typer.Option("--person", callback=_whose, help="Whose; without, of whoever is at home.", show_default=False)
]
SessionArgument = Annotated[str, typer.Argument(help="Id of a session, its beginning, or `last`.", show_default=False)]
OfPersonOption = Annotated[
    str | None, typer.Option("--person", callback=_named, help="Only among this person's sessions.", show_default=False)
]
AnyPersonOption = Annotated[
    str | None, typer.Option("--person", callback=_named, help="Only this person's.", show_default=False)
]
PersonOption = Annotated[
    str, typer.Option("--person", callback=_named, help="Whose session it is.", show_default=False)
]
ForceOption = Annotated[bool, typer.Option("--force", help="Replace a file that is there.")]
ExerciseArgument = Annotated[str, typer.Argument(help="Id of an exercise, or an exercise file.")]
MinutesOption = Annotated[float | None, typer.Option(help="Length of the whole session.")]
RateOption = Annotated[float | None, typer.Option(help="Breaths a minute, 3 to 10.")]
RatioOption = Annotated[str | None, typer.Option(help="IN:OUT or IN:HOLD:OUT:HOLD, for example 4:6.")]
ChooseOption = Annotated[list[str] | None, typer.Option(help="CHOICE=OPTION of the exercise; may be repeated.")]
SoundOption = Annotated[
    bool | None,
    typer.Option(
        "--sound/--no-sound",
        help="Sound and voice, as chosen in the settings of the window. Else: in the window as set there, "
        "in the terminal none.",
        show_default=False,
    ),
]


def fail(sentence: str, status: int = 1) -> NoReturn:
    """Leave with a sentence on what went wrong."""
    print(sentence, file=sys.stderr)
    sys.exit(status)


def wrong_usage(sentence: str) -> NoReturn:
    """Leave because the command cannot be understood."""
    fail(sentence, 2)


def tell(sentence: str) -> None:
    """Say something beside the result, on standard error; nothing where quiet is wanted."""
    if not is_quiet():
        print(sentence, file=sys.stderr)


def is_quiet() -> bool:
    """Whether nothing but the result and errors is wanted."""
    return _is_quiet.get()


def print_json(document: object) -> None:
    """Print the one JSON document of a command; a list, or a map from names to things of one kind, has no version."""
    is_utf = "utf" in (sys.stdout.encoding or "").lower()
    text = json.dumps(document, ensure_ascii=not is_utf, allow_nan=False)
    # What a terminal would obey is escaped, so that it comes back the same and shows as letters
    print("".join(c if c.isprintable() else json.dumps(c)[1:-1] for c in text))


def print_document(document: Mapping[str, object]) -> None:
    """Print the one JSON document of a command, with the version of the program that prints it."""
    print_json({"version": __version__, **document})


def day_of(option: str, text: str | None) -> date | None:
    """The day that an option names; None where it names none."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        wrong_usage(f"{option} {text}: write a day such as 2026-11-21.")


def days_between(since: str | None, until: str | None) -> tuple[date | None, date | None]:
    """The first and the last day that --from and --to name; None for one that is not named."""
    first, last = day_of("--from", since), day_of("--to", until)
    if first and last and last < first:
        wrong_usage(f"--to {last} is before --from {first}.")
    return first, last


def existing_data(data: Path | None) -> Path:
    """The folder of the data, to be read; a folder named on the command line has to be there."""
    folder = data_directory(data)
    if data is not None and not folder.exists():
        fail(f"There is no folder {folder}. Nothing was made: check the name after --data.")
    return folder


def ask_passphrase() -> str:
    """What opens the data, of the environment or from the terminal; empty where there is neither."""
    return os.environ.get(PASSPHRASE, "") or ask_hidden("Passphrase or recovery key: ")


def ask_hidden(prompt: str) -> str:
    """Ask for something in the terminal, without echo; empty where nobody can be asked."""
    if sys.stdin is None or not sys.stdin.isatty():
        return ""
    try:
        return getpass(prompt)
    except (EOFError, KeyboardInterrupt) as error:
        raise typer.Abort from error


@contextmanager
def opened_store(data: Path | None, ask: Callable[[], str] = ask_passphrase) -> Iterator["Store"]:
    """The store in the folder that is meant, made where there is none, closed at the end."""
    from biofeedback.storage.database import Store

    store = Store.open(data_directory(data), ask)
    try:
        with store:
            tell_news(store)
            yield store
    finally:
        for sentence in store.parting:
            print(sentence, file=sys.stderr)


def tell_news(store: "Store") -> None:
    """Say once that data were encrypted."""
    if store.loss:
        tell(store.loss)
    if store.protection.news:
        tell(store.protection.news)


def renew_backups(store: "Store", n_removed: int) -> str:
    """Make a backup in place of those that went with what was deleted; a sentence on it, empty for none."""
    if not n_removed:
        return ""
    return f" The program's own backups held it too: they are removed. {look_after(store) or 'A new one is made.'}"


def told_erased(store: "Store") -> str:
    """Of a store that was closed: whether older copies of what was deleted can be read; empty where data are plain."""
    if store.erased is None:
        return ""
    if store.erased:
        return " The data have another key since: older copies of their files cannot be read any more."
    return (
        f" The data are to get another key, so that older copies of their files cannot be read: not yet, for "
        f"{store.not_erased}. The next start tries it again."
    )


def look_after(store: "Store") -> str:
    """Make a backup where the newest is older than a day; why there is none where it cannot be made."""
    try:
        store.keep_backup()
    except StoreError as error:
        return str(error)
    return ""


@contextmanager
def changing_store(data: Path | None) -> Iterator["Store"]:
    """The same for commands that write what somebody told: what cannot be is wrong usage."""
    try:
        with opened_store(data) as store:
            yield store
    except ValueError as error:
        wrong_usage(f"{str(error)[:1].upper()}{str(error)[1:]}. Nothing was changed.")


@contextmanager
def read_store(data: Path | None, ask: Callable[[], str] = ask_passphrase) -> Iterator["Store"]:
    """The same for commands that only read: they make nothing."""
    from biofeedback.storage.database import Store

    with Store.read(existing_data(data), ask) as store:
        tell_news(store)
        yield store


def at_home(path: Path) -> Path:
    """The file that is meant by a name that begins with ~."""
    try:
        return path.expanduser()
    except RuntimeError:  # no such user: the file is then missed by the name that was given
        return path


def read_standard_input(n_bytes: int) -> bytes:
    """What comes by standard input, at most so much; leaves with a sentence where it cannot be read."""
    if sys.stdin is None:
        fail("Standard input is closed. Name a file instead of -.")
    try:
        return sys.stdin.buffer.read(n_bytes)
    except OSError as error:
        fail(f"Standard input cannot be read ({error.strerror}). Name a file instead of -.")


def standard_output_alone(out: Path, as_json: bool) -> None:
    """Leave where a file and a JSON document would both go to standard output."""
    if as_json and out == STANDARD_OUTPUT:
        wrong_usage("- puts the file on standard output, where --json puts its document: choose one of them.")


def adapted_exercise(
    exercise: str,
    data: Path | None,
    minutes: float | None,
    rate: float | None,
    ratio: str | None,
    choices: Sequence[str] | None,
    *,
    answered: bool = True,
) -> Exercise:
    """The exercise that is meant, as it is wanted; leaves with a sentence where it cannot be.

    Where no heart is heard, nothing is `answered`, and it can be as short as one likes.
    """
    found = find_exercise(exercise, own_exercises(data))
    return _adapted(_choosing(found if answered else found.unanswered(), choices or ()), minutes, rate, ratio)


def _adapted(exercise: Exercise, minutes: float | None, rate: float | None, ratio: str | None) -> Exercise:
    if minutes is not None:
        if not 0 < minutes <= 24 * 60:
            wrong_usage(f"--minutes must be more than 0 and at most 1440, not {minutes:g}.")
        try:
            exercise = exercise.lasting(minutes)
        except ValueError as error:
            wrong_usage(f"--minutes: {error}.")
    if rate is None and ratio is None:
        return exercise
    if exercise.pacing is None:
        wrong_usage(f"{exercise.id} has no breath that could be paced otherwise: leave --rate and --ratio out.")
    if rate is not None and (reason := check_rate(rate)):
        wrong_usage(f"--rate: {reason}.")
    pattern = exercise.pacing
    if ratio is not None:
        pattern = BreathPattern(pattern.rate_per_min, *_shares(ratio))
    pattern = replace(pattern, rate_per_min=pattern.rate_per_min if rate is None else rate)
    if reason := check_shares(pattern):
        wrong_usage(f"--ratio {ratio}: {reason}." if ratio else f"--rate: {reason}.")
    return exercise.paced(pattern)


def _choosing(exercise: Exercise, choices: Sequence[str]) -> Exercise:
    picked = dict(choice.partition("=")[::2] for choice in choices)
    for choice in exercise.choices:
        if choice.drawn and choice.id in picked:
            wrong_usage(f"--choose: the program draws lots for {choice.id}; nobody chooses it.")
    try:
        return exercise.choosing(picked)
    except ValueError as error:
        wrong_usage(f"--choose: {error}.")


def _shares(ratio: str) -> tuple[float, float, float, float]:
    try:
        parts = [float(part) for part in ratio.split(":")]
        inhale, hold_full, exhale, hold_empty = (parts[0], 0.0, parts[1], 0.0) if len(parts) == 2 else parts
        BreathPattern(6.0, inhale, hold_full, exhale, hold_empty)
    except ValueError:
        wrong_usage(f"--ratio {ratio}: write IN:OUT or IN:HOLD:OUT:HOLD, for example 4:6.")
    return inhale, hold_full, exhale, hold_empty
