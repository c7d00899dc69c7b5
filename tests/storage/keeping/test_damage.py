"""What changes on the disk behind the program's back is told, and never counted."""

import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from biofeedback.storage.database import Store
from biofeedback.storage.errors import StoreError
from biofeedback.storage.folder import DATABASE
from biofeedback.storage.protection.changing import set_passphrase
from biofeedback.storage.records import EntryKind
from biofeedback.storage.seals import seal, unsound
from tests.storage.damage import spoil
from tests.storage.examples import new_session, record_everything

WORD = "a passphrase of some words"
CHANGES = {
    "duration_s": ("UPDATE sessions SET duration_s = 121 WHERE session = 1", "session"),
    "settings": ("UPDATE sessions SET settings = '{' WHERE session = 1", "session"),
    "beats": ("UPDATE packed SET content = zeroblob(9) WHERE session = 1", "beats"),
    "phases": ("UPDATE phases SET end_s = 61.5 WHERE session = 1 AND position = 0", "phases"),
    "a row less": ("DELETE FROM markers WHERE session = 1", "markers"),
    "a rating": ("UPDATE ratings SET value = 5 WHERE session = 1 AND moment = 'after'", "ratings"),
    "a figure": ("UPDATE results SET document = replace(document, '1', '2') WHERE session = 1", "results"),
    "a stream": ("UPDATE streams SET received_s = received_s + 1 WHERE session = 1", "frames"),
}


@pytest.fixture
def filled(tmp_path: Path) -> Path:
    """Two sessions with everything, of which the first is spoilt, and two check-ins."""
    with Store.open(tmp_path) as store:
        for session_id in ("one", "two"):
            with store.recorder(new_session(session_id)) as recorder:
                record_everything(recorder)
                recorder.finish("2026-11-21T08:33:00Z", "done", {"duration_s": 120.0}, "beats 1")
        for day in (20, 21):
            store.journal.put("Ann", EntryKind.CHECKIN, {"value": 3}, date(2026, 11, day), "pain")
        assert not store.damage()
    return tmp_path


@pytest.mark.parametrize("what", CHANGES)
def test_what_changed_in_a_session_is_told_and_withheld(filled: Path, what: str) -> None:
    statement, read = CHANGES[what]
    spoil(filled, statement)
    with Store.open(filled) as store:
        assert {row.session_id for row in store.sessions()} == {"one", "two"}
        assert store.damage().session_ids == ("one",)
        assert "one" in store.damage().sentence
        with pytest.raises(StoreError, match=r"session one.* is damaged.*Restore a backup"):
            getattr(store, read)("one")
        getattr(store, read)("two")
        outcomes = {each.session_id: each for each in store.outcomes.whole(["one", "two"])}
        assert outcomes["two"].document == {"duration_s": 120.0}
        if what == "a figure":
            assert outcomes["one"].document == {}
        if what == "a rating":
            assert outcomes["one"].ratings == {}
            assert set(store.rated("Ann")) == {"two"}
        if what == "duration_s":
            assert "one" not in outcomes
            assert [row.damaged for row in store.sessions() if row.session_id == "one"] == [True]


def test_an_answer_that_changed_is_left_out(filled: Path) -> None:
    spoil(filled, """UPDATE entries SET document = '{"value":7}' WHERE on_day = '2026-11-20'""")
    spoil(filled, "UPDATE persons SET name = 'Anm', folded = 'anm' WHERE person = 1")
    with Store.open(filled) as store:
        assert [entry.on for entry in store.journal.entries("Anm")] == ["2026-11-21"]
        damage = store.damage()
        assert (damage.session_ids, damage.n_entries, damage.n_others) == ((), 1, 1)
        assert "1 answer of a day; 1 name or step of a ladder" in damage.sentence


def test_whatever_the_program_does_keeps_the_seals(filled: Path) -> None:
    with Store.open(filled) as store:
        store.add_rating("one", "after", "pain", 2)
        store.add_rating("one", "after", "pain", 1)
        store.people.rename("Ann", "Ana")
        store.people.add("Ben")
        store.ladders.add("Ben", "walk", 3.0)
        store.people.merge("Ben", "Ana")
        store.journal.put("Ben", EntryKind.CHECKIN, {"value": 4}, date(2026, 11, 21), "pain")
        store.delete(["one"])
        assert not store.damage()
    set_passphrase(filled, WORD)
    with Store.open(filled, lambda: WORD) as store:
        assert not store.damage()
        store.people.delete("Ben")
        assert not store.damage()
        with store._engine.connect() as connection:
            assert unsound(connection) == []
            assert connection.exec_driver_sql("SELECT count(*) FROM seals").scalar() == 0


@pytest.fixture
def right(filled: Path) -> object:
    """What is told of the sessions while nothing is damaged."""
    with Store.open(filled) as store:
        return _read(store)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(at=st.integers(min_value=0), bit=st.integers(0, 7))
def test_no_flipped_bit_changes_a_session_silently(filled: Path, right: object, at: int, bit: int) -> None:
    path = filled / DATABASE
    whole = path.read_bytes()
    content = bytearray(whole)
    content[at % len(content)] ^= 1 << bit
    try:
        path.write_bytes(content)
        try:
            with Store.open(filled) as store:
                assert _read(store) in (right, None) or store.damage()
        except StoreError:
            return
    finally:
        for name in (f"{DATABASE}-wal", f"{DATABASE}-shm"):
            (filled / name).unlink(missing_ok=True)
        path.write_bytes(whole)


def _read(store: Store) -> object:
    """All that is told of the sessions; None where it is withheld."""
    try:
        return [
            (row, store.session(row.session_id), store.raw_packets(row.session_id), store.beats(row.session_id),
             store.live(row.session_id), store.phases(row.session_id), store.results(row.session_id),
             store.ratings(row.session_id), store.timeline_events(row.session_id), store.news(row.session_id))
            for row in store.sessions()
        ]  # fmt: skip
    except StoreError:
        return None


@given(st.floats(allow_nan=False), st.integers(-(2**63), 2**63 - 1), st.text(), st.binary(), st.none() | st.floats())
def test_values_have_the_same_seal_when_they_come_back(
    real: float, whole: int, words: str, content: bytes, absent: float | None
) -> None:
    values = (real, whole, words.encode("utf-8", "replace").decode(), content, absent)
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.create_function("seal", -1, seal)
        connection.execute("CREATE TABLE t (a REAL, b INTEGER, c TEXT, d BLOB, e REAL)")
        connection.execute("CREATE TABLE s (sum INTEGER)")
        connection.execute(
            "CREATE TRIGGER p AFTER INSERT ON t BEGIN"
            " INSERT INTO s VALUES (seal(NEW.a, NEW.b, NEW.c, NEW.d, NEW.e)); END"
        )
        connection.execute("INSERT INTO t VALUES (?, ?, ?, ?, ?)", values)
        ((told,),) = connection.execute("SELECT sum FROM s")
        (back,) = connection.execute("SELECT * FROM t")
    assert seal(*back) == told
