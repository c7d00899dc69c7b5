"""The words of the evidence sheet."""

from biofeedback.care.relations import Relation

EVIDENCE = "My evidence"
INTRO = (
    "Write down when your pain changed and your body was safe: a good day, a place without it, a step you dared. "
    "Your own words count most."
)
HINT, WRITE = "In your own words", "Write it down"
SHEET_EMPTY = "Your sheet is still empty. One line is a good start."
TAKE_OFF, LINE_OFF = "Take off", "A line was taken off your sheet."
FOUND = "Is this one for your sheet?"
FOUND_NOTE = "This is from your own days. It tells what happened, not why."
KEEP, LET_GO = "Yes, keep it", "Not this one"
TOGETHER = "What goes with what"
NOTHING_YET = "There are not enough days yet. Your check-ins will fill this place."
NOTHING_TOLD = "So far, nothing stands out from chance. That is fine."
MISSING = "What is still missing"

SIZES = ((0.5, "strong"), (0.3, "middling"), (0.1, "weak"))
"""Correlations from which on they are called so (Cohen 1988)."""
HARDLY = "hardly there"


def how_sure(relation: Relation) -> str:
    """How strong a relation is and how well that is known, in plain words."""
    if relation.low is None or relation.high is None:
        return ""
    ends = sorted((abs(relation.low), abs(relation.high)))
    least = 0.0 if relation.low <= 0.0 <= relation.high else ends[0]
    weakest, strongest = _size(least), _size(ends[1])
    how = f"It is {strongest}." if weakest == strongest else f"It may be {weakest}, it may be {strongest}."
    return f"{how} Seen over {relation.n_days} days."


def _size(correlation: float) -> str:
    return next((word for least, word in SIZES if correlation >= least), HARDLY)
