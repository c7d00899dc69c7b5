"""The commands that run a session."""

import math
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from biofeedback.cli.ladder import ActivityOption, about_activity
from biofeedback.cli.lock import ask_once
from biofeedback.cli.options import (
    ChooseOption,
    DataOption,
    ExerciseArgument,
    JsonOption,
    MinutesOption,
    PersonOption,
    RateOption,
    RatioOption,
    SoundOption,
    adapted_exercise,
    fail,
    is_quiet,
    look_after,
    opened_store,
    print_document,
    tell,
    wrong_usage,
)
from biofeedback.display import has_display
from biofeedback.storage.folder import data_directory
from biofeedback.storage.permits.acts import Act
from biofeedback.ui.cautions import FIRST_AID
from protocols.library import find_exercise

if TYPE_CHECKING:
    from collections.abc import Sequence

    from biofeedback.session.preparation import Plan
    from biofeedback.sound.settings import SoundSettings
    from protocols.specification import Exercise


DEMO_MINUTES = 2.0


def demo(
    headless: Annotated[bool, typer.Option("--headless", help="In the terminal, without a window.")] = False,
    speed: Annotated[float, typer.Option(min=0, help="Faster than real time; 0 as fast as possible.")] = 1.0,
    sound: SoundOption = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """A two-minute guided session on a simulated strap."""
    from biofeedback.session.preparation import Plan

    exercise = find_exercise("paced-breathing").lasting(DEMO_MINUTES)
    _run(Plan(exercise, "sim:"), speed, data, headless=headless, as_json=as_json, sound=sound)


def run(
    exercise: ExerciseArgument,
    device: Annotated[str, typer.Option(help="sim:, replay:FILE or ble:ADDRESS; a band beside it: 'sim: + sim:head'.")],
    minutes: MinutesOption = None,
    rate: RateOption = None,
    ratio: RatioOption = None,
    choose: ChooseOption = None,
    activity: ActivityOption = None,
    person: PersonOption = "",
    headless: Annotated[bool, typer.Option("--headless", help="In the terminal, without a window.")] = False,
    speed: Annotated[float | None, typer.Option(min=0, help="Seconds of the session a second; 0: at once.")] = None,
    sound: SoundOption = None,
    lsl_out: Annotated[
        str | None, typer.Option(metavar="NAME", help="Send the session to the network, as streams of that name (LSL).")
    ] = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """One session, saved; prints its summary."""
    from biofeedback.session.preparation import Plan
    from devices.uri import is_real, speed_of

    chosen = adapted_exercise(exercise, data, minutes, rate, ratio, choose)
    asked = speed if speed is not None else speed_of(device)
    if is_real(device) and asked not in (None, 1.0):
        wrong_usage("What is worn cannot run faster than its heart: leave --speed out.")
    speed = 1.0 if asked is None else asked
    chosen = about_activity(chosen, activity, person, data)
    tell_written(chosen, [(person, person)], data)
    plan = Plan(chosen, device, person, sent_as=_stream_name(lsl_out, speed))
    _run(plan, speed, data, headless=headless, as_json=as_json, sound=sound)


def _stream_name(asked: str | None, speed: float) -> str:
    """What the streams are called that a session is sent by; empty where none was asked for."""
    if asked is None:
        return ""
    from biofeedback.outward import NO_NAME, NOT_REAL_TIME
    from devices.told import told_text

    if speed != 1.0:
        wrong_usage(NOT_REAL_TIME)
    return told_text(asked) or wrong_usage(NO_NAME)


def office(
    speed: Annotated[float, typer.Option(min=0.1, help="Faster than real time, to try it out.")] = 1.0,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """The clinician's window beside the window of the person."""
    from biofeedback.app import open_window

    status = open_window(data, speed=speed, with_office=True)
    if as_json and status == 0:
        print_document({"closed": True})
    sys.exit(status)


def tell_written(exercise: "Exercise", people: "Sequence[tuple[str, str]]", data: Path | None) -> None:
    """Say which cautions of the exercise are written down about people; whoever typed its name decides.

    Each is a name, and what they are called here.
    """
    from biofeedback.care.profile import read_profile
    from biofeedback.storage.database import Store
    from biofeedback.ui.words.exercises import known
    from protocols.safety import CHECKS

    with Store.read(data_directory(data), ask_once) as store:
        for person, _ in people:
            store.permit(Act.PRACTISE, person, noted=False)
        profiles = [(called, read_profile(store, person)) for person, called in people]
    for called, profile in profiles:
        whose = f"{called}: " if len(people) > 1 else ""
        for caution, check in CHECKS.items():
            if caution in exercise.cautions and caution.value in profile.conditions:
                tell(f"{whose}{known(caution, written=True)} {check.advice}")
        if profile.offered and exercise.id not in (*profile.offered, FIRST_AID):
            tell(f"{exercise.title} is not among the practices that are offered to {called or 'whoever is at home'}.")


def _run(plan: "Plan", speed: float, data: Path | None, *, headless: bool, as_json: bool, sound: bool | None) -> None:
    from biofeedback.cli.terminal import SessionFailedError, run_session
    from biofeedback.reports.tables import print_session

    if not math.isfinite(speed):
        wrong_usage(f"--speed must be a number of 0 or more, not {speed:g}.")
    if sound and speed != 1.0:
        wrong_usage("Sound goes at the speed of life: leave --speed or --sound out.")
    if not headless and not as_json and has_display():
        if speed == 0:
            wrong_usage("A window cannot show a session at once: use --headless with --speed 0.")
        from biofeedback.app import open_window

        sys.exit(open_window(data, plan, speed, sound=sound))
    with opened_store(data, ask_once) as store:
        try:
            chosen = _chosen_sound(data) if sound else None
            summary = run_session(plan, store, speed, quiet=is_quiet(), sound=chosen).as_json()
        except SessionFailedError as error:
            fail(str(error))
        if as_json:
            print_document(summary)
        else:
            print_session(summary)
        sys.stdout.flush()
        look_after(store)


def _chosen_sound(data: Path | None) -> "SoundSettings | None":
    from biofeedback.ui.settings import read_settings

    return replace(read_settings(data_directory(data)), sound=True).sound_settings
