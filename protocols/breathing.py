"""The breathing curve: where the breath should be, as a pure function of elapsed time."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum


class Stage(StrEnum):
    """Part of a breath."""

    INHALE = "inhale"
    TOP_UP = "top_up"
    HOLD_FULL = "hold_full"
    EXHALE = "exhale"
    HOLD_EMPTY = "hold_empty"


STAGES = tuple(Stage)
TOPPED_UP_FROM = 0.8
"""Where a breath is topped up, the inhalation before fills the lungs so far."""


@dataclass(frozen=True, slots=True)
class BreathPattern:
    """A breath that repeats.

    Attributes
    ----------
    rate_per_min : float
        Breaths a minute.
    inhale, hold_full, exhale, hold_empty, top_up : float
        Proportions of the stages, in any unit (seconds, counts, percent). Inhale and exhale are more than 0; a hold
        may be 0, and so may `top_up`, the second, short inhalation of a sigh.

    Raises
    ------
    ValueError
        If the rate or a proportion is out of these limits.
    """

    rate_per_min: float
    inhale: float = 4.0
    hold_full: float = 0.0
    exhale: float = 6.0
    hold_empty: float = 0.0
    top_up: float = 0.0

    def __post_init__(self) -> None:
        if not (math.isfinite(self.rate_per_min) and self.rate_per_min > 0):
            raise ValueError(f"rate_per_min must be more than 0, not {self.rate_per_min}")
        for name in ("inhale", "exhale"):
            if not (math.isfinite(getattr(self, name)) and getattr(self, name) > 0):
                raise ValueError(f"{name} must be more than 0, not {getattr(self, name)}")
        for name in ("hold_full", "hold_empty", "top_up"):
            if not (math.isfinite(getattr(self, name)) and getattr(self, name) >= 0):
                raise ValueError(f"{name} must be 0 or more, not {getattr(self, name)}")

    @property
    def period_s(self) -> float:
        return 60.0 / self.rate_per_min

    @property
    def shares(self) -> tuple[float, float, float, float, float]:
        """Fraction of the period that each stage takes, in the order of `STAGES`; sums to 1."""
        total = self.inhale + self.top_up + self.hold_full + self.exhale + self.hold_empty
        return (
            self.inhale / total,
            self.top_up / total,
            self.hold_full / total,
            self.exhale / total,
            self.hold_empty / total,
        )

    def stage_at(self, fraction: float) -> tuple[Stage, float]:
        """Stage, and progress through it (0 to 1), at a fraction of the breath (0 to 1)."""
        parts = (self.inhale, self.top_up, self.hold_full, self.exhale, self.hold_empty)
        total, before = sum(parts), 0.0
        for stage, part in zip(STAGES, parts, strict=True):
            share = part / total
            if fraction < before + share:
                return stage, (fraction - before) / share
            before += share
        last = max(i for i, part in enumerate(parts) if part > 0)
        return STAGES[last], 1.0

    def fraction_of(self, stage: Stage, progress: float) -> float:
        """The fraction of the breath at which a stage has progressed so far; a missing stage is its end."""
        index = STAGES.index(stage)
        return sum(self.shares[:index]) + progress * self.shares[index]


@dataclass(frozen=True, slots=True)
class RateChange:
    """After so many whole breaths from the beginning, another rate."""

    after_breaths: int
    rate_per_min: float


@dataclass(frozen=True, slots=True)
class Breath:
    """The breath at one moment.

    Attributes
    ----------
    stage : Stage
    progress : float
        Through the stage, 0 to 1.
    volume : float
        Lung volume asked for: 0 empty, 1 full, moving as a raised cosine.
    n_breath : int
        Breaths completed before this one.
    pattern : BreathPattern
        The pattern in force.
    """

    stage: Stage
    progress: float
    volume: float
    n_breath: int
    pattern: BreathPattern


@dataclass(frozen=True, slots=True)
class _Stretch:
    from_s: float
    breaths_before: float
    pattern: BreathPattern

    def breaths_at(self, elapsed_s: float) -> float:
        return self.breaths_before + max(0.0, elapsed_s - self.from_s) / self.pattern.period_s


@dataclass(frozen=True, slots=True)
class BreathCurve:
    """A breath paced through time; immutable, so that a change makes a new curve that agrees with the old past.

    Make one with `BreathCurve.steady`, change it with `repaced`.
    """

    stretches: tuple[_Stretch, ...]

    @classmethod
    def steady(cls, pattern: BreathPattern, from_s: float = 0.0) -> "BreathCurve":
        """One pattern, its first inhalation beginning at `from_s` seconds."""
        return cls((_Stretch(from_s, 0.0, pattern),))

    @classmethod
    def scheduled(cls, pattern: BreathPattern, changes: Sequence[RateChange], from_s: float = 0.0) -> "BreathCurve":
        """A pattern whose rate changes after so many breaths, each change where a breath begins."""
        curve = cls.steady(pattern, from_s)
        for change in changes:
            last = curve.stretches[-1]
            at_s = last.from_s + (change.after_breaths - last.breaths_before) * last.pattern.period_s
            changed = replace(last.pattern, rate_per_min=change.rate_per_min)
            curve = cls((*curve.stretches, _Stretch(at_s, float(change.after_breaths), changed)))
        return curve

    def repaced(self, at_s: float, pattern: BreathPattern) -> "BreathCurve":
        """The same curve with another pattern from `at_s` on.

        The breath under way keeps its stage and its volume, so that it does not jump. Where the new pattern lacks the
        hold that is under way, the next stage begins at the same volume.

        Raises
        ------
        ValueError
            If `at_s` lies before the latest change.
        """
        last = self.stretches[-1]
        if at_s < last.from_s:
            raise ValueError(f"at_s must be {last.from_s} or later, not {at_s}")
        breaths = last.breaths_at(at_s)
        stage, progress = last.pattern.stage_at(breaths % 1.0)
        if stage in (Stage.INHALE, Stage.TOP_UP):
            stage, progress = _inhaled(pattern, _volume(last.pattern, stage, progress))
        begun = math.floor(breaths) + pattern.fraction_of(stage, progress)
        return BreathCurve((*self.stretches, _Stretch(at_s, begun, pattern)))

    def moved(self, by_s: float) -> "BreathCurve":
        """The same curve, later by so many seconds; earlier where they are negative."""
        return BreathCurve(tuple(replace(stretch, from_s=stretch.from_s + by_s) for stretch in self.stretches))

    def at(self, elapsed_s: float) -> Breath:
        """The breath at an elapsed time in seconds; before the start it is that of the start."""
        pattern, n_breath, stage, progress = self._place(elapsed_s)
        return Breath(stage, progress, _volume(pattern, stage, progress), n_breath, pattern)

    def volume_at(self, elapsed_s: float) -> float:
        """The lung volume of the breath at an elapsed time."""
        pattern, _, stage, progress = self._place(elapsed_s)
        return _volume(pattern, stage, progress)

    def next_breath_s(self, elapsed_s: float) -> float:
        """When the breath after the one under way begins."""
        stretch = self._stretch_at(elapsed_s)
        ahead = math.floor(stretch.breaths_at(elapsed_s)) + 1 - stretch.breaths_before
        return stretch.from_s + ahead * stretch.pattern.period_s

    def _place(self, elapsed_s: float) -> tuple[BreathPattern, int, Stage, float]:
        stretch = self._stretch_at(elapsed_s)
        breaths = stretch.breaths_at(elapsed_s)
        n_breath = math.floor(breaths)
        return stretch.pattern, n_breath, *stretch.pattern.stage_at(breaths - n_breath)

    def _stretch_at(self, elapsed_s: float) -> _Stretch:
        for stretch in reversed(self.stretches):  # asked for the most are the last ones, and there are few
            if stretch.from_s <= elapsed_s:
                return stretch
        return self.stretches[0]


def _inhaled(pattern: BreathPattern, volume: float) -> tuple[Stage, float]:
    """Where the lungs are so full in breathing in, and how far through that stage."""
    topped_up_from = TOPPED_UP_FROM if pattern.top_up else 1.0
    if volume <= topped_up_from:
        return Stage.INHALE, _risen(volume / topped_up_from)
    return Stage.TOP_UP, _risen((volume - topped_up_from) / (1.0 - topped_up_from))


def _risen(share: float) -> float:
    """How far a raised cosine has gone to have risen by a share."""
    return math.acos(1.0 - 2.0 * min(1.0, share)) / math.pi


def _volume(pattern: BreathPattern, stage: Stage, progress: float) -> float:
    if stage is Stage.HOLD_FULL:
        return 1.0
    if stage is Stage.HOLD_EMPTY:
        return 0.0
    if stage is Stage.EXHALE:
        return 0.5 + 0.5 * math.cos(math.pi * progress)
    rising = 0.5 - 0.5 * math.cos(math.pi * progress)
    topped_up_from = TOPPED_UP_FROM if pattern.top_up else 1.0
    return topped_up_from * rising if stage is Stage.INHALE else topped_up_from + (1.0 - topped_up_from) * rising
