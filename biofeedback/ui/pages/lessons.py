"""The lessons of the course, stage by stage, and one of them to be read or heard."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import Qt
from PySide6.QtGui import QHideEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from biofeedback.care.profile import read_profile
from biofeedback.care.reading import days_read, mark_read
from biofeedback.storage.folder import own_lessons
from biofeedback.theme import Sizes, Tokens
from biofeedback.ui.parts.asking import Ask
from biofeedback.ui.parts.basics import Card, button, clear, label, scrolling
from biofeedback.ui.parts.lesson_text import LessonText
from biofeedback.ui.parts.page import Page
from biofeedback.ui.parts.top_bar import Ways, top_bar
from biofeedback.ui.words import learning as words
from biofeedback.ui.words.course import MINUTES
from protocols.lessons.library import load_lesson_shelf
from protocols.lessons.specification import Lesson, Utterance
from protocols.safety import CHECKS, Caution

if TYPE_CHECKING:
    from biofeedback.storage.database import Store


class Reader(Protocol):
    """What the page asks of the workshop."""

    @property
    def ask(self) -> Ask: ...
    def listen(self, *, on: bool) -> None: ...
    def read_aloud(self, said: Sequence[Utterance], ended: Callable[[bool], None]) -> None: ...


@dataclass(frozen=True, slots=True)
class Shelf:
    """The lessons with the days on which they were read, the person's ladder, and whether a doctor comes first."""

    lessons: tuple[Lesson, ...]
    read: Mapping[str, str]
    rungs: tuple[str, ...]
    doctor_first: bool


def read_shelf(store: "Store", person: str) -> Shelf:
    """What there is to read for a person."""
    return Shelf(
        load_lesson_shelf(own_lessons(store.folder)).lessons,
        days_read(store, person),
        tuple(rung.text for rung in store.ladders.rungs(person)),
        Caution.RED_FLAGS.value in read_profile(store, person).conditions,
    )


class LessonsPage(Page):
    """Shows the lessons, and one of them.

    Parameters
    ----------
    workshop : Reader
    choose : callable
        Called with the id of the exercise that goes with a lesson.
    """

    def __init__(
        self, tokens: Tokens, sizes: Sizes, workshop: Reader, choose: Callable[[str], None], ways: Ways
    ) -> None:
        super().__init__()
        self._tokens, self._sizes, self._workshop = tokens, sizes, workshop
        self._choose, self._back = choose, ways.back
        self._shelf: Shelf | None = None
        self.lesson: Lesson | None = None
        self._wanted = ""
        self._n_readings = 0
        self._reads = False
        self._title = label(words.LESSONS, "title", wrap=True)
        self._about = label(words.LESSONS_ABOUT, "muted", wrap=True)
        inside = QWidget()
        self._column = QVBoxLayout(inside)
        self._column.setContentsMargins(0, 0, 8, 0)
        self._column.setSpacing(8)
        self.area = scrolling(inside, words.LESSONS)
        self.area.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.area.verticalScrollBar().valueChanged.connect(self._look_for_end)
        self._bottom = QWidget()
        row = QHBoxLayout(self._bottom)
        row.setContentsMargins(0, 0, 0, 0)
        self._exercise = button(words.TO_EXERCISE, "quiet", self._to_exercise)
        self._aloud = button(words.READ_ALOUD, "quiet", self._toggle_reading)
        self._mark = button(words.MARK, "quiet", self._toggle_mark)
        for each in (self._exercise, self._aloud, self._mark):
            row.addWidget(each)
        row.addStretch()
        layout = QVBoxLayout(self)
        layout.setSpacing(12)
        layout.addLayout(top_bar(self._title, replace(ways, back=self._go_back)))
        layout.addWidget(self._about)
        layout.addWidget(self.area, 1)
        layout.addWidget(self._bottom)
        self._bottom.hide()

    def apply(self, tokens: Tokens, sizes: Sizes, *, still: bool = False) -> None:
        self._tokens, self._sizes = tokens, sizes
        if self._shelf is not None:
            self._fill()

    def show_shelf(self, shelf: Shelf) -> None:
        """Show what there is to read."""
        self._shelf = shelf
        if shelf.doctor_first:
            self.lesson = None
        wanted, self._wanted = self._wanted, ""
        if wanted:
            self.open(wanted)
        elif self.lesson is None:
            self._fill()
        else:
            self._show_mark()

    def turn_to(self, what: str) -> None:
        self._wanted = what  # the shelf is read at each visit

    def open(self, ident: str) -> None:
        """Show a lesson by its id."""
        if self._shelf is not None and not self._shelf.doctor_first:
            self.lesson = next((each for each in self._shelf.lessons if each.id == ident), None)
            self._fill()
            self.area.verticalScrollBar().setValue(0)
            self.area.setFocus()

    def _fill(self) -> None:
        shelf, lesson = self._shelf, self.lesson
        if shelf is None:
            return
        clear(self._column)
        self._bottom.setVisible(lesson is not None)
        self._title.setText(lesson.title if lesson else words.LESSONS)
        self.area.setAccessibleName(lesson.title if lesson else words.LESSONS)
        if lesson is not None:
            self._about.setText("")
            self._about.hide()
            self._column.addWidget(LessonText(lesson, shelf.rungs, self._tokens, self._sizes))
            self._exercise.setVisible(bool(lesson.exercise))
            self._show_mark()
            return
        self._about.show()
        self._about.setText(words.LESSONS_ABOUT)
        if shelf.doctor_first:
            self._about.setText(f"{words.WAIT_FOR_DOCTOR} {CHECKS[Caution.RED_FLAGS].advice}")
        else:
            self._fill_list(shelf)
        self._column.addStretch()

    def _fill_list(self, shelf: Shelf) -> None:
        for stage, heading in enumerate(words.STAGES, 1):
            lessons = [each for each in shelf.lessons if each.stage == stage]
            if lessons:
                self._column.addWidget(label(heading, "prompt", wrap=True))
            for each in lessons:
                side = words.READ if each.id in shelf.read else MINUTES.format(each.minutes)
                card = Card(each.title, side, each.question, lambda ident=each.id: self.open(ident))  # type: ignore[misc]
                self._column.addWidget(card)

    # Read

    def _is_read(self) -> bool:
        return self._shelf is not None and self.lesson is not None and self.lesson.id in self._shelf.read

    def _show_mark(self) -> None:
        self._mark.setText(words.UNMARK if self._is_read() else words.MARK)
        self._mark.setAccessibleName(self._mark.text())

    def _look_for_end(self, value: int) -> None:
        if self.lesson is not None and 0 < self.area.verticalScrollBar().maximum() <= value and not self._is_read():
            self._keep_mark(read=True)

    def _toggle_mark(self) -> None:
        self._keep_mark(read=not self._is_read())

    def _keep_mark(self, *, read: bool) -> None:
        lesson = self.lesson
        if lesson is None:
            return

        def work(store: "Store", person: str) -> Shelf:
            mark_read(store, person, lesson.id, read=read)
            return read_shelf(store, person)

        self._workshop.ask(work, self.show_shelf)

    # Aloud

    def _toggle_reading(self) -> None:
        if self._reads:
            self._stop_reading()
        elif self.lesson is not None:
            self._n_readings += 1
            number = self._n_readings
            self._show_reading(reads=True)
            self._workshop.read_aloud(self.lesson.spoken(), lambda spoken: self._end_reading(number, spoken=spoken))

    def _end_reading(self, number: int, *, spoken: bool) -> None:
        if number == self._n_readings:
            self._show_reading(reads=False)
            self._about.setText("" if spoken else words.NO_VOICE)
            self._about.setVisible(not spoken)

    def _stop_reading(self) -> None:
        if self._reads:
            self._n_readings += 1
            self._show_reading(reads=False)
            self._workshop.listen(on=False)

    def _show_reading(self, *, reads: bool) -> None:
        self._reads = reads
        self._aloud.setText(words.STOP_READING if reads else words.READ_ALOUD)
        self._aloud.setAccessibleName(self._aloud.text())

    # Going about

    def _to_exercise(self) -> None:
        if self.lesson is not None:
            self._choose(self.lesson.exercise)

    def _go_back(self) -> None:
        if self.lesson is None:
            self._back()
            return
        self._stop_reading()
        self.lesson = None
        self._fill()
        self.area.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._go_back()
        else:
            super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._workshop.ask(read_shelf, self.show_shelf)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._stop_reading()
