"""Which RR intervals can be trusted: a causal classifier that looks two beats ahead.

Every fault has a shape of its own, and each is looked for by that shape against the beats on both sides: two intervals
in one, one interval in two, an early beat and its pause, a beat out of its place. As in Lipponen and Tarvainen (2019)
what counts as abrupt follows the person, here the third differences of the last 91 intervals, within fixed limits
(science A4.1, A4.3). Faults that were found are put right before they are learnt from, so that neither frequent extra
beats nor a large swing with the breath mislead it. Measured in docs/measurements.md.
"""

from bisect import bisect_left, insort
from collections import deque
from collections.abc import Iterable
from dataclasses import replace
from math import ceil, log

from biofeedback.analysis.beats.beat import Beat, Verdict
from biofeedback.analysis.beats.openings import N_OPENING, n_wrong_at_first
from biofeedback.analysis.beats.shapes import (
    ALONE_MOST,
    ALONE_ROUGHNESS,
    LONGEST_MS,
    SHORTEST_MS,
    STEP_MOST,
    STEP_ROUGHNESS,
    SUDDEN_AT_FIRST,
    SUDDEN_LEAST,
    SUDDEN_ROUGHNESS,
    Finding,
    Place,
    abrupt,
    alike,
    find_fault,
    is_plain,
)

VERSION = "shapes-2"
LOOK_AHEAD = 2
N_TYPICAL = 11
"""The usual interval is the median of so many, those ahead among them (science A4.1)."""
N_ROUGHNESS, N_ROUGHNESS_MIN = 91, 12
"""Third differences that tell what is abrupt in this person (the window of science A4.1)."""
N_FILL, N_KNOWN_FILL, KNOWN_FILL_MS, JUMP = 8, 4, 500.0, 0.3
"""No heart beats so often at exactly the same interval; straps without a signal do, and some then send 500 ms."""
FILL_CHANCE = 1e-9
"""Coarse clocks and steady hearts repeat intervals too: a run must be less likely than this, by how often neighbours
were equal lately (Laplace's rule: half of the time, to begin with)."""

REASONS = {
    Verdict.ECTOPIC: "an early beat and its pause",
    Verdict.MISSED: "about twice as long as usual: a beat was missed",
    Verdict.EXTRA: "two intervals that make one: an extra detection",
    Verdict.LONG: "longer than its neighbours allow",
    Verdict.SHORT: "shorter than its neighbours allow",
    Verdict.IMPOSSIBLE: "outside 300 to 2000 ms",
    Verdict.FILL: "the same interval again and again: the strap has no signal",
    Verdict.CROWDED: "more intervals came than there was time for them",
    Verdict.OFF_BODY: "the strap had no contact with the skin",
    Verdict.GAP: "so long that more than two beats are missing",
}


class _Roughness:
    """How far the latest intervals depart from a smooth course: their third differences."""

    def __init__(self) -> None:
        self._last: deque[float] = deque(maxlen=4)
        self._order: deque[float] = deque()
        self._sorted: list[float] = []

    def learn(self, usual_ms: Iterable[float]) -> None:
        for interval_ms in usual_ms:
            self._last.append(interval_ms)
            if len(self._last) == 4:
                first, second, third, fourth = self._last
                self._push(abs(third - second - (fourth - first) / 3.0))

    def _push(self, value: float) -> None:
        if len(self._order) == N_ROUGHNESS:
            del self._sorted[bisect_left(self._sorted, self._order.popleft())]
        self._order.append(value)
        insort(self._sorted, value)

    def forget_last(self) -> None:
        """What comes next does not follow on."""
        self._last.clear()

    @property
    def last_ms(self) -> tuple[float, ...]:
        """The latest two usual intervals, the last one first; fewer where there are no more."""
        return tuple(self._last)[:-3:-1]

    def quantile_ms(self, share: float) -> float | None:
        """None while too few are known."""
        n = len(self._sorted)
        return self._sorted[int(share * (n - 1))] if n >= N_ROUGHNESS_MIN else None


class Classifier:
    """Gives each beat its verdict once two more have come, or the segment has ended."""

    def __init__(self) -> None:
        self._roughness = _Roughness()
        self._alike_ms, self._n_alike, self._filling = 0.0, 0, False
        self._equal: deque[bool] = deque()
        self._n_equal = 0
        self._told_bpm: float | None = None
        self._earlier_ms: float | None = None
        self._raw: deque[float] = deque(maxlen=N_TYPICAL - LOOK_AHEAD)
        self._begin(segment=0)

    def _begin(self, segment: int) -> None:
        self._segment = segment
        self._opening: list[Beat] | None = []
        self._waiting: deque[Beat] = deque()
        if self._raw:
            self._earlier_ms = sorted(self._raw)[len(self._raw) // 2]
            self._raw.clear()
        self._settled: deque[tuple[Verdict, float | None]] = deque()
        self._roughness.forget_last()

    def push(self, beat: Beat, told_bpm: float | None = None) -> list[Beat]:
        """Take the next beat; return those now judged, oldest first.

        The first of a segment wait until some more have come to judge them by (`openings`).

        Parameters
        ----------
        beat : Beat
            Its verdict pending, or what time and contact told already.
        told_bpm : float, optional
            The heart rate that the strap tells beside it.
        """
        judged: list[Beat] = []
        if beat.segment != self._segment:
            judged = self.flush()
            self._begin(beat.segment)
        self._told_bpm = told_bpm
        if self._opening is None:
            return judged + self._take(beat)
        if beat.verdict is Verdict.PENDING or self._opening:
            self._opening.append(beat)
            return judged + (self._open() if len(self._opening) >= N_OPENING else [])
        return [*judged, replace(beat, reason=REASONS[beat.verdict])]

    def flush(self) -> list[Beat]:
        """Judge what still waits, with no look ahead."""
        judged = self._open()
        return judged + [self._judge() for _ in range(len(self._waiting))]

    def _take(self, beat: Beat) -> list[Beat]:
        self._waiting.append(beat)
        return [self._judge()] if len(self._waiting) > LOOK_AHEAD else []

    def _open(self) -> list[Beat]:
        """Judge the first beats of the segment by those after them."""
        opening, self._opening = self._opening or [], None
        pending = [i for i, beat in enumerate(opening) if _usable(beat) is not None]
        n_wrong = n_wrong_at_first([opening[i].rr_ms for i in pending], self._earlier_ms, self._told_bpm)
        usual_ms = sorted(opening[i].rr_ms for i in pending)[len(pending) // 2] if n_wrong else 0.0
        for i in pending[:n_wrong]:
            verdict = Verdict.SHORT if opening[i].rr_ms < usual_ms else Verdict.LONG
            opening[i] = replace(opening[i], verdict=verdict)
        return [judged for beat in opening for judged in self._take(beat)]

    def _judge(self) -> Beat:
        beat = self._waiting.popleft()
        settled = self._settled.popleft() if self._settled else None
        if beat.verdict is not Verdict.PENDING:
            return replace(beat, reason=REASONS[beat.verdict])
        if SHORTEST_MS <= beat.rr_ms <= LONGEST_MS:
            if self._is_fill(beat.rr_ms):
                self._settled.clear()
                return replace(beat, verdict=Verdict.FILL, reason=REASONS[Verdict.FILL])
            self._raw.append(beat.rr_ms)
        if settled is None:
            finding = self._find(beat.rr_ms)
            if finding is None:
                self._roughness.learn((beat.rr_ms,))
                return Beat(beat.ordinal, beat.time_s, beat.rr_ms, beat.segment, Verdict.KEPT, beat.reason, beat.rr_ms)
            self._roughness.learn(finding.usual_ms)
            settled, *later = zip(finding.verdicts, finding.nn_ms, strict=True)
            self._settled.extend(later)
        verdict, nn_ms = settled
        if verdict is Verdict.GAP:
            self._raw.clear()
            self._roughness.forget_last()
        return replace(beat, verdict=verdict, nn_ms=nn_ms, reason=REASONS.get(verdict, ""))

    def _is_fill(self, rr_ms: float) -> bool:
        """Whether this is one of many that are exactly the same, or the first of three after an abrupt change."""
        if rr_ms != self._alike_ms:
            if not self._filling:
                self._note_run(self._n_alike)
            self._alike_ms, self._n_alike, self._filling = rr_ms, 0, False
        self._n_alike += 1
        if self._filling:
            return True
        n_alike = self._n_alike
        for beat in self._waiting:
            if beat.rr_ms != rr_ms:
                break
            n_alike += 1
        if n_alike <= LOOK_AHEAD:  # most are unlike the next, and it is quick
            return False
        before_ms = (*self._roughness.last_ms, self._earlier_ms)[0]
        jumped = before_ms is not None and self._n_alike == 1 and abs(rr_ms - before_ms) > JUMP * before_ms
        known = rr_ms == KNOWN_FILL_MS and n_alike >= N_KNOWN_FILL
        self._filling = jumped or known or n_alike >= _longest_run((self._n_equal + 1.0) / (len(self._equal) + 2.0))
        return self._filling

    def _note_run(self, n_alike: int) -> None:
        """Learn from a run of equal intervals, now over, how long one would have to be to tell of no signal."""
        equal = self._equal
        for i in range(n_alike):
            if len(equal) == N_ROUGHNESS:
                self._n_equal -= equal.popleft()
            equal.append(i > 0)
            self._n_equal += i > 0

    def _find(self, here_ms: float) -> Finding | None:
        """What is wrong with an interval beside those that wait; None where nothing is."""
        following = after = sliver = None
        waiting = self._waiting
        around = list(self._raw)
        if waiting:
            following = _usable(waiting[0])
            if following is not None:
                around.append(following)
            elif waiting[0].rr_ms < SHORTEST_MS:
                sliver = waiting[0].rr_ms
        if len(waiting) > 1:
            after = _usable(waiting[1])
            if after is not None:
                around.append(after)
        around.sort()
        typical = around[len(around) // 2] if around else SHORTEST_MS
        before, earlier = (*self._roughness.last_ms, typical, typical)[:2]
        if not alike(before, (typical, here_ms, following)):
            before = earlier = typical
        if is_plain(before, here_ms, following, after, typical):
            return None
        middle, upper = self._roughness.quantile_ms(0.5), self._roughness.quantile_ms(0.75)
        early = abrupt(STEP_ROUGHNESS, middle, STEP_MOST, typical)
        late = abrupt(STEP_ROUGHNESS, upper, STEP_MOST, typical)
        alone = abrupt(ALONE_ROUGHNESS, middle, ALONE_MOST, typical)
        sudden = max(SUDDEN_LEAST * typical, SUDDEN_ROUGHNESS * upper) if upper else SUDDEN_AT_FIRST * typical
        place = Place(earlier, before, here_ms, following, after, sliver, typical, early, late, alone, sudden)
        return find_fault(place)


def _usable(beat: Beat) -> float | None:
    """An interval that can be compared with."""
    possible = SHORTEST_MS <= beat.rr_ms <= LONGEST_MS and beat.verdict is Verdict.PENDING
    return beat.rr_ms if possible else None


def _longest_run(share: float) -> int:
    """So many equal intervals in a row are too many, where this share of neighbours is equal by chance."""
    return max(N_FILL, 1 + ceil(log(FILL_CHANCE) / log(share)))
