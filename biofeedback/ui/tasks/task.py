"""What the screen can hold in place of breath and heart: something to do."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from biofeedback.theme import Sizes, Tokens


class Task(QWidget):
    """Something to do during a part.

    Attributes
    ----------
    stopped : Signal
        The person wants to go on to the next part.
    settled : Signal
        Nothing is left to decide, and the screen can be given free.
    """

    stopped = Signal()
    settled = Signal()

    MOST_PX = 1040
    """Wider than this nothing is easier to read or to reach."""

    def __init__(self, tokens: Tokens, sizes: Sizes) -> None:
        super().__init__()
        self.tokens, self.sizes = tokens, sizes

    def apply(self, tokens: Tokens, sizes: Sizes, *, reduced_motion: bool) -> None:
        """The look changed."""
        self.tokens, self.sizes = tokens, sizes
        self.setMaximumWidth(sizes.px(self.MOST_PX))

    def begin(self) -> None:
        """Begin anew, nothing done yet."""

    def rest(self, *, resting: bool) -> None:
        """The session is paused, or goes on."""
        self.setEnabled(not resting)

    def take_focus(self) -> None:
        """Let the keyboard be here."""
        self.setFocus()

    def ask_to_leave(self) -> bool:
        """The person is done; whether the next part may begin at once, or `stopped` follows when it may."""
        return True

    def finish(self) -> str:
        """The part is over: what was done, for the record; empty where that is nobody's business."""
        return ""

    @property
    def open(self) -> bool:
        """Whether the person has still something to decide."""
        return False

    @property
    def parting(self) -> bool:
        """Whether that is being asked now."""
        return False
