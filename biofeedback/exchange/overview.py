"""A table of all people for audit and supervision: a row a person, without names unless they are wanted."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from io import StringIO
from pathlib import Path
from statistics import median

from biofeedback.care.checkin import read_days
from biofeedback.care.measures import QUESTIONNAIRE, Point, answers_of, day_of, figures_of, is_cut, points_among
from biofeedback.care.plan import in_force, read_history
from biofeedback.care.today import read_done
from biofeedback.exchange.codes import code_of
from biofeedback.exchange.files import written_whole
from biofeedback.exchange.signing import own_key
from biofeedback.exchange.workbook import Cell, library, workbook
from biofeedback.storage.database import Store
from biofeedback.storage.permits.acts import Act
from biofeedback.storage.records import UNWELL

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""A cell that begins so is computed by a spreadsheet (CWE-1236)."""
FOLLOWED = ("peg", "gad-7", "phq-4", "phq-8")
COLUMNS: Mapping[str, str] = {
    "code": "in place of the name: the same each time, from which nobody finds the name",
    "person": "the name, only with --names",
    "put_aside": "1 where the person was put aside",
    "n_sessions": "own sessions that ended in the period; simulated and replayed ones are not among them",
    "n_simulated_or_replayed": "sessions that were left out",
    "n_ended_unwell": "own sessions that were ended because the person did not feel well",
    "n_cut": "own sessions of whose figures a stretch was left out, each with its reason",
    "practice_min": "minutes that own sessions lasted, with what was left out of their figures",
    "days_practised": "days with a minute of practice or more",
    "days_planned": "about how many days the plan offered",
    "first_session_on": "day of the first own session of the period",
    "last_session_on": "day of the last",
    "course": "title of the plan on the last day of the period",
    "course_week": "its week on that day",
    "checkin_days": "days of which something was told",
    "n_pain": "days with a rating of pain",
    "pain_median_0_10": "median of these; empty for none",
    "n_resting_hr": "own sessions whose rest has a heart rate that was not withheld",
    "resting_hr_median_per_min": "median of these; empty for none",
    "n_resonance": "own sessions that found a clear resonance",
    "resonance_last_per_min": "the last of these, breaths a minute; empty for none",
    **{
        f"{name.replace('-', '')}_{which}": f"{which} score of {name.upper()} in the period; empty for none"
        for name in FOLLOWED
        for which in ("first", "last")
    },
}
"""Each column and what it means; those for which there is too little are empty, and the count beside tells of how much
a value is."""


def write_overview(
    store: Store, since: date, until: date, out: Path, ending: str = "csv", *, names: bool = False, force: bool = False
) -> int:
    """Write the table, in which nothing is computed.

    Parameters
    ----------
    store : Store
    since, until : date
    out : Path
    ending : str
        ``csv``, which every spreadsheet reads as it is, or ``xlsx``.
    names : bool
        Whether the names stand in it beside the codes.
    force : bool
        Whether a file that is there may be replaced.

    Returns
    -------
    int
        How many people are in it.

    Raises
    ------
    ExportError
        If it cannot be written.
    StoreError
        If the data cannot be read.
    """
    store.permit(Act.EXPORT, None, "overview")
    if ending == "xlsx":
        library()  # where it is not installed nobody waits for the rows
    columns = {name: told for name, told in COLUMNS.items() if names or name != "person"}
    rows = list(_rows(store, since, until))
    if ending == "xlsx":
        content = workbook(f"{since} to {until}", rows, columns, 2 if names else 1)
    else:
        content = _as_csv(rows, columns)
    with written_whole(out, force=force) as file:
        file.write(content)
    return len(rows)


def _as_csv(rows: Sequence[Mapping[str, Cell]], columns: Mapping[str, str]) -> bytes:
    text = StringIO()
    table = csv.writer(text)
    table.writerow(columns)
    table.writerows([_harmless(row.get(name)) for name in columns] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def _rows(store: Store, since: date, until: date) -> Iterator[dict[str, Cell]]:
    """A row a person, in the order of their codes, which tells nothing of their names."""
    people = store.people.list(archived=True)
    if not people:
        return
    key = own_key(store)
    coded = sorted(((code_of(store, key, row.person), row) for row in people), key=lambda each: each[0])
    for code, row in coded:
        told: dict[str, Cell] = {"code": code, "person": row.person, "put_aside": int(row.archived)}
        yield told | _of_sessions(store, row.person, since, until) | _of_days(store, row.person, since, until)


def _of_sessions(store: Store, person: str, since: date, until: date) -> dict[str, Cell]:
    every = [each for each in store.outcomes.of(person, simulated=True) if since <= day_of(each) <= until]
    own = [each for each in every if not (each.simulated or each.replayed)]
    done = read_done(store, person, since, until)
    plan = in_force(read_history(store, person), until)
    days = [day_of(each) for each in own]
    resting, resonance = _values(figures_of(own, "resting_hr")), _values(figures_of(own, "resonance"))
    return {
        "n_sessions": len(own),
        "n_simulated_or_replayed": len(every) - len(own),
        "n_ended_unwell": sum(each.end_cause == UNWELL for each in own),
        "n_cut": sum(map(is_cut, own)),
        "practice_min": round(sum(each.duration_s for each in own) / 60.0, 1),
        "days_practised": done.days_practised,
        "days_planned": done.days_planned,
        "first_session_on": days[0] if days else None,
        "last_session_on": days[-1] if days else None,
        "course": plan.title if plan else None,
        "course_week": plan.number_on(until) if plan else None,
        "n_resting_hr": len(resting),
        "resting_hr_median_per_min": round(median(resting), 1) if resting else None,
        "n_resonance": len(resonance),
        "resonance_last_per_min": round(resonance[-1], 2) if resonance else None,
    }


def _of_days(store: Store, person: str, since: date, until: date) -> dict[str, Cell]:
    days = read_days(store, person, since, until)
    pain = _values(answers_of(days, "pain"))
    told: dict[str, Cell] = {
        "checkin_days": len(days),
        "n_pain": len(pain),
        "pain_median_0_10": median(pain) if pain else None,
    }
    for name in FOLLOWED:
        points = points_among(store, person, f"{QUESTIONNAIRE}{name}", (), ())
        scores = _values([each for each in points if since.isoformat() <= each.on <= until.isoformat()])
        told[f"{name.replace('-', '')}_first"] = scores[0] if scores else None
        told[f"{name.replace('-', '')}_last"] = scores[-1] if scores else None
    return told


def _values(points: Sequence[Point]) -> list[float]:
    return [point.value for point in points]


def _harmless(cell: Cell) -> Cell:
    """A cell in which nothing is computed."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell
