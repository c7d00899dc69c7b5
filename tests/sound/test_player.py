"""The player with a device that plays into nothing: calls from any thread, an end that waits for no one."""

import threading
from collections.abc import Callable

import numpy as np

from biofeedback.sound.course import Course
from biofeedback.sound.device import NO_OUTPUT, Output, OutputError
from biofeedback.sound.loops import Samples
from biofeedback.sound.player import SoundPlayer
from biofeedback.sound.settings import SoundSettings, Timbre
from devices.clock import Clock
from tests.sound.listening import paced

PATIENCE_S = 30.0


class Overheard:
    """A device that plays into nothing, and tells when it has played so much."""

    def __init__(self, n_blocks: int) -> None:
        self._output = Output(soundless=True)
        self._n_blocks = n_blocks
        self.queue_s = self._output.queue_s
        self.enough = threading.Event()
        self.threads: set[str] = set()
        self.blocks: list[Samples] = []

    def start(self, blocks: Callable[[int], Samples]) -> None:
        def listen(n_frames: int) -> Samples:
            self.threads.add(threading.current_thread().name)
            self.blocks.append(blocks(n_frames))
            if len(self.blocks) >= self._n_blocks:
                self.enough.set()
            return self.blocks[-1]

        self._output.start(listen)

    def close(self) -> None:
        self._output.close()


def names_of_threads() -> set[str]:
    return {thread.name for thread in threading.enumerate()}


def test_a_session_is_played_changed_from_another_thread_and_closed() -> None:
    clock, opened = Clock(), list[Overheard]()

    def open_output(quick: bool) -> Overheard:
        opened.append(Overheard(12))
        began.set()
        return opened[-1]

    began = threading.Event()
    player = SoundPlayer(clock, SoundSettings(Timbre.TONES, 1.0), open_output)
    player.begin(Course(paced(), clock.now() - 12.0, 0.0, running=True))
    assert began.wait(PATIENCE_S)
    assert opened[0].enough.wait(PATIENCE_S)
    player.choose(SoundSettings(Timbre.WAVES, 0.5))
    player.hear_calm(0.7)
    player.step_back(speaking=True)
    player.follow(Course(paced(), clock.now(), 20.0, running=False))
    assert player.trouble == ""
    player.close()
    assert "sound" not in names_of_threads()
    sound = np.concatenate(opened[0].blocks)
    assert sound.any()
    assert np.abs(sound).max() <= 1.0
    assert "MainThread" not in opened[0].threads


def test_without_a_device_the_player_says_so_and_closes() -> None:
    tried = threading.Event()

    def open_nothing(quick: bool) -> Overheard:
        tried.set()
        raise OutputError(NO_OUTPUT)

    clock = Clock()
    player = SoundPlayer(clock, SoundSettings(), open_nothing)
    player.begin(Course(paced(), clock.now(), 0.0, running=True))
    assert tried.wait(PATIENCE_S)
    player.close()
    assert player.trouble == NO_OUTPUT
    assert "sound" not in names_of_threads()


def test_a_player_that_never_played_closes() -> None:
    SoundPlayer(Clock(), SoundSettings()).close()
    assert "sound" not in names_of_threads()


def test_the_device_that_plays_into_nothing_is_named() -> None:
    output = Output(soundless=True)
    output.close()
    assert output.name == "Null"
    assert output.queue_s > 0
