"""The practice time that the sessions of a group have in common: one exercise, one pacer for all in the room."""

from dataclasses import replace

from biofeedback.session.practice import Practice
from protocols.breathing import BreathPattern
from protocols.specification import Exercise
from protocols.timeline import Timeline


class Room:
    """Goes through an exercise by itself; no clock of its own, no waiting.

    Whoever is in it has the same practice time, and turns at the same moments. Whoever comes later has the practice
    time that the room has by then.

    Parameters
    ----------
    exercise : Exercise
        As it is for everybody.

    Attributes
    ----------
    practice : Practice
    over_s : float or None
        When the exercise was over, on the clock.
    """

    def __init__(self, exercise: Exercise) -> None:
        self.practice = Practice(Timeline.of(exercise), 0.0)
        self.over_s: float | None = None

    @property
    def begun(self) -> bool:
        return self.practice.begun

    def admits(self, from_s: float) -> bool:
        """Whether a session can begin at a moment of the clock: practice time has made no turn since."""
        return self.begun and self.over_s is None and from_s >= self.practice.anchor.clock_s

    def begin(self, clock_s: float) -> None:
        self.practice.start(clock_s)
        self.practice.begin(self.practice.current, clock_s)

    def due_s(self) -> float:
        """When the phase that is on ends; never while practice time stands still."""
        return self.practice.due_s() if self.over_s is None else float("inf")

    def advance(self, clock_s: float) -> None:
        """Turn the phases that are due by then, each at its exact moment."""
        while (due_s := self.due_s()) <= clock_s:
            if (following := self.practice.following) is None:
                self.over_s = due_s
            else:
                self.practice.begin(following, due_s)

    def pause(self, clock_s: float) -> None:
        self.advance(clock_s)
        self.practice.pause(clock_s)

    def resume(self, clock_s: float) -> None:
        self.practice.resume(clock_s)

    def skip(self, clock_s: float) -> None:
        """Practice time jumps to the next pace that the phase tries, or to its end."""
        self.advance(clock_s)
        if self.over_s is None:
            self.practice.skip(clock_s)
            self.advance(clock_s)

    def repace(self, clock_s: float, pattern: BreathPattern) -> None:
        """Another breath from now on, without a jump; a turn like the others, so that nobody comes in before it."""
        self.advance(clock_s)
        practice = self.practice
        practice.repace(clock_s, pattern)
        practice.anchor = replace(practice.anchor, clock_s=clock_s, elapsed_s=practice.anchor.elapsed_at(clock_s))
