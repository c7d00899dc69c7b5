"""What the electrocardiogram says of the strap's own intervals.

The strap tells its RR intervals late and without a time; its electrocardiogram has a clock, but not the session's. Both
show the same beats, so the two are laid over each other where their intervals fit, and then followed beat by beat.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from statistics import median

import numpy as np
from numpy.typing import NDArray

from biofeedback.analysis.beats.beat import Beat, Verdict
from biofeedback.analysis.ecg.complexes import QrsComplex

Floats = NDArray[np.float64]

AGREES_MS = 10.0
"""Intervals that differ by no more are the same (the strap itself is within 5 ms of a Holter, science A6) [D]."""
NEAR_S = 0.08
"""A beat of the strap and a complex are the same beat when they are no further apart [D]."""
FITS_S = 0.015
"""Where the two lie over each other as they should, beats are so near to complexes [D]."""
SLEW_S = 0.001
"""The two clocks drift by 0.2 ms a second at most, and the strap rounds to 1 ms."""
N_TO_FIT, N_TO_FIT_AGAIN, N_SURE = 6, 3, 20
"""Intervals needed to lay them over each other: at first, after intervals were lost, and where two ways fit equally."""
LATEST_S, EARLIEST_S = 10.0, 5.0
"""A newly told interval ended so long before the newest complex, or so long after it, at most [D]."""
LOST_S = 8.0
"""So much may be missing in the strap's intervals for the search to go on from where they stopped [D]."""
KEEP_S, N_KEEP = 60.0, 30

SUSPICIONS = (Verdict.LONG, Verdict.SHORT, Verdict.MISSED, Verdict.EXTRA)

AS_IT_IS = "the ECG shows it as it is"
EXTRA_BEAT = "an extra beat, seen in the ECG"
NOT_IN_ECG = "the ECG shows no beat here"


class Word(StrEnum):
    """What the electrocardiogram says of an interval."""

    AGREES = "agrees"
    DIFFERS = "differs"
    EXTRA_BEAT = "extra beat"
    NO_ECG = "no ECG"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the electrocardiogram says of one of the strap's intervals.

    Attributes
    ----------
    ordinal : int
        Of the beat.
    word : Word
        EXTRA_BEAT for the interval that ends with an extra beat and for the one that begins with it.
    intervals_ms : tuple of float
        The electrocardiogram's own intervals between the strap's two beats: one as a rule, several where the strap
        missed a beat, none where the beat is not in the electrocardiogram or nothing is known.
    n_told : int
        So many intervals of the strap they replace: 2 after a beat that is not in the electrocardiogram.
    sinus : bool
        Whether the complexes at both ends look usual.
    strap_s : float or None
        When the beat was, on the strap's clock; None until the two lie over each other.
    """

    ordinal: int
    word: Word = Word.NO_ECG
    intervals_ms: tuple[float, ...] = ()
    n_told: int = 1
    sinus: bool = False
    strap_s: float | None = None

    @property
    def ecg_rr_ms(self) -> float | None:
        """The electrocardiogram's interval for this one, where there is exactly one."""
        return self.intervals_ms[0] if len(self.intervals_ms) == 1 and self.n_told == 1 else None


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far the strap's intervals and those of its electrocardiogram agree.

    `n_asked` counts all intervals asked about, `n_compared` those that the electrocardiogram could speak to. Of these
    `n_agreed` are within 10 ms, a missed or made-up beat not being so, and `within_percent` is their share;
    `median_difference_ms` is strap minus electrocardiogram. Both are None until an interval could be compared.
    """

    n_asked: int
    n_compared: int
    n_agreed: int
    n_extra_beats: int
    median_difference_ms: float | None
    within_percent: float | None


class Witness:
    """Compares the strap's intervals, as they come, with the complexes of its electrocardiogram.

    `hear` and `push` only take note; `testify` gives the word on a beat with what has come by then, and is asked once
    for each beat, in order. Ask it when the beat's verdict is decided: the two intervals after it, which the verdict
    waits for, help here as well. The electrocardiogram must by then have come up to 1 s after the beat: 0.75 s for the
    detector, and a complex that follows. Two intervals later is 1 s or more at any heart rate below 120, so that this
    holds as long as its frames come no later than the strap's intervals. A beat whose electrocardiogram comes too late
    has NO_ECG, and nothing else is harmed. The same calls in the same order give the same words.

    Attributes
    ----------
    n_compared, n_agreed : int
        As in `Agreement`, up to now.
    """

    def __init__(self) -> None:
        self._complexes: list[QrsComplex] = []
        self._times_s: list[float] = []
        self._beats: list[Beat] = []
        self._part()
        self.n_asked = self.n_compared = self.n_agreed = 0
        self._n_extra = 0
        self._differences_ms: list[float] = []

    def _part(self, lost_at_s: float | None = None, from_ordinal: int | None = None) -> None:
        """The two no longer lie over each other."""
        self._at_s: float | None = None
        self._lost_at_s, self._from = lost_at_s, from_ordinal
        self._start: QrsComplex | None = None
        self._n_told = 1

    def hear(self, complexes: Sequence[QrsComplex]) -> None:
        """Take the next complexes of the electrocardiogram, in order, on the strap's clock."""
        for found in complexes:
            if self._times_s and found.time_s <= self._times_s[-1]:
                self._complexes, self._times_s = [], []
                self._part()
            self._complexes.append(found)
            self._times_s.append(found.time_s)
        if self._times_s:
            old = bisect_left(self._times_s, self._times_s[-1] - KEEP_S)
            del self._complexes[:old], self._times_s[:old]

    def push(self, beat: Beat) -> None:
        """Take the next interval of the strap."""
        self._beats.append(beat)
        del self._beats[:-N_KEEP]

    def testify(self, ordinal: int) -> Evidence:
        """Give the word on a beat, with what is known by now."""
        self.n_asked += 1
        if not self._times_s:
            return Evidence(ordinal)
        evidence = self._testify(ordinal)
        self.n_compared += evidence.word is not Word.NO_ECG
        self._n_extra += evidence.word is Word.EXTRA_BEAT
        if evidence.ecg_rr_ms is not None:
            rr_ms = next(beat.rr_ms for beat in self._beats if beat.ordinal == ordinal)
            self._differences_ms.append(rr_ms - evidence.ecg_rr_ms)
            self.n_agreed += abs(self._differences_ms[-1]) <= AGREES_MS
        return evidence

    def agreement(self) -> Agreement:
        """How far the two agreed up to now."""
        return Agreement(
            self.n_asked,
            self.n_compared,
            self.n_agreed,
            self._n_extra,
            median(self._differences_ms) if self._differences_ms else None,
            100.0 * self.n_agreed / self.n_compared if self.n_compared else None,
        )

    def _testify(self, ordinal: int) -> Evidence:
        i = next((i for i, beat in enumerate(self._beats) if beat.ordinal == ordinal), None)
        if i is None:
            return Evidence(ordinal)
        if i == 0 or not self._is_linked(i):
            self._part(from_ordinal=ordinal)
        if self._at_s is None:
            self._fit(i)
        elif self._is_lost(i):
            self._part(self._at_s, ordinal)
            self._fit(i)
        if self._at_s is None:
            return Evidence(ordinal)
        beat = self._beats[i]
        evidence = self._follow(beat, self._at_s)
        rr_ms = evidence.ecg_rr_ms
        if (rr_ms is None or abs(beat.rr_ms - rr_ms) > AGREES_MS) and not self._goes_on(i):
            evidence = Evidence(ordinal)
        return replace(evidence, strap_s=self._at_s)

    def _fit(self, i: int) -> None:
        """Lay the two over each other, so that the interval of a beat begins where it should."""
        first = last = i
        while self._beats[first].ordinal != self._from and first > 0 and self._is_linked(first):
            first -= 1
        while last + 1 < len(self._beats) and self._is_linked(last + 1):
            last += 1
        ends_s = np.cumsum([0.0] + [beat.rr_ms / 1000.0 for beat in self._beats[first : last + 1]])
        times_s = np.array(self._times_s)
        if self._lost_at_s is not None and len(ends_s) <= N_TO_FIT:
            n_needed, begin_s, end_s = N_TO_FIT_AGAIN, self._lost_at_s - NEAR_S, self._lost_at_s + LOST_S
        else:
            n_needed = N_TO_FIT
            begin_s, end_s = times_s[-1] - LATEST_S - ends_s[-1], times_s[-1] + EARLIEST_S - ends_s[-1]
        offset_s = best_offset(ends_s, times_s, (begin_s, end_s), n_needed)
        if offset_s is not None:
            self._at_s, self._lost_at_s, self._from = offset_s + float(ends_s[i - first]), None, None
            near = self._nearest(self._at_s)
            self._start = None if near is None else self._complexes[near]

    def _is_linked(self, k: int) -> bool:
        """Whether a beat follows on the one before."""
        before, beat = self._beats[k - 1], self._beats[k]
        return beat.segment == before.segment and beat.ordinal == before.ordinal + 1

    def _nearest(self, at_s: float) -> int | None:
        after = bisect_left(self._times_s, at_s)
        near = min(
            (k for k in (after - 1, after) if 0 <= k < len(self._times_s)), key=lambda k: abs(self._times_s[k] - at_s)
        )
        return near if abs(self._times_s[near] - at_s) <= NEAR_S else None

    def _is_lost(self, i: int) -> bool:
        """Whether this beat and the two known after it all lie aside of any complex, though the trace reaches there."""
        at_s = self._at_s or 0.0
        for k in range(i, i + N_TO_FIT_AGAIN):
            if k == len(self._beats) or (k > i and not self._is_linked(k)):
                return False
            at_s += self._beats[k].rr_ms / 1000.0
            near = self._nearest(at_s)
            if not self._is_seen(at_s) or (near is not None and abs(self._times_s[near] - at_s) <= FITS_S):
                return False
        return True

    def _goes_on(self, i: int) -> bool:
        """Whether the beats known after this one lie where complexes are: only then is it the strap that differs."""
        at_s, n_seen = self._at_s or 0.0, 0
        for k in range(i + 1, min(i + N_TO_FIT_AGAIN, len(self._beats))):
            if not self._is_linked(k):
                break
            at_s += self._beats[k].rr_ms / 1000.0
            if self._is_seen(at_s):
                near = self._nearest(at_s)
                if near is None or abs(self._times_s[near] - at_s) > FITS_S:
                    return False
                n_seen += 1
        return n_seen > 0

    def _is_seen(self, at_s: float) -> bool:
        """Whether there is a trace at an instant that can be trusted."""
        after = bisect_left(self._times_s, at_s)
        return after < len(self._times_s) and self._complexes[after].rr_ms is not None

    def _follow(self, beat: Beat, from_s: float) -> Evidence:
        """Go on by one interval, and say what the electrocardiogram shows between its ends."""
        at_s = from_s + beat.rr_ms / 1000.0
        near = self._nearest(at_s)
        start = self._nearest(from_s) if self._start is None else bisect_left(self._times_s, self._start.time_s)
        if near is None or near == start:
            self._at_s = at_s
            if start is None or not self._is_seen(at_s):
                self._start, self._n_told = None, 1
                return Evidence(beat.ordinal)
            self._n_told += 1
            return Evidence(beat.ordinal, Word.DIFFERS)
        aside_s = self._times_s[near] - at_s
        self._at_s = at_s + min(SLEW_S, max(-SLEW_S, aside_s))
        n_told, self._n_told, self._start = self._n_told, 1, self._complexes[near]
        if start is None or start > near:
            return Evidence(beat.ordinal)
        return _word(beat, self._complexes[start : near + 1], n_told)


def _word(beat: Beat, complexes: Sequence[QrsComplex], n_told: int) -> Evidence:
    """What the complexes from the one at the begin of an interval to the one at its end say of it."""
    intervals_ms = tuple(found.rr_ms for found in complexes[1:] if found.rr_ms is not None)
    if len(intervals_ms) < len(complexes) - 1:
        return Evidence(beat.ordinal)
    if any(found.extra_beat for found in complexes):
        word = Word.EXTRA_BEAT
    elif len(intervals_ms) == 1 and n_told == 1 and abs(beat.rr_ms - intervals_ms[0]) <= AGREES_MS:
        word = Word.AGREES
    else:
        word = Word.DIFFERS
    return Evidence(beat.ordinal, word, intervals_ms, n_told, bool(complexes[0].usual and complexes[-1].usual))


def best_offset(ends_s: Floats, times_s: Floats, within_s: tuple[float, float], n_needed: int) -> float | None:
    """Where the ends of intervals must begin to lie over the instants of complexes.

    Parameters
    ----------
    ends_s : ndarray, shape (n + 1,)
        The begin of the first interval, 0, and the end of each.
    times_s : ndarray, shape (m,)
        Instants of the complexes.
    within_s : tuple of float
        The earliest and latest begin.
    n_needed : int
        So many intervals must lie where there are complexes.

    Returns
    -------
    float or None
        None where they fit nowhere, or as well elsewhere: a regular heart must be followed for longer.
    """
    if len(ends_s) <= n_needed or not len(times_s):
        return None
    anchors_s = ends_s[[0, len(ends_s) // 2, -1]]
    begins_s = np.unique((times_s[:, None] - anchors_s[None, :]).ravel())
    begins_s = begins_s[(begins_s >= within_s[0]) & (begins_s <= within_s[1])]
    if not len(begins_s):
        return None
    places_s = begins_s[:, None] + ends_s[None, :]
    after = np.clip(np.searchsorted(times_s, places_s), 1, max(1, len(times_s) - 1))
    before_s, after_s = times_s[after - 1] - places_s, times_s[np.minimum(after, len(times_s) - 1)] - places_s
    aside_s = np.where(np.abs(before_s) < np.abs(after_s), before_s, after_s)
    fits = np.abs(aside_s) <= FITS_S
    seen = (places_s > times_s[0] - FITS_S) & (places_s < times_s[-1] + FITS_S)
    n_fits, n_seen = np.sum(fits, axis=1), np.sum(seen, axis=1)
    possible = (n_seen > n_needed) & (n_fits >= n_seen - n_seen // (N_TO_FIT + 1))
    if not possible.any():
        return None
    misfit_s = np.sum(np.where(fits, np.abs(aside_s), 0.0), axis=1) / np.maximum(n_fits, 1)
    order = np.lexsort((misfit_s, -n_fits))
    best = next(k for k in order if possible[k])
    rival = possible & (np.abs(begins_s - begins_s[best]) > NEAR_S) & (misfit_s < 2.0 * misfit_s[best] + 0.001)
    if rival.any() and n_seen[best] <= N_SURE:
        return None
    return float(begins_s[best] + np.median(aside_s[best][fits[best]]))


def with_evidence(beat: Beat, evidence: Evidence) -> Beat:
    """A judged beat with what the electrocardiogram changes about it.

    A suspicion that the electrocardiogram does not share is dropped; an extra beat that it shows is no longer kept; a
    beat that the strap missed or made up is put right with the electrocardiogram's own intervals. A kept interval that
    differs stays kept.
    """
    word, intervals_ms = evidence.word, evidence.intervals_ms
    if word is Word.NO_ECG or beat.verdict in (Verdict.PENDING, Verdict.OFF_BODY):
        return beat
    suspected = beat.verdict in SUSPICIONS
    if word is Word.EXTRA_BEAT:
        if beat.verdict is Verdict.ECTOPIC or not (suspected or beat.kept):
            return beat
        nn_ms = sum(intervals_ms) / len(intervals_ms) if len(intervals_ms) > 1 else None
        return replace(beat, verdict=Verdict.ECTOPIC, reason=EXTRA_BEAT, nn_ms=nn_ms)
    if word is Word.AGREES:
        if suspected and evidence.sinus:
            return replace(beat, verdict=Verdict.KEPT, reason=AS_IT_IS, nn_ms=beat.rr_ms)
        return beat
    if not suspected and beat.verdict is not Verdict.IMPOSSIBLE:
        return beat
    if not intervals_ms:
        return replace(beat, verdict=Verdict.EXTRA, reason=NOT_IN_ECG, nn_ms=None)
    if not evidence.sinus:
        return beat
    nn_ms = sum(intervals_ms) / len(intervals_ms)
    verdict = Verdict.MISSED if len(intervals_ms) > 1 else Verdict.EXTRA if evidence.n_told > 1 else beat.verdict
    return replace(beat, verdict=verdict, reason=f"the ECG shows {nn_ms:.0f} ms", nn_ms=nn_ms)
