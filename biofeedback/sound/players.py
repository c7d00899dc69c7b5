"""What a session is played on, and why there may be nothing to play it on."""

from typing import Protocol

from biofeedback.sound.course import Course
from biofeedback.sound.settings import SoundSettings
from devices.clock import Clock

NOT_INSTALLED = "The part of the program that plays sound is missing: install the program again. All else works."
NOT_REAL_TIME = "Sound goes at the speed of life only, so this session is silent."


class NoPlayerError(Exception):
    """There is nothing to play with. The message is for a person."""


class Player(Protocol):
    """What plays: see `biofeedback.sound.player.SoundPlayer`."""

    @property
    def trouble(self) -> str: ...
    def begin(self, course: Course) -> None: ...
    def follow(self, course: Course) -> None: ...
    def choose(self, settings: SoundSettings) -> None: ...
    def hear_calm(self, calm: float | None) -> None: ...
    def step_back(self, *, speaking: bool) -> None: ...
    def end(self) -> None: ...
    def wait_until_quiet(self, timeout_s: float) -> bool: ...
    def close(self) -> None: ...


def make_player(clock: Clock, settings: SoundSettings) -> Player:
    """The player of this computer; slow to import, and a silent session needs none of it.

    Raises
    ------
    NoPlayerError
        If the clock does not run at the speed of real time, or the program is not whole.
    """
    if clock.speed != 1.0:
        raise NoPlayerError(NOT_REAL_TIME)
    try:
        from biofeedback.sound.player import SoundPlayer
    except (ImportError, OSError) as error:
        raise NoPlayerError(NOT_INSTALLED) from error
    return SoundPlayer(clock, settings)
