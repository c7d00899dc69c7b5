"""What an exercise is, as frozen data."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from protocols.breathing import BreathPattern
from protocols.lengths import laid_out, least_minutes
from protocols.needs import too_short
from protocols.phases import Course, Phase, Rating, Role
from protocols.safety import Caution, implied_by


class Group(StrEnum):
    """What kind of practice an exercise is; the list of exercises goes by it, in this order."""

    BREATHING = "breathing"
    CALM = "calm"
    SAFETY = "safety"
    BODY = "body"
    ACTIVITY = "activity"
    FEELINGS = "feelings"
    DISCOVERY = "discovery"
    HEAD = "head"


class Finding(StrEnum):
    """What an exercise finds out, told as its result."""

    RESONANCE = "resonance"
    RECOVERY = "recovery"
    TRANSFER = "transfer"
    TRIAL = "trial"


@dataclass(frozen=True, slots=True)
class Choice:
    """Something that is decided before beginning.

    Attributes
    ----------
    id, title : str
    options : tuple of (str, str)
        Id and title of each, the usual one first.
    drawn : bool
        Not by the person but by lot, and not told.
    """

    id: str
    title: str
    options: tuple[tuple[str, str], ...]
    drawn: bool = False


@dataclass(frozen=True, slots=True)
class Activity:
    """What a session of return to activity is about.

    Attributes
    ----------
    text : str
        In the person's words.
    rung : str
        The name of the rung of their ladder; empty where it is on none.
    """

    text: str
    rung: str = ""


@dataclass(frozen=True, slots=True)
class Exercise:
    """An exercise as its file describes it.

    Attributes
    ----------
    id, title, purpose : str
    version : int
        Counted up by its author when the exercise changes.
    phases : tuple of Phase
        Those that the choices leave.
    ratings : tuple of Rating
        Asked before and after.
    advice : str
        What to know before beginning.
    evidence : tuple of str
        Citations.
    source : str
        The text of the file, stored with each session.
    group : Group
    place : int
        Where it stands in its group.
    lengths : tuple of float
        Minutes to choose from; empty where the person may choose any, or none.
    choices : tuple of Choice
    picked : tuple of (str, str)
        The option taken of each choice.
    parts : tuple of Phase
        The phases of all choices.
    finds : Finding or None
    declared : frozenset of Caution
        What its file says that it needs care with; see `cautions`.
    asked_minutes : float or None
    asked_pattern : BreathPattern or None
        The length and the pattern that were asked for in place of its own.
    activity : Activity or None
        What it is about this time.
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
    group: Group = Group.BREATHING
    place: int = 100
    lengths: tuple[float, ...] = ()
    choices: tuple[Choice, ...] = ()
    picked: tuple[tuple[str, str], ...] = ()
    parts: tuple[Phase, ...] = ()
    finds: Finding | None = None
    declared: frozenset[Caution] = frozenset()
    asked_minutes: float | None = None
    asked_pattern: BreathPattern | None = None
    activity: Activity | None = None

    @property
    def minutes(self) -> float:
        return sum(phase.minutes for phase in self.phases)

    @property
    def stretches(self) -> bool:
        """Whether it can be made longer or shorter."""
        return any(phase.stretch for phase in self.phases)

    @property
    def least_minutes(self) -> float:
        """The least length that it can be made to last, whatever is drawn; in tenths of a minute."""
        return max(map(least_minutes, [self.phases, *self._ways_of_lots()]))

    @property
    def pacing(self) -> BreathPattern | None:
        """The first pattern that a person can change; None where no breath is paced, or only on a schedule."""
        return next((phase.pacing for phase in self.phases if phase.pacing and not phase.course.changes), None)

    @property
    def cautions(self) -> frozenset[Caution]:
        """What it needs care with: as its file says, and as its breaths and a band on the head bring with them."""
        patterns = [phase.pacing for phase in self.phases if phase.pacing]
        band = {Caution.HEAD} if any(phase.feedback.of_head for phase in self.phases) else set()
        return self.declared.union(band, *(implied_by(pattern) for pattern in patterns))

    @property
    def takes_activity(self) -> bool:
        """Whether it can be about an activity of the person's own."""
        return self.finds is Finding.RECOVERY and Caution.MOVEMENT in self.cautions

    @property
    def offered(self) -> tuple[Choice, ...]:
        """The choices that the person takes."""
        return tuple(choice for choice in self.choices if not choice.drawn)

    @property
    def lots(self) -> Choice | None:
        """The choice that is to be drawn by lot, as the others are taken; None where there is none."""
        picked = dict(self.picked)
        for choice in self.choices:
            others = {name: option for name, option in picked.items() if name != choice.id}
            decides = [phase for phase in self.parts if choice.id in dict(phase.when)]
            if choice.drawn and any(
                all(others.get(name) in options for name, options in phase.when if name != choice.id)
                for phase in decides
            ):
                return choice
        return None

    def choosing(self, picked: Mapping[str, str]) -> "Exercise":
        """The same exercise with other options taken, of the length, pace and activity that it was given before.

        Raises
        ------
        ValueError
            If there is no such choice or option.
        """
        known = {choice.id: [option for option, _ in choice.options] for choice in self.choices}
        for name, option in picked.items():
            if name not in known:
                raise ValueError(f"{self.id} has no choice '{name}'; known: {', '.join(known) or 'none'}")
            if option not in known[name]:
                raise ValueError(f"{name} must be one of {', '.join(known[name])}, not '{option}'")
        taken = dict(self.picked) | dict(picked)
        chosen = replace(self, phases=self._phases_of(taken), picked=tuple(taken.items()))
        if self.asked_minutes is not None:
            chosen = chosen.lasting(self.asked_minutes)
        elif chosen.stretches and too_short(chosen.phases):
            chosen = replace(chosen, phases=laid_out(chosen.phases, chosen.minutes) or chosen.phases)
        if self.activity is not None:
            chosen = chosen.about(self.activity)
        return chosen if self.asked_pattern is None else chosen.paced(self.asked_pattern)

    def about(self, activity: Activity) -> "Exercise":
        """The same exercise about an activity: its words are the title of the challenge, and stand by what is expected.

        Raises
        ------
        ValueError
            If the exercise is not about an activity, or there are no words.
        """
        words = " ".join(activity.text.split())
        if not self.takes_activity:
            raise ValueError(f"{self.id} is not about an activity")
        if not words:
            raise ValueError("an activity needs words")
        words = words[0].upper() + words[1:]
        challenged = [phase.role is Role.CHALLENGE for phase in self.phases]
        phases = [
            replace(phase, title=words)
            if now
            else replace(phase, title=f"{phase.title}: {words}")
            if then and phase.asks
            else phase
            for phase, now, then in zip(self.phases, challenged, [*challenged[1:], False], strict=True)
        ]
        return replace(self, activity=activity, phases=tuple(phases))

    def lasting(self, minutes: float) -> "Exercise":
        """The same exercise made to last so many minutes in all, as `laid_out` shares them out.

        Raises
        ------
        ValueError
            If the time is not more than 0 or too short for what is promised, or the exercise has a length of its own.
        """
        if not minutes > 0:
            raise ValueError(f"minutes must be more than 0, not {minutes:g}")
        if not self.stretches:
            raise ValueError(f"{self.id} has a length of its own, {self.minutes:.3g} minutes")
        phases = laid_out(self.phases, minutes)
        if phases is None or any(laid_out(way, minutes) is None for way in self._ways_of_lots()):
            raise ValueError(
                f"{self.id} takes at least {self.least_minutes:g} minutes: "
                f"in {minutes:g} there would be no answer from the heart"
            )
        return replace(self, asked_minutes=minutes, phases=phases)

    def unanswered(self) -> "Exercise":
        """The same exercise without feedback, as where no heart is heard; it can be as short as one likes."""
        phases, parts = (tuple(phase.unanswered() for phase in phases) for phases in (self.phases, self.parts))
        return replace(self, phases=phases, parts=parts)

    def paced(self, pattern: BreathPattern) -> "Exercise":
        """The same exercise with another pattern wherever it paces the breath without a schedule.

        Raises
        ------
        ValueError
            If there is no such phase.
        """
        if self.pacing is None:
            raise ValueError(f"{self.id} has no breath that could be paced otherwise")
        paced = self._with_pacing(lambda phase: (pattern, replace(phase.course, at_resonance=False, adaptive=False)))
        return replace(paced, asked_pattern=pattern)

    def at_resonance(self, rate_per_min: float) -> "Exercise":
        """The same exercise at the rate that was found for the person, where it asks for that."""
        return self._with_pacing(
            lambda phase: (
                replace(phase.pacing, rate_per_min=rate_per_min)
                if phase.pacing and phase.course.at_resonance
                else phase.pacing,
                phase.course,
            )
        )

    def _phases_of(self, picked: Mapping[str, str]) -> tuple[Phase, ...]:
        return tuple(phase for phase in self.parts if phase.chosen_by(picked))

    def _ways_of_lots(self) -> list[tuple[Phase, ...]]:
        """The phases of each way that may be drawn; none where nothing is."""
        options = self.lots.options if self.lots else ()
        return [self._phases_of(dict(self.picked) | {self.lots.id: option}) for option, _ in options if self.lots]

    def _with_pacing(self, paced: Callable[[Phase], tuple[BreathPattern | None, Course]]) -> "Exercise":
        """Phases that pace the breath without a schedule, paced otherwise."""
        phases = []
        for phase in self.phases:
            if phase.pacing and not phase.course.changes:
                pacing, course = paced(phase)
                phases.append(replace(phase, pacing=pacing, course=course))
            else:
                phases.append(phase)
        return replace(self, phases=tuple(phases))

    def ordered(self, seed: int) -> "Exercise":
        """The same exercise with its steps in a random order, where it asks for that; the same seed, the same order."""
        return replace(self, phases=tuple(phase.ordered(seed) for phase in self.phases))

    def __iter__(self) -> Iterator[Phase]:
        return iter(self.phases)
