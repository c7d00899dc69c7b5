"""Gradual return to activity: a ladder of things one has been avoiding, and which rung may come next (science C9).

Only fear and the way back to rest decide, never pain: pacing goes by what was planned, not by how it hurt.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

N_RUNGS_MOST = 10
LONGEST_TEXT = 120
"""Letters of a rung."""
START_AT_MOST = 4.0
"""The first rung is the hardest one of no more than 4 of 10 (science C9: begin at 30 to 40 of 100)."""
HALVED = 0.5
"""Fear is to be at most so much of what it was the first time (science C9)."""
LEAST = 1.0
"""On a scale of whole steps, one cannot be halved [D]."""
BACK_S = 180.0
"""Or the heart is back within three minutes (science C9)."""
N_IN_A_ROW = 2
TOO_MUCH = 7.0
"""More fear than this is too much for practice (science E1: stop above 7 of 10)."""


def same_words(text: str) -> str:
    """What two texts have in common that say the same: neither blanks nor capitals, nor how a letter is composed."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", " ".join(text.split())).casefold())


class Move(StrEnum):
    """What is suggested; the person decides."""

    BEGIN = "begin"
    UP = "up"
    ASK = "ask"
    REPEAT = "repeat"
    DOWN = "down"
    SMALLER = "smaller"
    ARRIVED = "arrived"


class Because(StrEnum):
    """Why."""

    NOTHING_TRIED = "nothing_tried"
    FEAR_HALVED = "fear_halved"
    HEART_CAME_BACK = "heart_came_back"
    ONCE_MORE = "once_more"
    NOT_YET = "not_yet"
    NOT_NOW = "not_now"
    IMAGINED = "imagined"
    TOO_FRIGHTENING = "too_frightening"
    BROKEN_OFF = "broken_off"


@dataclass(frozen=True, slots=True)
class Rung:
    """One thing to do.

    Attributes
    ----------
    name : str
        Unchanging, by which experiences refer to it.
    text : str
        In the person's words.
    distress : float
        Expected, 0 to 10.
    """

    name: str
    text: str
    distress: float


@dataclass(frozen=True, slots=True)
class Ladder:
    """Rungs, brought into the order of their distress.

    Raises
    ------
    ValueError
        For no rungs or more than ten, two of one name, and distress that is not 0 to 10.
    """

    rungs: tuple[Rung, ...]

    def __post_init__(self) -> None:
        if not 1 <= len(self.rungs) <= N_RUNGS_MOST:
            raise ValueError(f"a ladder has 1 to {N_RUNGS_MOST} rungs, not {len(self.rungs)}")
        if len({rung.name for rung in self.rungs}) < len(self.rungs):
            raise ValueError("two rungs have one name")
        for rung in self.rungs:
            if not 0.0 <= rung.distress <= 10.0:
                raise ValueError(f"distress must be 0 to 10, not {rung.distress}")
        object.__setattr__(self, "rungs", tuple(sorted(self.rungs, key=lambda rung: rung.distress)))

    @property
    def first(self) -> Rung:
        """Where to begin: the hardest rung of no more than 4 of 10, else the easiest."""
        bearable = [rung for rung in self.rungs if rung.distress <= START_AT_MOST]
        return bearable[-1] if bearable else self.rungs[0]

    def beside(self, name: str, steps: int) -> Rung | None:
        """The rung so many steps above; None beyond the ends.

        Raises
        ------
        ValueError
            For a name that is not on the ladder.
        """
        at = next((i for i, rung in enumerate(self.rungs) if rung.name == name), None)
        if at is None:
            raise ValueError(f"no rung is called {name}")
        return self.rungs[at + steps] if 0 <= at + steps < len(self.rungs) else None


@dataclass(frozen=True, slots=True)
class Experience:
    """What happened on a rung.

    Attributes
    ----------
    rung : str
        Its name.
    on : date
    expected_pain, pain, expected_fear, fear : float or None
        0 to 10; None where the question was left out.
    recovery_s : float or None
        How long the heart took to come back (`analysis.recovery`).
    broken_off : bool
        Whether it was stopped because of something sharp and new, or a warning sign.
    imagined : bool
        Whether it was imagined, not done.
    """

    rung: str
    on: date
    expected_pain: float | None = None
    pain: float | None = None
    expected_fear: float | None = None
    fear: float | None = None
    recovery_s: float | None = None
    broken_off: bool = False
    imagined: bool = False


@dataclass(frozen=True, slots=True)
class Suggestion:
    """The rung to do next, and why. `rung` is None where the ladder has none: a smaller one, or nothing left."""

    move: Move
    because: Because
    rung: Rung | None


def next_rung(ladder: Ladder, experiences: Sequence[Experience], agreed: bool | None = None) -> Suggestion:
    """The rung to suggest.

    A step up is suggested after two safe experiences in a row on a rung, each with at most half of the fear of the
    first one on it, or with the heart back within three minutes, and only if the person agrees (science C9). One that
    was broken off, or more frightening than 7 of 10, leads a step down, or to a smaller first rung. What was imagined
    is practice too, but no step up follows from it.

    Parameters
    ----------
    ladder : Ladder
    experiences : sequence of Experience
        In the order of time; those on rungs that are no longer on the ladder do not count.
    agreed : bool or None
        Whether the person wants the step up; None where they have not been asked.
    """
    names = {rung.name for rung in ladder.rungs}
    known = [experience for experience in experiences if experience.rung in names]
    if not known:
        return Suggestion(Move.BEGIN, Because.NOTHING_TRIED, ladder.first)
    last = known[-1]
    here = ladder.beside(last.rung, 0)
    if last.broken_off or (last.fear is not None and last.fear > TOO_MUCH):
        below = ladder.beside(last.rung, -1)
        because = Because.BROKEN_OFF if last.broken_off else Because.TOO_FRIGHTENING
        return Suggestion(Move.SMALLER if below is None else Move.DOWN, because, below)
    if last.imagined:
        return Suggestion(Move.REPEAT, Because.IMAGINED, here)
    done = [experience for experience in known if not experience.imagined]
    first = next(experience for experience in done if experience.rung == last.rung)
    signs = [_safe(experience, first) if experience.rung == last.rung else None for experience in done[-N_IN_A_ROW:]]
    if signs[-1] is None:
        return Suggestion(Move.REPEAT, Because.NOT_YET, here)
    if len(signs) < N_IN_A_ROW or None in signs:
        return Suggestion(Move.REPEAT, Because.ONCE_MORE, here)
    above = ladder.beside(last.rung, 1)
    if above is None:
        return Suggestion(Move.ARRIVED, signs[-1], None)
    if agreed is None:
        return Suggestion(Move.ASK, signs[-1], above)
    return Suggestion(Move.UP, signs[-1], above) if agreed else Suggestion(Move.REPEAT, Because.NOT_NOW, here)


def _safe(experience: Experience, first: Experience) -> Because | None:
    """By what sign an experience was safe; None where there is none."""
    fear = experience.fear
    if experience.broken_off or (fear is not None and fear > TOO_MUCH):
        return None
    if fear is not None and first.fear is not None and fear <= max(LEAST, HALVED * first.fear):
        return Because.FEAR_HALVED
    if experience.recovery_s is not None and experience.recovery_s <= BACK_S:
        return Because.HEART_CAME_BACK
    return None
