"""The pattern check as data: warning signs that belong to a doctor first, then patterns to look for."""

from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from typing import TypeVar

from protocols.documents import check_format, finish, opened
from protocols.questionnaires.forms import LONGEST_YEAR_DAYS, QuestionnaireError
from protocols.tables import Reader, told

Kind = TypeVar("Kind", bound=StrEnum)

PATTERN = "pattern.toml"
"""Name of its file, with the program and among a person's own."""
FORMAT = 1


class Urgency(StrEnum):
    """How soon a doctor should look."""

    EMERGENCY = "emergency"
    SOON = "soon"


class Group(StrEnum):
    """What a pattern is about, in the order in which they are asked."""

    FUNCTIONAL = "functional"
    INCONSISTENT = "inconsistent"
    TRIGGERED = "triggered"
    CONTEXT = "context"


@dataclass(frozen=True, slots=True)
class RedFlag:
    """A warning sign: what is asked, and how it is told to a doctor."""

    id: str
    urgency: Urgency
    question: str
    told: str


@dataclass(frozen=True, slots=True)
class Sign:
    """A pattern that a person may notice: what is asked, and how it is told when the answer is yes."""

    id: str
    group: Group
    question: str
    told: str


@dataclass(frozen=True, slots=True)
class PatternCheck:
    """Everything that is asked and said.

    Attributes
    ----------
    id, title, about : str
    version : int
    every_days : int
        How often the warning signs are asked again.
    before_flags, before_signs : str
        Said before the two parts.
    red_flags : tuple of RedFlag
        Emergencies first.
    stops : dict of Urgency to str
        Said where a warning sign stops the check.
    bodily : Sign
        Whether a part of the pain comes from the body.
    with_bodily : str
        Said then.
    signs : tuple of Sign
        Group by group.
    headings : dict of Group to str
        Over the patterns of a group.
    meaning : str
        What the patterns mean, and what they do not.
    without : str
        Said where no pattern was noticed.
    for_clinician : tuple of str
    sources : tuple of str
    source : str
        The text of the file.
    """

    id: str
    title: str
    about: str
    version: int
    every_days: int
    before_flags: str
    before_signs: str
    red_flags: tuple[RedFlag, ...]
    stops: dict[Urgency, str]
    bodily: Sign
    with_bodily: str
    signs: tuple[Sign, ...]
    headings: dict[Group, str]
    meaning: str
    without: str
    for_clinician: tuple[str, ...]
    sources: tuple[str, ...]
    source: str


def read_pattern(text: str, name: str) -> PatternCheck:
    """Read a pattern check from the text of its file; `name` stands in the messages.

    Raises
    ------
    QuestionnaireError
        With every fault found, each with its line.
    """
    reader = opened(text, name, QuestionnaireError)
    pattern = _pattern(reader, text)
    finish(reader, name, QuestionnaireError)
    return pattern


def is_pattern(text: str, name: str) -> bool:
    """Whether a file is meant to be a pattern check."""
    return "red_flags" in opened(text, name, QuestionnaireError).table


def _pattern(reader: Reader, source: str) -> PatternCheck:
    check_format(reader, FORMAT)
    pattern = PatternCheck(
        id=reader.ident("id"),
        title=reader.line("title"),
        about=reader.text("about"),
        version=reader.whole("version", 1, 1_000_000),
        every_days=reader.whole("every_days", 1, LONGEST_YEAR_DAYS),
        before_flags=reader.text("before_flags"),
        before_signs=reader.text("before_signs"),
        red_flags=tuple(_red_flag(each) for each in reader.tables("red_flags")),
        stops=_texts(reader, "stops", Urgency),
        bodily=_sign(_table(reader, "bodily"), Group.CONTEXT),
        with_bodily=reader.text("with_bodily"),
        signs=tuple(_sign(each) for each in reader.tables("signs")),
        headings=_texts(reader, "headings", Group),
        meaning=reader.text("meaning"),
        without=reader.text("without"),
        for_clinician=reader.texts("for_clinician"),
        sources=reader.texts("sources"),
        source=source,
    )
    reader.done()
    _check(reader, pattern)
    return pattern


def _table(reader: Reader, key: str) -> Reader:
    reader.seen.add(key)
    if key not in reader.table:
        reader.fault("", f"{key} is missing")
        return Reader({}, key, reader.lines)
    return reader.inside(key, reader.table[key])


def _texts(reader: Reader, key: str, kind: type[Kind]) -> dict[Kind, str]:
    """A text for each of a few words."""
    inside = _table(reader, key)
    texts = {each: inside.text(each) for each in kind}
    inside.done()
    return texts


def _red_flag(reader: Reader) -> RedFlag:
    flag = RedFlag(reader.ident("id"), reader.choice("urgency", Urgency), reader.text("question"), reader.text("told"))
    reader.done()
    return flag


def _sign(reader: Reader, group: Group | None = None) -> Sign:
    sign = Sign(
        reader.ident("id"), group or reader.choice("group", Group), reader.text("question"), reader.text("told")
    )
    reader.done()
    return sign


def _check(reader: Reader, pattern: PatternCheck) -> None:
    """What can only be seen of the check as a whole."""
    places = [f"red_flags.{i}" for i in range(len(pattern.red_flags))] + ["bodily"]
    places += [f"signs.{i}" for i in range(len(pattern.signs))]
    idents = [flag.id for flag in pattern.red_flags] + [sign.id for sign in (pattern.bodily, *pattern.signs)]
    for i, (place, ident) in enumerate(zip(places, idents, strict=True)):
        if ident and ident in idents[:i]:
            reader.fault(f"{place}.id", f"two questions have the id {told(ident)}")
    for key, kinds, order in (
        ("red_flags", [flag.urgency for flag in pattern.red_flags], list(Urgency)),
        ("signs", [sign.group for sign in pattern.signs], list(Group)),
    ):
        missing = [kind for kind in order if kind not in kinds]
        if missing:
            reader.fault(key, f"{key} of each kind are needed; there is none of {', '.join(missing)}")
        elif [kind for kind, _ in groupby(kinds)] != order:
            reader.fault(key, f"{key} stand in this order: {', '.join(order)}")
