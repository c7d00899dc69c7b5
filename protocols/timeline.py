"""An exercise laid out in time: which phase, which breath and which words at an elapsed second."""

from bisect import bisect_right
from dataclasses import dataclass, replace
from itertools import accumulate

from protocols.breathing import Breath, BreathCurve, BreathPattern
from protocols.phases import Phase
from protocols.specification import Exercise


@dataclass(frozen=True, slots=True)
class Step:
    """One of the paces that a phase tries: its number from 1 on, how many there are, and when it ends."""

    number: int
    of: int
    end_s: float


@dataclass(frozen=True, slots=True)
class PlannedPhase:
    """A phase from `start_s` to `end_s`, seconds of practice from the beginning, pauses left out."""

    index: int
    phase: Phase
    start_s: float
    end_s: float
    curve: BreathCurve | None

    def step_at(self, elapsed_s: float) -> Step | None:
        """The pace that is tried at a second of practice; None where the phase does not go from pace to pace."""
        if self.curve is None or not self.phase.course.each_s:
            return None
        ends = [stretch.from_s for stretch in self.curve.stretches[1:]]
        number = min(bisect_right(ends, elapsed_s) + 1, len(ends))
        return Step(number, len(ends), min(ends[number - 1], self.end_s))


@dataclass(frozen=True, slots=True)
class Timeline:
    """The phases of an exercise one after the other. Immutable: a change of pace makes a new timeline."""

    exercise: Exercise
    phases: tuple[PlannedPhase, ...]

    @classmethod
    def of(cls, exercise: Exercise) -> "Timeline":
        ends = list(accumulate(phase.minutes * 60.0 for phase in exercise.phases))
        starts = [0.0, *ends[:-1]]
        return cls(
            exercise,
            tuple(
                PlannedPhase(i, phase, start, end, curve_of(phase, start))
                for i, (phase, start, end) in enumerate(zip(exercise.phases, starts, ends, strict=True))
            ),
        )

    @property
    def total_s(self) -> float:
        return self.phases[-1].end_s

    def phase_at(self, elapsed_s: float) -> PlannedPhase:
        """The phase at an elapsed time; the last one after the end."""
        for planned in reversed(self.phases):
            if planned.start_s <= elapsed_s:
                return planned
        return self.phases[0]

    def breath_at(self, elapsed_s: float) -> Breath | None:
        """The breath to follow, None where the breath is free."""
        curve = self.phase_at(elapsed_s).curve
        return curve.at(elapsed_s) if curve else None

    def words_at(self, elapsed_s: float) -> str:
        """The words to be read; empty for silence."""
        planned = self.phase_at(elapsed_s)
        prompt = planned.phase.prompt_at(elapsed_s - planned.start_s)
        return prompt.text if prompt else ""

    def repaced(self, at_s: float, pattern: BreathPattern) -> "Timeline":
        """The same timeline with another pattern from `at_s` on; the breath under way does not jump.

        Phases whose breath goes by a schedule keep it.
        """
        return replace(
            self,
            phases=tuple(
                planned
                if planned.curve is None or planned.phase.course.changes or planned.end_s <= at_s
                else replace(planned, curve=planned.curve.repaced(at_s, pattern))
                if planned.start_s <= at_s
                else replace(planned, curve=BreathCurve.steady(pattern, planned.start_s))
                for planned in self.phases
            ),
        )

    def lengthened(self, index: int, by_s: float) -> "Timeline":
        """The same timeline with a phase that lasts longer, or shorter; the ones after it are moved.

        Raises
        ------
        ValueError
            If nothing would be left of the phase, or its breath goes by a schedule, which has a length of its own.
        """
        lasting = self.phases[index]
        if lasting.phase.course.changes:
            raise ValueError(f"the paces of '{lasting.phase.title}' have a length of their own")
        if lasting.end_s + by_s <= lasting.start_s:
            raise ValueError(f"'{lasting.phase.title}' lasts {lasting.end_s - lasting.start_s:g} s only")
        after = tuple(
            replace(
                planned,
                start_s=planned.start_s + by_s,
                end_s=planned.end_s + by_s,
                curve=planned.curve.moved(by_s) if planned.curve else None,
            )
            for planned in self.phases[index + 1 :]
        )
        return replace(self, phases=(*self.phases[:index], replace(lasting, end_s=lasting.end_s + by_s), *after))


def curve_of(phase: Phase, start_s: float) -> BreathCurve | None:
    """The breath of a phase that begins at `start_s`; None where it is free."""
    return BreathCurve.scheduled(phase.pacing, phase.course.changes, start_s) if phase.pacing else None
