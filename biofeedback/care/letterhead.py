"""Whose practice it is: the name, address and clinician at the head of reports and on plans that are given."""

from dataclasses import asdict, dataclass, fields
from typing import Any

from biofeedback.care.profile import checked_words
from biofeedback.storage.database import Store
from biofeedback.storage.errors import StoreError
from biofeedback.storage.permits.acts import Act
from biofeedback.storage.protection.kept import CHANGING, read_kept, write_kept

KEPT = "letterhead"
LONGEST_LINE, LONGEST_ADDRESS, MOST_LINES = 120, 400, 6


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What stands at the head of a report; all empty at home.

    Attributes
    ----------
    name : str
        Of the practice.
    address : str
        In some lines.
    clinician : str
    """

    name: str = ""
    address: str = ""
    clinician: str = ""

    @property
    def lines(self) -> tuple[str, ...]:
        """As they are printed."""
        return tuple(line for line in (self.name, *self.address.splitlines(), self.clinician) if line)


def read_letterhead(store: Store) -> Letterhead:
    """The letterhead of these data; what is of another kind than it should be counts as not told."""
    found: Any = read_kept(store.folder, store.protection.key).get(KEPT)
    told = found if isinstance(found, dict) else {}
    try:
        return checked(Letterhead(**{each.name: str(told.get(each.name, "")) for each in fields(Letterhead)}))
    except ValueError:
        return Letterhead()


def keep_letterhead(store: Store, letterhead: Letterhead) -> Letterhead:
    """Keep a letterhead, cleaned.

    Raises
    ------
    ValueError
        If a text is too long.
    StoreError
        If it cannot be kept, or who is at the data may not: it stands on everybody's reports.
    """
    kept = checked(letterhead)
    store.permit(Act.PAPERWORK, detail="letterhead")
    key = store.protection.key
    with CHANGING:
        write_kept(store.folder, read_kept(store.folder, key) | {KEPT: asdict(kept)}, key)
    if read_letterhead(store) != kept:
        raise StoreError(f"The letterhead cannot be kept in {store.folder}. Nothing was changed: free some room there.")
    return kept


def checked(letterhead: Letterhead) -> Letterhead:
    """The same with clean words.

    Raises
    ------
    ValueError
        If a text is too long.
    """
    address = checked_words(letterhead.address, LONGEST_ADDRESS)
    if len(address.splitlines()) > MOST_LINES:
        raise ValueError(f"an address has at most {MOST_LINES} lines")
    name, clinician = (
        " ".join(checked_words(text, LONGEST_LINE).split()) for text in (letterhead.name, letterhead.clinician)
    )
    return Letterhead(name, address, clinician)
