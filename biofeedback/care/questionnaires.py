"""Questionnaires counted: the score of the answers, how it has changed, and which are due."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from protocols.questionnaires.specification import Questionnaire, Scoring, Subscale

N_DIGITS = 9
"""Of a change: means of three answers differ by whole thirds, and a whole point must not fall short by rounding."""


@dataclass(frozen=True, slots=True)
class ScoredSubscale:
    """The sum of a few of the answers.

    Attributes
    ----------
    id, title : str
    score : int or None
        None where an answer is missing.
    mark : int or None
        From here on the publication asks for a closer look.
    reached : bool or None
        Whether it is reached; None where there is no score, or no mark.
    """

    id: str
    title: str
    score: int | None
    mark: int | None
    reached: bool | None


@dataclass(frozen=True, slots=True)
class Scored:
    """What the answers of one day come to.

    Attributes
    ----------
    questionnaire : str
        Its id.
    version : int
    score : float or None
    severity : str or None
        The published name of the range it lies in, for the clinician; None where there are no such ranges.
    words : str
        For the person; never a diagnosis.
    subscales : tuple of ScoredSubscale
    answers : tuple of (str, int or None)
        Each question's id with what was answered.
    n_missing : int
        Questions without an answer.
    withheld : str
        Why there is no score; empty where there is one.
    """

    questionnaire: str
    version: int
    score: float | None
    severity: str | None
    words: str
    subscales: tuple[ScoredSubscale, ...]
    answers: tuple[tuple[str, int | None], ...]
    n_missing: int
    withheld: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """How a score differs from an earlier one.

    Attributes
    ----------
    change : float or None
        The score less the earlier one.
    minimal_difference : float or None
        The smallest change that matters to people, as published.
    changed : bool or None
        Whether the change is as large as that, in either direction; None where that cannot be said.
    withheld : str
        Why it cannot be said, where there is an earlier score; else empty.
    """

    change: float | None
    minimal_difference: float | None
    changed: bool | None
    withheld: str = ""


def score(questionnaire: Questionnaire, answers: Sequence[int | None]) -> Scored:
    """Count the answers, one for each question in the order of the file; None where a question was left out.

    A score is given only where every question has an answer: no publication of these questionnaires gives a rule
    for less.

    Raises
    ------
    ValueError
        If there are more or fewer answers than questions, or one cannot be given.
    """
    _check(questionnaire, answers)
    named = dict(zip((item.id for item in questionnaire.items), answers, strict=True))
    n_missing = sum(answer is None for answer in answers)
    least = _value(questionnaire, [min(questionnaire.values) if a is None else a for a in answers])
    band = next((b for b in reversed(questionnaire.bands) if least is not None and b.least <= least), None)
    # What was left out can only add: who is to be pointed to somebody is so already
    is_said = band is not None and not (n_missing and band is questionnaire.bands[0])
    return Scored(
        questionnaire=questionnaire.id,
        version=questionnaire.version,
        score=None if n_missing else least,
        severity=band.name if band and not n_missing else None,
        words=f"{band.words} {questionnaire.after}" if band and is_said else questionnaire.after,
        subscales=tuple(_subscale(each, named) for each in questionnaire.subscales),
        answers=tuple(named.items()),
        n_missing=n_missing,
        withheld=_why_none(questionnaire, n_missing),
    )


def compare(questionnaire: Questionnaire, now: Scored, earlier: Scored | None) -> Change:
    """How the score has changed since an earlier day; without one, nothing can be said."""
    points = questionnaire.difference.points
    if earlier is None:
        return Change(None, points, None)
    if _asked(now) != _asked(earlier):
        return Change(None, points, None, "The questions were changed since then: the two scores cannot be compared.")
    if now.score is None or earlier.score is None:
        without = now if now.score is None else earlier
        return Change(None, points, None, without.withheld)
    change = round(now.score - earlier.score, N_DIGITS)
    if points is None:
        return Change(change, None, None, questionnaire.difference.source)
    return Change(change, points, abs(change) >= points)


def is_due(every_days: int, earlier: Sequence[dt.date], on: dt.date) -> bool:
    """Whether something that is asked now and then is due on a day; days after that day do not count."""
    return all((on - day).days >= every_days for day in earlier if day <= on)


def due(
    shelf: Sequence[Questionnaire], earlier: Mapping[str, Sequence[dt.date]], on: dt.date
) -> tuple[Questionnaire, ...]:
    """Which questionnaires are due on a day, in the order of the shelf.

    What other questionnaires ask too is left out where all of these are due, or were filled within its own interval:
    nothing is asked twice.

    Parameters
    ----------
    shelf : sequence of Questionnaire
        Those that are offered to the person.
    earlier : mapping from id to days
        When each was filled.
    on : date
    """
    found = {each.id: each for each in shelf if is_due(each.every_days, earlier.get(each.id, ()), on)}
    for each in [*found.values()]:
        if each.in_place_of and all(
            other in found or not is_due(each.every_days, earlier.get(other, ()), on) for other in each.in_place_of
        ):
            del found[each.id]  # at once, so that of two that name each other one is asked
    return tuple(found.values())


def _asked(scored: Scored) -> tuple[str, int, tuple[str, ...]]:
    return scored.questionnaire, scored.version, tuple(ident for ident, _ in scored.answers)


def _check(questionnaire: Questionnaire, answers: Sequence[int | None]) -> None:
    n_items = len(questionnaire.items)
    if len(answers) != n_items:
        raise ValueError(
            f"{questionnaire.title} has {n_items} questions, so it takes {n_items} answers, not {len(answers)}"
        )
    for number, answer in enumerate(answers, 1):
        if answer is not None and answer not in questionnaire.values:
            known = questionnaire.values
            raise ValueError(
                f"the answer to question {number} must be from {min(known)} to {max(known)}, not {answer}"
                if known == tuple(range(min(known), max(known) + 1))
                else f"the answer to question {number} must be one of {', '.join(map(str, known))}, not {answer}"
            )


def _value(questionnaire: Questionnaire, answers: Sequence[int]) -> float | None:
    match questionnaire.scoring:
        case Scoring.SUM:
            return float(sum(answers))
        case Scoring.MEAN:
            return sum(answers) / len(answers)
        case Scoring.EACH:
            return None


def _why_none(questionnaire: Questionnaire, n_missing: int) -> str:
    if questionnaire.scoring is Scoring.EACH:
        return "Each of these questions stands for itself: they are not added up."
    if n_missing:
        n_items = len(questionnaire.items)
        has = "has" if n_missing == 1 else "have"
        return (
            f"{n_missing} of the {n_items} questions {has} no answer, and {questionnaire.title} is only counted whole."
        )
    return ""


def _subscale(subscale: Subscale, answers: Mapping[str, int | None]) -> ScoredSubscale:
    given = [answer for ident in subscale.items if (answer := answers[ident]) is not None]
    total = sum(given) if len(given) == len(subscale.items) else None
    reached = None if total is None or subscale.mark is None else total >= subscale.mark
    return ScoredSubscale(subscale.id, subscale.title, total, subscale.mark, reached)
