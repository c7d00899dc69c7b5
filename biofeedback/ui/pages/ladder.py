"""The ladder back to activity: steps from easy to hard, one of them to begin with, and a place to write them down."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from biofeedback.reports.ladder_sentences import suggestion_sentence
from biofeedback.session.ladders import Climb, told_suggestion
from biofeedback.theme import Sizes, Tokens
from biofeedback.ui.parts.answers import RatingRow
from biofeedback.ui.parts.basics import button, clear, label, scrolling
from biofeedback.ui.parts.ladder_rungs import RungButton, headings
from biofeedback.ui.parts.page import Page
from biofeedback.ui.parts.top_bar import Ways, top_bar
from biofeedback.ui.words import ladder as words
from protocols.ladder import LONGEST_TEXT, N_RUNGS_MOST, Rung

if TYPE_CHECKING:
    from biofeedback.storage.of_people.ladders import Ladders

CHANGE_PX, GAP_PX, NARROW_GAP_PX = 96, 8, 3
N_WIDELY = 6
"""More steps stand closer together."""


class LadderPage(Page):
    """Shows a `Climb`.

    Parameters
    ----------
    change : callable
        Called with what to do to the ladders of the store; the ladder as it then is comes back by `show_climb`.
    chosen : callable
        Called with the step to begin with.
    ways : Ways
    person : str
        Whose ladder it is; empty for whoever is at home.
    """

    def __init__(
        self,
        tokens: Tokens,
        sizes: Sizes,
        change: "Callable[[Callable[[Ladders], object]], None]",
        chosen: Callable[[Rung], None],
        ways: Ways,
        person: str = "",
    ) -> None:
        super().__init__()
        self._tokens, self._sizes = tokens, sizes
        self._change, self._chosen, self._back = change, chosen, ways.back
        self._person = person
        self._climb: Climb | None = None
        self._title = label(words.MY_LADDER, "title")
        self._trouble = label("", wrap=True)
        self._trouble.hide()
        self._steps = QWidget()
        self._column = QVBoxLayout(self._steps)
        self._column.setContentsMargins(0, 0, 8, 0)
        self._column.setSpacing(GAP_PX)
        self.editor = StepEditor(self._keep, self._take_off, self._cancel)
        self.editor.hide()
        self._add = button(words.ADD, "", lambda: self._edit(None))
        self._under = label("", "muted", wrap=True)
        self._scroll = scrolling(self._steps, words.MY_LADDER)
        top = top_bar(self._title, replace(ways, back=self._go_back))
        self._bottom = QWidget()
        row = QHBoxLayout(self._bottom)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(24)
        row.addWidget(self._add)
        row.addWidget(self._under, 1)
        layout = QVBoxLayout(self)
        layout.setSpacing(12)
        layout.addLayout(top)
        layout.addWidget(self._trouble)
        layout.addWidget(self._scroll, 1)
        layout.addWidget(self.editor, 1)
        layout.addWidget(self._bottom)

    def apply(self, tokens: Tokens, sizes: Sizes, *, still: bool = False) -> None:
        self._tokens, self._sizes = tokens, sizes
        self.editor.apply(tokens, sizes)
        if self._climb is not None:
            self._fill(self._climb)

    def show_climb(self, climb: Climb) -> None:
        """Show a ladder as it is."""
        self._climb = climb
        self.show_trouble("")
        self._fill(climb)
        self._turn(editing=False)

    def show_trouble(self, sentence: str) -> None:
        """Say what is wrong; nothing for an empty sentence."""
        self._trouble.setText(sentence)
        self._trouble.setVisible(bool(sentence))

    def _fill(self, climb: Climb) -> None:
        clear(self._column)
        full = len(climb.rungs) >= N_RUNGS_MOST
        self._add.setEnabled(not full)
        self._under.setText(f"{words.FULL} {words.LEGEND}" if full else words.LEGEND if climb.rungs else "")
        self._column.setSpacing(GAP_PX if len(climb.rungs) <= N_WIDELY else NARROW_GAP_PX)
        if climb.rungs:
            self._fill_steps(climb)
        else:
            self._fill_examples()
        self._column.addStretch()

    def _fill_steps(self, climb: Climb) -> None:
        said = suggestion_sentence(told_suggestion(climb.suggestion), naming=True)
        self._column.addWidget(label(said, wrap=True))
        self._column.addWidget(label(words.CHOOSE_ONE, "muted", wrap=True))
        over = QWidget()
        beside_px = self._sizes.px(CHANGE_PX) + GAP_PX
        over.setLayout(headings(self._tokens, self._sizes, beside_px))
        self._column.addWidget(over)
        for rung in climb.rungs:
            self._column.addWidget(self._row(climb, rung))

    def _row(self, climb: Climb, rung: Rung) -> QWidget:
        suggestion = climb.suggestion
        suggested = words.SUGGESTED.get(suggestion.move, "") if suggestion and suggestion.rung == rung else ""
        begin = RungButton(rung, climb.of(rung), suggested, self._tokens, self._sizes, lambda: self._chosen(rung))
        change = button(words.CHANGE, "quiet", lambda: self._edit(rung))
        change.setFixedWidth(self._sizes.px(CHANGE_PX))
        change.setAccessibleName(f"{words.CHANGE}: {rung.text}")
        made = QWidget()
        row = QHBoxLayout(made)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GAP_PX)
        row.addWidget(begin, 1)
        row.addWidget(change)
        return made

    def _fill_examples(self) -> None:
        self._column.addSpacing(2 * GAP_PX)
        self._column.addWidget(label(words.EMPTY_TITLE, "prompt", wrap=True))
        self._column.addWidget(label(words.EMPTY, wrap=True))
        self._column.addSpacing(2 * GAP_PX)
        self._column.addWidget(label(words.FROM_HERE, "muted"))
        for example in words.EXAMPLES:
            self._column.addWidget(button(example, "row", lambda text=example: self._edit(None, text)))  # type: ignore[misc]

    # Writing a step down

    def _edit(self, rung: Rung | None, text: str = "") -> None:
        self.editor.show_step(rung, text)
        self._turn(editing=True)

    def _keep(self, rung: Rung | None, text: str, distress: int) -> None:
        if rung is None:
            self._change(lambda ladders: ladders.add(self._person, text, distress))
        else:
            self._change(lambda ladders: ladders.change(rung.name, text, distress))

    def _take_off(self, rung: Rung) -> None:
        self._change(lambda ladders: ladders.remove(rung.name))

    def _cancel(self) -> None:
        self._turn(editing=False)

    def _go_back(self) -> None:
        """From a step to the ladder, from the ladder to where one came from."""
        (self._cancel if self.editor.isVisible() else self._back)()

    def _turn(self, *, editing: bool) -> None:
        """Between the ladder and one of its steps."""
        self._title.setText(self.editor.title if editing else words.MY_LADDER)
        for part in (self._scroll, self._bottom):
            part.setVisible(not editing)
        self.editor.setVisible(editing)
        self._take_focus()

    def _take_focus(self) -> None:
        if not self.isVisible():
            return
        if self.editor.isVisible():
            self.editor.take_focus()
            return
        suggested = self._climb.suggestion.rung if self._climb and self._climb.suggestion else None
        steps = self._steps.findChildren(RungButton)
        at = self._climb.rungs.index(suggested) if self._climb and suggested in self._climb.rungs else 0
        (steps[at] if at < len(steps) else self._add).setFocus()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._turn(editing=False)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._go_back()
        else:
            super().keyPressEvent(event)


class StepEditor(QWidget):
    """The words of a step and its distress.

    Parameters
    ----------
    keep : callable
        Called with the step (None for a new one), its words and its distress.
    take_off : callable
        Called with the step that leaves the ladder.
    cancel : callable
    """

    def __init__(
        self,
        keep: Callable[[Rung | None, str, int], None],
        take_off: Callable[[Rung], None],
        cancel: Callable[[], None],
    ) -> None:
        super().__init__()
        self._rung: Rung | None = None
        self._told, self._taken_off = keep, take_off
        self.text = QLineEdit()
        self.text.setMaxLength(LONGEST_TEXT)
        self.text.setPlaceholderText(words.PLACEHOLDER)
        self.text.setAccessibleName(words.WHAT)
        self.text.textChanged.connect(lambda _: self._look())
        self.text.returnPressed.connect(self._press)
        self.distress = RatingRow("distress", lambda question, value: self._look())
        self._keep = button(words.KEEP, "primary", self._press)
        self._off = button(words.TAKE_OFF, "quiet", self._take_off, words.TAKE_OFF_MEANING)
        buttons = QHBoxLayout()
        buttons.setSpacing(GAP_PX)
        buttons.addWidget(self._keep)
        buttons.addWidget(button(words.CANCEL, "quiet", cancel, "Escape"))
        buttons.addStretch()
        buttons.addWidget(self._off)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 24, 0, 0)
        layout.setSpacing(12)
        layout.addWidget(label(words.WHAT, wrap=True))
        layout.addWidget(self.text)
        layout.addSpacing(24)
        layout.addWidget(label(words.HOW_HARD, wrap=True))
        layout.addWidget(self.distress)
        layout.addSpacing(24)
        layout.addLayout(buttons)
        layout.addStretch()

    def apply(self, tokens: Tokens, sizes: Sizes) -> None:
        self.text.setStyleSheet(
            f"QLineEdit {{ background: {tokens.surface}; color: {tokens.text}; border: 2px solid {tokens.line};"
            f" border-radius: 12px; padding: 12px 16px; font-size: {sizes.px(18)}px;"
            f" placeholder-text-color: {tokens.muted};"
            f" selection-background-color: {tokens.breath}; selection-color: {tokens.background}; }}"
            f"QLineEdit:focus {{ border-color: {tokens.breath}; }}"
        )

    @property
    def title(self) -> str:
        return words.NEW_STEP if self._rung is None else words.THIS_STEP

    def show_step(self, rung: Rung | None, text: str = "") -> None:
        """Show a step to change, or begin a new one."""
        self._rung = rung
        self.text.setText(rung.text if rung else text)
        self.distress.show_answer(round(rung.distress) if rung else None)
        self._off.setVisible(rung is not None)
        self._look()

    def take_focus(self) -> None:
        self.text.setFocus()

    def _look(self) -> None:
        self._keep.setEnabled(bool(self.text.text().strip()) and self.distress.value is not None)

    def _press(self) -> None:
        distress = self.distress.value
        if self._keep.isEnabled() and distress is not None:
            self._told(self._rung, self.text.text(), distress)

    def _take_off(self) -> None:
        if self._rung is not None:
            self._taken_off(self._rung)
