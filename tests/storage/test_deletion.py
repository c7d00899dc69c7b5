"""Sessions deleted for good: nothing of theirs is left in any table or in the file, and all else stays."""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select

from biofeedback.storage import schema
from biofeedback.storage.database import Store
from biofeedback.storage.deletion import N_AT_ONCE, hanging_on
from biofeedback.storage.engine import reading
from biofeedback.storage.errors import StoreError
from biofeedback.storage.folder import DATABASE
from biofeedback.storage.records import Rated
from protocols.feedback import Score
from tests.storage.examples import DOCUMENT, WITHHELD, beat, new_session, packet, record_everything

SECRET = "coughed once, quietly"


def record(store: Store, session_id: str, **changed: object) -> None:
    with store.recorder(replace(new_session(session_id), **changed)) as recorder:  # type: ignore[arg-type]
        record_everything(recorder)
        recorder.marker(80.0, SECRET)
        recorder.finish("2026-11-21T08:33:00Z", "done", DOCUMENT, "1")
        # What comes after the end is not packed with the rest
        recorder.packet(packet(80.5, 900))
        recorder.beats([beat(9)])
        recorder.live(WITHHELD, Score(None, None, "too little data"))


def rows_of(store: Store) -> dict[str, int]:
    """How many rows each table has that is a session's, or hangs on one."""
    with reading(store._engine) as connection:
        return {
            table.name: connection.scalar(select(func.count()).select_from(table)) or 0
            for table in (schema.sessions, *hanging_on(schema.sessions))
        }


def test_nothing_is_left_in_any_table_that_hangs_on_a_session(store: Store) -> None:
    record(store, "a1")
    of_one = rows_of(store)
    assert all(of_one.values()), f"a table of which this tells nothing: {of_one}"
    linked = {
        table.name for table in schema.metadata.sorted_tables for column in table.columns if column.name == "session"
    }
    assert linked == set(of_one), "every table with a session in it hangs on one"
    record(store, "b1")
    assert store.delete(["a1", "a1"]).session_ids == ("a1",)
    assert rows_of(store) == of_one
    assert [row.session_id for row in store.sessions()] == ["b1"]
    store.delete(["b1"])
    assert not any(rows_of(store).values())


def test_what_was_deleted_cannot_be_read_from_the_file(store: Store) -> None:
    record(store, "a1")
    store.delete(["a1"])
    for file in store.folder.glob(f"{DATABASE}*"):
        assert SECRET.encode() not in file.read_bytes(), file.name


def test_a_session_that_is_being_recorded_is_left_alone_and_so_is_all_else(store: Store, tmp_path: Path) -> None:
    record(store, "a1")
    with store.recorder(new_session("b1")) as recorder:
        record_everything(recorder)
        recorder.flush()
        with Store.open(tmp_path / "data") as other, pytest.raises(StoreError, match="b1 is still being recorded"):
            other.delete(["a1", "b1"])
    assert {row.session_id for row in store.sessions()} == {"a1", "b1"}
    store.delete(["b1"])  # which was interrupted


@pytest.mark.parametrize("unknown", ["", "zz", "a", "a1 ", "'; drop table sessions; --"])
def test_one_that_is_not_there_deletes_none(store: Store, unknown: str) -> None:
    record(store, "a1")
    with pytest.raises(StoreError, match="Nothing was deleted"):
        store.delete(["a1", unknown])
    assert store.holds("a1")


def test_more_than_the_database_takes_at_once(store: Store) -> None:
    names = [f"s{i}" for i in range(N_AT_ONCE + 1)]
    with store._writing() as connection:
        connection.execute(
            schema.sessions.insert(),
            [
                {
                    "session_id": name, "exercise": "e", "exercise_title": "E", "exercise_source": "", "settings": "{}",
                    "device": "sim:", "simulated": 1, "started_utc": "2026-11-21T08:31:00Z", "started_clock_s": 0.0,
                }
                for name in names
            ],
        )  # fmt: skip
    assert len(store.delete(names).session_ids) == len(names)
    assert store.sessions() == []


def test_a_step_of_the_ladder_that_was_tried_is_told(store: Store) -> None:
    record(store, "a1", settings={"activity": {"text": "stairs", "rung": "1"}})
    record(store, "a2", settings={"activity": {"text": "stairs", "rung": "1"}})
    record(store, "a3")
    assert store.delete(["a1", "a2", "a3"]).activities == ("stairs",)


def test_ratings_of_all_sessions_of_a_person(store: Store) -> None:
    record(store, "a1")
    record(store, "b1", person="")
    assert store.rated("ANN") == {"a1": Rated({"pain": 6}, {"pain": 4})}
    assert set(store.rated("")) == {"b1"}
    assert store.rated("nobody") == {}
