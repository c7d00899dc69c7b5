"""Errors that nobody foresaw in a command: one sentence, exit status 1, no traceback, and nothing is lost."""

from collections.abc import Callable
from typing import Any

import pytest

from biofeedback.reports import tables
from biofeedback.session.kept import archive
from biofeedback.session.pipeline import LiveAnalysis
from biofeedback.storage.database import Store
from biofeedback.storage.faults import FAULTS
from tests.cli.shell import Shell


def failing(work: Callable[..., Any], n: int) -> Callable[..., Any]:
    """The same, until it has been done so many times."""
    left = [n]

    def fails(*args: object, **options: object) -> Any:
        left[0] -= 1
        if left[0] < 0:
            raise ZeroDivisionError("division by zero")
        return work(*args, **options)

    return fails


RUN = ("run", "paced-breathing", "--minutes", "3", "--device", "sim:?seed=1", "--speed", "0", "--headless")


@pytest.mark.parametrize(
    ("owner", "name", "n", "said"),
    [
        (LiveAnalysis, "push", 60, "had to end the session here"),
        (tables, "print_session", 0, "error of its own"),
    ],
)
def test_a_command_that_fails_says_one_sentence(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, owner: object, name: str, n: int, said: str
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(owner, name, failing(getattr(owner, name), n))
        ran = shell(*RUN)
    assert ran.status == 1
    assert said in ran.err.splitlines()[-1]
    assert "Traceback" not in ran.out + ran.err
    assert (shell.data / FAULTS).exists()
    with Store.open(shell.data) as store:
        (row,) = store.sessions()
        assert not row.interrupted
        assert len(list(store.packets(row.session_id))) > 50
    with monkeypatch.context() as patch:
        patch.setattr(archive, "sum_up", failing(archive.sum_up, 0))
        shown = shell("show", row.session_id)
    assert shown.status == 0
    assert "Traceback" not in shown.err
