"""My evidence: the person's own lines first, then what their days offer, and what goes with what."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from biofeedback.care.evidence import (
    LONGEST_LINE,
    Evidence,
    Line,
    judge,
    read_evidence,
    read_sheet,
    remove_line,
    write_line,
)
from biofeedback.care.finds import Find
from biofeedback.care.relation_words import sentence
from biofeedback.ui.parts.announcing import announce
from biofeedback.ui.parts.asking import Ask
from biofeedback.ui.parts.basics import button, clear, hairline, label, scrolling
from biofeedback.ui.parts.drawer import Drawer
from biofeedback.ui.parts.flow import Flow
from biofeedback.ui.parts.kept_line import kept_line
from biofeedback.ui.parts.page import Page
from biofeedback.ui.parts.top_bar import Ways, top_bar
from biofeedback.ui.parts.undo import Undo
from biofeedback.ui.words import evidence as words
from biofeedback.ui.words.days import not_kept

if TYPE_CHECKING:
    from biofeedback.storage.database import Store


class EvidencePage(Page):
    """A line to write above, the sheet under it, what is offered, and what goes with what.

    Parameters
    ----------
    ask : callable
        As `ThreadedWorkshop.ask`.
    ways : Ways
    """

    def __init__(self, ask: Ask, ways: Ways) -> None:
        super().__init__()
        self._ask = ask
        self.text = QLineEdit()
        self.text.setPlaceholderText(words.HINT)
        self.text.setAccessibleName(words.HINT)
        self.text.setMaxLength(LONGEST_LINE)
        self.text.returnPressed.connect(self._write)
        self._said = label("", wrap=True)
        self._said.hide()
        self.undo = Undo(self._remove, lambda: self._show(self._evidence))
        self._evidence = Evidence((), (), ())
        self._sheet, self._found, self._together, self._missing = (QVBoxLayout() for _ in range(4))
        layout = QVBoxLayout(self)
        layout.setSpacing(12)
        layout.addLayout(top_bar(words.EVIDENCE, ways))
        layout.addWidget(self._all(), 1)
        layout.addWidget(self._said)
        layout.addWidget(self.undo)

    def _all(self) -> QWidget:
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 8, 0)
        column.setSpacing(12)
        column.addWidget(label(words.INTRO, "muted", wrap=True))
        row = QHBoxLayout()
        row.addWidget(self.text, 1)
        write = button(words.WRITE, "choice", self._write)
        write.setCheckable(False)
        row.addWidget(write)
        column.addLayout(row)
        for part in (self._sheet, self._found, self._together):
            part.setSpacing(10)
            column.addLayout(part)
        self.missing = Drawer()
        self.missing.show_words(words.MISSING)
        held = QWidget()
        held.setLayout(self._missing)
        self._missing.setContentsMargins(0, 0, 0, 0)
        self.missing.hold(held)
        self.missing.hide()
        column.addWidget(self.missing)
        column.addStretch()
        self._scroll = scrolling(inside, words.EVIDENCE)
        return self._scroll

    def enter(self) -> None:
        """Show the sheet as it is now."""
        self._tell("")
        self._scroll.verticalScrollBar().setValue(0)
        self.text.setFocus()
        self._read()

    def _read(self) -> None:
        self._ask(read_evidence, self._show, self._refused)

    def _show(self, evidence: Evidence) -> None:
        self._evidence = evidence
        for part in (self._sheet, self._found, self._together, self._missing):
            clear(part)
        lines = [line for line in evidence.lines if line.number not in self.undo.ids]
        for line in lines:
            self._sheet.addWidget(kept_line(line.words, "prompt", words.TAKE_OFF, partial(self._take_off, line)))
        if not lines:
            self._sheet.addWidget(label(words.SHEET_EMPTY, wrap=True))
        if evidence.found:
            self._found.addWidget(hairline())
            self._found.addWidget(label(words.FOUND, wrap=True))
            self._found.addWidget(label(words.FOUND_NOTE, "muted", wrap=True))
        for find in evidence.found:
            self._found.addWidget(self._card(find))
        self._show_relations(evidence)

    def _show_relations(self, evidence: Evidence) -> None:
        told = [each for each in evidence.relations if each.told]
        silent = [each for each in evidence.relations if not each.told and each.lag_days == 0]
        self._together.addWidget(hairline())
        self._together.addWidget(label(words.TOGETHER, wrap=True))
        if not told:
            looked = any(not each.not_enough for each in silent)
            self._together.addWidget(label(words.NOTHING_TOLD if looked else words.NOTHING_YET, "muted", wrap=True))
        for each in told:
            self._together.addWidget(label(sentence(each), wrap=True))
            self._together.addWidget(label(words.how_sure(each), "muted", wrap=True))
        for each in sorted(silent, key=lambda relation: relation.not_enough):
            self._missing.addWidget(label(sentence(each), "muted", wrap=True))
        self.missing.setVisible(bool(silent))

    def _card(self, find: Find) -> QWidget:
        made = QFrame()
        made.setProperty("kind", "card")
        column = QVBoxLayout(made)
        column.setContentsMargins(16, 12, 16, 12)
        column.addWidget(label(find.text, wrap=True))
        choices = QWidget()
        row = Flow(choices, 8)
        for text, kept in ((words.KEEP, True), (words.LET_GO, False)):
            choice = button(text, "choice", partial(self._judge, find, kept=kept))
            choice.setCheckable(False)
            choice.setAccessibleName(f"{text}. {find.text}")
            row.addWidget(choice)
        column.addWidget(choices)
        return made

    def _write(self) -> None:
        text = self.text.text()
        self.text.clear()  # at once, so that a second press writes nothing twice

        def refused(reason: str) -> None:
            self._refused(reason)
            if not self.text.text():
                self.text.setText(text)

        self._change(lambda store, person: write_line(store, person, text), refused)

    def _take_off(self, line: Line) -> None:
        self.undo.delete([line.number], words.LINE_OFF)

    def _remove(self, numbers: Sequence[int]) -> None:
        def work(store: "Store", person: str) -> None:
            there = {line.number for line in read_sheet(store, person)}
            for number in numbers:
                if number in there:
                    remove_line(store, person, number)

        self._change(work)

    def _judge(self, find: Find, *, kept: bool) -> None:
        self._change(lambda store, person: judge(store, person, find, kept=kept))

    def _change(self, work: "Callable[[Store, str], object]", refused: Callable[[str], None] | None = None) -> None:
        self._tell("")
        self._ask(work, lambda _: self._read(), refused or self._refused)

    def settle(self) -> None:
        """Before the window closes: take off what nobody wanted back, and keep what was being written."""
        self.undo.settle()
        self._keep_unfinished()

    def _keep_unfinished(self) -> None:
        if self.text.text().strip():
            self._write()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if not event.spontaneous():  # the page is left, not the window put away
            self._keep_unfinished()

    def _refused(self, reason: str) -> None:
        self._tell(not_kept(reason))

    def _tell(self, sentence: str) -> None:
        self._said.setText(sentence)
        self._said.setVisible(bool(sentence))
        announce(self, sentence)
