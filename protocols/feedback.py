"""From a measure to what the person is shown: a score, or the reason why there is none."""

from dataclasses import dataclass

SMOOTHNESS_GAIN = 0.2
"""A smoothness this far above one's own baseline is what resonance training aims at (science: C4)."""


@dataclass(frozen=True, slots=True)
class Score:
    """What feedback is given on.

    Attributes
    ----------
    value : float or None
        0 to 1; None while it is withheld.
    goal : float or None
        From here on it is rewarded; None without a baseline.
    reason : str
        Why it is withheld, for a person; empty otherwise.
    """

    value: float | None = None
    goal: float | None = None
    reason: str = ""

    @property
    def rewarded(self) -> bool:
        return self.value is not None and self.goal is not None and self.value >= self.goal


def goal_from_baseline(smoothness: list[float]) -> float | None:
    """The smoothness to reward from: the median of the baseline plus 0.2, at most 0.8; None without a baseline."""
    if not smoothness:
        return None
    ordered = sorted(smoothness)
    return min(0.8, ordered[len(ordered) // 2] + SMOOTHNESS_GAIN)
