"""What somebody who accompanies a session changes while it runs: each an order, kept on the time axis."""

from dataclasses import dataclass
from typing import ClassVar

from biofeedback.storage.records import TimelineKind

LONGEST_PROMPT = 200
LEAST_LEFT_S = 15.0
"""A phase that is shortened still lasts so long: nobody is taken out of a breath. To leave it now is another act."""
MOST_MINUTES = 60.0


@dataclass(frozen=True, slots=True)
class SetGoal:
    """Feedback is rewarded from here on.

    Parameters
    ----------
    goal : float or None
        0 to 1, on the scale that the person sees; None for the exercise's own, which may move by itself.

    Raises
    ------
    ValueError
        If it is not on the scale.
    """

    goal: float | None
    kind: ClassVar = TimelineKind.GOAL

    def __post_init__(self) -> None:
        if self.goal is not None and not 0.0 <= self.goal <= 1.0:
            raise ValueError(f"a goal is 0 to 1, not {self.goal:g}")


@dataclass(frozen=True, slots=True)
class LetFeedback:
    """Feedback is given or not; what was measured is kept all the same."""

    given: bool
    kind: ClassVar = TimelineKind.FEEDBACK


@dataclass(frozen=True, slots=True)
class Lengthen:
    """The phase that is on lasts longer, or shorter.

    Raises
    ------
    ValueError
        If it is no change, or one of more than an hour.
    """

    by_s: float
    kind: ClassVar = TimelineKind.LENGTHENED

    def __post_init__(self) -> None:
        if not 0.0 < abs(self.by_s) <= MOST_MINUTES * 60.0:
            raise ValueError(f"a phase is changed by up to {MOST_MINUTES:g} minutes, not by {self.by_s:g} s")


@dataclass(frozen=True, slots=True)
class Prompt:
    """Words to the person, shown for a while and spoken where words are.

    Raises
    ------
    ValueError
        If they are empty or too long to be read at a glance.
    """

    words: str
    kind: ClassVar = TimelineKind.PROMPTED

    def __post_init__(self) -> None:
        if not 0 < len(self.words.strip()) <= LONGEST_PROMPT:
            raise ValueError(f"a prompt has 1 to {LONGEST_PROMPT} signs, not {len(self.words.strip())}")


@dataclass(frozen=True, slots=True)
class Ask:
    """The person is asked one of the questions that are known, such as how strong the pain is now."""

    question: str
    kind: ClassVar = TimelineKind.ASKED


@dataclass(frozen=True, slots=True)
class SetSound:
    """Sound is on or off, and how loud.

    Raises
    ------
    ValueError
        If the volume is not 0 to 1.
    """

    on: bool
    volume: float
    kind: ClassVar = TimelineKind.SOUND

    def __post_init__(self) -> None:
        if not 0.0 <= self.volume <= 1.0:
            raise ValueError(f"a volume is 0 to 1, not {self.volume:g}")


Order = SetGoal | LetFeedback | Lengthen | Prompt | Ask | SetSound


def asked_at(at_s: float) -> str:
    """The moment under which an answer to a question asked in between is kept, as in "asked 05:12"."""
    minutes, seconds = divmod(int(at_s), 60)
    return f"asked {minutes:02d}:{seconds:02d}"
