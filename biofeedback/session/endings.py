"""When a phase ends before its longest time, by what the heart does."""

from collections.abc import Iterable

from biofeedback.analysis.beats.beat import Beat
from biofeedback.analysis.practice.recovery import Recovering, Resting, Steady
from protocols.phases import Phase, Role, Until


class Endings:
    """Follows rest, challenge and recovery, beat by beat."""

    def __init__(self) -> None:
        self._phase: Phase | None = None
        self._begun_s = 0.0
        self._steady: Steady | None = None
        self._recovering: Recovering | None = None

    @property
    def resting(self) -> Resting | None:
        """The rest of the latest baseline; None without one."""
        return self._steady.resting if self._steady else None

    def begin(self, phase: Phase, at_s: float) -> None:
        """A phase begins at a second of the session."""
        before = self._phase
        if before is not None and before.role is Role.CHALLENGE and phase.role is not Role.CHALLENGE:
            if self._recovering is not None:
                self._recovering.end(at_s)
        elif phase.role is Role.CHALLENGE:
            self._recovering = Recovering(self.resting, at_s)
        if phase.role is Role.BASELINE:
            self._steady = Steady(at_s)
        self._phase, self._begun_s = phase, at_s

    def take(self, judged: Iterable[Beat]) -> None:
        """Take the beats whose verdict is now final."""
        for beat in judged:
            if self._steady is not None and self._phase is not None and self._phase.role is Role.BASELINE:
                self._steady.push(beat)
            if self._recovering is not None:
                self._recovering.push(beat)

    def due(self, at_s: float) -> bool:
        """Whether the phase may end now."""
        phase = self._phase
        if phase is None or at_s - self._begun_s < phase.least_minutes * 60.0:
            return False
        match phase.until:
            case Until.STEADY:
                return self._steady is not None and self._steady.steady
            case Until.RECOVERED:
                return self._recovering is not None and self._recovering.recovered
            case _:
                return False
