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
        self.ending = Choices(words.TABLE_OR_WORKBOOK, "csv", words.WRITTEN_AS)
        for choices in (self.names, self.ending):
            self.column.addWidget(choices)
        (self.save,) = self.offer({words.WRITE_TABLE: self._place})
        self.column.addWidget(self.said)
        self.forget()

    def forget(self) -> None:
        self.names.choose(False)
        super().forget()

    def _place(self) -> None:
        ending = str(self.ending.value)
        name = str(Path.home() / f"overview-{date.today()}.{ending}")
        chosen, _ = QFileDialog.getSaveFileName(self, words.WRITE_TABLE, name, words.TABLE_FILTERS[ending])
        if chosen:
            self.write(Path(chosen))

    def write(self, out: Path) -> None:
        """Write the table; a file that is there was agreed to be replaced, unless its name wants its ending."""
        until, names, ending = date.today(), self.names.value is True, str(self.ending.value)
        since = until - timedelta(WEEKS_DAYS - 1)
        named = out if out.suffix.lower() == f".{ending}" else out.with_name(f"{out.name}.{ending}")
        self.work()
        self.do(
            lambda store: write_overview(store, since, until, named, ending, names=names, force=named == out),
            lambda n_people: self.say(words.TABLE_WRITTEN.format(n_people, named)),
        )
