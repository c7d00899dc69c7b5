"""A course of treatment as data: weeks, each of a stage, with what is practised, read and asked in it."""

from dataclasses import dataclass

from protocols.specification import Exercise

DAYS = 7
"""Of a week."""


@dataclass(frozen=True, slots=True)
class Stage:
    """A part of the map; all can be walked in any order."""

    number: int
    title: str
    about: str


STAGES: dict[int, Stage] = {
    each.number: each
    for each in (
        Stage(1, "Understand", "What pain is, and why an alarm can be louder than what it warns of."),
        Stage(2, "Lower the alarm", "Soft breathing, rest, and looking at sensations with safety."),
        Stage(3, "Return to activity", "Movements and places that fear has closed, one small step at a time."),
        Stage(4, "Feelings and stress", "What is felt besides the pain, and what it may have to do with the alarm."),
        Stage(5, "Life", "Sleep, food, people and what you love: keeping what has grown."),
    )
}
"""After the parts of Pain Reprocessing Therapy (science C7): knowing, safety, feared movement, other threats, joy."""


@dataclass(frozen=True, slots=True)
class Practice:
    """An exercise of a week.

    Attributes
    ----------
    exercise : str
        Its id.
    minutes : float or None
        None for an exercise that has a length of its own.
    days_a_week : int
    """

    exercise: str
    minutes: float | None
    days_a_week: int

    def of(self, exercise: Exercise) -> Exercise:
        """The exercise as it is practised.

        Raises
        ------
        ValueError
            If it cannot have that length.
        """
        if self.minutes is None or self.minutes == exercise.minutes:
            return exercise
        return exercise.lasting(self.minutes)


@dataclass(frozen=True, slots=True)
class Week:
    """A week of a course.

    Attributes
    ----------
    stage : int
        A number of `STAGES`.
    about : str
    practices : tuple of Practice
        On at most seven days together: one practice a day is offered.
    lessons, questionnaires : tuple of str
        Ids; what is not at hand is left out.
    checkin_days : int
        On how many days of the week the check-in is offered.
    """

    stage: int
    about: str
    practices: tuple[Practice, ...]
    lessons: tuple[str, ...] = ()
    questionnaires: tuple[str, ...] = ()
    checkin_days: int = DAYS

    @property
    def practice_days(self) -> int:
        return sum(each.days_a_week for each in self.practices)


@dataclass(frozen=True, slots=True)
class Course:
    """A ready course, as its file has it.

    Attributes
    ----------
    id, title, about : str
    version : int
    weeks : tuple of Week
    evidence : tuple of str
        Where its doses come from.
    source : str
        The text of the file.
    """

    id: str
    title: str
    about: str
    version: int
    weeks: tuple[Week, ...]
    evidence: tuple[str, ...]
    source: str
