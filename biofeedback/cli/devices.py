"""The commands about straps and bands: whether one is ready for a practice, and which are known."""

import asyncio
import math
import sys
from contextlib import aclosing
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from biofeedback.cli.options import Command, Group, JsonOption, is_quiet, print_document, print_json, wrong_usage

if TYPE_CHECKING:
    from biofeedback.session.head.head_check import HeadCheck, HeadChecked
    from devices.preflight import Checked, Preflight
    from devices.samples import Reading
    from devices.source import Source

devices_app = typer.Typer(
    cls=Group, help="Whether a strap or a band is ready, and which are known.", invoke_without_command=True
)
LOOK_S = 0.5
MARKS = {"done": "✓", "now": "…", "failing": "!", "later": " "}


@devices_app.callback()
def devices(context: typer.Context, as_json: JsonOption = False) -> None:
    """Straps and bands that are known, with what each can measure, and what has been seen of it and where."""
    if context.invoked_subcommand:
        return
    from biofeedback.reports.terminal import print_line
    from devices.known_bands import known_bands
    from devices.known_straps import known_straps

    if as_json:
        straps = [asdict(strap) | {"kind": "strap"} for strap in known_straps()]
        print_json([*straps, *(asdict(band) | {"kind": "band"} for band in known_bands())])
        return
    for strap in known_straps():
        print_line(f"{strap.model} ({strap.sensor})")
        for quirk in strap.quirks:
            print_line(f"  {quirk.what} [{quirk.source}]")
    for band in known_bands():
        print_line(f"{band.model} (on the head, {band.device})")
        print_line(f"  sees {'; '.join(band.sees)}")
        print_line(f"  does not see {'; '.join(band.sees_not)}")
        for quirk in band.quirks:
            print_line(f"  {quirk.what} [{quirk.source}]")


@devices_app.command(cls=Command)
def check(
    device: Annotated[str, typer.Argument(help="A device such as ble:, ble:ADDRESS, eeg:muse or sim:.")] = "ble:",
    timeout: Annotated[float, typer.Option(min=1, max=3600, help="Seconds until it is given up.")] = 60.0,
    speed: Annotated[float, typer.Option(min=0, help="Seconds of a simulated strap per second; 0: at once.")] = 1.0,
    as_json: JsonOption = False,
) -> None:
    """Whether a strap or a band is ready for a practice, step by step; each step that fails says what to do."""
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
    _checks_of(source, 0.0)  # what it takes to judge is loaded before the clock runs
    with asyncio.Runner(loop_factory=lambda: ClockLoop(Clock(speed))) as runner:
        checks, steps = runner.run(_checked(source, timeout, silent=as_json or is_quiet()))
    if as_json:
        print_document(
            {
                "device": source.info.uri,
                "name": source.info.name,
                "simulated": source.info.simulated,
                "ready": checks.ready,
                "rate_bpm": checks.strap.rate_bpm if checks.strap else None,
                "steps": [asdict(each) for each in steps],
                "notes": checks.notes,
                "electrodes": checks.band.electrodes() if checks.band else {},
            }
        )
    else:
        _conclude(checks, steps)
    if not checks.ready:
        sys.exit(1)


@dataclass(frozen=True, slots=True)
class _Checks:
    """What is checked: a strap, a band, or both."""

    strap: "Preflight | None"
    band: "HeadCheck | None"

    @property
    def ready(self) -> bool:
        return all(each.ready for each in (self.strap, self.band) if each)

    @property
    def notes(self) -> list[str]:
        told = list(self.strap.notes) if self.strap else []
        return [*told, *self.band.notes] if self.band else told

    def take(self, reading: "Reading") -> None:
        for each in (self.strap, self.band):
            if each:
                each.take(reading)

    def steps(self, now_s: float) -> "tuple[Checked | HeadChecked, ...]":
        strap = self.strap.steps(now_s) if self.strap else ()
        return (*strap, *(self.band.steps(now_s) if self.band else ()))


def _checks_of(source: "Source", begun_s: float) -> _Checks:
    from biofeedback.session.head.head_check import HeadCheck
    from devices.preflight import Preflight
    from devices.source import Band
    from devices.together import Together

    has_band = isinstance(source, Band | Together)
    return _Checks(Preflight(begun_s) if source.info.strap else None, HeadCheck(begun_s) if has_band else None)


def _conclude(checks: _Checks, steps: "tuple[Checked | HeadChecked, ...]") -> None:
    from biofeedback.reports.terminal import print_line
    from biofeedback.session.head.head_check import HeadChecked
    from devices.preflight import DO, Standing

    for note in checks.notes:
        print_line(f"  {note}")
    at_hand = next((each for each in steps if each.standing in (Standing.NOW, Standing.FAILING)), None)
    if at_hand:
        do = at_hand.do if isinstance(at_hand, HeadChecked) else DO[at_hand.step]
        print_line(f"Not ready: {at_hand.words} {do}".rstrip())
    elif is_quiet():
        print_line("Ready.")


async def _checked(
    source: "Source", timeout_s: float, *, silent: bool
) -> "tuple[_Checks, tuple[Checked | HeadChecked, ...]]":
    """Follow the device until it is ready or the time is over, and tell what changes."""
    loop = asyncio.get_running_loop()
    checks = _checks_of(source, loop.time())
    ends_s = loop.time() + timeout_s
    told: set[str] = set()

    async def listen() -> None:
        async with source, aclosing(source.readings()) as readings:
            async for reading in readings:
                checks.take(reading)
                if checks.ready:
                    return

    listening = asyncio.create_task(listen())
    try:
        while not listening.done() and loop.time() < ends_s:
            await asyncio.wait({listening}, timeout=min(LOOK_S, max(0.0, ends_s - loop.time()) + 1e-6))
            if not silent:
                _tell(checks.steps(loop.time()), told)
    finally:
        listening.cancel()
        await asyncio.wait({listening})
    if not listening.cancelled():
        listening.result()
    return checks, checks.steps(loop.time())


def _tell(steps: "tuple[Checked | HeadChecked, ...]", told: set[str]) -> None:
    """Each step once as it is done, and once for each way in which it fails."""
    from biofeedback.reports.terminal import print_line
    from devices.preflight import Standing

    for each in steps:
        line = f"{MARKS[each.standing]} {each.words}{f' {each.do}' if each.do else ''}"
        if each.standing in (Standing.DONE, Standing.FAILING) and line not in told:
            told.add(line)
            print_line(line)
