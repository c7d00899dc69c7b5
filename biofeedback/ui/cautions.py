"""What was answered to the safety questions or is written down about a person, and what is still to be asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from protocols.safety import CHECKS, Caution
from protocols.specification import Exercise

ASKED_AGAIN_AFTER = {Caution.RED_FLAGS: timedelta(days=28)}
"""Signs that belong to a doctor can be new; the others are asked once (science D4)."""
FIRST_AID = "flare"
"""The exercise for strong moments: somebody in need is not asked again what they have answered once."""


@dataclass(frozen=True, slots=True)
class CautionAnswer:
    """An answer to a safety question, and the day of it as YYYY-MM-DD.

    Attributes
    ----------
    caution : str
    yes : bool
    day : str
    written : bool
        Whether it was not answered here but is written down about the person: it holds until that is changed.
    """

    caution: str
    yes: bool
    day: str
    written: bool = False

    @classmethod
    def of(cls, found: object) -> "CautionAnswer | None":
        """As it was kept; None where it is something else."""
        if not isinstance(found, dict):
            return None
        caution, yes, day = found.get("caution"), found.get("yes"), found.get("day")
        if not (isinstance(caution, str) and isinstance(yes, bool) and isinstance(day, str)) or _day(day) is None:
            return None
        return cls(caution, yes, day)


def to_ask(exercise: Exercise, answers: Sequence[CautionAnswer], today: date) -> tuple[Caution, ...]:
    """The cautions of an exercise that are still to be asked, in the order of the questions."""
    return tuple(each for each in _cautions(exercise) if not _holds(each, exercise, answers, today))


def standing_in_the_way(exercise: Exercise, answers: Sequence[CautionAnswer]) -> tuple[Caution, ...]:
    """The cautions that were answered with yes and for which the exercise is not begun."""
    return tuple(each for each in answered_yes(exercise, answers) if CHECKS[each].stops)


def answered_yes(exercise: Exercise, answers: Sequence[CautionAnswer]) -> tuple[Caution, ...]:
    """The cautions of an exercise that were answered with yes."""
    return tuple(each for each in _cautions(exercise) if (found := _latest(each, answers)) and found.yes)


def with_written(before: Sequence[CautionAnswer], conditions: Sequence[str]) -> tuple[CautionAnswer, ...]:
    """The answers with what is written down about the person, which counts before all that they answered."""
    given = tuple(answer for answer in before if not answer.written)
    return (*given, *(CautionAnswer(each, yes=True, day="", written=True) for each in conditions))


def written(exercise: Exercise, answers: Sequence[CautionAnswer]) -> tuple[Caution, ...]:
    """The cautions of an exercise that are written down about the person."""
    return tuple(each for each in _cautions(exercise) if any(_is_written(each, answer) for answer in answers))


def to_tell(exercise: Exercise, answers: Sequence[CautionAnswer]) -> tuple[Caution, ...]:
    """What is written down and does not stand in the way, and of which the person was not told before."""
    told = {answer.caution for answer in answers if answer.yes and not answer.written}
    return tuple(each for each in written(exercise, answers) if not CHECKS[each].stops and each not in told)


def with_answers(
    before: Sequence[CautionAnswer], given: Mapping[Caution, bool], today: date
) -> tuple[CautionAnswer, ...]:
    """The answers with those just given, which take the place of earlier ones."""
    kept = [answer for answer in before if answer.written or answer.caution not in given]
    return (*kept, *(CautionAnswer(caution.value, yes, today.isoformat()) for caution, yes in given.items()))


def without(before: Sequence[CautionAnswer], cautions: Sequence[Caution]) -> tuple[CautionAnswer, ...]:
    """The answers without those to some questions, so that they are asked again; what is written down stays."""
    return tuple(answer for answer in before if answer.written or answer.caution not in cautions)


def _cautions(exercise: Exercise) -> list[Caution]:
    return [caution for caution in CHECKS if caution in exercise.cautions]


def _holds(caution: Caution, exercise: Exercise, answers: Sequence[CautionAnswer], today: date) -> bool:
    """Whether there is an answer that still counts."""
    found = _latest(caution, answers)
    if found is None or found.written:
        return found is not None
    limit, day = ASKED_AGAIN_AFTER.get(caution), _day(found.day)
    return limit is None or day is None or exercise.id == FIRST_AID or today - day < limit


def _latest(caution: Caution, answers: Sequence[CautionAnswer]) -> CautionAnswer | None:
    of_it = [answer for answer in answers if answer.caution == caution]
    return max(reversed(of_it), key=lambda answer: answer.written, default=None)


def _is_written(caution: Caution, answer: CautionAnswer) -> bool:
    return answer.written and answer.caution == caution


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
