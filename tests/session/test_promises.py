"""Feedback that an exercise promises can come: in every exercise that can be read, of every length that can be had."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import accumulate, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from biofeedback.analysis.figures.indices import LiveIndices
from biofeedback.analysis.signal.spectrum import LIVE_S
from biofeedback.session.lived import LivedPhase
from biofeedback.session.scoring import Scorer
from biofeedback.storage.database import Store
from protocols.feedback import WAVE_S
from protocols.forms import ExerciseError, read_exercise
from protocols.library import find_exercise, load_library
from protocols.neurofeedback import HEAD_BASELINE_S
from protocols.phases import Feedback, Phase, Role, Until
from protocols.specification import Exercise
from tests.session.stage import play

FREE_BREATHS, SLOW_BREATHS = 14.0, 6.0
SLOW_TO_TELL_S = 100.0
"""So long a breath that has changed is still told as it was."""

lengths_of_beats = st.sampled_from([0.55, 0.8, 1.0, 1.31, 1.6])


def test_rules_and_figures_are_of_the_same_wave() -> None:
    assert WAVE_S == LIVE_S


def shortest(phase: Phase) -> float:
    """How long a phase lasts where heart and person end it as soon as they may, in seconds."""
    stays = phase.until is Until.TIME or (
        phase.until is Until.PERSON and phase.feedback is not Feedback.NONE and phase.role is not Role.BASELINE
    )
    return 60.0 * (phase.minutes if stays else phase.least_minutes)


def indices_of(at_s: float, first_s: float, since_s: float, *, paced: bool) -> LiveIndices:
    """A heart that gives every figure as soon as there is time for it."""
    seen_s = at_s - first_s
    slow = paced or at_s - since_s < min(since_s, SLOW_TO_TELL_S)
    return LiveIndices(
        at_s,
        70.0,
        25.0 if seen_s >= 30.0 else None,
        respiration_per_min=SLOW_BREATHS if slow else FREE_BREATHS,
        smoothness=0.5 if seen_s >= LIVE_S else None,
    )


def unanswered(phases: Sequence[Phase], rr_s: float, first_s: float = 0.0) -> list[str]:
    """The phases that promise feedback and in which a good heart does not see any, the first time."""
    scorer, told = Scorer(), []
    ends = list(accumulate(map(shortest, phases)))
    at_s, since_s, standing = first_s, 0.0, False
    for i, (phase, end_s) in enumerate(zip(phases, ends, strict=True)):
        start_s, paced, seen = ends[i - 1] if i else 0.0, phase.pacing is not None, False
        if i and paced != (phases[i - 1].pacing is not None):
            since_s = start_s
        scorer.lived.begin(LivedPhase(start_s, phase.role, phase.feedback, paced))
        while at_s < end_s:
            score = scorer.score(indices_of(at_s, first_s, since_s, paced=paced))
            standing = score.value is not None
            # what a beat brought stands until the next
            moments = (at_s - start_s, min(at_s + rr_s, end_s) - start_s - 1e-6)
            seen |= standing and any(phase.answering.by(phase.answering.channel, moment) for moment in moments)
            at_s += rr_s
        rest_s = max((shortest(each) for each in phases[:i] if each.role is Role.BASELINE), default=0.0)
        if (phase.feedback.of_heart and not seen) or (phase.feedback.of_head and rest_s < HEAD_BASELINE_S):
            told.append(phase.name)
    return told


def ways(exercise: Exercise) -> Iterator[Exercise]:
    names = [choice.id for choice in exercise.choices]
    for options in product(*([option for option, _ in choice.options] for choice in exercise.choices)):
        yield exercise.choosing(dict(zip(names, options, strict=True)))


def lasting(exercise: Exercise, minutes: float) -> Exercise | None:
    try:
        return exercise.lasting(minutes)
    except ValueError:
        return None


@pytest.mark.parametrize("exercise", load_library(), ids=lambda exercise: exercise.id)
@given(rr_s=lengths_of_beats, minutes=st.floats(0.1, 60.0))
@settings(max_examples=4, deadline=None)
def test_the_library_answers_at_every_length_that_it_can_be_made_to_last(
    exercise: Exercise, rr_s: float, minutes: float
) -> None:
    for way in list(ways(exercise))[-3:]:
        offered = [way, *(way.lasting(minutes) for minutes in exercise.lengths)]
        asked = [lasting(way, minutes), lasting(way, way.least_minutes)] if way.stretches else []
        for made in filter(None, [*offered, *asked]):
            assert unanswered(made.phases, rr_s) == [], made.minutes


def lines(keys: dict[str, object]) -> str:
    return "".join(f"{key} = {value}\n" for key, value in keys.items())


def quoted(*words: str) -> st.SearchStrategy[str]:
    return st.sampled_from([f'"{word}"' for word in words])


TABLE = "{{ measure = {}, shown_s = {}, of_s = {} }}"
MINUTES = st.integers(1, 60).map(lambda n: n / 10.0)
FEEDBACK = st.one_of(
    quoted("calm", "smoothness"),
    st.builds(TABLE.format, quoted("calm", "smoothness"), st.integers(1, 90), st.integers(90, 200)),
)
PHASE = st.fixed_dictionaries(
    {"role": quoted("settle", "baseline", "baseline", "practice", "transfer"), "minutes": MINUTES},
    optional={
        "feedback": FEEDBACK,
        "pacing": st.just("{ rate_per_min = 6 }"),
        "stretch": st.sampled_from(["true", "false"]),
        "until": quoted("time", "person", "steady"),
        "least_minutes": MINUTES,
        "when": st.sampled_from(['{ way = "a" }', '{ way = "b" }']),
    },
)
CHOICES = '[[choices]]\nid = "way"\ntitle = "Way"\noptions = [{ id = "a", title = "A" }, { id = "b", title = "B" }]\n'


@st.composite
def files(draw: st.DrawFn) -> str:
    phases = draw(st.lists(PHASE, min_size=1, max_size=5))
    offered = draw(st.lists(st.integers(1, 20), max_size=2, unique=True))
    head = lines({"format": 2, "id": '"made"', "title": '"Made"', "purpose": '"To see."', "version": 1})
    if offered and any(phase.get("stretch") == "true" for phase in phases):
        head += lines({"lengths": offered})
    if any("when" in phase for phase in phases):
        head += CHOICES
    blocks = [lines({"name": f'"p{i}"', "title": '"P"'} | phase) for i, phase in enumerate(phases)]
    return head + "".join(f"[[phases]]\n{block}" for block in blocks)


@given(files(), lengths_of_beats, st.floats(0.0, 1.0), st.integers(1, 200))
def test_a_file_is_refused_with_its_line_or_its_answers_come(
    text: str, rr_s: float, first_s: float, tenths: int
) -> None:
    try:
        exercise = read_exercise(text, "made.toml")
    except ExerciseError as error:
        faults = error.faults
    else:
        faults = ()
    assert all(1 <= fault.line <= text.count("\n") and fault.reason for fault in faults)
    if faults:
        return
    for way in ways(exercise):
        made = [way]
        if way.stretches:
            made += [*map(way.lasting, exercise.lengths), *filter(None, [lasting(way, tenths / 10.0)])]
        for each in made:
            assert unanswered(each.phases, rr_s, first_s * rr_s) == [], each.minutes


def phases_of(*told: str) -> str:
    head = lines({"format": 1, "id": '"mine"', "title": '"Mine"', "purpose": '"Mine."', "version": 1})
    return head + "".join(f'[[phases]]\nname = "p{i}"\ntitle = "P"\n{each}\n' for i, each in enumerate(told))


REST = 'role = "baseline"\nminutes = {}'
CALM = 'role = "practice"\nminutes = 5\nfeedback = "calm"'
PACED = 'role = "practice"\nminutes = {}\npacing = {{ rate_per_min = 6 }}\nfeedback = "smoothness"'


@pytest.mark.parametrize(
    ("told", "line", "reason"),
    [
        ((REST.format(2), CALM), 10, "calm is held against this rest: minutes must be 3.1 or more, not 2"),
        ((CALM,), 11, "put a phase of the role baseline before it"),
        ((CALM, REST.format(9)), 11, "put a phase of the role baseline before it"),
        ((REST.format(9), f"{CALM}\npacing.rate_per_min = 9"), 17, "calm is told of a free breath"),
        ((f"{REST.format(9)}\npacing.rate_per_min = 9", CALM), 11, "calm is told of a free breath"),
        ((REST.format(9), PACED.format(3), CALM.replace("5", "2")), 22, "minutes must be 2.1 or more, not 2"),
        ((PACED.format(1),), 10, "the wave is told of 64 s of the same breathing: minutes must be 1.2 or more, not 1"),
        ((f'{REST.format(9)}\nuntil = "steady"', CALM), 6, "least_minutes must be 3.1 or more, not 0"),
        ((f'{REST.format(9)}\nuntil = "steady"\nleast_minutes = 3', CALM), 12, "must be 3.1 or more, not 3"),
        ((PACED.format(2).replace('"smoothness"', '{ measure = "smoothness", shown_s = 30, of_s = 150 }'),), 10,
         "minutes must be 2.6 or more"),
    ],
)  # fmt: skip
def test_what_cannot_be_answered_is_told_with_its_line(told: Sequence[str], line: int, reason: str) -> None:
    with pytest.raises(ExerciseError) as refused:
        read_exercise(phases_of(*told), "mine.toml")
    assert [fault.line for fault in refused.value.faults if reason in fault.reason] == [line], refused.value.faults


def test_a_length_that_is_offered_is_long_enough() -> None:
    text = phases_of(f"{REST.format(4)}", f"{CALM}\nstretch = true").replace(
        "version = 1\n", "version = 1\nlengths = [3, 9]\n"
    )
    with pytest.raises(ExerciseError, match=r"line 6: 3 minutes are too few for an answer: it takes at least 3\.2"):
        read_exercise(text, "mine.toml")


def test_a_rest_that_is_too_short_takes_from_what_stretches() -> None:
    exercise = read_exercise(phases_of(REST.format(2), f"{CALM}\nstretch = true"), "mine.toml")
    rest, calm = (phase.minutes for phase in exercise)
    assert rest == pytest.approx(185 / 60)
    assert rest + calm == pytest.approx(7.0)


def test_a_length_too_short_names_the_least() -> None:
    calm = find_exercise("calm-state")
    with pytest.raises(ValueError, match=r"calm-state takes at least 4\.1 minutes: in 3 there would be no answer"):
        calm.lasting(3)
    assert calm.lasting(calm.least_minutes).minutes == pytest.approx(calm.least_minutes)


def test_a_lot_that_is_drawn_later_has_the_time_it_needs() -> None:
    trial = find_exercise("personal-trial").choosing({"question": "answer", "answered": "without"})
    with pytest.raises(ValueError, match=r"takes at least 1\.2 minutes"):
        trial.lasting(1.1)
    short = trial.lasting(1.2)
    assert unanswered(short.choosing({"answered": "with"}).phases, 1.0) == []


@pytest.mark.parametrize("minutes", [find_exercise("calm-state").least_minutes, 5.0, 10.0])
def test_a_first_session_of_calm_is_answered_however_short(store: Store, minutes: float) -> None:
    whole = play(store, "sim:rest?seed=3", find_exercise("calm-state").lasting(minutes)).whole
    (calm,) = [phase for phase in whole.phases if phase.name == "calm"]
    scored = [
        live.score.value is not None
        for live in store.live(whole.session_id)
        if calm.start_s <= live.indices.at_s < calm.end_s
    ]
    assert sum(scored) > 0.9 * len(scored)


def test_without_an_answer_it_can_be_as_short_as_one_likes() -> None:
    calm = find_exercise("calm-state").unanswered().lasting(0.5)
    assert calm.minutes == pytest.approx(0.5)
    assert calm.choosing({"answer": "sound"}).minutes == pytest.approx(0.5)
    assert replace(calm, phases=()).id == "calm-state"
