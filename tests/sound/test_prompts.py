"""Every prompt has its time, and is spoken once, then."""

import pytest

from biofeedback.sound.prompts import Prompter, TimedPrompt, timed_prompts
from protocols.library import load_library
from protocols.phases import Phase, Prompt, Role
from protocols.specification import Exercise
from protocols.timeline import Timeline


def timeline(*phases: tuple[float, tuple[Prompt, ...]]) -> Timeline:
    return Timeline.of(
        Exercise(
            "an-exercise",
            "An exercise",
            "To rest.",
            1,
            tuple(Phase(f"p{i}", f"P{i}", Role.PRACTICE, m, prompts=p) for i, (m, p) in enumerate(phases)),
        )
    )


TWO = timeline(
    (1.0, (Prompt(0.0, "Arrive."),)),
    (5.0, (Prompt(0.0, "Slowly.", 180.0), Prompt(90.0, "Rest."))),
)


def test_prompts_stand_at_their_seconds_of_practice_as_often_as_they_come() -> None:
    assert timed_prompts(TWO) == (
        TimedPrompt(0.0, "Arrive."),
        TimedPrompt(60.0, "Slowly."),
        TimedPrompt(150.0, "Rest."),
        TimedPrompt(240.0, "Slowly."),
    )


@pytest.mark.parametrize("exercise", load_library(), ids=lambda exercise: exercise.id)
def test_what_is_spoken_is_what_is_shown(exercise: Exercise) -> None:
    whole = Timeline.of(exercise)
    prompts = timed_prompts(whole)
    assert prompts
    for prompt in prompts:
        assert whole.words_at(prompt.at_s + 0.001) == prompt.text


def test_each_prompt_is_told_once_as_time_goes_on() -> None:
    prompter = Prompter(TWO)
    told = [(s / 4, words) for s in range(1440) if (words := prompter.due(s / 4))]
    assert told == [(0.0, "Arrive."), (60.0, "Slowly."), (150.0, "Rest."), (240.0, "Slowly.")]


def test_what_was_skipped_is_not_told_and_a_skip_to_a_prompt_is() -> None:
    prompter = Prompter(TWO)
    prompter.due(1.0)
    assert prompter.due(200.0) is None
    assert prompter.due(241.0) == "Slowly."
    assert prompter.due(241.5) is None
