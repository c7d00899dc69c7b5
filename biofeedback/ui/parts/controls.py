"""The corner of a session: pause, next part, stop when unwell, end; and the line that tells how far it is."""

from collections.abc import Callable

from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from biofeedback.theme import Tokens
from biofeedback.ui.parts.basics import button, label
from biofeedback.ui.words import exercises as exercise_words

PAUSE, GO_ON = "Pause", "Go on"
NEXT_PART, NEXT_PACE = "Next part", "Next pace"


class Controls(QWidget):
    """Buttons that the keyboard has keys for.

    Parameters
    ----------
    act : callable
        Called with "end" and "unwell".
    toggle_pause, leave_part : callable
    resume_focus : callable
        Gives the keyboard back to what the person was doing.
    """

    def __init__(
        self,
        act: Callable[[str], None],
        toggle_pause: Callable[[], None],
        leave_part: Callable[[], None],
        resume_focus: Callable[[], None],
    ) -> None:
        super().__init__()
        self._resume_focus = resume_focus
        self._pause = button(PAUSE, "quiet", toggle_pause, "Space")
        self._next = button(NEXT_PART, "quiet", leave_part, "S")
        unwell = button(exercise_words.UNWELL, "quiet", lambda: act("unwell"), exercise_words.UNWELL_MEANING)
        self._end = button("End", "quiet", self.ask_end, "Escape")
        self._confirm = QWidget()
        confirm = QHBoxLayout(self._confirm)
        confirm.setContentsMargins(0, 0, 0, 0)
        confirm.addWidget(label("End here? What you did is kept.", wrap=True))
        self._keep_going = button("Keep going", "choice", self.forget_end)
        end_here = button("End here", "choice", lambda: act("end"))
        for made in (self._keep_going, end_here):
            made.setCheckable(False)
            confirm.addWidget(made)
        self._confirm.hide()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        for widget in (self._confirm, self._pause, self._next, self._end, unwell):
            row.addWidget(widget)
        for made in (self._pause, self._next, unwell, self._end):
            made.setMinimumWidth(0)
        self._with_next = True

    @property
    def asking(self) -> bool:
        """Whether it is asked if the session is to end."""
        return not self._confirm.isHidden()

    def show_state(self, *, paused: bool, with_next: bool, paces: bool = False) -> None:
        """Pause or go on; whether there is a button for what comes next here, and whether that is a pace."""
        self._next.setText(NEXT_PACE if paces else NEXT_PART)
        self._pause.setText(GO_ON if paused else PAUSE)
        self._with_next = with_next
        self._next.setVisible(with_next and not self.asking)

    def ask_end(self) -> None:
        """Ask before the session ends."""
        self._arrange(asking=True)
        self._keep_going.setFocus()

    def forget_end(self) -> None:
        """It goes on."""
        self._arrange(asking=False)
        self._resume_focus()

    def _arrange(self, *, asking: bool) -> None:
        self._confirm.setVisible(asking)
        self._pause.setVisible(not asking)
        self._end.setVisible(not asking)
        self._next.setVisible(self._with_next and not asking)


class Progress(QWidget):
    """A thin line that fills."""

    def __init__(self, tokens: Tokens) -> None:
        super().__init__()
        self._share = 0.0
        self._tokens = tokens
        self.setFixedHeight(3)
        self.setAccessibleName("Progress")

    def apply(self, tokens: Tokens) -> None:
        self._tokens = tokens
        self.update()

    def show_share(self, share: float) -> None:
        self._share = share
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), QColor(self._tokens.hairline))
            painter.fillRect(0, 0, round(self.width() * self._share), self.height(), QColor(self._tokens.breath))
