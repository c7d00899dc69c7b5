"""What an exercise is: phases, pacing, prompts and feedback, as frozen data."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from protocols.breathing import BreathPattern

FIXED_SHARE = 1 / 3
"""At most this share of a shortened session goes to its phases of fixed length."""


class Role(StrEnum):
    """What a phase is for: figures of like phases can be compared."""

    SETTLE = "settle"
    BASELINE = "baseline"
    PRACTICE = "practice"
    RECOVERY = "recovery"


class Feedback(StrEnum):
    """What the person is shown an answer to."""

    NONE = "none"
    SMOOTHNESS = "smoothness"
    CALM = "calm"


class Rating(StrEnum):
    """A question from 0 to 10, asked before and after, always skippable."""

    PAIN = "pain"
    TENSION = "tension"


@dataclass(frozen=True, slots=True)
class Prompt:
    """Words at a moment of a phase, in seconds from its start, repeated every `every_s` seconds where that is given."""

    at_s: float
    text: str
    every_s: float | None = None


@dataclass(frozen=True, slots=True)
class Phase:
    """A stretch of an exercise.

    Attributes
    ----------
    name : str
        Short name, unique in the exercise; it stands in the summaries.
    title : str
        For the screen.
    role : Role
    minutes : float
        Usual length.
    stretch : bool
        True for the one phase that takes up the time when a session is made longer or shorter.
    pacing : BreathPattern or None
        The breath to follow; None leaves the breath free.
    feedback : Feedback
    prompts : tuple of Prompt
    """

    name: str
    title: str
    role: Role
    minutes: float
    stretch: bool = False
    pacing: BreathPattern | None = None
    feedback: Feedback = Feedback.NONE
    prompts: tuple[Prompt, ...] = ()

    def prompt_at(self, since_s: float) -> str:
        """The prompt to be read so many seconds into the phase; the latest one stays."""
        latest, text = -1.0, ""
        for prompt in self.prompts:
            if since_s < prompt.at_s:
                continue
            begun = prompt.at_s
            if prompt.every_s:
                begun += (since_s - prompt.at_s) // prompt.every_s * prompt.every_s
            if begun >= latest:
                latest, text = begun, prompt.text
        return text


@dataclass(frozen=True, slots=True)
class Exercise:
    """An exercise as its file describes it.

    Attributes
    ----------
    id, title, purpose : str
    version : int
        Counted up by its author when the exercise changes.
    phases : tuple of Phase
    ratings : tuple of Rating
        Asked before and after.
    advice : str
        What to know before beginning.
    evidence : tuple of str
        Citations.
    source : str
        The text of the file, stored with each session.
    """

    id: str
    title: str
    purpose: str
    version: int
    phases: tuple[Phase, ...]
    ratings: tuple[Rating, ...] = ()
    advice: str = ""
    evidence: tuple[str, ...] = ()
    source: str = ""

    @property
    def minutes(self) -> float:
        return sum(phase.minutes for phase in self.phases)

    @property
    def pacing(self) -> BreathPattern | None:
        """The first pattern that the exercise paces."""
        return next((phase.pacing for phase in self.phases if phase.pacing), None)

    def lasting(self, minutes: float) -> "Exercise":
        """The same exercise made to last so many minutes in all.

        The phases of fixed length keep it where they take no more than a third of the time, else they shrink to
        that; the stretching phase takes the rest.

        Raises
        ------
        ValueError
            If the time is not more than 0.
        """
        if not minutes > 0:
            raise ValueError(f"minutes must be more than 0, not {minutes}")
        fixed = sum(phase.minutes for phase in self.phases if not phase.stretch)
        shrink = min(1.0, FIXED_SHARE * minutes / fixed) if fixed else 1.0
        stretched = minutes - fixed * shrink
        return replace(
            self,
            phases=tuple(
                replace(phase, minutes=stretched if phase.stretch else phase.minutes * shrink) for phase in self.phases
            ),
        )

    def paced(self, pattern: BreathPattern) -> "Exercise":
        """The same exercise with another pattern wherever it paces the breath.

        Raises
        ------
        ValueError
            If the exercise does not pace the breath.
        """
        if self.pacing is None:
            raise ValueError(f"{self.id} does not pace the breath")
        return replace(
            self,
            phases=tuple(replace(phase, pacing=pattern) if phase.pacing else phase for phase in self.phases),
        )

    def __iter__(self) -> Iterator[Phase]:
        return iter(self.phases)
