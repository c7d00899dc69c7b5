"""The words of the course."""

from datetime import date
from typing import TYPE_CHECKING

from biofeedback.reports.dates import told_day, told_weekday

if TYPE_CHECKING:  # with them comes the store, for which the first window does not wait
    from biofeedback.care.today import DayPractised, Today
    from protocols.courses.specification import Course

COURSE = "Your course"
NO_PLAN = (
    "A few weeks, one small step a day: a short practice, a short lesson, and your own pace. You can change it, or "
    "leave it, at any time."
)
TODAY, WEEK, MAP, MORE, GOALS = "Today", "This week", "The map", "What else is here", "What I want to do again"
GOAL_HINT, ADD_GOAL, TAKE_OUT = "Something you want to do again", "Add it", "Take it out"
CHANGE_WEEK, ADD_PRACTICE, HOW_LONG, DAYS = "Change this week", "Add a practice", "how long", "days a week"
WEEK_BEFORE, WEEK_AFTER = "The week before", "The week after"
CHOOSE, OTHER_COURSE = "Choose a course", "Another course"
BEGIN_IT = "Go to today's practice"
HERE = "you are here"
STAY, GO_ON = "Stay in this week", "Go on with the weeks"
NOTHING_LEFT = "Nothing more has to be done today."
NOT_PRACTISED = "nothing yet"
MINUTES = "{:g} min"
A_LESSON, A_QUESTIONNAIRE, A_CHECKIN = "A lesson", "A few questions", "How was today?"
CHECKIN_ABOUT = "A few taps about pain, sleep and mood."
A_COURSE, COURSE_ABOUT = "A course of a few weeks", "One small step a day, at your own pace."
WAS_STEP, ENOUGH = "That was today's step.", "That is enough for today."
NOTE_FLARE, NOTED, IN_HARD_MINUTE = "Note it in the diary", "It stands in your diary now.", "a hard minute"
LATER, LATER_MEANING = "Not now", "These leave the page. You find them under Your course."
PAGES: tuple[tuple[str, str, str], ...] = (
    ("checkin", "How was today?", "A few taps about pain, sleep and mood."),
    ("lessons", "Lessons", "Two minutes each, to read or to hear."),
    ("diary", "Diary", "A flare, a good moment, a treatment."),
    ("bodymap", "Where it hurts", "A body to paint on."),
    ("questionnaires", "Questions", "How it goes over the weeks, and signs worth telling a doctor."),
    ("ladder", "Your ladder", "Your own steps back to movement, from easy to hard."),
    ("evidence", "My evidence", "What you know about your pain, in your own words."),
    ("progress", "How it goes", "Your weeks in pictures, one thing at a time."),
    ("report", "A report", "For yourself, or for your doctor, to save and print."),
    ("history", "History", "What you practised, week by week."),
)
"""Name of the page, title, and a sentence."""


def stage(number: int, title: str, *, here: bool) -> str:
    """A place of the map."""
    return f"{number}. {title}{f', {HERE}' if here else ''}"


def why_today(today: "Today") -> str:
    """Why a practice is the step of today, and from whom the plan is."""
    return " ".join(filter(None, (*today.because, given(today))))


def given(today: "Today") -> str:
    """From whom a plan is that was given; empty for one's own."""
    if today.given_on is None:
        return ""
    return f"The plan is from {today.given_by or 'your clinician'}, {told_day(today.given_on)}."


def lesson(title: str) -> str:
    """The lesson that comes next."""
    return f"Next, if you like: {title}"


def todays_practice(today: "Today") -> str:
    """The practice of today with its minutes; kind words where there is none."""
    if today.practice is None:
        return NOTHING_LEFT
    return f"{today.practice.title}, {today.practice.minutes:.0f} minutes"


def day(lived: "DayPractised") -> str:
    """A day of the week, for those who hear it."""
    done = f"{lived.minutes:.0f} minutes" if lived.minutes else NOT_PRACTISED
    return f"{told_weekday(lived.on)}: {done}"


def days(n: int) -> str:
    """So many days a week."""
    return "1 day" if n == 1 else f"{n} days"


def week_of(first: date) -> str:
    """A week that is looked back at."""
    return f"The week from {told_day(first)}"


def short_day(lived: "DayPractised") -> str:
    """The first letters of a weekday."""
    return told_weekday(lived.on)[:2]


def offered(course: "Course") -> str:
    """How long a course is."""
    return f"{len(course.weeks)} weeks"
