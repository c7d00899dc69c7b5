"""Saved sessions: summed up again from the bytes that the strap sent."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from heapq import merge
from typing import Any

from biofeedback.session.account import Account
from biofeedback.session.judging import Recorded, decoded, judge
from biofeedback.session.kept.earlier import Earlier
from biofeedback.session.kept.unscored import as_recorded
from biofeedback.session.method import method
from biofeedback.session.pacing import PacerTrack
from biofeedback.session.pipeline import Pipeline
from biofeedback.session.scoring import BLINDED
from biofeedback.session.summary import NOT_SCORED, UNKNOWN_QUANTILES, Excluded, SessionSummary
from biofeedback.session.summing import SUMMARY_VERSION, sum_up
from biofeedback.session.trials import so_far, with_trial
from biofeedback.storage.database import Store
from biofeedback.storage.errors import StoreError
from biofeedback.storage.records import NewSession, StoredPhase, StoredResult, TimelineEvent, TimelineKind
from devices.samples import EegFrame, LinkChanged, LinkState, Packet, StrapIdentified, StreamFrame
from protocols.specification import Finding


def read_summary(store: Store, session_id: str) -> SessionSummary:
    """Score a session again from its raw packets; where an error in the program prevents that, as it was recorded.

    Raises
    ------
    StoreError
        If there is no such session.
    """
    session_id = store.find(session_id).session_id
    with store.faults.contained("scoring a session", StoreError):
        return _scored(store, session_id)
    return as_recorded(store, session_id, judge_session(store, session_id).beats)


def score_without(store: Store, session_id: str, excluded: tuple[Excluded, ...]) -> SessionSummary:
    """The summary with these stretches left out, and no others.

    Raises
    ------
    StoreError
        If there is no such session.
    """
    return _scored(store, store.find(session_id).session_id, excluded)


def _scored(store: Store, session_id: str, excluded: tuple[Excluded, ...] | None = None) -> SessionSummary:
    stored = store.session(session_id)
    phases = store.phases(session_id)
    document = result_document(store, session_id)
    account = _replay(store, stored.began, phases, excluded_of(document) if excluded is None else excluded)
    summary = sum_up(
        stored.began,
        account,
        phases,
        stored.row.duration_s,
        store.ratings(session_id),
        store.references(session_id),
        document.get("latency_ms"),
        interrupted=stored.row.interrupted,
        end_cause=stored.end_cause,
    )
    summary = with_trial(store, stored.began, summary)
    other = next((r for r in reversed(store.results(session_id)) if r.document.get("method") != summary.method), None)
    return replace(summary, scored_before=other.computed_utc if other else "")


def read_pacer(store: Store, session_id: str) -> PacerTrack:
    """The pacer as it was.

    Raises
    ------
    StoreError
        If there is no such session.
    """
    pacer = PacerTrack()
    for turn in _turns(store, session_id, store.phases(session_id)):
        if isinstance(turn, StoredPhase):
            pacer.begin(turn)
        else:
            pacer.turn(turn)
    return pacer


def judge_session(store: Store, session_id: str) -> Recorded:
    """The beats of a session, judged again from its raw packets, or as they were judged where an error prevents that.

    Raises
    ------
    StoreError
        If there is no such session.
    """
    session_id = store.find(session_id).session_id
    with store.faults.contained("judging a session", StoreError):
        return judge(came for came in _in_order(store, session_id) if not isinstance(came, EegFrame))
    return Recorded(list(store.beats(session_id)), ())


def result_document(store: Store, session_id: str) -> dict[str, Any]:
    """The summary as it was saved when the session ended; empty where the program did not end it."""
    result = store.latest_result(session_id)
    return result.document if result else {}


def excluded_of(document: Mapping[str, Any]) -> tuple[Excluded, ...]:
    """What is left out of the figures of a saved summary."""
    return tuple(Excluded(**each) for each in document.get("excluded", ()))


def show(store: Store, session_id: str) -> dict[str, Any]:
    """The keys that scripts rely on: as saved, with the ratings given since; scored now where nothing was saved."""
    row = store.find(session_id)
    session_id = row.session_id
    document = result_document(store, session_id)
    if not document:
        return read_summary(store, session_id).as_json()
    whose = {"session_id": session_id, "person": row.person}  # renamed, or taken in from elsewhere
    ratings = store.ratings(session_id)
    document = {"doubts": [], "excluded": [], "beat_age_ms": UNKNOWN_QUANTILES} | document | whose
    if (document.get("result") or {}).get("kind") == Finding.TRIAL:
        result, goes_on = so_far(store, store.session(session_id).began, ratings)
        document |= {"result": result}
        if document["score"].get("reason") == BLINDED and not goes_on:  # it may be told by now
            again = read_summary(store, session_id).as_json()
            document |= {key: again[key] for key in ("score", "phases")}
    return document | {"ratings": ratings}


@dataclass(frozen=True, slots=True)
class Rescored:
    """A session scored again.

    Attributes
    ----------
    document : dict
        The summary by today's method.
    before : StoredResult or None
        The figures by another method, which stay beside the new ones; None where the method is the same.
    """

    document: dict[str, Any]
    before: StoredResult | None


def rescore(store: Store, session_id: str, now_utc: str) -> Rescored:
    """Compute a session again from its raw packets; where the method has changed, keep both.

    Raises
    ------
    StoreError
        If there is no such session, or the new figures cannot be kept.
    """
    session_id = store.find(session_id).session_id
    results = store.results(session_id)
    document = read_summary(store, session_id).as_json()
    before = next((r for r in reversed(results) if r.document.get("method") != document["method"]), None)
    scored = document["advice"] != NOT_SCORED
    if scored and results and all(r.document.get("method") != document["method"] for r in results):
        store.add_result(session_id, StoredResult(now_utc, SUMMARY_VERSION, document), len(results))
    return Rescored(document, before)


def is_current(document: Mapping[str, Any]) -> bool:
    """Whether figures were computed by today's method."""
    return bool(document.get("method") == method())


def _replay(store: Store, began: NewSession, phases: list[StoredPhase], excluded: tuple[Excluded, ...] = ()) -> Account:
    left_out = [(each.from_s, each.to_s) for each in excluded]
    pipeline, account = Pipeline(Earlier.of(began.settings).baselines, left_out), Account(excluded=excluded)
    session_id = began.session_id
    for turn in _turns(store, session_id, phases):
        if isinstance(turn, StoredPhase):
            pipeline.begin(turn)
        else:
            pipeline.turn(turn)
            account.turn(turn)
    for item in _in_order(store, session_id):
        if isinstance(item, LinkChanged):
            pipeline.lose_link()
        elif isinstance(item, StrapIdentified):
            pipeline.meet(item)
        elif isinstance(item, StreamFrame):
            account.hear(pipeline.hear(item.received_s, item))
        elif isinstance(item, EegFrame):
            account.brain.add(item.received_s, item, pipeline.brain.hear(item.received_s, item))
        elif sample := decoded(item):
            account.add(pipeline.take(item.received_s, sample))
    account.add(pipeline.finish())
    account.close(pipeline)
    return account


def _turns(store: Store, session_id: str, phases: list[StoredPhase]) -> list[TimelineEvent | StoredPhase]:
    """The turns of practice time and the phases, as they came."""
    unplaced = {phase.index: phase for phase in phases}
    turns: list[TimelineEvent | StoredPhase] = []
    for event in store.turns(session_id):
        if event.kind is not TimelineKind.PHASE:
            turns.append(event)
        elif phase := unplaced.pop(event.detail["index"], None):
            turns.append(phase)
    if not unplaced:
        return turns
    # Of a version that did not tell where phases begin, or cut off in between: by time, and sorting keeps what moved
    # practice time before the phase that it began
    turns += unplaced.values()
    return sorted(turns, key=lambda turn: turn.start_s if isinstance(turn, StoredPhase) else turn.at_s)


def _in_order(
    store: Store, session_id: str
) -> Iterator[Packet | StreamFrame | EegFrame | LinkChanged | StrapIdentified]:
    """Packets and frames, losses of the link between them, and straps that told who they are, as they came."""
    told = [
        news
        for news in store.news(session_id)
        if isinstance(news, StrapIdentified) or (isinstance(news, LinkChanged) and news.state is LinkState.LOST)
    ]
    begun = False
    came_by = (store.packets(session_id), store.frames(session_id), store.eeg_frames(session_id))
    heard: Iterator[Packet | StreamFrame | EegFrame] = merge(*came_by, key=lambda came: came.received_s)
    for came in heard:
        while told and told[0].at_s <= came.received_s:
            news = told.pop(0)
            if begun or isinstance(news, StrapIdentified):
                yield news
        begun = True
        yield came
