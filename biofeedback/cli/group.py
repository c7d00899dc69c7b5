"""The commands for several people at once: each with a strap, a session and a record of their own."""

import math
import re
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from biofeedback.cli.lock import ask_once
from biofeedback.cli.options import (
    ChooseOption,
    Command,
    DataOption,
    ExerciseArgument,
    Group,
    JsonOption,
    MinutesOption,
    RateOption,
    RatioOption,
    adapted_exercise,
    is_quiet,
    opened_store,
    print_document,
    print_json,
    read_store,
    tell,
    wrong_usage,
)
from biofeedback.cli.practice import tell_written
from biofeedback.display import has_display
from biofeedback.storage.errors import StoreError
from devices.uri import SCHEMES, is_real, speed_of
from protocols.specification import Exercise

if TYPE_CHECKING:  # most commands need none of it, and it loads numpy and the database
    from biofeedback.session.several.group import Member, MemberSummary
    from biofeedback.storage.database import Store

_MEMBER = re.compile(rf"(.*?)=((?:{'|'.join(SCHEMES)}):.*)", re.DOTALL)
"""A name and a device; names, too, may hold an equals sign."""
LONGEST_ENDING_S, LOOKED_EVERY_S = 30.0, 0.2

group_app = typer.Typer(
    cls=Group, help="Several people at once, each with a strap and a record of their own.", invoke_without_command=True
)


@dataclass(frozen=True, slots=True)
class _Wearer:
    person: str
    uri: str


@group_app.callback()
def group(context: typer.Context, data: DataOption = None, as_json: JsonOption = False) -> None:
    """Without a command: everybody who has a strap of their own."""
    if context.invoked_subcommand:
        return
    from biofeedback.care.straps import straps_of
    from biofeedback.reports.terminal import print_rows

    with read_store(data) as store:
        straps = {person: strap for person, strap in straps_of(store, store.persons()).items() if strap}
    if as_json:
        print_json([{"person": person, "strap": strap} for person, strap in straps.items()])
    elif straps:
        print_rows(("person", "strap"), straps.items())
    else:
        print("Nobody has a strap of their own yet. `biofeedback people strap NAME ble:ADDRESS` gives them one.")


@group_app.command(cls=Command)
def start(
    exercise: ExerciseArgument,
    member: Annotated[
        list[str] | None,
        typer.Option(help="PERSON=DEVICE, for example Ana=ble:ADDRESS; once for each.", show_default=False),
    ] = None,
    people: Annotated[
        list[str] | None,
        typer.Option(
            help="Names, set apart by commas: each with the strap that was given to them.", show_default=False
        ),
    ] = None,
    apart: Annotated[bool, typer.Option("--apart", help="Each in their own time, not one pacer for all.")] = False,
    codes: Annotated[bool, typer.Option("--codes", help="Numbers are shown in place of names.")] = False,
    minutes: MinutesOption = None,
    rate: RateOption = None,
    ratio: RatioOption = None,
    choose: ChooseOption = None,
    headless: Annotated[bool, typer.Option("--headless", help="In the terminal, without a window.")] = False,
    speed: Annotated[float | None, typer.Option(min=0, help="Seconds of the session a second; 0: at once.")] = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """One exercise for several people, each session saved; tells what came of each."""
    from biofeedback.session.several.group import Member, check_people
    from devices.several import open_straps

    chosen = adapted_exercise(exercise, data, minutes, rate, ratio, choose)
    wearers = [*map(_wearer, member or ()), *(_with_their_own(people, data) if people else ())]
    try:
        check_people([each.person for each in wearers])
        straps = open_straps([each.uri for each in wearers])
    except ValueError as error:
        wrong_usage(f"{str(error)[:1].upper()}{str(error)[1:]}. Nothing was begun.")
    pace = _speed([each.uri for each in wearers], speed)
    called = [f"P{number}" if codes else each.person for number, each in enumerate(wearers, 1)]
    tell_written(chosen, list(zip((each.person for each in wearers), called, strict=True)), data)
    members = [Member(each.person, strap) for each, strap in zip(wearers, straps, strict=True)]
    windowed = not headless and not as_json and has_display()
    if windowed and pace == 0:
        wrong_usage("A window cannot show a group at once: use --headless with --speed 0.")
    _run(chosen, members, called, pace, data, in_step=not apart, as_json=as_json, windowed=windowed)


@group_app.command(cls=Command)
def unwell(
    person: Annotated[str, typer.Argument(help="Who does not feel well.", show_default=False)],
    note: Annotated[str, typer.Option(help="What was seen, for their record.", show_default=False)] = "",
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """End the running session of one person because they do not feel well; the others of a group go on."""
    from biofeedback.session.kept.recut import LONGEST_WORDS, mark

    words = " ".join(note.split())
    if len(words) > LONGEST_WORDS:
        wrong_usage(f"--note has up to {LONGEST_WORDS} signs, not {len(words)}. Nothing was changed.")
    with read_store(data, ask_once) as store:
        row = next((row for row in store.sessions(person) if row.running), None)
        if row is None:
            raise StoreError(f"No session of {store.person(person)} is running. Nothing was changed.")
        store.stop_unwell(row.session_id)
        if not _has_ended(store, row.session_id):
            raise StoreError(f"Session {row.session_id} was asked to end and still runs. Look after it where it runs.")
        ended = store.session(row.session_id)
        if words:
            mark(store, row.session_id, ended.row.duration_s, words)
    if as_json:
        print_document({"session_id": row.session_id, "person": row.person, "ended": ended.end_cause})
    else:
        print(f"Session {row.session_id} of {row.person} has ended, and that they did not feel well is noted.")


def _has_ended(store: "Store", session_id: str) -> bool:
    """Wait until a session that was asked to end is saved."""
    until_s = time.monotonic() + LONGEST_ENDING_S
    while time.monotonic() < until_s:
        if not store.find(session_id).running:
            return True
        time.sleep(LOOKED_EVERY_S)
    return False


def _wearer(text: str) -> _Wearer:
    from biofeedback.storage.names import person_name

    found = _MEMBER.fullmatch(text)
    person, uri = found.groups() if found else text.partition("=")[::2]
    if not uri:
        wrong_usage(f"--member {text}: write PERSON=DEVICE, for example Ana=ble:ADDRESS or Ana=sim:.")
    try:
        return _Wearer(person_name(person), uri)
    except ValueError as error:
        wrong_usage(f"--member {text}: {error}.")


def _with_their_own(named: Sequence[str], data: Path | None) -> list[_Wearer]:
    """People by their names, each with the strap that was given to them."""
    from biofeedback.care.straps import straps_of
    from biofeedback.care.who import named_people

    with read_store(data, ask_once) as store:
        listed = [person for names in named for person in named_people(store, names)]
        straps = straps_of(store, listed)
    for person in listed:
        if not straps[person]:
            wrong_usage(f"{person} has no strap yet: biofeedback people strap '{person}' ble:ADDRESS gives them one.")
    return [_Wearer(person, straps[person]) for person in listed]


def _speed(uris: Sequence[str], speed: float | None) -> float:
    """How fast the one clock of all goes."""
    asked = {each for uri in uris if (each := speed_of(uri)) is not None} if speed is None else {speed}
    if len(asked) > 1:
        wrong_usage("There is one clock for all, and the recordings ask for different speeds: choose with --speed.")
    pace = asked.pop() if asked else 1.0
    if not math.isfinite(pace):
        wrong_usage(f"--speed must be a number of 0 or more, not {pace:g}.")
    if pace != 1.0 and any(map(is_real, uris)):
        wrong_usage("What is worn cannot run faster than its heart: leave --speed out.")
    return pace


def _run(
    exercise: Exercise,
    members: "Sequence[Member]",
    called: Sequence[str],
    speed: float,
    data: Path | None,
    *,
    in_step: bool,
    as_json: bool,
    windowed: bool,
) -> None:
    if in_step:
        from biofeedback.session.several.group import check_in_step

        try:
            check_in_step(exercise)
        except ValueError as error:
            wrong_usage(f"{str(error)[:1].upper()}{str(error)[1:]}: choose --apart. Nothing was begun.")
    with opened_store(data, ask_once) as store:
        if windowed:
            from biofeedback.group_windows import open_group

            ident, found = open_group(store, exercise, members, called, speed, in_step=in_step)
        else:
            from biofeedback.cli.tiles import run_group

            ident, found = run_group(exercise, members, called, store, speed, in_step=in_step, quiet=is_quiet())
    if as_json:
        told = {"group_id": ident, "exercise": exercise.id, "in_step": in_step}
        print_document(told | {"members": [each.as_json() for each in found]})
    else:
        _print(found)
    for each in found:
        if each.failed or not each.session_id:
            tell(f"{each.person}: {each.ended}")
    if n_lost := sum(each.lost for each in found):
        from biofeedback.session.several.group import NOT_ALL_SAVED

        tell(NOT_ALL_SAVED.format(n=n_lost, of=len(found)))
    if n_lost or not any(each.session_id for each in found):
        sys.exit(1)


def _print(found: "Sequence[MemberSummary]") -> None:
    from biofeedback.reports.figures import DASH
    from biofeedback.reports.terminal import print_rows

    print_rows(
        ("person", "session", "beats", "artifacts, %", "gaps"),
        (
            (
                each.person,
                each.session_id,
                DASH if told["n_beats"] is None else str(told["n_beats"]),
                "" if told["artifact_percent"] is None else f"{told['artifact_percent']:.1f}",
                DASH if told["gaps"] is None else str(len(told["gaps"])),
            )
            for each in found
            for told in (each.as_json(),)
        ),
    )
