"""How the data open: a passphrase set or changed, and the recovery key to write down."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from biofeedback.storage.permits.acts import Act
from biofeedback.theme import Sizes, Tokens
from biofeedback.ui.pages.unlock import FIELD_PX, hidden_field
from biofeedback.ui.parts.announcing import announce
from biofeedback.ui.parts.answers import Choices
from biofeedback.ui.parts.asking import Ask
from biofeedback.ui.parts.basics import button, hairline, label, scrolling
from biofeedback.ui.parts.page import Page
from biofeedback.ui.parts.top_bar import Ways, top_bar
from biofeedback.ui.words import protection as words

if TYPE_CHECKING:
    from biofeedback.storage.database import Store
    from biofeedback.storage.protection.opening import Protection

RemovePassphrase = Callable[[str, Callable[[object], None], Callable[[str], None]], None]
"""Called with the passphrase as it is, and what hears that it is removed, or a sentence on why not."""
SetPassphrase = Callable[[str, str, Callable[[str], None], Callable[[str], None]], None]
"""Called with the passphrase as it is, the new one, and what hears the recovery key, or a sentence on why not."""


class ProtectionPage(Page):
    """Sets the passphrase and shows the recovery key.

    Parameters
    ----------
    ask : callable
        Does something with the data of who practises, as `ThreadedWorkshop.ask`.
    set_passphrase : callable
    remove_passphrase : callable
    lock_now : callable
    lock_after : callable
        Called with the minutes after which the window locks by itself, 0 for never.
    minutes : int
        That which is chosen.
    ways : Ways
    """

    def __init__(
        self,
        ask: Ask,
        set_passphrase: SetPassphrase,
        remove_passphrase: RemovePassphrase,
        lock_now: Callable[[], None],
        lock_after: Callable[[int], None],
        minutes: int,
        ways: Ways,
    ) -> None:
        super().__init__()
        self._ask, self._set_passphrase, self._remove_passphrase = ask, set_passphrase, remove_passphrase
        self._state = label("", wrap=True)
        self.now, self.new, self.again = (hidden_field(name) for name in (words.NOW, words.NEW, words.AGAIN))
        self.primary = button(words.SET, "primary", self._set)
        self.again.returnPressed.connect(self._set)
        self.said = label("", wrap=True)
        self.show_recovery = button(words.SHOW_RECOVERY, "choice", self._ask_recovery)
        self.show_recovery.setCheckable(False)
        self.recovery = label("", "prompt", wrap=True)
        self.recovery.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.recovery.setAccessibleName(words.RECOVERY)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 8, 0)
        column.setSpacing(12)
        for widget in (self._state, label(words.ABOUT, "muted", wrap=True), self.now, self.new, self.again):
            column.addWidget(widget)
        self.remove = button(words.REMOVE, "quiet", self._remove)
        column.addLayout(_at_left(self.primary, self.remove))
        column.addWidget(self.said)
        column.addWidget(self._locking(lock_now, lock_after, minutes))
        column.addWidget(hairline())
        column.addWidget(label(words.RECOVERY, "muted", wrap=True))
        column.addLayout(_at_left(self.show_recovery))
        column.addWidget(self.recovery)
        column.addStretch()
        layout = QVBoxLayout(self)
        layout.setSpacing(12)
        layout.addLayout(top_bar(words.TITLE, ways))
        self._scroll = scrolling(inside, words.TITLE)
        layout.addWidget(self._scroll)

    def _locking(self, lock_now: Callable[[], None], lock_after: Callable[[int], None], minutes: int) -> QWidget:
        """What there is to choose where there is a passphrase."""
        self._lock = QWidget()
        column = QVBoxLayout(self._lock)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(hairline())
        column.addWidget(label(words.LOCK_ABOUT, "muted", wrap=True))
        self.after = Choices(words.LOCK_AFTER_OPTIONS, minutes, words.LOCK_AFTER)
        self.after.when_chosen(lambda value: lock_after(int(str(value))))
        self.lock_now = button(words.LOCK_NOW, "choice", lock_now)
        self.lock_now.setCheckable(False)
        row = QHBoxLayout()
        row.setSpacing(16)
        row.addWidget(self.after, 1)
        row.addWidget(self.lock_now)
        column.addLayout(row)
        return self._lock

    def enter(self) -> None:
        """Read how it is."""
        self.said.setText("")
        self._ask(lambda store, person: store.protection, self._show)
        self.new.setFocus()

    def leave(self) -> None:
        """Nothing that was typed or shown stays."""
        for field in (self.now, self.new, self.again):
            field.clear()
        self.recovery.setText("")

    def apply(self, tokens: Tokens, sizes: Sizes, *, still: bool = False) -> None:
        for field in (self.now, self.new, self.again):
            field.setMaximumWidth(sizes.px(FIELD_PX))

    def _show(self, protection: "Protection") -> None:
        self._state.setText(protection.told)
        self.now.setVisible(protection.by == "passphrase")
        self.remove.setVisible(protection.by == "passphrase")
        self._lock.setVisible(protection.by == "passphrase")
        self.show_recovery.setEnabled(protection.key is not None)

    def _ask_recovery(self) -> None:
        def recovery(store: "Store", person: str) -> str:
            store.permit(Act.LOCK, None, "recovery key shown")
            from biofeedback.storage.protection.changing import shown_paper

            return shown_paper(store.folder, store.protection.key) if store.protection.key else ""

        self._ask(recovery, self.recovery.setText, self._say)

    def _set(self) -> None:
        if not self.primary.isEnabled() or not self.new.text():
            return
        if self.new.text() != self.again.text():
            self._say(words.NOT_THE_SAME)
            return
        self.primary.setEnabled(False)
        self._say(words.SETTING)
        self._set_passphrase(self.now.text(), self.new.text(), self._done, self._refused)

    def _remove(self) -> None:
        if not self.now.text():
            self._say(words.REMOVE_NEEDS)
        elif self.primary.isEnabled():
            self.primary.setEnabled(False)
            self._remove_passphrase(self.now.text(), self._removed, self._refused)

    def _removed(self, _: object) -> None:
        self.primary.setEnabled(True)
        self.leave()
        self.enter()
        self._say(words.REMOVED)

    def _done(self, recovery: str) -> None:
        self.primary.setEnabled(True)
        self.leave()
        self.enter()
        self._say(words.DONE)
        self.recovery.setText(recovery)

    def _refused(self, sentence: str) -> None:
        self.primary.setEnabled(True)
        self._say(sentence)

    def _say(self, sentence: str) -> None:
        self.said.setText(sentence)
        self._scroll.ensureWidgetVisible(self.said)
        announce(self, sentence)


def _at_left(*widgets: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(8)
    for widget in widgets:
        row.addWidget(widget)
    row.addStretch()
    return row
