"""After a session: how it is now, the picture, two sentences, and figures for those who ask."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from biofeedback.reports.dates import local, told_day
from biofeedback.reports.sentences import (
    history_sentence,
    result_sentence,
)
from biofeedback.session.summary import SessionSummary
from biofeedback.storage.records import AFTER, BEFORE
from biofeedback.theme import Sizes, Tokens
from biofeedback.ui.cautions import FIRST_AID
from biofeedback.ui.parts.answers import RatingRow, align
from biofeedback.ui.parts.basics import button, clear, label
from biofeedback.ui.parts.flow import Flow
from biofeedback.ui.parts.icons import with_icon
from biofeedback.ui.parts.page import Page
from biofeedback.ui.parts.replaying import Replaying
from biofeedback.ui.parts.session_figures import SessionFigures, SessionPicture
from biofeedback.ui.parts.top_bar import Ways, top_bar
from biofeedback.ui.replay import Replay
from biofeedback.ui.words import after as words
from biofeedback.ui.words.exercises import HOW_IS_IT, HOW_WAS_IT, told_answers, told_moments
from biofeedback.ui.words.history import DELETE, DELETE_MEANING, SEE_AGAIN

if TYPE_CHECKING:  # with it comes scipy, for which the first window does not wait
    from biofeedback.session.pacing import PacerTrack

REPORT, REPORT_MEANING = "Report", "To save and print"
SHOW_FIGURES, SHOW_PICTURE = "Show the figures", "Show the picture"


class AfterPage(Page):
    """Shows one session.

    Parameters
    ----------
    rated : callable
        Called with session id, question and answer.
    ways : Ways
    deleted : callable
        Called with the id of a session to delete, where that can be undone.
    """

    def __init__(
        self,
        tokens: Tokens,
        sizes: Sizes,
        rated: Callable[[str, str, int], None],
        ways: Ways,
        deleted: Callable[[str], None],
    ) -> None:
        super().__init__()
        self._rated = rated
        self._session_id = ""
        self._go_on: Callable[[], None] = lambda: None
        self._flare = self._heard = False
        self._title = label("", "title", wrap=True)
        self._ratings = QVBoxLayout()
        self._ratings.setSpacing(8)
        self.picture = SessionPicture(tokens, sizes)
        self._figures = SessionFigures()
        self._result = label("", wrap=True)
        self._sentences = [label("", wrap=True), label("", wrap=True)]
        self._eased = label("", wrap=True)
        self._before: dict[str, int] = {}
        self._now: dict[str, int] = {}
        self._history = label("", wrap=True)
        self._course = label("", wrap=True)
        self._advice = label("", wrap=True)
        self._advice_card = _card(self._advice)
        self._toggle = button(SHOW_FIGURES, "quiet", self._show_figures)
        self.replaying = Replaying(tokens, sizes)
        self._again = button(SEE_AGAIN, "quiet", self._see_again)
        top = top_bar(self._title, ways, with_back=False)
        bottom = QWidget()
        row = Flow(bottom, 8)
        self.primary = button("Done", "primary", lambda: ways.go("start"))
        row.addWidget(self.primary)
        self._next = button("", "quiet", lambda: self._go_on())
        row.addWidget(self._next)
        row.addWidget(button("History", "quiet", lambda: ways.go("history")))
        self._report = button(REPORT, "quiet", lambda: ways.go("report", self._session_id), REPORT_MEANING)
        self._delete = with_icon(button(DELETE, "quiet", lambda: deleted(self._session_id), DELETE_MEANING), "trash")
        for made in (self._toggle, self._again, self._report, self._delete):
            row.addWidget(made)
        layout = QVBoxLayout(self)
        layout.setSpacing(12)
        layout.addLayout(top)
        layout.addWidget(self._told(), 1)
        layout.addWidget(bottom)

    def _told(self) -> QScrollArea:
        """All between title and buttons; it scrolls where the type is large."""
        inside = QWidget()
        self._words = QWidget()
        words_layout = QVBoxLayout(self._words)
        words_layout.setContentsMargins(0, 0, 0, 0)
        words_layout.setSpacing(12)
        for widget in (self._course, self._eased, self._result, *self._sentences, self._history, self._advice_card):
            words_layout.addWidget(widget)
        words_layout.addStretch()
        layout = QVBoxLayout(inside)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        layout.addLayout(self._ratings)
        layout.addWidget(self._words)
        layout.addWidget(self.picture, 1)
        layout.addWidget(self._figures, 1)
        layout.addWidget(self.replaying, 1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inside)
        scroll.setAccessibleName("This session")
        return scroll

    def enter(self) -> None:
        self.primary.setFocus()

    def apply(self, tokens: Tokens, sizes: Sizes, *, still: bool = False) -> None:
        self.picture.apply(tokens, sizes)
        self.replaying.apply(tokens, sizes)

    def show_session(
        self,
        summary: SessionSummary,
        *,
        fresh: bool = False,
        asked: Sequence[str] = (),
        pacer: "PacerTrack | None" = None,
    ) -> None:
        """Show a session, and ask how it is, or was, after it; what was hard, or without beats, ends without a chart.

        With its `pacer` it can be seen again.
        """
        self._session_id = summary.session_id
        self.offer("")
        when = "" if fresh else f", {told_day(local(summary.started_utc))}"
        head = summary.eeg is not None and not summary.n_beats
        simulated = f", simulated {'head' if head else 'person'}" if summary.simulated else ""
        self._title.setText(f"{summary.exercise_title}{when}{simulated}")
        self._delete.setVisible(not fresh)
        self.replaying.show_replay(Replay(summary, pacer) if pacer is not None else None)
        self._again.setVisible(pacer is not None and bool(summary.beats))
        self._ask(summary, asked, fresh=fresh)
        _tell(self._result, self._result, result_sentence(summary.result))
        self._flare = fresh and summary.exercise == FIRST_AID
        self._heard = any(phase.indices.n_beats or phase.eeg for phase in summary.phases)
        for target, text in zip(
            self._sentences, words.FLARE_WORDS if self._flare else words.sentences(summary), strict=True
        ):
            target.setText(text)
        _tell(self._history, self._history, history_sentence(summary.history))
        _tell(self._advice_card, self._advice, summary.advice)
        self.picture.show_session(summary)
        self._figures.show_session(summary)
        self._show(self.picture)

    def offer(self, sentence: str, text: str = "", act: Callable[[], None] = lambda: None) -> None:
        """Say what a practice was in the course, and offer one thing to do next; nothing for empty words."""
        _tell(self._course, self._course, sentence)
        self._next.setText(text)
        self._next.setAccessibleName(text)
        self._next.setVisible(bool(text))
        self._go_on = act

    def _ask(self, summary: SessionSummary, asked: Sequence[str], *, fresh: bool) -> None:
        """The questions, each with what was answered before and during; then what else was answered."""
        clear(self._ratings)
        answers = _answers(summary)
        self._before, self._now = dict(summary.ratings.get(BEFORE, {})), dict(summary.ratings.get(AFTER, {}))
        self._tell_eased()
        if asked:
            self._ratings.addWidget(label(HOW_IS_IT if fresh else HOW_WAS_IT, "muted"))
        earlier = {
            question: [each for each in given if each[0] != AFTER or question not in asked]
            for question, given in answers.items()
        }
        rows = [RatingRow(question, self._rate, told_moments(earlier.get(question, ()))) for question in asked]
        for row in rows:
            row.show_answer(self._now.get(row.question))
        align(rows)
        for row in rows:
            self._ratings.addWidget(row)
        told = [told_answers(question, given) for question, given in answers.items() if question not in asked]
        if told:
            self._ratings.addWidget(label(".  ".join(told), "muted", wrap=True))

    def _rate(self, question: str, value: int) -> None:
        self._rated(self._session_id, question, value)
        self._now[question] = value
        self._tell_eased()

    def _tell_eased(self) -> None:
        _tell(self._eased, self._eased, words.before_and_now(self._before, self._now))

    def _show_figures(self) -> None:
        self._show(self._figures if self._figures.isHidden() else self.picture)

    def _see_again(self) -> None:
        self._show(self.replaying if self.replaying.isHidden() else self.picture)

    def _show(self, chosen: QWidget) -> None:
        """The picture with its words, or the figures, or the session seen again, alone."""
        with_words = chosen is self.picture
        self._words.setVisible(with_words)
        self.picture.setVisible(with_words and self._heard and not self._flare)
        self._figures.setVisible(chosen is self._figures)
        self.replaying.setVisible(chosen is self.replaying)
        self._toggle.setText(SHOW_PICTURE if chosen is self._figures else SHOW_FIGURES)
        self._again.setText(SHOW_PICTURE if chosen is self.replaying else SEE_AGAIN)
        for made in (self._toggle, self._again):
            made.setAccessibleName(made.text())


def _answers(summary: SessionSummary) -> dict[str, list[tuple[str, int]]]:
    """The answers to each question with when they were given, in the order of time."""
    titles = {phase.name: f"({phase.title or phase.name})" for phase in summary.phases}
    between = [moment for moment in summary.ratings if moment not in (BEFORE, *titles, AFTER)]
    answers: dict[str, list[tuple[str, int]]] = {}
    for moment in (BEFORE, *titles, *between, AFTER):
        for question, value in summary.ratings.get(moment, {}).items():
            answers.setdefault(question, []).append((titles.get(moment, moment), value))
    return answers


def _card(text: QWidget) -> QFrame:
    card = QFrame()
    card.setProperty("kind", "card")
    layout = QVBoxLayout(card)
    layout.setContentsMargins(24, 16, 24, 16)
    layout.addWidget(text)
    return card


def _tell(shown: QWidget, target: QLabel, text: str) -> None:
    target.setText(text)
    shown.setVisible(bool(text))
