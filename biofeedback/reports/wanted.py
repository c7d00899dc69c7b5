"""A report as somebody wants it in the window: of what, in which form, and for whom."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from biofeedback.storage.permits.acts import Act

if TYPE_CHECKING:  # slow to import, and the window's first page needs none of it
    from biofeedback.storage.database import Store

WEEKS_DAYS = 28


class About(StrEnum):
    """What a report is about."""

    SESSION = "session"
    WEEKS = "weeks"
    COURSE = "course"


class Form(StrEnum):
    """How it is written; the ending of its file."""

    PDF = "pdf"
    HTML = "html"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A report.

    Attributes
    ----------
    about : About
        One session, the last four weeks, or all since the plan was begun.
    form : Form
    plain : bool
        In plain words for the person, instead of for the medical record.
    session_id : str
        Of a report of one session.
    """

    about: About
    form: Form = Form.PDF
    plain: bool = False
    session_id: str = ""

    def name(self, on: date) -> str:
        """A name for its file; nobody's own name stands in it, for files are seen by others."""
        return f"practice-{self.about.value}-{on.isoformat()}.{self.form.value}"

    def file(self, chosen: Path) -> Path:
        """The file that was chosen, with the ending of the form where it has another or none."""
        right = chosen.suffix.lower() == f".{self.form.value}"
        return chosen if right else chosen.with_name(f"{chosen.name}.{self.form.value}")


def write_wanted(
    store: "Store", person: str, wanted: Wanted, out: Path, on: date | None = None, *, force: bool = False
) -> None:
    """Write a report.

    Parameters
    ----------
    store : Store
    person : str
        Empty for whoever is at home.
    wanted : Wanted
    out : Path
    on : date or None
        The last day it tells of, where it is not of a session; None for today.
    force : bool
        Whether a file that is there may be replaced.

    Raises
    ------
    ExportError
        If it cannot be written; an earlier file of that name is kept.
    StoreError
        If there is no such session, or the data cannot be read.
    """
    store.permit(Act.REPORT, person, wanted.session_id if wanted.about is About.SESSION else "of a period")
    if wanted.about is About.SESSION:
        from biofeedback.reports.house import house_of
        from biofeedback.reports.noted_words import noted_rows
        from biofeedback.reports.writing import write_report
        from biofeedback.session.kept.archive import read_summary

        summary = read_summary(store, wanted.session_id)
        noted = noted_rows(store.markers(wanted.session_id), store.timeline_events(wanted.session_id))
        house = house_of(store)
        write_report(summary, out, wanted.form.value, noted, plain=wanted.plain, force=force, house=house)
        return
    from biofeedback.reports.period import course_begins, write_period_report

    last = on or date.today()
    first = last - timedelta(WEEKS_DAYS - 1)
    if wanted.about is About.COURSE:
        first = min(course_begins(store, person) or last, last)
    write_period_report(store, person, first, last, out, wanted.form.value, plain=wanted.plain, force=force)
