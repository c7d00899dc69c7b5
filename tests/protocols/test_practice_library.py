"""The practices that come with the program: their words, their times, and what they take care of."""

import re
from dataclasses import dataclass
from itertools import pairwise, product
from pathlib import Path

import pytest

from protocols.breathing import BreathPattern
from protocols.library import find_exercise, load_library
from protocols.phases import Channel, Feedback, Phase, Role, Show, Until
from protocols.safety import SLOW_BELOW_PER_MIN, Caution
from protocols.specification import Exercise, Finding, Group
from protocols.timeline import Timeline

PRACTICES = {
    "paced-breathing": Group.BREATHING,
    "resonance-breathing": Group.BREATHING,
    "cyclic-sighing": Group.BREATHING,
    "box-breathing": Group.BREATHING,
    "breathing-4-7-8": Group.BREATHING,
    "free-practice": Group.BREATHING,
    "fading": Group.BREATHING,
    "calm-state": Group.CALM,
    "quiet-rest": Group.CALM,
    "mindful-breathing": Group.CALM,
    "pleasant-attention": Group.CALM,
    "flare": Group.SAFETY,
    "somatic-tracking": Group.SAFETY,
    "muscle-relaxation": Group.BODY,
    "body-scan": Group.BODY,
    "return-to-activity": Group.ACTIVITY,
    "emotional-awareness": Group.FEELINGS,
    "stress-profile": Group.DISCOVERY,
}
DOCUMENT = Path(__file__).parents[2] / "docs" / "exercises.md"
LIBRARY = [exercise for exercise in load_library() if exercise.id in PRACTICES]

FORBIDDEN = re.compile(
    r"\b(treat\w*|cure[sd]?|heal(s|ed|ing)?|diagnos\w*|scor\w+|fail\w*|poor\w*|target\w*|missed|must|should|ought|optimal\w*"
    r"|stress level\w*|wrong\w*|bad|correct\w*|perfect\w*|success\w*|harder|try to relax|vagal|sympathetic"
    r"|seconds? left|three, two, one)\b",
    re.IGNORECASE,
)
SOFT = re.compile(r"\b(soft\w*|not deep|no need for deep|small)\b", re.IGNORECASE)
BOTH_WAYS = re.compile(
    r"\b(fine|may be|may stay|whatever|both|each is|all of it|as good|come and go|just as)\b", re.IGNORECASE
)
WORDS_PER_S = 2.2
BREATH_OF_A_VOICE_S = 1.0


@dataclass(frozen=True)
class Spoken:
    """Words as a listener meets them, seconds from the beginning of the session."""

    at_s: float
    text: str


def variants(exercise: Exercise) -> list[Exercise]:
    """An exercise with every way to decide, in its own length and in all that are offered."""
    names = [choice.id for choice in exercise.choices]
    chosen = [
        exercise.choosing(dict(zip(names, options, strict=True)))
        for options in product(*([option for option, _ in choice.options] for choice in exercise.choices))
    ]
    return chosen + [each.lasting(minutes) for each in chosen for minutes in exercise.lengths]


ALL = [variant for exercise in LIBRARY for variant in variants(exercise)]


def called(exercise: Exercise) -> str:
    return "-".join((exercise.id, *(option for _, option in exercise.picked), f"{exercise.minutes:.3g}min"))


every_practice = pytest.mark.parametrize("exercise", LIBRARY, ids=lambda exercise: exercise.id)
every_variant = pytest.mark.parametrize("exercise", ALL, ids=called)


def spoken_in(phase: Phase, start_s: float = 0.0) -> list[Spoken]:
    prompts = [(moment, phase.prompt_at(moment)) for moment in phase.prompt_moments()]
    return [Spoken(start_s + moment, prompt.said) for moment, prompt in prompts if prompt and prompt.said]


def spoken(exercise: Exercise) -> list[Spoken]:
    return [words for planned in Timeline.of(exercise).phases for words in spoken_in(planned.phase, planned.start_s)]


def prompts_of(exercise: Exercise) -> list[str]:
    return [prompt.text for phase in exercise.parts for prompt in phase.prompts]


def sentences(text: str) -> list[list[str]]:
    return [re.findall(r"[\w'-]+", sentence) for sentence in re.split(r"[.!?](?:\s|$)", text) if sentence.strip()]


def test_the_whole_library_is_there_each_practice_in_its_group() -> None:
    assert {exercise.id: exercise.group for exercise in LIBRARY} == PRACTICES
    for exercise in LIBRARY:
        assert exercise.source.startswith("format = 2\n")


def test_the_document_lists_each_practice_with_its_minutes() -> None:
    rows = re.findall(
        r"^\| `([a-z0-9-]+)` \| ([\d.]+)( at most)? \|", DOCUMENT.read_text(encoding="utf-8"), re.MULTILINE
    )
    told = {name: (minutes, bool(at_most)) for name, minutes, at_most in rows}
    for exercise in LIBRARY:
        open_ended = any(phase.until is not Until.TIME for phase in exercise)
        assert told[exercise.id] == (f"{exercise.minutes:.3g}", open_ended)


@every_practice
def test_each_practice_says_what_it_is_for_and_how_well_it_is_known(exercise: Exercise) -> None:
    assert len(sentences(exercise.purpose)) == 1
    assert exercise.purpose.endswith(".")
    assert exercise.advice
    assert exercise.evidence


@every_variant
def test_a_session_has_few_enough_parts_to_be_compared_side_by_side(exercise: Exercise) -> None:
    assert len(exercise.phases) <= 8


@every_variant
def test_every_phase_says_at_once_what_it_is_about(exercise: Exercise) -> None:
    assert exercise.phases
    for phase in exercise:
        assert [words for words in spoken_in(phase) if words.at_s <= 10.0], phase.name


@every_variant
def test_a_voice_has_time_for_its_words_and_for_a_breath(exercise: Exercise) -> None:
    said = [*spoken(exercise), Spoken(exercise.minutes * 60.0, "")]
    for words, following in pairwise(said):
        takes_s = len(words.text.split()) / WORDS_PER_S + BREATH_OF_A_VOICE_S
        assert following.at_s - words.at_s >= max(4.0, takes_s), words


@every_variant
def test_a_voice_is_silent_for_about_half_of_the_time_or_more(exercise: Exercise) -> None:
    for phase in exercise:
        if phase.minutes >= 2.0:
            n_words = sum(len(words.text.split()) for words in spoken_in(phase))
            assert n_words / WORDS_PER_S <= 0.5 * phase.minutes * 60.0, phase.name


@every_practice
def test_words_leave_the_screen_again(exercise: Exercise) -> None:
    for phase in exercise.parts:
        if phase.minutes >= 2.0 and not phase.asks:
            shown = [phase.prompt_at(second) is not None for second in range(round(phase.minutes * 60.0))]
            assert sum(shown) / len(shown) < 0.8, phase.name


@every_variant
def test_the_same_sentence_comes_back_after_a_long_while_only(exercise: Exercise) -> None:
    latest: dict[str, float] = {}
    for words in spoken(exercise):
        if len(words.text.split()) > 6:
            assert words.at_s - latest.get(words.text, -1e9) >= 480.0, words
        latest[words.text] = words.at_s


@every_variant
def test_slow_breathing_is_soft_at_its_beginning_and_every_three_minutes(exercise: Exercise) -> None:
    for phase in exercise:
        if phase.pacing and phase.pacing.rate_per_min < SLOW_BELOW_PER_MIN:
            soft_s = [words.at_s for words in spoken_in(phase) if SOFT.search(words.text)]
            assert soft_s[0] <= 10.0, phase.name
            assert max(b - a for a, b in pairwise([*soft_s, phase.minutes * 60.0])) <= 180.0 + 1e-6, phase.name


@every_practice
def test_no_word_judges_promises_or_presses(exercise: Exercise) -> None:
    options = [title for choice in exercise.choices for title in (choice.title, *(name for _, name in choice.options))]
    phases = [phase.title for phase in exercise.parts]
    for text in (exercise.title, exercise.purpose, exercise.advice, *exercise.evidence, *prompts_of(exercise)):
        assert not FORBIDDEN.search(text), text
    for text in options + phases:
        assert not FORBIDDEN.search(text), text


@every_practice
def test_sentences_are_short_enough_for_closed_eyes_and_another_mother_tongue(exercise: Exercise) -> None:
    heard = [sentence for text in prompts_of(exercise) for sentence in sentences(text)]
    assert sum(map(len, heard)) / len(heard) <= 9.0
    assert max(map(len, heard)) <= 17
    assert max(len(text.split()) for text in prompts_of(exercise)) <= 20
    read = sentences(exercise.advice)
    assert sum(map(len, read)) / len(read) <= 16.0
    letters = [len(word) for sentence in heard for word in sentence]
    assert sum(letters) / len(letters) <= 4.6


@every_practice
def test_whatever_happens_is_said_to_be_fine(exercise: Exercise) -> None:
    assert any(BOTH_WAYS.search(text) for text in prompts_of(exercise))


@every_practice
def test_an_answer_of_the_heart_has_a_rest_before_it_to_be_compared_with(exercise: Exercise) -> None:
    for i, phase in enumerate(exercise.parts):
        if phase.feedback is not Feedback.NONE:
            assert Role.BASELINE in [before.role for before in exercise.parts[:i]]
            assert phase.role is Role.PRACTICE, "calm is rewarded neither in a challenge nor in a transfer"


@every_practice
def test_held_breath_is_asked_about_and_comes_in_whole_breaths(exercise: Exercise) -> None:
    for planned in Timeline.of(exercise).phases:
        pattern = planned.phase.pacing
        if pattern and (pattern.hold_full or pattern.hold_empty):
            assert Caution.HOLDS in exercise.cautions
            n_breaths = planned.phase.minutes * pattern.rate_per_min
            assert n_breaths == pytest.approx(round(n_breaths), abs=0.001)
            assert planned.curve is not None
            assert planned.curve.at(planned.end_s - 1e-6).n_breath == round(n_breaths) - 1


def paced(name: str, **picked: str) -> list[Phase]:
    return [phase for phase in find_exercise(name).choosing(picked) if phase.pacing]


def test_four_seven_eight_keeps_to_four_breaths_unless_more_are_chosen() -> None:
    assert [round(phase.minutes * 60 / 19) for phase in paced("breathing-4-7-8")] == [4]
    assert [round(phase.minutes * 60 / 19) for phase in paced("breathing-4-7-8", rounds="2")] == [4, 4]
    assert paced("breathing-4-7-8")[0].pacing == BreathPattern(60 / 19, 4, 7, 8, 0)


@pytest.mark.parametrize(("rounds", "n_rests"), [("2", 1), ("3", 2)])
def test_box_breathing_rests_between_its_rounds(rounds: str, n_rests: int) -> None:
    chosen = find_exercise("box-breathing").choosing({"rounds": rounds})
    assert [phase.pacing for phase in paced("box-breathing", rounds=rounds)] == [BreathPattern(3.75, 4, 4, 4, 4)] * int(
        rounds
    )
    names = [phase.name for phase in chosen]
    assert [name for name in names if name.startswith("rest-")] == [f"rest-{i}" for i in range(1, n_rests + 1)]
    assert all(not (a.pacing and b.pacing) for a, b in pairwise(chosen))


def test_a_sigh_is_topped_up_and_twice_as_long_out_as_in() -> None:
    (sighs,) = paced("cyclic-sighing")
    assert sighs.pacing == BreathPattern(6.0, inhale=1, top_up=0.25, exhale=2)
    assert sighs.minutes == pytest.approx(5, abs=1)


def test_ones_own_pace_is_looked_for_gently() -> None:
    (breathe,) = paced("resonance-breathing")
    assert (breathe.course.at_resonance, breathe.course.adaptive) == (True, True)
    assert not paced("free-practice")


def test_the_guide_fades_step_by_step_until_nothing_is_left() -> None:
    guided, less, own, alone = (p for p in find_exercise("fading") if p.role in (Role.PRACTICE, Role.TRANSFER))
    assert [bool(p.pacing) for p in (guided, less, own, alone)] == [True, True, False, False]
    given = [sum(p.answering.by(Channel.PICTURE, second) for second in range(240)) for p in (guided, less, own)]
    assert given == [240, 120, 120]
    assert (alone.role, alone.feedback, alone.show) == (Role.TRANSFER, Feedback.NONE, Show.QUIET)
    assert find_exercise("fading").finds is Finding.TRANSFER


@pytest.mark.parametrize(("answer", "channel"), [("both", "both"), ("picture", "picture"), ("sound", "sound")])
def test_calm_answers_as_the_person_chooses(answer: str, channel: str) -> None:
    phases = [p for p in find_exercise("calm-state").choosing({"answer": answer}) if p.feedback is Feedback.CALM]
    assert [phase.answering.channel for phase in phases] == [channel]


def test_in_a_flare_nothing_is_asked_and_nothing_is_paced() -> None:
    flare = find_exercise("flare")
    assert flare.minutes == 3.0
    assert (flare.ratings, flare.choices, flare.lengths, flare.cautions) == ((), (), (), frozenset())
    for phase in flare:
        assert (phase.pacing, phase.asks, phase.until, phase.show) == (None, (), Until.TIME, Show.QUIET)
    assert [phase.prompts[0].at_s for phase in flare] == [0.0] * 4


def test_watching_a_sensation_shows_nothing_that_could_be_won() -> None:
    tracking = find_exercise("somatic-tracking")
    assert {Caution.RED_FLAGS, Caution.INWARD_ATTENTION} <= tracking.cautions
    assert all(phase.show is Show.QUIET and phase.pacing is None for phase in tracking)
    assert {p.answering.channel for p in tracking if p.feedback is not Feedback.NONE} == {Channel.SOUND}
    assert all(prompt.at is not None for phase in tracking for prompt in phase.prompts[1:])
    assert "above 7" in tracking.advice
    assert "panic" in tracking.advice
    assert "getting rid of" in tracking.advice


@pytest.mark.parametrize("groups", ["16", "8", "4"])
def test_muscles_are_tensed_for_moments_and_rest_for_longer(groups: str) -> None:
    chosen = find_exercise("muscle-relaxation").choosing({"groups": groups})
    practised = [phase for phase in chosen if phase.role is Role.PRACTICE]
    n_parts = 0
    for phase in practised:
        tense, let_go = phase.prompts[::3], phase.prompts[1::3]
        ends_s = [*(prompt.at_s for prompt in tense[1:]), phase.minutes * 60.0]
        n_parts += len(tense)
        for begin, release, end_s in zip(tense, let_go, ends_s, strict=True):
            heard_s = begin.at_s + len(begin.text.split()) / WORDS_PER_S
            assert 5.0 <= release.at_s - heard_s <= 7.0, begin
            assert 20.0 <= end_s - release.at_s <= 30.0, begin
    assert n_parts == int(groups)
    assert 15.0 <= find_exercise("muscle-relaxation").choosing({"groups": "16"}).minutes <= 20.0
    assert sum("imagin" in prompt.text for phase in chosen for prompt in phase.prompts) >= 2


@pytest.mark.parametrize("eyes", ["closed", "open"])
@pytest.mark.parametrize("minutes", find_exercise("body-scan").lengths)
def test_a_place_of_the_body_has_twenty_to_forty_five_seconds(eyes: str, minutes: float) -> None:
    scan = next(
        phase
        for phase in find_exercise("body-scan").choosing({"eyes": eyes}).lasting(minutes)
        if phase.role is Role.PRACTICE
    )
    moments = [*scan.prompt_moments(), scan.minutes * 60.0]
    assert all(20.0 <= b - a <= 45.0 + 1e-6 for a, b in pairwise(moments))


def test_a_movement_is_asked_about_before_and_after_and_may_be_imagined() -> None:
    for movement in ("do", "imagine"):
        names = {p.name: p for p in find_exercise("return-to-activity").choosing({"movement": movement})}
        challenge = names["movement" if movement == "do" else "imagining"]
        assert (challenge.role, challenge.until) == (Role.CHALLENGE, Until.PERSON)
        assert names["prediction"].asks == names["outcome"].asks
        assert (names["recovery"].until, names["recovery"].minutes) == (Until.RECOVERED, 5.0)
        assert list(names).index("prediction") < list(names).index(challenge.name) < list(names).index("outcome")
    assert {Caution.MOVEMENT, Caution.RED_FLAGS} <= find_exercise("return-to-activity").cautions


def test_nothing_answers_while_feelings_are_put_into_words() -> None:
    aware = find_exercise("emotional-awareness")
    assert all(phase.feedback is Feedback.NONE for phase in aware)
    writing = next(phase for phase in aware if phase.show is Show.WRITING)
    assert (writing.role, writing.until, writing.minutes) == (Role.CHALLENGE, Until.PERSON, 15.0)
    assert {Caution.EMOTIONS, Caution.RED_FLAGS} <= aware.cautions


@pytest.mark.parametrize(
    ("tasks", "shows"), [("both", ["colours", "arithmetic"]), ("colours", ["colours"]), ("arithmetic", ["arithmetic"])]
)
def test_each_task_is_followed_by_a_rest_and_the_last_by_settling(tasks: str, shows: list[str]) -> None:
    profile = find_exercise("stress-profile").choosing({"tasks": tasks})
    assert [phase.show for phase in profile if phase.role is Role.CHALLENGE] == shows
    for task, after in pairwise(profile):
        if task.role is Role.CHALLENGE:
            assert (task.minutes, after.role, bool(after.asks)) == (3.0, Role.RECOVERY, True)
    assert profile.phases[-1].role is Role.SETTLE
    assert profile.finds is Finding.RECOVERY
