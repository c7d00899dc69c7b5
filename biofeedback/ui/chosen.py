"""Who practises, as long as they are in the data."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from biofeedback.storage.errors import StoreError

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
        """
        found = store.find_person(self.name) if self.name else ""
        if found is None and self.known:
            raise PersonGoneError(self.name)
        self.known = found is not None
        return found or self.name
