"""The summary of a session, made from its account; the same account gives the same figures to the bit."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from biofeedback.analysis.beats.beat import Beat, Gap
from biofeedback.analysis.beats.trust import Disorder
from biofeedback.analysis.breath.answer import PacerAnswer
from biofeedback.analysis.breath.breathing import answer_to
from biofeedback.analysis.figures.indices import EARLIER_VERSION, NOT_COMPUTED, SAME_BEATS, Indices, told_alike
from biofeedback.analysis.figures.respiration import chest_first
from biofeedback.analysis.figures.stretch import figures
from biofeedback.analysis.signal.stretches import stretches
from biofeedback.session.account import Account
from biofeedback.session.findings import find
from biofeedback.session.judging import NO_BEATS
from biofeedback.session.kept.earlier import Earlier, against_history
from biofeedback.session.method import method
from biofeedback.session.summary import AskedPace, PhaseSummary, ScoreSummary, SessionSummary
from biofeedback.storage.records import DONE, UNWELL, NewSession, StoredPhase, StoredReference, is_replayed, planned_s
from protocols.phases import OF_HEAD, Feedback

SUMMARY_VERSION = "summary-2"


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
    end_cause: str | None = DONE,
) -> SessionSummary:
    """The summary of a session from its account; the same account gives the same figures to the bit."""
    kind = next((Feedback(phase.feedback).seems for phase in phases if phase.feedback != Feedback.NONE), "")
    lived = [(phase, phase.end_s if phase.end_s is not None else duration_s) for phase in phases]
    n_beats = len(account.beats)
    n_kept = sum(beat.kept for beat in account.beats)
    earlier = Earlier.of(new.settings)
    disorder = Disorder.of(account.beats)
    of_head = kind in OF_HEAD
    answered = [(p.start_s, end_s) for p, end_s in lived if kind and _alike(p.feedback, kind)]
    of_brain = [each for begin_s, end_s in answered for each in account.practised(begin_s, end_s)]
    if of_head:
        course, course_reason = account.brain.course(of_brain), account.brain.score(of_brain).reason
    else:
        course = tuple((account.scores if kind == Feedback.CALM else account.smoothness).points())
        course_reason = account.most_common(score=kind == Feedback.CALM)
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
        gaps=(
            *account.gaps,
            *(Gap(a, min(b, duration_s), "paused") for a, b in account.pauses),
        ),
        phases=tuple(_phase(phase, end_s, account, references, disorder) for phase, end_s in lived),
        score=replace(
            account.brain.score(of_brain) if of_head else _score(account, answered),
            kind=kind,
        ),
        latency_ms=latency_ms or quantiles_ms(account.latencies_ms),
        beat_age_ms=quantiles_ms(account.ages_ms),
        ratings=ratings,
        result=find(new, account, phases, duration_s, ratings, unwell=end_cause == UNWELL),
        interrupted=interrupted,
        method=method(),
        irregular_percent=100.0 * account.n_irregular / n_beats if n_beats else None,
        advice=account.advice(earlier),
        baseline=account.baseline,
        history=against_history(account.baseline, earlier.baselines),
        ecg=account.body.ecg(account.agreement, cut=bool(account.excluded)),
        movement=account.body.movement(account.practised(0.0, duration_s)),
        eeg=account.brain.summary(duration_s, account.counted(0.0, duration_s)),
        replayed=is_replayed(new.device),
        planned_s=planned_s(new.settings),
        broken_off=end_cause != DONE,
        doubts=account.doubts,
        excluded=account.excluded,
        beats=tuple(account.beats),
        course=course,
        course_reason="" if course else course_reason,
    )


def _alike(feedback: str, kind: str) -> bool:
    """Whether a phase gives an answer of that kind; of two kinds in a session the first is told."""
    return Feedback(feedback).seems is Feedback(kind).seems


def _phase(
    phase: StoredPhase,
    end_s: float,
    account: Account,
    references: Sequence[StoredReference],
    disorder: Disorder,
) -> PhaseSummary:
    beats = account.in_practice(phase.start_s, end_s)
    lived = account.practised(phase.start_s, end_s)
    if any(each.from_s < end_s and each.to_s > phase.start_s for each in account.excluded):
        references = ()  # theirs are of all its beats
    of_heart = figures(beats, pacer=account.pacer if phase.pacing else None, disorder=disorder)
    indices = chest_first(of_heart, account.body.chest_rate(lived))
    theirs, theirs_withheld = _reference_of(phase.start_s, end_s, references, indices) if references else ({}, {})
    return PhaseSummary(
        phase.name,
        phase.start_s,
        end_s,
        indices,
        phase.title,
        phase.role,
        theirs,
        _answer(account, beats, indices) if phase.pacing else None,
        account.body.movement(lived),
        theirs_withheld,
        tuple(AskedPace(*pace) for pace in account.pacer.paces(phase.start_s, end_s)) if account.pacer else (),
        account.brain.phase(lived),
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


def _reference_of(
    start_s: float, end_s: float, references: Sequence[StoredReference], ours: Indices
) -> tuple[dict[str, float | None], dict[str, str]]:
    """The independent figures of exactly this stretch where ours are told, and why others are not."""
    found = [r for r in references if r.at_s == end_s and abs(r.window_s - (end_s - start_s)) < 1e-9]
    alike = next((r.figures for r in found if r.method.endswith(SAME_BEATS)), {})
    return told_alike(alike, ours.withheld, EARLIER_VERSION if found and not alike else NOT_COMPUTED)


def _score(account: Account, stretches: Sequence[tuple[float, float]]) -> ScoreSummary:
    def within(time_s: float) -> bool:
        return any(start_s <= time_s < end_s for start_s, end_s in stretches)

    n_beats = sum(within(beat.time_s) for beat in account.beats)
    scores = [value for time_s, value in account.scores.points() if within(time_s)]
    rewards = [value for time_s, value in account.rewards.points() if within(time_s)]
    if not n_beats or not scores:
        reason = account.most_common(score=True) if n_beats else NO_BEATS
        return ScoreSummary(None, 0.0 if n_beats else None, None, reason=reason if stretches else "")
    return ScoreSummary(
        sum(scores) / len(scores),
        100.0 * len(scores) / n_beats,
        100.0 * sum(rewards) / len(scores),
    )
