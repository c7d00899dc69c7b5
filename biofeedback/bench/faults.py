"""Whether a session gets its strap back: every fault played many times on an emulated strap under bleak's own code.

Played on a clock that jumps over every wait, with what the machine itself takes left out: data take 15 ms one way, the
strap advertises five times a second.
"""

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from biofeedback.bench.measurement import Measurement, MeasurementError, at_least, at_most
from devices.clock import Clock
from devices.clock_loop import ClockLoop
from devices.samples import HeartRateSample, LinkChanged, LinkState, StrapOffered

if TYPE_CHECKING:
    from biofeedback.bench.faulty import Fault, Scene

LIMIT_S, SETTLED_S, AFTER_S = 120.0, 8.0, 12.0
DELAY_S = 0.015
NOT_HERE = "The faults are played with the package bumble, which is not here: pip install bumble, and measure again."


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one run.

    Attributes
    ----------
    resumed_s : float or None
        From when the strap could be had again to its next beats; None where none came.
    n_invented, n_doubled : int
        Beats that were used and never were; that were used again.
    n_kept : int
        Beats that were used.
    errors : tuple of str
        Exceptions that nobody caught.
    """

    resumed_s: float | None
    n_invented: int
    n_doubled: int
    n_kept: int
    errors: tuple[str, ...]


def faults(recordings: Path | None, n_runs: int) -> dict[str, Measurement]:
    """Every fault so many times: how often the strap came back, how soon, and what was invented or counted twice."""
    if not find_spec("bumble"):
        raise MeasurementError(NOT_HERE)
    from biofeedback.bench.faulty import FAULTS

    found: dict[str, Measurement] = {}
    every: list[Outcome] = []
    for name, fault in FAULTS.items():
        outcomes = [play(fault, seed) for seed in range(n_runs)]
        every += outcomes
        found |= _of_fault(name, outcomes)
    return found | {
        "faults_beats_invented": at_most(sum(each.n_invented for each in every), 0, f"in {len(every)} runs"),
        "faults_beats_doubled": at_most(sum(each.n_doubled for each in every), 0, f"in {len(every)} runs"),
        "faults_exceptions": at_most(sum(len(each.errors) for each in every), 0, f"in {len(every)} runs"),
    }


def _of_fault(name: str, outcomes: Sequence[Outcome]) -> dict[str, Measurement]:
    resumed_s = [each.resumed_s for each in outcomes if each.resumed_s is not None]
    p50_s, p95_s = np.percentile(resumed_s, [50, 95]) if resumed_s else (LIMIT_S, LIMIT_S)
    return {
        f"{name}_resumed": at_least(100.0 * len(resumed_s) / len(outcomes), 99.0, "%"),
        f"{name}_median": at_most(float(p50_s), 3.0, "s"),
        f"{name}_p95": at_most(float(p95_s), 10.0, "s"),
    }


def play(fault: "Fault", seed: int) -> Outcome:
    """Play a fault once, on a clock that jumps over every wait."""
    with asyncio.Runner(loop_factory=lambda: ClockLoop(Clock(0))) as runner:
        return runner.run(_played(fault, random.Random(f"fault {seed}")))


async def _played(fault: "Fault", rng: random.Random) -> Outcome:
    from devices.bluetooth_strap import BluetoothStrap

    errors: list[str] = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, context: errors.append(str(context.get("exception", context["message"]))))
    async with _scene(fault, rng) as scene:
        source = BluetoothStrap(fault.own.address, backend=scene.radio.backend)
        heard = _Heard(scene.asked)
        scene.say_yes = lambda: source.take_instead(heard.offered)
        async with asyncio.TaskGroup() as group, source:
            group.create_task(heard.listen(source))
            await heard.beats_after(loop.time())
            await scene.wait(SETTLED_S, SETTLED_S + 4.0)
            await fault.play(scene)
            back_s = loop.time()
            resumed_s = None
            with contextlib.suppress(TimeoutError):
                resumed_s = await heard.beats_after(back_s) - back_s
            await asyncio.sleep(AFTER_S)
    return Outcome(resumed_s, *_checked(heard.finish(), scene.heart.truth), tuple(errors))


@contextlib.asynccontextmanager
async def _scene(fault: "Fault", rng: random.Random) -> AsyncIterator["Scene"]:
    from biofeedback.bench.emulated import emulated_straps
    from biofeedback.bench.faulty import Heart, Scene

    settings = (fault.own, fault.other) if fault.other else (fault.own,)
    async with emulated_straps(*settings, mtu=fault.mtu) as (radio, straps):
        radio.air.delay_s = DELAY_S
        other = straps[1] if fault.other else None
        if other and fault.other_waits:
            await other.switch_off()
        heart = Heart(rng)
        beating = asyncio.create_task(heart.beat(straps[0]))
        scene = Scene(rng, radio, straps[0], other, heart, beating, asyncio.Event(), lambda: None)
        if other and not fault.other_waits:
            scene.beside(other)
        try:
            yield scene
        finally:
            for task in (scene.beating, *scene.others):
                task.cancel()
                await asyncio.wait({task})


class _Heard:
    """What a session hears: judged as in a session, link losses and all."""

    def __init__(self, asked: asyncio.Event) -> None:
        from biofeedback.session.judging import LINK_LOST, BeatJudge

        self._judge, self._lost = BeatJudge(), LINK_LOST
        self._beats: list[Any] = []
        self._came = asyncio.Event()
        self._last_s = float("-inf")
        self._asked, self.offered = asked, ""

    async def listen(self, source: Any) -> None:
        async for reading in source.readings():
            if isinstance(reading, LinkChanged) and reading.state is LinkState.LOST:
                self._judge.lose(self._lost)
            elif isinstance(reading, StrapOffered):
                self.offered = reading.address
                self._asked.set()
            elif isinstance(reading, HeartRateSample):
                self._beats += self._judge.take(reading.received_s, reading)[1]
                if reading.rr_ms:
                    self._last_s = reading.received_s
                    self._came.set()

    async def beats_after(self, at_s: float) -> float:
        """When the first beats came that came later than this; TimeoutError where none do."""
        async with asyncio.timeout(LIMIT_S):
            while self._last_s <= at_s:
                self._came.clear()
                await self._came.wait()
        return self._last_s

    def finish(self) -> list[int]:
        """The intervals that were used, in 1/1024 s."""
        self._beats += self._judge.finish()[1]
        return [round(beat.rr_ms * 1.024) for beat in self._beats if beat.kept]


def _checked(kept: Iterable[int], truth: dict[int, int]) -> tuple[int, int, int]:
    """How many of the intervals never were, came again or out of order; and how many there are."""
    n_invented = n_doubled = n_kept = 0
    last = -1
    for units in kept:
        n_kept += 1
        number = truth.get(units)
        if number is None:
            n_invented += 1
        elif number <= last:
            n_doubled += 1
        else:
            last = number
    return n_invented, n_doubled, n_kept
