"""Exercise files: read, checked, and every fault told with its line."""

import re
import tomllib
from dataclasses import replace

from protocols.breathing import BreathPattern
from protocols.phases import Answering, Channel, Course, Feedback, Phase, Prompt, Rating, Role, Show, Until
from protocols.resonance import Order, Schedule, sliding, stepped
from protocols.safety import Caution
from protocols.specification import Choice, Exercise, Finding, Group
from protocols.tables import Fault, Reader, key_lines

FORMAT = 2
RATE_LIMITS_PER_MIN = (3.0, 10.0)
RATE_STEP_PER_MIN = 0.1
SAFE_RATE_PER_MIN = 6.0
"""Where no resonance rate is known: as most studies paced (science C2)."""
LONGEST_MINUTES = 180.0
LONGEST_S = LONGEST_MINUTES * 60.0
N_BREATHS_MOST = 500
SHORTEST_STEP_S, LONGEST_STEP_S = 30.0, 1800.0
RESONANCE = "resonance"
SHARES = ("inhale", "top_up", "hold_full", "exhale", "hold_empty")


class ExerciseError(Exception):
    """An exercise is not to be had, or its file has faults.

    Attributes
    ----------
    faults : tuple of Fault
    """

    def __init__(self, message: str, faults: tuple[Fault, ...] = ()) -> None:
        super().__init__(message)
        self.faults = faults


def check_rate(rate_per_min: float) -> str | None:
    """What is wrong with a breathing rate that a person asks for; None where it is fine."""
    low, high = RATE_LIMITS_PER_MIN
    if not low <= rate_per_min <= high:
        return f"the breathing rate must be from {low:g} to {high:g} a minute, not {rate_per_min:g}"
    if abs(rate_per_min / RATE_STEP_PER_MIN - round(rate_per_min / RATE_STEP_PER_MIN)) > 1e-6:
        return f"the breathing rate goes in steps of {RATE_STEP_PER_MIN:g} a minute, not {rate_per_min:g}"
    return None


def read_exercise(text: str, name: str) -> Exercise:
    """Read an exercise from the text of its file; `name` stands in the messages.

    Raises
    ------
    ExerciseError
        With every fault found, each with its line.
    """
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"at line (\d+)", str(error))
        line = int(found[1]) if found else text.count("\n") + 1
        raise _error(name, [Fault(line, f"not TOML: {error}")]) from error
    reader = Reader(table, "", key_lines(text))
    exercise = _exercise(reader, text)
    if reader.faults:
        raise _error(name, sorted(reader.faults, key=lambda fault: fault.line))
    return exercise.choosing({})


def _error(name: str, faults: list[Fault]) -> ExerciseError:
    return ExerciseError("\n".join(f"{name}, line {fault.line}: {fault.reason}" for fault in faults), tuple(faults))


def _exercise(reader: Reader, source: str) -> Exercise:
    if reader.number("format", 1, 1000) > FORMAT:
        reader.fault("format", f"this file is of a later format than {FORMAT}; a newer program can read it")
    ident = reader.text("id")
    if ident and not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", ident):
        reader.fault("id", f"id is made of small letters, digits and hyphens, not {ident!r}")
    choices = tuple(_choice(each) for each in reader.tables("choices"))
    exercise = Exercise(
        id=ident,
        title=reader.text("title"),
        purpose=reader.text("purpose"),
        version=int(reader.number("version", 1, 1e6)),
        phases=(),
        ratings=reader.choices("ratings", Rating, "a rating"),
        advice=reader.text("advice", ""),
        evidence=reader.texts("evidence"),
        source=source,
        group=reader.choice("group", Group, Group.BREATHING),
        place=int(reader.number("place", 0, 1000, 100)),
        lengths=reader.numbers("lengths", 0.5, LONGEST_MINUTES),
        choices=choices,
        picked=tuple((choice.id, choice.options[0][0]) for choice in choices if choice.options),
        parts=tuple(_phase(each) for each in reader.tables("phases")),
        finds=reader.maybe_choice("finds", Finding),
        declared=frozenset(reader.choices("cautions", Caution, "a caution")),
    )
    reader.done()
    _check(reader, exercise)
    return exercise


def _check(reader: Reader, exercise: Exercise) -> None:
    """What can only be seen of the exercise as a whole."""
    phases = exercise.parts
    if not phases:
        reader.fault("phases", "an exercise has at least one [[phases]]")
    for i, phase in enumerate(phases):
        if phase.name in [before.name for before in phases[:i]]:
            reader.fault(f"phases.{i}.name", f"two phases are called {phase.name!r}")
        _check_choice(reader, i, phase, exercise.choices)
    if exercise.lengths and not any(phase.stretch for phase in phases):
        reader.fault("lengths", "lengths needs a phase with stretch = true: the one that grows and shrinks")
    if exercise.finds is Finding.RECOVERY and not _has_roles(exercise, Role.BASELINE, Role.CHALLENGE, Role.RECOVERY):
        reader.fault("finds", "recovery needs a phase of each of the roles baseline, challenge and recovery")
    if exercise.finds is Finding.TRANSFER and not _has_roles(exercise, Role.PRACTICE, Role.TRANSFER):
        reader.fault("finds", "transfer needs a phase of the role practice and one of the role transfer")
    if exercise.finds is Finding.RESONANCE and not any(phase.course.changes for phase in phases):
        reader.fault("finds", "resonance needs a phase whose pacing has steps or slides")


def _has_roles(exercise: Exercise, *roles: Role) -> bool:
    return set(roles) <= {phase.role for phase in exercise.parts}


def _check_choice(reader: Reader, i: int, phase: Phase, choices: tuple[Choice, ...]) -> None:
    known = {choice.id: [option for option, _ in choice.options] for choice in choices}
    for name, options in phase.when:
        if name not in known:
            reader.fault(f"phases.{i}.when", f"there is no choice {name!r}; known: {', '.join(known) or 'none'}")
            continue
        for option in options:
            if option not in known[name]:
                reader.fault(f"phases.{i}.when", f"{name} has no option {option!r}; known: {', '.join(known[name])}")


def _choice(reader: Reader) -> Choice:
    options = []
    for each in reader.tables("options"):
        options.append((each.text("id"), each.text("title")))
        each.done()
    choice = Choice(reader.text("id"), reader.text("title"), tuple(options), reader.flag("drawn"))
    if len(options) < 2:
        reader.fault("options", "a choice has at least two options")
    reader.done()
    return choice


def _phase(reader: Reader) -> Phase:
    pattern, course = _pacing(reader)
    scheduled = bool(course.changes)
    feedback, answering = _feedback(reader)
    phase = Phase(
        name=reader.text("name"),
        title=reader.text("title"),
        role=reader.choice("role", Role),
        minutes=1.0 if scheduled else reader.number("minutes", 0.05, LONGEST_MINUTES),
        stretch=reader.flag("stretch"),
        pacing=pattern,
        feedback=feedback,
        prompts=tuple(_prompt(each) for each in reader.tables("prompts")),
        course=course,
        answering=answering,
        show=reader.choice("show", Show, Show.WAVE),
        until=reader.choice("until", Until, Until.TIME),
        least_minutes=reader.number("least_minutes", 0.0, LONGEST_MINUTES, 0.0),
        asks=reader.choices("asks", Rating, "a rating"),
        when=_when(reader),
    )
    if scheduled:
        phase = _as_long_as_its_schedule(reader, phase)
    reader.done()
    _check_phase(reader, phase)
    return phase


def _as_long_as_its_schedule(reader: Reader, phase: Phase) -> Phase:
    for key in ("minutes", "stretch"):
        if key in reader.table:
            reader.fault(key, f"{key} is left out where pacing has steps or slides: the phase is as long as they are")
        reader.seen.add(key)
    return replace(phase, stretch=False, minutes=reader.number("minutes", 0.0, 1e9, schedule_minutes(phase)))


def schedule_minutes(phase: Phase) -> float:
    """How long the schedule of a phase lasts: its last change is where it ends."""
    changes = phase.course.changes
    if phase.pacing is None or not changes:
        return phase.minutes
    breaths, rate, minutes = 0, phase.pacing.rate_per_min, 0.0
    for change in changes:
        minutes += (change.after_breaths - breaths) / rate
        breaths, rate = change.after_breaths, change.rate_per_min
    return minutes


def _check_phase(reader: Reader, phase: Phase) -> None:
    if phase.least_minutes > phase.minutes:
        reader.fault("least_minutes", f"least_minutes must be at most minutes, {phase.minutes:g}")
    if phase.course.adaptive and phase.course.changes:
        reader.fault("pacing", "a breath that goes by steps or slides cannot be adaptive")
    if (
        phase.show is Show.QUIET
        and phase.answering.channel is not Channel.SOUND
        and phase.feedback is not Feedback.NONE
    ):
        reader.fault("show", 'a quiet screen has no picture of an answer: give feedback the channel "sound"')
    if phase.stretch:
        return
    for i, prompt in enumerate(phase.prompts):
        if prompt.at is None and prompt.at_s >= phase.minutes * 60.0:
            reader.fault(f"prompts.{i}", f"at {prompt.at_s:g} s the phase of {phase.minutes * 60.0:g} s is over")


def _when(reader: Reader) -> tuple[tuple[str, tuple[str, ...]], ...]:
    reader.seen.add("when")
    table = reader.table.get("when", {})
    if not isinstance(table, dict):
        reader.fault("when", 'when must be a table, as in { groups = "8" }')
        return ()
    taken = []
    for name, value in table.items():
        options = value if isinstance(value, list) else [value]
        if not all(isinstance(option, str) for option in options):
            reader.fault("when", f"{name} must be an option in quotes, or a list of them")
        taken.append((name, tuple(str(option) for option in options)))
    return tuple(taken)


def _feedback(reader: Reader) -> tuple[Feedback, Answering]:
    if not isinstance(reader.table.get("feedback"), dict):
        return reader.choice("feedback", Feedback, Feedback.NONE), Answering()
    reader.seen.add("feedback")
    inside = reader.inside("feedback", reader.table["feedback"])
    feedback = inside.choice("measure", Feedback)
    answering = Answering(
        inside.choice("channel", Channel, Channel.BOTH),
        inside.maybe_number("shown_s", 1.0, 3600.0),
        inside.maybe_number("of_s", 1.0, 3600.0),
    )
    inside.done()
    if (answering.shown_s is None) != (answering.of_s is None):
        inside.fault("", "shown_s and of_s go together")
    elif answering.shown_s is not None and answering.of_s is not None and answering.shown_s > answering.of_s:
        inside.fault("shown_s", f"shown_s must be at most of_s, {answering.of_s:g}")
    return feedback, answering


def _pacing(reader: Reader) -> tuple[BreathPattern | None, Course]:
    reader.seen.add("pacing")
    if "pacing" not in reader.table:
        return None, Course()
    inside = reader.inside("pacing", reader.table["pacing"])
    at_resonance = inside.table.get("rate") == RESONANCE
    shares = _shares(inside)
    schedule, course = _schedule(inside, shares)
    if at_resonance:
        inside.seen.add("rate")
        rate_per_min = SAFE_RATE_PER_MIN
    elif "seconds" in inside.table:
        rate_per_min = _rate_of_seconds(inside, shares)
    elif schedule or "steps" in inside.table:
        rate_per_min = schedule.pattern.rate_per_min if schedule else SAFE_RATE_PER_MIN
    else:
        rate_per_min = inside.number("rate_per_min", *RATE_LIMITS_PER_MIN)
        if reason := check_rate(rate_per_min):
            inside.fault("rate_per_min", reason)
    course = replace(course, at_resonance=at_resonance, adaptive=inside.flag("adaptive"))
    inside.done()
    return BreathPattern(rate_per_min, **shares), course


def _shares(inside: Reader) -> dict[str, float]:
    if "seconds" not in inside.table:
        return {
            "inhale": inside.number("inhale", 0.1, 60.0, 4.0),
            "top_up": inside.number("top_up", 0.0, 60.0, 0.0),
            "hold_full": inside.number("hold_full", 0.0, 60.0, 0.0),
            "exhale": inside.number("exhale", 0.1, 60.0, 6.0),
            "hold_empty": inside.number("hold_empty", 0.0, 60.0, 0.0),
        }
    seconds = inside.inside("seconds", inside.table["seconds"])
    inside.seen.add("seconds")
    shares = {name: seconds.number(name, 0.0, 60.0, 0.0) for name in SHARES}
    for name in ("inhale", "exhale"):
        if shares[name] < 0.1:
            seconds.fault(name, f"{name} must be at least 0.1 s")
            shares[name] = 0.1
    seconds.done()
    return shares


def _rate_of_seconds(inside: Reader, shares: dict[str, float]) -> float:
    rate_per_min = 60.0 / sum(shares.values())
    low, high = RATE_LIMITS_PER_MIN
    if not low <= rate_per_min <= high:
        inside.fault("seconds", f"that is {rate_per_min:.3g} breaths a minute; it must be from {low:g} to {high:g}")
    return rate_per_min


def _schedule(inside: Reader, shares: dict[str, float]) -> tuple[Schedule | None, Course]:
    """Steps or slides; None where the pace is steady."""
    inside.seen.update(("steps", "slides"))
    pattern = BreathPattern(SAFE_RATE_PER_MIN, **shares)
    if "steps" in inside.table and "slides" in inside.table:
        inside.fault("slides", "steps and slides exclude each other")
    elif "steps" in inside.table:
        steps = inside.inside("steps", inside.table["steps"])
        rates = steps.numbers("rates_per_min", *RATE_LIMITS_PER_MIN)
        each_s = steps.number("each_s", SHORTEST_STEP_S, LONGEST_STEP_S)
        order = steps.choice("order", Order, Order.DESCENDING)
        steps.done()
        if len(rates) >= 2:
            schedule = stepped(Order.DESCENDING, 0, rates, each_s, pattern)
            return schedule, Course(schedule.to_its_end, order is Order.RANDOM, each_s)
        steps.fault("rates_per_min", "steps need at least two rates_per_min")
    elif "slides" in inside.table:
        slides = inside.inside("slides", inside.table["slides"])
        from_per_min = slides.number("from_per_min", *RATE_LIMITS_PER_MIN)
        to_per_min = slides.number("to_per_min", *RATE_LIMITS_PER_MIN)
        n_breaths = int(slides.number("breaths", 2, N_BREATHS_MOST))
        slides.done()
        schedule = sliding(from_per_min, to_per_min, n_breaths, pattern)
        return schedule, Course(schedule.to_its_end)
    return None, Course()


def _prompt(reader: Reader) -> Prompt:
    reader.seen.update(("spoken", "at"))
    spoken = reader.table.get("spoken", True)
    if not isinstance(spoken, bool | str):
        reader.fault("spoken", f"spoken must be false, or the words to say, not {spoken!r}")
    if "at" in reader.table and "at_s" in reader.table:
        reader.fault("at", "at and at_s exclude each other")
    every_s = reader.number("every_s", 0.0, LONGEST_S, 0.0)
    prompt = Prompt(
        reader.number("at_s", 0.0, LONGEST_S, 0.0),
        reader.text("text"),
        every_s or None,
        reader.maybe_number("at", 0.0, 1.0),
        reader.maybe_number("for_s", 1.0, LONGEST_S),
        spoken if isinstance(spoken, str) else None if spoken else "",
    )
    reader.done()
    return prompt
