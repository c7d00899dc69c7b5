"""Reports of a period for many people in one go: none that fails keeps the others away, and what is missing is told."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryFile

from biofeedback.care.plan import read_plan
from biofeedback.exchange.codes import code_of
from biofeedback.exchange.files import ExportError
from biofeedback.exchange.signing import own_key
from biofeedback.reports.house import house_of
from biofeedback.reports.paper import painting
from biofeedback.reports.period import Period, write_period_report
from biofeedback.reports.sentences import is_head_alone
from biofeedback.storage.database import Store
from biofeedback.storage.errors import StoreError
from biofeedback.storage.permits.acts import Act
from biofeedback.storage.records import EntryKind
from protocols.courses.specification import DAYS

DUE_DAYS = 7
LONGEST_SLUG = 40
UNFORESEEN = (
    "The program met an error of its own, which `biofeedback doctor` tells of; nothing was written of this person."
)

Tell = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class Made:
    """A report that was written."""

    person: str
    code: str
    out: str
    n_sessions: int


@dataclass(frozen=True, slots=True)
class Missing:
    """What a report does not have: `what` is ``sessions``, ``questionnaire`` or ``figures``."""

    person: str
    what: str
    why: str


@dataclass(frozen=True, slots=True)
class Failed:
    """A report that could not be written."""

    person: str
    why: str


@dataclass(slots=True)
class Batch:
    """What became of each person; `faults` are those of own templates."""

    made: list[Made] = field(default_factory=list)
    missing: list[Missing] = field(default_factory=list)
    failed: list[Failed] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Form:
    """How the reports are written; as of `write_period_report`. With `names` their files have names of people."""

    ending: str = "pdf"
    plain: bool = False
    letter: bool = False
    names: bool = False
    force: bool = False


def everybody(store: Store) -> list[str]:
    """All who have a name and were not put aside."""
    return [row.person for row in store.people.list()]


def due(store: Store, on: date) -> list[str]:
    """Due is everybody with a name, not put aside, who has a plan or practised on one of the last seven days."""
    since = (on - timedelta(days=DUE_DAYS)).isoformat()  # a day more, for the days of another clock
    return [person for person in everybody(store) if read_plan(store, person) or _practised(store, person, since)]


def _practised(store: Store, person: str, since: str) -> bool:
    rows = store.sessions(person, since)
    return any(not (row.simulated or row.replayed) for row in rows)


def write_batch(
    store: Store,
    people: Sequence[str],
    since: date,
    until: date,
    folder: Path,
    form: Form | None = None,
    tell: Tell = lambda number, of, code: None,
) -> Batch:
    """Write a report of a period for each of some people.

    Parameters
    ----------
    store : Store
    people : sequence of str
    since, until : date
        First and last day.
    folder : Path
        Made where there is none, unless there is nobody.
    form : Form, optional
    tell : callable
        Takes the number of the report that is begun, how many there are, and the code of the person.

    Raises
    ------
    ExportError
        If nothing can be written into such a folder, and nothing was written into it before.
    """
    batch = Batch()
    with painting():
        for number, person in enumerate(people, 1):
            write_one(store, person, since, until, folder, batch, form, partial(tell, number, len(people)))
    return batch


def write_one(
    store: Store,
    person: str,
    since: date,
    until: date,
    folder: Path,
    batch: Batch,
    form: Form | None = None,
    tell: Callable[[str], None] = lambda code: None,
) -> None:
    """Write the report of one person; what became of it is put into the batch.

    Raises
    ------
    ExportError
        If nothing can be written into such a folder, and nothing was written into it before.
    """
    if not batch.made and store.may(Act.REPORT, person):
        _try_folder(folder)
    n_told = len(batch.failed) + len(batch.made)
    with painting(), store.faults.contained("a report of a batch", BrokenPipeError):
        try:
            _write(store, person, since, until, folder, form or Form(), batch, tell)
        except (StoreError, ValueError) as error:
            batch.failed.append(Failed(person, str(error)))
    if n_told == len(batch.failed) + len(batch.made):
        batch.failed.append(Failed(person, UNFORESEEN))


def _try_folder(folder: Path) -> None:
    """Make the folder, and a file in it that leaves nothing behind: else each person would be told of it anew."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ExportError(f"{folder} cannot be a folder ({error.strerror}). Nothing was written.") from error
    try:
        with TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise ExportError(
            f"Nothing can be written into {folder} ({error.strerror}). Nothing was written: choose another folder, or "
            "free some space."
        ) from error


def file_name(code: str, person: str, since: date, until: date, ending: str) -> str:
    """A name that every disk takes; the code keeps two people of nearly the same name apart."""
    slug = "-".join("".join(sign if sign.isalnum() else " " for sign in person.casefold()).split())
    first = f"{slug[:LONGEST_SLUG].rstrip('-')}-" if slug else ""
    return f"{first}{code.lower()}-{since}-{until}.{ending}"


def _write(
    store: Store,
    person: str,
    since: date,
    until: date,
    folder: Path,
    form: Form,
    batch: Batch,
    tell: Callable[[str], None],
) -> None:
    store.permit(Act.REPORT, person, "of a period")
    code = code_of(store, own_key(store), person)
    tell(code)
    house = house_of(store, lambda fault: batch.faults.append(fault) if fault not in batch.faults else None)
    out = folder / file_name(code, person if form.names else "", since, until, form.ending)
    period = write_period_report(
        store,
        person,
        since,
        until,
        out,
        form.ending,
        plain=form.plain,
        letter=form.letter,
        force=form.force,
        house=house,
    )
    batch.made.append(Made(person, code, str(out), len(period.outcomes)))
    batch.missing += [Missing(person, *each) for each in _missing(store, period)]


def _missing(store: Store, period: Period) -> Iterator[tuple[str, str]]:
    if not period.outcomes:
        yield "sessions", "no session of one's own ended in the period"
    since, until = period.since.isoformat(), period.until.isoformat()
    filled = {
        each.subject for each in store.journal.entries(period.person, EntryKind.QUESTIONNAIRE, None, since, until)
    }
    for questionnaire in _asked(period):
        if questionnaire not in filled:
            yield "questionnaire", f"{questionnaire} was offered by the plan and not filled in"
    reasons = [why for outcome in period.outcomes if (why := _withheld(outcome.document))]
    if reasons:
        often = Counter(reasons).most_common(1)[0][0]
        yield (
            "figures",
            f"figures of {len(reasons)} of {len(period.outcomes)} sessions are withheld, most often: {often}",
        )


def _asked(period: Period) -> list[str]:
    """Questionnaires of the weeks of the plan that lie in the period."""
    plan = period.plan
    if plan is None:
        return []
    days = range((min(period.until, date.today()) - max(period.since, plan.began_on)).days + 1)
    weeks = (plan.week_on(max(period.since, plan.began_on) + timedelta(days=day)) for day in days[::DAYS] or days[:1])
    return list(dict.fromkeys(each for week in weeks for each in week.questionnaires))


def _withheld(document: dict[str, object]) -> str:
    """Why figures of a session are withheld, most often; empty where none is."""
    phases = document.get("phases")
    told = "eeg" if is_head_alone(document) else "indices"
    figures = [phase.get(told) or {} for phase in phases] if isinstance(phases, list) else []
    reasons = Counter(str(why) for each in figures for why in (each.get("withheld") or {}).values())
    return reasons.most_common(1)[0][0] if reasons else ""
