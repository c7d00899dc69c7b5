"""The account of a session: what passed through, gathered so that it can be summed up at any time."""

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from biofeedback.analysis import figures
from biofeedback.analysis.beats import Beat, Gap
from biofeedback.analysis.breathing import Pacer, answer_to
from biofeedback.analysis.indices import Indices, PacerAnswer
from biofeedback.analysis.stretches import stretches
from biofeedback.analysis.trust import Disorder
from biofeedback.analysis.witness import Agreement
from biofeedback.session.body_account import BodyAccount, Stretch
from biofeedback.session.earlier import Earlier, against_history
from biofeedback.session.events import EcgCame, MovementSeen
from biofeedback.session.findings import find
from biofeedback.session.method import method
from biofeedback.session.pipeline import Judged, Passed, Pipeline
from biofeedback.session.summary import PhaseSummary, ScoreSummary, SessionSummary
from biofeedback.storage.records import NewSession, StoredPhase, StoredReference, TimelineEvent, TimelineKind
from protocols.feedback import Baseline
from protocols.phases import Feedback

SUMMARY_VERSION = "summary-2"
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
    """Beats, courses, gaps and pauses of one session."""

    beats: list[Beat] = field(default_factory=list)
    smoothness: Course = field(default_factory=Course)
    scores: Course = field(default_factory=Course)
    rewards: Course = field(default_factory=Course)
    gaps: list[Gap] = field(default_factory=list)
    pauses: list[tuple[float, float]] = field(default_factory=list)
    latencies_ms: list[float] = field(default_factory=list)
    n_irregular: int = 0
    baseline: Baseline | None = None
    pacer: Pacer | None = None
    unplaced: bool = False
    body: BodyAccount = field(default_factory=BodyAccount)
    agreement: Agreement | None = None

    def add(self, passed: Passed) -> None:
        self.gaps += passed.gaps
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
        if judged.score.value is not None:
            self.scores.add(beat.time_s, judged.score.value)
            self.rewards.add(beat.time_s, float(judged.score.rewarded))

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
        """A stretch without its pauses."""
        parts = []
        for begin_s, resumed_s in sorted(self.pauses):
            parts.append((start_s, min(begin_s, end_s)))
            start_s = max(start_s, resumed_s)
        return [(a, b) for a, b in [*parts, (start_s, end_s)] if a < b]


def sum_up(
    new: NewSession,
    account: Account,
    phases: Sequence[StoredPhase],
    duration_s: float,
    ratings: dict[str, dict[str, int]],
    references: Sequence[StoredReference] = (),
    latency_ms: dict[str, float | None] | None = None,
    *,
    interrupted: bool = False,
    unwell: bool = False,
) -> SessionSummary:
    """The summary of a session from its account; the same account gives the same figures to the bit."""
    kind = next((phase.feedback for phase in phases if phase.feedback != Feedback.NONE), "")
    lived = [(phase, phase.end_s if phase.end_s is not None else duration_s) for phase in phases]
    n_beats = len(account.beats)
    n_kept = sum(beat.kept for beat in account.beats)
    earlier = Earlier.of(new.settings)
    disorder = Disorder.of(account.beats)
    return SessionSummary(
        session_id=new.session_id,
        exercise=new.exercise,
        exercise_title=new.exercise_title,
        device=new.device,
        simulated=new.simulated,
        person=new.person,
        started_utc=new.started_utc,
        duration_s=duration_s,
        n_beats=n_beats,
        artifact_percent=100.0 * (n_beats - n_kept) / n_beats if n_beats else None,
        gaps=(*account.gaps, *(Gap(a, min(b, duration_s), "paused") for a, b in account.pauses)),
        phases=tuple(_phase(phase, end_s, account, references, disorder) for phase, end_s in lived),
        score=replace(
            _score(account, [(p.start_s, end_s) for p, end_s in lived if p.feedback != Feedback.NONE]),
            kind=kind,
        ),
        latency_ms=latency_ms or quantiles_ms(account.latencies_ms),
        ratings=ratings,
        result=find(new, account, phases, duration_s, ratings, unwell=unwell),
        interrupted=interrupted,
        method=method(),
        irregular_percent=100.0 * account.n_irregular / n_beats if n_beats else None,
        advice=account.advice(earlier),
        baseline=account.baseline,
        history=against_history(account.baseline, earlier.baselines),
        ecg=account.body.ecg(account.agreement),
        movement=account.body.movement(account.practised(0.0, duration_s)),
        beats=tuple(account.beats),
        course=tuple((account.scores if kind == Feedback.CALM else account.smoothness).points()),
    )


def _phase(
    phase: StoredPhase,
    end_s: float,
    account: Account,
    references: Sequence[StoredReference],
    disorder: Disorder,
) -> PhaseSummary:
    beats = account.in_practice(phase.start_s, end_s)
    indices = figures.figures(beats, pacer=account.pacer if phase.pacing else None, disorder=disorder)
    return PhaseSummary(
        phase.name,
        phase.start_s,
        end_s,
        indices,
        phase.title,
        phase.role,
        _reference_of(phase.start_s, end_s, references),
        _answer(account, beats, indices) if phase.pacing else None,
        account.body.movement(account.practised(phase.start_s, end_s)),
    )


def _answer(account: Account, beats: Sequence[Beat], indices: Indices) -> PacerAnswer | None:
    if indices.swing_bpm is None:
        return PacerAnswer(reason=indices.withheld["swing_bpm"])
    in_a_row = list(stretches([beat for beat in beats if beat.kept]))
    return answer_to(account.pacer, in_a_row, beats_unplaced=account.unplaced) if account.pacer else None


def quantiles_ms(latencies_ms: Sequence[float]) -> dict[str, float | None]:
    if not latencies_ms:
        return {"p50": None, "p95": None}
    p50, p95 = np.percentile(np.array(latencies_ms), [50, 95])
    return {"p50": float(p50), "p95": float(p95)}


def _reference_of(start_s: float, end_s: float, references: Sequence[StoredReference]) -> dict[str, float]:
    """The independent figures of exactly this stretch."""
    return next(
        (dict(r.figures) for r in references if r.at_s == end_s and abs(r.window_s - (end_s - start_s)) < 1e-9), {}
    )


def _score(account: Account, stretches: Sequence[tuple[float, float]]) -> ScoreSummary:
    def within(time_s: float) -> bool:
        return any(start_s <= time_s < end_s for start_s, end_s in stretches)

    n_beats = sum(within(beat.time_s) for beat in account.beats)
    scores = [value for time_s, value in account.scores.points() if within(time_s)]
    rewards = [value for time_s, value in account.rewards.points() if within(time_s)]
    if not n_beats or not scores:
        return ScoreSummary(None, 0.0 if n_beats else None, None)
    return ScoreSummary(
        sum(scores) / len(scores),
        100.0 * len(scores) / n_beats,
        100.0 * sum(rewards) / len(scores),
    )
