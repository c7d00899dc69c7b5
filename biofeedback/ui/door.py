"""The door of the window: nothing is shown while the data are locked, but the hard minute."""

from typing import TYPE_CHECKING

from biofeedback.ui.parts.page import Page
from devices.schemes import NO_STRAP
from protocols.specification import Exercise

if TYPE_CHECKING:
    from biofeedback.ui.pages.unlock import UnlockPage
    from biofeedback.ui.window import Window


class Door:
    """Stands before the other pages while the data wait for the passphrase or the recovery key.

    Parameters
    ----------
    window : Window
    """

    def __init__(self, window: "Window") -> None:
        self._window = window
        self._page: UnlockPage | None = None

    @property
    def locked(self) -> bool:
        return self._page is not None

    def lock(self, sentence: str, *, lost: bool = False) -> None:
        """Show nothing but a field for the passphrase; `lost` where only the recovery key can open the data."""
        if self._page is None:
            from biofeedback.ui.pages.unlock import UnlockPage

            self._page = page = UnlockPage(self._try_word, self._window.begin_first_aid)
            self._window.take(page)
            self._window.whose.show_name()
            before = self._window.stack.currentWidget()
            if isinstance(before, Page):
                before.leave()
            self._window.stack.setCurrentWidget(page)  # without a fade: at once
            page.enter()
        if lost:
            self._page.show_lost_key()
        if sentence:
            self._page.refuse(sentence)

    def close(self) -> None:
        """Nobody is at the data any more: they are let go of, and what told of a person too."""
        self.lock("")
        self._window.rooms.forget()

    def begin(self, exercise: Exercise) -> None:
        """Practise without the data: nothing of anybody is shown, and nothing of it kept."""
        if self._page is not None:
            self._window.begin_with(exercise, NO_STRAP, {}, at_once=True)

    def come_back(self) -> None:
        """The way on leads through the door, from what was practised without the data too."""
        if self._page is not None and self._window.stack.currentWidget() is not self._page:
            self._window.show_page(self._page)

    def say(self, sentence: str) -> bool:
        """Say something on it; False where the data are open."""
        if self._page is not None:
            self._page.tell(sentence)
        return self._page is not None

    def _try_word(self, word: str) -> None:
        if not self._window.try_word(word) and self._page is not None:
            self._page.refuse("")  # the window is not complete yet

    def unlock(self, first: Page) -> None:
        """The data are open: on to what is shown first."""
        page, self._page = self._page, None
        if page is not None:
            page.leave()
            self._window.whose.show_name()
            if self._window.stack.currentWidget() is page:
                self._window.show_page(first)
            self._window.stack.removeWidget(page)
            page.deleteLater()
