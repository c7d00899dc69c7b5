"""A guard rail while breathing is paced slowly: signs that the breath is too quick or too deep (science C10).

Breathing more than the body needs lowers carbon dioxide: slow breaths taken deep did so by 5.2 mmHg, shallow ones by
half of that (Szulczewski 2019). Carbon dioxide is not measured here. What can be seen is a breath quicker than the one
asked for, a swing of the heart suddenly far larger than it was at the same pace (it grows with the depth of the breath:
Hirsch and Bishop 1981, Am J Physiol 241:H620), and a heart that goes up while slow breathing should let it be. All
limits are design decisions [D], set so that calm people hear nothing.
"""

import math
from collections import deque
from enum import StrEnum
from statistics import median

from biofeedback.analysis.breath.phase import FOLLOWING_PER_MIN
from biofeedback.analysis.figures.indices import LiveIndices
from biofeedback.analysis.signal.stretches import LONGEST_HOLE_S

SLOW_PER_MIN = 10.0
"""Only while the pacer is no quicker than this."""
SETTLING_S = 120.0
"""After a pace begins or changes, and after a hole: a minute to find into it, and one that the figures look back on."""
QUICKER_PER_MIN, QUICKER = 3.0, 1.5
"""A breath is too quick where it is by so many a minute, and by this factor, above the pacer's."""
SEEN_BPM = 0.5
"""With a smaller swing the heart does not answer that breath: it may be noise."""
DEEPER, DEEPER_BPM = 1.75, 5.0
"""A swing is too large by this factor, and by so many beats a minute, above what was usual at this pace."""
USUAL_EVERY_S, N_USUAL, N_USUAL_MIN = 15.0, 20, 6
"""The usual swing is the median of those of the last minutes, one every 15 s: at least a minute and a half of them."""
RISEN_BPM, RISEN_SD = 12.0, 3.0
"""A heart has risen by so many beats a minute, and standard deviations of the rest, above its own rest."""
HEART_FORGETS_S = 30.0
"""Time constant of the heart rate: a slow breath's own swing is evened out."""
LASTS_S = 45.0
"""A sign counts once it has held for so long."""
QUIET_S = 180.0
"""Nothing is said twice in three minutes."""


class Sign(StrEnum):
    """Why a lighter breath is suggested."""

    FASTER_THAN_ASKED = "faster_than_asked"
    DEEPER_THAN_USUAL = "deeper_than_usual"
    HEART_RISING = "heart_rising"


class OverBreathing:
    """Takes the live figures as they come and tells a sign, seldom.

    Parameters
    ----------
    resting_bpm, resting_sd_bpm : float or None
        Heart rate at one's own rest and its spread, as of `recovery.Resting`; without them a rising heart is not told.
    """

    def __init__(self, resting_bpm: float | None = None, resting_sd_bpm: float | None = None) -> None:
        self._limit_bpm: float | None = None
        if resting_bpm is not None and resting_sd_bpm is not None:
            self._limit_bpm = resting_bpm + max(RISEN_BPM, RISEN_SD * resting_sd_bpm)
        self._said_s = -math.inf
        self._begin()

    def _begin(self) -> None:
        """Another pace, or none: what was usual does not hold any more."""
        self._pace_per_min: float | None = None
        self._judged_from_s = math.inf
        self._at_s = self._heart_s = -math.inf
        self._heart_bpm: float | None = None
        self._usual_bpm: deque[float] = deque(maxlen=N_USUAL)
        self._counted_s = -math.inf
        self._since_s: dict[Sign, float] = {}

    def push(
        self, indices: LiveIndices, pacer_per_min: float | None, measured_per_min: float | None = None
    ) -> Sign | None:
        """Take the figures of the next beat.

        Parameters
        ----------
        indices : LiveIndices
        pacer_per_min : float or None
            The pace at that time; None while the breath is free or time is paused.
        measured_per_min : float or None
            Breaths a minute from the accelerometer, where it sees them; else those that the heart shows are taken.

        Returns
        -------
        Sign or None
            At most one in three minutes.
        """
        now_s = indices.at_s
        if pacer_per_min is None or pacer_per_min > SLOW_PER_MIN:
            self._begin()
            return None
        self._settle(now_s, pacer_per_min)
        self._follow_heart(now_s, indices.hr_bpm)
        if now_s < self._judged_from_s:
            return None
        holds = {
            Sign.FASTER_THAN_ASKED: self._faster(indices, pacer_per_min, measured_per_min),
            Sign.DEEPER_THAN_USUAL: self._deeper(indices, pacer_per_min),
            Sign.HEART_RISING: (
                self._limit_bpm is not None and self._heart_bpm is not None and self._heart_bpm > self._limit_bpm
            ),
        }
        self._since_s = {sign: self._since_s.get(sign, now_s) for sign, held in holds.items() if held}
        lasting = [sign for sign, since_s in self._since_s.items() if now_s - since_s >= LASTS_S]
        if not lasting or now_s - self._said_s < QUIET_S:
            return None
        self._said_s = now_s
        return lasting[0]

    def _settle(self, now_s: float, pacer_per_min: float) -> None:
        """Wait after a pace begins or changes, and after a hole."""
        if now_s - self._at_s > LONGEST_HOLE_S:
            self._begin()
        if self._pace_per_min is None or abs(pacer_per_min - self._pace_per_min) > FOLLOWING_PER_MIN:
            self._judged_from_s = now_s + SETTLING_S
            self._pace_per_min = pacer_per_min
        self._at_s = now_s

    def _follow_heart(self, now_s: float, hr_bpm: float | None) -> None:
        if hr_bpm is None:
            return
        step_s, self._heart_s = now_s - self._heart_s, now_s
        if self._heart_bpm is None:
            self._heart_bpm = hr_bpm
        self._heart_bpm += (1.0 - math.exp(-step_s / HEART_FORGETS_S)) * (hr_bpm - self._heart_bpm)

    def _faster(self, indices: LiveIndices, pacer_per_min: float, measured_per_min: float | None) -> bool:
        least = max(pacer_per_min + QUICKER_PER_MIN, pacer_per_min * QUICKER)
        if measured_per_min is not None:
            return measured_per_min >= least
        if indices.respiration_per_min is None or (indices.swing_bpm or 0.0) < SEEN_BPM:
            return False
        band = indices.bands.get("respiration_per_min")
        return (indices.respiration_per_min if band is None else band.low) >= least

    def _deeper(self, indices: LiveIndices, pacer_per_min: float) -> bool:
        """Only breaths at the pacer's rate are compared: slower ones swing more by themselves."""
        rate, swing = indices.respiration_per_min, indices.swing_bpm
        if rate is None or swing is None or abs(rate - pacer_per_min) > FOLLOWING_PER_MIN:
            return False
        usual = median(self._usual_bpm) if len(self._usual_bpm) >= N_USUAL_MIN else None
        if indices.at_s - self._counted_s >= USUAL_EVERY_S:
            self._counted_s = indices.at_s
            self._usual_bpm.append(swing)
        return usual is not None and swing >= max(DEEPER * usual, usual + DEEPER_BPM)
