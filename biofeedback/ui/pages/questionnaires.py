"""Questionnaires and the pattern check: those that are due, a question at a time, and what comes of it."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from biofeedback.care.filled import Filled
from biofeedback.care.forms import Answers, Forms, answer, idents_of, read_forms, reply
from biofeedback.care.pattern import Ask, Reply, Stop, next_step
from biofeedback.care.pattern import Page as Handout
from biofeedback.exchange.files import ExportError
from biofeedback.ui.parts.basics import Card, button, clear, label, scrolling
from biofeedback.ui.parts.drawer import Drawer
from biofeedback.ui.parts.one_question import Asked, OneQuestion, Value
from biofeedback.ui.parts.page import Page
from biofeedback.ui.parts.top_bar import Ways, top_bar
from biofeedback.ui.words import learning as words
from protocols.questionnaires.specification import Questionnaire, Scoring

if TYPE_CHECKING:
    from biofeedback.storage.database import Store

REPLIES = ((words.YES, Reply.YES), (words.NO, Reply.NO), (words.UNSURE, Reply.UNSURE))
AskStore = Callable[["Callable[[Store, str], Any]", Callable[[Any], None], Callable[[str], None]], None]


class QuestionnairesPage(Page):
    """Shows `Forms`, one of them, and its end.

    Parameters
    ----------
    ask : callable
        `Workshop.ask`.
    ways : Ways
    """

    def __init__(self, ask: AskStore, ways: Ways) -> None:
        super().__init__()
        self._ask, self._back = ask, ways.back
        self._forms: Forms | None = None
        self._form: Questionnaire | None = None
        self._in_pattern = False
        self._wanted = ""
        self._answers: Answers = {}
        self._replies: dict[str, Reply] = {}
        self._replied_on = _today()
        self._asked = ""
        self._keeping = False
        self._title = label("", "title", wrap=True)
        self._about = label("", "muted", wrap=True)
        inside = QWidget()
        self._column = QVBoxLayout(inside)
        self._column.setContentsMargins(0, 0, 8, 0)
        self._column.setSpacing(8)
        self.question = OneQuestion(self._answer, self._one_back)
        self._list = scrolling(inside, words.QUESTIONNAIRES)
        self._asking = scrolling(self.question, words.QUESTIONNAIRES)
        layout = QVBoxLayout(self)
        layout.setSpacing(12)
        layout.addLayout(top_bar(self._title, replace(ways, back=self._go_back)))
        layout.addWidget(self._about)
        layout.addWidget(self._list, 1)
        layout.addWidget(self._asking, 1)
        self._asking.hide()

    def show_forms(self, forms: Forms) -> None:
        """Show the forms of a person, those that are due first."""
        self._forms, self._form, self._in_pattern = forms, None, False
        self._replies, self._replied_on = dict(forms.replies), forms.replied_on or _today()
        due = [each for each in forms.questionnaires if each.id in forms.due]
        self._end(words.QUESTIONNAIRES, words.QUESTIONNAIRES_ABOUT)
        self._column.addWidget(label(words.DUE if due else words.NONE_DUE, "prompt" if due else "muted", wrap=True))
        for each in due:
            self._column.addWidget(self._card(each))
        self._column.addWidget(label(words.ALL, "prompt"))
        for each in forms.questionnaires:
            if each not in due:
                self._column.addWidget(self._card(each))
        pattern = forms.pattern
        side = words.BEGUN if forms.replies else words.PATTERN_SIDE
        self._column.addWidget(Card(pattern.title, side, pattern.about, self.open_pattern))
        self._column.addStretch()
        wanted, self._wanted = self._wanted, ""
        if wanted:
            self.open(wanted)

    def turn_to(self, what: str) -> None:
        self._wanted = what

    def _card(self, form: Questionnaire) -> Card:
        begun = self._forms is not None and form.id in self._forms.begun
        side = words.BEGUN if begun else words.QUESTIONS.format(len(form.items))
        return Card(form.title, side, form.about, lambda: self.open(form.id))

    def open(self, ident: str) -> None:
        """Ask a questionnaire, from where it was left."""
        if self._forms is None:
            return
        self._form = next((each for each in self._forms.questionnaires if each.id == ident), None)
        self._answers = dict(self._forms.begun.get(ident, {}))
        if self._form is not None:
            self._begin(self._form.title, f"{self._form.instruction} {words.looks_back(self._form.looks_back_days)}")
            self._next_item()

    def open_pattern(self) -> None:
        """Ask the pattern check, from where it was left."""
        if self._forms is not None:
            self._form, self._in_pattern = None, True
            self._begin(self._forms.pattern.title, self._forms.pattern.about)
            self._next_reply()

    def _begin(self, title: str, about: str) -> None:
        self._keeping = False
        self._title.setText(title)
        self._say(about)
        self._list.hide()
        self._asking.setAccessibleName(title)
        self._asking.show()

    def _end(self, title: str, about: str) -> None:
        """Make room for what is not a question."""
        self._keeping = False
        self._title.setText(title)
        self._say(about)
        clear(self._column)
        self._asking.hide()
        self._list.setAccessibleName(title)
        self._list.show()
        self._list.setFocus()

    def _say(self, sentence: str) -> None:
        self._about.setText(sentence)
        self._about.setVisible(bool(sentence))

    # A question

    def _next_item(self) -> None:
        if self._form is not None:
            left = [item.id for item in self._form.items if item.id not in self._answers]
            self._ask_item(left[0] if left else self._form.items[-1].id)

    def _ask_item(self, ident: str) -> None:
        form = self._form
        if form is None:
            return
        place = [item.id for item in form.items].index(ident)
        item = form.items[place]
        options = [(each.text or str(each.value), each.value) for each in form.answers]
        if item.lowest:
            options = [(str(value), value) for value in form.values]
        chosen, n = self._answers.get(ident), len(form.items)
        first_key = form.values[0]
        self._asked = ident
        self.question.ask(Asked(item.text, options, place + 1, n, "", item.lowest, item.highest, chosen, first_key))

    def _next_reply(self) -> None:
        if self._forms is None:
            return
        match next_step(self._forms.pattern, self._replies, self._replied_on):
            case Ask() as asked:
                self._ask_reply(asked)
            case Stop() as stop:
                self._show_stop(stop)
            case Handout() as page:
                self._show_page(page)

    def _ask_reply(self, asked: Ask) -> None:
        if self._forms is None:
            return
        idents = list(idents_of(self._forms.pattern))
        self._asked = asked.question.id
        place, chosen = idents.index(self._asked) + 1, self._replies.get(self._asked)
        self.question.ask(
            Asked(asked.question.question, REPLIES, place, len(idents), asked.before, chosen=chosen, first_key=1,
                  may_leave_out=False)
        )  # fmt: skip

    def _answer(self, value: Value) -> None:
        """Keep an answer, and go on once it is kept."""
        if self._keeping or self._forms is None:
            return
        self._keeping = True
        if self._in_pattern:
            check, replies = self._forms.pattern, self._replies | {self._asked: Reply(str(value))}
            self._ask(
                lambda store, person: reply(store, person, check, replies, _today()),
                lambda _: self._kept_reply(replies),
                self._refused,
            )
        elif (form := self._form) is not None and not isinstance(value, str):
            answers = self._answers | {self._asked: value}
            self._ask(
                lambda store, person: answer(store, person, form, answers, _today()),
                lambda filled: self._kept_item(form, answers, filled),
                self._refused,
            )

    def _kept_item(self, form: Questionnaire, answers: Answers, filled: Filled | None) -> None:
        if self._form is not form:  # the person went elsewhere meanwhile
            return
        self._keeping, self._answers = False, answers
        if filled is None:
            self._next_item()
        else:
            self._show_filled(form, filled)

    def _kept_reply(self, replies: dict[str, Reply]) -> None:
        if self._in_pattern:
            self._keeping, self._replies, self._replied_on = False, replies, _today()
            self._next_reply()

    def _refused(self, sentence: str) -> None:
        self._keeping = False
        self._say(sentence)

    def _one_back(self) -> None:
        if self._in_pattern and self._forms is not None:
            idents = list(idents_of(self._forms.pattern))
            before = idents[idents.index(self._asked) - 1]
            self._replies = {key: value for key, value in self._replies.items() if key != before}
            self._next_reply()
        elif self._form is not None:
            idents = [item.id for item in self._form.items]
            self._ask_item(idents[idents.index(self._asked) - 1])

    # An end

    def _show_filled(self, form: Questionnaire, filled: Filled) -> None:
        self._end(words.THANKS, form.title)
        for sentence in _result(form, filled):
            self._column.addWidget(label(sentence, "prompt", wrap=True))
        drawer = Drawer()
        drawer.show_words(words.ABOUT_IT)
        inside = QWidget()
        lines = QVBoxLayout(inside)
        lines.setContentsMargins(0, 0, 0, 0)
        for line in (form.licence, *form.sources):
            lines.addWidget(label(line, "muted", wrap=True))
        drawer.hold(inside)
        self._column.addWidget(drawer)
        self._buttons(())

    def _show_stop(self, stop: Stop) -> None:
        self._end(words.DOCTOR_FIRST, "")
        self._column.addWidget(label(stop.words, "prompt", wrap=True))
        self._column.addWidget(label(words.FOR_DOCTOR, "muted"))
        for line in stop.for_doctor:
            self._column.addWidget(label(f"\u2022  {line}", wrap=True))
        self._buttons(((words.BEGIN_ANEW, self._begin_anew),))

    def _show_page(self, page: Handout) -> None:
        self._end(page.title, words.CONFIRMED_ELSEWHERE)
        for section in page.sections:
            self._column.addWidget(label(section.heading, "prompt", wrap=True))
            for sentence in section.sentences:
                self._column.addWidget(label(f"\u2022  {sentence}", wrap=True))
        self._buttons(((words.SAVE_PAGE, lambda: self._save(page)), (words.BEGIN_ANEW, self._begin_anew)))

    def _buttons(self, others: Sequence[tuple[str, Callable[[], None]]]) -> None:
        for text, pressed in (*others, (words.TO_LIST, self._to_list)):
            made = button(text, "quiet" if pressed == self._begin_anew else "", pressed)
            self._column.addWidget(made, 0, Qt.AlignmentFlag.AlignLeft)
        self._column.addStretch()

    def _begin_anew(self) -> None:
        if self._forms is not None:
            check = self._forms.pattern
            self._ask(
                lambda store, person: reply(store, person, check, {}, _today()),
                lambda _: self._to_list(),
                self._refused,
            )

    def _save(self, page: Handout) -> None:
        chosen, _ = QFileDialog.getSaveFileName(self, words.SAVE_PAGE, words.PATTERN_FILE, words.SAVE_FILTER)
        if chosen:
            self.save_page(page, Path(chosen))

    def save_page(self, page: Handout, out: Path) -> None:
        """Write the page for the clinician, in place of what was chosen to be replaced."""
        from biofeedback.reports.handout import write_handout

        try:
            write_handout(page, out, force=True)
        except ExportError as error:
            self._say(str(error))
        else:
            self._say(words.SAVED.format(out))

    # Going about

    def _to_list(self) -> None:
        self._ask(lambda store, person: read_forms(store, person, _today()), self.show_forms, self._refused)

    def _go_back(self) -> None:
        if self._form is None and not self._in_pattern:
            self._back()
        else:
            self._form, self._in_pattern = None, False
            self._to_list()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._go_back()
        else:
            super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._to_list()


def _result(form: Questionnaire, filled: Filled) -> list[str]:
    """What the answers come to, for the person: no names of ranges, no diagnosis."""
    scored, change = filled.scored, filled.change
    said = [scored.words]
    if form.scoring is Scoring.EACH:
        said.append(words.EACH_STANDS)
    elif scored.score is None:
        said.append(words.NO_SCORE)
    else:
        said.append(words.YOURS.format(_number(scored.score), *form.score_range))
    if change.change is None:
        return [*said, change.withheld] if change.withheld and scored.score is not None else said
    moved = words.LESS if change.change < 0 else words.MORE
    said.append(moved.format(_number(abs(change.change))) if change.change else words.SAME)
    if change.changed is not None and change.change:
        said.append(words.MATTERS if change.changed else words.SMALL)
    return said


def _number(value: float) -> str:
    return f"{value:g}" if value == int(value) else f"{value:.1f}"


def _today() -> date:
    return datetime.now().astimezone().date()
