"""From the powers of bands to a place among one's own seconds of rest, and to a reward."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from biofeedback.analysis.eeg.filters import Floats
from biofeedback.analysis.eeg.rhythms import BANDS
from protocols.neurofeedback import HOLD_S, LEAST_BASELINE_S, REWARDED_SHARE, Condition

EASING_STEPS = 12
"""Halvings until the ease of all thresholds together is known to a few thousandths."""
INDEX = {band.name: index for index, band in enumerate(BANDS)}
LEAST_UV2 = 1e-6
"""In place of a power of nothing, whose logarithm there is not."""

Usable = NDArray[np.bool_]


def measures(conditions: Sequence[Condition], band_uv2: Floats) -> Floats:
    """The measures of each electrode, in natural logarithms.

    Parameters
    ----------
    conditions : sequence of Condition
    band_uv2 : array, shape (..., n_bands, n_electrodes)

    Returns
    -------
    array, shape (..., n_conditions, n_electrodes)
    """
    logs = np.log(np.maximum(band_uv2, LEAST_UV2))
    found = []
    for each in conditions:
        beside = np.mean([logs[..., INDEX[name], :] for name in each.under], axis=0) if each.under else 0.0
        found.append(logs[..., INDEX[each.over], :] - beside)
    return np.stack(found, axis=-2)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a moment is worth.

    Attributes
    ----------
    place : float
        Share of one's own rest below what is shown now, 0 to 1.
    values : tuple of float
        Of each condition, in natural logarithms above what was usual at rest.
    reached : bool
        Whether all conditions have held for long enough.
    """

    place: float
    values: tuple[float, ...]
    reached: bool


class Reward:
    """Thresholds of a person, from their own rest.

    The share of rest that each condition is satisfied in is what the protocol says. Where all of them together would be
    rewarded for less of it than the first alone is to be, all are made easier alike until they are.

    Parameters
    ----------
    conditions : sequence of Condition
    rest : array, shape (n_moments, n_conditions, n_electrodes)
        Measures at rest.
    usable : array of bool, shape (n_moments, n_electrodes)
    step_s : float
        How far apart they are, and will be.

    Raises
    ------
    ValueError
        If too little of it can be used.
    """

    def __init__(self, conditions: Sequence[Condition], rest: Floats, usable: Usable, step_s: float) -> None:
        sound = usable.any(axis=1)
        if sound.sum() * step_s < LEAST_BASELINE_S:
            raise ValueError(f"{sound.sum() * step_s:.0f} s of rest: {LEAST_BASELINE_S:.0f} are needed")
        self._n_hold = math.ceil(HOLD_S / step_s - 1e-6)
        self._conditions = tuple(conditions)
        known = np.where(usable[:, None, :], rest, np.nan)
        self._seen = usable.any(axis=0)
        self._usual = np.zeros(rest.shape[1:])
        self._usual[:, self._seen] = np.nanmedian(known[:, :, self._seen], axis=0)
        values = np.asarray(np.nanmean((known - self._usual)[sound], axis=2))
        self._sorted = np.sort(values, axis=0)
        begins = np.flatnonzero(np.diff(np.concatenate([[False], sound])) & sound)
        self._runs = np.split(np.arange(len(values)), np.searchsorted(np.flatnonzero(sound), begins)[1:])
        self.ease = self._eased(values)
        self.thresholds = self._thresholds(self.ease)
        self._rest, self._rest_reached = values, self._lasting(values, self.thresholds)
        self.expected_share = float(self._rest_reached.mean())
        self._n_replayed = self._n_held = self._n_whole = 0

    @property
    def goal(self) -> float:
        """Where the place is rewarded from, 0 to 1."""
        return (1.0 - self._conditions[0].share) * self.ease

    def usable(self, good: Usable) -> Usable:
        """Which electrodes can be used now: those that can, and of which the usual is known."""
        return good & self._seen

    def take(self, measured: Floats, good: Usable, goal: float | None = None) -> Answer:
        """The answer to a moment, shape (n_conditions, n_electrodes), of which at least one electrode can be used.

        A `goal` that somebody chose stands in place of the first condition's own; what is to stay low stays so.
        """
        values = self._value(measured, good)
        place = self._place(values)
        first = -np.inf if goal is not None else self.thresholds[0]
        held = self._holds(values[None, :], (first, *self.thresholds[1:]))[0] and (goal is None or place >= goal)
        self._n_held = self._n_held + 1 if held else 0
        self._n_whole += 1
        return Answer(place, tuple(values.tolist()), self._n_held >= self._n_hold)

    def replay(self) -> Answer:
        """In place of the answer just taken, the next of those that the rest would have been given.

        After the last comes the first again. After what could not be used a reward waits as long as a true one.
        """
        n = self._n_replayed % len(self._rest)
        self._n_replayed += 1
        values = self._rest[n]
        reached = bool(self._rest_reached[n]) and self._n_whole >= self._n_hold
        return Answer(self._place(values), tuple(values.tolist()), reached)

    def interrupt(self) -> None:
        """A moment could not be used: what was held is held no more."""
        self._n_held = self._n_whole = 0

    def _value(self, measured: Floats, good: Usable) -> Floats:
        return np.asarray((measured - self._usual)[:, good].mean(axis=1))

    def _thresholds(self, ease: float) -> tuple[float, ...]:
        found = []
        for column, each in zip(self._sorted.T, self._conditions, strict=True):
            left_out = (1.0 - each.share) * ease
            found.append(float(np.quantile(column, left_out if each.up else 1.0 - left_out)))
        return tuple(found)

    def _holds(self, values: Floats, thresholds: Sequence[float]) -> Usable:
        held = np.ones(len(values), dtype=np.bool_)
        for column, threshold, each in zip(values.T, thresholds, self._conditions, strict=True):
            held &= column >= threshold if each.up else column <= threshold
        return held

    def _place(self, values: Floats) -> float:
        return float(np.searchsorted(self._sorted[:, 0], values[0])) / len(self._sorted)

    def _lasting(self, values: Floats, thresholds: Sequence[float]) -> Usable:
        """Which moments of the rest would be rewarded."""
        held = self._holds(values, thresholds)
        lasting = np.zeros(len(values), dtype=np.bool_)
        for run in self._runs:
            n_held = np.convolve(held[run], np.ones(self._n_hold), "full")[: len(run)]
            lasting[run] = n_held >= self._n_hold - 0.5
        return lasting

    def _eased(self, values: Floats) -> float:
        """As hard as the protocol says, or so that the whole is rewarded as often as it says of the first condition."""
        hard, easy = 1.0, 0.0
        if self._lasting(values, self._thresholds(hard)).mean() >= REWARDED_SHARE:
            return hard
        for _ in range(EASING_STEPS):
            middle = (hard + easy) / 2.0
            if self._lasting(values, self._thresholds(middle)).mean() < REWARDED_SHARE:
                hard = middle
            else:
                easy = middle
        return easy
