"""Reading back."""

from dataclasses import replace

import pytest

from biofeedback.reports.session_words import told_kind, told_length
from biofeedback.storage.database import Store
from biofeedback.storage.errors import StoreError
from biofeedback.storage.moving.identity import new_session_id
from biofeedback.storage.records import StoredResult
from tests.storage.examples import DOCUMENT, SESSION_ID, new_session, packet


def _save(store: Store, session_id: str, person: str = "Ann", started_utc: str = "2026-11-21T08:31:00Z") -> None:
    with store.recorder(new_session(session_id, person, started_utc)) as recorder:
        recorder.packet(packet(0.5, 900))
        recorder.finish("2026-11-21T09:00:00Z", "done", DOCUMENT, "live")


def test_sessions_come_newest_first_and_by_person(store: Store) -> None:
    _save(store, "20261120-0800-aaaa", "Ann", "2026-11-20T08:00:00Z")
    _save(store, "20261122-0800-bbbb", "Bob", "2026-11-22T08:00:00Z")
    _save(store, "20261121-0800-cccc", "", "2026-11-21T08:00:00Z")
    assert [row.session_id[-4:] for row in store.sessions()] == ["bbbb", "cccc", "aaaa"]
    assert [row.session_id[-4:] for row in store.sessions("Ann")] == ["aaaa"]
    assert [row.person for row in store.sessions("")] == [""]
    assert store.sessions("Nobody") == []
    assert store.persons() == ["Ann", "Bob"]


def test_a_line_of_history_tells_what_was_planned_and_whether_it_came_to_its_end(store: Store) -> None:
    for n, cause in enumerate(("done", "stopped", "unwell", "recording ended", "The strap cannot be had.")):
        with store.recorder(new_session(f"session-{n}")) as recorder:
            recorder.packet(packet(0.5, 900))
            recorder.finish("2026-11-21T09:00:00Z", cause, DOCUMENT, "live", duration_s=77.0)
    rows = {row.session_id: row for row in store.sessions()}
    assert {row.planned_s for row in rows.values()} == {120.0}
    assert {row.duration_s for row in rows.values()} == {77.0}
    assert [rows[f"session-{n}"].broken_off for n in range(5)] == [False, True, True, True, True]
    assert not any(row.replayed or row.interrupted for row in rows.values())
    replayed = replace(rows["session-1"], device="replay:a.csv")
    assert told_kind(replayed) == ["simulated", "replayed", "broken off"]
    assert told_length(replayed.duration_s, replayed.planned_s) == "1.3 of 2"


def test_a_session_is_found_by_the_beginning_of_its_id(store: Store) -> None:
    _save(store, "20261120-0800-aaaa")
    _save(store, "20261120-0800-aaab")
    _save(store, "20261121")
    _save(store, "20261121-0800-cccc")
    assert store.find("20261121-").session_id == "20261121-0800-cccc"
    assert store.find(" 20261121 ").session_id == "20261121"
    with pytest.raises(StoreError, match=r"2 sessions begin with '20261120'.*aaab.*aaaa"):
        store.find("20261120")
    for unknown in ("2027", "", "%", "2026112_"):
        with pytest.raises(StoreError, match="There is no session"):
            store.find(unknown)


def test_an_unknown_session_is_said_to_be_unknown(store: Store) -> None:
    for read in (
        store.packets,
        store.raw_packets,
        store.frames,
        store.ecg,
        store.accelerometer,
        store.beats,
        store.live,
        store.phases,
        store.ratings,
        store.latest_result,
        store.session,
    ):
        with pytest.raises(StoreError, match="There is no session 'x'"):
            read("x")
    with pytest.raises(StoreError, match="There is no session 'x'"):
        store.add_rating("x", "after", "pain", 3)
    with pytest.raises(StoreError, match="There is no session 'x'"):
        store.add_result("x", StoredResult("2026-11-22T08:00:00Z", "m", {}))


def test_a_rating_can_follow_and_be_changed(store: Store) -> None:
    _save(store, SESSION_ID)
    store.add_rating(SESSION_ID, "after", "pain", 3)
    store.add_rating(SESSION_ID, "before", "pain", 7)
    store.add_rating(SESSION_ID, "after", "pain", 2)
    assert store.ratings(SESSION_ID) == {"before": {"pain": 7}, "after": {"pain": 2}}
    with pytest.raises(ValueError, match="from 0 to 10"):
        store.add_rating(SESSION_ID, "after", "pain", -1)


def test_a_rescore_stands_beside_the_first_figures(store: Store) -> None:
    _save(store, SESSION_ID)
    again = StoredResult("2026-12-01T08:00:00Z", "newer", {"n_beats": 4})
    store.add_result(SESSION_ID, again)
    assert [result.method for result in store.results(SESSION_ID)] == ["live", "newer"]
    assert store.latest_result(SESSION_ID) == again


def test_an_interrupted_session_can_be_given_a_result_and_stays_interrupted(store: Store) -> None:
    with store.recorder(new_session()) as recorder:
        recorder.packet(packet(0.5, 900))
    store.add_result(SESSION_ID, StoredResult("2026-12-01T08:00:00Z", "rescore", {"n_beats": 1}))
    assert store.find(SESSION_ID).interrupted
    assert [result.method for result in store.results(SESSION_ID)] == ["rescore"]


def test_ids_sort_by_time_and_can_be_typed() -> None:
    first, later = new_session_id("2026-11-21T08:31:59+00:00"), new_session_id("2026-11-21T09:33:00+01:00")
    assert first.startswith("20261121-0831-")
    assert later.startswith("20261121-0833-")
    assert first < later
    assert len(first) == 18
    assert new_session_id("2026-11-21T08:31:59Z") != first
    with pytest.raises(ValueError, match="isoformat"):
        new_session_id("yesterday")
