"""Where the pacer was at any second of a session: told from what is stored, live and when scored again alike."""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass

from biofeedback.analysis.breath.breathing import PacerPlace
from biofeedback.session.practice import curve_of
from biofeedback.storage.records import StoredPhase, TimelineEvent, TimelineKind
from protocols.breathing import BreathCurve, BreathPattern

AFTER_S = 1e-6
"""So long after a change the new pace is there, whatever was rounded."""


@dataclass(frozen=True, slots=True)
class _Tie:
    """From `at_s` of the session on practice time runs, or stands still, from `elapsed_s`."""

    at_s: float
    elapsed_s: float
    running: bool

    def elapsed_at(self, at_s: float) -> float:
        return self.elapsed_s + (at_s - self.at_s if self.running else 0.0)


class PacerTrack:
    """The pacer of a session so far. Call it with a second of the session."""

    def __init__(self) -> None:
        self._ties: list[_Tie] = []
        self._phases: list[tuple[float, BreathCurve | None]] = []

    def turn(self, event: TimelineEvent) -> None:
        """Practice time was begun, paused, resumed or moved on, or the breath changed."""
        match event.kind:
            case TimelineKind.BEGAN | TimelineKind.RESUMED:
                self._ties.append(_Tie(event.at_s, event.elapsed_s, running=True))
            case TimelineKind.PAUSED:
                self._ties.append(_Tie(event.at_s, event.elapsed_s, running=False))
            case TimelineKind.SKIPPED:
                running = not self._ties or self._ties[-1].running
                self._ties.append(_Tie(event.at_s, event.elapsed_s, running))
            case TimelineKind.REPACED:
                self._repace(event.elapsed_s, BreathPattern(**event.detail))
            case _:  # the rest moves neither time nor breath
                pass

    def begin(self, phase: StoredPhase) -> None:
        """A phase begins, its first breath with it."""
        tie = self._tie_at(phase.start_s)
        curve = curve_of(phase.pacing, tie.elapsed_at(phase.start_s)) if phase.pacing and tie else None
        self._phases.append((phase.start_s, curve))

    def _repace(self, elapsed_s: float, pattern: BreathPattern) -> None:
        start_s, curve = self._phases[-1] if self._phases else (0.0, None)
        if curve is not None:
            self._phases[-1] = (start_s, curve.repaced(elapsed_s, pattern))

    def __call__(self, at_s: float) -> PacerPlace | None:
        """Where the pacer was at a second of the session; None while paused, and where the breath is free."""
        tie = self._tie_at(at_s)
        index = bisect_right(self._phases, at_s, key=lambda phase: phase[0]) - 1
        curve = self._phases[index][1] if index >= 0 else None
        if tie is None or not tie.running or curve is None:
            return None
        breath = curve.at(tie.elapsed_at(at_s))
        within = breath.pattern.fraction_of(breath.stage, breath.progress)
        return PacerPlace(breath.n_breath + within, breath.volume, breath.pattern.rate_per_min)

    def elapsed_at(self, at_s: float) -> float | None:
        """Practice time at a second of the session; None while it stands still, and before it began."""
        tie = self._tie_at(at_s)
        return tie.elapsed_at(at_s) if tie and tie.running else None

    def elapsed_before(self, at_s: float) -> float:
        """Practice time up to a second of the session, before any turn that it makes there."""
        index = bisect_left(self._ties, at_s, key=lambda tie: tie.at_s) - 1
        return self._ties[max(index, 0)].elapsed_at(at_s) if self._ties else 0.0

    def elapsed_after(self, at_s: float) -> float:
        """The same with the turns that it makes there."""
        tie = self._tie_at(at_s)
        return tie.elapsed_at(at_s) if tie else 0.0

    def paces(self, start_s: float, end_s: float) -> list[tuple[float, float]]:
        """From which second of the session on the pacer asked for how many breaths a minute, in a part of it."""
        moments = {start_s} | {tie.at_s for tie in self._ties}
        for _, curve in self._phases:
            for stretch in curve.stretches if curve else ():
                moments |= {tie.at_s + stretch.from_s - tie.elapsed_s for tie in self._ties if tie.running}
        found: list[tuple[float, float]] = []
        for at_s in sorted(moment for moment in moments if start_s <= moment < end_s):
            place = self(at_s + AFTER_S)
            if place and (not found or found[-1][1] != place.per_min):
                found.append((at_s, place.per_min))
        return found

    def _tie_at(self, at_s: float) -> _Tie | None:
        index = bisect_right(self._ties, at_s, key=lambda tie: tie.at_s) - 1
        return self._ties[index] if index >= 0 else None
