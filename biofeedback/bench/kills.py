"""Whether a kill loses more than a moment: sessions of simulated straps, killed at random, and what is left of each.

Each session has a process and a data folder of its own, encrypted as by default. It goes so many times faster than
life; what counts is the time on the wall between handing a packet to the recorder and the kill.
"""

import json
import math
import multiprocessing
import os
import random
import shutil
import struct
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

import keyring
from keyring.backend import KeyringBackend

from biofeedback.bench.measurement import Measurement, at_least, at_most
from biofeedback.session.kept.archive import judge_session, read_summary
from biofeedback.storage.database import Store
from biofeedback.storage.errors import StoreError
from biofeedback.storage.protection.keychain import CHOICE
from devices.simulated import SCENARIOS

SPEED = 60.0
LATEST_KILL_S = 4.0
"""After the beginning of the session, on the wall: four minutes of it."""
AT_ONCE = 6
START_S = 120.0
"""So long a process may take to begin its session on a busy machine."""
CHAIN = "BIOFEEDBACK_BENCH_KEYCHAIN"

_handed = struct.Struct("<dd")


@dataclass(frozen=True, slots=True)
class Killed:
    """What is left of a killed session.

    Attributes
    ----------
    opened : bool
        Whether its database opens with its key, and what it holds is told as interrupted.
    lost_s : float
        How long before the kill the first packet had been handed over that is not there; 0 where all are.
    same : bool
        Whether each beat, scored again, is what was judged live, and all figures are the same however often.
    n_packets : int
        Those that are there.
    """

    opened: bool
    lost_s: float
    same: bool
    n_packets: int


class FileKeychain(KeyringBackend):
    """A keychain that the processes of this measurement share, in a file; nobody's own is touched."""

    priority = 5

    def get_password(self, service: str, username: str) -> str | None:
        """The secret of these data."""
        path = Path(os.environ[CHAIN]) / username
        return path.read_text() if path.exists() else None

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep the secret of these data."""
        (Path(os.environ[CHAIN]) / username).write_text(password)


def kills(recordings: Path | None, n_runs: int) -> dict[str, Measurement]:
    """Kill so many sessions: how many databases open, the most that one misses, how many are scored again the same."""
    found = killed(n_runs, seed=0)
    return {
        "kills_opened": at_least(sum(each.opened for each in found), n_runs, f"of {n_runs}"),
        "kills_worst_loss": at_most(max(each.lost_s for each in found), 1.0, "s"),
        "kills_rescored_the_same": at_least(sum(each.same for each in found), n_runs, f"of {n_runs}"),
    }


def killed(n_runs: int, seed: int) -> list[Killed]:
    """Begin so many sessions, some at once, and kill each at a moment of its own."""
    with tempfile.TemporaryDirectory() as folder, _keychain_in(Path(folder)), ThreadPoolExecutor(AT_ONCE) as pool:
        # Importing the program costs more than the session: where there is a server, it is imported once
        multiprocessing.set_forkserver_preload([__name__, "biofeedback.session.runner"])
        serves = "forkserver" in multiprocessing.get_all_start_methods()
        process = multiprocessing.get_context("forkserver").Process if serves else multiprocessing.Process
        begin = partial(_killed, process, Path(folder))
        return list(pool.map(begin, (random.Random(f"kill {seed} {n}") for n in range(n_runs)), range(n_runs)))


@contextmanager
def _keychain_in(folder: Path) -> Iterator[None]:
    before, chain = os.environ.get(CHOICE), keyring.get_keyring()
    os.environ |= {CHOICE: f"{__name__}.{FileKeychain.__name__}", CHAIN: str(folder)}
    keyring.set_keyring(FileKeychain())  # type: ignore[no-untyped-call]  # one that was looked for before stays in use
    try:
        yield
    finally:
        keyring.set_keyring(chain)
        del os.environ[CHAIN], os.environ[CHOICE]
        if before is not None:
            os.environ[CHOICE] = before


def _killed(begin: Callable[..., BaseProcess], folder: Path, rng: random.Random, number: int) -> Killed:
    heard, told = multiprocessing.Pipe(duplex=False)
    data = folder / f"session {number}"
    uri = f"sim:{rng.choice(list(SCENARIOS))}?seed={rng.randrange(1 << 16)}"
    process = begin(target=record, args=(data, uri, os.environ[CHOICE], os.environ[CHAIN], told))
    process.start()
    told.close()
    handed: list[tuple[float, float]] = []
    if heard.poll(START_S):
        handed.append(_handed.unpack(heard.recv_bytes()))
        time.sleep(rng.uniform(0.0, LATEST_KILL_S))
    process.kill()
    killed_s = time.monotonic()
    process.join()
    handed += _rest(heard)
    left = _left(data, handed, killed_s)
    shutil.rmtree(data, ignore_errors=True)
    return left


def _rest(heard: Connection) -> Iterator[tuple[float, float]]:
    with heard:
        try:
            while heard.poll():
                yield _handed.unpack(heard.recv_bytes())
        except (EOFError, OSError):  # the kill came in the middle of a message
            return


def _left(data: Path, handed: list[tuple[float, float]], killed_s: float) -> Killed:
    """What is there of what was handed over; a session that had just begun may be gone with its last moment."""
    try:
        with Store.open(data) as store:
            rows = store.sessions()
            arrived_s = [packet.received_s for row in rows for packet in store.packets(row.session_id)]
            missing = [at_s for at_s, received_s in handed if not arrived_s or received_s > arrived_s[-1]]
            return Killed(
                opened=store.protection.key is not None and all(row.interrupted for row in rows),
                lost_s=max(0.0, killed_s - missing[0]) if missing else 0.0,
                same=all(_is_same(store, row.session_id) for row in rows),
                n_packets=len(arrived_s),
            )
    except StoreError:
        return Killed(opened=False, lost_s=math.inf, same=False, n_packets=0)


def _is_same(store: Store, session_id: str) -> bool:
    live = store.beats(session_id)
    again = judge_session(store, session_id).beats
    first, second = (json.dumps(read_summary(store, session_id).as_json()) for _ in range(2))
    return repr(live) == repr(again[: len(live)]) and first == second


def record(data: Path, uri: str, choice: str, chain: str, told: Connection) -> None:
    """A session in a process of its own, which tells of every packet once the recorder has it.

    Parameters
    ----------
    data : Path
    uri : str
        Of a simulated strap.
    choice, chain : str
        The keychain; what the process inherits may be older.
    told : Connection
        Takes the time on the wall and the second of the session of each packet with beats.
    """
    import asyncio

    from biofeedback.session.events import BeatsCame
    from biofeedback.session.preparation import Plan
    from biofeedback.session.runner import SessionRunner
    from devices.clock import Clock
    from devices.clock_loop import ClockLoop
    from devices.uri import open_source
    from protocols.library import find_exercise

    os.environ |= {CHOICE: choice, CHAIN: chain}

    def tell(event: object) -> None:
        if isinstance(event, BeatsCame):
            told.send_bytes(_handed.pack(time.monotonic(), event.at_s))

    plan = Plan(find_exercise("paced-breathing").lasting(60.0), uri)
    with (
        Store.open(data) as store,
        asyncio.Runner(loop_factory=lambda: ClockLoop(Clock(SPEED))) as runner,
    ):
        runner.run(SessionRunner(plan, open_source(uri), store, tell).run())
