"""The plan of a person: a course, where they are in it, and what they would like to reach. Every change is kept."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from biofeedback.care.profile import checked_words
from biofeedback.storage.database import Store
from biofeedback.storage.records import Entry, EntryKind
from protocols.courses.forms import read_weeks
from protocols.courses.specification import DAYS, STAGES, Course, Practice, Week
from protocols.ladder import same_words
from protocols.tables import Reader

LONGEST_GOAL, N_GOALS_MOST = 200, 5
"""Letters of a goal, and how many stand in a plan: more could not be kept in mind."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a person means to do, as it stood after a change.

    Attributes
    ----------
    course, title : str
        The course that it was made from.
    began_on : date
        When that course was begun.
    weeks : tuple of Week
    week : int
        In which week, counted from 1, the person was on the day `since`; one more every seven days.
    since : date
    stays : bool
        The week goes on until the person says otherwise.
    goals : tuple of str
        In their own words.
    by_hand : bool
        Whether the weeks are no longer those of the course.
    changed_on : date or None
        The day of the last change; None before it is kept.
    given_by : str
        The clinician who gave it, in a file; empty for one that was begun here.
    given_on : date or None
    """

    course: str
    title: str
    began_on: date
    weeks: tuple[Week, ...]
    week: int
    since: date
    stays: bool = False
    goals: tuple[str, ...] = ()
    by_hand: bool = False
    changed_on: date | None = field(default=None, compare=False)
    given_by: str = ""
    given_on: date | None = None

    def number_on(self, on: date) -> int:
        """The week of a day, counted from 1; the last one goes on, and before the first day it is the first."""
        gone = 0 if self.stays else max((on - self.since).days // DAYS, 0)
        return min(self.week + gone, len(self.weeks))

    def week_on(self, on: date) -> Week:
        return self.weeks[self.number_on(on) - 1]

    def begins(self, on: date) -> date:
        """The first of the seven days that a day belongs to."""
        return self.since + timedelta(days=(on - self.since).days // DAYS * DAYS)


def begun(course: Course, on: date, goals: tuple[str, ...] = ()) -> Plan:
    """A course from its first week."""
    return Plan(course.id, course.title, on, course.weeks, 1, on, goals=goals)


def at_week(plan: Plan, number: int, on: date) -> Plan:
    """The same from a week on, which begins today.

    Raises
    ------
    ValueError
        If there is no such week.
    """
    if not 1 <= number <= len(plan.weeks):
        raise ValueError(f"the plan has weeks 1 to {len(plan.weeks)}, not {number}")
    return replace(plan, week=number, since=on)


def at_stage(plan: Plan, stage: int, on: date, courses: Iterable[Course] = ()) -> Plan:
    """The same from a stage of the map on.

    That is its next week of this stage, else an earlier one. Where it has none, one of the ready courses lends its
    week, and the course goes on after it where it was.

    Raises
    ------
    ValueError
        If there is no such stage, or no week of it anywhere.
    """
    if stage not in STAGES:
        raise ValueError(f"the map has stages {min(STAGES)} to {max(STAGES)}, not {stage}")
    now = plan.number_on(on)
    if plan.weeks[now - 1].stage == stage:
        return at_week(plan, now, plan.begins(on))
    numbers = [number for number, week in enumerate(plan.weeks, 1) if week.stage == stage]
    if numbers:
        return at_week(plan, next((n for n in numbers if n > now), numbers[-1]), on)
    lent = next((week for course in courses for week in course.weeks if week.stage == stage), None)
    if lent is None:
        raise ValueError(f"no course has a week of stage {stage}")
    weeks = (*plan.weeks[: now - 1], lent, *plan.weeks[now - 1 :])
    return replace(at_week(replace(plan, weeks=weeks), now, on), by_hand=True)


def staying(plan: Plan, on: date, stays: bool = True) -> Plan:
    """The same where the week of today goes on as long as one likes, or no longer does."""
    return replace(plan, week=plan.number_on(on), since=plan.begins(on), stays=stays)


def with_practices(plan: Plan, practices: tuple[Practice, ...], on: date) -> Plan:
    """The same with other practices in the week of today.

    Raises
    ------
    ValueError
        If they are more than one a day.
    """
    number = plan.number_on(on)
    week = replace(plan.weeks[number - 1], practices=practices)
    if week.practice_days > DAYS:
        raise ValueError(f"one practice a day is offered: {week.practice_days} days do not fit into a week")
    return replace(plan, weeks=(*plan.weeks[: number - 1], week, *plan.weeks[number:]), by_hand=True)


def with_goals(plan: Plan, goals: Iterable[str]) -> Plan:
    """The same with these goals, each once.

    Raises
    ------
    ValueError
        If one is empty or too long, or there are too many.
    """
    kept: dict[str, str] = {}
    for goal in goals:
        words = " ".join(checked_words(goal, LONGEST_GOAL).split())
        if not words:
            raise ValueError("a goal needs a word")
        kept.setdefault(same_words(words), words)
    if len(kept) > N_GOALS_MOST:
        raise ValueError(f"at most {N_GOALS_MOST} goals stand in a plan, so that they can be kept in mind")
    return replace(plan, goals=tuple(kept.values()))


def begin_course(store: Store, person: str, course: Course, on: date | None = None) -> Plan:
    """Begin a course; the goals of the plan before stay."""
    before, day = read_plan(store, person), on or date.today()
    return keep_plan(store, person, begun(course, day, before.goals if before else ()), day)


def keep_plan(store: Store, person: str, plan: Plan, on: date | None = None) -> Plan:
    """Keep a plan as it stands after a change; what stood before is kept too."""
    entry = store.journal.add(person, EntryKind.PLAN, plan_document(plan), on)
    return replace(plan, changed_on=date.fromisoformat(entry.on))


def plan_document(plan: Plan) -> dict[str, Any]:
    """A plan as it is kept."""
    document = asdict(plan) | {"began_on": plan.began_on.isoformat(), "since": plan.since.isoformat()}
    del document["changed_on"], document["given_by"], document["given_on"]
    if plan.given_on is not None:
        document |= {"given_by": plan.given_by, "given_on": plan.given_on.isoformat()}
    for week in document["weeks"]:
        for practice in week["practices"]:
            if practice["minutes"] is None:
                del practice["minutes"]
    return document


def read_plan(store: Store, *people: str) -> Plan | None:
    """The plan as it stands, of several people the one changed last; None where there is none."""
    return next((plan for entry in reversed(_entries(store, *people)) if (plan := _plan(entry))), None)


def read_history(store: Store, person: str) -> tuple[Plan, ...]:
    """The plan after each change, in the order in which they were made, whatever the clock said."""
    return tuple(plan for entry in _entries(store, person) if (plan := _plan(entry)))


def in_force(history: Sequence[Plan], on: date) -> Plan | None:
    """The plan as it stood on a day."""
    return next((plan for plan in reversed(history) if plan.changed_on and plan.changed_on <= on), None)


def _entries(store: Store, *people: str) -> list[Entry]:
    every = (entry for person in people for entry in store.journal.entries(person, EntryKind.PLAN))
    return sorted(every, key=lambda entry: entry.number)


def _plan(entry: Entry) -> Plan | None:
    """What was kept; None where it is spoilt: it counts as not told."""
    plan = plan_of(entry.document)
    return replace(plan, changed_on=date.fromisoformat(entry.on)) if plan else None


def plan_of(document: Mapping[str, Any]) -> Plan | None:
    """A plan of what `plan_document` makes; None where it is spoilt."""
    reader = Reader(document, "", dict)
    weeks = read_weeks(reader)
    try:
        given_on = reader.text("given_on", "")
        plan = Plan(
            course=reader.text("course"),
            title=reader.text("title"),
            began_on=date.fromisoformat(reader.text("began_on")),
            weeks=weeks,
            week=reader.whole("week", 1, max(len(weeks), 1)),
            since=date.fromisoformat(reader.text("since")),
            stays=reader.flag("stays"),
            goals=reader.texts("goals"),
            by_hand=reader.flag("by_hand"),
            given_by=reader.text("given_by", ""),
            given_on=date.fromisoformat(given_on) if given_on else None,
        )
    except ValueError:
        return None
    return None if reader.faults else plan
