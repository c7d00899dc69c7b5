"""When figures are withheld: too many unusable beats, extra beats, a rhythm without order, too much time missing.

The limits are those of science A5, B1 and A3. Nothing here names a rhythm: a loose strap and harmless extra beats look
the same from here.
"""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from biofeedback.analysis.beats.beat import Beat, Verdict
from biofeedback.analysis.beats.shapes import LONGEST_MS, SHORTEST_MS

N_QUALITY, N_QUALITY_MIN = 64, 20
ARTIFACT_SHARE_SPECTRAL, ARTIFACT_SHARE_ALL = 0.05, 0.10
"""Faults over beats: a premature beat is one fault, though it spoils two intervals."""
ECTOPIC_PER_MIN_MAX, ECTOPIC_SHARE = 3, 0.05
IRREGULAR_RATIO, N_IRREGULAR_WINDOWS = 0.115, 3
"""RMSSD over mean RR of 64 beats, in so many windows in a row."""
HOP = 32
"""The windows overlap by half: a lasting irregularity is told after two minutes, not three."""
N_NOTICED = N_QUALITY + HOP * (N_IRREGULAR_WINDOWS - 1)
"""Beats that it is told from."""
DOMINANT = 0.5
"""A breath explains the differences where its peak holds this share of the power, and slow changes this share of the
differences."""
PER_BEAT_MAX = 0.28
"""Breathing is slower than this, in cycles a beat; every third or second beat out of order is faster."""
COVERAGE_S, COVERAGE_LEAST_S, COVERAGE_LOW, COVERAGE_ALL = 60.0, 30.0, 0.85, 0.70

ONE_SIDED, ONE_SIDED_LIVE = 0.02, 0.05
"""Where many beats are rejected and the mean of those kept is this far from that of all that were heard, it is not the
heart's: of every second beat told early only the early ones, or only the late ones, may be left."""

UNCLEAR = "The signal is not clear enough for this right now."
IRREGULAR = (
    "The beats are too irregular for this measure right now. This is often a loose strap or extra beats, "
    "which are common."
)
MISSING = "Too much of the last minute is missing for this."

_HANN = 0.5 - 0.5 * np.cos(2.0 * np.pi * np.arange(N_QUALITY) / N_QUALITY)
_AS_DIFFERENCES = np.sin(np.pi * np.arange(N_QUALITY // 2 + 1) / N_QUALITY) ** 2
_N_SLOW = int(PER_BEAT_MAX * N_QUALITY) + 1
_N_PEAK = 2
"""Bins to either side that a Hann window spreads a wave over."""


def was_heard(beat: Beat) -> bool:
    """Whether an interval is of a heart, whatever else is wrong with it."""
    return SHORTEST_MS <= beat.rr_ms <= LONGEST_MS and beat.verdict not in (
        Verdict.OFF_BODY,
        Verdict.FILL,
        Verdict.CROWDED,
    )


def faults_of(beat: Beat) -> float:
    """How many faults an interval stands for: an early beat, or one told too many, spoils two intervals."""
    if beat.verdict is Verdict.KEPT:
        return 0.0
    return 0.5 if beat.verdict in (Verdict.ECTOPIC, Verdict.EXTRA) else 1.0


def fault_share(beats: Sequence[Beat]) -> float:
    """Faults over beats; 0 for none."""
    return sum(map(faults_of, beats)) / len(beats) if beats else 0.0


def is_unordered(rr_ms: Sequence[float], usable: Sequence[bool]) -> bool:
    """Whether 64 intervals differ more from one to the next than a breath explains.

    Raw intervals, but for a few faults standing alone: where no more than 10 % are unusable, those are bridged, for a
    single missed beat would pass for disorder. Above that the faults themselves are the disorder.

    Parameters
    ----------
    rr_ms : sequence of float, length 64
        In range (300 to 2000 ms).
    usable : sequence of bool, length 64
        Whether the interval was kept.
    """
    rr = np.array(rr_ms)
    kept = np.array(usable, dtype=bool)
    if 0 < N_QUALITY - kept.sum() <= ARTIFACT_SHARE_ALL * N_QUALITY:
        at = np.arange(N_QUALITY)
        rr = np.interp(at, at[kept], rr[kept])
    steps = rr[1:] - rr[:-1]
    mean = rr.mean()
    if np.dot(steps, steps) / len(steps) <= (IRREGULAR_RATIO * mean) ** 2:
        return False
    power = np.abs(np.fft.rfft((rr - mean) * _HANN)) ** 2
    as_differences = power * _AS_DIFFERENCES
    top = 1 + int(np.argmax(power[1 : _N_SLOW - _N_PEAK]))
    of_breath = power[max(1, top - _N_PEAK) : top + _N_PEAK + 1].sum() / power[1:].sum()
    of_slow = as_differences[:_N_SLOW].sum() / as_differences.sum()
    return bool(min(of_breath, of_slow) < DOMINANT)


class RhythmWatch:
    """Notices a rhythm without order, in judged beats as they come."""

    def __init__(self) -> None:
        self._rr: deque[float] = deque(maxlen=N_QUALITY)
        self._usable: deque[bool] = deque(maxlen=N_QUALITY)
        self._n_new = 0
        self._n_windows = 0

    def push(self, beat: Beat) -> bool:
        """Take the next beat; return whether the rhythm is without order as of now."""
        if SHORTEST_MS <= beat.rr_ms <= LONGEST_MS and beat.verdict is not Verdict.OFF_BODY:
            self._rr.append(beat.rr_ms)
            self._usable.append(beat.kept)
            self._n_new += 1
            if len(self._rr) == N_QUALITY and self._n_new >= HOP:
                self._n_new = 0
                self._n_windows = self._n_windows + 1 if is_unordered(self._rr, self._usable) else 0
        return self.irregular

    @property
    def irregular(self) -> bool:
        return self._n_windows >= N_IRREGULAR_WINDOWS


def irregular_flags(beats: Iterable[Beat]) -> list[bool]:
    """At which beats the rhythm was known to be without order, as live."""
    watch = RhythmWatch()
    return [watch.push(beat) for beat in beats]


def irregular_share(beats: Iterable[Beat]) -> float:
    """Share of beats at which the rhythm was without order; 0 for none."""
    flags = irregular_flags(beats)
    return sum(flags) / len(flags) if flags else 0.0


def disordered(flags: Sequence[bool]) -> list[bool]:
    """Which beats belong to a rhythm without order: those from which it was noticed with those at which it was.

    Parameters
    ----------
    flags : sequence of bool
        What `irregular_flags` told.
    """
    found = list(flags)
    for i in range(1, len(flags)):
        if flags[i] and not flags[i - 1]:
            first = max(0, i + 1 - N_NOTICED)
            found[first:i] = [True] * (i - first)
    return found


@dataclass(frozen=True, slots=True)
class Disorder:
    """Beats of a rhythm without order, by their ordinals.

    Attributes
    ----------
    noticed : frozenset of int
        Those at which it was known.
    lasting : frozenset of int
        These, and those before from which it was noticed.
    """

    noticed: frozenset[int] = frozenset()
    lasting: frozenset[int] = frozenset()

    @classmethod
    def of(cls, beats: Sequence[Beat]) -> "Disorder":
        """Of judged beats in order."""
        flags = irregular_flags(beats)
        return cls(_flagged(beats, flags), _flagged(beats, disordered(flags)))


def _flagged(beats: Sequence[Beat], flags: Sequence[bool]) -> frozenset[int]:
    return frozenset(beat.ordinal for beat, flag in zip(beats, flags, strict=True) if flag)


class Trust:
    """How far the latest beats can be trusted."""

    def __init__(self) -> None:
        self._faults: deque[float] = deque(maxlen=N_QUALITY)
        self._n_faults = 0.0
        self._ectopic_s: deque[float] = deque()
        self._kept: deque[tuple[float, float]] = deque()
        self._kept_s = 0.0
        self._begin_s: float | None = None
        self._rhythm = RhythmWatch()
        self.artifact_share = 0.0
        self.irregular = False
        self.all_withheld = ""
        self.spectral_withheld = ""

    def push(self, beat: Beat, axis_s: float) -> None:
        """Take the next judged beat, at a second of an axis on which gaps take their time."""
        beat_s = beat.rr_ms / 1000.0
        if self._begin_s is None:
            self._begin_s = axis_s - beat_s
        faults, kept, ectopic_s = self._faults, self._kept, self._ectopic_s
        of_beat = faults_of(beat)
        self._n_faults += of_beat - (faults[0] if len(faults) == N_QUALITY else 0.0)
        faults.append(of_beat)
        if beat.verdict is Verdict.ECTOPIC:
            ectopic_s.append(axis_s)
        elif beat.verdict is Verdict.KEPT:
            kept.append((axis_s, beat_s))
            self._kept_s += beat_s
        while kept and kept[0][0] <= axis_s - COVERAGE_S:
            self._kept_s -= kept.popleft()[1]
        while ectopic_s and ectopic_s[0] <= axis_s - 60.0:
            ectopic_s.popleft()
        self.artifact_share = self._n_faults / len(faults)
        # a premature beat and its pause are two intervals
        extra_beats = len(ectopic_s) > 2 * ECTOPIC_PER_MIN_MAX
        without_order = self._rhythm.push(beat)
        enough = len(faults) >= N_QUALITY_MIN
        self.irregular = enough and (extra_beats or without_order)
        self.all_withheld = self._reason(min(COVERAGE_S, axis_s - self._begin_s)) if enough else ""
        self.spectral_withheld = self.all_withheld or (UNCLEAR if self.artifact_share > ARTIFACT_SHARE_SPECTRAL else "")

    def _reason(self, span_s: float) -> str:
        if self.irregular:
            return IRREGULAR
        if self.artifact_share > ARTIFACT_SHARE_ALL:
            return UNCLEAR
        if span_s >= COVERAGE_LEAST_S and self._kept_s < COVERAGE_ALL * span_s:
            return MISSING
        return ""
