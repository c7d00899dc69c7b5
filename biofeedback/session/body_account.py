"""The electrocardiogram and the accelerometer of a session, gathered so that they can be summed up at any time."""

from array import array
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from biofeedback.analysis.breath.movement import MeasuredBreath, breaths_per_min
from biofeedback.analysis.ecg.trace import Flaw, Marred
from biofeedback.analysis.ecg.witness import Agreement
from biofeedback.analysis.figures.respiration import ChestRate, chest_rate
from biofeedback.session.events import EcgCame, MovementSeen
from biofeedback.session.summary import EcgSummary, MovementSummary

Stretch = tuple[float, float]
"""From one second of the session to another."""


COMPARED = ("median_difference_ms", "within_10_ms_percent")
NONE_COMPARED = "no beat could be compared with it"
COUNTED = ("n_complexes", "n_compared", "n_agreed", "n_extra_beats", *COMPARED, "usable_percent")
OF_THE_WHOLE = "it is counted over the whole session, of which a stretch is left out"
FEW_BREATHS = "fewer than 3 breaths of the chest could be followed"
LATELY_S = 45.0
"""Of so long the breathing of the moment is told: four breaths at six a minute."""


class BodyAccount:
    """What the streams of a strap told beside its beats."""

    def __init__(self) -> None:
        self._ecg_s = 0.0
        self._n_complexes = self._n_extra_beats = 0
        self._marred: list[Stretch] = []
        self._moved = array("d")
        self._breaths: list[tuple[float, MeasuredBreath]] = []

    def add(self, came: EcgCame | MovementSeen) -> None:
        if isinstance(came, EcgCame):
            self._ecg_s += len(came.microvolts) / came.rate_hz
            self._n_complexes += len(came.complexes)
            self._n_extra_beats += sum(found.extra_beat for found in came.complexes)
            for marred in came.marred:
                self._mar(marred)
        else:
            for movement in came.movements:
                if movement.level_mg is not None:
                    self._moved.extend((came.session_s(movement.to_s), float(movement.moving)))
            self._breaths += [(came.session_s(breath.end_s), breath) for breath in came.breaths]

    def _mar(self, marred: Marred) -> None:
        if marred.flaw is Flaw.GAP:  # nothing came, so that there is nothing to trust or not
            return
        if self._marred and self._marred[-1][0] <= marred.from_s <= self._marred[-1][1]:
            begin_s, end_s = self._marred[-1]
            self._marred[-1] = begin_s, max(end_s, marred.to_s)
        else:
            self._marred.append((marred.from_s, marred.to_s))

    def ecg(self, agreement: Agreement | None, *, cut: bool = False) -> EcgSummary | None:
        """The electrocardiogram; None where none came.

        Parameters
        ----------
        agreement : Agreement or None
            With the strap's own intervals.
        cut : bool
            Whether a stretch of the session is left out: all of this is counted while it comes.
        """
        if not self._ecg_s or agreement is None:
            return None
        if cut:
            return EcgSummary(**dict.fromkeys(COUNTED), withheld=dict.fromkeys(COUNTED, OF_THE_WHOLE))
        return EcgSummary(
            n_complexes=self._n_complexes,
            n_compared=agreement.n_compared,
            n_agreed=agreement.n_agreed,
            n_extra_beats=self._n_extra_beats,
            median_difference_ms=agreement.median_difference_ms,
            within_10_ms_percent=agreement.within_percent,
            usable_percent=max(0.0, 100.0 * (1.0 - _length_s(self._marred) / self._ecg_s)),
            withheld={} if agreement.n_compared else dict.fromkeys(COMPARED, NONE_COMPARED),
        )

    def breathing_now(self, at_s: float) -> float | None:
        """Breaths a minute as the chest shows them up to a second of the session; None for fewer than three."""
        lately: list[MeasuredBreath] = []
        for ended_s, breath in reversed(self._breaths):
            if ended_s < at_s - LATELY_S:
                break
            lately.append(breath)
        return breaths_per_min(lately)

    def chest_rate(self, stretches: Sequence[Stretch]) -> ChestRate | None:
        """The breath measured within some stretches; None where it fills too little of them."""
        return chest_rate(self._breaths_within(stretches), sum(end_s - begin_s for begin_s, end_s in stretches))

    def movement(self, stretches: Sequence[Stretch]) -> MovementSummary | None:
        """What the accelerometer told within some stretches; None where none came.

        Parameters
        ----------
        stretches : sequence of (float, float)
            Seconds of the session.
        """
        at_s, moving = _columns(self._moved)
        inside = np.zeros(len(at_s), bool)
        for begin_s, end_s in stretches:
            inside |= (at_s > begin_s) & (at_s <= end_s)
        if not inside.any():
            return None
        breaths = self._breaths_within(stretches)
        per_min = breaths_per_min(breaths)
        withheld = {"breaths_per_min": FEW_BREATHS} if per_min is None else {}
        return MovementSummary(100.0 * float(moving[inside].mean()), per_min, withheld)

    def _breaths_within(self, stretches: Sequence[Stretch]) -> list[MeasuredBreath]:
        return [
            breath
            for ended_s, breath in self._breaths
            if any(begin_s <= ended_s - breath.length_s and ended_s <= end_s for begin_s, end_s in stretches)
        ]


def _columns(flat: "array[float]") -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    pairs = np.array(flat, np.float64).reshape(-1, 2)
    return pairs[:, 0], pairs[:, 1]


def _length_s(stretches: Sequence[Stretch]) -> float:
    """How long some stretches are together, where they lie over each other counted once."""
    total_s, reached_s = 0.0, float("-inf")
    for begin_s, end_s in sorted(stretches):
        total_s += max(0.0, end_s - max(begin_s, reached_s))
        reached_s = max(reached_s, end_s)
    return total_s
