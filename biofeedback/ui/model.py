"""A running session as the window shows it: its state, and what there is to say of it in words."""

from dataclasses import dataclass, field

from biofeedback.session.events import Quality
from biofeedback.session.scoring import GATHERING
from biofeedback.ui.session_state import SessionState
from biofeedback.ui.words import common as words
from biofeedback.ui.words import exercises as exercise_words
from biofeedback.ui.words import head as head_words
from biofeedback.ui.words.signal import QUALITY
from devices.preflight import at_hand
from protocols.feedback import Score
from protocols.phases import Channel, Feedback, Until

SUGGESTED_S = 20.0
"""A word of care stays so long."""
BAND_PATIENCE_S = 5.0
"""So long a practice goes on before it is said that the band is not heard."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the line under the heart's wave shows.

    Attributes
    ----------
    feedback : Feedback
        What the part gives an answer to; NONE where there is no line.
    score : Score
        The latest that had a value in this part; without one where there was none yet.
    goal : float or None
    current : bool
        Whether the score tells of now; otherwise it stands still, and `reason` says why.
    reason : str
    """

    feedback: Feedback = Feedback.NONE
    score: Score = field(default_factory=Score)
    goal: float | None = None
    current: bool = False
    reason: str = ""


class SessionModel(SessionState):
    """What the pages of a session read."""

    @property
    def title(self) -> str:
        """The part that is on, and which of the paces that it tries."""
        if self.planned is None:
            return self.source_name
        step = self.planned.step_at(self.elapsed_s)
        title = self.planned.phase.title
        return f"{title}: {words.pace_of(step.number, step.of)}" if step else title

    def left_line(self) -> str:
        """How much is left; nothing in a part that the person ends, and at most so much where a part can end early."""
        if self.timeline is None or self.planned is None or self.planned.phase.until is Until.PERSON:
            return ""
        ahead = self.timeline.phases[self.planned.index :]
        open_ended = any(planned.phase.until is not Until.TIME for planned in ahead)
        return f"{exercise_words.AT_MOST} " * open_ended + words.minutes_left(self.left_s())

    def signal_line(self, *, bare: bool = False) -> str:
        """How good the signal is; where there is nothing of the heart to see, only what needs care."""
        if self.without_strap:
            return self._band_line() if self.band_alone else words.WITHOUT_STRAP
        if self._unheard:
            return self._words.split(". ")[0] or words.LOOKED_FOR
        band = self.band_care()
        simulated = "Simulated person" if self.simulated else ""
        gone = words.beats_gone(self.newest_age_s()).rstrip(".")
        quality = "" if bare or (gone and self.quality is Quality.LOST) else QUALITY[self.quality].split(".")[0]
        low = words.LOW_BATTERY if self.battery_low else ""
        return ". ".join(filter(None, (simulated, quality, gone, low, band)))

    def _band_line(self) -> str:
        """How a band sits that is worn without a strap."""
        simulated = f"{head_words.SIMULATED}. " if self.simulated else ""
        return simulated + (self.band_care() or head_words.SITS)

    def band_care(self) -> str:
        """What the band needs, in a few words; empty where nothing, and where nothing is made of it."""
        exercise = self.timeline.exercise if self.timeline else None
        if exercise is None or not (self.band_alone or head_words.answers_from_head(exercise)):
            return ""
        return self.head.care(exercise, self._clock.now())

    @property
    def _misses_band(self) -> bool:
        """Whether the practice needs the band, and it has not been heard for a while."""
        exercise = self.timeline.exercise if self.timeline else None
        waits = self.session_s < BAND_PATIENCE_S or self.ended is not None
        if exercise is None or waits or not head_words.answers_from_head(exercise):
            return False
        return not self.head.heard(self._clock.now())

    def newest_line(self) -> str:
        """How old the newest beat is."""
        told = words.newest_beat(self.newest_age_s())
        return f"{told[:1].upper()}{told[1:]}"

    def state_line(self) -> str:
        """The one line of words under the breath."""
        if self.paused:
            return words.PAUSED
        if self._started_clock_s is None:
            return (
                at_hand(self.awaited).sentence
                if self.awaited
                else self._words or (words.READY if self._with_strap else words.SOON)
            )
        if self.offered is not None:
            return words.strap_offered(self.offered.name)
        if not self._unheard and self.quality in (Quality.LOST, Quality.NO_CONTACT):
            return self._words or QUALITY[self.quality]
        if self._misses_band:
            return self.head.trouble or head_words.UNHEARD_LINE
        prompt = self.timeline.words_at(self.elapsed_s) if self.timeline else ""
        if self._suggested and self._clock.now() - self._suggested_clock_s < SUGGESTED_S:
            return self._suggested
        said = "" if self._unheard else self._words
        return said or prompt or ("" if self.phase and self.phase.prompts else words.RESTING)

    def answer_line(self) -> str:
        """How the heart answers, where there is feedback; the state line has the words while no beats come."""
        if self.paused or not self._hears_answer:
            return ""
        answer = self.answer()
        if answer.current and answer.score.rewarded:
            return words.ANSWERS[answer.feedback]
        first = self.indices.first_swing
        if answer.reason == GATHERING and first is not None:
            return words.first_answer(first)
        return answer.reason

    def answer(self) -> Answer:
        """What the line under the heart's wave shows now; it stands still where nothing can be told."""
        phase = self.phase
        feedback = phase.feedback.seems if phase else Feedback.NONE
        if phase is None or feedback is Feedback.NONE or phase.answering.channel is Channel.SOUND:
            return Answer()
        if not phase.answering.by(Channel.PICTURE, self.since_s):
            return Answer(feedback, reason=exercise_words.PICTURE_RESTS)
        score = self.score
        goal = score.goal if score.goal is not None else self._told.goal
        hears = self._hears_answer
        current = score.value is not None and hears and not self.paused
        reason = "" if current else score.reason if hears and not self.paused else self.state_line()
        return Answer(feedback, self._told, goal, current, reason)
