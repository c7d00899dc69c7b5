"""Whether a hostile file does harm: files spoilt on purpose, given to everything that reads one.

Each is read, or refused with a sentence. All else is a failure: another error, a promise that does not hold, a file
that takes longer than any is worth, memory that grows. Each kind has a process of its own, which a file without an end
does not outlive.
"""

import ctypes
import faulthandler
import gc
import multiprocessing
import sys
import tempfile
import time
import tracemalloc
import warnings
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from biofeedback.bench.hostile import Kind, hostile_file, kinds, tried
from biofeedback.bench.measurement import Measurement, at_most, for_comparison

LONGEST_S = 120.0
"""A file that takes so long on the wall is one without an end."""
N_TRACED, N_LEAST = 300, 200
"""At the most so many of the last files of a kind tell what each leaves in memory, for that makes reading slower; of
fewer files than the second nothing is told of memory: what is loaded once would count for most of it."""
SEED = 0

_number: Any = None


@dataclass(slots=True)
class Played:
    """What came of the files of a kind.

    Attributes
    ----------
    n, n_read : int
        Those that were played, and those that were sound after all.
    failed : dict
        How often each kind of failure came.
    slowest : tuple of float and int
        CPU time in seconds of the file that took most of it, and its number.
    growth_mb : float or None
        Of the memory of the process from the first quarter of the files to the last; None of too few.
    kept_bytes : float or None
        What one of the last files left in memory; None of too few.
    spent_s : float
        CPU time of all.
    """

    n: int = 0
    n_read: int = 0
    failed: dict[str, int] = field(default_factory=dict)
    slowest: tuple[float, int] = (0.0, 0)
    growth_mb: float | None = None
    kept_bytes: float | None = None
    spent_s: float = 0.0

    def play(self, known: dict[str, Kind], name: str, number: int) -> None:
        """Play a file."""
        content = hostile_file(known, name, SEED, number)
        begun_s = time.process_time()
        try:
            self.n_read += tried(known[name], content)
        except Exception as error:  # noqa: BLE001 (whatever goes wrong is counted, and told)
            self.fail(name, number, type(error).__name__, str(error))
        self.slowest = max(self.slowest, (time.process_time() - begun_s, number))
        self.n += 1

    def told_memory(self) -> str:
        """What is known of the memory, in words."""
        if self.growth_mb is None or self.kept_bytes is None:
            return "too few to tell of memory"
        return f"{self.growth_mb:.1f} MB more, {self.kept_bytes:.0f} bytes a file kept"

    def fail(self, name: str, number: int, what: str, said: str = "") -> None:
        """Count a failure; the first of its kind is told."""
        if what not in self.failed:
            sys.stderr.write(f"{name} {number}: {what}: {said[:200]}\n")
        self.failed[what] = self.failed.get(what, 0) + 1


def fuzz(recordings: Path | None, n_runs: int) -> dict[str, Measurement]:
    """Read so many spoilt files: what failed, how many were sound after all, the most CPU of one, growth of memory."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as open_here:
        shares = {name: kind.share for name, kind in kinds(Path(folder), None, open_here).items()}
    played = {}
    for name, share in shares.items():
        found = played[name] = _in_a_process(name, max(1, n_runs * share // sum(shares.values())), recordings)
        sys.stderr.write(
            f"{name}: {found.n} files, {found.n_read} sound, {sum(found.failed.values())} failed, slowest "
            f"{found.slowest[0]:.2f} s (number {found.slowest[1]}), {found.told_memory()}, "
            f"{found.spent_s:.0f} s of CPU\n"
        )
    n = sum(each.n for each in played.values())
    growth_mb = [each.growth_mb for each in played.values() if each.growth_mb is not None]
    kept_bytes = [each.kept_bytes for each in played.values() if each.kept_bytes is not None]
    of_memory = {}
    if growth_mb and kept_bytes:
        of_memory = {
            "fuzz_memory_growth": at_most(max(growth_mb), 20.0, "MB"),
            "fuzz_memory_of_a_file": at_most(max(kept_bytes), 2000.0, "bytes"),
        }
    return of_memory | {
        "fuzz_files": for_comparison(n, "files"),
        "fuzz_failures": at_most(sum(sum(each.failed.values()) for each in played.values()), 0, f"in {n} files"),
        "fuzz_read": for_comparison(100.0 * sum(each.n_read for each in played.values()) / max(1, n), "%"),
        "fuzz_slowest_file": at_most(max(each.slowest[0] for each in played.values()), 10.0, "s of CPU"),
    }


def _in_a_process(name: str, n: int, recordings: Path | None) -> Played:
    context = multiprocessing.get_context("spawn")
    number = context.Value("q", 0)
    with ProcessPoolExecutor(1, mp_context=context, initializer=_count_in, initargs=(number,)) as pool:
        try:
            return pool.submit(_play, name, n, recordings).result()
        except BrokenProcessPool:
            ended = Played(n=number.value)
            ended.fail(name, number.value, "no end, or the end of the process")
            return ended


def _count_in(number: Any) -> None:
    global _number
    _number = number


def _play(name: str, n: int, recordings: Path | None) -> Played:
    import psutil

    process, played, settled_mb = psutil.Process(), Played(), 0.0
    n_traced = min(N_TRACED, n // 4) if n >= N_LEAST else 0
    with tempfile.TemporaryDirectory() as folder, ExitStack() as open_here:
        known = kinds(Path(folder), recordings, open_here)
        warnings.simplefilter("error")  # what was computed of numbers that are none
        begun_s = time.process_time()
        for number in range(n):
            if number == n // 4:
                settled_mb = _memory_mb(process)
            if n_traced and number == n - n_traced:
                played.growth_mb = _memory_mb(process) - settled_mb
                tracemalloc.start()
            _number.value = number
            faulthandler.dump_traceback_later(LONGEST_S, exit=True)
            played.play(known, name, number)
        faulthandler.cancel_dump_traceback_later()
        played.spent_s = time.process_time() - begun_s
        if tracemalloc.is_tracing():
            gc.collect()
            played.kept_bytes = tracemalloc.get_traced_memory()[0] / n_traced
            tracemalloc.stop()
    return played


def _memory_mb(process: Any) -> float:
    gc.collect()
    with suppress(AttributeError, OSError):
        ctypes.CDLL(None).malloc_trim(0)  # what is free and kept for later is not what files left behind
    return float(process.memory_info().rss) / 1e6
