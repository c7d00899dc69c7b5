"""The command line. Its commands and JSON keys are relied on by scripts."""

import asyncio
import json
import math
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from biofeedback.cli_exercises import DataOption, JsonOption, exercises_app
from biofeedback.cli_ladder import ActivityOption, about_activity, ladder_app
from biofeedback.cli_options import (
    ChooseOption,
    ExerciseArgument,
    MinutesOption,
    RateOption,
    RatioOption,
    SoundOption,
    adapted_exercise,
    fail,
    wrong_usage,
)
from biofeedback.cli_sound import sound
from biofeedback.display import has_display
from biofeedback.storage.records import StoreError
from devices.source import SourceError
from protocols.forms import ExerciseError
from protocols.library import find_exercise

if TYPE_CHECKING:
    from biofeedback.session.preparation import Plan
    from biofeedback.sound.settings import SoundSettings

DEMO_MINUTES = 2.0
LONGEST_NAME = 120

app = typer.Typer(
    name="biofeedback",
    help="Breathing practice with a heart-rate strap. Without a command: the window.",
    no_args_is_help=False,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(exercises_app, name="exercises")
app.add_typer(ladder_app, name="ladder")
app.command()(sound)

PersonOption = Annotated[str, typer.Option(help="Whose session it is.")]


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


def _print_json(document: object) -> None:
    print(json.dumps(document, ensure_ascii=False, allow_nan=False))


@contextmanager
def _store(data: Path | None) -> Iterator[Any]:
    from biofeedback.storage.database import Store, data_directory

    with Store.open(data_directory(data)) as store:
        yield store


@app.callback(invoke_without_command=True)
def window(context: typer.Context, data: DataOption = None) -> None:
    """Open the window."""
    if data is not None:
        os.environ["BIOFEEDBACK_DATA"] = str(data)
    if context.invoked_subcommand is None:
        from biofeedback.app import open_window

        sys.exit(open_window(data))


@app.command()
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


@app.command()
def run(
    exercise: ExerciseArgument,
    device: Annotated[str, typer.Option(help="sim:, replay:FILE or ble:ADDRESS.")],
    minutes: MinutesOption = None,
    rate: RateOption = None,
    ratio: RatioOption = None,
    choose: ChooseOption = None,
    activity: ActivityOption = None,
    person: PersonOption = "",
    headless: Annotated[bool, typer.Option("--headless", help="In the terminal, without a window.")] = False,
    speed: Annotated[float | None, typer.Option(min=0, help="Seconds of the session a second; 0: at once.")] = None,
    sound: SoundOption = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """One session, saved; prints its summary."""
    from biofeedback.session.preparation import Plan
    from devices.uri import speed_of

    if len(person) > LONGEST_NAME or not person.isprintable():
        wrong_usage(f"--person must be a name in one line of at most {LONGEST_NAME} characters.")
    chosen = adapted_exercise(exercise, data, minutes, rate, ratio, choose)
    asked = speed if speed is not None else speed_of(device)
    if device.startswith("ble:") and asked not in (None, 1.0):
        wrong_usage("A real strap cannot run faster than its heart: leave --speed out.")
    speed = 1.0 if asked is None else asked
    chosen = about_activity(chosen, activity, person, data)
    _run(Plan(chosen, device, person), speed, data, headless=headless, as_json=as_json, sound=sound)


def _run(plan: "Plan", speed: float, data: Path | None, *, headless: bool, as_json: bool, sound: bool | None) -> None:
    from biofeedback.headless import SessionFailedError, run_session
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
    with _store(data) as store:
        try:
            summary = run_session(plan, store, speed, sound=_chosen_sound(data) if sound else None).as_json()
        except SessionFailedError as error:
            fail(str(error))
    if as_json:
        _print_json(summary)
    else:
        print_session(summary)


def _chosen_sound(data: Path | None) -> "SoundSettings | None":
    from biofeedback.storage.folder import data_directory
    from biofeedback.ui.settings import read_settings

    return replace(read_settings(data_directory(data)), sound=True).sound_settings


@app.command()
def scan(
    timeout: Annotated[float, typer.Option(min=0.5, max=120, help="Seconds to search.")] = 5.0,
    as_json: JsonOption = False,
) -> None:
    """Straps in reach: name, address, signal strength."""
    from biofeedback.reports.terminal import print_rows
    from devices.bluetooth import scan as scan_straps
    from devices.clock import Clock, ClockLoop

    with asyncio.Runner(loop_factory=lambda: ClockLoop(Clock())) as runner:
        straps = runner.run(scan_straps(timeout))
    if as_json:
        _print_json([{"name": s.name, "address": s.address, "rssi_dbm": s.rssi_dbm} for s in straps])
    elif straps:
        print_rows(
            ("strap", "address", "signal, dBm"),
            ((s.name, s.address, "" if s.rssi_dbm is None else str(s.rssi_dbm)) for s in straps),
        )
    else:
        print("No strap is in reach. Wear it with moist electrodes, and disconnect it from phones and watches.")


@app.command()
def analyze(
    source: Annotated[str, typer.Argument(help="A recording file, or the id of a saved session.")],
    uncorrected: Annotated[bool, typer.Option("--uncorrected", help="Keep every beat as it came.")] = False,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """A recording analysed offline."""
    from biofeedback.analysis.definitions import DEFINITIONS
    from biofeedback.analysis.figures import METHOD, figures
    from biofeedback.reports.tables import print_indices
    from biofeedback.session.archive import saved_beats
    from biofeedback.session.method import VERSIONS
    from biofeedback.session.pipeline import recorded_beats
    from devices.recordings import read_recording

    path = _recording_path(source)
    if path:
        beats = recorded_beats(read_recording(path))
    else:
        with _store(data) as store:
            beats = saved_beats(store, source)
    indices = figures(beats, uncorrected=uncorrected).as_json()
    if not as_json:
        print_indices(indices)
        return
    listed = [{"time_s": b.time_s, "rr_ms": b.rr_ms, "verdict": b.verdict, "nn_ms": b.nn_ms} for b in beats]
    method = METHOD | {key: VERSIONS[key] for key in ("ecg", "movement")} | {"uncorrected": str(uncorrected).lower()}
    definitions = {key: asdict(definition) for key, definition in DEFINITIONS.items()}
    _print_json(indices | {"beats": listed, "method": method, "definitions": definitions})


def _recording_path(source: str) -> Path | None:
    """The file that is meant; None where it is the id of a session."""
    path = Path(source.removeprefix("replay:"))
    try:
        path = path.expanduser()
        is_there = path.exists()
    except (OSError, RuntimeError):  # a name too long for a file, or a home folder that is none
        is_there = False
    return path if is_there or path.suffix or len(path.parts) > 1 else None


@app.command()
def sessions(
    person: Annotated[str | None, typer.Option(help="Only this person's.")] = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """The history."""
    from biofeedback.reports.terminal import print_rows

    with _store(data) as store:
        rows = store.sessions(person)
    if as_json:
        keys = ("session_id", "started_utc", "exercise", "person", "device", "duration_s", "interrupted")
        _print_json([{key: getattr(row, key) for key in keys} for row in rows])
    elif rows:
        print_rows(
            ("session", "started (UTC)", "exercise", "person", "minutes", ""),
            (
                (
                    row.session_id,
                    row.started_utc[:16].replace("T", " "),
                    row.exercise,
                    row.person,
                    f"{row.duration_s / 60:.1f}",
                    "running" if row.running else "interrupted" if row.interrupted else "",
                )
                for row in rows
            ),
        )
    else:
        print("There are no sessions yet. `biofeedback demo` makes one on a simulated strap.")


@app.command()
def show(session: str, data: DataOption = None, as_json: JsonOption = False) -> None:
    """One session as it was saved."""
    from biofeedback.reports.tables import print_session
    from biofeedback.reports.terminal import print_line
    from biofeedback.session import archive

    with _store(data) as store:
        summary = archive.show(store, session)
    if as_json:
        _print_json(summary)
        return
    print_session(summary)
    if not archive.is_current(summary):
        print_line(
            "These figures come from an earlier version of the program. "
            f"`biofeedback rescore {summary['session_id']}` computes them again and keeps these beside them."
        )


@app.command()
def rescore(session: str, data: DataOption = None, as_json: JsonOption = False) -> None:
    """The same session computed again from its raw bytes."""
    from biofeedback.reports.tables import print_changes, print_session
    from biofeedback.reports.terminal import print_line
    from biofeedback.session import archive

    with _store(data) as store:
        rescored = archive.rescore(store, session, datetime.now(UTC).isoformat(timespec="seconds"))
    before = rescored.before
    if as_json:
        earlier = {"earlier": {"computed_utc": before.computed_utc} | before.document} if before else {}
        _print_json(rescored.document | earlier)
        return
    print_session(rescored.document)
    if before:
        print_line(
            f"Figures by an earlier version of the program, of {before.computed_utc[:10]}, are kept beside these."
        )
        print_changes(before.document, rescored.document)


@app.command()
def report(
    session: str,
    out: Annotated[Path, typer.Option(help="The file to write: .pdf or .html.")],
    data: DataOption = None,
) -> None:
    """A report of one session."""
    from biofeedback.reports.writing import write_report
    from biofeedback.session.archive import read_summary

    if out.suffix.lower() not in (".pdf", ".html"):
        wrong_usage(f"--out {out}: a report ends in .pdf or .html.")
    with _store(data) as store:
        summary = read_summary(store, session)
    write_report(summary, out)
    print(f"Wrote {out}.", file=sys.stderr)


@app.command()
def export(
    session: str,
    out: Annotated[Path, typer.Option(help="The file to write.")],
    form: Annotated[
        str, typer.Option("--format", help="packets (lossless, can be replayed), rr (text), ecg or acc (tables).")
    ] = "packets",
    data: DataOption = None,
) -> None:
    """A session as a file."""
    from biofeedback.exchange.packets import write_packets, write_rr
    from biofeedback.exchange.waveforms import write_accelerometer, write_ecg

    writers = {"packets": write_packets, "rr": write_rr, "ecg": write_ecg, "acc": write_accelerometer}
    if form not in writers:
        wrong_usage(f"--format {form}: choose packets, rr, ecg or acc.")
    with _store(data) as store:
        writers[form](store, store.find(session).session_id, out)
    print(f"Wrote {out}.", file=sys.stderr)


@app.command()
def doctor(data: DataOption = None, as_json: JsonOption = False) -> None:
    """Checks Bluetooth, display and storage; says what to do about each trouble."""
    from biofeedback.doctor import examine

    findings = examine(data)
    if as_json:
        _print_json({finding.name: {"ok": finding.ok, "detail": finding.detail} for finding in findings})
    else:
        for finding in findings:
            print(f"{'ok ' if finding.ok else 'NO '} {finding.name}: {finding.detail}")
    if not all(finding.ok for finding in findings):
        sys.exit(1)


@app.command()
def bench(
    only: Annotated[list[str] | None, typer.Option(help="Only these measurements.")] = None,
    recordings: Annotated[
        Path | None, typer.Option(help="A folder of recordings of real people with reference values.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Measures the program on this machine."""
    from biofeedback.bench import MEASUREMENTS, measure
    from biofeedback.bench.measurement import MeasurementError
    from biofeedback.reports.terminal import print_rows

    unknown = set(only or ()) - set(MEASUREMENTS)
    if unknown:
        wrong_usage(f"Not a measurement: {', '.join(sorted(unknown))}. Known: {', '.join(MEASUREMENTS)}.")
    try:
        figures = measure(only or list(MEASUREMENTS), recordings)
    except MeasurementError as error:
        fail(str(error))
    if as_json:
        _print_json(figures)
    else:
        print_rows(
            ("measurement", "value", "unit", "goal", ""),
            (
                (name, f"{f['value']:.4g}", f["unit"], f["goal"], "holds" if f["holds"] else "DOES NOT HOLD")
                for name, f in figures.items()
            ),
        )
    if not all(figure["holds"] for figure in figures.values()):
        sys.exit(1)
