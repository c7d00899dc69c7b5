"""A saved session looked through: marks set later, and stretches left out of its figures, with the reason.

What was recorded stays as it is. The figures without a stretch are kept beside the ones before, and every later scoring
leaves the same stretches out.
"""

from typing import Any

from biofeedback.session.kept.archive import excluded_of, score_without
from biofeedback.session.summary import NOT_SCORED, Excluded
from biofeedback.session.summing import SUMMARY_VERSION
from biofeedback.storage.database import Store
from biofeedback.storage.errors import StoreError
from biofeedback.storage.records import StoredMarker, StoredResult

SHORTEST_S = 1.0
LONGEST_WORDS = 200
MOST_EXCLUDED = 50


def mark(store: Store, session_id: str, at_s: float, label: str) -> StoredMarker:
    """Set a mark in a saved session.

    Raises
    ------
    ValueError
        If the second is not of the session, or the words are none or too many.
    StoreError
        If there is no such session, it is running, or the mark cannot be kept.
    """
    duration_s = _length_of(store, session_id)
    if not 0.0 <= at_s <= duration_s:
        raise ValueError(f"the session lasts {duration_s:g} s; {at_s:g} s is not in it")
    marker = StoredMarker(at_s, _words(label, "a mark"))
    store.add_marker(session_id, marker)
    return marker


def exclude(store: Store, session_id: str, from_s: float, to_s: float, reason: str, now_utc: str) -> dict[str, Any]:
    """Leave a stretch out of all figures of a session; the new summary, kept beside the earlier ones.

    Raises
    ------
    ValueError
        If the stretch is not of the session, too short, or touches one that is left out already, or there is no reason.
    StoreError
        If there is no such session, it is running or cannot be scored, or the figures cannot be kept.
    """
    duration_s = _length_of(store, session_id)
    if to_s <= from_s:
        raise ValueError(f"a stretch from {from_s:g} to {to_s:g} s ends before it begins")
    if not 0.0 <= from_s < to_s <= duration_s + 1.0:
        raise ValueError(f"the session lasts {duration_s:g} s; a stretch from {from_s:g} to {to_s:g} s is not in it")
    if to_s - from_s < SHORTEST_S:
        raise ValueError(f"a stretch has at least {SHORTEST_S:g} s")
    before, n_before = _left_out(store, session_id)
    if touched := next((each for each in before if from_s < each.to_s and to_s > each.from_s), None):
        raise ValueError(
            f"{touched.from_s:g} to {touched.to_s:g} s is left out already ({touched.reason}); take that back first"
        )
    if len(before) >= MOST_EXCLUDED:
        raise ValueError(f"{MOST_EXCLUDED} stretches are left out already")
    added = Excluded(from_s, min(to_s, duration_s), _words(reason, "a reason"))
    return _keep(store, session_id, n_before, tuple(sorted((*before, added), key=lambda each: each.from_s)), now_utc)


def take_back(store: Store, session_id: str, number: int, now_utc: str) -> dict[str, Any]:
    """Count a stretch again that was left out, by its number from 1 on; the new summary.

    Raises
    ------
    ValueError
        If there is no such stretch.
    StoreError
        As `exclude`.
    """
    _length_of(store, session_id)
    before, n_before = _left_out(store, session_id)
    if not 1 <= number <= len(before):
        raise ValueError(
            f"{len(before)} are left out, so there is no number {number}" if before else "nothing is left out"
        )
    return _keep(store, session_id, n_before, (*before[: number - 1], *before[number:]), now_utc)


def _left_out(store: Store, session_id: str) -> tuple[tuple[Excluded, ...], int]:
    """What is left out now, and how many results tell of it: whoever changes it meanwhile adds one."""
    results = store.results(session_id)
    return excluded_of(results[-1].document) if results else (), len(results)


def _keep(store: Store, session_id: str, n_before: int, excluded: tuple[Excluded, ...], now_utc: str) -> dict[str, Any]:
    document = score_without(store, session_id, excluded).as_json()
    if document["advice"] == NOT_SCORED:
        raise StoreError(
            "This session cannot be scored, so nothing can be left out of its figures. Nothing was changed."
        )
    store.add_result(session_id, StoredResult(now_utc, SUMMARY_VERSION, document), n_before)
    return document


def _length_of(store: Store, session_id: str) -> float:
    row = store.find(session_id)
    if row.running:
        raise StoreError(f"Session {session_id} is still running. Nothing was changed. Wait until it has ended.")
    return row.duration_s


def _words(text: str, what: str) -> str:
    words = " ".join(text.split())
    if not 0 < len(words) <= LONGEST_WORDS:
        raise ValueError(f"{what} has 1 to {LONGEST_WORDS} signs, not {len(words)}")
    return words
