"""Where it hurts: a body to paint on, kept stroke by stroke, and the drawings of earlier days."""

from collections.abc import Mapping
from datetime import date

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSlider, QVBoxLayout, QWidget

from biofeedback.care.body_map import Mark, Spread, spread
from biofeedback.care.drawings import keep_drawing, read_drawings
from biofeedback.storage.database import Store
from biofeedback.theme import Sizes, Tokens
from biofeedback.ui.parts.announcing import announce
from biofeedback.ui.parts.answers import Choices, RatingRow
from biofeedback.ui.parts.asking import Ask
from biofeedback.ui.parts.basics import button, label, scrolling
from biofeedback.ui.parts.body_picture import BodyPicture
from biofeedback.ui.parts.drawer import Drawer
from biofeedback.ui.parts.flow import Flow
from biofeedback.ui.parts.icons import with_icon
from biofeedback.ui.parts.page import Page
from biofeedback.ui.parts.top_bar import Ways, top_bar
from biofeedback.ui.words import bodymap as words
from biofeedback.ui.words.days import not_kept
from biofeedback.ui.words.exercises import Scale

Drawing = tuple[Mark, ...]
SCROLL_PX = 12


class BodyMapPage(Page):
    """The body of today at the left, what to paint with and what it shows at the right.

    Parameters
    ----------
    tokens : Tokens
    sizes : Sizes
    ask : callable
        As `ThreadedWorkshop.ask`.
    ways : Ways
    """

    def __init__(self, tokens: Tokens, sizes: Sizes, ask: Ask, ways: Ways) -> None:
        super().__init__()
        self._ask = ask
        self._on = date.today()
        self._earlier: list[tuple[str, Drawing]] = []
        self._before: list[Drawing] = []
        self._first: tuple[date, Spread] | None = None
        self._read = False
        self.picture = BodyPicture(tokens, sizes, self._painted)
        self.earlier_picture = BodyPicture(tokens, sizes)
        self.strength = RatingRow("strength", changed=self._choose, asked=Scale(words.STRENGTH, "", ""))
        self.touch = button(words.TOUCH_HURTS, "choice", self._choose, words.TOUCH_MEANING)
        self.brush = Choices(words.BRUSHES, self.picture.width_of_brush, words.BRUSH)
        self.brush.when_chosen(lambda _: self._choose())
        self.undo = with_icon(button(words.UNDO_STROKE, "quiet", self._take_back), "arrow-counter-clockwise")
        self.clear = with_icon(button(words.CLEAR, "quiet", self._clear), "trash")
        self._told, self._over_time = label("", wrap=True), label("", "muted", wrap=True)
        self.earlier = Drawer()
        self.day = QSlider(Qt.Orientation.Horizontal)
        self.day.setAccessibleName(words.EARLIER_DAY)
        self.day.valueChanged.connect(self._show_earlier)
        self._earlier_told = label("", "muted", wrap=True)
        layout = QVBoxLayout(self)
        layout.setSpacing(12)
        layout.addLayout(top_bar(words.BODY_TITLE, ways))
        both = QHBoxLayout()
        both.setSpacing(24)
        both.addWidget(self.picture, 5)
        self._column = self._beside()
        both.addWidget(self._column, 6)
        layout.addLayout(both, 1)
        self._choose_first()

    def _beside(self) -> QWidget:
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 8, 0)
        column.setSpacing(12)
        column.addWidget(label(words.BODY_HOW, wrap=True))
        column.addWidget(self.strength)
        tools = QWidget()
        row = Flow(tools, 8)
        for part in (self.brush, self.touch, self.undo, self.clear):
            row.addWidget(part)
        column.addWidget(tools)
        column.addSpacing(8)
        for told in (self._told, self._over_time, label(words.BODY_KEYS, "muted", wrap=True)):
            column.addWidget(told)
        seen = QWidget()
        below = QVBoxLayout(seen)
        below.setContentsMargins(0, 0, 0, 0)
        for made in (self.day, self._earlier_told, self.earlier_picture):
            below.addWidget(made)
        self.earlier.hold(seen)
        self.earlier.show_words(words.EARLIER_BODY)
        column.addWidget(self.earlier)
        column.addStretch()
        self._inside = inside
        return scrolling(inside, words.BODY_TITLE)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The body gives way to what is beside it, whose words are not to be cut."""
        super().resizeEvent(event)
        self._column.setMinimumWidth(self._inside.minimumSizeHint().width() + SCROLL_PX)

    def apply(self, tokens: Tokens, sizes: Sizes, *, still: bool = False) -> None:
        self.picture.apply(tokens, sizes)
        self.earlier_picture.apply(tokens, sizes)

    def enter(self) -> None:
        """Show today's drawing, and read it and those before it."""
        self._on, self._read, self._before = date.today(), False, []
        self.picture.setEnabled(True)
        self.picture.show_marks(())
        self.picture.setFocus()
        self._show_buttons()
        self._ask(_drawings, lambda read: self._show(*read), self._refused)

    def _show(self, drawings: Mapping[str, Drawing], first: Spread | None) -> None:
        today = self._on.isoformat()
        kept, new = drawings.get(today, ()), self.picture.marks
        self._earlier = [(on, marks) for on, marks in drawings.items() if on != today]
        self._first = (date.fromisoformat(next(iter(drawings))), first) if first is not None else None
        # Undoing what was painted before the drawing of today was read leaves that drawing as it was
        self._before = [(*kept, *before) for before in self._before]
        self._read = True
        self.earlier.setVisible(bool(self._earlier))
        self.day.setRange(0, max(len(self._earlier) - 1, 0))
        self.day.setVisible(len(self._earlier) > 1)
        self.day.setValue(len(self._earlier) - 1)
        self._show_earlier()
        self.picture.show_marks((*kept, *new))
        if new:
            self._keep()
        else:
            self._tell_spread()
        self._show_buttons()

    def _refused(self, reason: str) -> None:
        """A drawing that cannot be read is not painted over."""
        self.picture.setEnabled(False)
        self._tell(not_kept(reason))

    # Painting

    def _choose_first(self) -> None:
        self.strength.show_answer(self.picture.strength)
        self._show_buttons()

    def _choose(self) -> None:
        """Paint with what is chosen from now on."""
        if self.strength.value is None:  # there is always one to paint with
            self.strength.show_answer(self.picture.strength)
        else:
            self.picture.strength = self.strength.value
        self.picture.touch_hurts = self.touch.isChecked()
        if isinstance(width := self.brush.value, float):
            self.picture.width_of_brush = width

    def _painted(self, before: Drawing) -> None:
        self._before.append(before)
        self._keep()

    def _take_back(self) -> None:
        if self._before:
            self.picture.show_marks(self._before.pop())
            self._keep()

    def _clear(self) -> None:
        if self.picture.marks:
            self._before.append(self.picture.marks)
            self.picture.show_marks(())
            self._keep()

    def _keep(self) -> None:
        self._show_buttons()
        if not self._read:
            return
        on, marks = self._on, self.picture.marks

        def work(store: Store, person: str) -> tuple[Drawing, Spread]:
            keep_drawing(store, person, on, marks)
            return marks, spread(marks)

        self._ask(work, lambda kept: self._tell_of(*kept), lambda reason: self._tell(not_kept(reason)))

    def _tell_spread(self) -> None:
        marks = self.picture.marks
        self._ask(lambda store, person: (marks, spread(marks)), lambda kept: self._tell_of(*kept))

    def _tell_of(self, marks: Drawing, reached: Spread) -> None:
        if marks != self.picture.marks:
            return
        self._tell(words.spread_told(reached))
        told = [] if self._first is None or not self._earlier else [self._first]
        told += [(self._on, reached)] if marks else []
        self._over_time.setText(words.over_time(told, len(self._earlier) + bool(marks)))
        self._over_time.setVisible(bool(self._over_time.text()))

    def _tell(self, sentence: str) -> None:
        self._told.setText(sentence)
        announce(self, sentence)

    def _show_buttons(self) -> None:
        self.undo.setEnabled(bool(self._before))
        self.clear.setEnabled(bool(self.picture.marks))

    def _show_earlier(self) -> None:
        if self._earlier:
            on, marks = self._earlier[self.day.value()]
            self.earlier_picture.show_marks(marks)
            self._ask(lambda store, person: (on, spread(marks)), lambda told: self._tell_earlier(*told))

    def _tell_earlier(self, on: str, reached: Spread) -> None:
        if self._earlier and self._earlier[self.day.value()][0] == on:
            self._earlier_told.setText(words.earlier_told(date.fromisoformat(on), reached))


def _drawings(store: Store, person: str) -> tuple[dict[str, Drawing], Spread | None]:
    """All drawings, and how far the first one reached."""
    drawings = read_drawings(store, person)
    return drawings, spread(next(iter(drawings.values()))) if drawings else None
