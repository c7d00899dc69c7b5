"""What an exercise is: phases, pacing, prompts and feedback, as frozen data."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from protocols.breathing import BreathPattern, RateChange
from protocols.resonance import Order, stepped
from protocols.safety import Caution, implied_by

FIXED_SHARE = 1 / 3
"""At most this share of a shortened session goes to its phases of fixed length."""


class Group(StrEnum):
    """What kind of practice an exercise is; the list of exercises goes by it, in this order."""

    BREATHING = "breathing"
    CALM = "calm"
    SAFETY = "safety"
    BODY = "body"
    ACTIVITY = "activity"
    DISCOVERY = "discovery"


class Role(StrEnum):
    """What a phase is for: figures of like phases can be compared."""

    SETTLE = "settle"
    BASELINE = "baseline"
    PRACTICE = "practice"
    CHALLENGE = "challenge"
    TRANSFER = "transfer"
    RECOVERY = "recovery"


class Feedback(StrEnum):
    """What the person is given an answer to."""

    NONE = "none"
    SMOOTHNESS = "smoothness"
    CALM = "calm"


class Channel(StrEnum):
    """How the answer reaches the person."""

    BOTH = "both"
    PICTURE = "picture"
    SOUND = "sound"


class Show(StrEnum):
    """What the screen holds during a phase, besides its words.

    WAVE has the breath and the heart's wave. QUIET has no number, no meter and no trace. The others have a task.
    """

    WAVE = "wave"
    QUIET = "quiet"
    WRITING = "writing"
    ARITHMETIC = "arithmetic"
    COLOURS = "colours"


class Until(StrEnum):
    """What ends a phase, at the latest its minutes."""

    TIME = "time"
    PERSON = "person"
    RECOVERED = "recovered"
    STEADY = "steady"


class Rating(StrEnum):
    """A question from 0 to 10, always skippable."""

    PAIN = "pain"
    UNPLEASANTNESS = "unpleasantness"
    TENSION = "tension"
    FEAR = "fear"
    DANGER = "danger"
    SAFETY = "safety"
    DISTRESS = "distress"
    COMFORT = "comfort"


class Finding(StrEnum):
    """What an exercise finds out, told as its result."""

    RESONANCE = "resonance"
    RECOVERY = "recovery"
    TRANSFER = "transfer"
    TRIAL = "trial"


@dataclass(frozen=True, slots=True)
class Prompt:
    """Words at a moment of a phase.

    Attributes
    ----------
    at_s : float
        Seconds from the beginning of the phase.
    text : str
    every_s : float or None
        Repeated so often.
    at : float or None
        Share of the phase, 0 to 1, in place of `at_s`.
    for_s : float or None
        The words leave after so long, for silence; None where they stay until new ones come.
    spoken : str or None
        What the voice says where it is not the text; empty for words that are only read.
    """

    at_s: float
    text: str
    every_s: float | None = None
    at: float | None = None
    for_s: float | None = None
    spoken: str | None = None

    @property
    def said(self) -> str:
        """What the voice says."""
        return self.text if self.spoken is None else self.spoken

    def latest(self, since_s: float, length_s: float) -> float | None:
        """When the words came last, seconds from the beginning of a phase of that length; None before they come."""
        first_s = self.at_s if self.at is None else self.at * length_s
        if since_s < first_s:
            return None
        return first_s + ((since_s - first_s) // self.every_s * self.every_s if self.every_s else 0.0)


@dataclass(frozen=True, slots=True)
class Course:
    """How the pace of a phase comes to be.

    Attributes
    ----------
    changes : tuple of RateChange
        A schedule: other rates after so many breaths, the last where it ends. Such a phase is as long as its schedule.
    any_order : bool
        Whether the steps of the schedule are brought into a random order before the session.
    each_s : float
        Longest time of a step of a schedule in any order.
    at_resonance : bool
        At the rate that was found for the person, where one was.
    adaptive : bool
        Moved gently, within limits, towards the rate at which the heart answers most.
    """

    changes: tuple[RateChange, ...] = ()
    any_order: bool = False
    each_s: float = 0.0
    at_resonance: bool = False
    adaptive: bool = False


@dataclass(frozen=True, slots=True)
class Answering:
    """How feedback is given: by which channel, and for the first `shown_s` of each `of_s` seconds; None always."""

    channel: Channel = Channel.BOTH
    shown_s: float | None = None
    of_s: float | None = None

    def by(self, channel: Channel, since_s: float) -> bool:
        """Whether that channel answers so many seconds into the phase."""
        shown = self.shown_s is None or self.of_s is None or since_s % self.of_s < self.shown_s
        return shown and self.channel in (channel, Channel.BOTH)


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
        Usual length; the longest one where something else can end the phase.
    stretch : bool
        Whether it takes up the time when a session is made longer or shorter.
    pacing : BreathPattern or None
        The breath to follow; None leaves the breath free.
    feedback : Feedback
    prompts : tuple of Prompt
    course : Course
    answering : Answering
    show : Show
    until : Until
    least_minutes : float
        Not ended before by anything but the person.
    asks : tuple of Rating
        Asked while the phase is on.
    when : tuple of (str, tuple of str)
        Only where of these choices one of these options was taken.
    """

    name: str
    title: str
    role: Role
    minutes: float
    stretch: bool = False
    pacing: BreathPattern | None = None
    feedback: Feedback = Feedback.NONE
    prompts: tuple[Prompt, ...] = ()
    course: Course = Course()
    answering: Answering = Answering()
    show: Show = Show.WAVE
    until: Until = Until.TIME
    least_minutes: float = 0.0
    asks: tuple[Rating, ...] = ()
    when: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def prompt_at(self, since_s: float) -> Prompt | None:
        """The words in force so many seconds into the phase; None for silence."""
        came_s, prompt = -1.0, None
        for each in self.prompts:
            latest_s = each.latest(since_s, self.minutes * 60.0)
            if latest_s is not None and latest_s >= came_s:
                came_s, prompt = latest_s, each
        if prompt is None or (prompt.for_s is not None and since_s - came_s >= prompt.for_s):
            return None
        return prompt

    def prompt_moments(self) -> list[float]:
        """When words come, seconds from the beginning of the phase, in order."""
        length_s = self.minutes * 60.0
        moments = set[float]()
        for prompt in self.prompts:
            first_s = prompt.at_s if prompt.at is None else prompt.at * length_s
            n_times = int((length_s - first_s) // prompt.every_s) + 1 if prompt.every_s else 1
            moments.update(first_s + i * (prompt.every_s or 0.0) for i in range(n_times))
        return sorted(moment for moment in moments if moment < length_s)

    def chosen_by(self, picked: Mapping[str, str]) -> bool:
        return all(picked.get(choice) in options for choice, options in self.when)


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

    @property
    def minutes(self) -> float:
        return sum(phase.minutes for phase in self.phases)

    @property
    def stretches(self) -> bool:
        """Whether it can be made longer or shorter."""
        return any(phase.stretch for phase in self.phases)

    @property
    def pacing(self) -> BreathPattern | None:
        """The first pattern that a person can change; None where no breath is paced, or only on a schedule."""
        return next((phase.pacing for phase in self.phases if phase.pacing and not phase.course.changes), None)

    @property
    def cautions(self) -> frozenset[Caution]:
        """What it needs care with: as its file says, and as its breaths bring with them."""
        patterns = [phase.pacing for phase in self.phases if phase.pacing]
        return self.declared.union(*(implied_by(pattern) for pattern in patterns))

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
        """The same exercise with other options taken, of the length and pace that it was given before.

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
        phases = tuple(phase for phase in self.parts if phase.chosen_by(taken))
        chosen = replace(self, phases=phases, picked=tuple(taken.items()))
        if self.asked_minutes is not None:
            chosen = chosen.lasting(self.asked_minutes)
        return chosen if self.asked_pattern is None else chosen.paced(self.asked_pattern)

    def lasting(self, minutes: float) -> "Exercise":
        """The same exercise made to last so many minutes in all.

        The phases of fixed length keep it where they take no more than a third of the time, else they shrink to
        that; the stretching phases share the rest as they usually do.

        Raises
        ------
        ValueError
            If the time is not more than 0, or the exercise has a length of its own.
        """
        if not minutes > 0:
            raise ValueError(f"minutes must be more than 0, not {minutes}")
        if not self.stretches:
            raise ValueError(f"{self.id} has a length of its own, {self.minutes:.3g} minutes")
        stretching = sum(phase.minutes for phase in self.phases if phase.stretch)
        fixed = self.minutes - stretching
        shrink = min(1.0, FIXED_SHARE * minutes / fixed) if fixed else 1.0
        grow = (minutes - fixed * shrink) / stretching
        return replace(
            self,
            asked_minutes=minutes,
            phases=tuple(
                replace(phase, minutes=phase.minutes * (grow if phase.stretch else shrink)) for phase in self.phases
            ),
        )

    def paced(self, pattern: BreathPattern) -> "Exercise":
        """The same exercise with another pattern wherever it paces the breath without a schedule.

        Raises
        ------
        ValueError
            If there is no such phase.
        """
        if self.pacing is None:
            raise ValueError(f"{self.id} has no breath that could be paced otherwise")
        paced = self._with_pacing(lambda phase: (pattern, replace(phase.course, at_resonance=False)))
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
        return replace(self, phases=tuple(_ordered(phase, seed) for phase in self.phases))

    def __iter__(self) -> Iterator[Phase]:
        return iter(self.phases)


def _ordered(phase: Phase, seed: int) -> Phase:
    course = phase.course
    if phase.pacing is None or not course.any_order:
        return phase
    rates = [phase.pacing.rate_per_min, *(change.rate_per_min for change in course.changes[:-1])]
    schedule = stepped(Order.RANDOM, seed, rates, course.each_s, phase.pacing)
    return replace(phase, pacing=schedule.pattern, course=replace(course, changes=schedule.to_its_end))
