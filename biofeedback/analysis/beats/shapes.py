"""The shapes of faults among RR intervals, each looked for against the beats on both sides (science A4.1, A4.3)."""

from collections.abc import Iterable
from dataclasses import dataclass

from biofeedback.analysis.beats.beat import Verdict

SHORTEST_MS, LONGEST_MS = 300.0, 2000.0
"""Outside of these a heart does not beat (science A4.3)."""
DOUBLE = 2.0**0.5
"""Longer than this, compared with its neighbours, an interval is nearer to two than to one."""
MOST_IN_ONE = 3
"""At most two missed beats are told as such; more are a gap (science A3)."""
ALIKE = 1.6
"""Intervals that differ by more than this factor are not of one kind: neither can tell what the other should be."""
TOP_AT_THE_END, GROSS = 1.2, 0.40
"""With no interval after them, two parts add up to less than this; a last one is too short by at least this."""
CUT_MOST = 1.3
"""Two parts add up to less than this; two beats in which a heart speeds up with a breath come to 1.35 and more."""
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

SUDDEN_LEAST, SUDDEN_ROUGHNESS, SUDDEN_AT_FIRST, TOGETHER = 0.20, 5.0, 0.45, 0.15
"""Two intervals that are alike (the last), and far from those on both sides: a true pause, or a fault. Far is this
much, and so many times the person's roughness; the third while the person is not known."""
SUDDEN_FOR_LONG, LEVEL = 0.40, 0.10
"""Three, level to the second, are told from so far on, as it cannot be seen yet whether the fourth is usual again."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Verdicts and corrected intervals of this interval and those after it, and what the heart did instead."""

    verdicts: tuple[Verdict, ...]
    nn_ms: tuple[float | None, ...] = (None,)
    usual_ms: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """An interval (ms) between its neighbours.

    `earlier` and `before` are the last usual intervals, faults put right; `following` and `after` come next, None where
    they are unknown or impossible; `sliver` is the next one where it is impossibly short; `typical` is the median
    around it; `early`, `late`, `alone` and `sudden` say what is abrupt here.
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
    sudden: float

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
        if other is None or not alike(other, (self.before, self.typical, witness)):
            return self.before
        return (self.before + other) / 2.0


def is_plain(before: float, here: float, following: float | None, after: float | None, typical: float) -> bool:
    """Whether an interval is so near to its neighbours that no rule could find anything: most are, and it is quick."""
    if following is None or after is None or not SHORTEST_MS <= here <= LONGEST_MS:
        return False
    return (
        abs(following - here) <= ABRUPT_LEAST * typical  # neither _early nor _late nor _alone
        and here > ON_TIME * before  # not _couplet
        and abs(here - before) <= SUDDEN_LEAST * typical  # not _together
        and here <= DOUBLE * (before + following) / 2.0  # not _missed
        and here + following >= DOUBLE * max(before, (before + after) / 2.0)  # not _extra
    )


def alike(interval_ms: float, around_ms: Iterable[float | None]) -> bool:
    for near in around_ms:  # noqa: SIM110 - three times as quick as any() of a generator
        if near and near / ALIKE < interval_ms < near * ALIKE:
            return True
    return False


def abrupt(times: float, roughness_ms: float | None, most: float, typical_ms: float) -> float:
    if roughness_ms is None:
        return AT_FIRST * typical_ms
    return min(max(times * roughness_ms, ABRUPT_LEAST * typical_ms), most * typical_ms)


def find_fault(place: Place) -> Finding | None:
    """What is wrong with an interval; None where nothing is."""
    if place.here < SHORTEST_MS:
        return _cut_off(place.here, place.following, place) or Finding((Verdict.IMPOSSIBLE,))
    finding = _cut_off(place.sliver, place.here, place) or _missed(place)
    if finding or place.following is None:
        return finding or _at_the_end(place)
    return _couplet(place) or _extra(place) or _together(place) or _early(place) or _late(place) or _alone(place)


def _cut_off(sliver: float | None, rest: float | None, place: Place) -> Finding | None:
    """An impossibly short interval that was cut off the one beside it, which is the better for having it back."""
    if sliver is None or rest is None or sliver < (1.0 - ON_TIME) * place.typical:
        return None
    expected = place.expected_with_next
    whole = sliver + rest
    if abs(whole - expected) >= min(abs(rest - expected), ABRUPT_LEAST * place.typical):
        return None
    return Finding((Verdict.EXTRA, Verdict.EXTRA), (None, whole), (whole,))


def _missed(place: Place) -> Finding | None:
    """An interval that is nearer to two, or three, than to one; and one that no heart makes."""
    expected = place.expected
    if place.here <= DOUBLE * expected:
        return Finding((Verdict.IMPOSSIBLE,)) if place.here > LONGEST_MS else None
    n = max(2, round(place.here / expected))
    if n > MOST_IN_ONE:
        return Finding((Verdict.GAP,))
    return Finding((Verdict.MISSED,), (place.here / n,), (expected,))


def _extra(place: Place) -> Finding | None:
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
        least = min(before, after) if alike(after, (before, place.typical)) else before
        most = min(CUT_MOST * expected, ALIKE * least)
    if not expected / ALIKE < whole < most:
        return None
    return Finding((Verdict.EXTRA, Verdict.EXTRA), (None, whole), (whole,))


def _couplet(place: Place) -> Finding | None:
    """Two early beats in a row and their pause."""
    here, following, after, before = place.here, place.following or 0.0, place.after, place.before
    if after is None or max(here, following) > ON_TIME * before or after < COUPLET_PAUSE * before:
        return None
    mean = (here + following + after) / 3.0
    if abs(mean - before) > COUPLET_TOLERANCE / 3.0 * before:
        return None
    return Finding((Verdict.ECTOPIC,) * 3, (mean,) * 3, (mean,) * 3)


def _together(place: Place) -> Finding | None:
    """Two or three in a row that are alike, and far from those around them."""
    here, following, after, before = place.here, place.following or 0.0, place.after, place.before
    if after is None or abs(here - following) > TOGETHER * place.typical:
        return None
    sudden, on_its_way = place.sudden, TREND * (before - place.earlier)
    lower = min(here, following)
    if lower - before - max(0.0, on_its_way) > sudden and lower - after > sudden:
        return Finding((Verdict.LONG,) * 2, (None,) * 2)
    if before - max(here, following) + min(0.0, on_its_way) > sudden and after - max(here, following) > sudden:
        return Finding((Verdict.SHORT,) * 2, (None,) * 2)
    level = max(here, following, after) - min(lower, after) <= LEVEL * place.typical
    if level and min(lower, after) - before > max(sudden, SUDDEN_FOR_LONG * place.typical):
        return Finding((Verdict.LONG,) * 3, (None,) * 3)
    return None


def _early(place: Place) -> Finding | None:
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
        return Finding((Verdict.ECTOPIC,))
    return Finding((Verdict.ECTOPIC,) * 2, (mean,) * 2, (mean,) * 2)


def _late(place: Place) -> Finding | None:
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
    return Finding((Verdict.LONG, Verdict.SHORT), (mean,) * 2, (mean,) * 2)


def _one_of(here: Verdict, following: Verdict, here_ms: float, first: bool) -> Finding:
    """Of two intervals beside a beat slightly out of place, the one that stands out."""
    if first:
        return Finding((here,))
    return Finding((Verdict.KEPT, following), (here_ms, None), (here_ms,))


def _alone(place: Place) -> Finding | None:
    """An interval out of line by itself."""
    here, following, before = place.here, place.following or 0.0, place.before
    depth = min(before, following) - here
    if depth > place.alone:
        return Finding((Verdict.ECTOPIC if depth > (1.0 - ON_TIME) * place.typical else Verdict.SHORT,))
    if here - max(before, following) > LONE_LONG * place.typical:
        return Finding((Verdict.LONG,))
    return None


def _at_the_end(place: Place) -> Finding | None:
    """With nothing known of what comes next, only the gross is told."""
    if place.before - place.here > GROSS * place.typical:
        return Finding((Verdict.SHORT,))
    return None
