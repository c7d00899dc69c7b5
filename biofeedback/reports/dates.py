"""Days and times as people read them: one form on every page, in the time of this computer and in English everywhere.

The system's own names of months come in whatever language it speaks, and Qt turns them on.
"""

from datetime import date, datetime

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def local(utc: str) -> datetime:
    """A stored moment on the clock of this computer."""
    return datetime.fromisoformat(utc).astimezone()


def told_short_day(day: date) -> str:
    """A day of which the year is plain: 25 Nov."""
    return f"{day.day} {_MONTHS[day.month - 1]}"


def told_day(day: date) -> str:
    """A day: 25 Nov 2026."""
    return f"{told_short_day(day)} {day.year}"


def told_weekday(day: date) -> str:
    """A day of a week that is looked at: Wednesday, 25 Nov 2026."""
    return f"{_DAYS[day.weekday()]}, {told_day(day)}"


def told_time(moment: datetime) -> str:
    """The time of a day: 08:31."""
    return f"{moment:%H:%M}"
