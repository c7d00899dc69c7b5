"""Beats in a row, without holes: what spectra and breaths are read from."""

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from biofeedback.analysis.beats.beat import Beat
from biofeedback.analysis.signal.spectrum import FloatArray

LONGEST_HOLE_S = 5.0
"""No bridge is built over more time without a usable beat (science A3)."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Beats with no hole of more than 5 s.

    Attributes
    ----------
    time_s : ndarray, shape (n,)
        Times of the beats on an axis paced by the intervals themselves, on which holes take their time.
    rr_ms : ndarray, shape (n,)
        The intervals before them.
    at_s : ndarray, shape (n,)
        The same times in seconds of the session.
    """

    time_s: FloatArray
    rr_ms: FloatArray
    at_s: FloatArray

    @property
    def span_s(self) -> float:
        return float(self.time_s[-1] - self.time_s[0])


def stretches(used: Sequence[Beat]) -> Iterator[Stretch]:
    """Cut usable beats, in order, at their holes; an interval longer than a hole may be is one.

    So the span of a stretch, and the work on it, grows with its beats.
    """
    flat = array("d")
    axis_s, last = 0.0, None
    for beat in used:
        if beat.rr_ms > 1000.0 * LONGEST_HOLE_S:
            continue
        if last is None or (beat.segment == last.segment and beat.ordinal == last.ordinal + 1):
            axis_s += beat.rr_ms / 1000.0
        else:
            hole_s = max(beat.time_s - last.time_s, beat.rr_ms / 1000.0)
            axis_s += hole_s
            if hole_s > LONGEST_HOLE_S and flat:
                yield _stretch(flat)
                flat = array("d")
        flat.extend((axis_s, beat.rr_ms, beat.time_s))
        last = beat
    if flat:
        yield _stretch(flat)


def _stretch(flat: "array[float]") -> Stretch:
    return Stretch(*np.ascontiguousarray(np.array(flat).reshape(-1, 3).T))
