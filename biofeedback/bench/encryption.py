"""What encryption and seals cost: unlocking, which is to take a while, and saving and opening, which are not."""

import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from statistics import median

from biofeedback.bench.measurement import Measurement, at_most, for_comparison
from biofeedback.bench.program import run_session
from biofeedback.storage.database import Store
from biofeedback.storage.engine import connect
from biofeedback.storage.folder import DATABASE
from biofeedback.storage.protection.key_file import PASSPHRASE, KeyFile
from biofeedback.storage.protection.keys import DataKey
from biofeedback.storage.records import NewSession
from devices.samples import Packet, PacketFormat

WORD = "a passphrase of the measurement"
N_COMMITS, N_UNLOCKINGS, N_SESSIONS, N_OPENINGS = 400, 5, 5, 9
SESSION_MINUTES = 20.0
UNLOCKING_S = (0.5, 1.5)
"""So long that trying many words takes long, and so short that nobody minds."""


def encryption(recordings: Path | None) -> dict[str, Measurement]:
    """Unlocking, the CPU time of a commit, and the size of a session, beside those of plain data."""
    unlocking_s = _unlocking_s()
    bare, plain, sealed = _costs(with_seals=False), _costs(), _costs(encrypted=True)
    return {
        "unlocking": Measurement(
            unlocking_s, "s", f"{UNLOCKING_S[0]} to {UNLOCKING_S[1]} s", UNLOCKING_S[0] <= unlocking_s <= UNLOCKING_S[1]
        ),
        "commit_without_seals": for_comparison(bare[0], "ms of CPU"),
        "commit_plain": for_comparison(plain[0], "ms of CPU"),
        "commit_encrypted": at_most(sealed[0], max(1.5 * plain[0], plain[0] + 0.5), "ms of CPU"),
        "commit_wait_without_seals": for_comparison(bare[1], "ms"),
        "commit_wait_plain": for_comparison(plain[1], "ms"),
        "commit_wait_encrypted": for_comparison(sealed[1], "ms"),
        "open_without_seals": for_comparison(bare[3], "ms of CPU"),
        "open_plain": for_comparison(plain[3], "ms of CPU"),
        "open_encrypted": for_comparison(sealed[3], "ms of CPU, and the unlocking"),
        "session_of_20_min_plain": for_comparison(plain[2] / N_SESSIONS / 1e3, "kB with its share of what is empty"),
        "sessions_of_20_min_sealed": at_most(100.0 * (plain[2] / bare[2] - 1.0), 10.0, "% larger"),
        "sessions_of_20_min_encrypted": at_most(100.0 * (sealed[2] / plain[2] - 1.0), 10.0, "% larger"),
    }


def _unlocking_s() -> float:
    file = KeyFile.of(DataKey.new(), WORD)
    spent_s = []
    for _ in range(N_UNLOCKINGS):
        begun_s = time.perf_counter()
        file.key_of(WORD)
        spent_s.append(time.perf_counter() - begun_s)
    return median(spent_s)


def _costs(*, encrypted: bool = False, with_seals: bool = True) -> tuple[float, float, float, float]:
    """CPU and wall time of a commit in ms, the bytes of a database with some sessions, CPU time of opening it in ms."""
    from biofeedback.session.preparation import Plan
    from protocols.library import find_exercise

    plan = Plan(find_exercise("paced-breathing").lasting(SESSION_MINUTES), "sim:?seed=1")
    with tempfile.TemporaryDirectory() as folder:
        with _store(Path(folder), encrypted):
            pass
        if not with_seals:
            _without_seals(Path(folder))
        with _store(Path(folder), encrypted) as store:
            for _ in range(N_SESSIONS):
                run_session(plan, store)
        n_bytes = (Path(folder) / DATABASE).stat().st_size
        with _store(Path(folder), encrypted) as store:
            spent_ms, waited_ms = _commits(store)
        opened_ms = median(_opening_ms(Path(folder), encrypted) for _ in range(N_OPENINGS))
    return spent_ms, waited_ms, n_bytes, opened_ms


def _without_seals(folder: Path) -> None:
    with closing(connect(folder / DATABASE)) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")


def _opening_ms(folder: Path, encrypted: bool) -> float:
    """CPU time of opening the data; of encrypted ones with what the passphrase is to cost."""
    begun = time.process_time()
    with _store(folder, encrypted):
        return 1e3 * (time.process_time() - begun)


@contextmanager
def _store(folder: Path, encrypted: bool) -> Iterator[Store]:
    if encrypted:
        os.environ[PASSPHRASE] = WORD
    try:
        with Store.open(folder) as store:
            yield store
    finally:
        os.environ.pop(PASSPHRASE, None)


def _commits(store: Store) -> tuple[float, float]:
    new = NewSession("bench", "", "paced-breathing", "", "", {}, "sim:", True, "2026-11-21T08:31:00Z", 0.0)
    waited_ms = []
    with store.recorder(new) as recorder:
        begun = time.process_time()
        for n in range(N_COMMITS):
            begun_s = time.perf_counter()
            recorder.packet(Packet(n * 1.0, PacketFormat.RR_TEXT, b"900"))
            recorder.flush()
            waited_ms.append(1e3 * (time.perf_counter() - begun_s))
        spent_ms = 1e3 * (time.process_time() - begun) / N_COMMITS
    return spent_ms, median(waited_ms)
