"""A real window, painted into memory."""

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication

from biofeedback.app import Application
from biofeedback.ui.settings import Settings, keep_settings

LIMIT_S = 30.0
SPEED = 40.0
AT_HOME = Settings(welcomed=True, device_uri="sim:", device_name="Simulated person")
"""Somebody who has been here before, and tries a simulated heart."""


@pytest.fixture(scope="session")
def qt() -> QApplication:
    application = QApplication.instance() or QApplication(["test"])
    assert isinstance(application, QApplication)
    application.setQuitOnLastWindowClosed(False)
    return application


def wait_until(condition: Callable[[], object]) -> None:
    """Let Qt work until the condition holds."""
    deadline = time.monotonic() + LIMIT_S
    while not condition():
        assert time.monotonic() < deadline, "it did not come to pass"
        QCoreApplication.processEvents()
        time.sleep(0.001)


@pytest.fixture
def application(qt: QApplication, tmp_path: Path) -> Iterator[Application]:
    """The whole program with its window, forty times as fast, complete and with its data open."""
    (tmp_path / "data").mkdir()
    keep_settings(tmp_path / "data", AT_HOME)
    made = Application(tmp_path / "data", speed=SPEED)
    opened: list[bool] = []
    made.window.resize(1280, 720)
    made.window.show()
    wait_until(lambda: hasattr(made, "_reception"))
    made._reception.ready = lambda: opened.append(True)
    wait_until(lambda: opened)
    yield made
    made.close()
    made.window.hide()
    made.window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
