"""The diary: lines of days, newest first, each day with its check-in above them."""

from collections.abc import Sequence
from datetime import date, timedelta
from functools import partial

from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from biofeedback.care.checkin import Day, read_days
from biofeedback.care.diary import READY, About, Line, change_line, read_lines, write
from biofeedback.care.profile import LONGEST_WORDS
from biofeedback.storage.database import Store
from biofeedback.ui.parts.announcing import announce
from biofeedback.ui.parts.answers import Choices, RatingRow
from biofeedback.ui.parts.asking import Ask
from biofeedback.ui.parts.basics import button, clear, hairline, label, scrolling
from biofeedback.ui.parts.flow import Flow
from biofeedback.ui.parts.icons import with_icon
from biofeedback.ui.parts.page import Page
from biofeedback.ui.parts.top_bar import Ways, top_bar
from biofeedback.ui.parts.undo import Undo
from biofeedback.ui.words import days as words
from biofeedback.ui.words.exercises import Scale

N_DAYS_SHOWN = 60
"""Days that are shown at first; the rest is one press away."""
STRONG = (About.FLARE,)
"""What has a strength."""


class DiaryPage(Page):
    """What to write at the top, what was written below.

    Parameters
    ----------
    ask : callable
        As `ThreadedWorkshop.ask`.
    ways : Ways
    """

    def __init__(self, ask: Ask, ways: Ways) -> None:
        super().__init__()
        self._ask = ask
        self._on = date.today()
        self._lines: list[Line] = []
        self._days: list[Day] = []
        self._n_shown = N_DAYS_SHOWN
        self._changing: Line | None = None
        self._day = label()
        self._before = button(words.DAY_BEFORE, "quiet", lambda: self._go(-1))
        self._after = button(words.DAY_AFTER, "quiet", lambda: self._go(1))
        self.about = Choices(words.ABOUTS, About.NOTE, words.ABOUT)
        self.about.when_chosen(lambda _: self._look())
        self._ready = QWidget()
        self._ready_row = Flow(self._ready, 8)
        self.strength = RatingRow("strength", asked=Scale(words.HOW_STRONG, "", ""))
        self.text = QLineEdit()
        self.text.setPlaceholderText(words.WRITE_HINT)
        self.text.setAccessibleName(words.WRITE_MEANING)
        self.text.setMaxLength(LONGEST_WORDS)
        self.text.returnPressed.connect(self._write)
        self.write = button("", "choice", self._write)
        self.write.setCheckable(False)
        self._leave = button(words.LEAVE_IT, "quiet", lambda: self._change(None))
        self._said = label("", wrap=True)
        self.undo = Undo(self._remove, self._show_lines)
        layout = QVBoxLayout(self)
        layout.setSpacing(12)
        layout.addLayout(top_bar(words.DIARY_TITLE, ways))
        layout.addWidget(self._all(), 1)
        layout.addWidget(self._said)
        layout.addWidget(self.undo)
        self._tell("")
        self._look()
        self._show_lines()

    def _all(self) -> QWidget:
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 8, 0)
        column.setSpacing(10)
        day = QWidget()
        row = Flow(day, 8)
        for part in (self._day, self._before, self._after):
            row.addWidget(part)
        written = QHBoxLayout()
        written.addWidget(self.text, 1)
        for made in (self.write, self._leave):
            written.addWidget(made)
        for widget in (day, self.about, self.strength, self._ready):
            column.addWidget(widget)
        column.addLayout(written)
        column.addSpacing(8)
        self._list = QVBoxLayout()
        self._list.setSpacing(4)
        column.addLayout(self._list)
        column.addStretch()
        self._scroll = scrolling(inside, words.LINES)
        return self._scroll

    def enter(self) -> None:
        """Begin at today, and read what was written."""
        self._on = date.today()
        self._n_shown = N_DAYS_SHOWN
        self._tell("")
        self._change(None)
        self._scroll.verticalScrollBar().setValue(0)
        self.text.setFocus()
        self._read()

    def _read(self) -> None:
        self._ask(
            lambda store, person: (read_lines(store, person), read_days(store, person)),
            lambda read: self._show(*read),
            self._refused,
        )

    def _show(self, lines: list[Line], days: list[Day]) -> None:
        self._lines, self._days = lines, days
        self._show_lines()

    # Writing

    def _go(self, by: int) -> None:
        self._on = min(self._on + timedelta(days=by), date.today())
        self._look()

    def _look(self) -> None:
        """Show the day, and what there is to choose for what it is about."""
        self._day.setText(words.checkin_day(self._on))
        self._day.setMinimumWidth(self._day.sizeHint().width())
        changing = self._changing is not None
        self._after.setEnabled(not changing and self._on < date.today())
        self._before.setEnabled(not changing)
        self.about.setEnabled(not changing)
        about = self._about()
        self.strength.setVisible(about in STRONG)
        clear(self._ready_row)
        for ready in READY[about] if not changing else ():
            made = button(ready, "choice", partial(self._add, ready), words.about(about))
            made.setCheckable(False)
            self._ready_row.addWidget(made)
        self._ready.setVisible(bool(READY[about]) and not changing)
        self.write.setText(words.CHANGE_IT if changing else words.WRITE)
        self.write.setAccessibleName(self.write.text())
        self._leave.setVisible(changing)

    def _about(self) -> About:
        value = self.about.value
        return value if isinstance(value, About) else About.NOTE

    def _write(self) -> None:
        text, line, strength = self.text.text(), self._changing, self._strength()
        self._change(None)  # at once, so that a second press writes nothing twice
        if line is None:
            self._keep(text, strength)
            return
        changed = Line(line.number, line.on, line.about, text, strength)
        self._ask(lambda store, person: change_line(store, changed), lambda _: self._written(), self._refused)

    def _strength(self) -> int | None:
        return self.strength.value if self._about() in STRONG else None

    def _add(self, ready: str) -> None:
        """One tap on words that are ready; what is being typed stays."""
        strength = self._strength()
        self.strength.show_answer(None)
        self._keep(ready, strength)

    def _keep(self, text: str, strength: int | None) -> None:
        about, on = self._about(), self._on

        def refused(reason: str) -> None:
            self._refused(reason)
            if not self.text.text():
                self.text.setText(text)

        self._ask(
            lambda store, person: write(store, person, about, text, on, strength), lambda _: self._written(), refused
        )

    def _written(self) -> None:
        self._tell("")
        self._read()

    def settle(self) -> None:
        """Before the window closes: delete what nobody wanted back, and keep what was being written."""
        self.undo.settle()
        self._keep_unfinished()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if not event.spontaneous():  # the page is left, not the window put away
            self._keep_unfinished()

    def _keep_unfinished(self) -> None:
        if self._changing is not None:
            self._change(None)
        elif self.text.text().strip():
            self._write()

    def _change(self, line: Line | None) -> None:
        """Put a line where it can be changed, or be ready for a new one."""
        self._changing = line
        if line is not None:
            self.about.choose(next((each for each in About if each == line.about), About.NOTE))
        self.text.setText(line.words.replace("\n", " ") if line else "")
        self.strength.show_answer(line.strength if line else None)
        self._look()
        if line is not None:
            self.text.setFocus()
            self._scroll.verticalScrollBar().setValue(0)

    # What was written

    def _show_lines(self) -> None:
        clear(self._list)
        lines = [line for line in self._lines if line.number not in self.undo.ids]
        checkins = {day.on: day for day in self._days}
        dates = sorted({*checkins, *(line.on for line in lines)}, reverse=True)
        if not dates:
            self._list.addWidget(label(words.DIARY_EMPTY, "muted", wrap=True))
        for on in dates[: self._n_shown]:
            self._list.addWidget(hairline())
            self._list.addWidget(label(words.checkin_day(date.fromisoformat(on)), "muted"))
            if on in checkins:
                self._list.addWidget(label(words.checkin(checkins[on]), wrap=True))
            for line in lines:
                if line.on == on:
                    self._list.addWidget(self._line(line))
        if len(dates) > self._n_shown:
            self._list.addWidget(button(words.MORE_DAYS, "quiet", self._show_more))

    def _show_more(self) -> None:
        self._n_shown += N_DAYS_SHOWN
        self._show_lines()

    def _line(self, line: Line) -> QWidget:
        made = QWidget()
        row = QHBoxLayout(made)
        row.setContentsMargins(0, 0, 0, 0)
        told = words.line(line)
        row.addWidget(label(told, wrap=True), 1)
        row.addStretch()
        row.addStretch()
        change = button(words.EDIT, "quiet", lambda: self._change(line))
        remove = with_icon(button(words.DELETE_LINE, "quiet", lambda: self._delete(line)), "trash")
        for each in (change, remove):
            each.setAccessibleName(f"{each.text()}. {told}")
            row.addWidget(each)
        return made

    def _delete(self, line: Line) -> None:
        if self._changing is not None and self._changing.number == line.number:
            self._change(None)
        self.undo.delete([line.number], words.LINE_GONE)

    def _remove(self, numbers: Sequence[int]) -> None:
        def work(store: Store, person: str) -> None:
            there = {line.number for line in read_lines(store, person)}
            for number in numbers:
                if number in there:
                    store.journal.remove(number)

        self._ask(work, lambda _: self._read(), self._refused)

    def _refused(self, reason: str) -> None:
        self._tell(words.not_kept(reason))

    def _tell(self, sentence: str) -> None:
        self._said.setText(sentence)
        self._said.setVisible(bool(sentence))
        announce(self, sentence)
