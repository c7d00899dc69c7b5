"""Backups: when the newest was made, where they lie, and one to be made now or saved elsewhere."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from biofeedback.storage.permits.acts import Act
from biofeedback.ui.parts.announcing import announce
from biofeedback.ui.parts.asking import Ask
from biofeedback.ui.parts.basics import button, hairline, label, scrolling
from biofeedback.ui.parts.flow import Flow
from biofeedback.ui.parts.page import Page
from biofeedback.ui.parts.top_bar import Ways, top_bar
from biofeedback.ui.words import backups as words

if TYPE_CHECKING:
    from biofeedback.storage.database import Store


class BackupsPage(Page):
    """Shows the program's own backups, and makes others.

    Parameters
    ----------
    ask : callable
        As `ThreadedWorkshop.ask`.
    ways : Ways
    """

    def __init__(self, ask: Ask, ways: Ways) -> None:
        super().__init__()
        self._ask = ask
        self._state, self.said, self._opens = label("", wrap=True), label("", wrap=True), label("", "muted", wrap=True)
        self.now = button(words.NOW, "primary", self._make)
        self.save = button(words.SAVE, "", self._place)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 8, 0)
        column.setSpacing(12)
        for widget in (
            self._state,
            label(words.ABOUT, "muted", wrap=True),
            _row(self.now),
            hairline(),
            label(words.ELSEWHERE_ABOUT, "muted", wrap=True),
            self._opens,
            _row(self.save),
            self.said,
            hairline(),
            label(words.BACK, "muted", wrap=True),
        ):
            column.addWidget(widget)
        column.addStretch()
        layout = QVBoxLayout(self)
        layout.setSpacing(12)
        layout.addLayout(top_bar(words.TITLE, ways))
        layout.addWidget(scrolling(inside, words.TITLE))
        self._say("")

    def enter(self) -> None:
        """Read how it is."""
        self._say("")
        self._ask(_read, self._show)
        self.now.setFocus()

    def _show(self, found: tuple[Sequence[datetime], Path, bool]) -> None:
        made, folder, encrypted = found
        self._state.setText(words.kept(made, folder, datetime.now(UTC)))
        self._opens.setText(words.OPENS if encrypted else words.OPEN_TO_ALL)

    def _make(self) -> None:
        def work(store: "Store", person: str) -> str:
            store.permit(Act.BACKUP)
            return words.BUSY if store.keep_backup(at_once=True) is None else words.DONE

        self._do(work, self._say)

    def _place(self) -> None:
        name = str(Path.home() / f"biofeedback-{date.today()}.zip")
        chosen, _ = QFileDialog.getSaveFileName(self, words.SAVE, name, words.FILTER)
        if chosen:
            self.write(Path(chosen))

    def write(self, out: Path) -> None:
        """Save a backup as a file; one that is there was agreed to be replaced."""

        def work(store: "Store", person: str) -> Path:
            from biofeedback.exchange.backup_file import save_backup

            save_backup(store, out, force=True)
            return out

        self._do(work, lambda saved: self._say(words.SAVED.format(saved)))

    def _do(self, work: "Callable[[Store, str], Any]", then: Callable[[Any], None]) -> None:
        """Do it beside the window, once."""
        self._let(possible=False)
        self._say(words.WORKING)

        def hear(told: Callable[[Any], None], value: Any) -> None:
            self._let(possible=True)
            told(value)
            self._ask(_read, self._show)

        self._ask(work, lambda value: hear(then, value), lambda sentence: hear(self._say, sentence))

    def _let(self, *, possible: bool) -> None:
        for each in (self.now, self.save):
            each.setEnabled(possible)

    def _say(self, sentence: str) -> None:
        self.said.setText(sentence)
        self.said.setVisible(bool(sentence))
        announce(self, sentence)


def _read(store: "Store", person: str) -> tuple[Sequence[datetime], Path, bool]:
    from biofeedback.storage.folder import BACKUPS
    from biofeedback.storage.keeping.rotation import own_backups

    made = [each.made for each in own_backups(store.folder)]
    return made, store.folder / BACKUPS, store.protection.key is not None


def _row(made: QWidget) -> QWidget:
    row = QWidget()
    Flow(row, 8).addWidget(made)
    return row
