"""A personal trial over many sessions: which of two ways a session has, and what the sessions say so far."""

import secrets
from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

from biofeedback.session.kept.earlier import sessions_of
from biofeedback.session.scoring import BLINDED
from biofeedback.session.summary import SessionSummary
from biofeedback.storage.database import Store
from biofeedback.storage.records import AFTER, BEFORE, NewSession, SessionRow
from protocols.phases import OF_HEAD
from protocols.specification import Exercise, Finding
from protocols.trial import Answer, Condition, Outcome, Trial, assigned, result_of

SEED_BITS = 32
QUESTION, N_SESSION, PLAN = "question", "n_session", "plan"


def draw(
    store: Store, exercise: Exercise, person: str, device: str, *, simulated: bool
) -> tuple[Exercise, dict[str, Any]]:
    """Draw the lot of a session.

    Returns
    -------
    Exercise
        With the way that was drawn; the same where nothing is to be drawn.
    dict
        What is stored with the session: the plan of the trial and the place of the session in it; empty without one.

    Raises
    ------
    StoreError
        If the earlier sessions cannot be read.
    """
    choice = exercise.lots
    if choice is None or exercise.finds is not Finding.TRIAL or not exercise.ratings:
        return exercise, {}
    rows = sessions_of(store, person, device, simulated=simulated)
    earlier = [settings for row in rows if (settings := _settings(store, row, exercise.id, choice.id))]
    (first, first_title), (second, second_title) = choice.options[:2]
    if earlier:
        plan = Trial(**earlier[0][PLAN])
        n_session = 1 + max(each[N_SESSION] for each in earlier if each[PLAN] == earlier[0][PLAN])
    else:
        plan = Trial(first_title, second_title, exercise.ratings[0].value, secrets.randbits(SEED_BITS))
        n_session = 0
    way = first if assigned(plan, n_session) is Condition.FIRST else second
    return exercise.choosing({choice.id: way}), {QUESTION: choice.id, N_SESSION: n_session, PLAN: asdict(plan)}


def with_trial(store: Store, began: NewSession, summary: SessionSummary) -> SessionSummary:
    """The summary with what the trial says up to this session; the same where the session is of none.

    Raises
    ------
    StoreError
        If the sessions cannot be read.
    """
    result, goes_on = so_far(store, began, summary.ratings)
    if result is None:
        return summary
    return replace(blinded(began, summary) if goes_on else summary, result=result)


def so_far(
    store: Store, began: NewSession, ratings: Mapping[str, Mapping[str, int]]
) -> tuple[dict[str, Any] | None, bool]:
    """What the trial says up to this session (None where the session is of none), and whether it still goes on.

    Parameters
    ----------
    ratings : mapping
        Of this session, which may not be written yet.

    Raises
    ------
    StoreError
        If the sessions cannot be read.
    """
    trial = began.settings.get("trial")
    if not trial:
        return None, False
    plan = Trial(**trial[PLAN])
    rows = sessions_of(store, began.person, began.device, simulated=began.simulated)
    told = {began.session_id: trial} | {
        row.session_id: settings
        for row in rows
        if row.session_id != began.session_id
        and (settings := _settings(store, row, began.exercise, trial[QUESTION]))
        and settings[PLAN] == trial[PLAN]
    }
    outcomes: dict[int, Outcome] = {}
    for session_id, settings in sorted(told.items()):
        given = ratings if session_id == began.session_id else store.ratings(session_id)
        before, after = (given.get(moment, {}).get(plan.outcome) for moment in (BEFORE, AFTER))
        if before is not None and after is not None:
            # of two that ran at once, with one lot, the earlier counts
            outcomes.setdefault(settings[N_SESSION], Outcome(settings[N_SESSION], float(after - before)))
    found = asdict(result_of(plan, [each for n, each in outcomes.items() if n <= trial[N_SESSION]]))
    goes_on = result_of(plan, list(outcomes.values())).answer is Answer.NOT_ENOUGH
    return {"kind": Finding.TRIAL.value, "outcome": plan.outcome} | found, goes_on


def blinded(began: NewSession, summary: SessionSummary) -> SessionSummary:
    """Of a trial, without the answers of the head: replayed ones are always as many, and as high, as the rest was."""
    if not began.settings.get("trial") or summary.score.kind not in OF_HEAD:
        return summary
    phases = tuple(
        replace(phase, eeg=replace(phase.eeg, rewarded_percent=None)) if phase.eeg else phase
        for phase in summary.phases
    )
    score = replace(summary.score, mean=None, rewarded_percent=None, reason=BLINDED)
    return replace(summary, score=score, phases=phases, course=(), course_reason=BLINDED)


def _settings(store: Store, row: SessionRow, exercise: str, question: str) -> dict[str, Any] | None:
    """What a session stored of a trial; None where it is not of this one."""
    if row.exercise != exercise:
        return None
    trial: dict[str, Any] = store.session(row.session_id).began.settings.get("trial") or {}
    return trial if trial.get(QUESTION) == question else None
