"""The pattern check walked through: warning signs first, then patterns, then a page for a clinician.

Nothing is counted, and nothing is concluded: the page tells what the person answered.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from protocols.questionnaires.pattern import Group, PatternCheck, RedFlag, Sign, Urgency


class Reply(StrEnum):
    """An answer to one question."""

    YES = "yes"
    NO = "no"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class Ask:
    """The next question.

    Attributes
    ----------
    question : RedFlag or Sign
    before : str
        Said before it, where a new part begins; else empty.
    """

    question: RedFlag | Sign
    before: str = ""


@dataclass(frozen=True, slots=True)
class Stop:
    """The check ends here: a doctor first.

    Attributes
    ----------
    urgency : Urgency
    words : str
        For the person.
    for_doctor : tuple of str
        The warning signs that were not answered with no, as they are told to a doctor.
    may_breathe : bool
        Whether breathing at a comfortable pace is still offered.
    """

    urgency: Urgency
    words: str
    for_doctor: tuple[str, ...]
    may_breathe: bool


@dataclass(frozen=True, slots=True)
class Section:
    """A heading of a page, and what stands under it."""

    heading: str
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """What a person takes to a clinician."""

    title: str
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True)
class Confirmation:
    """A clinician has examined this person, and holds the pain to be kept going by the nervous system."""

    clinician: str
    on: dt.date


def may_say_neuroplastic(confirmation: Confirmation | None) -> bool:
    """Whether the program may call this person's pain neuroplastic: only where a clinician with a name has."""
    return confirmation is not None and bool(confirmation.clinician.strip())


def next_step(check: PatternCheck, replies: Mapping[str, Reply], on: dt.date) -> Ask | Stop | Page:
    """What comes next, given what has been answered so far.

    Every warning sign is asked before any pattern. One of an emergency stops at once; one for soon when all warning
    signs were asked, so that the doctor sees them together. Unsure is taken as yes there: to ask once too often harms
    nobody. A pattern that the person cannot tell is answered with unsure.

    Parameters
    ----------
    check : PatternCheck
    replies : mapping from id of a question to Reply
    on : date
        Of the page.
    """
    flags = check.red_flags
    if stop := _stopped(check, replies, Urgency.EMERGENCY):
        return stop
    for i, flag in enumerate(flags):
        if flag.id not in replies:
            return Ask(flag, check.before_flags if i == 0 else "")
    if stop := _stopped(check, replies, Urgency.SOON):
        return stop
    for i, sign in enumerate((*check.signs, check.bodily)):
        if sign.id not in replies:
            return Ask(sign, check.before_signs if i == 0 else "")
    return _page(check, replies, on)


def _stopped(check: PatternCheck, replies: Mapping[str, Reply], urgency: Urgency) -> Stop | None:
    """The end for a doctor, where a warning sign of this urgency was not answered with no."""
    raised = [flag for flag in check.red_flags if replies.get(flag.id, Reply.NO) is not Reply.NO]
    if not any(flag.urgency is urgency for flag in raised):
        return None
    told = tuple(_doubtful(flag, replies) for flag in raised)
    return Stop(urgency, check.stops[urgency], told, urgency is not Urgency.EMERGENCY)


def _page(check: PatternCheck, replies: Mapping[str, Reply], on: dt.date) -> Page:
    noticed = [sign for sign in check.signs if replies[sign.id] is Reply.YES]
    sections = [
        Section(
            "What this is",
            (f"Answers given on {on.isoformat()}. They are the person's own.", check.meaning),
        ),
        Section("Warning signs, each answered with no", _told(check.red_flags)),
    ]
    if noticed:
        for group in Group:
            if sentences := _told([sign for sign in noticed if sign.group is group]):
                sections.append(Section(check.headings[group], sentences))
    else:
        sections.append(Section("Patterns", (check.without,)))
    for heading, reply in (("Answered with no", Reply.NO), ("Could not be told", Reply.UNSURE)):
        if sentences := tuple(sign.question for sign in check.signs if replies[sign.id] is reply):
            sections.append(Section(heading, sentences))
    sections.append(Section("The body's share", _bodily(check, replies[check.bodily.id])))
    sections.append(Section("For the clinician", check.for_clinician))
    sections.append(Section("Sources", check.sources))
    return Page(check.title, tuple(sections))


def _bodily(check: PatternCheck, reply: Reply) -> tuple[str, ...]:
    match reply:
        case Reply.YES:
            return check.bodily.told, check.with_bodily
        case Reply.NO:
            return ("The person knows of no finding in the body that explains a part of the pain.",)
        case Reply.UNSURE:
            return (
                "The person is not sure whether a finding in the body explains a part of the pain.",
                check.with_bodily,
            )


def _told(questions: Sequence[RedFlag | Sign]) -> tuple[str, ...]:
    return tuple(question.told for question in questions)


def _doubtful(flag: RedFlag, replies: Mapping[str, Reply]) -> str:
    return f"{flag.told} (not sure)" if replies[flag.id] is Reply.UNSURE else flag.told
