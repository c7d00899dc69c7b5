"""Errors that nobody foresaw in a command: one sentence, exit status 1, no traceback, and nothing is lost."""

import subprocess
import sys
from pathlib import Path

import pytest

from biofeedback.storage.database import Store
from biofeedback.storage.faults import FAULTS

FAILING = """
import sys

def failing(inner, n):
    left = [n]
    def work(*args, **kwargs):
        left[0] -= 1
        if left[0] < 0:
            raise ZeroDivisionError("division by zero")
        return inner(*args, **kwargs)
    return work

if __name__ == "__main__":
    from biofeedback.reports import tables
    from biofeedback.session import archive, pipeline
    owner, name = {OWNER}, {NAME!r}
    setattr(owner, name, failing(getattr(owner, name), int(sys.argv.pop(1))))
    from biofeedback.__main__ import main
    main()
"""


def command(folder: Path, owner: str, name: str, n: int, *words: str) -> "subprocess.CompletedProcess[str]":
    script = folder / "failing.py"
    script.write_text(FAILING.replace("{OWNER}", owner).replace("{NAME!r}", repr(name)), encoding="utf-8")
    return subprocess.run(
        [sys.executable, str(script), str(n), *words, "--data", str(folder / "data")],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


RUN = ("run", "paced-breathing", "--minutes", "3", "--device", "sim:?seed=1", "--speed", "0", "--headless")


@pytest.mark.parametrize(
    ("owner", "name", "n", "said"),
    [
        ("pipeline.LiveAnalysis", "push", 60, "had to end the session here"),
        ("tables", "print_session", 0, "error of its own"),
    ],
)
def test_a_command_that_fails_says_one_sentence(tmp_path: Path, owner: str, name: str, n: int, said: str) -> None:
    ran = command(tmp_path, owner, name, n, *RUN)
    assert ran.returncode == 1
    assert said in ran.stderr.splitlines()[-1]
    assert "Traceback" not in ran.stdout + ran.stderr
    assert (tmp_path / "data" / FAULTS).exists()
    with Store.open(tmp_path / "data") as store:
        (row,) = store.sessions()
        assert not row.interrupted
        assert len(list(store.packets(row.session_id))) > 50
    shown = command(tmp_path, "archive", "sum_up", 0, "show", row.session_id)
    assert shown.returncode == 0
    assert "Traceback" not in shown.stderr
