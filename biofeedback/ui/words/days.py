"""The words of the days: the check-in, the diary and the body to draw on."""

from datetime import date

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
