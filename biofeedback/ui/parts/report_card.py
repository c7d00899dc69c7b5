"""A report to be saved: what it is about, as what, and for whom."""

from collections.abc import Callable
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from biofeedback.reports.wanted import About, Form, Wanted, write_wanted
from biofeedback.ui.parts.announcing import announce
from biofeedback.ui.parts.answers import Choices
from biofeedback.ui.parts.asking import Ask
from biofeedback.ui.parts.basics import button, label
from biofeedback.ui.parts.flow import Flow
from biofeedback.ui.words import report as words

if TYPE_CHECKING:
    from biofeedback.storage.database import Store


class ReportCard(QFrame):
    """Three choices and a button; what came of it is said beneath.

    Parameters
    ----------
    ask : callable
        As `ThreadedWorkshop.ask`.
    choose_file : callable
        Called with a name for the file; gives where it shall be, None where nobody wants it any longer. It need not ask
        whether a file may be replaced: the card does.
    session_id : str
        Of the practice that is looked at; empty where there is none.
    """

    def __init__(self, ask: Ask, choose_file: Callable[[str], Path | None], session_id: str = "") -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self._ask, self._choose_file = ask, choose_file
        self._session_id = ""
        self._there: tuple[Wanted, Path] | None = None
        self.about = Choices((words.THIS_SESSION, *words.ABOUTS), About.WEEKS, words.ABOUT)
        self.reader = Choices(words.READERS, True, words.FOR)
        self.form = Choices(words.FORMS, Form.PDF, words.FORM)
        self.reader.when_chosen(lambda _: self._explain())
        self._means = label("", "muted", wrap=True)
        self.save = button(words.SAVE, "primary", self._save)
        self._said = label("", wrap=True)
        self.replace = button(words.REPLACE, "", self._replace)
        self.other = button(words.OTHER, "", self._save)
        self._doubt = QWidget()
        doubts = Flow(self._doubt, 8)
        for made in (self.replace, self.other):
            doubts.addWidget(made)
        saving = QWidget()
        Flow(saving, 8).addWidget(self.save)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 16, 24, 16)
        column.setSpacing(10)
        column.addWidget(label(words.REPORT, "prompt", wrap=True))
        for widget in (self.about, self.reader, self._means, self.form, saving, self._said, self._doubt):
            column.addWidget(widget)
        self._explain()
        self._say("")
        self.show_session(session_id)

    def show_session(self, session_id: str) -> None:
        """Offer a report of this practice, or with an empty id of none."""
        self._session_id = session_id
        self.about.offer(About.SESSION, offered=bool(session_id))
        if session_id:
            self.about.choose(About.SESSION)
        elif self.about.value is About.SESSION:
            self.about.choose(About.WEEKS)
        self._say("")

    @property
    def wanted(self) -> Wanted:
        """What is chosen."""
        about, form = About(str(self.about.value)), Form(str(self.form.value))
        return Wanted(about, form, self.reader.value is True, self._session_id if about is About.SESSION else "")

    def _explain(self) -> None:
        self._means.setText(words.MEANS[self.reader.value is True])

    def _save(self) -> None:
        wanted = self.wanted
        chosen = self._choose_file(wanted.name(date.today()))
        if chosen is not None:
            self._write(wanted, wanted.file(chosen))

    def _replace(self) -> None:
        if self._there is not None:
            self._write(*self._there, force=True)

    def _write(self, wanted: Wanted, out: Path, *, force: bool = False) -> None:
        def write(store: "Store", person: str) -> bool:
            if not force and _is_there(out):
                return False
            write_wanted(store, person, wanted, out, force=force)
            return True

        self._say(words.WRITING)
        self._ask(write, lambda written: self._end(wanted, out, written=written), self._say)

    def _end(self, wanted: Wanted, out: Path, *, written: bool) -> None:
        if written:
            self._say(words.SAVED.format(out))
        else:
            self._say(words.THERE.format(out.name), (wanted, out))
            self.other.setFocus()

    def _say(self, sentence: str, there: tuple[Wanted, Path] | None = None) -> None:
        """Say what came of it, and where a file is in the way let the person choose."""
        self._there = there
        self.save.setEnabled(sentence != words.WRITING)
        self._said.setText(sentence)
        self._said.setVisible(bool(sentence))
        self._doubt.setVisible(there is not None)
        announce(self, sentence)


def _is_there(out: Path) -> bool:
    with suppress(OSError):  # what cannot be looked at cannot be written either, and that says why
        return out.exists()
    return False
