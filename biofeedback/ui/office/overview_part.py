"""The overview of all people, as a table."""

from datetime import date, timedelta
from pathlib import Path

from PySide6.QtWidgets import QFileDialog

from biofeedback.exchange.overview import write_overview
from biofeedback.reports.wanted import WEEKS_DAYS
from biofeedback.ui.office.paper_part import PaperPart
from biofeedback.ui.parts.answers import Choices
from biofeedback.ui.parts.asking import AskOfAll
from biofeedback.ui.words import paperwork as words


class OverviewPart(PaperPart):
    """Codes stand in it, unless names are wanted too.

    Parameters
    ----------
    ask : callable
        As `ThreadedWorkshop.ask_of_all`.
    """

    def __init__(self, ask: AskOfAll) -> None:
        super().__init__(ask, words.OVERVIEW, words.OVERVIEW_ABOUT)
        self.names = Choices(words.CODES_OR_NAMES, False, words.WHO_IN_IT)
        self.column.addWidget(self.names)
        (self.save,) = self.offer({words.WRITE_TABLE: self._place})
        self.column.addWidget(self.said)
        self.forget()

    def forget(self) -> None:
        self.names.choose(False)
        super().forget()

    def _place(self) -> None:
        name = f"overview-{date.today()}.csv"
        chosen, _ = QFileDialog.getSaveFileName(self, words.WRITE_TABLE, str(Path.home() / name), words.TABLE_FILTER)
        if chosen:
            self.write(Path(chosen))

    def write(self, out: Path) -> None:
        """Write the table; a file that is there was agreed to be replaced."""
        until, names = date.today(), self.names.value is True
        since = until - timedelta(WEEKS_DAYS - 1)
        self.work()
        self.do(
            lambda store: write_overview(store, since, until, out, names=names, force=True),
            lambda n_people: self.say(words.TABLE_WRITTEN.format(n_people, out)),
        )
