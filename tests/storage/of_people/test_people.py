"""People: added, renamed, put aside, made one, and forgotten so that nothing of them can be read from the file."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select

from biofeedback.care.comments import keep_comment, read_comments
from biofeedback.storage import schema
from biofeedback.storage.database import Store
from biofeedback.storage.deletion import hanging_on
from biofeedback.storage.engine import reading, writing
from biofeedback.storage.errors import StoreError
from biofeedback.storage.folder import DATABASE
from biofeedback.storage.records import EntryKind
from biofeedback.storage.seals import unsound
from protocols.ladder import N_RUNGS_MOST
from tests.storage.examples import new_session, packet, record_everything

DAY = date(2026, 11, 25)


def record(store: Store, person: str, session_id: str, *, simulated: bool = False) -> None:
    new = replace(new_session(session_id=session_id, person=person), simulated=simulated)
    with store.recorder(new) as recorder:
        record_everything(recorder)


def names(store: Store, typed: str = "", *, archived: bool = False) -> list[str]:
    return [row.person for row in store.people.list(typed, archived=archived)]


def test_people_are_found_as_letters_are_typed_and_those_put_aside_only_where_asked(store: Store) -> None:
    for name in ("Straße", "ana", "P-017", "Ana Lima"):
        store.people.add(name)
    store.people.archive("ANA")
    assert names(store) == ["Ana Lima", "P-017", "Straße"]
    assert names(store, "STRASSE") == ["Straße"]
    assert names(store, "an", archived=True) == ["ana", "Ana Lima"]
    store.people.archive("ana", archived=False)
    assert names(store, "an") == ["ana", "Ana Lima"]


def test_simulated_sessions_do_not_count_among_a_persons_own(store: Store) -> None:
    record(store, "Ana", "a1")
    record(store, "Ana", "a2", simulated=True)
    (row,) = store.people.list()
    assert (row.n_sessions, row.last_utc) == (1, store.find("a1").started_utc)


@pytest.mark.parametrize("name", ["ANA", " ana ", "\uff21na"])
def test_one_person_has_one_name_in_any_spelling(store: Store, name: str) -> None:
    store.people.add("Ana")
    with pytest.raises(StoreError, match="There is Ana already"):
        store.people.add(name)
    store.people.add("Bob")
    with pytest.raises(StoreError, match="There is Ana already"):
        store.people.rename("Bob", name)


@pytest.mark.parametrize("name", ["", "  ", "\u202eana", "a" * 121])
def test_what_is_no_name_is_refused(store: Store, name: str) -> None:
    with pytest.raises(ValueError, match="name"):
        store.people.add(name)
    assert names(store) == []


def test_everything_stays_with_somebody_who_is_renamed(store: Store) -> None:
    record(store, "Ana", "a1")
    store.ladders.add("Ana", "stairs", 4)
    store.journal.add("Ana", EntryKind.DIARY, {"words": "slept"}, DAY)
    assert store.people.rename("ana", "  Anna  Lima ") == "Anna Lima"
    assert store.person("anna lima") == "Anna Lima"
    assert store.find("a1").person == "Anna Lima"
    assert [rung.text for rung in store.ladders.rungs("Anna Lima")] == ["stairs"]
    assert [entry.document for entry in store.journal.entries("Anna Lima")] == [{"words": "slept"}]
    assert store.people.rename("Anna Lima", "ANNA LIMA") == "ANNA LIMA"


def test_two_who_are_one_lose_nothing(store: Store) -> None:
    for person, session_id in (("Ana", "a1"), ("A.", "b1"), ("A.", "b2")):
        record(store, person, session_id)
    for n in range(N_RUNGS_MOST - 1):
        store.ladders.add("Ana", f"step {n}", 5)
    for text in ("step 1", "swim", "ski"):
        store.ladders.add("A.", text, 5)
    store.journal.put("Ana", EntryKind.CHECKIN, {"value": 3}, DAY, "pain")
    store.journal.put("A.", EntryKind.CHECKIN, {"value": 5}, DAY, "pain")
    store.journal.put("A.", EntryKind.CHECKIN, {"value": 7}, DAY, "sleep")
    merged = store.people.merge("ana", "A.")
    assert (merged.person, merged.n_sessions, merged.n_beside) == ("Ana", 2, 1)
    assert names(store) == ["Ana"]
    assert {row.session_id for row in store.sessions("Ana")} == {"a1", "b1", "b2"}
    told = {entry.subject: entry.document for entry in store.journal.entries("Ana", EntryKind.CHECKIN)}
    assert told == {"pain": {"value": 3}, "sleep": {"value": 7}}
    (beside,) = store.journal.entries("Ana", EntryKind.DIARY)
    assert "pain" in beside.document["words"]
    assert "5" in beside.document["words"]
    assert [rung.text for rung in store.ladders.rungs("Ana")].count("step 1") == 1
    assert "swim" in [rung.text for rung in store.ladders.rungs("Ana")]
    with reading(store._engine) as connection:
        assert connection.scalar(select(func.count()).select_from(schema.rungs)) == N_RUNGS_MOST + 2
    with pytest.raises(StoreError, match="nobody called A\\."):
        store.people.merge("Ana", "A.")
    with pytest.raises(StoreError, match="the same person"):
        store.people.merge("Ana", "ANA")


def test_who_is_deleted_cannot_be_read_from_the_file_and_others_stay(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    with Store.open(folder) as store:
        for person, session_id in (("Ana", "a1"), ("Zacharias Quill", "q1")):
            record(store, person, session_id)
            store.ladders.add(person, f"walk of {person}", 5)
            store.journal.add(person, EntryKind.DIARY, {"words": f"note of {person}"}, DAY)
        deleted = store.people.delete("zacharias quill")
        assert (deleted.n_sessions, deleted.n_entries, deleted.n_rungs) == (1, 1, 1)
        assert names(store) == ["Ana"]
        assert [row.session_id for row in store.sessions()] == ["a1"]
        files = [path.read_bytes() for path in folder.glob(f"{DATABASE}*")]
        assert not any(b"Zacharias" in content for content in files)
        assert any(b"walk of Ana" in content for content in files)
        assert list(store.packets("a1"))


def test_every_table_of_a_session_or_a_person_is_emptied(store: Store) -> None:
    """Also one that is added to the schema later."""
    with writing(store._engine) as connection:
        connection.execute(insert(schema.persons).values(person=7, name="Ana", folded="ana"))
        for table in schema.metadata.sorted_tables:
            if table not in (schema.persons, schema.seals, schema.access_log):  # which fill themselves
                connection.execute(insert(table).values({c.name: _filled(c) for c in table.columns}))
    store.people.delete("Ana")
    with reading(store._engine) as connection:
        for table in set(schema.metadata.sorted_tables) - {schema.access_log, schema.users}:
            assert connection.scalar(select(func.count()).select_from(table)) == 0, table.name


def _filled(column: object) -> object:
    """A value for any column: those that point at the person or their session point there."""
    name, kind = column.name, column.type.python_type  # type: ignore[attr-defined]
    if name == "person":
        return 7
    return {int: 1, float: 1.0, str: "{}", bytes: b"x"}[kind]


def test_nobody_is_deleted_or_made_one_while_they_practise(store: Store) -> None:
    store.people.add("Ana")
    store.people.add("Bob")
    recorder = store.recorder(new_session(session_id="running", person="Ana"))
    recorder.packet(packet(0.5, 900))
    recorder.flush()
    with pytest.raises(StoreError, match="being recorded"):
        store.people.delete("Ana")
    with pytest.raises(StoreError, match="being recorded"):
        store.people.merge("Bob", "Ana")
    assert names(store) == ["Ana", "Bob"]
    recorder.close()
    store.people.delete("Ana")
    assert names(store) == ["Bob"]


def test_each_table_that_hangs_on_a_person_is_known() -> None:
    assert {table.name for table in hanging_on(schema.persons)} == {
        "sessions", "rungs", "entries", "aliases", "assigned",
    }  # fmt: skip


@pytest.mark.parametrize("begun_with", ["Ana", ""])
def test_a_session_begun_with_the_wrong_person_goes_to_the_right_one_with_its_comment_alone(
    store: Store, begun_with: str
) -> None:
    store.people.add("Bob")
    for session_id in ("wrong", "right"):
        record(store, begun_with, session_id)
        keep_comment(store, session_id, f"about {session_id}")
    before = store.beats("wrong"), store.markers("wrong"), store.results("wrong")
    assert store.people.hand_over("wrong", "BOB") == begun_with
    assert (store.session("wrong").row.person, store.session("right").row.person) == ("Bob", begun_with)
    assert read_comments(store, "Bob") == {"wrong": "about wrong"}
    assert read_comments(store, begun_with) == {"right": "about right"}
    assert (store.beats("wrong"), store.markers("wrong"), store.results("wrong")) == before
    with reading(store._engine) as connection:
        assert unsound(connection) == []


def test_a_session_is_not_handed_over_while_it_is_recorded_or_where_nothing_would_change(store: Store) -> None:
    store.people.add("Bob")
    recorder = store.recorder(new_session(session_id="runs", person="Ana"))
    recorder.packet(packet(0.5, 900))
    recorder.flush()
    with pytest.raises(StoreError, match="is being recorded"):
        store.people.hand_over("runs", "Bob")
    recorder.close()
    for session_id, person, words in (
        ("runs", "Ana", "of Ana already"),
        ("runs", "Zoe", "nobody called Zoe"),
        ("zz", "Bob", "no session 'zz'"),
    ):
        with pytest.raises(StoreError, match=words):
            store.people.hand_over(session_id, person)
    assert store.session("runs").row.person == "Ana"
