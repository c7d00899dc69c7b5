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
from dataclasses import dataclass, replace
from math import ceil, log

from biofeedback.analysis.beats import Beat, Verdict

VERSION = "shapes-1"
LOOK_AHEAD = 2
SHORTEST_MS, LONGEST_MS = 300.0, 2000.0
"""Outside of these a heart does not beat (science A4.3)."""
N_TYPICAL = 11
"""The usual interval is the median of so many, those ahead among them (science A4.1)."""
N_ROUGHNESS, N_ROUGHNESS_MIN = 91, 12
"""Third differences that tell what is abrupt in this person (the window of science A4.1)."""
DOUBLE = 2.0**0.5
"""Longer than this, compared with its neighbours, an interval is nearer to two than to one."""
MOST_IN_ONE = 3
"""At most two missed beats are told as such; more are a gap (science A3)."""
ALIKE = 1.6
"""Intervals that differ by more than this factor are not of one kind: neither can tell what the other should be."""
TOP_AT_THE_END, GROSS = 1.2, 0.40
"""With no interval after them, two parts add up to less than this; a last one is too short by at least this."""
ON_TIME = 0.8
"""An interval of at least this share of the one before is not early."""
COUPLET_PAUSE, COUPLET_TOLERANCE = 1.12, 0.5
"""The pause after two early beats is longer than this; the three take the time of three, give or take this much."""
TREND = 0.75
"""A breath that comes to its turning point accounts for this share of the step before it."""
ABRUPT_LEAST = 0.11
STEP_ROUGHNESS, STEP_MOST = 2.0, 0.40
ALONE_ROUGHNESS, ALONE_MOST = 3.0, 0.25
"""A step is abrupt from so many usual intervals, or so many times the person's roughness, up to a most."""
AT_FIRST = 0.30
"""What is abrupt while the person is not known yet."""
CLEAR = 0.25
"""From such a step on both intervals beside a displaced beat are taken out; below, the one that stands out more."""
FIRST_SHARE = 0.1
"""Where a late beat makes a clear step, its long interval sticks out by this share: else the short one is apart."""
PAUSE_LEAST = 0.05
"""An interval this much longer than the next one is the pause of an early beat."""
LONE_LONG = 0.45
"""A long interval alone is a sigh or a swallow more often than a fault, unless it is longer than this."""
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
    Verdict.OFF_BODY: "the strap had no contact with the skin",
    Verdict.GAP: "so long that more than two beats are missing",
}


@dataclass(frozen=True, slots=True)
class _Finding:
    """Verdicts and corrected intervals of this interval and those after it, and what the heart did instead."""

    verdicts: tuple[Verdict, ...]
    nn_ms: tuple[float | None, ...] = (None,)
    usual_ms: tuple[float, ...] = ()


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


@dataclass(frozen=True, slots=True)
class _Place:
    """An interval (ms) between its neighbours.

    `earlier` and `before` are the last usual intervals, faults put right; `following` and `after` come next, None where
    they are unknown or impossible; `sliver` is the next one where it is impossibly short; `typical` is the median
    around it; `early`, `late` and `alone` say what is abrupt here.
    """

    earlier: float
    before: float
    here: float
    following: float | None
    after: float | None
    sliver: float | None
    typical: float
    early: float
    late: float
    alone: float

    @property
    def expected(self) -> float:
        """What this interval would be between its neighbours.

        One much longer than before is borne out by the one after it, for so a deep breath begins; a shorter one is not,
        for both may be parts of one cut in two.
        """
        if self.following is None or self.following * DOUBLE < self.before:
            return self.before
        return self._between(self.following, self.after if self.following > self.before else None)

    @property
    def expected_with_next(self) -> float:
        """What one interval in the place of this and the next would be."""
        return self._between(self.after, None)

    def _between(self, other: float | None, witness: float | None) -> float:
        if other is None or not _alike(other, (self.before, self.typical, witness)):
            return self.before
        return (self.before + other) / 2.0


class Classifier:
    """Gives each beat its verdict once two more have come, or the segment has ended."""

    def __init__(self) -> None:
        self._roughness = _Roughness()
        self._begin(segment=0)

    def _begin(self, segment: int) -> None:
        self._segment = segment
        self._waiting: deque[Beat] = deque()
        self._raw: deque[float] = deque(maxlen=N_TYPICAL - LOOK_AHEAD)
        self._settled: deque[tuple[Verdict, float | None]] = deque()
        self._alike_ms, self._n_alike, self._filling = 0.0, 0, False
        self._equal: deque[bool] = deque()
        self._n_equal = 0
        self._n_fill = _longest_run(0.5)
        self._roughness.forget_last()

    def push(self, beat: Beat) -> list[Beat]:
        """Take the next beat; return those now judged, oldest first."""
        judged: list[Beat] = []
        if beat.segment != self._segment:
            judged = self.flush()
            self._begin(beat.segment)
        self._waiting.append(beat)
        if len(self._waiting) > LOOK_AHEAD:
            judged.append(self._judge())
        return judged

    def flush(self) -> list[Beat]:
        """Judge what still waits, with no look ahead."""
        return [self._judge() for _ in range(len(self._waiting))]

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
        if n_alike <= LOOK_AHEAD:
            return False
        last = self._roughness.last_ms
        jumped = bool(last) and self._n_alike == 1 and abs(rr_ms - last[0]) > JUMP * last[0]
        self._filling = n_alike >= self._n_fill or (rr_ms == KNOWN_FILL_MS and n_alike >= N_KNOWN_FILL) or jumped
        return self._filling

    def _note_run(self, n_alike: int) -> None:
        """Learn from a run of equal intervals, now over, how long one would have to be to tell of no signal."""
        equal = self._equal
        for i in range(n_alike):
            if len(equal) == N_ROUGHNESS:
                self._n_equal -= equal.popleft()
            equal.append(i > 0)
            self._n_equal += i > 0
        self._n_fill = _longest_run((self._n_equal + 1.0) / (len(equal) + 2.0))

    def _find(self, here_ms: float) -> _Finding | None:
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
        if not _alike(before, (typical, here_ms, following)):
            before = earlier = typical
        if _is_plain(before, here_ms, following, after, typical):
            return None
        middle, upper = self._roughness.quantile_ms(0.5), self._roughness.quantile_ms(0.75)
        early = _abrupt(STEP_ROUGHNESS, middle, STEP_MOST, typical)
        late = _abrupt(STEP_ROUGHNESS, upper, STEP_MOST, typical)
        alone = _abrupt(ALONE_ROUGHNESS, middle, ALONE_MOST, typical)
        return _find(_Place(earlier, before, here_ms, following, after, sliver, typical, early, late, alone))


def _usable(beat: Beat) -> float | None:
    """An interval that can be compared with."""
    possible = SHORTEST_MS <= beat.rr_ms <= LONGEST_MS and beat.verdict is Verdict.PENDING
    return beat.rr_ms if possible else None


def _is_plain(before: float, here: float, following: float | None, after: float | None, typical: float) -> bool:
    """Whether an interval is so near to its neighbours that no rule could find anything: most are, and it is quick."""
    if following is None or after is None or not SHORTEST_MS <= here <= LONGEST_MS:
        return False
    return (
        abs(following - here) <= ABRUPT_LEAST * typical  # neither _early nor _late nor _alone
        and here > ON_TIME * before  # not _couplet
        and here <= DOUBLE * min(before, (before + following) / 2.0)  # not _missed
        and here + following >= DOUBLE * max(before, (before + after) / 2.0)  # not _extra
    )


def _longest_run(share: float) -> int:
    """So many equal intervals in a row are too many, where this share of neighbours is equal by chance."""
    return max(N_FILL, 1 + ceil(log(FILL_CHANCE) / log(share)))


def _alike(interval_ms: float, around_ms: Iterable[float | None]) -> bool:
    for near in around_ms:  # noqa: SIM110 - three times as quick as any() of a generator
        if near and near / ALIKE < interval_ms < near * ALIKE:
            return True
    return False


def _abrupt(times: float, roughness_ms: float | None, most: float, typical_ms: float) -> float:
    if roughness_ms is None:
        return AT_FIRST * typical_ms
    return min(max(times * roughness_ms, ABRUPT_LEAST * typical_ms), most * typical_ms)


def _find(place: _Place) -> _Finding | None:
    """What is wrong with an interval; None where nothing is."""
    if place.here < SHORTEST_MS:
        return _cut_off(place.here, place.following, place) or _Finding((Verdict.IMPOSSIBLE,))
    finding = _cut_off(place.sliver, place.here, place) or _missed(place)
    if finding or place.following is None:
        return finding or _at_the_end(place)
    return _couplet(place) or _extra(place) or _early(place) or _late(place) or _alone(place)


def _cut_off(sliver: float | None, rest: float | None, place: _Place) -> _Finding | None:
    """An impossibly short interval that was cut off the one beside it, which is the better for having it back."""
    if sliver is None or rest is None or sliver < (1.0 - ON_TIME) * place.typical:
        return None
    expected = place.expected_with_next
    whole = sliver + rest
    if abs(whole - expected) >= min(abs(rest - expected), ABRUPT_LEAST * place.typical):
        return None
    return _Finding((Verdict.EXTRA, Verdict.EXTRA), (None, whole), (whole,))


def _missed(place: _Place) -> _Finding | None:
    """An interval that is nearer to two, or three, than to one; and one that no heart makes."""
    expected = place.expected
    if place.here <= DOUBLE * expected:
        return _Finding((Verdict.IMPOSSIBLE,)) if place.here > LONGEST_MS else None
    n = max(2, round(place.here / expected))
    if n > MOST_IN_ONE:
        return _Finding((Verdict.GAP,))
    return _Finding((Verdict.MISSED,), (place.here / n,), (expected,))


def _extra(place: _Place) -> _Finding | None:
    """One interval that an extra detection cut in two."""
    here, following, after, before = place.here, place.following or 0.0, place.after, place.before
    whole, expected = here + following, place.expected_with_next
    if after is None:
        most = TOP_AT_THE_END * before
    elif here > ON_TIME * before and (
        after < ON_TIME * before or following + after > 2.0 * ON_TIME * min(before, here)
    ):
        return None  # what is wrong begins with the next one
    else:
        least = min(before, after) if _alike(after, (before, place.typical)) else before
        most = min(DOUBLE * expected, ALIKE * least)
    if not expected / ALIKE < whole < most:
        return None
    return _Finding((Verdict.EXTRA, Verdict.EXTRA), (None, whole), (whole,))


def _couplet(place: _Place) -> _Finding | None:
    """Two early beats in a row and their pause."""
    here, following, after, before = place.here, place.following or 0.0, place.after, place.before
    if after is None or max(here, following) > ON_TIME * before or after < COUPLET_PAUSE * before:
        return None
    mean = (here + following + after) / 3.0
    if abs(mean - before) > COUPLET_TOLERANCE / 3.0 * before:
        return None
    return _Finding((Verdict.ECTOPIC,) * 3, (mean,) * 3, (mean,) * 3)


def _early(place: _Place) -> _Finding | None:
    """A beat before its time, and the pause after it."""
    here, following, after, before = place.here, place.following or 0.0, place.after, place.before
    step = following - here
    if after is None or step - TREND * max(0.0, place.earlier - before) <= place.early:
        return None
    first, second, mean = before - here, following - after, (here + following) / 2.0
    clear = step > CLEAR * place.typical
    if first <= 0.0 or second <= 0.0 or second >= 1.25 * step:
        return None
    if not 0.75 * min(before, after, place.typical) < mean < 1.25 * max(before, after, place.typical):
        return None
    if not clear:
        return _one_of(Verdict.SHORT, Verdict.LONG, here, first >= second)
    if second <= PAUSE_LEAST * place.typical:
        return _Finding((Verdict.ECTOPIC,))
    return _Finding((Verdict.ECTOPIC,) * 2, (mean,) * 2, (mean,) * 2)


def _late(place: _Place) -> _Finding | None:
    """A beat told too late: a long interval and a short one that make up for each other."""
    here, following, after, before = place.here, place.following or 0.0, place.after, place.before
    step = here - following
    if after is None or step - TREND * max(0.0, before - place.earlier) <= place.late:
        return None
    first, second, mean = here - before, after - following, (here + following) / 2.0
    clear = step > CLEAR * place.typical
    if first <= (FIRST_SHARE * step if clear else 0.0) or not 0.0 < second <= step:
        return None
    if after < (1.0 - CLEAR) * before:
        return None
    if not 0.9 * min(before, after) < mean < 1.1 * max(before, after):
        return None
    if first < 0.25 * step and min(here, after) - following > place.alone:
        return None
    if not clear:
        return _one_of(Verdict.LONG, Verdict.SHORT, here, first >= second)
    return _Finding((Verdict.LONG, Verdict.SHORT), (mean,) * 2, (mean,) * 2)


def _one_of(here: Verdict, following: Verdict, here_ms: float, first: bool) -> _Finding:
    """Of two intervals beside a beat slightly out of place, the one that stands out."""
    if first:
        return _Finding((here,))
    return _Finding((Verdict.KEPT, following), (here_ms, None), (here_ms,))


def _alone(place: _Place) -> _Finding | None:
    """An interval out of line by itself."""
    here, following, before = place.here, place.following or 0.0, place.before
    depth = min(before, following) - here
    if depth > place.alone:
        return _Finding((Verdict.ECTOPIC if depth > (1.0 - ON_TIME) * place.typical else Verdict.SHORT,))
    if here - max(before, following) > LONE_LONG * place.typical:
        return _Finding((Verdict.LONG,))
    return None


def _at_the_end(place: _Place) -> _Finding | None:
    """With nothing known of what comes next, only the gross is told."""
    if place.before - place.here > GROSS * place.typical:
        return _Finding((Verdict.SHORT,))
    return None
