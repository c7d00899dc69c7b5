"""The office window: the clinician's, beside the patient's, of the same session and the same data."""

from collections.abc import Callable
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QWidget

from biofeedback.care.visit import Listed, Visit, read_list, read_visit
from biofeedback.session.events import BeatsCame, Began, Ended, Steered
from biofeedback.session.summary import SessionSummary
from biofeedback.ui.calls import Workshop
from biofeedback.ui.messages import (
    GivingRefused,
    PersonChosen,
    SessionGiven,
    SessionLeft,
    StoreFailed,
    StoreLocked,
    StoreOpened,
    StrapsSeen,
    SummaryRead,
    WorkFailed,
)
from biofeedback.ui.model import SessionModel
from biofeedback.ui.office.closing import ClosingSheet
from biofeedback.ui.office.columns import left_column, log_view, right_column
from biofeedback.ui.office.comment import CommentField
from biofeedback.ui.office.controls import Controls
from biofeedback.ui.office.dressed import LEAST_PX, DressedOffice
from biofeedback.ui.office.given import Given
from biofeedback.ui.office.instrument import Instrument
from biofeedback.ui.office.log import OfficeLog
from biofeedback.ui.office.people import PeopleColumn
from biofeedback.ui.office.places import places_of, stand
from biofeedback.ui.office.ready import make_ready
from biofeedback.ui.office.review import ReviewSheet
from biofeedback.ui.office.sheet import Sheet
from biofeedback.ui.parts.announcing import announce
from biofeedback.ui.parts.basics import button, label
from biofeedback.ui.parts.keys_card import KeysCard
from biofeedback.ui.window import Window
from biofeedback.ui.words import office as words
from protocols.specification import Exercise

if TYPE_CHECKING:
    from biofeedback.ui.office.paperwork import Paperwork

MARGIN_PX = 16
REFRESH_MS, READY_AFTER_MS = 250, 400


class OfficeWindow(DressedOffice):
    """People at the left, in the middle sheet or instrument, at the right controls, log and comment.

    Parameters
    ----------
    window : Window
        The patient's.
    workshop : Workshop
    reports : Path
        Where reports are written.
    both : bool
        Whether it came together with the person's window, and goes with it; else it was asked for from there.
    """

    comment: CommentField

    def __init__(self, window: Window, workshop: Workshop, reports: Path, *, both: bool = True) -> None:
        super().__init__(window)
        self._workshop, self._reports, self._both = workshop, reports, both
        self.person = window.whose.person
        self.given = Given(self, workshop)
        self.model: SessionModel | None = None
        self.log = OfficeLog()
        self._to_sheet, self._placed, self._ready = True, False, False
        tokens, sizes = self.tokens(), self.sizes()
        self.people = PeopleColumn(self.open_person)
        self.sheet = Sheet(self.begin, lambda: workshop.scan(on=True), self._look_through)
        self.review = ReviewSheet(tokens, sizes, workshop, self._show_sheet, window.whose.tell_moved)
        self.instrument = Instrument(tokens, sizes, self._keep_layout)
        self.closing = ClosingSheet(
            tokens,
            sizes,
            workshop.ask,
            reports,
            lambda: self.comment.keep(),
            self.given.over,
            self._show_sheet,
            self.next_person,
        )
        self.controls = Controls(workshop, window.acts.do, self._sound)
        self._nobody = label(words.NOBODY, "muted", wrap=True)
        self._nobody.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.centre = QStackedWidget()
        for page in (self._nobody, self.sheet, self.instrument, self.closing, self.review):
            self.centre.addWidget(page)
        self._said = label("", wrap=True)
        self.told_log, self.comment = log_view(), CommentField(workshop.ask, self.say)
        self._lay_out()
        self._card = KeysCard(self, words.KEYS, words.KEYS_TITLE)
        for keys, act in self._keys().items():
            QShortcut(QKeySequence(keys), self, act)
        self._slowly = QTimer(self)
        self._slowly.setInterval(REFRESH_MS)
        self._slowly.timeout.connect(self.controls.refresh)
        window.door.closed.connect(self._lock)
        window.dressed.connect(self.dress)
        self.setWindowTitle(f"Biofeedback \u2013 {words.OFFICE}")
        self.painted = (self.instrument, self.closing, self.review)
        self.dress()
        self.resize(1280, 720)
        self.setMinimumSize(*LEAST_PX)
        if window.door.locked:
            self._lock()
        elif window.folder is not None:  # the data are open already
            self._settle_in(window.whose.person)

    def _keys(self) -> dict[str, Callable[[], None]]:
        controls = self.controls
        return {
            "Ctrl+N": self.next_person,
            "M": controls.mark,
            "Ctrl+Space": controls.toggle_pause,
            "Ctrl+Right": controls.next_part,
            "Ctrl+Up": lambda: controls.move_goal(1),
            "Ctrl+Down": lambda: controls.move_goal(-1),
            "Ctrl++": lambda: controls.change_pace(1),
            "Ctrl+-": lambda: controls.change_pace(-1),
            "Ctrl+E": controls.ask_end,
            "Ctrl+P": self.show_paperwork,
            "?": lambda: self._card.toggle(),
        }

    def _lay_out(self) -> None:
        whole = QWidget()
        whole.setObjectName("page")
        papers = button(words.PAPERWORK, "quiet", self.show_paperwork)
        keys = button(words.ALL_KEYS, "quiet", lambda: self._card.toggle())
        self.left = left_column(self.people, papers, (self.light, keys))
        self.right = right_column(self.controls, self.given.running, self.told_log, (self.comment, self._said))
        row = QHBoxLayout(whole)
        row.setContentsMargins(MARGIN_PX, MARGIN_PX, MARGIN_PX, MARGIN_PX)
        row.setSpacing(MARGIN_PX)
        row.addWidget(self.left)
        row.addWidget(self.centre, 1)
        row.addWidget(self.right)
        self.setCentralWidget(whole)
        self.say("")
        self.comment.hold("")

    def _keep_layout(self) -> None:
        self.tint()
        self.change(**self.instrument.panes.layout_kept)

    # What is told

    @Slot(object)
    def take(self, message: object) -> None:
        """Take what the patient's window has taken already."""
        match message:
            case StoreOpened():
                self._settle_in(message.who.name)
            case PersonChosen():
                self._show_person(message.who.name)
            case StoreLocked():
                self._lock()
            case SessionLeft() if self.model is None or self.model.ended is None:
                self._clear()
                self._show_sheet()
            case StrapsSeen():
                self.sheet.show_straps(message.straps)
            case StoreFailed() | WorkFailed():
                if self.centre.currentWidget() is self._nobody:  # whoever was to be opened is not
                    self._show_sheet()
                self.say(message.sentence)
            case SessionGiven():
                self.given.take(message)
                self._read_people()
            case GivingRefused():
                self.given.over.tell_refused(message.sentence)
                self.say(message.sentence)
            case SummaryRead() if message.fresh:
                self._show_summary(message.summary)
            case _:
                self._take_event(message)

    def _take_event(self, event: object) -> None:
        model = self._window.model
        if model is None or self._window.door.locked:
            return
        if isinstance(event, Began) and event.session_id == model.session_id:
            self._show_session(model)
        if self.model is not model:
            return
        n_lines = len(self.log.lines)
        self.log.take(event, model)
        for line in self.log.lines[n_lines:]:
            self.told_log.appendPlainText(line)
        match event:
            case BeatsCame():
                self.instrument.beats_came()
            case Steered():
                if not event.refused:
                    self.controls.take(event.order)
                self.say(event.refused)
            case Ended():
                self._end(event)
            case _:
                self.controls.refresh()

    def _show_session(self, model: SessionModel) -> None:
        self.model, self.log = model, OfficeLog()
        self.told_log.clear()
        self.comment.hold(model.session_id)
        self.controls.show_session(model, self.log)
        self.given.running.show_session_of(self.person)
        self.instrument.show_session(model, self.log)
        self.instrument.follow(self._window.rooms.session.orb)
        self.centre.setCurrentWidget(self.instrument)
        self._slowly.start()
        self.say("")

    def _end(self, event: Ended) -> None:
        self._slowly.stop()
        self.given.running.forget()
        self.say("")  # what was said of a running session holds no more
        if note := self.controls.unkept_note():
            self.comment.appendPlainText(note)
        self.controls.refresh()
        self.instrument.refresh()
        if not event.saved:
            self.comment.hold("")
            self._show_sheet()
            self.say(event.cause if event.failed else "")

    def _show_summary(self, summary: SessionSummary) -> None:
        if summary.person == self.person and self.model is not None and self.model.session_id == summary.session_id:
            self.given.close_with(summary)
            self.centre.setCurrentWidget(self.closing)
            self._read_people()

    def say(self, sentence: str) -> None:
        """Say something to the clinician."""
        self._said.setText(sentence)
        self._said.setVisible(bool(sentence))
        announce(self, sentence)

    def _settle_in(self, person: str) -> None:
        """The data are open, and with them how this window was: it takes its place."""
        self.dress()
        self.instrument.lay_out(self._window.settings.office)
        if not self._placed:
            self._placed = True
            stand(self, self._window, self._window.settings.office, both=self._both)
        self._show_person(person)

    def come_forward(self) -> None:
        """It is asked for again."""
        self.show()
        self.raise_()
        self.activateWindow()

    def keep(self) -> None:
        """Keep what was begun here, and where the windows stand."""
        self.comment.keep()
        if self._placed and not self._window.door.locked:
            self.change(**places_of(self, self._window))

    # People

    def next_person(self) -> None:
        """Let somebody be found by typing."""
        self._read_people()
        self.people.search()

    def open_person(self, person: str) -> None:
        """Open somebody, in both windows; while a session is running, ask whether it is theirs."""
        if self._window.in_session:
            self.people.typed.clear()
            self.given.running.propose(person)
        else:
            self.comment.keep()
            self._clear()  # at once: nothing can be begun with one while another is being opened
            self._nobody.setText(words.OPENING)
            self._window.choose_person(person)

    def _show_person(self, person: str) -> None:
        """Somebody else is there: no figure of who was before is left."""
        self.comment.keep()
        self.person = person
        self.people.typed.clear()
        if self._window.in_session:
            return
        self._clear()
        self._show_sheet()
        self._read_people()

    def _clear(self) -> None:
        self.model, self.log = None, OfficeLog()
        self.given.forget()
        self.comment.hold("")
        self.told_log.clear()
        self.sheet.forget()
        self.closing.forget()
        self.review.forget()
        if "paperwork" in vars(self):
            self.paperwork.show_person(self.person)
        self.instrument.show_session(None, self.log)
        self.controls.show_session(None, self.log)
        self._slowly.stop()
        self.centre.setCurrentWidget(self._nobody)
        self._nobody.setText(words.NOBODY)
        self.say("")

    def _lock(self) -> None:
        self._clear()
        if "paperwork" in vars(self):
            self.paperwork.forget()
        self.people.forget()
        self.person = ""
        self._nobody.setText(words.LOCKED)

    def _read_people(self) -> None:
        self._workshop.ask(lambda store, person: read_list(store), self._show_people, self.say)

    def _show_people(self, listed: tuple[Listed, ...]) -> None:
        self.people.show_people(listed, self.person)
        if not self._ready and listed and not self._window.in_session:
            self._ready = True
            QTimer.singleShot(READY_AFTER_MS, self, lambda: make_ready(self._workshop.ask_of_all, listed[0].row.person))

    def _show_sheet(self) -> None:
        self._to_sheet = True
        self._workshop.ask(lambda store, person: read_visit(store, person), self._show_visit, self.say)

    def _show_visit(self, visit: Visit) -> None:
        if visit.person != self.person or self._window.in_session:
            return
        self.sheet.show_visit(visit, self._window.whose.offered, self._window.settings)
        if self._to_sheet:  # nothing else was asked for meanwhile
            self.centre.setCurrentWidget(self.sheet)
            self.sheet.primary.setFocus()

    @cached_property
    def paperwork(self) -> "Paperwork":
        """Made when it is first asked for."""
        from biofeedback.ui.office.paperwork import Paperwork

        made = Paperwork(self._workshop.ask_of_all, self._reports, self._leave_paperwork)
        self.centre.addWidget(made)
        return made

    def show_paperwork(self) -> None:
        """Show the day's paperwork, not while the data are locked."""
        if not self._window.door.locked:
            self._to_sheet = False
            self.paperwork.enter(self.person)
            self.centre.setCurrentWidget(self.paperwork)

    def _leave_paperwork(self) -> None:
        if self._window.in_session and self.model is not None:
            self.centre.setCurrentWidget(self.instrument)
        else:
            self._show_sheet()

    def _look_through(self, session_id: str) -> None:
        """Look through an earlier session of who is open."""
        self._to_sheet = False
        self.review.forget()
        self.review.open(session_id)
        self.centre.setCurrentWidget(self.review)

    # A session

    def begin(self, exercise: Exercise, uri: str, name: str) -> None:
        """Begin with somebody; what is to be asked of them before is asked in their window."""
        if self._window.in_session:
            self.say(words.END_FIRST)
            return
        self._workshop.scan(on=False)
        self._window.change_quietly(lambda settings: replace(settings, device_uri=uri, device_name=name))
        self._window.begin(exercise, {})
        self.say("" if self._window.on_session else words.ASKED_IN_WINDOW)

    def _sound(self) -> tuple[bool, float]:
        settings = self._window.settings
        return settings.sound, settings.volume_percent / 100.0

    # Qt

    def closeEvent(self, event: QCloseEvent) -> None:
        self.keep()
        super().closeEvent(event)
        if self._both:
            self._window.close()
