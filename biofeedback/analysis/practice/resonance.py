"""The breathing rate at which a person's heart answers most, from a session that visits several rates.

The session gives waves of a few breaths each, settled, trusted and followed; a fitted resonator (`resonator`) gives a
probability for each rate, and with it the estimate, its interval, and whether it can be told at all.
"""

import cmath
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from biofeedback.analysis.breath.breathing import Pacer
from biofeedback.analysis.breath.breathing_rate import rate_by_minute
from biofeedback.analysis.breath.phase import FOLLOWING_PER_MIN, PLV_LEAST, first_harmonic
from biofeedback.analysis.breath.reading import BreathingRate
from biofeedback.analysis.breath.swing import Breaths, fitted_waves
from biofeedback.analysis.practice.resonator import RATES_PER_MIN, Waves, likely_rates
from biofeedback.analysis.signal.spectrum import FloatArray
from biofeedback.analysis.signal.stretches import LONGEST_HOLE_S

BoolArray = NDArray[np.bool_]

DEFAULT_PER_MIN = 6.0
"""The pace of a person whose rate is not known (science C2)."""
SETTLING_S = 30.0
"""Of each pace so much is left out before it counts (science C2)."""
NEW_PACE = 0.03
"""A pace that differs by this share from that of the beat before is a new one; less is a slide."""
ONE_POINT = 0.05
"""Paces that differ by this share at most are told as one point."""
JUMP_BREATHS = 0.25
"""The pacer has jumped where it is so far from where its pace would have brought it."""
COVERED = 0.8
"""Share of a pace's time that trusted intervals must fill (science C2)."""
LEAST_POINTS, LEAST_RANGE_PER_MIN = 3, 1.0
"""A parabola needs three points too; over less than one a minute they would be the same point."""
WAVE_BREATHS = 4
"""Breaths to which one wave is fitted: three or four waves a step show how much they scatter."""
NEAR_PER_MIN = 0.5
"""No precision below this is claimed (science C2): confidence is the probability to be so near."""
CLEAR, FAIR = 0.95, 0.8
"""At a probability of 0.75 half of the simulated people in whom nothing stands out were told a rate."""
STRONG = 20.0
"""Odds of a resonator against a heart that answers every pace alike; Kass and Raftery (1995) call 20 strong."""
BEYOND_PER_MIN = 0.25
"""An estimate may lie so far beyond the paces that were tried."""

TOO_FEW = "Too few of the paces could be used."
NO_ANSWER = "The heart did not answer the breath clearly enough."
ALIKE = "The heart answered all paces about alike."
UNSURE = "The heart answered several paces about equally well."
SLOWER = "The heart may answer most at a slower pace than those tried."
QUICKER = "The heart may answer most at a quicker pace than those tried."
UNCLEAR_BEATS = "too many unclear beats"
NOT_FOLLOWED = "the breath did not follow"
TOO_SHORT = "too few breaths"


class Confidence(StrEnum):
    """How sure the rate is, in a word."""

    CLEAR = "clear"
    FAIR = "fair"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Point:
    """The heart's answer to one pace.

    Attributes
    ----------
    rate_per_min : float
        Mean pace.
    n_breaths : float
        Settled breaths.
    amplitude_ms : float or None
        Half of what RR swings with the breath.
    lag_deg : float or None
        How far heart rate lags behind the lungs asked for, -180 to 180.
    steadiness : float or None
        0 to 1: length of the mean of the waves of a few breaths over their root mean square.
    left_out : str
        Why the point was not used; empty where it was.
    """

    rate_per_min: float
    n_breaths: float
    amplitude_ms: float | None = None
    lag_deg: float | None = None
    steadiness: float | None = None
    left_out: str = ""


@dataclass(frozen=True, slots=True)
class Resonance:
    """What was found.

    Attributes
    ----------
    frequency_per_min : float or None
        None where it is not clear; `reason` then says why.
    low_per_min, high_per_min : float or None
        Interval that holds the rate 9 times in 10.
    se_per_min : float or None
        Standard deviation of the rate's probability.
    confidence : Confidence
    probability : float
        To be within 0.5 a minute of the likeliest rate, 0 to 1.
    odds : float
        Of a resonator against a heart that answers every pace alike.
    points : tuple of Point
        In the order of time.
    reason : str
    """

    frequency_per_min: float | None = None
    low_per_min: float | None = None
    high_per_min: float | None = None
    se_per_min: float | None = None
    confidence: Confidence = Confidence.NONE
    probability: float = 0.0
    odds: float = 0.0
    points: tuple[Point, ...] = ()
    reason: str = ""

    @property
    def clear(self) -> bool:
        return self.frequency_per_min is not None

    @property
    def pace_per_min(self) -> float:
        """The pace to practise at: the rate found, else the usual one."""
        return DEFAULT_PER_MIN if self.frequency_per_min is None else self.frequency_per_min


@dataclass(frozen=True, slots=True)
class Retest:
    """A rate beside those found earlier.

    Attributes
    ----------
    frequency_per_min, se_per_min : float or None
        All of them pooled.
    earlier_per_min : float or None
        The earlier ones pooled.
    change_per_min : float or None
        The newest less the earlier ones.
    moved : bool or None
        Whether it changed by more than chance explains 19 times in 20; None where there is nothing to compare.
    n : int
        Rates pooled.
    """

    frequency_per_min: float | None
    se_per_min: float | None
    earlier_per_min: float | None = None
    change_per_min: float | None = None
    moved: bool | None = None
    n: int = 0


@dataclass(frozen=True, slots=True)
class _Along:
    """Beats with the pacer at the middle of their intervals; places are not a number where the breath is free."""

    time_s: FloatArray
    rr_ms: FloatArray
    trusted: BoolArray
    cycles: FloatArray
    volume: FloatArray
    per_min: FloatArray


def find_resonance(time_s: FloatArray, rr_ms: FloatArray, trusted: BoolArray, pacer: Pacer) -> Resonance:
    """The rate at which the heart answers most.

    Parameters
    ----------
    time_s : ndarray, shape (n,)
        When each interval ended, seconds of the session, increasing.
    rr_ms : ndarray, shape (n,)
        The intervals.
    trusted : ndarray of bool, shape (n,)
        Whether each may be calculated with; corrected and rejected ones are not.
    pacer : callable
        Where the pacer was; None where the breath was free. Rests, and the first half minute of each pace, are left
        out; no schedule is needed.

    Raises
    ------
    ValueError
        If the arrays differ in length or times do not increase.
    """
    if not len(time_s) == len(rr_ms) == len(trusted):
        raise ValueError(f"time_s, rr_ms and trusted must be as long as each other, not {len(time_s)}, {len(rr_ms)}")
    if not np.all(np.diff(time_s) > 0.0):
        raise ValueError("time_s must increase")
    along = _along(time_s, rr_ms, trusted, pacer)
    minutes = _breath_by_minute(along)
    found = [_answer(_part(along, part), minutes) for part in _paces(along)]
    points = tuple(point for point, _ in found)
    used = [waves for point, waves in found if waves is not None and not point.left_out]
    tried = [point.rate_per_min for point in points if not point.left_out]
    if len(tried) < LEAST_POINTS or max(tried) - min(tried) < LEAST_RANGE_PER_MIN:
        return Resonance(points=points, reason=TOO_FEW)
    at_s, rates, sizes = (np.concatenate([getattr(waves, name) for waves in used]) for name in Waves.__slots__)
    return _told(Waves(at_s, rates, sizes), points)


def retest(result: Resonance, earlier: Sequence[Resonance]) -> Retest:
    """Compare a rate with those found before, each weighted by its precision.

    Where the earlier ones scatter more than their standard errors explain, these are widened (Birge 1932, Phys Rev
    40:207): a person's rate changes from day to day (Capdevila 2021; science C2).

    Parameters
    ----------
    result : Resonance
    earlier : sequence of Resonance
        Those without a rate do not count.
    """
    n = sum(one.clear for one in (result, *earlier))
    before = _pooled(earlier)
    now = _pooled([result])
    if before is None or now is None:
        mean, se = before or now or (None, None)
        return Retest(mean, se, n=n)
    change = now[0] - before[0]
    pooled = _pooled([result, *earlier]) or now
    moved = abs(change) > 1.96 * float(np.hypot(now[1], before[1]))
    return Retest(*pooled, before[0], change, moved, n)


def _pooled(results: Sequence[Resonance]) -> tuple[float, float] | None:
    """Mean weighted by precision, with its standard error."""
    pairs = [(r.frequency_per_min, r.se_per_min) for r in results if r.frequency_per_min and r.se_per_min]
    if not pairs:
        return None
    rates, errors = np.array(pairs, dtype=float).T
    weights = 1.0 / errors**2
    mean = float(weights @ rates / weights.sum())
    chi2 = float(weights @ (rates - mean) ** 2)
    wider = max(1.0, chi2 / (len(rates) - 1)) if len(rates) > 1 else 1.0
    return mean, float(np.sqrt(wider / weights.sum()))


def _along(time_s: FloatArray, rr_ms: FloatArray, trusted: BoolArray, pacer: Pacer) -> _Along:
    places = [pacer(at_s) for at_s in (time_s - rr_ms / 2000.0).tolist()]
    nowhere = (np.nan, np.nan, np.nan)
    rows = np.array([(p.cycles, p.volume, p.per_min) if p else nowhere for p in places]).reshape(-1, 3)
    return _Along(time_s, rr_ms, trusted, *rows.T)


def _part(along: _Along, part: slice) -> _Along:
    return _Along(*(getattr(along, name)[part] for name in _Along.__slots__))


def _paces(along: _Along) -> list[slice]:
    """Settled stretches of about one pace."""
    paces: list[slice] = []
    begun_s, first, last = 0.0, None, None
    for i, (at_s, rr_ms, cycles, per_min) in enumerate(
        zip(along.time_s, along.rr_ms, along.cycles, along.per_min, strict=True)
    ):
        if np.isnan(cycles):
            first = last = None
            continue
        if last is None:
            begun_s, first = at_s - rr_ms / 1000.0, None
        else:
            before_s, before, pace = last
            jumped = abs(cycles - before - (at_s - before_s) * pace / 60.0) > JUMP_BREATHS
            if jumped or abs(per_min / pace - 1.0) > NEW_PACE:
                begun_s, first = at_s - rr_ms / 1000.0, None
        last = at_s, cycles, per_min
        if at_s - rr_ms / 1000.0 - begun_s < SETTLING_S:
            continue
        if first is None or abs(per_min / along.per_min[first] - 1.0) > ONE_POINT:
            first = i
            paces.append(slice(i, i + 1))
        paces[-1] = slice(first, i + 1)
    return paces


def _breath_by_minute(along: _Along) -> list[BreathingRate]:
    """Breathing rate of overlapping minutes of trusted beats, as the heart shows it."""
    time_s, rr_ms = along.time_s[along.trusted], along.rr_ms[along.trusted]
    if not len(time_s):
        return []
    holes = np.flatnonzero(np.diff(time_s) > LONGEST_HOLE_S) + 1
    return rate_by_minute(list(zip(np.split(time_s, holes), np.split(rr_ms, holes), strict=True)), every_s=10.0)


def _answer(here: _Along, minutes: Sequence[BreathingRate]) -> tuple[Point, Waves | None]:
    """The heart's answer to one pace: as a point, and for every few breaths."""
    keep = here.trusted
    n_breaths = float(here.cycles[-1] - here.cycles[0])
    span_s = float(here.time_s[-1] - here.time_s[0] + here.rr_ms[0] / 1000.0)
    point = Point(float(here.per_min.mean()), n_breaths)
    if float(here.rr_ms[keep].sum()) / 1000.0 < COVERED * span_s:
        return replace(point, left_out=UNCLEAR_BEATS), None
    breaths = Breaths(here.time_s[keep], here.rr_ms[keep], here.cycles[keep])
    hearts = [wave.harmonics[0] for wave in fitted_waves(breaths, WAVE_BREATHS)]
    if not hearts:
        return replace(point, left_out=TOO_SHORT), None
    lungs = first_harmonic(breaths.cycles, here.volume[keep])
    to_ms = float(breaths.rr_ms.mean()) ** 2 / 60000.0
    sizes = np.array(hearts) * (to_ms * lungs.conjugate() / abs(lungs))
    mean, strength = complex(sizes.mean()), float(np.sqrt(np.mean(np.abs(sizes) ** 2)))
    steadiness = abs(mean) / strength if strength > 0.0 else 0.0
    lost = steadiness < PLV_LEAST and _elsewhere(here, minutes)
    at_s, rates = (
        np.array([part.mean() for part in np.array_split(values, len(sizes))]) for values in (here.time_s, here.per_min)
    )
    point = replace(
        point,
        amplitude_ms=abs(mean),
        lag_deg=-math.degrees(cmath.phase(mean)),
        steadiness=steadiness,
        left_out=NOT_FOLLOWED if lost else "",
    )
    return point, Waves(at_s, rates, sizes)


def _elsewhere(here: _Along, minutes: Sequence[BreathingRate]) -> bool:
    """Whether the heart shows a breath at another rate, most of the time that it shows one."""
    slack = FOLLOWING_PER_MIN + float(np.ptp(here.per_min)) / 2.0
    off = [
        abs(minute.per_min - float(here.per_min.mean())) > slack
        for minute in minutes
        if minute.per_min is not None and here.time_s[0] <= minute.at_s - minute.span_s / 2.0 <= here.time_s[-1]
    ]
    return sum(off) * 2 > len(off)


def _told(waves: Waves, points: tuple[Point, ...]) -> Resonance:
    """Estimate, interval and verdict from the answers to every few breaths."""
    likely, odds = likely_rates(waves)
    below = np.cumsum(likely) - likely / 2.0
    low, middle, high = np.interp((0.05, 0.5, 0.95), below, RATES_PER_MIN).tolist()
    se = float(np.sqrt(likely @ (RATES_PER_MIN - likely @ RATES_PER_MIN) ** 2))
    near = float(likely[np.abs(RATES_PER_MIN - middle) <= NEAR_PER_MIN].sum())
    tried = [point.rate_per_min for point in points if not point.left_out]
    reason = ""
    if all((point.steadiness or 0.0) < PLV_LEAST for point in points if not point.left_out):
        reason = NO_ANSWER
    elif odds < STRONG:
        reason = ALIKE
    elif middle < min(tried) - BEYOND_PER_MIN:
        reason = SLOWER
    elif middle > max(tried) + BEYOND_PER_MIN:
        reason = QUICKER
    elif near < FAIR:
        reason = UNSURE
    if reason:
        return Resonance(probability=near, odds=odds, points=points, reason=reason)
    confidence = Confidence.CLEAR if near >= CLEAR else Confidence.FAIR
    return Resonance(middle, low, high, se, confidence, near, odds, points)
