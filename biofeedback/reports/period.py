"""A report of a period or of a whole course: for the medical record, or in plain words for the person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from biofeedback.care.body_map import Mark
from biofeedback.care.checkin import Day, read_days
from biofeedback.care.drawings import read_legible
from biofeedback.care.evidence import Line, read_sheet
from biofeedback.care.measures import ON_BODY, QUESTIONNAIRE, day_of, measures_of, points_among
from biofeedback.care.plan import Plan, in_force, read_history
from biofeedback.care.profile import checked_words
from biofeedback.care.progress import Trend, trend_of
from biofeedback.care.today import Done, read_done
from biofeedback.reports.dates import local, told_day
from biofeedback.reports.house import House, house_of
from biofeedback.storage.database import Store
from biofeedback.storage.records import UNWELL, Outcome, SessionRow
from devices.eeg.head import is_head

FIRST_DAY = date(1900, 1, 1)


@dataclass(frozen=True, slots=True)
class Period:
    """All that a report tells of.

    Attributes
    ----------
    person : str
        Name or code; empty for whoever is at home.
    since, until : date
        First and last day, by the calendar of this computer.
    written : date
    outcomes : tuple of Outcome
        The person's own sessions of the period that ended, oldest first; neither simulated nor replayed ones.
    rows : map from a session's id to SessionRow
        Of the same sessions.
    n_simulated, n_replayed, n_open : int
        Sessions that were left out: what was simulated, what came of a recording, and those without an end.
    n_simulated_heads : int
        Of the simulated ones those with a simulated head alone.
    unwell : tuple of Outcome
        Those that the person ended because they felt unwell.
    days : tuple of Day
        Of which something was told.
    trends : map from a measure's name to Trend
        Points of the period, and the measure's title; the band is of the usual days before the last of them.
    drawings : map from a day to tuple of Mark
        Of where it hurts, in order.
    spoilt : tuple of str
        A sentence for each drawing that cannot be read.
    evidence : tuple of Line
        Of the sheet: the person's own first, each part newest first.
    plan : Plan or None
        As it stood on the last day.
    done : Done
    comment : str
        The clinician's.
    """

    person: str
    since: date
    until: date
    written: date
    outcomes: tuple[Outcome, ...]
    rows: Mapping[str, SessionRow]
    n_simulated: int
    n_simulated_heads: int
    n_replayed: int
    n_open: int
    unwell: tuple[Outcome, ...]
    days: tuple[Day, ...]
    trends: Mapping[str, Trend]
    drawings: Mapping[str, tuple[Mark, ...]]
    spoilt: tuple[str, ...]
    evidence: tuple[Line, ...]
    plan: Plan | None
    done: Done
    comment: str = ""

    @property
    def told(self) -> str:
        """The period in words."""
        return f"{told_day(self.since)} to {told_day(self.until)}"


def write_period_report(
    store: Store,
    person: str,
    since: date,
    until: date,
    out: Path,
    form: str = "",
    *,
    plain: bool = False,
    letter: bool = False,
    comment: str = "",
    force: bool = False,
    house: House | None = None,
) -> Period:
    """Write a report of the days from one to another, both with them.

    Parameters
    ----------
    store : Store
    person : str
        Empty for whoever is at home.
    since, until : date
    out : Path
    form : str
        ``pdf`` or ``html``; where it is left out, the ending of the file decides.
    plain : bool
        In plain words for the person, at most two pages, instead of for the medical record, at most four.
    letter : bool
        On the paper of North America instead of A4.
    comment : str
        Of the clinician.
    force : bool
        Whether a file that is there may be replaced.
    house : House, optional
        Else that of the store.

    Returns
    -------
    Period
        What it tells of.

    Raises
    ------
    ValueError
        If the period ends before it begins, or the comment is too long.
    ExportError
        If the file cannot be written; an earlier file of that name is kept.
    """
    from biofeedback.reports.paper import write_document
    from biofeedback.reports.period_plain import plain_document
    from biofeedback.reports.period_sections import record_document

    period = read_period(store, person, since, until, comment)
    document = plain_document(store, period) if plain else record_document(store, period)
    write_document(document, out, form, letter=letter, force=force, house=house or house_of(store))
    return period


def course_begins(store: Store, person: str) -> date | None:
    """The first day of a person's first plan, else of what they did or told first; None where there is nothing."""
    plans = read_history(store, person)
    told = [plan.began_on for plan in plans[:1]]
    told = told or [day_of(outcome) for outcome in store.outcomes.of(person)[:1]]
    told += [date.fromisoformat(day.on) for day in read_days(store, person)[:1]] if not plans else []
    return min(told, default=None)


def read_period(store: Store, person: str, since: date, until: date, comment: str = "") -> Period:
    """All that is known of a period.

    Raises
    ------
    ValueError
        If it ends before it begins, or the comment is too long.
    """
    if since > until:
        raise ValueError(f"the period ends on {until} before it begins on {since}")
    comment = checked_words(comment)
    rows = {row.session_id: row for row in store.sessions(person)}
    every = [each for each in store.outcomes.of(person, simulated=True) if day_of(each) <= until]
    own = [each for each in every if not (each.simulated or each.replayed)]
    inside = [each for each in every if since <= day_of(each)]
    outcomes = tuple(store.outcomes.whole(each.session_id for each in own if since <= day_of(each)))
    ended = {each.session_id for each in inside}
    n_open = sum(_is_of(row, since, until) and not row.simulated and key not in ended for key, row in rows.items())
    days = read_days(store, person, FIRST_DAY, until)
    history = read_history(store, person)
    drawings, spoilt = read_legible(store, person, since, until)
    return Period(
        person=person,
        since=since,
        until=until,
        written=date.today(),
        outcomes=outcomes,
        rows={each.session_id: rows[each.session_id] for each in outcomes if each.session_id in rows},
        n_simulated=sum(each.simulated for each in inside),
        n_simulated_heads=sum(key in rows and is_head(rows[key].device) for key in ended),
        n_replayed=sum(each.replayed and not each.simulated for each in inside),
        n_open=n_open,
        unwell=tuple(each for each in outcomes if each.end_cause == UNWELL),
        days=tuple(day for day in days if since.isoformat() <= day.on),
        trends=_trends(store, person, own, days, since),
        drawings=drawings,
        spoilt=spoilt,
        evidence=tuple(line for line in read_sheet(store, person) if since.isoformat() <= line.on <= until.isoformat()),
        plan=in_force(history, until),
        done=read_done(store, person, since, min(until, _latest(every, days))),
        comment=comment,
    )


def _latest(outcomes: Sequence[Outcome], days: Sequence[Day]) -> date:
    """The last day that can have been planned for: today, or a later one that was told of on another clock."""
    told = [day_of(outcome) for outcome in outcomes] + [date.fromisoformat(day.on) for day in days]
    return max([date.today(), *told])


def _is_of(row: SessionRow, since: date, until: date) -> bool:
    return since <= local(row.started_utc).date() <= until


def _trends(
    store: Store, person: str, outcomes: Sequence[Outcome], days: Sequence[Day], since: date
) -> dict[str, Trend]:
    """What has a point in the period; questionnaires and drawings have parts of their own."""
    found = {}
    for name, measure in measures_of(store, person).items():
        if name.startswith(QUESTIONNAIRE) or name in ON_BODY:
            continue
        whole = trend_of(measure, points_among(store, person, name, outcomes, days))
        if inside := tuple(point for point in whole.points if point.on >= since.isoformat()):
            found[name] = replace(whole, measure=measure.title, points=inside)
    return found
