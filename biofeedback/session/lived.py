"""The phases and pauses of a session as they are lived, and what somebody changed meanwhile."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from biofeedback.storage.records import StoredPhase, TimelineEvent, TimelineKind
from protocols.phases import Feedback, Role

_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class LivedPhase:
    """A phase as it is lived: from `start_s` of the session until the next one begins."""

    start_s: float
    role: Role
    feedback: Feedback
    paced: bool

    @classmethod
    def of(cls, stored: StoredPhase) -> "LivedPhase":
        return cls(stored.start_s, Role(stored.role), Feedback(stored.feedback), stored.pacing is not None)


class Lived:
    """What was on at any second of a session, of what has been told up to now."""

    def __init__(self) -> None:
        self._phases: list[LivedPhase] = []
        self._pauses: list[tuple[float, float]] = []
        self._goals: list[tuple[float, float | None]] = []
        self._given: list[tuple[float, bool]] = []

    def begin(self, phase: LivedPhase) -> None:
        self._phases.append(phase)

    def pause(self, at_s: float) -> None:
        self._pauses.append((at_s, float("inf")))

    def resume(self, at_s: float) -> None:
        if self._pauses:
            self._pauses[-1] = (self._pauses[-1][0], at_s)

    def turn(self, event: TimelineEvent) -> None:
        """Practice time stood still or went on, or the goal or the feedback was changed."""
        match event.kind:
            case TimelineKind.PAUSED:
                self.pause(event.at_s)
            case TimelineKind.RESUMED:
                self.resume(event.at_s)
            case TimelineKind.GOAL:
                self._goals.append((event.at_s, event.detail["goal"]))
            case TimelineKind.FEEDBACK:
                self._given.append((event.at_s, event.detail["given"]))
            case _:
                pass

    def phase_at(self, at_s: float) -> LivedPhase | None:
        return next((phase for phase in reversed(self._phases) if phase.start_s <= at_s), None)

    def stands_at(self, at_s: float) -> bool:
        """Whether practice time stands still."""
        return any(begin_s <= at_s < end_s for begin_s, end_s in self._pauses)

    def gives_at(self, at_s: float) -> bool:
        """Whether feedback is given, where the phase has any."""
        return _latest(self._given, at_s, default=True)

    def goal_at(self, at_s: float) -> float | None:
        """The goal that somebody chose, 0 to 1; None for the exercise's own."""
        return _latest(self._goals, at_s, default=None)

    def alike_since_s(self, phase: LivedPhase, at_s: float) -> float:
        """Since when the breath was free, or paced, without a pause: a window never mixes the two."""
        since_s = phase.start_s
        for earlier in reversed(self._phases):
            if earlier.start_s >= phase.start_s:
                continue
            if earlier.paced != phase.paced:
                break
            since_s = earlier.start_s
        return max([since_s, *(end_s for _, end_s in self._pauses if end_s <= at_s)])


def _latest(changes: Sequence[tuple[float, _Value]], at_s: float, *, default: _Value) -> _Value:
    """What holds at a second, of changes in order."""
    return next((value for since_s, value in reversed(changes) if since_s <= at_s), default)
