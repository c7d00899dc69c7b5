"""Something that is asked before it is done: the answer that changes nothing is at hand."""

from collections.abc import Callable

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QLineEdit, QScrollArea, QVBoxLayout, QWidget

from biofeedback.ui.parts.basics import button, label
from biofeedback.ui.parts.flow import Flow
from biofeedback.ui.words import people as words


class Deed(QWidget):
    """A question, for some a line to write in, and two answers; hidden while nothing is asked.

    Parameters
    ----------
    left : callable
        Called when it was left or done, so that the keyboard goes somewhere.
    """

    def __init__(self, left: Callable[[], None]) -> None:
        super().__init__()
        self._left = left
        self._done: Callable[[str], None] = lambda _: None
        self._fits: Callable[[str], bool] = bool
        self._question = label("", wrap=True)
        self.line = QLineEdit()
        self.line.textChanged.connect(lambda _: self._look())
        self.line.returnPressed.connect(self._do)
        self.do, self.leave = button("", "", self._do), button(words.LEAVE, "", self.close_it)
        row = QWidget()
        answers = Flow(row, 8)
        for made in (self.leave, self.do):
            answers.addWidget(made)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        for widget in (self._question, self.line, row):
            column.addWidget(widget)
        self.hide()

    def ask(
        self,
        question: str,
        do: str,
        done: Callable[[str], None],
        line: str | None = None,
        fits: Callable[[str], bool] = bool,
    ) -> None:
        """Ask before something is done.

        Parameters
        ----------
        question, do : str
            And what the answer that does it says; an empty one can only be left.
        done : callable
            Called with what was written.
        line : str, optional
            What stands in the line at first; without, there is no line.
        fits : callable
            Whether it can be done with what is written.
        """
        self._done, self._fits = done, fits
        self._question.setText(question)
        self.line.setText(line or "")
        self.line.setAccessibleName(question)
        self.line.setVisible(line is not None)
        self.do.setText(do)
        self.do.setAccessibleName(do)
        self.do.setVisible(bool(do))
        self._look()
        self.show()
        if line is None:
            self.leave.setFocus()
        else:
            self.line.setFocus()
            self.line.selectAll()
        QTimer.singleShot(0, self, self._come_into_view)

    def _come_into_view(self) -> None:
        above = self.parentWidget()
        while above is not None and not isinstance(above, QScrollArea):
            above = above.parentWidget()
        if above is not None and self.isVisible():
            above.ensureWidgetVisible(self.do if self.do.isVisible() else self.leave)

    def close_it(self) -> None:
        """Ask no more."""
        self.hide()
        self._left()

    def _look(self) -> None:
        self.do.setEnabled(self.line.isHidden() or self._fits(self.line.text()))

    def _do(self) -> None:
        if self.do.isEnabled():
            self.hide()
            self._done(self.line.text())
