"""The door of the window: nothing is shown while the data are locked, but the hard minute."""

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from biofeedback.ui.idle import Idle
from biofeedback.ui.parts.page import Page
from biofeedback.ui.words import protection as words

if TYPE_CHECKING:
    from biofeedback.ui.pages.unlock import UnlockPage
    from biofeedback.ui.window import Window


class Door(QObject):
    """Stands before the other pages while the data wait for the passphrase or the recovery key.

    Parameters
    ----------
    window : Window

    Attributes
    ----------
    idle : Idle
    closed : Signal
        The data were locked again: nobody keeps their key.
    """

    closed = Signal()

    def __init__(self, window: "Window") -> None:
        super().__init__(window)
        self._window = window
        self._page: UnlockPage | None = None
        self.idle = Idle(window, self.lock_by_itself)

    @property
    def locked(self) -> bool:
        return self._page is not None

    def lock(self, sentence: str, *, lost: bool = False) -> None:
        """Show nothing but a field for the passphrase; `lost` where only the recovery key can open the data."""
        if self._page is None:
            from biofeedback.ui.pages.unlock import UnlockPage

            self._page = page = UnlockPage(self._try_word, self._window.acts.begin_first_aid)
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

    def lock_now(self) -> None:
        """Let the data wait for the passphrase again, unless somebody practises; what was begun is kept."""
        window = self._window
        if self.locked or window.folder is None:
            return
        if not self._by_passphrase:
            window.say(words.NEEDS_PASSPHRASE)
        elif window.on_session:  # also where a text that was written is not let go of yet
            window.say(words.END_FIRST)
        else:
            self.let_go()

    def let_go(self) -> None:
        """Nobody is at the data any more: what was begun is kept, then they are let go of."""
        window = self._window
        window.settle()
        window.say("")
        window.forget_way()
        self.lock("")
        if window.workshop is not None:
            window.rooms.forget()
            window.workshop.lock()
        self.closed.emit()

    def lock_by_itself(self) -> bool:
        """Nobody has touched anything for a while; False where a practice is on, which is not interrupted."""
        if self._window.on_session:
            return False
        self.lock_now()
        return True

    def lock_after(self, minutes: int) -> None:
        """Choose after how many minutes it does; 0 for never."""
        self._window.change_quietly(lambda settings: replace(settings, lock_after_min=minutes))
        self.watch()

    def watch(self) -> None:
        """Lock by itself where that is chosen, and there is a passphrase to ask for."""
        self.idle.after(self._window.settings.lock_after_min if self._by_passphrase else 0)

    @property
    def _by_passphrase(self) -> bool:
        protection = self._window.protection
        return protection is not None and protection.by == "passphrase"

    def come_back(self) -> None:
        """The way on leads through the door, from what was practised without the data too."""
        if self._page is not None and self._window.stack.currentWidget() is not self._page:
            self._window.show_page(self._page)

    def tell_not_kept(self) -> None:
        """What was practised without the data is over."""
        if self._page is not None:
            self._page.tell(words.NOT_KEPT)
        else:
            self._window.say(words.NOT_KEPT)

    def _try_word(self, word: str) -> None:
        if self._window.workshop is not None:
            self._window.workshop.open(word)
        elif self._page is not None:
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
