"""The words around exercises: the list, the questions, the cautions, the tasks, and stopping when unwell."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from protocols.safety import CHECKS, Caution, Check
from protocols.specification import Exercise, Group

GROUPS = {
    Group.BREATHING: "To slow the breath",
    Group.CALM: "To calm down",
    Group.SAFETY: "To feel safer",
    Group.BODY: "To loosen the body",
    Group.ACTIVITY: "To move again",
    Group.FEELINGS: "To make room for feelings",
    Group.DISCOVERY: "To find your pace, and what helps",
    Group.HEAD: "With a band on the head",
}
SOMETHING_ELSE, ALL_PRACTICES = "Something else", "All practices: breathing, calm, body, moving again."
ALL_EXERCISES = "What would feel good now?"
FAVOURITES, FAVOURITE, NO_FAVOURITE = "Your favourites", "a favourite", "Make it a favourite"
STARRED = "One of your favourites"
STAR_KEY, MORE_KEY = "Key: S", "Key: I"
CHOOSE_THIS = "Choose this one"
ABOUT, KNOW_MORE = "About this practice", "More about it"
HOW_WELL_KNOWN, ASKED_FIRST = "How well it is known", "Asked before you first begin, for your safety"
RESTS_FOR_NOW = "not for now"
STRONG = "When it is strong"
BEGINS_AT_ONCE = "Begins at once."
FIRST_AID_KEY = "Begins at once, from everywhere: press H"
OWN_PACE, AS_MADE = "your own pace", "as it is"
HOW_LONG, HOW_FAST = "How long", "Breaths a minute"
HOW_IS_IT = "How is it now? A tap, if you like."
HOW_WAS_IT = "How was it afterwards? You can say so later, too."
SAY_HOW_IT_IS = "How is it now? Say so, if you like"
KINDLY_FROM = 8
"""Pain or fear from here on is a moment for something else than this exercise (more than 7: after Gordon and Ziv)."""
KINDLY = (
    "That is a lot just now. \u201cWhen it is strong\u201d is three minutes, asks for nothing, and begins at once. "
    "What you planned can wait, or you can begin it gently: both are fine."
)
NOT_NOW = "The one you chose is resting for now, because of what was answered or is written down. Here is another."
NOT_OFFERED = "This practice is not among those that were chosen for you."


@dataclass(frozen=True, slots=True)
class Scale:
    """A question from 0 to 10: its name and what its ends mean."""

    name: str
    low: str = "none"
    high: str = "the most"


RATINGS = {
    "pain": Scale("Pain"),
    "unpleasantness": Scale("How unpleasant", "not at all"),
    "tension": Scale("Tension"),
    "fear": Scale("Fear"),
    "danger": Scale("How dangerous it feels", "not at all"),
    "safety": Scale("How safe your body feels", "not at all", "fully"),
    "distress": Scale("Distress"),
    "comfort": Scale("Comfort", "none", "fully"),
}


def scale(question: str) -> Scale:
    """The words of a question; one of a later program has its name alone."""
    return RATINGS.get(question, Scale(question.capitalize()))


def told_moments(answers: Sequence[tuple[str, int]]) -> str:
    """Answers, each with when it was given."""
    return ", ".join(f"{value} {when}" for when, value in answers)


def told_answers(question: str, answers: Sequence[tuple[str, int]]) -> str:
    """The same with the name of the question."""
    return f"{scale(question).name}: {told_moments(answers)}"


def today(title: str) -> str:
    """A practice that is the step of today."""
    return f"Today: {title}"


def how(exercise: Exercise, minutes: float | None, rate: float | None, picks: Sequence[str]) -> str:
    """What was decided, in one line: options, length, pace."""
    long = about(exercise) if minutes is None else f"{minutes:g} minutes"
    pace = f"{rate:g} breaths a minute" if rate is not None else ""
    told = ", ".join(filter(None, (*picks, long, pace)))
    return told[:1].upper() + told[1:]


def told_now(given: Mapping[str, int]) -> str:
    """How it is now as far as it was told, in one line."""
    return ", ".join(f"{scale(question).name} {value}" for question, value in given.items()) or SAY_HOW_IT_IS


def kindly(exercise: Exercise, given: Mapping[str, int]) -> str:
    """A word where what was told is too much for this exercise; empty otherwise."""
    strong = max((given.get(question, 0) for question in ("pain", "fear", "distress")), default=0) >= KINDLY_FROM
    return KINDLY if strong and exercise.group is not Group.SAFETY else ""


def lengths(exercise: Exercise, to: str = " to ") -> str:
    """How long an exercise takes, in short; `to` stands between the shortest and the longest."""
    if exercise.lengths:
        return f"{min(exercise.lengths):g}{to}{max(exercise.lengths):g} min"
    return f"{max(1, round(exercise.minutes))} min"


def about(exercise: Exercise) -> str:
    """How long an exercise with a length of its own takes."""
    whole = max(1, round(exercise.minutes))
    return "about a minute" if whole == 1 else f"about {whole} minutes"


def told_faults(faults: Sequence[str]) -> str:
    """What is wrong with the person's own exercise files, in one quiet line; empty for nothing."""
    if not faults:
        return ""
    more = f" And {len(faults) - 1} more." if len(faults) > 1 else ""
    return f"One of your exercise files is left out: {faults[0]}.{more}"


# Before the first exercise that needs them

BEFORE_YOU_BEGIN = "Before you begin"
WHY_ASKED = "Asked for your safety, not again each time. Your answers stay on this computer."
YES, NO = "Yes", "No"
GO_ON, BEGIN, CHANGE_IT = "Go on", "Begin", "Change it first"
ASK_AGAIN = "Ask me again"
GOOD_TO_KNOW = "Thank you. This is good to know."
NOT_THIS_ONE = "Not this one for now"
OTHERS_ARE_HERE = "Other practices are here for you."
ASK_ALL_AGAIN, WILL_BE_ASKED = "Ask the safety questions again", "Safety questions will be asked"
ASK_AGAIN_MEANING = "Forget what I answered to the safety questions, and ask me again"


def asked(check: Check) -> str:
    """A safety question with what a yes can mean, as one text."""
    return f"{check.question} ({'; '.join(check.examples)})" if check.examples else check.question


def said_yes(question: str) -> str:
    """What the person said yes to."""
    return f"{question} {YES}."


CONDITIONS = {
    Caution.HEART: "A pacemaker, a heart transplant, atrial fibrillation, or very many extra beats",
    Caution.SLOW_BREATHING: "Slow breathing only after asking a doctor",
    Caution.HOLDS: "No holding of the breath",
    Caution.INWARD_ATTENTION: "Turning towards the body can bring up panic or bad memories",
    Caution.EMOTIONS: "No work with strong feelings for now",
    Caution.MOVEMENT: "Some movements wait until a doctor agrees",
    Caution.HEAD: "Epilepsy, or something implanted that works with current",
    Caution.RED_FLAGS: "Something new that a doctor should look at first",
}
ABOUT_YOU, WRITTEN_DOWN = "About you", "Written down about you"


def known(caution: Caution, *, written: bool) -> str:
    """Where a caution comes from: it is written down, or was answered."""
    return f"{WRITTEN_DOWN}: {CONDITIONS[caution]}." if written else said_yes(asked(CHECKS[caution]))


# In a session

DONE = "I am done"
UNWELL = "I feel dizzy: stop"
UNWELL_MEANING = "D: ends the session at once"
PICTURE_RESTS = "The line is resting. Go on as you were."
AT_MOST = "at most"

WRITE_HERE = "Write here. Nobody else reads it."
WRITING_IS_PRIVATE = (
    "What you write stays on this screen. The program does not save it; only you can, as a text file, at the end."
)
WRITTEN = "You wrote this down. What should become of it?"
LET_IT_GO, KEEP_IT, WRITE_ON = "Let it go", "Keep it as a text file", "Write on"
LETTING_GO_MEANS = "If you let it go, it is gone for good. A file that you keep can be read by whoever opens it."
KEEP_TITLE = "Keep what you wrote"
KEEP_NAME = "what-i-wrote.txt"


def not_kept(reason: str) -> str:
    """A file could not be written."""
    return f"{reason} Nothing is lost: what you wrote still stands here."


SUBTRACT = "Take it away, and again from what is left, and again."
BY_SEVEN, BY_THIRTEEN = "An easier one", "The longer one"
DELETE, ENTER = "Delete", "Next"
STOP_TASK = "Stop this part"
CHOOSE_COLOUR = "Which colour do you see? Not the word: the colour."
COLOURS = ("red", "blue", "yellow", "white")

# When somebody does not feel well

UNWELL_TITLE = "It is good that you stopped."
UNWELL_CARE = (
    "Let your breath go its own way. There is nothing to follow now.",
    "Sit or lie down, and let something hold you. Loosen what is tight.",
    "Dizziness or tingling after slow or deep breathing usually passes in a few minutes.",
    "When you stand up again, do it slowly.",
)
UNWELL_HELP = (
    "Call your emergency number, such as 112 or 911, for pain or pressure in the chest, fainting, breathlessness that "
    "stays, sudden weakness or trouble speaking. For thoughts of ending your life, call it too, or a crisis line, such "
    "as 988 in the US. You need not be alone with this."
)
UNWELL_LATER = "If it happens again and again, speak with your doctor before you go on with slow breathing."
UNWELL_KEPT = "What you did until then is kept."
REST_ENOUGH = "I feel better"
SEE_SESSION = "Look at this session"
