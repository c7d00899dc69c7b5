"""The commands about straps: whether one is ready for a practice, and which are known."""

import asyncio
import math
import sys
from contextlib import aclosing
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from biofeedback.cli.options import Command, Group, JsonOption, is_quiet, print_document, print_json, wrong_usage

if TYPE_CHECKING:
    from devices.preflight import Checked, Preflight
    from devices.source import Source

devices_app = typer.Typer(
    cls=Group, help="Whether a strap is ready, and which straps are known.", invoke_without_command=True
)
LOOK_S = 0.5
MARKS = {"done": "✓", "now": "…", "failing": "!", "later": " "}


@devices_app.callback()
def devices(context: typer.Context, as_json: JsonOption = False) -> None:
    """Straps that are known by their names, with what has been seen of them and where."""
    if context.invoked_subcommand:
        return
    from biofeedback.reports.terminal import print_line
    from devices.known_straps import known_straps

    if as_json:
        print_json([asdict(strap) for strap in known_straps()])
        return
    for strap in known_straps():
        print_line(f"{strap.model} ({strap.sensor})")
        for quirk in strap.quirks:
            print_line(f"  {quirk.what} [{quirk.source}]")


@devices_app.command(cls=Command)
def check(
    device: Annotated[str, typer.Argument(help="A device such as ble:, ble:ADDRESS or sim:.")] = "ble:",
    timeout: Annotated[float, typer.Option(min=1, max=3600, help="Seconds until it is given up.")] = 60.0,
    speed: Annotated[float, typer.Option(min=0, help="Seconds of a simulated strap per second; 0: at once.")] = 1.0,
    as_json: JsonOption = False,
) -> None:
    """Whether a strap is ready for a practice, step by step; each step that fails says what to do."""
    from devices.clock import Clock
    from devices.clock_loop import ClockLoop
    from devices.schemes import NO_STRAP
    from devices.uri import is_real, open_source

    if device == NO_STRAP:
        wrong_usage(f"{NO_STRAP} is no strap, so there is nothing to check.")
    if not math.isfinite(speed):
        wrong_usage(f"--speed must be a number of 0 or more, not {speed}.")
    if speed != 1.0 and is_real(device):
        wrong_usage("--speed is for simulated straps and recordings; a real one has its own.")
    source = open_source(device)
    with asyncio.Runner(loop_factory=lambda: ClockLoop(Clock(speed))) as runner:
        preflight, steps = runner.run(_checked(source, timeout, silent=as_json or is_quiet()))
    if as_json:
        print_document(
            {
                "device": source.info.uri,
                "name": source.info.name,
                "simulated": source.info.simulated,
                "ready": preflight.ready,
                "rate_bpm": preflight.rate_bpm,
                "steps": [asdict(each) for each in steps],
                "notes": list(preflight.notes),
            }
        )
    else:
        _conclude(preflight, steps)
    if not preflight.ready:
        sys.exit(1)


def _conclude(preflight: "Preflight", steps: "tuple[Checked, ...]") -> None:
    from biofeedback.reports.terminal import print_line
    from devices.preflight import DO, Standing

    for note in preflight.notes:
        print_line(f"  {note}")
    at_hand = next((each for each in steps if each.standing in (Standing.NOW, Standing.FAILING)), None)
    if at_hand:
        print_line(f"Not ready: {at_hand.words} {DO[at_hand.step]}")
    elif is_quiet():
        print_line("Ready.")


async def _checked(source: "Source", timeout_s: float, *, silent: bool) -> "tuple[Preflight, tuple[Checked, ...]]":
    """Follow the strap until it is ready or the time is over, and tell what changes."""
    from devices.preflight import Preflight

    loop = asyncio.get_running_loop()
    preflight = Preflight(loop.time())
    ends_s = loop.time() + timeout_s
    told: set[str] = set()

    async def listen() -> None:
        async with source, aclosing(source.readings()) as readings:
            async for reading in readings:
                preflight.take(reading)
                if preflight.ready:
                    return

    listening = asyncio.create_task(listen())
    try:
        while not listening.done() and loop.time() < ends_s:
            await asyncio.wait({listening}, timeout=min(LOOK_S, max(0.0, ends_s - loop.time()) + 1e-6))
            if not silent:
                _tell(preflight.steps(loop.time()), told)
    finally:
        listening.cancel()
        await asyncio.wait({listening})
    if not listening.cancelled():
        listening.result()
    return preflight, preflight.steps(loop.time())


def _tell(steps: "tuple[Checked, ...]", told: set[str]) -> None:
    """Each step once as it is done, and once for each way in which it fails."""
    from biofeedback.reports.terminal import print_line
    from devices.preflight import Standing

    for each in steps:
        line = f"{MARKS[each.standing]} {each.words}{f' {each.do}' if each.do else ''}"
        if each.standing in (Standing.DONE, Standing.FAILING) and line not in told:
            told.add(line)
            print_line(line)
