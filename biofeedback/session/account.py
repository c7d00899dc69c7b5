"""The account of a session: what passed through, gathered so that it can be summed up at any time."""

from array import array
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from biofeedback.analysis.beats.beat import Beat, Gap
from biofeedback.analysis.beats.units import in_unit
from biofeedback.analysis.ecg.witness import Agreement
from biofeedback.session.body_account import BodyAccount, Stretch
from biofeedback.session.events import EcgCame, MovementSeen
from biofeedback.session.head.brain_account import BrainAccount
from biofeedback.session.judging import NO_BEATS
from biofeedback.session.kept.earlier import Earlier
from biofeedback.session.pacing import PacerTrack
from biofeedback.session.pipeline import Judged, Passed, Pipeline
from biofeedback.session.scoring import GATHERING, GATHERING_MINUTE, NOT_ASKED
from biofeedback.session.summary import Excluded
from biofeedback.storage.records import TimelineEvent, TimelineKind
from protocols.feedback import Baseline

LONGEST_LATENCIES = 20_000
N_LATEST = 600
IRREGULAR_SHARE, N_IRREGULAR_MIN = 1 / 3, 180
"""From so much of a session, and three minutes of it, an irregular rhythm is worth a word at its end."""


SEE_SOMEONE = (
    "For much of this session your beats came too irregularly to calculate with. Often that is a loose strap, or extra "
    "beats, which are common. If you notice palpitations, or this keeps coming back, mention it to your doctor."
)


class Course:
    """A value over time, packed: a night's session has tens of thousands of beats."""

    def __init__(self) -> None:
        self._flat = array("d")

    def add(self, at_s: float, value: float) -> None:
        self._flat.extend((at_s, value))

    def points(self) -> Iterator[tuple[float, float]]:
        both = iter(self._flat)
        return zip(both, both, strict=True)


@dataclass(slots=True)
class Account:
    """Beats, courses, gaps and pauses of one session.

    What lies in a stretch that somebody left out is in none of them: no beat of it comes out of the pipeline, and a gap
    that lies wholly in it is none of the session.
    """

    beats: list[Beat] = field(default_factory=list)
    smoothness: Course = field(default_factory=Course)
    scores: Course = field(default_factory=Course)
    rewards: Course = field(default_factory=Course)
    gaps: list[Gap] = field(default_factory=list)
    pauses: list[tuple[float, float]] = field(default_factory=list)
    latencies_ms: list[float] = field(default_factory=list)
    ages_ms: "array[float]" = field(default_factory=lambda: array("d"))
    n_irregular: int = 0
    baseline: Baseline | None = None
    pacer: PacerTrack | None = None
    unplaced: bool = False
    doubts: tuple[str, ...] = ()
    excluded: tuple[Excluded, ...] = ()
    body: BodyAccount = field(default_factory=BodyAccount)
    brain: BrainAccount = field(default_factory=BrainAccount)
    agreement: Agreement | None = None
    unscored: Counter[str] = field(default_factory=Counter)
    unsmooth: Counter[str] = field(default_factory=Counter)

    def add(self, passed: Passed) -> None:
        self.gaps += [
            gap
            for gap in passed.gaps
            if not any(each.from_s <= gap.from_s and gap.to_s <= each.to_s for each in self.excluded)
        ]
        if passed.age_s is not None:
            self.ages_ms.append(1000.0 * passed.age_s)
        for judged in passed.judged:
            self._add_judged(judged)

    def hear(self, came: EcgCame | MovementSeen | None) -> None:
        """Take what a frame of another stream brought."""
        if came is not None:
            self.body.add(came)

    def close(self, pipeline: Pipeline) -> None:
        """Take what only the whole session tells."""
        self.baseline, self.pacer = pipeline.scorer.baseline, pipeline.pacer
        self.unplaced, self.agreement = pipeline.unplaced, pipeline.agreement
        self.doubts = pipeline.doubts
        self.brain.close(pipeline.brain)
        if pipeline.factor != 1.0:
            self.beats = [in_unit(beat, pipeline.factor) for beat in self.beats]

    def turn(self, event: TimelineEvent) -> None:
        """Practice time was paused, resumed or ended."""
        if event.kind is TimelineKind.PAUSED:
            self.pauses.append((event.at_s, float("inf")))
        elif event.kind in (TimelineKind.RESUMED, TimelineKind.ENDED) and self.pauses:
            begin_s, end_s = self.pauses[-1]
            self.pauses[-1] = (begin_s, min(end_s, event.at_s))

    def _add_judged(self, judged: Judged) -> None:
        beat, value = judged.beat, judged.indices.smoothness
        self.beats.append(beat)
        self.n_irregular += judged.indices.irregular
        if value is not None:
            self.smoothness.add(beat.time_s, value)
        else:
            self.unsmooth[judged.indices.withheld or GATHERING] += 1
        if judged.score.value is not None:
            self.scores.add(beat.time_s, judged.score.value)
            self.rewards.add(beat.time_s, float(judged.score.rewarded))
        elif judged.score.reason not in NOT_ASKED:
            self.unscored[judged.score.reason] += 1

    def most_common(self, *, score: bool) -> str:
        """Why for most beats there was no score, or no smoothness; a wave that still gathers counts last."""
        reasons = self.unscored if score else self.unsmooth
        named = [(n, reason) for reason, n in reasons.items() if reason not in (GATHERING, GATHERING_MINUTE)]
        return max(named)[1] if named else next(iter(reasons), NO_BEATS)

    def advice(self, earlier: Earlier) -> str:
        """What is worth a word at the end of a session, once for a person; empty otherwise."""
        persistent = self.n_irregular >= max(N_IRREGULAR_MIN, IRREGULAR_SHARE * len(self.beats))
        return SEE_SOMEONE if persistent and not earlier.told else ""

    def note_latency(self, latency_ms: float) -> None:
        if len(self.latencies_ms) < LONGEST_LATENCIES:
            self.latencies_ms.append(latency_ms)

    def latest(self, since_s: float) -> list[Beat]:
        """The beats since a second of the session, among the latest few hundred."""
        return [beat for beat in self.beats[-N_LATEST:] if beat.time_s > since_s]

    def in_practice(self, start_s: float, end_s: float) -> list[Beat]:
        """The beats of a stretch whose intervals touch no pause."""
        chosen = [beat for beat in self.beats if start_s <= beat.time_s < end_s]
        for begin_s, resumed_s in self.pauses:
            chosen = [b for b in chosen if b.time_s < begin_s or b.time_s - b.rr_ms / 1000.0 >= resumed_s]
        return chosen

    def practised(self, start_s: float, end_s: float) -> list[Stretch]:
        """A stretch without its pauses, and without what was left out."""
        return _without([*self.pauses, *self._left_out()], start_s, end_s)

    def counted(self, start_s: float, end_s: float) -> list[Stretch]:
        """A stretch without what was left out."""
        return _without(self._left_out(), start_s, end_s)

    def _left_out(self) -> list[Stretch]:
        return [(each.from_s, each.to_s) for each in self.excluded]


def _without(cuts: Sequence[Stretch], start_s: float, end_s: float) -> list[Stretch]:
    parts = []
    for begin_s, resumed_s in sorted(cuts):
        parts.append((start_s, min(begin_s, end_s)))
        start_s = max(start_s, resumed_s)
    return [(a, b) for a, b in [*parts, (start_s, end_s)] if a < b]
