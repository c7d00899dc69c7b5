"""The commands about this machine: straps in reach, checks, measurements."""

import asyncio
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from biofeedback.cli.options import (
    DataOption,
    JsonOption,
    existing_data,
    fail,
    print_json,
    tell,
    wrong_usage,
)


def scan(
    timeout: Annotated[float, typer.Option(min=0.5, max=120, help="Seconds to search.")] = 5.0,
    as_json: JsonOption = False,
) -> None:
    """Straps and headbands in reach: name, address, signal strength, and what a band can and cannot measure."""
    from biofeedback.reports.terminal import print_line, print_rows
    from devices.bluetooth import scan as scan_air
    from devices.bluetooth_advice import Kind
    from devices.clock import Clock
    from devices.clock_loop import ClockLoop
    from devices.known_bands import band_named

    with asyncio.Runner(loop_factory=lambda: ClockLoop(Clock())) as runner:
        found = runner.run(scan_air(timeout))
    bands = {each.address: band_named(each.name) for each in found if each.kind is Kind.BAND}
    if as_json:
        print_json(
            [
                {
                    "name": each.name,
                    "address": each.address,
                    "rssi_dbm": each.rssi_dbm,
                    "kind": str(each.kind),
                    "device": device_uri(each.kind, each.address),
                }
                | ({"band": asdict(known)} if (known := bands.get(each.address)) else {})
                for each in found
            ]
        )
        return
    if not found:
        print("No strap is in reach. Wear it with moist electrodes, and disconnect it from phones and watches.")
        return
    print_rows(
        ("name", "kind", "address", "signal, dBm"),
        ((s.name, str(s.kind), s.address, "" if s.rssi_dbm is None else str(s.rssi_dbm)) for s in found),
    )
    for model, known in {known.model: known for known in bands.values() if known}.items():
        print_line(f"{model}: electrodes at {', '.join(known.electrodes)}, against {known.reference}.")
        print_line(f"  It sees {'; '.join(known.sees)}.")
        print_line(f"  It does not see {'; '.join(known.sees_not)}.")
        if known.say:
            print_line(f"  {known.say}")


def device_uri(kind: str, address: str) -> str:
    """What opens a device that was found."""
    return f"eeg:muse?address={address}" if kind == "band" else f"ble:{address}"


def doctor(data: DataOption = None, as_json: JsonOption = False) -> None:
    """Checks this machine; says what to do about each trouble, and fails only where no session could be kept."""
    from biofeedback.cli.doctor import Level, examine

    findings = examine(existing_data(data))
    if as_json:
        print_json({f.name: {"ok": f.ok, "level": f.level.value, "detail": f.detail} for f in findings})
    else:
        for finding in findings:
            print(f"{finding.level.mark} {finding.name}: {finding.detail}")
    if any(finding.level is Level.FAILURE for finding in findings):
        sys.exit(1)


def bench(
    only: Annotated[list[str] | None, typer.Option(help="Only these measurements.")] = None,
    recordings: Annotated[
        Path | None, typer.Option(help="A folder of recordings of real people with reference values.")
    ] = None,
    runs: Annotated[
        int | None, typer.Option(min=1, help="How many kills, spoilt files, seeds of each fault, or heads.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Measures the program on this machine."""
    from difflib import get_close_matches

    from biofeedback.bench import MEASUREMENTS, RUNS, measurable, measure
    from biofeedback.bench.measurement import MeasurementError
    from biofeedback.reports.terminal import print_rows

    unknown = sorted(set(only or ()) - set(MEASUREMENTS))
    if unknown:
        near = get_close_matches(unknown[0], MEASUREMENTS, 1)
        meant = f" Did you mean '{near[0]}'?" if near else ""
        wrong_usage(f"Not a measurement: {', '.join(unknown)}.{meant} Known: {', '.join(MEASUREMENTS)}.")
    if recordings is not None and not recordings.is_dir():
        wrong_usage(f"There is no folder {recordings}.")
    names = only or measurable()
    if runs is not None and not set(names) <= set(RUNS):
        wrong_usage(f"--runs is for these, by --only: {', '.join(RUNS)}.")
    try:
        figures = measure(names, recordings, tell, runs)
    except MeasurementError as error:
        fail(str(error))
    if as_json:
        print_json(figures)
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
