"""A real window, painted into memory."""

import gc
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication, QMainWindow

from biofeedback.app import Application
from biofeedback.ui.parts.page import Page
from biofeedback.ui.settings import Settings, keep_settings
from biofeedback.ui.workshop import ThreadedWorkshop

if TYPE_CHECKING:
    from tests.ui.beside import Beside

LIMIT_S = 300.0
SPEED = 40.0
AT_HOME = Settings(welcomed=True, settled_in=True, device_uri="sim:", device_name="Simulated person")
"""Somebody who has been here before, and tries a simulated heart."""
NEUROKIT2 = ThreadedWorkshop._reference_worker


@pytest.fixture(scope="session")
def qt() -> QApplication:
    application = QApplication.instance() or QApplication(["test"])
    assert isinstance(application, QApplication)
    application.setQuitOnLastWindowClosed(False)
    return application


@pytest.fixture(scope="session", autouse=True)
def without_neurokit2() -> Iterator[None]:
    """No process that loads neurokit2 for seconds beside each window, and no end of a session that waits for it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ThreadedWorkshop, "_reference_worker", lambda _: None)
        yield


@pytest.fixture
def with_neurokit2(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ThreadedWorkshop, "_reference_worker", NEUROKIT2)


def collect() -> None:
    """Let go of what nobody holds; what is there now is looked through no more, which takes a tenth of the time."""
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="module", autouse=True)
def nothing_left_of_a_module(qt: QApplication) -> Iterator[None]:
    """What tests of a module shared is gone, too."""
    yield
    gc.unfreeze()
    collect()


@pytest.fixture(autouse=True)
def nothing_left_over(qt: QApplication, request: pytest.FixtureRequest) -> Iterator[None]:
    """What a test let go of, its windows and its pages are gone before the next one dresses every widget that there is.

    Here, and not in whatever thread Python would come to it: Qt's things belong to this one.
    """
    before = QApplication.topLevelWidgets()
    yield
    for window in QApplication.topLevelWidgets():
        if isinstance(window, QMainWindow | Page) and window not in before:
            window.hide()
            window.deleteLater()
    del before
    request.node.funcargs.clear()  # it would hold what it was given for longer
    collect()


def wait_until(condition: Callable[[], object]) -> None:
    """Let Qt work until the condition holds."""
    deadline = time.monotonic() + LIMIT_S
    while not condition():
        assert time.monotonic() < deadline, "it did not come to pass"
        QCoreApplication.processEvents()
        time.sleep(0.001)


@contextmanager
def opened_in(folder: Path, settings: Settings | None = AT_HOME) -> Iterator[Application]:
    """The whole program with its window, forty times as fast, complete and with its data open."""
    folder.mkdir(exist_ok=True)
    if settings is not None:
        keep_settings(folder, settings)
    made = Application(folder, speed=SPEED)
    opened: list[bool] = []
    made.window.resize(1280, 720)
    made.window.show()
    wait_until(lambda: hasattr(made, "_reception"))
    made._reception.ready = lambda: opened.append(True)
    wait_until(lambda: opened)
    try:
        yield made
    finally:  # a test that fails in here leaves no thread behind to the others
        made.close()
        made.window.hide()
        made.window.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def application(qt: QApplication, tmp_path: Path) -> Iterator[Application]:
    with opened_in(tmp_path / "data") as made:
        yield made


@pytest.fixture(scope="module")
def shown(qt: QApplication, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Application]:
    """The same for all tests of a module that only look, without fades."""
    with opened_in(tmp_path_factory.mktemp("shown"), replace(AT_HOME, reduced_motion=True)) as made:
        yield made


@pytest.fixture(scope="module")
def beside(shown: Application) -> Iterator["Beside"]:
    """The windows of the office and of a group beside it, to be looked at."""
    from tests.ui.beside import Beside

    made = Beside(shown)
    yield made
    made.close()
