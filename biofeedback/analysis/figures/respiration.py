"""The breathing rate that is told where there are two: measured at the chest, and read from the heart."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import sqrt
from statistics import fmean, variance

from biofeedback.analysis.breath.movement import N_RATE_MIN, MeasuredBreath
from biofeedback.analysis.breath.reading import KIN
from biofeedback.analysis.figures.indices import CHEST, Indices, LiveIndices
from biofeedback.analysis.signal.uncertainty import around

COVERED = 0.5
"""The chest tells the rate of a stretch where its breaths fill at least half of it [D]."""
APART, APART_PER_MIN = 0.2, 1.0
"""Chest and heart differ where they are further apart than this share of the chest's rate, and a minute [D]."""


@dataclass(frozen=True, slots=True)
class ChestRate:
    """Breaths a minute measured at the chest, with their standard error."""

    per_min: float
    se_per_min: float


def chest_rate(breaths: Sequence[MeasuredBreath], stretch_s: float) -> ChestRate | None:
    """The rate of the breaths measured within a stretch; None for fewer than three, or if they fill less than half."""
    lengths_s = [breath.length_s for breath in breaths]
    if len(lengths_s) < N_RATE_MIN or sum(lengths_s) < COVERED * stretch_s:
        return None
    mean_s = fmean(lengths_s)
    relative = sqrt(KIN * variance(lengths_s, mean_s) / len(lengths_s)) / mean_s
    return ChestRate(60.0 / mean_s, 60.0 / mean_s * relative)


def chest_first(indices: Indices, chest: ChestRate | None) -> Indices:
    """The figures of a stretch with the measured breath where there is one."""
    if chest is None:
        return indices
    note = _note(chest.per_min, indices.respiration_per_min)
    withheld = {key: reason for key, reason in indices.withheld.items() if key != "respiration_per_min"}
    return replace(
        indices, respiration_per_min=chest.per_min, respiration_from=CHEST, respiration_note=note, withheld=withheld
    )


def chest_first_live(indices: LiveIndices, chest: ChestRate | None) -> LiveIndices:
    """The same for figures that follow the heart; a band that was the heart's becomes the chest's."""
    if chest is None:
        return indices
    note = _note(chest.per_min, indices.respiration_per_min)
    bands = {**indices.bands, "respiration_per_min": around(chest.per_min, chest.se_per_min)}
    return replace(
        indices, respiration_per_min=chest.per_min, respiration_from=CHEST, respiration_note=note, bands=bands
    )


def _note(chest_per_min: float, heart_per_min: float | None) -> str:
    if heart_per_min is None or abs(chest_per_min - heart_per_min) <= max(APART_PER_MIN, APART * chest_per_min):
        return ""
    return f"The chest shows {chest_per_min:.1f} breaths a minute, the heart {heart_per_min:.1f}: the chest counts."
