"""The band on the head: its samples judged and answered twenty times a second, live and when scored again."""

from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from biofeedback.analysis.eeg.epochs import Epoch
from biofeedback.analysis.eeg.live import LiveEeg, Verdicts, step_s
from biofeedback.analysis.eeg.reward import Answer, Reward, measures
from biofeedback.analysis.eeg.verdicts import Reason
from biofeedback.session.head.moment import Moment
from biofeedback.session.lived import Lived, LivedPhase
from biofeedback.session.scoring import BEGINNING, FEEDBACK_OFF, NO_BASELINE, NO_FEEDBACK, PAUSED
from devices.samples import EegDescription, EegFrame
from protocols.feedback import Part, Score
from protocols.neurofeedback import AIMS, LEAST_SOUND_SHARE, Aim
from protocols.phases import Feedback, Role

NO_BAND = "Nothing comes from a band on the head."
WRONG_PLACE = "This practice needs an electrode {}, and this band has none there."
UNSTEADY_REST = "Too little of the resting time could be used, so there is nothing to compare with."
NO_HEART = "It also takes the heart's own answer, and that is not there yet."
HEART_HELD_S = 5.0
"""Without a new beat for so long the heart's answer holds no more: as long as a strap may be silent in a session."""
SETTLING = "The signal is settling."
FROZEN = {
    Reason.LOST: "Samples did not arrive.",
    Reason.SETTLING: SETTLING,
    Reason.FLAT: "An electrode shows nothing.",
    Reason.CLIPPED: "An electrode is at the end of its range.",
    Reason.LOOSE: "An electrode is loose.",
    Reason.MAINS: "The mains hum too loudly.",
    Reason.MOVEMENT: "You moved.",
    Reason.BLINK: "Your eyes moved.",
    Reason.MUSCLE: "Muscles of the face or neck are louder than the brain just now.",
}
"""Why there is no answer while something else than the brain is seen."""
FREEZING = (Reason.MOVEMENT, Reason.MUSCLE, Reason.BLINK)
"""Seen at any electrode that is watched, they reach the others too, smaller; the answer waits."""
NO_SAMPLES = np.zeros((0, 0))
_Thresholds = tuple[Reward | None, tuple[int, ...]]
"""None where there are none, because too little of the rest can be used."""


class Brain:
    """Takes the frames of a band in order of arrival.

    Parameters
    ----------
    lived : Lived
        The phases and pauses of the session.
    excluded : sequence of (float, float)
        Seconds of the session that count for nothing.
    """

    def __init__(self, lived: Lived, excluded: Sequence[tuple[float, float]] = ()) -> None:
        self._lived, self._excluded = lived, tuple(excluded)
        self.description: EegDescription | None = None
        self._live: LiveEeg | None = None
        self._verdicts = Verdicts(())
        self._rest: list[Epoch] = []
        self._rested_uv2, self._usable = np.zeros((0, 0, 0)), np.zeros((0, 0), np.bool_)
        self._rewards: dict[Feedback, _Thresholds] = {}
        self._watched: NDArray[np.bool_] | None = None
        self._answered: Feedback | None = None
        self._hearts: deque[tuple[float, Score]] = deque([(float("-inf"), Score(reason=NO_HEART))], maxlen=2)
        self.score = Score(reason=NO_BAND)
        self.trouble = ""

    @property
    def mains_hz(self) -> float | None:
        """The mains, once they are told from each other."""
        return self._live.mains_hz if self._live else None

    @property
    def n_lost(self) -> int:
        """Samples that never came."""
        return self._live.n_lost if self._live else 0

    def reward(self, feedback: Feedback) -> Reward | None:
        """The thresholds of a protocol; None before there are any."""
        return self._rewards.get(feedback, (None, ()))[0]

    @property
    def used(self) -> tuple[str, ...]:
        """The electrodes that answers came from; none before there was one."""
        places = self._rewards[self._answered][1] if self._answered else ()
        return tuple(self.description.electrodes[place] for place in places) if self.description else ()

    def beat(self, arrived_s: float, score: Score) -> None:
        """The heart's own score at a beat of which a packet told then; it counts for frames that arrive later."""
        if self._hearts[-1][0] < arrived_s:
            self._hearts.append((arrived_s, score))
        else:
            self._hearts[-1] = (arrived_s, score)

    def hear(self, at_s: float, frame: EegFrame) -> tuple[Moment, ...]:
        """Take a frame that arrived at `at_s` seconds of the session.

        Another band, or the same one started with other electrodes or another rate, begins anew.
        """
        description = frame.description
        if not description.measures_like(self.description):
            self._begin(description)
        if self._live is None:
            return ()
        last = frame.first_sample + len(frame.counts)
        n_begun = self._live.n_begun
        found = self._live.push(frame.first_sample, frame.microvolts, frame.movement_g)
        if self._live.n_begun != n_begun:
            self._verdicts.settle()
        moments = [
            self._moment(description, at_s - (last - end) / description.rate_hz, at_s, epoch) for end, epoch in found
        ]
        return tuple(moment for moment in moments if moment is not None)

    def _begin(self, description: EegDescription) -> None:
        self.description, self.trouble = description, ""
        self._rest, self._rewards, self._watched, self._answered = [], {}, None, None
        self._verdicts = Verdicts(description.electrodes)
        try:
            self._live = LiveEeg(len(description.electrodes), description.rate_hz)
        except ValueError as error:
            self._live, self.trouble = None, f"This band cannot be followed: {error}."
            self.score = Score(reason=self.trouble)

    def _moment(self, description: EegDescription, at_s: float, arrived_s: float, epoch: Epoch) -> Moment | None:
        if any(from_s < at_s and at_s - 1.0 < to_s for from_s, to_s in self._excluded):
            return None
        phase = self._lived.phase_at(at_s)
        resting = phase is not None and phase.role is Role.BASELINE
        if not resting and self._rest:
            self._learn()
        reasons = tuple(self._verdicts.judge(epoch))
        if resting and not self._lived.stands_at(at_s) and self._watched is None:
            self._rest.append(replace(epoch, clean_uv=NO_SAMPLES))
        self.score = self._scored(at_s, arrived_s, phase, epoch, reasons)
        return Moment(at_s, reasons, epoch.band_now_uv2, self.score)

    def _learn(self) -> None:
        """The rest is over: what is usual of it holds from now on."""
        rest, self._rest = self._rest, []
        self._usable = np.array([[reason is None for reason in each] for each in self._verdicts.learn(rest)])
        self._rested_uv2 = np.stack([each.band_now_uv2 for each in rest])
        self._watched = self._usable.mean(axis=0) >= LEAST_SOUND_SHARE

    def _thresholds(self, feedback: Feedback, watched: NDArray[np.bool_], description: EegDescription) -> _Thresholds:
        """Those of a protocol and the electrodes it is answered by, made when a part first asks for them."""
        if feedback not in self._rewards:
            aim, reward = AIMS[feedback], None
            places = tuple(place for place in aim.places(description.electrodes) if watched[place])
            if places:
                measured, usable = measures(aim.conditions, self._rested_uv2[:, :, places]), self._usable[:, places]
                with suppress(ValueError):  # too little of the rest can be used
                    reward = Reward(aim.conditions, measured, usable, step_s(description.rate_hz))
            self._rewards[feedback] = reward, places
        return self._rewards[feedback]

    def _scored(
        self, at_s: float, arrived_s: float, phase: LivedPhase | None, epoch: Epoch, reasons: Sequence[Reason | None]
    ) -> Score:
        if phase is None:
            return Score(reason=BEGINNING)
        if self._lived.stands_at(at_s):
            return self._frozen(PAUSED)
        if not phase.feedback.of_head:
            return self._frozen(NO_FEEDBACK)
        if not self._lived.gives_at(at_s):
            return self._frozen(FEEDBACK_OFF)
        aim = AIMS[phase.feedback]
        if self.description is None or not aim.places(self.description.electrodes):
            return Score(reason=WRONG_PLACE.format(aim.where))
        if self._watched is None:
            return Score(reason=NO_BASELINE)
        reward, places = self._thresholds(phase.feedback, self._watched, self.description)
        if reward is None:
            return Score(reason=UNSTEADY_REST)
        seen = [reason for reason, watched in zip(reasons, self._watched, strict=True) if watched]
        freezing = next((reason for reason in FREEZING if reason in seen), None)
        of_places = [reasons[place] for place in places]
        good = reward.usable(np.array([reason is None for reason in of_places]))
        if freezing is not None or not good.any():
            known = [reason for reason in (freezing, *of_places) if reason is not None]
            reward.interrupt()
            return Score(goal=reward.goal, reason=FROZEN[known[0]] if known else UNSTEADY_REST)
        self._answered = phase.feedback
        goal = self._lived.goal_at(at_s)
        own = aim.with_heart or aim.replayed  # a goal that was chosen is then held against the whole
        answer = reward.take(measures(aim.conditions, epoch.band_now_uv2[:, places]), good, None if own else goal)
        if aim.replayed:
            answer = reward.replay()
        score = _score(aim, reward, answer)
        if aim.with_heart:
            heard_s, heart = next(each for each in reversed(self._hearts) if each[0] < arrived_s)
            score = _with_heart(score, heart if arrived_s - heard_s < HEART_HELD_S else Score(reason=NO_HEART))
        if goal is None or score.value is None:
            return score
        return replace(score, goal=goal, reached=None if own else score.reached)

    def _frozen(self, reason: str) -> Score:
        for reward, _ in self._rewards.values():
            if reward is not None:
                reward.interrupt()
        return Score(reason=reason)


def _score(aim: Aim, reward: Reward, answer: Answer) -> Score:
    parts = tuple(
        Part(f"{each.name}, times the usual", float(np.exp(value)), 1.0, answer.place if index == 0 else 0.0)
        for index, (each, value) in enumerate(zip(aim.conditions, answer.values, strict=True))
    )
    return Score(answer.place, reward.goal, parts=parts, reached=answer.reached)


def _with_heart(head: Score, heart: Score) -> Score:
    """Head and heart together: both count alike, and both have to be reached."""
    if head.value is None or heart.value is None or heart.goal is None or head.goal is None:
        return Score(goal=head.goal, reason=head.reason or heart.reason or NO_HEART)
    halved = tuple(replace(part, counts=part.counts / 2.0) for part in (*head.parts, *heart.parts))
    return Score(
        (head.value + heart.value) / 2.0,
        (head.goal + heart.goal) / 2.0,
        parts=halved,
        reached=head.rewarded and heart.rewarded,
    )
