"""A session as the window sees it, made from events by hand."""

from collections.abc import Mapping
from dataclasses import replace

from biofeedback.analysis.beats.beat import Beat, Verdict
from biofeedback.analysis.figures.indices import LiveIndices
from biofeedback.analysis.signal.band import Band
from biofeedback.session.events import Anchor, AnchorMoved, BeatsCame, Began, PhaseBegan, Quality
from biofeedback.ui.model import SessionModel
from devices.clock import Clock
from devices.source import SourceInfo
from protocols.feedback import Part, Score
from protocols.library import find_exercise
from protocols.phases import Feedback
from protocols.timeline import Timeline

SMOOTH = Score(0.8, 0.5, "", 0.7, 0.9, (Part("smoothness of the wave, 0 to 1", 0.8, 0.3, 0.8),))
CALM = Score(
    0.4, 0.45, "", 0.3, 0.5,
    (Part("ln RMSSD, ln ms", 3.2, 3.4, -0.6), Part("heart rate, beats a minute", 66.4, 68.2, 0.2)),
)  # fmt: skip
BANDS: Mapping[str, Band] = {"hr_bpm": Band(60.2, 64.4), "rmssd_ms": Band(35.0, 48.0)}


class Folded:
    """A session of slow breathing, or of calm, at the beginning of the part with feedback."""

    def __init__(self, feedback: Feedback = Feedback.SMOOTHNESS) -> None:
        exercise = find_exercise("paced-breathing" if feedback is Feedback.SMOOTHNESS else "calm-state")
        if feedback is Feedback.SMOOTHNESS:
            exercise = exercise.choosing({"begin": "rest"})
        self.clock = Clock(0)
        self.model = SessionModel(self.clock)
        self.timeline = Timeline.of(exercise)
        self._ordinal = 0
        anchor = Anchor(0.0, 0.0, running=True)
        self.model.take(Began("s", SourceInfo("sim:", "Simulated person", True), self.timeline, anchor))
        self.model.take(AnchorMoved(0.0, anchor))
        self.begin(next(i for i, phase in enumerate(exercise.phases) if phase.feedback is feedback))

    def begin(self, part: int) -> None:
        """Go on to a part of the exercise."""
        planned = self.timeline.phases[part]
        self.clock.advance(max(0.0, planned.start_s - self.clock.now()))
        self.model.take(PhaseBegan(self.clock.now(), planned))

    def beat(self, score: Score = SMOOTH, lag_s: float = 0.0, **figures: object) -> None:
        """A beat a second later, judged so many seconds late."""
        self.clock.advance(1.0)
        at_s, ordinal = self.clock.now(), self._ordinal
        self._ordinal += 1
        indices = replace(LiveIndices(at_s - lag_s, bands=BANDS), **figures)  # type: ignore[arg-type]
        beat = Beat(ordinal, at_s - lag_s, 1000.0, 0, Verdict.KEPT, "", 1000.0)
        self.model.take(BeatsCame(at_s, (), (beat,), indices, score, Quality.GOOD, at_s))
