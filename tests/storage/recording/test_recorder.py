"""What is recorded, when it becomes a session, and when it does not."""

import threading
from dataclasses import replace

import pytest

from biofeedback.analysis.beats.beat import Beat, Verdict
from biofeedback.storage.database import Store
from biofeedback.storage.errors import StoreError
from biofeedback.storage.recording.writer import MOST_BEHIND, Pace
from biofeedback.storage.records import StoredLive, StoredMarker, StoredResult, TimelineEvent
from devices.samples import Packet, PacketFormat
from protocols.feedback import Score
from tests.storage.examples import (
    CLOCK_S,
    DOCUMENT,
    EVENTS,
    LIVE,
    NEWS,
    PHASES,
    REFERENCE,
    SESSION_ID,
    WITHHELD,
    beat,
    new_session,
    packet,
    record_everything,
)


def test_everything_comes_back_as_it_was_given(store: Store) -> None:
    with store.recorder(new_session()) as recorder:
        record_everything(recorder)
        assert recorder.finish("2026-11-21T08:33:00Z", "done", DOCUMENT, "beats 1")
    assert list(store.packets(SESSION_ID)) == [
        replace(packet(0.5), received_s=0.5),
        Packet(1.0, PacketFormat.HEART_RATE_MEASUREMENT, b"\x10"),
        replace(packet(1.5, 900, 901), received_s=1.5),
    ]
    assert store.beats(SESSION_ID) == [beat(0), Beat(1, 0.9, 1400.0, 1, Verdict.MISSED, "twice the one before", None)]
    assert store.live(SESSION_ID) == [
        StoredLive(WITHHELD, Score(None, None, "too little data")),
        StoredLive(LIVE, Score(0.5, 0.6)),
    ]
    assert store.phases(SESSION_ID) == list(PHASES)
    assert store.timeline_events(SESSION_ID) == list(EVENTS)
    assert store.markers(SESSION_ID) == [StoredMarker(75.5, "coughed")]
    assert store.news(SESSION_ID) == [NEWS[0]]
    assert store.references(SESSION_ID) == [REFERENCE]
    assert store.ratings(SESSION_ID) == {"before": {"pain": 6}, "after": {"pain": 4}}
    assert store.latest_result(SESSION_ID) == StoredResult("2026-11-21T08:33:00Z", "beats 1", DOCUMENT)
    saved = store.session(SESSION_ID)
    assert saved.began == new_session()
    assert (saved.ended_utc, saved.end_cause) == ("2026-11-21T08:33:00Z", "done")


def test_all_news_comes_back_in_seconds_of_the_session(store: Store) -> None:
    with store.recorder(new_session()) as recorder:
        for news in NEWS:
            recorder.news(replace(news, at_s=CLOCK_S + news.at_s))
        recorder.packet(packet(3.0, 900))
    assert store.news(SESSION_ID) == list(NEWS)


def test_a_session_is_listed_from_its_first_beat_on_with_all_that_was_said_before(store: Store) -> None:
    with store.recorder(new_session()) as recorder:
        recorder.timeline_event(EVENTS[0])
        recorder.packet(packet(0.5))
        assert not recorder.flush()
        assert not recorder.is_kept
        assert store.sessions() == []
        recorder.packet(packet(1.5, 900))
        assert recorder.flush()
        assert recorder.is_kept
        assert [row.session_id for row in store.sessions()] == [SESSION_ID]
        assert len(list(store.packets(SESSION_ID))) == 2
        assert store.timeline_events(SESSION_ID) == [EVENTS[0]]


def test_rr_text_carries_beats_too(store: Store) -> None:
    with store.recorder(new_session()) as recorder:
        recorder.packet(Packet(CLOCK_S, PacketFormat.RR_TEXT, b"812 799.5"))
        assert recorder.is_kept


@pytest.mark.parametrize("end", ["finish", "discard", "close"])
def test_a_session_without_a_beat_leaves_nothing_behind(store: Store, end: str) -> None:
    with store.recorder(new_session()) as recorder:
        recorder.packet(packet(0.5))
        recorder.rating("before", "pain", 6)
        if end == "finish":
            assert recorder.finish("2026-11-21T08:33:00Z", "stopped", None, "") is False
        elif end == "discard":
            recorder.discard()
    assert store.sessions() == []
    assert store.persons() == []
    assert list((store.folder / "locks").glob("*.lock")) == []


def test_a_session_with_beats_cannot_be_discarded(store: Store) -> None:
    with store.recorder(new_session()) as recorder:
        recorder.packet(packet(0.5, 900))
        with pytest.raises(StoreError, match="is kept"):
            recorder.discard()


def test_a_session_closed_without_its_end_counts_as_interrupted_and_lasts_until_its_last_packet(store: Store) -> None:
    with store.recorder(new_session()) as recorder:
        recorder.packet(packet(0.5, 900))
        recorder.packet(packet(7.25, 900))
        recorder.flush()
        (running,) = store.sessions()
        assert (running.running, running.interrupted, running.duration_s) == (True, False, 7.25)
    (left,) = store.sessions()
    assert (left.running, left.interrupted, left.duration_s) == (False, True, 7.25)
    assert store.latest_result(SESSION_ID) is None


@pytest.mark.parametrize(
    ("document", "told_s", "lasted_s"), [(DOCUMENT, None, 120.0), (None, None, 0.5), (DOCUMENT, 99.5, 99.5)]
)
def test_an_ended_session_lasts_as_long_as_was_told(
    store: Store, document: dict[str, object] | None, told_s: float | None, lasted_s: float
) -> None:
    with store.recorder(new_session()) as recorder:
        recorder.packet(packet(0.5, 900))
        recorder.finish("2026-11-21T08:33:00Z", "done", document, "m", duration_s=told_s)
        (row,) = store.sessions()
        assert (row.duration_s, row.interrupted, row.running) == (lasted_s, False, False)


def test_finishing_again_replaces_the_result(store: Store) -> None:
    with store.recorder(new_session()) as recorder:
        recorder.packet(packet(0.5, 900))
        recorder.finish("2026-11-21T08:33:00Z", "done", {"n": 1}, "m")
        recorder.finish("2026-11-21T08:34:00Z", "done", {"n": 2}, "m")
    assert [result.document for result in store.results(SESSION_ID)] == [{"n": 2}]


def test_a_beat_given_again_replaces_the_first(store: Store) -> None:
    with store.recorder(new_session()) as recorder:
        recorder.beats([beat(0), beat(1)])
        recorder.flush()
        recorder.beats([replace(beat(1), verdict=Verdict.ECTOPIC)])
        recorder.beats([])
    assert [found.verdict for found in store.beats(SESSION_ID)] == [Verdict.KEPT, Verdict.ECTOPIC]


def test_more_rows_than_may_wait_are_all_written(store: Store) -> None:
    n_beats = MOST_BEHIND + 5_001
    with store.recorder(new_session(), pace=Pace(commit_every_s=3600.0)) as recorder:
        recorder.packet(packet(0.0, 900))
        recorder.flush()
        for ordinal in range(n_beats):
            recorder.beats([beat(ordinal)])
    assert [found.ordinal for found in store.beats(SESSION_ID)] == list(range(n_beats))


def test_numbers_that_are_none_are_refused_by_name(store: Store) -> None:
    with store.recorder(new_session()) as recorder:
        recorder.packet(packet(0.5, 900))
        with pytest.raises(ValueError, match="received_s"):
            recorder.packet(packet(float("nan"), 900))
        with pytest.raises(ValueError, match="rr_ms"):
            recorder.beats([Beat(0, 0.0, float("inf"), 0)])
        with pytest.raises(ValueError, match="JSON"):
            recorder.timeline_event(TimelineEvent(0.0, EVENTS[0].kind, 0.0, {"x": float("nan")}))
        with pytest.raises(ValueError, match="from 0 to 10"):
            recorder.rating("after", "pain", 11)
        with pytest.raises(ValueError, match="index 7"):
            recorder.phase_ended(7, 1.0)
        assert recorder.flush()
    assert len(list(store.packets(SESSION_ID))) == 1


def test_words_that_no_file_can_hold_do_not_stop_the_recording(store: Store) -> None:
    with store.recorder(new_session(person="A\ud800nn")) as recorder:
        recorder.packet(packet(0.5, 900))
        recorder.marker(1.0, "\udc80 zero \x00 byte")
    assert store.markers(SESSION_ID) == [StoredMarker(1.0, "? zero \x00 byte")]
    assert store.sessions()[0].person == "A?nn"


def test_nothing_goes_into_a_closed_recorder(store: Store) -> None:
    recorder = store.recorder(new_session())
    recorder.packet(packet(0.5, 900))
    recorder.close()
    recorder.close()
    with pytest.raises(StoreError, match="closed"):
        recorder.packet(packet(1.5, 900))
    assert recorder.n_unsaved == 0


def test_an_id_is_used_once(store: Store) -> None:
    with store.recorder(new_session()) as recorder:
        with pytest.raises(StoreError, match="another window"):
            store.recorder(new_session())
        recorder.packet(packet(0.5, 900))
    with pytest.raises(StoreError, match="already"):
        store.recorder(new_session())


@pytest.mark.parametrize("session_id", ["", "../x", "a/b", "a b", "x" * 65])
def test_an_id_that_cannot_name_a_file_is_refused(store: Store, session_id: str) -> None:
    with pytest.raises(ValueError, match="letters, digits"):
        store.recorder(new_session(session_id))


def test_closing_the_store_ends_its_recorders(store: Store) -> None:
    recorder = store.recorder(new_session())
    recorder.packet(packet(0.5, 900))
    store.close()
    assert not any(thread.name.startswith("recorder") for thread in threading.enumerate())
    assert recorder.n_unsaved == 0


def test_many_who_record_at_once_lose_nothing_and_are_told_of_no_trouble(store: Store) -> None:
    troubles: list[str] = []
    ids = [f"group-{n}" for n in range(24)]
    recorders = [store.recorder(replace(new_session(), session_id=ident), troubles.append) for ident in ids]
    for i in range(6):
        for n, recorder in enumerate(recorders):
            recorder.packet(packet(float(i), 900 + n))
            if i % 3 == 2:
                recorder.flush()
    for recorder in recorders:
        assert recorder.finish("2026-11-21T08:33:00Z", "done", DOCUMENT, "beats 1")
        recorder.close()
    assert troubles == []
    for n, ident in enumerate(ids):
        assert [each.payload for each in store.packets(ident)] == [packet(0.0, 900 + n).payload] * 6
