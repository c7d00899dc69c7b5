"""Before a session: what is known of somebody, and what to begin with which strap."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from biofeedback.care.visit import Visit
from biofeedback.reports.dates import local, told_day
from biofeedback.storage.records import SessionRow
from biofeedback.ui.messages import SeenStrap
from biofeedback.ui.offers import lengths_of, usual_length
from biofeedback.ui.office.picker import Picker
from biofeedback.ui.parts.basics import Card, button, clear, label
from biofeedback.ui.parts.halves import Halves
from biofeedback.ui.settings import Settings
from biofeedback.ui.words import office as words
from biofeedback.ui.words.common import minutes
from biofeedback.ui.words.exercises import CONDITIONS
from biofeedback.ui.words.people import HOME, breakable
from devices.schemes import NO_STRAP
from protocols.safety import Caution
from protocols.specification import Exercise

SIMULATED_URI = "sim:"
WIDEST_PX, FACT_GAP_PX = 720, 12
"""Choices are no farther from their names than this."""


class Sheet(QWidget):
    """Shows a `Visit`; the planned practice is chosen already, so that one press begins it.

    Parameters
    ----------
    begin : callable
        Called with the exercise, and URI and name of the strap.
    look : callable
        Called when straps are to be looked for.
    look_through : callable
        Called with the id of an earlier session that is to be looked through.
    """

    def __init__(
        self,
        begin: Callable[[Exercise, str, str], None],
        look: Callable[[], None],
        look_through: Callable[[str], None],
    ) -> None:
        super().__init__()
        self._begin, self._look_through = begin, look_through
        self._exercises: Sequence[Exercise] = ()
        self._planned: Exercise | None = None
        self._person: str | None = None
        self._strap = ("", "")
        self._seen: dict[str, str] = {}
        self.title = label("", "title", wrap=True)
        self._why = label("", "muted", wrap=True)
        self.practice = Picker(words.PRACTICE, lambda _: self._offer_lengths())
        self.minutes = Picker(words.MINUTES)
        self.strap = Picker(words.STRAP)
        self.primary = button(words.BEGIN, "primary", self.press)
        look_for = button(words.LOOK_FOR_STRAPS, "quiet", look)
        choices = QWidget()
        choices.setMaximumWidth(WIDEST_PX)
        chosen = QGridLayout(choices)
        chosen.setContentsMargins(0, 0, 0, 0)
        chosen.setHorizontalSpacing(12)
        for row, (name, part) in enumerate(
            ((words.PRACTICE, self.practice), (words.MINUTES, self.minutes), (words.STRAP, self.strap))
        ):
            chosen.addWidget(label(name, "muted"), row, 0)
            chosen.addWidget(part, row, 1)
        chosen.addWidget(look_for, 2, 2)
        chosen.setColumnStretch(1, 1)
        beginning = QHBoxLayout()
        beginning.addWidget(self.primary)
        beginning.addStretch()
        self._facts = (QVBoxLayout(), QVBoxLayout())
        for half in self._facts:
            half.setSpacing(2)
        facts = Halves(*self._facts, (1, 1))
        facts.setAccessibleName(words.BEFORE_TITLE)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self.title)
        column.addWidget(self._why)
        column.addWidget(choices)
        column.addLayout(beginning)
        column.addWidget(facts, 1)

    def show_visit(self, visit: Visit, exercises: Sequence[Exercise], settings: Settings) -> None:
        """Show what is known of somebody."""
        self._exercises, self._planned, self._person = exercises, visit.ahead.practice, visit.person
        self.title.setText(breakable(visit.person) or HOME)
        today = visit.ahead.today
        self._why.setText(f"{words.PLANNED}: {' '.join(today.because)}" if today is not None else words.NO_PLAN)
        options: list[tuple[str, object]] = [(each.title, each.id) for each in exercises]
        planned = self._planned.id if self._planned is not None else settings.exercise
        self.practice.offer(options, planned)
        self._offer_lengths()
        self._strap = (settings.device_uri, settings.device_name)
        self._offer_straps()
        self._tell(visit)

    def shows(self, person: str) -> bool:
        """Whether somebody is to be seen here."""
        return self.isVisible() and self._person == person

    def forget(self) -> None:
        """Nobody is shown any more."""
        self._person = None
        self._planned = None
        for told in (self.title, self._why):
            told.setText("")
        for half in self._facts:
            clear(half)

    def show_straps(self, straps: Sequence[SeenStrap]) -> None:
        """Offer straps that are in reach."""
        self._seen |= {f"ble:{each.address}": each.name for each in straps}
        self._offer_straps()

    def _offer_straps(self) -> None:
        uri, name = self._strap
        known = {uri: name} if uri not in ("", NO_STRAP, SIMULATED_URI) else {}
        options: list[tuple[str, object]] = [(name or uri, uri) for uri, name in (known | self._seen).items()]
        options += [(words.WITHOUT, NO_STRAP), (words.SIMULATED, SIMULATED_URI)]
        before = self.strap.value
        self.strap.offer(options, before if before in dict(map(reversed, options)) else uri)  # type: ignore[arg-type]

    def _offer_lengths(self) -> None:
        exercise = self._exercise
        planned = self._planned
        if exercise is None:
            return
        own = planned.minutes if planned is not None and planned.id == exercise.id else None
        lengths = lengths_of(exercise, own if exercise.stretches else None)
        usual = own if own is not None else usual_length(exercise, exercise.minutes)
        offered: list[tuple[str, object]] = [(minutes(each), each) for each in lengths]
        self.minutes.offer(offered or [(minutes(exercise.minutes), None)], usual)
        self.minutes.setEnabled(bool(lengths))

    @property
    def _exercise(self) -> Exercise | None:
        return next((each for each in self._exercises if each.id == self.practice.value), None)

    def press(self) -> None:
        """Begin what is chosen."""
        exercise, chosen = self._exercise, self.minutes.value
        if exercise is None:
            return
        if self._planned is not None and self._planned.id == exercise.id:
            exercise = self._planned
        if isinstance(chosen, float) and exercise.stretches:
            exercise = exercise.lasting(chosen)
        self._begin(exercise, str(self.strap.value), self.strap.told)

    def _tell(self, visit: Visit) -> None:
        profile = visit.profile
        sessions = [self._session(row, visit.comments.get(row.session_id, "")) for row in visit.sessions]
        cautions = [CONDITIONS[Caution(each)] for each in profile.conditions if each in tuple(Caution)]
        notes = [*([words.MEDICATION.format(profile.medication)] if profile.medication else [])]
        notes += [profile.notes] if profile.notes else []
        known, done = self._facts
        for half in self._facts:
            clear(half)
        _tell_fact(known, words.CAUTIONS, cautions, words.NO_CAUTIONS)
        _tell_fact(known, words.NOTES, notes, words.NO_NOTES)
        _tell_fact(known, words.OPEN_FORMS, visit.open_forms, words.NO_FORMS)
        _tell_fact(done, words.EARLIER, sessions, words.NONE_EARLIER)
        for half in self._facts:
            half.addStretch(1)  # else earlier sessions grow into what is left

    def _session(self, row: SessionRow, comment: str) -> QWidget:
        """An earlier session, which one press opens, with what was written to it."""
        told = f"{row.exercise_title}, {minutes(row.duration_s / 60.0)}"
        opens = Card(told, told_day(local(row.started_utc)), comment, partial(self._look_through, row.session_id))
        opens.setToolTip(words.LOOK_THROUGH)
        opens.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)  # as high as its words wrap
        return opens


def _tell_fact(half: QVBoxLayout, title: str, lines: Sequence[str | QWidget], none: str) -> None:
    half.addWidget(label(title, "muted"))
    for line in lines or [none]:
        half.addWidget(label(line, "" if lines else "muted", wrap=True) if isinstance(line, str) else line)
    half.addSpacing(FACT_GAP_PX)
