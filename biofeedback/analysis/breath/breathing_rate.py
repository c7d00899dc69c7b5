"""How often a person breathes, told from the heartbeat alone, live and minute by minute.

Each minute of beats gives evidence (`evidence`), which is carried along in time (`course`); where one rate is likely
enough it is read from the beats near it (`reading`), else there is none. The estimate is one of the heart's rhythm: a
breath that the heart does not answer is not seen.
"""

from collections.abc import Sequence

import numpy as np

from biofeedback.analysis.breath.course import STEP_S, begun, moved_on, smoothed
from biofeedback.analysis.breath.evidence import SHORTEST_S, WINDOW_S, Even, Evidence
from biofeedback.analysis.breath.reading import NOT_SEEN, TOO_SHORT, UNCLEAR, BreathingRate, read
from biofeedback.analysis.signal.spectrum import RATE_HZ, FloatArray

COVERED_S = 50.0
"""A minute of a recording needs beats over so much of it."""


class RateFinder:
    """Follows the breathing rate in beats as they come: hand it the newest minute every few times 5 s."""

    def __init__(self) -> None:
        self._likely: FloatArray | None = None
        self._at_s = 0.0
        self._turned: FloatArray | None = None

    def gap(self) -> None:
        """What comes next does not follow on."""
        self._likely = self._turned = None

    def update(self, at_s: float, rr_ms: FloatArray) -> BreathingRate:
        """Take the newest stretch, and tell the rate as it stands.

        Parameters
        ----------
        at_s : float
            Time of the newest sample.
        rr_ms : ndarray, shape (n,)
            RR intervals resampled at 4 Hz, newest last; of more than 60 s the newest 60 s are used.
        """
        rr_ms = rr_ms[-round(WINDOW_S * RATE_HZ) :]
        n_steps = max(1, round((at_s - self._at_s) / STEP_S))
        self._turned = None
        window = Evidence.of(rr_ms)
        if window is None:
            return BreathingRate(at_s, reason=_why_none(len(rr_ms)))
        self._at_s = at_s
        self._likely = begun(window) if self._likely is None else moved_on(self._likely, window, n_steps)
        rate, self._turned = read(at_s, self._likely, window)
        return rate

    def cycles_at(self, time_s: FloatArray) -> FloatArray | None:
        """Cycles of the heart's wave at some times of the newest window, from any start; None while no rate is told."""
        if self._turned is None:
            return None
        sampled_s = self._at_s + np.arange(1 - len(self._turned), 1) / RATE_HZ
        return np.interp(time_s, sampled_s, self._turned)


def rate_by_minute(
    stretches: Sequence[tuple[FloatArray, FloatArray]], every_s: float = WINDOW_S
) -> list[BreathingRate]:
    """Breathing rate minute by minute, each with all of its stretch in view.

    Parameters
    ----------
    stretches : sequence of (ndarray, ndarray)
        Times of beats (s, strictly increasing) and the intervals before them (ms), without holes; one time axis.
    every_s : float
        A minute begins so often; less than 60 s makes them overlap.

    Returns
    -------
    list of BreathingRate
        One for each minute from the begin of each stretch, the last where at least 50 s of it are there; of a stretch
        of less than that, one for the whole, which has a rate from 32 s on.
    """
    minutes = [minute for times, values in stretches for minute in _minutes(times, values, every_s)]
    return minutes or [BreathingRate(0.0, reason=TOO_SHORT, span_s=0.0)]


def rate_of_all(minutes: Sequence[BreathingRate]) -> BreathingRate:
    """One rate for a whole recording: the mean over the time that has one, if that is at least half of it."""
    end_s = minutes[-1].at_s if minutes else 0.0
    told = [minute for minute in minutes if minute.per_min is not None]
    told_s, all_s = sum(minute.span_s for minute in told), sum(minute.span_s for minute in minutes)
    if not told or 2.0 * told_s < all_s:
        reasons = {minute.reason for minute in minutes if minute.reason}
        return BreathingRate(end_s, reason=UNCLEAR if len(reasons) > 1 else next(iter(reasons), TOO_SHORT))
    weights = np.array([minute.span_s for minute in told]) / told_s
    rates = np.array([minute.per_min for minute in told], dtype=float)
    errors = np.array([minute.se_per_min for minute in told], dtype=float)
    confidence = float(np.dot(weights, [minute.confidence for minute in told]))
    se = float(np.sqrt(np.sum((weights * errors) ** 2)))
    return BreathingRate(end_s, float(np.dot(weights, rates)), se, confidence, span_s=told_s)


def _minutes(times: FloatArray, values: FloatArray, every_s: float) -> list[BreathingRate]:
    """The minutes of one stretch."""
    if not len(times):
        return []
    begin_s, end_s = float(times[0] - values[0] / 1000.0), float(times[-1])
    span_s = end_s - begin_s
    even = Even.of(times, values)
    if even is None:
        return [BreathingRate(end_s, reason=TOO_SHORT, span_s=span_s)]
    at_s, likely = smoothed(even)
    minutes = []
    for m in range(max(1, int((span_s - COVERED_S) / every_s) + 1)):
        from_s = begin_s + every_s * m
        to_s = min(from_s + WINDOW_S, end_s)
        window = Evidence.of(even.between(from_s, from_s + WINDOW_S))
        if window is None:
            minutes.append(BreathingRate(to_s, reason=NOT_SEEN, span_s=to_s - from_s))
            continue
        inside = likely[(at_s >= from_s) & (at_s < from_s + WINDOW_S)]
        minutes.append(read(to_s, inside.mean(axis=0), window, to_s - from_s)[0])
    return minutes


def _why_none(n: int) -> str:
    return TOO_SHORT if n < SHORTEST_S * RATE_HZ - 1 else NOT_SEEN
