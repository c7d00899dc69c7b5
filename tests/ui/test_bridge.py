"""What the window's process must never load, and how its thread ends."""

import subprocess
import sys
from pathlib import Path

SESSION_WITH_REFERENCE = """
import asyncio, sys
from biofeedback.analysis.beats import Beat, Verdict
from biofeedback.session.reference import ReferenceWorker

async def ask(worker):
    beats = [Beat(n, 0.9 * n, 900.0 + n % 7, 0, Verdict.KEPT, "", 900.0 + n % 7) for n in range(80)]
    return await worker.figures(beats)

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
made = Application(Path("nowhere"))
late = {"numpy", "pyqtgraph", "sqlalchemy", "alembic", "bleak", "scipy", "typer"} & set(sys.modules)
assert not late, late
"""


def run(code: str, path: Path) -> None:
    path.write_text(code, encoding="utf-8")
    subprocess.run([sys.executable, str(path)], check=True, timeout=60)


def test_the_answer_of_neurokit2_comes_without_neurokit2(tmp_path: Path) -> None:
    run(SESSION_WITH_REFERENCE, tmp_path / "ask.py")


def test_the_first_window_waits_for_no_slow_import(tmp_path: Path) -> None:
    run(FIRST_WINDOW, tmp_path / "first.py")
