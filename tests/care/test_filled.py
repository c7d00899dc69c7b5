"""Questionnaires that were filled are kept as they were counted, each beside the last score before it."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from biofeedback.care.filled import due_on, keep_filled, read_filled
from biofeedback.storage.database import Store
from biofeedback.storage.records import EntryKind
from protocols.questionnaires.library import find_questionnaire, load_library
from tests.storage.conftest import store

__all__ = ["store"]

DAY = date(2026, 5, 3)
GAD_7, PHQ_4, PEG = (find_questionnaire(each) for each in ("gad-7", "phq-4", "peg"))


def test_what_was_filled_comes_back_as_it_was_counted(store: Store) -> None:
    kept = keep_filled(store, "Ana", PHQ_4, [1, 2, None, 3], DAY)
    assert read_filled(store, "ana", PHQ_4) == [kept]
    assert kept.on == DAY
    assert dict(kept.scored.answers) == {"nervous": 1, "control-worry": 2, "interest": None, "down": 3}
    assert (kept.scored.subscales[0].score, kept.scored.subscales[0].reached) == (3, True)
    assert read_filled(store, "", PHQ_4) == read_filled(store, "Ana", GAD_7) == []


def test_each_is_compared_with_the_last_score_before_it_in_whatever_order_they_were_told(store: Store) -> None:
    for n, answers in ((28, [0, 1, 2, 2, 2, 2, 1]), (0, [2] * 7), (14, [2] * 6 + [None])):
        keep_filled(store, "", GAD_7, answers, DAY + timedelta(n))
    assert [(each.scored.score, each.change.change, each.change.changed) for each in read_filled(store, "", GAD_7)] == [
        (14, None, None), (None, None, None), (10, -4, True),
    ]  # fmt: skip
    (last,) = read_filled(store, "", GAD_7, since=DAY + timedelta(20))
    assert (last.change.change, last.earlier_on) == (-4, DAY)
    assert len(read_filled(store, "", GAD_7, until=DAY + timedelta(20))) == 2


def test_the_same_day_filled_again_takes_the_place(store: Store) -> None:
    keep_filled(store, "", PEG, [1, 2, 3], DAY)
    again = keep_filled(store, "", PEG, [4, 5, 6], DAY)
    assert read_filled(store, "", PEG) == [again]
    assert again.change.change is None


def test_a_questionnaire_that_was_changed_is_not_compared_with_what_it_was(store: Store) -> None:
    keep_filled(store, "", PEG, [1, 2, 3], DAY)
    for changed in (replace(PEG, version=2), replace(PEG, items=(replace(PEG.items[0], id="ache"), *PEG.items[1:]))):
        filled = keep_filled(store, "", changed, [4, 5, 6], DAY + timedelta(7))
        assert filled.change.change is None
        assert "cannot be compared" in filled.change.withheld


@pytest.mark.parametrize(
    ("answers", "on", "reason"),
    [([1, 2], DAY, "takes 3 answers"), ([1, 2, 11], DAY, "from 0 to 10"), ([1, 2, 3], date(2999, 1, 1), "not a day")],
)
def test_what_cannot_be_is_not_kept(store: Store, answers: list[int | None], on: date, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        keep_filled(store, "", PEG, answers, on)
    assert read_filled(store, "", PEG) == []


@pytest.mark.parametrize("document", [{}, {"version": "x"}, {"version": 1, "score": [], "answers": 3}])
def test_what_is_spoilt_counts_as_not_told(store: Store, document: dict[str, object]) -> None:
    store.journal.put("", EntryKind.QUESTIONNAIRE, document, DAY, "peg")
    assert read_filled(store, "", PEG) == []


def test_what_is_due_goes_by_what_the_person_filled(store: Store) -> None:
    keep_filled(store, "Ana", GAD_7, [0] * 7, DAY)
    on = DAY + timedelta(1)
    assert [each.id for each in due_on(store, "Ana", load_library(), on)] == ["peg", "phq-8", "own-items"]
    assert [each.id for each in due_on(store, "", load_library(), on)] == ["peg", "gad-7", "phq-8", "own-items"]
