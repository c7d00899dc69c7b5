"""What a questionnaire is, as frozen data."""

from dataclasses import dataclass
from enum import StrEnum


class Scoring(StrEnum):
    """How one figure is made of the answers."""

    SUM = "sum"
    MEAN = "mean"
    EACH = "each"
    """None is made: each answer stands for itself."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One of the answers that can be given, and what it counts."""

    value: int
    text: str


@dataclass(frozen=True, slots=True)
class Item:
    """A question.

    Attributes
    ----------
    id, text : str
    lowest, highest : str
        What the two ends of a scale of numbers mean; empty where each answer has words of its own.
    """

    id: str
    text: str
    lowest: str = ""
    highest: str = ""


@dataclass(frozen=True, slots=True)
class Band:
    """A range of scores, up to the next band.

    Attributes
    ----------
    least : float
        The lowest score that belongs to it.
    name : str
        What the publication calls it; for the clinician.
    words : str
        Said to the person.
    """

    least: float
    name: str
    words: str


@dataclass(frozen=True, slots=True)
class Subscale:
    """A few of the questions, added up by themselves.

    Attributes
    ----------
    id, title : str
    items : tuple of str
        Ids of the questions.
    mark : int or None
        From here on the publication asks for a closer look.
    """

    id: str
    title: str
    items: tuple[str, ...]
    mark: int | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """The smallest change of the score that matters to people, as published.

    Attributes
    ----------
    points : float or None
        None where none is known.
    source : str
        Where it was published, or why none is given.
    """

    points: float | None
    source: str


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """Questions that are asked now and then, and how their answers are counted.

    Attributes
    ----------
    id, title, about : str
    version : int
        Scores of different versions are not compared.
    instruction : str
        Said before the questions.
    looks_back_days : int
        What the questions are about; 0 for now.
    every_days : int
        How often they are offered.
    in_place_of : tuple of str
        Questionnaires that hold the same questions: where all of them are asked, this one is not.
    answers : tuple of Answer
        From the lowest value to the highest.
    items : tuple of Item
    scoring : Scoring
    bands : tuple of Band
        From the lowest to the highest; none where no cut-offs are published.
    subscales : tuple of Subscale
    difference : Difference
    after : str
        Said to the person whatever the score.
    validated : bool
        Whether its score has been tested by a publication.
    notes : tuple of str
        For the clinician.
    sources : tuple of str
    licence : str
        Who may use it, and how.
    source : str
        The text of the file.
    """

    id: str
    title: str
    about: str
    version: int
    instruction: str
    looks_back_days: int
    every_days: int
    in_place_of: tuple[str, ...]
    answers: tuple[Answer, ...]
    items: tuple[Item, ...]
    scoring: Scoring
    bands: tuple[Band, ...]
    subscales: tuple[Subscale, ...]
    difference: Difference
    after: str
    validated: bool
    notes: tuple[str, ...]
    sources: tuple[str, ...]
    licence: str
    source: str

    @property
    def values(self) -> tuple[int, ...]:
        """What an answer can count."""
        return tuple(answer.value for answer in self.answers)

    @property
    def score_range(self) -> tuple[float, float]:
        """The lowest and the highest score; of `EACH`, of one answer."""
        n = len(self.items) if self.scoring is Scoring.SUM else 1
        return n * min(self.values), n * max(self.values)
