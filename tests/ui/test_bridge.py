"""What the window's process must never load, and how its thread ends."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from biofeedback.storage.database import Store
from biofeedback.storage.faults import FaultLog
from biofeedback.storage.records import SessionRow
from biofeedback.ui.bridge import Bridge
from devices.clock import Clock

SESSION_WITH_REFERENCE = """
import asyncio, sys
from biofeedback.analysis.beats.beat import Beat, Verdict
from biofeedback.analysis.figures.stretch import usable
from biofeedback.session.reference import ReferenceWorker

async def ask(worker):
    beats = [Beat(n, 0.9 * n, 900.0 + n % 7, 0, Verdict.KEPT, "", 900.0 + n % 7) for n in range(80)]
    return await worker.figures(usable(beats))

if __name__ == "__main__":
    with ReferenceWorker() as worker:
        answer = asyncio.run(ask(worker))
    assert answer is not None and answer.figures["HRV_MeanNN"] > 899
    assert "neurokit2" not in sys.modules
"""
FIRST_WINDOW = """
import sys
from PySide6.QtWidgets import QApplication
qt = QApplication(["test", "-platform", "offscreen"])
from pathlib import Path
from biofeedback.app import Application
made = Application(Path(sys.argv[0]).parent / "nowhere")
late = {"asyncio", "numpy", "pyqtgraph", "sqlalchemy", "alembic", "bleak", "scipy", "typer"} & set(sys.modules)
assert not late, late
made.complete()
later = {"alembic", "bleak", "scipy", "neurokit2", "pandas", "shapely", "markdown_it"} & set(sys.modules)
assert not later, later
"""


def run(code: str, path: Path) -> None:
    path.write_text(code, encoding="utf-8")
    subprocess.run([sys.executable, str(path)], check=True, timeout=240)


def test_the_answer_of_neurokit2_comes_without_neurokit2(tmp_path: Path) -> None:
    run(SESSION_WITH_REFERENCE, tmp_path / "ask.py")


def test_the_window_waits_for_no_slow_import_and_holds_none_while_idle(tmp_path: Path) -> None:
    run(FIRST_WINDOW, tmp_path / "first.py")


def test_what_is_asked_for_once_the_thread_has_ended_is_not_done_and_no_error(tmp_path: Path) -> None:
    async def last() -> None:
        done.append("last")

    done: list[str] = []
    bridge = Bridge(Clock(), FaultLog(tmp_path))
    bridge.start()
    bridge.submit(lambda: done.append("work"))
    bridge.close(last)
    bridge.submit(lambda: done.append("too late"))
    assert done == ["work", "last"]


def test_a_polite_kill_keeps_the_session_as_ended(tmp_path: Path) -> None:
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen", "BIOFEEDBACK_TELL_FIRST_PAINT": "1"}
    command = [sys.executable, "-m", "biofeedback", "--data", str(tmp_path), "run", "quiet-rest", "--device", "sim:"]
    with subprocess.Popen([*command, "--speed", "40"], env=environment, stdout=subprocess.DEVNULL) as process:
        try:
            deadline = time.monotonic() + 120.0
            while not (rows := listed(tmp_path)):
                assert time.monotonic() < deadline
                time.sleep(0.1)
            assert rows[0].running
            process.send_signal(signal.SIGTERM)
            assert process.wait(90) == 0
        finally:
            process.kill()
    (row,) = listed(tmp_path)
    assert not row.interrupted


def listed(folder: Path) -> list[SessionRow]:
    with Store.open(folder) as store:
        return store.sessions()
