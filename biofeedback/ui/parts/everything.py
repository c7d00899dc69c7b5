"""All that is kept of somebody: saved as a copy, or deleted for good."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from biofeedback.exchange.files import ExportError
from biofeedback.storage.errors import StoreError
from biofeedback.storage.names import folded
from biofeedback.ui.parts.asking import Ask
from biofeedback.ui.parts.basics import button
from biofeedback.ui.parts.deed import Deed
from biofeedback.ui.parts.flow import Flow
from biofeedback.ui.parts.icons import with_icon
from biofeedback.ui.settings import forget_person
from biofeedback.ui.words import people as words

if TYPE_CHECKING:
    from biofeedback.storage.database import Store
    from biofeedback.storage.of_people.people import Deleted


class Everything(QWidget):
    """Two buttons, and what is asked before the second.

    Parameters
    ----------
    ask : callable
        As `ThreadedWorkshop.ask`.
    deleted : callable
        Called with whose everything was deleted, the name of who practises, and what there is to say of it.
    tell : callable
        Called with a sentence.
    """

    def __init__(self, ask: Ask, deleted: Callable[[str, str, str], None], tell: Callable[[str], None]) -> None:
        super().__init__()
        self._ask, self._deleted, self._tell = ask, deleted, tell
        self._name = ""
        self.save = button(words.SAVE_ALL, "quiet", self._choose_file)
        self.delete = with_icon(button(words.DELETE_ALL, "quiet", self._ask_delete), "trash")
        self.deed = Deed(self.delete.setFocus)
        self._buttons = QWidget()
        row = Flow(self._buttons, 8)
        for made in (self.save, self.delete):
            row.addWidget(made)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._buttons)
        column.addWidget(self.deed)

    def show_person(self, name: str) -> None:
        """Whose everything it is; empty for whoever is at home."""
        self._name = name
        self.deed.hide()
        for made in (self.save, self.delete):
            made.setAccessibleName(f"{made.text()}: {name or words.HOME}")

    # A copy

    def _choose_file(self) -> None:
        chosen, _ = QFileDialog.getSaveFileName(self, words.SAVE_ALL, words.file_name(self._name), words.SAVE_FILTER)
        if chosen:
            self.save_copy(Path(chosen))

    def save_copy(self, out: Path) -> None:
        """Write all of it, in place of what was chosen to be replaced."""
        name = self._name

        def work(store: "Store", _: str) -> int:
            from biofeedback.exchange.person import write_person

            try:
                return write_person(store, name, out, force=True)
            except ExportError as error:
                raise StoreError(str(error)) from error

        self._tell(words.SAVING)
        self._ask(work, lambda n_sessions: self._tell(words.saved(str(out), n_sessions)), self._refused)

    # For good

    def _ask_delete(self) -> None:
        typed = folded(self._name or words.EVERYTHING)
        self.deed.ask(
            words.ask_delete(self._name),
            words.DELETE_FOR_GOOD,
            lambda _: self._delete(),
            "",
            lambda t: folded(t) == typed,
        )

    def _delete(self) -> None:
        name = self._name

        def done(told: "tuple[Deleted, str]") -> None:
            gone, chosen = told
            self._deleted(name, chosen, words.deleted(gone))

        self._tell(words.DELETING)
        self._ask(lambda store, person: (delete_everything(store, name), person), done, self._refused)

    def _refused(self, reason: str) -> None:
        self._tell(words.sentence(reason))


def delete_everything(store: "Store", name: str) -> "Deleted":
    """Delete somebody with all that is kept of them, what they chose in the window too.

    Raises
    ------
    StoreError
        As of `People.delete`.
    """
    try:
        gone = store.people.delete(name)
    except StoreError:
        if name and store.find_person(name) is None:  # deleted, but the file could not be made anew
            forget_person(store.folder, name, store.protection.key)
        raise
    forget_person(store.folder, name, store.protection.key)
    return gone
