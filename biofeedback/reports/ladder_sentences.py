"""What is said of a ladder back to activity: kindly, never pushing, alike on the screen and on paper."""

from collections.abc import Mapping
from typing import Any

from protocols.ladder import Because, Move

OFFERED = {
    Because.NOTHING_TRIED: "A good one to begin with could be: {text}.",
    Because.FEAR_HALVED: "Twice in a row there was much less fear, or hardly any. If you would like, the next one "
    "could be: {text}. Staying where you are is just as good.",
    Because.HEART_CAME_BACK: "Twice in a row your heart came back soon. If you would like, the next one could be: "
    "{text}. Staying where you are is just as good.",
    Because.ONCE_MORE: "This went well. Once more on another day makes it familiar.",
    Because.NOT_YET: "You can stay with this one as long as you like, or do a smaller part of it.",
    Because.NOT_NOW: "You can stay with this one as long as you like.",
    Because.IMAGINED: "Imagining it is practice too. When you like, do a little of it, or imagine it again.",
    Because.TOO_FRIGHTENING: "There was a lot of fear. An easier one may be kinder next time: {text}.",
    Because.BROKEN_OFF: "It was good to stop. If something sharp and new came, ask a doctor before you go on. Once you "
    "feel well again, an easier one could be: {text}.",
}
"""What may come next, by the reason for it."""
SMALLER = {
    Because.TOO_FRIGHTENING: "There was a lot of fear. A smaller step may be kinder next time: a part of it, or "
    "something easier on your ladder.",
    Because.BROKEN_OFF: "It was good to stop. If something sharp and new came, ask a doctor before you go on. Once you "
    "feel well again, a smaller step may be kinder: a part of it, or something easier on your ladder.",
}
ARRIVED = "This was the top of your ladder. Go on with any of it, or put something new on it."


def activity_sentence(result: Mapping[str, Any]) -> str:
    """What was expected of an activity beside what happened, and what may come next; empty for a session about none.

    Parameters
    ----------
    result : mapping
        `result` of a summary.
    """
    activity = result.get("activity")
    if not activity:
        return ""
    return " ".join(filter(None, (_compared(activity), suggestion_sentence(result.get("suggestion")))))


def suggestion_sentence(suggestion: Mapping[str, Any] | None, *, naming: bool = False) -> str:
    """What may come next and why; empty for no suggestion, and for one not known here.

    Parameters
    ----------
    suggestion : mapping or None
        `suggestion` of a result, or of the ladder.
    naming : bool
        Whether to say which step is meant where it is the one just done.
    """
    if not suggestion:
        return ""
    if suggestion["move"] == Move.ARRIVED:
        return ARRIVED
    told = SMALLER if suggestion["move"] == Move.SMALLER else OFFERED
    sentence = told.get(suggestion["because"], "")
    text = str(suggestion["text"]).rstrip(".")
    if naming and sentence and suggestion["move"] == Move.REPEAT:
        return f"{text[0].upper()}{text[1:]}: {sentence[0].lower()}{sentence[1:]}"
    return sentence.format(text=text)


def _compared(activity: Mapping[str, Any]) -> str:
    """Fear where it was asked and answered twice, else pain."""
    for question in ("fear", "pain"):
        expected, happened = activity[f"expected_{question}"], activity[question]
        if expected is None or happened is None:
            continue
        if happened < expected:
            return f"There was less {question} than you had expected: {happened} instead of {expected}."
        if happened > expected:
            return (
                f"There was more {question} than you had expected, {happened} instead of {expected}. "
                "That is worth knowing too."
            )
        return f"There was as much {question} as you had expected: {happened}."
    return ""
