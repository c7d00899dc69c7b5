"""The program run in the process of a test, from its door."""

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from biofeedback import __main__ as door
from biofeedback.cli.lock import ask_once


@dataclass
class Said:
    status: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """The one JSON document on standard output."""
        return json.loads(self.out)

    @property
    def sentence(self) -> str:
        """The one line that went wrong, on standard error."""
        assert self.out == ""
        assert "Traceback" not in self.err
        (line,) = self.err.strip().splitlines()
        return line


class NoReference:
    """In place of the process that loads neurokit2 for seconds."""

    live = False

    def __init__(self, *, live: bool) -> None: ...

    async def figures(self, _: object) -> None:
        return None

    def close(self) -> None: ...


class Shell:
    """Runs the program in this process, from its door."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], data: Path) -> None:
        self._monkeypatch = monkeypatch
        self._capsys = capsys
        self.data = data

    def __call__(self, *arguments: object) -> Said:
        self._monkeypatch.setattr(sys, "argv", ["biofeedback", *map(str, arguments)])
        ask_once.cache_clear()  # each call is a program of its own, which has asked for nothing yet
        self._capsys.readouterr()
        with pytest.raises(SystemExit) as left:
            door.main()
        told = self._capsys.readouterr()
        return Said(left.value.code if isinstance(left.value.code, int) else 1, told.out, told.err)


def a_session(shell: Shell, *arguments: str, device: str = "sim:rest?seed=3") -> Any:
    said = shell("run", "paced-breathing", "--device", device, "--minutes", "3", "--speed", "0", "--json",
                 "--choose", "begin=rest", *arguments)  # fmt: skip
    assert said.status == 0, said.err
    return said.document
