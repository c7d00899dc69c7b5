"""Files between home and clinic: a practice file into the profile of who is open, and their plan as a file."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog, QLineEdit

from biofeedback.care.letterhead import read_letterhead
from biofeedback.care.who import is_nobody
from biofeedback.exchange.plan_file import write_plan
from biofeedback.exchange.practice_file import Brought, read_practice
from biofeedback.storage.errors import StoreError
from biofeedback.storage.protection.key_file import SHORTEST_PASSPHRASE, checked_passphrase
from biofeedback.ui.office.paper_part import PaperPart
from biofeedback.ui.parts.asking import AskOfAll
from biofeedback.ui.parts.deed import Deed
from biofeedback.ui.words import paperwork as words
from biofeedback.ui.words.people import HOME, breakable

if TYPE_CHECKING:
    from biofeedback.storage.database import Store

PLAN_NAME = "plan.plan"
"""Of nobody: a name on a stick is read by whoever finds it."""


class FilesPart(PaperPart):
    """Takes a practice file in once it has told what would come of it; writes the plan file.

    Parameters
    ----------
    ask : callable
        As `ThreadedWorkshop.ask_of_all`.
    """

    def __init__(self, ask: AskOfAll) -> None:
        super().__init__(ask, words.FILES, words.FILES_ABOUT)
        self._person = ""
        self.take_in, self.give = self.offer({words.TAKE_IN: self._choose, words.GIVE_PLAN: self._place})
        self.deed = Deed(self._left)
        self.deed.line.setEchoMode(QLineEdit.EchoMode.Password)
        self.column.addWidget(self.deed)
        self.column.addWidget(self.said)
        self.forget()

    def show_person(self, person: str) -> None:
        """Somebody else is open: nothing of who was before is left."""
        self.forget()
        self._person = person
        self.title.setText(words.FILES_OF.format(breakable(person) or HOME))

    def forget(self) -> None:
        self.deed.hide()
        self.deed.line.clear()
        self._person = ""
        self.title.setText(words.FILES)
        super().forget()

    def _left(self) -> None:
        self.deed.line.clear()
        self.say("")
        self.take_in.setFocus()

    # A practice file comes

    def _choose(self) -> None:
        chosen, _ = QFileDialog.getOpenFileName(self, words.TAKE_IN, str(Path.home()), words.PRACTICE_FILTER)
        if chosen:
            self.open(Path(chosen))

    def open(self, file: Path) -> None:
        """Ask for what opens a file, then tell what would come of it."""
        self.say("")
        asked = words.PASSPHRASE.format(breakable(file.name))
        self.deed.ask(asked, words.LOOK_IN, lambda word: self._look(file, word), "")

    def _look(self, file: Path, word: str) -> None:
        self.deed.line.clear()
        self.work()
        self.do(_taking(file, self._person, word, really=False), lambda found: self._looked(file, word, found))

    def _looked(self, file: Path, word: str, found: Brought) -> None:
        told = words.brought(found, done=False)
        if words.is_all_here(found.taken):
            self.say(f"{told}\n{words.ALL_HERE}")
            return
        self.say(told)
        question = words.TAKE_INTO.format(breakable(self._person) or HOME)
        self.deed.ask(question, words.TAKE, lambda _: self._take(file, word))

    def _take(self, file: Path, word: str) -> None:
        self.work()
        taking = _taking(file, self._person, word, really=True)
        self.do(taking, lambda found: self.say(words.brought(found, done=True)))

    # A plan goes home

    def _place(self) -> None:
        name = str(Path.home() / PLAN_NAME)
        chosen, _ = QFileDialog.getSaveFileName(self, words.GIVE_PLAN, name, words.PLAN_FILTER)
        if chosen:
            self.write(Path(chosen))

    def write(self, out: Path) -> None:
        """Ask for the passphrase twice, then write the plan; a file that is there was agreed to be replaced."""
        self.say("")
        asked = words.NEW_PASSPHRASE.format(SHORTEST_PASSPHRASE)
        self.deed.ask(asked, words.GO_ON, lambda word: self._once_more(out, word), "", _may_be)

    def _once_more(self, out: Path, word: str) -> None:
        self.deed.ask(words.ONCE_MORE, words.WRITE, lambda _: self._write(out, word), "", lambda again: again == word)

    def _write(self, out: Path, word: str) -> None:
        self.deed.line.clear()
        person = self._person

        def work(store: "Store") -> str:
            signed_by = write_plan(store, person, out, word, force=True)
            told = [words.PLAN_WRITTEN.format(out, signed_by)]
            return "\n".join(told if read_letterhead(store).clinician else [*told, words.NO_CLINICIAN])

        self.work()
        self.do(work, self.say)


def _taking(file: Path, person: str, word: str, *, really: bool) -> "Callable[[Store], Brought]":
    def work(store: "Store") -> Brought:
        if is_nobody(store, person):
            raise StoreError(words.NOBODY_OPEN)
        return read_practice(store, store.person(person), file, word, really=really)

    return work


def _may_be(text: str) -> bool:
    try:
        return bool(checked_passphrase(text))
    except ValueError:
        return False
