"""A session that cannot be analysed, because of an error in the program: its beats and what was told with them."""

from collections.abc import Sequence
from dataclasses import fields
from itertools import pairwise

from biofeedback.analysis.beats.beat import Beat, Gap
from biofeedback.analysis.figures.indices import Indices
from biofeedback.session.account import Account
from biofeedback.session.method import method
from biofeedback.session.summary import NOT_SCORED, UNKNOWN_QUANTILES, PhaseSummary, ScoreSummary, SessionSummary
from biofeedback.storage.database import Store
from biofeedback.storage.records import StoredPhase
from protocols.phases import Feedback

REASON = "an error in the program kept it from being computed"
NO_BEATS = "no beats came"
_COUNTED = ("n_beats", "n_kept", "artifact_percent", "duration_s")
_BESIDE = ("withheld", "bands", "respiration_from", "respiration_note")
"""What goes along with figures and is none."""


def as_recorded(store: Store, session_id: str, beats: Sequence[Beat]) -> SessionSummary:
    """The summary of a session with its beats, and without anything that has to be computed from them.

    Raises
    ------
    StoreError
        If there is no such session.
    """
    stored = store.session(session_id)
    new, duration_s = stored.began, stored.row.duration_s
    phases = store.phases(session_id)
    account = Account()
    for event in store.timeline_events(session_id):
        account.turn(event)
    pauses = [Gap(from_s, min(to_s, duration_s), "paused") for from_s, to_s in account.pauses]
    document = result.document if (result := store.latest_result(session_id)) else {}
    return SessionSummary(
        session_id=new.session_id,
        exercise=new.exercise,
        exercise_title=new.exercise_title,
        device=new.device,
        simulated=new.simulated,
        person=new.person,
        started_utc=new.started_utc,
        duration_s=duration_s,
        n_beats=len(beats),
        artifact_percent=_artifact_percent(beats),
        gaps=(*_gaps(beats), *pauses),
        phases=tuple(_phase(phase, beats, duration_s) for phase in phases),
        score=ScoreSummary(None, None, None, _kind(phases)),
        latency_ms=document.get("latency_ms") or UNKNOWN_QUANTILES,
        ratings=store.ratings(session_id),
        result=None,
        interrupted=stored.row.interrupted,
        replayed=stored.row.replayed,
        planned_s=stored.row.planned_s,
        broken_off=stored.row.broken_off,
        course_reason=REASON,
        method=method(),
        advice=NOT_SCORED,
        beats=tuple(beats),
    )


def _kind(phases: Sequence[StoredPhase]) -> str:
    return next((Feedback(phase.feedback).seems for phase in phases if phase.feedback != Feedback.NONE), "")


def _phase(phase: StoredPhase, beats: Sequence[Beat], duration_s: float) -> PhaseSummary:
    end_s = phase.end_s if phase.end_s is not None else duration_s
    here = [beat for beat in beats if phase.start_s <= beat.time_s < end_s]
    n_kept = sum(beat.kept for beat in here)
    withheld = {field.name: REASON for field in fields(Indices) if field.name not in (*_COUNTED, *_BESIDE)}
    percent = _artifact_percent(here)
    if percent is None:
        withheld["artifact_percent"] = NO_BEATS
    indices = Indices(len(here), n_kept, percent, max(0.0, end_s - phase.start_s), withheld=withheld)
    return PhaseSummary(phase.name, phase.start_s, end_s, indices, phase.title, phase.role)


def _artifact_percent(beats: Sequence[Beat]) -> float | None:
    return 100.0 * sum(not beat.kept for beat in beats) / len(beats) if beats else None


def _gaps(beats: Sequence[Beat]) -> list[Gap]:
    """Where one stretch of beats ends and the next begins."""
    return [
        Gap(before.time_s, after.time_s - after.rr_ms / 1000.0, NO_BEATS)
        for before, after in pairwise(beats)
        if before.segment != after.segment and after.time_s - after.rr_ms / 1000.0 > before.time_s
    ]
