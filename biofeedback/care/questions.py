"""What may be asked of a day."""

from dataclasses import dataclass
from enum import StrEnum

LEAST, MOST = 0, 10
NOTE = "note"


class Better(StrEnum):
    """Where on its scale somebody would rather be."""

    LOW = "low"
    HIGH = "high"


@dataclass(frozen=True, slots=True)
class Question:
    """A question of the day.

    Attributes
    ----------
    name : str
        In files and commands.
    title, text : str
        As a word, and as it is asked.
    low, high : str
        What 0 and 10 mean.
    better : Better
    """

    name: str
    title: str
    text: str
    low: str
    high: str
    better: Better


QUESTIONS: dict[str, Question] = {
    each.name: each
    for each in (
        Question("pain", "Pain", "How strong was your pain today?", "none", "the most", Better.LOW),
        Question("unpleasantness", "Unpleasantness", "How unpleasant was it?", "not at all", "the most", Better.LOW),
        Question("sleep", "Sleep", "How did you sleep?", "badly", "very well", Better.HIGH),
        Question("stress", "Stress", "How much stress was there?", "none", "the most", Better.LOW),
        Question("movement", "Movement", "How much did you move?", "hardly", "a lot", Better.HIGH),
        Question("mood", "Mood", "How was your mood?", "low", "very good", Better.HIGH),
        Question("contact", "People", "How much good company did you have?", "none", "a lot", Better.HIGH),
    )
}
TAKEN = frozenset((*QUESTIONS, NOTE, "on"))
"""Names that no symptom can have."""


def of_symptom(name: str) -> Question:
    """The question about a symptom of the person's own."""
    title = f"{name[:1].upper()}{name[1:]}"
    return Question(name, title, f"How strong was it today: {name}?", "none", "the most", Better.LOW)
