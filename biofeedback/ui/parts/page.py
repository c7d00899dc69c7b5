"""What every page of the window is."""

from PySide6.QtWidgets import QWidget

from biofeedback.theme import Sizes, Tokens


class Page(QWidget):
    """A page; what it does not need of these it leaves as it is here.

    Attributes
    ----------
    wide : bool
        Whether it has all of the window, whose words else are never too far apart, and comes without a fade.
    """

    wide = False

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("page")

    def enter(self) -> None:
        """It has just been shown: read what it shows, and let the keyboard begin."""

    def turn_to(self, what: str) -> None:
        """Show one of the things that it has, by its id, as soon as it is there."""

    def leave(self) -> None:
        """Another is about to be shown."""

    def apply(self, tokens: Tokens, sizes: Sizes, *, still: bool = False) -> None:
        """The look changed; `still` where nothing is to move."""

    def settle(self) -> None:
        """The window closes: keep what was begun, and do what could still have been undone."""
