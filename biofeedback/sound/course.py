"""What there is to hear, and when: the course of an exercise as the sound sees it."""

from collections.abc import Callable
from dataclasses import dataclass

from biofeedback.sound.settings import SoundSettings
from protocols.breathing import Breath
from protocols.timeline import Timeline

BETWEEN_HZ, END_HZ = 440.0, 329.6
"""Pitches of the bell where a phase begins and at the end: of one scale with the tones and the bed."""


@dataclass(frozen=True, slots=True)
class Bell:
    """A bell at a second of practice."""

    at_s: float
    pitch_hz: float


@dataclass(frozen=True, slots=True)
class Scene:
    """An exercise to be heard.

    Attributes
    ----------
    breath_at : callable
        The breath to follow at a second of practice; None where it is free.
    bells : tuple of Bell
    end_s : float
        Where the practice ends.
    quick : bool
        Whether it has an answer that is worth nothing late: that of the head.
    """

    breath_at: Callable[[float], Breath | None]
    bells: tuple[Bell, ...]
    end_s: float
    quick: bool = False

    @classmethod
    def of(cls, timeline: Timeline) -> "Scene":
        """The same function that draws the breath; a bell between phases and at the end."""
        between = tuple(Bell(planned.start_s, BETWEEN_HZ) for planned in timeline.phases[1:])
        quick = any(planned.phase.feedback.of_head for planned in timeline.phases)
        return cls(timeline.breath_at, (*between, Bell(timeline.total_s, END_HZ)), timeline.total_s, quick)


@dataclass(frozen=True, slots=True)
class Course:
    """A scene tied to the clock.

    Attributes
    ----------
    scene : Scene
    clock_s : float
        A moment of the clock.
    elapsed_s : float
        Practice time at that moment.
    running : bool
        False while practice time stands still.
    """

    scene: Scene
    clock_s: float
    elapsed_s: float
    running: bool

    def elapsed_at(self, clock_s: float) -> float:
        return self.elapsed_s + (clock_s - self.clock_s if self.running else 0.0)


@dataclass(frozen=True, slots=True)
class Moment:
    """What is to be heard at one moment.

    Attributes
    ----------
    scene : Scene
    elapsed_s : float
        Practice time.
    settings : SoundSettings
    running : bool
        False while paused: the sound fades and waits.
    calm : float or None
        0 to 1; None leaves the brightness of the bed as it is.
    speaking : bool
        While words are spoken, the sound steps back.
    fade_s : float or None
        The sound ends, fading for so many seconds.
    """

    scene: Scene
    elapsed_s: float
    settings: SoundSettings
    running: bool = True
    calm: float | None = None
    speaking: bool = False
    fade_s: float | None = None
