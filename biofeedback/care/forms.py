"""The forms that a person fills: which are due, what was begun, and the pattern check with what follows from it."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace

from biofeedback.care.drafts import draft_day, drop_draft, keep_draft, read_draft
from biofeedback.care.filled import Filled, due_on, keep_filled
from biofeedback.care.pattern import Reply, Stop, next_step
from biofeedback.care.profile import keep_profile, read_profile
from biofeedback.storage.database import Store
from biofeedback.storage.folder import own_questionnaires
from protocols.questionnaires.library import load_shelf
from protocols.questionnaires.pattern import PatternCheck
from protocols.questionnaires.specification import Questionnaire
from protocols.safety import Caution

Answers = dict[str, int | None]
RAISED = "caution-kept"
"""Kept beside the replies where the check itself set the caution: only that is lifted when it is answered anew."""


@dataclass(frozen=True, slots=True)
class Forms:
    """All forms at hand, those that are due, what was begun of each, and when the pattern check was answered last."""

    questionnaires: tuple[Questionnaire, ...]
    due: tuple[str, ...]
    begun: Mapping[str, Answers]
    pattern: PatternCheck
    replies: Mapping[str, Reply]
    replied_on: dt.date | None = None


def read_forms(store: Store, person: str, on: dt.date) -> Forms:
    """The forms of a person on a day."""
    shelf = load_shelf(own_questionnaires(store.folder))
    begun = {each.id: read_begun(store, person, each, on) for each in shelf.questionnaires}
    return Forms(
        shelf.questionnaires,
        tuple(each.id for each in due_on(store, person, shelf.questionnaires, on)),
        {ident: answers for ident, answers in begun.items() if answers},
        shelf.pattern,
        read_replies(store, person, shelf.pattern, on),
        replied_on(store, person, shelf.pattern),
    )


def read_begun(store: Store, person: str, questionnaire: Questionnaire, on: dt.date) -> Answers:
    """What was answered that day of a questionnaire that is not finished; answers of other days are not mixed in."""
    idents = {item.id for item in questionnaire.items}
    found = read_draft(store, person, questionnaire.id, on, 1)
    return {
        key: value
        for key, value in found.items()
        if key in idents and (value is None or (isinstance(value, int) and value in questionnaire.values))
    }


def answer(
    store: Store, person: str, questionnaire: Questionnaire, answers: Mapping[str, int | None], on: dt.date
) -> Filled | None:
    """Keep what has been answered so far; once that is everything, what it comes to."""
    if any(item.id not in answers for item in questionnaire.items):
        keep_draft(store, person, questionnaire.id, answers, on)
        return None
    filled = keep_filled(store, person, questionnaire, [answers[item.id] for item in questionnaire.items], on)
    drop_draft(store, person, questionnaire.id)
    return filled


def idents_of(check: PatternCheck) -> tuple[str, ...]:
    """The questions of the pattern check, in the order in which they are asked."""
    return (*(flag.id for flag in check.red_flags), *(sign.id for sign in check.signs), check.bodily.id)


def read_replies(store: Store, person: str, check: PatternCheck, on: dt.date) -> dict[str, Reply]:
    """What was answered of the pattern check, until it is to be asked again."""
    idents = idents_of(check)
    found = read_draft(store, person, check.id, on, check.every_days)
    return {key: Reply(value) for key, value in found.items() if key in idents and value in tuple(Reply)}


def replied_on(store: Store, person: str, check: PatternCheck) -> dt.date | None:
    """The day on which the pattern check was answered last; None where it was not."""
    return draft_day(store, person, check.id)


def reply(store: Store, person: str, check: PatternCheck, replies: Mapping[str, Reply], on: dt.date) -> None:
    """Keep the replies so far; where they stop the check, the person's caution stands, and it goes where they do not.

    Only a caution that this check set is lifted, and only once every warning sign was answered anew with no.
    """
    kept = read_draft(store, person, check.id, dt.date.max, dt.date.max.toordinal())
    raised = kept.get(RAISED) == "yes"
    profile = read_profile(store, person)
    has = Caution.RED_FLAGS.value in profile.conditions
    stops = isinstance(next_step(check, replies, on), Stop)
    asked_all = all(flag.id in replies for flag in check.red_flags)
    if stops and not has:
        keep_profile(store, person, replace(profile, conditions=(*profile.conditions, Caution.RED_FLAGS.value)))
        raised = True
    elif asked_all and not stops and raised:
        left = tuple(each for each in profile.conditions if each != Caution.RED_FLAGS.value)
        keep_profile(store, person, replace(profile, conditions=left))
        raised = False
    keep_draft(store, person, check.id, {**replies, **({RAISED: "yes"} if raised else {})}, on)
