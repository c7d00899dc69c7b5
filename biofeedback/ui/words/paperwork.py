"""The words of the paperwork in the office: files, reports for many, the overview, the letterhead."""

from biofeedback.exchange.practice_file import Brought
from biofeedback.reports.batch import Batch
from biofeedback.reports.dates import local, told_day
from biofeedback.storage.moving.transfer import Taken
from biofeedback.ui.words.people import breakable

PAPERWORK, BACK = "Paperwork", "Back"
WORKING = "A moment."

FILES, FILES_OF = "Files", "Files of {}"
FILES_ABOUT = (
    "A practice file brings into the profile what was done at home. A plan file takes the plan home. Both are closed "
    "with a passphrase, which is told by another way than the file."
)
TAKE_IN, GIVE_PLAN = "Take in a practice file", "Write the plan file"
PRACTICE_FILTER, PLAN_FILTER = "Practice files (*.practice);;All files (*)", "Plan files (*.plan);;All files (*)"
PASSPHRASE, LOOK_IN = "Passphrase of {}", "Look into it"
NEW_PASSPHRASE, ONCE_MORE, GO_ON, WRITE = (
    "A passphrase for the file, some words of at least {} signs", "The same once more", "Go on", "Write the file",
)  # fmt: skip
TAKE, TAKE_INTO = "Take it in", "Take it into the profile of {}?"
NOBODY_OPEN = "Open the person first whose file it is: all who are known here have a name."
ALL_HERE = "All of it is here already. Nothing was changed."
PLAN_WRITTEN = "The plan is in {}, signed {}. Tell the passphrase by another way than the file."
NO_CLINICIAN = "It tells of nobody whose plan it is: write the clinician\u2019s name into the letterhead below."
N_TOLD = 12

REPORTS = "Reports of the last four weeks"
REPORTS_ABOUT = (
    "For everybody who has a plan or practised in the last seven days. In the names of the files a code stands for "
    "each person."
)
MAKE_REPORTS, STOP = "Make the reports", "Stop"
NOBODY_DUE = "Nobody is due: nobody has a plan or practised in the last seven days."
REPORT_N, STOPPED = "Report {} of {}", "Stopped after {} of {}."
MADE = "{} of {} reports are in {}"
LOCKED = "The data were locked meanwhile."

OVERVIEW = "Overview of all people"
OVERVIEW_ABOUT = "A table with a row a person, over the last four weeks, for audit and supervision."
CODES_OR_NAMES = (("Codes", False), ("Codes and names", True))
TABLE_OR_WORKBOOK = (("Table (CSV)", "csv"), ("Excel workbook", "xlsx"))
TABLE_FILTERS = {"csv": "Tables (*.csv)", "xlsx": "Excel workbooks (*.xlsx)"}
WHO_IN_IT, WRITTEN_AS, WRITE_TABLE = "Who stands in it", "Written as", "Write the table"
TABLE_WRITTEN = "{} people are in {}"

LETTERHEAD = "Letterhead"
LETTERHEAD_ABOUT = "It stands at the head of every report, and the clinician\u2019s name on plans that are given."
LETTERHEAD_FIELDS = ("Name of the practice", "Clinician", "Address, in a few lines")
KEEP, KEPT = "Keep the letterhead", "Kept: {}."
KEPT_EMPTY = "Kept: nothing stands at the head of reports."


def _n(n: int, one: str, more: str) -> str:
    return f"{n} {one if n == 1 else more}"


def _content(n_sessions: int, n_entries: int) -> str:
    return f"{_n(n_sessions, 'session', 'sessions')}, {_n(n_entries, 'entry', 'entries')}"


def brought(found: Brought, *, done: bool) -> str:
    """What is in a practice file, or was taken from it: what is new, what is here, what differs, what to look at."""
    taken = found.taken
    whose = f" of {breakable(found.file_person)}" if found.file_person else ""
    new = f"{_content(taken.new_sessions, taken.new_entries)}, {_n(taken.new_rungs, 'step', 'steps')} of the ladder"
    here = _content(taken.duplicates, taken.duplicate_entries)
    lines = [
        f"A file{whose}{_written(found.written_utc)}, signed {found.signed_by}.",
        f"{'New' if done else 'Would be new'}: {new}. Here already: {here}.",
        *_conflicts(taken),
        *map(breakable, found.doubts),
    ]
    return "\n".join(lines)


def _written(written_utc: str) -> str:
    """When a file says that it was written; nothing where it tells no moment."""
    try:
        return f", written {told_day(local(written_utc))}"
    except ValueError:
        return ""


def is_all_here(taken: Taken) -> bool:
    """Whether a file has nothing new."""
    return not (taken.new_sessions or taken.new_entries or taken.new_rungs)


def _conflicts(taken: Taken) -> list[str]:
    if not taken.conflicts:
        return []
    head = f"{_n(len(taken.conflicts), 'thing differs', 'things differ')}; those here stay:"
    told = [f"\u2013 {breakable(f'{each.what}: {each.why}')}." for each in taken.conflicts[:N_TOLD]]
    more = len(taken.conflicts) - len(told)
    return [
        head,
        *told,
        *([f"\u2013 and {more} more, which `biofeedback practice-file import` tells."] if more else []),
    ]


def batch_lines(batch: Batch) -> str:
    """What was not written, and what is missing in what was."""
    lines = [f"Not written, {breakable(each.person)}: {each.why}" for each in batch.failed]
    lines += [f"Missing, {breakable(each.person)}: {each.why}" for each in batch.missing]
    return "\n".join((*lines, *batch.faults))
