"""The words for people: who practises, what is known of them, and what can be done with all that is theirs."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from biofeedback.reports.dates import local, told_day

if TYPE_CHECKING:  # with them comes the store, for which the first window does not wait
    from biofeedback.storage.of_people.people import Deleted, Merged
    from biofeedback.storage.records import PersonRow

LONGEST_WORD = 12
"""Longer words of a name may be broken, so that any name has its room."""

# Who practises

SEVERAL, OFFICE = "For clinics: several people", "Office window"
CHOOSE_WHO = "Who practises?"
FIND, FIND_MEANING = "Type a name or a code", "Find somebody: type, go down to the list, and press Enter"
PEOPLE, PEOPLE_KEYS = "People", "Enter chooses who practises"
ADD = "Add"
NOBODY_YET = (
    "Here each person has a practice of their own. Alone, you need no name. To begin, type a name or a code, and add "
    "it."
)
NOT_FOUND = "Nobody here has this in their name. Type less of it, or add them."
HOME, HOME_ABOUT = "Without a name", "The practice of this computer, as it was before there were names."
HERE_NOW = "here now"
ASIDE_TOO, ASIDE = "Those put aside, too", "put aside"
CHOOSE, RENAME, PUT_ASIDE, TAKE_BACK, JOIN = "Choose", "Rename", "Put aside", "Take back", "Join two names"
NEW_NAME, KEEP_NAME, LEAVE = "The new name, or a code", "Keep the name", "Leave it as it is"
JOIN_IT = "Make them one"
ADDED, RENAMED, PUT_AWAY, BACK = "{} was added.", "{} is called {} now.", "{} was put aside.", "{} is back."


def breakable(name: str) -> str:
    """A name whose long words may go on in the next line."""
    return " ".join(
        "\u200b".join(word[i : i + LONGEST_WORD] for i in range(0, len(word), LONGEST_WORD)) for word in name.split(" ")
    )


def sessions(row: "PersonRow") -> str:
    """How much somebody practised, and when last; simulated sessions do not count."""
    if not row.last_utc:
        return "no sessions of their own yet"
    n = "1 session" if row.n_sessions == 1 else f"{row.n_sessions} sessions"
    return f"{n}, last on {told_day(local(row.last_utc))}"


def ask_who_else(name: str) -> str:
    """Which other name somebody has."""
    return f"Which other name does {breakable(name)} have? Choose it in the list."


def ask_join(kept: str, gone: str, told: str) -> str:
    """Before two become one."""
    kept, gone = breakable(kept), breakable(gone)
    return (
        f"All that is kept of {gone} ({told}) becomes {kept}\u2019s: sessions, days, notes and ladder. The name "
        f"{gone} is gone then. This cannot be undone."
    )


def joined(gone: str, merged: "Merged") -> str:
    """What became one."""
    beside = ""
    if merged.n_beside:
        beside = f" What both told of the same day ({merged.n_beside}) stands in the diary of that day."
    return f"{gone} is {merged.person} now: {_n(merged.n_sessions, 'session')} came over.{beside}"


def not_there(name: str) -> str:
    """Somebody is not in the data any more."""
    return f"{name} is not here any more: the name was changed, or all was deleted, elsewhere. Nobody is chosen now."


def not_there_to_practise(name: str) -> str:
    """The same, to somebody who wanted to begin."""
    return f"{not_there(name)} The session was not begun: choose who practises first."


# All that is kept of somebody

SAVE_ALL, SAVING, SAVE_FILTER = "Save everything", "Writing the copy...", "ZIP (*.zip)"
DELETE_ALL, DELETING, DELETE_FOR_GOOD = "Delete everything", "Deleting...", "Delete for good"
EVERYTHING = "everything"
"""Typed where there is no name to type."""
REMAINS = (
    "What is elsewhere remains: files that were exported, reports, copies of the data, and what a disk may keep of "
    "what was overwritten."
)


def saved(out: str, n_sessions: int) -> str:
    """Where a copy was written."""
    return f"Written with {_n(n_sessions, 'session')}: {out}"


def file_name(name: str) -> str:
    """What a copy is called at first."""
    letters = "".join(sign if sign.isalnum() or sign in " -_" else "-" for sign in name).strip()
    return f"{letters or 'my-practice'}.zip"


def ask_delete(name: str) -> str:
    """Before everything of somebody is deleted."""
    whose = f"of {breakable(name)}" if name else "that was practised without a name"
    return (
        f"Sessions, days, notes, ladder and plan: everything {whose} is gone then, and cannot be had back. To do it, "
        f"type {breakable(name) or EVERYTHING}."
    )


def deleted(gone: "Deleted") -> str:
    """What was deleted, and what remains."""
    who = gone.person or "The practice without a name"
    told = f"{_n(gone.n_sessions, 'session')} and {_n(gone.n_entries, 'entry', 'entries')}"
    return f"{who} was deleted: {told}. {REMAINS}"


# What is known of somebody

ABOUT_YOU, ABOUT_THEM = "About you", "What is known"
KEPT_AT_ONCE = "All of this may be left out. Each answer is kept at once."
MEDICATION, MEDICATION_HINT = "Medication", "Some of it changes how the heart beats"
NOTES, NOTES_HINT = "Notes", "What is good to know here"
SYMPTOMS = "Besides pain, I follow"
NONE_FOLLOWED = "nothing else"
CONDITIONS = "Does one of these hold? Then it need not be asked before each practice, and the program keeps to it."
CONFIRMED = "Has a doctor or therapist confirmed that the nervous system keeps the symptoms going?"
CONFIRMED_ABOUT = ("Until then the program does not call them so.",)
OFFERED = "Practices on offer"
ALL_OFFERED, ONE_AT_LEAST = "All of them", "One practice at least stays on offer."
ALWAYS_THERE = "The hard minute is always there."


def about(name: str) -> str:
    """The title of what is known of somebody."""
    return f"About {breakable(name)}" if name else ABOUT_YOU


def offered(n: int, n_all: int) -> str:
    """How many practices are offered, in one line."""
    return f"{OFFERED}: {'all' if n == n_all else f'{n} of {n_all}'}"


def follows(symptoms: Sequence[str]) -> str:
    """What is followed, in one line."""
    return f"{SYMPTOMS}: {', '.join(symptoms) or NONE_FOLLOWED}"


def sentence(reason: str) -> str:
    """Why something was not done, as a sentence."""
    said = f"{reason[:1].upper()}{reason[1:]}"
    return said if said.endswith((".", "?", "!")) else f"{said}. Nothing was changed."


def _n(n: int, one: str, many: str = "") -> str:
    return f"1 {one}" if n == 1 else f"{n} {many or f'{one}s'}"
