"""The letterhead and the clinician's name, as they stand at the head of reports."""

from typing import Any

from PySide6.QtWidgets import QLineEdit, QPlainTextEdit

from biofeedback.care.letterhead import LONGEST_LINE, MOST_LINES, Letterhead, keep_letterhead, read_letterhead
from biofeedback.ui.office.paper_part import PaperPart
from biofeedback.ui.parts.asking import AskOfAll
from biofeedback.ui.words import paperwork as words


class LetterheadPart(PaperPart):
    """Three fields, kept by a press.

    Parameters
    ----------
    ask : callable
        As `ThreadedWorkshop.ask_of_all`.
    """

    def __init__(self, ask: AskOfAll) -> None:
        super().__init__(ask, words.LETTERHEAD, words.LETTERHEAD_ABOUT)
        self.name, self.clinician, self.address = QLineEdit(), QLineEdit(), QPlainTextEdit()
        self.address.setTabChangesFocus(True)
        fields: tuple[QLineEdit | QPlainTextEdit, ...] = (self.name, self.clinician, self.address)
        for field, told in zip(fields, words.LETTERHEAD_FIELDS, strict=True):
            field.setPlaceholderText(told)
            field.setAccessibleName(told)
            self.column.addWidget(field)
        for line in (self.name, self.clinician):
            line.setMaxLength(LONGEST_LINE)
        (self.keep,) = self.offer({words.KEEP: self._keep})
        self.column.addWidget(self.said)
        self.forget()

    def enter(self) -> None:
        """Read how it is."""
        self.do(read_letterhead, self._show)

    def forget(self) -> None:
        self._show(Letterhead())
        super().forget()

    def _show(self, told: Letterhead) -> None:
        self.name.setText(told.name)
        self.clinician.setText(told.clinician)
        self.address.setPlainText(told.address)
        line_px = self.address.fontMetrics().lineSpacing()
        self.address.setFixedHeight((MOST_LINES // 2 + 1) * line_px + 20)

    def _keep(self) -> None:
        told = Letterhead(self.name.text(), self.address.toPlainText(), self.clinician.text())
        self.work()
        self.do(lambda store: keep_letterhead(store, told), self._kept)

    def _kept(self, kept: Any) -> None:
        self._show(kept)
        self.say(words.KEPT.format(", ".join(kept.lines)) if kept.lines else words.KEPT_EMPTY)
