"""Exercise files: read, checked, and every fault told with its line."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from math import prod

from protocols.documents import DocumentError, check_format, finish, opened
from protocols.lengths import Phases, laid_out, least_minutes
from protocols.needs import too_short
from protocols.pacing_forms import is_scheduled, read_pacing
from protocols.phases import Answering, Channel, Feedback, Phase, Prompt, Rating, Role, Show, Until
from protocols.safety import Caution
from protocols.specification import Choice, Exercise, Finding, Group
from protocols.tables import Reader, told

FORMAT = 2
LONGEST_MINUTES = 180.0
LONGEST_S = LONGEST_MINUTES * 60.0
N_WAYS_MOST = 1000
"""So many ways to choose can be gone through one by one."""


class ExerciseError(DocumentError):
    """An exercise is not to be had, or its file has faults."""

    kind = "an exercise"


def read_exercise(text: str, name: str) -> Exercise:
    """Read an exercise from the text of its file; `name` stands in the messages.

    Raises
    ------
    ExerciseError
        With every fault found, each with its line.
    """
    reader = opened(text, name, ExerciseError)
    exercise = _exercise(reader, text)
    finish(reader, name, ExerciseError)
    return exercise.choosing({})


def _exercise(reader: Reader, source: str) -> Exercise:
    check_format(reader, FORMAT)
    choices = tuple(_choice(each) for each in reader.tables("choices"))
    exercise = Exercise(
        id=reader.ident("id"),
        title=reader.line("title"),
        purpose=reader.text("purpose"),
        version=reader.whole("version", 1, 1_000_000),
        phases=(),
        ratings=reader.choices("ratings", Rating, "a rating"),
        advice=reader.text("advice", ""),
        evidence=reader.texts("evidence"),
        source=source,
        group=reader.choice("group", Group, Group.BREATHING),
        place=reader.whole("place", 0, 1000, 100),
        lengths=reader.numbers("lengths", 0.5, LONGEST_MINUTES),
        choices=choices,
        picked=tuple((choice.id, choice.options[0][0]) for choice in choices if choice.options),
        parts=tuple(_phase(each) for each in reader.tables("phases")),
        finds=reader.maybe_choice("finds", Finding),
        declared=frozenset(reader.choices("cautions", Caution, "a caution")),
    )
    reader.done()
    _check(reader, exercise)
    if not reader.faults:
        _check_promises(reader, exercise)
    return exercise


def _check(reader: Reader, exercise: Exercise) -> None:
    """What can only be seen of the exercise as a whole."""
    phases = exercise.parts
    if not reader.table.get("phases"):
        reader.fault("phases", "an exercise has at least one [[phases]]")
    for i, phase in enumerate(phases):
        if any(phase.name == before.name and not phase.excludes(before) for before in phases[:i]):
            reader.fault(f"phases.{i}.name", f"two phases are called {told(phase.name)}")
        _check_when(reader, i, phase, exercise.choices)
        if phase.until is Until.RECOVERED and not {Role.BASELINE, Role.CHALLENGE} <= {p.role for p in phases[:i]}:
            reader.fault(f"phases.{i}.until", "recovered needs phases of the roles baseline and challenge before it")
    if phases and all(phase.when for phase in phases):
        reader.fault("phases", "every phase depends on a choice: at least one must be without when")
    if exercise.lengths and not any(phase.stretch for phase in phases):
        reader.fault("lengths", "lengths needs a phase with stretch = true: the one that grows and shrinks")
    _check_choices(reader, exercise)
    for reason in _missing_to_find(exercise):
        reader.fault("finds", f"{exercise.finds} needs {reason}")


def _check_promises(reader: Reader, exercise: Exercise) -> None:
    """Whatever is chosen, and of whatever length that is offered: the feedback that is promised can come."""
    options = [[(choice.id, option) for option, _ in choice.options] for choice in exercise.choices]
    if prod(map(len, options)) > N_WAYS_MOST:
        reader.fault("choices", f"there are more than {N_WAYS_MOST} ways to choose: leave some out")
        return
    names = [phase.name for phase in exercise.parts]
    ways = dict.fromkeys(exercise.choosing(dict(picked)).phases for picked in product(*options))
    told = set[str]()
    for phases in ways:
        for lacking in too_short(phases, with_mark=False):
            place = f"phases.{names.index(phases[lacking.index].name)}.{lacking.key}"
            if place not in told:
                reader.fault(place, lacking.reason)
                told.add(place)
    if not told:
        stretching = [phases for phases in ways if any(phase.stretch for phase in phases)]
        _check_lengths(reader, exercise.lengths, stretching)


def _check_lengths(reader: Reader, lengths: tuple[float, ...], ways: list[Phases]) -> None:
    for i, minutes in enumerate(lengths):
        if not all(laid_out(phases, minutes) for phases in ways):
            least = max(map(least_minutes, ways))
            reader.fault(f"lengths.{i}", f"{minutes:g} minutes are too few for an answer: it takes at least {least:g}")


def _check_choices(reader: Reader, exercise: Exercise) -> None:
    deciding = {name for phase in exercise.parts for name, _ in phase.when}
    for i, choice in enumerate(exercise.choices):
        if choice.id in [before.id for before in exercise.choices[:i]]:
            reader.fault(f"choices.{i}.id", f"two choices have the id {told(choice.id)}")
        elif choice.id and choice.id not in deciding:
            reader.fault(f"choices.{i}", f"no phase depends on {choice.id}: say when = {{ {choice.id} = ... }} in one")
        if choice.drawn and exercise.finds is not Finding.TRIAL:
            reader.fault(f"choices.{i}.drawn", 'only an exercise with finds = "trial" draws lots')


def _missing_to_find(exercise: Exercise) -> Iterator[str]:
    """What an exercise lacks of what it needs to find what it says."""
    roles = {phase.role for phase in exercise.parts}
    match exercise.finds:
        case Finding.RECOVERY if not {Role.BASELINE, Role.CHALLENGE, Role.RECOVERY} <= roles:
            yield "a phase of each of the roles baseline, challenge and recovery"
        case Finding.TRANSFER if not {Role.PRACTICE, Role.TRANSFER} <= roles:
            yield "a phase of the role practice and one of the role transfer"
        case Finding.RESONANCE if not any(phase.course.changes for phase in exercise.parts):
            yield "a phase whose pacing has steps or slides"
        case Finding.TRIAL:
            if not any(choice.drawn for choice in exercise.choices):
                yield "a choice with drawn = true"
            if not exercise.ratings:
                yield "ratings: the first of them is what is compared"


def _check_when(reader: Reader, i: int, phase: Phase, choices: tuple[Choice, ...]) -> None:
    known = {choice.id: [option for option, _ in choice.options] for choice in choices}
    for name, options in phase.when:
        place = f"phases.{i}.when.{name}"
        if name not in known:
            reader.fault(place, f"there is no choice {told(name)}; known: {', '.join(known) or 'none'}")
            continue
        for option in options:
            if option not in known[name]:
                reader.fault(place, f"{name} has no option {told(option)}; known: {', '.join(known[name])}")


def _choice(reader: Reader) -> Choice:
    options: list[tuple[str, str]] = []
    for i, each in enumerate(reader.tables("options")):
        option = each.ident("id")
        if option in [before for before, _ in options]:
            reader.fault(f"options.{i}", f"two options have the id {told(option)}")
        options.append((option, each.line("title")))
        each.done()
    choice = Choice(reader.ident("id"), reader.line("title"), tuple(options), reader.flag("drawn"))
    if len(options) < 2:
        reader.fault("options", "a choice has at least two options")
    elif choice.drawn and len(options) > 2:
        reader.fault("options", "a choice that is drawn has two options")
    reader.done()
    return choice


def _phase(reader: Reader) -> Phase:
    pattern, course = read_pacing(reader)
    scheduled = is_scheduled(reader)
    feedback, answering = _feedback(reader)
    phase = Phase(
        name=reader.line("name"),
        title=reader.line("title"),
        role=reader.choice("role", Role),
        minutes=1.0 if scheduled else reader.number("minutes", 0.05, LONGEST_MINUTES),
        stretch=reader.flag("stretch"),
        pacing=pattern,
        feedback=feedback,
        prompts=_prompts(reader),
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
    _check_phase(reader, phase, measured=not scheduled or bool(course.changes))
    return phase


def _as_long_as_its_schedule(reader: Reader, phase: Phase) -> Phase:
    for key in ("minutes", "stretch"):
        if key in reader.table:
            reader.fault(key, f"{key} is left out where pacing has steps or slides: the phase is as long as they are")
        reader.seen.add(key)
    minutes = schedule_minutes(phase)
    if minutes > LONGEST_MINUTES:
        reader.fault("pacing", f"that takes {minutes:.0f} minutes; a phase has at most {LONGEST_MINUTES:g}")
    return replace(phase, stretch=False, minutes=minutes)


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


def _check_phase(reader: Reader, phase: Phase, *, measured: bool) -> None:
    """What can be seen of a phase as a whole; its length is not known where its schedule has faults."""
    if phase.least_minutes > phase.minutes:
        reader.fault("least_minutes", f"least_minutes must be at most minutes, {phase.minutes:g}")
    if phase.until is Until.STEADY and phase.role is not Role.BASELINE:
        reader.fault("until", 'only a phase of the role baseline can go on until it is "steady"')
    if (
        phase.show is Show.QUIET
        and phase.answering.channel is not Channel.SOUND
        and phase.feedback is not Feedback.NONE
    ):
        reader.fault("show", 'a quiet screen has no picture of an answer: give feedback the channel "sound"')
    for i, prompt in enumerate(phase.prompts):
        if measured and not phase.stretch and prompt.at is None and prompt.at_s >= phase.minutes * 60.0:
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
        if not options or not all(isinstance(option, str) for option in options):
            reader.fault(f"when.{name}", f"{name} must be an option in quotes, or a list of them")
        taken.append((name, tuple(option for option in options if isinstance(option, str))))
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


def _prompts(reader: Reader) -> tuple[Prompt, ...]:
    n_faults = len(reader.faults)
    prompts = tuple(_prompt(each) for each in reader.tables("prompts"))
    for i, prompt in enumerate(prompts):
        if prompt.at == 1.0:
            reader.fault(f"prompts.{i}", "at 1 the phase is over: at must be less")
        # a faulty moment is read as 0, and must not be told to be that of another
        twice = (prompt.at, prompt.at_s) in [(before.at, before.at_s) for before in prompts[:i]]
        if twice and len(reader.faults) == n_faults:
            reader.fault(f"prompts.{i}", "two prompts come at the same moment: one would never be seen")
    return prompts


def _prompt(reader: Reader) -> Prompt:
    reader.seen.update(("spoken", "at"))
    spoken = reader.table.get("spoken", True)
    if not isinstance(spoken, bool | str):
        reader.fault("spoken", f"spoken must be false, or the words to say, not {told(spoken)}")
    if "at" in reader.table and "at_s" in reader.table:
        reader.fault("at", "at and at_s exclude each other")
    prompt = Prompt(
        reader.number("at_s", 0.0, LONGEST_S, 0.0),
        reader.text("text"),
        reader.maybe_number("every_s", 1.0, LONGEST_S),
        reader.maybe_number("at", 0.0, 1.0),
        reader.maybe_number("for_s", 1.0, LONGEST_S),
        spoken if isinstance(spoken, str) else None if spoken else "",
    )
    reader.done()
    return prompt
