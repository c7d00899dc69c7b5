"""After a session: its picture and figures, and the report by one press."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from biofeedback.reports.wanted import About, Wanted, write_wanted
from biofeedback.session.summary import SessionSummary
from biofeedback.storage.permits.acts import Act
from biofeedback.theme import Sizes, Tokens
from biofeedback.ui.office.giving import Giving
from biofeedback.ui.parts.asking import Ask
from biofeedback.ui.parts.basics import button, label, scrolling
from biofeedback.ui.parts.flow import Flow
from biofeedback.ui.parts.session_figures import SessionFigures, SessionPicture
from biofeedback.ui.words import office as words

if TYPE_CHECKING:
    from biofeedback.storage.database import Store


class ClosingSheet(QWidget):
    """Shows the summary of one session, by its id; empty for none.

    Parameters
    ----------
    ask : callable
        As `ThreadedWorkshop.ask`.
    reports : Path
        Where reports are written.
    keep : callable
        Keeps what is being written about the session, so that it stands in the report.
    giving : Giving
        For a session that was somebody else's.
    again, onward : callable
        Another session with the same person; the next person.
    """

    def __init__(
        self,
        tokens: Tokens,
        sizes: Sizes,
        ask: Ask,
        reports: Path,
        keep: Callable[[], None],
        giving: Giving,
        again: Callable[[], None],
        onward: Callable[[], None],
    ) -> None:
        super().__init__()
        self._ask, self._reports, self._keep = ask, reports, keep
        self.session_id = ""
        self.giving = giving
        self.title, self._said = label("", "title", wrap=True), label("", wrap=True)
        self.picture, self.figures = SessionPicture(tokens, sizes), SessionFigures()
        self.report = button(words.REPORT, "", self._report)
        self.onward = button(words.NEXT_PERSON, "primary", onward, words.NEXT_KEY)
        deeds = QWidget()
        row = Flow(deeds, 8)
        for made in (self.onward, self.report, button(words.AGAIN, "quiet", again)):
            row.addWidget(made)
        inside = QWidget()
        told = QVBoxLayout(inside)
        told.setContentsMargins(0, 0, 8, 0)
        for widget in (self.picture, self.figures):
            told.addWidget(widget)
        told.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self.title)
        column.addWidget(deeds)
        column.addWidget(self._said)
        column.addWidget(self.giving)
        column.addWidget(scrolling(inside, words.NUMBERS), 1)
        self.forget()

    def apply(self, tokens: Tokens, sizes: Sizes) -> None:
        self.picture.apply(tokens, sizes)

    def show_summary(self, summary: SessionSummary) -> None:
        """Show a session that has just ended."""
        self.session_id = summary.session_id
        self.title.setText(", ".join(filter(None, (summary.person, summary.exercise_title))))
        self.picture.show_session(summary)
        self.figures.show_session(summary)
        self.report.setEnabled(True)
        self.giving.show_session_of(summary.person)
        self.say("")

    def forget(self) -> None:
        """Nothing of a session is left."""
        self.session_id = ""
        self.title.setText("")
        self.picture.show_session(None)
        self.figures.clear()
        self.report.setEnabled(False)
        self.giving.forget()
        self.say("")

    def _report(self) -> None:
        self._keep()
        session_id, folder = self.session_id, self._reports
        wanted = Wanted(About.SESSION, session_id=session_id)

        def work(store: "Store", person: str) -> str:
            store.permit(Act.REPORT, person, session_id)
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            out = report_file(folder, wanted.name(date.today()))
            write_wanted(store, person, wanted, out)
            return str(out)

        self.say(words.REPORTING)
        self._ask(work, lambda out: self.say(words.REPORT_DONE.format(out)), self.say)

    def say(self, sentence: str) -> None:
        """Say what came of the report."""
        self._said.setText(sentence)
        self._said.setVisible(bool(sentence))


def report_file(folder: Path, name: str) -> Path:
    """A file of that name, with a number where there is one already."""
    wanted, n = folder / name, 1
    while wanted.exists():
        n += 1
        wanted = folder / f"{Path(name).stem}-{n}{Path(name).suffix}"
    return wanted
