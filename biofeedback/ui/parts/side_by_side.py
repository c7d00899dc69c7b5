"""The figures of two sessions in one table, each missing one with its reason."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from biofeedback.care.measures import day_of
from biofeedback.reports.dates import told_day
from biofeedback.reports.figures import figure_rows, missing_lines
from biofeedback.storage.records import AFTER, BEFORE, Outcome
from biofeedback.ui.parts.basics import clear, label
from biofeedback.ui.words import progress as words
from protocols.phases import Role

COMPARED = (Role.BASELINE, Role.PRACTICE)
"""Parts that sessions of any exercise may both have."""


class SideBySide(QWidget):
    """A column for each of two sessions; the parts that are alike stand under each other."""

    def __init__(self) -> None:
        super().__init__()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)

    def show_sessions(self, sessions: Sequence[Outcome]) -> None:
        clear(self._column)
        names = [f"{told_day(day_of(each))}, {each.exercise_title or each.exercise}" for each in sessions]
        made = QWidget()
        grid = QGridLayout(made)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(24)
        self._row(grid, "", names, "")
        for question in dict.fromkeys(key for each in sessions for key in each.ratings.get(BEFORE, {})):
            self._row(grid, question.capitalize(), [_rated(each, question) for each in sessions], "figure")
        missing: list[str] = []
        for role in COMPARED:
            parts = [_part(each, role) for each in sessions]
            told = [(name, part) for name, part in zip(names, parts, strict=True) if part is not None]
            if not told:
                continue
            phases = [part | {"title": f"{name} ({words.PARTS[role]})"} for name, part in told]
            rows = figure_rows(phases)
            self._row(grid, words.PARTS[role].capitalize(), ["", ""], "")
            for row in rows:
                cells = iter(row.cells)
                texts = [next(cells).text if part is not None else words.NOT_PART for part in parts]
                self._row(grid, row.label, texts, "figure")
            missing += missing_lines(phases, rows)
        grid.setColumnStretch(3, 1)
        self._column.addWidget(made)
        for line in missing:
            self._column.addWidget(label(line, "muted", wrap=True))

    def _row(self, grid: QGridLayout, name: str, texts: Sequence[str], kind: str) -> None:
        at = grid.rowCount()
        for column, text in enumerate((name, *texts)):
            cell = label(text, "muted" if kind and not column else kind, wrap=not kind)
            grid.addWidget(cell, at, column, Qt.AlignmentFlag.AlignTop)


def _part(session: Outcome, role: Role) -> dict[str, Any] | None:
    return next((part for part in session.document.get("phases", ()) if part.get("role") == role), None)


def _rated(session: Outcome, question: str) -> str:
    before, after = (session.ratings.get(moment, {}).get(question) for moment in (BEFORE, AFTER))
    return words.rated(before, after)
