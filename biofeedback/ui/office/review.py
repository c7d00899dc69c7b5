"""A saved session looked through: seen again with its verdicts, marked, and stretches left out of its figures."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QStackedWidget, QVBoxLayout, QWidget

from biofeedback.reports.dates import local, told_day, told_time
from biofeedback.reports.noted_words import excluded_sentences, told_second
from biofeedback.reports.session_words import told_kind
from biofeedback.storage.errors import StoreError
from biofeedback.storage.permits.acts import Act
from biofeedback.storage.records import SessionRow
from biofeedback.theme import Sizes, Tokens
from biofeedback.ui.calls import Workshop
from biofeedback.ui.office.beside import BesideSheet
from biofeedback.ui.office.giving import Giving
from biofeedback.ui.office.picker import menu_button
from biofeedback.ui.parts.announcing import announce
from biofeedback.ui.parts.basics import button, clear, label, scrolling
from biofeedback.ui.parts.flow import Flow
from biofeedback.ui.parts.replaying import Replaying
from biofeedback.ui.parts.session_figures import SessionFigures, SessionPicture
from biofeedback.ui.replay import Replay
from biofeedback.ui.words import office as words

if TYPE_CHECKING:  # they load what the first window does not wait for
    from biofeedback.session.pacing import PacerTrack
    from biofeedback.session.summary import SessionSummary
    from biofeedback.storage.database import Store

MOST_OFFERED = 40
"""So many of the latest sessions are offered to stand beside one; `compare` takes any."""


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A session as it is looked through; `noted` are its marks and changes, `others` the same person's."""

    summary: "SessionSummary"
    pacer: "PacerTrack"
    noted: Sequence[tuple[str, str]]
    others: Sequence[SessionRow] = ()


def read_reviewed(store: "Store", person: str, session_id: str) -> Reviewed:
    """Read a session of a person with everything that this page shows.

    Raises
    ------
    StoreError
        If it cannot be read, or whoever is at the data may not.
    """
    from biofeedback.reports.noted_words import noted_rows
    from biofeedback.session.kept.archive import read_pacer, read_summary

    store.permit(Act.READ, person, session_id)
    noted = noted_rows(store.markers(session_id), store.timeline_events(session_id))
    summary = read_summary(store, session_id)
    listed = store.sessions(person, limit=MOST_OFFERED)
    others = [row for row in listed if row.session_id != summary.session_id and not row.running]
    return Reviewed(summary, read_pacer(store, session_id), noted, others)


class ReviewSheet(QStackedWidget):
    """One session of the person who is open, or beside another; every change is kept at once, and the recording stays.

    Parameters
    ----------
    workshop : Workshop
    back : callable
        Called when the clinician is done with it.
    moved : callable
        Called when a session is of somebody else than before.
    """

    def __init__(
        self, tokens: Tokens, sizes: Sizes, workshop: Workshop, back: Callable[[], None], moved: Callable[[], None]
    ) -> None:
        super().__init__()
        self._workshop, self._moved = workshop, moved
        self._session_id = ""
        self.giving = Giving(workshop.ask, self._give)
        self._reviewed: Reviewed | None = None
        self._stretch_s: tuple[float, float] = (0.0, 0.0)
        self.title, self._said = label("", "title", wrap=True), label("", wrap=True)
        self.replaying = Replaying(tokens, sizes)
        self.picture, self.figures = SessionPicture(tokens, sizes), SessionFigures()
        self.words = QLineEdit()
        self.words.setPlaceholderText(words.REVIEW_HINT)
        self.words.setAccessibleName(words.REVIEW_HINT)
        self.begin = button("", "quiet", self._take_begin)
        self.end = button("", "quiet", self._take_end)
        self.mark = button(words.MARK_HERE, "", self._mark)
        self.leave_out = button(words.LEAVE_OUT, "", self._leave_out)
        self.beside = menu_button(words.BESIDE, (), lambda value: None)
        self.sides = BesideSheet(tokens, sizes, workshop, lambda: self.setCurrentIndex(0))
        deeds = QWidget()
        row = Flow(deeds, 8)
        for made in (button(words.BACK, "quiet", back), self.mark, self.begin, self.end, self.leave_out, self.beside):
            row.addWidget(made)
        self._left_out, self._noted = QVBoxLayout(), label("", "muted", wrap=True)
        inside = QWidget()
        told = QVBoxLayout(inside)
        told.setContentsMargins(0, 0, 8, 0)
        for part in (self.replaying, self.words, deeds, self._said):
            told.addWidget(part)
        told.addWidget(self.giving)
        told.addLayout(self._left_out)
        for widget in (self._noted, self.picture, self.figures):
            told.addWidget(widget)
        told.addStretch()
        alone = QWidget()
        column = QVBoxLayout(alone)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self.title)
        column.addWidget(scrolling(inside, words.NUMBERS), 1)
        self.addWidget(alone)
        self.addWidget(self.sides)
        self.forget()
        self.apply(tokens, sizes)

    def apply(self, tokens: Tokens, sizes: Sizes) -> None:
        for part in (self.replaying, self.picture, self.sides):
            part.apply(tokens, sizes)

    def open(self, session_id: str) -> None:
        """Look through a session of who is open."""
        self._session_id = session_id
        self._ask(session_id, lambda store, person: None)

    def forget(self) -> None:
        """Nothing of a session is left."""
        self._session_id = ""
        self.giving.forget()
        self._clear()

    def _clear(self) -> None:
        self.setCurrentIndex(0)
        self.sides.forget()
        self._reviewed, self._stretch_s = None, (0.0, 0.0)
        self.title.setText("")
        self.words.clear()
        self.replaying.show_replay(None)
        self.picture.show_session(None)
        self.figures.clear()
        clear(self._left_out)
        self._noted.setText("")
        self._offer_beside(())
        self._show_stretch()
        self._say("")

    def _offer_beside(self, options: Sequence[tuple[str, str]]) -> None:
        """What can stand beside this session: its original, and all others of the person."""
        menu = self.beside.menu()
        menu.clear()
        for told, second in options:
            menu.addAction(told).triggered.connect(partial(self._go_beside, second))
        self.beside.setEnabled(bool(options))

    def _go_beside(self, second: str, _checked: bool = False) -> None:
        if self._reviewed is not None:
            self.sides.open(self._reviewed.summary.session_id, second)
            self.setCurrentWidget(self.sides)

    def _show(self, reviewed: Reviewed) -> None:
        before, summary = self._reviewed, reviewed.summary
        self._reviewed = reviewed
        at_s = self.replaying.slider.value() if before and before.summary.session_id == summary.session_id else 0
        day = told_day(local(summary.started_utc))
        self.title.setText(", ".join(filter(None, (summary.person, summary.exercise_title, day))))
        self.replaying.show_replay(Replay(summary, reviewed.pacer))
        self.replaying.slider.setValue(at_s)
        self.picture.show_session(summary)
        self.figures.show_session(summary)
        self.giving.show_session_of(summary.person)
        clear(self._left_out)
        for number, sentence in enumerate(excluded_sentences(summary.excluded), 1):
            line = QWidget()
            row = QHBoxLayout(line)
            row.setContentsMargins(0, 0, 0, 0)
            row.addWidget(label(sentence, wrap=True), 1)
            row.addWidget(button(words.TAKE_BACK, "quiet", partial(self._take_back, number)))
            self._left_out.addWidget(line)
        self._noted.setText("\n".join(f"{when}  {what}" for when, what in reviewed.noted))
        self._noted.setVisible(bool(reviewed.noted))
        self._stretch_s = (0.0, 0.0)
        original = [(words.ORIGINAL, "")] if summary.excluded else []
        self._offer_beside([*original, *((_told(row), row.session_id) for row in reviewed.others)])
        self._show_stretch()
        self.words.clear()
        self._say("")

    # What is done

    def _mark(self) -> None:
        from biofeedback.session.kept.recut import mark

        at_s, said = float(self.replaying.slider.value()), self.words.text()
        self._change(lambda store, session_id: mark(store, session_id, at_s, said))

    def _take_begin(self) -> None:
        self._stretch_s = (float(self.replaying.slider.value()), self._stretch_s[1])
        self._show_stretch()

    def _take_end(self) -> None:
        self._stretch_s = (self._stretch_s[0], float(self.replaying.slider.value()))
        self._show_stretch()

    def _leave_out(self) -> None:
        from biofeedback.session.kept.recut import exclude

        (from_s, to_s), said = self._stretch_s, self.words.text()
        self._change(lambda store, session_id: exclude(store, session_id, from_s, to_s, said, _now_utc()))

    def _take_back(self, number: int) -> None:
        from biofeedback.session.kept.recut import take_back

        self._change(lambda store, session_id: take_back(store, session_id, number, _now_utc()))

    def _show_stretch(self) -> None:
        from_s, to_s = self._stretch_s
        self.begin.setText(words.FROM_HERE.format(told_second(from_s)))
        self.end.setText(words.TO_HERE.format(told_second(to_s)))
        self.leave_out.setEnabled(self._reviewed is not None and to_s > from_s)
        for made in (self.mark, self.begin, self.end):
            made.setEnabled(self._reviewed is not None)

    def _change(self, act: "Callable[[Store, str], object]") -> None:
        """Change something of the session that is shown, then show it as it is."""
        if self._reviewed is None:
            return
        session_id = self._reviewed.summary.session_id

        def work(store: "Store", person: str) -> None:
            store.permit(Act.CHANGE, person, session_id)
            try:
                act(store, session_id)
            except ValueError as error:
                raise StoreError(f"Nothing was changed: {error}.") from error

        self._ask(session_id, work)

    def _ask(self, session_id: str, change: "Callable[[Store, str], None]") -> None:
        def work(store: "Store", person: str) -> Reviewed:
            change(store, person)
            return read_reviewed(store, person, session_id)

        self._workshop.ask(work, self._show, self._say)

    def _give(self, to: str) -> None:
        """Give the session that is looked through, or was given just now, to somebody."""
        from biofeedback.session.kept.given import give

        session_id = self._session_id

        def work(store: "Store", person: str) -> tuple[str, str]:
            return person, give(store, session_id, to, _now_utc())

        self._workshop.ask(work, lambda told: self._show_given(session_id, to, *told), self.giving.tell_refused)

    def _show_given(self, session_id: str, to: str, person: str, before: str) -> None:
        """It is shown on where it is of who is open, and else nothing of it is left here but the way back."""
        self._moved()
        if session_id != self._session_id:
            return
        if to == person:
            self.open(session_id)
        else:
            self._clear()
            self.giving.tell_given(to, before)

    def _say(self, sentence: str) -> None:
        self._said.setText(sentence)
        self._said.setVisible(bool(sentence))
        announce(self, sentence)


def _now_utc() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _told(row: SessionRow) -> str:
    """A session in a menu."""
    moment = local(row.started_utc)
    told = (f"{told_day(moment)}, {told_time(moment)}", row.exercise_title, *told_kind(row))
    return ", ".join(told).replace("&", "&&")
