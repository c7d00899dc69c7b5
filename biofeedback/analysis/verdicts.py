"""Which RR intervals can be trusted: a causal classifier that looks two beats ahead.

After Lipponen and Tarvainen (2019), with trailing thresholds kept between 8 and 20 % of the median interval, so that
neither frequent extra beats nor a steady heart mislead it (science A4.1, A4.3).
"""

from bisect import bisect_left, insort
from collections import deque
from dataclasses import replace

from biofeedback.analysis.beats import Beat, Verdict

VERSION = "lt-causal-2"
LOOK_AHEAD = 2
SHORTEST_MS, LONGEST_MS = 300.0, 2000.0
N_THRESHOLD, N_THRESHOLD_MIN = 91, 20
N_MEDIAN = 11
SCALE = 5.2
LOWEST, HIGHEST = 0.08, 0.20
C1, C2 = 0.13, 0.17
PAIR_TOLERANCE = 0.15
"""A short and a long interval that together differ by less from two usual ones are one premature beat."""
PREMATURE_EXCESS = 0.3
"""A premature beat makes the two intervals around it differ by at least this share more than the breath does."""
FALL = 0.7
"""Of the two intervals after a missed beat the shorter one is below this share of it."""
RETURN = 0.5
"""An interval is too long by itself only where the next one takes back at least this share of the step."""
ALONE = 0.6
"""It stands out by itself only where it is apart from a neighbour by this share of its distance from the median."""

REASONS = {
    Verdict.ECTOPIC: "an early beat and its pause",
    Verdict.MISSED: "about twice as long as usual: a beat was missed",
    Verdict.EXTRA: "two intervals that make one: an extra detection",
    Verdict.LONG: "longer than its neighbours allow",
    Verdict.SHORT: "shorter than its neighbours allow",
    Verdict.IMPOSSIBLE: "outside 300 to 2000 ms",
    Verdict.OFF_BODY: "the strap had no contact with the skin",
}


class _Spread:
    """Quartile deviation of the latest values."""

    def __init__(self) -> None:
        self._order: deque[float] = deque()
        self._sorted: list[float] = []

    def push(self, value: float) -> None:
        if len(self._order) == N_THRESHOLD:
            del self._sorted[bisect_left(self._sorted, self._order.popleft())]
        self._order.append(value)
        insort(self._sorted, value)

    def __len__(self) -> int:
        return len(self._order)

    def quartile_deviation(self) -> float:
        return (self._quantile(0.75) - self._quantile(0.25)) / 2.0

    def _quantile(self, share: float) -> float:
        position = share * (len(self._sorted) - 1)
        low = int(position)
        high = min(low + 1, len(self._sorted) - 1)
        return self._sorted[low] + (position - low) * (self._sorted[high] - self._sorted[low])


class Classifier:
    """Gives each beat its verdict once two more have come, or the segment has ended."""

    def __init__(self) -> None:
        self._differences = _Spread()
        self._deviations = _Spread()
        self._begin(segment=0)

    def _begin(self, segment: int) -> None:
        self._segment = segment
        self._beats: deque[Beat] = deque()
        self._rr: deque[float] = deque(maxlen=N_MEDIAN)
        self._steps: deque[float] = deque(maxlen=LOOK_AHEAD + 2)
        self._partner: Verdict | None = None
        self._merged_ms: float | None = None

    def push(self, beat: Beat) -> list[Beat]:
        """Take the next beat; return those now judged, oldest first."""
        judged: list[Beat] = []
        if beat.segment != self._segment:
            judged = self.flush()
            self._begin(beat.segment)
        step = beat.rr_ms - self._rr[-1] if self._rr else 0.0
        self._beats.append(beat)
        self._rr.append(beat.rr_ms)
        self._steps.append(step)
        if SHORTEST_MS <= beat.rr_ms <= LONGEST_MS:
            self._differences.push(abs(step))
        if len(self._beats) > LOOK_AHEAD:
            judged.append(self._judge())
        return judged

    def flush(self) -> list[Beat]:
        """Judge what still waits, with no look ahead."""
        judged = []
        while self._beats:
            if len(self._beats) <= LOOK_AHEAD:
                self._steps.append(0.0)
            judged.append(self._judge())
        return judged

    def _judge(self) -> Beat:
        beat = self._beats.popleft()
        if beat.verdict is not Verdict.PENDING:
            return replace(beat, reason=REASONS[beat.verdict])
        # at least what is possible, for a strap may send zeros
        typical_ms = max(SHORTEST_MS, sorted(self._rr)[len(self._rr) // 2])
        if not SHORTEST_MS <= beat.rr_ms <= LONGEST_MS:
            self._partner = None
            verdict = Verdict.EXTRA if self._is_cut_off(beat.rr_ms, typical_ms) else Verdict.IMPOSSIBLE
            return replace(beat, verdict=verdict, reason=REASONS[verdict])
        deviation = beat.rr_ms - typical_ms
        deviation = deviation * 2.0 if deviation < 0 else deviation
        self._deviations.push(abs(deviation))
        verdict, nn_ms = self._classify(beat, typical_ms, deviation)
        return replace(beat, verdict=verdict, nn_ms=nn_ms, reason=REASONS.get(verdict, ""))

    def _classify(self, beat: Beat, typical_ms: float, deviation: float) -> tuple[Verdict, float | None]:
        if self._partner is not None:
            verdict, self._partner = self._partner, None
            return verdict, self._merged_ms
        following = self._beats[0].rr_ms if self._beats else None
        tolerance_ms = _clipped(self._deviations, typical_ms)
        verdict = self._shape(deviation / tolerance_ms, _clipped(self._differences, typical_ms))
        if verdict is Verdict.SHORT and following is not None:
            if self._fits(beat.rr_ms + following, typical_ms, tolerance_ms):
                self._partner, self._merged_ms = Verdict.EXTRA, beat.rr_ms + following
                return Verdict.EXTRA, None
            if following > typical_ms and self._makes_pair(beat.rr_ms + following, typical_ms):
                self._partner = Verdict.ECTOPIC
                self._merged_ms = (beat.rr_ms + following) / 2.0
                return Verdict.ECTOPIC, self._merged_ms
        if self._is_premature(beat.rr_ms):
            self._partner = Verdict.ECTOPIC
            self._merged_ms = (beat.rr_ms + self._beats[0].rr_ms) / 2.0
            return Verdict.ECTOPIC, self._merged_ms
        if verdict in (Verdict.LONG, Verdict.ECTOPIC) and self._is_double(beat.rr_ms, typical_ms):
            return Verdict.MISSED, beat.rr_ms / 2.0
        if verdict is Verdict.LONG:
            _, here, after, _ = self._padded_steps()
            if self._beats and (after > -RETURN * here or max(here, -after) < ALONE * deviation):
                verdict = Verdict.KEPT
        return verdict, beat.rr_ms if verdict is Verdict.KEPT else None

    def _is_cut_off(self, rr_ms: float, typical_ms: float) -> bool:
        """Whether an impossibly short interval was cut off the next one; its partner is then noted."""
        if not HIGHEST * typical_ms <= rr_ms < SHORTEST_MS or not self._beats:
            return False
        following, expected_ms = self._beats[0].rr_ms, self._expected_ms(typical_ms)
        if abs(rr_ms + following - expected_ms) >= min(abs(following - expected_ms), LOWEST * typical_ms):
            return False
        self._partner, self._merged_ms = Verdict.EXTRA, rr_ms + following
        return True

    def _is_premature(self, rr_ms: float) -> bool:
        """Whether this interval and the next are one premature beat, seen against the slope of a deep breath.

        Two intervals of a breath differ by about a third of what the ones around them do; a premature beat adds twice
        its earliness, and leaves the sum of the two as it would be.
        """
        n = len(self._beats)
        if n < LOOK_AHEAD or len(self._rr) < n + 2:
            return False
        before_ms, next_ms, after_ms = self._rr[-2 - n], self._beats[0].rr_ms, self._beats[1].rr_ms
        around_ms = before_ms + after_ms
        excess_ms = (next_ms - rr_ms) - (after_ms - before_ms) / 3.0
        sticks_out = rr_ms < before_ms and next_ms > after_ms
        same_sum = abs(rr_ms + next_ms - around_ms) < PAIR_TOLERANCE * around_ms
        return sticks_out and same_sum and excess_ms > PREMATURE_EXCESS * around_ms / 2.0

    def _is_double(self, rr_ms: float, typical_ms: float) -> bool:
        """Whether this would be two usual intervals, and the usual ones go on after it."""
        half_ms = rr_ms / 2.0
        distance_ms = min(abs(half_ms - typical_ms), abs(half_ms - self._expected_ms(typical_ms)))
        return distance_ms < HIGHEST * typical_ms and self._falls_back(rr_ms)

    def _fits(self, rr_ms: float, typical_ms: float, tolerance_ms: float) -> bool:
        """Whether two intervals made one would be a usual one here, or one that lies between its neighbours."""
        distance_ms = min(abs(rr_ms - typical_ms), abs(rr_ms - self._expected_ms(typical_ms)))
        return distance_ms < tolerance_ms

    def _expected_ms(self, typical_ms: float) -> float:
        """What would lie between the interval before and the second one after; the median where one is missing."""
        n = len(self._beats)
        if n < LOOK_AHEAD or len(self._rr) < n + 2:
            return typical_ms
        return (self._rr[-2 - n] + self._rr[-1]) / 2.0

    def _falls_back(self, rr_ms: float) -> bool:
        """After a missed beat the intervals are the usual ones again; a deep breath lets them down step by step."""
        return not self._beats or min(beat.rr_ms for beat in self._beats) < FALL * rr_ms

    def _makes_pair(self, sum_ms: float, typical_ms: float) -> bool:
        return abs(sum_ms - 2.0 * typical_ms) < PAIR_TOLERANCE * 2.0 * typical_ms

    def _shape(self, deviation: float, step_scale_ms: float) -> Verdict:
        """Decision order of the paper; steps hold the one before, this one and the two after.

        Unlike there, an interval far from the median of its neighbours is suspect only where it also differs abruptly
        from the one before: a deep slow breath moves heart rate far, but step by step.
        """
        before, here, after, later = [step / step_scale_ms for step in self._padded_steps()]
        if abs(here) <= 1.0:
            return Verdict.KEPT
        if here > 1.0 and max(before, after) < -C1 * here - C2:
            return Verdict.ECTOPIC
        if here < -1.0 and min(before, after) > -C1 * here + C2:
            return Verdict.ECTOPIC
        if (here > 1.0 and min(after, later) < -1.0) or deviation > 3.0:
            return Verdict.LONG
        if (here < -1.0 and max(after, later) > 1.0) or deviation < -3.0:
            return Verdict.SHORT
        return Verdict.KEPT

    def _padded_steps(self) -> list[float]:
        steps = list(self._steps)
        return [0.0] * (LOOK_AHEAD + 2 - len(steps)) + steps


def _clipped(spread: _Spread, typical_ms: float) -> float:
    if len(spread) < N_THRESHOLD_MIN:
        return HIGHEST * typical_ms
    return min(max(SCALE * spread.quartile_deviation(), LOWEST * typical_ms), HIGHEST * typical_ms)
