"""A lesson: two minutes of plain words, and what goes with them."""

from dataclasses import dataclass
from enum import StrEnum

WORDS_PER_MIN = 140
"""As fast as the voice speaks; few people read more slowly."""
PAUSES_S = {"title": 1.5, "heading": 1.0, "paragraph": 1.2, "item": 0.6}
"""Silence after each, when a lesson is read aloud."""
ASKED = "One question to take along."
N_STAGES = 5


class Picture(StrEnum):
    """What the program can draw beside a lesson."""

    ALARM = "alarm"
    FEAR_CIRCLE = "fear-circle"
    LADDER = "ladder"


class Kind(StrEnum):
    """What a block of text is."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"


@dataclass(frozen=True, slots=True)
class Run:
    """Letters that look alike."""

    text: str
    is_emphasised: bool = False
    is_strong: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """A heading, a paragraph or an item of a list."""

    kind: Kind
    runs: tuple[Run, ...]

    @property
    def text(self) -> str:
        return "".join(run.text for run in self.runs)


@dataclass(frozen=True, slots=True)
class Source:
    """Where something is known from; `about` says what stands there."""

    authors: str
    year: int
    journal: str
    doi: str = ""
    about: str = ""


@dataclass(frozen=True, slots=True)
class Utterance:
    """What is said in one breath, and the silence after it."""

    text: str
    pause_s: float


@dataclass(frozen=True, slots=True)
class Lesson:
    """A lesson.

    Attributes
    ----------
    id, title : str
    version : int
    minutes : float
    stage : int
        Of the course, 1 to 5: understand, lower the alarm, return to activity, emotions and stress, life.
    question : str
        To take along.
    blocks : tuple of Block
    sources : tuple of Source
    exercise : str
        Id of the exercise that goes with it; empty for none.
    picture : Picture or None
    place : int
        Among the lessons of its stage.
    source : str
        The text of its file.
    """

    id: str
    title: str
    version: int
    minutes: float
    stage: int
    question: str
    blocks: tuple[Block, ...]
    sources: tuple[Source, ...]
    exercise: str = ""
    picture: Picture | None = None
    place: int = 100
    source: str = ""

    @property
    def n_words(self) -> int:
        return sum(len(block.text.split()) for block in self.blocks)

    def spoken(self) -> tuple[Utterance, ...]:
        """The lesson for the ear: its title, each block, and the question, with the silence after each."""
        said = [Utterance(_closed(self.title), PAUSES_S["title"])]
        said += [Utterance(_closed(block.text), PAUSES_S[block.kind]) for block in self.blocks]
        return (*said, Utterance(ASKED, PAUSES_S["item"]), Utterance(_closed(self.question), 0.0))


def _closed(text: str) -> str:
    """A text at whose end a voice comes to rest."""
    text = " ".join(text.split())
    return text if text.rstrip("\"')\u201d\u2019").endswith((".", "?", "!", ":", "\u2026")) else f"{text}."
