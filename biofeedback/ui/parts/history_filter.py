"""What of the history is shown: one quiet button with a menu."""

from collections.abc import Callable, Iterable
from dataclasses import replace

from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QHBoxLayout, QMenu, QWidget

from biofeedback.ui.parts.basics import button
from biofeedback.ui.parts.icons import with_icon
from biofeedback.ui.practice import Practised, Shown, titles
from biofeedback.ui.words import history as words


class HistoryFilter(QWidget):
    """Which exercise, with or without simulated ones, and whether only sessions with answers.

    Parameters
    ----------
    changed : callable
        Called when something else is to be shown.

    Attributes
    ----------
    shown : Shown
    menu : QMenu
    """

    def __init__(self, changed: Callable[[], None]) -> None:
        super().__init__()
        self._changed = changed
        self.shown = Shown()
        self._titles: list[tuple[str, str]] = []
        self.menu = QMenu(self)
        self.menu.setAccessibleName(words.SHOWN)
        self.menu.aboutToShow.connect(self._fill)
        self.handle = with_icon(button("", "flush"), "funnel-simple")
        self.handle.setMenu(self.menu)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.handle)
        row.addStretch()

    def offer(self, sessions: Iterable[Practised]) -> None:
        """Offer the exercises of these sessions; one that is among them no longer is no longer chosen."""
        self._titles = titles(sessions)
        if self.shown.exercise not in [ident for _, ident in self._titles]:
            self.shown = replace(self.shown, exercise="")
        title = next((title for title, ident in self._titles if ident == self.shown.exercise), "")
        said = words.shown_now(title, simulated=self.shown.simulated, only_rated=self.shown.rated)
        self.handle.setText(said.replace("&", "&&"))
        self.handle.setAccessibleName(said)

    def _fill(self) -> None:
        """The menu opens."""
        self.menu.clear()
        group = QActionGroup(self.menu)
        for title, ident in [(words.ALL_EXERCISES, ""), *self._titles]:
            action = self._add(title, ident == self.shown.exercise)
            group.addAction(action)
            action.triggered.connect(lambda _=False, ident=ident: self._choose(exercise=ident))
        self.menu.addSeparator()
        self._add(words.SIMULATED_TOO, self.shown.simulated).triggered.connect(lambda on: self._choose(simulated=on))
        self._add(words.ONLY_RATED, self.shown.rated).triggered.connect(lambda on: self._choose(rated=on))

    def _add(self, text: str, checked: bool) -> QAction:
        action = self.menu.addAction(text.replace("&", "&&"))
        action.setCheckable(True)
        action.setChecked(checked)
        return action

    def _choose(self, **what: object) -> None:
        self.shown = replace(self.shown, **what)  # type: ignore[arg-type]
        self._changed()
