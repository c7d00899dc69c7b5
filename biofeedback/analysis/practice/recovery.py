"""How far the heart rises in something demanding, and how it comes back afterwards (science C1, C9, C13).

Heart rate is followed as a mean that forgets with 10 s, of the median of the last five kept beats, so that one wrong
beat moves nothing. The live forms and the figures of a whole session are the same code, fed beat by beat.
"""

import math
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median

from biofeedback.analysis.beats.beat import Beat
from biofeedback.analysis.beats.trust import COVERAGE_ALL, COVERAGE_LOW
from biofeedback.analysis.figures.stretch import TOLERANCE, figures
from biofeedback.analysis.signal.stretches import LONGEST_HOLE_S

DISCARDED_S = 60.0
"""Of a baseline so much is left out (science C1)."""
USED_S = 120.0 * TOLERANCE
"""What is left of a baseline is to be two minutes or more (science C1); three minutes may end a beat early."""
CLEAN_LEAST_S = 30.0
"""With less no mean and no spread is given."""
STEADY_BPM_PER_MIN = 2.0
"""A heart rate that changes by less is steady (science C1)."""
SD_LEAST_BPM = 2.0
"""No rest is taken to be steadier than this (science B8)."""
FORGETS_S = 10.0
"""Time constant of the heart rate that is followed (science C9)."""
N_MEDIAN = 5
"""Beats of the median before it, and the fewest that give a heart rate (science B1)."""
HOLDS_S = 30.0
"""The heart is back once it has stayed for so long (science C9)."""
SOON_S = 60.0
"""Heart rate recovery is told for this moment (science C9)."""
AFTER_MOVING_S = 60.0
"""So long after a movement RMSSD is not valid (science C9)."""
REACTIVITY_LEAST_BPM = 3.0
"""Below that there is nothing to come back from (science C13)."""
SLOPE_S, SLOPE_LEAST_S, N_SLOPE_MIN = 60.0, 20.0, 10
"""A slope is that of the first minute, or of what there is of it."""

NO_BASELINE = "The rest before it had too few clear beats."
NO_CHALLENGE = "The task had too few clear beats."
BASELINE_SHORT = "The rest before it was too short."
CHALLENGE_SHORT = "The task was too short."
NO_RECOVERY = "The rest after it had too few clear beats."
TOO_SHORT = "The rest after it was too short."
HARDLY_ROSE = "The heart hardly changed, so there is nothing to come back from."
NOT_BACK = "The heart had not come back by the end."
MOVED = "RMSSD cannot be told while moving nor in the minute after it."


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a session, in its seconds."""

    from_s: float
    to_s: float


@dataclass(frozen=True, slots=True)
class Resting:
    """Heart rate at rest, its first minute left out.

    Attributes
    ----------
    mean_bpm : float
        60000 / mean of the kept intervals.
    sd_bpm : float
        Standard deviation of 60000 / RR, at least 2.
    slope_bpm_per_min : float
        Of the straight line through it.
    used_s : float
        Time that it was told from.
    covered : float
        Share of that time that kept intervals fill, 0 to 1.
    """

    mean_bpm: float
    sd_bpm: float
    slope_bpm_per_min: float
    used_s: float
    covered: float

    @property
    def limit_bpm(self) -> float:
        """A heart that stays at or below this is at rest (science C9)."""
        return self.mean_bpm + self.sd_bpm

    @property
    def steady(self) -> bool:
        """Whether it is a valid baseline (science C1)."""
        enough = self.used_s >= USED_S and self.covered >= COVERAGE_LOW
        return enough and abs(self.slope_bpm_per_min) < STEADY_BPM_PER_MIN


class Steady:
    """Follows a baseline beat by beat.

    Parameters
    ----------
    from_s : float
        When it began; its first 60 s do not count.
    """

    def __init__(self, from_s: float) -> None:
        self._from_s = from_s + DISCARDED_S
        self._line = _Line()
        self._clean_s = self._end_s = 0.0
        self._square = 0.0

    def push(self, beat: Beat) -> None:
        """Take the next judged beat."""
        begin_s = beat.time_s - beat.rr_ms / 1000.0 - self._from_s
        if begin_s < 0.0:
            return
        self._end_s = beat.time_s - self._from_s
        if beat.kept:
            rate_bpm = 60000.0 / beat.rr_ms
            self._line.push(self._end_s, rate_bpm)
            self._square += rate_bpm * rate_bpm
            self._clean_s += beat.rr_ms / 1000.0

    @property
    def resting(self) -> Resting | None:
        """The rest as it stands; None below 30 s of clean beats, or 70 % of the time."""
        n = self._line.n
        if self._clean_s < CLEAN_LEAST_S or self._clean_s < COVERAGE_ALL * self._end_s:
            return None
        variance = (self._square - self._line.sum_y**2 / n) / (n - 1)
        return Resting(
            60.0 * n / self._clean_s,
            max(SD_LEAST_BPM, math.sqrt(max(0.0, variance))),
            60.0 * self._line.slope,
            self._end_s,
            min(1.0, self._clean_s / self._end_s),
        )

    @property
    def steady(self) -> bool:
        """Whether it is a valid baseline by now: two minutes, 85 % clean, changing by less than 2 a minute."""
        resting = self.resting
        return resting is not None and resting.steady


class Recovering:
    """Follows the heart through a challenge and back, beat by beat.

    Parameters
    ----------
    resting : Resting or None
        The rest before; without one nothing can be called recovered.
    begun_s : float
        When the challenge began, seconds of the session.

    Attributes
    ----------
    peak_bpm : float or None
        The highest of the followed heart rate, up to 10 s after the end.
    soon_bpm : float or None
        The followed heart rate 60 s after the end.
    time_s : float or None
        From the end of the challenge until the heart was back: the first moment from which the followed heart rate
        stayed at or below mean + 1 SD of the rest for 30 s (science C9); 0 where it was there at the end. None until
        those 30 s have passed. A hole of more than 5 s without a kept beat begins them anew.
    """

    def __init__(self, resting: Resting | None, begun_s: float) -> None:
        self._limit_bpm = None if resting is None else resting.limit_bpm
        self._begun_s = begun_s
        self._ended_s = math.inf
        self._followed = _Followed()
        self._back_since_s: float | None = None
        self.peak_bpm: float | None = None
        self.soon_bpm: float | None = None
        self.time_s: float | None = None

    @property
    def recovered(self) -> bool:
        return self.time_s is not None

    def end(self, at_s: float) -> None:
        """The challenge ended; to be told before the first beat after it comes."""
        self._ended_s = at_s

    def push(self, beat: Beat) -> None:
        """Take the next judged beat; those before the challenge do not count."""
        if beat.time_s < self._begun_s or not beat.kept:
            return
        rate_bpm = self._followed.push(beat)
        if rate_bpm is None:
            self._back_since_s = None
            return
        since_end_s = beat.time_s - self._ended_s
        if since_end_s <= FORGETS_S:
            self.peak_bpm = rate_bpm if self.peak_bpm is None else max(self.peak_bpm, rate_bpm)
        if self.soon_bpm is None and SOON_S <= since_end_s <= SOON_S + LONGEST_HOLE_S:
            self.soon_bpm = rate_bpm
        if self._limit_bpm is None or rate_bpm > self._limit_bpm:
            self._back_since_s = None
            return
        if self._back_since_s is None:
            self._back_since_s = beat.time_s
        back_s = max(self._back_since_s, self._ended_s)
        if self.time_s is None and beat.time_s - back_s >= HOLDS_S:
            self.time_s = back_s - self._ended_s


@dataclass(frozen=True, slots=True)
class Recovery:
    """How the heart rose and came back; None where it cannot be told, with the reason under `withheld`.

    Attributes
    ----------
    resting : Resting or None
    peak_bpm : float or None
        As of `Recovering`.
    reactivity_bpm : float or None
        Mean heart rate of the challenge less that of the rest (science C13).
    after_60_s_bpm : float or None
        Heart rate recovery: the peak less the heart rate 60 s after the end (Cole 1999, N Engl J Med 341:1351).
    time_s : float or None
        As of `Recovering`.
    percent : float or None
        (peak - end) / (peak - rest) * 100, the end being the last 30 s of the recovery (science C9); not told for a
        reactivity of less than 3 beats a minute (science C13).
    rise_bpm_per_min, fall_bpm_per_min : float or None
        Slopes of heart rate over the first minute of the challenge and the first minute after it, by least squares.
    baseline_rmssd_ms, challenge_rmssd_ms, recovery_rmssd_ms : float or None
        Of beats neither in nor within 60 s after a movement.
    withheld : mapping of str to str
    """

    resting: Resting | None = None
    peak_bpm: float | None = None
    reactivity_bpm: float | None = None
    after_60_s_bpm: float | None = None
    time_s: float | None = None
    percent: float | None = None
    rise_bpm_per_min: float | None = None
    fall_bpm_per_min: float | None = None
    baseline_rmssd_ms: float | None = None
    challenge_rmssd_ms: float | None = None
    recovery_rmssd_ms: float | None = None
    withheld: Mapping[str, str] = field(default_factory=dict)


def recovery_of(
    beats: Sequence[Beat], baseline: Span, challenge: Span, rest: Span, moving: Sequence[Span] = ()
) -> Recovery:
    """How the heart rose in a challenge and came back in the rest after it.

    Parameters
    ----------
    beats : sequence of Beat
        Judged, in order; those between the challenge and the rest count towards coming back.
    baseline, challenge, rest : Span
        Seconds of the session.
    moving : sequence of Span
        When the person moved: the challenge itself where it is an activity, and what the accelerometer saw.

    Raises
    ------
    ValueError
        If the spans are not one after the other.
    """
    if not (baseline.from_s <= baseline.to_s <= challenge.from_s <= challenge.to_s <= rest.from_s <= rest.to_s):
        raise ValueError(f"spans must be one after the other, not {baseline}, {challenge}, {rest}")
    steady = Steady(baseline.from_s)
    for beat in _within(beats, baseline):
        steady.push(beat)
    resting = steady.resting
    following = Recovering(resting, challenge.from_s)
    following.end(challenge.to_s)
    for beat in _within(beats, Span(challenge.from_s, rest.to_s)):
        following.push(beat)
    during_bpm = _mean_bpm(_within(beats, challenge))
    end_bpm = _mean_bpm(_within(beats, Span(max(rest.from_s, rest.to_s - HOLDS_S), rest.to_s)))
    reactivity = None if resting is None or during_bpm is None else during_bpm - resting.mean_bpm
    peak, soon = following.peak_bpm, following.soon_bpm
    found: dict[str, float | None] = {
        "peak_bpm": peak,
        "reactivity_bpm": reactivity,
        "after_60_s_bpm": None if peak is None or soon is None else peak - soon,
        "time_s": following.time_s,
        "percent": _percent(resting, peak, end_bpm, reactivity),
        "rise_bpm_per_min": _slope(_within(beats, challenge), challenge.from_s),
        "fall_bpm_per_min": _slope(_within(beats, Span(challenge.to_s, rest.to_s)), challenge.to_s),
    }
    task_s, after_s = challenge.to_s - challenge.from_s, rest.to_s - challenge.to_s
    long_enough = baseline.to_s - baseline.from_s >= DISCARDED_S + CLEAN_LEAST_S
    before = "" if resting is not None else NO_BASELINE if long_enough else BASELINE_SHORT

    def after(least_s: float) -> str:
        return NO_RECOVERY if after_s >= least_s else TOO_SHORT

    back = NOT_BACK if end_bpm is not None and after_s >= HOLDS_S else after(HOLDS_S)
    why = {
        "peak_bpm": NO_CHALLENGE,
        "reactivity_bpm": before or NO_CHALLENGE,
        "after_60_s_bpm": NO_CHALLENGE if peak is None else after(SOON_S),
        "time_s": before or back,
        "percent": before
        or (NO_CHALLENGE if reactivity is None else HARDLY_ROSE if end_bpm is not None else after(HOLDS_S)),
        "rise_bpm_per_min": NO_CHALLENGE if task_s >= SLOPE_LEAST_S else CHALLENGE_SHORT,
        "fall_bpm_per_min": after(SLOPE_LEAST_S),
    }
    withheld = {name: reason for name, reason in why.items() if found[name] is None}
    for name, span in {"baseline": baseline, "challenge": challenge, "recovery": rest}.items():
        found[f"{name}_rmssd_ms"], reason = _rmssd(_within(beats, span), moving)
        if reason:
            withheld[f"{name}_rmssd_ms"] = reason
    return Recovery(resting=resting, withheld=withheld, **found)


class _Line:
    """Least squares of a straight line, point by point."""

    def __init__(self) -> None:
        self.n = 0
        self.sum_y = self._x = self._xx = self._xy = 0.0

    def push(self, x: float, y: float) -> None:
        self.n += 1
        self._x, self._xx = self._x + x, self._xx + x * x
        self.sum_y, self._xy = self.sum_y + y, self._xy + x * y

    @property
    def slope(self) -> float:
        spread = self._xx - self._x**2 / self.n
        return (self._xy - self._x * self.sum_y / self.n) / spread


class _Followed:
    """Heart rate that forgets, of kept beats; None until five have come in a row."""

    def __init__(self) -> None:
        self._newest: deque[float] = deque(maxlen=N_MEDIAN)
        self._last_s = -math.inf
        self._rate_bpm: float | None = None

    def push(self, beat: Beat) -> float | None:
        step_s = beat.time_s - self._last_s
        self._last_s = beat.time_s
        if step_s > LONGEST_HOLE_S:
            self._newest.clear()
            self._rate_bpm = None
        self._newest.append(60000.0 / beat.rr_ms)
        if len(self._newest) < N_MEDIAN:
            return None
        now_bpm = median(self._newest)
        if self._rate_bpm is None:
            self._rate_bpm = now_bpm
        self._rate_bpm += (1.0 - math.exp(-step_s / FORGETS_S)) * (now_bpm - self._rate_bpm)
        return self._rate_bpm


def _within(beats: Iterable[Beat], span: Span) -> list[Beat]:
    return [beat for beat in beats if span.from_s <= beat.time_s <= span.to_s]


def _mean_bpm(beats: Iterable[Beat]) -> float | None:
    rr_ms = [beat.rr_ms for beat in beats if beat.kept]
    return 60000.0 * len(rr_ms) / sum(rr_ms) if len(rr_ms) >= N_MEDIAN else None


def _percent(
    resting: Resting | None, peak_bpm: float | None, end_bpm: float | None, reactivity_bpm: float | None
) -> float | None:
    if resting is None or peak_bpm is None or end_bpm is None or reactivity_bpm is None:
        return None
    if abs(reactivity_bpm) < REACTIVITY_LEAST_BPM or peak_bpm - resting.mean_bpm < REACTIVITY_LEAST_BPM:
        return None
    return 100.0 * (peak_bpm - end_bpm) / (peak_bpm - resting.mean_bpm)


def _slope(beats: Iterable[Beat], from_s: float) -> float | None:
    """Beats a minute by which heart rate changes in a minute."""
    line, last_s = _Line(), 0.0
    for beat in beats:
        if beat.kept and beat.time_s - from_s <= SLOPE_S:
            last_s = beat.time_s - from_s
            line.push(last_s, 60000.0 / beat.rr_ms)
    return 60.0 * line.slope if last_s >= SLOPE_LEAST_S and line.n >= N_SLOPE_MIN else None


def _rmssd(beats: Sequence[Beat], moving: Sequence[Span]) -> tuple[float | None, str]:
    seated = [
        beat
        for beat in beats
        if not any(
            beat.time_s >= span.from_s and beat.time_s - beat.rr_ms / 1000.0 <= span.to_s + AFTER_MOVING_S
            for span in moving
        )
    ]
    if not seated and beats:
        return None, MOVED
    of = figures(seated)
    reason = of.withheld.get("rmssd_ms", "")
    return of.rmssd_ms, MOVED if reason and len(seated) < len(beats) else reason
