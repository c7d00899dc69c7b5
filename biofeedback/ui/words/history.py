"""The words of the history: its rows, its picture of weeks, and what is said when something is deleted."""

from collections.abc import Sequence

from biofeedback.reports.dates import local, told_day, told_time, told_weekday
from biofeedback.reports.session_words import told_kind
from biofeedback.storage.records import SessionRow
from biofeedback.ui.practice import N_RATED_DAYS_LEAST, NAMED, Day, Practised, Week, n_rated_days
from biofeedback.ui.words.common import minutes

READING = "Reading..."
EMPTY = (
    "Your practice will appear here, day by day. There is no hurry, and nothing to catch up on: "
    "whenever you practise, it finds its place here."
)
NONE_SHOWN = "There is nothing here for this choice. Choose All exercises to see everything again."
SESSIONS, SESSIONS_KEYS = "Sessions", "Enter opens, Delete deletes, the arrows open and close days and weeks"
ALL_EXERCISES, EXERCISE = "All exercises", "Exercise"
SIMULATED_TOO, ONLY_RATED = "Simulated ones too", "Only with answers"
SHOWN = "Shown"
DELETE, DELETE_KEY = "Delete", "Delete key; it can be undone"
DELETE_MEANING = "Delete this session; it can be undone"
UNDO, REMOVE, KEEP = "Undo", "Remove them", "Keep them"
STILL_RUNNING = "This session is still being practised. End it first; then it can be deleted."
BACK_AGAIN = "It is back."
DELETED_FOR_GOOD = "Deleted."
KEY = ("pain", "tension", "open before, filled after")
MINUTES = "Minutes of practice a week"
WEEKS = "Pain, tension and practice over weeks"
SHOW_PICTURES, SHOW_SESSIONS = "Over weeks", "The sessions"
SEE_AGAIN, PLAY, PAUSE = "See it again", "Play", "Pause"
MOMENT, SPEED = "Moment of the session", "Speed"
SPEEDS: tuple[tuple[str, object], ...] = (("As it was", 1), ("4 times", 4), ("16 times", 16))
CALENDAR = "Calendar of practice"


def week(shown: Week) -> tuple[str, str]:
    """The line of a week, and what it sums up."""
    n_all = sum(len(day.sessions) for day in shown.days)
    days = "1 day" if shown.n_days == 1 else f"{shown.n_days} days"
    summed = f"{minutes(shown.minutes)} on {days}" if shown.own else _sessions(n_all)
    return f"Week of {told_day(shown.monday)}", summed


def day(shown: Day) -> tuple[str, str]:
    """The line of a day, and how much there is."""
    return told_weekday(shown.on), _sessions(len(shown.sessions))


def session(shown: Practised) -> tuple[str, str]:
    """The two lines of a session."""
    row = shown.row
    of_plan = f" of {row.planned_s / 60:.0f}" if row.broken_off and row.planned_s else ""
    first = f"{told_time(shown.at)}  {row.exercise_title}, {minutes(shown.minutes)}{of_plan}"
    told = ", ".join(filter(None, (rated(shown, name) for name in NAMED)))
    kind = ", ".join(told_kind(row))
    return first, ". ".join(part[:1].upper() + part[1:] for part in (told, kind) if part)


def rated(shown: Practised, question: str) -> str:
    """An answer before and after in words; empty where it was not given."""
    before, after = shown.rated.before.get(question), shown.rated.after.get(question)
    if before is None or after is None:
        given = f"{before} before" if before is not None else f"{after} after" if after is not None else ""
        return f"{question} {given}" if given else ""
    return f"{question} stayed at {after}" if before == after else f"{question} from {before} to {after}"


def shown_now(exercise: str, *, simulated: bool, only_rated: bool) -> str:
    """What the list shows, in one line."""
    only = ("" if simulated else "without simulated ones", "with answers" if only_rated else "")
    return ", ".join([f"{SHOWN}: {exercise or ALL_EXERCISES}", *filter(None, only)])


def deleted(rows: Sequence[SessionRow]) -> str:
    """What was just deleted, while it can be undone."""
    if len(rows) == 1:
        return f"Deleted: {rows[0].exercise_title}, {told_day(local(rows[0].started_utc))}."
    return f"Deleted: {_sessions(len(rows))}."


def deleted_tries(activities: Sequence[str]) -> str:
    """What else is gone with it."""
    return f"{DELETED_FOR_GOOD} What was tried there of your ladder is gone with it: {'; '.join(activities)}."


def remove_simulated(n: int) -> str:
    """The button for all simulated ones."""
    return f"Remove the simulated session{'' if n == 1 else f's ({n})'}"


def ask_remove(n: int) -> str:
    """Before all simulated ones are removed."""
    return "Remove the simulated session?" if n == 1 else f"Remove all {n} simulated sessions?"


def more_days(weeks: Sequence[Week]) -> str:
    """How many days are wanting until pain and tension are shown; empty where none is."""
    wanting = N_RATED_DAYS_LEAST - n_rated_days(weeks)
    if wanting <= 0:
        return ""
    days = "1 more day" if wanting == 1 else f"{wanting} more days"
    return f"Pain and tension will show here after {days} with answers before and after practice."


def described(weeks: Sequence[Week]) -> str:
    """The picture of weeks in words."""
    told = [_described(each, with_rated=not more_days(weeks)) for each in weeks if each.own]
    return " ".join([*told, more_days(weeks)]).strip()


def _described(shown: Week, *, with_rated: bool) -> str:
    heading, summed = week(shown)
    changes = [
        f"{name} {change[0]:.1f} before and {change[1]:.1f} after"
        for name in NAMED
        if with_rated and (change := shown.change(name)) is not None
    ]
    return f"{'; '.join([f'{heading}: {summed}', *changes])}."


def on_days(n_days: int, n_weeks: int) -> str:
    """The calendar in words."""
    days = "1 day" if n_days == 1 else f"{n_days} days"
    return f"Practice on {days} of the last {n_weeks} weeks"


def _sessions(n: int) -> str:
    return "1 session" if n == 1 else f"{n} sessions"
