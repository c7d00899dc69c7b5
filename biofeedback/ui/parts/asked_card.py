"""A question on a card, what a yes can mean beneath it, and its answers beside it."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from biofeedback.ui.parts.answers import Choices
from biofeedback.ui.parts.basics import label


def asked_card(question: str, examples: Sequence[str], choices: Choices) -> QFrame:
    """The question with its examples, a line each, and the choices."""
    card = QFrame()
    card.setProperty("kind", "card")
    row = QHBoxLayout(card)
    row.setContentsMargins(24, 16, 24, 16)
    row.setSpacing(32)
    texts = QVBoxLayout()
    texts.setSpacing(4)
    texts.addWidget(label(question, wrap=True))
    for example in examples:
        texts.addWidget(label(f"\u2013  {example}", "muted", wrap=True))
    row.addLayout(texts, 1)
    row.addStretch()
    choices.setFixedWidth(choices.sizeHint().width() + 8)
    row.addWidget(choices, alignment=Qt.AlignmentFlag.AlignVCenter)
    return card
