"""The check-in: a few questions about a day, each kept as soon as it is answered."""

from collections.abc import Sequence
from datetime import date, timedelta
from functools import partial

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from biofeedback.care.checkin import LONGEST_NOTE, Day, keep_day, questions_of, read_day
from biofeedback.care.profile import followed_symptoms, read_profile
from biofeedback.care.questions import QUESTIONS, Question
from biofeedback.ui.parts.announcing import announce
from biofeedback.ui.parts.answers import RatingRow, align
from biofeedback.ui.parts.asking import Ask
from biofeedback.ui.parts.basics import button, label, scrolling
from biofeedback.ui.parts.followed import Followed
from biofeedback.ui.parts.page import Page
from biofeedback.ui.parts.top_bar import Ways, top_bar
from biofeedback.ui.words import days as words
from biofeedback.ui.words.exercises import Scale

CORE = ("pain", "sleep", "stress", "movement", "mood")
"""Asked first: what the course is made from, in as many key presses."""

NOTE_PX = 720


class CheckinPage(Page):
    """The questions of a day under each other; what was told already stands there.

    Parameters
    ----------
    ask : callable
        Does something with the data of who practises, as `ThreadedWorkshop.ask`.
    ways : Ways
    """

    def __init__(self, ask: Ask, ways: Ways) -> None:
        super().__init__()
        self._ask = ask
        self._on = date.today()
        self._told: set[str] = set()
        self.rows: dict[str, RatingRow] = {}
        self._title, self._day = label("", "title", wrap=True), label("", "muted")
        self.other_day = button("", "quiet", self._show_other_day)
        top = top_bar(self._title, ways)
        top.insertWidget(1, self.other_day)
        self._said = label("", wrap=True)
        self.note = QLineEdit()
        self.note.setPlaceholderText(words.NOTE_HINT)
        self.note.setAccessibleName(words.NOTE)
        self.note.setMaxLength(LONGEST_NOTE)
        self.note.textEdited.connect(self._keep_note)
        self.followed = Followed(self._follow)
        layout = QVBoxLayout(self)
        layout.setSpacing(8)
        layout.addLayout(top)
        layout.addWidget(self._day)
        layout.addWidget(self._questions(), 1)
        layout.addWidget(self._said)
        layout.addWidget(label(words.CHECKIN_KEYS, "muted", wrap=True))
        self._said.hide()
        self._ask_for(tuple(QUESTIONS.values()))

    def _questions(self) -> QWidget:
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 8, 0)
        column.setSpacing(8)
        self._column = QVBoxLayout()
        self._column.setSpacing(6)
        column.addLayout(self._column)
        note = QHBoxLayout()
        note.setSpacing(12)
        note.addWidget(label(words.NOTE))
        note.addWidget(self.note, 8)
        self.note.setMaximumWidth(NOTE_PX)
        note.addStretch()
        column.addSpacing(8)
        column.addLayout(note)
        column.addWidget(self.followed)
        column.addStretch()
        self._scroll = scrolling(inside, words.CHECKIN_TITLE[0])
        return self._scroll

    def enter(self, on: date | None = None) -> None:
        """Show a day, today where none is named, and read what was told of it."""
        self._on = on or date.today()
        self._told = set()
        other = int(self._on < date.today())
        self._title.setText(words.CHECKIN_TITLE[other])
        self._day.setText(words.checkin_day(self._on))
        self.other_day.setText(words.OTHER_DAY[other])
        self.other_day.setAccessibleName(words.OTHER_DAY[other])
        self._tell("")
        for row in self.rows.values():
            row.show_answer(None)
        self.note.setText("")
        self._scroll.verticalScrollBar().setValue(0)
        self.focus_first()
        self._read()

    def focus_first(self) -> None:
        """Let the keyboard begin at the first question that has no answer."""
        first = next((row for row in self.rows.values() if row.value is None), None)
        if first is not None:
            first.focus()
        else:
            self.note.setFocus()

    def _show_other_day(self) -> None:
        today = date.today()
        self.enter(today if self._on < today else today - timedelta(days=1))

    def _read(self) -> None:
        on = self._on
        self._ask(
            lambda store, person: (
                questions_of(store, person),
                read_profile(store, person).symptoms,
                read_day(store, person, on),
            ),
            lambda read: self._show(*read),
            self._tell,
        )

    def _show(self, questions: Sequence[Question], symptoms: Sequence[str], day: Day) -> None:
        """Show what was read; what was told in the meantime is newer."""
        if day.on != self._on.isoformat():
            return
        self._ask_for(questions)
        self.followed.show_symptoms(symptoms)
        for name, row in self.rows.items():
            if name not in self._told:
                value = day.answers.get(name)
                row.show_answer(None if value is None else round(value))
        if "note" not in self._told:
            self.note.setText(day.note.replace("\n", " "))
        if not self._told and self.isVisible():
            self.focus_first()

    def _ask_for(self, questions: Sequence[Question]) -> None:
        """Make the rows of questions that are new, and let go of those that are asked no more."""
        by_name = {each.name: each for each in questions}
        order = [*CORE, *(name for name in by_name if name not in CORE)]
        for name in [name for name in self.rows if name not in by_name]:
            row = self.rows.pop(name)
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        for name in order:
            if name not in self.rows:
                asked = by_name[name]
                self.rows[name] = RatingRow(
                    name,
                    changed=partial(self._keep, name),
                    asked=Scale(asked.title, asked.low, asked.high),
                    onward=partial(self._go_on, name),
                )
                self.rows[name].setToolTip(asked.text)
                self._column.addWidget(self.rows[name])
        align(tuple(self.rows.values()))

    def _go_on(self, name: str) -> None:
        names = list(self.rows)
        after = names.index(name) + 1
        if after < len(names):
            row = self.rows[names[after]]
            row.focus()
            self._scroll.ensureWidgetVisible(row, 0, 24)
        else:
            self.note.setFocus()
            self._scroll.ensureWidgetVisible(self.note, 0, 24)

    def _keep(self, name: str) -> None:
        self._told.add(name)
        on, value = self._on, self.rows[name].value
        self._ask(lambda store, person: keep_day(store, person, on, {name: value}), self._kept, self._tell)

    def _keep_note(self, text: str) -> None:
        self._told.add("note")
        on = self._on
        self._ask(lambda store, person: keep_day(store, person, on, {}, text), self._kept, self._tell)

    def _kept(self, day: Day) -> None:
        answered = all(name in day.answers for name in self.rows)
        self._tell(words.THANKS if answered and day.on == self._on.isoformat() else "")

    def _follow(self, name: str, *, followed: bool) -> None:
        self._ask(
            lambda store, person: followed_symptoms(store, person, name, followed=followed),
            lambda _: self._read(),
            self._refused,
        )

    def _refused(self, reason: str) -> None:
        self._tell(reason)
        self._read()

    def _tell(self, sentence: str) -> None:
        told = words.not_kept(sentence) if sentence else ""
        self._said.setText(told)
        self._said.setVisible(bool(told))
        announce(self, told)
