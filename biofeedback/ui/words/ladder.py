"""The words of the ladder back to activity."""

from typing import TYPE_CHECKING

from protocols.ladder import Move, Rung

if TYPE_CHECKING:  # the first window needs no more of it than the name of the ladder
    from biofeedback.storage.records import StoredTry

MY_LADDER = "My ladder"
CHOOSE_ONE = "Choose one and it begins, with three quiet minutes first. You can stop at any time."
FULL = "Ten steps are enough for one ladder."
ADD, CHANGE, BACK = "Add a step", "Change", "Back"
KEEP, CANCEL, TAKE_OFF = "Keep it", "Cancel", "Take it off the ladder"
TAKE_OFF_MEANING = "It leaves the ladder. What you tried stays in your history."
NEW_STEP, THIS_STEP = "A new step", "This step"
WHAT = "What would you like to do again? Small and clear: what, how far, how many times."
HOW_HARD = "How much distress would it bring, do you think?"
PLACEHOLDER = "Bend forward to tie a shoe, twice"

EMPTY_TITLE = "A ladder has small steps."
EMPTY = (
    "Which movements or situations have you been leaving out? Write down a few, from nearly easy to hard. You try one "
    "at a time, in your own time, and see what happens. You decide when to go on; staying is fine too."
)
FROM_HERE = "Something to start from:"
EXAMPLES = (
    "Stand up from a chair, three times",
    "Bend forward to tie a shoe",
    "Climb one flight of stairs",
    "Sit in a full waiting room for ten minutes",
)

NO_FEAR, MOST_FEAR, SETTLED = "no fear", "the most", "time to settle"
LEGEND = (
    "Ring: the fear you expected. Dot: the fear there was. Small line: how hard the step seems. Last: how long your "
    "heart took to settle again."
)
SUGGESTED = {
    Move.BEGIN: "one to begin with",
    Move.UP: "next, if you like",
    Move.ASK: "next, if you like",
    Move.REPEAT: "once more, if you like",
    Move.DOWN: "an easier one",
}
"""Beside the step that is suggested."""


def settled(recovery_s: float | None) -> str:
    """How long the heart took to come back; empty where that is not known."""
    if recovery_s is None:
        return ""
    if recovery_s < 30.0:
        return "at once"
    return f"{max(1, round(recovery_s / 60.0))} min"


def told_rung(rung: Rung, tries: "tuple[StoredTry, ...]", suggested: str) -> str:
    """A step and how it went, for those who listen."""
    parts = [rung.text, f"distress {rung.distress:g} of 10"]
    if tries:
        last = tries[-1].experience
        parts.append(f"tried {len(tries)} time{'' if len(tries) == 1 else 's'}")
        if last.expected_fear is not None:
            parts.append(f"fear expected {last.expected_fear:g}")
        if last.fear is not None:
            parts.append(f"fear {last.fear:g}")
        if last.recovery_s is not None:
            parts.append(f"heart settled in {settled(last.recovery_s)}".replace("in at", "at"))
    else:
        parts.append("not tried yet")
    return ", ".join([*parts, *([suggested] if suggested else [])])
