"""The prompts of an exercise with their times, for whoever speaks them."""

from dataclasses import dataclass

from protocols.timeline import Timeline

LATE_S = 3.0
"""A prompt that was passed by more than this is left out: the words after it are nearer."""


@dataclass(frozen=True, slots=True)
class TimedPrompt:
    """Words at a second of practice."""

    at_s: float
    text: str


def timed_prompts(timeline: Timeline) -> tuple[TimedPrompt, ...]:
    """Every prompt as often as it comes, in order; where two meet, the one that is shown."""
    found: list[TimedPrompt] = []
    for planned in timeline.phases:
        for moment in planned.phase.prompt_moments():
            prompt = planned.phase.prompt_at(moment)
            if prompt and prompt.said:
                found.append(TimedPrompt(planned.start_s + moment, prompt.said))
    return tuple(found)


class Prompter:
    """Tells which words are due, as practice time goes on.

    Parameters
    ----------
    timeline : Timeline
    """

    def __init__(self, timeline: Timeline) -> None:
        self._prompts = timed_prompts(timeline)
        self._told_s = -1.0

    def follow(self, timeline: Timeline) -> None:
        """The exercise goes on by another timeline; what was told is not told again."""
        self._prompts = timed_prompts(timeline)

    def due(self, elapsed_s: float) -> str | None:
        """Words to be spoken at a second of practice; None for none. Each prompt is told once."""
        passed = [p for p in self._prompts if self._told_s < p.at_s <= elapsed_s]
        self._told_s = max(self._told_s, elapsed_s)
        if passed and elapsed_s - passed[-1].at_s <= LATE_S:
            return passed[-1].text
        return None
