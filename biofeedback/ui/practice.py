"""What was practised, by weeks and days. Without Qt."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from statistics import fmean

from biofeedback.reports.dates import local
from biofeedback.storage.records import Rated, SessionRow

NAMED = ("pain", "tension")
NOTHING_RATED = Rated({}, {})
N_RATED_DAYS_LEAST = 3
"""Of fewer days with answers the picture would be of single days: it says how many more, instead of them."""


@dataclass(frozen=True, slots=True)
class Practised:
    """A session with when it began here and what was answered."""

    row: SessionRow
    at: datetime
    rated: Rated

    @property
    def own(self) -> bool:
        """Whether it was practice of the person: not a simulated heart's, not a recording seen again."""
        return not (self.row.simulated or self.row.replayed)

    @property
    def minutes(self) -> float:
        return self.row.duration_s / 60.0

    def change(self, question: str) -> tuple[int, int] | None:
        """An answer before and after; None where it was not given both times."""
        before, after = self.rated.before.get(question), self.rated.after.get(question)
        return None if before is None or after is None else (before, after)


@dataclass(frozen=True, slots=True)
class Day:
    """A day with its sessions, newest first."""

    on: date
    sessions: tuple[Practised, ...]


@dataclass(frozen=True, slots=True)
class Week:
    """A week with the days that have sessions, newest first; sums are of `own`, the person's own practice."""

    monday: date
    days: tuple[Day, ...]
    own: tuple[Practised, ...]

    @property
    def minutes(self) -> float:
        return sum(each.minutes for each in self.own)

    @property
    def n_days(self) -> int:
        return len({each.at.date() for each in self.own})

    def change(self, question: str) -> tuple[float, float] | None:
        """Means of an answer before and after, of the sessions where both were given; None where none has them."""
        told = [change for each in self.own if (change := each.change(question)) is not None]
        return (fmean(before for before, _ in told), fmean(after for _, after in told)) if told else None


def practised(rows: Iterable[SessionRow], rated: Mapping[str, Rated]) -> list[Practised]:
    """Sessions with what was answered, newest first."""
    return [Practised(row, local(row.started_utc), rated.get(row.session_id, NOTHING_RATED)) for row in rows]


def by_week(sessions: Iterable[Practised]) -> list[Week]:
    """Weeks from Monday to Sunday, newest first; those without a session are left out."""
    days = [Day(on, tuple(each)) for on, each in groupby(_newest_first(sessions), key=lambda one: one.at.date())]
    return [_week(monday, tuple(each)) for monday, each in groupby(days, key=lambda day: monday_of(day.on))]


def _week(monday: date, days: tuple[Day, ...]) -> Week:
    return Week(monday, days, tuple(each for day in days for each in day.sessions if each.own))


def last_weeks(weeks: Sequence[Week], today: date, n_weeks: int) -> list[Week]:
    """So many weeks up to that of today, oldest first, the empty ones too."""
    there = {week.monday: week for week in weeks}
    mondays = [monday_of(today) - timedelta(weeks=n) for n in reversed(range(n_weeks))]
    return [there.get(monday, Week(monday, (), ())) for monday in mondays]


def n_rated_days(weeks: Iterable[Week]) -> int:
    """Days of own practice with pain or tension told before and after."""
    return len({each.at.date() for week in weeks for each in week.own if any(each.change(name) for name in NAMED)})


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


@dataclass(frozen=True, slots=True)
class Shown:
    """Which sessions are wanted: of one exercise or of all, simulated ones too, only those with answers."""

    exercise: str = ""
    simulated: bool = True
    rated: bool = False

    def shows(self, session: Practised) -> bool:
        return (
            self.exercise in ("", session.row.exercise)
            and (self.simulated or not session.row.simulated)
            and (not self.rated or bool(session.rated.before or session.rated.after))
        )


def titles(sessions: Iterable[Practised]) -> list[tuple[str, str]]:
    """Exercises by title and id, the newest title of each, in order of the alphabet."""
    newest: dict[str, str] = {}
    for each in sessions:
        newest.setdefault(each.row.exercise, each.row.exercise_title)
    return sorted(((title, ident) for ident, title in newest.items()), key=lambda each: (each[0].casefold(), each[1]))


def _newest_first(sessions: Iterable[Practised]) -> list[Practised]:
    return sorted(sessions, key=lambda each: each.at, reverse=True)


def clocked(seconds: float) -> str:
    """Minutes and seconds of a session: 2:05."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"
