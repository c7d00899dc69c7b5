"""From measures to what the person is shown: a score with its parts, or the reason why there is none."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log, sqrt

WAVE_S = 64.0
"""The wave is told of so much of one kind of breathing (science: B3)."""
SMOOTHNESS_GAIN = 0.2
"""A smoothness this far above one's own baseline is what resonance training aims at (science: C4)."""
SMOOTHNESS_GOAL_MOST = 0.8
SMOOTHNESS_BY_CHANCE = 0.33
"""Of white noise 19 times in 20 no smoother than this (science: B4): stands for a baseline that there is not."""

CALM_WEIGHT = 0.5
"""The heart's variability and its rate count alike (science: B8)."""
LN_RMSSD_SD_LEAST, HR_SD_LEAST_BPM = 0.15, 2.0
"""No baseline is taken to be steadier than this (science: B8)."""
REST_WINDOW_S, REST_HOP_S, REST_DISCARDED_S = 60.0, 30.0, 60.0
"""Windows of rest, how far apart they begin, and what is left out before the first (science B8, C1)."""
N_BASELINES = 5
N_WINDOWS_MIN = 3
BREATHS_APART, BREATHS_LEAST = 3.0, 9.0
"""Calm is compared only at a breathing rate near that of the baseline, and of at least 9 a minute (science: B8)."""
CALM_SETTLING_S = 20.0
"""Time constant of the calm score (science: B8)."""
CALM_SPAN_SD = 2.0
"""The calm score shows two standard deviations below the usual as 0, two above as 1."""
CALM_GOAL_SHARE = 0.35
"""Rewarded, to begin with, from where 65 % of one's own rest lies above (science: C6)."""

OTHER_BREATH = "Your breath has another pace than when you rested, so the two are not compared."


@dataclass(frozen=True, slots=True)
class Part:
    """One measure that a score is made of.

    Attributes
    ----------
    name : str
        The measure with its unit, for a person.
    value : float
        As it is now.
    usual : float or None
        In one's own baseline; None without one.
    counts : float
        What it adds to the score.
    """

    name: str
    value: float
    usual: float | None
    counts: float


@dataclass(frozen=True, slots=True)
class Score:
    """What feedback is given on.

    Attributes
    ----------
    value : float or None
        0 to 1; None while it is withheld.
    goal : float or None
        From here on it is rewarded; None without a baseline.
    reason : str
        Why it is withheld, for a person; empty otherwise.
    low, high : float or None
        The band that holds the value 19 times in 20; None where it is not known.
    parts : tuple of Part
        What it is made of.
    reached : bool or None
        Whether it is rewarded, where that is not simply being at the goal or above.
    """

    value: float | None = None
    goal: float | None = None
    reason: str = ""
    low: float | None = None
    high: float | None = None
    parts: tuple[Part, ...] = ()
    reached: bool | None = None

    @property
    def rewarded(self) -> bool:
        if self.value is None or self.goal is None:
            return False
        return self.value >= self.goal if self.reached is None else self.reached


def smoothness_goal(usual: float | None) -> float:
    """The smoothness to reward from: one's own usual one plus 0.2, at most 0.8; without a baseline that of chance."""
    return min(SMOOTHNESS_GOAL_MOST, (SMOOTHNESS_BY_CHANCE if usual is None else usual) + SMOOTHNESS_GAIN)


def smoothness_score(value: float, usual: float | None, low: float | None, high: float | None) -> Score:
    """The score of breathing exercises: the smoothness of the heart's wave itself."""
    part = Part("smoothness of the wave, 0 to 1", value, usual, value)
    return Score(value, smoothness_goal(usual), "", low, high, (part,))


def usual_of(values: Sequence[float]) -> float | None:
    """The median; None for none."""
    return sorted(values)[len(values) // 2] if values else None


@dataclass(frozen=True, slots=True)
class Baseline:
    """A person at rest: windows of 60 s, one every 30 s.

    Attributes
    ----------
    ln_rmssd : tuple of float
        Natural logarithm of RMSSD in ms.
    hr_bpm : tuple of float
        Mean heart rate of the same windows.
    breaths_per_min : float or None
        Usual breathing rate; None where it was not known.
    """

    ln_rmssd: tuple[float, ...]
    hr_bpm: tuple[float, ...]
    breaths_per_min: float | None = None

    def __post_init__(self) -> None:
        if len(self.ln_rmssd) != len(self.hr_bpm):
            raise ValueError(f"{len(self.ln_rmssd)} windows of RMSSD, but {len(self.hr_bpm)} of heart rate")


@dataclass(frozen=True, slots=True)
class Measured:
    """A value and the standard error of it."""

    value: float
    error: float


class CalmScale:
    """How far a person is from their own rest: C = 0.5 z(ln RMSSD) - 0.5 z(heart rate), after science B8.

    Parameters
    ----------
    baselines : sequence of Baseline
        The latest ones, of which the last five count.

    Raises
    ------
    ValueError
        If they have fewer than three windows in all.
    """

    def __init__(self, baselines: Sequence[Baseline]) -> None:
        latest = baselines[-N_BASELINES:]
        ln_rmssd = [value for baseline in latest for value in baseline.ln_rmssd]
        hr_bpm = [value for baseline in latest for value in baseline.hr_bpm]
        if len(ln_rmssd) < N_WINDOWS_MIN:
            raise ValueError(f"a baseline needs {N_WINDOWS_MIN} windows, has {len(ln_rmssd)}")
        self.ln_rmssd, self._ln_rmssd_sd = _mean_and_sd(ln_rmssd, LN_RMSSD_SD_LEAST)
        self.hr_bpm, self._hr_sd = _mean_and_sd(hr_bpm, HR_SD_LEAST_BPM)
        self._breaths = usual_of([b.breaths_per_min for b in latest if b.breaths_per_min is not None])
        calm = sorted(self._calm(a, b)[0] for a, b in zip(ln_rmssd, hr_bpm, strict=True))
        self.goal_sd = calm[int(CALM_GOAL_SHARE * (len(calm) - 1))]

    def comparable(self, breaths_per_min: float | None) -> bool:
        """Whether that breathing can be compared with the baseline's; unknown is taken to be."""
        if breaths_per_min is None:
            return True
        near = self._breaths is None or abs(breaths_per_min - self._breaths) <= BREATHS_APART
        return near and breaths_per_min >= BREATHS_LEAST

    def z_of_ln_rmssd(self, ln_rmssd: float) -> float:
        """How many standard deviations above one's own usual value."""
        return (ln_rmssd - self.ln_rmssd) / self._ln_rmssd_sd

    def calm_sd(self, ln_rmssd: Measured, hr_bpm: Measured) -> float:
        """How calm settled values are, in standard deviations of one's own rest."""
        return self._calm(ln_rmssd.value, hr_bpm.value)[0]

    def score(
        self, ln_rmssd: Measured, hr_bpm: Measured, goal_sd: float | None = None, *, reached: bool | None = None
    ) -> Score:
        """The calm score of settled values, beside the mark in force; by default beside that of the beginning."""
        calm, of_rmssd, of_hr = self._calm(ln_rmssd.value, hr_bpm.value)
        error = CALM_WEIGHT * sqrt((ln_rmssd.error / self._ln_rmssd_sd) ** 2 + (hr_bpm.error / self._hr_sd) ** 2)
        return Score(
            shown(calm),
            shown(self.goal_sd if goal_sd is None else goal_sd),
            "",
            shown(calm - 1.96 * error),
            shown(calm + 1.96 * error),
            (
                Part("ln RMSSD, ln ms", ln_rmssd.value, self.ln_rmssd, of_rmssd),
                Part("heart rate, beats a minute", hr_bpm.value, self.hr_bpm, of_hr),
            ),
            reached,
        )

    def _calm(self, ln_rmssd: float, hr_bpm: float) -> tuple[float, float, float]:
        of_rmssd = CALM_WEIGHT * self.z_of_ln_rmssd(ln_rmssd)
        of_hr = -CALM_WEIGHT * (hr_bpm - self.hr_bpm) / self._hr_sd
        return of_rmssd + of_hr, of_rmssd, of_hr


def ln_of(rmssd_ms: float) -> float:
    """Natural logarithm of an RMSSD; of less than 1 ms as of 1."""
    return log(max(1.0, rmssd_ms))


def shown(calm_sd: float) -> float:
    """Calm as it is shown, 0 to 1: one's usual in the middle."""
    return min(1.0, max(0.0, 0.5 + calm_sd / (2.0 * CALM_SPAN_SD)))


def _mean_and_sd(values: Sequence[float], least_sd: float) -> tuple[float, float]:
    n = len(values)
    mean = sum(values) / n
    return mean, max(least_sd, sqrt(sum((value - mean) ** 2 for value in values) / (n - 1)))
