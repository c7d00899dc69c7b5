"""The pattern check: warning signs first, a kind stop, and a page that counts and concludes nothing."""

import datetime as dt
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biofeedback.care.pattern import (
    Ask,
    Confirmation,
    Page,
    Reply,
    Stop,
    may_say_neuroplastic,
    next_step,
)
from protocols.questionnaires.library import load_shelf
from protocols.questionnaires.pattern import Group, Urgency

CHECK = load_shelf().pattern
DAY = dt.date(2026, 5, 3)
FLAGS = [flag.id for flag in CHECK.red_flags]
SIGNS = [sign.id for sign in CHECK.signs]
NO_FLAGS = dict.fromkeys(FLAGS, Reply.NO)


def walked(answers: dict[str, Reply]) -> tuple[list[str], Stop | Page]:
    """Answer question after question; which were asked, and the end."""
    asked: list[str] = []
    replies: dict[str, Reply] = {}
    while isinstance(step := next_step(CHECK, replies, DAY), Ask):
        asked.append(step.question.id)
        replies[step.question.id] = answers[step.question.id]
    return asked, step


def page_of(answers: dict[str, Reply]) -> Page:
    _, page = walked(NO_FLAGS | answers)
    assert isinstance(page, Page)
    return page


def text_of(page: Page) -> str:
    return "\n".join(line for section in page.sections for line in (section.heading, *section.sentences))


EVERYTHING = dict.fromkeys([*SIGNS, CHECK.bodily.id], Reply.YES)
replies = st.fixed_dictionaries({ident: st.sampled_from(Reply) for ident in [*FLAGS, *SIGNS, CHECK.bodily.id]})


def test_every_warning_sign_is_asked_before_any_pattern() -> None:
    asked, page = walked(NO_FLAGS | EVERYTHING)
    assert asked == [*FLAGS, *SIGNS, CHECK.bodily.id]
    assert isinstance(page, Page)
    assert [flag.urgency for flag in CHECK.red_flags] == sorted(flag.urgency for flag in CHECK.red_flags)


def test_each_part_is_begun_with_words() -> None:
    first = next_step(CHECK, {}, DAY)
    second = next_step(CHECK, {FLAGS[0]: Reply.NO}, DAY)
    signs = next_step(CHECK, NO_FLAGS, DAY)
    assert [step.before for step in (first, second, signs) if isinstance(step, Ask)] == [
        CHECK.before_flags, "", CHECK.before_signs,
    ]  # fmt: skip


@pytest.mark.parametrize("reply", [Reply.YES, Reply.UNSURE])
@pytest.mark.parametrize("flag", CHECK.red_flags, ids=lambda flag: flag.id)
def test_each_warning_sign_stops_kindly_with_what_to_do(flag: object, reply: Reply) -> None:
    assert flag in CHECK.red_flags
    found = next(each for each in CHECK.red_flags if each is flag)
    asked, stop = walked(NO_FLAGS | {found.id: reply})
    assert isinstance(stop, Stop)
    assert (stop.urgency, stop.words) == (found.urgency, CHECK.stops[found.urgency])
    assert stop.for_doctor == (f"{found.told} (not sure)" if reply is Reply.UNSURE else found.told,)
    assert stop.may_breathe == (found.urgency is Urgency.SOON)
    if found.urgency is Urgency.EMERGENCY:
        assert asked[-1] == found.id, "nothing more is asked"
        assert "now" in stop.words
    else:
        assert asked == FLAGS, "a doctor sees all of them together"


def test_an_emergency_goes_before_what_can_wait_whatever_was_answered_first() -> None:
    stop = next_step(CHECK, {"weight": Reply.YES, "chest": Reply.YES}, DAY)
    assert isinstance(stop, Stop)
    assert stop.urgency is Urgency.EMERGENCY
    assert len(stop.for_doctor) == 2


@given(replies)
def test_no_page_is_made_where_a_warning_sign_is_not_answered_with_no(answers: dict[str, Reply]) -> None:
    asked, end = walked(answers)
    raised = [ident for ident in FLAGS if answers[ident] is not Reply.NO]
    assert isinstance(end, Stop) == bool(raised)
    if raised:
        assert set(asked) <= set(FLAGS)


@given(replies)
def test_a_page_tells_each_answer_once_and_counts_none(answers: dict[str, Reply]) -> None:
    page = page_of(answers | NO_FLAGS)
    text = text_of(page)
    for sign in CHECK.signs:
        told = {Reply.YES: sign.told}.get(answers[sign.id], sign.question)
        assert text.count(told) == 1
        assert (sign.told in text) == (answers[sign.id] is Reply.YES)
    sentences = text.replace("2026-05-03", "").replace("\n".join(CHECK.sources), "").replace("2024", "")
    own = sentences.replace("\n".join(flag.told for flag in CHECK.red_flags), "")
    assert not re.search(r"\d|per cent|%|points", own)
    assert CHECK.meaning in text


def test_the_page_names_no_diagnosis_and_says_what_the_patterns_mean() -> None:
    text = text_of(page_of(EVERYTHING))
    assert not re.search("neuroplastic|fibromyalgia|your diagnosis|diagnosed", text, re.I)
    assert (
        "These patterns are often seen when pain is kept going by the nervous system. They do not rule out other "
        "causes. Only a clinician can make that call." in text
    )
    assert "no diagnosis" in text


def test_pain_with_a_share_of_the_body_is_spoken_to_as_well() -> None:
    assert CHECK.with_bodily in text_of(page_of(EVERYTHING))
    assert CHECK.with_bodily in text_of(page_of(EVERYTHING | {CHECK.bodily.id: Reply.UNSURE}))
    without = text_of(page_of(EVERYTHING | {CHECK.bodily.id: Reply.NO}))
    assert CHECK.with_bodily not in without
    assert "knows of no finding" in without


def test_where_no_pattern_was_noticed_the_pain_is_real_all_the_same() -> None:
    page = page_of(dict.fromkeys(EVERYTHING, Reply.NO))
    assert CHECK.without in text_of(page)
    assert not {section.heading for section in page.sections} & set(CHECK.headings.values())


def test_the_signs_that_the_check_has_to_ask_are_there() -> None:
    assert {
        "moves", "spreads", "comes-and-goes", "no-injury", "after-activity", "stress", "harmless-touch",
        "pleasant-activity", "beyond-healing", "several-places", "expecting", "people-places", "stressful-time",
    } <= set(SIGNS)  # fmt: skip
    assert {sign.group for sign in CHECK.signs} == set(Group)
    assert {"chest", "bladder-bowel", "legs", "ending-life", "leg-clot"} <= {
        flag.id for flag in CHECK.red_flags if flag.urgency is Urgency.EMERGENCY
    }


@pytest.mark.parametrize(
    ("confirmation", "may"),
    [
        (None, False),
        (Confirmation("", DAY), False),
        (Confirmation("  ", DAY), False),
        (Confirmation("Dr Ana", DAY), True),
    ],
)
def test_only_a_clinician_with_a_name_lets_the_program_say_the_word(
    confirmation: Confirmation | None, may: bool
) -> None:
    assert may_say_neuroplastic(confirmation) == may
