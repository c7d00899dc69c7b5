"""Practice time: which phase is on, since when, and when the next one is due. No clock of its own, no waiting."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

from biofeedback.session.events import Anchor
from biofeedback.storage.records import StoredPhase
from protocols.breathing import BreathCurve, BreathPattern, RateChange
from protocols.phases import Role
from protocols.timeline import PlannedPhase, Timeline

CHANGES, BEGUN_S = "changes", "begun_s"
"""What is stored of a breath beside its pattern: its schedule, and for how long it had gone on before the session."""


def stored_pacing(curve: BreathCurve, changes: Sequence[RateChange], joined_s: float | None = None) -> dict[str, Any]:
    """The breath that a phase begins with, its schedule where it has one.

    Where somebody joined at that second of practice time, also since when it had gone on: a schedule from its
    beginning, any other from the breath that was under way.
    """
    first = curve.stretches[0 if changes else -1]
    schedule = {CHANGES: [[change.after_breaths, change.rate_per_min] for change in changes]} if changes else {}
    if joined_s is None:
        return asdict(first.pattern) | schedule
    begun_s = joined_s - first.from_s if changes else first.breaths_at(joined_s) % 1.0 * first.pattern.period_s
    return asdict(first.pattern) | schedule | {BEGUN_S: begun_s}


def curve_of(pacing: dict[str, Any], from_s: float) -> BreathCurve:
    """The curve of a breath that was stored, from a second on."""
    shares = {name: value for name, value in pacing.items() if name not in (CHANGES, BEGUN_S)}
    changes = [RateChange(after_breaths, rate) for after_breaths, rate in pacing.get(CHANGES, [])]
    return BreathCurve.scheduled(BreathPattern(**shares), changes, from_s - pacing.get(BEGUN_S, 0.0))


class Practice:
    """The course of an exercise in seconds of the clock.

    Attributes
    ----------
    timeline : Timeline
    anchor : Anchor
        Ties practice time to the clock.
    phases : list of StoredPhase
        The phases as they were lived, seconds of the session.
    """

    def __init__(self, timeline: Timeline, clock_s: float) -> None:
        self.timeline = timeline
        self.anchor = Anchor(clock_s, 0.0, running=False)
        self.phases: list[StoredPhase] = []
        self._pace: tuple[float, BreathPattern] | None = None
        self._started_clock_s = clock_s

    @property
    def begun(self) -> bool:
        return bool(self.phases)

    @property
    def current(self) -> PlannedPhase:
        """The phase that is on."""
        return self.timeline.phases[self.phases[-1].index if self.phases else 0]

    @property
    def following(self) -> PlannedPhase | None:
        """The phase after it; None in the last one."""
        index = self.current.index + 1
        return self.timeline.phases[index] if index < len(self.timeline.phases) else None

    def since(self, clock_s: float) -> float:
        """Seconds of the session at a moment of the clock; 0 before it began."""
        return max(0.0, clock_s - self._started_clock_s) if self.begun else 0.0

    def start(self, clock_s: float) -> None:
        """The session begins here."""
        self._started_clock_s = clock_s
        self.anchor = Anchor(clock_s, 0.0, running=True)

    def join(self, other: "Practice", clock_s: float) -> StoredPhase:
        """The session begins here, in the middle of a practice that has gone on; the phase that is on begins for it."""
        self.timeline = other.timeline
        self._started_clock_s = clock_s
        elapsed_s = other.anchor.elapsed_at(clock_s)
        self.anchor = replace(other.anchor, clock_s=clock_s, elapsed_s=elapsed_s)
        return self._begin(self.timeline.phase_at(elapsed_s), 0.0, elapsed_s)

    def due_s(self) -> float:
        """When the current phase ends, on the clock; never while practice time stands still."""
        if not (self.anchor.running and self.phases):
            return float("inf")
        return self.anchor.clock_s + (self.current.end_s - self.anchor.elapsed_s)

    def begin(self, planned: PlannedPhase, clock_s: float) -> StoredPhase:
        """A phase begins; the one before it ends."""
        self._pace = None
        at_s = max(0.0, clock_s - self._started_clock_s)
        self.end(at_s)
        return self._begin(planned, at_s)

    def _begin(self, planned: PlannedPhase, at_s: float, joined_s: float | None = None) -> StoredPhase:
        phase = planned.phase
        pacing = stored_pacing(planned.curve, phase.course.changes, joined_s) if planned.curve else None
        stored = StoredPhase(planned.index, phase.name, phase.title, phase.role, phase.feedback, pacing, at_s, None)
        self.phases.append(stored)
        return stored

    def end(self, at_s: float) -> None:
        """The phase that is on ends at this second of the session."""
        if self.phases and self.phases[-1].end_s is None:
            self.phases[-1] = replace(self.phases[-1], end_s=at_s)

    def pause(self, clock_s: float) -> None:
        self.anchor = Anchor(clock_s, self.anchor.elapsed_at(clock_s), running=False)

    def resume(self, clock_s: float) -> None:
        self.anchor = Anchor(clock_s, self.anchor.elapsed_s, running=True)

    def skip(self, clock_s: float) -> bool:
        """Practice time jumps to the next pace that the phase tries, or to the end of the phase; whether to its end."""
        step = self.current.step_at(self.anchor.elapsed_at(clock_s))
        ends = step is None or step.number == step.of
        to_s = self.current.end_s if step is None or ends else step.end_s
        self.anchor = Anchor(clock_s, to_s, self.anchor.running)
        return ends

    def lengthen(self, clock_s: float, by_s: float, least_left_s: float) -> float:
        """The phase that is on lasts longer or shorter, with so much left at least; by how much it came to be.

        Raises
        ------
        ValueError
            If the paces of the phase have a length of their own, or too little of it is left to be shortened.
        """
        left_s = self.current.end_s - self.anchor.elapsed_at(clock_s)
        by_s = max(by_s, min(0.0, least_left_s - left_s))
        if by_s == 0.0:
            raise ValueError(f"only {left_s:.0f} s of this part are left")
        self.timeline = self.timeline.lengthened(self.current.index, by_s)
        return by_s

    def repace(self, clock_s: float, pattern: BreathPattern) -> None:
        self.timeline = self.timeline.repaced(self.anchor.elapsed_at(clock_s), pattern)

    def demand(self, clock_s: float) -> float:
        """How demanding the exercise is, 0 to 1."""
        phase = self.timeline.phase_at(self.anchor.elapsed_at(clock_s)).phase
        return float(self.anchor.running and phase.role is Role.CHALLENGE)

    def plan_pace(self, clock_s: float, pattern: BreathPattern) -> None:
        """Another pattern from the next breath of this phase on."""
        curve = self.current.curve
        if curve is not None:
            self._pace = (curve.next_breath_s(self.anchor.elapsed_at(clock_s)), pattern)

    def pace_due_s(self) -> float:
        """When the planned pattern begins, on the clock; never without one."""
        if self._pace is None or not self.anchor.running:
            return float("inf")
        return self.anchor.clock_s + (self._pace[0] - self.anchor.elapsed_s)

    def take_pace(self) -> BreathPattern:
        """The planned pattern, which is planned no more.

        Raises
        ------
        ValueError
            If there is none.
        """
        if self._pace is None:
            raise ValueError("no pace is planned")
        (_, pattern), self._pace = self._pace, None
        return pattern

    def lung_volume(self, clock_s: float) -> float | None:
        """Lung volume that the pacer asks for; None where the breath is free."""
        if not self.anchor.running:
            return None
        elapsed_s = self.anchor.elapsed_at(clock_s)
        curve = self.timeline.phase_at(elapsed_s).curve
        return curve.volume_at(elapsed_s) if curve else None
