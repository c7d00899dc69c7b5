"""The people of this computer: found by typing, chosen, and kept in order."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from biofeedback.care.who import join_people
from biofeedback.storage.names import LONGEST_NAME
from biofeedback.storage.records import PersonRow
from biofeedback.ui.parts.announcing import announce
from biofeedback.ui.parts.asking import Ask
from biofeedback.ui.parts.basics import button, label, scrolling
from biofeedback.ui.parts.deed import Deed
from biofeedback.ui.parts.everything import Everything
from biofeedback.ui.parts.flow import Flow
from biofeedback.ui.parts.page import Page
from biofeedback.ui.parts.people_list import PeopleList
from biofeedback.ui.parts.top_bar import Ways, top_bar
from biofeedback.ui.settings import move_person
from biofeedback.ui.words import people as words

if TYPE_CHECKING:
    from biofeedback.storage.database import Store
    from biofeedback.storage.of_people.people import Merged

SHARES = (4, 3)


class PeoplePage(Page):
    """A line to type in, the list below it, and beside them what can be done with who is the current one.

    Parameters
    ----------
    ask : callable
        As `ThreadedWorkshop.ask`.
    choose : callable
        Called with the name of who practises from now on, and what there is to say of it.
    ways : Ways

    Attributes
    ----------
    read : bool
        Whether it shows who there is, as far as is known.
    """

    def __init__(self, ask: Ask, choose: Callable[[str, str], None], ways: Ways) -> None:
        super().__init__()
        self._ask, self._choose, self._ways = ask, choose, ways
        self._now = self._joining = ""
        self._nobody, self.read = True, False
        self._said = label("", wrap=True)
        self.typed = QLineEdit()
        self.people = PeopleList(self._take, self._show_current, self.typed.setFocus)
        self.typed.setPlaceholderText(words.FIND)
        self.typed.setAccessibleName(words.FIND_MEANING)
        self.typed.setMaxLength(LONGEST_NAME)
        self.typed.textChanged.connect(lambda _: self._find())
        self.typed.returnPressed.connect(lambda: self._take(self.people.current))
        self.add = button(words.ADD, "", self._add)
        self.aside = button(words.ASIDE_TOO, "choice", self._find)
        self._state = label("", "muted", wrap=True)
        self._beside = self._about()
        both = QHBoxLayout()
        both.setSpacing(32)
        both.addWidget(self._found(), SHARES[0])
        both.addWidget(scrolling(self._beside, words.PEOPLE), SHARES[1])
        layout = QVBoxLayout(self)
        layout.setSpacing(12)
        layout.addLayout(top_bar(words.CHOOSE_WHO, ways))
        layout.addLayout(both, 1)
        layout.addWidget(self._said)
        self._tell("")

    def _found(self) -> QWidget:
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        row = QHBoxLayout()
        row.addWidget(self.typed, 1)
        row.addWidget(self.add)
        column.addLayout(row)
        column.addWidget(self._state)
        column.addWidget(self.people, 1)
        column.addWidget(self.aside, 0, Qt.AlignmentFlag.AlignLeft)
        column.addStretch()
        return inside

    def _about(self) -> QWidget:
        self._name, self._told = label("", "prompt", wrap=True), label("", "muted", wrap=True)
        self.choose = button(words.CHOOSE, "primary", lambda: self._take(self.people.current))
        self.profile = button(words.ABOUT_THEM, "", lambda: self._ways.go("profile"))
        self.rename = button(words.RENAME, "quiet", self._ask_rename)
        self.archive = button("", "quiet", self._archive)
        self.join = button(words.JOIN, "quiet", self._ask_who_else)
        self.deed = Deed(self._leave)
        self.everything = Everything(self._ask, self._deleted, self._tell)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 8, 0)
        column.setSpacing(12)
        for widget in (self._name, self._told):
            column.addWidget(widget)
        for made in (self.choose, self.profile):
            column.addWidget(made, 0, Qt.AlignmentFlag.AlignLeft)
        self._deeds = QWidget()
        row = Flow(self._deeds, 8)
        for made in (self.rename, self.archive, self.join):
            row.addWidget(made)
        for part in (self._deeds, self.deed, self.everything):
            column.addWidget(part)
        column.addStretch()
        return inside

    def enter(self) -> None:
        """Begin with everybody, at who practises."""
        self.read = False
        self._tell("")
        self.typed.clear()
        self._leave()
        self._read()

    # The list

    def _read(self, at: str | None = None) -> None:
        """Read who there is; the current one then is `at`, or who practises."""
        self._ask(
            lambda store, person: (person, store.people.list(archived=True)),
            lambda read: self.show_people(read[0], read[1], at),
            self._refused,
        )

    def show_people(self, now: str, rows: Sequence[PersonRow], at: str | None = None) -> None:
        """Show everybody, and who practises."""
        self._now, self.read = now, True
        self.people.hold(rows, now)
        self.aside.setVisible(any(row.archived for row in rows))
        if at is not None and any(row.person == at and row.archived for row in rows):
            self.aside.setChecked(True)
        self._nobody = not rows
        self._find(now if at is None else at)

    def _find(self, at: str | None = None) -> None:
        typed = self.typed.text()
        self.people.show_typed(typed, archived=self.aside.isChecked(), at=at)
        none = self._nobody or not self.people.shown
        self._state.setText(words.NOBODY_YET if self._nobody else words.NOT_FOUND)
        self._state.setVisible(none)
        self.people.setVisible(not none)
        self.add.setEnabled(bool(typed.strip()))
        self.add.setAccessibleName(f"{words.ADD}: {typed}".rstrip(": "))
        self._show_current()

    def _show_current(self) -> None:
        """Beside the list, who is the current one."""
        row = self.people.current
        self._beside.setVisible(row is not None and not self._nobody)
        if row is None:
            return
        if not self._joining:
            self.deed.hide()
        named, here = bool(row.person), row.person == self._now
        self._name.setText(words.breakable(row.person) or words.HOME)
        aside = f", {words.ASIDE}" if row.archived else ""
        told = words.sessions(row)
        self._told.setText(f"{told[:1].upper()}{told[1:]}{aside}." if named else words.HOME_ABOUT)
        joining = bool(self._joining)
        self.choose.setVisible(row.person != self._joining if joining else not here)
        self.choose.setAccessibleName(f"{words.CHOOSE}: {row.person or words.HOME}")
        self.profile.setVisible(here and not joining)
        self._deeds.setVisible(named and not joining)
        self.everything.setVisible(not joining)
        self.archive.setText(words.TAKE_BACK if row.archived else words.PUT_ASIDE)
        for made in (self.rename, self.archive, self.join):
            made.setAccessibleName(f"{made.text()}: {row.person}")
        self.everything.show_person(row.person)

    def _take(self, row: PersonRow | None) -> None:
        """Somebody was chosen: to practise, or as another name of somebody."""
        if row is None:
            self._tell(words.NOT_FOUND)
        elif self._joining:
            self._ask_join(row)
        elif row.person == self._now:
            self._ways.go("start")
        else:
            self._choose(row.person, "")

    # What can be done

    def _change(self, work: "Callable[[Store], str]", said: Callable[[str], str], before: str = "") -> None:
        """Do something that gives a name, and say so; where who practises was called `before`, they go on by it."""

        def done(changed: tuple[str, str]) -> None:
            name, now = changed
            sentence = said(name)
            if before and now == before:
                self._choose(name, sentence)
            else:
                self.typed.clear()
                self._leave()
                self._tell(sentence)
                self._read(name)

        self._ask(lambda store, person: (work(store), person), done, self._refused)

    def _add(self) -> None:
        typed = self.typed.text()
        self._change(lambda store: store.people.add(typed), words.ADDED.format)

    def _archive(self) -> None:
        row = self.people.current
        if row is None:
            return

        def work(store: "Store") -> str:
            store.people.archive(row.person, archived=not row.archived)
            return row.person

        self._change(work, (words.BACK if row.archived else words.PUT_AWAY).format)

    def _ask_rename(self) -> None:
        if (row := self.people.current) is not None:
            self._joining = ""
            self.deed.ask(words.NEW_NAME, words.KEEP_NAME, partial(self._rename, row.person), row.person)

    def _rename(self, before: str, name: str) -> None:
        def work(store: "Store") -> str:
            kept = store.people.rename(before, name)
            move_person(store.folder, before, kept, store.protection.key)
            return kept

        self._change(work, partial(words.RENAMED.format, before), before)

    def _ask_who_else(self) -> None:
        row = self.people.current
        if row is not None:
            self._joining = row.person
            self.deed.ask(words.ask_who_else(row.person), "", lambda _: None)
            self.typed.clear()
            self._show_current()
            self.typed.setFocus()

    def _ask_join(self, other: PersonRow) -> None:
        kept, gone = self._joining, other.person
        if not gone or gone == kept:
            self._tell(words.ask_who_else(kept))
            return
        question = words.ask_join(kept, gone, words.sessions(other))
        self.choose.hide()
        self.deed.ask(question, words.JOIN_IT, lambda _: self._join(kept, gone))

    def _join(self, kept: str, gone: str) -> None:
        def work(store: "Store", person: str) -> "tuple[Merged, str]":
            merged = join_people(store, kept, gone)
            move_person(store.folder, gone, merged.person, store.protection.key)
            return merged, person

        def done(joined: "tuple[Merged, str]") -> None:
            merged, now = joined
            sentence = words.joined(gone, merged)
            if now in (kept, gone):
                self._choose(merged.person, sentence)
            else:
                self._leave()
                self._tell(sentence)
                self._read(merged.person)

        self._joining = ""
        self._ask(work, done, self._refused)

    def _deleted(self, name: str, now: str, said: str) -> None:
        if name == now:
            self._choose("", said)
        else:
            self.typed.clear()
            self._tell(said)
            self._read()

    def _leave(self) -> None:
        """Nothing is asked any more."""
        self._joining = ""
        self.deed.hide()
        self.everything.deed.hide()
        self._show_current()
        self.typed.setFocus()

    def _refused(self, reason: str) -> None:
        self._joining = ""
        self._tell(words.sentence(reason))
        self._read()

    def _tell(self, sentence: str) -> None:
        self._said.setText(sentence)
        self._said.setVisible(bool(sentence))
        announce(self, sentence)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        asked = self.deed.isVisible() or self.everything.deed.isVisible()
        if event.key() == Qt.Key.Key_Escape and asked:
            self._leave()
        elif event.key() == Qt.Key.Key_Down and self.typed.hasFocus():
            self.people.setFocus()
        else:
            super().keyPressEvent(event)
