"""Who practises, as long as they are in the data."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from biofeedback.storage.errors import StoreError
from biofeedback.storage.permits.acts import Act
from biofeedback.ui.words.protection import NOBODY_ASSIGNED

if TYPE_CHECKING:
    from biofeedback.storage.database import Store


class PersonGoneError(StoreError):
    """Who practised here has another name now or is not there any more: that was done elsewhere."""


@dataclass(slots=True, eq=False)
class Chosen:
    """Who practises, from one choice to the next; `known` once they were there, for somebody new is not yet."""

    name: str
    known: bool = False

    def checked(self, store: "Store") -> str:
        """Their name as it is kept.

        Raises
        ------
        PersonGoneError
            If they were there and are no more; nobody of that name is made again by what is still being told.
        StoreError
            If they are not among those whom a user of a clinic may see.
        """
        store.permit(Act.CHOOSE, self.name, noted=False)
        found = store.find_person(self.name) if self.name else ""
        if found is None and self.known:
            raise PersonGoneError(self.name)
        self.known = found is not None
        return found or self.name


def first_chosen(store: "Store", before: Chosen) -> Chosen:
    """Who practises once the data are open: whoever did before, or the first that a user of a clinic may see.

    Raises
    ------
    StoreError
        If a user may see nobody.
    """
    user = store.user
    if user is None or user.sees(before.name):
        gone = before.known and before.name and store.find_person(before.name) is None
        return Chosen("") if gone else before
    seen = store.persons()
    if not seen:
        raise StoreError(NOBODY_ASSIGNED)
    return Chosen(seen[0], known=True)
