"""The words of the office window, for a clinician: numbers with their unit, nothing that judges."""

from biofeedback.session.steering import Ask, Lengthen, LetFeedback, Order, Prompt, SetGoal, SetSound
from biofeedback.ui.words.exercises import scale
from biofeedback.ui.words.people import breakable
from protocols.breathing import BreathPattern

OFFICE, PAPERWORK = "Office", "Paperwork (Ctrl+P)"
FIND, FIND_MEANING = "Find somebody", "Find somebody (Ctrl+N): type a name or a code, and press Enter"
DUE, TODAY_DONE = "due", "was here"
LOCKED = "The data are locked. Open them in the other window."
OPENING = "A moment."
NOBODY = "Nobody is chosen. Ctrl+N, type a name, Enter."
END_FIRST = "A session is running. End it before another begins."

TACHOGRAM, BREATH, SPECTRUM, NUMBERS, TIMELINE = "Tachogram", "Breath", "Spectrum", "Numbers", "Timeline"
ECG = "Electrocardiogram"
PANES = {"tachogram": TACHOGRAM, "ecg": ECG, "breath": BREATH, "spectrum": SPECTRUM, "numbers": NUMBERS}
EEG, HEAD_BANDS, HEAD_SPECTRUM = "EEG, last 6 seconds", "Bands, last 2 minutes", "EEG spectrum now"
PANES |= {"eeg": EEG, "head_bands": HEAD_BANDS, "head_spectrum": HEAD_SPECTRUM}
EEG_SCALE, EEG_OF = "as it came, \u00b1{} \u00b5V a row; shaded: not used", "{} of {} electrodes"
EEG_FROM = "of {}"
NO_EEG_SPECTRUM = "needs 4 s without a loss"
ENLARGE, SHRINK, HIDE = "Enlarge", "All panes", "Hide"
LEGEND = "dot: kept   \u00d7: extra beat   \u25cb: not used"
NO_GUIDE = "the breath is free here, so there is no lag"
NO_LAG = "lag not given: heart and guide are not at the same pace, or there is too little yet"
NO_SPECTRUM = "Withheld: {}."
NO_SPECTRUM_YET = "needs 64 s of whole beats"
LIGHT, DARK = "Light", "Dark"

PACE, RATIO, GOAL, FEEDBACK = "Pace", "In : out", "Goal", "Feedback"
SLOWER, FASTER, LOWER, HIGHER = "Slower", "Faster", "Lower", "Higher"
OWN_GOAL, OWN_GOAL_MEANING = "Own", "The goal of the exercise itself"
RATIOS = (("4 : 6", (4.0, 6.0)), ("1 : 1", (1.0, 1.0)), ("1 : 2", (1.0, 2.0)))
ON, OFF = "On", "Off"
NEXT_PART, LONGER, SHORTER = "Next part", "1 min longer", "1 min shorter"
PAUSE, GO_ON, END, END_SURE = "Pause", "Go on", "End", "End now?"
SAY, SAY_HINT = "Say", "Words to the person, then Enter"
PROMPTS = ("Let the shoulders go.", "Let the breath be small and quiet.", "Let the out-breath be long.")
ASK, ASKED = "Ask", ("pain", "tension", "distress", "comfort")
SOUND, SOFTER, LOUDER = "Sound", "Softer", "Louder"
MARK, MARK_HINT, MARKED = "Marker (M)", "A note to this moment, then Enter", "marked"
NO_PACE = "No guide in this part"
FIXED_PACE = "This part changes its pace by itself"
LOG, COMMENT = "Log", "Comment to this session"
COMMENT_HINT = "One line for the record. The person does not see it here."

BEFORE_TITLE, PLANNED, NO_PLAN = "Before", "Today", "No plan. Choose a practice."
EARLIER, NONE_EARLIER = "Last sessions", "No sessions yet."
OPEN_FORMS, NO_FORMS = "Open questionnaires", "None are due."
CAUTIONS, NO_CAUTIONS = "Cautions", "None are written down."
NOTES, NO_NOTES = "Notes", "None."
MEDICATION = "Medicine: {}"
PRACTICE, STRAP, MINUTES = "Practice", "Strap", "Minutes"
BEGIN, LOOK_FOR_STRAPS = "Begin", "Look for straps"
WITHOUT, SIMULATED = "Without a strap", "Simulated person"
NEXT_PERSON, NEXT_KEY = "Next person", "Ctrl+N"
REPORT, REPORT_DONE, REPORTING = "Make the report", "The report is in {}", "The report is being made."
AGAIN = "Another session"
LOOK_THROUGH = "Look through it again: replay, marks, stretches to leave out"
BACK, MARK_HERE, LEAVE_OUT, TAKE_BACK = "Back", "Mark here", "Leave this stretch out", "Count it again"
FROM_HERE, TO_HERE = "From here ({})", "To here ({})"
BESIDE, ORIGINAL, SIDE_BY_SIDE = "Beside another", "As it was recorded", "side by side"
BESIDE_PICTURE = "Heart rate of both over the same practice time"
REVIEW_HINT = "What happened here, or why a stretch is left out"
SOMEBODY_ELSES = "This was somebody else\u2019s session"
SOMEBODY_ELSES_NOW = "This is somebody else\u2019s session"
WHOSE = "Whose is it? Name or code"
GIVE, LEAVE_IT, UNDO, GIVING = "Give it to them", "Leave it as it is", "Undo", "A moment."
AT_HOME = "whoever is at home, without a name"
ASKED_IN_WINDOW = "The other window asks the safety questions first."
KEYS_TITLE, ALL_KEYS = "Keys of the office", "Keys (?)"
KEYS = (
    ("Ctrl+N", "next person"),
    ("M", "marker at this moment, with a note"),
    ("Ctrl+Space", "pause, go on"),
    ("Ctrl+Right", "next part"),
    ("Ctrl+Up, Down", "goal higher, lower"),
    ("Ctrl++, Ctrl+-", "faster, slower"),
    ("Ctrl+E, twice", "end"),
    ("Ctrl+P", "paperwork"),
    ("?", "this card"),
)


def told(order: Order) -> str:
    """What was changed, in a few words."""
    match order:
        case SetGoal(goal=None):
            return "goal: the exercise\u2019s own"
        case SetGoal(goal=goal):
            return f"goal {goal:.2f}"
        case LetFeedback(given=given):
            return f"feedback {'on' if given else 'off'}"
        case Lengthen(by_s=by_s):
            return f"this part {abs(by_s):.0f} s {'longer' if by_s > 0 else 'shorter'}"
        case Prompt(words=said):
            return f"said: {said}"
        case Ask(question=question):
            return f"asked: {scale(question).name.lower()}"
        case SetSound(on=False):
            return "sound off"
        case SetSound(volume=volume):
            return f"sound {100 * volume:.0f} %"


def pace(pattern: BreathPattern) -> str:
    """A breath in a few words."""
    return f"pace {pattern.rate_per_min:g} a minute, in {pattern.inhale:g} : out {pattern.exhale:g}"


def lag(lag_s: float | None, lag_deg: float | None, synchrony: float | None) -> str:
    """How the heart stands to the guide."""
    if lag_s is None or lag_deg is None:
        return NO_LAG
    together = f", in time {synchrony:.2f}" if synchrony is not None else ""
    return f"heart {lag_s:.1f} s ({lag_deg:.0f}\u00b0) behind the guide{together}"


def becomes(person: str, before: str) -> str:
    """What is about to be done with a session that is over."""
    return (
        f"It becomes a session of {_whom(person)}, with the comment. What was compared with earlier sessions of "
        f"{_whom(before)} is taken out of its figures."
    )


def becomes_at_end(person: str, before: str) -> str:
    """What is about to be done with the session that is running."""
    return (
        f"A session of {_whom(before)} is running, so nobody else is opened. If {_whom(person)} is here, give it to "
        "them: it becomes theirs once it has ended and is saved. Until then nothing changes on the other screen."
    )


def given_at_end(person: str) -> str:
    """What will be done."""
    return f"At the end this becomes a session of {_whom(person)}."


def given(person: str, before: str) -> str:
    """What was done."""
    return f"This is a session of {_whom(person)} now. Reports written before still name {_whom(before)}."


def theirs_already(person: str) -> str:
    """Why nothing is done."""
    return f"It is a session of {_whom(person)} already."


def _whom(person: str) -> str:
    return breakable(person) or AT_HOME
