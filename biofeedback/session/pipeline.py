"""From judged beats to live figures and score: the same steps live and when scored again.

Everything is decided by the times of packets, beats and phases, never by when the work was done.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from biofeedback.analysis.beats.beat import Beat, Gap
from biofeedback.analysis.beats.units import in_unit
from biofeedback.analysis.ecg.witness import Agreement
from biofeedback.analysis.figures.indices import LiveIndices
from biofeedback.analysis.figures.respiration import chest_first_live
from biofeedback.analysis.figures.streaming import LiveAnalysis
from biofeedback.analysis.signal.spectrum import Spectrum
from biofeedback.session.events import EcgCame, MovementSeen, Quality
from biofeedback.session.head.brain import Brain
from biofeedback.session.judging import LINK_LOST, BeatJudge
from biofeedback.session.lived import LivedPhase
from biofeedback.session.pacing import PacerTrack
from biofeedback.session.scoring import BEGINNING, Scorer
from biofeedback.storage.records import StoredPhase, TimelineEvent
from devices.samples import HeartRateSample, StrapIdentified, StreamFrame
from protocols.feedback import Baseline, Score

FAIR_PERCENT, POOR_PERCENT = 2.0, 10.0


@dataclass(frozen=True, slots=True)
class Passed:
    """What one packet brought: new beats, earlier ones now judged, gaps closed, a doubt about the strap in words.

    `age_s` is how long ago the newest of the new beats was when the packet arrived; None where there is none.
    """

    new: tuple[Beat, ...] = ()
    judged: tuple["Judged", ...] = ()
    gaps: tuple[Gap, ...] = ()
    doubt: str = ""
    age_s: float | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """A beat with its final verdict, and the figures as they stand with it."""

    beat: Beat
    indices: LiveIndices
    score: Score


class Pipeline:
    """The whole way of a beat: judged, and the live figures and the score as they stand with it.

    Parameters
    ----------
    earlier : sequence of Baseline
        The person at rest in the sessions before.
    excluded : sequence of (float, float)
        From one second of the session to another: what lies there is judged and then passed over, as if no beat had
        come, so that no window reaches into it.
    """

    def __init__(self, earlier: Sequence[Baseline] = (), excluded: Sequence[tuple[float, float]] = ()) -> None:
        self._excluded = tuple(excluded)
        self.scorer = Scorer(earlier)
        self.brain = Brain(self.scorer.lived, excluded)
        self.pacer = PacerTrack()
        self._judge = BeatJudge()
        self._live = LiveAnalysis()
        self._told: set[str] = set()
        self._n_doubts = 0
        self.indices = LiveIndices(0.0)
        self.score = Score(reason=BEGINNING)
        self.quality = Quality.WAITING

    def begin(self, phase: StoredPhase) -> None:
        """A phase of the exercise begins."""
        self.scorer.lived.begin(LivedPhase.of(phase))
        self.pacer.begin(phase)

    def turn(self, event: TimelineEvent) -> None:
        """Practice time was begun, paused, resumed or moved on, or something of the exercise was changed."""
        self.pacer.turn(event)
        self.scorer.lived.turn(event)

    def take(self, at_s: float, sample: HeartRateSample) -> Passed:
        """Take a decoded packet that arrived at `at_s` seconds of the session."""
        new, judged, gaps = self._judge.take(at_s, sample)
        age_s = at_s - new[-1].time_s if new else None
        passed = Passed(tuple(new), self._figure(judged), tuple(gaps), self._new_doubts(), age_s)
        if passed.judged:
            self.brain.beat(at_s, self.score)
        if not self._judge.touching:
            self.quality = Quality.NO_CONTACT
        elif sample.rr_ms:
            percent = self.indices.artifact_percent or 0.0
            self.quality = (
                Quality.POOR if percent > POOR_PERCENT else Quality.FAIR if percent > FAIR_PERCENT else Quality.GOOD
            )
        return passed

    def hear(self, at_s: float, frame: StreamFrame) -> EcgCame | MovementSeen | None:
        """Take a frame that arrived at `at_s` seconds of the session; what it brought, if it can be followed."""
        return self._judge.hear(at_s, frame)

    def _new_doubts(self) -> str:
        if self._judge.n_doubts == self._n_doubts:
            return ""
        self._n_doubts, doubts = self._judge.n_doubts, self._judge.doubts
        new = [sentence for kind, sentence in doubts.items() if kind not in self._told]
        self._told |= doubts.keys()
        return " ".join(new)

    @property
    def spectrum_now(self) -> Spectrum | None:
        """The spectrum behind the latest figures; None where these are withheld."""
        return self._live.spectrum_now

    @property
    def touching(self) -> bool:
        """Whether the strap feels the skin, as far as it can be believed."""
        return self._judge.touching

    @property
    def doubts(self) -> tuple[str, ...]:
        """What is doubted of the strap up to now, in sentences."""
        return tuple(self._judge.doubts.values())

    @property
    def factor(self) -> float:
        """What intervals are to be multiplied with, where their unit is known to be wrong."""
        return self._judge.factor

    def meet(self, strap: StrapIdentified) -> None:
        """A strap tells who it is."""
        self._judge.meet(strap)

    def lose_link(self) -> None:
        """The link is lost."""
        self._judge.lose(LINK_LOST)
        self.quality = Quality.LOST

    @property
    def unplaced(self) -> bool:
        """Whether beats cannot be placed closely enough on the session's clock to tell a lag behind the pacer."""
        return self._judge.unplaced

    @property
    def agreement(self) -> Agreement:
        """How far the strap's intervals and its electrocardiogram agreed up to now."""
        return self._judge.agreement

    def finish(self) -> Passed:
        """Judge what still waits."""
        new, judged, gaps = self._judge.finish()
        return Passed(tuple(new), self._figure(judged), tuple(gaps), self._new_doubts())

    def _figure(self, judged: list[Beat]) -> tuple[Judged, ...]:
        done = []
        chest = self._judge.chest_rate if judged else None
        factor = self._judge.factor
        for beat in judged:
            begun_s = beat.time_s - beat.rr_ms / 1000.0
            if any(begun_s < to_s and beat.time_s > from_s for from_s, to_s in self._excluded):
                continue
            place = self.pacer(beat.time_s - beat.rr_ms / 2000.0)
            meant = beat if factor == 1.0 else in_unit(beat, factor)
            indices = self._live.push(meant, place, unplaced=place is not None and self.unplaced)
            self.indices = chest_first_live(indices, chest)
            self.score = self.scorer.score(self.indices)
            done.append(Judged(beat, self.indices, self.score))
        return tuple(done)
