"""A report to take along: of a practice, of four weeks, or of the course."""

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from biofeedback.ui.parts.asking import Ask
from biofeedback.ui.parts.basics import scrolling
from biofeedback.ui.parts.page import Page
from biofeedback.ui.parts.report_card import ReportCard
from biofeedback.ui.parts.top_bar import Ways, top_bar
from biofeedback.ui.words import report as words


class ReportPage(Page):
    """Holds the card of reports.

    Parameters
    ----------
    ask : callable
        As `ThreadedWorkshop.ask`.
    ways : Ways
    """

    def __init__(self, ask: Ask, ways: Ways) -> None:
        super().__init__()
        self.card = ReportCard(ask, self._choose_file)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 8, 0)
        column.addWidget(self.card)
        column.addStretch()
        layout = QVBoxLayout(self)
        layout.setSpacing(12)
        layout.addLayout(top_bar(words.TITLE, ways))
        layout.addWidget(scrolling(inside, words.TITLE), 1)

    def enter(self) -> None:
        self.card.show_session("")
        self.card.save.setFocus()

    def turn_to(self, what: str) -> None:
        """Offer a report of one session."""
        self.card.show_session(what)

    def _choose_file(self, name: str) -> Path | None:
        chosen, _ = QFileDialog.getSaveFileName(
            self, words.REPORT, str(Path.home() / name), options=QFileDialog.Option.DontConfirmOverwrite
        )
        return Path(chosen) if chosen else None
