"""Feedback as a session goes on: what the baseline was, and how things stand against it."""

from collections import deque
from collections.abc import Sequence
from dataclasses import replace
from math import exp, log
from statistics import median

from biofeedback.analysis.figures.indices import LiveIndices
from biofeedback.analysis.signal.band import Band
from biofeedback.session.lived import Lived
from protocols.feedback import (
    CALM_SETTLING_S,
    N_WINDOWS_MIN,
    OTHER_BREATH,
    REST_DISCARDED_S,
    REST_HOP_S,
    REST_WINDOW_S,
    WAVE_S,
    Baseline,
    CalmScale,
    Measured,
    Score,
    ln_of,
    shown,
    smoothness_goal,
    smoothness_score,
    usual_of,
)
from protocols.phases import Feedback, Role
from protocols.shaping import MovingMark

BEGINNING = "The first beats are coming in."
GATHERING = "The wave is still gathering."
GATHERING_MINUTE = "It takes a minute of heartbeats to tell how calm you are."
NO_FEEDBACK = "This part has nothing to reach."
NO_BASELINE = "There is no resting time to compare with yet."
PAUSED = "Paused."
FEEDBACK_OFF = "Feedback is off for now."
BLINDED = "How the sound answered is told once the trial has ended: it could tell which answer this was."
NOT_ASKED = (BEGINNING, NO_FEEDBACK, PAUSED, FEEDBACK_OFF)
"""Where nobody waits for a score."""


class _Rest:
    """Gathers windows of a person at rest."""

    def __init__(self) -> None:
        self._rates: deque[tuple[float, float]] = deque()
        self._ln_rmssd: list[float] = []
        self._hr_bpm: list[float] = []
        self._breaths: list[float] = []
        self._next_s = 0.0

    def see(self, indices: LiveIndices, since_s: float) -> None:
        """Take the figures at a beat, at rest since a second of the session."""
        at_s = indices.at_s
        if indices.hr_bpm is not None:
            self._rates.append((at_s, indices.hr_bpm))
        while self._rates and self._rates[0][0] <= at_s - REST_WINDOW_S:
            self._rates.popleft()
        whole = at_s - since_s >= REST_DISCARDED_S + REST_WINDOW_S
        if not whole or at_s < self._next_s or indices.rmssd_ms is None or not self._rates:
            return
        self._next_s = at_s + REST_HOP_S
        self._ln_rmssd.append(ln_of(indices.rmssd_ms))
        self._hr_bpm.append(sum(hr_bpm for _, hr_bpm in self._rates) / len(self._rates))
        if indices.respiration_per_min is not None:
            self._breaths.append(indices.respiration_per_min)

    def baseline(self) -> Baseline | None:
        if not self._ln_rmssd:
            return None
        return Baseline(tuple(self._ln_rmssd), tuple(self._hr_bpm), median(self._breaths) if self._breaths else None)


class _Settled:
    """A measure smoothed with a time constant of 20 s, and its error."""

    def __init__(self) -> None:
        self._at_s: float | None = None
        self._value = Measured(0.0, 0.0)

    def take(self, at_s: float, value: float, error: float) -> Measured:
        if self._at_s is None:
            self._value = Measured(value, error)
        else:
            new = 1.0 - exp(-(at_s - self._at_s) / CALM_SETTLING_S)
            before = self._value
            self._value = Measured(
                before.value + new * (value - before.value), before.error + new * (error - before.error)
            )
        self._at_s = at_s
        return self._value


class Scorer:
    """Feedback on a measure of the exercise, against the person's own baseline.

    Parameters
    ----------
    earlier : sequence of Baseline
        Of the person's sessions before this one, oldest first.

    Attributes
    ----------
    lived : Lived
        The phases and pauses of the session, to be told as they come.
    """

    def __init__(self, earlier: Sequence[Baseline] = ()) -> None:
        self._earlier = tuple(earlier)
        self.lived = Lived()
        self._smoothness: list[float] = []
        self._usual_smoothness: float | None = None
        self._rest = _Rest()
        self._calm: CalmScale | None = None
        self._mark = MovingMark(0.0)
        self._ln_rmssd, self._hr = _Settled(), _Settled()

    @property
    def baseline(self) -> Baseline | None:
        """The person at rest in this session, as far as it was seen."""
        return self._rest.baseline()

    def score(self, indices: LiveIndices) -> Score:
        """The score at a beat."""
        score, at_s = self._own_score(indices), indices.at_s
        if score.reason in (BEGINNING, PAUSED, NO_FEEDBACK):
            return score
        if not self.lived.gives_at(at_s):
            return Score(reason=FEEDBACK_OFF)
        goal = self.lived.goal_at(at_s)
        return score if goal is None else replace(score, goal=goal, reached=None)

    def _own_score(self, indices: LiveIndices) -> Score:
        """The score as the exercise alone would have it."""
        at_s = indices.at_s
        phase = self.lived.phase_at(at_s)
        if phase is None:
            return Score(reason=BEGINNING)
        if self.lived.stands_at(at_s):
            return Score(reason=PAUSED)
        since_s = self.lived.alike_since_s(phase, at_s)
        if phase.role is Role.BASELINE:
            self._see_rest(indices, since_s)
        match phase.feedback:
            case Feedback.SMOOTHNESS:
                if self._usual_smoothness is None and phase.role is not Role.BASELINE:
                    self._usual_smoothness = usual_of(self._smoothness)
                return self._score_smoothness(indices, whole=at_s - since_s >= WAVE_S)
            case Feedback.CALM | Feedback.HEART_AND_ALPHA:
                return self._score_calm(indices, whole=at_s - since_s >= REST_WINDOW_S)
            case _:
                return Score(reason=NO_FEEDBACK)

    def _see_rest(self, indices: LiveIndices, since_s: float) -> None:
        if indices.at_s - since_s >= WAVE_S and indices.smoothness is not None:
            self._smoothness.append(indices.smoothness)
        self._rest.see(indices, since_s)

    def _score_smoothness(self, indices: LiveIndices, *, whole: bool) -> Score:
        usual = self._usual_smoothness
        if indices.withheld or not whole or indices.smoothness is None:
            return Score(goal=smoothness_goal(usual), reason=indices.withheld or GATHERING)
        band = indices.bands.get("smoothness")
        return smoothness_score(indices.smoothness, usual, band.low if band else None, band.high if band else None)

    def _score_calm(self, indices: LiveIndices, *, whole: bool) -> Score:
        if self._calm is None:
            baselines = [*self._earlier, *([self.baseline] if self.baseline else [])]
            if sum(len(baseline.hr_bpm) for baseline in baselines) < N_WINDOWS_MIN:
                return Score(reason=NO_BASELINE)
            self._calm = CalmScale(baselines)
            self._mark = MovingMark(self._calm.goal_sd)
        calm, mark = self._calm, self._mark
        goal = shown(mark.value_sd)
        if indices.withheld and indices.rmssd_ms is None:
            return Score(goal=goal, reason=indices.withheld)
        if not whole or indices.rmssd_ms is None or indices.hr_bpm is None:
            return Score(goal=goal, reason=GATHERING_MINUTE)
        ln_rmssd, hr = (
            self._ln_rmssd.take(indices.at_s, ln_of(indices.rmssd_ms), _ln_error(indices.bands.get("rmssd_ms"))),
            self._hr.take(indices.at_s, indices.hr_bpm, _error(indices.bands.get("hr_bpm"))),
        )
        if not calm.comparable(indices.respiration_per_min):
            return Score(goal=goal, reason=OTHER_BREATH)
        reached = mark.take(indices.at_s, calm.calm_sd(ln_rmssd, hr))
        return calm.score(ln_rmssd, hr, mark.value_sd, reached=reached)


def _error(band: Band | None) -> float:
    return (band.high - band.low) / (2.0 * 1.96) if band else 0.0


def _ln_error(band: Band | None) -> float:
    return log(band.high / band.low) / (2.0 * 1.96) if band and band.low > 0 else 0.0
