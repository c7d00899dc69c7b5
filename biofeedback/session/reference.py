"""neurokit2 at work in a process of its own, so that it never holds up the breath on the screen."""

import asyncio
import contextlib
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from types import TracebackType
from typing import Self

from biofeedback.analysis.beats.trust import Disorder
from biofeedback.analysis.figures.indices import N_REFERENCE_LEAST, LiveIndices, ReferenceFigures, told_alike
from biofeedback.analysis.figures.stretch import SPECTRAL, VARIABILITY, Usable, usable
from biofeedback.session.account import Account
from biofeedback.session.events import ReferenceCame
from biofeedback.storage.faults import FaultLog
from biofeedback.storage.records import StoredPhase, StoredReference

NICENESS = 10
EVERY_S, WINDOW_S, MIN_S = 5.0, 120.0, 30.0
LONGEST_S = 2 * 3600.0
"""Of a longer phase it is not asked: its time grows faster than the phase, and nobody waits minutes for the end."""


class ReferenceWorker:
    """Asks neurokit2 in a child process, which begins to load at once.

    Parameters
    ----------
    live : bool
        Whether figures of the latest window are wanted during a session too.
    """

    def __init__(self, *, live: bool = True) -> None:
        self.live = live
        self._pool = ProcessPoolExecutor(
            1, mp_context=multiprocessing.get_context("spawn"), initializer=_be_a_good_child
        )
        self._loading = self._pool.submit(_load)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    async def figures(self, of: Usable) -> ReferenceFigures | None:
        """neurokit2's figures of the beats that ours are of; None where there are too few, or the process died.

        Of too few it is not asked, so that nobody who ends at once waits until it has loaded.
        """
        if len(of.steady) < N_REFERENCE_LEAST:
            return None
        with contextlib.suppress(BrokenProcessPool, RuntimeError):
            return await asyncio.get_running_loop().run_in_executor(self._pool, _figures, of)
        return None

    def close(self) -> None:
        """End the process without waiting for what it does."""
        processes = list((self._pool._processes or {}).values())
        self._pool.shutdown(wait=False, cancel_futures=True)
        for process in processes:
            process.terminate()


class LiveReference:
    """Asks about the latest window every few seconds of a session, one question at a time.

    What goes wrong with an answer leaves it out; the session has figures of its own.
    """

    def __init__(self, worker: ReferenceWorker, account: Account, faults: FaultLog) -> None:
        self._worker = worker
        self._account = account
        self._faults = faults
        self._next_s = MIN_S
        self._asking: asyncio.Task[None] | None = None

    def ask(self, at_s: float, live: LiveIndices, tell: Callable[[ReferenceCame], None]) -> None:
        """Ask where it is time to; the answer is told when it comes, but for what the live figures withhold."""
        if not self._worker.live or at_s < self._next_s or (self._asking and not self._asking.done()):
            return
        self._next_s = at_s + EVERY_S
        self._asking = asyncio.create_task(self._answer(at_s, live, tell))

    def tasks(self) -> list[asyncio.Task[None]]:
        """The question under way, for whoever ends the session."""
        return [self._asking] if self._asking else []

    async def of_phases(self, phases: Sequence[StoredPhase]) -> list[StoredReference]:
        """The figures of each phase as a whole."""
        stored = []
        disorder = Disorder.of(self._account.beats)
        for phase in phases:
            end_s = phase.end_s if phase.end_s is not None else phase.start_s
            if end_s - phase.start_s > LONGEST_S:
                continue
            answer = await self._figures(usable(self._account.in_practice(phase.start_s, end_s), disorder=disorder))
            if answer:
                stored.append(StoredReference(end_s, end_s - phase.start_s, answer.method, dict(answer.figures)))
        return stored

    @staticmethod
    def stored(came: ReferenceCame) -> StoredReference:
        told = {name: value for name, value in came.figures.items() if value is not None}
        return StoredReference(came.at_s, came.window_s, came.method, told)

    async def _answer(self, at_s: float, live: LiveIndices, tell: Callable[[ReferenceCame], None]) -> None:
        of = usable(self._account.latest(at_s - WINDOW_S))
        answer = await self._figures(of)
        if answer:
            unsure = () if not live.withheld else SPECTRAL if live.rmssd_ms is not None else VARIABILITY
            withheld = of.withheld | dict.fromkeys(unsure, live.withheld)
            tell(ReferenceCame(at_s, WINDOW_S, answer.method, *told_alike(answer.figures, withheld)))

    async def _figures(self, of: Usable) -> ReferenceFigures | None:
        with self._faults.contained("figures by neurokit2"):
            return await self._worker.figures(of)
        return None


def _be_a_good_child() -> None:
    """The screen comes first, and no process outlives the one that asks."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the one that asks
    threading.Thread(target=_end_with_parent, daemon=True).start()
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    if hasattr(os, "nice"):
        os.nice(NICENESS)


def _end_with_parent() -> None:
    if parent := multiprocessing.parent_process():
        parent.join()
        os._exit(0)


def _load() -> None:
    import biofeedback.analysis.figures.reference  # noqa: F401


def _figures(of: Usable) -> ReferenceFigures | None:
    from biofeedback.analysis.figures.reference import reference_figures

    return reference_figures(of)
