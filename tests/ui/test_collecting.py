"""What nobody holds any more of Qt's is taken down in the thread of the window, whoever makes objects meanwhile."""

import gc
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from biofeedback.ui.collecting import Collector
from protocols.library import find_exercise
from tests.ui.conftest import opened_in, wait_until
from tests.ui.using import begin, end


class Ring(QObject):
    """One of Qt's that only a search finds to be held by nobody."""

    def __init__(self, gone_in: list[threading.Thread]) -> None:
        super().__init__()
        self.itself, self._gone_in = self, gone_in

    def __del__(self) -> None:
        self._gone_in.append(threading.current_thread())


def make_many() -> None:
    """As many objects as make Python search among the youngest."""
    for _ in range(3):
        held = many()
        del held


def many() -> list[list[None]]:
    return [[None] for _ in range(2 * gc.get_threshold()[0])]


def elsewhere() -> None:
    maker = threading.Thread(target=make_many)
    maker.start()
    maker.join()


@pytest.fixture
def collector(qt: QApplication) -> Iterator[Collector]:
    collector = Collector(qt, lambda: True)
    collector.begin()
    yield collector
    collector.end()


def test_no_other_thread_takes_down_what_is_of_this_one(collector: Collector) -> None:
    gone_in: list[threading.Thread] = []
    Ring(gone_in)
    elsewhere()
    assert gone_in == []
    held = many()  # so many more than there were that Python itself would search
    wait_until(lambda: gone_in)
    assert gone_in == [threading.main_thread()]
    del held


@pytest.mark.parametrize("is_paced", [True, False])
def test_the_old_are_searched_only_while_no_breath_is_shown(qt: QApplication, *, is_paced: bool) -> None:
    gone_in: list[threading.Thread] = []
    collector = Collector(qt, lambda: is_paced)
    ring = Ring(gone_in)
    gc.collect(1)  # it is of the oldest generation now
    del ring
    gc.disable()
    for _ in range(12 * 12):
        held = many()
        collector.look()
        del held
    gc.enable()
    assert gone_in == ([] if is_paced else [threading.main_thread()])
    gc.collect()


def test_the_whole_window_searches_in_its_own_thread_and_leaves_it_to_python_at_its_end(
    qt: QApplication, tmp_path: Path
) -> None:
    searched_in: set[threading.Thread] = set()

    def note(phase: str, _: object) -> None:
        searched_in.add(threading.current_thread())

    usual = gc.get_threshold()
    with opened_in(tmp_path / "data") as application:
        gc.set_threshold(300)  # so that any thread would come to it often
        gc.callbacks.append(note)
        try:
            model = begin(application, find_exercise("paced-breathing"))
            wait_until(lambda: model.n_beats > 60)
            held = many()
            wait_until(lambda: searched_in)
            end(application)
        finally:
            gc.callbacks.remove(note)
            gc.set_threshold(*usual)
    assert searched_in == {threading.main_thread()}
    assert gc.isenabled()
    del held
