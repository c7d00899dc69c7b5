"""What the first person who is opened would else have to wait for, done while nobody waits."""

from typing import TYPE_CHECKING

from biofeedback.care.visit import read_visit
from biofeedback.storage.permits.acts import Act
from biofeedback.ui.parts.asking import AskOfAll

if TYPE_CHECKING:
    from biofeedback.storage.database import Store


def make_ready(ask: AskOfAll, person: str) -> None:
    """Read what is read of a person as they come in, and show it nowhere.

    What takes long the first time is what the database and its questions have to be made ready with, whoever it is.
    """

    def work(store: "Store") -> None:
        if store.may(Act.READ, person):
            read_visit(store, person)

    ask(work, lambda _: None, lambda _: None)  # what cannot be read is told when it is asked for
