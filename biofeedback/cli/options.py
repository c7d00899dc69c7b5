"""What several commands share: options, the store, how an exercise is adapted, and how a command is refused."""

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from biofeedback.storage.folder import own_exercises
from protocols.breathing import BreathPattern
from protocols.library import find_exercise
from protocols.pacing_forms import check_rate, check_shares
from protocols.specification import Exercise

if TYPE_CHECKING:
    from biofeedback.storage.database import Store

DataOption = Annotated[
    Path | None, typer.Option("--data", help="Folder of the data.", envvar="BIOFEEDBACK_DATA", show_default=False)
]
JsonOption = Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")]
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


def print_json(document: object) -> None:
    """Print the one JSON document of a command."""
    print(json.dumps(document, ensure_ascii=False, allow_nan=False))


@contextmanager
def opened_store(data: Path | None) -> Iterator["Store"]:
    """The store in the folder that is meant, closed at the end."""
    from biofeedback.storage.database import Store, data_directory

    with Store.open(data_directory(data)) as store:
        yield store


def adapted_exercise(
    exercise: str,
    data: Path | None,
    minutes: float | None,
    rate: float | None,
    ratio: str | None,
    choices: Sequence[str] | None,
) -> Exercise:
    """The exercise that is meant, as it is wanted; leaves with a sentence where it cannot be."""
    return _adapted(_choosing(find_exercise(exercise, own_exercises(data)), choices or ()), minutes, rate, ratio)


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
