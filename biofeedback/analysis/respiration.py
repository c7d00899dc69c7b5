"""Breaths seen in the heart rate: how deep it swings and how often.

Heart rate rises and falls with each breath. Turning points that stand out from the small changes around them mark the
breaths, whatever the rate, without a band that would favour one (science B2, B6). An estimate: a breath that the heart
does not answer is not seen.
"""

from collections import deque
from dataclasses import dataclass
from statistics import median

SMALLEST_SWING_BPM = 1.0
LARGEST_SWING_BPM = 60.0
TURN_SHARE = 0.4
"""A turn counts once heart rate has come back by this share of the usual swing."""
LONGEST_BREATH_S = 30.0
N_USUAL = 6


@dataclass(frozen=True, slots=True)
class HeartBreath:
    """One rise and fall of the heart rate: ends at `end_s`, lasted `length_s`, swung by `swing_bpm`."""

    end_s: float
    length_s: float
    swing_bpm: float


class BreathFinder:
    """Finds breaths in beats as they come. Feed it kept beats only, and tell it of gaps."""

    def __init__(self) -> None:
        self._usual: deque[float] = deque(maxlen=N_USUAL)
        self._needed_bpm = SMALLEST_SWING_BPM
        self.gap()

    def gap(self) -> None:
        """What comes next does not follow on."""
        self._points: deque[tuple[float, float]] = deque(maxlen=3)
        self._rising: bool | None = None
        self._turn: tuple[float, float] | None = None
        self._last_top: tuple[float, float] | None = None
        self._last_bottom: tuple[float, float] | None = None

    def push(self, time_s: float, rr_ms: float) -> HeartBreath | None:
        """Take the interval that ended at `time_s`; return the breath that it completes, if any."""
        point = (time_s - rr_ms / 2000.0, 60000.0 / rr_ms)
        self._points.append(point)
        if self._turn is None:
            self._turn = point
            return None
        needed = self._needed_bpm
        ahead = point[1] - self._turn[1]
        if self._rising is None:
            if abs(ahead) >= needed:
                self._rising = ahead > 0
                self._turn = point
            return None
        if (ahead > 0) == self._rising and ahead != 0:
            self._turn = point
            return None
        if len(self._points) == 3 and self._points[1] == self._turn:
            self._turn = _vertex(*self._points)
        if abs(point[1] - self._turn[1]) < needed:
            return None
        return self._turned(point)

    def _turned(self, point: tuple[float, float]) -> HeartBreath | None:
        turn = self._turn or point
        breath = None
        if self._rising:
            if self._last_top and self._last_bottom:
                breath = self._breath(self._last_top, self._last_bottom, turn)
            self._last_top = turn
        else:
            self._last_bottom = turn
        self._rising = not self._rising
        self._turn = point
        return breath

    def _breath(
        self, top: tuple[float, float], bottom: tuple[float, float], next_top: tuple[float, float]
    ) -> HeartBreath | None:
        length_s = next_top[0] - top[0]
        swing_bpm = (top[1] + next_top[1]) / 2.0 - bottom[1]
        if not 0 < length_s <= LONGEST_BREATH_S or swing_bpm > LARGEST_SWING_BPM:
            return None
        self._usual.append(swing_bpm)
        self._needed_bpm = max(SMALLEST_SWING_BPM, TURN_SHARE * median(self._usual))
        return HeartBreath(next_top[0], length_s, swing_bpm)


def _vertex(before: tuple[float, float], here: tuple[float, float], after: tuple[float, float]) -> tuple[float, float]:
    """The extreme of the parabola through three points, kept between its neighbours."""
    (t0, y0), (t1, y1), (t2, y2) = before, here, after
    slope01, slope12 = (y1 - y0) / (t1 - t0), (y2 - y1) / (t2 - t1)
    bend = (slope12 - slope01) / (t2 - t0)
    if bend == 0.0:
        return here
    at_s = (t0 + t1) / 2.0 - slope01 / (2.0 * bend)
    if not t0 < at_s < t2:
        return here
    return at_s, y1 + (at_s - t1) * (slope01 + bend * (at_s - t0))
