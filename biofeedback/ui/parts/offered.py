"""Which practices are offered to somebody: all of them, or those that were chosen."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtWidgets import QVBoxLayout, QWidget

from biofeedback.ui.cautions import FIRST_AID
from biofeedback.ui.parts.basics import button, label
from biofeedback.ui.parts.drawer import Drawer
from biofeedback.ui.parts.flow import Flow
from biofeedback.ui.words import people as words
from biofeedback.ui.words.exercises import GROUPS
from protocols.specification import Exercise, Group

Change = Callable[[tuple[str, ...]], tuple[str, ...]]


class Offered(Drawer):
    """A line that opens to the practices, each to be pressed.

    Parameters
    ----------
    exercises : sequence of Exercise
        All that there are.
    changed : callable
        Called with what is to become of the ids that are offered; none stand for all.
    """

    def __init__(
        self,
        exercises: Sequence[Exercise],
        changed: Callable[[Change], None],
    ) -> None:
        super().__init__()
        self._offer = changed
        others = [each for each in exercises if each.id != FIRST_AID]
        self.choices = {each.id: button(each.title, "choice", partial(self._press, each.id)) for each in others}
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(12, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(label(words.ALWAYS_THERE, "muted", wrap=True))
        all_of_them = QWidget()
        Flow(all_of_them, 8).addWidget(button(words.ALL_OFFERED, "quiet", lambda: changed(lambda _: ())))
        column.addWidget(all_of_them)
        for group in Group:
            members = [each for each in others if each.group is group]
            if members:
                column.addWidget(label(GROUPS[group], "muted", wrap=True))
                row = QWidget()
                flow = Flow(row, 8)
                for each in members:
                    flow.addWidget(self.choices[each.id])
                column.addWidget(row)
        self.hold(inside)
        self.show_offered(())

    def show_offered(self, offered: Sequence[str]) -> None:
        """Show which are offered; none for all."""
        for ident, made in self.choices.items():
            made.setChecked(not offered or ident in offered)
        n = sum(made.isChecked() for made in self.choices.values())
        self.show_words(words.offered(n, len(self.choices)))

    def _press(self, ident: str) -> None:
        on, all_of_them = self.choices[ident].isChecked(), tuple(self.choices)
        self._offer(lambda before: offering(before, all_of_them, ident, on=on))


def offering(before: Sequence[str], all_of_them: Sequence[str], ident: str, *, on: bool) -> tuple[str, ...]:
    """What is offered once one more is, or no longer is; none stand for all.

    Raises
    ------
    ValueError
        If none would be left.
    """
    now = [each for each in before or all_of_them if on or each != ident]
    if on and ident not in now:
        now.append(ident)
    if not set(now) & set(all_of_them):
        raise ValueError(words.ONE_AT_LEAST)
    return () if set(all_of_them) <= set(now) else tuple(now)
