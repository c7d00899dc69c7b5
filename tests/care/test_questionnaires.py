"""Scores and cut-offs as they are published, what is missing, change, and what is due."""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biofeedback.care.questionnaires import Scored, compare, due, is_due, score
from biofeedback.reports.questionnaire_sentences import change_sentence, score_sentences
from protocols.questionnaires.library import find_questionnaire, load_library
from protocols.questionnaires.specification import Questionnaire, Scoring

LIBRARY = {each.id: each for each in load_library()}
GAD_7, PHQ_8, PHQ_4, PEG, OWN = (LIBRARY[each] for each in ("gad-7", "phq-8", "phq-4", "peg", "own-items"))
DAY = dt.date(2026, 5, 3)


def adding_up_to(questionnaire: Questionnaire, total: int) -> list[int]:
    """Answers with this sum."""
    answers = []
    for _ in questionnaire.items:
        answers.append(min(max(questionnaire.values), total))
        total -= answers[-1]
    assert total == 0
    return answers


@pytest.mark.parametrize(
    ("questionnaire", "published"),
    [
        # Spitzer 2006
        (GAD_7, {0: "minimal", 4: "minimal", 5: "mild", 9: "mild", 10: "moderate", 14: "moderate", 15: "severe",
                 21: "severe"}),
        # Kroenke 2009, J Affect Disord 114:163
        (PHQ_8, {0: "minimal", 4: "minimal", 5: "mild", 9: "mild", 10: "moderate", 14: "moderate",
                 15: "moderately severe", 19: "moderately severe", 20: "severe", 24: "severe"}),
        # Kroenke 2009, Psychosomatics 50:613
        (PHQ_4, {0: "normal", 2: "normal", 3: "mild", 5: "mild", 6: "moderate", 8: "moderate", 9: "severe",
                 12: "severe"}),
    ],
)  # fmt: skip
def test_the_cut_offs_are_the_published_ones_on_both_sides(
    questionnaire: Questionnaire, published: dict[int, str]
) -> None:
    assert questionnaire.score_range == (0, max(published))
    for total, severity in published.items():
        scored = score(questionnaire, adding_up_to(questionnaire, total))
        assert (scored.score, scored.severity, scored.withheld) == (total, severity, "")
        assert type(scored.score) is float


def test_the_peg_is_the_mean_of_three_and_has_no_cut_offs() -> None:
    assert PEG.score_range == (0, 10)
    assert [score(PEG, answers).score for answers in ([0, 0, 0], [10, 10, 10], [7, 5, 6], [1, 0, 0])] == [
        0, 10, 6, pytest.approx(1 / 3),
    ]  # fmt: skip
    assert score(PEG, [10, 10, 10]).severity is None


@pytest.mark.parametrize(
    "answers", [(a, b, c, d) for a in (0, 1, 3) for b in (0, 2) for c in (0, 1, 3) for d in (0, 2)]
)
def test_the_halves_of_the_phq_4_are_marked_from_3_on(answers: tuple[int, ...]) -> None:
    anxiety, depression = score(PHQ_4, answers).subscales
    assert (anxiety.score, depression.score) == (sum(answers[:2]), sum(answers[2:]))
    assert (anxiety.mark, depression.mark) == (3, 3)
    assert (anxiety.reached, depression.reached) == (sum(answers[:2]) >= 3, sum(answers[2:]) >= 3)


def test_own_items_are_told_one_by_one_and_never_added_up() -> None:
    scored = score(OWN, [1, 2, None, 4, 5, 6])
    assert (scored.score, scored.severity, scored.n_missing) == (None, None, 1)
    assert dict(scored.answers)["willingness"] == 4
    assert "not added up" in scored.withheld
    told = list(score_sentences(OWN, scored))
    assert "How sure are you that moving will harm your body? No answer." in told
    assert told[-1] == "These questions are not validated."


@st.composite
def answered(draw: st.DrawFn, *, missing: bool = False) -> tuple[Questionnaire, list[int | None]]:
    questionnaire = draw(st.sampled_from(list(LIBRARY.values())))
    answer: st.SearchStrategy[int | None] = st.sampled_from(questionnaire.values)
    if missing:
        answer = st.none() | answer
    n_items = len(questionnaire.items)
    return questionnaire, draw(st.lists(answer, min_size=n_items, max_size=n_items))


@given(answered(missing=True))
def test_a_score_lies_in_its_range_or_is_withheld_with_its_reason(case: tuple[Questionnaire, list[int | None]]) -> None:
    questionnaire, answers = case
    scored = score(questionnaire, answers)
    assert scored.n_missing == answers.count(None)
    assert (scored.score is None) == bool(scored.withheld)
    if scored.score is None:
        assert scored.severity is None
        assert scored.n_missing or questionnaire.scoring is Scoring.EACH
    else:
        low, high = questionnaire.score_range
        assert low <= scored.score <= high
        assert (scored.severity is None) == (not questionnaire.bands)
    for part in scored.subscales:
        assert (part.score is None) == (part.reached is None)
    assert questionnaire.after in scored.words


@given(answered(), st.data())
def test_a_higher_answer_never_lowers_score_or_severity(
    case: tuple[Questionnaire, list[int]], data: st.DataObject
) -> None:
    questionnaire, answers = case
    i = data.draw(st.sampled_from(range(len(answers))))
    higher = [*answers]
    higher[i] = data.draw(st.sampled_from([value for value in questionnaire.values if value >= answers[i]]))
    before, after = score(questionnaire, answers), score(questionnaire, higher)
    names = [None, *(band.name for band in questionnaire.bands)]
    assert names.index(after.severity) >= names.index(before.severity)
    if before.score is not None and after.score is not None:
        assert after.score - before.score == pytest.approx(
            (higher[i] - answers[i]) / (1 if questionnaire.scoring is Scoring.SUM else len(answers))
        )


@pytest.mark.parametrize("questionnaire", [GAD_7, PHQ_8, PHQ_4, PEG])
def test_one_missing_answer_withholds_the_score(questionnaire: Questionnaire) -> None:
    n_items = len(questionnaire.items)
    scored = score(questionnaire, [None] + [1] * (n_items - 1))
    assert scored.withheld == (
        f"1 of the {n_items} questions has no answer, and {questionnaire.title} is only counted whole."
    )


def test_who_is_already_past_a_cut_off_is_pointed_to_somebody_although_an_answer_is_missing() -> None:
    assert "crisis line" in score(PHQ_8, [3, 3, 3, 3, 3, 3, 3, None]).words
    assert score(PHQ_8, [0, 0, 0, 0, 0, 0, 0, None]).words == PHQ_8.after


def test_a_half_is_given_where_only_the_other_lacks_an_answer() -> None:
    anxiety, depression = score(PHQ_4, [1, 2, None, 3]).subscales
    assert (anxiety.score, anxiety.reached, depression.score, depression.reached) == (3, True, None, None)


@pytest.mark.parametrize(
    ("answers", "reason"),
    [
        ([], "GAD-7 has 7 questions, so it takes 7 answers, not 0"),
        ([0] * 6, "takes 7 answers, not 6"),
        ([0] * 8, "takes 7 answers, not 8"),
        ([0, 0, 4, 0, 0, 0, 0], "the answer to question 3 must be from 0 to 3, not 4"),
        ([0, 0, -1, 0, 0, 0, 0], "the answer to question 3 must be from 0 to 3, not -1"),
    ],
)
def test_answers_that_cannot_be_given_are_told(answers: list[int], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        score(GAD_7, answers)


def changed(
    questionnaire: Questionnaire, earlier: Sequence[int], now: Sequence[int]
) -> tuple[float | None, bool | None]:
    change = compare(questionnaire, score(questionnaire, now), score(questionnaire, earlier))
    return change.change, change.changed


@pytest.mark.parametrize(
    ("earlier", "now", "expected"),
    [(10, 7, (-3, False)), (10, 6, (-4, True)), (6, 9, (3, False)), (6, 10, (4, True)), (6, 6, (0, False))],
)
def test_the_gad_7_changes_from_4_points_on(earlier: int, now: int, expected: tuple[float, bool]) -> None:
    assert GAD_7.difference.points == 4
    assert changed(GAD_7, adding_up_to(GAD_7, earlier), adding_up_to(GAD_7, now)) == expected


@given(st.lists(st.integers(0, 10), min_size=3, max_size=3), st.lists(st.integers(0, 10), min_size=3, max_size=3))
def test_the_peg_changes_from_a_whole_point_on_however_its_thirds_are_rounded(
    earlier: list[int], now: list[int]
) -> None:
    assert PEG.difference.points == 1
    change, is_changed = changed(PEG, earlier, now)
    assert change == pytest.approx((sum(now) - sum(earlier)) / 3)
    assert is_changed == (abs(sum(now) - sum(earlier)) >= 3)


def test_where_no_smallest_change_is_published_none_is_made_up() -> None:
    for questionnaire in (PHQ_8, PHQ_4):
        n_items = len(questionnaire.items)
        change = compare(questionnaire, score(questionnaire, [3] * n_items), score(questionnaire, [0] * n_items))
        assert (change.change, change.minimal_difference, change.changed) == (3 * n_items, None, None)
        assert change.withheld == questionnaire.difference.source
        assert change_sentence(questionnaire, change).startswith(f"{3 * n_items} more than before. ")


def test_without_an_earlier_score_nothing_is_said_to_have_changed() -> None:
    now = score(GAD_7, [1] * 7)
    change = compare(GAD_7, now, None)
    assert (change.change, change.minimal_difference, change.changed, change.withheld) == (None, 4, None, "")
    assert change_sentence(GAD_7, change) == ""
    for one, other in ((now, score(GAD_7, [None] * 7)), (score(GAD_7, [None] * 7), now)):
        withheld = compare(GAD_7, one, other)
        assert (withheld.change, withheld.changed) == (None, None)
        assert "7 of the 7 questions have no answer" in withheld.withheld


@pytest.mark.parametrize("other", [("gad-7", 2), ("phq-8", 1)])
def test_scores_of_other_questions_are_not_compared(other: tuple[str, int]) -> None:
    now = score(GAD_7, [1] * 7)
    change = compare(GAD_7, now, Scored(*other, 20.0, None, "", (), (), 0))
    assert (change.change, change.changed) == (None, None)
    assert "cannot be compared" in change.withheld


def test_the_sentence_of_a_change_names_the_source() -> None:
    change = compare(GAD_7, score(GAD_7, [1] * 7), score(GAD_7, [2] * 7))
    assert change_sentence(GAD_7, change) == (
        "7 less than before: at least the smallest change that matters, 4 (Toussaint et al. 2020, J Affect Disord "
        "265:395)."
    )
    assert change_sentence(GAD_7, change, date(2026, 10, 20)).startswith("7 less than on 20 Oct 2026: at least")
    same = compare(PEG, score(PEG, [1, 2, 2]), score(PEG, [2, 2, 1]))
    assert change_sentence(PEG, same).startswith("The same as before: less than the smallest change")
    assert next(iter(score_sentences(PEG, score(PEG, [1, 2, 2])))) == "PEG 1.7 on a scale from 0 to 10."


def names(earlier: dict[str, list[dt.date]], on: dt.date) -> list[str]:
    return [each.id for each in due(load_library(), earlier, on)]


def test_four_weeks_ask_nothing_twice() -> None:
    filled: dict[str, list[dt.date]] = {}
    asked: dict[int, list[str]] = {}
    for n in range(29):
        on = DAY + dt.timedelta(n)
        for ident in names(filled, on):
            asked.setdefault(n, []).append(ident)
            filled.setdefault(ident, []).append(on)
    assert asked == {
        0: ["peg", "gad-7", "phq-8", "own-items"],
        7: ["peg", "own-items"],
        14: ["peg", "phq-4", "own-items"],
        21: ["peg", "own-items"],
        28: ["peg", "gad-7", "phq-8", "own-items"],
    }


def test_the_short_form_is_asked_where_only_one_of_the_long_ones_is() -> None:
    shelf = [PHQ_4, GAD_7]
    assert [each.id for each in due(shelf, {}, DAY)] == ["phq-4", "gad-7"]


def test_of_two_that_stand_in_place_of_each_other_one_is_asked() -> None:
    shelf = [replace(PHQ_4, in_place_of=("gad-7",)), replace(GAD_7, in_place_of=("phq-4",))]
    assert [each.id for each in due(shelf, {}, DAY)] == ["gad-7"]


@given(st.lists(st.integers(-60, 60)), st.integers(1, 40))
def test_due_does_not_depend_on_the_order_of_the_days(offsets: list[int], every_days: int) -> None:
    days = [DAY + dt.timedelta(n) for n in offsets]
    past = [day for day in days if day <= DAY]
    expected = not past or (DAY - max(past)).days >= every_days
    assert is_due(every_days, days, DAY) == is_due(every_days, sorted(days), DAY) == expected


def test_words_for_the_person_are_gentle_and_point_to_somebody_where_it_is_hard() -> None:
    for questionnaire in LIBRARY.values():
        for text in [questionnaire.after, *(band.words for band in questionnaire.bands)]:
            assert not re.search(
                r"anxiety|depress|disorder|severe|score|symptom|fail(?!ure)|poor|you are ill", text, re.I
            )
        for band in questionnaire.bands[1:]:
            assert re.search("clinician|doctor", band.words)
        for band in questionnaire.bands[-1:]:
            assert "somebody" in band.words


def test_nothing_asks_about_wishing_to_die_without_a_way_to_help() -> None:
    for questionnaire in LIBRARY.values():
        for item in questionnaire.items:
            assert not re.search("dead|die|suicid|hurting yourself|ending", item.text)
    assert len(find_questionnaire("phq-8").items) == 8
    assert {"phq-9", "pcs", "tsk", "tsk-11"}.isdisjoint(LIBRARY)
