"""The door of the window: nothing is shown before locked data are open."""

from typing import TYPE_CHECKING

from biofeedback.ui.parts.page import Page

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

            self._page = page = UnlockPage(self._try_word)
            self._window.take(page)
            self._window.stack.setCurrentWidget(page)
            page.enter()
        if lost:
            self._page.show_lost_key()
        if sentence:
            self._page.refuse(sentence)

    def _try_word(self, word: str) -> None:
        if not self._window.try_word(word) and self._page is not None:
            self._page.refuse("")  # the window is not complete yet

    def unlock(self, first: Page) -> None:
        """The data are open: on to what is shown first."""
        page, self._page = self._page, None
        if page is not None:
            page.leave()
            self._window.show_page(first)
            self._window.stack.removeWidget(page)
            page.deleteLater()
