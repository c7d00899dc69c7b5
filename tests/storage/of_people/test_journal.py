"""What people tell: of a day each, in order, replaced where it is the same question, and each person's own."""

from datetime import date, timedelta

import pytest

from biofeedback.storage.database import Store
from biofeedback.storage.errors import StoreError
from biofeedback.storage.records import EntryKind

DAY = date(2026, 11, 25)


def test_a_question_of_a_day_has_one_answer_and_a_diary_many(store: Store) -> None:
    store.journal.put("", EntryKind.CHECKIN, {"value": 3}, DAY, "pain")
    store.journal.put("", EntryKind.CHECKIN, {"value": 4}, DAY, "pain")
    store.journal.put("", EntryKind.CHECKIN, {"value": 5}, DAY + timedelta(days=1), "pain")
    store.journal.put("Ana", EntryKind.CHECKIN, {"value": 9}, DAY, "pain")
    for words in ("one", "two"):
        store.journal.add("", EntryKind.DIARY, {"words": words}, DAY)
    told = store.journal.entries("", EntryKind.CHECKIN)
    assert [(entry.on, entry.document["value"]) for entry in told] == [("2026-11-25", 4), ("2026-11-26", 5)]
    assert [entry.document["words"] for entry in store.journal.entries("", EntryKind.DIARY)] == ["one", "two"]
    assert [entry.document["value"] for entry in store.journal.entries("ANA")] == [9]
    assert store.journal.entries("Bob") == []


def test_a_stretch_of_days_is_read_with_its_ends(store: Store) -> None:
    for n in range(5):
        store.journal.add("", EntryKind.DIARY, {"n": n}, DAY + timedelta(days=n))
    read = store.journal.entries("", since="2026-11-26", until="2026-11-28")
    assert [entry.document["n"] for entry in read] == [1, 2, 3]


def test_the_latest_is_that_of_the_latest_day_however_late_it_was_told(store: Store) -> None:
    assert store.journal.latest("", EntryKind.PLAN) is None
    store.journal.put("", EntryKind.PLAN, {"n": 2}, DAY)
    store.journal.put("", EntryKind.PLAN, {"n": 1}, DAY - timedelta(days=3))
    latest = store.journal.latest("", EntryKind.PLAN)
    assert latest is not None
    assert latest.document == {"n": 2}


def test_an_entry_is_changed_or_forgotten(store: Store) -> None:
    entry = store.journal.add("", EntryKind.DIARY, {"words": "Täglich \U0001f33f"}, DAY)
    store.journal.change(entry.number, {"words": "other"})
    assert store.journal.entries("")[0].document == {"words": "other"}
    store.journal.remove(entry.number)
    assert store.journal.entries("") == []
    for gone in (lambda: store.journal.remove(entry.number), lambda: store.journal.change(entry.number, {})):
        with pytest.raises(StoreError, match="no entry"):
            gone()


def test_what_is_no_json_is_refused_and_nothing_is_lost(store: Store) -> None:
    store.journal.put("", EntryKind.CHECKIN, {"value": 3}, DAY, "pain")
    with pytest.raises(ValueError, match="JSON"):
        store.journal.put("", EntryKind.CHECKIN, {"value": float("nan")}, DAY, "pain")
    assert store.journal.entries("")[0].document == {"value": 3}
