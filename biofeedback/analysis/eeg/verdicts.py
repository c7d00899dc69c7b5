"""Whether each second of each channel can be used, and if not, why not."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from biofeedback.analysis.eeg.epochs import Epoch
from biofeedback.analysis.eeg.filters import Floats

N_SETTLE = 2
"""Epochs at the beginning and after a loss in which the filters still ring: 1 Hz needs so long."""
FLAT_UV = 1.0
"""Less than this in a second is no electrode on a head [D]."""
CLIPPED_UV = 20.0
"""A value that stands is the end of a range only where the second is not flat [D]."""
LARGE_UV = 100.0
"""No rhythm of a waking brain on the scalp is larger (science C15)."""
LOOSE_UV = 400.0
"""No blink is larger either [D]."""
HUM_UV, HUM_TIMES = 30.0, 5.0
"""An electrode that comes off begins to hum: mains of this size, so many times what is usual there [D]."""
MAINS_LEFT_UV = 10.0
"""What the notch leaves of mains that do not keep their strength; they then spoil the bands too [D]."""
MOVED_G = 0.10
"""A head at rest sways less than this [D]."""
N_SD = 3.0
"""Muscle beyond so many standard deviations of the person's own seconds (science C15)."""
LEAST_MUSCLE_SD = 0.03
"""Of the decimal logarithm: what a second of 43 Hz scatters by chance alone."""
MUSCLE_UV = 8.0
"""Beyond this it is muscle whatever the rest of the recording holds [D]."""
N_ROUNDS = 4
BLINK_SD, LEAST_BLINK_UV = 3.5, 28.0
"""A slow bump beyond so many standard deviations of the person's own seconds, and no smaller than this [D]."""
EYES = ("FP1", "FP2", "FPZ", "AF3", "AF4", "AF7", "AF8")
"""Electrodes over the eyes: what they see of a blink reaches the others too, smaller."""


class Reason(StrEnum):
    """Why a second cannot be used."""

    LOST = "samples missing"
    SETTLING = "filters settling"
    FLAT = "flat"
    CLIPPED = "clipped"
    LOOSE = "electrode loose"
    MAINS = "line noise"
    MOVEMENT = "movement"
    BLINK = "blink"
    MUSCLE = "muscle"


@dataclass(frozen=True, slots=True)
class Baseline:
    """What is more than usual on each channel of a person; shape (n_channels,) each.

    Attributes
    ----------
    muscle_uv : array
        What lies above 52 Hz, beyond this, is muscle.
    hum_uv : array
        The mains, beyond this, are those of a loose electrode.
    slow_uv : array
        A slow deflection beyond this is a blink.
    """

    muscle_uv: Floats
    hum_uv: Floats
    slow_uv: Floats


def baseline_of(epochs: Sequence[Epoch]) -> Baseline:
    """What is usual, by medians, so that artefacts in fewer than half of the seconds do not become usual."""
    muscle = np.stack([np.log10(np.maximum(epoch.muscle_uv, 1e-3)) for epoch in epochs])
    slow = np.stack([epoch.slow_peak_uv for epoch in epochs])
    barred = np.stack([_spoilt(epoch) for epoch in epochs])
    # A channel that is never sound has no usual; its seconds all have reasons of their own
    barred[:, barred.all(axis=0)] = False
    muscle_log10, muscle_sd = _usual(muscle, barred)
    slow_uv, slow_sd = _usual(slow, barred)
    mains_uv, _ = _usual(np.stack([epoch.mains_uv for epoch in epochs]), barred)
    return Baseline(
        np.minimum(10.0 ** (muscle_log10 + N_SD * np.maximum(muscle_sd, LEAST_MUSCLE_SD)), MUSCLE_UV),
        np.maximum(HUM_UV, HUM_TIMES * mains_uv),
        np.maximum(slow_uv + BLINK_SD * slow_sd, LEAST_BLINK_UV),
    )


def no_baseline(n_channels: int) -> Baseline:
    """Of a person of whom nothing is known yet: only what is so for everybody counts."""
    return Baseline(*(np.full(n_channels, limit) for limit in (MUSCLE_UV, HUM_UV, LEAST_BLINK_UV)))


def judge(epochs: Sequence[Epoch], baseline: Baseline, channels: Sequence[str]) -> list[list[Reason | None]]:
    """The reason of each second, by channel; None where it can be used.

    Parameters
    ----------
    epochs : sequence of Epoch
        One after the other.
    baseline : Baseline
    channels : sequence of str
        Names, by which electrodes over the eyes are known.
    """
    one_by_one = Judge(channels)
    told = [one_by_one.judge(epoch, baseline) for epoch in epochs]
    return [list(of_channel) for of_channel in zip(*told, strict=True)]


class Judge:
    """Judges epochs as they come.

    Parameters
    ----------
    channels : sequence of str
        Names, by which electrodes over the eyes are known.
    n_settle : int
        Epochs at the beginning and after a loss in which the filters settle.
    """

    def __init__(self, channels: Sequence[str], n_settle: int = N_SETTLE) -> None:
        self._eyes = [index for index, name in enumerate(channels) if name.upper() in EYES]
        self._n_settle = n_settle
        self._settling = [n_settle] * len(channels)

    def judge(self, epoch: Epoch, baseline: Baseline) -> list[Reason | None]:
        """The reason of each channel; None where it can be used."""
        blinks = ((epoch.slow_peak_uv > baseline.slow_uv) | (epoch.clean_peak_uv > LARGE_UV)).tolist()
        outright = _outright(epoch)
        seen = any(blinks[index] and outright[index] is None for index in self._eyes)
        hums, muscle = (epoch.mains_uv > baseline.hum_uv).tolist(), (epoch.muscle_uv > baseline.muscle_uv).tolist()
        moved = epoch.movement_g is not None and epoch.movement_g > MOVED_G
        reasons: list[Reason | None] = []
        for index, reason in enumerate(outright):
            if hums[index] and reason in (None, Reason.MAINS):
                reason = Reason.LOOSE
            if reason is None and self._settling[index]:
                reason = Reason.SETTLING
            if reason is None and moved:
                reason = Reason.MOVEMENT
            if reason is None and muscle[index]:
                reason = Reason.MUSCLE
            if reason is None and (blinks[index] or seen):
                reason = Reason.BLINK
            reasons.append(reason)
            self._settling[index] = self._n_settle if reason is Reason.LOST else max(0, self._settling[index] - 1)
        return reasons


def _outright(epoch: Epoch) -> list[Reason | None]:
    """What needs no usual to be held against, by channel."""
    told = (epoch.lost, epoch.raw_range_uv, epoch.clipped, epoch.clean_peak_uv, epoch.mains_left_uv)
    reasons: list[Reason | None] = []
    for lost, range_uv, clipped, peak_uv, left_uv in zip(*(each.tolist() for each in told), strict=True):
        if lost:
            reasons.append(Reason.LOST)
        elif range_uv < FLAT_UV:
            reasons.append(Reason.FLAT)
        elif clipped and range_uv > CLIPPED_UV:
            reasons.append(Reason.CLIPPED)
        elif peak_uv > LOOSE_UV:
            reasons.append(Reason.LOOSE)
        else:
            reasons.append(Reason.MAINS if left_uv > MAINS_LEFT_UV else None)
    return reasons


def _spoilt(epoch: Epoch) -> np.ndarray:
    return np.array([reason is not None for reason in _outright(epoch)])


def _usual(values: Floats, barred: np.ndarray) -> tuple[Floats, Floats]:
    """Median and scatter (1.4826 times the median distance from it) of each column, without what is barred.

    What stands out is left out of the next round, so that artefacts do not widen what is usual.
    """
    known = np.where(barred, np.nan, values)
    for _ in range(N_ROUNDS):
        middle = np.nanmedian(known, axis=0)
        scatter = 1.4826 * np.nanmedian(np.abs(known - middle), axis=0)
        known = np.where(known > middle + N_SD * scatter, np.nan, known)
    return np.asarray(middle), np.asarray(scatter)
