"""A session in the terminal, with a progress bar and no window."""

import asyncio
import signal
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING, Any, TypeVar

from rich.progress import BarColumn, Progress, TextColumn

from biofeedback.accompaniment import Accompaniment
from biofeedback.reports.terminal import plain, plain_console
from biofeedback.session.events import (
    NO_RR,
    AnchorMoved,
    BeatsCame,
    Began,
    Ended,
    Event,
    PhaseBegan,
    SignalChanged,
    StrapAwaited,
    StrapSaid,
    Suggested,
)
from biofeedback.session.preparation import Plan
from biofeedback.session.reference import ReferenceWorker
from biofeedback.session.runner import SessionRunner
from biofeedback.session.strap_care import BatteryCare
from biofeedback.session.summary import SessionSummary
from biofeedback.sound.settings import SoundSettings
from biofeedback.storage.database import Store
from devices.clock import Clock
from devices.clock_loop import ClockLoop
from devices.preflight import at_hand
from devices.samples import BatteryRead, LinkChanged, RRSupport, StrapOffered
from devices.uri import open_source

if TYPE_CHECKING:
    from biofeedback.outward import Outward

_T = TypeVar("_T")


def instead_here(name: str, address: str) -> str:
    """How another strap is used in the terminal, where nobody can be asked."""
    return (
        f"If you wear {name} now: end here with Ctrl+C, what was recorded is kept, "
        f"and begin again with --device ble:{address}"
    )


class SessionFailedError(Exception):
    """A session could not be run to its end. The message says what happened and what was kept."""


def run_session(
    plan: Plan,
    store: Store,
    speed: float,
    *,
    reference: bool = True,
    quiet: bool = False,
    sound: SoundSettings | None = None,
) -> SessionSummary:
    """Run one session to its end; Ctrl+C ends it early and keeps it.

    Parameters
    ----------
    plan : Plan
    store : Store
    speed : float
        Seconds of the session per second; 0 as fast as possible.
    reference : bool
        Whether neurokit2 computes its figures too.
    quiet : bool
        No progress bar.
    sound : SoundSettings or None
        What is heard; None for silence.

    Raises
    ------
    SourceError
        If there is no such device, or it is to be sent to the network and cannot.
    SessionFailedError
        If no beat came, or the source failed on the way.
    """
    source = open_source(plan.device_uri)
    display = TerminalDisplay(quiet=quiet)
    worker = ReferenceWorker(live=speed == 1.0) if reference else None
    clock = Clock(speed)
    accompaniment = Accompaniment(clock, sound, display.tell, store.faults) if sound else None
    outward = _sending(plan, clock, store, simulated=source.info.simulated)

    def take(event: Event) -> None:
        display.take(event)
        if accompaniment:
            accompaniment.take(event)
        if outward:
            outward.take(event)

    def end() -> None:
        if accompaniment:
            accompaniment.leave()
        runner.end()

    runner = SessionRunner(plan, source, store, take, worker)
    work = _by_ear(runner, accompaniment) if accompaniment else runner.run()

    try:
        with display, outward or nullcontext():
            if outward:
                display.tell(outward.warning)
            summary = run_to_end(work, clock, end, store)
    finally:
        if worker:
            worker.close()
    return _kept(summary, runner.ended)


def _sending(plan: Plan, clock: Clock, store: Store, *, simulated: bool) -> "Outward | None":
    """What sends the session to the network; None where it is not to be sent."""
    if not plan.sent_as:
        return None
    from biofeedback.outward import Outward

    return Outward(plan.sent_as, clock.now, store.faults, simulated=simulated)


def run_to_end(work: Coroutine[Any, Any, _T], clock: Clock, end: Callable[[], None], store: Store) -> _T:
    """Run what plays on a clock; Ctrl+C asks it to end, a second one leaves at once."""

    def note(_: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        if error := context.get("exception"):
            store.faults.note(error, "the loop of a session")

    with (
        asyncio.Runner(loop_factory=lambda: ClockLoop(clock)) as runner,
        _interrupts_to(end, runner.get_loop()),
    ):
        runner.get_loop().set_exception_handler(note)
        return runner.run(work)


def _kept(summary: SessionSummary | None, ended: Ended | None) -> SessionSummary:
    if ended is not None and ended.failed:
        kept = f" What was recorded until then is kept as session {ended.session_id}." if ended.saved else ""
        raise SessionFailedError(f"{ended.cause}{kept}")
    if summary is None and ended is not None and ended.saved:
        raise SessionFailedError(f"Session {ended.session_id} is kept, but it cannot be shown just now.")
    if summary is None:
        raise SessionFailedError(
            "No beat came, so nothing was saved. Check that the strap is on and moist, then try again."
        )
    return summary


async def _by_ear(runner: SessionRunner, accompaniment: Accompaniment) -> SessionSummary | None:
    """Run to the end; where that was the end of the practice, wait for the last bell."""
    try:
        async with accompaniment:
            summary = await runner.run()
        if runner.ended and runner.ended.cause == "done":
            await accompaniment.finish()
    finally:
        await accompaniment.close()
    return summary


@contextmanager
def _interrupts_to(end: Callable[[], None], loop: asyncio.AbstractEventLoop) -> Iterator[None]:
    def interrupted(number: int, _: object) -> None:
        loop.call_soon_threadsafe(end)
        # Whoever asks again does not want to wait; what was recorded is on the disk
        signal.signal(number, signal.default_int_handler)

    before = {number: signal.signal(number, interrupted) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class TerminalDisplay:
    """Shows a session on standard error: a bar on a terminal, a line for each phase otherwise."""

    def __init__(self, *, quiet: bool = False) -> None:
        self._console = plain_console(stderr=True, quiet=quiet)
        self._bar = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            TextColumn("{task.fields[left]}"),
            TextColumn("{task.fields[heart]}"),
            console=self._console,
            transient=True,
            disable=not self._console.is_terminal,
        )
        self._task = self._bar.add_task("Waiting for the first beats", total=None, left="", heart="")
        self._total_s = 0.0
        self._anchored_s = (0.0, 0.0)
        self._battery = BatteryCare()
        self._said_of_strap: set[str] = set()

    def __enter__(self) -> "TerminalDisplay":
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def tell(self, words: str) -> None:
        """Show a sentence; nothing where it is empty."""
        if words:
            self._say(words)

    def take(self, event: Event) -> None:
        """Show an event."""
        match event:
            case Began():
                self._total_s = event.timeline.total_s
                self._say(f"Session {event.session_id}: {event.timeline.exercise.title}, {event.source.name}")
            case AnchorMoved():
                self._anchored_s = (event.at_s, event.anchor.elapsed_s)
            case PhaseBegan():
                self._say(event.planned.phase.title)
                self._bar.update(self._task, description=plain(event.planned.phase.title), total=self._total_s)
            case BeatsCame():
                self._said_of_strap.clear()
                self._show_progress(event)
            case Suggested():
                self._say(event.words)
            case SignalChanged(words=words) | StrapSaid(news=LinkChanged(detail=words)) if words:
                self._say_once(words)
            case StrapAwaited(steps=steps) if at_hand(steps).do:
                self._say_once(at_hand(steps).sentence)
            case StrapSaid(news=StrapOffered(name=name, address=address)):
                self._say_once(instead_here(name, address))
            case StrapSaid(news=BatteryRead(percent=percent)):
                self.tell(self._battery.told(percent))
            case StrapSaid(news=RRSupport(present=False)):
                self._say(NO_RR)
            case _:
                pass

    def _say_once(self, words: str) -> None:
        """What happens to the strap, but not again with every attempt to get it back."""
        if words not in self._said_of_strap:
            self._said_of_strap.add(words)
            self._say(words)

    def _show_progress(self, event: BeatsCame) -> None:
        elapsed_s = self._anchored_s[1] + event.at_s - self._anchored_s[0]
        left = max(0.0, self._total_s - elapsed_s)
        bpm = event.indices.hr_bpm
        heart = f"{bpm:.0f} beats a minute" if bpm is not None else ""
        self._bar.update(self._task, completed=elapsed_s, left=f"{left / 60:.0f} min left", heart=heart)

    def _say(self, words: str) -> None:
        self._console.print(plain(words))
