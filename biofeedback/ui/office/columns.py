"""The columns at the sides: the people at the left; at the right the controls, then what is written of the session."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from biofeedback.ui.parts.basics import label, scrolling
from biofeedback.ui.words import office as words

N_LOG = 200


def log_view() -> QPlainTextEdit:
    """What happened, line by line."""
    made = QPlainTextEdit()
    made.setReadOnly(True)
    made.setAccessibleName(words.LOG)
    made.setMaximumBlockCount(N_LOG)
    return made


def left_column(people: QWidget, papers: QWidget, looks: Sequence[QWidget]) -> QWidget:
    """The people, the way to the paperwork, and what is about the window itself."""
    made = QWidget()
    column = QVBoxLayout(made)
    column.setContentsMargins(0, 0, 0, 0)
    column.addWidget(people, 1)
    column.addWidget(papers, 0, Qt.AlignmentFlag.AlignLeft)
    row = QHBoxLayout()
    for part in looks:
        row.addWidget(part)
    row.addStretch()
    column.addLayout(row)
    return made


def right_column(controls: QWidget, giving: QWidget, log: QWidget, comment: Sequence[QWidget]) -> QWidget:
    """All of them, one under the other; the controls scroll where there is too little room."""
    made = QWidget()
    column = QVBoxLayout(made)
    column.setContentsMargins(0, 0, 0, 0)
    column.addWidget(scrolling(controls, words.OFFICE), 3)
    column.addWidget(giving)
    column.addWidget(label(words.LOG, "muted"))
    column.addWidget(log, 1)
    column.addWidget(label(words.COMMENT, "muted"))
    for part in comment:
        column.addWidget(part)
    return made
