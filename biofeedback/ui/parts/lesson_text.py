"""A lesson to be read: calm large type, its picture, the question to take along, and sources put away."""

import html
from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from biofeedback.theme import Sizes, Tokens
from biofeedback.ui.parts.basics import label
from biofeedback.ui.parts.drawer import Drawer
from biofeedback.ui.parts.lesson_picture import LessonPicture
from biofeedback.ui.words import learning as words
from protocols.lessons.specification import Block, Kind, Lesson, Source


class LessonText(QWidget):
    """The words of a lesson, one under the other; `rungs` are the person's own ladder."""

    def __init__(self, lesson: Lesson, rungs: Sequence[str], tokens: Tokens, sizes: Sizes) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 8, 24)
        column.setSpacing(sizes.px(16))
        if lesson.picture is not None:
            column.addWidget(LessonPicture(lesson.picture, rungs, tokens, sizes))
        for block in lesson.blocks:
            column.addWidget(_block(block))
        column.addWidget(label(words.TAKE_ALONG, "muted"))
        column.addWidget(label(lesson.question, "title", wrap=True))
        sources = Drawer()
        sources.show_words(words.SOURCES)
        inside = QWidget()
        lines = QVBoxLayout(inside)
        lines.setContentsMargins(0, 0, 0, 0)
        for source in lesson.sources:
            lines.addWidget(label(_told(source), "muted", wrap=True))
        sources.hold(inside)
        column.addWidget(sources)
        column.addStretch()
        self.setAccessibleName(lesson.title)
        self.setAccessibleDescription("\n".join(said.text for said in lesson.spoken()))


def _block(block: Block) -> QLabel:
    if block.kind is Kind.HEADING:
        return label(block.text, "title", wrap=True)
    before = "\u2022  " if block.kind is Kind.ITEM else ""
    made = label(before + block.text, "prompt", wrap=True)
    if any(run.is_emphasised or run.is_strong for run in block.runs):
        made.setTextFormat(Qt.TextFormat.RichText)
        made.setText(before + "".join(_run(run.text, em=run.is_emphasised, strong=run.is_strong) for run in block.runs))
    return made


def _run(text: str, *, em: bool, strong: bool) -> str:
    text = html.escape(text)
    text = f"<i>{text}</i>" if em else text
    return f"<b>{text}</b>" if strong else text


def _told(source: Source) -> str:
    doi = f", doi {source.doi}" if source.doi else ""
    return f"{source.about} {source.authors} {source.year}, {source.journal}{doi}".strip()
