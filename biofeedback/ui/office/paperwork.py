"""The day's paperwork on one sheet: files, reports for everybody who is due, the overview, the letterhead."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from biofeedback.ui.office.batch_part import BatchPart
from biofeedback.ui.office.files_part import FilesPart
from biofeedback.ui.office.letterhead_part import LetterheadPart
from biofeedback.ui.office.overview_part import OverviewPart
from biofeedback.ui.parts.asking import AskOfAll
from biofeedback.ui.parts.basics import button, label
from biofeedback.ui.parts.halves import Halves
from biofeedback.ui.words import paperwork as words

GAP_PX = 20


class Paperwork(QWidget):
    """Of who is open there are the files; all else is of everybody.

    Parameters
    ----------
    ask : callable
        As `ThreadedWorkshop.ask_of_all`.
    reports : Path
        Where reports are written.
    back : callable
        Called when the clinician is done with it.
    """

    def __init__(self, ask: AskOfAll, reports: Path, back: Callable[[], None]) -> None:
        super().__init__()
        self.files, self.batch = FilesPart(ask), BatchPart(ask, reports)
        self.overview, self.letterhead = OverviewPart(ask), LetterheadPart(ask)
        halves = (QVBoxLayout(), QVBoxLayout())
        for half, parts in zip(halves, ((self.files, self.letterhead), (self.batch, self.overview)), strict=True):
            half.setSpacing(GAP_PX)
            for part in parts:
                half.addWidget(part)
            half.addStretch()
        both = Halves(*halves, (1, 1))
        both.setAccessibleName(words.PAPERWORK)
        top = QHBoxLayout()
        top.addWidget(label(words.PAPERWORK, "title"))
        top.addStretch()
        self.back = button(words.BACK, "quiet", back)
        top.addWidget(self.back)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addLayout(top)
        column.addWidget(both, 1)

    def enter(self, person: str) -> None:
        """It is looked at, while somebody is open."""
        self.show_person(person)
        self.batch.enter()
        self.letterhead.enter()
        self.files.take_in.setFocus()

    def show_person(self, person: str) -> None:
        """Somebody is open: of who was before nothing is left; reports that are being made go on."""
        self.files.show_person(person)

    def forget(self) -> None:
        """The data are locked: nothing is left, and no report is made any more."""
        for part in (self.files, self.batch, self.overview, self.letterhead):
            part.forget()
