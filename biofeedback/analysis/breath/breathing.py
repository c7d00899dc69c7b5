"""Breathing as the heart shows it, live and of whole stretches: rate, swing, and the phase against a pacer."""

import math
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean

import numpy as np

from biofeedback.analysis.breath.answer import PacerAnswer
from biofeedback.analysis.breath.breathing_rate import RateFinder, rate_by_minute, rate_of_all
from biofeedback.analysis.breath.evidence import SHORTEST_S, WINDOW_S
from biofeedback.analysis.breath.phase import PLV_LEAST, LivePhase, PacerPhase, following, pacer_phase
from biofeedback.analysis.breath.reading import TOO_SHORT, BreathingRate
from biofeedback.analysis.breath.swing import (
    Breaths,
    newest_swing,
    own_breaths,
    swing,
)
from biofeedback.analysis.signal import uncertainty
from biofeedback.analysis.signal.band import Band
from biofeedback.analysis.signal.recent import Recent
from biofeedback.analysis.signal.spectrum import RATE_HZ, FloatArray, resample
from biofeedback.analysis.signal.stretches import LONGEST_HOLE_S, Stretch

EVERY_S = 15.0
"""Half of the three slow breaths that the swing is of, and a quarter of the minute that the rate is of."""
N_SWINGS = 6
"""Swings of three breaths, one after the other, whose scatter tells how sure one is."""
BREATHS_A_SWING = 3
LONGEST_STEP = 1.0
"""Breaths that a pacer may move on between two beats; more is a jump to another place."""
FIRST_BREATHS, FIRST_SE = 2, 4.0
"""The first swing is of two breaths. So many of its standard errors to each side held the truth in 19 of 20 simulated
hearts with slow waves of their own, where it was told (tests/analysis/breath/test_swing.py)."""
FOLLOWED_EVERY_S = 10.0

_GRID_S = np.arange(-int(WINDOW_S * RATE_HZ), 1) / RATE_HZ


@dataclass(frozen=True, slots=True)
class PacerPlace:
    """Where the pacer is: breaths completed with their fraction, lung volume 0 to 1, breaths a minute."""

    cycles: float
    volume: float
    per_min: float


NO_PHASE = PacerPhase(reason=TOO_SHORT)

TOO_FEW_BREATHS = "There are too few breaths in a row."
SWING_LOST = "The swing with the breath is lost among the heart's other waves."

Pacer = Callable[[float], PacerPlace | None]
"""Where the pacer is at a second of the session; None where the breath is free."""


class LiveBreathing:
    """Takes kept beats in order. Rate and swing are taken anew every 15 s, the phase with each beat.

    Attributes
    ----------
    rate : BreathingRate
    swing_bpm : float or None
        Of the last three breaths.
    swing_band : Band or None
    first_swing : Band or None
        Where the swing of the last two paced breaths is for certain, taken anew with each breath; None where it is not
        clear of nothing.
    phase : PacerPhase
        Against the pacer; empty while the breath is free.
    """

    def __init__(self) -> None:
        self._finder, self._phase = RateFinder(), LivePhase()
        self._knots = Recent(3)
        self._swings: deque[float] = deque(maxlen=N_SWINGS)
        self._start_anew()

    def _start_anew(self) -> None:
        self._finder.gap()
        self._phase.gap()
        self._knots.clear()
        self._begin_s: float | None = None
        self._last_s = self._last_cycles = math.nan
        self._updated_s = self._counted_s = float("-inf")
        self.rate, self.phase = BreathingRate(0.0, reason=TOO_SHORT), NO_PHASE
        self.swing_bpm: float | None = None
        self.swing_band: Band | None = None
        self.first_swing: Band | None = None
        self._breathed = math.nan

    def push(self, axis_s: float, rr_ms: float, place: PacerPlace | None) -> None:
        """Take the interval that ended at `axis_s`, and the pacer at its middle."""
        if self._begin_s is not None and axis_s - self._last_s > LONGEST_HOLE_S:
            self._start_anew()
        if self._begin_s is None:
            self._begin_s = axis_s
        cycles = place.cycles if place else math.nan
        if not math.isnan(self._last_cycles) and not 0.0 < cycles - self._last_cycles < LONGEST_STEP:
            self._phase.gap()
            self.phase = NO_PHASE
        self._knots.push((axis_s, rr_ms, cycles))
        self._last_s, self._last_cycles = axis_s, cycles
        if place:
            self.phase = self._phase.push(axis_s, rr_ms, cycles, place.volume)
        self._see_breaths(cycles)
        if axis_s - self._updated_s >= EVERY_S and axis_s - self._begin_s >= SHORTEST_S:
            self._updated_s = axis_s
            self._update(paced=place is not None)

    def _see_breaths(self, cycles: float) -> None:
        """The swing of the last two breaths, once for each breath."""
        if math.isnan(cycles):
            self.first_swing, self._breathed = None, math.nan
            return
        if 0.0 <= cycles - self._breathed < 1.0:
            return
        time_s, rr_ms, every = self._knots.columns
        first = _run_begins(every)
        found = newest_swing(time_s[first:], rr_ms[first:], every[first:], FIRST_BREATHS)
        if found is None:
            return
        self._breathed = cycles
        half = FIRST_SE * found.se_bpm
        self.first_swing = Band(found.bpm - half, found.bpm + half) if found.bpm > half else None

    def _update(self, *, paced: bool) -> None:
        self._knots.forget(self._last_s - WINDOW_S - LONGEST_HOLE_S)
        time_s, rr_ms, cycles = self._knots.columns
        n_even = int(min(WINDOW_S, float(time_s[-1] - time_s[0])) * RATE_HZ) + 1
        self.rate = self._finder.update(self._last_s, resample(time_s, rr_ms, self._last_s + _GRID_S[-n_even:]))
        found = None
        if paced and (self.phase.plv or 0.0) >= PLV_LEAST:
            first = _run_begins(cycles)
            if cycles[-1] - cycles[first] >= BREATHS_A_SWING:
                found = newest_swing(time_s[first:], rr_ms[first:], cycles[first:])
        elif (own := self._finder.cycles_at(time_s - rr_ms / 2000.0)) is not None:
            found = newest_swing(time_s, rr_ms, own)
        self.swing_bpm = found.bpm if found and not found.lost else None
        self._count(self._last_s)

    def _count(self, now_s: float) -> None:
        """Remember swings that do not overlap, for the band of the newest."""
        if self.swing_bpm is None or self.rate.per_min is None:
            self.swing_band = None
            return
        if now_s - self._counted_s >= BREATHS_A_SWING * 60.0 / self.rate.per_min:
            self._counted_s = now_s
            self._swings.append(self.swing_bpm)
        half = uncertainty.scatter(self._swings)
        self.swing_band = None if half is None else uncertainty.reaching(self.swing_bpm, half)


def _run_begins(cycles: FloatArray) -> int:
    """Where the newest beats along one pacer without a jump begin."""
    step = np.diff(cycles)
    broken = np.flatnonzero(~((step > 0.0) & (step < LONGEST_STEP)))
    return int(broken[-1]) + 1 if len(broken) else 0


def breathing(found: Sequence[Stretch], pacer: Pacer | None = None) -> tuple[dict[str, float], dict[str, str]]:
    """Breathing rate and swing of a whole recording or phase.

    Parameters
    ----------
    found : sequence of Stretch
    pacer : callable, optional
        Where the heart keeps time with it, breaths are its breaths; else those that the heart shows.

    Returns
    -------
    figures : dict
        `respiration_per_min` and `swing_bpm`, those that can be told.
    reasons : dict
        Why the others cannot.
    """
    pairs = [(stretch.time_s, stretch.rr_ms) for stretch in found]
    minutes = rate_by_minute(pairs)
    rate = rate_of_all(minutes)
    paced = _paced(found, pacer) if pacer else []
    follows = paced and (_phase(paced).plv or 0.0) >= PLV_LEAST
    # where the rate is told for less than half of the time, the breaths that show are not those of the whole
    own = own_breaths(pairs, minutes) if rate.per_min is not None else []
    swings = swing([breaths for breaths, _ in paced] if follows else own)
    figures, reasons = {}, {}
    if rate.per_min is not None:
        figures["respiration_per_min"] = rate.per_min
    else:
        reasons["respiration_per_min"] = rate.reason
    if swings is None:
        reasons["swing_bpm"] = TOO_FEW_BREATHS if follows else rate.reason or TOO_FEW_BREATHS
    elif swings.lost:
        reasons["swing_bpm"] = SWING_LOST
    else:
        figures["swing_bpm"] = swings.bpm
    return figures, reasons


def answer_to(pacer: Pacer, found: Sequence[Stretch], *, beats_unplaced: bool = False) -> PacerAnswer | None:
    """The answer to a pacer over a phase; None where none was followed.

    Parameters
    ----------
    pacer : callable
    found : sequence of Stretch
    beats_unplaced : bool
        Whether the beats' place on the session's clock is not known (science A3).
    """
    paced = _paced(found, pacer)
    if not paced:
        return None
    phase = _phase(paced, beats_unplaced=beats_unplaced)
    pairs = [(breaths.time_s, breaths.rr_ms) for breaths, _ in paced]
    rates = rate_by_minute(pairs, every_s=FOLLOWED_EVERY_S)
    kept = following(rates, [_pacer_rate(paced, rate.at_s) for rate in rates])
    return PacerAnswer(
        phase.plv,
        phase.lag_deg,
        phase.lag_s,
        phase.se_deg,
        100.0 * kept.share if kept else None,
        100.0 * kept.told if kept else None,
        phase.reason,
    )


def _paced(found: Sequence[Stretch], pacer: Pacer) -> list[tuple[Breaths, FloatArray]]:
    """The beats along the pacer, cut where it jumps, with the lung volume that it asks for."""
    runs = []
    for stretch in found:
        asked = np.fromiter(_asked(stretch, pacer), dtype=float, count=2 * len(stretch.at_s))
        cycles, volume = asked[::2], asked[1::2]
        step = np.diff(cycles)
        cuts = np.flatnonzero(~((step > 0.0) & (step < LONGEST_STEP))) + 1
        for first, last in pairwise([0, *cuts.tolist(), len(cycles)]):
            if not np.isnan(cycles[first]):
                here = slice(first, last)
                runs.append((Breaths(stretch.time_s[here], stretch.rr_ms[here], cycles[here]), volume[here]))
    return runs


def _asked(stretch: Stretch, pacer: Pacer) -> Iterator[float]:
    """Cycles and volume of the pacer in the middle of each interval, in turn; not a number where the breath is free."""
    for at_s, rr_ms in zip(stretch.at_s.tolist(), stretch.rr_ms.tolist(), strict=True):
        place = pacer(at_s - rr_ms / 2000.0)
        yield place.cycles if place else math.nan
        yield place.volume if place else math.nan


def _phase(paced: Sequence[tuple[Breaths, FloatArray]], *, beats_unplaced: bool = False) -> PacerPhase:
    return pacer_phase([b for b, _ in paced], [volume for _, volume in paced], beats_unplaced=beats_unplaced)


def _pacer_rate(paced: Sequence[tuple[Breaths, FloatArray]], at_s: float) -> float:
    """Mean rate of the pacer, breaths a minute, over the minute that ends at a time of the beats."""
    rates = []
    for breaths, _ in paced:
        inside = (breaths.time_s > at_s - WINDOW_S) & (breaths.time_s <= at_s)
        if inside.sum() > 1:
            time_s, cycles = breaths.time_s[inside], breaths.cycles[inside]
            rates.append(60.0 * float(cycles[-1] - cycles[0]) / float(time_s[-1] - time_s[0]))
    return fmean(rates) if rates else 0.0
