"""Reports for everybody who is due: one after the other beside the window, and what is missing in them."""

from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QProgressBar

from biofeedback.reports.batch import Batch, due, write_one
from biofeedback.reports.wanted import WEEKS_DAYS
from biofeedback.ui.office.closing import report_file
from biofeedback.ui.office.paper_part import PaperPart
from biofeedback.ui.parts.announcing import announce
from biofeedback.ui.parts.asking import AskOfAll
from biofeedback.ui.parts.basics import label
from biofeedback.ui.words import paperwork as words

if TYPE_CHECKING:
    from biofeedback.storage.database import Store


class BatchPart(PaperPart):
    """Each report is asked for by itself, so that whatever else is asked for comes between two of them.

    Parameters
    ----------
    ask : callable
        As `ThreadedWorkshop.ask_of_all`.
    reports : Path
        Each batch gets a folder of its day there.
    """

    def __init__(self, ask: AskOfAll, reports: Path) -> None:
        super().__init__(ask, words.REPORTS, words.REPORTS_ABOUT)
        self._reports, self._folder = reports, reports
        self._people: list[str] = []
        self._n_begun = self._n_wanted = 0
        self._batch = Batch()
        self._broken_off: tuple[Batch, int, Path] | None = None
        self.make, self.stop = self.offer({words.MAKE_REPORTS: self._begin, words.STOP: self._stop})
        self._deeds.remove(self.stop)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(words.REPORTS)
        self.missing = label("", "figure", wrap=True)
        for part in (self.bar, self.said, self.missing):
            self.column.addWidget(part)
        self.forget()

    def forget(self) -> None:
        """Nothing of it is left; what is still to be made is not."""
        if self._people:
            self._broken_off = self._batch, len(self._people), self._folder
        self._people = []
        self._show_run(running=False)
        self.missing.setText("")
        super().forget()

    def enter(self) -> None:
        """It is looked at: what the lock broke off is told, without a name."""
        if self._broken_off is not None:
            batch, n, folder = self._broken_off
            self._broken_off = None
            self.say(f"{words.LOCKED} {words.MADE.format(len(batch.made), n, folder)}")

    def _show_run(self, *, running: bool) -> None:
        self.bar.setVisible(running)
        self.stop.setVisible(running)
        self.make.setVisible(not running)

    def _begin(self) -> None:
        self.missing.setText("")
        self.work()
        self.do(lambda store: due(store, date.today()), self._begin_with)

    def _begin_with(self, people: list[str]) -> None:
        if not people:
            self.say(words.NOBODY_DUE)
            return
        self._people, self._n_begun, self._n_wanted, self._batch = people, 0, len(people), Batch()
        today = date.today()
        self._folder = report_file(self._reports, today.isoformat())
        self._days = today - timedelta(WEEKS_DAYS - 1), today
        self.bar.setRange(0, len(people))
        self._show_run(running=True)
        self.stop.setEnabled(True)
        self.stop.setFocus()
        self._next()

    def _next(self) -> None:
        self.missing.setText(words.batch_lines(self._batch))
        if self._n_begun == self._n_wanted:
            n = len(self._people)
            stopped = words.STOPPED.format(self._n_begun, n) if self._n_begun < n else ""
            self.say(f"{stopped} {words.MADE.format(len(self._batch.made), n, self._folder)}".strip())
            self.make.setFocus()
            return
        self.bar.setValue(self._n_begun)
        person, batch, folder, (since, until) = self._people[self._n_begun], self._batch, self._folder, self._days
        self._n_begun += 1
        self.said.setText(words.REPORT_N.format(self._n_begun, len(self._people)))
        self.said.setVisible(True)

        def work(store: "Store") -> None:
            write_one(store, person, since, until, folder, batch)

        self.do(work, lambda _: self._next())

    def say(self, sentence: str) -> None:
        """Say what came of it; what cannot go on has ended."""
        self._people = []
        self._show_run(running=False)
        super().say(sentence)

    def _stop(self) -> None:
        """What is being written is written to its end; what came of all is told then."""
        self._n_wanted = self._n_begun
        self.stop.setEnabled(False)
        self.said.setText(words.STOPPED.format(self._n_begun, len(self._people)))
        announce(self, self.said.text())
