"""How a page reads and changes what is kept of a person."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from biofeedback.storage.database import Store


class Ask(Protocol):
    """Do something with the store and the name of who practises, as `ThreadedWorkshop.ask`."""

    def __call__(
        self,
        work: "Callable[[Store, str], Any]",
        then: Callable[[Any], None],
        refused: Callable[[str], None] | None = None,
    ) -> None: ...


class AskOfAll(Protocol):
    """Do something with the store that is of nobody alone, as `ThreadedWorkshop.ask_of_all`."""

    def __call__(
        self, work: "Callable[[Store], Any]", then: Callable[[Any], None], refused: Callable[[str], None]
    ) -> None: ...
