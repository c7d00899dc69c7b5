"""The program at hand for every test of a command."""

from pathlib import Path

import pytest

from tests.cli.shell import NoReference, Shell


@pytest.fixture
def shell(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Shell:
    monkeypatch.setenv("BIOFEEDBACK_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("COLUMNS", "200")
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("biofeedback.cli.terminal.ReferenceWorker", NoReference)
    return Shell(monkeypatch, capsys, tmp_path / "data")
