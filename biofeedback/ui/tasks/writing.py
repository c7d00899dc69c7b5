"""A page to write on, for nobody but the person: let go at the end, or kept as a file by their own hand."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEasingCurve, QPropertyAnimation, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFileDialog, QGraphicsOpacityEffect, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from biofeedback.exchange.files import ExportError, written_whole
from biofeedback.theme import Sizes, Tokens
from biofeedback.ui.parts.basics import button, label
from biofeedback.ui.tasks.task import Task
from biofeedback.ui.words import exercises as words

FADE_MS = 2500
TEXT_PX, INSIDE_PX = 20, 24


def choose_file(parent: QWidget) -> Path | None:
    """Where the person wants to keep a text; None where they think better of it."""
    start = str(Path.home() / words.KEEP_NAME)
    name, _ = QFileDialog.getSaveFileName(parent, words.KEEP_TITLE, start, "Text (*.txt)")
    return Path(name) if name else None


class Writing(Task):
    """The text lives in this widget alone, and ends with it.

    Attributes
    ----------
    choose_file : callable
        Asks where a text is to be kept.
    """

    def __init__(self, tokens: Tokens, sizes: Sizes) -> None:
        super().__init__(tokens, sizes)
        self.choose_file: Callable[[QWidget], Path | None] = choose_file
        self._reduced_motion = False
        self._over = self._leaving = False
        self.page = Paper()
        self.page.setPlaceholderText(words.WRITE_HERE)
        self.page.setAccessibleName(words.WRITE_HERE)
        self.page.setTabChangesFocus(True)
        self.page.done = self._leave
        self._private = label(words.WRITING_IS_PRIVATE, "muted", wrap=True)
        self._trouble = label("", wrap=True)
        self._parting = self._make_parting()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        layout.addWidget(self.page, 1)
        for widget in (self._trouble, self._private, self._parting):
            layout.addWidget(widget)
        self.apply(tokens, sizes, reduced_motion=False)
        self.begin()

    def _make_parting(self) -> QWidget:
        made = QWidget()
        column = QVBoxLayout(made)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(label(words.WRITTEN))
        row = QHBoxLayout()
        row.setSpacing(8)
        self._let_go = button(words.LET_IT_GO, "", self._fade)
        self._keep = button(words.KEEP_IT, "", self._keep_it)
        self._write_on = button(words.WRITE_ON, "quiet", self._go_on_writing)
        for made_button in (self._let_go, self._keep, self._write_on):
            row.addWidget(made_button)
        row.addStretch()
        column.addLayout(row)
        column.addWidget(label(words.LETTING_GO_MEANS, "muted", wrap=True))
        return made

    def apply(self, tokens: Tokens, sizes: Sizes, *, reduced_motion: bool) -> None:
        super().apply(tokens, sizes, reduced_motion=reduced_motion)
        self._reduced_motion = reduced_motion
        self.page.setStyleSheet(
            f"QPlainTextEdit {{ background: {tokens.surface}; color: {tokens.text};"
            f" border: 1px solid {tokens.line}; border-radius: 12px;"
            f" padding: {INSIDE_PX}px; font-size: {sizes.px(TEXT_PX)}px;"
            f" selection-background-color: {tokens.breath}; selection-color: {tokens.background}; }}"
            f"QPlainTextEdit:focus {{ border-color: {tokens.muted}; }}"
        )

    def begin(self) -> None:
        self._over = self._leaving = False
        self._forget()
        self._show_parting(parting=False)
        self.page.setFocus()

    def rest(self, *, resting: bool) -> None:
        """One may write in a pause too."""

    def take_focus(self) -> None:
        (self._let_go if self._parting.isVisible() else self.page).setFocus()

    def ask_to_leave(self) -> bool:
        if not self._written:
            return True
        self._leaving = True
        self._show_parting(parting=True)
        return False

    def _leave(self) -> None:
        if self.ask_to_leave():
            self.stopped.emit()

    def finish(self) -> str:
        """What was written is for the person alone: nothing goes into the record."""
        self._over = True
        if self._written:
            self._show_parting(parting=True)
        return ""

    @property
    def open(self) -> bool:
        return self._written

    @property
    def parting(self) -> bool:
        return not self._parting.isHidden()

    @property
    def _written(self) -> bool:
        return bool(self.page.toPlainText().strip())

    def _show_parting(self, *, parting: bool) -> None:
        self._parting.setVisible(parting)
        self._private.setVisible(not parting)
        self._write_on.setVisible(not self._over)
        self._trouble.hide()
        self.page.setReadOnly(parting)
        for made in (self._let_go, self._keep, self._write_on):
            made.setEnabled(True)
        if parting:
            self._let_go.setFocus()

    def _go_on_writing(self) -> None:
        self._leaving = False
        self._show_parting(parting=False)
        self.page.setFocus()

    def _keep_it(self) -> None:
        path = self.choose_file(self)
        if path is None:
            return
        try:
            # the window that asked for the place has asked about an earlier file too
            with written_whole(path, force=True) as file:
                file.write(f"{self.page.toPlainText()}\n".encode())
        except ExportError as error:
            self._trouble.setText(words.not_kept(str(error)))
            self._trouble.show()
            return
        self._part()

    def _fade(self) -> None:
        """Let the words grow pale until nothing is left."""
        for made in (self._let_go, self._keep, self._write_on):
            made.setEnabled(False)
        if self._reduced_motion:
            self._part()
            return
        effect = QGraphicsOpacityEffect(self.page)
        self.page.setGraphicsEffect(effect)
        fade = QPropertyAnimation(effect, b"opacity", self)
        fade.setDuration(FADE_MS)
        fade.setStartValue(1.0)
        fade.setEndValue(0.0)
        fade.setEasingCurve(QEasingCurve.Type.InOutSine)
        fade.finished.connect(self._part)
        fade.start(QPropertyAnimation.DeletionPolicy.DeleteWhenStopped)

    def _part(self) -> None:
        """The text is let go or kept: forget it, and go on."""
        leaving, self._leaving = self._leaving and not self._over, False
        self._forget()
        self._parting.hide()
        self.page.setGraphicsEffect(None)  # type: ignore[arg-type]
        self.settled.emit()
        if leaving:
            self.stopped.emit()

    def _forget(self) -> None:
        # plain text set anew takes the steps to undo with it
        self.page.setPlainText("")


class Paper(QPlainTextEdit):
    """Takes every key as writing but Ctrl and Enter together, which means done, and Escape."""

    def __init__(self) -> None:
        super().__init__()
        self.done: Callable[[], None] = lambda: None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            event.ignore()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and (
            event.modifiers() & Qt.KeyboardModifier.ControlModifier
        ):
            self.done()
        else:
            super().keyPressEvent(event)
            event.accept()
