"""The evidence sheet: the person's own lines first, and of the data only what happened, and was not refused."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from biofeedback.care.body_map import Mark, View, body
from biofeedback.care.checkin import keep_day, read_days
from biofeedback.care.diary import About, write
from biofeedback.care.drawings import keep_drawing
from biofeedback.care.evidence import judge, read_evidence, read_found, read_sheet, remove_line, series_of, write_line
from biofeedback.care.filled import keep_filled
from biofeedback.care.finds import Kind, _sessions, slowed_bpm
from biofeedback.care.profile import Profile, keep_profile
from biofeedback.care.progress import read_trend, read_trends
from biofeedback.storage.database import Store
from biofeedback.storage.records import EntryKind, Outcome
from protocols.questionnaires.library import find_questionnaire
from tests.storage.conftest import store

__all__ = ["store"]

DAY = date(2026, 5, 4)


def a_session(rest_bpm: float | None, end_bpm: float | None, before: int = 6, after: int = 3) -> Outcome:
    phases = [
        {"role": "baseline", "start_s": 0, "end_s": 120, "indices": {"mean_hr_bpm": rest_bpm}},
        {"role": "practice", "start_s": 120, "end_s": 420, "indices": {"mean_hr_bpm": end_bpm}},
    ]
    ratings = {"before": {"pain": before}, "after": {"pain": after}}
    return Outcome(
        "s1", "2026-05-04T10:00:00+00:00", "quiet-rest", "Quiet rest", False, 420, {"phases": phases}, ratings
    )


def tell(store: Store, values: list[float], name: str = "pain") -> None:
    for n, value in enumerate(values):
        keep_day(store, "", DAY + timedelta(n), {name: value})


def kinds(store: Store) -> list[tuple[Kind, tuple[str, ...]]]:
    return [(find.kind, find.sources) for find in read_found(store, "")]


def test_own_lines_come_first_and_are_cleaned_and_taken_off(store: Store) -> None:
    write(store, "", About.FLARE, "came with stress", DAY)
    judge(store, "", read_found(store, "")[0], kept=True)
    line = write_line(store, "", " no pain\u202e at the  beach ", DAY - timedelta(30))
    assert [(each.words, each.kind) for each in read_sheet(store, "")[:1]] == [("no pain at the beach", "own")]
    assert len(read_sheet(store, "")) == 2
    assert read_sheet(store, "Ana") == ()
    remove_line(store, "", line.number)
    remove_line(store, "", read_sheet(store, "")[0].number)
    assert read_sheet(store, "") == ()
    assert read_found(store, "") == ()  # what was taken off is not offered again
    for words in ("  ", "a" * 501):
        with pytest.raises(ValueError, match=r"needs a word|room for"):
            write_line(store, "", words)
    with pytest.raises(ValueError, match="no line"):
        remove_line(store, "", line.number)


def test_what_is_refused_is_not_offered_again_and_the_next_takes_its_place(store: Store) -> None:
    for n in range(5):
        write(store, "", About.FLARE, "came with stress", DAY + timedelta(n))
    write(store, "", About.FLARE, "came without stress", DAY + timedelta(9))
    assert len(kinds(store)) == 3
    seen = set()
    while found := read_found(store, ""):
        assert found[0].key not in seen
        seen.add(found[0].key)
        judge(store, "", found[0], kept=False)
    assert len(seen) == 5
    assert read_sheet(store, "") == ()


@pytest.mark.parametrize(
    ("session", "found"),
    [
        (a_session(70, 66), True),
        (a_session(70, 68), True),
        (a_session(70, 68.5), False),  # less than the spread of any rest
        (a_session(66, 70), False),
        (a_session(None, 60), False),  # withheld
        (a_session(70, None), False),
        (a_session(70, 60, before=6, after=5), False),  # less than people call a change
        (a_session(70, 60, before=3, after=2), True),  # 30 %
        (a_session(70, 60, before=3, after=6), False),
        (a_session(70, 60, before=0, after=0), False),
    ],
)
def test_a_session_is_a_find_where_pain_fell_and_the_heart_slowed(session: Outcome, found: bool) -> None:
    assert bool(list(_sessions([session]))) == found


def test_a_short_end_and_a_challenge_tell_nothing_of_calm() -> None:
    session = a_session(70, 60)
    for change in ({"end_s": 150}, {"role": "challenge"}):
        rest, end = session.document["phases"]
        assert slowed_bpm(replace(session, document={"phases": [rest, end | change]})) in (None, 0.0)
    assert list(_sessions([replace(session, document={**session.document, "broken_off": True})])) == []
    assert slowed_bpm(replace(session, document={})) is None


def test_days_without_pain_count_only_where_there_usually_is_some_and_nothing_was_taken(store: Store) -> None:
    tell(store, [5, 4, 6, 5, 4, 5, 0, 0])
    write(store, "", About.TREATMENT, "medication", DAY + timedelta(6))
    assert kinds(store) == []  # on the day itself, and on the day after
    tell(store, [5, 4, 6, 5, 4, 5, 0, 0, 5, 0])
    assert kinds(store) == [(Kind.DAY, ("2026-05-13",))]


def test_who_hardly_has_pain_is_not_told_of_each_day_without(store: Store) -> None:
    tell(store, [0] * 20 + [3, 0, 0])
    assert kinds(store) == []


def test_a_day_much_lower_than_usual_is_found_for_a_symptom_of_ones_own_too(store: Store) -> None:
    keep_profile(store, "", Profile(symptoms=("fog",)))
    tell(store, [7, 8, 6, 7] * 6 + [2, 6], "fog")
    (find,) = read_found(store, "")
    assert (find.sources, find.about) == (("2026-05-28",), "fog")
    assert "fog was 2 of 10" in find.text
    assert "because" not in find.text


def test_pain_that_changed_its_place(store: Store) -> None:
    regions = [each for each in body().regions if each.view is View.FRONT]
    middles = [each.shape.representative_point() for each in (regions[0], regions[-1])]
    head, foot = (Mark(View.FRONT, ((middle.x, middle.y),), 0.03, 5) for middle in middles)
    for n, marks in enumerate([(head,), (head,), (foot,), (foot, head)]):
        keep_drawing(store, "", DAY + timedelta(n), marks)
    assert kinds(store) == [(Kind.PLACE, ("2026-05-05", "2026-05-06"))]


def test_too_few_days_are_counted_for_each_pair(store: Store) -> None:
    tell(store, [3, 4, 5])
    tell(store, [5, 6], "stress")
    evidence = read_evidence(store, "")
    assert evidence.not_enough == {("stress", "pain"): 26}
    assert [each.name for each in series_of([], read_days(store, ""), ()) if each.symptom] == ["pain"]


def test_a_drawing_that_cannot_be_read_takes_nothing_else_with_it(store: Store) -> None:
    tell(store, [3, 4, 5])
    write(store, "", About.FLARE, "came with stress", DAY)
    store.journal.put("", EntryKind.BODY_MAP, {"marks": [{"view": "side"}]}, DAY)
    assert kinds(store) == [(Kind.STRESS, ("2026-05-04",))]
    assert [measure.name for measure, _ in read_trends(store, "")] == ["pain"]
    with pytest.raises(ValueError, match="2026-05-04 cannot be read"):
        read_trend(store, "", "body_area")


def test_scores_of_questionnaires_and_drawings_are_followed(store: Store) -> None:
    peg = find_questionnaire("peg")
    keep_filled(store, "", peg, [1, 2, 3], DAY)
    keep_filled(store, "", replace(peg, version=peg.version + 1), [9, 9, 9], DAY + timedelta(7))
    keep_filled(store, "", peg, [1, None, 3], DAY + timedelta(14))
    assert [point.value for point in read_trend(store, "", "questionnaire:peg").points] == [2.0]
    keep_drawing(store, "", DAY, (Mark(View.FRONT, ((0.0, 0.06),), 0.04, 5),))
    assert [point.value for point in read_trend(store, "", "body_places").points] == [1.0]
    assert read_trend(store, "", "body_area", since="2026-05-05").points == ()
