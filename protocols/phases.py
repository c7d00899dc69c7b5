"""The phases of an exercise: what each is for, its breath, its words, its feedback."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from protocols.breathing import BreathPattern, RateChange
from protocols.resonance import Order, stepped


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
    ALPHA = "alpha"
    SMR = "smr"
    THETA_SMR = "theta-smr"
    HEART_AND_ALPHA = "heart-and-alpha"
    ALPHA_REPLAYED = "alpha-replayed"

    @property
    def seems(self) -> "Feedback":
        """What the person is told that it is: what a trial draws stays untold."""
        return Feedback.ALPHA if self is Feedback.ALPHA_REPLAYED else self

    @property
    def of_head(self) -> bool:
        """Whether it needs a band on the head."""
        return self not in (Feedback.NONE, Feedback.SMOOTHNESS, Feedback.CALM)

    @property
    def of_heart(self) -> bool:
        """Whether it needs a strap."""
        return self in (Feedback.SMOOTHNESS, Feedback.CALM, Feedback.HEART_AND_ALPHA)


OF_HEAD = frozenset(feedback for feedback in Feedback if feedback.of_head)


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
        Not ended before by anything but the person, nor made shorter with the session.
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

    def unanswered(self) -> "Phase":
        """The same phase without feedback."""
        timed = self.until is Until.TIME
        return replace(self, feedback=Feedback.NONE, least_minutes=0.0 if timed else self.least_minutes)

    def excludes(self, other: "Phase") -> bool:
        """Whether no choice leaves both."""
        others = dict(other.when)
        return any(name in others and not set(options) & set(others[name]) for name, options in self.when)

    def chosen_by(self, picked: Mapping[str, str]) -> bool:
        return all(picked.get(choice) in options for choice, options in self.when)

    def ordered(self, seed: int) -> "Phase":
        """The same phase with its steps in a random order, where it asks for that; the same seed, the same order."""
        course = self.course
        if self.pacing is None or not course.any_order:
            return self
        rates = [self.pacing.rate_per_min, *(change.rate_per_min for change in course.changes[:-1])]
        schedule = stepped(Order.RANDOM, seed, rates, course.each_s, self.pacing)
        return replace(self, pacing=schedule.pattern, course=replace(course, changes=schedule.to_its_end))
