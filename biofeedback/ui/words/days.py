"""The words of the days: the check-in, the diary and the body to draw on."""

from datetime import date

from biofeedback.care.checkin import Day
from biofeedback.care.diary import About, Line
from biofeedback.care.questions import QUESTIONS
from biofeedback.reports.dates import told_weekday

CHECKIN_TITLE = ("How was today?", "How was yesterday?")
CHECKIN_KEYS = (
    "Tap what fits and leave out what you like. By key: a digit answers and goes on, X is 10, Tab skips. "
    "Each answer is kept at once."
)
OTHER_DAY = ("Yesterday", "Today")
NOTE, NOTE_HINT = "A note", "A few words about the day, if you like"
FOLLOW = "What else do you want to follow?"
FOLLOW_MORE = "What you choose is asked here each day, and your course shows how it goes."
READY_SYMPTOMS = ("fatigue", "dizziness", "tinnitus", "nausea", "itch")
OWN_SYMPTOM, ADD = "In your own words", "Add"
THANKS = "Thank you. That is all."


def checkin_day(on: date) -> str:
    """The day that is told of."""
    return told_weekday(on)


def not_kept(reason: str) -> str:
    """Why something was not kept."""
    sentence = f"{reason[:1].upper()}{reason[1:]}"
    return sentence if sentence.endswith((".", "?", "!")) else f"{sentence}."


# The diary

DIARY_TITLE, LINES = "Your diary", "The days of your diary"
DIARY_EMPTY = "Your days will stand here. Write as little as you like: one tap is enough, and no day has to be told."
ABOUT = "What it is about"
ABOUTS: tuple[tuple[str, object], ...] = (
    ("A note", About.NOTE),
    ("A flare", About.FLARE),
    ("Food", About.FOOD),
    ("Sleep", About.SLEEP),
    ("Activity", About.ACTIVITY),
    ("Treatment", About.TREATMENT),
)
WRITE, WRITE_HINT, WRITE_MEANING = "Write it down", "In your own words", "The words of the line"
CHANGE_IT, LEAVE_IT = "Change it", "Leave it as it was"
DAY_BEFORE, DAY_AFTER = "Day before", "Day after"
MORE_DAYS = "Earlier days"
EDIT, DELETE_LINE = "Change", "Delete"
HOW_STRONG = "How strong, from 0 to 10"
LINE_GONE = "A line of the diary was deleted."


def about(name: str) -> str:
    """What a line is about; of one of a later program, its name."""
    return next((text for text, value in ABOUTS if value == name), name.capitalize())


def line(shown: Line) -> str:
    """A line of the diary."""
    strong = "" if shown.strength is None else f"{shown.strength} of 10"
    return f"{about(shown.about)}: {', '.join(filter(None, (strong, shown.words)))}"


def checkin(shown: Day) -> str:
    """What was told of a day, in one line."""
    titles = {name: question.title for name, question in QUESTIONS.items()}
    told = [f"{titles.get(name, name.capitalize())} {value:g}" for name, value in shown.answers.items()]
    return ". ".join(filter(None, (", ".join(told), shown.note)))
