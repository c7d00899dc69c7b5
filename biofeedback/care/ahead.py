"""What the start page offers besides a practice: the step of today where there is a course, first steps where not."""

import contextlib
from dataclasses import dataclass
from datetime import date

from biofeedback.care.plan import read_plan
from biofeedback.care.today import Today, know, today
from biofeedback.storage.database import Store
from biofeedback.storage.folder import own_lessons, own_questionnaires
from biofeedback.storage.records import EntryKind
from protocols.courses.specification import Practice
from protocols.documents import DocumentError
from protocols.questionnaires.library import find_questionnaire
from protocols.safety import Caution
from protocols.specification import Exercise

FIRST_LESSON = "pain-is-real"
"""Read before any course."""


@dataclass(frozen=True, slots=True)
class Read:
    """A lesson or a questionnaire that is offered; `minutes` of a lesson."""

    id: str
    title: str
    minutes: float | None = None


@dataclass(frozen=True, slots=True)
class Ahead:
    """What lies ahead on a day.

    Attributes
    ----------
    today : Today or None
        None where there is no plan.
    practice : Exercise or None
        That of today, as long as it is meant to be.
    lesson, questionnaire : Read or None
        Without a plan, the first lesson until one was read.
    """

    today: Today | None
    practice: Exercise | None = None
    lesson: Read | None = None
    questionnaire: Read | None = None


def read_ahead(store: Store, person: str, on: date | None = None) -> Ahead:
    """What lies ahead of a person, from the store."""
    plan, day = read_plan(store, person), on or date.today()
    known = know(store, person, day)
    if plan is None:
        begun = any(each.kind is EntryKind.LESSON for each in known.entries)
        waits = begun or Caution.RED_FLAGS.value in known.profile.conditions
        return Ahead(None, lesson=None if waits else _lesson(store, FIRST_LESSON))
    held = today(plan, known, day)
    made = None
    if (offer := held.practice) is not None:
        exercise = known.exercises[offer.exercise]
        made = Practice(offer.exercise, offer.minutes if exercise.stretches else None, 1).of(exercise)
    return Ahead(held, made, _lesson(store, held.lesson), _questionnaire(store, held.questionnaire))


def _lesson(store: Store, ident: str | None) -> Read | None:
    from protocols.lessons.library import find_lesson  # with it comes markdown, which an idle window goes without

    with contextlib.suppress(DocumentError):  # its file went meanwhile, and with it the offer
        found = find_lesson(ident, own_lessons(store.folder)) if ident else None
        return Read(found.id, found.title, found.minutes) if found else None
    return None


def _questionnaire(store: Store, ident: str | None) -> Read | None:
    with contextlib.suppress(DocumentError):
        return Read(ident, find_questionnaire(ident, own_questionnaires(store.folder)).title) if ident else None
    return None
